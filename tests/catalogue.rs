//! Manifests, and packs built from them.

mod build;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sprogkit::catalogue::{
    self, Category, Column, Format, Ids, Kind, Manifest, Table, TextUnit, Time,
};
use sprogkit::formats::Encoding;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example() -> PathBuf {
    repository().join("tests/data/manifests/breve.toml")
}

#[test]
fn a_manifest_is_read_whole() {
    let manifest = Manifest::read(example()).unwrap();
    assert_eq!(manifest.id, "breve");
    assert_eq!(manifest.kind, Kind::Text);
    assert_eq!(manifest.language, ["da"]);
    assert_eq!((&*manifest.title.da, &*manifest.title.en), ("Breve", "Letters"));
    assert_eq!(manifest.license.spdx, "CC0-1.0");
    assert_eq!(manifest.license.redistribution, Some(true));
    assert_eq!(manifest.license_of("noter.txt").spdx, "MIT");
    assert_eq!(manifest.license_of("lister/a.csv").spdx, "CC0-1.0");
    assert_eq!(manifest.personal_data.category, Category::NonPersonalData);
    assert_eq!(manifest.folder(), repository().join("tests/data/manifests/breve"));
    assert_eq!(manifest.usage.intended.as_deref(), Some("tests of manifests"));
    assert_eq!(manifest.unverified, ["publisher"]);
    assert_eq!(manifest.files.len(), 3);
    assert!(manifest.files[1].is_pattern() && manifest.files[1].covers("lister/a.csv"));
    assert_eq!(manifest.files[0].line, 36);
    let [letters, lists, notes] = &manifest.reads[..] else { panic!("three reads") };
    assert_eq!(letters.format, Format::Delimited { delimiter: b'\t', header: true, quoted: false });
    assert_eq!(
        (letters.table, letters.ids, letters.time),
        (Table::Documents, Ids::Stem, Time::Seconds)
    );
    let column =
        |name| letters.columns.iter().find(|(column, _)| *column == name).unwrap().1.clone();
    assert_eq!(column("id"), Column::Named("nr".into()));
    assert_eq!(column("source"), Column::Constant("breve".into()));
    assert_eq!(column("meta"), Column::Object(vec!["emne".into(), "afsender".into()]));
    assert_eq!(lists.encoding, Encoding::Windows1252);
    assert_eq!(lists.format, Format::Delimited { delimiter: b';', header: true, quoted: true });
    assert_eq!(notes.format, Format::Text { unit: TextUnit::Block });
}

/// A small manifest that is right; the cases below change one line of it.
const SMALL: &str = r#"schema = 1
id = "prove"
kind = "text"
version = "1"
language = "da"
title.da = "Prøve"
title.en = "Trial"
source = "here"
license = "CC0-1.0"
personal_data.category = "NonPersonalData"
[[file]]
name = "a.txt"
[[read]]
files = "a.txt"
format = "text"
"#;

#[test]
fn the_small_manifest_is_right() {
    let manifest = Manifest::parse("m.toml", SMALL).unwrap();
    assert_eq!(manifest.reads.len(), 1);
    assert_eq!(manifest.folder(), Path::new("."));
}

