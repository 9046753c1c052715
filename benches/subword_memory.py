"""`sprogkit encode` on more text than memory: peak memory of the process, and its speed.

    cargo build --release --no-default-features --features cli
    python benches/subword_memory.py VOCABULARY [--gigabytes 10] [--form pipe|file|rows|pack]

The text is made here and is never the same: words of Danish syllables, the frequent ones often, in lines of about
400 bytes; every 100 MB the words become others, so that no cache knows them. It comes through a pipe; `file` writes it
to a file first, `rows` cuts the ids into rows of 4096, and `pack` takes the documents of a pack. What is written goes to --folder and
is removed. Two threads. "anonymous" is what is no page of a mapped file. Before that, ids of the same first megabytes from one thread and from two are compared.
Needs NumPy.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import tempfile
import threading
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = 4_000_000
#: Letters that take each other's places.
KINDS = ("aeiouy", "bdgptk", "lrnm", "sfvhj")


def blocks(seed=7, count=25):
    """Text without end, in blocks of whole lines."""
    chance = np.random.default_rng(seed)
    heads = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "sk", "tr", "bl", "kr", "gr"]
    middles = ["a", "e", "i", "o", "u", "y", "æ", "ø", "å", "ej", "ou"]
    tails = ["", "r", "n", "l", "t", "d", "g", "rt", "nd", "ng", "st", "sk"]
    syllables = np.array(["".join(parts) for parts in itertools.product(heads, middles, tails)])
    words = syllables[chance.integers(len(syllables), size=300_000)].astype(object)
    for more in (0.75, 0.4, 0.15):
        longer = chance.random(len(words)) < more
        words[longer] += syllables[chance.integers(len(syllables), size=longer.sum())].astype(object)
    ends = np.array([" ", " ", " ", " ", " ", " ", ", ", ". "], dtype=object)
    lines = np.array(["\n" if n % 60 == 59 else "" for n in range(600_000)], dtype=object)
    made = []
    for _ in range(count):
        ranks = np.minimum(chance.zipf(1.15, size=600_000), 2**40) % len(words)
        text = "".join(words[ranks] + ends[chance.integers(len(ends), size=600_000)] + lines)
        made.append(text.encode()[:BLOCK].rsplit(b"\n", 1)[0] + b"\n")
    while True:
        yield from made
        swaps = ["".join(chance.permutation(list(kind))) for kind in KINDS]
        table = bytes.maketrans("".join(KINDS).encode(), "".join(swaps).encode())
        made = [block.translate(table) for block in made]


def feed(to, size):
    """Writes `size` bytes at least, and says how many."""
    written = 0
    for block in blocks():
        to.write(block)
        written += len(block)
        if written >= size:
            return written


def encode(binary, arguments, size=None):
    """Runs `encode`, with text of `size` through a pipe where there is one: what it says, seconds, peaks in MB."""
    command = [binary, "encode", *arguments, "--json"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        def give():
            if size:
                feed(child.stdin, size)
            child.stdin.close()

        giver = threading.Thread(target=give)
        giver.start()
        peaks = {"VmHWM": 0, "RssAnon": 0}
        # The system's own figure for a child begins with the parent's memory.
        while child.poll() is None:
            for line in pathlib.Path(f"/proc/{child.pid}/status").read_text().splitlines():
                name, _, value = line.partition(":")
                if name in peaks:
                    peaks[name] = max(peaks[name], int(value.split()[0]) / 1000)
            time.sleep(0.05)
        giver.join()
        said = child.stdout.read()
    assert child.returncode == 0, command
    return json.loads(said), time.perf_counter() - began, peaks


MANIFEST = """schema = 1
id = "made"
kind = "text"
version = "1"
language = "da"
title.da = "Lavet"
title.en = "Made"
source = "Made by benches/subword_memory.py"
license = "CC0-1.0"

[personal_data]
category = "NonPersonalData"

[[file]]
name = "text.txt"

[[read]]
files = "text.txt"
format = "text"
unit = "line"
"""


def a_pack(binary, folder):
    """A pack of the lines in text.txt, which is removed."""
    (folder / "made.toml").write_text(MANIFEST, encoding="utf-8")
    build = [binary, "build", folder / "made.toml", "--out", folder / "pack"]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (folder / "text.txt").unlink()
    return folder / "pack"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vocabulary")
    parser.add_argument("--pattern")
    parser.add_argument("--gigabytes", type=float, default=10)
    parser.add_argument("--form", choices=["pipe", "file", "rows", "pack"], default="pipe")
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/sprogkit")
    options = parser.parse_args()
    size = int(options.gigabytes * 1e9)
    vocabulary = [options.vocabulary, *(["--pattern", options.pattern] if options.pattern else [])]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        folder = pathlib.Path(folder)
        made = []
        for threads in "12":
            prefix = folder / threads
            encode(options.binary, [*vocabulary, "--out", prefix, "--threads", threads], 3 * BLOCK)
            made.append([prefix.with_suffix(end).read_bytes() for end in (".bin", ".idx")])
        assert made[0] == made[1], "threads change the ids"
        del made
        job = [*vocabulary, "--out", folder / "ids", "--threads", "2"]
        piped = size
        if options.form in ("file", "pack"):
            with open(folder / "text.txt", "wb") as file:
                size = feed(file, size)
            piped = None
        if options.form == "file":
            job.append(folder / "text.txt")
        elif options.form == "rows":
            job += ["--seq-length", "4096"]
        elif options.form == "pack":
            job += ["--pack", a_pack(options.binary, folder)]
        said, seconds, peaks = encode(options.binary, job, piped)
        print(
            f"{options.form}: {size / 1e9:.1f} GB, {said['documents']} documents, {said['ids']} ids in {seconds:.0f} s"
            f" ({size / 1e6 / seconds:.0f} MB/s): peak {peaks['VmHWM']:.0f} MB, {peaks['RssAnon']:.0f} MB of them anonymous"
        )


if __name__ == "__main__":
    main()
