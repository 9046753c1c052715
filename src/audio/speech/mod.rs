//! Where somebody speaks: levels above the noise in twenty bands, judged by a small network, and the most
//! probable segments.

mod levels;
mod network;

use std::ops::Range;

use levels::{HOP, RATE};

use super::resample::resample;
use crate::{Error, Result};

/// How speech is told from what is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeechOptions {
    /// Samples a second. Default: 16,000; other rates are resampled to it.
    pub rate: u32,
    /// Seconds that are added before and behind each segment. Default: 0.
    pub margin: f64,
    /// Segments with a shorter pause between them are one, in seconds. Default: 0.
    pub merge: f64,
    /// Shorter segments are left out, in seconds. Default: 0.
    pub shortest: f64,
    /// Evidence that a change between speech and silence has to have against it, in natural logarithms of
    /// odds. Default: 3.
    pub inertia: f32,
    /// What is added to the logarithm of the odds of speech: more finds more. Default: 0.
    pub bias: f32,
}

impl Default for SpeechOptions {
    fn default() -> Self {
        Self { rate: 16_000, margin: 0.0, merge: 0.0, shortest: 0.0, inertia: 3.0, bias: 0.0 }
    }
}

/// The segments of `samples` in which somebody speaks: samples, in order, apart from each other.
///
/// Frames of 10 ms are judged by their levels in twenty bands above the noise of the 20 seconds around them,
/// relative to the loudest there, and by what is up to 240 ms before and behind. The weights were learned on synthetic
/// Danish speech with pauses, noise and babble (`network.tsv` says how). Where the noise becomes louder, it takes
/// up to 15 seconds until it is known to be noise.
///
/// # Errors
///
/// [`Error::Argument`] where an option is outside its range.
///
/// # Complexity
///
/// `O(n)` time and memory.
///
/// # Source
///
/// The scheme of levels against a tracked floor is that of Sohn, Kim and Sung (1999), *A Statistical
/// Model-Based Voice Activity Detection*; segments are Viterbi's.
///
/// # Example
///
/// ```
/// use sprogkit::audio::{SpeechOptions, detect_speech};
///
/// assert!(detect_speech(&[0.0; 16_000], &SpeechOptions::default())?.is_empty());
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn detect_speech(samples: &[f32], options: &SpeechOptions) -> Result<Vec<Range<u64>>> {
    for (name, value) in
        [("margin", options.margin), ("merge", options.merge), ("shortest", options.shortest)]
    {
        if !(0.0..=3600.0).contains(&value) {
            return Err(Error::argument(name, "between 0 and 3600 seconds", value));
        }
    }
    if !options.bias.is_finite() {
        return Err(Error::argument("bias", "a number", options.bias));
    }
    if !(0.0..=1e6).contains(&options.inertia) {
        return Err(Error::argument("inertia", "between 0 and 1,000,000", options.inertia));
    }
    if options.rate == 0 {
        return Err(Error::argument("rate", "at least 1", options.rate));
    }
    let resampled;
    let heard = if options.rate == RATE {
        samples
    } else {
        resampled = resample(samples, options.rate, RATE)?;
        &resampled
    };
    let mut odds = network::odds(heard);
    odds.iter_mut().for_each(|odds| *odds += options.bias);
    let mut states = states(&odds, options.inertia);
    // A part of a frame at the end is as the frame before.
    states.extend(states.last().copied().filter(|_| heard.len() % HOP != 0));
    let scale = f64::from(options.rate) / f64::from(RATE) * HOP as f64;
    let length = samples.len() as u64;
    let second = f64::from(options.rate);
    let [margin, merge, shortest] =
        [options.margin, options.merge, options.shortest].map(|time| (time * second) as u64);
    let mut segments: Vec<Range<u64>> = Vec::new();
    let mut at = 0;
    while at < states.len() {
        let end = at + states[at..].iter().take_while(|&&state| state == states[at]).count();
        if states[at] {
            let edge = |frame: usize| ((frame as f64 * scale).round() as u64).min(length);
            let segment = edge(at)..edge(end);
            if segment.end - segment.start >= shortest.max(1) {
                let segment =
                    segment.start.saturating_sub(margin)..(segment.end + margin).min(length);
                match segments.last_mut() {
                    Some(last) if segment.start <= last.end + merge => last.end = segment.end,
                    _ => segments.push(segment),
                }
            }
        }
        at = end;
    }
    Ok(segments)
}

/// The most probable states, speech or not, where each change costs `inertia`.
fn states(odds: &[f32], inertia: f32) -> Vec<bool> {
    let mut back = Vec::with_capacity(odds.len());
    let (mut silent, mut speech) = (0f32, 0f32);
    for odds in odds {
        let from_speech = speech - inertia > silent;
        let from_silent = silent - inertia > speech;
        let before = (silent, speech);
        silent = if from_speech { before.1 - inertia } else { before.0 } - odds / 2.0;
        speech = if from_silent { before.0 - inertia } else { before.1 } + odds / 2.0;
        back.push((from_speech, from_silent));
        // Only the difference counts.
        let most = silent.max(speech);
        (silent, speech) = (silent - most, speech - most);
    }
    let mut state = speech > silent;
    let mut states = vec![false; odds.len()];
    for (at, &(from_speech, from_silent)) in back.iter().enumerate().rev() {
        states[at] = state;
        state = if state { !from_silent } else { from_speech };
    }
    states
}
