"""`sprogkit words` and `sentences` as streams: one thread against all of them, in one run.

    cargo build --release --features cli
    python benches/streaming.py [FILE...]

Without files it takes the texts in ../shared/data/text. The output of one thread and of many must be the
same, byte for byte, before anything is timed; runs of one and of many alternate, and the best of each
counts. "room" is what the machine has to give meanwhile: how many times more work as many processes of one
thread get done at once than one of them alone. On a machine with nothing else to do it is the number of
cores; the threads are to come near it. Needs nothing but Python.
"""

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = ROOT / "target" / "release" / "sprogkit"
TEXTS = ROOT.parent / "shared" / "data" / "text"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--copies", type=int, default=4, help="the input, this many times over")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def digest(command):
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        sha = hashlib.sha256()
        while block := child.stdout.read(1 << 20):
            sha.update(block)
    assert child.returncode == 0, command
    return sha.hexdigest()


def timed(command):
    """Wall clock and processor seconds of a run, and its most memory in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with open(os.devnull, "wb") as nothing:
        subprocess.run(command, stdout=nothing, check=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, spent, after.ru_maxrss / 1000


def together(command, count):
    """Wall clock seconds until `count` processes that started at once have all ended."""
    start = time.perf_counter()
    children = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(count)]
    assert not any([child.wait() for child in children])
    return time.perf_counter() - start


def main():
    options = arguments()
    files = options.files or [TEXTS / name for name in ("msdocs.txt", "lcc.txt", "libreoffice.txt")]
    missing = [str(file) for file in files if not file.is_file()]
    if missing or not BINARY.is_file():
        sys.exit(f"skipped: there is no {', '.join(missing) or BINARY}")
    with tempfile.NamedTemporaryFile(suffix=".txt") as text:
        for _ in range(options.copies):
            for file in files:
                text.write(file.read_bytes())
        text.flush()
        size = Path(text.name).stat().st_size
        print(f"{size / 1e6:.0f} MB, {options.threads} threads against 1, best of {options.rounds}")
        for name in ("words", "sentences"):
            for form in ([], ["--json", "--unit", "char"]):
                one, many = (
                    [BINARY, name, *form, "--threads", str(threads), text.name]
                    for threads in (1, options.threads)
                )
                assert digest(one) == digest(many), f"{name}: threads change the output"
                runs = [
                    (timed(one), timed(many), (together(one, options.threads),))
                    for _ in range(options.rounds)
                ]
                wall_one, wall_many = (min(run[side][0] for run in runs) for side in (0, 1))
                room = options.threads * wall_one / min(run[2][0] for run in runs)
                spent_one, spent_many = (min(run[side][1] for run in runs) for side in (0, 1))
                memory = max(run[1][2] for run in runs)
                print(
                    f"{name + ' ' + ' '.join(form):<32}"
                    f"{size / 1e6 / wall_one:6.0f} MB/s  {size / 1e6 / wall_many:6.0f} MB/s"
                    f"  {wall_one / wall_many:5.2f} x  room {room:4.2f} x  processor {spent_many / spent_one:4.2f} x"
                    f"  {memory:4.0f} MB"
                )


if __name__ == "__main__":
    main()
