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


def test_other_groups_need_no_new_alignment():
    s = sk.score.wer(REFERENCES * 20, HYPOTHESES * 20, groups=["jysk", "fynsk", "jysk"] * 20)
    again = s.by(["jysk", "fynsk", "jysk"] * 20)
    assert {k: (g.rate, g.low, g.high) for k, g in again.items()} == {
        k: (g.rate, g.low, g.high) for k, g in s.groups.items()
    }
    narrow = s.by(pa.array(["jysk", "fynsk", "jysk"] * 20), level=0.5, samples=200, small=41)
    assert narrow["jysk"].high - narrow["jysk"].low < again["jysk"].high - again["jysk"].low
    assert narrow["jysk"].small
    assert not again["jysk"].small
    assert again["jysk"].mer == pytest.approx(3 / 7)


def test_of_several_references_the_best_counts():
    references = [["det er en god dag", "det var en dag"], ("hun hedder Søren",), ["ja", "ja ja"]]
    for hold in (list, tuple, iter):
        s = sk.score.wer(hold(references), HYPOTHESES)
        assert s.references == ["det var en dag", "hun hedder Søren", "ja ja"]
        assert (s.hits, s.substitutions, s.insertions) == (7, 2, 0)
    assert s.confusions() == [("Søren", "søren", 1), ("hun", "han", 1)]
    assert s.cer == sk.score.cer(s.references, HYPOTHESES).cer


@given(st.lists(st.tuples(st.lists(sentences, min_size=1, max_size=3), sentences), min_size=1))
def test_the_best_reference_has_the_fewest_errors(pairs):
    references, hypotheses = zip(*pairs, strict=True)
    s = sk.score.wer(references, hypotheses)
    for (given_, hypothesis), counts, chosen in zip(pairs, s.pairs, s.references, strict=True):
        each = [sk.align.edits(r.split(), hypothesis.split()).errors for r in given_]
        assert sum(counts[1:]) == min(each)
        assert chosen in given_


def test_variants_are_no_errors():
    reference, hypothesis = "Århus har cirka tusind huse.", "Aarhus har ca. tusinde hus."
    assert sk.score.wer(reference, hypothesis).substitutions == 4
    s = sk.score.wer(reference, hypothesis, variants=sk.score.Variants.danish())
    assert s.substitutions == 1
    assert s.references == ["Aarhus har ca. tusinde huse."]
    assert s.diff(0) == "Aarhus har ca. tusinde [-huse.-] {+hus.+}"
    own = sk.score.Variants([["hus", "huse"], ("for eksempel", "fx")])
    assert own.nearest("Huse, for eksempel", "Hus, fx") == "Hus, fx"
    several = sk.score.wer([["et hus", "to huse"]], ["to hus"], variants=own)
    assert several.references == ["to hus"]
    assert sk.score.cer("to huse", "to hus", variants=own).cer == 0


def test_ties_divide_the_same_errors():
    reference, hypothesis = "a b c d", "b c x d"
    found = {ties: sk.score.wer(reference, hypothesis, ties=ties) for ties in TIES}
    assert {s.wer for s in found.values()} == {0.5}
    # Two substitutions cost sclite more than an insertion, a deletion and a hit.
    assert sk.score.wer("a b", "b c", ties="sclite").pairs == [(1, 0, 1, 1)]
    assert sk.score.wer("a b", "b c").pairs == [(0, 2, 0, 0)]


def test_confusions_add_up():
    s = sk.score.wer(REFERENCES, HYPOTHESES)
    confusions = s.confusions()
    assert sum(count for *_, count in confusions) == s.substitutions + s.deletions + s.insertions
    assert ("god", "", 1) in confusions
    assert ("", "ja", 1) in confusions
    assert s.confusions(2) == confusions[:2]
    assert s.confusions(limit=0) == []
    assert sk.score.cer("søren", "Søren").confusions() == [("s", "S", 1)]


