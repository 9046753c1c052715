"""Subwords beside their rivals, one core, on the same documents in one run: fastokens, tiktoken, tokenizers.

    cargo build --release --no-default-features --features subword --bench subword
    taskset -c 1 python benches/subword_rivals.py --data ../shared/data [--megabytes 60] [--rounds 3]

Prints megabytes per second of processor time: cold is the first pass of a fresh process, warm the second. The number
of ids must be the same for all. tiktoken and tokenizers get the first 4 MB: they are the same cold and warm.
"""

import sys
import time

from subword_runs import SMALL, again, arguments_of, bench, in_turn, print_passes, two_passes

FILES = {
    "cl100k": ("cl100k_base.tiktoken", "cl100k"),
    "o200k": ("o200k_base.tiktoken", "o200k"),
    "qwen3": ("qwen3.tokenizer.json", None),
}


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


def opened(rival, name, path):
    """What gives the number of ids of some texts, by one rival."""
    pattern = FILES[name][1]
    if rival == "fastokens":
        import fastokens

        if pattern:
            tokenizer = fastokens.Tokenizer.from_tiktoken(str(path), encoding=f"{name}_base")
        else:
            tokenizer = fastokens.Tokenizer.from_file(str(path))
        return lambda texts: len(tokenizer.encode_batch_flat(texts)[0]) // 4
    if rival == "tiktoken":
        import tiktoken
        from tiktoken.load import load_tiktoken_bpe

        ranks = load_tiktoken_bpe(str(path))
        tokenizer = tiktoken.Encoding(name, pat_str=patterns(name), mergeable_ranks=ranks, special_tokens={})
        return lambda texts: sum(len(tokenizer.encode_ordinary(text)) for text in texts)
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(path))
    return lambda texts: sum(len(e) for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False))


def main():
    arguments = arguments_of(__doc__, 60).parse_args()
    if arguments.rival:
        most = int(arguments.megabytes * 1e6)
        began = time.process_time()
        encode = opened(arguments.rival, arguments.only, arguments.data / "tokenizers" / FILES[arguments.only][0])
        load = time.process_time() - began
        texts = list(documents(arguments.data, most if arguments.rival == "fastokens" else min(most, SMALL)))
        two_passes(encode, texts, load)
        return
    for name, (file, _) in FILES.items():
        if arguments.only not in name:
            continue
        commands = {"sprogkit": bench(arguments, name)}
        for rival in ("fastokens", "tiktoken" if file.endswith("tiktoken") else "tokenizers"):
            commands[rival] = again(arguments, __file__, rival, name)
        rows = in_turn(commands, arguments.rounds)
        whole = [found[0]["ids"] for who, found in rows.items() if who in ("sprogkit", "fastokens")]
        assert len(set(whole)) == 1, "ids differ"
        print_passes(name, rows)


if __name__ == "__main__":
    sys.exit(main())
