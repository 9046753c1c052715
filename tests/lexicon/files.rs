//! Word lists as others publish them, sound and damaged.

use super::*;

/// A file of `bytes` called `name`, in a folder of its own.
fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn nst(form: &str, pos: &str, garbage: &str, said: &str, id: u32) -> String {
    let mut fields = vec![String::new(); 51];
    fields[0] = form.into();
    fields[1] = pos.into();
    fields[7] = garbage.into();
    fields[11] = said.into();
    fields[50] = id.to_string();
    fields.join(";") + "\n"
}

/// Form, lemma, part of speech, features, id and pronunciation of every reading.
fn said(lexicon: &Lexicon) -> Vec<[String; 6]> {
    let mut rows = Vec::new();
    lexicon.for_each(|form, readings| {
        rows.extend(readings.iter().filter(|reading| !reading.is_derived()).map(|reading| {
            [
                form.to_owned(),
                reading.lemma(),
                reading.upos().map_or("", Upos::name).to_owned(),
                reading.feats().to_owned(),
                reading.given_id().unwrap_or_default(),
                reading.pronunciation().unwrap_or_default().to_owned(),
            ]
        }));
        true
    });
    rows
}

#[test]
fn every_layout_is_told_by_its_lines_and_read() {
    let (old, new) = (nst("blå_bær", "NN", "", "\"blO:%bE6!", 7), nst("xx", "NN", "GARB", "", 8));
    let nst: Vec<u8> = (old + &new).chars().map(|c| c as u8).collect();
    let cases: [(Layout, &[u8], [&str; 6]); 5] = [
        (
            Layout::Cor,
            "COR.43665.125.01\tdøgn\t\tsb.itk.sg.best.gen\tdøgnets\tN\n".as_bytes(),
            [
                "døgnets",
                "døgn",
                "NOUN",
                "Case=Gen|Definite=Def|Gender=Neut|Number=Sing",
                "COR.43665.125.01",
                "",
            ],
        ),
        (
            Layout::Ddo,
            "åh\tåh\t\tudråbsord\t12008476\n".as_bytes(),
            ["åh", "åh", "INTJ", "", "12008476", ""],
        ),
        (
            Layout::UniMorph,
            "abbed\tabbederne\tN;DEF;NOM;PL\n".as_bytes(),
            ["abbederne", "abbed", "NOUN", "Definite=Def|Number=Plur", "", ""],
        ),
        (
            Layout::Lemmas,
            "huse\thus\tNOUN\nhuset\thus\tNOUN\n".as_bytes(),
            ["huse", "hus", "NOUN", "", "", ""],
        ),
        (Layout::Nst, &nst, ["blå bær", "blå bær", "NOUN", "", "NST.7", "\"blO:%bE6!"]),
    ];
    for (layout, bytes, want) in cases {
        assert_eq!(Layout::guess(bytes), Some(layout));
        let (_folder, path) = file("list.tsv", bytes);
        assert_eq!(said(&Lexicon::open(&path).unwrap())[0], want, "{}", layout.name());
    }
    assert_eq!(Layout::guess(b"og 1295114\ni 12\n"), Some(Layout::Frequency));
    assert_eq!(Layout::guess("en sætning om noget\n".as_bytes()), None);
    assert_eq!(Layout::guess(b""), None);
    assert_eq!(Layout::guess("hus\ntv-skærm\nAarhus\n".as_bytes()), Some(Layout::Words));
    assert_eq!(Layout::guess(b"1\n22\n"), None);
    let (_folder, path) = file("list.txt", "hus\ntv-skærm\n".as_bytes());
    let lexicon = Lexicon::open(&path).unwrap();
    assert!(lexicon.contains("tv-skærm") && lexicon.lookup("hus")[0].is_derived());
}

