"""Alignment: the counts, the steps, and what may be a token."""

import numpy as np
import polars as pl
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


@given(tokens, tokens, st.sampled_from(["jiwer", "kaldi", "sclite"]))
def test_the_steps_lead_from_reference_to_hypothesis(reference, hypothesis, ties):
    e = sk.align.edits(reference, hypothesis, ties=ties)
    assert e.errors == distance(reference, hypothesis) or ties == "sclite"
    assert e.errors >= distance(reference, hypothesis)
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


@given(st.lists(st.tuples(tokens, tokens), max_size=6), st.sampled_from(["jiwer", "sclite"]))
def test_many_pairs_are_aligned_as_each_alone(pairs, ties):
    references, hypotheses = [r for r, _ in pairs], [h for _, h in pairs]
    alone = [sk.align.edits(r, h, ties=ties) for r, h in pairs]
    steps = [[sk.align.OPERATIONS.index(o) for o in e.operations] for e in alone]
    counts = [[e.hits, e.substitutions, e.deletions, e.insertions] for e in alone]
    ids = lambda rows: [[ord(token) for token in row] for row in rows]  # noqa: E731
    lists = pa.list_(pa.uint32())
    for hold in (
        lambda rows: rows,
        ids,
        lambda rows: [[token * 10**7 for token in row] for row in ids(rows)],
        lambda rows: [np.array(row, np.int64) for row in ids(rows)],
        lambda rows: (tuple(row) for row in ids(rows)),
        lambda rows: pa.array(ids(rows), lists),
        lambda rows: sk.Array(pa.array(ids(rows), pa.large_list(pa.uint32()))),
        lambda rows: pa.chunked_array([ids(rows)[:1], ids(rows)[1:]], lists),
        lambda rows: pa.array(ids(rows), pa.list_(pa.int64())),
    ):
        batch = sk.align.edits_batch(hold(references), hold(hypotheses), ties=ties, threads=1)
        assert len(batch) == len(pairs)
        assert batch.operations.to_pylist() == steps
        assert batch.counts.tolist() == counts


def test_numbers_are_equal_as_python_finds_them():
    assert sk.align.edits([1, 2], [1.0, True]).hits == 1
    assert sk.align.edits([-1, 2**40], [-1, 2**40]).hits == 2
    assert sk.align.edits(np.array([7, -1]), [7, -1]).hits == 2
    assert sk.align.edits(np.array([7, 9], np.uint16), np.array([7, 9], np.int32)[::-1]).hits == 1
    assert sk.align.edits(np.array([1.5]), [1.5]).hits == 1


def test_an_empty_reference_has_no_rate():
    assert sk.align.edits([], ["a"]).rate is None


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: sk.align.edits([[]], []), TypeError, "unhashable"),
        (lambda: sk.align.edits(1, []), TypeError, "reference must be a sequence of tokens"),
        (lambda: sk.align.edits([], None), TypeError, "hypothesis must be a sequence"),
        (lambda: sk.align.edits([], [], ties="x"), ValueError, 'got "x"'),
        (lambda: sk.align.edits_batch([[1]], []), ValueError, "hypotheses must be as many"),
        (lambda: sk.align.edits_batch(1, []), TypeError, "references must be many sequences"),
        (lambda: sk.align.edits_batch([[1], 2], [[1], [2]]), TypeError, r"references\[1\] must"),
    ],
)
def test_wrong_use_is_said(call, error, said):
    with pytest.raises(error, match=said):
        call()


SOURCE = "Å, Søren 🎬 skylder  1.250 kr. for 2. gang"
TARGET = "å, soren 🎬 skylder 1.250 kroner for anden gang"


@pytest.mark.parametrize(
    ("part", "expected"),
    [("Å", "å"), ("Søren", "soren"), ("🎬", "🎬"), ("1.250 kr.", "1.250 kroner"), ("gang", "gang")],
)
def test_spans_are_carried_over(part, expected):
    start = SOURCE.index(part)
    for span in ((start, start + len(part)), sk.text.Sentence(part, start, start + len(part))):
        [(first, end)] = sk.align.project([span], SOURCE, TARGET)
        assert TARGET[first:end] == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.randoms())
