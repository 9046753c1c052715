//! Sentences: golden files, invariants and the worst case.

use std::path::Path;

use sprogkit::text::{Options, sentences};

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/text").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The cases of a golden file: line, kind, text, sentences.
fn cases(name: &str) -> Vec<(usize, String, String, Vec<String>)> {
    let mut found = Vec::new();
    for (at, line) in data(name).lines().enumerate() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let [kind, _rule, marked]: [&str; 3] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let marked = marked.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
        let wanted = marked.split('¦').map(|part| part.trim().to_owned()).collect();
        found.push((at + 1, kind.to_owned(), marked.replace('¦', ""), wanted));
    }
    found
}

fn check(names: &[&str], options: Options) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for name in names {
        for (line, kind, text, wanted) in cases(name) {
            count += 1;
            let got: Vec<_> = options.sentences(&text).map(|span| span.of(&text)).collect();
            if got != wanted {
                wrong
                    .push(format!("{name}:{line} ({kind})\n  got    {got:?}\n  wanted {wanted:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
    count
}

const FILES: &[&str] = &[
    "sentences-abbreviations.tsv",
    "sentences-numbers.tsv",
    "sentences-quotations.tsv",
    "sentences-names.tsv",
    "sentences-layout.tsv",
];

#[test]
fn the_rules_alone_cut_the_golden_files_right() {
    let count = check(FILES, Options { rules_only: true, ..Options::default() });
    assert!(count >= 250, "only {count} cases");
}

#[test]
fn the_model_leaves_the_golden_files_right() {
    check(FILES, Options::default());
}

#[test]
fn the_model_finds_boundaries_that_no_stop_marks() {
    check(&["sentences-unmarked.tsv"], Options::default());
}

#[test]
fn the_checked_cases_come_out_right() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/danish_cases.json");
    let Ok(file) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return;
    };
    let cases: serde_json::Value = serde_json::from_str(&file).unwrap();
    for case in cases.as_array().unwrap().iter().filter(|case| case["area"] == "sent") {
        let text = case["input"].as_str().unwrap();
        let got: Vec<_> = sentences(text).map(|span| span.of(text)).collect();
        let wanted: Vec<_> =
            case["expect"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
        assert_eq!(got, wanted, "{text:?}");
    }
}
