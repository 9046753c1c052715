//! Pairs of any length: common ends, the bound, the forward passes and the way back.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::band::{Band, Carry, ROWS, Rows, advance};
use super::ids::{Fold, Ids};
use super::short::{self, Short, Way};
use super::{Operation, Steps};

/// Bytes that the columns between two checkpoints may take.
const COLUMN_BYTES: usize = 4 << 20;
/// Bytes that all checkpoints may take before every second one is forgotten.
const CHECKPOINT_BYTES: usize = 8 << 20;

/// Aligns as RapidFuzz's `editops`: common ends first, then the matrix.
pub(super) fn jiwer(
    short: &mut Short,
    reference: &[u32],
    hypothesis: &[u32],
    steps: &mut impl Steps,
) {
    let (prefix, suffix) = common_ends(reference, hypothesis);
    let inner = &reference[prefix..reference.len() - suffix];
    let other = &hypothesis[prefix..hypothesis.len() - suffix];
    if suffix > 0 {
        steps.push(Operation::Hit, reference.len() - 1, hypothesis.len() - 1, suffix);
    }
    matrix(short, inner, other, (Way::Jiwer, prefix), steps);
    if prefix > 0 {
        steps.push(Operation::Hit, prefix - 1, prefix - 1, prefix);
    }
}

/// Aligns as Kaldi's `compute-wer`.
pub(super) fn kaldi(
    short: &mut Short,
    reference: &[u32],
    hypothesis: &[u32],
    steps: &mut impl Steps,
) {
    matrix(short, reference, hypothesis, (Way::Kaldi, 0), steps);
}

/// Aligns by the matrix alone.
fn matrix(
    short: &mut Short,
    reference: &[u32],
    hypothesis: &[u32],
    (way, offset): (Way, usize),
    steps: &mut impl Steps,
) {
    if reference.is_empty() || hypothesis.is_empty() {
        short::rest(reference.len(), hypothesis.len(), (offset, offset), steps);
        return;
    }
    let ids = short::ids(reference, hypothesis);
    if short::fits(reference, hypothesis, ids) {
        short.align(reference, hypothesis, ids, (way, offset), steps);
    } else if ids > 4 * (reference.len() + hypothesis.len()) + 1024 {
        // Sparse numbers would make tables of their size.
        let ids = Ids::of(reference, hypothesis);
        matrix(short, &ids.reference, &ids.hypothesis, (way, offset), steps);
    } else {
        Problem::new(reference, hypothesis, ids).align(way, (offset, offset), steps);
    }
}

/// How many tokens both sides begin and, behind those, end with.
fn common_ends(reference: &[u32], hypothesis: &[u32]) -> (usize, usize) {
    let prefix = reference.iter().zip(hypothesis).take_while(|(a, b)| a == b).count();
    let (reference, hypothesis) = (&reference[prefix..], &hypothesis[prefix..]);
    let suffix =
        reference.iter().rev().zip(hypothesis.iter().rev()).take_while(|(a, b)| a == b).count();
    (prefix, suffix)
}

/// A pair with a reference of more than one block.
struct Problem<'t> {
    reference: &'t [u32],
    hypothesis: &'t [u32],
    rows: Rows,
    /// `ahead[j]`: errors that any path must still make behind `j` tokens of the hypothesis.
    ahead: Vec<u32>,
    /// All zero between uses.
    scratch: Vec<u64>,
}

/// A forward pass that reached the end: the distance, and bands to come back to.
struct Forward {
    distance: usize,
    checkpoints: Vec<Band>,
}

impl<'t> Problem<'t> {
    fn new(reference: &'t [u32], hypothesis: &'t [u32], ids: usize) -> Self {
        let rows = Rows::of(reference, ids);
        let scratch = vec![0; rows.blocks()];
        Self { reference, hypothesis, rows, ahead: ahead(reference, hypothesis, ids), scratch }
    }

    fn align(&mut self, way: Way, offset: (usize, usize), steps: &mut impl Steps) {
        let Forward { distance, mut checkpoints } = self.forward();
        let mut place = Place { i: self.reference.len(), j: self.hypothesis.len(), left: distance };
        while let Some(band) = checkpoints.pop() {
            if place.i > 0 && place.j > band.column {
                self.back(&band, &mut place, way, offset, steps);
            }
        }
        short::rest(place.i, place.j, offset, steps);
    }

