"""Compares every id with the reference implementations: tiktoken, tokenizers, sentencepiece.

    cargo build --release --no-default-features --features subword --example encode
    python benches/subword_exact.py --data ../shared/data [--strings 1000000] [--bytes 5000000]

Texts are all lines of DATA/text (--bytes: of each file, at most), and generated strings that are meant to
hurt: all planes of Unicode, unassigned code points, NUL, combining marks, mixed scripts, runs,
contractions with every apostrophe, special tokens inside text. Prints one line for each vocabulary and
exits with 1 where an id differs.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PIECES = [
    " ", "  ", "   ", "\n", "\r\n", "\n\n", "\t", "\r", "\u00a0", "\u2003", "\u3000", "\u0085", "\u200b", "\ufeff",
    "'s", "'S", "'ll", "'LL", "'Re", "'ve", "'d", "'M", "'t", "'ſ", "’s", "'", "''", "\"", "...", "/", "//\n", "!?\n",
    "a", "b", "A", "B", "Æ", "ø", "å", "é", "ß", "ŉ", "ǅ", "ʰ", "ª", "中", "文字", "한", "か", "カ", "ก", "ا", "ש",
    "\u0301", "\u0308", "\u093f", "\u20e3", "e\u0301", "a\u030a", "\u1100\u1161", "ﬁ", "Å", "ﷺ", "🇩🇰", "👩‍👩‍👧", "😀",
    "0", "1", "12", "123", "1234", "٣", "½", "²", "Ⅷ", "一", "x1", "_", "-", "–", "=", "==", "{", "}", "<", ">",
    "\0", "\x01", "\x7f", "\x80", "\ue000", "\U0010ffff", "\U000e0001", "\u0378", "\U0001fae9", "\u1b7f",
    "hello", "Hej", "HEJ", "rødgrød", "Ødegård", "camelCase", "McDonald's", "I'll", "DON'T", "it's",
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|endofprompt|>", "<s>", "</s>", "<mask>", "<unk>", "[CLS]", "[MASK]",
    "[INST]", "<0x0A>", "▁", "##ing", "Ġ", "http://", "www.", "aaaaaaaaaaaaaaaa", "ababababab", "--------", "((((",
]


def hostile(count, seed=1):
    """The same strings for every vocabulary."""
    chance = random.Random(seed)

    def letter():
        while True:
            code = chance.choice((chance.randrange(0x250), chance.randrange(0x3000), chance.randrange(0x110000)))
            if not 0xD800 <= code < 0xE000:
                return chr(code)

    for _ in range(count):
        parts = []
        for _ in range(chance.randrange(1, 9)):
            kind = chance.random()
            if kind < 0.6:
                parts.append(chance.choice(PIECES))
            elif kind < 0.9:
                parts.append(letter())
            else:
                parts.append(chance.choice(PIECES) * chance.randrange(1, 12))
        yield "".join(parts)


def references(data):
    """Name, file, pattern, and a function from texts to ids, for each vocabulary."""
    import tiktoken
    import tokenizers
    from tiktoken.load import load_tiktoken_bpe
    from tiktoken_ext import openai_public

    folder = data / "tokenizers"
    o200k = "|".join([
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+",
    ])
    cl100k = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
    own = r"\p{L}+\p{M}*|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

    def ranks(file, pattern):
        table = {token: rank for token, rank in load_tiktoken_bpe(str(file)).items() if token}
        encoding = tiktoken.Encoding(file.stem, pat_str=pattern, mergeable_ranks=table, special_tokens={})
        return lambda texts: encoding.encode_ordinary_batch(texts, num_threads=2)

    def whole(file):
        reference = tokenizers.Tokenizer.from_file(str(file))
        return lambda texts: [e.ids for e in reference.encode_batch_fast(texts, add_special_tokens=False)]

    r50k = openai_public.r50k_pat_str
    for name, file, pattern, regex in [
        ("cl100k", "cl100k_base.tiktoken", "cl100k", cl100k),
        ("o200k", "o200k_base.tiktoken", "o200k", o200k),
        ("whisper", "whisper_multilingual.tiktoken", "gpt2", r50k),
        ("cl100k, own pattern", "cl100k_base.tiktoken", own, own),
    ]:
        if (folder / file).exists():
            yield name, folder / file, pattern, lambda f=folder / file, r=regex: ranks(f, r)
    gpt2 = folder / "gpt2_encoder.json"
    if gpt2.exists():
        def pair():
            model = tokenizers.models.BPE.from_file(str(gpt2), str(folder / "gpt2_vocab.bpe"))
            reference = tokenizers.Tokenizer(model)
            reference.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
            return lambda texts: [e.ids for e in reference.encode_batch_fast(texts)]
        yield "gpt2 pair", gpt2, None, pair
    for file in sorted(folder.glob("*.model*")):
        def spm(file=file):
            import sentencepiece

            model = sentencepiece.SentencePieceProcessor(model_file=str(file))
            return lambda texts: model.encode(texts, num_threads=2)
        yield file.name, file, None, spm
    for file in sorted(folder.glob("*vocab.txt")):
        def bert(file=file):
            cased = any(c.isupper() for line in open(file, encoding="utf-8") if line[0] != "[" for c in line)
            reference = tokenizers.BertWordPieceTokenizer(str(file), lowercase=not cased)
            return lambda texts: [e.ids for e in reference._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        yield file.name, file, None, bert
    for file in sorted(folder.glob("*.json")):
        if file.name.endswith("tokenizer.json"):
            yield file.name, file, None, lambda f=file: whole(f)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--encode", type=pathlib.Path, default=ROOT / "target/release/examples/encode")
    parser.add_argument("--strings", type=int, default=1_000_000)
    parser.add_argument("--bytes", type=int, default=1 << 60, help="of each text file")
    parser.add_argument("--only", default="", help="vocabularies whose name contains this")
    arguments = parser.parse_args()
    texts = list(hostile(arguments.strings))
    for file in sorted((arguments.data / "text").glob("*.txt")):
        with open(file, encoding="utf-8", newline="\n") as lines:
            # Long texts too: sums of scores grow with them.
            texts += [lines.read(length) for length in (20_000, 100_000, 400_000)]
            lines.seek(0)
            left = arguments.bytes
            block = []
            for line in lines:
                left -= len(line.encode())
                if left < 0:
                    break
                block.append(line)
                # Single lines, and blocks of fifty, so that white space across lines is met.
                if len(block) == 50:
                    texts += block if len(texts) % 2 else ["".join(block)]
                    block = []
    texts += ["a" * 100_000, "ab" * 50_000, "æ" * 30_000, "x" * 3000 + " " * 3000 + "y", "=" * 10_000, "\n" * 5000]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "texts.jsonl"
        source.write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
        for name, file, pattern, reference in references(arguments.data):
            if arguments.only not in name:
                continue
            began = time.time()
            command = [arguments.encode, file, *([pattern] if pattern else [])]
            with open(source, "rb") as stdin:
                process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                encode = reference()
                wrong = ids = 0
                for at in range(0, len(texts), 20_000):
                    for text, want in zip(texts[at : at + 20_000], encode(texts[at : at + 20_000]), strict=False):
                        line = process.stdout.readline()
                        got = [int(i) for i in line.split()]
                        ids += len(want)
                        if got != list(want):
                            wrong += 1
                            if wrong <= 5:
                                print(f"  {text[:200]!r}\n    got  {got[:40]}\n    want {list(want)[:40]}")
                process.stdout.close()
                message = process.stderr.read().strip()
                process.wait()
            failed |= wrong > 0 or process.returncode != 0
            print(f"{name}: {len(texts)} texts, {ids} ids, {wrong} texts differ ({message}; {time.time() - began:.0f} s)", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