/// Line of [`SMALL`] (from 1), what stands there instead, line of the message, what it says.
const MISTAKES: &[(usize, &str, u64, &str)] = &[
    (1, "schema = 2", 1, "schema: this version reads manifests of schema 1, got 2"),
    (1, "", 1, "schema: is missing"),
    (1, "schema = \"1\"", 1, "schema: must be a whole number that is not negative, got \"1\""),
    (1, "schema = -1", 1, "schema: must be a whole number that is not negative, got the number -1"),
    (1, "schema = = 1", 1, ""),
    (2, "id = \"Prøve\"", 2, "id: must be 3 to 64 of a-z, 0-9 and -, got \"Prøve\""),
    (2, "id = \"\"", 2, "id: must not be empty"),
    (2, "id = 7", 2, "id: must be text, got the number 7"),
    (3, "kind = \"texts\"", 3, "did you mean \"text\"?"),
    (3, "", 1, "kind: is missing"),
    (4, "version = 1.0", 4, "version: must be text, got the number 1.0"),
    (4, "versoin = \"1\"", 4, "versoin: unknown field; did you mean `version`?"),
    (5, "language = [\"da\", \"dansk_nu\"]", 5, "language: must be a BCP 47 tag"),
    (6, "title.dk = \"Prøve\"", 6, "title.dk: unknown field; did you mean `da`?"),
    (7, "", 6, "title.en: is missing"),
    (
        8,
        "source = 2024-01-01",
        8,
        "source: must be text, got the date 2024-01-01 (put it in quotes)",
    ),
    (8, "source = \"x\"\nlanding_page = \"ftp://a\"", 9, "landing_page: must begin with https://"),
    (8, "source = \"x\"\nunverified = [\"verison\"]", 9, "did you mean \"version\"?"),
    (8, "source = \"x\"\nuse.intended = 1", 9, "use.intended: must be text, got the number 1"),
    (9, "licence = \"CC0-1.0\"", 9, "licence: unknown field; did you mean `license`?"),
    (9, "license = \"CC-0\"", 9, "license: must be an SPDX expression"),
    (9, "license = { spdx = \"MIT\", uri = \"https://a\" }", 9, "license.uri: unknown field"),
    (
        10,
        "personal_data.category = \"None\"",
        10,
        "personal_data.category: must be \"NonPersonalData\"",
    ),
    (10, "personal_data = \"no\"", 10, "personal_data: must be a table, got \"no\""),
    (12, "name = \"../a.txt\"", 12, "file.name: must stay inside the root"),
    (12, "name = \"/a.txt\"", 12, "file.name: must stay inside the root"),
    (12, "name = \"b\\\\a.txt\"", 12, "file.name: parts are joined by /"),
    (
        12,
        "name = \"a.txt\"\nsha256 = \"abc\"",
        13,
        "file.sha256: must be 64 small hexadecimal digits",
    ),
    (
        12,
        "name = \"*.txt\"\nbytes = 3",
        13,
        "file.bytes: needs the name of one file, not a pattern",
    ),
    (
        12,
        "name = \"a.txt\"\n[[file]]\nname = \"a.txt\"",
        14,
        "file.name: \"a.txt\" stands on line 11 already",
    ),
    (14, "files = \"b.txt\"", 14, "read.files: no [[file]] is \"b.txt\"; did you mean \"a.txt\"?"),
    (14, "files = \"*.csv\"", 14, "read.files: no [[file]] is \"*.csv\""),
    (14, "files = [1]", 14, "read.files: must be text that is not empty, got the number 1"),
    (15, "format = \"txt\"", 15, "did you mean \"text\"?"),
    (15, "", 13, "read.format: is missing"),
    (15, "format = \"csv\"", 13, "read.table: is missing"),
    (15, "format = \"csv\"\ntable = \"recordings\"", 16, "read.table: must be \"documents\" or"),
    (15, "format = \"text\"\nheader = true", 16, "read.header: unknown field"),
    (
        15,
        "format = \"text\"\nunit = \"sentence\"",
        16,
        "read.unit: must be \"line\" or \"block\" or \"file\"",
    ),
    (15, "format = \"text\"\nencoding = \"utf8\"", 16, "read.encoding: must be \"utf-8\" or"),
    (
        15,
        "format = \"text\"\ncolumns = { id = \"a\" }",
        16,
        "read.columns.id: this format has no columns",
    ),
    (
        15,
        "format = \"text\"\ncolumns = { language = { const = \"da\" } }",
        16,
        "read.columns.language: documents have no such column",
    ),
    (
        15,
        "format = \"tsv\"\ntable = \"documents\"\ncolumns.text = 1",
        17,
        "read.columns.text: must be the name of a column",
    ),
    (
        15,
        "format = \"tsv\"\ntable = \"documents\"\nheader = false\ncolumns.text = 0",
        18,
        "read.columns.text: columns are counted from 1, got 0",
    ),
    (
        15,
        "format = \"tsv\"\ntable = \"documents\"\ndelimiter = \"ab\"",
        17,
        "read.delimiter: must be one ASCII character",
    ),
    (15, "format = \"hunspell\"", 13, "read.affixes: is missing"),
];

