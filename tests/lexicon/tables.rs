//! The tables of `src/da` that `lexicon` reads, and figures on the treebank.

use super::golden::{LEXICON, rows};
use super::*;
use crate::data::shared;

fn columns(text: &'static str, count: usize) -> Vec<Vec<&'static str>> {
    let head: Vec<&str> = text.lines().take(4).collect();
    for (line, name) in
        head.iter().zip(["# Title\t", "# Source\t", "# License\tCC0-1.0", "# Columns\t"])
    {
        assert!(line.starts_with(name), "{line}");
    }
    let rows: Vec<_> = rows(text).map(|(_, row)| row).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.len() == count));
    rows
}

#[test]
fn the_tables_are_sorted_and_say_nothing_twice() {
    let tables = [
        ("compound_parts", include_str!("../../src/da/compound_parts.tsv"), 4, 2),
        ("hyphenation", include_str!("../../src/da/hyphenation.tsv"), 2, 1),
        ("interfixes", include_str!("../../src/da/interfixes.tsv"), 4, 2),
        ("lemma_rules", include_str!("../../src/da/lemma_rules.tsv"), 3, 2),
        ("name_endings", include_str!("../../src/da/name_endings.tsv"), 3, 1),
        ("paradigms", include_str!("../../src/da/paradigms.tsv"), 6, 6),
        ("readings", include_str!("../../src/da/readings.tsv"), 3, 2),
        ("tagsets", include_str!("../../src/da/tagsets.tsv"), 4, 2),
    ];
    for (name, text, count, key) in tables {
        let rows = columns(text, count);
        // 0 stands for an empty ending, which the rules are sorted by.
        let plain = |text: &&'static str| match *text {
            "0" if name == "lemma_rules" => "",
            text => text,
        };
        let keys: Vec<Vec<&str>> =
            rows.iter().map(|row| row[..key].iter().map(plain).collect()).collect();
        // Readings of a form stand in the order of their use.
        let by = if name == "readings" { 1 } else { key };
        assert!(keys.is_sorted_by(|a, b| a[..by] <= b[..by]), "{name} is not sorted");
        let mut unique = keys.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), keys.len(), "{name} says something twice");
    }
}

#[test]
fn every_irregular_form_has_the_lemma_of_its_row() {
    for row in columns(include_str!("../../src/da/readings.tsv"), 3) {
        let found = lemmas(row[0], Upos::of_name(row[1]));
        assert_eq!((&*found[0].text, found[0].evidence), (row[2], Evidence::Table), "{row:?}");
    }
}

#[test]
fn every_paradigm_makes_its_example() {
    for row in columns(include_str!("../../src/da/paradigms.tsv"), 6) {
        let mut builder = Builder::new();
        let own = builder.source("own", "").unwrap();
        builder
            .add(own, &NewReading { form: row[5], lemma: row[4], ..NewReading::default() })
            .unwrap();
        builder.conclude(own).unwrap();
        let lexicon = builder.finish().unwrap();
        let found = lexicon.lookup(row[5]);
        let there = found.iter().any(|reading| {
            reading.upos().map(Upos::name) == Some(row[0]) && reading.feats() == row[3]
        });
        assert!(there, "{row:?}: {found:?}");
    }
}

#[test]
fn every_name_is_taken_as_its_row_says() {
    for row in columns(include_str!("../../src/da/name_endings.tsv"), 3) {
        let name = row[2];
        let want = if row[1] == "genitive" { &name[..name.len() - 1] } else { name };
        assert_eq!(lemmas(name, Some(Upos::Propn))[0].text, want, "{row:?}");
    }
}

#[test]
fn other_rules_give_other_lemmas_and_bad_ones_are_refused() {
    let rules = LemmaRules::parse("own", "NOUN\ter\ter>um:3\n*\t0\tNOUN:1\n").unwrap();
    assert_eq!(LEXICON.lemmas_with(&rules, "blafer", Some(Upos::Noun))[0].text, "blafum");
    for (text, want) in [
        ("NOUN\ter\n", "own:1: expected 3 columns, found 2"),
        ("NOUN\ter\ter:3\n", "own:1: expected what goes and what comes"),
        ("NOUN\ter\ter>um\n", "own:1: expected a count"),
        ("NAME\ter\ter>um:3\n", "own:1: expected a part of speech"),
        ("*\ter\tX:3\n", "own:1: expected NOUN, VERB or ADJ"),
    ] {
        let wrong = LemmaRules::parse("own", text).unwrap_err().to_string();
        assert!(wrong.starts_with(want), "{wrong}");
    }
}

#[test]
fn what_is_trained_can_be_read_and_knows_its_own_words() {
    let text = LemmaRules::train(&LEXICON, 2);
    assert_eq!(text, LemmaRules::train(&LEXICON, 2));
    let rules = LemmaRules::parse("trained", &text).unwrap();
    let empty = Builder::new().finish().unwrap();
    let found = empty.lemmas_with(&rules, "kanderne", Some(Upos::Noun));
    assert_eq!(found[0].text, "kande");
}

#[test]
fn hunspell_judges_by_its_own_rules() {
    let folder = tempfile::tempdir().unwrap();
    let [aff, dic] = ["da.aff", "da.dic"].map(|name| folder.path().join(name));
    fs::write(&aff, "SET UTF-8\nTRY esnrt\nCOMPOUNDFLAG Z\nSFX A Y 1\nSFX A 0 en .\n").unwrap();
    fs::write(&dic, "2\nkaffe/Z\nkande/AZ\n").unwrap();
    let speller = Speller::open(&aff).unwrap();
    assert!(speller.check("kaffekande") && speller.check("Kaffe") && !speller.check("kafekande"));
    assert!(speller.suggest("kandee").contains(&"kande".to_owned()));
    fs::write(&dic, "no count\n").unwrap();
    assert!(Speller::open(&dic).is_err());
    fs::write(&aff, "SET EBCDIC\n").unwrap();
    assert!(Speller::open(&dic).unwrap_err().to_string().contains("da.aff:1: SET EBCDIC"));
}

#[test]
fn rules_and_tables_alone_give_97_in_100_lemmas_of_the_treebank() {
    let Some(path) = shared("data/gold/ddt/da_ddt-ud-dev.conllu") else { return };
    let text = fs::read_to_string(path).unwrap();
    let (mut all, mut with, mut alone) = (0, 0, 0);
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[number, form, want, upos, ..] = &fields[..] else { continue };
        if number.bytes().all(|byte| byte.is_ascii_digit()) {
            all += 1;
            with += u32::from(lemmas(form, Upos::of_name(upos))[0].text == want);
            alone += u32::from(lemmas(form, None)[0].text == want);
        }
    }
    assert!(with * 1000 >= all * 972 && alone * 1000 >= all * 900, "{with} and {alone} of {all}");
}
