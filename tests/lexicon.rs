//! `lexicon` and `dictionary`: compiled lexica, their readers and searches.

use std::fs;
use std::path::{Path, PathBuf};

use sprogkit::Error;
use sprogkit::dictionary::{Input, Speller, compile};
use sprogkit::formats::wordlist::{Layout, MOST_LINE, Words};
use sprogkit::lexicon::{
    Builder, Case, Evidence, LemmaRules, Lexicon, NewReading, Upos, hyphenate, lemmas, tag,
};

mod files;
mod golden;
mod tables;

fn small() -> Lexicon {
    let mut builder = Builder::new();
    let own = builder.source("own", "CC0-1.0").unwrap();
    let other = builder.source("other", "MIT").unwrap();
    let rows = [
        (own, "bakkede", "bakke", Upos::Verb, "Tense=Past", "A.1"),
        (other, "bakkede", "bakket", Upos::Adj, "", ""),
        (own, "bog", "bog", Upos::Noun, "Number=Sing", "A.2"),
        (own, "bøgerne", "bog", Upos::Noun, "Definite=Def|Number=Plur", "A.17"),
        (other, "bøgerne", "bog", Upos::Noun, "Definite=Def|Number=Plur", ""),
        (other, "Danmarks", "Danmark", Upos::Propn, "Case=Gen", ""),
        (other, "de", "den", Upos::Det, "", ""),
        (other, "De", "De", Upos::Pron, "", ""),
    ];
    for (source, form, lemma, upos, feats, id) in rows {
        let upos = Some(upos);
        let reading = NewReading { form, lemma, upos, feats, id, ..NewReading::default() };
        builder.add(source, &reading).unwrap();
    }
    builder.count("bog", 70);
    builder.count("bog", 7);
    builder.count("ukendt", 9);
    builder.finish().unwrap()
}

#[test]
fn all_readings_of_a_form_come_out_with_everything_that_was_said_of_them() {
    let lexicon = small();
    assert_eq!((lexicon.len(), lexicon.readings()), (6, 8));
    let found = lexicon.lookup("bakkede");
    let said: Vec<_> = found
        .iter()
        .map(|reading| (reading.lemma(), reading.upos(), reading.feats(), reading.id()))
        .collect();
    assert_eq!(said[0], ("bakke".into(), Some(Upos::Verb), "Tense=Past", "A.1".into()));
    assert_eq!((said[1].0.as_str(), said[1].1), ("bakket", Some(Upos::Adj)));
    assert_eq!(found[1].source().unwrap().license, "MIT");
    assert_eq!(lexicon.lookup("bøgerne").len(), 2);
    assert_eq!(lexicon.lookup("bøgerne")[0].id(), "A.17");
    assert_eq!(lexicon.frequency("bog"), Some(77));
    assert_eq!(lexicon.frequency("bøgerne"), None);
    assert!(lexicon.lookup("bøger").is_empty() && lexicon.lookup("").is_empty());
}

#[test]
fn a_reading_without_an_id_keeps_its_name_whatever_else_is_in_the_lexicon() {
    let name = |lexicon: &Lexicon| lexicon.lookup("bakkede").last().unwrap().id();
    let before = name(&small());
    let mut builder = Builder::new();
    let other = builder.source("other", "").unwrap();
    for form in ["aa", "bakkede", "zz"] {
        let upos = Some(Upos::Adj);
        let lemma = if form == "bakkede" { "bakket" } else { form };
        builder.add(other, &NewReading { form, lemma, upos, ..NewReading::default() }).unwrap();
    }
    assert_eq!(before, name(&builder.finish().unwrap()));
    assert!(before.starts_with("other."), "{before}");
}

#[test]
fn case_is_folded_only_when_asked_and_no_reading_is_lost() {
    let lexicon = small();
    let forms = |form: &str| -> Vec<String> {
        let found = lexicon.lookup_as(form, Case::Folded);
        found.iter().map(|reading| reading.form().to_owned()).collect()
    };
    assert!(lexicon.lookup("Bog").is_empty());
    assert_eq!(forms("Bog"), ["bog"]);
    assert_eq!(forms("DANMARKS"), ["Danmarks"]);
    assert_eq!(forms("De"), ["De", "de"]);
    assert_eq!(forms("DE"), ["De", "de"]);
    assert!(forms("danmarks").is_empty());
}

#[test]
fn forms_are_found_by_beginning_distance_and_pattern() {
    let lexicon = small();
    assert_eq!(lexicon.starting_with("b", 2), ["bakkede", "bog"]);
    assert_eq!(lexicon.starting_with("bø", 9), ["bøgerne"]);
    assert_eq!(lexicon.starting_with("", 99).len(), 6);
    let near = lexicon.near("bøg", 1, 9).unwrap();
    assert_eq!((near[0].form.as_str(), near[0].distance, near[0].frequency), ("bog", 1, Some(77)));
    assert_eq!(lexicon.matching("ba.*e.?", 9).unwrap(), ["bakkede"]);
    assert_eq!(lexicon.matching("b[ao].+|d.", 9).unwrap(), ["bakkede", "bog", "de"]);
    assert!(matches!(lexicon.near("bog", 4, 9), Err(Error::Argument { name: "distance", .. })));
    let wrong = lexicon.matching("b(", 9).unwrap_err().to_string();
    assert!(wrong.contains("b("), "{wrong}");
    let wrong = lexicon.matching("(.{500}){500}", 9).unwrap_err().to_string();
    assert!(wrong.contains("pattern"), "{wrong}");
}

#[test]
fn what_was_compiled_opens_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.lexicon");
    fs::write(&path, small().as_bytes()).unwrap();
    let lexicon = Lexicon::open(&path).unwrap();
    let mut rows = 0;
    lexicon.for_each(|form, readings| {
        assert_eq!(readings, small().lookup(form));
        rows += readings.len();
        true
    });
    assert_eq!(rows, 8);
}

#[test]
fn no_changed_byte_of_a_lexicon_goes_unseen() {
    let sound = small();
    let bytes = sound.as_bytes().to_vec();
    for at in 0..bytes.len() {
        for flip in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            let Ok(lexicon) = Lexicon::from_bytes("x", changed) else { continue };
            // Padding between sections is no part of what is read.
            let mut same = true;
            lexicon.for_each(|form, readings| {
                same &= sound.lookup(form) == readings;
                true
            });
            assert!(same && lexicon.len() == 6, "byte {at}");
        }
    }
    for end in 0..bytes.len() {
        assert!(Lexicon::from_bytes("x", bytes[..end].to_vec()).is_err(), "cut at {end}");
    }
}

#[test]
fn too_much_is_refused() {
    let mut builder = Builder::new();
    let own = builder.source("own", "").unwrap();
    let long = "a".repeat(1025);
    for reading in [
        NewReading { form: &long, ..NewReading::default() },
        NewReading { form: "a", lemma: &long, ..NewReading::default() },
        NewReading { form: "a", feats: &long, ..NewReading::default() },
    ] {
        assert!(matches!(builder.add(own, &reading), Err(Error::Limit { .. })));
    }
    assert!(matches!(builder.add(own, &NewReading::default()), Err(Error::Argument { .. })));
    for number in 1..256 {
        builder.source(&number.to_string(), "").unwrap();
    }
    assert!(matches!(builder.source("one more", ""), Err(Error::Limit { .. })));
    assert!(builder.is_empty());
}
