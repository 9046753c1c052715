"""Training: byte-pair encoding beside `tokenizers`, merge by merge the same, and Unigram beside sentencepiece, by what each vocabulary
makes of text that neither saw.

    pip install the wheel and benches/requirements.txt
    python benches/subword_train.py DATA [--megabytes 50] [--rounds 3] [--vocab-size 32000] [--threads 2] [--only bpe|unigram]

DATA is a folder of texts (*.txt). Of each file the same share is taken, so many megabytes together, a line a text; each 50th line is
kept aside. Each training is a process of its own, in turn; seconds by the clock, from the texts to the vocabulary, reading them in and
importing modules aside. `tokenizers` trains from an iterator over lists of lines and from the file, on all cores, and the faster one counts.
sentencepiece has `--threads` threads, normalizes nothing and covers every character, as this package.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from subword_runs import middle

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def sprogkit(kind, file, out, size, threads, pattern="gpt2"):
    import sprogkit as sk

    with open(file, encoding="utf-8", newline="\n") as lines:
        texts = lines.readlines()
    began = time.perf_counter()
    tokenizer = sk.subword.train(texts, kind=kind, vocab_size=size, pattern=pattern, threads=threads)
    tokenizer.save(out)
    return began


def tokenizers(way, file, out, size, pattern):
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    if pattern == "gpt2":
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        split = pre_tokenizers.Split(Regex(LLAMA3), "isolated")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=alphabet)
    if way == "file":
        began = time.perf_counter()
        tokenizer.train([str(file)], trainer)
    else:
        with open(file, encoding="utf-8", newline="\n") as lines:
            texts = lines.readlines()
        began = time.perf_counter()
        tokenizer.train_from_iterator((texts[at : at + 1000] for at in range(0, len(texts), 1000)), trainer, len(texts))
    tokenizer.save(str(out))
    return began


def sentencepiece(file, out, size, threads):
    import sentencepiece as spm

    began = time.perf_counter()
    spm.SentencePieceTrainer.train(
        input=str(file), model_prefix=str(out), model_type="unigram", vocab_size=size, num_threads=threads,
        character_coverage=1.0, normalization_rule_name="identity", remove_extra_whitespaces=False, max_sentence_length=1 << 30,
        bos_id=-1, eos_id=-1, train_extremely_large_corpus=False, minloglevel=2)
    return began


def one(arguments):
    """In a process of its own: one training, and the seconds it took."""
    who, kind, way = arguments.rival.split(":")
    file, out = arguments.data, arguments.out
    if who == "sprogkit":
        began = sprogkit(kind, file, out, arguments.vocab_size, arguments.threads, way)
    elif who == "tokenizers":
        began = tokenizers(way.split("-")[0], file, out, arguments.vocab_size, way.split("-")[1])
    else:
        began = sentencepiece(file, out, arguments.vocab_size, arguments.threads)
    print(json.dumps({"s": time.perf_counter() - began}))


def run(arguments, file, rivals):
    """The seconds and the files of each rival, a round after the other."""
    rows = {}
    for _ in range(arguments.rounds):
        for rival in rivals:
            out = file.parent / rival.replace(":", "-")
            command = [sys.executable, __file__, str(file), "--rival", rival, "--out", str(out),
                       "--vocab-size", str(arguments.vocab_size), "--threads", str(arguments.threads)]
            environment = {**os.environ, "TOKENIZERS_PARALLELISM": "true", "RAYON_NUM_THREADS": str(arguments.threads)}
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"{rival}: {done.stderr.strip().splitlines()[-1]}")
            rows.setdefault(rival, []).append(json.loads(done.stdout.splitlines()[-1]))
    return {rival: (middle(found, "s"), file.parent / rival.replace(":", "-")) for rival, found in rows.items()}


def cut(data, megabytes, folder):
    """The texts in one file, and the lines kept aside."""
    files = sorted(data.glob("*.txt")) if data.is_dir() else [data]
    total = sum(file.stat().st_size for file in files)
    share = min(1.0, megabytes * 1e6 / total / 0.98)
    aside = []
    with open(folder / "train.txt", "w", encoding="utf-8", newline="\n") as train:
        for file in files:
            left = share * file.stat().st_size
            with open(file, encoding="utf-8", newline="\n") as lines:
                for number, line in enumerate(lines):
                    left -= len(line.encode())
                    if left < 0:
                        break
                    # sentencepiece takes this mark for its own.
                    line = line.replace("\u2581", "_").replace("\0", " ").rstrip("\r\n")
                    if number % 50 == 49:
                        aside.append(line)
                    else:
                        train.write(line + "\n")
    return folder / "train.txt", aside


def quality(pieces_of, aside):
    """Pieces a word, and what a character costs in nats: `pieces_of` gives how many pieces a text has, how many are unknown, and their score."""
    words = characters = pieces = unknown = 0
    score = 0.0
    for line in aside:
        text = " ".join(line.split())
        words += len(text.split())
        characters += len(text)
        count, missing, sum_of = pieces_of(text)
        pieces, unknown, score = pieces + count, unknown + missing, score + sum_of
    return pieces / words, -score / characters, unknown


def of_sentencepiece(path):
    import sentencepiece as spm

    model = spm.SentencePieceProcessor(model_file=str(path) + ".model")
    scores = [model.get_score(id) for id in range(model.get_piece_size())]
    scores[model.unk_id()] = min(scores) - 10

    def pieces_of(text):
        ids = model.encode(text)
        return len(ids), ids.count(model.unk_id()), sum(scores[id] for id in ids)

    return model.get_piece_size(), pieces_of


def of_json(path):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    model = json.loads(path.read_text(encoding="utf-8"))["model"]
    scores = [score for _, score in model["vocab"]]
    scores[model["unk_id"]] = min(scores) - 10

    def pieces_of(text):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        return len(ids), ids.count(model["unk_id"]), sum(scores[id] for id in ids)

    return len(scores), pieces_of


def merges_of(path):
    model = json.loads(path.read_text(encoding="utf-8"))["model"]
    return model["vocab"], [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in model["merges"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--rival", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.rival:
        return one(arguments)
    with tempfile.TemporaryDirectory() as name:
        file, aside = cut(arguments.data, arguments.megabytes, pathlib.Path(name))
        print(f"{file.stat().st_size} bytes, {len(aside)} lines aside, {arguments.vocab_size} tokens, {arguments.threads} threads, "
              f"median of {arguments.rounds}", flush=True)
        for pattern in ("gpt2", "llama3"):
            if not re.search(arguments.only, f"bpe {pattern}"):
                continue
            own, *rivals = (f"sprogkit:bpe:{pattern}", f"tokenizers:bpe:file-{pattern}", f"tokenizers:bpe:iterator-{pattern}")
            rows = run(arguments, file, [own, *rivals])
            want = merges_of(rows[rivals[0]][1])
            same = all(merges_of(path) == want for _, path in rows.values())
            assert same, f"{pattern}: the vocabularies differ"
            seconds = rows[own][0]
            best = min(rows[rival][0] for rival in rivals)
            print(f"bpe {pattern:7} sprogkit {seconds:6.2f} s   tokenizers {rows[rivals[0]][0]:6.2f} s (file) {rows[rivals[1]][0]:6.2f} s "
                  f"(iterator)   {best / seconds:.1f} x   {len(want[1])} merges and {len(want[0])} tokens equal", flush=True)
        if re.search(arguments.only, "unigram"):
            own, rival = "sprogkit:unigram:gpt2", "sentencepiece:unigram:file"
            rows = run(arguments, file, [own, rival])
            print(f"unigram     sprogkit {rows[own][0]:6.2f} s   sentencepiece {rows[rival][0]:6.2f} s   "
                  f"{rows[rival][0] / rows[own][0]:.1f} x", flush=True)
            for who, (size, pieces_of) in (("sprogkit", of_json(rows[own][1])), ("sentencepiece", of_sentencepiece(rows[rival][1]))):
                pieces, nats, unknown = quality(pieces_of, aside)
                print(f"  {who:13} {size} pieces: {pieces:.4f} pieces a word, {nats:.4f} nats a character, {unknown} unknown", flush=True)


if __name__ == "__main__":
    sys.exit(main())
