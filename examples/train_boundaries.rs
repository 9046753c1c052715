//! Makes the tables of the boundary model, `src/da/clusters.tsv` and `src/da/boundaries.tsv`.
//!
//! ```text
//! cargo run --release --no-default-features --example train_boundaries -- clusters LCC.txt > clusters.tsv
//! cargo run --release --no-default-features --example train_boundaries -- weights TRAIN.jsonl MSDOCS.txt > boundaries.tsv
//! cargo run --release --no-default-features --example train_boundaries -- check TRAIN.jsonl MSDOCS.txt
//! ```
//!
//! `LCC.txt` is 20,000 sentences of Danish web and news text, one a line, from the Leipzig Corpora
//! Collection (CC BY 4.0). `TRAIN.jsonl` is the train part of UD Danish-DDT (CC BY-SA 4.0 or
//! GPL-2.0), a JSON object with `"text"` a line. `MSDOCS.txt` is product documentation, one
//! paragraph a line (CC BY 4.0), of which some sentences and headings are taken. `check` trains on
//! four fifths of `TRAIN.jsonl` and counts on the fifth, five times.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for the terminal")]

use std::error::Error;

use sprogkit::Span;
use sprogkit::text::boundaries::{Boundaries, Training, train};
use sprogkit::text::{Norm, Options};

#[path = "train_boundaries/clusters.rs"]
mod clusters;

/// How many words are clustered, and into how many classes.
const WORDS: usize = 10_000;
const CLUSTERS: usize = 64;
/// How many sentences and headings are taken from the documentation.
const SENTENCES: usize = 1_800;
const HEADINGS: usize = 360;
const FOLDS: usize = 5;

/// The sentences of a JSON lines file.
fn gold(path: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let row: serde_json::Value = serde_json::from_str(line)?;
        found.push(row["text"].as_str().ok_or("a line without \"text\"")?.trim().to_owned());
    }
    Ok(found)
}

/// Lines of running text that are one sentence, and lines that are headings, evenly spread.
fn documentation(text: &str) -> Vec<&str> {
    let rules = Options { rules_only: true, norm: Norm::Danish, ..Options::default() };
    let (mut sentences, mut headings) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        let plain =
            line.starts_with(char::is_uppercase) && !line.contains(['|', '<', '>', '=', '{']);
        if !plain || rules.sentences(line).count() != 1 {
        } else if line.ends_with('.') && (40..250).contains(&line.len()) {
            sentences.push(line);
        } else if line.ends_with(char::is_alphabetic) && (6..60).contains(&line.len()) {
            headings.push(line);
        }
    }
    let mut found = spread(sentences, SENTENCES);
    found.extend(spread(headings, HEADINGS));
    found
}

/// `count` of a list, evenly spread.
fn spread(list: Vec<&str>, count: usize) -> Vec<&str> {
    let step = (list.len() / count).max(1);
    list.into_iter().step_by(step).take(count).collect()
}

/// Counts over the folds.
#[derive(Default)]
struct Counts {
    gold: usize,
    found: usize,
    right: usize,
    missed: usize,
    wrong: usize,
}

impl Counts {
    fn add(&mut self, sentences: &[&str], model: &Boundaries) {
        let text = sentences.join(" ");
        let mut at = 0;
        let gold: Vec<Span> = sentences
            .iter()
            .map(|sentence| {
                let span = Span::new(at, at + sentence.len());
                at = span.end() + 1;
                span
            })
            .collect();
        let found: Vec<Span> = model.sentences(&text, Options::default()).collect();
        let ends = |spans: &[Span]| spans.iter().map(|span| span.end()).collect::<Vec<_>>();
        let (want, have) = (ends(&gold), ends(&found));
        self.gold += gold.len();
        self.found += found.len();
        self.right += found.iter().filter(|span| gold.binary_search(span).is_ok()).count();
        self.missed += want.iter().filter(|end| have.binary_search(end).is_err()).count();
        self.wrong += have.iter().filter(|end| want.binary_search(end).is_err()).count();
    }
}

fn check(sentences: &[String], more: &[&str], words: &str) -> Result<(), Box<dyn Error>> {
    let mut counts = Counts::default();
    for fold in 0..FOLDS {
        let part = |inside: bool| -> Vec<&str> {
            let parts = sentences.iter().enumerate();
            parts
                .filter(|(at, _)| (at * FOLDS / sentences.len() == fold) == inside)
                .map(|(_, sentence)| sentence.as_str())
                .collect()
        };
        let weights = train(&part(false), more, words, Training::default())?;
        counts.add(&part(true), &Boundaries::read(&weights, words)?);
    }
    let precision = 100.0 * counts.right as f64 / counts.found as f64;
    let recall = 100.0 * counts.right as f64 / counts.gold as f64;
    println!(
        "{FOLDS} folds: precision {precision:.2}, recall {recall:.2}, F1 {:.2}; boundaries missed {}, wrong {}",
        2.0 * precision * recall / (precision + recall),
        counts.missed,
        counts.wrong,
    );
    Ok(())
}

const CLUSTERS_HEAD: &str = "\
# Title: Danish words in classes, by the words they stand beside
# Source: made by examples/train_boundaries.rs (clusters) from 20,000 sentences of Danish web and news text, Leipzig Corpora Collection, Universität Leipzig (CC BY 4.0)
# License: CC0-1.0
# Columns: form	cluster
";

const WEIGHTS_HEAD: &str = "\
# Title: What speaks for and against a sentence boundary
# Source: made by examples/train_boundaries.rs (weights) from the train part of UD Danish-DDT (Johannsen, Martínez Alonso and Plank; CC BY-SA 4.0 or GPL-2.0) and 2,160 lines of product documentation (CC BY 4.0); holds counts turned into numbers, no sentences
# License: CC0-1.0
# Columns: atoms	values	weight
# atoms: the facts about a gap that are one feature together, named in src/text/sentences/features.rs. values: what they are. weight: what they add to the score, in 1/64.
";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let words = include_str!("../src/da/clusters.tsv");
    match arguments[..] {
        ["clusters", path] => {
            let text = std::fs::read_to_string(path)?;
            print!("{CLUSTERS_HEAD}");
            for (word, cluster) in clusters::cluster(&text, WORDS, CLUSTERS) {
                println!("{word}\t{cluster}");
            }
        }
        ["weights", sentences, text] => {
            let sentences = gold(sentences)?;
            let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
            let text = std::fs::read_to_string(text)?;
            let weights = train(&sentences, &documentation(&text), words, Training::default())?;
            print!("{WEIGHTS_HEAD}{weights}");
        }
        ["check", sentences, text] => {
            let text = std::fs::read_to_string(text)?;
            check(&gold(sentences)?, &documentation(&text), words)?;
        }
        _ => {
            return Err(
                "usage: train_boundaries clusters TEXT | weights|check GOLD.jsonl TEXT".into()
            );
        }
    }
    Ok(())
}
