//! Packs built from manifests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sprogkit::Result;
use sprogkit::catalogue::{BuildOptions, Manifest, build, sample};
use sprogkit::corpus::Pack;
use sprogkit::progress::Progress;

use super::{example, repository};

/// A corpus of files that a test writes, and its manifest: a head, then `rest`.
struct Corpus(tempfile::TempDir);

impl Corpus {
    fn new(files: &[(&str, &[u8])], rest: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let head = "schema = 1\nid = \"trial\"\nkind = \"text\"\nversion = \"1\"\nlanguage = \"da\"\n\
            title = { da = \"Prøve\", en = \"Trial\" }\nsource = \"here\"\nlicense = \"CC0-1.0\"\n\
            personal_data.category = \"NonPersonalData\"\n";
        fs::write(folder.path().join("trial.toml"), format!("{head}{rest}")).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn build(&self) -> Result<Pack> {
        let manifest = Manifest::read(self.path("trial.toml"))?;
        let built = build(&manifest, self.path("pack"), &BuildOptions::default(), &());
        if built.is_err() {
            self.expect_nothing_left();
        }
        built
    }

    /// The pack, with its folder.
    fn built(self) -> Built {
        Built { pack: self.build().unwrap(), _corpus: self }
    }

    /// Neither a pack nor a half one.
    fn expect_nothing_left(&self) {
        for entry in fs::read_dir(self.0.path()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(!name.contains("pack"), "{name} was left");
        }
    }

    /// The error, with the folder's name taken out.
    fn wrong(&self) -> String {
        let wrong = self.build().expect_err("an error was expected").to_string();
        wrong
            .replace(&format!("{}/", self.0.path().display()), "")
            .replace(&self.0.path().display().to_string(), "DIR")
    }
}

/// A pack whose folder lives as long as itself.
struct Built {
    pack: Pack,
    _corpus: Corpus,
}

impl std::ops::Deref for Built {
    type Target = Pack;

    fn deref(&self) -> &Pack {
        &self.pack
    }
}

/// One file and one way to read it.
fn one(name: &str, read: &str) -> String {
    format!("[[file]]\nname = \"{name}\"\n[[read]]\nfiles = \"{name}\"\n{read}\n")
}

fn texts(pack: &Pack) -> Vec<(String, String)> {
    pack.documents()
        .iter()
        .map(|d| d.unwrap())
        .map(|d| (d.id().unwrap().to_owned(), d.text().unwrap().to_owned()))
        .collect()
}

/// A recording of `frames` frames at 1,000 frames a second.
fn sound(frames: u16) -> Vec<u8> {
    let mut bytes =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\xe8\x03\0\0\xd0\x07\0\0\x02\0\x10\0data"
            .to_vec();
    bytes.extend((u32::from(frames) * 2).to_le_bytes());
    bytes.extend((0..frames).flat_map(|frame| frame.to_le_bytes()));
    bytes
}

#[test]
fn the_example_becomes_a_pack() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = Manifest::read(example()).unwrap();
    let pack = build(&manifest, folder.path().join("p"), &BuildOptions::default(), &()).unwrap();
    let ids: Vec<_> = texts(&pack).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["b1", "b2", "indkoeb-2", "indkoeb-3", "noter-1", "noter-5"]);
    let get = |row| pack.documents().get(row).unwrap();
    assert_eq!(get(1).text().unwrap(), "Ja, den står i skuret. \"Pas på\" det øverste trin.");
    assert_eq!(get(0).created().unwrap(), Some("2026-01-02"));
    assert_eq!(get(0).meta().unwrap(), Some("{\"emne\":\"have\",\"afsender\":\"Asta\"}"));
    assert_eq!(get(0).source().unwrap(), Some("breve"));
    assert_eq!(get(3).text().unwrap(), "Æbler – et kilo");
    assert_eq!(get(4).text().unwrap(), "Mandag var det tåget.\nToget kom for sent.");
    assert_eq!(get(4).license().unwrap(), Some("MIT"));
    assert_eq!((get(0).license().unwrap(), get(4).lang().unwrap()), (None, Some("da")));
    let info = pack.info();
    assert_eq!((&*info.id, info.version.as_deref()), ("breve", Some("1.0")));
    assert_eq!(info.license.as_deref(), Some("CC0-1.0"));
    assert_eq!(info.personal_data.as_deref(), Some("NonPersonalData"));
    assert_eq!(info.title.en.as_deref(), Some("Letters"));
    let sum = sprogkit::io::Sha256::of(&fs::read(example()).unwrap());
    assert_eq!(info.manifest_sha256.as_deref(), Some(&*sum));
    assert!(pack.verify(&()).unwrap().into_result().is_ok());
}

