"""Edit alignment and word error rates against jiwer and RapidFuzz.

    python benches/align_edits.py ../shared/data/text/lcc.txt

Pairs are made of the words of a text by a fixed recipe with a seed: words are lost, replaced and
added, about 12 errors in 100 words. Times are processor time of one thread, the best of several
runs in turn; figures are compared before. Strings are fresh ones, whose UTF-8 Python has not made
yet. Memory is what the process grows by at its peak, operations included (Linux).
"""

import argparse
import ctypes
import pathlib
import random
import time

import jiwer
import numpy
import pyarrow
import sprogkit as sk
from rapidfuzz.distance import Levenshtein


def damaged(words, vocabulary, rng):
    found = []
    for word in words:
        place = rng.random()
        if place < 0.03:
            continue
        found.append(rng.choice(vocabulary) if place < 0.095 else word)
        if place > 0.98:
            found.append(rng.choice(vocabulary))
    return found


def timed(call, times=1):
    best = None
    for _ in range(times):
        start = time.process_time()
        result = call()
        taken = time.process_time() - start
        best = taken if best is None else min(best, taken)
    return best, result


def memory(field):
    """A figure of this process in bytes."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def grown(call):
    """By how many bytes the process grows at most while `call` runs."""
    ctypes.CDLL(None).malloc_trim(0)
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    result = call()
    return memory("VmHWM") - before, result


def report(name, ours, rival, theirs):
    print(f"{name}: sprogkit {ours:.4f} s, {rival} {theirs:.4f} s, ratio {theirs / ours:.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="UTF-8 text")
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--long", type=int, default=100_000, help="words of the long pair")
    options = parser.parse_args()
    rng = random.Random(7)
    with open(options.text, encoding="utf-8") as file:
        words = file.read().split()
    starts = [at * 20 % (len(words) - 20) for at in range(options.pairs)]
    references = [words[start : start + 20] for start in starts]
    hypotheses = [damaged(words_, words, rng) for words_ in references]

    first, second = [" ".join(s) for s in references], [" ".join(s) for s in hypotheses]
    fresh = lambda texts: [text.encode().decode() for text in texts]
    taken = []
    for _ in range(5):
        a, b = fresh(first), fresh(second)
        ours, score = timed(lambda: sk.score.wer(a, b, threads=1))
        taken.append(ours)
    theirs, other = timed(lambda: jiwer.process_words(first, second))
    for name in ("hits", "substitutions", "deletions", "insertions", "wer", "mer", "wil"):
        assert getattr(score, name) == getattr(other, name), name
    report(f"{options.pairs} pairs of 20 words, strings to counts", sorted(taken)[2], "jiwer", theirs)

    ids = {}
    number = lambda s: [ids.setdefault(word, len(ids)) for word in s]
    left, right = [number(s) for s in references], [number(s) for s in hypotheses]
    theirs, ops = timed(lambda: [Levenshtein.editops(x, y) for x, y in zip(left, right)], 3)
    names = {"replace": 1, "delete": 2, "insert": 3}
    lists = pyarrow.list_(pyarrow.uint32())
    arrow = pyarrow.array(left, lists), pyarrow.array(right, lists)
    for name, (a, b) in (("lists", (left, right)), ("Arrow", arrow)):
        ours, batch = timed(lambda: sk.align.edits_batch(a, b, threads=1), 5)
        for at in range(0, options.pairs, 97):
            mine = [step for step in batch.operations[at] if step]
            assert mine == [names[op.tag] for op in ops[at]], at
        report(f"{options.pairs} pairs, ids in {name} to operations", ours, "RapidFuzz", theirs)

    reference = words[: options.long]
    hypothesis = damaged(reference, words, rng)
    x, y = number(reference), number(hypothesis)
    theirs, ops = timed(lambda: Levenshtein.editops(x, y))
    forms = {
        "words": (reference, hypothesis),
        "ids in lists": (x, y),
        "ids in NumPy": (numpy.array(x, dtype=numpy.uint32), numpy.array(y, dtype=numpy.uint32)),
    }
    for name, (a, b) in forms.items():
        ours, edits = timed(lambda: sk.align.edits(a, b), 3)
        assert edits.errors == len(ops)
        report(f"one pair of {options.long} words, {name} to operations", ours, "RapidFuzz", theirs)
        del edits
        bytes_, _ = grown(lambda: sk.align.edits(a, b))
        print(f"    at most {bytes_ / 1e6:.1f} MB more")


if __name__ == "__main__":
    main()
