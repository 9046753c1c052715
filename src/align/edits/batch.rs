//! Many pairs of id sequences in one call.

use rayon::prelude::*;

use super::{Counts, Editor, Operation, Steps, Ties};
use crate::{Error, Result};

/// Sequences of ids behind each other, as Arrow's lists: sequence `i` is
/// `ids[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Copy, Debug)]
pub struct Sequences<'s> {
    ids: &'s [u32],
    offsets: &'s [i64],
}

impl<'s> Sequences<'s> {
    /// The sequences of `ids` that `offsets` cut; there is one more offset than sequences.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the offsets are none, fall, or leave the ids.
    pub fn new(ids: &'s [u32], offsets: &'s [i64]) -> Result<Self> {
        let fault = |got: String| {
            let requirement = format!("rising, from 0 or more up to at most {}", ids.len());
            Err(Error::argument("offsets", requirement, got))
        };
        let (Some(&first), Some(&last)) = (offsets.first(), offsets.last()) else {
            return fault("none".to_owned());
        };
        if first < 0 || usize::try_from(last).is_ok_and(|last| last > ids.len()) {
            return fault(format!("{first} to {last}"));
        }
        match offsets.windows(2).position(|pair| pair[0] > pair[1]) {
            Some(at) => {
                fault(format!("{} and then {} at {}", offsets[at], offsets[at + 1], at + 1))
            }
            None => Ok(Self { ids, offsets }),
        }
    }

    /// How many sequences there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn get(&self, at: usize) -> &'s [u32] {
        // In range by the check of `new`.
        &self.ids[self.offsets[at] as usize..self.offsets[at + 1] as usize]
    }
}

/// The alignments of many pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The counts of each pair.
    pub counts: Vec<Counts>,
    /// The steps of all pairs behind each other. A hit or substitution takes one token of both
    /// sides, a deletion one of the reference, an insertion one of the hypothesis.
    pub operations: Vec<Operation>,
    /// Pair `i` has `operations[offsets[i]..offsets[i + 1]]`.
    pub offsets: Vec<usize>,
}

/// Pairs that one thread takes at a time.
const CHUNK: usize = 2048;

/// Aligns each hypothesis with the reference at the same place, as [`super::edits_with`] does.
///
/// Runs on the current rayon pool; the result is the same for any number of threads.
///
/// # Errors
///
/// [`Error::Argument`] where there are not as many hypotheses as references.
///
/// # Example
///
/// ```
/// use sprogkit::align::{Operation, Sequences, Ties, edits_batch};
///
/// let references = Sequences::new(&[1, 2, 3, 7, 8], &[0, 3, 5])?;
/// let hypotheses = Sequences::new(&[1, 3, 7, 9], &[0, 2, 4])?;
/// let batch = edits_batch(references, hypotheses, Ties::Jiwer)?;
/// assert_eq!(batch.operations[..3], [Operation::Hit, Operation::Deletion, Operation::Hit]);
/// assert_eq!(batch.counts[1].substitutions, 1);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn edits_batch(
    references: Sequences<'_>,
    hypotheses: Sequences<'_>,
    ties: Ties,
) -> Result<Batch> {
    if references.len() != hypotheses.len() {
        let requirement = format!("as many as there are references ({})", references.len());
        return Err(Error::argument("hypotheses", requirement, hypotheses.len()));
    }
    let parts: Vec<Batch> = (0..references.len().div_ceil(CHUNK))
        .into_par_iter()
        .map(|part| {
            let mut editor = Editor::new(ties);
            let mut batch = Batch::default();
            for at in part * CHUNK..((part + 1) * CHUNK).min(references.len()) {
                batch.offsets.push(batch.operations.len());
                let start = batch.operations.len();
                batch.counts.push(Counts::default());
                editor.run(references.get(at), hypotheses.get(at), &mut batch);
                batch.operations[start..].reverse();
            }
            batch
        })
        .collect();
    let mut whole = Batch::default();
    whole.counts.reserve(references.len());
    whole.offsets.reserve(references.len() + 1);
    whole.operations.reserve(parts.iter().map(|part| part.operations.len()).sum());
    for part in parts {
        let start = whole.operations.len();
        whole.offsets.extend(part.offsets.iter().map(|offset| start + offset));
        whole.operations.extend(part.operations);
        whole.counts.extend(part.counts);
    }
    whole.offsets.push(whole.operations.len());
    Ok(whole)
}

impl Steps for Batch {
    fn push(&mut self, operation: Operation, _: usize, _: usize, times: usize) {
        self.operations.extend(std::iter::repeat_n(operation, times));
        if let Some(counts) = self.counts.last_mut() {
            counts.count(operation, times);
        }
    }
}
