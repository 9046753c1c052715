"""The words of Danish: readings, lemmas, compounds, hyphenation, pronunciation.

A lexicon gives **all** readings of a form; which of them is meant only the sentence says.
"""

from collections.abc import Iterable
from os import PathLike
from typing import Any, Final, Literal, NamedTuple, TypeAlias, final

from . import Array

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

_Alphabet: TypeAlias = Literal["xsampa", "ipa"]
_Path: TypeAlias = str | PathLike[str]

UPOS: Final[tuple[str, ...]]
"""The parts of speech of Universal Dependencies."""

LAYOUTS: Final[tuple[str, ...]]
"""How word lists may be laid out: COR, DDO, UniMorph, form and lemma, NST's pronunciation lexicon,
form and count."""

@final
class Reading:
    """One reading of a form: what it may be a form of, and as what."""

    @property
    def form(self) -> str:
        """The form as it is written."""
    @property
    def lemma(self) -> str:
        """The lemma."""
    @property
    def upos(self) -> str | None:
        """The part of speech, one of `UPOS`, where the source says one."""
    @property
    def feats(self) -> str:
        """The features (`Name=Value|…`), or what the source says in their place; empty for none."""
    @property
    def id(self) -> str:
        """What the source calls the reading (such as a COR number); where it calls it nothing, a
        name that stays the same whatever else is in the lexicon."""
    @property
    def source(self) -> str | None:
        """Where the reading comes from."""
    @property
    def license(self) -> str | None:
        """The source's licence, where it is known."""
    @property
    def frequency(self) -> int | None:
        """How often the form was counted, where that is known."""
    @property
    def pronunciation(self) -> str | None:
        """How the reading is said, in the source's alphabet, where that is known."""
    @property
    def derived(self) -> bool:
        """Whether the reading was concluded when the lexicon was made, not said by its source."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Split:
    """A compound in its parts; as a `str` with bars: `"sag|s|behandlernes"`."""

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Each part with the interfix behind it, which is empty for none."""
    @property
    def joints(self) -> list[int]:
        """The characters where a part ends, interfixes counted to the part before them."""
    @property
    def head(self) -> str:
        """The last part: what the compound is a kind of."""
    @property
    def cost(self) -> float:
        """Less is better; comparable between the splits of one word."""
    def __eq__(self, value: object, /) -> bool: ...

@final
class Lexicon:
    """Forms and their readings. A compiled lexicon is mapped and opens at once."""

    @property
    def readings(self) -> int:
        """How many readings there are."""
    @property
    def sources(self) -> list[tuple[str, str]]:
        """Where the readings come from: names and licences."""
    def __len__(self) -> int:
        """How many different forms there are."""
    def __contains__(self, form: str, /) -> bool: ...
    def lookup(self, form: str, *, case: Literal["exact", "folded"] = "exact") -> list[Reading]:
        """All readings of a form; none where it is not in the lexicon.

        `case="folded"` also finds the form without the capitals of a sentence's beginning or a
        heading, behind those of the form as it is written."""
    def frequency(self, form: str) -> int | None:
        """How often a form was counted; None where that is not known."""
    def lemmas(self, form: str, upos: str | None = None) -> list[str]:
        """The lemmas that a form may have, as `upos` or as anything, best first.

        Words that are in no lexicon get theirs from what they end in. Raises `ValueError` where
        `upos` is none of `UPOS`."""
    def lemmas_batch(
        self,
        forms: Iterable[str | None] | Any,
        upos: str | None = None,
        *,
        threads: int | None = None,
    ) -> Array:
        """The lemmas of many forms, in parallel: `list<string>`; null for a null."""
    def split_compound(self, word: str) -> list[Split]:
        """The ways to part a compound, best first; none for a word that is no compound.
        `str(split)` of *sagsbehandlernes* is `"sag|s|behandlernes"`."""
    def complete_ellipsis(self, phrase: str) -> list[str] | None:
        """The whole words of a phrase with a part left out; None where it is none:
        *social- og sundhedsassistent* is *socialassistent* and *sundhedsassistent*."""
    def check(self, word: str) -> bool:
        """Whether a word is right as it is written: in the lexicon, or a compound of its words."""
    def check_batch(
        self, words: Iterable[str | None] | Any, *, threads: int | None = None
    ) -> Array:
        """Whether each of many words is right, in parallel: booleans; null for a null."""
    def suggest(self, word: str, *, most: int = 10) -> list[str]:
        """Words that `word` may have been meant to be, the likeliest first."""
    def hyphenate(self, word: str) -> list[str]:
        """`word` where it may be parted at the end of a line, compounds at their joints."""
    def pronounce(self, word: str, *, alphabet: _Alphabet = "xsampa", most: int = 3) -> list[str]:
        """Ways to say a word: those of the lexicon, or as the function `pronounce`."""
    def starting_with(self, prefix: str, *, most: int = 100) -> list[str]:
        """Forms that begin with `prefix`, in the order of their letters' code points."""
    def near(self, word: str, *, distance: int = 1, most: int = 100) -> list[tuple[str, int]]:
        """Forms that become `word` by at most `distance` (0 to 3) letters changed, added or
        removed, each with its distance, the nearest and most frequent first."""
    def matching(self, pattern: str, *, most: int = 100) -> list[str]:
        """Forms that a regular expression matches as a whole. Raises `ValueError` where it is none,
        or too large."""