#[test]
fn nothing_that_is_no_lexicon_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("u.tsv"), "huse\thus\n").unwrap();
    fs::write(at("da.aff"), "SET UTF-8\n").unwrap();
    fs::write(at("da.dic"), "1\nhus\n").unwrap();
    fs::write(at("notes.txt"), "mine\n").unwrap();
    let dotted = folder.path().join(".").join("u.tsv");
    for (input, out, want) in [
        (at("u.tsv"), at("u.tsv"), "another file"),
        (at("u.tsv"), dotted, "another file"),
        (at("da.dic"), at("da.dic"), "another file"),
        (at("da.dic"), at("da.aff"), "another file"),
        (at("da.aff"), at("da.dic"), "another file"),
        (at("u.tsv"), at("notes.txt"), "exists and is no lexicon"),
        (at("u.tsv"), folder.path().to_owned(), "exists and is no lexicon"),
    ] {
        let before = fs::read(&out).ok();
        let wrong = compile(&[Input::new(&input)], &out, &()).unwrap_err().to_string();
        assert!(wrong.contains(want), "{wrong}");
        assert_eq!(fs::read(&out).ok(), before);
    }
    // A lexicon is replaced, unless it is read.
    let out = at("own.lexicon");
    for _ in 0..2 {
        compile(&[Input::new(at("u.tsv"))], &out, &()).unwrap();
    }
    assert!(compile(&[Input::new(&out)], &out, &()).is_err());
    let wrong = compile(&[Input::new(at("u.tsv"))], &at("no/x.lexicon"), &()).unwrap_err();
    assert!(matches!(&wrong, Error::Io { path, .. } if *path == at("no")), "{wrong}");
}

#[test]
fn what_would_make_an_empty_lexicon_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let out = at("out.lexicon");
    let wrong = compile(&[], &out, &()).unwrap_err().to_string();
    assert!(wrong.contains("inputs"), "{wrong}");
    for (name, bytes, want) in [
        ("counts.txt", &b"hus 12\nbil 7\n"[..], "adds counts only"),
        ("mixed.txt", b"hus 12\nbil -700\n", "mixed.txt:2: expected a count, found \"-700\""),
        ("less.txt", b"hus -5\nbil -7\n", "less.txt"),
        ("empty.tsv", b"", "empty.tsv: byte 0: the file is empty"),
        ("blank.tsv", b"\n \n", "the file is empty"),
        ("wide.txt", b"\xff\xfeh\0u\0s\0\n\0", "wide.txt: byte 3: a byte 0x00: this is UTF-16"),
        ("old.txt", b"bl\xe5\n", "old.txt: byte 2: 0xE5 is not UTF-8"),
        ("prose.txt", b"et hus her\n", "--layout"),
    ] {
        fs::write(at(name), bytes).unwrap();
        let wrong = compile(&[Input::new(at(name))], &out, &()).unwrap_err().to_string();
        assert!(wrong.contains(want), "{wrong}");
        assert!(wrong.contains(name) && !out.exists(), "{wrong}");
    }
    let mut old = Input::new(at("old.txt"));
    old.encoding = Some(sprogkit::formats::Encoding::Latin1);
    assert!(compile(&[old], &out, &()).unwrap().contains("blå"));
    let empty = Input::new(at("empty.tsv")).layout(Layout::Lemmas);
    assert!(compile(&[empty], &out, &()).unwrap_err().to_string().contains("no word"));
}

#[test]
fn hunspell_files_that_were_cut_or_parted_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let [aff, dic] = ["da.aff", "da.dic"].map(|name| folder.path().join(name));
    fs::write(&dic, "2\nhus\nstol/A\n").unwrap();
    let wrong = Lexicon::open(&dic).unwrap_err().to_string();
    assert!(wrong.contains("da.aff: not there; the .dic needs it"), "{wrong}");
    fs::write(&aff, "").unwrap();
    let wrong = Lexicon::open(&dic).unwrap_err().to_string();
    assert!(wrong.contains("da.dic:3: the word has flags"), "{wrong}");
    fs::write(&aff, "SET UTF-8\n").unwrap();
    fs::write(&dic, "200\nhus\n").unwrap();
    let wrong = Lexicon::open(&dic).unwrap_err().to_string();
    assert!(wrong.contains("da.dic:1: expected 200 words"), "{wrong}");
}

#[test]
fn counts_of_another_file_join_the_readings() {
    let folder = tempfile::tempdir().unwrap();
    let [list, counts, out] = ["l.tsv", "c.txt", "o.lexicon"].map(|name| folder.path().join(name));
    fs::write(&list, "huse\thus\nhuset\thus\n").unwrap();
    fs::write(&counts, "huse 12\nikke 700\n").unwrap();
    let lexicon = compile(&[Input::new(&list), Input::new(&counts)], &out, &()).unwrap();
    assert_eq!(lexicon.frequency("huse"), Some(12));
    assert!(!lexicon.contains("ikke"));
    // And a compiled lexicon is an input itself.
    let again = folder.path().join("again.lexicon");
    let again = compile(&[Input::new(&out)], &again, &()).unwrap();
    assert_eq!(again.frequency("huse"), Some(12));
    assert_eq!(again.lookup("huset"), lexicon.lookup("huset"));
}

