"""Two tokenizations of one document against pytokenizations.

    python benches/align_tokens.py ../shared/data/text/lcc.txt

49,000 words against some 89,000 lower-cased pieces with `##` before all but a word's first. Times
are processor time of one thread; the answers are compared before.
"""

import argparse
import time

import sprogkit as sk
import tokenizations


def pieces(word, place):
    """The word in lower case, cut by a fixed recurrence into pieces of two to six letters."""
    word, found = word.lower(), []
    while word:
        place = (place * 1103515245 + 12345) % 2**31
        size = 2 + place // 65536 % 5
        found.append(("##" if found else "") + word[:size])
        word = word[size:]
    return found


def timed(call, times):
    best = None
    for _ in range(times):
        start = time.process_time()
        result = call()
        taken = time.process_time() - start
        best = taken if best is None else min(best, taken)
    return best, result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="UTF-8 text")
    parser.add_argument("--words", type=int, default=49_000)
    parser.add_argument("--alone", action="store_true", help="without the rival")
    options = parser.parse_args()
    with open(options.text, encoding="utf-8") as file:
        words = file.read().split()[: options.words]
    cut = [piece for place, word in enumerate(words) for piece in pieces(word, place)]
    ours, found = timed(lambda: sk.align.tokenizations(words, cut), 5)
    line = f"{len(words)} words, {len(cut)} pieces: sprogkit {ours:.4f} s"
    small = 2000
    end = sum(len(pieces(word, place)) for place, word in enumerate(words[:small]))
    forward, backward = tokenizations.get_alignments(words[:small], cut[:end])
    ahead, back = sk.align.tokenizations(words[:small], cut[:end])
    wrong = sum(a != ahead[at] for at, a in enumerate(forward))
    wrong += sum(b != back[at] for at, b in enumerate(backward))
    # The rival keeps marks such as the ring of å as characters of their own.
    assert wrong <= small // 200, wrong
    if not options.alone:
        theirs, result = timed(lambda: tokenizations.get_alignments(words, cut), 1)
        same = sum(found[0][at] == a for at, a in enumerate(result[0])) / len(words)
        line += f"; pytokenizations {theirs:.2f} s, {same:.4%} of the words alike; ratio {theirs / ours:.0f}"
    print(line)


if __name__ == "__main__":
    main()
