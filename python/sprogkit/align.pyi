"""Lining things up: words with words, frames with characters, sentences with sentences."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Final, Literal, final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import Array

__all__ = [
    "OPERATIONS",
    "WILDCARD",
    "Bead",
    "CtcPath",
    "Edits",
    "EditsBatch",
    "Segment",
    "Transcript",
    "bitext",
    "ctc",
    "ctc_batch",
    "edits",
    "edits_batch",
    "export",
    "project",
    "tokenizations",
    "transcript",
]

OPERATIONS: Final[tuple[str, ...]]
"""What can happen to a token: `"hit"`, `"substitution"`, `"deletion"`, `"insertion"`."""

@final
class Edits:
    """A minimal alignment of a hypothesis with a reference. It can be pickled."""

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
    ties: Literal["jiwer", "kaldi", "sclite"] = "jiwer",
) -> Edits:
    """Aligns two sequences in as few substitutions, deletions and insertions as there can be.

    The tokens are anything hashable: words, numbers, a NumPy or Arrow array. A `str` is a
    sequence of characters; use `text.split()` for words. Of several minimal alignments `ties`
    takes the one of that program; `"sclite"` weighs a substitution 4 and the others 3, as it does,
    and may so give one error more.

    Raises `ValueError` for unknown `ties`, `TypeError` for what cannot be hashed.

    >>> import sprogkit as sk
    >>> e = sk.align.edits("hun spiser et æble".split(), "hun spiste æble".split())
    >>> e.hits, e.substitutions, e.deletions, e.insertions
    (2, 1, 1, 0)
    >>> list(zip(e.operations, e.pairs))[1:3]
    [('substitution', (1, 1)), ('deletion', (2, None))]
    """

@final
class EditsBatch:
    """The minimal alignments of many pairs."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """Hits, substitutions, deletions and insertions of each pair: shape [pairs, 4]."""
    @property
    def operations(self) -> Array:
        """What happened at each step of each pair, `list<uint8>`: places in `OPERATIONS`."""
    def __len__(self) -> int: ...

def edits_batch(
    references: Iterable[Iterable[Hashable]] | Any,
    hypotheses: Iterable[Iterable[Hashable]] | Any,
    *,
    ties: Literal["jiwer", "kaldi", "sclite"] = "jiwer",
    threads: int | None = None,
) -> EditsBatch:
    """As `edits` for each pair of sequences, on all cores; the order is kept.

    Fastest are Arrow lists of uint32, as `encode_batch` of a tokenizer gives them, and NumPy
    arrays or lists of whole numbers; anything hashable will do.

    Raises `ValueError` where there are not as many hypotheses as references, and what `edits`
    raises.

    >>> import sprogkit as sk
    >>> batch = sk.align.edits_batch([[1, 2, 3], [7]], [[1, 3], [7, 8]])
    >>> batch.counts.tolist()
    [[2, 0, 1, 0], [1, 0, 0, 1]]
    >>> batch.operations.to_pylist()
    [[0, 2, 0], [0, 3]]
    """

WILDCARD: Final[int]
"""The target that stands for speech that is not in the text, where `wildcard` is given."""

@final
class CtcPath:
    """A path of targets through frames. Its arrays are read-only views. It can be pickled."""

    @property
    def path(self) -> NDArray[np.int32]:
        """The token of each frame, blanks included: shape [frames]."""
    @property
    def starts(self) -> NDArray[np.int64]:
        """The first frame of each target: shape [targets]."""
    @property
    def ends(self) -> NDArray[np.int64]:
        """The frame behind the last of each target: shape [targets]."""
    @property
    def scores(self) -> NDArray[np.float32]:
        """The mean natural-log probability of each target over its frames: shape [targets]."""
    @property
    def score(self) -> float:
        """The sum of the natural-log probabilities along the path."""
    @property
    def exact(self) -> bool:
        """Whether it is proven that no path has a higher score."""
    def groups(self, ends: Sequence[int]) -> list[tuple[int, int, float]]:
        """First frame, frame behind the last, and mean natural-log probability of each group of
        targets (words, sentences): group `i` holds the targets `ends[i - 1]` (or 0) up to, not
        including, `ends[i]`.

        Raises `AlignmentError` where `ends` descends or does not end with the number of targets.
        """

def ctc(
    log_probs: ArrayLike | Any,
    targets: ArrayLike,
    *,
    blank: int = 0,
    beam: int | None = None,
    wildcard: float | None = None,
    optional: Iterable[tuple[int, int, float]] | None = None,
    scale: float | None = None,
    zero_point: int | None = None,
) -> CtcPath:
    """Aligns targets with the frames of a CTC network's output: which frame says which token.

    `log_probs` holds natural-log probabilities (or logits), shape [frames, vocabulary]: a NumPy
    array, or anything that gives its memory by DLPack (PyTorch on the CPU, JAX). float32, float16
    and bfloat16 are read where they lie, and so is int8 with its `scale` and `zero_point`:
    the value is `(q - zero_point) * scale`. float64 and matrices that are not C-contiguous are
    copied. `targets` are column numbers without blanks, shape [targets].

    `wildcard` allows `WILDCARD` among the targets, for speech that is not in the text: a frame
    under it costs that many nats below the frame's best token.

    `optional` names runs of targets that may not have been said, each `(first, end, cost)`: a
    run that is left out costs that many nats, its targets start and end at the same frame, and
    their score is -inf.

    The path is the exact best, whatever the length, unless a `beam` is given: then only about as
    many targets around the best are looked at, and `exact` says whether that is proven to have
    cost nothing. Memory grows with frames and targets, not with their product. Ctrl-C ends long
    work.

    Raises `AlignmentError` for a wrong shape, NaN, a target outside the vocabulary, and targets
    that need more frames than there are: the message says which value where. `TypeError` for
    numbers of another kind.

    >>> import numpy as np, sprogkit as sk
    >>> log_probs = np.log(np.array([[.1, .8, .1], [.8, .1, .1], [.1, .1, .8]], np.float32))
    >>> p = sk.align.ctc(log_probs, [1, 2])
    >>> p.path.tolist(), p.starts.tolist(), p.ends.tolist(), p.exact
    ([1, 0, 2], [0, 2], [1, 3], True)
    """

def ctc_batch(
    log_probs: Iterable[ArrayLike | Any],
    targets: Iterable[ArrayLike],
    *,
    blank: int = 0,
    beam: int | None = None,
    wildcard: float | None = None,
    scale: float | None = None,
    zero_point: int | None = None,
    threads: int | None = None,
) -> list[CtcPath]:
    """As `ctc` for each pair of a matrix and its targets, on all cores; the order is kept.

    Raises what `ctc` raises; the message names the pair, counted from 0.
    """

@final
class Segment:
    """A stretch of text and speech that belong together, with nothing missing on either side."""

    @property
    def units(self) -> tuple[int, int]:
        """The first unit and the one behind the last."""
    @property
    def start(self) -> int:
        """The first frame."""
    @property
    def end(self) -> int:
        """The frame behind the last."""
    @property
    def score(self) -> float:
        """The mean natural-log probability of its tokens."""
    @property
    def moved(self) -> bool:
        """Whether it was found out of its order in the text."""
    def __eq__(self, value: object, /) -> bool: ...

@final
class Transcript:
    """A transcript, lined up with the speech."""

    @property
    def starts(self) -> NDArray[np.int64]:
        """The first frame of each unit, -1 where the speech does not agree: shape [units]."""
    @property
    def ends(self) -> NDArray[np.int64]:
        """The frame behind the last of each unit, or -1: shape [units]."""
    @property
    def scores(self) -> NDArray[np.float32]:
        """The mean natural-log probability of each unit's tokens, or -inf: shape [units]."""
    @property
    def token_starts(self) -> NDArray[np.int64]:
        """The first frame of each token, -1 where its unit is not matched: shape [tokens]."""
    @property
    def token_ends(self) -> NDArray[np.int64]:
        """The frame behind the last of each token, or -1: shape [tokens]."""
    @property
    def segments(self) -> list[Segment]:
        """The stretches that belong together, in the order of the speech."""
    @property
    def missing_text(self) -> list[tuple[int, int]]:
        """Runs of units that were not said: first, and the one behind the last."""
    @property
    def missing_speech(self) -> list[tuple[int, int]]:
        """Runs of frames whose speech is not in the text: first, and the one behind the last."""
    def utterances(
        self,
        *,
        shortest: int = 50,
        wanted: int = 400,
        longest: int = 750,
        padding: int = 10,
        score: float = ...,
    ) -> list[Segment]:
        """Cuts the segments into pieces for training, at their pauses.

        Lengths are frames (the defaults suit 50 a second); `padding` is silence kept on both
        sides where there is as much, and pieces with a mean log probability below `score` (-2) are
        left out. Raises `ValueError` unless `shortest <= wanted <= longest`.
        """