@given(sentences, sentences, st.sampled_from(["wer", "cer"]))
def test_steps_say_where_the_tokens_stand(reference, hypothesis, unit):
    s = getattr(sk.score, unit)([reference], [hypothesis])
    steps = s.steps(0)
    split = str.split if unit == "wer" else list
    cut = lambda text, at: [text[slice(*step[at])] for step in steps if step[at]]  # noqa: E731
    assert cut(reference, 1) == split(reference)
    assert cut(hypothesis, 2) == split(hypothesis)
    for operation, own, other in steps:
        same = own and other and reference[slice(*own)] == hypothesis[slice(*other)]
        assert (operation == "hit") == bool(same)
    names = [operation for operation, *_ in steps]
    assert s.pairs == [tuple(map(names.count, sk.align.OPERATIONS))]


def test_differences_are_shown():
    for hold in (list, pa.array, lambda texts: pa.chunked_array([texts[:1], texts[1:]])):
        s = sk.score.wer(hold(REFERENCES), hold(HYPOTHESES))
        assert s.diff(0) == "det [-er-] {+var+} en [-god-] dag"
        assert s.diff(-1) == "ja {+ja+}"
    assert s.diff(2, color=True) == "ja \x1b[32mja\x1b[0m"
    with pytest.raises(IndexError, match="row 3 of 3"):
        s.diff(3)
    page = s.html(title="<Prøve>", labels=["a", "b", 3])
    assert page.startswith("<!doctype html>")
    assert "&lt;Prøve&gt;" in page
    assert "<del>god</del>" in page
    assert "<ins>var</ins>" in page
    assert "<th>3" in page


TIES = ["jiwer", "kaldi", "sclite"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sk.score.wer([["a"], "b"], ["a", "b"]), r"references\[1\] must be a list"),
        (lambda: sk.score.wer([["a", None]], ["a"]), r"references\[0\]\[1\] must be str, got"),
        (lambda: sk.score.wer("a", "b", variants="danish"), "variants"),
        (lambda: sk.score.Variants(["a"]), r"classes\[0\] must be a list of forms"),
    ],
)
def test_wrong_types_are_said(call, said):
    with pytest.raises(TypeError, match=said):
        call()


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
        (lambda: sk.score.wer("a", "b").by([]), "groups must be as many"),
        (lambda: sk.score.wer("a", "b").by(["x"], samples=0), "samples must be at least 1"),
        (lambda: sk.score.wer("a", "b").html(labels=[]), "labels must be as many"),
        (lambda: sk.score.wer("a", "b").confusions(-1), "limit must be at least 0"),
        (lambda: sk.score.wer([["a"], []], ["a", "b"]), "got none for pair 1"),
        (lambda: sk.score.Variants([["a", " "]]), "class 0, in which the form is empty"),
        (lambda: sk.score.Variants([["a"], ["b", "a"]]), '"a" is there twice'),
        (lambda: sk.score.wer("a", "b").interval(level=2), "level must be between 0 and 1"),
    ],
)
def test_wrong_use_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_variants_of_ones_own_join_the_danish_ones():
    own = sk.score.Variants([["Aros", "Aarhus"], ["joh", "ja"]])
    both = sk.score.Variants.danish() | own
    references, hypotheses = ["Århus, joh", "i århus kl. 5"], ["Aros, ja", "i aarhus klokken 5"]
    s = sk.score.wer(references, hypotheses, variants=both)
    assert s.wer == 0
    assert sum(map(len, both.classes)) == sum(map(len, sk.score.Variants.danish().classes)) + 3
    with pytest.raises(TypeError):
        own | [["a", "b"]]


def test_a_profile_makes_more_words_the_same_for_the_variants():
    reference, hypothesis = "I Århus, kl. 5!", "i AARHUS klokken 5"
    danish = sk.score.Variants.danish()
    s = sk.score.wer(reference, hypothesis, profile="da-lex@1", variants=danish)
    assert s.wer == 0
