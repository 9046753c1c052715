//! Resampling: what passes, what does not, and that cutting the sound changes nothing.

use std::f64::consts::TAU;

use proptest::prelude::*;
use sprogkit::audio::{Resampler, resample};

use super::rms;

fn tone(rate: u32, hertz: f64, count: usize) -> Vec<f32> {
    let step = TAU * hertz / f64::from(rate);
    (0..count).map(|at| (0.5 * (step * at as f64).sin()) as f32).collect()
}

/// How loud, in decibels against full tone, without the ends.
fn level(values: impl Iterator<Item = f32>, length: usize) -> f64 {
    let middle = values.take(length - length / 8).skip(length / 8);
    20.0 * (rms(middle) / (0.5 / 2f64.sqrt())).max(1e-12).log10()
}

#[test]
fn what_is_heard_passes_and_what_would_alias_does_not() {
    for (rate, to) in
        [(48_000, 16_000), (44_100, 16_000), (8000, 16_000), (16_000, 48_000), (22_050, 16_000)]
    {
        let half = f64::from(rate.min(to)) / 2.0;
        let (mut worst, mut aliased) = (-300f64, -300f64);
        for part in [0.01, 0.3, 0.6, 0.8, 0.9, 0.91] {
            let made = resample(&tone(rate, half * part, rate as usize / 2), rate, to).unwrap();
            assert_eq!(made.len(), to as usize / 2);
            let want = tone(to, half * part, to as usize / 2);
            let apart = made.iter().zip(&want).map(|(a, b)| a - b);
            worst = worst.max(level(apart, made.len()));
        }
        if rate > to {
            for part in [1.0, 1.05, 1.3, 2.2] {
                let hertz = half * part;
                if hertz < f64::from(rate) / 2.0 {
                    let made = resample(&tone(rate, hertz, rate as usize / 2), rate, to).unwrap();
                    aliased = aliased.max(level(made.iter().copied(), made.len()));
                }
            }
        }
        eprintln!(
            "{rate} to {to}: a tone below 0.91 is off by {worst:.0} dB, aliases are at {aliased:.0} dB"
        );
        assert!(worst < -90.0, "{rate} to {to}: {worst}");
        assert!(aliased < -100.0, "{rate} to {to}: {aliased}");
    }
}

#[test]
fn any_length_and_ratio_gives_the_nearest_length() {
    for (rate, to) in
        [(48_000, 16_000), (44_100, 16_000), (11_025, 16_000), (16_000, 16_000), (7, 5)]
    {
        for length in [0usize, 1, 2, 3, 100, 4799, 4800, 20_001] {
            let made = resample(&vec![0.1; length], rate, to).unwrap();
            let want = (length as f64 * f64::from(to) / f64::from(rate) + 0.5).floor();
            assert_eq!(made.len() as f64, want, "{rate} to {to}, {length}");
        }
    }
    for (rate, to, want) in [
        (0, 16_000, "rate must be between 1 and 10000000, got 0"),
        (16_000, 20_000_000, "to must be between 1 and 10000000, got 20000000"),
        (16_000, 9_999_991, "to must be a rate that has more in common with 16000, got 9999991"),
    ] {
        assert_eq!(resample(&[], rate, to).unwrap_err().to_string(), want);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_stream_of_any_pieces_is_the_whole(
        pieces in prop::collection::vec(0usize..7000, 0..12),
        rates in prop::sample::select(vec![(48_000, 16_000), (44_100, 16_000), (8000, 16_000)]),
    ) {
        let sound = super::features::sound(pieces.iter().sum());
        let whole = resample(&sound, rates.0, rates.1).unwrap();
        let mut resampler = Resampler::new(rates.0, rates.1).unwrap();
        // Twice, since a finished one begins anew.
        for _ in 0..2 {
            let (mut made, mut at) = (Vec::new(), 0);
            for piece in &pieces {
                resampler.write(&sound[at..at + piece], &mut made);
                at += piece;
            }
            resampler.finish(&mut made);
            prop_assert_eq!(&made, &whole);
        }
    }
}
