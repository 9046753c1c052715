//! Many machine words: a column of the edit matrix as blocks of 64 rows, of which only those that
//! an optimal path can still visit are kept.

/// Rows of a block.
pub(super) const ROWS: usize = 64;

/// Where each id stands in the reference, to mark the rows of a block range that hold it.
///
/// Frequent ids have a bit for each row, the others a list of rows: at most 64 + 32 bits a token.
#[derive(Debug)]
pub(super) struct Rows {
    blocks: usize,
    /// For each id the first of its rows in `rows`, or of its blocks in `bits`.
    places: Vec<Place>,
    rows: Vec<u32>,
    bits: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// A range of `rows`.
    Listed { start: u32, end: u32 },
    /// The first block in `bits`.
    Marked(usize),
}

impl Rows {
    /// The rows of `reference`, whose ids are below `ids`.
    pub(super) fn of(reference: &[u32], ids: usize) -> Self {
        let blocks = reference.len().div_ceil(ROWS);
        let mut counts = vec![0_u32; ids];
        for &id in reference {
            counts[id as usize] += 1;
        }
        let (mut listed, mut marked) = (0, 0);
        let mut places: Vec<Place> = counts
            .iter()
            .map(|&count| {
                // A list costs 4 bytes an entry, marks cost 8 bytes a block.
                if count as usize > 2 * blocks {
                    marked += blocks;
                    Place::Marked(marked - blocks)
                } else {
                    let start = listed;
                    listed += count;
                    Place::Listed { start, end: start }
                }
            })
            .collect();
        let mut rows = vec![0; listed as usize];
        let mut bits = vec![0; marked];
        for (row, &id) in reference.iter().enumerate() {
            match &mut places[id as usize] {
                Place::Listed { end, .. } => {
                    rows[*end as usize] = row as u32;
                    *end += 1;
                }
                Place::Marked(first) => bits[*first + row / ROWS] |= 1 << (row % ROWS),
            }
        }
        Self { blocks, places, rows, bits }
    }

    pub(super) fn blocks(&self) -> usize {
        self.blocks
    }

    /// Calls `work` with the marks of the blocks `first..end` for `id`; `scratch` is all zero
    /// before and after, and holds at least `end - first` blocks.
    pub(super) fn marks<R>(
        &self,
        id: u32,
        first: usize,
        end: usize,
        scratch: &mut [u64],
        work: impl FnOnce(&[u64]) -> R,
    ) -> R {
        let (from, to) = match self.places[id as usize] {
            Place::Marked(start) => return work(&self.bits[start + first..start + end]),
            Place::Listed { start, end } => (start as usize, end as usize),
        };
        let rows = &self.rows[from..to];
        let skip = rows.partition_point(|&row| (row as usize) < first * ROWS);
        let mut touched = skip;
        for &row in &rows[skip..] {
            let block = row as usize / ROWS;
            if block >= end {
                break;
            }
            scratch[block - first] |= 1 << (row as usize % ROWS);
            touched += 1;
        }
        let result = work(&scratch[..end - first]);
        for &row in &rows[skip..touched] {
            scratch[row as usize / ROWS - first] = 0;
        }
        result
    }
}

/// What a block hands to the one below: whether the last row rises or falls from the column
/// before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carry {
    pub(super) up: u64,
    pub(super) down: u64,
}

impl Carry {
    /// Above the first row, and above a range whose upper neighbour is not kept: one more than in
    /// the column before.
    pub(super) const RISE: Self = Self { up: 1, down: 0 };
}

/// One block one column on: new differences down the column, and the horizontal rises.
#[inline(always)]
pub(super) fn advance(vp: &mut u64, vn: &mut u64, eq: u64, carry: &mut Carry) -> u64 {
    let xv = eq | *vn;
    let eq = eq | carry.down;
    let xh = ((eq & *vp).wrapping_add(*vp) ^ *vp) | eq;
    let hp = *vn | !(xh | *vp);
    let hn = *vp & xh;
    let hp_in = hp << 1 | carry.up;
    let hn_in = hn << 1 | carry.down;
    *carry = Carry { up: hp >> 63, down: hn >> 63 };
    *vp = hn_in | !(xv | hp_in);
    *vn = hp_in & xv;
    hp
}

/// The kept part of one column.
#[derive(Clone, Debug, Default)]
pub(super) struct Band {
    /// How many tokens of the hypothesis are behind it.
    pub(super) column: usize,
    /// The first kept block.
    pub(super) first: usize,
    pub(super) vp: Vec<u64>,
    pub(super) vn: Vec<u64>,
    /// The value in each kept block's last row.
    pub(super) bottom: Vec<u32>,
}

impl Band {
    /// The column before the first token, blocks `0..blocks`.
    pub(super) fn start(blocks: usize) -> Self {
        Self {
            column: 0,
            first: 0,
            vp: vec![!0; blocks],
            vn: vec![0; blocks],
            bottom: (1..=blocks).map(|block| (block * ROWS) as u32).collect(),
        }
    }

    /// The block after the last kept one.
    pub(super) fn end(&self) -> usize {
        self.first + self.vp.len()
    }

    /// The value in the row above the kept block `at` (counted from the first kept one).
    pub(super) fn top(&self, at: usize) -> u32 {
        match at.checked_sub(1) {
            Some(above) => self.bottom[above],
            None => self.bottom[at] + self.vn[at].count_ones() - self.vp[at].count_ones(),
        }
    }

    /// The value in row `row` (0 is the row before the first token), which is kept.
    pub(super) fn value(&self, row: usize) -> u32 {
        if row == self.first * ROWS {
            return self.top(0);
        }
        let at = (row - 1) / ROWS - self.first;
        let below = !0_u64 << ((row - 1) % ROWS) << 1;
        self.bottom[at] + (self.vn[at] & below).count_ones() - (self.vp[at] & below).count_ones()
    }

    /// A lower bound of the values in the kept block `at` and the row above it.
    pub(super) fn least(&self, at: usize) -> u32 {
        // Neighbours differ by one at most.
        (self.top(at) + self.bottom[at]).saturating_sub(ROWS as u32) / 2
    }

    /// One block more below, reached from its upper neighbour alone.
    pub(super) fn grow(&mut self, above: u32) {
        self.vp.push(!0);
        self.vn.push(0);
        self.bottom.push(above + ROWS as u32);
    }

    /// Drops `count` blocks from the start.
    pub(super) fn drop_first(&mut self, count: usize) {
        self.first += count;
        self.vp.drain(..count);
        self.vn.drain(..count);
        self.bottom.drain(..count);
    }

    /// Drops the last block.
    pub(super) fn drop_last(&mut self) {
        self.vp.pop();
        self.vn.pop();
        self.bottom.pop();
    }
}