#[test]
fn hunspell_files_become_forms_with_lemmas() {
    let folder = tempfile::tempdir().unwrap();
    let [aff, dic] = ["da.aff", "da.dic"].map(|name| folder.path().join(name));
    fs::write(&aff, "SET UTF-8\nSFX A Y 2\nSFX A 0 en .\nSFX A 0 e .\n").unwrap();
    fs::write(&dic, "1\nstol/A\n").unwrap();
    for path in [&aff, &dic] {
        let lexicon = Lexicon::open(path).unwrap();
        assert_eq!(lexicon.len(), 3);
        assert_eq!(lexicon.lookup("stolen")[0].lemma(), "stol");
    }
}

#[test]
fn damaged_lists_are_errors_that_name_file_and_line() {
    let long = "a".repeat(MOST_LINE + 1);
    let cases: [(Layout, Vec<u8>, &str); 9] = [
        (
            Layout::Cor,
            b"COR.1.1.01\ta\t\tsb\ta\tN\nCOR.2.1.01\tb\t\tsb".to_vec(),
            "list:2: expected 5 to 6 columns, found 4",
        ),
        (Layout::Cor, b"a\tb\tc\td\te\n".to_vec(), "list:1: expected an id"),
        (Layout::Ddo, b"a\tb\tc\td\n".to_vec(), "list:1: expected 5 columns, found 4"),
        (Layout::UniMorph, b"a\ta\tN\nb\n".to_vec(), "list:2: expected 3 to 4 columns, found 1"),
        (Layout::Lemmas, b"a\ta\n\tb\n".to_vec(), "list:2: the form is empty"),
        (Layout::Lemmas, b"a\ta\nbl\xe5\tbl\xe5\n".to_vec(), "list: byte 6: 0xE5 is not UTF-8"),
        (
            Layout::Nst,
            (nst("a", "NN", "", "a", 1) + "b;c\n").into_bytes(),
            "list:2: expected 51 columns",
        ),
        (Layout::Frequency, b"og 12\nog mange\n".to_vec(), "list:2: expected a count"),
        (Layout::Lemmas, long.into_bytes(), "list:1: the line has more than 65536 bytes"),
    ];
    for (layout, bytes, want) in cases {
        let read =
            Words::new("list", &bytes, layout, layout.encoding()).collect::<Result<Vec<_>, _>>();
        let wrong = read.unwrap_err().to_string();
        assert!(wrong.starts_with(want), "{}: {wrong}", layout.name());
    }
}

#[test]
fn a_line_of_a_gigabyte_is_an_error_that_takes_no_memory() {
    // A hole on disk: no memory, and no time to write.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.tsv");
    let huge = fs::File::create(&path).unwrap();
    huge.set_len(1 << 30).unwrap();
    drop(huge);
    for layout in [Layout::Lemmas, Layout::Nst, Layout::Cor] {
        let out = folder.path().join("out.lexicon");
        let wrong = compile(&[Input::new(&path).layout(layout)], &out, &()).unwrap_err();
        assert!(
            wrong.to_string().contains("huge.tsv:1: the line has more than 65536 bytes"),
            "{wrong}"
        );
        assert!(!out.exists());
    }
    let wrong = Lexicon::open(&path).unwrap_err().to_string();
    assert!(wrong.contains("huge.tsv"), "{wrong}");
}

#[test]
fn affixes_that_bring_each_other_end() {
    let folder = tempfile::tempdir().unwrap();
    let [aff, dic] = ["da.aff", "da.dic"].map(|name| folder.path().join(name));
    fs::write(&aff, "SET UTF-8\nSFX A Y 1\nSFX A 0 b/B .\nSFX B Y 1\nSFX B 0 c/A .\n").unwrap();
    fs::write(&dic, "1\nx/A\n").unwrap();
    let lexicon = Lexicon::open(&dic).unwrap();
    assert_eq!(lexicon.starting_with("", 9), ["x", "xb", "xbc"]);
    // And a flood of them is refused: 300 times 300 forms.
    let mut text = String::from("SET UTF-8\n");
    for (flag, more) in [("A", "/B"), ("B", "")] {
        text += &format!("SFX {flag} Y 300\n");
        for number in 0..300 {
            text += &format!("SFX {flag} 0 {number}q{more} .\n");
        }
    }
    fs::write(&aff, text).unwrap();
    let wrong = Lexicon::open(&dic).unwrap_err().to_string();
    assert!(wrong.contains("da.dic:2: ") && wrong.contains("affixes bring affixes"), "{wrong}");
    // A line without an end in either file is refused too.
    fs::write(&aff, "SET UTF-8\nSFX A Y 1\n".to_owned() + &"a".repeat(1 << 21)).unwrap();
    assert!(
        Lexicon::open(&dic).unwrap_err().to_string().contains("da.aff:3: the line has more than")
    );
}

