"""Packs: rows, slices, views of the map, Arrow out and in, erasure, and every error."""

import gc
import json
import shutil

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sprogkit as sk

TEXTS = [f"Brev {i}: Kære Søren, regning nr. {i} er på {i * 7} kr. 🎬" for i in range(50)]
IDS = [f"brev-{i}" for i in range(50)]
RATE = 16000


def table(**more):
    return pa.table({"id": IDS, "text": TEXTS, "source": [None, "post"] * 25, **more})


def sounds():
    """Three recordings of different length, with transcripts."""
    pcm = [np.arange(-100, 100 * (i + 1), dtype=np.int16) for i in range(3)]
    return pa.table({
        "id": ["a", "b", "c"],
        "pcm": pa.array([list(p) for p in pcm], pa.list_(pa.int16())),
        "sample_rate": pa.array([RATE] * 3, pa.int32()),
        "text": ["hej", "goddag", "farvel"],
        "speaker": ["anna", None, "bo"],
    }), pcm


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("packs") / "breve"
    sk.corpus.write(table(), out, id="breve", title="Breve", license="CC0-1.0").close()
    return out


@pytest.fixture
def pack(folder):
    with sk.open(folder) as pack:
        yield pack


@pytest.fixture
def own(folder, tmp_path):
    """A copy that a test may change."""
    shutil.copytree(folder, tmp_path / "own")
    with sk.open(tmp_path / "own") as pack:
        yield pack


@pytest.fixture
def speech(tmp_path):
    with sk.corpus.write(sounds()[0], tmp_path / "tale", id="tale") as pack:
        yield pack


def test_what_the_pack_says_of_itself(pack, folder):
    assert (pack.id, pack.license, pack.path) == ("breve", "CC0-1.0", folder)
    assert pack.info["title"] == {"da": "Breve"}
    assert pack.bytes > 0
    assert repr(pack) == "<sprogkit.corpus.Pack \"breve\": 50 documents>"
    assert len(pack.recordings) == len(pack.utterances) == len(pack.lexicon) == 0


def test_documents_are_a_sequence(pack):
    documents = pack.documents
    assert len(documents) == 50
    assert [document.text for document in documents] == TEXTS
    assert documents[-1].id == "brev-49"
    assert documents[np.int64(3)].text == TEXTS[3]
    first = documents[0]
    assert (first.id, first.source, documents[1].source) == ("brev-0", None, "post")
    assert (first.added, first.created, first.token_count, first.license, first.lang) == (None,) * 5
    assert repr(documents[:3]) == "<sprogkit.corpus.Rows: 3 documents of \"breve\">"
    assert repr(first).startswith("Document(\"brev-0\", 'Brev 0: Kære Søren")
    for index in (50, -51):
        with pytest.raises(IndexError, match=f"row {index} of 50"):
            documents[index]
    with pytest.raises(TypeError):
        documents["brev-0"]


def test_documents_by_id(pack):
    assert pack.documents.get("brev-7").text == TEXTS[7]
    assert pack.documents.get("brev-50") is None
    assert pack.documents.get("brev-50", 3) == 3
    assert pack.documents[:7].get("brev-7") is None
    assert pack.documents[1::2].get("brev-7").text == TEXTS[7]
    assert pack.documents[::2].get("brev-7") is None


ends = st.one_of(st.none(), st.integers(-60, 60))
slices = st.builds(slice, ends, ends, st.one_of(st.none(), st.integers(-7, 7).filter(bool)))


@given(slices, slices)
def test_slices_are_those_of_a_list(folder, one, other):
    rows = sk.open(folder).documents[one][other]
    expected = IDS[one][other]
    assert [row.id for row in rows] == expected
    assert pa.table(rows)["id"].to_pylist() == expected


def test_arrow_goes_out_without_copying(pack):
    out = pa.table(pack.documents)
    assert out.schema.field("text").type == pa.large_string()
    assert out["text"].to_pylist() == TEXTS
    again = pa.table(pack.documents[10:])
    assert again["text"].chunk(0).buffers()[2].address == out["text"].chunk(0).buffers()[2].address
    assert pl.DataFrame(pack.documents)["text"].to_list() == TEXTS
    assert pd.DataFrame.from_arrow(pack.documents)["text"].to_list() == TEXTS
    assert pa.schema(pack.documents) == out.schema
    out.validate(full=True)