def test_spans_of_the_same_text_stay(text, random):
    ends = [sorted(random.choices(range(len(text) + 1), k=2)) for _ in range(3)]
    spans = [tuple(pair) for pair in ends if pair[0] < pair[1]]
    assert sk.align.project(spans, text, text) == spans


def test_spans_outside_are_said():
    for span in ((0, 3), (2, 1), (-1, 1), [0, 3]):
        start, end = span
        said = rf"span must be inside a text of 2 characters, got \({start}, {end}\) at spans\[1\]"
        with pytest.raises(ValueError, match=said):
            sk.align.project([(0, 1), span], "ab", "ab")


@pytest.mark.parametrize(
    ("span", "error", "said"),
    [
        (3, TypeError, r"spans\[1\] must be \(start, end\) or have start and end, got int"),
        (None, TypeError, r"spans\[1\] must be .*, got NoneType"),
        ((0.5, 1), TypeError, r"the start of spans\[1\] must be a whole number, got float"),
        ((0, "1"), TypeError, r"the end of spans\[1\] must be a whole number, got str"),
        ((0, 1, 2), ValueError, r"spans\[1\] must be \(start, end\), got 3 values"),
        ((0, 10**30), ValueError, r"the end of spans\[1\] is beyond every text"),
    ],
)
def test_what_is_no_span_is_said(span, error, said):
    rewritten = sk.text.clean_mapped("ab")
    for call in (lambda s: sk.align.project(s, "ab", "ab"), rewritten.project, rewritten.back):
        with pytest.raises(error, match=said):
            call([(0, 1), span])
        with pytest.raises(TypeError, match="spans must be a list"):
            call(1)


def test_spans_are_any_iterable_of_pairs():
    assert sk.align.project(iter([[0, 1], (1, 2)]), "ab", "ab") == [(0, 1), (1, 2)]


def test_tokenizations():
    words, pieces = ["Rødgrøden", "koger", "!"], ["▁Rød", "grøden", "▁koger!"]
    forward, backward = sk.align.tokenizations(words, pieces)
    assert forward.to_pylist() == [[0, 1], [2], [2]]
    assert backward.to_pylist() == [[0], [0], [1, 2]]
    assert pa.array(forward).type == pa.list_(pa.field("item", pa.uint32(), nullable=False))


def test_an_absent_text_is_said():
    for absent in (["a", None], pa.array(["a", None]), pl.Series(["a", None])):
        with pytest.raises(TypeError, match=r"source_sentences\[1\] must be str, got None"):
            sk.align.bitext(absent, ["b"])
        with pytest.raises(TypeError, match=r"target_sentences\[1\] must be str, got None"):
            sk.align.bitext(["a"], absent)
        with pytest.raises(TypeError, match=r"first\[1\] must be str, got None"):
            sk.align.tokenizations(absent, ["a"])
        with pytest.raises(TypeError, match=r"second\[1\] must be str, got None"):
            sk.align.tokenizations(["a"], absent)


def test_bitext():
    da = [f"Punkt {i} koster {i * 37} kroner og sendes til afdeling {i % 5}." for i in range(40)]
    en = [f"Item {i} costs {i * 37} kroner and is sent to unit {i % 5}." for i in range(40)]
    beads = sk.align.bitext(da[:20] + da[22:], en)
    pairs = {(tuple(bead.source), tuple(bead.target)) for bead in beads}
    assert {((i,), (i,)) for i in range(20)} <= pairs
    assert {((i,), (i + 2,)) for i in range(20, 38)} <= pairs
    assert [i for bead in beads for i in bead.target] == list(range(40))
    assert "score=" in repr(beads[0])
    assert sk.align.bitext([], []) == []
