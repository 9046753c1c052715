"""Danish text in another form: as it is spoken, as it is written, as it is scored.

What is not known for certain stays as it is. Every call has a twin that ends in `_mapped` and keeps
where everything came from, and one that ends in `_batch` for many texts, in parallel.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias, final

from . import Array
from .text import Rewrite

__all__ = [
    "PROFILES",
    "Stream",
    "scoring",
    "scoring_batch",
    "scoring_mapped",
    "to_spoken",
    "to_spoken_batch",
    "to_spoken_mapped",
    "to_written",
    "to_written_batch",
    "to_written_mapped",
]

_Clock: TypeAlias = Literal["digital", "spoken"]
_Profile: TypeAlias = Literal[
    "verbatim@1",
    "da-lex@1",
    "da-spoken@1",
    "coral-compat@1",
    "verbatim",
    "da-lex",
    "da-spoken",
    "coral-compat",
]
_Texts: TypeAlias = Iterable[str | None] | Any

PROFILES: Final[tuple[str, ...]]
"""The scoring profiles, with their versions. What a profile does never changes."""

def to_spoken(text: str, *, clock: _Clock = "digital", letters: bool = False) -> str:
    """Text as it is spoken: numbers, dates, times, money, units, percentages, ranges, telephone and
    personal numbers, paragraphs of laws, abbreviations, Roman numerals, addresses on the web.

    `clock` says whether 9.30 is *ni tredive* or *halv ti*; `letters` spells what is written in
    capitals.

    >>> import sprogkit as sk
    >>> sk.normalise.to_spoken("Mødet er kl. 9.30.", clock="spoken")
    'Mødet er klokken halv ti.'
    """

def to_spoken_mapped(text: str, *, clock: _Clock = "digital", letters: bool = False) -> Rewrite:
    """`to_spoken` with the map to the original."""

def to_spoken_batch(
    texts: _Texts,
    *,
    clock: _Clock = "digital",
    letters: bool = False,
    threads: int | None = None,
) -> Array:
    """`to_spoken` for many texts; null for a null."""

def to_written(text: str) -> str:
    """Text, such as a speech recogniser puts out, as people write it: numbers, ordinals, times,
    money, dates, telephone numbers, decades, percentages, decimals, fractions.

    Small numbers stay in letters where nothing beside them asks for digits.

    >>> import sprogkit as sk
    >>> sk.normalise.to_written("det koster femoghalvfems kroner")
    'det koster 95 kr.'
    >>> sk.normalise.to_written("en mand og en kvinde")
    'en mand og en kvinde'
    """

def to_written_mapped(text: str) -> Rewrite:
    """`to_written` with the map to the original."""

def to_written_batch(texts: _Texts, *, threads: int | None = None) -> Array:
    """`to_written` for many texts; null for a null."""

@final
class Stream:
    """`to_written` for text that comes in pieces, as a speech recogniser puts it out.

    A piece may end anywhere, also within a word. What may still become part of a number is held
    back until it is clear. All that comes out, put together, is what `to_written` makes of the
    whole text, as long as no number is longer than 64 KiB.

    >>> import sprogkit as sk
    >>> stream = sk.normalise.Stream()
    >>> out = [stream.push(piece) for piece in ["der var vist nok femog", "tyve mennesker"]]
    >>> "".join([*out, stream.finish()])
    'der var vist nok 25 mennesker'
    """

    def __new__(cls) -> Stream: ...
    def push(self, text: str) -> str:
        """Takes in a piece; gives what is clear by now, which may be nothing."""

    def finish(self) -> str:
        """What was held back. The stream may be used anew."""

def scoring(text: str, profile: _Profile = "da-lex@1") -> str:
    """Text as a profile compares it:

    * `verbatim@1`: as it is but for white space.
    * `da-lex@1`: words in lower case without punctuation; hyphens part words.
    * `da-spoken@1`: numbers, dates and abbreviations in words, then as `da-lex@1`.
    * `coral-compat@1`: what the CoRal project's evaluation does, faults included, to compare with
      published figures.

    A name without a version is its newest; write the version where figures are published. Raises
    `ValueError` for another name.

    >>> import sprogkit as sk
    >>> sk.normalise.scoring("Ja, tak!", profile="da-lex@1")
    'ja tak'
    """

def scoring_mapped(text: str, profile: _Profile = "da-lex@1") -> Rewrite:
    """`scoring` with the map to the original."""

def scoring_batch(
    texts: _Texts, profile: _Profile = "da-lex@1", *, threads: int | None = None
) -> Array:
    """`scoring` for many texts; null for a null."""
