"""The data set for torch: items, batches, pickles, and worker processes of both kinds."""

import pickle

import numpy as np
import pyarrow as pa
import pytest

import sprogkit as sk

torch = pytest.importorskip("torch", reason="torch is not installed")
data = pytest.importorskip("torch.utils.data")
skt = pytest.importorskip("sprogkit.torch")

LENGTHS = [8000, 1600, 4800, 16000, 3200]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("torch") / "tale"
    pcm = [
        (np.sin(np.arange(n) * 0.05 * (i + 1)) * 9000).astype("<i2") for i, n in enumerate(LENGTHS)
    ]
    table = pa.table(
        {
            "id": [f"u{i}" for i in range(len(pcm))],
            "text": [f"ytring nummer {i}" for i in range(len(pcm))],
            "speaker": ["anna", None, "anna", "bo", "bo"],
            "pcm": pa.array([list(p) for p in pcm], pa.list_(pa.int16())),
            "sample_rate": [16000] * len(pcm),
        }
    )
    sk.corpus.write(table, out, id="tale").close()
    return out


def test_items_are_the_rows_of_the_pack(folder):
    pack = sk.open(folder)
    sounds = skt.Sounds(folder)
    assert len(sounds) == len(LENGTHS)
    for row, item in zip(pack.utterances, sounds, strict=True):
        assert (item["id"], item["text"], item["speaker"]) == (row.id, row.text, row.speaker)
        assert item["rate"] == 16000
        assert item["sound"].dtype == torch.float32
        assert np.array_equal(item["sound"].numpy(), row.samples)
    recordings = skt.Sounds(pack, table="recordings", rate=8000)
    assert "text" not in recordings[0]
    assert recordings[0]["sound"].shape == (4000,)
    assert [item["id"] for item in skt.Sounds(pack.utterances[1:3])] == [
        row.id for row in pack.utterances[1:3]
    ]


def test_features_and_batches(folder):
    for name, shape, axis in [
        ("whisper", (5, 80, 100), 2),
        ("fbank", (5, 98, 40), 1),
        ("mfcc", (5, 98, 13), 1),
    ]:
        options = {"bins": 40} if name == "fbank" else {}
        sounds = skt.Sounds(folder, features=name, **options)
        (batch,) = data.DataLoader(sounds, batch_size=5, collate_fn=sounds.collate)
        assert tuple(batch["sound"].shape) == shape
        for item, row, length in zip(sounds, batch["sound"], batch["length"], strict=True):
            assert length == item["sound"].shape[axis - 1]
            assert torch.equal(row.narrow(axis - 1, 0, length), item["sound"])
    loud = skt.Sounds(folder, features=loudness)
    assert loud[3]["sound"] == pytest.approx(0.19, abs=0.02)


def loudness(samples, rate):
    return float(np.sqrt((samples**2).mean()))


@pytest.mark.parametrize("start", ["spawn", "fork"])
@pytest.mark.filterwarnings("ignore")
def test_workers_see_what_one_process_sees(folder, start):
    sounds = skt.Sounds(folder, features="fbank")
    loader = data.DataLoader(
        sounds,
        batch_size=2,
        collate_fn=sounds.collate,
        num_workers=2,
        multiprocessing_context=start,
    )
    seen = [(ids, batch["sound"]) for batch in loader for ids in [batch["id"]]]
    alone = data.DataLoader(sounds, batch_size=2, collate_fn=sounds.collate)
    for (ids, sound), batch in zip(seen, alone, strict=True):
        assert ids == batch["id"]
        assert torch.equal(sound, batch["sound"])


def test_a_data_set_is_pickled_by_the_path_of_its_pack(folder):
    sounds = skt.Sounds(folder, features="mfcc")
    pickled = pickle.dumps(sounds)
    assert len(pickled) < 2000
    assert torch.equal(pickle.loads(pickled)[2]["sound"], sounds[2]["sound"])


def test_mistakes_are_told(folder):
    for keywords in [{"table": "words"}, {"features": "mel"}, {"bins": 4}]:
        with pytest.raises(ValueError, match=r"table|features|options"):
            skt.Sounds(folder, **keywords)
    with pytest.raises(IndexError):
        skt.Sounds(folder)[5]
