"""Alignment: the counts, the steps, and what may be a token."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sprogkit as sk

tokens = st.lists(st.sampled_from("abcd"), max_size=12)


def distance(reference, hypothesis):
    """Row by row, obviously right."""
    row = list(range(len(hypothesis) + 1))
    for i, r in enumerate(reference, 1):
        last, row[0] = row[0], i
        for j, h in enumerate(hypothesis, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (r != h))
    return row[-1]


@given(tokens, tokens, st.sampled_from(["jiwer", "kaldi"]))
def test_the_steps_lead_from_reference_to_hypothesis(reference, hypothesis, ties):
    e = sk.align.edits(reference, hypothesis, ties=ties)
    assert e.errors == distance(reference, hypothesis)
    assert [r for r, _ in e.pairs if r is not None] == list(range(len(reference)))
    assert [h for _, h in e.pairs if h is not None] == list(range(len(hypothesis)))
    for operation, (r, h) in zip(e.operations, e.pairs, strict=True):
        if operation in ("hit", "substitution"):
            assert (reference[r] == hypothesis[h]) == (operation == "hit")
        else:
            assert (r is None, h is None) == (operation == "insertion", operation == "deletion")
    counts = [e.operations.count(operation) for operation in sk.align.OPERATIONS]
    assert counts == [e.hits, e.substitutions, e.deletions, e.insertions]


REFERENCE, HYPOTHESIS = [3, 1, 4, 1, 5], [3, 4, 1, 6]
HOLDERS = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "numpy": np.array,
    "pyarrow": pa.array,
    "array": lambda tokens: sk.Array(pa.array(tokens)),
    "words": lambda tokens: [str(token) for token in tokens],
    "characters": lambda tokens: "".join(map(str, tokens)),
    "pairs": lambda tokens: [(token, "x") for token in tokens],
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_anything_hashable_is_a_token(holder):
    hold = HOLDERS[holder]
    e = sk.align.edits(hold(REFERENCE), hold(HYPOTHESIS))
    assert (e.hits, e.substitutions, e.deletions, e.insertions) == (3, 1, 1, 0)
    assert e.rate == 2 / 5
    assert repr(e) == "Edits(hits=3, substitutions=1, deletions=1, insertions=0)"


def test_an_empty_reference_has_no_rate():
    assert sk.align.edits([], ["a"]).rate is None


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: sk.align.edits([[]], []), TypeError, "unhashable"),
        (lambda: sk.align.edits(1, []), TypeError, "reference must be a sequence of tokens"),
        (lambda: sk.align.edits([], None), TypeError, "hypothesis must be a sequence"),
        (lambda: sk.align.edits([], [], ties="x"), ValueError, 'got "x"'),
    ],
)
def test_wrong_use_is_said(call, error, said):
    with pytest.raises(error, match=said):
        call()
