//! Words or sentences against a gold file, by exact spans.
//!
//! ```text
//! cargo run --release --no-default-features --example evaluate -- words GOLD.jsonl
//! cargo run --release --no-default-features --example evaluate -- sentences GOLD.jsonl [--rules]
//! ```
//!
//! The gold file has one sentence a line: `{"text": …, "spans": [[start, end], …]}`, the spans of
//! its words counted in characters. The sentences are joined with single spaces into one text.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for the terminal")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use sprogkit::Span;
use sprogkit::text::{Options, words};

#[path = "evaluate/sentences.rs"]
mod sentences;

/// A gold file as one text.
#[derive(Default)]
struct Gold {
    text: String,
    sentences: Vec<Span>,
    words: Vec<Span>,
}

impl Gold {
    fn read(path: &str) -> Result<Self, String> {
        let file = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
        let mut gold = Self::default();
        for (at, line) in file.lines().enumerate() {
            gold.add(line).map_err(|e| format!("{path}:{}: {e}", at + 1))?;
        }
        Ok(gold)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let row: serde_json::Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
        let text = row["text"].as_str().ok_or("no \"text\"")?;
        let spans = row["spans"].as_array().ok_or("no \"spans\"")?;
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let base = self.text.len();
        self.text.push_str(text);
        self.sentences.push(Span::new(base, self.text.len()));
        let mut bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
        bytes.push(text.len());
        for span in spans {
            let side = |i: usize| {
                let at = span[i].as_u64().ok_or("a span is not two numbers")?;
                bytes.get(at as usize).copied().ok_or("a span is past the end of its text")
            };
            self.words.push(Span::new(base + side(0)?, base + side(1)?));
        }
        Ok(())
    }
}

/// Prints precision, recall and F1, then the errors, the commonest kind first.
fn report(what: &str, text: &str, gold: &[Span], found: &[(Span, &str)]) {
    let wanted: BTreeSet<Span> = gold.iter().copied().collect();
    let given: BTreeSet<Span> = found.iter().map(|&(span, _)| span).collect();
    let hits = wanted.intersection(&given).count();
    let rate = |of: usize| 100.0 * hits as f64 / of.max(1) as f64;
    let (precision, recall) = (rate(given.len()), rate(wanted.len()));
    let f1 = 200.0 * hits as f64 / (given.len() + wanted.len()).max(1) as f64;
    println!(
        "{what}: gold {}, found {}, precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}",
        wanted.len(),
        given.len()
    );
    let around = |span: Span| {
        let from =
            text[..span.start()].char_indices().rev().take(25).last().map_or(0, |(at, _)| at);
        let to =
            text[span.end()..].char_indices().nth(25).map_or(text.len(), |(at, _)| span.end() + at);
        format!("{}[{}]{}", &text[from..span.start()], span.of(text), &text[span.end()..to])
    };
    let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for &(span, kind) in found {
        if !wanted.contains(&span) {
            errors.entry(format!("not in gold: {kind}")).or_default().push(around(span));
        }
    }
    for &span in wanted.difference(&given) {
        errors.entry("missing".to_owned()).or_default().push(around(span));
    }
    let mut kinds: Vec<_> = errors.iter().collect();
    kinds.sort_by_key(|(name, list)| (usize::MAX - list.len(), *name));
    for (name, list) in kinds {
        println!("\n{name}: {}", list.len());
        for error in list {
            println!("    {error}");
        }
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (what, path, rules_only) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [what, path] => (what, path, false),
        ["sentences", path, "--rules"] => ("sentences", path, true),
        _ => {
            println!("usage: evaluate words|sentences GOLD.jsonl [--rules]");
            return ExitCode::from(2);
        }
    };
    let gold = match Gold::read(path) {
        Ok(gold) => gold,
        Err(reason) => {
            println!("{reason}");
            return ExitCode::FAILURE;
        }
    };
    match what {
        "words" => {
            let found: Vec<_> = words(&gold.text).map(|w| (w.span, w.kind.name())).collect();
            report(what, &gold.text, &gold.words, &found);
        }
        "sentences" => {
            let options = Options { rules_only, ..Options::default() };
            let found: Vec<_> = options.sentences(&gold.text).collect();
            sentences::report(&gold.text, &gold.sentences, &found);
        }
        _ => {
            println!("the first argument must be words or sentences, got {what}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