    /// Runs with a rising bound until the distance is within it.
    fn forward(&mut self) -> Forward {
        let (n, m) = (self.reference.len(), self.hypothesis.len());
        let least = (self.ahead[0] as usize).max(n.abs_diff(m));
        let mut slack = least / 4 + ROWS;
        loop {
            let bound = (least + slack).min(n.max(m));
            if let Some(forward) = self.within(bound) {
                return forward;
            }
            debug_assert!(bound < n.max(m), "no distance is above the longer length");
            slack *= 2;
        }
    }

    /// Errors that a path must still make from row `i` of column `j`.
    fn remaining(&self, i: usize, j: usize) -> usize {
        let gap = (self.reference.len() - i.min(self.reference.len()))
            .abs_diff(self.hypothesis.len() - j);
        gap.max(self.ahead[j] as usize)
    }

    /// The distance, where it is at most `bound`.
    ///
    /// A block is kept while one of its cells may lie on a path of cost `bound` or less. A path
    /// enters the block below only through the last kept row, so that block is made when the
    /// cost so far and the cost still to come allow it; cells outside count as reached with one
    /// error more for each row or column, which is never less than the truth.
    fn within(&mut self, bound: usize) -> Option<Forward> {
        let (n, m) = (self.reference.len(), self.hypothesis.len());
        let blocks = self.rows.blocks();
        let mut band = Band::start(1);
        while band.end() < blocks
            && band.end() * ROWS + self.remaining(band.end() * ROWS, 0) <= bound
        {
            band.grow((band.end() * ROWS) as u32);
        }
        let mut checkpoints = vec![band.clone()];
        let (mut every, mut bytes) = (512, 0);
        for j in 1..=m {
            let before = *band.bottom.last()? as usize;
            let (first, end) = (band.first, band.end());
            let carry =
                self.rows.marks(self.hypothesis[j - 1], first, end, &mut self.scratch, |marks| {
                    let mut carry = Carry::RISE;
                    for (((vp, vn), bottom), &eq) in
                        band.vp.iter_mut().zip(&mut band.vn).zip(&mut band.bottom).zip(marks)
                    {
                        advance(vp, vn, eq, &mut carry);
                        *bottom = (*bottom + carry.up as u32) - carry.down as u32;
                    }
                    carry
                });
            band.column = j;
            self.grow(&mut band, before, carry, bound);
            if j % 8 == 0 {
                self.shrink(&mut band, bound);
                if band.vp.is_empty() {
                    return None;
                }
            }
            if j % every == 0 && j < m {
                checkpoints.push(band.clone());
                bytes += band.vp.len() * 20;
                if bytes > CHECKPOINT_BYTES && checkpoints.len() > 16 {
                    every *= 2;
                    checkpoints.retain(|kept| kept.column % every == 0);
                    bytes = checkpoints.iter().map(|kept| kept.vp.len() * 20).sum();
                }
            }
        }
        if band.end() < blocks {
            return None;
        }
        let distance = band.value(n) as usize;
        (distance <= bound).then_some(Forward { distance, checkpoints })
    }

    /// Makes the blocks below that a path within `bound` may enter. `before` is the last kept
    /// row's value in the column before, `carry` what its block handed down.
    fn grow(&mut self, band: &mut Band, before: usize, mut carry: Carry, bound: usize) {
        let (blocks, j) = (self.rows.blocks(), band.column);
        let mut before = before;
        while band.end() < blocks {
            let row = band.end() * ROWS;
            let now = band.bottom[band.bottom.len() - 1] as usize;
            let diagonal = before + self.remaining(row, j - 1) <= bound;
            if !diagonal && now + self.remaining(row, j) > bound {
                return;
            }
            // The new block as it was one column before: reached from above alone.
            let (mut vp, mut vn) = (!0, 0);
            let block = band.end();
            let eq = self.rows.marks(
                self.hypothesis[j - 1],
                block,
                block + 1,
                &mut self.scratch,
                |marks| marks[0],
            );
            advance(&mut vp, &mut vn, eq, &mut carry);
            let bottom = before + ROWS + carry.up as usize - carry.down as usize;
            band.vp.push(vp);
            band.vn.push(vn);
            band.bottom.push(bottom as u32);
            before += ROWS;
        }
    }

