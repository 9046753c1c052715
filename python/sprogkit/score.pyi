"""Word and character error rates."""

from collections.abc import Iterable
from typing import Any, Final, Literal, final

__all__ = ["PROFILES", "Group", "Score", "cer", "wer"]

PROFILES: Final[tuple[str, ...]]
"""What can be done to the texts before they are compared."""

@final
class Score:
    """How well hypotheses match references, over all pairs together."""

    @property
    def wer(self) -> float:
        """Word errors per word of the references; computed when asked for after `cer()`."""
    @property
    def cer(self) -> float:
        """Character errors per character of the references; computed when asked for after
        `wer()`."""
    @property
    def mer(self) -> float:
        """Match error rate: the errors' share of all steps."""
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
    def groups(self) -> dict[str, Group]:
        """The scores by label, where `groups` were given."""
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

def wer(
    references: str | Iterable[str] | Any,
    hypotheses: str | Iterable[str] | Any,
    *,
    profile: str = "as-is",
    groups: Iterable[object] | None = None,
    ties: Literal["jiwer", "kaldi"] = "jiwer",
    threads: int | None = None,
) -> Score:
    """Scores words: the figures of jiwer, pooled over all pairs.

    `references` and `hypotheses` are a list of `str` or any Arrow strings each, or one `str`.
    `groups` gives a label (speaker, dialect, age) for each pair. `profile="as-is"` changes
    nothing: case and punctuation count, words end at white space.

    Raises `ValueError` where the numbers of texts differ, there are none, one is None, or a name
    is unknown.

    >>> import sprogkit as sk
    >>> s = sk.score.wer(["det er en god dag"], ["det var en dag"])
    >>> s
    Score(wer=0.4000, hits=3, substitutions=1, deletions=1, insertions=0)
    >>> round(s.cer, 3)
    0.353
    """

def cer(
    references: str | Iterable[str] | Any,
    hypotheses: str | Iterable[str] | Any,
    *,
    profile: str = "as-is",
    groups: Iterable[object] | None = None,
    ties: Literal["jiwer", "kaldi"] = "jiwer",
    threads: int | None = None,
) -> Score:
    """As `wer`, with every character a token of its own, spaces included."""
