"""Word and character error rates."""

from collections.abc import Iterable
from typing import Any, Final, Literal, final

__all__ = ["PROFILES", "Group", "Score", "Variants", "cer", "wer"]

PROFILES: Final[tuple[str, ...]]
"""What can be done to the texts before they are compared."""

@final
class Score:
    """How well hypotheses match references, over all pairs together. It can be pickled."""

    @property
    def wer(self) -> float:
        """Word errors per word of the references; computed when asked for after `cer()`."""
    @property
    def cer(self) -> float:
        """Character errors per character of the references; computed when asked for after
        `wer()`."""
    @property
    def mer(self) -> float:
        """Match error rate: the errors' share of all steps, insertions counted. Some evaluations
        (the CoRal speech models' among them) divide by this and call it WER or CER."""
    @property
    def wil(self) -> float:
        """Word information lost."""
    @property
    def wip(self) -> float:
        """Word information preserved."""
    @property
    def hits(self) -> int:
        """Tokens that are the same."""
    @property
    def substitutions(self) -> int:
        """Tokens that became others."""
    @property
    def deletions(self) -> int:
        """Tokens of the references that are missing."""
    @property
    def insertions(self) -> int:
        """Tokens of the hypotheses without a counterpart."""
    @property
    def unit(self) -> Literal["word", "char"]:
        """What the counts count."""
    @property
    def pairs(self) -> list[tuple[int, int, int, int]]:
        """Hits, substitutions, deletions and insertions of each pair, in order. A new list each
        time."""
    @property
    def references(self) -> list[str]:
        """The references as they were compared: of several the one that was matched best, with
        `variants` in the forms nearest to the hypothesis. A new list each time."""
    @property
    def groups(self) -> dict[str, Group]:
        """The scores by label, where `groups` were given."""
    def by(
        self,
        groups: Iterable[object],
        *,
        level: float = 0.95,
        samples: int = 1000,
        seed: int = 0,
        small: int = 30,
    ) -> dict[str, Group]:
        """The scores by another label for each pair, without aligning anything again. Each comes
        with the interval that `interval` would give; groups of fewer than `small` pairs are
        marked.

        >>> import sprogkit as sk
        >>> s = sk.score.wer(["ja tak", "nej tak"], ["ja tak", "nej"])
        >>> s.by(["under 50", "over 50"])["over 50"].rate
        0.5
        """
    def confusions(self, limit: int | None = None) -> list[tuple[str, str, int]]:
        """What the references say, what the hypotheses say instead, and how often: the most
        frequent first, at most `limit` of them. A deletion became `""`, an insertion was `""`.

        >>> import sprogkit as sk
        >>> sk.score.wer(["ja og nej", "her og der"], ["ja å nej", "her å"]).confusions()
        [('og', 'å', 2), ('der', '', 1)]
        """
    def steps(
        self, pair: int
    ) -> list[tuple[str, tuple[int, int] | None, tuple[int, int] | None]]:
        """What happened in one pair: one of `align.OPERATIONS`, and the characters at which the
        token stands in `references[pair]` and in the hypothesis; None on the side that has none.

        >>> import sprogkit as sk
        >>> sk.score.wer("en dag", "en god dag").steps(0)[1:]
        [('insertion', None, (3, 6)), ('hit', (3, 6), (7, 10))]
        """
    def diff(self, pair: int, *, color: bool = False) -> str:
        """One pair as a line: what is missing as `[-…-]`, what is there instead as `{+…+}`, or
        with `color` in red and green for a terminal. Control characters become pictures.

        >>> import sprogkit as sk
        >>> sk.score.wer("en hvid hund løb", "en hvid hun løb nu").diff(0)
        'en hvid [-hund-] {+hun+} løb {+nu+}'
        """
    def html(self, *, title: str = "Score", labels: Iterable[object] | None = None) -> str:
        """A page for the browser that needs nothing else: the figures, the most frequent
        mistakes, and every pair with its mistakes in colour. `labels` name the pairs, which are
        otherwise numbered from 1. Raises `ValueError` where there are not as many labels."""
    def interval(
        self, *, level: float = 0.95, samples: int = 1000, seed: int = 0
    ) -> tuple[float, float]:
        """Between which rates the true one lies with probability `level`, by a bootstrap over
        the pairs. The same `seed` gives the same interval."""

