"""Words and sentences of Danish text, and clean text.

Positions are characters of the `str`, so `text[word.start:word.end] == word.text`.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias, final

from . import Array

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

_Layout: TypeAlias = Literal["auto", "lines", "paragraphs", "ignore"]

KINDS: Final[tuple[str, ...]]
"""What a word can be; the `kind` of a batch or layer is a number that counts in here."""

@final
class Word:
    """A word of a text and what it is."""

    __match_args__: Final[tuple[str, ...]]
    def __new__(cls, text: str, start: int, end: int, kind: str) -> Word: ...
    @property
    def text(self) -> str:
        """The word itself."""
    @property
    def start(self) -> int:
        """Its first character."""
    @property
    def end(self) -> int:
        """The character behind its last."""
    @property
    def kind(self) -> str:
        """What it is: `"word"`, `"number"`, `"ordinal"`, … one of `KINDS`."""
    def __getnewargs__(self) -> tuple[str, int, int, str]: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Sentence:
    """A sentence of a text, without the white space around it."""

    __match_args__: Final[tuple[str, ...]]
    def __new__(cls, text: str, start: int, end: int) -> Sentence: ...
    @property
    def text(self) -> str:
        """The sentence itself."""
    @property
    def start(self) -> int:
        """Its first character."""
    @property
    def end(self) -> int:
        """The character behind its last."""
    def __getnewargs__(self) -> tuple[str, int, int]: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def words(
    text: str,
    *,
    norm: Literal["danish", "unicode"] = "danish",
    slashes: bool = False,
    endings: bool = False,
    spaces: bool = False,
) -> list[Word]:
    """Parts a text into words, as the Danish treebank (UD Danish-DDT) does.

    `norm="unicode"` parts by Unicode Standard Annex #29 instead. `slashes` makes five words of
    `Bus/tog/metro`, `endings` a word of what follows an apostrophe (`EU`, `'s`), and `spaces`
    gives white space too, so that the words cover the text.

    >>> import sprogkit as sk
    >>> [word.text for word in sk.text.words("Det koster kr. 1.234,50.")]
    ['Det', 'koster', 'kr.', '1.234,50', '.']
    """

def sentences(text: str, *, layout: _Layout = "auto", rules_only: bool = False) -> list[Sentence]:
    """Parts a text into sentences.

    `layout` says which line breaks end a sentence: all (`"lines"`), blank lines
    (`"paragraphs"`), none (`"ignore"`), or those that no wrapping of lines explains (`"auto"`).
    `rules_only` leaves out the learned model, which also finds boundaries that no stop marks.

    >>> import sprogkit as sk
    >>> [sentence.text for sentence in sk.text.sentences("Det koster ca. 5 kr. i dag. Ja.")]
    ['Det koster ca. 5 kr. i dag.', 'Ja.']
    """

def words_batch(
    texts: Iterable[str | None] | Any,
    *,
    unit: Literal["char", "byte", "utf16"] = "char",
    threads: int | None = None,
    norm: Literal["danish", "unicode"] = "danish",
    slashes: bool = False,
    endings: bool = False,
    spaces: bool = False,
) -> Array:
    """The words of many texts: for each, a list of `{"start", "end", "kind"}`.

    `texts` is a list of `str` or any Arrow strings (dictionary-encoded ones too, such
    as a pandas Categorical column); None or null stays null. The rows are
    `list<struct<start: uint32, end: uint32, kind: uint8>>`; `kind` counts in `KINDS`, and the
    unit stands in the metadata. The other options are those of `words`.

    Raises `ValueError` for an unknown unit or norm, or `threads` below 1; `TypeError` where a
    text is no `str`; `FormatError` for a text above 4 GiB.

    >>> import sprogkit as sk
    >>> sk.text.words_batch(["Hej", None])
    <sprogkit.Array list<struct<start: uint32, end: uint32, kind: uint8>>
    [[{'start': 0, 'end': 3, 'kind': 0}],
     None]>
    """

def sentences_batch(
    texts: Iterable[str | None] | Any,
    *,
    unit: Literal["char", "byte", "utf16"] = "char",
    threads: int | None = None,
    layout: _Layout = "auto",
    rules_only: bool = False,
) -> Array:
    """The sentences of many texts: for each, a list of `{"start", "end"}`.

    As `words_batch`; the rows are `list<struct<start: uint32, end: uint32>>`.
    """

CHANGES: Final[tuple[str, ...]]
"""What `clean` can change: `"mojibake"`, `"composition"`, `"soft-hyphen"`, …"""

@final
class Rewrite:
    """A rewritten text, with what was changed and a map between the two. Positions are
    characters."""

    @property
    def text(self) -> str:
        """The rewritten text."""
    @property
    def changes(self) -> list[tuple[int, int, int, int, str]]:
        """Every change in order: start and end in the original, start and end in the rewritten
        text, and what kind it is."""
    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind."""
    def project(self, spans: Iterable[tuple[int, int] | Any]) -> list[tuple[int, int]]:
        """Spans of the original (pairs, or anything with `start` and `end`) as spans of the
        rewritten text. Raises `ValueError` for a span outside the text."""
    def back(self, spans: Iterable[tuple[int, int] | Any]) -> list[tuple[int, int]]:
        """Spans of the rewritten text as spans of the original."""

def clean(text: str) -> str:
    """Cleans a text: NFC, UTF-8 that was read as Latin-1 or an old code page, soft hyphens,
    zero-width and control characters, odd spaces, ligatures, words parted at line ends.

    >>> import sprogkit as sk
    >>> sk.text.clean("BlÃ¥ sags-\\nbehandler")
    'Blå sagsbehandler'
    """

def clean_mapped(text: str) -> Rewrite:
    """As `clean`, with what was changed and a map to the original.

    >>> import sprogkit as sk
    >>> r = sk.text.clean_mapped("rÃ¸d grÃ¸d")
    >>> r.text, r.counts, r.back([(4, 8)])
    ('rød grød', {'mojibake': 2}, [(5, 10)])
    """

def clean_batch(texts: Iterable[str | None] | Any, *, threads: int | None = None) -> Array:
    """As `clean` for many texts, on all cores: `large_string`; None or null stays null."""
