"""What the benches of subwords share: fresh processes in turn, the built bench, and what is printed of a row."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
#: Rivals that are the same cold and warm get so many bytes.
SMALL = 4_000_000


def arguments_of(doc, megabytes, rounds=3):
    """A parser with the options that all have."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--megabytes", type=float, default=megabytes)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--only", default="")
    parser.add_argument("--rival", help=argparse.SUPPRESS)
    return parser


def again(arguments, script, rival, name, *more):
    """The command that runs one rival of a script in a process of its own."""
    return [sys.executable, script, "--rival", rival, "--only", name, "--data", str(arguments.data),
            "--megabytes", str(arguments.megabytes), *map(str, more)]


def bench(arguments, name, *more):
    """The command that runs the newest build of benches/subword.rs."""
    built = sorted((ROOT / "target/release/deps").glob("subword-*"), key=os.path.getmtime)
    newest = next((str(file) for file in reversed(built) if not file.suffix), None)
    if newest is None:
        sys.exit("no bench: cargo build --release --no-default-features --features subword --bench subword")
    return [newest, str(arguments.data), str(int(arguments.megabytes)), name, *map(str, more)]


def in_turn(commands, rounds, threads=1):
    """The rows that each command prints, a round after the other, each with the seconds that its process took."""
    environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false"}
    if threads == 1:
        environment["RAYON_NUM_THREADS"] = "1"
    rows = {}
    for _ in range(rounds):
        for who, command in commands.items():
            began = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            if done.returncode:
                # A rival that is not installed, mostly.
                print(f"{who}: {done.stderr.strip().splitlines()[-1]}")
                continue
            row = json.loads(done.stdout.splitlines()[-1])
            rows.setdefault(who, []).append({**row, "process_s": time.perf_counter() - began})
    return rows


def middle(rows, key):
    """The median of one figure of some rows."""
    return sorted(row[key] for row in rows)[len(rows) // 2]


def two_passes(encode, texts, load):
    """Prints the row of a rival: load in seconds, the first and the second pass in megabytes per second of processor time."""
    size = sum(len(text.encode()) for text in texts)
    rates = []
    for _ in range(2):
        began = time.process_time()
        ids = encode(texts)
        rates.append(round(size / 1e6 / (time.process_time() - began), 1))
    print(json.dumps({"bytes": size, "ids": ids, "load_s": round(load, 3), "cold_mb_s": rates[0], "warm_mb_s": rates[1]}))


def print_passes(name, rows):
    """Prints the medians of what `two_passes` and benches/subword.rs print."""
    for who, found in rows.items():
        print(f"{name:13} {who:13} load {middle(found, 'load_s'):6.3f} s  cold {middle(found, 'cold_mb_s'):6.1f}  "
              f"warm {middle(found, 'warm_mb_s'):6.1f} MB/s  ({found[0]['bytes']} bytes, {found[0]['ids']} ids)", flush=True)
