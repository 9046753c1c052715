//! Numbers in words and back: every variant of every number.
//!
//! ```text
//! cargo run --release --no-default-features --example rules -- numbers [RANDOM]
//! cargo run --release --no-default-features --example rules -- speed TEXT
//! ```
//!
//! The second prints what `to_spoken` and `to_written` take of a file on one core: of the lines
//! without anything to say, and of the tenth that is the slowest.
//!
//! The first takes all numbers up to a million in all their variants, as cardinals, ordinals and
//! years; then every group of three digits at every place, with other groups before and behind it;
//! then RANDOM more (ten million where none is given) from up to 10³⁶; and prints what was read
//! back.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for the terminal")]

use std::borrow::Cow;
use std::process::ExitCode;
use std::time::Instant;

use rayon::prelude::*;
use sprogkit::normalise::{to_spoken, to_written};
use sprogkit::numbers::{Form, Number, parse_as, variants};

/// How many variants of `n` there are, and how many of them were read as another number.
fn read(n: &Number, form: Form) -> (u64, u64) {
    let mut counts = (0, 0);
    for words in variants(n, form).expect("a whole number from 0 has every form") {
        counts.0 += 1;
        counts.1 += u64::from(parse_as(&words, form).ok().as_ref() != Some(n));
    }
    counts
}

fn sum(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
    (a.0 + b.0, a.1 + b.1)
}

/// A number of one to 36 digits, by a fixed recurrence.
fn random(seed: u64) -> u128 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u128::from(state.wrapping_mul(0x2545_f491_4f6c_dd1d))
    };
    let digits = 1 + (next() >> 7) % 36;
    let value = (next() << 64 | next()) % 10_u128.pow(digits as u32);
    // Many numbers that people say end in zeros.
    let zeros = (next() >> 9) % (digits + 1);
    if zeros.is_multiple_of(2) {
        value
    } else {
        value / 10_u128.pow(zeros as u32) * 10_u128.pow(zeros as u32)
    }
}

/// Groups that are read in ways of their own: none, one, units, tens, hundreds with and without more.
const NEIGHBOURS: [u128; 6] = [0, 1, 21, 100, 200, 101];

/// All groups of three digits at one place, each before and behind others.
fn grouped(place: u32) -> (u64, u64) {
    let unit = 1000_u128.pow(place);
    let neighbours = NEIGHBOURS.into_iter().flat_map(|a| NEIGHBOURS.map(|b| (a, b)));
    // What is next to it, and what is not.
    let around: Vec<u128> = neighbours
        .flat_map(|(above, below)| {
            let above = if place < 11 { above * unit * 1000 } else { 0 };
            let near = above + below * unit / 1000;
            [near, above + below * u128::from(place > 1)]
        })
        .collect();
    (1..1000_u128)
        .into_par_iter()
        .map(|group| {
            let numbers = around.iter().map(|around| group * unit + around);
            numbers
                .map(|n| read(&Number::new(false, n).expect("below 10³⁶"), Form::Cardinal))
                .fold((0, 0), sum)
        })
        .reduce(|| (0, 0), sum)
}

fn numbers(count: u64) -> bool {
    let mut good = true;
    for form in [Form::Cardinal, Form::Ordinal, Form::Year] {
        let start = Instant::now();
        let (forms, wrong) = (0..=1_000_000_u32)
            .into_par_iter()
            .map(|n| read(&Number::from(n), form))
            .reduce(|| (0, 0), sum);
        let seconds = start.elapsed().as_secs_f64();
        println!("{form:?}: 0 to 1000000, {forms} forms, {wrong} read wrong, {seconds:.1} s");
        good &= wrong == 0;
    }
    let start = Instant::now();
    let (forms, wrong) = (0..12_u32).into_par_iter().map(grouped).reduce(|| (0, 0), sum);
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "Cardinal: all groups at all places, {forms} forms, {wrong} read wrong, {seconds:.1} s"
    );
    good &= wrong == 0;
    let start = Instant::now();
    let (forms, wrong) = (1..=count)
        .into_par_iter()
        .map(|seed| {
            read(&Number::new(false, random(seed)).expect("36 digits at most"), Form::Cardinal)
        })
        .reduce(|| (0, 0), sum);
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "Cardinal: {count} random up to 10^36, {forms} forms, {wrong} read wrong, {seconds:.1} s"
    );
    good && wrong == 0
}

/// The seconds that `call` takes of each piece: the best of several times, so that what else the
/// machine does is left out.
fn seconds(pieces: &[&str], call: impl Fn(&str) -> usize) -> Vec<f64> {
    let mut best = vec![f64::MAX; pieces.len()];
    for _ in 0..7 {
        for (piece, best) in pieces.iter().zip(&mut best) {
            let start = Instant::now();
            assert!(call(piece) > 0, "a piece is not empty");
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    best
}

/// `text` in pieces of whole lines, of about 4 KB: much shorter than a time slice.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let least = rest.len().min(4096);
        let line = rest.as_bytes()[least..].iter().position(|byte| *byte == b'\n');
        let end = line.map_or(rest.len(), |at| least + at + 1);
        pieces.push(&rest[..end]);
        rest = &rest[end..];
    }
    pieces
}

/// The speed of `call` on a text: of all of it, of the lines it leaves alone, of the worst tenth.
fn speeds(name: &str, text: &str, call: impl Fn(&str) -> usize, changes: impl Fn(&str) -> bool) {
    let rate = |bytes: usize, seconds: f64| bytes as f64 / seconds / 1e6;
    let all = pieces(text);
    let times = seconds(&all, &call);
    let mut order: Vec<(f64, usize)> = all
        .iter()
        .zip(&times)
        .map(|(piece, time)| (time / piece.len() as f64, piece.len()))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let worst = &order[..order.len().div_ceil(10)];
    let plain: String = text.lines().filter(|l| !changes(l)).flat_map(|l| [l, "\n"]).collect();
    let quiet = seconds(&pieces(&plain), &call).iter().sum();
    println!(
        "{name}: {:.1} MB/s of {:.1} MB, {:.1} MB/s of the {:.1} MB that stay, {:.1} MB/s of the worst tenth",
        rate(text.len(), times.iter().sum()),
        text.len() as f64 / 1e6,
        rate(plain.len(), quiet),
        plain.len() as f64 / 1e6,
        rate(worst.iter().map(|(_, n)| n).sum(), worst.iter().map(|(t, n)| t * *n as f64).sum()),
    );
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let good = match arguments.first().map(String::as_str) {
        Some("numbers") => {
            numbers(arguments.get(1).and_then(|count| count.parse().ok()).unwrap_or(10_000_000))
        }
        Some("speed") if arguments.len() == 2 => match std::fs::read_to_string(&arguments[1]) {
            Ok(text) => {
                speeds(
                    "to_spoken",
                    &text,
                    |piece| to_spoken(piece).len(),
                    |line| matches!(to_spoken(line), Cow::Owned(_)),
                );
                let spoken = to_spoken(&text).to_lowercase();
                speeds(
                    "to_written",
                    &spoken,
                    |piece| to_written(piece).len(),
                    |line| matches!(to_written(line), Cow::Owned(_)),
                );
                true
            }
            Err(error) => {
                println!("{}: {error}", arguments[1]);
                false
            }
        },
        _ => {
            println!("usage: rules numbers [RANDOM] | rules speed TEXT");
            return ExitCode::from(2);
        }
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
