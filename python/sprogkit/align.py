"""Lining things up: words with words, frames with characters, sentences with sentences."""

from ._native.align import (
    OPERATIONS,
    WILDCARD,
    CtcPath,
    Edits,
    Segment,
    Transcript,
    ctc,
    ctc_batch,
    edits,
    transcript,
)

__all__ = [
    "OPERATIONS",
    "WILDCARD",
    "CtcPath",
    "Edits",
    "Segment",
    "Transcript",
    "ctc",
    "ctc_batch",
    "edits",
    "transcript",
]