#[test]
fn text_is_read_by_line_block_and_file() {
    let file = "\u{feff}En.\r\n\r\nTo.\r\nTre.\r\n".as_bytes();
    for (unit, want) in [
        ("line", vec![("a.b-1", "En."), ("a.b-3", "To."), ("a.b-4", "Tre.")]),
        ("block", vec![("a.b-1", "En."), ("a.b-3", "To.\r\nTre.")]),
        ("file", vec![("a.b", "En.\r\n\r\nTo.\r\nTre.\r\n")]),
    ] {
        let read = format!("format = \"text\"\nunit = \"{unit}\"");
        let pack = Corpus::new(&[("x/a.b.txt", file)], &one("x/a.b.txt", &read)).built();
        let want: Vec<_> = want.into_iter().map(|(i, t)| (i.to_owned(), t.to_owned())).collect();
        assert_eq!(texts(&pack), want, "{unit}");
    }
}

#[test]
fn ids_can_begin_with_the_whole_name() {
    let files: &[(&str, &[u8])] = &[("a/x.txt", b"En"), ("b/x.txt", b"To")];
    let rest = one("**/*.txt", "format = \"text\"\nunit = \"file\"\n");
    let wrong = Corpus::new(files, &rest).wrong();
    assert_eq!(
        wrong,
        "b/x.txt:1: id must be unique in its table, got \"x\" a second time, in row 1 after row 0"
    );
    let pack = Corpus::new(files, &(rest + "ids = \"path\"\n")).built();
    let ids: Vec<_> = texts(&pack).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["a/x", "b/x"]);
}

#[test]
fn objects_and_columns_become_rows() {
    let jsonl = "{\"nr\": 7, \"body\": {\"text\": \"blå\"}, \"token_count\": 1, \"meta\": {\"a\": [1]}, \"x\": \"y\"}\n{\"nr\": 8, \"body\": {\"text\": \"\"}, \"lang\": null}\n";
    let read = "format = \"jsonl\"\ntable = \"documents\"\ncolumns = { id = \"nr\", text = \"body.text\" }";
    let pack = Corpus::new(&[("a.jsonl", jsonl.as_bytes())], &one("a.jsonl", read)).built();
    assert_eq!(texts(&pack), [("7".into(), "blå".into()), ("8".into(), String::new())]);
    let first = pack.documents().get(0).unwrap();
    assert_eq!(first.meta().unwrap(), Some("{\"a\":[1]}"));
    assert_eq!(first.token_count().unwrap(), Some(1));
    assert_eq!(first.source().unwrap(), Some("trial"));
    // Without a header, columns are counted.
    let read = "format = \"csv\"\ntable = \"lexicon\"\nheader = false\ncolumns = { form = 2, frequency = 1 }";
    let pack =
        Corpus::new(&[("a.csv", "5,på\n7,\"a,b\"\n".as_bytes())], &one("a.csv", read)).built();
    let readings: Vec<_> = pack.lexicon().lookup("på").unwrap();
    assert_eq!(readings[0].frequency().unwrap(), Some(5));
    assert_eq!(pack.lexicon().lookup("a,b").unwrap().len(), 1);
}

