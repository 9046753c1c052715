//! Words whose ids depend on the sum of the scores before them: noted among the ids, settled when the sum is known.
//!
//! Sums begin anew when they have gone far, at whatever character that happens. Where that is near, words are searched
//! anew one by one, whether they were noted or not.

use super::sentencepiece::SPACE;
use super::unigram::RESET;

/// No word that is not noted adds as much.
pub(super) const MARGIN: f64 = 8000.0;

/// No id: a note follows.
const NOTE: u32 = (1 << 28) - 1;
/// A note's head packs how far it is certain (6 bits), the number of ids (10) and of bytes (12).
const MOST_IDS: usize = (1 << 10) - 1;
const MOST_BYTES: usize = (1 << 12) - 1;
/// The head of a note that cannot be settled.
const GIVEN_UP: u32 = 0;

/// Notes a word: `ids` adds those that it has up to the sum `safe`.
pub(super) fn note(safe: f64, word: &[u8], tokens: &mut Vec<u32>, ids: impl FnOnce(&mut Vec<u32>)) {
    let start = tokens.len();
    tokens.extend([NOTE, 0]);
    ids(tokens);
    let count = tokens.len() - start - 2;
    if count > MOST_IDS || word.len() > MOST_BYTES {
        tokens.truncate(start);
        return give_up(tokens);
    }
    let steps = if safe >= 1.0 { 1 + (2.0 * safe.min(1e6).log2()) as u32 } else { 0 };
    tokens[start + 1] = steps << 22 | (count as u32) << 12 | word.len() as u32;
    for three in word.chunks(3) {
        tokens.push(three.iter().fold(0, |packed, &byte| packed << 8 | u32::from(byte)));
    }
}

/// Up to which sum a note of so many steps is certain: the largest power of the root of two below what was asked for.
fn reach(steps: u32) -> f64 {
    if steps == 0 { 0.0 } else { (f64::from(steps - 1) / 2.0).exp2() }
}

/// Notes that the text must be encoded as a whole.
pub(super) fn give_up(tokens: &mut Vec<u32>) {
    tokens.extend([NOTE, GIVEN_UP]);
}

/// Settles the notes in `ids` from `start` on; whether all could be. `sums` is what each id adds, empty where sums do not
/// matter; `search` adds the ids of a word behind a sum and gives the sum at its end.
pub(super) fn settle<'v>(
    sums: &[f64],
    bytes: impl Fn(u32) -> &'v [u8],
    start: usize,
    ids: &mut Vec<u32>,
    mut search: impl FnMut(f32, &[u8], &mut Vec<u32>) -> Option<f32>,
) -> bool {
    let has_notes = ids[start..].contains(&NOTE);
    if sums.is_empty() {
        return !has_notes;
    }
    let near = f64::from(RESET) - MARGIN;
    if !has_notes {
        let sum: f64 = ids[start..].iter().map(|&id| sums[id as usize].abs()).sum();
        if sum < near {
            return true;
        }
    }
    let noted = ids.split_off(start);
    let mut base = 0.0f32;
    let add = |base: &mut f32, id: u32| *base = (f64::from(*base) + sums[id as usize]) as f32;
    let mut word = Vec::new();
    let mut rest = &noted[..];
    while let Some((&id, after)) = rest.split_first() {
        let far = f64::from(base.abs());
        if id != NOTE && far < near {
            add(&mut base, id);
            ids.push(id);
            rest = after;
            continue;
        }
        word.clear();
        if id == NOTE {
            let Some((&head, after)) = after.split_first() else { return false };
            if head == GIVEN_UP {
                return false;
            }
            let (count, length) = (head as usize >> 12 & MOST_IDS, head as usize & MOST_BYTES);
            let (known, after) = after.split_at(count);
            let (packed, after) = after.split_at(length.div_ceil(3));
            rest = after;
            if far < near && far < reach(head >> 22) {
                for &id in known {
                    add(&mut base, id);
                    ids.push(id);
                }
                continue;
            }
            for (number, three) in packed.iter().enumerate() {
                let bytes = three.to_be_bytes();
                word.extend_from_slice(&bytes[4 - (length - 3 * number).min(3)..]);
            }
        } else {
            // All pieces up to the next that begins a word.
            let begins = |word: &[u8], piece: &[u8]| {
                piece.starts_with(SPACE.as_bytes()) && !word.ends_with(SPACE.as_bytes())
            };
            while let Some((&id, after)) = rest.split_first() {
                if id == NOTE || (!word.is_empty() && begins(&word, bytes(id))) {
                    break;
                }
                word.extend_from_slice(bytes(id));
                rest = after;
            }
        }
        let Some(sum) = search(base, &word, ids) else { return false };
        base = sum;
    }
    true
}
