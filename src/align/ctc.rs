//! CTC forced alignment: which frame says which token.
//!
//! [`align`] finds the **exact** best path of a sequence of targets through a matrix of log
//! probabilities, at any length: scores are summed in 64-bit floats, and where an answer comes from
//! a guess, the guess is checked against the score found in the end.
//!
//! | how | file |
//! |---|---|
//! | three maxima and two sums per pair of states; two bits per pair lead back | `rows`, `trail` |
//! | rows kept every so many frames, the bits computed again within the traced cone | `exact` |
//! | a sweep from the end bounds what can still come; only what can win is searched | `guide`, `sweep` |
//! | which of these, in which order | `plan` |
//! | a beam whose answer says whether it is proven | `beam` |
//! | text that may be missing from the speech | `optional` |
//! | the loops for wide registers, beside scalar twins | `avx512`, `avx2`, `neon` |
//!
//! Speech that is not in the text: [`WILDCARD`]. Text that is not in the speech:
//! [`align_optional`]. Errors on both sides, over hours: [`super::transcript`].

mod beam;
mod emissions;
mod engine;
mod exact;
mod grouping;
mod guide;
mod optional;
mod plan;
mod problem;
mod rows;
mod sweep;
mod trail;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(test)]
mod twins;

use std::ops::Range;

use rayon::prelude::*;

pub use emissions::{LogProbs, Values};
pub use grouping::Group;

use crate::progress::Progress;
use crate::{Error, Result};
use optional::Arc;
use problem::Problem;
use rows::Isa;
use trail::State;

pub(super) use engine::Engine;
pub(super) use grouping::check_ends;

/// The target that stands for speech that is not in the text, where [`Options::wildcard`] is set.
pub const WILDCARD: i32 = -1;

/// How to align.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Options {
    /// The token that means "nothing new": a column of the matrix. Default 0.
    pub blank: i32,
    /// Looks only at about this many targets around the best one, at least 1. The answer says
    /// ([`Alignment::exact`]) whether that is proven to have cost nothing; where the beam loses
    /// every path, all targets are looked at. Default `None`: the exact path, which is about as
    /// fast.
    pub beam: Option<usize>,
    /// What a frame under [`WILDCARD`] costs, in nats below the frame's best token; finite, at
    /// least 0. Default `None`: no wildcard among the targets.
    pub wildcard: Option<f32>,
}

/// A path of targets through frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    /// The token of each frame, blanks included. `[frames]`
    pub path: Vec<i32>,
    /// The first frame of each target. `[targets]`
    pub starts: Vec<i64>,
    /// The frame behind the last of each target. `[targets]`
    pub ends: Vec<i64>,
    /// The mean natural-log probability of each target over its frames. `[targets]`
    pub scores: Vec<f32>,
    /// The sum of the natural-log probabilities along the path.
    pub score: f64,
    /// Whether it is proven that no path has a higher score.
    pub exact: bool,
}

/// Aligns `targets` with the frames of `log_probs`.
///
/// # Errors
///
/// [`Error::Alignment`] where a target is the blank or no token of the vocabulary, where the
/// targets need more frames than there are (each target one, each repeat a blank more), and where
/// every path goes through a probability of zero. The message names value and place.
///
/// # Complexity
///
/// At worst `frames * targets` steps, sixteen at a time; memory grows with the number of frames
/// and targets, not with their product.
///
/// # Source
///
/// Graves et al. (2006): *Connectionist Temporal Classification*, §4.1; the path is that of
/// torchaudio's `forced_align`.
///
/// # Example
///
/// ```
/// use sprogkit::align::ctc::{self, LogProbs, Options};
///
/// // Three frames over the blank and two tokens.
/// let log_probs = [0.1f32, 0.8, 0.1, 0.8, 0.1, 0.1, 0.1, 0.1, 0.8].map(f32::ln);
/// let path = ctc::align(&LogProbs::new(&log_probs, 3, 3)?, &[1, 2], &Options::default())?;
/// assert_eq!(path.path, [1, 0, 2]);
/// assert_eq!((path.starts, path.ends), (vec![0, 2], vec![1, 3]));
/// assert!(path.exact);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn align(log_probs: &LogProbs<'_>, targets: &[i32], options: &Options) -> Result<Alignment> {
    align_with(log_probs, targets, options, &())
}

/// [`align`], telling how far it has come.
///
/// # Errors
///
/// As for [`align`], and [`Error::Cancelled`].
pub fn align_with(
    log_probs: &LogProbs<'_>,
    targets: &[i32],
    options: &Options,
    progress: &dyn Progress,
) -> Result<Alignment> {
    let problem = Problem::new(*log_probs, targets, options, false)?;
    let isa = Isa::detect();
    if let Some(width) = options.beam.filter(|&width| width <= targets.len())
        && let Some((best, exact)) = beam::best(&problem, width, isa, progress)?
    {
        return Ok(finish(&problem, &best.states, best.score, exact));
    }
    match plan::best(&problem, isa, progress)? {
        Some(best) => Ok(finish(&problem, &best.states, best.score, true)),
        None => Err(impossible(&problem, isa)),
    }
}

