//! From targets to words and segments.

use std::ops::Range;

use super::Alignment;
use crate::{Error, Result};

/// A run of targets that belong together: a word, a sentence, a speaker's turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Which targets.
    pub targets: Range<usize>,
    /// The first frame of the first target that has one.
    pub start: i64,
    /// The frame behind the last.
    pub end: i64,
    /// The mean natural-log probability over the frames of its targets; −∞ where none has a frame.
    pub score: f32,
}

impl Alignment {
    /// Groups the targets: group `i` holds the targets from `ends[i - 1]` (or 0) up to, not
    /// including, `ends[i]`.
    ///
    /// # Errors
    ///
    /// [`Error::Alignment`] where `ends` descends or does not end with the number of targets.
    ///
    /// # Example
    ///
    /// ```
    /// # use sprogkit::align::ctc::{self, LogProbs, Options};
    /// let log_probs = [0.1f32, 0.8, 0.1, 0.8, 0.1, 0.1, 0.1, 0.1, 0.8].map(f32::ln);
    /// let path = ctc::align(&LogProbs::new(&log_probs, 3, 3)?, &[1, 2], &Options::default())?;
    /// let words = path.groups(&[2])?;
    /// assert_eq!((words[0].start, words[0].end), (0, 3));
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    pub fn groups(&self, ends: &[usize]) -> Result<Vec<Group>> {
        check_ends(ends, self.starts.len(), "targets")?;
        let mut first = 0;
        Ok(ends
            .iter()
            .map(|&end| {
                let targets = first..end;
                first = end;
                self.group(targets)
            })
            .collect())
    }

    fn group(&self, targets: Range<usize>) -> Group {
        let mut said = targets.clone().filter(|&j| self.starts[j] < self.ends[j]);
        let (mut sum, mut frames) = (0.0, 0);
        for j in said.clone() {
            let count = self.ends[j] - self.starts[j];
            sum += f64::from(self.scores[j]) * count as f64;
            frames += count;
        }
        let place = self.starts.get(targets.start).copied().unwrap_or(self.path.len() as i64);
        let start = said.next().map_or(place, |j| self.starts[j]);
        let end = said.next_back().map_or_else(
            || targets.clone().rev().map(|j| self.ends[j]).next().unwrap_or(place),
            |j| self.ends[j],
        );
        let score = if frames == 0 { f32::NEG_INFINITY } else { (sum / frames as f64) as f32 };
        Group { targets, start, end: end.max(start), score }
    }
}

/// That ends of groups ascend and cover `count` items.
pub(in crate::align) fn check_ends(ends: &[usize], count: usize, what: &str) -> Result<()> {
    if let Some(i) = (1..ends.len()).find(|&i| ends[i] < ends[i - 1]) {
        return Err(Error::Alignment {
            reason: format!("ends[{i}] is {}, which is below ends[{}]", ends[i], i - 1),
        });
    }
    let last = ends.last().copied().unwrap_or(0);
    if last != count {
        return Err(Error::Alignment {
            reason: format!("the last of ends is {last}; there are {count} {what}"),
        });
    }
    Ok(())
}