def transcript(
    log_probs: ArrayLike | Any,
    text_units: Iterable[ArrayLike],
    *,
    blank: int = 0,
    garbage: float = 4.0,
    omission: float = 2.0,
    pause: int = 50,
    least: int = 6,
    reorder: int = 6000,
    scale: float | None = None,
    zero_point: int | None = None,
) -> Transcript:
    """Aligns hours of speech with a whole transcript that may have errors on both sides.

    `log_probs` is the matrix that `ctc` takes; `text_units` holds the tokens of each unit (a
    word, a sentence) in order. Units that were not said, speech that is not in the text, and
    passages in another order are found and named. A frame of speech without text costs `garbage`
    nats, a token left out `omission`; regions of speech without text have at least `least`
    speaking frames and are joined across `pause` frames of silence; `reorder` is how many frames
    from its place a passage is looked for (0: nowhere else). Ctrl-C ends the work.

    Raises `AlignmentError` as `ctc` does, `ValueError` for an option out of range.
    """

_Mark = tuple[float, float, str] | tuple[float, float, str, float | None]
_Format = Literal["textgrid", "ctm", "srt", "vtt", "audacity", "whisperx"]

@overload
def export(
    marks: Iterable[_Mark] | Mapping[str, Iterable[_Mark]],
    path: None = None,
    *,
    format: _Format,
    end: float | None = None,
    recording: str | None = None,
    language: str | None = None,
) -> str:
    """Marks of time as the file of another program: Praat's TextGrid, NIST CTM, SubRip, WebVTT,
    Audacity's labels, JSON as whisperX writes it.

    A mark is `(start, end, text)` or `(start, end, text, score)`, in seconds, in order. A TextGrid
    takes several tiers as well, a dict from their names to their marks. So does JSON: segments and
    then their words, which are put into the segment they lie in; words alone are one segment.
    `end` is where a TextGrid ends (default: with the last mark), `recording` the name in a CTM
    file, `language` that of JSON (default: `"da"`).

    Without a `path` the text is returned; with one it is written there in UTF-8, and `format` may
    be left to the end of its name: `.TextGrid`, `.ctm`, `.srt`, `.vtt`, `.txt`, `.json`.

    Raises `ValueError` for marks that the format cannot hold (overlaps in a TextGrid, blanks in a
    CTM word), `TypeError` for what is no mark; the message says which. `OSError` where the file
    cannot be written.

    >>> import math, sprogkit as sk
    >>> import numpy as np
    >>> log_probs = np.log(np.array([[.1, .8, .1], [.8, .1, .1], [.1, .1, .8]], np.float32))
    >>> p, hop = sk.align.ctc(log_probs, [1, 2]), 0.02
    >>> marks = [
    ...     (start * hop, end * hop, word, round(math.exp(score), 3))
    ...     for (start, end, score), word in zip(p.groups([1, 2]), ["ja", "tak"])
    ... ]
    >>> print(sk.align.export(marks, format="ctm", recording="opkald"), end="")
    opkald 1 0 0.02 ja 0.8
    opkald 1 0.04 0.02 tak 0.8
    """

