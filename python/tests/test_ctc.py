"""CTC alignment: the matrix of any kind, the best path, and every mistake named."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sprogkit as sk


def matrix(frames, vocabulary, seed=0):
    scores = np.random.default_rng(seed).normal(size=(frames, vocabulary)).astype(np.float32)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def best(log_probs, targets):
    """The best score of all paths, by trying them all."""
    frames, vocabulary = log_probs.shape
    scores = [-np.inf]
    for path in itertools.product(range(vocabulary), repeat=frames):
        said = [token for token, _ in itertools.groupby(path) if token != 0]
        if said == list(targets):
            scores.append(sum(float(log_probs[t, token]) for t, token in enumerate(path)))
    return max(scores)


@given(st.integers(0, 10**6), st.integers(1, 5), st.lists(st.integers(1, 2), max_size=3))
def test_the_path_is_the_best_of_all(seed, frames, targets):
    log_probs = matrix(frames, 3, seed)
    expected = best(log_probs, targets)
    if expected == -np.inf:
        with pytest.raises(sk.AlignmentError):
            sk.align.ctc(log_probs, targets)
        return
    p = sk.align.ctc(log_probs, targets)
    assert p.score == pytest.approx(expected, abs=1e-5)
    assert p.exact
    assert [token for token, _ in itertools.groupby(p.path) if token != 0] == targets
    for target, start, end, score in zip(targets, p.starts, p.ends, p.scores, strict=True):
        assert (p.path[start:end] == target).all()
        assert score == pytest.approx(log_probs[start:end, target].mean(), abs=1e-5)


def test_the_result_has_the_documented_types():
    p = sk.align.ctc(matrix(20, 5), [1, 2, 2])
    assert (p.path.dtype, p.path.shape) == (np.int32, (20,))
    assert (p.starts.dtype, p.ends.dtype, p.starts.shape) == (np.int64, np.int64, (3,))
    assert (p.scores.dtype, p.scores.shape) == (np.float32, (3,))
    assert isinstance(p.score, float)
    assert repr(p).startswith("CtcPath(frames=20, targets=3, score=-")


LOG_PROBS = matrix(30, 6)
TARGETS = [1, 4, 4, 2]
SCALE = float(-LOG_PROBS.min() / 127)
MATRICES = {
    "fortran": (np.asfortranarray(LOG_PROBS), 0),
    "float64": (LOG_PROBS.astype(np.float64), 0),
    "float16": (LOG_PROBS.astype(np.float16), 0.05),
    "read only": (np.frombuffer(LOG_PROBS.tobytes(), np.float32).reshape(30, 6), 0),
    "every second": (np.repeat(LOG_PROBS, 2, axis=1)[:, ::2], 0),
    "lists": (LOG_PROBS.astype(np.float64).tolist(), 1e-5),
}


@pytest.mark.parametrize("kind", MATRICES)
def test_a_matrix_of_any_kind(kind):
    log_probs, tolerance = MATRICES[kind]
    expected = sk.align.ctc(LOG_PROBS, TARGETS)
    p = sk.align.ctc(log_probs, TARGETS)
    assert p.score == pytest.approx(expected.score, abs=tolerance)
    assert p.path.tolist() == expected.path.tolist()


def test_int8_with_its_scale():
    quantised = np.round(LOG_PROBS / SCALE).astype(np.int8)
    p = sk.align.ctc(quantised, TARGETS, scale=SCALE, zero_point=0)
    assert p.score == pytest.approx(sk.align.ctc(LOG_PROBS, TARGETS).score, abs=30 * SCALE)
    with pytest.raises(TypeError, match="scale= and zero_point="):
        sk.align.ctc(quantised, TARGETS)
    with pytest.raises(TypeError, match="must be int8"):
        sk.align.ctc(LOG_PROBS, TARGETS, scale=0.1)


class Dlpack:
    """Memory that is given by DLPack alone, as other array libraries do."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_dlpack():
    expected = sk.align.ctc(LOG_PROBS, TARGETS)
    assert sk.align.ctc(Dlpack(LOG_PROBS), TARGETS).score == expected.score


def test_torch():
    torch = pytest.importorskip("torch")
    expected = sk.align.ctc(LOG_PROBS, TARGETS)
    log_probs = torch.from_numpy(LOG_PROBS)
    assert sk.align.ctc(log_probs, torch.tensor(TARGETS)).score == expected.score
    for other in (log_probs.double(), log_probs.t().contiguous().t()):
        assert sk.align.ctc(other, TARGETS).score == expected.score
    for small in (log_probs.half(), log_probs.bfloat16()):
        alone = sk.align.ctc(small, torch.tensor(TARGETS))
        assert alone.score == pytest.approx(expected.score, abs=0.5)
        # What is read is what the values are, not what they were.
        assert alone.score == sk.align.ctc(small.float(), TARGETS).score
        assert sk.align.ctc_batch([small], [TARGETS])[0].score == alone.score
    steps = torch.clamp(torch.round(log_probs / 0.1) + 90, -128, 127).to(torch.int8)
    found = sk.align.ctc(steps, TARGETS, scale=0.1, zero_point=90)
    plain = sk.align.ctc((steps.float() - 90) * 0.1, TARGETS)
    assert found.score == pytest.approx(plain.score, rel=1e-6)


