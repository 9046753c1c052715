"""Danish text and speech: opened straight from disk, tokenized in parallel, aligned."""

from . import align, audio, catalogue, corpus, lexicon, normalise, numbers, score, subword, text
from ._native import (
    AlignmentError,
    Array,
    CorruptPackError,
    FormatError,
    LicenseError,
    SprogkitError,
    __version__,
)
from .corpus import open

__all__ = [
    "AlignmentError",
    "Array",
    "CorruptPackError",
    "FormatError",
    "LicenseError",
    "SprogkitError",
    "__version__",
    "align",
    "audio",
    "catalogue",
    "corpus",
    "lexicon",
    "normalise",
    "numbers",
    "open",
    "score",
    "subword",
    "text",
]
