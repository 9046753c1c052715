"""Words and sentences of Danish text, and clean text."""

from ._native.text import (
    KINDS,
    Sentence,
    Word,
    sentences,
    sentences_batch,
    words,
    words_batch,
)

__all__ = ["KINDS", "Sentence", "Word", "sentences", "sentences_batch", "words", "words_batch"]
