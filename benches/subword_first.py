"""Subwords: the first two megabytes after a process starts, loading included, beside rivals; and the first pass over sixty
with what was learnt from other text.

    cargo build --release --no-default-features --features subword --bench subword
    pip install the wheel and benches/requirements.txt
    taskset -c 1 python benches/subword_first.py --data ../shared/data [--rounds 5] [--only cl100k]

Each figure is of a fresh process: from the start of the interpreter's work (imports included, as every user pays
them) to the last id, in seconds of processor time; and of the whole process as `wall`. "compiled" is the vocabulary as `compile`
writes it, "warm" the same with what it learnt from `text/lcc.txt`, which is none of the text that is encoded. The number
of ids must be the same for all.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benches"))


def one(rival, name, path, data, most):
    """In a process of its own."""
    from subword_rivals import FILES, documents, patterns

    texts = list(documents(data, most))
    began = time.process_time()
    file, pattern = FILES[name]
    if rival.startswith("sprogkit"):
        import sprogkit as sk

        pattern = pattern if path.suffix != ".vocab" else None
        tokenizer = sk.subword.Tokenizer.open(path, pattern=pattern)
        ids = len(tokenizer.encode_batch(texts, threads=1).values)
    elif rival == "fastokens":
        import fastokens

        if pattern:
            tokenizer = fastokens.Tokenizer.from_tiktoken(str(path), encoding=f"{name}_base")
        else:
            tokenizer = fastokens.Tokenizer.from_file(str(path))
        ids = len(tokenizer.encode_batch_flat(texts)[0]) // 4
    elif rival == "tiktoken":
        import tiktoken
        from tiktoken.load import load_tiktoken_bpe

        ranks = load_tiktoken_bpe(str(path))
        tokenizer = tiktoken.Encoding(name, pat_str=patterns(name), mergeable_ranks=ranks, special_tokens={})
        ids = sum(len(tokenizer.encode_ordinary(text)) for text in texts)
    else:
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(str(path))
        ids = sum(len(e) for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    seconds = time.process_time() - began
    size = sum(len(text.encode()) for text in texts)
    print(json.dumps({"ids": ids, "seconds": seconds, "bytes": size}))


def main():
    from subword_rivals import FILES

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=float, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--rival", help=argparse.SUPPRESS)
    parser.add_argument("--path", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    most = int(arguments.megabytes * 1_000_000)
    if arguments.rival:
        one(arguments.rival, arguments.only, arguments.path, arguments.data, most)
        return
    import sprogkit as sk

    environment = {**os.environ, "RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    lines = (arguments.data / "text" / "lcc.txt").read_text(encoding="utf-8").splitlines()
    for name, (file, pattern) in FILES.items():
        if arguments.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            given = arguments.data / "tokenizers" / file
            folder = pathlib.Path(folder)
            tokenizer = sk.subword.Tokenizer.open(given, pattern=pattern)
            tokenizer.compile(folder / "plain.vocab")
            known = tokenizer.warm(lines)
            tokenizer.compile(folder / "warm.vocab")
            runs = {
                "sprogkit warm": folder / "warm.vocab",
                "sprogkit compiled": folder / "plain.vocab",
                "sprogkit": given,
                "fastokens": given,
                "tiktoken" if pattern else "tokenizers": given,
            }
            if most > 8_000_000:
                runs = {who: path for who, path in runs.items() if who not in ("tiktoken", "tokenizers")}
            rows = {}
            for _ in range(arguments.rounds):
                for who, path in runs.items():
                    command = [sys.executable, __file__, "--rival", who, "--only", name, "--path", str(path),
                               "--data", str(arguments.data), "--megabytes", str(arguments.megabytes)]
                    began = time.perf_counter()
                    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
                    row = json.loads(done.stdout)
                    row["wall"] = time.perf_counter() - began
                    rows.setdefault(who, []).append(row)
        assert len({row["ids"] for found in rows.values() for row in found}) == 1, "ids differ"
        middle = {who: sorted(found, key=lambda row: row["seconds"])[len(found) // 2] for who, found in rows.items()}
        first = middle["sprogkit warm"]["seconds"]
        print(f"{name}: {middle['sprogkit']['bytes']} bytes, {middle['sprogkit']['ids']} ids, {known} pieces known", flush=True)
        for who, row in middle.items():
            print(f"  {who:18} {row['seconds']:6.3f} s  {row['bytes'] / 1e6 / row['seconds']:6.1f} MB/s  "
                  f"{row['seconds'] / first:5.1f} x sprogkit warm  wall {row['wall']:.2f} s", flush=True)


if __name__ == "__main__":
    main()
