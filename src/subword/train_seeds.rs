//! Seeds of a Unigram vocabulary: the substrings of counted words that cover most of the text.
//!
//! The suffixes of all words, cut where a piece may go no further, are sorted. Substrings that occur are then the
//! prefixes of rows, and those that cannot be longer without being rarer are where rows part or end: the nodes of the
//! tree of suffixes, which one pass over neighbouring rows finds with a stack. Pieces are so short that sorting suffixes up
//! to their length takes less time and memory than an array of whole suffixes.

use rayon::prelude::*;

use super::classes::{Classes, LETTER, LOWER, UPPER};

/// What stands before a word.
pub(super) const MARK: char = '\u{2581}';
/// Most characters of a piece.
pub(super) const LONGEST: usize = 16;
/// Most seeds.
const MOST: usize = 1_000_000;

/// Words in the order of their bytes, one behind the other.
pub(super) struct Lexicon {
    pub(super) text: Vec<u8>,
    /// By word: its end, and how often it occurs.
    pub(super) words: Vec<(usize, u64)>,
}

impl Lexicon {
    /// Each word and how often it occurs.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        let mut start = 0;
        self.words.iter().map(move |&(end, times)| {
            let word = &self.text[start..end];
            start = end;
            (word, times)
        })
    }

    /// How often each character occurs, in the order of their codes.
    pub(super) fn characters(&self) -> Vec<(char, u64)> {
        let mut counts = std::collections::BTreeMap::new();
        for (word, times) in self.iter() {
            for c in String::from_utf8_lossy(word).chars() {
                *counts.entry(c).or_insert(0) += times;
            }
        }
        counts.into_iter().collect()
    }
}

/// A suffix: its first eight bytes, where it begins, its length, and how often its word occurs.
#[derive(Clone, Copy)]
struct Row {
    front: u64,
    start: u32,
    length: u32,
    times: u64,
}

/// A substring: where it occurs, and its score.
#[derive(Clone, Copy)]
struct Found {
    score: u64,
    start: u32,
    length: u32,
}

/// The best substrings of at least two characters, and what they cover: how often each occurs, times its characters.
///
/// Letters stay apart from digits and signs; the mark is at the beginning of a piece alone.
///
/// # Complexity
///
/// `O(n log n)` comparisons of up to 64 bytes for words of `n` bytes together, which must be below 2³².
pub(super) fn substrings(lexicon: &Lexicon) -> Vec<(&[u8], u64)> {
    let text = &lexicon.text[..];
    let mut rows = rows(lexicon);
    let suffix = |row: &Row| &text[row.start as usize..][..row.length as usize];
    rows.par_sort_unstable_by(|a, b| {
        let fronts = a.front.cmp(&b.front);
        fronts.then_with(|| suffix(a).cmp(suffix(b))).then(a.start.cmp(&b.start))
    });
    let common = |a: &Row, b: &Row| {
        let least = a.length.min(b.length) as usize;
        let same = ((a.front ^ b.front).leading_zeros() / 8) as usize;
        if same < 8 {
            return same.min(least);
        }
        let (a, b) = (&suffix(a)[..least], &suffix(b)[..least]);
        a.iter().zip(b).position(|(a, b)| a != b).unwrap_or(least)
    };
    let mut found: Vec<Found> = Vec::new();
    // Nodes above the row: their lengths in bytes, and how often they have occurred so far.
    let mut open: Vec<(usize, u64)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let length = row.length as usize;
        match open.last_mut() {
            Some((deepest, times)) if *deepest == length => *times += row.times,
            _ => open.push((length, row.times)),
        }
        let mut shared = rows.get(at + 1).map_or(0, |next| common(row, next));
        // A character is not cut.
        while shared > 0 && text.get(row.start as usize + shared).is_some_and(|b| b & 0xc0 == 0x80)
        {
            shared -= 1;
        }
        while let Some(&(length, times)) = open.last()
            && length > shared
        {
            open.pop();
            match open.last_mut() {
                Some((above, sum)) if *above >= shared => *sum += times,
                _ if shared > 0 => open.push((shared, times)),
                _ => {}
            }
            let piece = &text[row.start as usize..][..length];
            let characters = piece.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u64;
            if characters > 1 && times > 1 {
                let score = times * characters;
                found.push(Found { score, start: row.start, length: length as u32 });
            }
        }
    }
    if found.len() > MOST {
        let piece = |found: &Found| &text[found.start as usize..][..found.length as usize];
        let better =
            |a: &Found, b: &Found| b.score.cmp(&a.score).then_with(|| piece(a).cmp(piece(b)));
        found.select_nth_unstable_by(MOST - 1, better);
        found.truncate(MOST);
    }
    let piece =
        |found: Found| (&text[found.start as usize..][..found.length as usize], found.score);
    found.into_iter().map(piece).collect()
}

/// The suffixes of all words, cut where a piece ends at last.
fn rows(lexicon: &Lexicon) -> Vec<Row> {
    let text = &lexicon.text[..];
    let classes = Classes::get();
    let is_letter = |at: usize| classes.at(text, at).0 & (LETTER | UPPER | LOWER) != 0;
    let is_start = |at: usize| text[at] & 0xc0 != 0x80;
    let rows = |(number, words): (usize, &[(usize, u64)])| {
        let mut rows = Vec::new();
        let first = number * CHUNK;
        let mut start = if first == 0 { 0 } else { lexicon.words[first - 1].0 };
        let mut borders = Vec::new();
        for &(end, times) in words {
            borders.clear();
            borders.extend((start..end).filter(|&at| is_start(at)));
            borders.push(end);
            let has_mark = text[start..end].starts_with(MARK.to_string().as_bytes());
            // From the back: where the run of one class ends in which a suffix begins.
            let mut run = borders.len() - 1;
            for at in (0..borders.len() - 1).rev() {
                let here = borders[at];
                let next = borders[at + 1];
                // What follows the mark decides how far it goes.
                let is_mark = has_mark && here == start;
                if next < end && !is_mark && is_letter(here) != is_letter(next) {
                    run = at + 1;
                }
                let last = borders[run.min(at + LONGEST)];
                let suffix = &text[here..last];
                let mut front = [0; 8];
                let shown = suffix.len().min(8);
                front[..shown].copy_from_slice(&suffix[..shown]);
                rows.push(Row {
                    front: u64::from_be_bytes(front),
                    start: here as u32,
                    length: (last - here) as u32,
                    times,
                });
            }
            start = end;
        }
        rows
    };
    let parts: Vec<Vec<Row>> = lexicon.words.par_chunks(CHUNK).enumerate().map(rows).collect();
    parts.concat()
}

/// Words whose suffixes a thread takes at a time.
const CHUNK: usize = 1 << 12;
