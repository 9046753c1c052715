"""Words and sentences: positions that slice the `str`, any strings in, nulls kept."""

import _thread
import itertools
import pickle
import signal
import sys
import threading
import time

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sprogkit as sk

TEXT = "Hr. Søren så 2. »nye« film kl. 10.30 🎬! Ja."

# What breaks positions: four bytes, joined emoji, combining marks, line ends, NUL, a BOM.
PIECES = [
    *("æøå", "a\u030a", "ß", "語", "𝔘", "👩‍👩‍👧‍👦", "🇩🇰", "👍🏽", "EU's", "kl.", "3.", "10.30"),
    *("\r\n", "\n", "\t", " ", "\0", "\ufeff", "\u200d", "\u00ad", "\u00a0", "\x85", "\u2028"),
    *(".", "...", "…", "»", "!", "?", "-", "–", ":-)", "#dk", "@navn", "a@b.dk", "https://dsn.dk"),
]
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
ENCODINGS = {"char": None, "byte": "utf-8", "utf16": "utf-16-le"}


def cut(text, start, end, unit):
    """The part of a text between two positions counted in `unit`."""
    if unit == "char":
        return text[start:end]
    width = 2 if unit == "utf16" else 1
    return text.encode(ENCODINGS[unit])[start * width : end * width].decode(ENCODINGS[unit])


@given(texts)
def test_a_word_is_the_slice_of_its_text(text):
    for words in (sk.text.words(text), sk.text.words(text, norm="unicode", spaces=True)):
        for word in words:
            assert text[word.start : word.end] == word.text
            assert word.kind in sk.text.KINDS
        assert all(a.end <= b.start for a, b in itertools.pairwise(words))


@given(texts)
def test_words_with_spaces_cover_the_text(text):
    assert "".join(word.text for word in sk.text.words(text, spaces=True)) == text


@given(texts)
def test_a_sentence_is_the_slice_of_its_text(text):
    for sentence in sk.text.sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text


@given(st.lists(st.one_of(st.none(), texts), max_size=5), st.sampled_from(sorted(ENCODINGS)))
def test_a_batch_says_what_single_calls_say(many, unit):
    words = sk.text.words_batch(many, unit=unit).to_pylist()
    sentences = sk.text.sentences_batch(many, unit=unit).to_pylist()
    assert [row is None for row in words] == [text is None for text in many]
    for text, word_row, sentence_row in zip(many, words, sentences, strict=True):
        if text is None:
            assert word_row is None
            assert sentence_row is None
            continue
        found = [
            (cut(text, word["start"], word["end"], unit), sk.text.KINDS[word["kind"]])
            for word in word_row
        ]
        assert found == [(word.text, word.kind) for word in sk.text.words(text)]
        found = [cut(text, span["start"], span["end"], unit) for span in sentence_row]
        assert found == [sentence.text for sentence in sk.text.sentences(text)]


def test_words_are_values():
    word = sk.text.words(TEXT)[0]
    assert word == sk.text.Word(word.text, word.start, word.end, word.kind)
    assert pickle.loads(pickle.dumps(word)) == word
    assert len({word, sk.text.words(TEXT)[0]}) == 1
    assert repr(word) == "Word('Hr.', 0, 3, \"abbreviation\")"
    match word:
        case sk.text.Word(text, _, _, kind="abbreviation"):
            assert text == "Hr."
        case _:
            pytest.fail("a word does not match itself")
    with pytest.raises(AttributeError):
        word.start = 3
    sentence = sk.text.sentences(TEXT)[0]
    assert pickle.loads(pickle.dumps(sentence)) == sentence
    assert "Sentence('" in repr(sentence)


MANY = [TEXT, None, "", "Ja.", None]
def test_sentences_follow_the_layout():
    found = sk.text.sentences("Hej\nmed dig", layout="lines")
    assert [sentence.text for sentence in found] == ["Hej", "med dig"]
    assert len(sk.text.sentences("Hej\nmed dig", layout="ignore")) == 1
    rows = sk.text.sentences_batch(["Hej\nmed dig"], layout="lines", rules_only=True).to_pylist()
    assert rows == [[{"start": 0, "end": 3}, {"start": 4, "end": 11}]]