@overload
def export(
    marks: Iterable[_Mark] | Mapping[str, Iterable[_Mark]],
    path: str | PathLike[str],
    *,
    format: _Format | None = None,
    end: float | None = None,
    recording: str | None = None,
    language: str | None = None,
) -> None: ...

def project(
    spans: Iterable[tuple[int, int] | Any], source: str, target: str
) -> list[tuple[int, int]]:
    """Carries spans of characters from one version of a text to another: cleaned, normalised,
    corrected.

    A span is a pair, or anything with `start` and `end` (a `Word`, a `Sentence`). What was
    inserted at its edges stays outside; a span whose text was deleted becomes empty. O(n) where
    one text comes from the other by small changes.

    Raises `ValueError` for a span outside `source`, `TypeError` for what is no span; the message
    says which, counted from 0.

    >>> import sprogkit as sk
    >>> source, target = "Beløbet er  1.250 kr. i alt", "beløbet er 1.250 kroner i alt"
    >>> [(start, end)] = sk.align.project([(12, 21)], source, target)
    >>> target[start:end]
    '1.250 kroner'
    """

def tokenizations(
    first: Iterable[str] | Any, second: Iterable[str] | Any
) -> tuple[Array, Array]:
    """Lines up two tokenizations of a text: for each token of the one the numbers of the tokens
    of the other that share characters with it, `list<uint32>`, and the other way.

    Letters are compared without case and accents; characters that one side never has, such as the
    marks of a subword tokenizer, are passed over.

    Raises `TypeError` where a token is None.

    >>> import sprogkit as sk
    >>> forward, backward = sk.align.tokenizations(["Rødgrøden"], ["rod", "##grod", "##en"])
    >>> forward.to_pylist(), backward.to_pylist()
    ([[0, 1, 2]], [[0], [0], [0]])
    """

@final
class Bead:
    """Sentences that translate each other."""

    @property
    def source(self) -> range:
        """The numbers of the source's sentences: none, one, or up to three in a row."""
    @property
    def target(self) -> range:
        """The numbers of the target's sentences."""
    @property
    def score(self) -> float:
        """How much better the bead is than its sentences alone, for each token, in nats; doubtful
        below about 0.2, and 0 where one side is empty."""

def bitext(
    source_sentences: Iterable[str] | Any, target_sentences: Iterable[str] | Any
) -> list[Bead]:
    """Lines up the sentences of a text and its translation, by length, shared words and numbers,
    and a lexicon learned on the way. Every sentence is in one bead, in order.

    Raises `TypeError` where a sentence is None.

    >>> import sprogkit as sk
    >>> da = ["Kommunen har 5600 borgere.", "De bor i 12 byer.", "Det er mange."]
    >>> en = ["The municipality has 5600 citizens.", "They live in 12 towns.", "That is many."]
    >>> [(list(bead.source), list(bead.target)) for bead in sk.align.bitext(da, en)]
    [([0], [0]), ([1], [1]), ([2], [2])]
    """
