"""`sk.text.words_batch` on an Arrow array of lines against spaCy's blank Danish tokenizer.

    taskset -c 1 python benches/words_python.py ../shared/data/text/{msdocs,lcc,libreoffice}.txt

One thread, processor time, runs in turn, the best of each. spaCy gets every 40th line, since it needs half a minute
for all of them; the ratio is of seconds a byte. Before anything is timed, the words of those lines are cut
out of them by the positions of the batch and compared with `sk.text.words`.
"""

import argparse
import time

import pyarrow as pa
import spacy
import sprogkit as sk

parser = argparse.ArgumentParser()
parser.add_argument("files", nargs="+")
parser.add_argument("--rounds", type=int, default=5)
arguments = parser.parse_args()

lines = []
for file in arguments.files:
    with open(file, encoding="utf-8") as source:
        lines += source.read().splitlines()
array = pa.array(lines)
some = lines[::40]
size = sum(len(line.encode()) for line in lines)
some_size = sum(len(line.encode()) for line in some)
blank = spacy.blank("da")

for line, words in zip(some, sk.text.words_batch(some, threads=1).to_pylist(), strict=True):
    expected = [word.text for word in sk.text.words(line)]
    assert [line[word["start"] : word["end"]] for word in words] == expected, line


def seconds(work):
    began = time.process_time()
    work()
    return time.process_time() - began


def spacy_tokens():
    return sum(len(blank.tokenizer(line)) for line in some)


ours, theirs = {}, []
for _ in range(arguments.rounds):
    for name, unit, batch in (
        ("words, characters", "char", sk.text.words_batch),
        ("words, bytes", "byte", sk.text.words_batch),
        ("sentences, characters", "char", sk.text.sentences_batch),
    ):
        took = seconds(lambda unit=unit, batch=batch: batch(array, unit=unit, threads=1))
        ours[name] = min(took, ours.get(name, took))
    theirs.append(seconds(spacy_tokens))

rival = min(theirs) / some_size
print(f"{len(lines)} lines, {size / 1e6:.1f} MB")
print(f"spaCy blank da          {1e-6 / rival:8.2f} MB/s")
for name, took in ours.items():
    print(f"{name:23} {size / took / 1e6:8.1f} MB/s   {rival * size / took:6.0f} x spaCy")
