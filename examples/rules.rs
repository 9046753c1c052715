//! Numbers in words and back: every variant of every number.
//!
//! ```text
//! cargo run --release --no-default-features --example rules -- numbers [RANDOM]
//! ```
//!
//! Takes all numbers up to a million in all their variants, as cardinals, ordinals and years, then
//! RANDOM more (ten million where none is given) from up to 10³⁶, and prints what was read back.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::process::ExitCode;
use std::time::Instant;

use rayon::prelude::*;
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

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let good = match arguments.first().map(String::as_str) {
        Some("numbers") => {
            numbers(arguments.get(1).and_then(|count| count.parse().ok()).unwrap_or(10_000_000))
        }
        _ => {
            println!("usage: rules numbers [RANDOM]");
            return ExitCode::from(2);
        }
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
