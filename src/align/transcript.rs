//! Hours of speech against a whole transcript, with errors on both sides.
//!
//! Minutes of meetings are edited speech: reworded, shortened, sometimes in another order; and
//! recordings hold what nobody wrote down. [`align`] says which units of the text (words,
//! usually) are in the speech and where, how sure that is, which text has no speech and which
//! speech has no text; [`Transcript::utterances`] cuts what belongs together into pieces for
//! training.

mod border;
mod cut;
mod islands;
mod mend;
mod place;

use std::ops::Range;

pub use cut::{Lengths, Utterance};

use super::ctc::{Engine, LogProbs, check_ends};
use crate::progress::Progress;
use crate::{Error, Result};
use place::{Place, Placing};

/// A frame whose best token is this many nats above the blank says something.
const SPEAKS: f32 = 2.0;

/// How to align a transcript.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The token that means "nothing new": a column of the matrix. Default 0.
    pub blank: i32,
    /// What a frame of speech that is not in the text costs, in nats; above 0. Default 4.
    pub garbage: f32,
    /// What leaving out a token of the text costs, in nats; above 0. Default 2.
    pub omission: f32,
    /// Frames of silence across which speech without text is still one region. Default 50.
    pub pause: usize,
    /// Fewest speaking frames of a region of speech without text. Default 6.
    pub least: usize,
    /// How far from its place in the text a stretch is looked for in the speech, in frames; 0:
    /// nowhere else. Default 6,000 (two minutes at 50 frames per second).
    pub reorder: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { blank: 0, garbage: 4.0, omission: 2.0, pause: 50, least: 6, reorder: 6000 }
    }
}

/// What became of a unit of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Whether it belongs to a stretch of text that the speech agrees with.
    pub matched: bool,
    /// Whether it was found out of its order.
    pub moved: bool,
    /// Its first frame; where it is not matched, the end of the matched unit before it.
    pub start: usize,
    /// The frame behind its last; `start` where it is not matched.
    pub end: usize,
    /// The mean natural-log probability of its tokens; −∞ where it is not matched.
    pub score: f32,
}

/// A stretch of text and speech that belong together, with nothing missing on either side.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Which units.
    pub units: Range<usize>,
    /// The first frame.
    pub start: usize,
    /// The frame behind the last.
    pub end: usize,
    /// The mean natural-log probability of its tokens: the confidence is its exponential.
    pub score: f32,
    /// Whether it was found out of its order in the text.
    pub moved: bool,
}

/// A transcript, lined up.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// What became of each unit. `[units]`
    pub units: Vec<Unit>,
    /// The first frame of each token; −1 where its unit is not matched. `[tokens]`
    pub starts: Vec<i64>,
    /// The frame behind the last of each token; −1 where its unit is not matched. `[tokens]`
    pub ends: Vec<i64>,
    /// The stretches that belong together, in the order of the speech.
    pub segments: Vec<Segment>,
    /// Runs of units that were not said, in the order of the text.
    pub missing_text: Vec<Range<usize>>,
    /// Runs of frames whose speech is not in the text.
    pub missing_speech: Vec<Range<usize>>,
    /// How many frames there are.
    pub frames: usize,
}

