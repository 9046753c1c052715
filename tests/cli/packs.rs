//! The commands that open packs.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sprogkit::corpus::{
    Info, NewDocument, NewEntry, NewRecording, NewUtterance, Pack, Titles, Writer,
};
use tempfile::TempDir;

use super::{error, printed, run, run_on, write};

/// A pack of a bit of everything, and the folder that holds it.
pub(crate) fn pack() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("breve");
    let title = Titles { da: Some("Breve".into()), en: Some("Letters".into()) };
    let info =
        Info { id: "breve".into(), title, license: Some("CC-BY-4.0".into()), ..Info::default() };
    let mut writer = Writer::create(&path, info).unwrap();
    for (id, text, license) in [
        ("brev-1", "Kære Signe. Tak for sidst!", None),
        ("brev-2", "Hemmeligt: koden er 7-9-13.", Some("CC0-1.0")),
        ("brev-3", "Venlig hilsen\nVillads", None),
    ] {
        writer.document(&NewDocument { id, text, license, ..NewDocument::default() }).unwrap();
    }
    let pcm: Vec<i16> = (0..8000).map(|i| (i % 100) * 30).collect();
    let recording =
        NewRecording { id: "optagelse", pcm: &pcm, sample_rate: 16000, ..NewRecording::default() };
    writer.recording(&recording).unwrap();
    let utterance = NewUtterance {
        id: "ytring",
        recording: "optagelse",
        text: "kære signe",
        ..NewUtterance::default()
    };
    writer.utterance(&utterance).unwrap();
    writer.entry(&NewEntry { form: "breve", lemma: Some("brev"), ..NewEntry::default() }).unwrap();
    writer.finish().unwrap();
    (folder, path)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn object(output: &std::process::Output) -> Value {
    serde_json::from_str(printed(output)).unwrap()
}

#[test]
fn info_shows_what_a_pack_is() {
    let (_folder, path) = pack();
    let output = run(&["info", text(&path)]);
    let shown = printed(&output);
    for part in ["Letters", "Breve", "CC-BY-4.0", "documents", "3", "500 ms"] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
    assert!(!shown.contains('\x1b'), "no colours into a pipe");
    let object = object(&run(&["info", "--json", text(&path)]));
    assert_eq!(object["info"]["id"], "breve");
    assert_eq!(object["tables"]["documents"], 3);
    assert_eq!(object["tables"]["lexicon"], 1);
    assert_eq!(object["seconds"], 0.5);
}

#[test]
fn segments_of_a_pack_count_characters_unless_told_otherwise() {
    let (_folder, path) = pack();
    for command in ["words", "sentences"] {
        let help = run(&[command, "--help"]);
        let help = printed(&help).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("[default: byte; with --pack char]"), "{help}");
        for (unit, args) in [("char", &[][..]), ("byte", &["--unit", "byte"])] {
            printed(&run(&[&[command, "--pack", text(&path)], args].concat()));
            let pack = Pack::open(&path).unwrap();
            assert_eq!(pack.layer(command).unwrap().info().unit, unit, "{command}");
        }
    }
}

#[test]
fn verify_finds_a_sound_pack_sound() {
    let (_folder, path) = pack();
    assert!(printed(&run(&["verify", text(&path)])).contains("sound"));
    let object = object(&run(&["verify", "--json", text(&path)]));
    assert_eq!(object["sound"], true);
    assert_eq!(object["problems"], Value::Array(Vec::new()));
}

#[test]
fn verify_names_the_altered_file_and_fails() {
    let (_folder, path) = pack();
    let file = fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("documents"))
        .unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    write(&file, bytes);
    let output = run(&["verify", text(&path)]);
    assert!(error(&output, 1).contains(text(&file)), "{}", super::err(&output));
    let output = run(&["verify", "--json", text(&path)]);
    assert_eq!(output.status.code(), Some(1));
    let object: Value = serde_json::from_str(super::out(&output)).unwrap();
    assert_eq!(object["sound"], false);
    assert!(object["problems"][0].as_str().unwrap().contains(text(&file)));
}

