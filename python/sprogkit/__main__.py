"""`python -m sprogkit`: the command."""

import sys

from ._native import main

if __name__ == "__main__":
    sys.exit(main())
