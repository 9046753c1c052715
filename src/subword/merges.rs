//! Byte-pair merging: which pairs of tokens merge, in which order, into what.
//!
//! A list of tokens is merged by joining, again and again, the pair of lowest rank, the leftmost of
//! equals. Short lists look for the lowest rank by hand; longer ones keep a heap; very long ones are
//! cut into windows that are sewn together.
//!
//! The seam is exact. Let two windows overlap and both hold the same token at the same place. In the whole text,
//! the first merge across a border of the result would lie within one of the windows, where it
//! would be the lowest pair too, so that the window's own result would have no border there.
//! Hence the result of the whole is that of the first window up to that token and of the second from there on.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::unigram::Lattice;
use super::vocabulary::{MOST_TOKENS, fold};

/// No merge.
pub(super) const NONE: u32 = u32::MAX;

/// Most merges: ranks are packed into 22 bits.
pub(super) const MOST_MERGES: u32 = (1 << 22) - 1;

const EMPTY: u64 = u64::MAX;

/// Longest list that is merged without a heap.
const SHORT: usize = 48;
/// Tokens of a window of a very long list, and how many of them the next window sees again.
const WINDOW: usize = 1024;
const OVERLAP: usize = 128;

/// The merges of a vocabulary.
#[derive(Debug)]
pub(super) struct Merges {
    /// Open addressing; each slot packs left (21 bits), right (21 bits) and rank (22 bits).
    pub(super) slots: Vec<u64>,
    shift: u32,
    count: usize,
    /// By rank: the token that is made.
    pub(super) made: Vec<u32>,
    /// By left and right below 256 (the single bytes of most vocabularies): the rank.
    pub(super) dense: Vec<u32>,
    /// By rank: the order in which merges happen, where some share a place in it. Empty: the rank itself.
    pub(super) order: Vec<u32>,
}

#[inline]
fn pack(left: u32, right: u32) -> u64 {
    u64::from(left) << 21 | u64::from(right)
}

impl Merges {
    pub(super) fn with_capacity(count: usize) -> Self {
        let slots = (count * 2).next_power_of_two().max(1024);
        Self {
            slots: vec![EMPTY; slots],
            shift: 64 - slots.trailing_zeros(),
            count: 0,
            made: Vec::with_capacity(count),
            dense: vec![NONE; 1 << 16],
            order: Vec::new(),
        }
    }