#[test]
fn each_mistake_is_named_with_its_line_and_field() {
    for &(at, instead, line, want) in MISTAKES {
        let mut lines: Vec<_> = SMALL.lines().collect();
        lines[at - 1] = instead;
        let wrong = Manifest::parse("m.toml", &lines.join("\n")).unwrap_err().to_string();
        let start = format!("m.toml:{line}: ");
        assert!(wrong.starts_with(&start) && wrong.contains(want), "{instead:?}\n{wrong}");
        assert!(!wrong.contains('\n'), "{wrong}");
    }
}

#[test]
fn all_mistakes_of_a_manifest_are_told_in_the_order_of_its_lines() {
    let text = SMALL.replace("\"text\"", "\"tekst\"").replace("CC0-1.0", "frit");
    let told: Vec<_> = Manifest::mistakes("m", &text).iter().map(ToString::to_string).collect();
    let lines: Vec<_> = told.iter().map(|t| t.split(':').nth(1).unwrap()).collect();
    assert_eq!(lines, ["3", "9", "15"], "{told:#?}");
}

#[test]
fn a_manifest_is_called_as_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.toml");
    std::fs::write(&path, SMALL).unwrap();
    let wrong = Manifest::read(&path).unwrap_err().to_string();
    assert!(
        wrong.ends_with("other.toml:2: id: must equal the file's name \"other\", got \"prove\""),
        "{wrong}"
    );
    std::fs::write(&path, b"id = \"\xe5\"").unwrap();
    assert!(Manifest::read(&path).unwrap_err().to_string().contains("byte 6"));
}

#[test]
fn any_change_of_a_manifest_is_a_mistake_or_a_manifest() {
    let good = std::fs::read(example()).unwrap();
    let mut wrong = 0;
    for at in 0..good.len() {
        for with in [b'"', b'=', b'\n', b'[', b'7', 0xC3] {
            let mut changed = good.clone();
            changed[at] = with;
            if let Ok(text) = std::str::from_utf8(&changed) {
                match Manifest::parse("m", text) {
                    Err(error) => {
                        wrong += 1;
                        assert!(error.to_string().starts_with("m:"), "{error}");
                        assert_eq!(Manifest::mistakes("m", text)[0].to_string(), error.to_string());
                    }
                    Ok(_) => assert!(Manifest::mistakes("m", text).is_empty()),
                }
            }
        }
        if let Ok(cut) = std::str::from_utf8(&good[..at]) {
            wrong += usize::from(Manifest::parse("m", cut).is_err());
        }
    }
    assert!(wrong > good.len());
}

/// The files below a folder, parts joined by `/`.
fn below(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            below(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name);
        }
    }
}

#[test]
fn the_entries_are_the_manifests_of_the_folder() {
    let folder = repository().join("corpora-manifest");
    let mut names = BTreeSet::new();
    below(&folder, "", &mut names);
    let named: BTreeSet<String> = names
        .iter()
        .filter(|name| name.ends_with(".toml") && !name.contains('/'))
        .cloned()
        .collect();
    for name in &named {
        let mut read = Manifest::read(folder.join(name)).unwrap_or_else(|wrong| panic!("{wrong}"));
        let entry = catalogue::entry(&read.id).unwrap_or_else(|| panic!("{name} is no entry"));
        read.origin.clone_from(&entry.origin);
        assert_eq!(*entry, read);
    }
    let entries: Vec<_> = catalogue::entries().iter().map(|manifest| &*manifest.id).collect();
    assert!(entries.is_sorted(), "{entries:?}");
    assert_eq!(entries.len(), named.len());
    assert!(catalogue::entry("no-such-corpus").is_none());
}

#[test]
fn the_sample_is_its_manifest_and_its_folder() {
    let folder = repository().join("corpora-manifest");
    let mut want = BTreeSet::from(["smagsproeve.toml".to_owned()]);
    below(&folder.join("smagsproeve"), "smagsproeve/", &mut want);
    let got: BTreeSet<_> = catalogue::sample::files().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(got, want);
    for (name, bytes) in catalogue::sample::files() {
        assert!(std::fs::read(folder.join(name)).unwrap() == bytes, "{name} is not the file's");
    }
}
