//! `normalise`, `spell`, `lexicon`, `lookup`, `check` and `pronounce`.

use std::fs;

use serde_json::Value;

use super::{error, out, printed, run, run_on};

fn lines(output: &std::process::Output) -> Vec<Value> {
    printed(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn one_line_in_is_one_line_out() {
    let text = "Vi ses kl. 9.30.\r\n\n20 % af os";
    let spoken = run_on(text.as_bytes(), &["normalise", "--to", "spoken"]);
    assert_eq!(printed(&spoken), "Vi ses klokken ni tredive.\r\n\ntyve procent af os");
    let said = run_on(text.as_bytes(), &["normalise", "--to", "spoken", "--clock", "spoken"]);
    assert!(printed(&said).starts_with("Vi ses klokken halv ti."));
    let written = run_on("vi ses halv ti\n".as_bytes(), &["normalise", "--to", "written"]);
    assert_eq!(printed(&written), "vi ses kl. 9.30\n");
    let scored = run_on("Ja, tak!\n".as_bytes(), &["normalise", "--to", "da-lex@1"]);
    assert_eq!(printed(&scored), "ja tak\n");
}

#[test]
fn changes_are_told_to_machines() {
    let output = run_on("Æ 20 %\nja\n".as_bytes(), &["normalise", "--to", "spoken", "--json"]);
    let found = lines(&output);
    assert_eq!(found[0]["text"], "Æ tyve procent");
    assert_eq!(found[0]["changes"][0]["source"][0], 2, "characters, not bytes");
    assert_eq!(found[1]["changes"], serde_json::json!([]));
}

#[test]
fn long_texts_come_out_the_same_on_any_number_of_threads() {
    let text = "Mødet er d. 3.5. kl. 9.30, 5 kg og 20 %.\n".repeat(60_000);
    let once = run_on(text.as_bytes(), &["normalise", "--to", "spoken", "--threads", "1"]);
    let twice = run_on(text.as_bytes(), &["normalise", "--to", "spoken", "--threads", "2"]);
    assert_eq!(printed(&once).lines().count(), 60_000);
    assert!(printed(&once) == printed(&twice));
}

#[test]
fn a_form_that_is_none_is_refused() {
    let output = run(&["normalise", "--to", "latin"]);
    assert!(error(&output, 2).contains("da-lex@1"));
    assert!(
        error(&run(&["normalise", "--to", "spoken", "no-such-file"]), 1).contains("no-such-file")
    );
}

#[test]
fn numbers_go_both_ways() {
    let output = run(&["spell", "95", "1.234,50", "femoghalvfems", "-3"]);
    let words =
        "femoghalvfems\net tusind to hundrede og fireogtredive komma fem nul\n95\nminus tre\n";
    assert_eq!(printed(&output), words);
    assert_eq!(printed(&run(&["spell", "--form", "ordinal", "50"])), "halvtredsindstyvende\n");
    assert_eq!(printed(&run(&["spell", "--gender", "neuter", "1"])), "et\n");
    assert!(printed(&run(&["spell", "--variants", "100"])).lines().any(|line| line == "hundred"));
    assert_eq!(printed(&run_on(b"7\n\nsyv\n", &["spell"])), "syv\n7\n");
    assert_eq!(lines(&run(&["spell", "--json", "7"]))[0]["words"], "syv");
    assert!(error(&run(&["spell", "hus"]), 1).contains("hus"));
    assert!(error(&run(&["spell", "1.2.3"]), 1).contains("1.2.3"));
    let some = run(&["spell", "hus", "7", "1.2.3", "otte"]);
    let told: Vec<&str> = error(&some, 1).lines().collect();
    assert_eq!(out(&some), "syv\n8\n", "the rest is done");
    assert!(told[0].starts_with("sprogkit: \"hus\""), "{told:?}");
    assert!(told[1].starts_with("sprogkit: \"1.2.3\""), "{told:?}");
}

#[test]
fn a_lexicon_is_made_and_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (list, lexicon) = (path("list.tsv"), path("own.lexicon"));
    fs::write(&list, "sag\tsag\tNOUN\nsags\tsag\tNOUN\nbehandlernes\tbehandler\tNOUN\n").unwrap();
    let made = run(&["lexicon", &list, "--out", &lexicon, "--license", "CC0-1.0", "--json"]);
    assert_eq!(lines(&made)[0]["forms"], 3);
    for source in [&lexicon, &list] {
        let found = lines(&run(&["lookup", source, "--json", "sags", "sagsbehandlernes", "zzz"]));
        assert_eq!(found[0]["readings"][0]["lemma"], "sag");
        assert_eq!(found[1]["compound"], "sag|s|behandlernes");
        assert_eq!(found[1]["lemmas"][0], "sagsbehandler");
        assert_eq!(found[2]["known"], false);
        assert_eq!(printed(&run(&["lookup", source, "--prefix", "sag"])), "sag\nsags\n");
        assert_eq!(printed(&run(&["lookup", source, "--near", "1", "sagz"])), "sag\nsags\n");
        assert_eq!(printed(&run(&["lookup", source, "--regex", "be.*"])), "behandlernes\n");
    }
    assert!(printed(&run_on(b"sags\n", &["lookup", &lexicon])).contains("NOUN"));
    assert!(error(&run(&["lookup", &lexicon, "--regex", "("]), 1).contains("regular expression"));
    fs::write(&list, "sag\tsag\tNOUN\nsags\n").unwrap();
    let broken = run(&["lexicon", &list, "--out", &lexicon, "--layout", "lemmas"]);
    assert!(error(&broken, 1).contains("list.tsv:2"));
    assert!(error(&run(&["lookup", &path("none"), "sag"]), 1).contains("none"));
    let held = fs::read(&list).unwrap();
    assert!(error(&run(&["lexicon", &list, "--out", &list]), 1).contains("another file"));
    assert_eq!(fs::read(&list).unwrap(), held);
    let far = path("no/far.lexicon");
    let wrong = run(&["lexicon", &list, "--out", &far]);
    assert!(error(&wrong, 1).contains("no: there is no such folder"));
    fs::write(&list, b"bl\xe5\n").unwrap();
    let old = run(&["lexicon", &list, "--out", &lexicon, "--encoding", "latin-1"]);
    assert!(printed(&old).contains("1 form"));
    assert_eq!(lines(&run(&["lookup", &lexicon, "--json", "blå"]))[0]["known"], true);
}

#[test]
fn words_are_checked_against_dictionaries() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (list, dictionary) = (path("list.txt"), path("own.dic"));
    fs::write(&list, "kaffe\nkande\n").unwrap();
    fs::write(path("own.aff"), "SET UTF-8\nSFX A Y 1\nSFX A 0 n .\n").unwrap();
    fs::write(&dictionary, "2\nkaffe/A\nkande/A\n").unwrap();
    for lexicon in [&list, &dictionary] {
        let long = "x".repeat(5000);
        let found = run(&["check", lexicon, "kaffe", "kafe", "kaffekande", &long]);
        assert_eq!(found.status.code(), Some(1), "a word is unknown");
        let lines: Vec<&str> = out(&found).lines().collect();
        assert!(lines.len() == 2 && lines[0].starts_with("kafe\tkaffe"), "{lines:?}");
        assert_eq!(lines[1], format!("{long}\t"));
        assert_eq!(printed(&run_on("kaffe\n\nKande\n".as_bytes(), &["check", lexicon])), "");
        let none = run(&["check", lexicon, "--most", "0", "kafe"]);
        assert_eq!(out(&none), "kafe\t\n");
    }
    assert_eq!(printed(&run(&["check", &dictionary, "kaffen"])), "", "by its affixes");
    let told = run(&["check", &list, "--json", "kaffe", "kafe"]);
    let told: Vec<Value> = out(&told).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!((&told[0]["known"], &told[1]["known"]), (&true.into(), &false.into()));
    assert_eq!(told[1]["suggestions"][0], "kaffe");
    assert!(error(&run(&["check", &path("none"), "kaffe"]), 1).contains("none"));
}

#[test]
fn words_are_pronounced() {
    let output = run(&["pronounce", "--ipa", "--most", "2", "kage"]);
    let ways: Vec<&str> = printed(&output).lines().collect();
    assert!((1..=2).contains(&ways.len()) && ways.iter().all(|way| way.starts_with("kage\t")));
    assert_eq!(printed(&run_on(b"42\n", &["pronounce"])), "42\t\n");
    assert!(lines(&run(&["pronounce", "--json", "kage"]))[0]["pronunciations"].is_array());
}
