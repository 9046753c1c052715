"""Lining things up: words with words, frames with characters, sentences with sentences."""

from ._native.align import OPERATIONS, Edits, edits

__all__ = ["OPERATIONS", "Edits", "edits"]