#[test]
fn a_treebank_is_read_by_sentence_document_and_file() {
    let row = |form: &str| format!("1\t{form}\t_\t_\t_\t_\t0\t_\t_\t_\n");
    let file = format!(
        "# newdoc id = d\n# sent_id = s1\n{}\n{}\n# newdoc\n{}\n",
        row("Ja"),
        row("Nej"),
        row("Jo")
    );
    for (unit, want) in [
        ("sentence", vec![("s1", "Ja"), ("f-5", "Nej"), ("f-7", "Jo")]),
        ("document", vec![("d", "Ja Nej"), ("f-7", "Jo")]),
        ("file", vec![("f", "Ja Nej\n\nJo")]),
    ] {
        let read = format!("format = \"conllu\"\nunit = \"{unit}\"");
        let pack = Corpus::new(&[("f.conllu", file.as_bytes())], &one("f.conllu", &read)).built();
        let want: Vec<_> = want.into_iter().map(|(i, t)| (i.to_owned(), t.to_owned())).collect();
        assert_eq!(texts(&pack), want, "{unit}");
        let tokens: i64 =
            pack.documents().iter().map(|d| d.unwrap().token_count().unwrap().unwrap()).sum();
        assert_eq!(tokens, 3);
    }
    let plain = format!("{}\n{}", row("Ja"), row("Nej"));
    let read = "format = \"conllu\"";
    let pack = Corpus::new(&[("f.conllu", plain.as_bytes())], &one("f.conllu", read)).built();
    assert_eq!(texts(&pack), [("f".to_owned(), "Ja Nej".to_owned())]);
}

const SPEECH: &str = "[[file]]\nname = \"s/t.tsv\"\n[[file]]\nname = \"s/w/*.wav\"\n\
    [[read]]\nfiles = \"s/t.tsv\"\nformat = \"tsv\"\ntable = \"utterances\"\n";
const SOUND: &str = "[[read]]\nfiles = \"s/w/*.wav\"\nformat = \"wav\"\n";

fn speech(table: &str, options: &str) -> Corpus {
    let files: &[(&str, &[u8])] =
        &[("s/t.tsv", table.as_bytes()), ("s/w/a.wav", &sound(1000)), ("s/w/b.wav", &sound(500))];
    Corpus::new(files, &format!("{SPEECH}{options}{SOUND}"))
}

#[test]
fn transcripts_find_their_recordings_by_id_and_by_file() {
    let table = "recording\ttext\tstart\tend\tspeaker\tsplit\na\tja\t\t\tt1\tdev\n\
        w/b.wav\tnej\t0.1\t0.25\t\t\ns/w/b.wav\tjo\t0.25\t0.505\t\t\n./w/a.wav\ttak\t\t0.5\t\t\n";
    let pack = speech(table, "").built();
    let utterances: Vec<_> = pack.utterances().iter().map(|u| u.unwrap()).collect();
    let got: Vec<_> = utterances
        .iter()
        .map(|u| (u.id().unwrap(), u.recording().unwrap(), u.start().unwrap(), u.end().unwrap()))
        .collect();
    // The third ends 5 ms behind its recording, as rounding does.
    let want = [
        ("t-2", "a", 0, 1000),
        ("t-3", "b", 100, 250),
        ("t-4", "b", 250, 500),
        ("t-5", "a", 0, 500),
    ];
    assert_eq!(got, want);
    assert_eq!(
        (utterances[0].speaker().unwrap(), utterances[0].split().unwrap()),
        (Some("t1"), Some("dev"))
    );
    assert_eq!(utterances[1].speaker().unwrap(), None);
    let (samples, rate) = pack.samples(utterances[1]).unwrap();
    assert_eq!((samples[0], samples.len(), rate), (100, 150, 1000));
    for (time, start, end) in [("milliseconds", "100", "250"), ("samples", "100", "250")] {
        let table = format!("recording\ttext\tstart\tend\na\tx\t\t\nb\tx\t{start}\t{end}\n");
        let pack = speech(&table, &format!("time = \"{time}\"\n")).built();
        let utterance = pack.utterances().get(1).unwrap();
        assert_eq!((utterance.start().unwrap(), utterance.end().unwrap()), (100, 250));
    }
}

