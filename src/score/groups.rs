//! Scores of speakers, dialects or age groups, with the interval in which a figure lies.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::rate::{match_error_rate, rate};
use crate::align::Counts;
use crate::random::Random;
use crate::{Error, Result};

/// How the interval of a rate is drawn: pairs are taken anew at random, with replacement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// How often the whole set is drawn: from 1 to [`Bootstrap::MOST_SAMPLES`]. Default: 1,000.
    pub samples: usize,
    /// The share of the draws that the interval holds, between 0 and 1. Default: 0.95.
    pub level: f64,
    /// Where the random numbers start: the same seed gives the same interval. Default: 0.
    pub seed: u64,
    /// A group of fewer pairs is marked as small: its figures say little. Default: 30.
    pub small: usize,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { samples: 1000, level: 0.95, seed: 0, small: 30 }
    }
}

impl Bootstrap {
    /// The most draws: more say no more, and the rate of each is held in memory.
    pub const MOST_SAMPLES: usize = 1_000_000;

    /// Whether the options are in range.
    fn check(&self) -> Result<()> {
        if !(1..=Self::MOST_SAMPLES).contains(&self.samples) {
            let requirement = format!("from 1 to {}", Self::MOST_SAMPLES);
            return Err(Error::argument("samples", requirement, self.samples));
        }
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(Error::argument("level", "between 0 and 1", self.level));
        }
        Ok(())
    }
}

/// From where to where a rate lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The score of the pairs that share a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The label.
    pub name: String,
    /// How many pairs bear it.
    pub pairs: usize,
    /// Their counts together.
    pub counts: Counts,
    /// Errors per reference token.
    pub rate: f64,
    /// The interval of the rate.
    pub interval: Interval,
    /// Whether the group is too small to say much.
    pub small: bool,
}

impl Group {
    /// Errors per step of the alignment, as
    /// [`Score::match_error_rate`](super::Score::match_error_rate).
    #[must_use]
    pub fn match_error_rate(&self) -> f64 {
        match_error_rate(&self.counts)
    }
}

/// The scores of the pairs by their labels, in the order of the labels.
///
/// `pairs` are the counts of each pair ([`Score::pairs`](super::Score::pairs)), `labels` one for
/// each.
///
/// # Errors
///
/// [`Error::Argument`] where there are not as many labels as pairs, and for options out of range.
///
/// # Example
///
/// ```
/// use sprogkit::score::{self, Bootstrap};
///
/// let score = score::wer(&["ja tak", "nej tak", "måske"], &["ja tak", "nej", "måske ja"])?;
/// let groups = score::groups(&score.pairs, &["jysk", "jysk", "fynsk"], &Bootstrap::default())?;
/// assert_eq!(groups[0].name, "fynsk");
/// assert_eq!((groups[1].rate, groups[1].small), (0.25, true));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn groups<L: AsRef<str>>(
    pairs: &[Counts],
    labels: &[L],
    options: &Bootstrap,
) -> Result<Vec<Group>> {
    options.check()?;
    if pairs.len() != labels.len() {
        let requirement = format!("as many as there are pairs ({})", pairs.len());
        return Err(Error::argument("groups", requirement, labels.len()));
    }
    let mut members: BTreeMap<&str, Vec<Counts>> = BTreeMap::new();
    for (label, counts) in labels.iter().zip(pairs) {
        members.entry(label.as_ref()).or_default().push(*counts);
    }
    members
        .into_iter()
        .map(|(name, members)| {
            let counts: Counts = members.iter().copied().sum();
            Ok(Group {
                name: name.to_owned(),
                pairs: members.len(),
                counts,
                rate: rate(&counts),
                interval: interval(&members, options)?,
                small: members.len() < options.small,
            })
        })
        .collect()
}

/// The interval of the rate of `pairs`, by the percentiles of the bootstrap.
///
/// # Errors
///
/// [`Error::Argument`] for no pairs, no samples or more than [`Bootstrap::MOST_SAMPLES`], or a level outside 0 to 1.
///
/// # Source
///
/// M. Bisani and H. Ney (2004), Bootstrap estimates for confidence intervals in ASR performance
/// evaluation, ICASSP: sentences are drawn, so that errors that come together stay together.
pub fn interval(pairs: &[Counts], options: &Bootstrap) -> Result<Interval> {
    if pairs.is_empty() {
        return Err(Error::argument("pairs", "at least one", "none"));
    }
    options.check()?;
    // Two numbers for each pair is all that a rate needs.
    let small: Vec<(u32, u32)> =
        pairs.iter().map(|one| (one.errors() as u32, one.reference() as u32)).collect();
    let mut rates: Vec<f64> = (0..options.samples as u64)
        .into_par_iter()
        .map(|sample| {
            // Each sample has a stream of its own, so that threads do not matter.
            let stream = sample.wrapping_mul(0xD1B5_4A32_D192_ED03);
            let mut random = Random(Random(options.seed).next() ^ stream);
            let (mut errors, mut length) = (0_u64, 0_u64);
            for _ in 0..small.len() {
                let drawn = (u128::from(random.next()) * small.len() as u128) >> 64;
                let (more, tokens) = small[drawn as usize];
                errors += u64::from(more);
                length += u64::from(tokens);
            }
            if length == 0 { errors as f64 } else { errors as f64 / length as f64 }
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    let outside = (1.0 - options.level) / 2.0;
    Ok(Interval { low: percentile(&rates, outside), high: percentile(&rates, 1.0 - outside) })
}

/// The value below which `share` of the sorted `values` lie, between neighbours in a straight
/// line.
fn percentile(values: &[f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(values.len() - 1);
    values[below] + (values[above] - values[below]) * (place - below as f64)
}
