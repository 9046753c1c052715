//! What is mistaken for what.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{Options, Scorer, check};
use crate::Result;
use crate::align::Operation;

/// A word, or run of characters, that was mistaken, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Confusion {
    /// What the reference says; empty for an insertion.
    pub reference: String,
    /// What the hypothesis says; empty for a deletion.
    pub hypothesis: String,
    /// How often.
    pub count: usize,
}

/// The mistakes, most frequent first; as frequent ones in the order of the code points.
///
/// # Errors
///
/// As [`super::wer`].
///
/// # Example
///
/// ```
/// use sprogkit::score::{self, Options};
///
/// let found = score::confusions(&["ja i dag", "nu i dag"], &["ja idag", "nu idag"], &Options::default())?;
/// assert_eq!((found[0].reference.as_str(), found[0].hypothesis.as_str()), ("dag", ""));
/// assert_eq!((found[1].reference.as_str(), found[1].hypothesis.as_str()), ("i", "idag"));
/// assert_eq!(found[0].count, 2);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn confusions<R: AsRef<str> + Sync, H: AsRef<str> + Sync>(
    references: &[R],
    hypotheses: &[H],
    options: &Options,
) -> Result<Vec<Confusion>> {
    check(references.len(), hypotheses.len())?;
    let counts = references
        .par_iter()
        .zip(hypotheses)
        .fold(
            || (Scorer::new(*options), HashMap::<(&str, &str), usize>::new()),
            |(mut scorer, mut counts), (reference, hypothesis)| {
                let (reference, hypothesis) = (reference.as_ref(), hypothesis.as_ref());
                let aligned = scorer.align(reference, hypothesis);
                for pair in &aligned.edits.pairs {
                    let own = || aligned.reference[pair.reference].of(reference);
                    let other = || aligned.hypothesis[pair.hypothesis].of(hypothesis);
                    let mistake = match pair.operation {
                        Operation::Hit => continue,
                        Operation::Substitution => (own(), other()),
                        Operation::Deletion => (own(), ""),
                        Operation::Insertion => ("", other()),
                    };
                    *counts.entry(mistake).or_default() += 1;
                }
                (scorer, counts)
            },
        )
        .map(|(_, counts)| counts)
        .reduce(HashMap::new, |mut all, more| {
            #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
            for (mistake, count) in more {
                *all.entry(mistake).or_default() += count;
            }
            all
        });
    let mut found: Vec<Confusion> = counts
        .into_iter()
        .map(|((reference, hypothesis), count)| Confusion {
            reference: reference.to_owned(),
            hypothesis: hypothesis.to_owned(),
            count,
        })
        .collect();
    found.sort_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| (&a.reference, &a.hypothesis).cmp(&(&b.reference, &b.hypothesis)))
    });
    Ok(found)
}
