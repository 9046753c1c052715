"""Scores: the figures, the groups, what may be a text."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sprogkit as sk

REFERENCES = ["det er en god dag", "hun hedder Søren", "ja"]
HYPOTHESES = ["det var en dag", "han hedder søren", "ja ja"]
sentences = st.lists(st.sampled_from(["ja", "nej", "tak", "på"]), min_size=1, max_size=6)
sentences = sentences.map(" ".join)


def test_the_figures():
    s = sk.score.wer(REFERENCES, HYPOTHESES)
    assert (s.hits, s.substitutions, s.deletions, s.insertions) == (5, 3, 1, 1)
    assert s.wer == 5 / 9
    assert s.mer == 5 / 10
    assert s.wip == pytest.approx(5 / 9 * 5 / 9)
    assert s.wil == pytest.approx(1 - s.wip)
    assert s.pairs == [(3, 1, 1, 0), (1, 2, 0, 0), (1, 0, 0, 1)]
    assert s.unit == "word"
    assert s.cer == sk.score.cer(REFERENCES, HYPOTHESES).cer
    assert sk.score.cer(REFERENCES, HYPOTHESES).wer == s.wer


@given(st.lists(st.tuples(sentences, sentences), min_size=1, max_size=5))
def test_the_counts_are_those_of_the_alignments(pairs):
    references, hypotheses = zip(*pairs, strict=True)
    s = sk.score.wer(references, hypotheses)
    edits = [sk.align.edits(r.split(), h.split()) for r, h in pairs]
    assert s.pairs == [(e.hits, e.substitutions, e.deletions, e.insertions) for e in edits]
    edits = [sk.align.edits(r, h) for r, h in pairs]
    lengths = sum(map(len, references))
    assert s.cer == pytest.approx(sum(e.errors for e in edits) / lengths)


def test_any_strings_go_in():
    expected = sk.score.wer(REFERENCES, HYPOTHESES)
    for hold in (tuple, iter, pa.array, lambda texts: pa.chunked_array([texts[:1], texts[1:]])):
        assert sk.score.wer(hold(REFERENCES), hold(HYPOTHESES)).pairs == expected.pairs
    assert sk.score.wer("en god dag", "en dag").wer == pytest.approx(1 / 3)


def test_groups():
    s = sk.score.wer(REFERENCES * 20, HYPOTHESES * 20, groups=["jysk", "fynsk", 3] * 20)
    assert list(s.groups) == ["3", "fynsk", "jysk"]
    jysk = s.groups["jysk"]
    assert (jysk.pairs, jysk.hits, jysk.rate) == (20, 60, 0.4)
    assert jysk.low == jysk.high == 0.4
    assert jysk.small
    low, high = s.interval(seed=1)
    assert low < s.wer < high
    assert (low, high) == s.interval(seed=1)
    assert repr(jysk) == "Group(rate=0.4000, low=0.4000, high=0.4000, pairs=20, small=True)"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sk.score.wer(["a"], []), r"hypotheses must be as many .* \(1\), got 0"),
        (lambda: sk.score.wer([], []), "references must be at least one"),
        (lambda: sk.score.wer(["a", None], ["a", "b"]), r"references\[1\] is None"),
        (lambda: sk.score.wer(["a"], pa.array([None], pa.string())), r"hypotheses\[0\] is None"),
        (lambda: sk.score.wer("a", "b", profile="da"), 'profile must be one of .*"as-is"'),
        (lambda: sk.score.wer("a", "b", ties="x"), 'got "x"'),
        (lambda: sk.score.wer("a", "b", groups=["x", "y"]), "groups must be as many"),
        (lambda: sk.score.wer("a", "b").interval(level=2), "level must be between 0 and 1"),
    ],
)
def test_wrong_use_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()