    /// Drops the blocks at both ends that no path within `bound` visits in this column.
    fn shrink(&self, band: &mut Band, bound: usize) {
        let j = band.column;
        let (n, m) = (self.reference.len(), self.hypothesis.len());
        let dead = |band: &Band, at: usize| {
            let (top, bottom) = ((band.first + at) * ROWS, (band.first + at + 1) * ROWS);
            // The end is (n - top) .. (n - bottom) rows away and m - j columns.
            let (most, least) = (n - top.min(n), n - bottom.min(n));
            let columns = m - j;
            let gap = if columns > most { columns - most } else { least.saturating_sub(columns) };
            band.least(at) as usize + gap.max(self.ahead[j] as usize) > bound
        };
        while !band.vp.is_empty() && dead(band, band.vp.len() - 1) {
            band.drop_last();
        }
        let count = (0..band.vp.len()).take_while(|&at| dead(band, at)).count();
        if count > 0 {
            band.drop_first(count);
        }
    }

    /// Follows an optimal path back from `place` to the column of `band`.
    ///
    /// Only the rows between `place` and the highest row of the band from which a path can reach
    /// it at the cost it has are computed again.
    fn back(
        &mut self,
        band: &Band,
        place: &mut Place,
        way: Way,
        offset: (usize, usize),
        steps: &mut impl Steps,
    ) {
        let columns = place.j - band.column;
        let last = (place.i - 1) / ROWS;
        let first = (0..band.vp.len())
            .find(|&at| {
                let (top, bottom) = ((band.first + at) * ROWS, (band.first + at + 1) * ROWS);
                let (most, least) = (place.i - top.min(place.i), place.i - bottom.min(place.i));
                let gap =
                    if columns > most { columns - most } else { least.saturating_sub(columns) };
                band.least(at) as usize + gap <= place.left
            })
            .map_or(band.end() - 1, |at| band.first + at)
            .min(last);
        let mut cone = Cone::of(band, first, last + 1);
        if columns > 1 && (columns + 1) * (last + 1 - first) * 16 > COLUMN_BYTES {
            let middle = band.column + columns / 2;
            while cone.column < middle {
                cone.step(&self.rows, self.hypothesis[cone.column], &mut self.scratch);
            }
            let middle = cone.into_band(band);
            self.back(&middle, place, way, offset, steps);
            if place.i > 0 && place.j > band.column {
                self.back(band, place, way, offset, steps);
            }
            return;
        }
        let height = last + 1 - first;
        let mut rises = Vec::with_capacity((columns + 1) * height);
        let mut others = Vec::with_capacity((columns + 1) * height);
        rises.extend_from_slice(&cone.vp);
        others.extend_from_slice(&cone.vn);
        while cone.column < place.j {
            cone.step(&self.rows, self.hypothesis[cone.column], &mut self.scratch);
            rises.extend_from_slice(&cone.vp);
            others.extend_from_slice(if way == Way::Kaldi { &cone.hp } else { &cone.vn });
        }
        let (up, left) = offset;
        let bit = |words: &[u64], i: usize, j: usize| {
            let at = (j - band.column) * height + (i - 1) / ROWS - first;
            words[at] >> ((i - 1) % ROWS) & 1 != 0
        };
        while place.i > 0 && place.j > band.column {
            let (i, j) = (place.i, place.j);
            let deletion = bit(&rises, i, j);
            let insertion = match way {
                Way::Jiwer => !deletion && bit(&others, i, j - 1),
                Way::Kaldi => bit(&others, i, j),
            };
            let operation = if insertion {
                place.j -= 1;
                Operation::Insertion
            } else if deletion {
                place.i -= 1;
                Operation::Deletion
            } else {
                place.i -= 1;
                place.j -= 1;
                let same = self.reference[place.i] == self.hypothesis[place.j];
                if same { Operation::Hit } else { Operation::Substitution }
            };
            place.left -= usize::from(operation != Operation::Hit);
            steps.push(operation, up + place.i, left + place.j, 1);
        }
    }
}

