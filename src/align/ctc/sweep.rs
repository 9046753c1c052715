//! Upper bounds: the same recurrence in 32-bit floats that are always rounded up.
//!
//! Scores are taken relative to each frame's best log probability, so that no state gains and a
//! path's score is what it loses against the best token of every frame. A block of frames is
//! read at a time while its groups lie in registers; after each block the row's maximum moves
//! into a 64-bit base, so that the numbers stay small however long the recording is.

use super::problem::{Chain, LANES, Problem};
use super::rows::Isa;

/// Rounds a number that is not above 0 up, past the rounding error of the operation before.
pub(super) const UP: f32 = 1.0 - f32::EPSILON * 2.0;

/// No finite loss of a frame is taken for greater than this, so that sums stay finite.
const MOST: f32 = 1e30;

/// The losses of a block of frames.
pub(super) struct Losses {
    /// Per frame, a table of what each token loses. `[frames, width]`
    pub(super) tables: Vec<f32>,
    /// Per frame, what the blank loses.
    pub(super) blanks: Vec<f32>,
    pub(super) width: usize,
}

impl Losses {
    /// Room for `frames` frames of `problem`.
    pub(super) fn new(problem: &Problem<'_>, frames: usize) -> Self {
        Self {
            tables: vec![0.0; frames * problem.width],
            blanks: vec![0.0; frames],
            width: problem.width,
        }
    }

    /// Reads `frames`, in their order; returns the sum of the frames' maxima.
    pub(super) fn read(
        &mut self,
        problem: &Problem<'_>,
        isa: Isa,
        frames: impl ExactSizeIterator<Item = usize>,
    ) -> f64 {
        self.blanks.clear();
        let mut sum = 0.0;
        for (frame, table) in frames.zip(self.tables.chunks_mut(self.width)) {
            problem.fill(frame, table);
            let best = match isa {
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2 | Isa::Avx512 => super::avx2::relate(table),
                #[cfg(target_arch = "aarch64")]
                Isa::Neon => relate(table),
                Isa::Portable => relate(table),
            };
            if best > f32::NEG_INFINITY {
                sum += f64::from(best);
            }
            self.blanks.push(table[problem.blank]);
        }
        sum
    }
}

/// Makes log probabilities relative to the greatest, which is returned; -∞ stays -∞.
#[inline(always)]
pub(super) fn relate(table: &mut [f32]) -> f32 {
    let best = greatest(table);
    if best == f32::NEG_INFINITY {
        return best;
    }
    for chunk in table.as_chunks_mut::<LANES>().0 {
        for value in chunk {
            let loss = (*value - best) * UP;
            let loss = if loss > -MOST { loss } else { -MOST };
            *value = if *value > f32::NEG_INFINITY { loss } else { *value };
        }
    }
    best
}

#[inline(always)]
fn greatest(values: &[f32]) -> f32 {
    let mut most = [f32::NEG_INFINITY; LANES];
    for chunk in values.as_chunks::<LANES>().0 {
        most = greater(&most, chunk);
    }
    highest(most)
}

#[inline(always)]
fn greater(a: &[f32; LANES], b: &[f32; LANES]) -> [f32; LANES] {
    let mut most = [0f32; LANES];
    for i in 0..LANES {
        most[i] = if a[i] > b[i] { a[i] } else { b[i] };
    }
    most
}

/// Halves again and again, as registers are reduced.
#[inline(always)]
fn highest(mut values: [f32; LANES]) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            values[i] = if values[i] > values[i + width] { values[i] } else { values[i + width] };
        }
        width /= 2;
    }
    values[0]
}

/// A row of upper bounds, relative to `base`.
pub(super) struct Bounds {
    pub(super) blank: Vec<f32>,
    pub(super) label: Vec<f32>,
    /// What the numbers are relative to.
    pub(super) base: f64,
    /// Per group, its maximum after the last block.
    pub(super) most: Vec<f32>,
    /// Per frame of a block, the group before the one in work. `[frames, 16]`
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_arch = "aarch64")),
        allow(dead_code, reason = "for wide registers")
    )]
    pub(super) carry: Vec<f32>,
}

