"""Word and character error rates."""

from ._native.score import PROFILES, Group, Score, Variants, cer, wer

__all__ = ["PROFILES", "Group", "Score", "Variants", "cer", "wer"]
