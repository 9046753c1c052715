"""Danish text and speech: opened straight from disk, tokenized in parallel, aligned."""

from . import align, score, text
from ._native import (
    AlignmentError,
    Array,
    CorruptPackError,
    FormatError,
    LicenseError,
    SprogkitError,
    __version__,
)

__all__ = [
    "AlignmentError",
    "Array",
    "CorruptPackError",
    "FormatError",
    "LicenseError",
    "SprogkitError",
    "__version__",
    "align",
    "score",
    "text",
]
