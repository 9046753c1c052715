//! Sound: decoding, and what is computed of it.

mod decode;
mod features;
mod hostile;
mod pages;
mod reference;
mod resample;
mod speech;

use std::f64::consts::TAU;
use std::path::PathBuf;

/// A file of `tests/data/audio`.
fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/audio").join(name)
}

/// The signal of `tests/data/audio/make.py`: a sweep and a pulsing tone.
fn signal(rate: u32, frame: usize, channel: usize) -> f32 {
    let t = frame as f64 / f64::from(rate);
    let sweep = 0.4 * (TAU * (200.0 * t + 150.0 * t * t)).sin();
    let tone = 0.2 * (TAU * 1234.0 * t).sin() * (0.5 + 0.5 * (TAU * 3.0 * t).sin());
    (if channel == 0 { sweep + tone } else { 0.5 * (sweep - tone) }) as f32
}

/// Root of the mean square.
fn rms(values: impl IntoIterator<Item = f32>) -> f64 {
    let (mut sum, mut count) = (0.0, 0);
    for value in values {
        sum += f64::from(value) * f64::from(value);
        count += 1;
    }
    (sum / f64::from(count.max(1))).sqrt()
}