@pytest.mark.parametrize("targets", [(1, 2), np.array([1, 2], np.uint8), np.array([1, 2])])
def test_targets_of_any_kind(targets):
    assert len(sk.align.ctc(LOG_PROBS, targets).starts) == 2


def test_no_targets_is_all_blanks():
    assert sk.align.ctc(LOG_PROBS, []).path.tolist() == [0] * 30


def test_a_wildcard_takes_what_is_not_in_the_text():
    sure = np.full((30, 6), -10, np.float32)
    sure[np.arange(30), [1] * 10 + [3] * 10 + [2] * 10] = -0.01
    p = sk.align.ctc(sure, [1, sk.align.WILDCARD, 2], wildcard=1.0)
    assert (p.starts.tolist(), p.ends.tolist()) == ([0, 10, 20], [10, 20, 30])


def test_a_beam_is_exact_or_says_that_it_may_not_be():
    best = sk.align.ctc(LOG_PROBS, TARGETS)
    for beam in (1, 2, 100):
        p = sk.align.ctc(LOG_PROBS, TARGETS, beam=beam)
        assert p.score <= best.score + 1e-9
        assert not p.exact or p.score == pytest.approx(best.score)
    assert sk.align.ctc_batch([LOG_PROBS], [TARGETS], beam=100)[0].exact


def test_optional_targets_are_left_out_where_nobody_said_them():
    sure = np.full((20, 6), -10, np.float32)
    sure[np.arange(20), [1] * 9 + [0] + [2] * 10] = -0.01
    p = sk.align.ctc(sure, [1, 3, 4, 2], optional=[(1, 3, 2.0)])
    assert (p.ends[0], p.starts[3], p.ends[3]) == (9, 10, 20)
    assert p.starts[1:3].tolist() == p.ends[1:3].tolist()
    assert p.scores[1] == -np.inf
    with pytest.raises(sk.AlignmentError, match=r"optional\[0\]"):
        sk.align.ctc(sure, [1, 2], optional=[(1, 9, 2.0)])


def test_targets_in_groups():
    p = sk.align.ctc(LOG_PROBS, TARGETS)
    (first, last) = p.groups([1, 4])
    assert first[:2] == (p.starts[0], p.ends[0])
    assert last[:2] == (p.starts[1], p.ends[3])
    with pytest.raises(sk.AlignmentError, match="ends"):
        p.groups([9])


def test_a_batch_says_what_single_calls_say():
    matrices = [matrix(20 + seed, 5, seed) for seed in range(20)]
    many = [[1 + seed % 4, 2, 3] for seed in range(20)]
    for threads in (1, 2, None):
        found = sk.align.ctc_batch(matrices, many, threads=threads)
        for p, log_probs, targets in zip(found, matrices, many, strict=True):
            one = sk.align.ctc(log_probs, targets)
            assert p.score == one.score
            assert p.path.tolist() == one.path.tolist()
    assert sk.align.ctc_batch([], []) == []


