//! The stretches that two sequences of units have in common, in order.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::align::edits::{Editor, Fold, Operation, Pair, Ties};

/// Units that are the same on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) source: usize,
    pub(super) target: usize,
    pub(super) length: usize,
}

/// Units of each side that are aligned where both sides differ.
const WINDOW: usize = 64;
/// Units in a row that must be the same behind a change.
const AGREE: usize = 8;

/// The runs of a walk that aligns a window where both sides differ, and the rest of both sides
/// where they do not agree again within it.
pub(super) fn runs(source: &[u32], target: &[u32]) -> Vec<Run> {
    let mut editor = Editor::new(Ties::Jiwer);
    let mut ids = HashMap::default();
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    loop {
        let length = source[i..].iter().zip(&target[j..]).take_while(|(a, b)| a == b).count();
        push(&mut found, i, j, length);
        i += length;
        j += length;
        if i == source.len() || j == target.len() {
            return found;
        }
        let (rest, other) = (&source[i..], &target[j..]);
        let last = rest.len() <= WINDOW && other.len() <= WINDOW;
        let window = [&rest[..rest.len().min(WINDOW)], &other[..other.len().min(WINDOW)]]
            .map(|side| number(side, &mut ids));
        ids.clear();
        let edits = editor.edits(&window[0], &window[1]);
        let (pairs, again) = match agreement(&edits.pairs) {
            Some(again) if !last => (edits.pairs, again),
            None if !last => (editor.edits(rest, other).pairs, usize::MAX),
            _ => (edits.pairs, usize::MAX),
        };
        for pair in pairs.iter().take(again) {
            if pair.operation == Operation::Hit {
                push(&mut found, i + pair.reference, j + pair.hypothesis, 1);
            }
        }
        let Some(next) = pairs.get(again) else { return found };
        i += next.reference;
        j += next.hypothesis;
    }
}

/// Code points as the small numbers that an editor likes best.
fn number(side: &[u32], ids: &mut HashMap<u32, u32, BuildHasherDefault<Fold>>) -> Vec<u32> {
    side.iter()
        .map(|&code| {
            let next = ids.len() as u32;
            *ids.entry(code).or_insert(next)
        })
        .collect()
}

/// Where [`AGREE`] hits in a row begin.
fn agreement(pairs: &[Pair]) -> Option<usize> {
    let mut hits = 0;
    pairs.iter().enumerate().find_map(|(at, pair)| {
        hits = if pair.operation == Operation::Hit { hits + 1 } else { 0 };
        (hits == AGREE).then(|| at + 1 - AGREE)
    })
}

fn push(found: &mut Vec<Run>, source: usize, target: usize, length: usize) {
    if length == 0 {
        return;
    }
    match found.last_mut() {
        Some(last)
            if (last.source + last.length, last.target + last.length) == (source, target) =>
        {
            last.length += length;
        }
        _ => found.push(Run { source, target, length }),
    }
}
