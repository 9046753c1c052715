"""Unigram and WordPiece beside their rivals, one core, on the same documents in one run: tokie, nanotoken, sentencepiece, tokenizers.

    cargo build --release --no-default-features --features subword --bench subword
    taskset -c 1 python benches/subword_words.py --data ../shared/data [--megabytes 20] [--rounds 3] [--model FILE.model]

Prints megabytes per second of processor time: cold is the first pass of a fresh process, warm the second. The number
of ids must be the same for all. tokenizers gets the first 4 MB: it is the same cold and warm. --model adds a sentencepiece
Unigram model of the caller's own.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from subword_rivals import ROOT, documents

FILES = {
    "xlm-roberta": ("xlm-roberta_unigram.tokenizer.json", ["tokie", "tokenizers"]),
    "mbert": ("bert-base-multilingual-cased.vocab.txt", ["nanotoken", "tokie", "tokenizers"]),
}
SMALL = 4_000_000


def as_json(path, folder):
    """A vocab.txt as a tokenizer.json."""
    if path.suffix != ".txt":
        return str(path)
    import tokenizers

    file = str(pathlib.Path(folder) / "tokenizer.json")
    tokenizers.BertWordPieceTokenizer(str(path), lowercase=False).save(file)
    return file


def one(rival, path, data, most):
    """Runs one rival in this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = as_json(path, folder)
        began = time.process_time()
        if rival == "tokie":
            import tokie

            tokenizer = tokie.Tokenizer.from_json(path)

            def encode(texts):
                return sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts)
        elif rival == "nanotoken":
            import nanotoken

            tokenizer = nanotoken.Tokenizer(path)

            def encode(texts):
                return tokenizer.encode_batch(texts, add_special_tokens=False, parallel=False).num_tokens
        elif rival == "sentencepiece":
            import sentencepiece

            tokenizer = sentencepiece.SentencePieceProcessor(model_file=path)

            def encode(texts):
                return sum(len(tokenizer.encode(text)) for text in texts)
        else:
            import tokenizers

            tokenizer = tokenizers.Tokenizer.from_file(path)

            def encode(texts):
                return sum(len(tokenizer.encode(text, add_special_tokens=False)) for text in texts)
        load = time.process_time() - began
    texts = list(documents(data, min(most, SMALL) if rival == "tokenizers" else most))
    size = sum(len(text.encode()) for text in texts)
    rates = []
    for _ in range(2):
        began = time.process_time()
        ids = encode(texts)
        rates.append(round(size / 1e6 / (time.process_time() - began), 1))
    print(json.dumps({"bytes": size, "ids": ids, "load_s": round(load, 3), "cold_mb_s": rates[0], "warm_mb_s": rates[1]}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--bench", default=None, help="the built benches/subword.rs")
    parser.add_argument("--rival", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    most = arguments.megabytes * 1_000_000
    if arguments.rival:
        one(arguments.rival, arguments.file, arguments.data, most)
        return
    built = sorted((ROOT / "target/release/deps").glob("subword-*"), key=os.path.getmtime)
    bench = arguments.bench or next(str(file) for file in reversed(built) if not file.suffix)
    environment = {**os.environ, "RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    files = {name: (arguments.data / "tokenizers" / file, rivals) for name, (file, rivals) in FILES.items()}
    if arguments.model:
        files["sentencepiece"] = (arguments.model, ["sentencepiece"])
    for name, (file, rivals) in files.items():
        if arguments.only not in name:
            continue
        rows = {}
        for _ in range(arguments.rounds):
            wanted = [str(file)] if name == "sentencepiece" else []
            commands = {"sprogkit": [bench, str(arguments.data), str(arguments.megabytes), name, *wanted]}
            for rival in rivals:
                commands[rival] = [sys.executable, __file__, "--rival", rival, "--file", str(file), "--data", str(arguments.data),
                                   "--megabytes", str(arguments.megabytes)]
            for who, command in commands.items():
                result = subprocess.run(command, env=environment, capture_output=True, text=True)
                if result.returncode:
                    print(f"{name} {who}: {result.stderr.strip().splitlines()[-1]}")
                    continue
                rows.setdefault(who, []).append(json.loads(result.stdout.splitlines()[-1]))
        for who, found in rows.items():
            middle = lambda key: sorted(row[key] for row in found)[len(found) // 2]  # noqa: E731
            print(f"{name:13} {who:13} load {middle('load_s'):6.3f} s  cold {middle('cold_mb_s'):6.1f}  warm {middle('warm_mb_s'):6.1f} MB/s  "
                  f"({found[0]['bytes']} bytes, {found[0]['ids']} ids)", flush=True)


if __name__ == "__main__":
    main()