class Input(NamedTuple):
    """What goes into a lexicon: a file or pack, and what is known of it."""

    path: _Path
    """The file, or a pack's folder. Of hunspell's two files either names both."""
    layout: str | None = None
    """One of `LAYOUTS`; None to look at the first lines."""
    encoding: str | None = None
    """Such as `"utf-8"` or `"latin-1"`; None for the layout's usual one."""
    source: str = ""
    """What the readings shall be said to come from; empty for the file's name."""
    license: str = ""
    """The licence (SPDX); empty where it is not known."""

def open(path: _Path) -> Lexicon:
    """Opens a lexicon: a compiled one by memory map; a pack, a word list, or hunspell's `.aff` or
    `.dic` by reading it into memory.

    Raises `FileNotFoundError`; `CorruptPackError` for a compiled lexicon that was altered;
    `FormatError`, with the line, for a list that does not follow its format.
    """

def compile(inputs: _Path | Input | Iterable[_Path | Input], out: _Path) -> Lexicon:
    """Makes one lexicon of several lists, packs and lexica, writes it to the file `out`, whole or
    not at all, and opens it. Readings come in the order of the inputs. Raises as `open`."""

def lemmas(form: str, upos: str | None = None) -> list[str]:
    """The lemmas that a form may have as far as its ending, the irregular words and the small words
    tell, best first; with a lexicon: `Lexicon.lemmas`.

    >>> import sprogkit as sk
    >>> sk.lexicon.lemmas("skrev")[0]
    'skrive'
    """

def hyphenate(word: str) -> list[str]:
    """`word` where it may be parted at the end of a line. With a lexicon, which knows the joints of
    compounds: `Lexicon.hyphenate`.

    >>> import sprogkit as sk
    >>> sk.lexicon.hyphenate("forsvarsudgifter")
    ['for', 'svars', 'ud', 'gif', 'ter']
    """

def pronounce(word: str, *, alphabet: _Alphabet = "xsampa", most: int = 3) -> list[str]:
    """Ways to say a word, best first, with stress, length and stød; none for a word with a digit or
    without letters.

    `"xsampa"` writes the signs of the NST pronunciation lexicon, `"ipa"` narrow IPA. Words that are
    not in the table of exceptions are said by a letter-to-sound model, abbreviations in capitals by
    their letters.
    """

def pronounce_batch(
    words: Iterable[str | None] | Any,
    *,
    alphabet: _Alphabet = "xsampa",
    threads: int | None = None,
) -> Array:
    """The best way to say each of many words, in parallel; null for a null and where `pronounce`
    gives none."""
