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

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benches"))


def documents_of(data, most):
    import pyarrow as pa
    from subword_rivals import documents

    texts = list(documents(data, most))
    return pa.array(texts, pa.large_string()), texts, sum(len(text.encode()) for text in texts)


def one(what, name, data, most):
    """In a process of its own: the rate of one way."""
    from subword_rivals import FILES

    file, pattern = FILES[name]
    array, texts, size = documents_of(data, most)
    if what == "tokenizers":
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(str(data / "tokenizers" / file))
        few = texts[: max(1, len(texts) * 4_000_000 // size)]
        began = time.process_time()
        tokenizer.encode_batch_fast(few, add_special_tokens=False)
        took = time.process_time() - began
        print(json.dumps({"rate": sum(len(text.encode()) for text in few) / 1e6 / took}))
        return
    import sprogkit as sk

    threads = int(what)
    tokenizer = sk.subword.Tokenizer.open(data / "tokenizers" / file, pattern=pattern)
    rows = []
    for _ in range(4):
        began = time.process_time(), time.perf_counter()
        ids = tokenizer.encode_batch(array, threads=threads)
        flat = ids.values.to_numpy()
        cpu, wall = time.process_time() - began[0], time.perf_counter() - began[1]
        rows.append((size / 1e6 / cpu, size / 1e6 / wall))
        del ids, flat
    cpu, wall = (sorted(row[i] for row in rows[1:])[1] for i in range(2))
    print(json.dumps({"rate": cpu, "wall": wall}))


def copies(processes):
    """Gigabytes per second that so many processes copy together."""
    code = ("import numpy as np, time; a = np.ones(8 << 20); b = np.empty_like(a); b[:] = a; t = time.perf_counter();"
            "[b.__setitem__(slice(None), a) for _ in range(20)]; print(20 * a.nbytes / 1e9 / (time.perf_counter() - t))")
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    return sum(float(process.communicate()[0]) for process in running)


def main():
    from subword_rivals import FILES

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--megabytes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--core", default="1", help="the core of what runs on one")
    parser.add_argument("--what", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    most = arguments.megabytes * 1_000_000
    if arguments.what:
        one(arguments.what, arguments.only, arguments.data, most)
        return
    built = sorted((ROOT / "target/release/deps").glob("subword-*"), key=os.path.getmtime)
    bench = next(str(file) for file in reversed(built) if not file.suffix)
    environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false"}
    pinned = ["taskset", "-c", arguments.core]
    for name, (file, _) in FILES.items():
        if arguments.only not in name:
            continue
        rows = {}
        for _ in range(arguments.rounds):
            own = [sys.executable, __file__, "--only", name, "--data", str(arguments.data), "--megabytes", str(arguments.megabytes), "--what"]
            commands = {
                "rust": [*pinned, bench, str(arguments.data), str(arguments.megabytes), name],
                "python": [*pinned, *own, "1"],
                "one": [*own, "1"],
                "two": [*own, "2"],
            }
            if file.endswith(".json"):
                commands["tokenizers"] = [*pinned, *own, "tokenizers"]
            for who, command in commands.items():
                done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
                row = json.loads(done.stdout.splitlines()[-1])
                rows.setdefault(who, []).append(row.get("rate") or row["warm_mb_s"])
                if who in ("one", "two"):
                    rows.setdefault(f"wall {who}", []).append(row["wall"])
        middle = {who: sorted(found)[len(found) // 2] for who, found in rows.items()}
        line = (f"{name:8} rust {middle['rust']:6.1f}  python {middle['python']:6.1f} MB/s ({middle['python'] / middle['rust']:.2f} of rust)  "
                f"two threads: {middle['wall two'] / middle['wall one']:.2f} x by the clock, {2 * middle['two'] / middle['one']:.2f} x by processor time")
        if "tokenizers" in middle:
            line += f"  encode_batch_fast {middle['tokenizers']:.2f} ({middle['python'] / middle['tokenizers']:.0f} x)"
        print(line, flush=True)
    print(f"copy: one process {copies(1):.1f} GB/s, two {copies(2):.1f} GB/s; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
