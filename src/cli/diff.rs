//! What differs between two texts, in one line.

use super::out::Paint;
use crate::align::Operation;
use crate::score::Aligned;

/// A stretch of tokens with which the same happened.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stretch<'t> {
    pub(super) same: bool,
    pub(super) reference: Vec<&'t str>,
    pub(super) hypothesis: Vec<&'t str>,
}

/// The alignment as stretches that are the same and stretches that differ, in turns.
pub(super) fn stretches<'t>(
    aligned: &Aligned,
    reference: &'t str,
    hypothesis: &'t str,
) -> Vec<Stretch<'t>> {
    let mut stretches: Vec<Stretch<'t>> = Vec::new();
    for pair in &aligned.edits.pairs {
        let same = pair.operation == Operation::Hit;
        if stretches.last().is_none_or(|last| last.same != same) {
            stretches.push(Stretch { same, reference: Vec::new(), hypothesis: Vec::new() });
        }
        let Some(last) = stretches.last_mut() else { continue };
        if pair.operation != Operation::Insertion {
            last.reference.push(aligned.reference[pair.reference].of(reference));
        }
        if pair.operation != Operation::Deletion {
            last.hypothesis.push(aligned.hypothesis[pair.hypothesis].of(hypothesis));
        }
    }
    stretches
}

/// The difference as `wdiff` writes it: `[-what was-] {+what came+}`, in red and green where
/// there are colours.
pub(super) fn line(stretches: &[Stretch<'_>], paint: Paint) -> String {
    let mut parts = Vec::new();
    for stretch in stretches {
        let (was, came) = (stretch.reference.join(" "), stretch.hypothesis.join(" "));
        if stretch.same {
            parts.push(was);
            continue;
        }
        if !was.is_empty() {
            parts.push(paint.removed(&format!("[-{was}-]")));
        }
        if !came.is_empty() {
            parts.push(paint.good(&format!("{{+{came}+}}")));
        }
    }
    parts.join(" ")
}
