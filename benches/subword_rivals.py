"""Subwords beside their rivals, one core, on the same documents in one run: fastokens, tiktoken, tokenizers.

    cargo build --release --no-default-features --features subword --bench subword
    taskset -c 1 python benches/subword_rivals.py --data ../shared/data [--megabytes 60] [--rounds 3]

Prints megabytes per second of processor time: cold is the first pass of a fresh process, warm the second. The number
of ids must be the same for all. tiktoken and tokenizers get the first 4 MB: they are the same cold and warm.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = {
    "cl100k": ("cl100k_base.tiktoken", "cl100k"),
    "o200k": ("o200k_base.tiktoken", "o200k"),
    "qwen3": ("qwen3.tokenizer.json", None),
}
SMALL = 4_000_000


def documents(data, most):
    """As benches/subword.rs makes them."""
    def lines(name):
        with open(data / "text" / name, encoding="utf-8", newline="\n") as file:
            yield from file

    old, new = lines("adl_historic.txt"), lines("msdocs.txt")
    document, length, size = [], 0, 0
    while size < most:
        pair = [line for line in (next(old, None), next(new, None)) if line is not None]
        if not pair:
            break
        for line in pair:
            count = len(line.encode())
            length += count
            size += count
            document.append(line)
        if length >= 8000:
            yield "".join(document)
            document, length = [], 0
    yield "".join(document)


def patterns(name):
    import tiktoken_ext.openai_public as public
    from unittest import mock

    # The patterns alone: no file is fetched.
    with mock.patch.object(public, "load_tiktoken_bpe", return_value={}):
        return getattr(public, f"{name}_base")()["pat_str"]


def one(rival, name, data, most):
    """Runs one rival in this process: load, cold and warm seconds, bytes, ids."""
    file, pattern = FILES[name]
    path = data / "tokenizers" / file
    began = time.process_time()
    if rival == "fastokens":
        import fastokens

        if pattern:
            tokenizer = fastokens.Tokenizer.from_tiktoken(str(path), encoding=f"{name}_base")
        else:
            tokenizer = fastokens.Tokenizer.from_file(str(path))

        def encode(texts):
            return len(tokenizer.encode_batch_flat(texts)[0]) // 4
    elif rival == "tiktoken":
        import tiktoken
        from tiktoken.load import load_tiktoken_bpe

        tokenizer = tiktoken.Encoding(name, pat_str=patterns(name), mergeable_ranks=load_tiktoken_bpe(str(path)), special_tokens={})

        def encode(texts):
            return sum(len(tokenizer.encode_ordinary(text)) for text in texts)
    else:
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(str(path))

        def encode(texts):
            return sum(len(e) for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    load = time.process_time() - began
    texts = list(documents(data, most if rival == "fastokens" else min(most, SMALL)))
    size = sum(len(text.encode()) for text in texts)
    rates = []
    for _ in range(2):
        began = time.process_time()
        ids = encode(texts)
        rates.append(round(size / 1e6 / (time.process_time() - began), 1))
    print(json.dumps({"vocabulary": name, "bytes": size, "ids": ids, "load_s": round(load, 3), "cold_mb_s": rates[0], "warm_mb_s": rates[1]}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--megabytes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--bench", default=None, help="the built benches/subword.rs")
    parser.add_argument("--rival", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    most = arguments.megabytes * 1_000_000
    if arguments.rival:
        one(arguments.rival, arguments.only, arguments.data, most)
        return
    built = sorted((ROOT / "target/release/deps").glob("subword-*"), key=os.path.getmtime)
    bench = arguments.bench or next(str(file) for file in reversed(built) if not file.suffix)
    environment = {**os.environ, "RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    for name, (file, _) in FILES.items():
        if arguments.only not in name:
            continue
        rows = {}
        rivals = ["fastokens", "tiktoken" if file.endswith("tiktoken") else "tokenizers"]
        for _ in range(arguments.rounds):
            commands = {"sprogkit": [bench, str(arguments.data), str(arguments.megabytes), name]}
            for rival in rivals:
                commands[rival] = [sys.executable, __file__, "--rival", rival, "--only", name, "--data", str(arguments.data),
                                   "--megabytes", str(arguments.megabytes)]
            for who, command in commands.items():
                result = subprocess.run(command, env=environment, capture_output=True, text=True)
                if result.returncode:
                    print(f"{name} {who}: {result.stderr.strip().splitlines()[-1]}")
                    continue
                rows.setdefault(who, []).append(json.loads(result.stdout.splitlines()[-1]))
        for who, found in rows.items():
            middle = lambda key: sorted(row[key] for row in found)[len(found) // 2]  # noqa: E731
            print(f"{name:8} {who:10} load {middle('load_s'):6.3f} s  cold {middle('cold_mb_s'):6.1f}  warm {middle('warm_mb_s'):6.1f} MB/s  "
                  f"({found[0]['bytes']} bytes, {found[0]['ids']} ids)", flush=True)


if __name__ == "__main__":
    main()
