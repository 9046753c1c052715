"""Packs among threads and processes: pickled by path, read by all, interrupted by Ctrl-C."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pyarrow as pa
import pytest

import sprogkit as sk

TEXTS = [f"Sag {i}: »ja«, sagde Åse. 👍🏽" for i in range(2000)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("shared") / "sager"
    table = pa.table({"text": TEXTS, "id": [f"s{i}" for i in range(len(TEXTS))]})
    sk.corpus.write(table, out, id="sager").close()
    return out


def lengths(rows):
    """What a worker does with the rows it was sent."""
    return [len(document.text) for document in rows]


def words_of(rows):
    return len(sk.text.words_batch([document.text for document in rows]).values)


@pytest.mark.parametrize("check", ["lazy", "full", "none"])
def test_a_pack_is_pickled_by_its_path(folder, check):
    pack = sk.open(folder, check=check)
    data = pickle.dumps(pack)
    assert len(data) < 1000
    assert [d.text for d in pickle.loads(data).documents] == TEXTS


@pytest.mark.parametrize(
    "part",
    [slice(None), slice(3, 9), slice(9, 3, -2), slice(None, None, -1), slice(5, 5)],
)
def test_rows_are_pickled_as_a_slice(folder, part):
    rows = sk.open(folder).documents[part]
    again = pickle.loads(pickle.dumps(rows))
    assert [d.id for d in again] == [d.id for d in rows]


def test_a_changed_pack_is_not_unpickled(folder, tmp_path):
    table = pa.table({"text": ["a", "b"], "id": ["x", "y"]})
    pack = sk.corpus.write(table, tmp_path / "ny", id="ny")
    data = pickle.dumps(pack)
    pack.erase("x")
    with pytest.raises(ValueError, match="changed since it was pickled"):
        pickle.loads(data)
    assert len(pickle.loads(pickle.dumps(pack)).documents) == 1


def test_a_relative_path_is_found_by_a_worker_elsewhere(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(folder.parent)
    data = pickle.dumps(sk.open(folder.name))
    monkeypatch.chdir(tmp_path)
    assert len(pickle.loads(data).documents) == len(TEXTS)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_workers_read_what_they_are_sent(folder, method):
    rows = sk.open(folder).documents
    # The parent uses the map and the pool of threads first, which a fork must survive.
    assert sum(lengths(rows)) == sum(map(len, TEXTS))
    expected = words_of(rows[:500])
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as workers:
        parts = [rows[start : start + 500] for start in range(0, 2000, 500)]
        found = [length for part in workers.map(lengths, parts) for length in part]
        counts = list(workers.map(words_of, parts))
    assert found == [len(text) for text in TEXTS]
    assert counts[0] == expected


def test_threads_read_one_pack_at_once(folder):
    pack = sk.open(folder)
    start = threading.Barrier(8)

    def read(thread):
        start.wait()
        return [pack.documents[i].text for i in range(thread, 2000, 8)]

    with ThreadPoolExecutor(8) as threads:
        for thread, found in enumerate(threads.map(read, range(8))):
            assert found == TEXTS[thread::8]


def test_readers_and_a_close_do_not_harm_each_other(folder):
    pack = sk.open(folder)
    stop = threading.Event()

    def read():
        while not stop.is_set():
            try:
                assert pack.documents[7].text == TEXTS[7]
            except ValueError as error:
                assert "closed" in str(error)  # noqa: PT017
                return "closed"
        return "stopped"

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read) for _ in range(4)]
        time.sleep(0.05)
        pack.close()
        time.sleep(0.05)
        stop.set()
        assert [reader.result() for reader in readers] == ["closed"] * 4


LONG = """
import sys, numpy as np, sprogkit as sk
# Few tokens and no silence: a minute of work for any machine.
frames, targets = 1_000_000, 480_000
log_probs = np.random.default_rng(0).normal(size=(frames, 4)).astype(np.float32)
targets = np.random.default_rng(1).integers(1, 4, targets)
print("ready", flush=True)
try:
    sk.align.ctc(log_probs, targets)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send")
def test_ctrl_c_ends_long_work():
    worker = subprocess.Popen([sys.executable, "-c", LONG], stdout=subprocess.PIPE, text=True)
    with worker:
        assert worker.stdout.readline() == "ready\n"
        time.sleep(0.3)
        began = time.monotonic()
        worker.send_signal(signal.SIGINT)
        said = worker.stdout.readline()
        took = time.monotonic() - began
    assert said == "interrupted\n"
    assert took < 5
