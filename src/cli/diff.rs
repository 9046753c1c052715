//! What differs between two texts, in one line.

use super::out::{Paint, shown};
use crate::align::{Operation, Pair};
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
    steps: &[Pair],
    reference: &[&'t str],
    hypothesis: &[&'t str],
) -> Vec<Stretch<'t>> {
    let mut stretches: Vec<Stretch<'t>> = Vec::new();
    for step in steps {
        let same = step.operation == Operation::Hit;
        if stretches.last().is_none_or(|last| last.same != same) {
            stretches.push(Stretch { same, reference: Vec::new(), hypothesis: Vec::new() });
        }
        let Some(last) = stretches.last_mut() else { continue };
        if step.operation != Operation::Insertion {
            last.reference.push(reference[step.reference]);
        }
        if step.operation != Operation::Deletion {
            last.hypothesis.push(hypothesis[step.hypothesis]);
        }
    }
    stretches
}

/// [`stretches`] of an alignment that knows where its tokens stand.
pub(super) fn of<'t>(
    aligned: &Aligned,
    reference: &'t str,
    hypothesis: &'t str,
) -> Vec<Stretch<'t>> {
    let references: Vec<&str> = aligned.reference.iter().map(|span| span.of(reference)).collect();
    let hypotheses: Vec<&str> = aligned.hypothesis.iter().map(|span| span.of(hypothesis)).collect();
    stretches(&aligned.edits.pairs, &references, &hypotheses)
}

/// The difference as `wdiff` writes it: `[-what was-] {+what came+}`, in red and green where
/// there are colours. `between` stands between two tokens; control characters become pictures.
pub(super) fn line(stretches: &[Stretch<'_>], between: &str, paint: Paint) -> String {
    let mut parts = Vec::new();
    for stretch in stretches {
        let side = |tokens: &[&str]| shown(&tokens.join(between));
        let (was, came) = (side(&stretch.reference), side(&stretch.hypothesis));
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
    parts.join(between)
}
