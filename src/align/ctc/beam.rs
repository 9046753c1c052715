//! A beam, and the certificate that tells whether it can have cost anything.
//!
//! The beam keeps the pairs around the best one and remembers, for every block of frames, the best
//! score it dropped. A second sweep, from the end and within the beam, bounds how a path that comes
//! back into the beam goes on. A path that leaves at one block and comes back at a later one, or
//! leaves several times, loses at least what its part before the first exit and its part after the
//! last return lose; between them it may be anywhere and is given every frame's best token. If no
//! such sum reaches the score that was found, no path outside the beam is better: the path is
//! exact. Otherwise nothing is claimed.

use super::exact::{self, Best, Memory, Narrow};
use super::problem::{LANES, Problem};
use super::rows::{Isa, Rows};
use super::sweep::{Bounds, Losses};
use crate::Result;
use crate::progress::Progress;

/// Frames per block.
const BLOCK: usize = 32;

/// Room for the rounding of 64-bit sums, in nats.
const SLACK: f64 = 0.01;

/// Scores beyond this are not certified: sums of 64-bit floats no longer tell nats apart.
const GREAT: f64 = 1e9;

struct Beam<'p> {
    problem: &'p Problem<'p>,
    isa: Isa,
    /// Groups kept on either side of the best.
    half: usize,
    losses: Losses,
    /// The sum of the maxima of the frames before the block.
    maxima: f64,
    /// Per block, the groups that were kept.
    kept: Vec<(usize, usize)>,
    /// Per block, the best relative score that was dropped before it.
    dropped: Vec<f64>,
}

/// The best path that stays within `width` pairs, and whether it is proven to be the best of all.
/// `None` where the beam holds no path.
pub(super) fn best(
    problem: &Problem<'_>,
    width: usize,
    isa: Isa,
    progress: &dyn Progress,
) -> Result<Option<(Best, bool)>> {
    let mut beam = Beam {
        problem,
        isa,
        half: width.div_ceil(2 * LANES),
        losses: Losses::new(problem, BLOCK),
        maxima: 0.0,
        kept: Vec::new(),
        dropped: Vec::new(),
    };
    let Some(best) = exact::solve(problem, isa, &mut beam, Memory::default(), progress)? else {
        return Ok(None);
    };
    let last = (problem.frames - 1) / BLOCK * BLOCK;
    let maxima = beam.maxima + beam.losses.read(problem, isa, last..problem.frames);
    let loss = best.score - maxima;
    let tells = maxima.abs() <= GREAT && loss.abs() <= GREAT;
    let exact = tells && beam.outside(progress)? + SLACK <= loss;
    Ok(Some((best, exact)))
}

impl Narrow for Beam<'_> {
    fn frames(&self) -> usize {
        BLOCK
    }

    fn keep(
        &mut self,
        block: usize,
        rows: &Rows,
        (first, last): (usize, usize),
    ) -> Option<(usize, usize)> {
        if let Some(before) = block.checked_sub(1) {
            let frames = before * BLOCK..block * BLOCK;
            self.maxima += self.losses.read(self.problem, self.isa, frames);
        }
        let pair = |j: usize| rows.blank[j].max(rows.label[j]);
        let best = (first..=last).max_by(|&a, &b| pair(a).total_cmp(&pair(b)))? / LANES;
        let low = first.max(best.saturating_sub(self.half) * LANES);
        let high = last.min((best + self.half + 1) * LANES - 1);
        let aside = (first..low / LANES * LANES).chain((high / LANES + 1) * LANES..last + 1);
        let dropped = aside.map(pair).fold(f64::NEG_INFINITY, f64::max);
        self.dropped.push(dropped - self.maxima);
        self.kept.push((low / LANES, high / LANES + 1));
        Some((low, high))
    }
}

impl Beam<'_> {
    /// An upper bound on the relative score of every path that leaves the beam.
    fn outside(&self, progress: &dyn Progress) -> Result<f64> {
        let labels = self.problem.forward.labels;
        let chain = self.problem.reversed();
        let mut bounds = Bounds::start(chain.pairs, BLOCK);
        let mut losses = Losses::new(self.problem, BLOCK);
        let mut held = (0, 1);
        let (mut worst, mut back) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (block, &(low, high)) in self.kept.iter().enumerate().rev() {
            progress.check()?;
            // Dropped here, back at a later block.
            worst = worst.max(self.dropped[block] + back);
            let from = block * BLOCK;
            let frames = from..(from + BLOCK).min(self.problem.frames);
            // All that the block may have touched, seen from the end.
            let first = (labels + 1).saturating_sub((high + 1) * LANES + frames.len()) / LANES;
            let end = (labels - (low * LANES).min(labels)) / LANES + 1;
            bounds.clear(first, held.0.min(end));
            bounds.clear(held.1.max(first), end);
            held = (first, end);
            losses.read(self.problem, self.isa, frames.rev());
            if bounds.advance(self.isa, &chain, &losses, held).is_none() {
                break;
            }
            let Some(before) = block.checked_sub(1) else { break };
            // Where a path that was outside one block ago can be inside now.
            let (before_low, before_high) = self.kept[before];
            let below = low * LANES..(before_low * LANES + BLOCK).min(high * LANES);
            let above = (before_high * LANES).max(low * LANES)..high * LANES;
            let enters = below.chain(above).fold(f32::NEG_INFINITY, |most, j| {
                // From pair `j` the path goes on in the blanks and labels of `j` and `j + 1`.
                (labels.saturating_sub(j + 2)..(labels + 1).saturating_sub(j))
                    .filter(|pair| (first * LANES..end * LANES).contains(pair))
                    .fold(most, |most, pair| most.max(bounds.blank[pair]).max(bounds.label[pair]))
            });
            back = back.max(bounds.base + f64::from(enters));
        }
        Ok(worst)
    }
}
