//! Which pairs of places are searched.

use super::search::Step;
use super::tokens::Texts;

/// For each number of source sentences behind it, the numbers of target sentences, from `low` to
/// `high` inclusive, that a path may have behind it. Both rise or stay.
#[derive(Debug)]
pub(super) struct Corridor {
    pub(super) low: Vec<usize>,
    pub(super) high: Vec<usize>,
    columns: usize,
}

/// A token is an anchor where it stands in as few sentences on both sides.
const RARE: u32 = 3;

impl Corridor {
    /// Around a chain of sentence pairs that share rare tokens.
    pub(super) fn by_anchors(texts: &Texts, margin: usize) -> Self {
        let (n, m) = (texts.source.len(), texts.target.len());
        let mut points = vec![(0, 0)];
        points.extend(smooth(chain(anchors(texts), m)));
        points.push((n, m));
        let (mut low, mut high) = (vec![m; n + 1], vec![0; n + 1]);
        for pair in points.windows(2) {
            let ((i0, j0), (i1, j1)) = (pair[0], pair[1]);
            let (rows, columns) = (i1 - i0, j1 - j0);
            let half = (margin + rows.max(columns) / 4).min(margin.max(1200));
            for i in i0..=i1 {
                let center = j0 + (i - i0) * columns / rows.max(1);
                let (start, end) = if rows == 0 || rows.max(columns) <= margin {
                    (j0, j1)
                } else {
                    (j0.max(center.saturating_sub(half)), j1.min(center + half))
                };
                low[i] = low[i].min(start.saturating_sub(margin));
                high[i] = high[i].max((end + margin).min(m));
            }
        }
        Self::rising(low, high, m)
    }

    /// Within `half` sentences of a path.
    pub(super) fn around(texts: &Texts, path: &[Step], half: usize) -> Self {
        let (n, m) = (texts.source.len(), texts.target.len());
        let (mut low, mut high) = (vec![m; n + 1], vec![0; n + 1]);
        for step in path {
            let (rows, columns) = (step.source(), step.target());
            for i in rows.start.saturating_sub(half / 2)..=(rows.end + half / 2).min(n) {
                low[i] = low[i].min(columns.start.saturating_sub(half / 2));
                high[i] = high[i].max((columns.end + half / 2).min(m));
            }
        }
        Self::rising(low, high, m)
    }

    fn rising(mut low: Vec<usize>, mut high: Vec<usize>, columns: usize) -> Self {
        let n = low.len() - 1;
        low[0] = 0;
        high[n] = columns;
        for i in (0..n).rev() {
            low[i] = low[i].min(low[i + 1]);
        }
        for i in 1..=n {
            high[i] = high[i].max(high[i - 1]);
        }
        Self { low, high, columns }
    }

    /// Whether a path leans on a wall: then a better one may be outside.
    pub(super) fn touched(&self, path: &[Step]) -> bool {
        path.iter().any(|step| {
            let (i, j) = (step.source().end, step.target().end);
            let (low, high) = (self.low[i], self.high[i]);
            (low > 0 && j < low + 3) || (high < self.columns && j + 3 > high)
        })
    }
}

/// Pairs of sentences that share tokens which are as rare on both sides, with the weight of what
/// they share; sorted.
fn anchors(texts: &Texts) -> Vec<(usize, usize, f32)> {
    let rare = |token: u32| {
        let frequency = texts.source.frequency[token as usize];
        frequency > 0 && frequency <= RARE && frequency == texts.target.frequency[token as usize]
    };
    // The sentences of each rare token in the target, in order.
    let mut places: Vec<(u32, usize)> = Vec::new();
    for j in 0..texts.target.len() {
        places.extend(texts.target.sentence(j).iter().filter(|&&t| rare(t)).map(|&t| (t, j)));
    }
    places.sort_unstable();
    places.dedup();
    let mut seen = vec![0_u32; texts.vocabulary()];
    let mut last = vec![usize::MAX; texts.vocabulary()];
    let mut found = Vec::new();
    for i in 0..texts.source.len() {
        for &token in texts.source.sentence(i) {
            if !rare(token) || last[token as usize] == i {
                continue;
            }
            last[token as usize] = i;
            let first = places.partition_point(|&(other, _)| other < token);
            let (_, j) = places[first + seen[token as usize] as usize];
            seen[token as usize] += 1;
            found.push((i, j, 1.0 / texts.source.frequency[token as usize] as f32));
        }
    }
    found.sort_unstable_by_key(|&(i, j, _)| (i, j));
    found.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        kept.2 += if same { next.2 } else { 0.0 };
        same
    });
    found
}

/// The heaviest chain of pairs that rise on both sides.
fn chain(pairs: Vec<(usize, usize, f32)>, columns: usize) -> Vec<(usize, usize)> {
    // `best[j]` of a Fenwick tree: the heaviest chain that ends before target sentence j.
    let mut best: Vec<(f32, usize)> = vec![(0.0, usize::MAX); columns + 1];
    let mut previous = vec![usize::MAX; pairs.len()];
    let mut start = 0;
    while start < pairs.len() {
        let row = pairs[start].0;
        let end = start + pairs[start..].iter().take_while(|pair| pair.0 == row).count();
        let mut found = Vec::new();
        for at in start..end {
            let (_, j, weight) = pairs[at];
            let (mut top, mut place) = ((0.0, usize::MAX), j);
            while place > 0 {
                if best[place].0 > top.0 {
                    top = best[place];
                }
                place &= place - 1;
            }
            previous[at] = top.1;
            found.push((j, top.0 + weight, at));
        }
        for (j, weight, at) in found {
            let mut place = j + 1;
            while place <= columns {
                if weight > best[place].0 {
                    best[place] = (weight, at);
                }
                place += place & place.wrapping_neg();
            }
        }
        start = end;
    }
    let (mut top, mut place) = ((0.0, usize::MAX), columns);
    while place > 0 {
        if best[place].0 > top.0 {
            top = best[place];
        }
        place &= place - 1;
    }
    let mut chain = Vec::new();
    let mut at = top.1;
    while at != usize::MAX {
        chain.push((pairs[at].0, pairs[at].1));
        at = previous[at];
    }
    chain.reverse();
    chain
}

/// Leaves out the pairs that disagree with a neighbourhood which agrees without them.
fn smooth(chain: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let agree = |a: (usize, usize), b: (usize, usize)| {
        let (rows, columns) = (b.0 - a.0, b.1 - a.1);
        rows.abs_diff(columns) <= 8 + rows.max(columns) / 4
    };
    let mut kept: Vec<(usize, usize)> = Vec::with_capacity(chain.len());
    for (at, &point) in chain.iter().enumerate() {
        let before = kept.last().copied();
        let after = chain.get(at + 1).copied();
        let odd = match (before, after) {
            (Some(before), Some(after)) => {
                !agree(before, point) && !agree(point, after) && agree(before, after)
            }
            _ => false,
        };
        if !odd {
            kept.push(point);
        }
    }
    kept
}