/// Aligns a transcript: `tokens` in units, unit `i` being `tokens[ends[i - 1]..ends[i]]` (from 0
/// for the first).
///
/// First all units are aligned exactly, speech that is not in the text lying under the blank at a
/// bounded cost. Stretches that do not agree with the speech are then aligned again with every
/// unit free to be left out; what still has no speech is looked for in nearby speech that has no
/// text, which finds passages in another order.
///
/// # Errors
///
/// [`Error::Alignment`] where a token is the blank or outside the vocabulary, `ends` descends or
/// does not cover the tokens, or every path has probability zero; [`Error::Argument`] where an
/// option is out of range; [`Error::Limit`] where there are more tokens than frames and more than
/// 2²⁹ frames times tokens; [`Error::Cancelled`].
///
/// # Complexity
///
/// That of [`super::ctc::align`], and of the stretches that are aligned again.
///
/// # Example
///
/// ```
/// use sprogkit::align::{ctc::LogProbs, transcript};
///
/// // Sixty frames; every second says a token.
/// let said: Vec<usize> = (0..30).map(|i| 1 + i * i % 7).collect();
/// let mut log_probs = vec![-8f32; 60 * 9];
/// for frame in 0..60 {
///     let token = if frame % 2 == 0 { said[frame / 2] } else { 0 };
///     log_probs[frame * 9 + token] = -0.01;
/// }
/// // The text has ten tokens more, which nobody said.
/// let mut tokens: Vec<i32> = said.iter().map(|&t| t as i32).collect();
/// tokens.splice(15..15, [8; 10]);
/// let ends: Vec<usize> = (1..=8).map(|i| i * 5).collect();
/// let view = LogProbs::new(&log_probs, 60, 9)?;
/// let found = transcript::align(&view, &tokens, &ends, &transcript::Options::default(), &())?;
/// assert_eq!(found.missing_text, [3..5]);
/// assert_eq!(found.segments.len(), 2);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn align(
    log_probs: &LogProbs<'_>,
    tokens: &[i32],
    ends: &[usize],
    options: &Options,
    progress: &dyn Progress,
) -> Result<Transcript> {
    check_ends(ends, tokens.len(), "tokens")?;
    if !usize::try_from(options.blank).is_ok_and(|blank| blank < log_probs.vocabulary()) {
        return Err(Error::Alignment {
            reason: format!(
                "blank is {}; the vocabulary has the tokens 0 to {}",
                options.blank,
                log_probs.vocabulary() - 1
            ),
        });
    }
    for (name, value) in [("garbage", options.garbage), ("omission", options.omission)] {
        if !(value.is_finite() && value > 0.0) {
            return Err(Error::argument(name, "finite and above 0", value));
        }
    }
    let last = log_probs.vocabulary() - 1;
    for (i, &token) in tokens.iter().enumerate() {
        let wrong = match usize::try_from(token) {
            Err(_) => "which is below 0".to_owned(),
            Ok(at) if at > last => format!("the vocabulary has the tokens 0 to {last}"),
            Ok(_) if token == options.blank => "which is the blank".to_owned(),
            Ok(_) => continue,
        };
        // The first unit that ends behind the token holds it.
        let unit = ends.partition_point(|&end| end <= i);
        let reason = format!("tokens[{i}] is {token} (unit {unit}): {wrong}");
        return Err(Error::Alignment { reason });
    }
    let unit = Unit { matched: false, moved: false, start: 0, end: 0, score: f32::NEG_INFINITY };
    let engine = Engine::new(options.blank, options.garbage);
    let mut speaks = Vec::with_capacity(log_probs.frames() + 1);
    speaks.push(0);
    for frame in 0..log_probs.frames() {
        let best = log_probs.greatest(frame);
        let says = best - log_probs.get(frame, engine.blank()) >= SPEAKS;
        speaks.push(speaks[frame] + u32::from(says));
    }
    let mut placing = Placing {
        log_probs: *log_probs,
        tokens,
        ends,
        options,
        engine,
        speaks,
        places: vec![Place::NOWHERE; tokens.len()],
        units: vec![unit; ends.len()],
    };
    placing.all(progress)?;
    placing.repair(progress)?;
    placing.tighten(progress)?;
    placing.extend(progress)?;
    placing.moved(progress)?;
    placing.borders(&mut segments(&placing, &units(&placing)), progress)?;
    let segments = segments(&placing, &units(&placing));
    placing.settle(&segments, progress)?;
    Ok(finish(placing))
}

/// The units with their places and scores.
fn units(placing: &Placing<'_>) -> Vec<Unit> {
    let mut units = placing.units.clone();
    let mut behind = 0;
    for (i, unit) in units.iter_mut().enumerate() {
        (unit.start, unit.end) = (behind, behind);
        let places = &placing.places[placing.tokens_of(&(i..i + 1))];
        if let (true, [first, .., last] | [first @ last]) = (unit.matched, places) {
            (unit.start, unit.end) = (first.start, last.end);
            unit.score = mean(places);
            if !unit.moved {
                behind = last.end;
            }
        }
    }
    units
}

/// The stretches of matched units with no text and no other speech between them, in the order of
/// the text.
fn segments(placing: &Placing<'_>, units: &[Unit]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (i, unit) in units.iter().enumerate() {
        if !unit.matched || unit.end == unit.start {
            continue;
        }
        match segments.last_mut() {
            Some(last)
                if last.units.end == i
                    && last.moved == unit.moved
                    && last.end <= unit.start
                    && placing.says(last.end, unit.start) < placing.options.least =>
            {
                last.units.end = i + 1;
                last.end = unit.end;
            }
            _ => segments.push(Segment {
                units: i..i + 1,
                start: unit.start,
                end: unit.end,
                score: 0.0,
                moved: unit.moved,
            }),
        }
    }
    segments
}

fn finish(placing: Placing<'_>) -> Transcript {
    let missing_text = placing.missing_text();
    let missing_speech = placing.missing_speech();
    let units = units(&placing);
    let mut segments = segments(&placing, &units);
    for segment in &mut segments {
        segment.score = mean(&placing.places[placing.tokens_of(&segment.units)]);
    }
    segments.sort_by_key(|segment| segment.start);
    let frame = |place: &Place, frame: usize| if place.end > 0 { frame as i64 } else { -1 };
    Transcript {
        starts: placing.places.iter().map(|p| frame(p, p.start)).collect(),
        ends: placing.places.iter().map(|p| frame(p, p.end)).collect(),
        units,
        segments,
        missing_text,
        missing_speech,
        frames: placing.log_probs.frames(),
    }
}

fn mean(places: &[Place]) -> f32 {
    let sum: f64 = places.iter().map(|p| f64::from(p.score)).sum();
    (sum / places.len().max(1) as f64) as f32
}
