//! Erased rows: the rows of the files against the rows a user sees.

/// Ranges of rows in the files that are not handed out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden {
    // Invariant: sorted, disjoint, not touching, none empty.
    ranges: Vec<[u64; 2]>,
    /// How many rows are hidden before each range.
    before: Vec<u64>,
    total: u64,
}

impl Hidden {
    /// From ranges in any order; a mistake is told in words.
    pub(crate) fn new(mut ranges: Vec<[u64; 2]>, rows: u64) -> Result<Self, String> {
        ranges.retain(|[start, end]| start != end);
        ranges.sort_unstable();
        let mut merged: Vec<[u64; 2]> = Vec::with_capacity(ranges.len());
        for [start, end] in ranges {
            if start > end || end > rows {
                return Err(format!("rows {start} to {end} of {rows} are erased"));
            }
            match merged.last_mut() {
                Some(last) if start <= last[1] => last[1] = last[1].max(end),
                _ => merged.push([start, end]),
            }
        }
        let mut total = 0;
        let before = merged
            .iter()
            .map(|[start, end]| {
                let before = total;
                total += end - start;
                before
            })
            .collect();
        Ok(Self { ranges: merged, before, total })
    }

    pub(crate) fn ranges(&self) -> &[[u64; 2]] {
        &self.ranges
    }

    /// How many rows are hidden.
    pub(crate) fn len(&self) -> u64 {
        self.total
    }

    /// How many of the rows before row `stored` of the files are hidden.
    pub(crate) fn before(&self, stored: u64) -> u64 {
        let next = self.ranges.partition_point(|range| range[0] < stored);
        next.checked_sub(1).map_or(0, |last| {
            let [start, end] = self.ranges[last];
            self.before[last] + end.min(stored) - start
        })
    }

    /// The row in the files that a user sees as row `seen`.
    pub(crate) fn stored(&self, seen: u64) -> u64 {
        if self.ranges.is_empty() {
            return seen;
        }
        let mut low = 0;
        let mut high = self.ranges.len();
        while low < high {
            let middle = low.midpoint(high);
            if self.ranges[middle][0] - self.before[middle] <= seen {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        match low.checked_sub(1) {
            Some(last) => seen + self.before[last] + (self.ranges[last][1] - self.ranges[last][0]),
            None => seen,
        }
    }

    /// The row a user sees for row `stored` of the files, `None` where it is hidden.
    pub(crate) fn seen(&self, stored: u64) -> Option<u64> {
        let next = self.ranges.partition_point(|range| range[0] <= stored);
        match next.checked_sub(1) {
            Some(last) if stored < self.ranges[last][1] => None,
            Some(last) => {
                Some(stored - self.before[last] - (self.ranges[last][1] - self.ranges[last][0]))
            }
            None => Some(stored),
        }
    }

    /// Which of the rows `start..end` are kept, `None` where all are.
    pub(crate) fn kept(&self, start: u64, end: u64) -> Option<Vec<bool>> {
        let first = self.ranges.partition_point(|range| range[1] <= start);
        let touching =
            self.ranges[first..].iter().take_while(|range| range[0] < end && start < end);
        let mut kept = None;
        for range in touching {
            let kept = kept.get_or_insert_with(|| vec![true; (end - start) as usize]);
            let from = range[0].max(start) - start;
            let to = range[1].min(end) - start;
            kept[from as usize..to as usize].fill(false);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_and_stored_are_inverse_to_each_other_and_skip_the_hidden() {
        for ranges in [
            vec![],
            vec![[0, 1]],
            vec![[9, 10]],
            vec![[0, 10]],
            vec![[3, 5], [5, 6], [1, 2]],
            vec![[4, 8], [2, 5], [0, 0]],
        ] {
            let hidden = Hidden::new(ranges.clone(), 10).unwrap();
            let is_hidden = |row| ranges.iter().any(|&[start, end]| (start..end).contains(&row));
            let left: Vec<u64> = (0..10).filter(|&row| !is_hidden(row)).collect();
            assert_eq!(hidden.len(), 10 - left.len() as u64, "{ranges:?}");
            for (seen, &stored) in left.iter().enumerate() {
                assert_eq!(hidden.stored(seen as u64), stored, "{ranges:?}");
                assert_eq!(hidden.seen(stored), Some(seen as u64), "{ranges:?}");
            }
            for row in (0..10).filter(|&row| is_hidden(row)) {
                assert_eq!(hidden.seen(row), None, "{ranges:?} {row}");
            }
            for start in 0..10 {
                for end in start..=10 {
                    let naive: Vec<bool> = (start..end).map(|row| !is_hidden(row)).collect();
                    let kept = hidden.kept(start, end);
                    assert_eq!(kept.is_some(), naive.contains(&false), "{ranges:?}");
                    assert_eq!(kept.unwrap_or_else(|| naive.clone()), naive, "{ranges:?}");
                }
            }
        }
        assert!(Hidden::new(vec![[5, 11]], 10).is_err());
        assert!(Hidden::new(vec![[5, 4]], 10).is_err());
    }
}