@final
class Group:
    """The score of the pairs that share a label."""

    @property
    def rate(self) -> float:
        """Errors per token of the references."""
    @property
    def mer(self) -> float:
        """Errors per step, insertions counted."""
    @property
    def low(self) -> float:
        """The lower end of the rate's 95 % interval."""
    @property
    def high(self) -> float:
        """The upper end."""
    @property
    def small(self) -> bool:
        """Whether there are fewer than 30 pairs: the figures say little then."""
    @property
    def pairs(self) -> int:
        """How many pairs there are."""
    @property
    def hits(self) -> int:
        """Tokens that are the same."""
    @property
    def substitutions(self) -> int:
        """Tokens that became others."""
    @property
    def deletions(self) -> int:
        """Tokens of the references that are missing."""
    @property
    def insertions(self) -> int:
        """Tokens of the hypotheses without a counterpart."""

@final
class Variants:
    """Classes of forms of one or more words, any of which may stand for another. `a | b` has the
    forms of both; classes that share a form become one. They can be pickled."""

    def __new__(cls, classes: Iterable[Iterable[str]]) -> Variants:
        """Takes the forms of each class. A form is also found with a capital first letter, all in
        lower case, and with punctuation behind it.

        Raises `ValueError` for a form without words and for one that is there twice.
        """
    @staticmethod
    def danish() -> Variants:
        """The Danish forms that come with the package: tusind and tusinde, Århus and Aarhus, kl.
        and klokken, fx, f.eks. and for eksempel."""
    @property
    def classes(self) -> list[list[str]]:
        """The forms of each class, as they were given. A new list each time."""
    def __or__(self, value: Variants, /) -> Variants: ...
    def __ror__(self, value: Variants, /) -> Variants: ...
    def nearest(self, reference: str, hypothesis: str) -> str:
        """The reference in those of its forms that lie nearest to the hypothesis.

        >>> import sprogkit as sk
        >>> sk.score.Variants.danish().nearest("cirka tusind i Århus", "ca. tusinde i Aarhus")
        'ca. tusinde i Aarhus'
        """

def wer(
    references: str | Iterable[str] | Iterable[Iterable[str]] | Any,
    hypotheses: str | Iterable[str] | Any,
    *,
    profile: str = "as-is",
    groups: Iterable[object] | None = None,
    variants: Variants | None = None,
    ties: Literal["jiwer", "kaldi", "sclite"] = "jiwer",
    threads: int | None = None,
) -> Score:
    """Scores words: the figures of jiwer, pooled over all pairs.

    `references` and `hypotheses` are a list of `str` or any Arrow strings each, or one `str`.
    Where there are several right answers, `references` is a list of lists, and the one that is
    matched best counts. `variants` allows other forms of the same (`Variants.danish()`): none of
    them is an error. `groups` gives a label (speaker, dialect, age) for each pair.
    `profile="as-is"` changes nothing: case and punctuation count, words end at white space.
    `ties` is which of several minimal alignments counts, by the program that would take it.

    Raises `ValueError` where the numbers of texts differ, there are none, one is None, or a name
    is unknown.

    >>> import sprogkit as sk
    >>> s = sk.score.wer(["det er en god dag"], ["det var en dag"])
    >>> s
    Score(wer=0.4000, hits=3, substitutions=1, deletions=1, insertions=0)
    >>> round(s.cer, 3)
    0.353
    >>> sk.score.wer([["to hundrede", "200"]], ["200"]).wer
    0.0
    """

def cer(
    references: str | Iterable[str] | Iterable[Iterable[str]] | Any,
    hypotheses: str | Iterable[str] | Any,
    *,
    profile: str = "as-is",
    groups: Iterable[object] | None = None,
    variants: Variants | None = None,
    ties: Literal["jiwer", "kaldi", "sclite"] = "jiwer",
    threads: int | None = None,
) -> Score:
    """As `wer`, with every character a token of its own, spaces included."""