impl Bounds {
    /// Before the first frame, for blocks of up to `frames` frames.
    pub(super) fn start(pairs: usize, frames: usize) -> Self {
        let mut blank = vec![f32::NEG_INFINITY; pairs];
        blank[0] = 0.0;
        Self {
            blank,
            label: vec![f32::NEG_INFINITY; pairs],
            base: 0.0,
            most: vec![f32::NEG_INFINITY; pairs / LANES],
            carry: vec![f32::NEG_INFINITY; frames * LANES],
        }
    }

    /// Marks the groups `[first, end)` as not reached.
    pub(super) fn clear(&mut self, first: usize, end: usize) {
        if first < end {
            self.blank[first * LANES..end * LANES].fill(f32::NEG_INFINITY);
            self.label[first * LANES..end * LANES].fill(f32::NEG_INFINITY);
            self.most[first..end].fill(f32::NEG_INFINITY);
        }
    }

    /// Reads all frames of `losses` for the groups `[first, end)`; then finds the groups' maxima
    /// and moves the greatest into the base. Returns the group of the greatest, or `None` where
    /// no state is left.
    pub(super) fn advance(
        &mut self,
        isa: Isa,
        chain: &Chain,
        losses: &Losses,
        groups: (usize, usize),
    ) -> Option<usize> {
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => {
                super::avx512::sweep(self, chain, losses, groups);
                super::avx2::settle(self, groups)
            }
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => {
                super::avx2::sweep(self, chain, losses, groups);
                super::avx2::settle(self, groups)
            }
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => {
                super::neon::sweep(self, chain, losses, groups);
                self.settle(groups)
            }
            Isa::Portable => {
                self.frames(chain, losses, groups);
                self.settle(groups)
            }
        }
    }

    /// The scalar twin of reading frames; a compiler makes vectors of it.
    #[inline(always)]
    pub(super) fn frames(&mut self, chain: &Chain, losses: &Losses, groups: (usize, usize)) {
        for (table, &blank) in losses.tables.chunks(losses.width).zip(&losses.blanks) {
            portable(self, chain, table, blank, groups);
        }
    }

    /// Finds the groups' maxima and moves the greatest into the base.
    #[inline(always)]
    pub(super) fn settle(&mut self, (first, end): (usize, usize)) -> Option<usize> {
        let range = first * LANES..end * LANES;
        let blanks = self.blank[range.clone()].as_chunks_mut::<LANES>().0;
        let labels = self.label[range].as_chunks_mut::<LANES>().0;
        let most = &mut self.most[first..end];
        for ((most, b), l) in most.iter_mut().zip(&*blanks).zip(&*labels) {
            *most = highest(greater(b, l));
        }
        let (best, &greatest) =
            most.iter().enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        if greatest == f32::NEG_INFINITY {
            return None;
        }
        for row in blanks.iter_mut().chain(labels) {
            for value in row {
                *value = (*value - greatest) * UP;
            }
        }
        for value in most {
            *value = (*value - greatest) * UP;
        }
        self.base += f64::from(greatest);
        Some(first + best)
    }
}

#[inline(always)]
fn portable(
    bounds: &mut Bounds,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    (first, end): (usize, usize),
) {
    let range = first * LANES..end * LANES;
    let blanks = bounds.blank[range.clone()].as_chunks_mut::<LANES>().0;
    let labels = bounds.label[range.clone()].as_chunks_mut::<LANES>().0;
    let ranks = chain.ranks[range].as_chunks::<LANES>().0;
    let skips = &chain.skips[first..end];
    let mut carry = f32::NEG_INFINITY;
    for (((b, l), ranks), &skip) in blanks.iter_mut().zip(labels).zip(ranks).zip(skips) {
        let mut before = [carry; LANES];
        before[1..].copy_from_slice(&l[..LANES - 1]);
        carry = l[LANES - 1];
        let mut loss = [0f32; LANES];
        for i in 0..LANES {
            loss[i] = table[ranks[i] as usize];
        }
        for i in 0..LANES {
            let most = if before[i] > b[i] { before[i] } else { b[i] };
            let enter = if skip >> i & 1 == 1 { most } else { b[i] };
            let label = if enter > l[i] { enter } else { l[i] };
            l[i] = (label + loss[i]) * UP;
            b[i] = (most + blank) * UP;
        }
    }
}