#[test]
fn what_is_no_lexicon_is_said_to_be_none() {
    let (_folder, path) = file("x.lexicon", b"sklexic1 and then nothing");
    assert!(matches!(Lexicon::open(&path), Err(Error::Corrupt { .. })));
    let (_folder, path) = file("prosa.txt", "Det var en gang.\n".as_bytes());
    let wrong = Lexicon::open(&path).unwrap_err().to_string();
    assert!(wrong.contains("cor, ddo"), "{wrong}");
    assert!(matches!(Lexicon::open(Path::new("/nowhere/x.tsv")), Err(Error::Io { .. })));
    let wrong = Lexicon::open(_folder.path()).unwrap_err().to_string();
    assert!(wrong.contains("pack.json") || wrong.contains("packs need"), "{wrong}");
}

#[test]
fn tags_are_said_in_universal_terms_and_unknown_ones_are_kept() {
    for (layout, text, upos, feats) in [
        ("cor", "adj.sg.best", Some(Upos::Adj), "Definite=Def|Number=Sing"),
        ("cor", "præp.", Some(Upos::Adp), ""),
        ("ddo", "vb.", Some(Upos::Verb), ""),
        (
            "unimorph",
            "V;ACT;IND;PST",
            Some(Upos::Verb),
            "Mood=Ind|Tense=Past|VerbForm=Fin|Voice=Act",
        ),
        ("nst", "NN|SIN", Some(Upos::Noun), "Tag=NN,SIN"),
        ("lemmas", "ADJ", Some(Upos::Adj), ""),
        ("lemmas", "noget", None, "Tag=noget"),
        ("cor", "", None, ""),
    ] {
        assert_eq!(tag(layout, text), (upos, feats.to_owned()), "{layout} {text}");
    }
}

#[cfg(feature = "corpus")]
#[test]
fn the_lexicon_of_a_pack_opens_as_any_other() {
    use sprogkit::corpus::{Info, NewEntry, Writer};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack");
    let info = Info { id: "own".into(), ..crate::corpus::info() };
    let mut writer = Writer::create(&path, info).unwrap();
    for (id, lemma, upos) in [("1", "bakke", "VERB"), ("2", "bakket", "ADJ")] {
        let entry = NewEntry {
            id,
            form: "bakkede",
            lemma: Some(lemma),
            upos: Some(upos),
            frequency: Some(7),
            ..NewEntry::default()
        };
        writer.entry(&entry).unwrap();
    }
    writer.finish().unwrap();
    let lexicon = Lexicon::open(&path).unwrap();
    let lemmas: Vec<_> =
        lexicon.lookup("bakkede").iter().map(|one| (one.lemma(), one.id())).collect();
    assert_eq!(lemmas, [("bakke".into(), "1".into()), ("bakket".into(), "2".into())]);
    assert_eq!(lexicon.frequency("bakkede"), Some(7));
}

#[test]
fn sections_that_claim_more_than_there_is_are_errors() {
    let (_folder, path) = file("list.tsv", "huset\thus\tNOUN\n".as_bytes());
    let whole = Lexicon::open(&path).unwrap().as_bytes().to_vec();
    let length = u32::from_le_bytes(whole[8..12].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&whole[16..16 + length]).unwrap();
    for (key, value) in [("length", u64::MAX), ("length", 1 << 40), ("offset", u64::MAX)]
        .into_iter()
        // The end of the section is a little below 2⁶⁴, wherever it begins.
        .chain((1..4096).step_by(3).map(|short| ("length", u64::MAX - short)))
    {
        let mut header = header.clone();
        header["sections"][0][key] = value.into();
        let json = serde_json::to_vec(&header).unwrap();
        let mut bytes = whole[..8].to_vec();
        bytes.extend((json.len() as u32).to_le_bytes());
        bytes.extend(sprogkit::io::crc32c(&json).to_le_bytes());
        bytes.extend(&json);
        bytes.extend(&whole[16 + length..]);
        let wrong = Lexicon::from_bytes("made up", bytes).unwrap_err().to_string();
        assert!(wrong.contains("does not fit: the file was cut or altered"), "{wrong}");
    }
}