#[test]
fn transcripts_that_do_not_fit_are_told_with_file_and_line() {
    let head = "recording\ttext\tstart\tend\n";
    for (rows, want) in [
        (
            "a\tx\t\t\nc\tx\t\t\n",
            "s/t.tsv:3: \"c\" is neither the id of a recording nor the name of its file",
        ),
        (
            "a\tx\t\t\n",
            "trial.toml:14: recording \"b\" (s/w/b.wav) has no utterance; say `untranscribed = \"keep\"`",
        ),
        ("a\tx\t0.5\t0.25\n", "s/t.tsv:2: from 0.5 to 0.25 s, but recording \"a\" has 1 s"),
        ("a\tx\t0\t2\n", "s/t.tsv:2: from 0 to 2 s, but recording \"a\" has 1 s"),
        (
            "a\tx\t0,5\t1\n",
            "s/t.tsv:2: `start` must be a time from 0 on (with a decimal point), got \"0,5\"",
        ),
        ("a\tx\t-1\t1\n", "s/t.tsv:2: `start` must be a time from 0 on, got \"-1\""),
        ("a\tx\t0\tNaN\n", "s/t.tsv:2: `end` must be a time from 0 on, got \"NaN\""),
        ("a\tx\n", "s/t.tsv:2: expected 4 columns, found 2"),
    ] {
        let wrong = speech(&format!("{head}{rows}"), "").wrong();
        assert!(wrong.starts_with(want), "{wrong}");
    }
    let kept = speech("recording\ttext\na\tx\n", "untranscribed = \"keep\"\n").built();
    assert_eq!((kept.recordings().len(), kept.utterances().len()), (2, 1));
}

#[test]
fn recordings_that_cannot_be_read_are_named() {
    let cases: &[(&str, Vec<u8>, &str)] = &[
        (
            "w/a.wav",
            b"\x89PNG\r\n\x1a\n".to_vec(),
            "w/a.wav: byte 0: no WAV file: begins with \"\\x89PNG\"",
        ),
        (
            "w/a.wav",
            sound(100)[..100].to_vec(),
            "w/a.wav: byte 100: truncated: the header promises 100 frames, the file ends in frame 28",
        ),
        ("w/a.wav", sound(0), "w/a.wav: byte 44: a recording without sound"),
        ("w/a.wav", Vec::new(), "w/a.wav: byte 0: the file is empty"),
    ];
    for (name, bytes, want) in cases {
        let rest = one("w/*.wav", "format = \"wav\"");
        let wrong = Corpus::new(&[(name, bytes), ("w/b.wav", &sound(5))], &rest).wrong();
        assert!(wrong.starts_with(want), "{wrong}");
    }
    let same: &[(&str, &[u8])] = &[("a/x.wav", &sound(5)), ("b/x.wav", &sound(5))];
    let wrong = Corpus::new(same, &one("*/x.wav", "format = \"wav\"")).wrong();
    assert_eq!(
        wrong,
        "b/x.wav: byte 0: id \"x\" is also that of a/x.wav; say `ids = \"path\"` for the whole name"
    );
}

