"""Lining things up: words with words, frames with characters, sentences with sentences."""

from ._native.align import OPERATIONS, WILDCARD, CtcPath, Edits, ctc, ctc_batch, edits

__all__ = ["OPERATIONS", "WILDCARD", "CtcPath", "Edits", "ctc", "ctc_batch", "edits"]
