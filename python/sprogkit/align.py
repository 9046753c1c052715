"""Lining things up: words with words, frames with characters, sentences with sentences."""

from ._native.align import (
    OPERATIONS,
    WILDCARD,
    Bead,
    CtcPath,
    Edits,
    EditsBatch,
    Segment,
    Transcript,
    bitext,
    ctc,
    ctc_batch,
    edits,
    edits_batch,
    project,
    tokenizations,
    transcript,
)

__all__ = [
    "OPERATIONS",
    "WILDCARD",
    "Bead",
    "CtcPath",
    "Edits",
    "EditsBatch",
    "Segment",
    "Transcript",
    "bitext",
    "ctc",
    "ctc_batch",
    "edits",
    "edits_batch",
    "project",
    "tokenizations",
    "transcript",
]
