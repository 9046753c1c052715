//! Sentences of real text: sprogkit and icu_segmenter, interleaved.
//!
//! ```text
//! cd benches/rivals && cargo build --release
//! taskset -c 1 target/release/sentences FILE…
//! ```
//!
//! Line by line and whole files, as in the words' bench. "with words" gives the words too. Every
//! character but white space must be in a sentence before anything is timed. What is printed:
//! the best of the rounds in MB (10⁶ bytes) per second of processor time, and as a ratio to
//! icu_segmenter's.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::hint::black_box;

use cpu_time::ThreadTime;
use icu_segmenter::SentenceSegmenter;
use icu_segmenter::options::SentenceBreakInvariantOptions;
use sprogkit::text::{Options, sentences, words};
use unicode_segmentation::UnicodeSegmentation;

const ROUNDS: usize = 5;
/// The place of icu_segmenter among the rivals.
const ICU: usize = 4;

fn sprogkit_sentences(texts: &[&str]) -> usize {
    texts.iter().flat_map(|text| sentences(text)).map(|span| span.end()).sum()
}

fn sprogkit_words(texts: &[&str]) -> usize {
    let mut sum = 0;
    for text in texts {
        words(text).for_each(|word| sum += word.span.len() + word.kind as usize);
    }
    sum
}

fn sprogkit_with_words(texts: &[&str]) -> usize {
    let both = |text| sprogkit_words(&[text]) + sprogkit_sentences(&[text]);
    texts.iter().map(|text| both(text)).sum()
}

fn sprogkit_rules(texts: &[&str]) -> usize {
    let rules = Options { rules_only: true, ..Options::default() };
    texts.iter().flat_map(|text| rules.sentences(text)).map(|span| span.end()).sum()
}

fn icu_sentences(texts: &[&str]) -> usize {
    let segmenter = SentenceSegmenter::new(SentenceBreakInvariantOptions::default());
    texts.iter().map(|text| segmenter.segment_str(text).sum::<usize>()).sum()
}

fn unicode_sentences(texts: &[&str]) -> usize {
    let pieces = texts.iter().flat_map(|text| text.split_sentence_bound_indices());
    pieces.map(|(at, piece)| at + piece.len()).sum()
}

type Counted = (&'static str, fn(&[&str]) -> usize);

fn main() {
    let rivals: [Counted; 6] = [
        ("sprogkit words", sprogkit_words),
        ("sprogkit sentences with words", sprogkit_with_words),
        ("sprogkit sentences", sprogkit_sentences),
        ("sprogkit sentences, rules only", sprogkit_rules),
        ("icu_segmenter sentences", icu_sentences),
        ("unicode-segmentation sentences", unicode_sentences),
    ];
    let files: Vec<String> = std::env::args().skip(1).collect();
    let texts: Vec<String> = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{file}: {e}")))
        .collect();
    let whole: Vec<&str> = texts.iter().map(String::as_str).collect();
    let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
    for text in lines.iter().chain(&whole) {
        let solid = |s: &str| s.chars().filter(|c| !c.is_whitespace()).count();
        let covered: usize = sentences(text).map(|span| solid(span.of(text))).sum();
        assert_eq!(covered, solid(text));
    }
    for (how, texts) in [("line by line", &lines), ("whole files", &whole)] {
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        println!("{how}: {} texts, {:.1} MB", texts.len(), bytes as f64 / 1e6);
        let mut best = vec![f64::INFINITY; rivals.len()];
        for _ in 0..ROUNDS {
            for (best, (_, run)) in best.iter_mut().zip(rivals) {
                let start = ThreadTime::now();
                black_box(run(black_box(texts)));
                *best = best.min(start.elapsed().as_secs_f64());
            }
        }
        for ((name, _), seconds) in rivals.iter().zip(&best) {
            let (speed, ratio) = (bytes as f64 / 1e6 / seconds, best[ICU] / seconds);
            println!("    {name:32} {speed:8.1} MB/s    {ratio:.2} × icu_segmenter");
        }
    }
}