#[test]
fn bad_input_is_told_with_file_and_line_and_leaves_nothing() {
    let tsv = |columns: &str| {
        one("a.tsv", &format!("format = \"tsv\"\ntable = \"documents\"\n{columns}"))
    };
    let zeros = "0".repeat(64);
    let hashed = format!(
        "[[file]]\nname = \"a.txt\"\nsha256 = \"{zeros}\"\n[[read]]\nfiles = \"a.txt\"\nformat = \"text\"\n"
    );
    let sum = sprogkit::io::Sha256::of(b"x");
    let cases: Vec<(&str, &[u8], String, String)> = vec![
        ("b.txt", b"x", one("a.txt", "format = \"text\""), "trial.toml:10: file.name: \"a.txt\" is not in DIR".into()),
        ("b.txt", b"x", one("*.md", "format = \"text\""), "trial.toml:10: file.name: no file of DIR is \"*.md\"".into()),
        ("a.txt/x", b"x", one("a.txt", "format = \"text\""), "trial.toml:10: file.name: \"a.txt\" in DIR is no file".into()),
        ("a.txt", b"x", hashed, format!("trial.toml:10: file.sha256: a.txt has {sum}, expected {zeros}")),
        ("a.txt", b"x", one("a.txt", "format = \"text\"").replacen("[[read]]", "bytes = 2\n[[read]]", 1), "trial.toml:10: file.bytes: a.txt has 1 bytes, expected 2".into()),
        ("a.txt", b"", one("a.txt", "format = \"text\""), "a.txt: byte 0: the file is empty, expected documents".into()),
        ("a.txt", b"", one("a.txt", "format = \"text\"\nunit = \"file\""), "a.txt: byte 0: the file is empty, expected documents".into()),
        ("a.txt", b"\n \n", one("a.txt", "format = \"text\""), "a.txt: byte 3: expected documents, found none".into()),
        ("a.txt", b"ja\nbl\xe5t\n", one("a.txt", "format = \"text\""), "a.txt: byte 5: 0xE5 is not UTF-8 here; where the file is older, say `encoding = \"latin-1\"`".into()),
        ("a.tsv", b"id\ttext\n", tsv(""), "a.tsv: byte 8: expected documents, found none".into()),
        ("a.tsv", b"id\ttext\n1\tx\n2\ty\n1\tz\n", tsv(""), "a.tsv:4: id must be unique in its table, got \"1\" a second time".into()),
        ("a.tsv", b"id\ttekst\n1\tx\n", tsv(""), "a.tsv:1: no column \"text\" for `text`; there are \"id\", \"tekst\"; did you mean \"tekst\"?".into()),
        ("a.tsv", b"id\ttext\n1\tx\n", tsv("columns = { source = \"kilde\" }"), "a.tsv:1: no column \"kilde\" for `source`".into()),
        ("a.tsv", b"id\ttext\n1\tx\n", tsv("columns = { meta = [\"emne\"] }"), "a.tsv:1: no column \"emne\" for `meta`".into()),
        ("a.tsv", b"text\tmeta\nx\t[1]\n", tsv(""), "a.tsv:2: `meta` must be a JSON object, got \"[1]\"".into()),
        ("a.tsv", b"text\ttoken_count\nx\tmange\n", tsv(""), "a.tsv:2: `token_count` must be a whole number, got \"mange\"".into()),
        ("a.tsv", b"1\tx\n", tsv("header = false\ncolumns = { id = 1 }"), "trial.toml:12: read.columns.text: is missing".into()),
        ("a.tsv", b"1\tx\n", tsv("header = false\ncolumns = { text = 3 }"), "a.tsv:1: no column 3 for `text`; there are 2".into()),
        ("a.jsonl", b"{\"text\": \"x\"}\n{\"tekst\": \"x\"}\n", one("a.jsonl", "format = \"jsonl\"\ntable = \"documents\""), "a.jsonl:2: no \"text\" for `text`; there are tekst".into()),
        ("a.tsv", b"form\n \n", one("a.tsv", "format = \"tsv\"\ntable = \"lexicon\""), "a.tsv: byte 7: expected lexicon, found none".into()),
        ("a.tsv", b"form\tlemma\n\tx\n", one("a.tsv", "format = \"tsv\"\ntable = \"lexicon\""), "a.tsv:2: form must be a text that is not empty".into()),
    ];
    for (name, bytes, rest, want) in cases {
        let wrong = Corpus::new(&[(name, bytes)], &rest).wrong();
        assert!(wrong.starts_with(&want), "{wrong}\nexpected {want}");
        assert!(!wrong.contains('\n'), "{wrong}");
    }
    let entry = Corpus::new(&[], "").wrong();
    assert_eq!(
        entry,
        "trial.toml:1: read: is missing: the manifest says where the corpus is, not how it is read"
    );
}

