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

use super::memory::Memory;
use super::unigram::Lattice;
use super::vocabulary::{MOST_TOKENS, fold};

/// No merge.
pub(super) const NONE: u32 = u32::MAX;

/// Most merges: ranks are packed into 22 bits.
pub(super) const MOST_MERGES: u32 = (1 << 22) - 1;

const EMPTY: u64 = u64::MAX;

/// Bits of the filter for each slot.
const FILTER: usize = 16;

/// Longest list that is merged without a heap.
const SHORT: usize = 48;
/// Pairs that are compared at once.
const LANES: usize = 8;
/// Tokens of a window of a very long list, and how many of them the next window sees again.
const WINDOW: usize = 1024;
const OVERLAP: usize = 128;

/// The merges of a vocabulary.
#[derive(Debug)]
pub(super) struct Merges {
    /// What every pair is looked up in, side by side in one large page where there is one: the slots, the filter
    /// before them, and the ranks of pairs of bytes.
    memory: Memory,
    /// How many slots there are. Open addressing; each packs left (21 bits), right (21 bits) and rank (22 bits).
    slots: usize,
    count: usize,
    /// By rank: the token that is made.
    pub(super) made: Vec<u32>,
    /// What is added to a rank to get the token that is made, where that is the same for all.
    step: Option<u32>,
    /// By rank: the order in which merges happen, where some share a place in it. Empty: the rank itself.
    pub(super) order: Vec<u32>,
}

/// The memory of tables with so many slots, and nothing in them.
fn empty(slots: usize) -> Memory {
    let filter = filter_bytes(slots);
    let mut memory = Memory::zeroed(slots * 8 + filter + DENSE * 4);
    let bytes = memory.bytes_mut();
    bytes[..slots * 8].fill(0xff);
    bytes[slots * 8 + filter..].fill(0xff);
    memory
}

#[inline]
fn pack(left: u32, right: u32) -> u64 {
    u64::from(left) << 21 | u64::from(right)
}

/// The tables of [`Merges`], as they lie in its memory.
#[derive(Clone, Copy)]
pub(super) struct Tables<'m> {
    slots: &'m [[u8; 8]],
    /// A bit for each place of a table some times as large as that of the slots: no pair that merges has a place
    /// whose bit is not set. Most pairs do not merge, and this is small enough to be near.
    filter: &'m [[u8; 8]],
    /// By left and right below 256 (the single bytes of most vocabularies): the rank.
    dense: &'m [[u8; 4]],
    shift: u32,
}

/// How many pairs of tokens below 256 there are.
const DENSE: usize = 1 << 16;

/// How many bytes the filter of so many slots takes.
const fn filter_bytes(slots: usize) -> usize {
    (slots * FILTER).div_ceil(64) * 8
}

impl<'m> Tables<'m> {
    #[inline]
    fn hash(key: u64) -> u64 {
        fold(key, 0x9e37_79b9_7f4a_7c15)
    }

    /// The word of the filter in which a pair has its bit, and the bit, where the slots have this shift.
    #[inline]
    fn bit(hash: u64, shift: u32) -> (usize, u64) {
        let place = hash >> (shift - FILTER.trailing_zeros());
        ((place / 64) as usize, 1 << (place % 64))
    }

    /// The rank at which `left` and `right` merge; [`NONE`] where they do not.
    #[inline]
    pub(super) fn rank(self, left: u32, right: u32) -> u32 {
        if left | right < 256 {
            return u32::from_le_bytes(self.dense[(left << 8 | right) as usize]);
        }
        let key = pack(left, right);
        let hash = Self::hash(key);
        let (word, bit) = Self::bit(hash, self.shift);
        if u64::from_le_bytes(self.filter[word]) & bit == 0 {
            return NONE;
        }
        let mask = self.slots.len() - 1;
        let mut at = (hash >> self.shift) as usize & mask;
        loop {
            let slot = u64::from_le_bytes(self.slots[at]);
            if slot >> 22 == key {
                return (slot & u64::from(MOST_MERGES)) as u32;
            }
            if slot == EMPTY {
                return NONE;
            }
            at = (at + 1) & mask;
        }
    }

