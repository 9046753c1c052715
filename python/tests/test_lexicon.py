"""Lexica: readings, lemmas, compounds, hyphenation, and what is refused."""

import pyarrow as pa
import pytest

import sprogkit as sk

LIST = (
    "sag\tsag\tNOUN\nsags\tsag\tNOUN\nbehandler\tbehandler\tNOUN\nbehandlernes\tbehandler\tNOUN\n"
    "social\tsocial\tADJ\nsundhed\tsundhed\tNOUN\nassistent\tassistent\tNOUN\n"
    "får\tfår\tNOUN\nfår\tfå\tVERB\nDanmark\tDanmark\tPROPN\n"
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("lexicon") / "words.tsv"
    path.write_text(LIST, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def compiled(path):
    own = sk.lexicon.Input(path, layout="lemmas", source="own", license="CC0-1.0")
    return sk.lexicon.compile(own, path.with_suffix(".lexicon"))


def test_all_readings_are_given(path, compiled):
    for lexicon in (compiled, sk.lexicon.open(path), sk.lexicon.open(path.with_suffix(".lexicon"))):
        assert (len(lexicon), lexicon.readings) == (9, 10)
        readings = lexicon.lookup("får")
        assert [(r.form, r.lemma, r.upos) for r in readings] == [
            ("får", "får", "NOUN"),
            ("får", "få", "VERB"),
        ]
        assert len({r.id for r in readings}) == 2
        assert "får" in lexicon
        assert "fåret" not in lexicon
        assert lexicon.lookup("Får") == []
        assert [r.lemma for r in lexicon.lookup("FÅR", case="folded")] == ["får", "få"]
    assert compiled.sources == [("own", "CC0-1.0")]
    assert sk.lexicon.open(path).lookup("sag")[0].license == ""
    assert compiled.lookup("sag")[0].license == "CC0-1.0"
    assert "lemma='sag'" in repr(compiled.lookup("sag")[0]).replace('"', "'")


def test_ids_do_not_depend_on_what_else_is_there(path, compiled, tmp_path):
    few = tmp_path / "few.tsv"
    few.write_text("sag\tsag\tNOUN\n", encoding="utf-8")
    own = sk.lexicon.Input(few, layout="lemmas", source="own")
    small = sk.lexicon.compile([own], tmp_path / "few.lexicon")
    assert small.lookup("sag")[0].id == compiled.lookup("sag")[0].id


def test_lemmas(compiled):
    assert compiled.lemmas("får", "VERB")[0] == "få"
    assert compiled.lemmas("får", upos="NOUN")[0] == "får"
    assert compiled.lemmas("fagbehandlernes")[0] == "fagbehandler"
    assert sk.lexicon.lemmas("bøgerne")[0] == "bog"
    batch = compiled.lemmas_batch(pa.array(["får", None, "sags"]), "NOUN")
    assert batch.to_pylist() == [
        compiled.lemmas("får", "NOUN"),
        None,
        compiled.lemmas("sags", "NOUN"),
    ]
    assert pa.array(batch).type == pa.list_(pa.string())
    with pytest.raises(ValueError, match="upos"):
        compiled.lemmas("får", "noun")


def test_compounds(compiled):
    split = compiled.split_compound("sagsbehandlernes")[0]
    assert str(split) == "sag|s|behandlernes"
    assert (split.parts, split.joints) == ([("sag", "s"), ("behandlernes", "")], [4])
    assert split.head == "behandlernes"
    whole = compiled.complete_ellipsis("social- og sundhedsassistent")
    assert whole == ["socialassistent", "sundhedsassistent"]
    assert compiled.complete_ellipsis("social og sund") is None
    assert compiled.check("sagsbehandler")
    assert not compiled.check("sagsbehanler")
    checked = compiled.check_batch(["sag", None, "sagg"])
    assert checked.to_pylist() == [True, None, False]
    assert "sag" in compiled.suggest("sagg")


def test_hyphenation(compiled):
    assert sk.lexicon.hyphenate("forsvarsudgifter") == ["for", "svars", "ud", "gif", "ter"]
    for word in ["", "ø", "sagsbehandlernes", "a\u030ab", "🎬"]:
        assert "".join(sk.lexicon.hyphenate(word)) == word
        assert "".join(compiled.hyphenate(word)) == word


def test_searches(compiled):
    assert compiled.starting_with("sag") == ["sag", "sags"]
    assert compiled.starting_with("sag", most=1) == ["sag"]
    assert ("sags", 1) in compiled.near("sagz")
    assert compiled.matching("s.{1,3}") == ["sag", "sags"]
    with pytest.raises(ValueError, match="pattern"):
        compiled.matching("(")
    with pytest.raises(ValueError, match="distance"):
        compiled.near("sag", distance=9)
    with pytest.raises(ValueError, match="most"):
        compiled.starting_with("sag", most=-1)


def test_what_is_no_lexicon_is_refused(tmp_path, compiled, path):
    with pytest.raises(FileNotFoundError):
        sk.lexicon.open(tmp_path / "none")
    broken = tmp_path / "broken.lexicon"
    bytes_ = bytearray(path.with_suffix(".lexicon").read_bytes())
    for at in range(0, len(bytes_), 97):
        broken.write_bytes(bytes_[:at] + bytes([bytes_[at] ^ 1]) + bytes_[at + 1 :])
        with pytest.raises((sk.CorruptPackError, sk.FormatError, ValueError)):
            sk.lexicon.open(broken)
    cut = tmp_path / "cut.tsv"
    cut.write_text("sag\tsag\tNOUN\n" * 3 + "sags\n", encoding="utf-8")
    with pytest.raises(sk.FormatError) as caught:
        sk.lexicon.compile(sk.lexicon.Input(cut, layout="lemmas"), tmp_path / "x")
    assert caught.value.line == 4
    with pytest.raises(ValueError, match="layout must be one of"):
        sk.lexicon.compile(sk.lexicon.Input(path, layout="x"), tmp_path / "x")


def test_pronunciation(tmp_path):
    for alphabet in ("xsampa", "ipa"):
        ways = sk.lexicon.pronounce("kage", alphabet=alphabet)
        assert 1 <= len(ways) == len(set(ways)) <= 3
        assert sk.lexicon.pronounce("kage", alphabet=alphabet, most=1) == ways[:1]
        words = ["kage", None, "42", "DSB", ""]
        batch = sk.lexicon.pronounce_batch(words, alphabet=alphabet).to_pylist()
        assert batch == [
            (sk.lexicon.pronounce(word or "", alphabet=alphabet) or [None])[0] for word in words
        ]
    assert "ˈ" in sk.lexicon.pronounce("banan", alphabet="ipa")[0]
    with pytest.raises(ValueError, match="alphabet"):
        sk.lexicon.pronounce("kage", alphabet="sampa")


def test_what_a_lexicon_says_comes_first(tmp_path):
    columns = [""] * 51
    columns[0], columns[1], columns[11] = "kage", "NN", '"kA:$@'
    path = tmp_path / "nst.txt"
    path.write_text(";".join(columns) + "\n", encoding="latin-1")
    lexicon = sk.lexicon.open(path)
    assert lexicon.pronounce("kage") == ['"kA:$@']
    assert lexicon.pronounce("Kage") == ['"kA:$@']
    assert lexicon.pronounce("bord") == sk.lexicon.pronounce("bord")
