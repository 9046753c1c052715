"""Sentence alignment of Danish and English against galechurch: precision, recall and time.

    python benches/align_bitext.py ../shared/data/parallel/mo.da-en.tsv

The file holds known pairs, one a line: Danish, tab, English. Documents are made of consecutive
pairs by a fixed recipe with a seed: pairs lose a side, neighbours are written as one sentence on
one side. A bead is right when it is exactly one of the recipe's; beads with an empty side
count for neither precision nor recall. Times are processor time of one thread.
"""

import argparse
import random
import time

import galechurch
import sprogkit as sk

# The share of places at which each thing happens: (source sentences, target sentences).
RECIPES = {
    # Missing, added and merged as often as Gale and Church (1993), table 5, counted in reports.
    "reports": {(1, 0): 0.005, (0, 1): 0.005, (2, 1): 0.0445, (1, 2): 0.0445},
    # Twice as much is missing or added as was counted there, and three sentences become one.
    "hard": {(1, 0): 0.03, (0, 1): 0.03, (2, 1): 0.03, (1, 2): 0.03, (3, 1): 0.005, (1, 3): 0.005},
}


def document(pairs, size, recipe, random):
    """Source, target and the true beads of a document of about `size` sentences a side."""
    source, target, beads = [], [], []
    pairs = iter(pairs)
    while len(source) < size and len(target) < size:
        kind = (1, 1)
        place = random.random()
        for other, share in recipe.items():
            if place < share:
                kind = other
                break
            place -= share
        taken = [pair for pair, _ in zip(pairs, range(max(kind)))]
        if len(taken) < max(kind):
            break
        i, j = len(source), len(target)
        for side, sentences, count in ((0, source, kind[0]), (1, target, kind[1])):
            texts = [pair[side] for pair in taken]
            sentences.extend(texts if count > 1 else [" ".join(texts)] * count)
        beads.append((i, len(source), j, len(target)))
    return source, target, beads


def figures(found, true):
    both = lambda beads: {bead for bead in beads if bead[0] < bead[1] and bead[2] < bead[3]}
    found, true = both(found), both(true)
    right = len(found & true)
    return right / len(found), right / len(true)


def timed(call):
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", help="TSV of Danish and English")
    parser.add_argument("--sizes", type=int, nargs="*", default=[500, 2000, 6700])
    parser.add_argument("--recipe", choices=list(RECIPES), default="reports")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="without the rival")
    options = parser.parse_args()
    with open(options.pairs, encoding="utf-8") as lines:
        pairs = [tuple(line.rstrip("\n").split("\t")[:2]) for line in lines]
    for size in options.sizes:
        rng = random.Random(options.seed)
        start = rng.randrange(max(1, len(pairs) - 2 * size))
        source, target, true = document(pairs[start:], size, RECIPES[options.recipe], rng)
        ours, beads = timed(lambda: sk.align.bitext(source, target))
        beads = [(b.source.start, b.source.stop, b.target.start, b.target.stop) for b in beads]
        assert beads[-1][1] == len(source) and beads[-1][3] == len(target)
        precision, recall = figures(beads, true)
        line = f"{len(source)} x {len(target)}: sprogkit P {precision:.4f} R {recall:.4f} {ours:.3f} s"
        if not options.alone:
            theirs, result = timed(lambda: galechurch.align(source, target))
            other = [(b.source_start, b.source_end, b.target_start, b.target_end) for b in result.beads]
            p, r = figures(other, true)
            line += f"; galechurch P {p:.4f} R {r:.4f} {theirs:.3f} s; ratio {theirs / ours:.1f}"
        print(line)


if __name__ == "__main__":
    main()
