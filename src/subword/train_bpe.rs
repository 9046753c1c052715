//! Learning merges: the most frequent pair of tokens becomes a token, again and again.
//!
//! Equal to `tokenizers` step by step, also where that is peculiar. Of pairs of equal count the one of the lowest ids
//! is first. A pair that comes into being again after it was queued is queued again with its new words alone,
//! and the count of a merged pair is not set back.
//!
//! What a merge changes are pairs of one of its tokens with a neighbour, so changes are summed by the neighbour, and the
//! table of pairs is asked once for each neighbour instead of once for each place. The words of a pair are in
//! ascending order, so that a long list is cut in two and both halves are merged at the same time.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use rayon::prelude::*;

use super::vocabulary::fold;
use crate::Result;
use crate::progress::Progress;
use crate::text::blocks;

/// Words whose pairs are first counted together.
const CHUNK: usize = 1 << 14;
/// Fewest words that are worth a second thread.
const MANY: usize = 1 << 10;
/// How many words ahead memory is asked for.
const AHEAD: usize = 8;

/// What is learnt.
pub(super) struct Goal<'g> {
    /// How many tokens there are in the end.
    pub(super) size: usize,
    /// Fewest occurrences of a pair that is merged.
    pub(super) min_frequency: u64,
    /// What tokens inside a word begin with.
    pub(super) prefix: &'g str,
}

/// Tokens as the file writes them, by id, and merges in order.
pub(super) struct Learnt {
    pub(super) tokens: Vec<String>,
    pub(super) merges: Vec<Pair>,
}

pub(super) type Pair = (u32, u32);

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

/// A pair that waits to be merged: how often it occurred when it was queued, and in which words, in ascending order.
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

/// A word: where its tokens begin, how many it has now, how often it occurs.
#[derive(Clone, Copy)]
struct Word {
    start: usize,
    length: u32,
    times: i64,
}

/// The words as tokens, one after the other: each shrinks in place.
#[derive(Default)]
pub(super) struct Words {
    tokens: Vec<u32>,
    words: Vec<Word>,
}

impl Words {
    /// Room for so many words and tokens.
    pub(super) fn with_capacity(words: usize, tokens: usize) -> Self {
        Self { tokens: Vec::with_capacity(tokens), words: Vec::with_capacity(words) }
    }

    /// Adds a word that occurs so many times.
    pub(super) fn push(&mut self, tokens: impl Iterator<Item = u32>, times: u64) {
        let start = self.tokens.len();
        self.tokens.extend(tokens);
        let length = (self.tokens.len() - start) as u32;
        self.words.push(Word { start, length, times: times as i64 });
    }

    /// How often each pair occurs, and in which words.
    fn pairs(&self) -> Pairs<(i64, Vec<u32>)> {
        let count = |(number, words): (usize, &[Word])| {
            let mut found: Pairs<(i64, Vec<u32>)> = Pairs::default();
            for (word, number) in words.iter().zip((number * CHUNK) as u32..) {
                let tokens = &self.tokens[word.start..word.start + word.length as usize];
                for pair in tokens.windows(2) {
                    let (count, places) = found.entry((pair[0], pair[1])).or_default();
                    *count += word.times;
                    note(places, number);
                }
            }
            found
        };
        #[expect(clippy::iter_over_hash_type, reason = "each pair by itself")]
        let join = |mut first: Pairs<(i64, Vec<u32>)>, second: Pairs<(i64, Vec<u32>)>| {
            for (pair, (more, later)) in second {
                let (count, places) = first.entry(pair).or_default();
                *count += more;
                places.extend(later);
            }
            first
        };
        self.words.par_chunks(CHUNK).enumerate().map(count).reduce(Pairs::default, join)
    }

    fn part(&mut self) -> Part<'_> {
        Part { tokens: &mut self.tokens, words: &mut self.words, first: (0, 0) }
    }
}

