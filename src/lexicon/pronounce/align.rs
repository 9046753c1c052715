//! Letters lined up with sounds, by expectation maximisation.

use std::collections::BTreeMap;

use super::phones::Segment;

/// How often the probabilities are estimated.
const ROUNDS: usize = 11;
/// The most sounds that a letter has, and what each more costs.
const MOST: usize = 3;
const COST: [f64; MOST + 1] = [1.0, 1.0, 0.3, 0.05];
/// The first guess, by the number of sounds.
const GUESS: [f64; MOST + 1] = [0.3, 0.6, 0.02, 0.001];

type Table = BTreeMap<(u8, Vec<Segment>), f64>;

/// The sounds of each letter of each word; `None` where there are more than the letters can have.
///
/// A letter has no sound up to three. Their probabilities are those that make all words together
/// most probable (Dempster, Laird and Rubin 1977), found from a first guess.
pub(super) fn align(words: &[(Vec<u8>, Vec<Segment>)]) -> Vec<Option<Vec<Vec<Segment>>>> {
    let mut table: Option<Table> = None;
    for _ in 0..ROUNDS {
        let mut counts = Table::new();
        for (letters, sounds) in words {
            count(letters, sounds, table.as_ref(), &mut counts);
        }
        let mut totals = BTreeMap::<u8, f64>::new();
        for ((letter, _), value) in &counts {
            *totals.entry(*letter).or_default() += value;
        }
        for ((letter, _), value) in &mut counts {
            *value /= totals[letter];
        }
        table = Some(counts);
    }
    words.iter().map(|(letters, sounds)| best(letters, sounds, table.as_ref())).collect()
}

/// The probability of `sounds[from..to]` for each letter, `[letters][from][to - from]`.
fn probabilities(letters: &[u8], sounds: &[Segment], table: Option<&Table>) -> Vec<Vec<[f64; 4]>> {
    let mut row = Vec::with_capacity(letters.len());
    for &letter in letters {
        let mut places = vec![[0.0; MOST + 1]; sounds.len() + 1];
        for (from, place) in places.iter_mut().enumerate() {
            for (length, value) in place.iter_mut().enumerate().take(sounds.len() - from + 1) {
                *value = match table {
                    None => GUESS[length],
                    Some(table) => {
                        let key = (letter, sounds[from..from + length].to_vec());
                        table.get(&key).copied().unwrap_or(0.0).max(1e-9) * COST[length]
                    }
                };
            }
        }
        row.push(places);
    }
    row
}

fn count(letters: &[u8], sounds: &[Segment], table: Option<&Table>, counts: &mut Table) {
    let chances = probabilities(letters, sounds, table);
    let width = sounds.len() + 1;
    let mut forward = vec![vec![0.0; width]; letters.len() + 1];
    forward[0][0] = 1.0;
    for at in 0..letters.len() {
        for from in 0..width {
            for length in 0..=MOST.min(sounds.len() - from) {
                forward[at + 1][from + length] += forward[at][from] * chances[at][from][length];
            }
        }
    }
    let mut backward = vec![vec![0.0; width]; letters.len() + 1];
    backward[letters.len()][sounds.len()] = 1.0;
    for at in (0..letters.len()).rev() {
        for from in 0..width {
            backward[at][from] = (0..=MOST.min(sounds.len() - from))
                .map(|length| backward[at + 1][from + length] * chances[at][from][length])
                .sum();
        }
    }
    let all = forward[letters.len()][sounds.len()];
    if all <= 0.0 {
        return;
    }
    for at in 0..letters.len() {
        for from in 0..width {
            for length in 0..=MOST.min(sounds.len() - from) {
                let chance =
                    forward[at][from] * chances[at][from][length] * backward[at + 1][from + length]
                        / all;
                if chance > 1e-6 {
                    let key = (letters[at], sounds[from..from + length].to_vec());
                    *counts.entry(key).or_default() += chance;
                }
            }
        }
    }
}

fn best(letters: &[u8], sounds: &[Segment], table: Option<&Table>) -> Option<Vec<Vec<Segment>>> {
    let chances = probabilities(letters, sounds, table);
    let width = sounds.len() + 1;
    let mut value = vec![vec![0.0; width]; letters.len() + 1];
    let mut came = vec![vec![0; width]; letters.len() + 1];
    value[0][0] = 1.0;
    for at in 0..letters.len() {
        for from in 0..width {
            for length in 0..=MOST.min(sounds.len() - from) {
                let chance = value[at][from] * chances[at][from][length];
                if chance > value[at + 1][from + length] {
                    value[at + 1][from + length] = chance;
                    came[at + 1][from + length] = length;
                }
            }
        }
    }
    if value[letters.len()][sounds.len()] <= 0.0 {
        return None;
    }
    let mut to = sounds.len();
    let mut found = vec![Vec::new(); letters.len()];
    for at in (0..letters.len()).rev() {
        let from = to - came[at + 1][to];
        found[at] = sounds[from..to].to_vec();
        to = from;
    }
    Some(found)
}
