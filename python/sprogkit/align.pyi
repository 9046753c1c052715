"""Lining things up: words with words, frames with characters, sentences with sentences."""

from collections.abc import Hashable, Iterable
from typing import Any, Final, Literal, final

__all__ = ["OPERATIONS", "Edits", "edits"]

OPERATIONS: Final[tuple[str, ...]]
"""What can happen to a token: `"hit"`, `"substitution"`, `"deletion"`, `"insertion"`."""

@final
class Edits:
    """A minimal alignment of a hypothesis with a reference."""

    @property
    def hits(self) -> int:
        """Tokens that are the same."""
    @property
    def substitutions(self) -> int:
        """Tokens that became others."""
    @property
    def deletions(self) -> int:
        """Tokens of the reference that are missing from the hypothesis."""
    @property
    def insertions(self) -> int:
        """Tokens of the hypothesis without a counterpart in the reference."""
    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions together: the edit distance."""
    @property
    def rate(self) -> float | None:
        """Errors per token of the reference; None for an empty reference."""
    @property
    def pairs(self) -> list[tuple[int | None, int | None]]:
        """Every step in order: which token of the reference stands beside which of the
        hypothesis, counted from 0; None where it has no counterpart. A new list each time."""
    @property
    def operations(self) -> list[str]:
        """What happened at each of the `pairs`: one of `OPERATIONS`. A new list each time."""

def edits(
    reference: Iterable[Hashable] | Any,
    hypothesis: Iterable[Hashable] | Any,
    *,
    ties: Literal["jiwer", "kaldi"] = "jiwer",
) -> Edits:
    """Aligns two sequences in as few substitutions, deletions and insertions as there can be.

    The tokens are anything hashable: words, numbers, a NumPy or Arrow array. A `str` is a
    sequence of characters; use `text.split()` for words. Of several minimal alignments `ties`
    takes the one of that program.

    Raises `ValueError` for unknown `ties`, `TypeError` for what cannot be hashed.

    >>> import sprogkit as sk
    >>> e = sk.align.edits("hun spiser et æble".split(), "hun spiste æble".split())
    >>> e.hits, e.substitutions, e.deletions, e.insertions
    (2, 1, 1, 0)
    >>> list(zip(e.operations, e.pairs))[1:3]
    [('substitution', (1, 1)), ('deletion', (2, None))]
    """
