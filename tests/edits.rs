//! Edit alignment against its naive twin.

use proptest::prelude::*;
use sprogkit::align::{self, Counts, Editor, Operation, Pair, Ties};

/// The whole matrix, cell by cell.
fn matrix(reference: &[u32], hypothesis: &[u32]) -> Vec<Vec<usize>> {
    let (n, m) = (reference.len(), hypothesis.len());
    let mut d = vec![vec![0; m + 1]; n + 1];
    for i in 0..=n {
        for j in 0..=m {
            d[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let miss = usize::from(reference[i - 1] != hypothesis[j - 1]);
                (d[i - 1][j - 1] + miss).min(d[i - 1][j] + 1).min(d[i][j - 1] + 1)
            };
        }
    }
    d
}

/// Follows the matrix back as `ties` says, by the costs alone.
fn naive(reference: &[u32], hypothesis: &[u32], ties: Ties) -> Vec<Pair> {
    let (mut i, mut j) = (reference.len(), hypothesis.len());
    let mut pairs = Vec::new();
    let mut push = |operation, reference, hypothesis| {
        pairs.push(Pair { operation, reference, hypothesis });
    };
    let mut prefix = 0;
    if ties == Ties::Jiwer {
        while prefix < i.min(j) && reference[prefix] == hypothesis[prefix] {
            prefix += 1;
        }
        while i > prefix && j > prefix && reference[i - 1] == hypothesis[j - 1] {
            (i, j) = (i - 1, j - 1);
            push(Operation::Hit, i, j);
        }
    }
    let d = matrix(&reference[prefix..i], &hypothesis[prefix..j]);
    (i, j) = (i - prefix, j - prefix);
    while i > 0 || j > 0 {
        let up = i > 0 && d[i][j] == d[i - 1][j] + 1;
        let left = j > 0 && d[i][j] == d[i][j - 1] + 1;
        let same = i > 0 && j > 0 && reference[prefix + i - 1] == hypothesis[prefix + j - 1];
        let substitution = i > 0 && j > 0 && !same && d[i][j] == d[i - 1][j - 1] + 1;
        let operation = match ties {
            Ties::Jiwer if up => Operation::Deletion,
            Ties::Jiwer
                if left && !substitution && (i == 0 || d[i][j - 1] + 1 == d[i - 1][j - 1]) =>
            {
                Operation::Insertion
            }
            Ties::Kaldi if left => Operation::Insertion,
            Ties::Kaldi if up => Operation::Deletion,
            _ if same => Operation::Hit,
            _ => Operation::Substitution,
        };
        match operation {
            Operation::Deletion => i -= 1,
            Operation::Insertion => j -= 1,
            _ => (i, j) = (i - 1, j - 1),
        }
        push(operation, prefix + i, prefix + j);
    }
    for at in (0..prefix).rev() {
        push(Operation::Hit, at, at);
    }
    pairs.reverse();
    pairs
}

fn check(reference: &[u32], hypothesis: &[u32]) {
    for ties in [Ties::Jiwer, Ties::Kaldi] {
        let edits = align::edits_with(reference, hypothesis, ties);
        let want = naive(reference, hypothesis, ties);
        assert_eq!(edits.pairs, want, "{ties:?} {reference:?} {hypothesis:?}");
        let mut counts = Counts::default();
        for pair in &want {
            match pair.operation {
                Operation::Hit => counts.hits += 1,
                Operation::Substitution => counts.substitutions += 1,
                Operation::Deletion => counts.deletions += 1,
                Operation::Insertion => counts.insertions += 1,
            }
        }
        assert_eq!(edits.counts(), counts);
        assert_eq!(Editor::new(ties).counts(reference, hypothesis), counts);
        assert_eq!(counts.errors(), align::distance(reference, hypothesis));
    }
}

/// A fixed recurrence (Numerical Recipes' 64-bit LCG, high bits).
fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// `reference` with about one error in `every` tokens, and a few long ones.
fn damaged(
    reference: &[u32],
    vocabulary: u64,
    every: u64,
    next: &mut impl FnMut(u64) -> u64,
) -> Vec<u32> {
    let mut out = Vec::new();
    let mut skip = 0;
    for &token in reference {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        match next(every * 4) {
            0 => {}
            1 => out.extend([token, next(vocabulary) as u32]),
            2 | 3 => out.push(next(vocabulary) as u32),
            4 if next(30) == 0 => skip = next(150),
            5 if next(30) == 0 => out.extend((0..next(150)).map(|_| next(vocabulary) as u32)),
            _ => out.push(token),
        }
    }
    out
}