#[test]
fn verify_answers_machines_also_where_the_pack_cannot_be_opened() {
    let (_folder, path) = pack();
    for entry in fs::read_dir(&path).unwrap() {
        let entry = entry.unwrap().path();
        if entry.is_file() {
            write(&entry, "torn");
        }
    }
    assert!(Pack::open(&path).is_err());
    let output = run(&["verify", "--json", text(&path)]);
    assert_eq!(output.status.code(), Some(1));
    let object: Value = serde_json::from_str(super::out(&output)).unwrap();
    assert_eq!(object["sound"], false);
    assert!(object["problems"][0].as_str().unwrap().contains(text(&path)), "{object}");
    assert!(error(&run(&["verify", text(&path)]), 1).contains(text(&path)));
    assert!(error(&run(&["verify", "--json", "findes-ikke"]), 1).contains("findes-ikke"));
}

#[test]
fn a_folder_that_is_no_pack_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = text(folder.path());
    for command in ["info", "verify", "compact", "licenses"] {
        assert!(error(&run(&[command, path]), 1).contains(path));
    }
    assert!(error(&run(&["erase", path, "id"]), 1).contains(path));
    assert!(error(&run(&["info", "findes-ikke"]), 1).contains("findes-ikke"));
}

#[test]
fn erased_documents_are_gone_and_compact_removes_their_bytes() {
    let (_folder, path) = pack();
    let holds_secret = || {
        fs::read_dir(&path).unwrap().any(|entry| {
            let path = entry.unwrap().path();
            path.is_file() && fs::read(path).unwrap().windows(9).any(|bytes| bytes == b"Hemmeligt")
        })
    };
    assert!(holds_secret());
    let output = run(&["erase", text(&path), "brev-2", "optagelse"]);
    let said = printed(&output);
    assert!(said.contains("1 document, 1 recording, 1 utterance"), "{said}");
    assert!(said.contains("sprogkit compact"), "{said}");
    assert_eq!(Pack::open(&path).unwrap().documents().len(), 2);
    assert!(holds_secret(), "hidden, not removed");
    assert!(printed(&run(&["compact", text(&path)])).contains("removed"));
    assert!(!holds_secret());
    assert!(printed(&run(&["verify", text(&path)])).contains("sound"));
    assert_eq!(object(&run(&["info", "--json", text(&path)]))["tables"]["documents"], 2);
}

#[test]
fn ids_to_erase_come_from_a_file_and_an_unknown_one_erases_nothing() {
    let (_folder, path) = pack();
    let output = run_on(b"brev-1\nbrev-9\n", &["erase", text(&path), "--from", "-"]);
    assert!(error(&output, 1).contains("brev-9"));
    assert_eq!(Pack::open(&path).unwrap().documents().len(), 3);
    let output = run_on(b"brev-1\nbrev-3\n", &["erase", text(&path), "--from", "-", "--json"]);
    assert_eq!(object(&output)["documents"], 2);
    assert_eq!(Pack::open(&path).unwrap().documents().len(), 1);
    assert!(error(&run(&["erase", text(&path)]), 2).contains("no ids"));
}

#[test]
fn licenses_are_counted_and_a_rows_own_comes_first() {
    let (_folder, path) = pack();
    let object = object(&run(&["licenses", "--json", text(&path)]));
    let found: Vec<(&str, u64, u64)> = object["licenses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let rows = |table: &str| row[table].as_u64().unwrap();
            (row["license"].as_str().unwrap(), rows("documents"), rows("lexicon"))
        })
        .collect();
    assert_eq!(found, [("CC-BY-4.0", 2, 1), ("CC0-1.0", 1, 0)]);
    assert!(printed(&run(&["licenses", text(&path)])).contains("CC0-1.0"));
}
