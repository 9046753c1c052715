"""Packs: sound, rules and text in a folder that is opened by memory map."""

from ._native.corpus import (
    Document,
    Entry,
    Layer,
    Pack,
    Recording,
    Rows,
    Utterance,
    build,
    open,
    write,
)

__all__ = [
    "Document",
    "Entry",
    "Layer",
    "Pack",
    "Recording",
    "Rows",
    "Utterance",
    "build",
    "open",
    "write",
]