/// Some of the words, side by side.
struct Part<'w> {
    tokens: &'w mut [u32],
    words: &'w mut [Word],
    /// The number of the first word, and the place of its first token.
    first: (u32, usize),
}

impl<'w> Part<'w> {
    /// The words before number `word`, and the others.
    fn split(self, word: u32) -> (Self, Self) {
        let (number, start) = self.first;
        let (before, after) = self.words.split_at_mut((word - number) as usize);
        let place = after.first().map_or(start + self.tokens.len(), |word| word.start);
        let (left, right) = self.tokens.split_at_mut(place - start);
        let first = Part { tokens: left, words: before, first: self.first };
        (first, Part { tokens: right, words: after, first: (word, place) })
    }

    /// Merges `pair` into `made` in the words of `list`.
    fn merge_all(self, list: &[u32], pair: Pair, made: u32, changes: &mut [Changes]) {
        if changes.len() > 1 && list.len() >= MANY {
            let (early, late) = list.split_at(list.len() / 2);
            let (here, there) = changes.split_at_mut(changes.len() / 2);
            let (first, second) = self.split(late[0]);
            rayon::join(
                || first.merge_all(early, pair, made, here),
                || second.merge_all(late, pair, made, there),
            );
            return;
        }
        let Part { tokens, words, first } = self;
        for (at, &number) in list.iter().enumerate() {
            // Words lie anywhere: what comes soon is brought near, first where its tokens are, then they.
            if let Some(&later) = list.get(at + 2 * AHEAD) {
                blocks::fetch(&raw const words[(later - first.0) as usize]);
            }
            if let Some(&soon) = list.get(at + AHEAD) {
                let start = words[(soon - first.0) as usize].start - first.1;
                blocks::fetch(&raw const tokens[start]);
            }
            let word = &mut words[(number - first.0) as usize];
            let start = word.start - first.1;
            let tokens = &mut tokens[start..start + word.length as usize];
            word.length = merge(tokens, pair, made, word.times, number, &mut changes[0]);
        }
    }
}

/// Merges `pair` into `made` in the tokens of a word; how many are left.
fn merge(
    tokens: &mut [u32],
    pair: Pair,
    made: u32,
    times: i64,
    word: u32,
    changes: &mut Changes,
) -> u32 {
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
            changes.before.add(before, times, word);
        }
        if let Some(&after) = tokens.get(read + 2) {
            changes.after.add(after, times, word);
        }
        tokens[write] = made;
        write += 1;
        read += 2;
    }
    write as u32
}

/// What a merge changes: the neighbours before and after what was merged.
#[derive(Default)]
struct Changes {
    before: Side,
    after: Side,
}

/// By token: how often it stands beside what was merged, and in which words, in ascending order. So often is its pair with the old
/// token lost, and that with the new one made.
#[derive(Default)]
struct Side {
    found: Vec<(i64, Vec<u32>)>,
    /// The tokens that do.
    tokens: Vec<u32>,
}

impl Side {
    #[inline]
    fn add(&mut self, token: u32, times: i64, word: u32) {
        let (count, words) = &mut self.found[token as usize];
        if *count == 0 {
            self.tokens.push(token);
        }
        *count += times;
        note(words, word);
    }

    /// Adds what was found in later words, and empties that.
    fn join(&mut self, later: &mut Self) {
        for token in later.tokens.drain(..) {
            let (more, words) = std::mem::take(&mut later.found[token as usize]);
            let (count, places) = &mut self.found[token as usize];
            if *count == 0 {
                self.tokens.push(token);
            }
            *count += more;
            if places.is_empty() {
                *places = words;
            } else {
                places.extend(words);
            }
        }
    }
}

/// Notes that something occurs in `word`, once.
#[inline]
fn note(words: &mut Vec<u32>, word: u32) {
    if words.last() != Some(&word) {
        words.push(word);
    }
}

