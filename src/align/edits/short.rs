//! Short pairs: the whole edit matrix as differences, one bit a cell, over a table of ids.

use super::band::{Carry, advance};
use super::{Operation, Steps};

/// The table and the columns, kept between calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Short {
    /// For each id and block the rows of the reference that hold it. All zero between calls.
    masks: Vec<u64>,
    /// Two words for each block of each column: rows whose value is one above the row before
    /// (`D[i][j] = D[i-1][j] + 1`), and for jiwer rows whose value is one below the row before,
    /// for Kaldi rows whose value is one above the column before.
    columns: Vec<[u64; 2]>,
}

/// Rows of one machine word.
pub(super) const ROWS: usize = 64;
/// The most blocks that are run without looking which of them are needed.
const BLOCKS: usize = 16;
/// The most cells of the matrix. (RapidFuzz, whose choice among ties [`super::Ties::Jiwer`] is,
/// divides larger problems.)
const CELLS: usize = 4 << 20;
/// The most words of the table.
const TABLE: usize = 1 << 20;

/// Which way an optimal path is followed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Deletion; else insertion, where a substitution does not do as well; else hit or
    /// substitution.
    Jiwer,
    /// Insertion; else deletion; else hit or substitution.
    Kaldi,
}

/// Whether a pair is short, given one more than its greatest id.
pub(super) fn fits(reference: &[u32], hypothesis: &[u32], ids: usize) -> bool {
    let blocks = reference.len().div_ceil(ROWS);
    blocks <= BLOCKS && reference.len() * hypothesis.len() < CELLS && ids * blocks <= TABLE
}

/// One more than the greatest id of both sides.
pub(super) fn ids(reference: &[u32], hypothesis: &[u32]) -> usize {
    let most = |side: &[u32]| side.iter().fold(0, |most, &id| most.max(id));
    most(reference).max(most(hypothesis)) as usize + 1
}

impl Short {
    /// Aligns a pair that [`fits`]; `offset` is added to both sides' positions.
    pub(super) fn align(
        &mut self,
        reference: &[u32],
        hypothesis: &[u32],
        ids: usize,
        (way, offset): (Way, usize),
        steps: &mut impl Steps,
    ) {
        let blocks = reference.len().div_ceil(ROWS);
        if self.masks.len() < ids * blocks {
            self.masks.resize((ids * blocks).next_power_of_two(), 0);
        }
        for (row, &id) in reference.iter().enumerate() {
            self.masks[id as usize * blocks + row / ROWS] |= 1 << (row % ROWS);
        }
        self.columns.clear();
        match (blocks, way) {
            (1, Way::Jiwer) => {
                self.one_block::<false>(hypothesis);
                self.back::<false>(reference, hypothesis, 1, offset, steps);
            }
            (1, Way::Kaldi) => {
                self.one_block::<true>(hypothesis);
                self.back::<true>(reference, hypothesis, 1, offset, steps);
            }
            (_, Way::Jiwer) => {
                self.blocks::<false>(hypothesis, blocks);
                self.back::<false>(reference, hypothesis, blocks, offset, steps);
            }
            (_, Way::Kaldi) => {
                self.blocks::<true>(hypothesis, blocks);
                self.back::<true>(reference, hypothesis, blocks, offset, steps);
            }
        }
        for &id in reference {
            self.masks[id as usize * blocks..][..blocks].fill(0);
        }
    }

    /// All columns of a matrix of up to 64 rows.
    fn one_block<const KALDI: bool>(&mut self, hypothesis: &[u32]) {
        self.columns.push([!0, 0]);
        let (mut vp, mut vn) = (!0_u64, 0_u64);
        self.columns.extend(hypothesis.iter().map(|&id| {
            let eq = self.masks[id as usize];
            let xv = eq | vn;
            let xh = ((eq & vp).wrapping_add(vp) ^ vp) | eq;
            let hp = vn | !(xh | vp);
            let hn = vp & xh;
            let shifted = hp << 1 | 1;
            vp = hn << 1 | !(xv | shifted);
            vn = shifted & xv;
            [vp, if KALDI { hp } else { vn }]
        }));
    }

    /// All columns of a matrix of a few blocks.
    fn blocks<const KALDI: bool>(&mut self, hypothesis: &[u32], blocks: usize) {
        let mut column = [(!0_u64, 0_u64); BLOCKS];
        let column = &mut column[..blocks];
        self.columns.extend(std::iter::repeat_n([!0, 0], blocks));
        self.columns.reserve(hypothesis.len() * blocks);
        for &id in hypothesis {
            let masks = &self.masks[id as usize * blocks..][..blocks];
            let mut carry = Carry::RISE;
            self.columns.extend(column.iter_mut().zip(masks).map(|((vp, vn), &eq)| {
                let hp = advance(vp, vn, eq, &mut carry);
                [*vp, if KALDI { hp } else { *vn }]
            }));
        }
    }

    /// Follows an optimal path from the last cell to the first.
    #[inline(always)]
    fn back<const KALDI: bool>(
        &self,
        reference: &[u32],
        hypothesis: &[u32],
        blocks: usize,
        offset: usize,
        steps: &mut impl Steps,
    ) {
        let (mut i, mut j) = (reference.len(), hypothesis.len());
        while i > 0 && j > 0 {
            let (block, row) = ((i - 1) / ROWS, (i - 1) % ROWS);
            let [rises, other] = self.columns[j * blocks + block];
            let deletion = rises >> row & 1 != 0;
            let insertion = if KALDI {
                other >> row & 1 != 0
            } else {
                !deletion && self.columns[(j - 1) * blocks + block][1] >> row & 1 != 0
            };
            let operation = if insertion {
                j -= 1;
                Operation::Insertion
            } else if deletion {
                i -= 1;
                Operation::Deletion
            } else {
                i -= 1;
                j -= 1;
                let same = reference[i] == hypothesis[j];
                if same { Operation::Hit } else { Operation::Substitution }
            };
            steps.push(operation, offset + i, offset + j, 1);
        }
        rest(i, j, (offset, offset), steps);
    }
}

/// What is left on one side when the other is used up.
pub(super) fn rest(i: usize, j: usize, offset: (usize, usize), steps: &mut impl Steps) {
    let (up, left) = offset;
    if i > 0 {
        steps.push(Operation::Deletion, up + i - 1, left, i);
    }
    if j > 0 {
        steps.push(Operation::Insertion, up, left + j - 1, j);
    }
}