#[test]
#[ignore = "reads a sparse file of 2 GB; `tests/all.py --long` runs it"]
fn a_text_that_no_pack_can_hold_is_named() {
    for unit in ["file", "line"] {
        let corpus =
            Corpus::new(&[], &one("a.txt", &format!("format = \"text\"\nunit = \"{unit}\"")));
        fs::File::create(corpus.path("a.txt")).unwrap().set_len(2_000_000_000).unwrap();
        let wrong = corpus.wrong();
        assert!(
            wrong.starts_with("a.txt:1: ") && wrong.contains("is more than the limit"),
            "{wrong}"
        );
    }
}

#[test]
fn a_pack_that_is_there_is_kept_unless_it_shall_be_replaced() {
    let corpus = Corpus::new(&[("a.txt", b"En")], &one("a.txt", "format = \"text\""));
    corpus.build().unwrap();
    fs::write(corpus.path("a.txt"), "To").unwrap();
    let manifest = Manifest::read(corpus.path("trial.toml")).unwrap();
    let out = corpus.path("pack");
    assert!(build(&manifest, &out, &BuildOptions::default(), &()).is_err());
    assert_eq!(texts(&Pack::open(&out).unwrap())[0].1, "En");
    let options = BuildOptions { overwrite: true, ..BuildOptions::default() };
    assert_eq!(texts(&build(&manifest, &out, &options, &()).unwrap())[0].1, "To");
    // Another root has other files.
    fs::create_dir(corpus.path("other")).unwrap();
    fs::write(corpus.path("other/a.txt"), "Tre").unwrap();
    let options = BuildOptions { root: Some(corpus.path("other")), overwrite: true };
    assert_eq!(texts(&build(&manifest, &out, &options, &()).unwrap())[0].1, "Tre");
}

/// Counts what it is told, and wants the work to end at the `stop`th look.
#[derive(Default)]
struct Counted {
    looks: AtomicU64,
    units: AtomicU64,
    total: AtomicU64,
    stop: u64,
}

impl Progress for Counted {
    fn start(&self, _: &str, total: Option<u64>, _: &str) {
        self.total.fetch_add(total.unwrap_or(0), Ordering::Relaxed);
    }

