"""Letter-to-sound of words it has not seen against espeak-ng, on the same words.

    cargo build --release --no-default-features --example train_pronunciation
    python benches/pronounce.py ../shared/data/gold/wikipron/dan_latn_narrow.tsv

The pairs are a word and its narrow IPA, sounds parted by spaces. sprogkit says each word by a model
trained on the nine tenths of the words it is not in; espeak-ng (`apt-get install espeak-ng`) by its own
rules and lexicon, which may hold any of the words. The phone error rate is of the nearest given pronunciation,
stress and stød not counted, in three ways: as both write it; with signs of length, devoicing and
aspiration left out on all sides; and with each of espeak-ng's signs replaced by the given sign that it
most often stands for, found on the very words that are then counted, which favours it.
"""

import argparse
import collections
import re
import subprocess

parser = argparse.ArgumentParser()
parser.add_argument("pairs")
parser.add_argument("--program", default="target/release/examples/train_pronunciation")
parser.add_argument("--espeak", default="espeak-ng")
arguments = parser.parse_args()

given = collections.defaultdict(list)
with open(arguments.pairs, encoding="utf-8") as source:
    for line in source:
        word, sounds = line.rstrip("\n").split("\t")
        given[word].append(sounds.split())
words = sorted(given)

said = subprocess.run(
    [arguments.program, arguments.pairs, "--folds", "10", "--words"],
    check=True,
    capture_output=True,
    encoding="utf-8",
).stdout
own = {word: sounds.split() for word, sounds in (row.split("\t") for row in said.splitlines())}
assert sorted(own) == words, "a word is missing"

said = subprocess.run(
    [arguments.espeak, "-v", "da", "-q", "--ipa", "--sep= "],
    input="".join(f"{word}\n\n" for word in words),
    check=True,
    capture_output=True,
    encoding="utf-8",
).stdout
rows = [row.strip() for row in said.splitlines() if row.strip()]
assert len(rows) == len(words), (len(rows), len(words))
rival = {w: re.sub("[ˈˌ_]", "", row).split() for w, row in zip(words, rows, strict=True)}


def bare(sounds):
    """Without stress, stød and what is not a sound."""
    return [s for s in (re.sub("[ˈˌˀʔ?]", "", s) for s in sounds) if s]


def broad(sounds):
    """Without length, devoicing, aspiration and raising, too."""
    return [s for s in (re.sub("[ːʰˢ\u0325\u030a\u031d\u031e\u033d\u0308]", "", s) for s in bare(sounds)) if s]


def steps(reference, hypothesis):
    """The edits, and the pairs of an alignment with the fewest."""
    table = [[(column, None) for column in range(len(hypothesis) + 1)]]
    for row, one in enumerate(reference, 1):
        table.append([(row, None)])
        for column, other in enumerate(hypothesis, 1):
            table[row].append(
                min(
                    (table[row - 1][column - 1][0] + (one != other), 0),
                    (table[row - 1][column][0] + 1, 1),
                    (table[row][column - 1][0] + 1, 2),
                )
            )
    pairs, row, column = [], len(reference), len(hypothesis)
    while row and column:
        way = table[row][column][1]
        if way == 0:
            pairs.append((reference[row - 1], hypothesis[column - 1]))
        row, column = row - (way != 2), column - (way != 1)
    return table[-1][-1][0], pairs


def rate(system, form):
    edits = sounds = 0
    for word in words:
        found = form(system[word])
        near = min(
            (steps(reference, found)[0] / len(reference), len(reference))
            for reference in map(form, given[word])
            if reference
        )
        edits += near[0] * near[1]
        sounds += near[1]
    return 100 * edits / sounds


counts = collections.defaultdict(collections.Counter)
for word in words:
    for one, other in steps(bare(given[word][0]), bare(rival[word]))[1]:
        counts[other][one] += 1
stands = {sign: counter.most_common(1)[0][0] for sign, counter in counts.items()}
replaced = {w: [stands.get(s, s) for s in bare(rival[w])] for w in words}

version = subprocess.run([arguments.espeak, "--version"], capture_output=True, encoding="utf-8").stdout
print(f"{len(words)} words; phone error rate, %; {version.split('  ')[0].strip()}")
print(f"as written          sprogkit {rate(own, bare):5.2f}   espeak-ng {rate(rival, bare):5.2f}")
print(f"broad               sprogkit {rate(own, broad):5.2f}   espeak-ng {rate(rival, broad):5.2f}")
print(f"signs replaced      sprogkit {rate(own, bare):5.2f}   espeak-ng {rate(replaced, bare):5.2f}")
