//! Sentences: golden files, invariants and the worst case.

use std::path::Path;
use std::time::{Duration, Instant};

use sprogkit::text::boundaries::{Boundaries, Training, train};
use sprogkit::text::{Layout, Options, sentences, words};

use super::data::{shared_text, survey};

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
    let Some(cases) = survey(&["sent"]) else { return };
    assert!(cases.len() >= 2);
    for (_, text, wanted) in &cases {
        let got: Vec<_> = sentences(text).map(|span| span.of(text)).collect();
        assert_eq!(got, *wanted, "{text:?}");
    }
}

/// A little of everything that parts or joins sentences.
const PIECES: &[&str] = &[
    "Hun", "gik", "hjem", "kl", "8", "12", "bl.a", "§", "iPhone", "Når", "Æ", "å", "osv", ".",
    "..", "…", "!", "?", ":", ",", "\"", "»", "«", "“", "(", ")", "-", "–", " ", " ", " ", "\n",
    "\n\n", "\r\n", "\u{a0}", "\u{2003}", "日本", "e\u{301}", "😀",
];

fn mixed(seed: &mut u64, length: usize) -> String {
    let mut text = String::new();
    for _ in 0..length {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push_str(PIECES[(*seed >> 33) as usize % PIECES.len()]);
    }
    text
}

#[test]
fn sentences_are_trimmed_in_order_and_cover_all_but_white_space() {
    let layouts = [Layout::Auto, Layout::Lines, Layout::Paragraphs, Layout::Ignore];
    let mut seed = 3;
    for round in 0..4000 {
        let text = mixed(&mut seed, round % 60);
        for layout in layouts {
            let rules_only = round % 2 == 0;
            let options = Options { layout, rules_only, ..Options::default() };
            let mut at = 0;
            for span in options.sentences(&text) {
                let sentence = span.of(&text);
                assert!(!sentence.is_empty(), "{text:?}");
                assert_eq!(sentence, sentence.trim(), "{text:?}");
                assert_eq!(text[at..span.start()].trim(), "", "{text:?}");
                at = span.end();
            }
            assert_eq!(text[at..].trim(), "", "{text:?}");
        }
    }
}

#[test]
fn no_sentence_ends_inside_a_word() {
    let mut seed = 5;
    for round in 0..2000 {
        let text = mixed(&mut seed, round % 60);
        let ends: Vec<usize> = sentences(&text).map(|span| span.end()).collect();
        for word in words(&text) {
            let inside = ends.iter().any(|&e| word.span.start() < e && e < word.span.end());
            assert!(!inside, "{text:?}: {:?}", word.of(&text));
        }
    }
}

#[test]
fn the_other_layouts_do_as_they_say() {
    let text = "Et brev\nmed linjer\n\nog et afsnit. Slut";
    let cut = |layout| -> Vec<&str> {
        let options = Options { layout, ..Options::default() };
        options.sentences(text).map(|span| span.of(text)).collect()
    };
    assert_eq!(cut(Layout::Lines), ["Et brev", "med linjer", "og et afsnit.", "Slut"]);
    assert_eq!(cut(Layout::Paragraphs), ["Et brev\nmed linjer", "og et afsnit.", "Slut"]);
    assert_eq!(cut(Layout::Ignore), ["Et brev\nmed linjer\n\nog et afsnit.", "Slut"]);
}

#[test]
fn an_unbalanced_quotation_mark_changes_no_later_sentence() {
    let book = "Hun gik hjem. Han blev her. \"Kom ind,\" sagde hun. Det var sent. ".repeat(200);
    for mark in ['"', '»', '«', '“', '”', '(', '\''] {
        let opened = format!("Han sagde {mark}nej. {book}");
        let plain = format!("Han sagde nej. {book}");
        let after = |text: &str| -> Vec<usize> {
            sentences(text).skip(1).map(|span| text.len() - span.start()).collect()
        };
        assert_eq!(after(&opened), after(&plain), "{mark}");
    }
}

