//! Learning merges: the most frequent pair of tokens becomes a token, again and again.
//!
//! Equal to `tokenizers` step by step, also where that is peculiar. Of pairs of equal count the one of the lowest ids
//! is first. A pair that comes into being again after it was queued is queued again with its new words alone,
//! and the count of a merged pair is not set back.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use super::count::Counter;
use super::train::{TrainOptions, alphabet};
use super::vocabulary::fold;
use crate::Result;
use crate::progress::Progress;

/// Tokens as the file writes them, by id, and merges in order.
pub(super) struct Learnt {
    pub(super) tokens: Vec<String>,
    pub(super) merges: Vec<(u32, u32)>,
}

type Pair = (u32, u32);

/// Hashes a pair of ids.
#[derive(Default)]
struct PairHasher(u64);

impl Hasher for PairHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, id: u32) {
        self.0 = self.0 << 32 | u64::from(id);
    }

    fn finish(&self) -> u64 {
        fold(self.0 ^ 0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db)
    }
}

type Pairs<V> = HashMap<Pair, V, BuildHasherDefault<PairHasher>>;

/// A pair that waits to be merged: how often it occurred when it was queued, and in which words.
struct Waiting {
    pair: Pair,
    count: i64,
    words: Vec<u32>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.count.cmp(&other.count).then_with(|| other.pair.cmp(&self.pair))
    }
}

/// The words as tokens, one after the other: each shrinks in place.
struct Words {
    tokens: Vec<u32>,
    /// By word: where it begins, how many tokens it has now, how often it occurs.
    words: Vec<(usize, u32, i64)>,
}

impl Words {
    /// Merges `pair` into `made` in word `word` and tells each change: a pair and +1 or -1.
    fn merge(&mut self, word: u32, pair: Pair, made: u32, mut change: impl FnMut(Pair, i64, i64)) {
        let (start, length, times) = &mut self.words[word as usize];
        let tokens = &mut self.tokens[*start..*start + *length as usize];
        let (mut read, mut write) = (0, 0);
        while read < tokens.len() {
            let is_pair = tokens[read] == pair.0 && tokens.get(read + 1) == Some(&pair.1);
            if !is_pair {
                tokens[write] = tokens[read];
                write += 1;
                read += 1;
                continue;
            }
            if write > 0 {
                let before = tokens[write - 1];
                change((before, pair.0), -1, *times);
                change((before, made), 1, *times);
            }
            if let Some(&after) = tokens.get(read + 2) {
                change((pair.1, after), -1, *times);
                change((made, after), 1, *times);
            }
            tokens[write] = made;
            write += 1;
            read += 2;
        }
        *length = write as u32;
    }
}

/// Learns the vocabulary of counted pieces.
pub(super) fn learn(
    pieces: &Counter,
    special: &[String],
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<Learnt> {
    let mut tokens: Vec<String> = Vec::with_capacity(options.vocab_size);
    let mut ids: HashMap<String, u32> = HashMap::with_capacity(options.vocab_size);
    let alphabet = alphabet();
    for token in special.iter().chain(alphabet.iter().map(|(_, text)| text)) {
        ids.entry(token.clone()).or_insert_with(|| {
            tokens.push(token.clone());
            tokens.len() as u32 - 1
        });
    }
    let mut of_byte = [0; 256];
    for (byte, text) in &alphabet {
        of_byte[*byte as usize] = ids[text];
    }
    let mut words = Words { tokens: Vec::new(), words: Vec::with_capacity(pieces.len()) };
    let mut counts: Pairs<i64> = Pairs::default();
    let mut changed: Pairs<Vec<u32>> = Pairs::default();
    for (number, (piece, times)) in (0u32..).zip(pieces.iter()) {
        let start = words.tokens.len();
        words.tokens.extend(piece.iter().map(|&byte| of_byte[byte as usize]));
        words.words.push((start, piece.len() as u32, times as i64));
        for pair in words.tokens[start..].windows(2) {
            let pair = (pair[0], pair[1]);
            *counts.entry(pair).or_default() += times as i64;
            note(&mut changed, pair, number);
        }
    }
    let mut queue = BinaryHeap::with_capacity(counts.len());
    drain(&mut changed, &counts, &mut queue);
    let wanted = options.vocab_size.saturating_sub(tokens.len()) as u64;
    progress.start("merging", Some(wanted), "tokens");
    let mut merges: Vec<Pair> = Vec::new();
    while tokens.len() < options.vocab_size {
        let Some(mut top) = queue.pop() else { break };
        let count = counts[&top.pair];
        if top.count != count {
            // A count below nothing is none: it sinks to the end.
            top.count = count;
            queue.push(top);
            continue;
        }
        if count < 1 || (count as u64) < options.min_frequency {
            break;
        }
        if merges.len().is_multiple_of(256) {
            progress.check()?;
        }
        let text = [tokens[top.pair.0 as usize].as_str(), &tokens[top.pair.1 as usize]].concat();
        let made = *ids.entry(text).or_insert_with_key(|text| {
            progress.advance(1);
            tokens.push(text.clone());
            tokens.len() as u32 - 1
        });
        merges.push(top.pair);
        for &word in &top.words {
            words.merge(word, top.pair, made, |pair, change, times| {
                *counts.entry(pair).or_default() += change * times;
                if change > 0 {
                    note(&mut changed, pair, word);
                }
            });
        }
        drain(&mut changed, &counts, &mut queue);
    }
    Ok(Learnt { tokens, merges })
}

/// Notes that `pair` occurs in `word`, once.
fn note(changed: &mut Pairs<Vec<u32>>, pair: Pair, word: u32) {
    let words = changed.entry(pair).or_default();
    if words.last() != Some(&word) {
        words.push(word);
    }
}

/// Queues the pairs that came into being.
#[expect(clippy::iter_over_hash_type, reason = "the queue orders them")]
fn drain(changed: &mut Pairs<Vec<u32>>, counts: &Pairs<i64>, queue: &mut BinaryHeap<Waiting>) {
    for (pair, words) in changed.drain() {
        let count = counts[&pair];
        if count > 0 {
            queue.push(Waiting { pair, count, words });
        }
    }
}