HOLDERS = {
    "list": lambda: MANY,
    "tuple": lambda: tuple(MANY),
    "generator": lambda: iter(MANY),
    "utf8": lambda: pa.array(MANY, pa.string()),
    "large utf8": lambda: pa.array(MANY, pa.large_string()),
    "view": lambda: pa.array(MANY, pa.string_view()),
    "chunked": lambda: pa.chunked_array([MANY[:2], [], MANY[2:]]),
    "sliced": lambda: pa.array(["x", *MANY, "y"])[1:-1],
    "polars": lambda: pl.Series(MANY),
    "pandas": lambda: pd.Series(MANY, dtype="str"),
    "array": lambda: sk.Array(pa.array(MANY)),
    "dictionary": lambda: pa.array(MANY).dictionary_encode(),
    "dictionary, chunked": lambda: pa.chunked_array([MANY[:2], MANY[2:]]).dictionary_encode(),
    "dictionary, sliced": lambda: pa.array(["x", *MANY, "y"]).dictionary_encode()[1:-1],
    "null in the dictionary": lambda: pa.DictionaryArray.from_arrays(range(len(MANY)), MANY),
    "categorical": lambda: pd.Series(MANY, dtype="category"),
    "polars categorical": lambda: pl.Series(MANY, dtype=pl.Categorical),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_any_strings_go_in(holder):
    assert sk.text.words_batch(HOLDERS[holder]()) == sk.text.words_batch(MANY)
    assert sk.text.sentences_batch(HOLDERS[holder]()) == sk.text.sentences_batch(MANY)
    assert sk.text.clean_batch(HOLDERS[holder]()) == sk.text.clean_batch(MANY)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_arrow_strings_that_are_no_utf8_are_refused(kind):
    raw = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary()}
    broken = pa.array([b"r\xc3\xb8d", None, b"r\xf8d"], raw.get(kind, pa.binary_view()))
    # Two halves of a letter are no text either, though they are one together.
    halves = pa.array([b"r\xc3", b"\xb8d"], raw.get(kind, pa.binary_view()))
    for array, row in ((broken, 2), (halves, 0)):
        array = array.view(kind) if kind in raw else array.cast(kind, safe=False)
        with pytest.raises(ValueError, match=f"text {row} is no UTF-8"):
            sk.text.words_batch(array)
    chunked = pa.chunked_array([["rød"], pa.array([b"r\xf8d"]).view(pa.string())])
    with pytest.raises(ValueError, match="text 1 is no UTF-8"):
        sk.text.words_batch(chunked)


def test_ctrl_c_ends_the_reading_of_a_list():
    # The signal comes while the texts are taken, none of which is Python code.
    left = iter([signal.SIGINT] * 100_000)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            sk.text.words_batch(map(_thread.interrupt_main, left))
    finally:
        signal.signal(signal.SIGINT, before)
    assert left.__length_hint__() > 0


def test_the_result_is_the_documented_arrow_type():
    words = pa.array(sk.text.words_batch(MANY))
    item = pa.struct([("start", pa.uint32()), ("end", pa.uint32()), ("kind", pa.uint8())])
    assert words.type.value_type == pa.struct([field.with_nullable(False) for field in item])
    assert words.null_count == 2
    words.validate(full=True)
    assert sk.text.sentences_batch([]).to_pylist() == []
    assert sk.text.words_batch(pa.nulls(2)).to_pylist() == [None, None]


@pytest.mark.parametrize("unit", sorted(ENCODINGS))
def test_the_unit_stands_in_the_metadata(unit):
    array = sk.text.words_batch([TEXT], unit=unit)
    assert array.metadata == {"unit": unit}
    assert pa.field(array).metadata == {b"unit": unit.encode()}
    assert pa.array(array).type.value_field.metadata == {b"unit": unit.encode()}


