//! The built-in sample: what its manifest says of it is true, and it holds nobody's data.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use unicode_normalization::is_nfc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora-manifest")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join("smagsproeve").join(name)).unwrap()
}

fn manifest() -> toml::Table {
    fs::read_to_string(folder().join("smagsproeve.toml")).unwrap().parse().unwrap()
}

/// The rows of a table without its header, each of `N` columns.
fn rows<const N: usize>(table: &str) -> Vec<[&str; N]> {
    assert!(table.ends_with('\n') && !table.contains('\r'));
    table
        .lines()
        .inspect(|line| assert_eq!(line.split('\t').count(), N, "{line}"))
        .skip(1)
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            columns.try_into().unwrap()
        })
        .collect()
}

/// Every document's id and text, in order.
fn documents() -> Vec<(String, String)> {
    read("texts.jsonl")
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let column = |name: &str| row[name].as_str().unwrap().to_owned();
            assert_eq!(column("license"), "CC0-1.0");
            assert_eq!(column("lang"), "da");
            assert_eq!(column("source"), "smagsproeve");
            assert!(row["meta"]["genre"].is_string());
            (column("id"), column("text"))
        })
        .collect()
}

#[test]
fn each_file_of_the_sample_is_the_one_its_manifest_names() {
    let manifest = manifest();
    let mut named = HashSet::new();
    for file in manifest["file"].as_array().unwrap() {
        let name = file["name"].as_str().unwrap();
        assert!(named.insert(name.to_owned()), "{name} twice");
        let bytes = fs::read(folder().join("smagsproeve").join(name)).unwrap();
        assert_eq!(file["bytes"].as_integer(), Some(bytes.len() as i64), "{name}");
        let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(file["sha256"].as_str(), Some(sum.as_str()), "{name}");
    }
    for part in ["", "tale"] {
        for entry in fs::read_dir(folder().join("smagsproeve").join(part)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let name = if part.is_empty() { name } else { format!("{part}/{name}") };
            if entry.file_type().unwrap().is_file() && name != "README.md" {
                assert!(named.contains(&name), "{name} is not in the manifest");
            }
        }
    }
    assert_eq!(manifest["license"]["spdx"].as_str(), Some("CC0-1.0"));
    assert_eq!(manifest["provenance"]["synthetic"].as_bool(), Some(true));
}

#[test]
fn the_sentences_of_each_document_cover_it_in_order() {
    let table = read("sentences.tsv");
    let sentences = rows::<2>(&table);
    assert!(sentences.len() >= 300, "{} sentences", sentences.len());
    let documents = documents();
    let mut at = sentences.iter().peekable();
    let mut ids = HashSet::new();
    for (id, text) in &documents {
        assert!(ids.insert(id), "{id} twice");
        assert!(is_nfc(text), "{id}");
        let mut rest = text.as_str();
        while let Some([_, sentence]) = at.next_if(|[document, _]| document == id) {
            assert!(!sentence.is_empty() && sentence.trim() == *sentence, "{id}: {sentence}");
            rest = rest.strip_prefix(sentence).unwrap_or_else(|| panic!("{id}: {sentence}"));
            // Between two sentences one of three gaps, and nothing else.
            rest = ["\n\n", "\n", " "]
                .into_iter()
                .find_map(|gap| rest.strip_prefix(gap))
                .unwrap_or(rest);
        }
        assert_eq!(rest, "", "{id} has text that is in no sentence");
    }
    assert_eq!(at.next(), None, "a sentence of no document, or not in its document's order");
}

