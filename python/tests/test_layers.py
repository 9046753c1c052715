"""Layers: written in parallel, read row by row or as Arrow, erased with their rows."""

import pyarrow as pa
import pytest

import sprogkit as sk

TEXTS = [f"Sag {i} 🎬: »Ja«, sagde A\u030ase kl. 10.30.\r\nDet var alt." for i in range(40)]
TEXTS += ["", "\ufeff\0 x"]
UNITS = {"char": lambda t, a, b: t[a:b], "byte": lambda t, a, b: t.encode()[a:b].decode()}
UNITS["utf16"] = lambda t, a, b: t.encode("utf-16-le")[2 * a : 2 * b].decode("utf-16-le")


@pytest.fixture
def pack(tmp_path):
    table = pa.table({"id": [f"s{i}" for i in range(len(TEXTS))], "text": TEXTS})
    with sk.corpus.write(table, tmp_path / "sager", id="sager") as pack:
        yield pack


@pytest.mark.parametrize("unit", sorted(UNITS))
@pytest.mark.parametrize("threads", [1, 2])
def test_a_layer_holds_what_a_batch_finds(pack, unit, threads):
    words = pack.annotate("words", unit=unit, threads=threads)
    assert (words.name, words.table, words.unit) == ("words", "documents", unit)
    assert words.annotator.startswith("sprogkit")
    assert len(words) == len(TEXTS)
    assert list(words) == sk.text.words_batch(TEXTS, unit=unit).to_pylist()
    for text, row in zip(TEXTS, words, strict=True):
        found = [UNITS[unit](text, word["start"], word["end"]) for word in row]
        assert found == [word.text for word in sk.text.words(text)]
    sentences = pack.annotate("sentences", unit=unit)
    assert list(sentences) == sk.text.sentences_batch(TEXTS, unit=unit).to_pylist()
    assert pack.layers == ["sentences", "words"]
    pack.verify()


def test_a_layer_is_an_arrow_table(pack):
    words = pack.annotate("words")
    table = pa.table(words)
    assert table.column_names == ["words"]
    assert table.schema.field("words").metadata[b"unit"] == b"char"
    assert table["words"].to_pylist() == list(words)
    part = words[3:30:4]
    assert pa.table(part)["words"].to_pylist() == list(words)[3:30:4]
    assert part[-1] == words[27]
    assert sk.Array(words).field("words").to_pylist() == list(words)
    assert "42 rows over documents" in repr(words)


def test_layers_follow_erased_rows(pack):
    before = list(pack.annotate("words"))
    pack.erase(["s0", "s7"])
    kept = [row for i, row in enumerate(before) if i not in (0, 7)]
    assert list(pack.layer("words")) == kept
    assert pa.table(pack.layer("words"))["words"].to_pylist() == kept
    pack.compact()
    assert list(pack.layer("words")) == kept
    pack.verify()


def test_a_layer_written_again_replaces_the_old(pack):
    old = pack.annotate("words", unit="byte")
    first = old[0]
    assert pack.annotate("words", unit="utf16").unit == "utf16"
    assert pack.layers == ["words"]
    assert old[0] == first


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda pack: pack.layer("frø"), r"layer must be one of the pack's layers \(none\)"),
        (lambda pack: pack.annotate("frø"), 'got "frø"'),
        (lambda pack: pack.annotate("words", unit="x"), 'got "x"'),
        (lambda pack: pack.annotate("words", threads=0), "threads must be"),
    ],
)
def test_wrong_use_is_said(pack, call, said):
    with pytest.raises(ValueError, match=said):
        call(pack)
    assert pack.layers == []