def test_a_transcript_names_what_was_not_said():
    said = [1 + i * i % 7 for i in range(30)]
    log_probs = np.full((60, 9), -8, np.float32)
    log_probs[np.arange(60), [said[t // 2] if t % 2 == 0 else 0 for t in range(60)]] = -0.01
    tokens = said[:15] + [8] * 10 + said[15:]
    units = [tokens[i : i + 5] for i in range(0, 40, 5)]
    found = sk.align.transcript(log_probs, units)
    assert found.missing_text == [(3, 5)]
    assert [segment.units for segment in found.segments] == [(0, 3), (5, 8)]
    assert found.starts[3:5].tolist() == [-1, -1]
    assert len(found.token_starts) == 40
    pieces = found.utterances(shortest=5, wanted=10, longest=30, padding=0)
    assert all(5 <= piece.end - piece.start <= 30 for piece in pieces)
    assert repr(found) == "Transcript(6 of 8 units in 2 segments)"
    with pytest.raises(ValueError, match="lengths"):
        found.utterances(wanted=0)
    with pytest.raises(ValueError, match="garbage"):
        sk.align.transcript(log_probs, units, garbage=-1)


NAN = LOG_PROBS.copy()
NAN[3, 2] = np.nan


PATH = sk.align.ctc(LOG_PROBS, TARGETS)


def transcript(**options):
    return sk.align.transcript(LOG_PROBS, [TARGETS], **options)


@pytest.mark.parametrize(
    "number",
    [-1, -(10**30), -(10**60), 10**30, 10**60, pytest.param(10**6000, id="6001 digits")],
)
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("beam", lambda **options: sk.align.ctc(LOG_PROBS, TARGETS, **options)),
        ("blank", lambda **options: sk.align.ctc(LOG_PROBS, TARGETS, **options)),
        ("beam", lambda **options: sk.align.ctc_batch([LOG_PROBS], [TARGETS], **options)),
        ("blank", lambda **options: sk.align.ctc_batch([LOG_PROBS], [TARGETS], **options)),
        ("threads", lambda **options: sk.align.ctc_batch([LOG_PROBS], [TARGETS], **options)),
        *((name, transcript) for name in ("blank", "pause", "least", "reorder")),
        *(
            (name, lambda **options: transcript().utterances(**options))
            for name in ("shortest", "wanted", "longest", "padding")
        ),
        *(
            (name, lambda **options: sk.score.wer("a", "b").interval(**options))
            for name in ("samples", "seed")
        ),
        ("start", lambda start: sk.text.Word("a", start, 1, "word")),
        ("end", lambda end: sk.text.Sentence("a", 0, end)),
    ],
)
def test_a_number_out_of_range_is_named(name, call, number):
    limit = "between 1 and" if name == "threads" else "at least" if number < 0 else "at most"
    got = "one of very many digits" if number == 10**6000 else number
    with pytest.raises(ValueError, match=rf"^{name} must be {limit} \d+, got {got}"):
        call(**{name: number})


def test_a_zero_point_out_of_range_is_named():
    int8 = np.zeros((9, 4), np.int8)
    for zero in (2**31, -(2**31) - 1, 10**30):
        with pytest.raises(ValueError, match=f"zero_point must be at .*, got {zero}"):
            sk.align.ctc(int8, [1], scale=0.1, zero_point=zero)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: sk.align.ctc(NAN, TARGETS), sk.AlignmentError, r"log_probs\[3, 2\] is NaN"),
        (lambda: sk.align.ctc(LOG_PROBS, [6]), sk.AlignmentError, "6"),
        (lambda: sk.align.ctc(LOG_PROBS, [-2]), sk.AlignmentError, "-2"),
        (lambda: sk.align.ctc(LOG_PROBS, [2**40]), sk.AlignmentError, r"targets\[0\] is 1099511"),
        (lambda: sk.align.ctc(LOG_PROBS, [0]), sk.AlignmentError, "blank"),
        (lambda: sk.align.ctc(LOG_PROBS, [1] * 31), sk.AlignmentError, "30"),
        (lambda: sk.align.ctc(LOG_PROBS, [[1]]), sk.AlignmentError, "one dimension"),
        (lambda: sk.align.ctc(LOG_PROBS, [1.5]), TypeError, "whole numbers, got float64"),
        (lambda: sk.align.ctc(LOG_PROBS[0], [1]), sk.AlignmentError, r"\[frames, vocabulary\]"),
        (lambda: sk.align.ctc(LOG_PROBS[:, :0], []), sk.AlignmentError, "columns"),
        (lambda: sk.align.ctc(LOG_PROBS[:0], [1]), sk.AlignmentError, "no frames"),
        (lambda: sk.align.ctc(LOG_PROBS, [1], blank=9), ValueError, "9"),
        (lambda: sk.align.ctc(LOG_PROBS.astype(int), [1]), TypeError, "got int64"),
        (lambda: sk.align.ctc(LOG_PROBS.astype(">f4"), [1]), TypeError, 'byte order, got ">f4"'),
        (lambda: sk.align.ctc(LOG_PROBS.astype(">f2"), [1]), TypeError, 'byte order, got ">f2"'),
        (lambda: sk.align.ctc("abc", [1]), TypeError, "log_probs"),
        (lambda: PATH.groups([-1]), ValueError, "ends must be at least 0, got -1"),
        (
            lambda: sk.align.ctc(LOG_PROBS, [1], optional=[(-1, 1, 1.0)]),
            ValueError,
            "targets in optional must be at least 0, got -1",
        ),
        (lambda: sk.align.ctc_batch([LOG_PROBS, NAN], [[1], [1]]), ValueError, "pair 1: log_probs"),
        (lambda: sk.align.ctc_batch([LOG_PROBS], []), sk.AlignmentError, "1 matrices .* 0 lists"),
    ],
)
def test_wrong_use_is_said(call, error, said):
    with pytest.raises(error, match=said):
        call()
