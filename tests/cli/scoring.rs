//! `score` and `align edits`.

use serde_json::Value;
use tempfile::TempDir;

use super::{error, printed, run, write};

/// Files with these names and texts, and their paths.
fn files<const N: usize>(files: [(&str, &str); N]) -> (TempDir, [String; N]) {
    let folder = tempfile::tempdir().unwrap();
    let paths = files.map(|(name, text)| {
        let path = folder.path().join(name);
        write(&path, text);
        path.to_str().unwrap().to_owned()
    });
    (folder, paths)
}

fn object(output: &std::process::Output) -> Value {
    serde_json::from_str(printed(output)).unwrap()
}

#[test]
fn lines_are_scored_in_their_order() {
    let (_folder, [reference, hypothesis]) = files([
        ("ref.txt", "det er en god dag\nja tak\n"),
        ("hyp.txt", "det var en dag\nja tak tak\n"),
    ]);
    let score = object(&run(&["score", "--json", &reference, &hypothesis]));
    assert_eq!((&score["pairs"], &score["words"]), (&2.into(), &7.into()));
    let counts = ["hits", "substitutions", "deletions", "insertions"].map(|name| &score[name]);
    assert_eq!(counts, [5, 1, 1, 1].map(Value::from).each_ref());
    assert_eq!(score["wer"], 3.0 / 7.0);
    assert_eq!(score["confusions"].as_array().unwrap().len(), 3);
    let output = run(&["score", &reference, &hypothesis, "--diff"]);
    let shown = printed(&output);
    assert!(shown.contains("42.86 %"), "{shown}");
    assert!(shown.contains("det [-er-] {+var+} en [-god-] dag"), "{shown}");
}

#[test]
fn a_profile_is_done_to_both_sides_before() {
    let (_folder, [reference, hypothesis]) = files([
        ("ref.txt", "Mødet er kl. 9.30, d. 3. maj.\n"),
        ("hyp.txt", "mødet er klokken ni tredive den tredje maj\n"),
    ]);
    let score = |profile: &str| {
        object(&run(&["score", "--json", &reference, &hypothesis, "--profile", profile]))
    };
    assert!(score("as-is")["wer"].as_f64().unwrap() > 0.5);
    let spoken = score("da-spoken@1");
    assert_eq!((&spoken["wer"], &spoken["profile"]), (&0.0.into(), &"da-spoken@1".into()));
}

#[test]
fn tables_are_put_together_by_their_ids() {
    let (_folder, [reference, hypothesis, groups]) = files([
        ("ref.tsv", "id\tspeaker\ttext\na\tx\tja tak\nb\ty\tnej\nc\ty\tmåske\n"),
        ("hyp.jsonl", "{\"text\": \"måske\", \"id\": \"c\"}\n{\"id\": \"a\", \"text\": \"ja\"}\n"),
        ("groups.tsv", "id\tgroup\na\tjysk\nb\tfynsk\nc\tfynsk\n"),
    ]);
    let output = run(&["score", &reference, &hypothesis]);
    let text = error(&output, 1);
    assert!(text.contains("1 id missing: b") && text.contains("--common"), "{text}");
    let args = ["score", "--json", "--common", &reference, &hypothesis, "--groups", &groups];
    let score = object(&run(&args));
    assert_eq!((&score["pairs"], &score["deletions"]), (&2.into(), &1.into()));
    let names: Vec<_> = score["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["group"].as_str().unwrap(), group["wer"].as_f64().unwrap()))
        .collect();
    assert_eq!(names, [("fynsk", 0.0), ("jysk", 0.5)]);
}

#[test]
fn the_report_shows_every_difference_and_takes_text_as_text() {
    let (_folder, [reference, hypothesis, page]) =
        files([("ref.txt", "5 < 7 & 8\n"), ("hyp.txt", "5 <script> 7 & 8\n"), ("report.html", "")]);
    printed(&run(&["score", &reference, &hypothesis, "--html", &page]));
    let page = std::fs::read_to_string(&page).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert!(page.contains("<del>&lt;</del> <ins>&lt;script&gt;</ins> 7 &amp; 8"), "{page}");
    assert!(!page.contains("<script"), "{page}");
}

#[test]
fn files_that_do_not_belong_together_are_errors_that_name_them() {
    let (_folder, [one, two, twice, bad, headless, empty, good, idless, half]) = files([
        ("one.txt", "a\n"),
        ("two.txt", "a\nb\n"),
        ("twice.tsv", "id\ttext\na\tx\na\ty\n"),
        ("bad.tsv", "id\ttext\na\n"),
        ("headless.tsv", "1\tx\n"),
        ("empty.txt", ""),
        ("good.tsv", "id\ttext\na\tx\n"),
        ("idless.tsv", "text\nx\n"),
        ("half.jsonl", "{\"text\": \"x\", \"id\": \"a\"}\n\n{\"text\": \"y\"}\n"),
    ]);
    for (reference, hypothesis, says) in [
        (&one, &two, "two.txt: 2 texts"),
        (&twice, &twice, "twice.tsv: id \"a\" is there twice"),
        (&bad, &twice, "bad.tsv:2: expected 2 columns, found 1"),
        (&headless, &twice, "headless.tsv:1: no column \"text\""),
        (&good, &one, "one.txt: no column \"id\", but"),
        (&one, &good, "one.txt: no column \"id\", but"),
        (&good, &idless, "idless.tsv:1: no column \"id\""),
        (&idless, &idless, "idless.tsv:1: no column \"id\""),
        (&half, &good, "half.jsonl:3: no \"id\""),
        (&empty, &empty, "empty.txt: no text to score"),
    ] {
        let output = run(&["score", reference, hypothesis]);
        let text = error(&output, 1);
        assert!(text.contains(says), "{says}: {text}");
    }
    for args in [&["score"][..], &["align", "edits"], &["align", "bitext"]] {
        let output = run(&[args, &["-", "-"]].concat());
        assert!(error(&output, 2).contains("standard input"), "{args:?}");
    }
    assert!(error(&run(&["score", "--json", "--diff", &one, &one]), 2).contains("--diff"));
}

#[test]
fn edits_give_the_steps_with_their_places() {
    let (_folder, [reference, hypothesis]) =
        files([("ref.txt", "på en ø i hav\n"), ("hyp.txt", "på ø i hav nu\n")]);
    let output = run(&["align", "edits", "--json", &reference, &hypothesis]);
    let steps = object(&output)["steps"].clone();
    let steps: Vec<(&str, &Value, &Value)> = steps
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["operation"].as_str().unwrap(), &step["reference"], &step["hypothesis"]))
        .collect();
    let at = |start: usize, end: usize| serde_json::json!([start, end]);
    let none = Value::Null;
    assert_eq!(
        steps,
        [
            ("hit", &at(0, 3), &at(0, 3)),
            ("deletion", &at(4, 6), &none),
            ("hit", &at(7, 9), &at(4, 6)),
            ("hit", &at(10, 11), &at(7, 8)),
            ("hit", &at(12, 15), &at(9, 12)),
            ("insertion", &none, &at(13, 15)),
        ]
    );
    let output = run(&["align", "edits", &reference, &hypothesis]);
    assert_eq!(printed(&output), "1  på [-en-] ø i hav {+nu+}\n");
}
