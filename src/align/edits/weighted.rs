//! Alignment with NIST sclite's costs, cell by cell in a band.

use super::short::{self, Short};
use super::{Counts, Operation, Steps, long};

/// What sclite charges for a substitution.
const SUBSTITUTION: u32 = 4;
/// What sclite charges for a deletion or insertion.
const GAP: u32 = 3;
/// Cells whose directions are kept at a time.
const CELLS: usize = 8 << 20;
/// No path comes here.
const NEVER: u32 = u32::MAX / 2;

/// The diagonals that a path of a given cost can visit.
struct Band<'t> {
    reference: &'t [u32],
    hypothesis: &'t [u32],
    /// The lowest diagonal: hypothesis tokens minus reference tokens.
    low: isize,
    width: usize,
}

/// Aligns as sclite: hit or substitution wins ties, then insertion.
pub(super) fn sclite(
    short: &mut Short,
    reference: &[u32],
    hypothesis: &[u32],
    steps: &mut impl Steps,
) {
    let (n, m) = (reference.len(), hypothesis.len());
    if n == 0 || m == 0 {
        return short::rest(n, m, (0, 0), steps);
    }
    // The alignment of fewest errors is a path, so the cheapest one costs no more.
    let mut counts = Counts::default();
    long::jiwer(short, reference, hypothesis, &mut counts);
    let gaps = counts.deletions + counts.insertions;
    let bound = SUBSTITUTION as usize * counts.substitutions + GAP as usize * gaps;
    // Off the way from corner to corner by e diagonals costs e gaps there and e back.
    let outside = ((bound / GAP as usize).saturating_sub(n.abs_diff(m)) / 2) as isize;
    let corner = m as isize - n as isize;
    let (low, high) = (corner.min(0) - outside, corner.max(0) + outside);
    let band = Band { reference, hypothesis, low, width: (high - low) as usize + 1 };

    let every = (CELLS / band.width).max(64);
    let mut row = band.first_row();
    let mut checkpoints = vec![row.clone()];
    for i in 1..=n - n % every {
        row = band.next_row(&row, i, None);
        if i % every == 0 {
            checkpoints.push(row.clone());
        }
    }
    let (mut i, mut j) = (n, m);
    while let Some(mut row) = checkpoints.pop() {
        let start = checkpoints.len() * every;
        let mut ways = Vec::with_capacity((i - start) * band.width);
        for k in start + 1..=i {
            row = band.next_row(&row, k, Some(&mut ways));
        }
        while i > start {
            let at = (j as isize - i as isize - band.low) as usize;
            let operation = ways[(i - start - 1) * band.width + at];
            match operation {
                Operation::Deletion => i -= 1,
                Operation::Insertion => j -= 1,
                Operation::Hit | Operation::Substitution => (i, j) = (i - 1, j - 1),
            }
            steps.push(operation, i, j, 1);
        }
    }
    short::rest(i, j, (0, 0), steps);
}

impl Band<'_> {
    /// The costs before the first token of the reference.
    fn first_row(&self) -> Vec<u32> {
        (0..self.width)
            .map(|at| match usize::try_from(at as isize + self.low) {
                Ok(j) if j <= self.hypothesis.len() => j as u32 * GAP,
                _ => NEVER,
            })
            .collect()
    }

    /// The costs behind `i` tokens of the reference; `ways` gets how each cell is reached.
    fn next_row(
        &self,
        before: &[u32],
        i: usize,
        mut ways: Option<&mut Vec<Operation>>,
    ) -> Vec<u32> {
        let mut row = Vec::with_capacity(self.width);
        let token = self.reference[i - 1];
        let mut left = NEVER;
        for at in 0..self.width {
            let j = usize::try_from(at as isize + self.low + i as isize);
            let (mut cost, mut way) = (NEVER, Operation::Hit);
            if let Ok(j) = j
                && j <= self.hypothesis.len()
            {
                let deletion = before.get(at + 1).map_or(NEVER, |cost| cost + GAP);
                let insertion = if j > 0 { left + GAP } else { NEVER };
                let same = j > 0 && self.hypothesis[j - 1] == token;
                let diagonal = match j {
                    0 => NEVER,
                    _ => before[at] + if same { 0 } else { SUBSTITUTION },
                };
                (cost, way) = if diagonal <= deletion && diagonal <= insertion {
                    (diagonal, if same { Operation::Hit } else { Operation::Substitution })
                } else if deletion < insertion {
                    (deletion, Operation::Deletion)
                } else {
                    (insertion, Operation::Insertion)
                };
                cost = cost.min(NEVER);
            }
            left = cost;
            row.push(cost);
            if let Some(ways) = &mut ways {
                ways.push(way);
            }
        }
        row
    }
}
