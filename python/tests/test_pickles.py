"""Results go from process to process as they are."""

import pickle

import numpy as np
import pytest

import sprogkit as sk

REFERENCES = ["i Århus er det koldt", "ja tak", ""]
HYPOTHESES = ["Aarhus er koldt nu", "ja", "ny"]


@pytest.fixture(params=range(2, pickle.HIGHEST_PROTOCOL + 1))
def again(request):
    return lambda given: pickle.loads(pickle.dumps(given, request.param))


@pytest.mark.parametrize("count", [sk.score.wer, sk.score.cer])
def test_scores(again, count):
    for options in [
        {},
        {"groups": ["syd", "nord", "syd"], "ties": "sclite"},
        {"profile": "da-lex@1", "variants": sk.score.Variants.danish()},
    ]:
        score = count(REFERENCES, HYPOTHESES, **options)
        same = again(score)
        for name in ["wer", "cer", "mer", "wil", "pairs", "references", "unit"]:
            assert getattr(same, name) == getattr(score, name), name
        assert repr(same) == repr(score)
        assert same.steps(0) == score.steps(0)
        assert same.confusions() == score.confusions()
        assert list(same.groups) == list(score.groups)
        for name, group in score.groups.items():
            for field in ["rate", "mer", "low", "high", "small", "pairs", "hits", "insertions"]:
                assert getattr(same.groups[name], field) == getattr(group, field)
                assert getattr(again(group), field) == getattr(group, field)


def test_variants(again):
    variants = sk.score.Variants([["nul", "0"], ["ja", "jo"]])
    assert again(variants).classes == [["nul", "0"], ["ja", "jo"]]
    assert again(sk.score.Variants.danish()).nearest("i Århus", "i Aarhus") == "i Aarhus"


def test_edits(again):
    edits = sk.align.edits(["en", "god", "dag", "i", "dag"], ["en", "dag", "er", "i", "dag"])
    same = again(edits)
    assert (same.pairs, same.operations) == (edits.pairs, edits.operations)
    assert repr(same) == repr(edits)


def test_paths(again):
    log_probs = np.log(np.array([[0.1, 0.8, 0.1], [0.8, 0.1, 0.1], [0.1, 0.1, 0.8]], np.float32))
    path = sk.align.ctc(log_probs, [1, 2])
    same = again(path)
    for name in ["path", "starts", "ends", "scores"]:
        assert getattr(same, name).tolist() == getattr(path, name).tolist()
        assert getattr(same, name).dtype == getattr(path, name).dtype
    assert (same.score, same.exact) == (path.score, path.exact)
    assert same.groups([2]) == path.groups([2])


def test_beads_and_segments(again):
    (bead,) = sk.align.bitext(["Kommunen har 5600 borgere."], ["The town has 5600 citizens."])
    same = again(bead)
    assert (same.source, same.target, same.score) == (bead.source, bead.target, bead.score)
    log_probs = np.log(np.full((40, 3), 0.01, np.float32))
    log_probs[:, 0] = np.log(0.98)
    log_probs[10:12] = np.log([0.01, 0.98, 0.01])
    log_probs[14:16] = np.log([0.01, 0.01, 0.98])
    found = sk.align.transcript(log_probs, [[1], [2]]).segments
    assert found
    assert again(found) == found