#[test]
fn the_recordings_are_short_clean_and_all_transcribed() {
    let table = read("tale.tsv");
    let utterances = rows::<7>(&table);
    let mut ends: HashMap<&str, u32> = HashMap::new();
    let mut ids = HashSet::new();
    for [id, file, text, speaker, split, start, end] in &utterances {
        assert!(ids.insert(*id), "{id} twice");
        assert!(speaker.starts_with("espeak-ng-da"), "{id} is labelled as synthetic");
        assert!(matches!(*split, "train" | "validation" | "test"), "{id}: {split}");
        assert!(is_nfc(text) && text.ends_with(['.', '?', '!']), "{id}: {text}");
        let mut reader = hound::WavReader::open(folder().join("smagsproeve").join(file)).unwrap();
        let spec = reader.spec();
        assert_eq!((spec.sample_rate, spec.channels, spec.bits_per_sample), (16_000, 1, 16));
        assert_eq!(spec.sample_format, hound::SampleFormat::Int);
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        let (start, end) = match (*start, *end) {
            ("", "") => (0, samples.len() as u32),
            marks => (marks.0.parse().unwrap(), marks.1.parse().unwrap()),
        };
        let last = ends.insert(file, end).unwrap_or(0);
        assert!(last <= start && start < end && end as usize <= samples.len(), "{id}");
        let part = &samples[start as usize..end as usize];

        // Ten to thirty letters a second is speech, less or more is a slip.
        let letters = text.chars().filter(|c| c.is_alphabetic()).count() as f64;
        let rate = letters / (part.len() as f64 / 16_000.0);
        assert!((10.0..30.0).contains(&rate), "{id}: {rate} letters a second");
        let peak = part.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!((15_000..32_000).contains(&peak), "{id}: too quiet or clipped, peak {peak}");
        let loud = |sample: &i16| sample.unsigned_abs() > 500;
        let before = part.iter().position(loud).unwrap();
        let after = part.len() - part.iter().rposition(loud).unwrap();
        assert!(before < 8_000 && after < 8_000, "{id}: silence of {before} and {after} samples");
    }
    assert!(ends.len() >= 12, "{} recordings", ends.len());
    let bytes: u64 = fs::read_dir(folder().join("smagsproeve/tale"))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(bytes < 3_000_000, "{bytes} bytes of sound");
    assert_eq!(
        fs::read_dir(folder().join("smagsproeve/tale")).unwrap().count(),
        ends.len(),
        "a recording without a transcript"
    );

    let table = read("hypotese.tsv");
    let spoken: HashMap<&str, &str> = utterances.iter().map(|row| (row[0], row[2])).collect();
    let mut altered = 0;
    for [id, heard] in rows::<2>(&table) {
        let words = |text: &str| -> Vec<String> {
            text.split_whitespace()
                .map(|word| word.trim_matches(['.', ',', '?']).to_lowercase())
                .collect()
        };
        let (said, heard) = (words(spoken[id]), words(heard));
        let kept = heard.iter().filter(|word| said.contains(word)).count();
        assert!(2 * kept > said.len(), "{id} is another utterance");
        altered += usize::from(said != heard);
    }
    assert!(altered >= 10, "{altered} transcripts with errors");
}

