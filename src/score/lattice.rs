//! A text with other forms of its stretches as a lattice, and the path through it that lies nearest
//! to what was heard.

/// A stretch of the reference in other words.
pub(super) struct Arc {
    /// The first word that it stands for.
    pub(super) from: usize,
    /// The word behind the last.
    pub(super) to: usize,
    /// The other words.
    pub(super) words: Vec<String>,
    /// The same as they are compared.
    pub(super) keys: Vec<String>,
}

/// One row further: the cheapest way to have read `word` of the reference before each place of
/// the hypothesis.
fn step<W: AsRef<str>>(before: &[u32], word: &str, heard: &[W]) -> Vec<u32> {
    let mut row = Vec::with_capacity(before.len());
    row.push(before[0] + 1);
    for (j, other) in heard.iter().enumerate() {
        let same = before[j] + u32::from(word != other.as_ref());
        row.push(same.min(before[j + 1] + 1).min(row[j] + 1));
    }
    row
}

/// The arcs of the path nearest to `heard`, in order. The reference's own words win ties.
pub(super) fn nearest_arcs<'a, W: AsRef<str>>(
    own: &[W],
    arcs: &'a [Arc],
    heard: &[W],
) -> Vec<&'a Arc> {
    // rows[i][j]: the least cost of reaching the node before word i with j words heard, and the
    // arc by which each cell was reached last (from itself, its own word or another form).
    let m = heard.len();
    let mut rows: Vec<Vec<u32>> = vec![(0..=m as u32).collect()];
    let mut ways: Vec<Vec<(u32, u32)>> = vec![vec![(0, 0); m + 1]];
    let mut rest = arcs;
    for i in 1..=own.len() {
        let here = rest.iter().take_while(|arc| arc.to == i).count();
        let (ending, later) = rest.split_at(here);
        let first = arcs.len() - rest.len();
        rest = later;
        let (mut row, mut way) = trace(&rows[i - 1], &own[i - 1..i], heard, 0);
        for (number, arc) in (first as u32 + 1..).zip(ending) {
            let (other, others) = trace(&rows[arc.from], &arc.keys, heard, number);
            for j in 0..=m {
                if other[j] < row[j] {
                    (row[j], way[j]) = (other[j], others[j]);
                }
            }
        }
        rows.push(row);
        ways.push(way);
    }
    let (mut i, mut j) = (own.len(), m);
    let mut taken = Vec::new();
    while i > 0 {
        let (number, from) = ways[i][j];
        j = from as usize;
        match number.checked_sub(1) {
            None => i -= 1,
            Some(number) => {
                let arc = &arcs[number as usize];
                taken.push(arc);
                i = arc.from;
            }
        }
    }
    taken.reverse();
    taken
}

/// [`step`] over all `words` of arc `number`, with the place of the hypothesis from which each
/// cell was reached.
fn trace<K: AsRef<str>, W: AsRef<str>>(
    before: &[u32],
    words: &[K],
    heard: &[W],
    number: u32,
) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut row = before.to_vec();
    let mut from: Vec<u32> = (0..=heard.len() as u32).collect();
    for word in words {
        let word = word.as_ref();
        let next = step(&row, word, heard);
        let mut origin = Vec::with_capacity(from.len());
        origin.push(from[0]);
        for j in 1..next.len() {
            let same = row[j - 1] + u32::from(word != heard[j - 1].as_ref());
            origin.push(if next[j] == same {
                from[j - 1]
            } else if next[j] == row[j] + 1 {
                from[j]
            } else {
                origin[j - 1]
            });
        }
        row = next;
        from = origin;
    }
    (row, from.into_iter().map(|from| (number, from)).collect())
}
