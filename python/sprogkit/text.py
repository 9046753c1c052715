"""Words and sentences of Danish text, and clean text."""

from ._native.text import (
    CHANGES,
    KINDS,
    Rewrite,
    Sentence,
    Word,
    clean,
    clean_batch,
    clean_mapped,
    sentences,
    sentences_batch,
    words,
    words_batch,
)

__all__ = [
    "CHANGES",
    "KINDS",
    "Rewrite",
    "Sentence",
    "Word",
    "clean",
    "clean_batch",
    "clean_mapped",
    "sentences",
    "sentences_batch",
    "words",
    "words_batch",
]
