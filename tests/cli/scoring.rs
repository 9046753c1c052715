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
fn the_nearest_of_several_references_counts() {
    let (_folder, [one, two, three, hypothesis]) = files([
        ("one.txt", "to hundrede kroner\nja\n"),
        ("two.txt", "200 kroner\njo da\n"),
        ("three.txt", "200 kr.\njo\n"),
        ("hyp.txt", "200 kroner\njo\n"),
    ]);
    let several =
        ["score", &one, &hypothesis, "--reference", &two, "--reference", &three, "--diff"];
    let output = run(&several);
    let shown = printed(&output);
    assert!(shown.contains("2 pairs, 3 words of reference"), "{shown}");
    assert!(shown.contains("references     the nearest of 3"), "{shown}");
    assert!(shown.contains("WER            0.00 %"), "{shown}");
    let score = object(&run(&["score", &one, &hypothesis, "--reference", &two, "--json"]));
    assert_eq!((&score["wer"], &score["references"]), (&0.25.into(), &2.into()));

    // By ids: what a further file lacks is an error, or with --common left out.
    let (_folder, [one, two, odd, hypothesis, lines]) = files([
        ("one.tsv", "id\ttext\na\tja\nb\tnej\n"),
        ("two.jsonl", "{\"id\": \"b\", \"text\": \"næ\"}\n"),
        ("odd.tsv", "id\ttext\na\tja\nb\tnej\nc\tmåske\n"),
        ("hyp.tsv", "id\ttext\nb\tnæ\na\tja\n"),
        ("lines.txt", "ja\nnej\n"),
    ]);
    for (other, says) in [
        (&two, "two.jsonl: 1 id missing: a\n`--common`"),
        (&odd, "one.tsv: 1 id missing: c\n`--common`"),
        (&lines, "lines.txt: no column \"id\", but"),
    ] {
        let output = run(&["score", &one, &hypothesis, "--reference", other]);
        assert!(error(&output, 1).contains(says), "{says}: {}", error(&output, 1));
    }
    let args = ["score", "--json", "--common", &one, &hypothesis, "--reference", &two];
    assert_eq!(object(&run(&args))["hits"], 2);
    let output = run(&["score", &lines, &lines, "--reference", &one]);
    assert!(error(&output, 1).contains("lines.txt: no column \"id\", but"));
    let (_folder, [short]) = files([("short.txt", "ja\n")]);
    let output = run(&["score", &lines, &lines, "--reference", &short]);
    assert!(error(&output, 1).contains("short.txt: 1 text, but"), "{}", error(&output, 1));
    let output = run(&["score", &lines, "-", "--reference", "-"]);
    assert!(error(&output, 2).contains("standard input"));
}

#[test]
fn forms_that_say_the_same_are_no_errors() {
    let (_folder, [reference, hypothesis, own]) = files([
        ("ref.txt", "Århus har tusind huse klokken fem\njoh, i århus\n"),
        ("hyp.txt", "Aarhus har tusinde huse kl. fem\nja, i aarhus\n"),
        ("own.txt", "# Svar\nja\tjoh\n"),
    ]);
    let hits = |more: &[&str]| {
        let args = [&["score", &reference, &hypothesis, "--json"], more].concat();
        object(&run(&args))["hits"].as_u64().unwrap()
    };
    assert_eq!(hits(&[]), 4);
    assert_eq!(hits(&["--variants", "danish"]), 8);
    assert_eq!(hits(&["--variants", "danish", "--variants", &own]), 9);
    // Words are the same where the profile makes them the same.
    let (_folder, [shout]) = files([("shout.txt", "AARHUS HAR TUSINDE HUSE KL. FEM\nja\n")]);
    let args = ["score", &reference, &shout, "--variants", "danish", "--profile", "da-lex@1"];
    assert_eq!(object(&run(&[&args[..], &["--json"]].concat()))["hits"], 6);
    let output = run(&args);
    let shown = printed(&output);
    assert!(shown.contains("variants       danish"), "{shown}");

    let (_folder, [alone, twice]) = files([("alone.txt", "a\tb\n\nc\n"), ("twice.txt", "a\ta\n")]);
    for (own, says) in [
        (&alone, "alone.txt:3: one form only, \"c\": expected several, with tabs"),
        (&twice, "twice.txt:1: \"a\" is there twice"),
        (&"dansk".to_owned(), "`--variants danish` takes the forms that come with"),
    ] {
        let output = run(&["score", &reference, &hypothesis, "--variants", own]);
        assert!(error(&output, 1).contains(says), "{}", error(&output, 1));
    }
}

#[test]
fn all_that_is_known_of_the_pairs_can_be_had() {
    let (folder, [reference, hypothesis, groups]) = files([
        ("ref.txt", "a b c\nd\n\n"),
        ("hyp.txt", "b x c\nd\nny\n"),
        ("groups.txt", "syd\nnord\nnord\n"),
    ]);
    let table = folder.path().join("pairs.tsv");
    let table = table.to_str().unwrap();
    let args = ["score", &reference, &hypothesis, "--groups", &groups, "--pairs", table];
    let more = ["--level", "0.9", "--small", "2", "--confusions", "1", "--seed", "7"];
    let output = run(&[&args[..], &more].concat());
    let shown = printed(&output);
    assert!(shown.contains("90 % of draws"), "{shown}");
    assert!(shown.contains("syd          1    66.67 %    66.67 %"), "{shown}");
    assert_eq!(shown.matches("few pairs").count(), 1, "{shown}");
    assert_eq!(shown.matches(" × ").count(), 1, "{shown}");
    assert_eq!(
        std::fs::read_to_string(table).unwrap(),
        "id\twer\thits\tsubstitutions\tdeletions\tinsertions\n\
         1\t0.666667\t1\t2\t0\t0\n2\t0.000000\t1\t0\t0\t0\n3\t\t0\t0\t0\t1\n"
    );
    // sclite rather takes three lighter errors with one hit more.
    let counts = |ties: &str| {
        let score = object(&run(&["score", &reference, &hypothesis, "--json", "--ties", ties]));
        ["hits", "substitutions", "deletions", "insertions"].map(|name| score[name].as_u64())
    };
    assert_eq!(counts("jiwer"), [2, 2, 0, 1].map(Some));
    assert_eq!(counts("sclite"), [3, 0, 1, 2].map(Some));
    let output = run(&["score", &reference, &hypothesis, "--groups", &groups, "--bootstrap", "0"]);
    assert!(!printed(&output).contains(" to "), "{}", printed(&output));
}

#[test]
fn a_text_does_not_steer_the_terminal() {
    let (_folder, [reference, hypothesis]) =
        files([("ref.txt", "a b\n"), ("hyp.txt", "a \u{1b}[31mb\n")]);
    for args in [&["score", "--diff"][..], &["align", "edits"]] {
        let output = run(&[args, &[&reference, &hypothesis]].concat());
        let shown = printed(&output);
        assert!(shown.contains("{+␛[31mb+}") && !shown.contains('\u{1b}'), "{shown}");
    }
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
        ("half.jsonl", "{\"text\": \"x\", \"id\": 7}\n\n{\"text\": \"y\"}\n"),
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
