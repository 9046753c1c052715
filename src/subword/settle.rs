//! Words whose ids depend on the sum of the scores before them: noted among the ids, settled when the sum is known.

/// Up to this sum ids that are not noted are certain.
pub(super) const FARTHEST: f64 = (1 << 18) as f64;

/// No id: a note follows.
const NOTE: u32 = (1 << 28) - 1;
/// A note's head packs how far it is certain (5 bits), the number of ids (10) and of bytes (12).
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
    // The largest power of two below; certain at no sum but zero where there is none.
    let far = if safe >= 1.0 { 1 + safe.log2().floor() as u32 } else { 0 };
    tokens[start + 1] = far.min(31) << 22 | (count as u32) << 12 | word.len() as u32;
    for three in word.chunks(3) {
        tokens.push(three.iter().fold(0, |packed, &byte| packed << 8 | u32::from(byte)));
    }
}

/// Notes that the text must be encoded as a whole.
pub(super) fn give_up(tokens: &mut Vec<u32>) {
    tokens.extend([NOTE, GIVEN_UP]);
}

/// Settles the notes in `ids` from `start` on; whether all could be. `sums` is what each id adds, empty where sums do not
/// matter; `search` adds the ids of a word behind a sum and gives the sum at its end.
pub(super) fn settle(
    sums: &[f64],
    start: usize,
    ids: &mut Vec<u32>,
    mut search: impl FnMut(f32, &[u8], &mut Vec<u32>) -> Option<f32>,
) -> bool {
    let has_notes = ids[start..].contains(&NOTE);
    if sums.is_empty() {
        return !has_notes;
    }
    if !has_notes {
        // Without notes it only matters that the sum does not go too far.
        let sum: f64 = ids[start..].iter().map(|&id| sums[id as usize].abs()).sum();
        return sum < FARTHEST / 2.0;
    }
    let noted = ids.split_off(start);
    let mut base = 0.0f32;
    let add = |base: &mut f32, id: u32| *base = (f64::from(*base) + sums[id as usize]) as f32;
    let mut word = Vec::new();
    let mut rest = &noted[..];
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        if f64::from(base.abs()) > FARTHEST {
            return false;
        }
        if id != NOTE {
            add(&mut base, id);
            ids.push(id);
            continue;
        }
        let Some((&head, after)) = rest.split_first() else { return false };
        if head == GIVEN_UP {
            return false;
        }
        let (count, length) = (head as usize >> 12 & MOST_IDS, head as usize & MOST_BYTES);
        let (known, after) = after.split_at(count);
        let (packed, after) = after.split_at(length.div_ceil(3));
        rest = after;
        let far = head >> 22;
        if far > 0 && f64::from(base.abs()) < f64::from(1u32 << (far - 1)) {
            for &id in known {
                add(&mut base, id);
                ids.push(id);
            }
            continue;
        }
        word.clear();
        for (number, three) in packed.iter().enumerate() {
            let bytes = three.to_be_bytes();
            word.extend_from_slice(&bytes[4 - (length - 3 * number).min(3)..]);
        }
        let Some(sum) = search(base, &word, ids) else { return false };
        base = sum;
    }
    true
}
