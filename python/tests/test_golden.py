"""The golden files of the Rust tests, through the bindings."""

import json

import pytest
from golden import DATA, rows

import sprogkit as sk


def files(pattern):
    found = sorted(path.relative_to(DATA).as_posix() for path in DATA.glob(pattern))
    assert found, f"no {pattern}"
    return found


def unescaped(text):
    return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t")


@pytest.mark.parametrize("path", files("text/words-*.tsv"))
def test_words(path):
    cases = list(rows(path, 4))
    batch = sk.text.words_batch([unescaped(text) for _, (_, text, _, _) in cases])
    for (where, (_, text, words, kinds)), row in zip(cases, batch, strict=True):
        text = unescaped(text)
        found = sk.text.words(text)
        assert " ".join(word.kind for word in found) == kinds, where
        # A word may hold a space, which parts the words of the file.
        assert " ".join(word.text for word in found) == unescaped(words), where
        assert [text[word["start"] : word["end"]] for word in row] == [w.text for w in found]


@pytest.mark.parametrize("path", files("text/sentences-[alnq]*.tsv"))
def test_sentences(path):
    for where, (_, _, marked) in rows(path, 3):
        marked = unescaped(marked)
        found = sk.text.sentences(marked.replace("¦", ""), rules_only=True)
        wanted = [part.strip() for part in marked.split("¦")]
        assert [sentence.text for sentence in found] == wanted, where


def test_scores():
    pairs = []
    for where, (reference, hypothesis, *figures) in rows("score/jiwer.tsv", 14):
        if reference == "all":
            references, hypotheses = zip(*pairs, strict=True)
        else:
            pairs.append((json.loads(reference), json.loads(hypothesis)))
            references, hypotheses = pairs[-1]
        wanted = [float(figure) for figure in figures]
        s, c = sk.score.wer(references, hypotheses), sk.score.cer(references, hypotheses)
        assert [s.hits, s.substitutions, s.deletions, s.insertions] == wanted[:4], where
        assert [s.wer, s.mer, s.wil] == pytest.approx(wanted[4:7]), where
        assert [c.hits, c.substitutions, c.deletions, c.insertions] == wanted[7:11], where
        assert s.cer == c.cer == pytest.approx(wanted[11]), where
    assert len(pairs) > 10