/// A cell on the way back, and the errors from the start up to it.
struct Place {
    i: usize,
    j: usize,
    left: usize,
}

/// A fixed range of blocks, run again from a checkpoint.
struct Cone {
    column: usize,
    first: usize,
    vp: Vec<u64>,
    vn: Vec<u64>,
    hp: Vec<u64>,
}

impl Cone {
    /// The blocks `first..end` of `band`; those below it are reached from above alone.
    fn of(band: &Band, first: usize, end: usize) -> Self {
        let height = end - first;
        let kept = first - band.first..end.min(band.end()) - band.first;
        let mut vp = band.vp[kept.clone()].to_vec();
        let mut vn = band.vn[kept].to_vec();
        vp.resize(height, !0);
        vn.resize(height, 0);
        Self { column: band.column, first, vp, vn, hp: vec![0; height] }
    }

    fn step(&mut self, rows: &Rows, id: u32, scratch: &mut [u64]) {
        let end = self.first + self.vp.len();
        rows.marks(id, self.first, end, scratch, |marks| {
            let mut carry = Carry::RISE;
            for (((vp, vn), hp), &eq) in
                self.vp.iter_mut().zip(&mut self.vn).zip(&mut self.hp).zip(marks)
            {
                *hp = advance(vp, vn, eq, &mut carry);
            }
        });
        self.column += 1;
    }

    /// The same as a checkpoint. `band` is where it started.
    fn into_band(self, band: &Band) -> Band {
        // The row above rose by one in every column, by the rule for rows that are not kept.
        let mut value = band.top(self.first - band.first) + (self.column - band.column) as u32;
        let mut bottom = Vec::with_capacity(self.vp.len());
        for (vp, vn) in self.vp.iter().zip(&self.vn) {
            value = value + vp.count_ones() - vn.count_ones();
            bottom.push(value);
        }
        Band { column: self.column, first: self.first, vp: self.vp, vn: self.vn, bottom }
    }
}

/// For each place in the hypothesis a lower bound of the errors behind it.
///
/// The hypothesis is cut into runs of a few tokens. A run that occurs nowhere in the reference
/// cannot be made of hits alone, and no error belongs to two runs. (The seed heuristic of R. Groot
/// Koerkamp and P. Ivanov, 2024, Exact global alignment using A* with chaining seed heuristic.)
/// A hash that two runs share only makes the bound lower.
fn ahead(reference: &[u32], hypothesis: &[u32], ids: usize) -> Vec<u32> {
    let mut counts = vec![0_u64; ids];
    for &id in reference {
        counts[id as usize] += 1;
    }
    let n = reference.len() as f64;
    let same: f64 = counts.iter().map(|&count| (count as f64 / n).powi(2)).sum();
    // So long that a run hardly ever occurs by chance.
    let enough = ((4.0 * n).ln() / -same.min(0.9).ln()).ceil() as usize;
    let shortest = enough.clamp(1, 24);
    [shortest, shortest + 2]
        .map(|length| absent_runs(reference, hypothesis, length))
        .into_iter()
        .max_by_key(|ahead| ahead[0])
        .expect("two lengths were tried")
}

/// [`ahead`] for runs of `length` tokens.
fn absent_runs(reference: &[u32], hypothesis: &[u32], length: usize) -> Vec<u32> {
    let hash = |run: &[u32]| {
        let mut fold = Fold::default();
        for &id in run {
            fold.write_u32(id);
        }
        fold.finish()
    };
    let mut present: HashSet<u64, BuildHasherDefault<Fold>> =
        HashSet::with_capacity_and_hasher(reference.len(), BuildHasherDefault::default());
    present.extend(reference.windows(length).map(hash));
    let m = hypothesis.len();
    let mut ahead = vec![0; m + 1];
    let mut count = 0;
    for j in (0..m).rev() {
        let run = &hypothesis[j..];
        if j % length == 0 && run.len() >= length && !present.contains(&hash(&run[..length])) {
            count += 1;
        }
        ahead[j] = count;
    }
    ahead
}
