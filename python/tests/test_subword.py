"""Subwords: ids and texts, batches, positions in characters, training."""

import base64
import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sprogkit as sk

TEXTS = [f"Sag {i}: »ja«, sagde Åse på øen. 🎬 a\u030a" for i in range(50)]
PIECES = ["øl", " øl", "Åse", "🎬", "a\u030a", " ", "\n", "12", "<slut>", "\0", "'s", "中"]
SPECIAL = ["<slut>"]


@pytest.fixture(scope="module")
def trained():
    return sk.subword.train(TEXTS, vocab_size=350, special_tokens=SPECIAL)


@pytest.fixture(scope="module")
def ranks(tmp_path_factory):
    """A file of ranks: every byte, and a few tokens of several."""
    tokens = [bytes([byte]) for byte in range(256)] + ["ø".encode(), "øl".encode(), " øl".encode()]
    path = tmp_path_factory.mktemp("ranks") / "own.tiktoken"
    lines = (f"{base64.b64encode(token).decode()} {i}\n" for i, token in enumerate(tokens))
    path.write_text("".join(lines), encoding="ascii")
    return path


def test_a_file_is_opened_with_its_pattern(ranks):
    tokenizer = sk.subword.Tokenizer.open(ranks, pattern="cl100k")
    ids = tokenizer.encode("øl, øl")
    assert ids.dtype == np.uint32
    assert ids.tolist() == [257, 44, 258]
    assert tokenizer.decode(ids) == "øl, øl"
    assert (tokenizer.engine, tokenizer.vocab_size) == ("bpe", 259)
    assert (tokenizer.token_to_id(" øl"), tokenizer.id_to_token(257)) == (258, "øl")
    assert (tokenizer.token_to_id("øen"), tokenizer.id_to_token(259)) == (None, None)
    assert "259 tokens" in repr(tokenizer)
    own = sk.subword.Tokenizer.open(ranks, pattern=r"\S+|\s+")
    assert own.encode("øl øl").tolist() == [257, 32, 257]


@given(st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=12))
def test_every_text_comes_back_and_every_call_says_the_same(trained, pieces):
    text = "".join(pieces)
    ids = trained.encode(text)
    assert trained.decode(ids) == text
    assert trained.decode(ids.tolist()) == text
    batch = trained.encode_batch([text, None, "", text], threads=2)
    assert batch.to_pylist() == [ids.tolist(), None, [], ids.tolist()]
    assert trained.decode_batch(batch, threads=1).to_pylist() == [text, None, "", text]
    assert trained.decode_batch([ids, None, []]).to_pylist() == [text, None, ""]
    again, starts, ends = trained.encode_offsets(text)
    assert again.tolist() == ids.tolist()
    assert (starts.dtype, ends.dtype) == (np.int64, np.int64)
    covered = set()
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        assert 0 <= start < end <= len(text)
        covered.update(range(start, end))
    assert covered == set(range(len(text)))


def test_positions_are_characters(ranks):
    tokenizer = sk.subword.Tokenizer.open(ranks, pattern="gpt2")
    ids, starts, ends = tokenizer.encode_offsets("øl 🎬 øl")
    # The four bytes of the clapper are four tokens; each has the whole of it.
    assert ids.tolist() == [257, 32, *"🎬".encode(), 258]
    assert starts.tolist() == [0, 2, 3, 3, 3, 3, 4]
    assert ends.tolist() == [2, 3, 4, 4, 4, 4, 7]


@pytest.mark.parametrize("threads", [1, 2, None])
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_batches_take_and_give_arrow(trained, threads, kind):
    texts = [*TEXTS, None, ""]
    chunks = pa.chunked_array([texts[:7], texts[7:]], type=kind)
    batch = trained.encode_batch(chunks, threads=threads)
    arrow = pa.array(batch)
    assert arrow.type.value_type == pa.uint32()
    expected = [None if text is None else trained.encode(text).tolist() for text in texts]
    assert arrow.to_pylist() == expected
    for kind in (pa.list_(pa.int32()), pa.large_list(pa.int64()), pa.large_list(pa.uint64())):
        assert trained.decode_batch(arrow.cast(kind), threads=threads).to_pylist() == texts
    # Nothing stands behind a null.
    assert len(batch.values) == sum(len(ids or []) for ids in expected)


def test_a_trained_vocabulary_is_saved_and_opened(trained, tmp_path):
    path = tmp_path / "tokenizer.json"
    trained.save(path)
    opened = sk.subword.Tokenizer.open(path)
    assert opened.vocab_size == trained.vocab_size
    assert opened.token_to_id("<slut>") == 0
    assert opened.encode_batch(TEXTS) == trained.encode_batch(TEXTS)
    assert opened.encode("ø<slut>").tolist()[-1] == 0
    ids = opened.encode("ø<slut>")
    assert opened.decode(ids) == "ø<slut>"
    assert opened.decode(ids, skip_special_tokens=True) == "ø"
    with pytest.raises(ValueError, match="opened from a file"):
        opened.save(path)


def test_what_was_learnt_changes_no_id_and_goes_into_one_file(trained, tmp_path):
    tokenizer = sk.subword.train(TEXTS, vocab_size=350, special_tokens=SPECIAL)
    assert tokenizer.warm([*TEXTS, None]) > 20
    path = tmp_path / "small.vocab"
    tokenizer.compile(path)
    opened = sk.subword.Tokenizer.open(path)
    texts = [*TEXTS, "Kvæstorboghandleren, kvæstorboghandleren<slut>"]
    for threads in (1, 2):
        wanted = trained.encode_batch(texts, threads=threads)
        assert tokenizer.encode_batch(texts, threads=threads) == wanted
        assert opened.encode_batch(texts, threads=threads) == wanted
    with pytest.raises(ValueError, match="byte-pair encoding"):
        sk.subword.train(TEXTS, kind="wordpiece", vocab_size=300).warm(TEXTS)


