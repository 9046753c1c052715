//! What narrows the exact search: an upper bound on how any path can go on.
//!
//! A sweep from the end of the recording to its beginning bounds, for every block of frames and
//! group of pairs, the best that can still come. A state whose score so far plus that bound falls
//! below a score that some path has is on no best path, so leaving it out changes nothing. The
//! sweep is narrowed in the same way: what is still to be read cannot gain, so a state that has
//! already lost more than a whole path loses is left out.

use super::exact::Narrow;
use super::problem::{Chain, LANES, Problem};
use super::rows::{Isa, Rows};
use super::sweep::{Bounds, Losses};
use crate::Result;
use crate::progress::Progress;

/// Bytes of bounds that may be held.
const GRID: usize = 24 << 20;

/// Room for the rounding of 64-bit sums, in nats.
const SLACK: f64 = 0.01;

/// How a sweep is narrowed.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// States that have lost more are left out; a loss is not above 0.
    pub(super) floor: f64,
    /// Most pairs that are looked at around the best.
    pub(super) band: Option<usize>,
    /// Whether the bounds are kept.
    pub(super) keep: bool,
}

/// The bounds of all blocks.
pub(super) struct Guide {
    /// Frames per block, and pairs per group of the grid.
    block: usize,
    labels: usize,
    /// Per block, the bounds before its first frame.
    blocks: Vec<Block>,
    values: Vec<f32>,
    /// What the whole best path loses at least: an upper bound on its relative score.
    pub(super) total: f64,
    /// The sum of all frames' maxima.
    pub(super) maxima: f64,
    /// States whose bound lies below are left out.
    pub(super) floor: f64,
}

#[derive(Clone, Copy, Default)]
struct Block {
    /// The sum of the maxima of the frames before the block.
    maxima: f64,
    base: f64,
    /// The first group of the grid that is held, counted from the text's end, and how many.
    first: usize,
    count: usize,
    /// Where the values begin.
    start: usize,
}

/// Frames per block: as few as the memory for the grid allows.
fn block(problem: &Problem<'_>) -> usize {
    let labels = problem.forward.labels;
    // The area that can be reached at all.
    let area = labels as f64 * (problem.frames - labels.min(problem.frames) + 1) as f64;
    let mut block = 32;
    while area * 4.0 / (block * block) as f64 > GRID as f64 && block < 1 << 14 {
        block *= 2;
    }
    block
}

/// Sweeps from the end to the beginning. `None` where no state is left.
pub(super) fn sweep(
    problem: &Problem<'_>,
    reversed: &Chain,
    isa: Isa,
    limits: Limits,
    progress: &dyn Progress,
) -> Result<Option<Guide>> {
    let block = block(problem);
    let labels = problem.forward.labels;
    let count = problem.frames.div_ceil(block);
    let mut bounds = Bounds::start(reversed.pairs, block);
    let mut losses = Losses::new(problem, block);
    let mut blocks = vec![Block::default(); count];
    let mut values = Vec::new();
    let mut maxima = 0.0;
    let mut pairs = (0, 0);
    let mut done = 0;
    for number in (0..count).rev() {
        progress.check()?;
        let frames = number * block..((number + 1) * block).min(problem.frames);
        let reach = problem.reach(done);
        let (first, last) = (pairs.0.max(reach.0), pairs.1.min(reach.1));
        if first > last {
            return Ok(None);
        }
        let grown = (last + frames.len()).min(labels);
        let count = (grown / LANES + 1 - first / LANES).next_multiple_of(isa.abreast());
        let groups = (first / LANES, first / LANES + count);
        bounds.clear(last / LANES + 1, groups.1);
        done += frames.len();
        let sum = losses.read(problem, isa, frames.rev());
        maxima += sum;
        let Some(best) = bounds.advance(isa, reversed, &losses, groups) else {
            return Ok(None);
        };
        blocks[number].maxima = sum;
        blocks[number].base = bounds.base;
        let floor = limits.floor - bounds.base;
        let (mut low, mut high) = groups;
        if let Some(band) = limits.band {
            let half = (band / LANES / 2).max(1);
            low = low.max(best.saturating_sub(half));
            high = high.min(best + half + 1);
        }
        while low < high && f64::from(bounds.most[low]) < floor {
            low += 1;
        }
        while low < high && f64::from(bounds.most[high - 1]) < floor {
            high -= 1;
        }
        if low == high {
            return Ok(None);
        }
        pairs = (low * LANES, (high * LANES - 1).min(grown));
        if limits.keep {
            blocks[number].first = low * LANES / block;
            blocks[number].start = values.len();
            keep(&bounds, block, (low, high), &mut values);
            blocks[number].count = values.len() - blocks[number].start;
        }
    }
    // The forward path begins in its first blank or label: the last states of the sweep.
    let held = |pair: usize| pairs.0 <= pair && pair <= pairs.1;
    let mut most = f32::NEG_INFINITY;
    if held(labels) {
        most = bounds.blank[labels];
    }
    if labels > 0 && held(labels - 1) {
        most = most.max(bounds.label[labels - 1]);
    }
    if most == f32::NEG_INFINITY {
        return Ok(None);
    }
    let mut before = 0.0;
    for block in &mut blocks {
        let sum = block.maxima;
        block.maxima = before;
        before += sum;
    }
    let total = bounds.base + f64::from(most);
    Ok(Some(Guide { block, labels, blocks, values, total, maxima, floor: f64::NEG_INFINITY }))
}

