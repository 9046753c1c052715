//! Sentence alignment of invented languages with known beads.

use std::ops::Range;

use proptest::prelude::*;
use sprogkit::align::{self, Bead};

/// A fixed recurrence (Numerical Recipes' 64-bit LCG, high bits).
fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// The word of a number in one of two invented languages, which have little in common.
fn word(number: u64, target: bool) -> String {
    let (consonants, vowels) = if target { ("ptkbdg", "aei") } else { ("lmnrsv", "ouy") };
    let pick = |letters: &str, n: u64| letters.chars().nth(n as usize % letters.len()).unwrap();
    let mut left = number.wrapping_mul(2_654_435_761) % 100_003;
    let mut word = String::new();
    for _ in 0..2 + number % 3 {
        word.push(pick(consonants, left % 6));
        word.push(pick(vowels, left / 6 % 3));
        left /= 18;
    }
    word
}

struct Document {
    source: Vec<String>,
    target: Vec<String>,
    beads: Vec<(Range<usize>, Range<usize>)>,
}

/// `count` places: mostly one sentence for one, some merged, some without counterpart. The target
/// lacks what stands at `missing`. One sentence in `anchored` holds a number.
fn document(count: usize, missing: &Range<usize>, anchored: u64, seed: u64) -> Document {
    let mut next = random(seed);
    let mut document = Document { source: Vec::new(), target: Vec::new(), beads: Vec::new() };
    for place in 0..count {
        let (a, b) = match next(100) {
            _ if missing.contains(&place) => (1, 0),
            0..3 => (1, 2),
            3..6 => (2, 1),
            6 => (1, 0),
            7 => (0, 1),
            _ => (1, 1),
        };
        let (i, j) = (document.source.len(), document.target.len());
        let parts: Vec<[String; 2]> = (0..a.max(b))
            .map(|_| {
                let mut sides = [Vec::new(), Vec::new()];
                for _ in 0..3 + next(9) {
                    // Some words are frequent.
                    let most = 1 + next(600);
                    let number = next(most);
                    sides[0].push(word(number, false));
                    if next(8) > 0 {
                        sides[1].push(word(number, true));
                    }
                }
                if next(anchored) == 0 {
                    let number = next(5000).to_string();
                    sides.iter_mut().for_each(|side| side.push(number.clone()));
                }
                sides.map(|words| format!("{}.", words.join(" ")))
            })
            .collect();
        for (side, count) in [(0, a), (1, b)] {
            let texts: Vec<String> = parts.iter().map(|part| part[side].clone()).collect();
            let sentences = if side == 0 { &mut document.source } else { &mut document.target };
            match count {
                0 => {}
                1 => sentences.push(texts.join(" ")),
                _ => sentences.extend(texts),
            }
        }
        document.beads.push((i..document.source.len(), j..document.target.len()));
    }
    document
}

fn covers(beads: &[Bead], n: usize, m: usize) {
    let (mut i, mut j) = (0, 0);
    for bead in beads {
        assert_eq!((bead.source.start, bead.target.start), (i, j));
        assert!(bead.source.len() <= 3 && bead.target.len() <= 3);
        assert!(bead.source.len() + bead.target.len() > 0);
        assert!(bead.score.is_finite());
        (i, j) = (bead.source.end, bead.target.end);
    }
    assert_eq!((i, j), (n, m));
}

fn right(document: &Document) -> f64 {
    let beads = align::bitext(&document.source, &document.target).unwrap();
    covers(&beads, document.source.len(), document.target.len());
    let found = document
        .beads
        .iter()
        .filter(|(source, target)| {
            beads.iter().any(|bead| bead.source == *source && bead.target == *target)
        })
        .count();
    found as f64 / document.beads.len() as f64
}

#[test]
fn a_lexicon_is_learned_from_the_texts_alone() {
    let share = right(&document(600, &(0..0), u64::MAX, 1));
    assert!(share > 0.95, "{share}");
}

#[test]
fn a_missing_chapter_is_jumped_over() {
    let share = right(&document(900, &(300..650), 4, 2));
    assert!(share > 0.95, "{share}");
}

#[test]
fn texts_longer_than_the_kept_back_pointers_are_aligned_as_well() {
    let document = document(8600, &(4000..4100), 6, 3);
    assert!(document.source.len() > 8192);
    let beads = align::bitext(&document.source, &document.target).unwrap();
    covers(&beads, document.source.len(), document.target.len());
    let found: std::collections::HashSet<_> =
        beads.into_iter().map(|bead| (bead.source, bead.target)).collect();
    let right = document.beads.iter().filter(|bead| found.contains(bead)).count();
    assert!(right as f64 > 0.97 * document.beads.len() as f64, "{right}");
}

#[test]
fn a_true_bead_scores_above_a_wrong_one() {
    let mut document = document(400, &(0..0), 5, 4);
    // Sentences of another text in the middle.
    let other = self::document(1, &(0..0), 5, 77);
    document.target[200] = other.target[0].clone();
    let beads = align::bitext(&document.source, &document.target).unwrap();
    let mut scores: Vec<f64> =
        beads.iter().filter(|b| b.target.len() == 1).map(|b| b.score).collect();
    let wrong = beads.iter().find(|bead| bead.target.contains(&200)).unwrap().score;
    scores.sort_by(f64::total_cmp);
    assert!(wrong < scores[scores.len() / 10], "{wrong} {scores:?}");
}

#[test]
fn a_side_may_be_empty() {
    let none: [&str; 0] = [];
    assert!(align::bitext(&none, &none).unwrap().is_empty());
    covers(&align::bitext(&["a", "b"], &none).unwrap(), 2, 0);
    covers(&align::bitext(&none, &["a", "b"]).unwrap(), 0, 2);
    covers(&align::bitext(&["", " "], &["", "", "", ""]).unwrap(), 2, 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn beads_hold_every_sentence_once_and_in_order(
        source in prop::collection::vec("[a-c0-9 .]{0,12}", 0..40),
        target in prop::collection::vec("[a-c0-9 .]{0,12}", 0..40),
    ) {
        let beads = align::bitext(&source, &target).unwrap();
        covers(&beads, source.len(), target.len());
    }
}