@pytest.mark.parametrize(
    "holder",
    [
        lambda t: t,
        lambda t: t.to_batches()[0],
        lambda t: pa.RecordBatchReader.from_batches(t.schema, t.to_batches(max_chunksize=7)),
        pl.DataFrame,
        lambda t: t.to_pandas(),
        lambda t: sk.corpus.write(t, "mellem", id="mellem").documents,
    ],
)
def test_any_table_goes_in(holder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with sk.corpus.write(holder(table()), tmp_path / "ny", id="ny") as pack:
        assert [(d.id, d.text, d.source) for d in pack.documents] == [
            (i, t, s) for i, t, s in zip(IDS, TEXTS, [None, "post"] * 25, strict=True)
        ]
        assert pack.verify()["files"] > 0


class Dataset:
    """What a Hugging Face dataset can do."""

    def __init__(self, rows):
        self.rows = rows

    def with_format(self, kind):
        assert kind == "arrow"
        return self

    def __getitem__(self, part):
        return self.rows[part]


def test_a_dataset_is_asked_for_arrow(tmp_path):
    with sk.corpus.write(Dataset(table()), tmp_path / "ny", id="ny") as pack:
        assert len(pack.documents) == 50


def test_other_columns_and_other_names(tmp_path):
    given = pa.table({"nr": [7, 8], "body": ["a", "b"], "stars": [1.5, None]})
    columns = {"id": "nr", "text": "body"}
    with sk.corpus.write(given, tmp_path / "ny", id="ny", columns=columns) as pack:
        first = pack.documents[0]
        assert (first.id, first.text, first.meta) == ("7", "a", {"stars": 1.5})


def test_a_lexicon(tmp_path):
    forms = pa.table({"form": ["hus", "huset", "hus"], "lemma": ["hus", "hus", "huse"]})
    with sk.corpus.write(forms, tmp_path / "ord", id="ord") as pack:
        assert [entry.lemma for entry in pack.lookup("hus")] == ["hus", "huse"]
        assert pack.lookup("hytte") == []
        assert [entry.form for entry in pack.lexicon] == ["hus", "hus", "huset"]
        assert repr(pack.lookup("huset")[0]) == "Entry('huset', lemma='hus')"


def test_samples_are_a_view_of_the_map(speech):
    expected = sounds()[1]
    for recording, pcm in zip(speech.recordings, expected, strict=True):
        assert recording.pcm.dtype == np.int16
        assert (recording.pcm == pcm).all()
        assert (recording.rate, recording.frames) == (RATE, len(pcm))
        assert recording.samples.dtype == np.float32
        assert (recording.samples == pcm.astype(np.float32) / 32768).all()
        assert not recording.pcm.flags.owndata
        with pytest.raises(ValueError, match="read-only"):
            recording.pcm[0] = 1
    first = speech.recordings[0]
    assert first.pcm.ctypes.data == first.pcm.ctypes.data
    assert (first.speaker, speech.recordings[1].speaker) == ("anna", None)
    assert repr(first) == 'Recording("a", 200 frames at 16000 Hz)'


def test_utterances_know_their_samples(speech):
    for utterance, pcm in zip(speech.utterances, sounds()[1], strict=True):
        assert (utterance.start, utterance.end, utterance.rate) == (0, len(pcm), RATE)
        assert (utterance.pcm == pcm).all()
        assert utterance.samples.shape == (len(pcm),)
    assert [u.text for u in speech.utterances] == ["hej", "goddag", "farvel"]
    assert speech.utterances[1].recording == "b"
    assert "'farvel'" in repr(speech.utterances[2])


def test_views_outlive_the_pack(tmp_path):
    pack = sk.corpus.write(sounds()[0], tmp_path / "tale", id="tale")
    view, row, rows = pack.recordings[2].pcm, pack.recordings[1], pack.recordings
    arrow = pa.table(pack.recordings)
    pack.close()
    del pack
    gc.collect()
    shutil.rmtree(tmp_path / "tale")
    expected = sounds()[1]
    assert (view == expected[2]).all()
    assert (row.pcm == expected[1]).all()
    assert len(rows) == 3
    assert arrow["pcm"][0].as_py() == expected[0].tolist()


def test_a_closed_pack_says_so(folder):
    with sk.open(folder) as pack:
        assert not pack.closed
    assert pack.closed
    pack.close()
    for use in (lambda: pack.documents, lambda: pack.verify(), lambda: pack.layer("x")):
        with pytest.raises(ValueError, match="the pack is closed"):
            use()
    assert "closed" in repr(pack)


def test_erased_rows_are_gone_at_once_and_their_bytes_after_compact(own):
    before = own.documents
    assert before[0].text == TEXTS[0]
    assert own.erase(["brev-3", "brev-20"]) == {"documents": 2, "recordings": 0, "utterances": 0}
    kept = [text for i, text in enumerate(TEXTS) if i not in (3, 20)]
    assert [d.text for d in own.documents] == kept
    assert pa.table(own.documents)["text"].to_pylist() == kept
    assert pa.table(own.documents[2:20:3])["text"].to_pylist() == kept[2:20:3]
    assert own.documents.get("brev-3") is None
    assert own.erase("brev-0")["documents"] == 1
    with pytest.raises(ValueError, match="nothing was erased"):
        own.erase(["brev-1", "brev-3"])

    def written():
        return b"".join(p.read_bytes() for p in own.path.rglob("*.arrow"))

    assert b"Brev 3:" in written()
    assert own.compact() == 3
    assert b"Brev 3:" not in written()
    assert [d.text for d in own.documents] == kept[1:]
    assert before[3].text == TEXTS[3]
    own.verify()


def test_with_a_recording_its_utterances_are_erased(speech):
    assert speech.erase("b") == {"documents": 0, "recordings": 1, "utterances": 1}
    assert [u.text for u in speech.utterances] == ["hej", "farvel"]


@pytest.mark.parametrize("check", ["lazy", "full"])
def test_a_changed_byte_is_found(own, check):
    (shard,) = own.path.glob("documents-0*.arrow")
    own.close()
    data = bytearray(shard.read_bytes())
    at = data.index(b"regning nr. 7")
    data[at] ^= 1
    shard.write_bytes(data)

    def read():
        with sk.open(own.path, check=check) as pack:
            return [d.text for d in pack.documents]

    with pytest.raises(sk.CorruptPackError, match="documents-0") as caught:
        read()
    assert caught.value.path == str(shard)
    assert caught.value.offset <= at
    with sk.open(own.path, check="none") as pack:
        assert len([d.text for d in pack.documents]) == 50
        with pytest.raises(sk.CorruptPackError):
            pack.verify()


def test_a_truncated_file_is_found(own):
    (shard,) = own.path.glob("documents-0*.arrow")
    own.close()
    shard.write_bytes(shard.read_bytes()[:-100])
    with pytest.raises(sk.CorruptPackError):
        sk.open(own.path)


def test_invalid_utf8_is_never_handed_out(own):
    (shard,) = own.path.glob("documents-0*.arrow")
    own.close()
    data = bytearray(shard.read_bytes())
    at = data.index("Kære".encode())
    data[at + 1] = 0xFF
    shard.write_bytes(data)
    with sk.open(own.path, check="none") as pack:
        with pytest.raises(sk.CorruptPackError, match="UTF-8"):
            pack.documents[0].text  # noqa: B018
        assert pack.documents[1].text == TEXTS[1]
        with pytest.raises(pa.ArrowInvalid, match="UTF-8"):
            pa.table(pack.documents)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda p: sk.open(p / "nothing"), FileNotFoundError, "nothing"),
        (lambda p: sk.open(p), sk.CorruptPackError, "pack"),
        (lambda p: sk.open(p, check="x"), ValueError, 'got "x"'),
        (lambda p: sk.open(3), TypeError, "path"),
        (lambda p: sk.corpus.write([1], p / "x", id="x"), TypeError, "expected a table.*got list"),
        (lambda p: sk.corpus.write(pa.array([1]), p / "x", id="x"), TypeError, "single array"),
        (lambda p: sk.corpus.write(pa.table({"a": [1]}), p / "x", id="x"), ValueError, "text"),
        (lambda p: sk.corpus.write(pa.table({}), p / "x", id="x"), ValueError, "column text"),
        (
            lambda p: sk.corpus.write(pa.table({"a": []}), p / "x", id="x"),
            ValueError,
            "column text.*got the columns a",
        ),
        (
            lambda p: sk.corpus.write(
                pa.RecordBatchReader.from_batches(pa.schema([("a", pa.string())]), []),
                p / "x",
                id="x",
            ),
            ValueError,
            "column text.*got the columns a",
        ),
        (lambda p: sk.corpus.write(table(), p / "x", id=""), ValueError, "id"),
        (
            lambda p: sk.corpus.write(table().set_column(0, "id", [["a"] * 50]), p / "x", id="x"),
            ValueError,
            "row 1|twice",
        ),
    ],
)
def test_wrong_use_is_said(tmp_path, call, error, said):
    with pytest.raises(error, match=said):
        call(tmp_path)
    assert not (tmp_path / "x").exists()


def test_a_missing_file_has_its_errno(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        sk.open(tmp_path / "nothing")
    assert caught.value.errno == 2
    assert str(tmp_path / "nothing") in caught.value.filename


def test_a_pack_that_is_there_is_not_overwritten(folder, tmp_path):
    with pytest.raises((FileExistsError, ValueError)):
        sk.corpus.write(table(), folder, id="breve")
    out = tmp_path / "ny"
    sk.corpus.write(table(), out, id="breve")
    sk.corpus.write(table().slice(0, 3), out, id="breve", overwrite=True)
    assert len(sk.open(out).documents) == 3


def test_an_error_of_the_table_is_passed_on(tmp_path):
    def batches():
        yield table().to_batches()[0]
        raise RuntimeError("the source broke")

    reader = pa.RecordBatchReader.from_batches(table().schema, batches())
    with pytest.raises(ValueError, match="the source broke"):
        sk.corpus.write(reader, tmp_path / "x", id="x")
    assert list(tmp_path.iterdir()) == []


def test_the_commit_file_is_readable_json(folder):
    assert json.loads((folder / "pack.json").read_text(encoding="utf-8"))