/// The maxima of the grid's groups within the groups `[low, high)` of 16 pairs. From pair `j` the
/// path goes on in pair `j` or `j + 1`, which here are the same pair and two labels behind it.
fn keep(bounds: &Bounds, block: usize, (low, high): (usize, usize), values: &mut Vec<f32>) {
    let first = low * LANES / block;
    let last = (high * LANES - 1) / block;
    for group in first..=last {
        let start = group * block;
        let from = (start / LANES).max(low);
        let to = ((start + block) / LANES).min(high);
        let mut most = bounds.most[from..to].iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
        for pair in start.saturating_sub(2).max(low * LANES)..start {
            most = most.max(bounds.blank[pair]).max(bounds.label[pair]);
        }
        values.push(most);
    }
    // The two pairs behind the last group, for the states that only they follow.
    let start = (last + 1) * block;
    let mut most = f32::NEG_INFINITY;
    for pair in start - 2..start {
        if (low * LANES..high * LANES).contains(&pair) {
            most = most.max(bounds.blank[pair]).max(bounds.label[pair]);
        }
    }
    values.push(most);
}

impl Narrow for Guide {
    fn frames(&self) -> usize {
        self.block
    }

    fn keep(
        &mut self,
        block: usize,
        rows: &Rows,
        (first, last): (usize, usize),
    ) -> Option<(usize, usize)> {
        let Block { maxima, base, first: group, count, start } = self.blocks[block];
        let values = &self.values[start..start + count];
        let most = |low: usize, high: usize| {
            let both = rows.blank[low..=high].iter().zip(&rows.label[low..=high]);
            both.fold(f64::NEG_INFINITY, |most, (&b, &l)| {
                let pair = if b > l { b } else { l };
                if pair > most { pair } else { most }
            })
        };
        let (mut lowest, mut highest) = (None, 0);
        for (i, &value) in values.iter().enumerate().rev() {
            // Pairs whose distance from the text's end lies in this group.
            let near = (group + i) * self.block;
            if near > self.labels - first {
                continue;
            }
            let high = (self.labels - near).min(last);
            let low = (self.labels + 1).saturating_sub(near + self.block).max(first);
            if low > high {
                continue;
            }
            let bound = most(low, high) - maxima + base + f64::from(value);
            if bound >= self.floor - SLACK {
                lowest.get_or_insert(low);
                highest = high;
            }
        }
        lowest.map(|low| (low, highest))
    }
}
