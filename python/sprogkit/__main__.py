"""`python -m sprogkit`: the command."""

import sys

from . import _native

if __name__ == "__main__":
    sys.exit(_native.main())