def test_any_number_of_threads_gives_the_same():
    many = [f"{TEXT} Nr. {i} 🎬 af {i % 7}." for i in range(3000)]
    once = sk.text.words_batch(many, threads=1)
    assert sk.text.words_batch(many, threads=2) == once
    assert sk.text.words_batch(many) == once
    assert sk.text.words_batch(many, threads=None) == once


def test_the_gil_is_free_meanwhile():
    many = [TEXT * 200] * 2000
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    before = sys.getswitchinterval()
    clock = threading.Thread(target=tick)
    clock.start()
    try:
        began = time.perf_counter()
        sk.text.words_batch(many, threads=1)
        ended = time.perf_counter()
    finally:
        done.set()
        clock.join()
        sys.setswitchinterval(before)
    assert ended - began > 0.05, "the work was too short to see anything"
    assert sum(began < at < ended for at in ticks) > 10


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: sk.text.words_batch(["a"], unit="meter"), ValueError, 'got "meter"'),
        (lambda: sk.text.words_batch(["a"], threads=0), ValueError, "threads must be between 1"),
        (lambda: sk.text.words_batch(["a"], threads=-1), ValueError, "threads must be between 1"),
        (lambda: sk.text.words_batch(["a"], threads="2"), TypeError, "threads"),
        (lambda: sk.text.words_batch("a"), TypeError, "got one str"),
        (lambda: sk.text.words_batch(["a", 3]), TypeError, "text 1: expected str or None, got int"),
        (lambda: sk.text.words_batch([b"a"]), TypeError, "got bytes"),
        (lambda: sk.text.words_batch(7), TypeError, "expected a list of str or Arrow strings"),
        (lambda: sk.text.words_batch(pa.array([1])), TypeError, "array of int64"),
        (lambda: sk.text.words("a", norm="dansk"), ValueError, 'got "dansk"'),
        (lambda: sk.text.sentences("a", layout="x"), ValueError, 'got "x"'),
        (lambda: sk.text.words(None), TypeError, "str"),
        (lambda: sk.text.words("\ud800"), UnicodeEncodeError, "surrogates"),
        (
            lambda: sk.text.words_batch(["a", None, "\ud800"]),
            UnicodeEncodeError,
            r"surrogates not allowed \(text 2\)",
        ),
        (
            lambda: sk.text.words_batch(pa.array([1]).dictionary_encode()),
            TypeError,
            "array of int64",
        ),
    ],
)
def test_wrong_use_is_said(call, error, said):
    with pytest.raises(error, match=said):
        call()


@given(texts)
def test_clean_text_stays_clean_and_maps_back(text):
    r = sk.text.clean_mapped(text)
    assert r.text == sk.text.clean(text)
    assert sk.text.clean(r.text) == r.text
    assert r.project([(0, len(text))]) == [(0, len(r.text))]
    # What was taken out at the edges is outside.
    assert r.project(r.back([(0, len(r.text))])) == [(0, len(r.text))]
    for start, end, new_start, new_end, kind in r.changes:
        assert kind in sk.text.CHANGES
        assert text[start:end] != r.text[new_start:new_end]
    before = "".join(text[a:b] for a, b in gaps(r.changes, 0, len(text)))
    after = "".join(r.text[a:b] for a, b in gaps(r.changes, 2, len(r.text)))
    assert before == after
    assert sum(r.counts.values()) == len(r.changes)


def gaps(changes, column, length):
    """What stands between the changes."""
    inside = [position for change in changes for position in change[column : column + 2]]
    ends = [0, *inside, length]
    return zip(ends[::2], ends[1::2], strict=True)


def test_clean_batch():
    many = ["BlÃ¥", None, "", "ren"]
    assert sk.text.clean_batch(many).to_pylist() == ["Blå", None, "", "ren"]
    assert pa.array(sk.text.clean_batch(pa.array(many), threads=1)).type == pa.large_string()


def test_spans_outside_a_rewritten_text_are_said():
    r = sk.text.clean_mapped("BlÃ¥")
    for call in (r.project, r.back):
        with pytest.raises(ValueError, match="span must be inside a text of"):
            call([(0, 9)])
    assert repr(r) == "Rewrite('Blå', 1 change)"