/// Learns tokens from counted words, in addition to `tokens`, of which `words` are made.
pub(super) fn learn(
    mut words: Words,
    mut tokens: Vec<String>,
    goal: &Goal<'_>,
    progress: &dyn Progress,
) -> Result<Learnt> {
    let mut ids: HashMap<String, u32> = HashMap::with_capacity(goal.size);
    for (token, id) in tokens.iter().zip(0..) {
        ids.entry(token.clone()).or_insert(id);
    }
    let mut counts: Pairs<i64> = Pairs::default();
    let mut first = Vec::new();
    #[expect(clippy::iter_over_hash_type, reason = "the queue orders them")]
    for (pair, (count, words)) in words.pairs() {
        counts.insert(pair, count);
        if count > 0 {
            first.push(Waiting { pair, count, words });
        }
    }
    let mut queue = BinaryHeap::from(first);
    progress.check()?;
    let wanted = goal.size.saturating_sub(tokens.len()) as u64;
    progress.start("merging", Some(wanted), "tokens");
    let mut merges: Vec<Pair> = Vec::new();
    let most = tokens.len().max(goal.size) + 1;
    let side = || Side { found: vec![(0, Vec::new()); most], tokens: Vec::new() };
    let mut changes: Vec<Changes> = (0..rayon::current_num_threads().next_power_of_two().min(8))
        .map(|_| Changes { before: side(), after: side() })
        .collect();
    while tokens.len() < goal.size {
        let Some(mut top) = queue.pop() else { break };
        let count = counts[&top.pair];
        if top.count != count {
            // A count below nothing is none: it sinks to the end.
            top.count = count;
            queue.push(top);
            continue;
        }
        if count < 1 || (count as u64) < goal.min_frequency {
            break;
        }
        if merges.len().is_multiple_of(256) {
            progress.check()?;
        }
        let (left, right) = (&tokens[top.pair.0 as usize], &tokens[top.pair.1 as usize]);
        let right = right.strip_prefix(goal.prefix).unwrap_or(right);
        let made = *ids.entry([left, right].concat()).or_insert_with_key(|text| {
            progress.advance(1);
            tokens.push(text.clone());
            tokens.len() as u32 - 1
        });
        merges.push(top.pair);
        words.part().merge_all(&top.words, top.pair, made, &mut changes);
        settle(&mut changes, top.pair, made, &mut counts, &mut queue);
    }
    Ok(Learnt { tokens, merges })
}

/// Counts the pairs that a merge took and made, and queues those that came into being.
fn settle(
    changes: &mut [Changes],
    pair: Pair,
    made: u32,
    counts: &mut Pairs<i64>,
    queue: &mut BinaryHeap<Waiting>,
) {
    let Some((all, rest)) = changes.split_first_mut() else { return };
    for later in rest {
        all.before.join(&mut later.before);
        all.after.join(&mut later.after);
    }
    let Changes { before, after } = all;
    let mut born: Vec<(Pair, Vec<u32>)> = Vec::new();
    for token in before.tokens.drain(..) {
        let (count, words) = std::mem::take(&mut before.found[token as usize]);
        *counts.entry((token, pair.0)).or_default() -= count;
        *counts.entry((token, made)).or_default() += count;
        born.push(((token, made), words));
    }
    for token in after.tokens.drain(..) {
        let (count, words) = std::mem::take(&mut after.found[token as usize]);
        *counts.entry((pair.1, token)).or_default() -= count;
        *counts.entry((made, token)).or_default() += count;
        let new = (made, token);
        // What was made may stand on both sides of itself.
        let same = if token == made { born.iter_mut().find(|(old, _)| *old == new) } else { None };
        match same {
            Some((_, places)) => {
                places.extend(words);
                places.sort_unstable();
                places.dedup();
            }
            None => born.push((new, words)),
        }
    }
    for (pair, words) in born {
        let count = counts[&pair];
        if count > 0 {
            queue.push(Waiting { pair, count, words });
        }
    }
}
