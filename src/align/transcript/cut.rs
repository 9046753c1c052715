//! From segments to utterances of a wanted length, cut where the speaker pauses.

use std::ops::Range;

use super::{Segment, Transcript};
use crate::{Error, Result};

/// How long utterances are to be, in frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lengths {
    /// Shorter ones are left out.
    pub shortest: usize,
    /// What they should be about.
    pub wanted: usize,
    /// None is longer.
    pub longest: usize,
    /// Silence that is kept on both sides, where there is as much.
    pub padding: usize,
    /// Utterances with a lower mean log probability are left out.
    pub score: f32,
}

impl Default for Lengths {
    /// One to fifteen seconds, eight wanted, at 50 frames per second; 0.2 seconds of silence.
    fn default() -> Self {
        Self { shortest: 50, wanted: 400, longest: 750, padding: 10, score: -2.0 }
    }
}

/// A piece for training.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// Which units.
    pub units: Range<usize>,
    /// The first frame, silence included.
    pub start: usize,
    /// The frame behind the last, silence included.
    pub end: usize,
    /// The mean of its units' scores.
    pub score: f32,
}

/// A pause of as many frames is as good as any, to cut at.
const LONG_PAUSE: f32 = 25.0;

impl Transcript {
    /// Cuts every segment into utterances at its pauses.
    ///
    /// Among all ways to cut a segment between units, the one is taken whose utterances are
    /// nearest to the wanted length and whose cuts lie in the longest pauses. The utterances lie
    /// within the segments, none overlaps another, and no speech without text is in any.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] unless `shortest ≤ wanted ≤ longest` and `wanted` is above 0.
    ///
    /// # Complexity
    ///
    /// Units times the units that fit into the longest utterance.
    pub fn utterances(&self, lengths: &Lengths) -> Result<Vec<Utterance>> {
        let Lengths { shortest, wanted, longest, .. } = *lengths;
        if wanted == 0 || shortest > wanted || wanted > longest {
            return Err(Error::argument(
                "lengths",
                "ordered: shortest, wanted, longest, with wanted above 0",
                format!("{shortest}, {wanted}, {longest}"),
            ));
        }
        // Everything that a margin must not run into, in order.
        let mut busy: Vec<Range<usize>> = self
            .segments
            .iter()
            .map(|s| s.start..s.end)
            .chain(self.missing_speech.iter().cloned())
            .collect();
        busy.sort_by_key(|range| (range.start, range.end));
        let mut found = Vec::new();
        for segment in &self.segments {
            let before = busy.partition_point(|range| range.start < segment.start);
            let left = busy[..before].iter().map(|range| range.end).max().unwrap_or(0);
            let right = busy[before..]
                .iter()
                .find(|range| range.start >= segment.end)
                .map_or(self.frames, |range| range.start);
            let room = (left.min(segment.start), right.max(segment.end));
            self.cut(segment, room, lengths, &mut found);
        }
        Ok(found)
    }

    fn cut(
        &self,
        segment: &Segment,
        (left, right): (usize, usize),
        lengths: &Lengths,
        found: &mut Vec<Utterance>,
    ) {
        let units = &self.units[segment.units.clone()];
        let count = units.len();
        // Room on both sides of a cut: half of the pause, at most the padding; at the borders of
        // the segment half of what is free.
        let margin = |pause: usize| (pause / 2).min(lengths.padding);
        let before = |i: usize| match i {
            0 => margin(units[0].start - left),
            _ => margin(units[i].start - units[i - 1].end),
        };
        let after = |i: usize| match units.get(i + 1) {
            None => margin(right - units[i].end),
            Some(next) => margin(next.start - units[i].end),
        };
        let span = |i: usize, j: usize| units[i].start - before(i)..units[j].end + after(j);
        // best[j]: the least cost of the units before `j`, and where the last piece begins.
        let mut best = vec![(f32::INFINITY, 0); count + 1];
        best[0].0 = 0.0;
        for j in 0..count {
            let pause = units
                .get(j + 1)
                .map_or(LONG_PAUSE, |next| ((next.start - units[j].end) as f32).min(LONG_PAUSE));
            for i in (0..=j).rev() {
                let length = span(i, j).len();
                if length > lengths.longest && i < j {
                    break;
                }
                let off = (length as f32 - lengths.wanted as f32) / lengths.wanted as f32;
                // What is too short or too long is lost.
                let lost =
                    if length < lengths.shortest || length > lengths.longest { 2.0 } else { 0.0 };
                let cost = best[i].0 + off * off + lost + 0.7 * (1.0 - pause / LONG_PAUSE);
                if cost < best[j + 1].0 {
                    best[j + 1] = (cost, i);
                }
            }
        }
        let mut pieces = Vec::new();
        let mut end = count;
        while end > 0 {
            let start = best[end].1;
            pieces.push(start..end);
            end = start;
        }
        for piece in pieces.into_iter().rev() {
            let frames = span(piece.start, piece.end - 1);
            let sum: f32 = units[piece.clone()].iter().map(|unit| unit.score).sum();
            let score = sum / piece.len() as f32;
            let fits = (lengths.shortest..=lengths.longest).contains(&frames.len());
            if fits && score >= lengths.score {
                found.push(Utterance {
                    units: segment.units.start + piece.start..segment.units.start + piece.end,
                    start: frames.start,
                    end: frames.end,
                    score,
                });
            }
        }
    }
}
