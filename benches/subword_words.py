"""Unigram and WordPiece beside their rivals, one core, on the same documents in one run: tokie, nanotoken, sentencepiece, tokenizers.

    cargo build --release --no-default-features --features subword --bench subword
    taskset -c 1 python benches/subword_words.py --data ../shared/data [--megabytes 20] [--rounds 3] [--model FILE.model]

Prints megabytes per second of processor time: cold is the first pass of a fresh process, warm the second. The number
of ids must be the same for all. tokenizers gets the first 4 MB: it is the same cold and warm. --model adds a sentencepiece
Unigram model of the caller's own.
"""

import pathlib
import sys
import tempfile
import time

from subword_rivals import documents
from subword_runs import SMALL, again, arguments_of, bench, in_turn, print_passes, two_passes

FILES = {
    "xlm-roberta": ("xlm-roberta_unigram.tokenizer.json", ["tokie", "tokenizers"]),
    "mbert": ("bert-base-multilingual-cased.vocab.txt", ["nanotoken", "tokie", "tokenizers"]),
}


def as_json(path, folder):
    """A vocab.txt as a tokenizer.json."""
    if path.suffix != ".txt":
        return str(path)
    import tokenizers

    file = str(pathlib.Path(folder) / "tokenizer.json")
    tokenizers.BertWordPieceTokenizer(str(path), lowercase=False).save(file)
    return file


def opened(rival, path):
    """What gives the number of ids of some texts, by one rival."""
    if rival == "tokie":
        import tokie

        tokenizer = tokie.Tokenizer.from_json(path)
        return lambda texts: sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts)
    if rival == "nanotoken":
        import nanotoken

        tokenizer = nanotoken.Tokenizer(path)
        return lambda texts: tokenizer.encode_batch(texts, add_special_tokens=False, parallel=False).num_tokens
    if rival == "sentencepiece":
        import sentencepiece

        tokenizer = sentencepiece.SentencePieceProcessor(model_file=path)
        return lambda texts: sum(len(tokenizer.encode(text)) for text in texts)
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(path)
    return lambda texts: sum(len(tokenizer.encode(text, add_special_tokens=False)) for text in texts)


def main():
    parser = arguments_of(__doc__, 20)
    parser.add_argument("--model", type=pathlib.Path)
    arguments = parser.parse_args()
    files = {name: (arguments.data / "tokenizers" / file, rivals) for name, (file, rivals) in FILES.items()}
    if arguments.model:
        files["sentencepiece"] = (arguments.model, ["sentencepiece"])
    if arguments.rival:
        most = int(arguments.megabytes * 1e6)
        with tempfile.TemporaryDirectory() as folder:
            path = as_json(files[arguments.only][0], folder)
            began = time.process_time()
            encode = opened(arguments.rival, path)
            load = time.process_time() - began
        two_passes(encode, list(documents(arguments.data, min(most, SMALL) if arguments.rival == "tokenizers" else most)), load)
        return
    for name, (file, rivals) in files.items():
        if arguments.only not in name:
            continue
        own = [file] if name == "sentencepiece" else []
        model = ["--model", arguments.model] if arguments.model else []
        commands = {"sprogkit": bench(arguments, name, *own)}
        for rival in rivals:
            commands[rival] = again(arguments, __file__, rival, name, *model)
        print_passes(name, in_turn(commands, arguments.rounds))


if __name__ == "__main__":
    sys.exit(main())