    /// The slots, one after the other.
    pub(super) fn slots(self) -> impl Iterator<Item = u64> + 'm {
        self.slots.iter().map(|slot| u64::from_le_bytes(*slot))
    }

    /// The ranks of pairs below 256, one after the other.
    pub(super) fn dense(self) -> impl Iterator<Item = u32> + 'm {
        self.dense.iter().map(|rank| u32::from_le_bytes(*rank))
    }
}

impl Merges {
    pub(super) fn with_capacity(count: usize) -> Self {
        // Four of five slots taken at most: few pairs get past the filter that have none.
        let slots = (count * 5 / 4 + 1).next_power_of_two().max(1024);
        let made = Vec::with_capacity(count);
        Self { memory: empty(slots), slots, count: 0, made, step: None, order: Vec::new() }
    }

    #[inline]
    pub(super) fn tables(&self) -> Tables<'_> {
        let (slots, rest) = self.memory.bytes().split_at(self.slots * 8);
        let (filter, dense) = rest.split_at(filter_bytes(self.slots));
        Tables {
            slots: slots.as_chunks().0,
            filter: filter.as_chunks().0,
            dense: dense.as_chunks().0,
            shift: self.shift(),
        }
    }

    #[inline]
    fn shift(&self) -> u32 {
        64 - self.slots.trailing_zeros()
    }

    /// Whether each merge makes a token that is as long as its two together, so that no text becomes longer and none merges
    /// without end. `length` is that of a token.
    pub(super) fn are_sums(&self, length: impl Fn(u32) -> Option<u32>) -> bool {
        let is_sum = |left: u32, right: u32, rank: u32| {
            let (left, right) = (length(left), length(right));
            let sum = left.zip(right).and_then(|(left, right)| left.checked_add(right));
            sum.is_some() && sum == length(self.made[rank as usize])
        };
        let tables = self.tables();
        let mut dense = (0..).zip(tables.dense()).filter(|&(_, rank)| rank != NONE);
        let mut slots = tables.slots().filter(|&slot| slot != EMPTY);
        dense.all(|(pair, rank): (u32, u32)| is_sum(pair >> 8, pair & 255, rank))
            && slots.all(|slot| {
                let (left, right) = (slot >> 43, slot >> 22 & u64::from(MOST_TOKENS));
                is_sum(left as u32, right as u32, (slot & u64::from(MOST_MERGES)) as u32)
            })
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
            && (2..=1 << 32).contains(&slots.len())
            && count < slots.len()
            && made.len() <= MOST_MERGES as usize
            && dense.len() == DENSE
            && (order.is_empty() || order.len() == made.len())
            && slots.iter().all(|&slot| slot == EMPTY || exists(slot & u64::from(MOST_MERGES)))
            && dense.iter().all(|&rank| rank == NONE || exists(rank.into()));
        if !fits {
            return None;
        }
        let memory = empty(slots.len());
        let mut merges = Self { memory, slots: slots.len(), count, made, step: None, order };
        merges.find_step();
        for (at, &slot) in slots.iter().enumerate().filter(|(_, slot)| **slot != EMPTY) {
            merges.let_through(slot >> 22);
            merges.set_slot(at, slot);
        }
        let at = merges.slots * 8 + filter_bytes(merges.slots);
        let places = merges.memory.bytes_mut()[at..].as_chunks_mut().0;
        for (place, rank) in places.iter_mut().zip(dense) {
            *place = rank.to_le_bytes();
        }
        Some(merges)
    }

    fn set_slot(&mut self, at: usize, slot: u64) {
        self.memory.bytes_mut().as_chunks_mut().0[at] = slot.to_le_bytes();
    }

    /// Sets the bit of a pair in the filter.
    fn let_through(&mut self, key: u64) {
        let (word, bit) = Tables::bit(Tables::hash(key), self.shift());
        let at = self.slots + word;
        let words = self.memory.bytes_mut().as_chunks_mut().0;
        words[at] = (u64::from_le_bytes(words[at]) | bit).to_le_bytes();
    }

    /// The token that the merge of this rank makes.
    #[inline]
    pub(super) fn made(&self, rank: u32) -> u32 {
        match self.step {
            Some(step) => rank.wrapping_add(step),
            None => self.made[rank as usize],
        }
    }

    /// Looks whether what is made follows from the rank, which saves a look into memory. All merges are there.
    pub(super) fn find_step(&mut self) {
        let mut made = (0_u32..).zip(&self.made).filter(|&(_, &made)| made != NONE);
        let step = |(rank, &made): (u32, &u32)| made.wrapping_sub(rank);
        let first = made.next().map(step);
        self.step = first.filter(|&first| made.all(|next| step(next) == first));
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
            let at = self.slots * 8 + filter_bytes(self.slots);
            let places = self.memory.bytes_mut()[at..].as_chunks_mut().0;
            places[(left << 8 | right) as usize] = rank.to_le_bytes();
            return;
        }
        if (self.count + 1) * 5 > self.slots * 4 {
            self.grow();
        }
        let key = pack(left, right);
        self.let_through(key);
        let tables = self.tables();
        let mask = self.slots - 1;
        let mut at = (Tables::hash(key) >> self.shift()) as usize & mask;
        let slot = |at: usize| u64::from_le_bytes(tables.slots[at]);
        while slot(at) != EMPTY && slot(at) >> 22 != key {
            at = (at + 1) & mask;
        }
        let is_new = slot(at) == EMPTY;
        self.count += usize::from(is_new);
        self.set_slot(at, key << 22 | u64::from(rank));
    }

    fn grow(&mut self) {
        let larger = empty(self.slots * 2);
        let old = Self {
            memory: std::mem::replace(&mut self.memory, larger),
            slots: self.slots,
            count: self.count,
            made: Vec::new(),
            step: None,
            order: Vec::new(),
        };
        (self.slots, self.count) = (old.slots * 2, 0);
        let tables = old.tables();
        for (pair, rank) in (0..).zip(tables.dense()).filter(|&(_, rank)| rank != NONE) {
            self.put(pair >> 8, pair & 255, rank);
        }
        for slot in tables.slots().filter(|&slot| slot != EMPTY) {
            let key = slot >> 22;
            let right = (key & u64::from(MOST_TOKENS)) as u32;
            self.put((key >> 21) as u32, right, (slot & u64::from(MOST_MERGES)) as u32);
        }
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
        let tables = self.tables();
        let find = |left: Place, right: Place| {
            let rank = tables.rank(left.token, right.token);
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
        let count = tokens.len();
        if count < 2 {
            return count;
        }
        // By place: the rank of the pair that begins there in the upper bits, the place in the lower six, so that the
        // least is the leftmost of the lowest rank. Whole lanes, so that no lane is looked at by itself.
        let tables = self.tables();
        let pair = |left, right, place: usize| match tables.rank(left, right) {
            NONE => NONE,
            rank => rank << 6 | place as u32,
        };
        let mut pairs = [NONE; SHORT];
        for (place, two) in tokens.windows(2).enumerate() {
            pairs[place] = pair(two[0], two[1], place);
        }
        let lanes = count.div_ceil(LANES) * LANES;
        // The places that still hold a token; behind the last one there is an end.
        let mut there = !0_u64 >> (63 - count);
        loop {
            let mut least = [NONE; LANES];
            for chunk in pairs[..lanes].as_chunks::<LANES>().0 {
                for (least, &pair) in least.iter_mut().zip(chunk) {
                    *least = pair.min(*least);
                }
            }
            let best = least.into_iter().fold(NONE, u32::min);
            if best == NONE {
                break;
            }
            let place = (best & 63) as usize;
            let made = self.made(best >> 6);
            tokens[place] = made;
            // What was merged away, the token behind it, and the one before.
            let behind = there & !1 << place;
            let gone = behind.trailing_zeros() as usize;
            there &= !(1 << gone);
            let right = (behind & (behind - 1)).trailing_zeros() as usize;
            pairs[gone] = NONE;
            pairs[place] = match tokens.get(right) {
                Some(&token) => pair(made, token, place),
                None => NONE,
            };
            let before = there & !(!0 << place);
            if before != 0 {
                let left = 63 - before.leading_zeros() as usize;
                pairs[left] = pair(tokens[left], made, left);
            }
        }
        there &= !(1 << count);
        let mut left = 0;
        while there != 0 {
            tokens[left] = tokens[there.trailing_zeros() as usize];
            left += 1;
            there &= there - 1;
        }
        left
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
            // The next window begins at a border of this one, some tokens before its end, but behind half of them: long
            // tokens are few, and the whole must not be looked at again and again.
            let half = pending.len() / 2;
            let again =
                pending.len().saturating_sub(OVERLAP).max(half).max(1).min(pending.len() - 1);
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
