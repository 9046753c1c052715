"""Subwords from Python: Arrow in, Arrow lists out, beside the Rust figure of the same run and `encode_batch_fast`; and two threads
beside one, with what the memory gives.

    cargo build --release --no-default-features --features subword --bench subword
    pip install the wheel and benches/requirements.txt
    python benches/subword_python.py --data ../shared/data [--megabytes 60] [--rounds 5]

Megabytes per second of processor time. Rust is `benches/subword.rs`, which makes a vector for each document. Of two threads:
what they gain by the clock, and twice the processor time of one by that of both, which other work on the machine
disturbs less: what they would gain on two idle cores, the serial part aside. All rows are second passes (warm); `tokenizers` gets the first 4 MB,
and has no other pace. "copy" is what two processes, and one, get from copying 64 MB of memory, so what a second core may gain at
most where both read and write much.
"""

import json
import os
import subprocess
import sys
import time

from subword_rivals import FILES, documents, opened
from subword_runs import SMALL, again, arguments_of, bench, in_turn, middle


def tokenizers(name, path, texts):
    """In a process of its own: the rate of `encode_batch_fast`."""
    encode = opened("tokenizers", name, path)
    began = time.process_time()
    encode(texts)
    print(json.dumps({"cpu": sum(len(text.encode()) for text in texts) / 1e6 / (time.process_time() - began)}))


def rates(name, path, texts, most):
    """In a process of its own: the rates of each number of threads in turn, by processor time and by the clock. All in one process,
    since what fresh memory costs differs from one to the next."""
    import pyarrow as pa
    import sprogkit as sk

    size = sum(len(text.encode()) for text in texts)
    array = pa.array(texts, pa.large_string())
    tokenizer = sk.subword.Tokenizer.open(path, pattern=FILES[name][1])
    rows = []
    for _ in range(6):
        row = {}
        for threads in range(1, most + 1):
            began = time.process_time(), time.perf_counter()
            ids = tokenizer.encode_batch(array, threads=threads)
            flat = ids.values.to_numpy()
            cpu, clock = time.process_time() - began[0], time.perf_counter() - began[1]
            row[f"cpu{threads}"], row[f"clock{threads}"] = size / 1e6 / cpu, size / 1e6 / clock
            del ids, flat
        rows.append(row)
    print(json.dumps({key: middle(rows[1:], key) for key in rows[0]}))


def copies(processes):
    """Gigabytes per second that so many processes copy together."""
    code = ("import numpy as np, time; a = np.ones(8 << 20); b = np.empty_like(a); b[:] = a; t = time.perf_counter();"
            "[b.__setitem__(slice(None), a) for _ in range(20)]; print(20 * a.nbytes / 1e9 / (time.perf_counter() - t))")
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    return sum(float(process.communicate()[0]) for process in running)


def main():
    parser = arguments_of(__doc__, 60)
    parser.add_argument("--core", default="1", help="the core of what runs on one")
    arguments = parser.parse_args()
    if arguments.rival:
        path = arguments.data / "tokenizers" / FILES[arguments.only][0]
        most = int(arguments.megabytes * 1e6)
        if arguments.rival == "tokenizers":
            tokenizers(arguments.only, path, list(documents(arguments.data, min(most, SMALL))))
        else:
            rates(arguments.only, path, list(documents(arguments.data, most)), int(arguments.rival))
        return
    pinned = ["taskset", "-c", arguments.core]
    for name, (file, _) in FILES.items():
        if arguments.only not in name:
            continue
        commands = {
            "rust": [*pinned, *bench(arguments, name)],
            "python": [*pinned, *again(arguments, __file__, "1", name)],
            "both": again(arguments, __file__, "2", name),
        }
        if file.endswith(".json"):
            commands["tokenizers"] = [*pinned, *again(arguments, __file__, "tokenizers", name)]
        rows = in_turn(commands, arguments.rounds, threads=2)
        rust, python = middle(rows["rust"], "warm_mb_s"), middle(rows["python"], "cpu1")
        clock, cpu = (middle(rows["both"], key + "2") / middle(rows["both"], key + "1") for key in ("clock", "cpu"))
        line = (f"{name:8} rust {rust:6.1f}  python {python:6.1f} MB/s ({python / rust:.2f} of rust)  "
                f"two threads: {clock:.2f} x by the clock, {2 * cpu:.2f} x by processor time")
        if "tokenizers" in rows:
            rate = middle(rows["tokenizers"], "cpu")
            line += f"  encode_batch_fast {rate:.2f} ({python / rate:.0f} x)"
        print(line, flush=True)
    print(f"copy: one process {copies(1):.1f} GB/s, two {copies(2):.1f} GB/s; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    sys.exit(main())
