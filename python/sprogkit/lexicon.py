"""The words of Danish: readings, lemmas, compounds, hyphenation, pronunciation."""

from os import PathLike
from typing import NamedTuple

from ._native.lexicon import (
    LAYOUTS,
    UPOS,
    Lexicon,
    Reading,
    Split,
    hyphenate,
    lemmas,
    open,
    pronounce,
    pronounce_batch,
)
from ._native.lexicon import compile as _compile

__all__ = [
    "LAYOUTS",
    "UPOS",
    "Input",
    "Lexicon",
    "Reading",
    "Split",
    "compile",
    "hyphenate",
    "lemmas",
    "open",
    "pronounce",
    "pronounce_batch",
]


class Input(NamedTuple):
    """What goes into a lexicon."""

    path: str | PathLike
    layout: str | None = None
    encoding: str | None = None
    source: str = ""
    license: str = ""


def compile(inputs, out):
    if isinstance(inputs, (str, PathLike, Input)):
        inputs = [inputs]
    given = (item if isinstance(item, Input) else Input(item) for item in inputs)
    return _compile([tuple(item) for item in given], out)
