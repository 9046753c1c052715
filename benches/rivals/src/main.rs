//! Words of real text: sprogkit, icu_segmenter and unicode-segmentation, interleaved.
//!
//! ```text
//! cd benches/rivals && cargo build --release
//! taskset -c 1 target/release/sprogkit-rivals FILE…
//! ```
//!
//! Each file is read line by line, as a user would hand over documents. Every library counts
//! what it finds; the counts are checked before anything is timed. What is printed: the best of
//! the rounds in MB (10⁶ bytes) per second of processor time, and sprogkit's ratio to each rival's best.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::hint::black_box;

use cpu_time::ThreadTime;

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use unicode_segmentation::UnicodeSegmentation;

const ROUNDS: usize = 7;

fn sprogkit_words(lines: &[&str]) -> usize {
    let mut sum = 0;
    for line in lines {
        // As batches do: `for_each` is faster than a loop.
        sprogkit::text::words(line).for_each(|word| sum += word.span.len() + word.kind as usize);
    }
    sum
}

fn icu_words(lines: &[&str]) -> usize {
    let segmenter = WordSegmenter::new_auto(WordBreakInvariantOptions::default());
    let mut sum = 0;
    for line in lines {
        let mut pieces = segmenter.segment_str(line);
        while let Some(end) = pieces.next() {
            sum += end;
            black_box(pieces.word_type());
        }
    }
    sum
}

fn unicode_words(lines: &[&str]) -> usize {
    lines.iter().flat_map(|line| line.split_word_bound_indices()).map(|(at, p)| at + p.len()).sum()
}

type Counted = (&'static str, fn(&[&str]) -> usize);

fn main() {
    let rivals: [Counted; 3] = [
        ("sprogkit words", sprogkit_words),
        ("icu_segmenter words", icu_words),
        ("unicode-segmentation words", unicode_words),
    ];
    let files: Vec<String> = std::env::args().skip(1).collect();
    let texts: Vec<String> = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{file}: {e}")))
        .collect();
    let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();

    // The words of sprogkit cover everything but white space.
    for line in &lines {
        let covered: usize = sprogkit::text::words(line).map(|word| word.span.len()).sum();
        let wanted: usize = line.chars().filter(|c| !c.is_whitespace()).map(char::len_utf8).sum();
        assert_eq!(covered, wanted, "{line:?}");
    }
    compare("line by line", &lines, &rivals);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    compare("whole files", &texts, &rivals);
}

/// Times the rivals in turn and prints speeds and ratios.
fn compare(how: &str, texts: &[&str], rivals: &[Counted]) {
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
        let (speed, ratio) = (bytes as f64 / 1e6 / seconds, seconds / best[0]);
        println!("    {name:28} {speed:8.1} MB/s    sprogkit is {ratio:.2} times as fast");
    }
}
