"""Numbers in words and back, against num2words and text2num on the same sentences.

    python benches/normalise.py

Sentences are made by a fixed recipe. Times are processor time of one thread, the best of several
runs in turn. Where all say the same of a number the answers are compared before.
"""

import random
import time

import num2words
import sprogkit as sk
import text_to_num


def timed(call, times=5):
    best = None
    for _ in range(times):
        start = time.process_time()
        call()
        taken = time.process_time() - start
        best = taken if best is None else min(best, taken)
    return best


def main():
    rng = random.Random(1)
    numbers = [rng.choice([rng.randrange(100), rng.randrange(10**4), rng.randrange(10**6)])
               for _ in range(20_000)]
    # num2words writes other forms; the smallest are the same.
    for n in (7, 12, 25, 78):
        assert sk.numbers.spell(n) == num2words.num2words(n, lang="da"), n
    own = timed(lambda: [sk.numbers.spell(n) for n in numbers])
    rival = timed(lambda: [num2words.num2words(n, lang="da") for n in numbers], times=2)
    print(f"spell: {own:.3f} s, num2words {rival:.3f} s, {rival / own:.1f} times")

    sentences = [f"der kom {sk.numbers.spell(n)} mennesker til festen i byen" for n in numbers]
    for n in (25, 78):
        sentence = f"der kom {sk.numbers.spell(n)} mennesker"
        want = f"der kom {n} mennesker"
        assert sk.normalise.to_written(sentence) == want
        assert text_to_num.alpha2digit(sentence, "da") == want
    rounds = []
    for _ in range(5):
        rounds.append([
            timed(lambda: [text_to_num.alpha2digit(s, "da") for s in sentences], times=1),
            timed(lambda: [sk.normalise.to_written(s) for s in sentences], times=1),
            timed(lambda: sk.normalise.to_written_batch(sentences, threads=1).to_pylist(), times=1),
        ])
    rival, own, batch = (min(times) for times in zip(*rounds, strict=True))
    print(f"to_written: {own:.3f} s, text2num {rival:.3f} s, {rival / own:.1f} times")
    print(f"to_written_batch: {batch:.3f} s, {rival / batch:.1f} times")


if __name__ == "__main__":
    main()