    fn advance(&self, count: u64) {
        self.units.fetch_add(count, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.looks.fetch_add(1, Ordering::Relaxed) + 1 == self.stop
    }
}

#[test]
fn a_build_that_is_not_wanted_any_more_leaves_nothing_whenever_it_ends() {
    let lines = "En linje\n".repeat(5000);
    let sum = sprogkit::io::Sha256::of(lines.as_bytes());
    let rest = one("a.txt", "format = \"text\"").replacen(
        "[[read]]",
        &format!("sha256 = \"{sum}\"\n[[read]]"),
        1,
    );
    let corpus = Corpus::new(&[("a.txt", lines.as_bytes())], &rest);
    let manifest = Manifest::read(corpus.path("trial.toml")).unwrap();
    let all = Counted { stop: u64::MAX, ..Counted::default() };
    let out = corpus.path("pack");
    build(&manifest, &out, &BuildOptions::default(), &all).unwrap();
    assert_eq!(all.units.into_inner(), all.total.into_inner(), "progress reaches its end");
    fs::remove_dir_all(&out).unwrap();
    let looks = all.looks.into_inner();
    assert!(looks > 5);
    for stop in 1..=looks {
        let progress = Counted { stop, ..Counted::default() };
        let ended = build(&manifest, &out, &BuildOptions::default(), &progress);
        assert!(matches!(ended, Err(sprogkit::Error::Cancelled)), "at look {stop}");
        corpus.expect_nothing_left();
    }
}

/// The bytes of every file of a pack but `pack.json`, which tells the time.
fn bytes(pack: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(pack)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .filter(|(name, _)| name != "pack.json")
        .collect();
    files.sort();
    files
}

#[test]
fn the_sample_builds_to_the_same_bytes_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = Manifest::read(sample::write(folder.path()).unwrap()).unwrap();
    let mut packs = Vec::new();
    for threads in [1, 2, 5] {
        let out = folder.path().join(format!("pack-{threads}"));
        let built = sprogkit::threads::install(Some(threads), || {
            build(&manifest, &out, &BuildOptions::default(), &()).map(drop)
        });
        built.unwrap().unwrap();
        packs.push(bytes(&out));
    }
    assert!(packs[0].len() > 4);
    assert!(packs[1..].iter().all(|pack| *pack == packs[0]));
    let pack = Pack::open(folder.path().join("pack-1")).unwrap();
    assert!(pack.verify(&()).unwrap().into_result().is_ok());
    assert!(pack.documents().len() > 20 && pack.utterances().len() >= 12);
    assert!(pack.recordings().len() >= 12);
    assert!(!pack.lexicon().lookup("Alma").unwrap().is_empty());
}

/// A pack of real input, where it lies beside the repository.
fn real(name: &str) -> Option<(tempfile::TempDir, Pack)> {
    let manifest =
        Manifest::read(repository().join(format!("tests/data/manifests/{name}.toml"))).unwrap();
    if !manifest.folder().exists() {
        eprintln!("skipped: {} is absent", manifest.folder().display());
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pack");
    let start = std::time::Instant::now();
    let pack = build(&manifest, &out, &BuildOptions::default(), &()).unwrap();
    let built = start.elapsed();
    let start = std::time::Instant::now();
    drop(Pack::open(&out).unwrap());
    let opened = start.elapsed();
    let start = std::time::Instant::now();
    pack.verify(&()).unwrap().into_result().unwrap();
    let verified = start.elapsed();
    eprintln!(
        "{name}: built in {built:.1?}, {} bytes, opened in {opened:.1?}, verified in {verified:.1?}",
        pack.bytes()
    );
    Some((folder, pack))
}

#[test]
fn real_text_becomes_a_pack_line_by_line() {
    let Some((_folder, pack)) = real("real-text") else { return };
    let root = repository().join("../shared/data/text");
    let mut row = 0;
    for name in ["msdocs", "lcc", "libreoffice"] {
        let text = fs::read_to_string(root.join(format!("{name}.txt"))).unwrap();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let document = pack.documents().get(row).unwrap();
            assert_eq!(document.text().unwrap(), line);
            if at % 1000 == 0 {
                assert_eq!(document.id().unwrap(), format!("{name}-{}", at + 1));
                assert_eq!(
                    pack.documents().find(&format!("{name}-{}", at + 1)).unwrap(),
                    Some(row)
                );
            }
            row += 1;
        }
    }
    assert_eq!(pack.documents().len(), row);
}

#[test]
fn a_real_treebank_becomes_a_pack_sentence_by_sentence() {
    let Some((_folder, pack)) = real("real-ddt") else { return };
    let file = repository().join("../shared/data/gold/ddt/da_ddt-ud-dev.conllu");
    let file = fs::read_to_string(file).unwrap();
    let want: Vec<_> = file.lines().filter_map(|line| line.strip_prefix("# text = ")).collect();
    let got = texts(&pack);
    assert_eq!(got.iter().map(|(_, text)| &**text).collect::<Vec<_>>(), want);
    assert_eq!(got[0].0, "dev-0");
}