#[test]
fn a_text_of_one_thing_takes_no_longer_than_any_other() {
    let time = |text: &str| {
        let run = || {
            let start = Instant::now();
            std::hint::black_box(sentences(text).count());
            start.elapsed()
        };
        (0..8).map(|_| run()).min().unwrap()
    };
    // Short enough that a busy machine rarely takes a run apart.
    let length = 100_000;
    let usual = "Hun bor i Odense, og han bor kl. 8 i Vejle. Det er godt. ";
    let usual = usual.repeat(length / usual.len());
    let time_of = |thing: &str| time(&thing.repeat(length / thing.len()));
    // Other work on the machine lengthens one side or the other: a slow way is slow every time.
    let never = |slow: &dyn Fn() -> Duration, fast: &dyn Fn() -> Duration, times: u32| {
        (0..20).all(|_| slow() >= fast() * times)
    };
    // Without a gap there is nothing to judge.
    for thing in [".", "a", "(", "1.", "\"", "»", "e\u{301}", "\u{301}", "A."] {
        assert!(
            !never(&|| time_of(thing), &|| time(&usual), 4),
            "{thing:?} is slower than usual text"
        );
    }
    // Every few bytes a gap that is judged in full: that takes longer, but no more a byte in a
    // long text than in a short one. A quadratic way takes sixteen times as long.
    let things = [
        ". \" a ",
        "A ",
        "A. ",
        "- ",
        " .",
        "\n",
        "a\n",
        "» ",
        "\" ",
        "Det ",
        "Det\u{a0}",
        "Æ ",
        "I I ",
        "\" A ",
        "NYT Det ",
        "»Ja« ",
        "\u{2003}A",
        "1. A ",
    ];
    for thing in things {
        let short = || time(&thing.repeat(length / 16 / thing.len()));
        assert!(!never(&|| time_of(thing), &short, 16 * 5), "{thing:?} is slower in a longer text");
    }
}

#[test]
fn a_model_learns_from_the_sentences_it_is_given() {
    let gold: Vec<String> = (0..300)
        .map(|at| match at % 3 {
            0 => format!("NYT OM SAG{at}"),
            1 => format!("Kommunen svarer på brev {at} i dag."),
            _ => format!("Den talte med Holm og med Lund om sag {at}."),
        })
        .collect();
    let gold: Vec<&str> = gold.iter().map(String::as_str).collect();
    let clusters = "kommunen\t1\nden\t2\n";
    let training = Training { sparsity: 0.1, ..Training::default() };
    let weights = train(&gold, &[], clusters, training).unwrap();
    assert_eq!(weights, train(&gold, &[], clusters, training).unwrap(), "not the same twice");
    let model = Boundaries::read(&weights, clusters).unwrap();
    let text =
        "NYT OM SAG7 Kommunen svarer på brev 9 i dag. Den talte med Holm og med Lund om sag 3.";
    let found: Vec<_> = model.sentences(text, Options::default()).map(|s| s.of(text)).collect();
    assert_eq!(
        found,
        [
            "NYT OM SAG7",
            "Kommunen svarer på brev 9 i dag.",
            "Den talte med Holm og med Lund om sag 3."
        ]
    );
}

#[test]
fn a_damaged_model_is_refused_with_its_line() {
    for (weights, clusters, wanted) in [
        ("kind r1w\tu men\t5\nkind r1w\tu men", "", "boundary weights:2: "),
        ("no such\tu men\t5", "", "boundary weights:1: unknown feature"),
        ("kind r1w\tu\t5", "", "boundary weights:1: expected 2 values"),
        ("kind r1w\tu men\tmany", "", "boundary weights:1: expected a weight"),
        ("", "men\t300", "word clusters:1: expected 1 to 255"),
    ] {
        let error = Boundaries::read(weights, clusters).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{error}");
    }
    assert!(train(&["Ja."], &[], "", Training { rounds: 0, ..Training::default() }).is_err());
}

#[test]
fn the_treebank_is_cut_as_well_as_promised() {
    let Some(file) = shared_text("data/gold/ddt/dev.jsonl") else { return };
    let gold: Vec<String> = file
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].to_string())
        .map(|text| serde_json::from_str::<String>(&text).unwrap().trim().to_owned())
        .collect();
    let text = gold.join(" ");
    let mut at = 0;
    let mut wanted = std::collections::BTreeSet::new();
    for sentence in &gold {
        wanted.insert((at, at + sentence.len()));
        at += sentence.len() + 1;
    }
    for (rules_only, least) in [(true, 90.0), (false, 95.5)] {
        let options = Options { rules_only, ..Options::default() };
        let found: Vec<_> = options.sentences(&text).map(|s| (s.start(), s.end())).collect();
        let right = found.iter().filter(|span| wanted.contains(span)).count();
        let f1 = 200.0 * right as f64 / (found.len() + wanted.len()) as f64;
        assert!(f1 >= least, "rules only: {rules_only}, F1 {f1:.2}");
    }
}
