#!/usr/bin/env python3
"""`pack.documents[i].text` from Python beside pyarrow by hand and Hugging Face `datasets`.

    taskset -c 1 python benches/python_access.py [--megabytes 200] [--folder DIR]

The corpus is generated: Danish-looking sentences of a fixed recurrence, document lengths
log-normal with a mean of about 1.8 kB. Every reader gets the same random rows in the same order,
its answers are compared first, and the rivals take turns in one run, so that a busy machine
slows all of them. Times are CPU time a document, the median of the rounds.

Memory is what is anonymous (`RssAnon`) after 100,000 documents were touched, above the same
figure after the imports: mapped pages belong to the system.
"""

import argparse
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS, SINGLE = 7, 5_000
# About as many letters beyond ASCII as running Danish has: three in a hundred.
SYLLABLES = (
    "be der ge en er et de ting ind til om af vej by hus land dag lig hed ning sen te re le ne "
    "se mark skib kom mune bog ord tal tid sag stat løb år så"
).split()


def documents(megabytes):
    """Texts of together `megabytes`, the same each time."""
    random.seed(20261121)
    words = ["".join(random.choices(SYLLABLES, k=random.randint(1, 4))) for _ in range(20_000)]
    total = 0
    while total < megabytes * 1_000_000:
        length = max(20, int(random.lognormvariate(math.log(1100), 1.0)))
        chosen, size = [], 0
        while size < length:
            word = words[int(random.paretovariate(0.9)) % len(words)]
            chosen.append(word)
            size += len(word) + 2
        text = " ".join(chosen).capitalize() + "."
        total += len(text.encode())
        yield text


def generate(folder, megabytes):
    import datasets
    import pyarrow as pa

    import sprogkit as sk

    texts = list(documents(megabytes))
    table = pa.table({"id": [f"d{i}" for i in range(len(texts))], "text": texts})
    sk.corpus.write(table, folder / "pack", id="bench")
    datasets.Dataset(table).save_to_disk(folder / "datasets")
    print(f"{len(texts)} documents, {sum(len(t.encode()) for t in texts) / 1e6:.0f} MB")


def ours(folder):
    import sprogkit as sk

    pack = sk.open(folder / "pack")
    rows = pack.documents
    # As a user writes it, and with the table held.
    return {
        "sprogkit pack.documents[i].text": lambda i: pack.documents[i].text,
        "sprogkit rows[i].text": lambda i: rows[i].text,
    }, len(rows)


def arrow(folder):
    """pyarrow by hand: the map, the batches, and the row's batch by bisection."""
    import bisect

    import pyarrow as pa

    (path,) = (folder / "pack").glob("documents-0*.arrow")
    reader = pa.ipc.open_file(pa.memory_map(str(path)))
    batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
    columns = [batch.column("text") for batch in batches]
    starts = [0]
    for batch in batches:
        starts.append(starts[-1] + len(batch))

    def text(i):
        at = bisect.bisect_right(starts, i) - 1
        return columns[at][i - starts[at]].as_py()

    return {"pyarrow by hand": text}, starts[-1]


def hugging_face(folder):
    import datasets

    rows = datasets.load_from_disk(str(folder / "datasets"))
    return {"datasets": lambda i: rows[i]["text"]}, len(rows)


READERS = {"sprogkit": ours, "pyarrow": arrow, "datasets": hugging_face}


def compare(folder):
    readers = {}
    for make in READERS.values():
        found, count = make(folder)
        readers |= found
    random.seed(7)
    rows = [random.randrange(count) for _ in range(SINGLE)]
    (first, reference), *others = readers.items()
    for name, text in others:
        assert all(text(i) == reference(i) for i in rows), f"{name} disagrees with {first}"
    times = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, text in readers.items():
            began = time.process_time()
            for i in rows:
                text(i)
            times[name].append((time.process_time() - began) / len(rows) * 1e6)
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, median in medians.items():
        print(f"{median:8.2f} us a document, best {min(times[name]):6.2f}   {name}")
    own = medians["sprogkit pack.documents[i].text"]
    print(f"pack.documents[i].text takes {own / medians['pyarrow by hand']:.2f} x pyarrow's time")
    print(f"datasets takes {medians['datasets'] / own:.1f} x the time of pack.documents[i].text")


def anonymous():
    """This process's anonymous memory in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return math.nan


def memory(folder, reader):
    """What one reader holds after 100,000 documents."""
    if reader == "sprogkit":
        import sprogkit  # noqa: F401
    elif reader == "pyarrow":
        import pyarrow  # noqa: F401
    else:
        import datasets  # noqa: F401
    before = anonymous()
    found, count = READERS[reader](folder)
    text = next(iter(found.values()))
    random.seed(8)
    characters = sum(len(text(random.randrange(count))) for _ in range(100_000))
    print(f"{anonymous() - before:8.1f} MB above {before:.0f} after 100,000 documents "
          f"({characters / 1e6:.0f} M characters)   {reader}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="keep the corpus here")
    parser.add_argument("--memory", choices=READERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        memory(options.folder, options.memory)
        return
    os.environ["HF_DATASETS_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "pack").exists():
            generate(folder, options.megabytes)
        compare(folder)
        for reader in READERS:
            own = [sys.executable, __file__, "--folder", str(folder), "--memory", reader]
            subprocess.run(own, check=True)


if __name__ == "__main__":
    main()
