//! Marks of time over a recording: what an alignment gives, and the files other programs keep
//! it in.
//!
//! | format | module | precision | of marks |
//! |---|---|---|---|
//! | Praat TextGrid | [`textgrid`] | exact | several tiers, points too, no overlaps |
//! | NIST CTM | [`ctm`] | microseconds | words with scores, several recordings |
//! | SubRip, WebVTT | [`subtitles`] | milliseconds | one tier, may overlap |
//! | Audacity labels | [`audacity`] | microseconds | one tier, points too |
//! | whisperX JSON | [`whisperx`] | exact | segments and words with scores |
//!
//! [`write()`] writes any of them by its name.

pub mod audacity;
pub mod ctm;
mod export;
pub mod subtitles;
pub mod textgrid;
pub mod whisperx;

pub use export::{About, Format, write};

use crate::{Error, Result};

/// A part of a recording, and what is said in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds: not before it begins.
    pub end: f64,
    /// What is said, or a name.
    pub text: String,
    /// How sure this is, where that is known; mostly 0 to 1.
    pub score: Option<f64>,
}

impl Mark {
    /// A mark from `start` to `end`, in seconds, without a score.
    #[must_use]
    pub fn new(start: f64, end: f64, text: impl Into<String>) -> Self {
        Self { start, end, text: text.into(), score: None }
    }
}

/// Marks of one kind: words, phones, speakers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tier {
    /// What it is called.
    pub name: String,
    /// Whether its marks are points, which start where they end.
    pub points: bool,
    /// The marks, by their start.
    pub marks: Vec<Mark>,
}

impl Tier {
    /// A tier of intervals.
    #[must_use]
    pub fn new(name: impl Into<String>, marks: Vec<Mark>) -> Self {
        Self { name: name.into(), points: false, marks }
    }
}

/// `Ok` where every mark is at finite seconds from 0 on, ends where it starts or later, and none
/// starts before the one in front of it.
///
/// # Errors
///
/// [`Error::Argument`] that names the first mark for which this does not hold.
fn check(marks: &[Mark]) -> Result<()> {
    let mut last = 0.0;
    for mark in marks {
        let Mark { start, end, ref text, .. } = *mark;
        if !(start.is_finite() && end.is_finite() && start >= last && end >= start) {
            let requirement = "in the order of their starts, each from 0 seconds on and not \
                               ending before it starts";
            let got = format!("\"{text}\" from {start} to {end} after a mark at {last}");
            return Err(Error::argument("marks", requirement, got));
        }
        last = start;
    }
    Ok(())
}

/// Seconds with a decimal point, rounded to microseconds, no more digits than they need.
fn micro(seconds: f64) -> String {
    let text = format!("{seconds:.6}");
    let text = text.trim_end_matches('0');
    text.strip_suffix('.').unwrap_or(text).to_owned()
}

/// Finite seconds that a file gives.
fn seconds(text: &str) -> Option<f64> {
    // `parse` also takes `inf`, `nan` and hexadecimal-looking words; times are digits.
    let plain =
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|number: &f64| plain && number.is_finite())
}