    /// The merges of these tables; `None` where they do not fit each other.
    pub(super) fn from_parts(
        slots: Vec<u64>,
        made: Vec<u32>,
        dense: Vec<u32>,
        order: Vec<u32>,
    ) -> Option<Self> {
        let exists = |rank: u64| rank < made.len() as u64;
        let count = slots.iter().filter(|&&slot| slot != EMPTY).count();
        let fits = slots.len().is_power_of_two()
            && slots.len() >= 2
            && count < slots.len()
            && made.len() <= MOST_MERGES as usize
            && dense.len() == 1 << 16
            && (order.is_empty() || order.len() == made.len())
            && slots.iter().all(|&slot| slot == EMPTY || exists(slot & u64::from(MOST_MERGES)))
            && dense.iter().all(|&rank| rank == NONE || exists(rank.into()));
        let shift = 64 - slots.len().trailing_zeros();
        fits.then_some(Self { slots, shift, count, made, dense, order })
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        (fold(key, 0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }

    /// The rank at which `left` and `right` merge; [`NONE`] where they do not.
    #[inline]
    pub(super) fn rank(&self, left: u32, right: u32) -> u32 {
        if left | right < 256 {
            return self.dense[(left << 8 | right) as usize];
        }
        let key = pack(left, right);
        let mask = self.slots.len() - 1;
        let mut at = self.home(key);
        loop {
            let slot = self.slots[at];
            if slot >> 22 == key {
                return (slot & u64::from(MOST_MERGES)) as u32;
            }
            if slot == EMPTY {
                return NONE;
            }
            at = (at + 1) & mask;
        }
    }

    /// The token that the merge of this rank makes.
    #[inline]
    pub(super) fn made(&self, rank: u32) -> u32 {
        self.made[rank as usize]
    }

    /// Adds the merge of the next rank. A pair that already merges does so at the new rank from now
    /// on, as in `tokenizers`.
    ///
    /// # Errors
    ///
    /// What is wrong: too many merges, or an id that is too high.
    pub(super) fn add(&mut self, left: u32, right: u32, made: u32) -> Result<(), String> {
        let rank = self.made.len() as u32;
        if rank >= MOST_MERGES {
            return Err(format!("more than {MOST_MERGES} merges"));
        }
        if left >= MOST_TOKENS || right >= MOST_TOKENS || made >= MOST_TOKENS {
            return Err(format!("an id is not below {MOST_TOKENS}"));
        }
        self.made.push(made);
        self.put(left, right, rank);
        Ok(())
    }

    /// A rank that no pair has.
    pub(super) fn skip(&mut self) {
        self.made.push(NONE);
    }

    /// Merges happen in this order, by rank; of those that share a place the leftmost comes first.
    pub(super) fn set_order(&mut self, order: Vec<u32>) {
        self.order = order;
    }

    fn put(&mut self, left: u32, right: u32, rank: u32) {
        if left | right < 256 {
            self.dense[(left << 8 | right) as usize] = rank;
            return;
        }
        if (self.count + 1) * 2 > self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![EMPTY; old.len() * 2];
            self.shift -= 1;
            self.count = 0;
            for slot in old.into_iter().filter(|&slot| slot != EMPTY) {
                let key = slot >> 22;
                let right = (key & u64::from(MOST_TOKENS)) as u32;
                self.put((key >> 21) as u32, right, (slot & u64::from(MOST_MERGES)) as u32);
            }
        }
        let key = pack(left, right);
        let mask = self.slots.len() - 1;
        let mut at = self.home(key);
        while self.slots[at] != EMPTY && self.slots[at] >> 22 != key {
            at = (at + 1) & mask;
        }
        self.count += usize::from(self.slots[at] == EMPTY);
        self.slots[at] = key << 22 | u64::from(rank);
    }

    /// Merges `tokens` as far as it goes.
    pub(super) fn merge(&self, tokens: &mut Vec<u32>, scratch: &mut Scratch) {
        if tokens.len() <= SHORT && self.order.is_empty() {
            let count = self.merge_short(tokens);
            tokens.truncate(count);
        } else if tokens.len() <= 2 * WINDOW {
            self.merge_heap(tokens, scratch);
        } else {
            self.merge_windows(tokens, scratch);
        }
    }

    /// Merges with a heap of pairs: a list of `n` tokens in O(n log n).
    fn merge_heap(&self, tokens: &mut Vec<u32>, scratch: &mut Scratch) {
        let find = |left: Place, right: Place| {
            let rank = self.rank(left.token, right.token);
            if rank == NONE {
                return None;
            }
            Some((self.order.get(rank as usize).copied().unwrap_or(rank), self.made(rank)))
        };
        merge_by(tokens, scratch, find);
    }

    /// Merges at most [`SHORT`] tokens in place and returns how many are left.
    #[inline]
    fn merge_short(&self, tokens: &mut [u32]) -> usize {
        let mut count = tokens.len();
        if count < 2 {
            return count;
        }
        let mut ranks = [NONE; SHORT];
        for at in 0..count - 1 {
            ranks[at] = self.rank(tokens[at], tokens[at + 1]);
        }
        loop {
            let mut best = NONE;
            let mut place = 0;
            for (at, &rank) in ranks[..count - 1].iter().enumerate() {
                if rank < best {
                    best = rank;
                    place = at;
                }
            }
            if best == NONE {
                return count;
            }
            tokens[place] = self.made(best);
            tokens.copy_within(place + 2..count, place + 1);
            ranks.copy_within(place + 1..count - 1, place);
            count -= 1;
            if place + 1 < count {
                ranks[place] = self.rank(tokens[place], tokens[place + 1]);
            } else if count < 2 {
                return count;
            }
            if place > 0 {
                ranks[place - 1] = self.rank(tokens[place - 1], tokens[place]);
            }
        }
    }

    /// Merges a very long list window by window.
    fn merge_windows(&self, tokens: &mut Vec<u32>, scratch: &mut Scratch) {
        let mut out: Vec<u32> = Vec::with_capacity(tokens.len() / 2);
        // The last window's tokens from its seam on, and where it ended.
        let mut pending: Vec<Placed> = Vec::new();
        let mut window: Vec<u32> = Vec::new();
        let mut placed: Vec<Placed> = Vec::new();
        let (mut start, mut size) = (0, WINDOW);
        loop {
            let end = (start + size).min(tokens.len());
            window.clear();
            window.extend_from_slice(&tokens[start..end]);
            self.merge_heap(&mut window, scratch);
            placed.clear();
            let mut at = 0;
            for &token in &window {
                let after = scratch.next[at] as usize;
                placed.push(Placed { token, start: start + at, end: start + after });
                at = after;
            }
            let Some((before, here)) = seam(&pending, &placed) else {
                // Look at more of the text at once. With all of it there is no seam to find.
                size *= 2;
                if end == tokens.len() || size >= tokens.len() {
                    return self.merge_heap(tokens, scratch);
                }
                continue;
            };
            out.extend(pending[..before].iter().map(|placed| placed.token));
            pending.clear();
            pending.extend_from_slice(&placed[here..]);
            if end == tokens.len() {
                out.extend(pending.iter().map(|placed| placed.token));
                *tokens = out;
                return;
            }
            // The next window begins at a border of this one, some tokens before its end.
            let again = pending.len().saturating_sub(OVERLAP).max(1).min(pending.len() - 1);
            let border = pending[again].start;
            if border > start {
                (start, size) = (border, WINDOW);
            } else {
                size *= 2;
            }
        }
    }
}

/// A token and the symbols it covers, of those that a list began as.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) token: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Merges a list with a heap of pairs: `find` gives a pair's order and what it becomes. A list of `n` tokens
/// in O(n log n).
pub(super) fn merge_by(
    tokens: &mut Vec<u32>,
    scratch: &mut Scratch,
    find: impl Fn(Place, Place) -> Option<(u32, u32)>,
) {
    let count = tokens.len();
    if count == 0 {
        return;
    }
    let Scratch { heap, next, previous, .. } = scratch;
    next.clear();
    next.extend(1..=count as u32);
    previous.clear();
    previous.push(NONE);
    previous.extend(0..count as u32 - 1);
    let end = count as u32;
    // The pair of the token at `at` and the one behind it.
    let pair = |tokens: &[u32], next: &[u32], at: usize| {
        let right = next[at] as usize;
        let left = Place { token: tokens[at], start: at, end: right };
        find(left, Place { token: tokens[right], start: right, end: next[right] as usize })
    };
    let mut pairs = std::mem::take(heap).into_vec();
    pairs.clear();
    for at in 0..count - 1 {
        if let Some((order, _)) = pair(tokens, next, at) {
            pairs.push(Reverse(u64::from(order) << 32 | at as u64));
        }
    }
    *heap = BinaryHeap::from(pairs);
    while let Some(Reverse(entry)) = heap.pop() {
        let (order, at) = ((entry >> 32) as u32, entry as u32 as usize);
        let right = next[at];
        // What was merged away has no next; a pair of another order is not the one it was.
        if right == NONE || right == end {
            continue;
        }
        let Some((_, made)) = pair(tokens, next, at).filter(|found| found.0 == order) else {
            continue;
        };
        tokens[at] = made;
        let after = next[right as usize];
        next[right as usize] = NONE;
        next[at] = after;
        if after != end {
            previous[after as usize] = at as u32;
            if let Some((order, _)) = pair(tokens, next, at) {
                heap.push(Reverse(u64::from(order) << 32 | at as u64));
            }
        }
        let before = previous[at];
        if before != NONE
            && let Some((order, _)) = pair(tokens, next, before as usize)
        {
            heap.push(Reverse(u64::from(order) << 32 | u64::from(before)));
        }
    }
    let mut at = 0;
    tokens.retain(|_| {
        at += 1;
        next[at - 1] != NONE
    });
}

/// A token of a window and the symbols it covers.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Placed {
    token: u32,
    start: usize,
    end: usize,
}

/// The first token that both windows hold at the same place, by its index in each; the beginning of
/// both where there was no window before.
fn seam(before: &[Placed], here: &[Placed]) -> Option<(usize, usize)> {
    if before.is_empty() {
        return Some((0, 0));
    }
    let mut at = 0;
    for (index, placed) in before.iter().enumerate() {
        while at < here.len() && here[at].start < placed.start {
            at += 1;
        }
        if here.get(at) == Some(placed) {
            return Some((index, at));
        }
    }
    None
}

/// What merging needs besides the tokens, kept from call to call.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    heap: BinaryHeap<Reverse<u64>>,
    next: Vec<u32>,
    previous: Vec<u32>,
    pub(super) tokens: Vec<u32>,
    /// A word, normalized, and its paths.
    pub(super) word: String,
    pub(super) lattice: Lattice,
    /// Why the last pieces have no ids.
    pub(super) failure: Option<String>,
}