/// A run of targets that may be missing from the speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Optional {
    /// Which targets.
    pub targets: Range<usize>,
    /// What leaving them out costs, in nats; finite, at least 0.
    pub cost: f32,
}

/// Aligns targets of which some may not have been said.
///
/// The path has the highest score of all paths through all targets but the optional runs left
/// out, each run left out at its cost and leaving at least one frame of blank in its place. A
/// target that is left out starts and ends at the same frame, and its score is −∞; [`Alignment::score`] is the sum along the path, without costs.
///
/// # Errors
///
/// As for [`align`]; and [`Error::Alignment`] where the runs are empty, not in order, overlap, or
/// lie outside the targets.
///
/// # Complexity
///
/// `2 * frames * targets` steps; memory grows with `targets * sqrt(frames)`.
pub fn align_optional(
    log_probs: &LogProbs<'_>,
    targets: &[i32],
    optional: &[Optional],
    options: &Options,
) -> Result<Alignment> {
    let mut behind = 0;
    let mut arcs = Vec::with_capacity(optional.len());
    for (i, Optional { targets: run, cost }) in optional.iter().enumerate() {
        if run.start < behind || run.is_empty() || run.end > targets.len() {
            return Err(Error::Alignment {
                reason: format!(
                    "optional[{i}] is {}..{}; it must hold a target, begin at {behind} or later \
                     and end within the {} targets",
                    run.start,
                    run.end,
                    targets.len()
                ),
            });
        }
        if !(cost.is_finite() && *cost >= 0.0) {
            return Err(Error::Alignment {
                reason: format!("optional[{i}] costs {cost}; a cost is finite and at least 0"),
            });
        }
        behind = run.end;
        arcs.push(Arc { first: run.start, end: run.end, cost: f64::from(*cost) });
    }
    let problem = Problem::new(*log_probs, targets, options, true)?;
    let wanted = targets.len() - arcs.iter().map(|arc| arc.end - arc.first).sum::<usize>();
    if wanted > problem.frames {
        return Err(Error::Alignment {
            reason: format!(
                "{wanted} targets that are not optional need as many frames, log_probs has {}",
                problem.frames
            ),
        });
    }
    let isa = Isa::detect();
    match optional::solve(&problem, &arcs, isa, &())? {
        Some((states, score)) => {
            let mut found = finish(&problem, &states, score, true);
            for arc in &arcs {
                if found.starts[arc.first] == found.ends[arc.first] {
                    found.score += arc.cost;
                }
            }
            Ok(found)
        }
        None => Err(impossible(&problem, isa)),
    }
}

/// Aligns many pairs of `(log_probs, targets)` on rayon's current pool. The order is kept.
///
/// # Errors
///
/// As for [`align`], each pair its own.
#[must_use]
pub fn par_align(batch: &[(LogProbs<'_>, &[i32])], options: &Options) -> Vec<Result<Alignment>> {
    batch.par_iter().map(|(log_probs, targets)| align(log_probs, targets, options)).collect()
}

/// Why there is no path.
fn impossible(problem: &Problem<'_>, isa: Isa) -> Error {
    let frame = exact::dead_end(problem, isa);
    let reason = match frame {
        Some(frame) => format!(
            "every path of the {} targets has probability zero: none is left at frame {frame} of \
             {}, whose log probabilities are -inf wherever a path could be",
            problem.forward.labels, problem.frames
        ),
        None => "every path of the targets has probability zero".to_owned(),
    };
    Error::Alignment { reason }
}

/// From states to what the caller sees.
fn finish(problem: &Problem<'_>, states: &[State], score: f64, exact: bool) -> Alignment {
    let labels = problem.forward.labels;
    let (mut starts, mut ends) = (vec![0i64; labels], vec![0i64; labels]);
    let mut scores = vec![f32::NEG_INFINITY; labels];
    let mut path = Vec::with_capacity(states.len());
    let blank = problem.blank_token();
    let mut frame = 0;
    while frame < states.len() {
        let state = states[frame];
        let run = states[frame..].iter().take_while(|&&s| s == state).count();
        if state.is_multiple_of(2) {
            path.resize(frame + run, blank);
        } else {
            let j = (state / 2) as usize;
            path.resize(frame + run, problem.targets[j]);
            let sum: f64 = (frame..frame + run).map(|t| f64::from(problem.emission(t, j))).sum();
            starts[j] = frame as i64;
            ends[j] = (frame + run) as i64;
            scores[j] = (sum / run as f64) as f32;
        }
        frame += run;
    }
    // Targets that were left out lie where they would have been said.
    let mut behind = 0;
    for (start, end) in starts.iter_mut().zip(&mut ends) {
        if *end == 0 {
            (*start, *end) = (behind, behind);
        }
        behind = *end;
    }
    Alignment { path, starts, ends, scores, score, exact }
}