#[test]
fn the_word_list_is_sorted_nfc_and_well_formed() {
    const TAGS: [&str; 12] = [
        "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN",
    ];
    let table = read("ordliste.tsv");
    let readings = rows::<4>(&table);
    for pair in readings.windows(2) {
        assert!(pair[0] < pair[1], "{:?} before {:?}", pair[0], pair[1]);
    }
    for row @ [form, lemma, tag, features] in &readings {
        assert!(!form.is_empty() && !lemma.is_empty() && is_nfc(form) && is_nfc(lemma), "{row:?}");
        assert!(TAGS.contains(tag) || ["SCONJ", "VERB"].contains(tag), "{row:?}");
        let names: Vec<String> = features
            .split('|')
            .filter(|feature| *feature != "_")
            .map(|feature| feature.split_once('=').expect("Name=Value").0.to_lowercase())
            .collect();
        assert!(names.is_sorted() && !names.contains(&String::new()), "{row:?}");
    }
    let count = |form: &str| readings.iter().filter(|row| row[0] == form).count();
    for form in "skal råd løb var for så lige få vil der det anden en kost".split(' ') {
        assert!(count(form) >= 2, "{form} is ambiguous");
    }

    // The words the sample uses most are in it.
    let forms: HashSet<String> =
        readings.iter().map(|row| row[0].trim_end_matches('.').to_lowercase()).collect();
    let mut words: HashMap<String, usize> = HashMap::new();
    for (_, text) in documents() {
        for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1)
        {
            *words.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    let mut often: Vec<_> = words.into_iter().filter(|(_, times)| *times >= 4).collect();
    often.sort();
    // Parts of addresses are no words.
    often.retain(|(word, _)| !["example", "dk", "www"].contains(&word.as_str()));
    let missing: Vec<_> = often.iter().filter(|(word, _)| !forms.contains(word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Whether a run of ten digits, a hyphen or space allowed after the sixth, could be a CPR number:
/// it begins with a day and a month.
fn could_be_cpr(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).any(|at| {
        if at > 0 && bytes[at - 1].is_ascii_digit() {
            return false;
        }
        let mut digits = Vec::new();
        let mut end = at;
        while digits.len() < 10 && end < bytes.len() {
            match bytes[end] {
                digit if digit.is_ascii_digit() => digits.push(u32::from(digit - b'0')),
                b'-' | b' ' if digits.len() == 6 && bytes[end - 1].is_ascii_digit() => {}
                _ => break,
            }
            end += 1;
        }
        if digits.len() < 10 || bytes.get(end).is_some_and(u8::is_ascii_digit) {
            return false;
        }
        let (day, month) = (10 * digits[0] + digits[1], 10 * digits[2] + digits[3]);
        // Since 2007 also day + 60, for people who have not got a number yet.
        (1..=31).contains(&(day % 60)) && (1..=12).contains(&month)
    })
}

#[test]
fn no_number_of_the_sample_can_be_anybodys() {
    for (text, want) in [
        ("010203-4567", true),
        ("nr. 0102034567.", true),
        ("310299 1234", true),
        ("610203-4567", true),
        ("000000-0000", false),
        ("013003-4567", false),
        ("10102034567", false),
        ("01020-34567", false),
        ("1.250.000 kr.", false),
    ] {
        assert_eq!(could_be_cpr(text), want, "{text}");
    }
    let names = ["texts.jsonl", "sentences.tsv", "tale.tsv", "hypotese.tsv", "ordliste.tsv"];
    for name in names {
        for line in read(name).lines() {
            assert!(!could_be_cpr(line), "{name}: {line}");
        }
    }
    for (id, text) in documents() {
        // Eight digits in pairs, as phone numbers are written, are noughts; a country may stand before.
        let bytes = text.as_bytes();
        for (at, window) in bytes.windows(11).enumerate() {
            if at > 0 && bytes[at - 1] == b'+' {
                continue;
            }
            let pairs = window
                .iter()
                .enumerate()
                .all(|(at, byte)| if at % 3 == 2 { *byte == b' ' } else { byte.is_ascii_digit() });
            assert!(!pairs || window == b"00 00 00 00", "{id}: a phone number");
        }
        // Mail and web stay in the domain of examples.
        for part in text.split_whitespace().filter(|part| {
            part.contains("://")
                || part.starts_with("www.")
                || part.find('@').is_some_and(|at| at > 0)
        }) {
            assert!(part.contains(".example.dk"), "{id}: {part}");
        }
    }
}

#[test]
fn each_entry_names_itself_its_license_and_what_nobody_confirmed() {
    const CLASSES: [&str; 5] = [
        "NonPersonalData",
        "GeneralPersonalData",
        "SensitivePersonalData",
        "CivilRegistrationNumberData",
        "DataAboutCriminalOffences",
    ];
    let mut found = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        assert!(is_nfc(&text) && text.starts_with("# "), "{path:?}: a comment says what it is");
        let manifest: toml::Table = text.parse().unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        assert_eq!(manifest["id"].as_str(), Some(stem));
        assert_eq!(manifest["schema"].as_integer(), Some(1), "{stem}");
        for field in ["version", "source", "publisher"] {
            assert!(manifest[field].as_str().is_some_and(|text| !text.is_empty()), "{stem}");
        }
        for field in ["title", "description"] {
            for language in ["da", "en"] {
                assert!(
                    manifest[field][language].as_str().is_some_and(|t| !t.is_empty()),
                    "{stem}"
                );
            }
        }
        let class = manifest["personal_data"]["category"].as_str().unwrap();
        assert!(CLASSES.contains(&class), "{stem}: {class}");
        // Nothing is vouched for that is not there.
        for field in
            manifest.get("unverified").and_then(toml::Value::as_array).into_iter().flatten()
        {
            assert!(manifest.contains_key(field.as_str().unwrap()), "{stem}: {field}");
        }
        found += 1;
    }
    assert!(found >= 30, "{found} manifests");
}
