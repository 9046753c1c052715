//! One machine word: references of up to 64 tokens.

use super::{Operation, Steps};

/// The table and the columns of the one-word kernel, kept between calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Short {
    /// For each id the rows of the reference that hold it. All zero between calls.
    masks: Vec<u64>,
    columns: Vec<Column>,
}

/// One column of the edit matrix as differences.
#[derive(Clone, Copy, Debug)]
struct Column {
    /// Rows whose value is one above the row before: `D[i][j] = D[i-1][j] + 1`.
    rises: u64,
    /// Jiwer: rows whose value is one below the row before. Kaldi: rows whose value is one above
    /// the column before.
    other: u64,
}

/// The most reference tokens that fit.
pub(super) const ROWS: usize = 64;

impl Short {
    /// Aligns with jiwer's choice among ties; `offset` is added to both sides' positions.
    pub(super) fn jiwer(
        &mut self,
        reference: &[u32],
        hypothesis: &[u32],
        offset: (usize, usize),
        steps: &mut impl Steps,
    ) {
        self.forward::<false>(reference, hypothesis);
        let (mut i, mut j) = (reference.len(), hypothesis.len());
        let (up, left) = offset;
        while i > 0 && j > 0 {
            let row = 1_u64 << (i - 1);
            if self.columns[j].rises & row != 0 {
                i -= 1;
                steps.push(Operation::Deletion, up + i, left + j, 1);
                continue;
            }
            j -= 1;
            if self.columns[j].other & row != 0 {
                steps.push(Operation::Insertion, up + i, left + j, 1);
            } else {
                i -= 1;
                let same = reference[i] == hypothesis[j];
                let operation = if same { Operation::Hit } else { Operation::Substitution };
                steps.push(operation, up + i, left + j, 1);
            }
        }
        rest(i, j, offset, steps);
    }

    /// Aligns with Kaldi's choice among ties.
    pub(super) fn kaldi(&mut self, reference: &[u32], hypothesis: &[u32], steps: &mut impl Steps) {
        self.forward::<true>(reference, hypothesis);
        let (mut i, mut j) = (reference.len(), hypothesis.len());
        while i > 0 && j > 0 {
            let row = 1_u64 << (i - 1);
            let column = self.columns[j];
            if column.other & row != 0 {
                j -= 1;
                steps.push(Operation::Insertion, i, j, 1);
            } else if column.rises & row != 0 {
                i -= 1;
                steps.push(Operation::Deletion, i, j, 1);
            } else {
                i -= 1;
                j -= 1;
                let same = reference[i] == hypothesis[j];
                let operation = if same { Operation::Hit } else { Operation::Substitution };
                steps.push(operation, i, j, 1);
            }
        }
        rest(i, j, (0, 0), steps);
    }

    /// All columns of the matrix, the one before the first token included.
    fn forward<const KALDI: bool>(&mut self, reference: &[u32], hypothesis: &[u32]) {
        debug_assert!(reference.len() <= ROWS);
        let most =
            reference.iter().chain(hypothesis).copied().max().map_or(0, |id| id as usize + 1);
        if self.masks.len() < most {
            self.masks.resize(most.next_power_of_two(), 0);
        }
        for (row, &id) in reference.iter().enumerate() {
            self.masks[id as usize] |= 1 << row;
        }
        self.columns.clear();
        self.columns.push(Column { rises: !0, other: 0 });
        let (mut vp, mut vn) = (!0_u64, 0_u64);
        for &id in hypothesis {
            let eq = self.masks[id as usize];
            let xv = eq | vn;
            let xh = ((eq & vp).wrapping_add(vp) ^ vp) | eq;
            let hp = vn | !(xh | vp);
            let hn = vp & xh;
            let shifted = hp << 1 | 1;
            vp = hn << 1 | !(xv | shifted);
            vn = shifted & xv;
            self.columns.push(Column { rises: vp, other: if KALDI { hp } else { vn } });
        }
        for &id in reference {
            self.masks[id as usize] = 0;
        }
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
