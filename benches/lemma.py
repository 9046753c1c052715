"""How often the lemma is right, against lemmy, simplemma and the plain look-up table.

    cargo build --release --example lemmas --no-default-features --features lexicon
    pip install -r benches/requirements.txt
    python benches/lemma.py ../shared/data/gold/ddt/da_ddt-ud-dev.conllu \
        ../shared/data/lexica/spacy_lookups/da_lemma_lookup.tsv

Every tool sees the same tokens of the CoNLL-U file: with the part of speech where it takes one, and
the form alone. Ours stands twice: with no lexicon but the tables in `src/da`, and with the look-up
table as its lexicon, the same one that stands as a rival. lemmy's rules were trained on the training part of
the same treebank; simplemma's data hold no parts of speech. Capital letters: the rivals are asked
for the form as it is and, in a second column, in small letters, and the better one counts for them.
"""

import subprocess
import sys
import time
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "target/release/examples/lemmas"


def gold(path):
    """Form, lemma and part of speech of every token."""
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 10 and fields[0].isdigit():
            yield fields[1], fields[2], fields[3]


def ours(example, conllu, *lexica):
    """Our lemmas with and without the part of speech, by the Rust example."""
    out = subprocess.run(
        [example, conllu, *lexica, "--tokens"], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split("\t") for line in out.splitlines()]
    return [row[3] for row in rows], [row[4] for row in rows]


def share(tokens, lemmas):
    """Right ones in a hundred."""
    lemmas = list(lemmas)
    assert len(lemmas) == len(tokens)
    return 100 * sum(want == got for (_, want, _), got in zip(tokens, lemmas)) / len(tokens)


def main(conllu, table, example=EXAMPLE):
    tokens = list(gold(conllu))
    rows = []

    for name, lexica in (("sprogkit, no lexicon", []), ("sprogkit, look-up table", [table])):
        with_upos, alone = ours(example, conllu, *lexica)
        rows.append((name, share(tokens, with_upos), share(tokens, alone)))

    lookup = {}
    for line in Path(table).read_text(encoding="utf-8").splitlines():
        form, lemma = line.split("\t")[:2]
        lookup.setdefault(form, lemma)
    plain = share(tokens, (lookup.get(form, form) for form, _, _ in tokens))
    small = share(
        tokens, (lookup.get(form, lookup.get(form.lower(), form)) for form, _, _ in tokens)
    )
    rows.append(("look-up table", None, max(plain, small)))

    import simplemma

    plain = share(tokens, (simplemma.lemmatize(form, lang="da") for form, _, _ in tokens))
    small = share(tokens, (simplemma.lemmatize(form.lower(), lang="da") for form, _, _ in tokens))
    rows.append(("simplemma", None, max(plain, small)))

    import lemmy

    rules = lemmy.load("da")
    best = []
    for upos_given in (True, False):
        shares = []
        for change in (str, str.lower):
            started = time.process_time()
            found = [
                rules.lemmatize(upos if upos_given else "", change(form))[0]
                for form, _, upos in tokens
            ]
            print(f"lemmy: {time.process_time() - started:.1f} s", file=sys.stderr)
            shares.append(share(tokens, found))
        best.append(max(shares))
    rows.append(("lemmy", *best))

    print(f"{len(tokens)} tokens of {Path(conllu).name}")
    print(f"{'':<26}{'form + UPOS':>12}{'form alone':>12}")
    for name, *figures in rows:
        cells = "".join("           –" if f is None else f"{f:12.2f}" for f in figures)
        print(f"{name:<26}{cells}")


if __name__ == "__main__":
    main(*sys.argv[1:])
