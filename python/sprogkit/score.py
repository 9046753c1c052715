"""Word and character error rates."""

from ._native.score import PROFILES, Group, Score, cer, wer

__all__ = ["PROFILES", "Group", "Score", "cer", "wer"]