#[test]
fn every_short_pair_over_three_tokens_is_aligned_as_the_naive_twin_does() {
    let all: Vec<Vec<u32>> = (0..=5)
        .flat_map(|length| {
            (0..3_u32.pow(length))
                .map(move |number| (0..length).map(|place| number / 3_u32.pow(place) % 3).collect())
        })
        .collect();
    for reference in &all {
        for hypothesis in &all {
            check(reference, hypothesis);
        }
    }
}

#[test]
fn long_pairs_are_aligned_as_the_naive_twin_does() {
    let mut next = random(4);
    for round in 0..120 {
        let length = 1 + next(if round % 10 == 0 { 1500 } else { 400 });
        let vocabulary = [2, 4, 30, 1000][round % 4];
        let every = [2, 4, 10, 40][next(4) as usize];
        let reference: Vec<u32> = (0..length).map(|_| next(vocabulary) as u32).collect();
        let hypothesis = damaged(&reference, vocabulary, every, &mut next);
        check(&reference, &hypothesis);
        let other: Vec<u32> = (0..1 + next(300)).map(|_| next(vocabulary) as u32).collect();
        check(&reference, &other);
        check(&other, &reference);
    }
}

proptest! {
    #[test]
    fn random_pairs_are_aligned_as_the_naive_twin_does(
        reference in prop::collection::vec(0_u32..5, 0..150),
        hypothesis in prop::collection::vec(0_u32..5, 0..150),
    ) {
        check(&reference, &hypothesis);
    }
}

/// Sclite's recursion over the whole matrix, and its way back.
fn naive_sclite(reference: &[u32], hypothesis: &[u32]) -> Vec<Pair> {
    let (n, m) = (reference.len(), hypothesis.len());
    let mut cells = vec![vec![(0_u32, Operation::Hit); m + 1]; n + 1];
    for i in 0..=n {
        for j in 0..=m {
            cells[i][j] = match (i, j) {
                (0, 0) => (0, Operation::Hit),
                (0, _) => (3 * j as u32, Operation::Insertion),
                (_, 0) => (3 * i as u32, Operation::Deletion),
                _ => {
                    let same = reference[i - 1] == hypothesis[j - 1];
                    let diagonal = cells[i - 1][j - 1].0 + if same { 0 } else { 4 };
                    let deletion = cells[i - 1][j].0 + 3;
                    let insertion = cells[i][j - 1].0 + 3;
                    if diagonal <= deletion.min(insertion) {
                        (diagonal, if same { Operation::Hit } else { Operation::Substitution })
                    } else if deletion < insertion {
                        (deletion, Operation::Deletion)
                    } else {
                        (insertion, Operation::Insertion)
                    }
                }
            };
        }
    }
    let (mut i, mut j, mut pairs) = (n, m, Vec::new());
    while i > 0 || j > 0 {
        let operation = cells[i][j].1;
        i -= usize::from(operation != Operation::Insertion);
        j -= usize::from(operation != Operation::Deletion);
        pairs.push(Pair { operation, reference: i, hypothesis: j });
    }
    pairs.reverse();
    pairs
}

#[test]
fn sclite_prefers_hits_to_substitutions() {
    let mut next = random(9);
    for round in 0..200 {
        let length = 1 + next(if round % 20 == 0 { 500 } else { 60 });
        let vocabulary = [2, 4, 30][round % 3];
        let reference: Vec<u32> = (0..length).map(|_| next(vocabulary) as u32).collect();
        let hypothesis = damaged(&reference, vocabulary, 4, &mut next);
        for (a, b) in [(&reference, &hypothesis), (&hypothesis, &reference)] {
            let edits = align::edits_with(a, b, Ties::Sclite);
            assert_eq!(edits.pairs, naive_sclite(a, b), "{a:?} {b:?}");
        }
    }
    let count = |ties| align::edits_with(&["a", "b"], &["b", "c"], ties).hits;
    assert_eq!((count(Ties::Jiwer), count(Ties::Sclite)), (0, 1));
}

#[test]
fn both_sides_are_walked_through_and_the_offsets_name_the_tokens() {
    let edits = align::edits(&["a", "b", "c", "d", "e"], &["a", "x", "d", "e", "f"]);
    let shown: Vec<_> =
        edits.pairs.iter().map(|p| (p.operation.name(), p.reference, p.hypothesis)).collect();
    assert_eq!(
        shown,
        [
            ("hit", 0, 0),
            ("substitution", 1, 1),
            ("deletion", 2, 2),
            ("hit", 3, 2),
            ("hit", 4, 3),
            ("insertion", 5, 4)
        ]
    );
    assert_eq!(edits.rate(), Some(0.6));
}

#[test]
fn an_empty_reference_has_no_rate() {
    assert_eq!(align::edits::<u32>(&[], &[]).rate(), None);
    let edits = align::edits(&[], &["a"]);
    assert_eq!((edits.rate(), edits.insertions), (None, 1));
    assert_eq!(align::edits(&["a"], &[]).deletions, 1);
}
