"""Normalisation: the golden files through the bindings, maps, batches."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sprogkit as sk

CALLS = {
    "to_spoken": {},
    "to_written": {},
    **{f"scoring {profile}": {"profile": profile} for profile in sk.normalise.PROFILES},
}
PIECES = [
    *("d. 3.5.2024", "kl. 9.30", "kr. 1.234,50", "20 %", "§ 5, stk. 2", "5-10", "halv ti", "95"),
    *("femoghalvfems kroner", "øh", "e-mail", "🎬", "a\u030a", "\n", " ", " ", " ", "DSB", "fx"),
]


def call(name, suffix=""):
    return getattr(sk.normalise, name.split()[0] + suffix)


@given(st.sampled_from(sorted(CALLS)), st.lists(st.sampled_from(PIECES), max_size=12))
def test_every_call_has_twins_that_say_the_same(name, pieces):
    text = "".join(pieces)
    options = CALLS[name]
    plain = call(name)(text, **options)
    mapped = call(name, "_mapped")(text, **options)
    assert mapped.text == plain
    assert mapped.back([(0, len(plain))])[0][1] <= len(text)
    for start, end, to_start, to_end, _ in mapped.changes:
        assert 0 <= start <= end <= len(text)
        assert 0 <= to_start <= to_end <= len(plain)
    texts = [text, None, "", text]
    for threads in (1, 2):
        batch = call(name, "_batch")(pa.array(texts), threads=threads, **options)
        assert batch.to_pylist() == [plain, None, call(name)("", **options), plain]


def test_spoken():
    assert sk.normalise.to_spoken("Vi ses kl. 9.30.") == "Vi ses klokken ni tredive."
    assert sk.normalise.to_spoken("Vi ses kl. 9.30.", clock="spoken") == "Vi ses klokken halv ti."
    assert sk.normalise.to_spoken("DSB") == "DSB"
    assert sk.normalise.to_spoken("DSB", letters=True) != "DSB"
    with pytest.raises(ValueError, match="clock"):
        sk.normalise.to_spoken("", clock="12")


def test_positions_of_what_was_spoken_are_found_in_the_text():
    text = "Gå nu 🎬: 20 % af kr. 5"
    done = sk.normalise.to_spoken_mapped(text)
    at = done.text.index("procent")
    start, end = done.back([(at, at + len("procent"))])[0]
    assert "%" in text[start:end]


def test_written():
    assert sk.normalise.to_written("vi ses halv ti") == "vi ses kl. 9.30"
    assert sk.normalise.to_written("en mand og en kvinde") == "en mand og en kvinde"


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.integers(0, 60), max_size=4))
def test_pieces_of_a_stream_are_the_whole(pieces, cuts):
    text = " ".join(pieces)
    stream = sk.normalise.Stream()
    for _ in range(2):
        edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
        out = [stream.push(text[a:b]) for a, b in pairwise(edges)]
        assert "".join([*out, stream.finish()]) == sk.normalise.to_written(text)
        assert stream.finish() == ""


def test_a_stream_gives_what_is_clear():
    stream = sk.normalise.Stream()
    assert stream.push("vi kom hjem igen en sen aften ") == "vi kom hjem igen "
    assert stream.push("til femog") == ""
    assert stream.push("tyve gæster") == ""
    assert stream.finish() == "en sen aften til 25 gæster"
    with pytest.raises(TypeError) as caught:
        stream.push(3)
    assert caught.value.__notes__ == ["while processing 'text'"]


def test_scores_take_profiles():
    assert set(sk.normalise.PROFILES) < set(sk.score.PROFILES)
    score = sk.score.wer(["Ja, tak!"], ["ja tak"], profile="da-lex@1")
    assert score.wer == 0
    assert sk.normalise.scoring("Ja!") == sk.normalise.scoring("Ja!", "da-lex") == "ja"
    assert sk.score.wer(["Ja, tak!"], ["ja tak"]).wer == 1
    with pytest.raises(ValueError, match="profile"):
        sk.normalise.scoring("", profile="da-lex@0")


def test_times_of_what_is_written_are_found_through_what_is_spoken():
    """Alignment hears what is spoken; the map says which digits and signs it belongs to."""
    text = "Vi ses kl. 9.30."
    done = sk.normalise.to_spoken_mapped(text)
    letters = sorted(set(done.text))
    targets = [1 + letters.index(letter) for letter in done.text]
    # Two frames a letter, a blank between letters.
    heard = [symbol for target in targets for symbol in (target, target, 0)]
    log_probs = np.full((len(heard), len(letters) + 1), -9.0, np.float32)
    log_probs[np.arange(len(heard)), heard] = -0.1
    path = sk.align.ctc(log_probs, targets)
    words = [word for word in sk.text.words(done.text) if word.kind != "punctuation"]
    frames = {}
    for word, span in zip(words, done.back([(w.start, w.end) for w in words]), strict=True):
        start, end = int(path.starts[word.start]), int(path.ends[word.end - 1])
        known = frames.get(span, (start, end))
        frames[span] = (min(known[0], start), max(known[1], end))
    said = {text[start:end]: times for (start, end), times in frames.items()}
    at = done.text.index("ni tredive")
    clock = next(times for written, times in said.items() if "9.30" in written)
    assert clock[0] <= 3 * at
    assert clock[1] >= 3 * (at + len("ni tredive")) - 1
    assert said["Vi"] == (0, 5)
