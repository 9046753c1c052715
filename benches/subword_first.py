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

import json
import pathlib
import sys
import tempfile
import time

from subword_rivals import FILES, documents, opened
from subword_runs import again, arguments_of, in_turn


def sprogkit(path, pattern):
    """As `opened`, by sprogkit."""
    import sprogkit as sk

    tokenizer = sk.subword.Tokenizer.open(path, pattern=None if path.suffix == ".vocab" else pattern)
    return lambda texts: len(tokenizer.encode_batch(texts, threads=1).values)


def one(rival, name, path, texts):
    """In a process of its own."""
    began = time.process_time()
    if rival.startswith("sprogkit"):
        ids = sprogkit(path, FILES[name][1])(texts)
    else:
        ids = opened(rival, name, path)(texts)
    seconds = time.process_time() - began
    print(json.dumps({"ids": ids, "seconds": seconds, "bytes": sum(len(text.encode()) for text in texts)}))


def main():
    parser = arguments_of(__doc__, 2, rounds=5)
    parser.add_argument("--path", type=pathlib.Path)
    arguments = parser.parse_args()
    most = int(arguments.megabytes * 1e6)
    if arguments.rival:
        one(arguments.rival, arguments.only, arguments.path, list(documents(arguments.data, most)))
        return
    import sprogkit as sk

    lines = (arguments.data / "text" / "lcc.txt").read_text(encoding="utf-8").splitlines()
    for name, (file, pattern) in FILES.items():
        if arguments.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            given, folder = arguments.data / "tokenizers" / file, pathlib.Path(folder)
            tokenizer = sk.subword.Tokenizer.open(given, pattern=pattern)
            tokenizer.compile(folder / "plain.vocab")
            known = tokenizer.warm(lines)
            tokenizer.compile(folder / "warm.vocab")
            paths = {
                "sprogkit warm": folder / "warm.vocab",
                "sprogkit compiled": folder / "plain.vocab",
                "sprogkit": given,
                "fastokens": given,
            }
            # These would take minutes for more.
            if most <= 8_000_000:
                paths["tiktoken" if pattern else "tokenizers"] = given
            commands = {who: again(arguments, __file__, who, name, "--path", path) for who, path in paths.items()}
            rows = in_turn(commands, arguments.rounds)
        assert len({row["ids"] for found in rows.values() for row in found}) == 1, "ids differ"
        medians = {who: sorted(found, key=lambda row: row["seconds"])[len(found) // 2] for who, found in rows.items()}
        first = medians["sprogkit warm"]
        print(f"{name}: {first['bytes']} bytes, {first['ids']} ids, {known} pieces known", flush=True)
        for who, row in medians.items():
            print(f"  {who:18} {row['seconds']:6.3f} s  {row['bytes'] / 1e6 / row['seconds']:6.1f} MB/s  "
                  f"{row['seconds'] / first['seconds']:5.1f} x sprogkit warm  wall {row['process_s']:.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