@pytest.mark.parametrize("threads", [1, 2])
def test_packed_rows_are_the_texts_behind_each_other(trained, threads):
    texts = pa.array([*TEXTS, None, ""])
    ids = [[*trained.encode(text).tolist(), 0] for text in [*TEXTS, ""]]
    ids = [one for text in ids for one in text]
    for end_token in ("<slut>", 0):
        rows = trained.encode_packed(texts, 64, end_token=end_token, threads=threads)
        assert (rows.dtype, rows.shape) == (np.uint32, (len(ids) // 64, 64))
        assert rows.ravel().tolist() == ids[: rows.size]
    rows = trained.encode_packed(texts, 64, end_token=0, pad_token=7, threads=threads)
    assert rows.shape == (-(-len(ids) // 64), 64)
    assert rows.ravel().tolist() == ids + [7] * (rows.size - len(ids))
    assert trained.encode_packed([], 9).shape == (0, 9)


@pytest.mark.parametrize("kind", ["bpe", "unigram", "wordpiece"])
def test_every_kind_is_trained_from_texts_and_from_a_pack(kind, tmp_path):
    table = pa.table({"id": [str(i) for i in range(len(TEXTS))], "text": TEXTS})
    with sk.corpus.write(table, tmp_path / "sager", id="sager") as pack:
        of_pack = sk.subword.train(pack, kind=kind, vocab_size=300)
    of_texts = sk.subword.train([*TEXTS, None], kind=kind, vocab_size=300, threads=1)
    of_pack.save(tmp_path / "a.json")
    of_texts.save(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    # Their spaces are not all kept, but the words are.
    ids = of_texts.encode("sagde ja")
    assert of_texts.decode(ids).split() == ["sagde", "ja"]
    assert of_texts.engine == kind


def test_special_tokens_stand_around_a_text(tmp_path):
    words = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]", "ø", "##en"]
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(words) + "\n", encoding="utf-8")
    tokenizer = sk.subword.Tokenizer.open(path)
    assert tokenizer.encode("øen").tolist() == [5, 6]
    assert tokenizer.encode("øen", add_special_tokens=True).tolist() == [1, 5, 6, 2]
    batch = tokenizer.encode_batch(["øen", None], add_special_tokens=True)
    assert batch.to_pylist() == [[1, 5, 6, 2], None]
    ids, starts, ends = tokenizer.encode_offsets("øen", add_special_tokens=True)
    assert ids.tolist() == [1, 5, 6, 2]
    assert (starts.tolist(), ends.tolist()) == ([0, 0, 1, 0], [0, 1, 3, 0])


def test_a_tokenizer_is_pickled_by_its_path(ranks, trained, monkeypatch, tmp_path):
    monkeypatch.chdir(ranks.parent)
    data = pickle.dumps(sk.subword.Tokenizer.open(ranks.name, pattern="gpt2"))
    monkeypatch.chdir(tmp_path)
    assert pickle.loads(data).encode("øl").tolist() == [257]
    with pytest.raises(TypeError, match="saved"):
        pickle.dumps(trained)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda t, path: t.open(path), ValueError, "pattern"),
        (lambda t, path: t.open(path, pattern="intet"), ValueError, "intet"),
        (lambda t, path: t.open(path, pattern="("), ValueError, "pattern"),
        (lambda t, path: t.open(path.with_name("intet")), FileNotFoundError, "intet"),
        (lambda t, path: t.encode(b"x"), TypeError, "str"),
        (lambda t, path: t.encode("\ud800"), UnicodeEncodeError, "surrogates"),
        (lambda t, path: t.encode_batch("x"), TypeError, "one str"),
        (lambda t, path: t.encode_batch([1]), TypeError, "text 0"),
        (lambda t, path: t.encode_batch([], threads=0), ValueError, "threads must be"),
        (lambda t, path: t.encode_packed(["x"], 0), ValueError, "length must be"),
        (lambda t, path: t.encode_packed(["x"], 8, end_token="<x>"), ValueError, "end_token.*<x>"),
        (lambda t, path: t.encode_packed(["x"], 8, pad_token=1.5), TypeError, "pad_token"),
        (lambda t, path: t.decode([350]), ValueError, "350"),
        (lambda t, path: t.decode([-1]), ValueError, r"ids\[0\] is -1"),
        (lambda t, path: t.decode([1.5]), TypeError, "float64"),
        (lambda t, path: t.decode(7), TypeError, "int"),
        (lambda t, path: t.decode([[1]]), ValueError, "one dimension"),
        (lambda t, path: t.decode_batch([[1], [-1]]), ValueError, "row 1"),
        (lambda t, path: t.decode_batch(pa.array([[1], [-1]])), ValueError, "row 1"),
        (lambda t, path: t.decode_batch(pa.array([[1, None]])), ValueError, "null"),
        (lambda t, path: t.decode_batch(pa.array(["x"])), TypeError, "lists of ids"),
        (lambda t, path: sk.subword.train([], vocab_size=10), ValueError, "vocab_size"),
        (lambda t, path: sk.subword.train([], kind="x"), ValueError, "kind"),
        (lambda t, path: sk.subword.train([], pattern="x"), ValueError, "pattern"),
    ],
)
def test_wrong_use_is_said(trained, ranks, call, error, said):
    with pytest.raises(error, match=said):
        call(trained, ranks)
