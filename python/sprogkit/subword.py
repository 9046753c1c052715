"""Subwords: texts to the ids of a language model's vocabulary, and back."""

from ._native.subword import Tokenizer, train

__all__ = ["Tokenizer", "train"]