#[test]
fn real_recordings_become_a_pack_with_their_transcripts() {
    let Some((_folder, pack)) = real("real-speech") else { return };
    assert_eq!((pack.recordings().len(), pack.utterances().len()), (166, 166));
    for utterance in pack.utterances().iter() {
        let utterance = utterance.unwrap();
        assert_eq!(utterance.id().unwrap(), utterance.recording().unwrap());
        let (samples, rate) = pack.samples(utterance).unwrap();
        assert!(rate == 16_000 && samples.iter().any(|sample| *sample != 0));
    }
}

#[test]
fn a_real_word_list_becomes_a_lexicon() {
    let Some((_folder, pack)) = real("real-stems") else { return };
    let readings = pack.lexicon().lookup("hus").unwrap();
    assert!(readings.iter().any(|entry| entry.lemma().unwrap() == Some("hus")));
    assert!(pack.lexicon().lookup("husene").unwrap().is_empty());
}

#[test]
#[ignore = "a million forms, some seconds; `tests/all.py --long` runs it"]
fn a_real_word_list_becomes_a_lexicon_of_all_its_forms() {
    let Some((_folder, pack)) = real("real-lexicon") else { return };
    let readings = pack.lexicon().lookup("husene").unwrap();
    assert!(readings.iter().any(|entry| entry.lemma().unwrap() == Some("hus")));
    assert!(pack.lexicon().lookup("huseneer").unwrap().is_empty());
}

#[test]
fn sound_of_any_format_becomes_recordings_of_one_rate() {
    let data = repository().join("tests/data/audio");
    let file = |name: &str| fs::read(data.join(name)).unwrap();
    let (flac, mp3, opus) = (file("stereo24.flac"), file("stereo.mp3"), file("stereo.opus"));
    let files: &[(&str, &[u8])] =
        &[("w/a.flac", &flac), ("w/b.mp3", &mp3), ("w/c.opus", &opus), ("w/d.wav", &sound(500))];
    let read = "[[file]]\nname = \"w/*\"\n[[read]]\nfiles = \"w/*\"\nformat = \"sound\"\n";
    let got = |options: &str| -> Vec<(String, u32, usize)> {
        let pack = Corpus::new(files, &format!("{read}{options}")).built();
        let recordings = pack.recordings().iter().map(|one| one.unwrap());
        recordings
            .map(|one| {
                (one.id().unwrap().to_owned(), one.sample_rate().unwrap(), one.pcm().unwrap().len())
            })
            .collect()
    };
    let expect = |rows: &[(&str, u32, usize)]| -> Vec<(String, u32, usize)> {
        rows.iter().map(|&(id, rate, frames)| (id.to_owned(), rate, frames)).collect()
    };
    let want =
        [("a", 44_100, 13_230), ("b", 44_100, 30_870), ("c", 48_000, 33_600), ("d", 1000, 500)];
    assert_eq!(got(""), expect(&want));
    let want = [
        ("a-1", 16_000, 4800),
        ("a-2", 16_000, 4800),
        ("b-1", 16_000, 11_200),
        ("b-2", 16_000, 11_200),
        ("c-1", 16_000, 11_200),
        ("c-2", 16_000, 11_200),
        ("d", 16_000, 8000),
    ];
    assert_eq!(got("rate = 16000\nchannels = \"each\"\n"), expect(&want));
    let wrong = Corpus::new(files, &format!("{read}rate = 0\n")).wrong();
    assert!(wrong.contains("read.rate: must be between 1 and 10000000, got 0"), "{wrong}");
    let cut = Corpus::new(&[("w/a.flac", &flac[..9000])], read).wrong();
    assert!(cut.contains("w/a.flac: byte 9000: truncated"), "{cut}");
}
