//! Cleaning of real text: sprogkit, and what finding and making NFC alone costs.
//!
//! ```text
//! cd benches/rivals && cargo build --release
//! taskset -c 1 target/release/clean FILE…
//! ```
//!
//! Each file is cleaned as a whole and line by line. What is printed: the best of the rounds in MB
//! (10⁶ bytes) per second of processor time, how much was changed, and the speed of
//! unicode-normalization, which does one of the steps.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::hint::black_box;

use cpu_time::ThreadTime;
use sprogkit::text::{clean, clean_mapped};
use unicode_normalization::UnicodeNormalization;

const ROUNDS: usize = 5;

fn nfc(text: &str) -> usize {
    text.nfc().collect::<String>().len()
}

type Timed<'t> = (&'static str, Box<dyn Fn() -> usize + 't>);

fn main() {
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
        let lines: Vec<&str> = text.lines().collect();
        let cleaned = clean_mapped(&text);
        assert_eq!(clean(cleaned.text()), cleaned.text(), "what is clean stays as it is");
        let megabytes = text.len() as f64 / 1e6;
        println!("{file}: {megabytes:.1} MB, {:?}", cleaned.counts());
        let ways: [Timed<'_>; 3] = [
            ("clean, the whole text", Box::new(|| clean(&text).len())),
            ("clean, line by line", Box::new(|| lines.iter().map(|line| clean(line).len()).sum())),
            ("unicode-normalization, nfc()", Box::new(|| nfc(&text))),
        ];
        let mut best = [f64::INFINITY; 3];
        for _ in 0..ROUNDS {
            for (best, (_, way)) in best.iter_mut().zip(&ways) {
                let start = ThreadTime::now();
                black_box(way());
                *best = best.min(start.elapsed().as_secs_f64());
            }
        }
        for ((name, _), seconds) in ways.iter().zip(&best) {
            println!(
                "    {name:30} {:8.1} MB/s    {:.1} x nfc()",
                megabytes / seconds,
                best[2] / seconds
            );
        }
    }
}
