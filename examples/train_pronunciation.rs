//! Makes the letter-to-sound model, `src/da/letter_sounds.tsv`, and measures it.
//!
//! ```text
//! cargo run --release --no-default-features --example train_pronunciation -- PAIRS.tsv > letter_sounds.tsv
//! cargo run --release --no-default-features --example train_pronunciation -- PAIRS.tsv --folds 10
//! cargo run --release --no-default-features --example train_pronunciation -- PAIRS.tsv --folds 10 --words
//! cargo run --release --no-default-features --example train_pronunciation -- PAIRS.tsv --speed
//! ```
//!
//! `PAIRS.tsv` has a word and a pronunciation in narrow IPA, its sounds parted by spaces, a line;
//! several lines for several pronunciations. The shipped model is made from the Danish narrow
//! pairs of WikiPron (Lee et al. 2020), taken from Wiktionary. `--folds` trains on nine tenths of
//! the words and counts on the tenth, each in its turn; `--words` also prints, for each word, what
//! came out, which `benches/pronounce.py` compares with espeak-ng. `--speed` says all words with the
//! embedded tables, one after the other on one thread.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for the terminal")]

use std::collections::BTreeMap;
use std::error::Error;

use sprogkit::lexicon::pronounce::{Alphabet, Model, Pair, Training, parse, train};

#[path = "train_pronunciation/measure.rs"]
mod measure;

const HEAD: &str = "\
# Title: What Danish letters sound like beside other letters
# Source: learned by examples/train_pronunciation.rs from Danish words with narrow transcriptions in WikiPron (Lee et al. 2020), taken from Wiktionary (CC BY-SA); holds counts turned into numbers, seen in three or more different words each, no words
# License: CC0-1.0
# Columns: template\tvalues\toutputs
# template: what is seen together, named in src/lexicon/pronounce/features.rs. values: the letter and what else is seen. outputs: sounds in narrow IPA (-: none) and what the values add to their score, in 1/16.
";

/// A word with its pronunciations as the file writes them, sounds parted by spaces.
pub(crate) struct Word {
    word: String,
    given: Vec<Vec<String>>,
}

fn words(path: &str) -> Result<Vec<Word>, Box<dyn Error>> {
    let mut found = BTreeMap::<String, Vec<Vec<String>>>::new();
    for (number, line) in std::fs::read_to_string(path)?.lines().enumerate() {
        let Some((word, sounds)) = line.split_once('\t') else {
            return Err(format!("{path}:{}: expected a word, a tab and sounds", number + 1).into());
        };
        let sounds = sounds.split_whitespace().map(str::to_owned).collect();
        found.entry(word.to_owned()).or_default().push(sounds);
    }
    Ok(found.into_iter().map(|(word, given)| Word { word, given }).collect())
}

/// The pairs to learn from; a pronunciation with an unknown sign is left out.
fn pairs<'w>(words: impl Iterator<Item = &'w Word>) -> Vec<Pair<'w>> {
    let mut found = Vec::new();
    for word in words {
        for given in &word.given {
            if let Ok(segments) = parse(&given.join(" "), Alphabet::Ipa)
                && !segments.is_empty()
            {
                found.push(Pair { word: &word.word, segments });
            }
        }
    }
    found
}

/// Which fold a word belongs to, by FNV-1a.
fn fold(word: &str, folds: u64) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in word.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    }
    (hash ^ hash >> 32) % folds
}

fn option(arguments: &[String], name: &str) -> Option<f32> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1)?.parse().ok()
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(path) = arguments.first() else {
        return Err("usage: train_pronunciation PAIRS.tsv [--folds N [--words] | --speed]".into());
    };
    let mut training = Training::default();
    let number = |name: &str| option(&arguments, name);
    training.rounds = number("--rounds").map_or(training.rounds, |n| n as usize);
    training.words = number("--min-words").map_or(training.words, |n| n as u32);
    training.outputs = number("--min-outputs").map_or(training.outputs, |n| n as u32);
    training.sparsity = number("--sparsity").unwrap_or(training.sparsity);
    training.decay = number("--decay").unwrap_or(training.decay);
    training.floor = number("--floor").unwrap_or(training.floor);
    let words = words(path)?;
    if arguments.iter().any(|argument| argument == "--speed") {
        measure::speed(&words);
        return Ok(());
    }
    let Some(folds) = number("--folds") else {
        print!("{HEAD}{}", train(&pairs(words.iter()), training)?);
        return Ok(());
    };
    let folds = (folds as u64).max(2);
    let tried = number("--tried").map_or(folds, |n| n as u64);
    let mut jobs: Vec<(u64, Option<Result<measure::Counts, String>>)> =
        (0..tried).map(|f| (f, None)).collect();
    let print = arguments.iter().any(|argument| argument == "--words");
    rayon::scope(|scope| {
        for (number, result) in &mut jobs {
            let (number, words) = (*number, &words);
            scope.spawn(move |_| {
                let known = words.iter().filter(|word| fold(&word.word, folds) != number);
                let held = words.iter().filter(|word| fold(&word.word, folds) == number);
                *result = Some(
                    train(&pairs(known), training)
                        .and_then(|table| {
                            Ok((
                                table.len(),
                                table.lines().count(),
                                Model::read("weights", &table)?,
                            ))
                        })
                        .and_then(|(bytes, rows, model)| measure::count(model, held, bytes, rows))
                        .map_err(|error| error.to_string()),
                );
            });
        }
    });
    let mut all = measure::Counts::default();
    for (_, result) in jobs {
        all.add(result.ok_or("a fold did not run")??);
    }
    if print {
        for line in &all.lines {
            println!("{line}");
        }
    } else {
        all.print();
    }
    Ok(())
}
