//! Pieces that were already encoded: bytes to ids, bounded.
//!
//! A piece of at most 15 bytes is a key of 16 bytes with its length in the last; up to four ids lie beside
//! it, so that a known word costs one cache line. The key of a longer piece is a hash, its bytes lie in an arena before
//! its ids and are compared. A full cache begins anew, so that memory is bounded and old words make room for new ones.
//!
//! What was learnt before a text is a table of the same form that nobody changes ([`Known`]), for all workers; each
//! takes from it what it meets.

use std::ops::Range;
use std::sync::Arc;

use super::memory::Memory;
use super::vocabulary::{fold, hash};
use crate::io::Mapped;
use crate::text::blocks;

/// Longest piece that is its own key.
pub(super) const SHORT: usize = 15;
/// Longest piece that is kept at all: its length is one byte.
pub(super) const LONGEST: usize = 255;

/// Most pieces, and most words of the arena.
const MOST: usize = 3 << 18;
const MOST_WORDS: usize = 1 << 22;

/// In the upper bits of the first id: how many ids there are; this many means that they lie in the arena.
const COUNT_SHIFT: u32 = 28;
const IN_ARENA: u32 = 0xf;
const ID: u32 = (1 << COUNT_SHIFT) - 1;

/// Two slots, the first filled first: a key of 16 bytes and four ids each, little-endian. An empty slot is zero.
pub(super) type Bucket = [u8; 64];
type Slot = [u8; 32];
/// An id, or four bytes of a piece.
type Word = [u8; 4];

/// A piece as it is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    low: u64,
    /// The highest byte is the length, 0 for a piece that is not kept.
    high: u64,
}

/// By length: the bytes of a key that are the piece's.
const KEPT: [u128; SHORT + 1] = {
    let mut kept = [0; SHORT + 1];
    let mut length = 1;
    while length <= SHORT {
        kept[length] = u128::MAX >> (128 - 8 * length);
        length += 1;
    }
    kept
};

impl Key {
    /// The key of `text[start..end]`, which is not empty.
    #[inline(always)]
    pub(super) fn new(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        if length > SHORT {
            return Self::of_long(&text[start..end]);
        }
        let bytes = if let Some(sixteen) = text[start..].first_chunk() {
            u128::from_le_bytes(*sixteen) & KEPT[length]
        } else {
            let mut sixteen = [0; 16];
            sixteen[..length].copy_from_slice(&text[start..end]);
            u128::from_le_bytes(sixteen)
        };
        Self { low: bytes as u64, high: (bytes >> 64) as u64 | (length as u64) << 56 }
    }

    #[inline(never)]
    fn of_long(piece: &[u8]) -> Self {
        if piece.len() > LONGEST {
            // The key of no piece, and of no empty slot.
            return Self { low: 1, high: 0 };
        }
        let low = hash(piece);
        let high = fold(low, 0x9e37_79b9_7f4a_7c15) >> 8 | (piece.len() as u64) << 56;
        Self { low, high }
    }

    #[inline(always)]
    pub(super) fn hash(self) -> u64 {
        fold(self.low ^ 0xa076_1d64_78bd_642f, self.high ^ 0xe703_7ed1_a0b4_28db)
    }

    fn of_slot(slot: &Slot) -> Self {
        let [low, high, ..] = numbers(slot);
        Self { low, high }
    }
}

#[inline(always)]
fn numbers(slot: &Slot) -> [u64; 4] {
    let (numbers, _) = slot.as_chunks::<8>();
    [0, 1, 2, 3].map(|at| u64::from_le_bytes(numbers[at]))
}

#[inline(always)]
fn slots(bucket: &Bucket) -> &[Slot; 2] {
    bucket.as_chunks().0.try_into().expect("a bucket has two slots")
}

/// What the cache knows of a piece.
pub(super) enum Found<'c> {
    /// The first `.1` of these ids.
    Few([u32; 4], usize),
    /// All of these.
    Many(&'c [Word]),
}

/// The id in a word of the arena.
#[inline]
pub(super) fn id(word: &Word) -> u32 {
    u32::from_le_bytes(*word)
}

/// A table and its arena, to look something up.
#[derive(Clone, Copy)]
struct View<'t> {
    buckets: &'t [Bucket],
    arena: &'t [Word],
}

impl<'t> View<'t> {
    /// Where the search for a hash begins.
    #[inline(always)]
    fn home(self, hash: u64) -> usize {
        // The upper bits of the product: the table has a power of two of buckets.
        (hash >> (63 - (self.buckets.len() as u64 | 1).ilog2()) >> 1) as usize
            & (self.buckets.len() - 1)
    }

    /// The slot of the piece with this key, wherever it lies.
    fn find(self, key: Key, hash: u64, piece: &[u8]) -> Option<&'t Slot> {
        let mask = self.buckets.len() - 1;
        let mut home = self.home(hash);
        for _ in 0..=mask {
            for slot in slots(&self.buckets[home]) {
                let other = Key::of_slot(slot);
                if other == key && (piece.len() <= SHORT || self.is_at(slot, piece)) {
                    return Some(slot);
                }
                if other == Key::default() {
                    return None;
                }
            }
            home = (home + 1) & mask;
        }
        None
    }

    /// Whether this is the slot of the long piece `piece`.
    fn is_at(self, slot: &Slot, piece: &[u8]) -> bool {
        let (bytes, _) = self.arena(slot, piece.len());
        bytes.is_some_and(|bytes| bytes.as_flattened().starts_with(piece))
    }

    /// What lies in the arena for this slot: the bytes of a long piece, and ids. Nothing where the slot says what cannot be.
    fn arena(self, slot: &Slot, length: usize) -> (Option<&'t [Word]>, Option<&'t [Word]>) {
        let [_, _, first, _] = numbers(slot);
        let (count, start) = ((first as u32 & ID) as usize, (first >> 32) as usize);
        let ids = start + bytes_in_arena(length);
        (self.arena.get(start..ids), self.arena.get(ids..ids + count))
    }

    /// The ids of a slot.
    #[inline]
    fn ids(self, slot: &Slot) -> Option<Found<'t>> {
        let [_, high, first, second] = numbers(slot);
        let count = first as u32 >> COUNT_SHIFT;
        if count == IN_ARENA {
            return self.arena(slot, (high >> 56) as usize).1.map(Found::Many);
        }
        let ids = [first as u32 & ID, (first >> 32) as u32, second as u32, (second >> 32) as u32];
        Some(Found::Few(ids, count as usize))
    }
}

/// How many words the bytes of a piece take in the arena.
fn bytes_in_arena(length: usize) -> usize {
    if length > SHORT { length.div_ceil(4) } else { 0 }
}

/// The pieces of a worker, and those that are known to all.
#[derive(Debug)]
pub(super) struct Cache {
    memory: Memory,
    arena: Vec<Word>,
    count: usize,
    /// Where the table lies, to fetch a part of it.
    address: usize,
    shift: u32,
    known: Option<Arc<Known>>,
}

impl Cache {
    /// An empty cache over what is known.
    pub(super) fn new(known: Option<Arc<Known>>) -> Self {
        Self::with_buckets(1 << 11, known)
    }

    /// An empty cache with so many buckets, a power of two from 2 on.
    fn with_buckets(buckets: usize, known: Option<Arc<Known>>) -> Self {
        let memory = Memory::zeroed(buckets * size_of::<Bucket>());
        let address = memory.bytes().as_ptr().addr();
        let shift = 64 - buckets.trailing_zeros();
        Self { memory, arena: Vec::new(), count: 0, address, shift, known }
    }

    #[inline]
    fn buckets(&self) -> &[Bucket] {
        self.memory.bytes().as_chunks().0
    }

    fn view(&self) -> View<'_> {
        View { buckets: self.buckets(), arena: &self.arena }
    }

    /// Brings the home of a piece near before it is asked for.
    #[inline(always)]
    pub(super) fn fetch(&self, hash: u64) {
        let home = self.address + (hash >> self.shift) as usize * size_of::<Bucket>();
        blocks::fetch(std::ptr::without_provenance::<u8>(home));
    }

    /// Writes the ids of pieces, given by key and hash, one after the other up to the first that is not at its home with
    /// at most four ids. Returns how many pieces that was, and how many ids.
    #[inline(always)]
    pub(super) fn at_home<'k>(
        &self,
        keys: impl Iterator<Item = &'k (Key, u64)>,
        into: &mut [u32],
    ) -> (usize, usize) {
        let buckets = self.buckets();
        let (mut pieces, mut ids) = (0, 0);
        for &(key, hash) in keys {
            let home = (hash >> self.shift) as usize & (buckets.len() - 1);
            let [first, second] = slots(&buckets[home]).map(|slot| numbers(&slot));
            let is_second = second[0] == key.low && second[1] == key.high;
            let is_first = first[0] == key.low && first[1] == key.high;
            let slot = &slots(&buckets[home])[usize::from(is_second)];
            let [_, _, two, others] = numbers(slot);
            let count = two as u32 >> COUNT_SHIFT;
            let Some(four) = into[ids..].first_chunk_mut::<4>() else { break };
            if !(is_first | is_second) | (count == IN_ARENA) {
                break;
            }
            *four = [two as u32 & ID, (two >> 32) as u32, others as u32, (others >> 32) as u32];
            ids += count as usize;
            pieces += 1;
        }
        (pieces, ids)
    }

    /// The ids of a piece of at most [`LONGEST`] bytes.
    #[inline]
    pub(super) fn find(&self, key: Key, hash: u64, piece: &[u8]) -> Option<Found<'_>> {
        let view = self.view();
        view.find(key, hash, piece).and_then(|slot| view.ids(slot))
    }

    /// Puts the ids of a piece that this worker has not met, but everybody knows, into `ids`, and remembers them. Ids
    /// from `end` on are none.
    pub(super) fn take_known(
        &mut self,
        key: Key,
        hash: u64,
        piece: &[u8],
        end: u32,
        ids: &mut Vec<u32>,
    ) -> bool {
        let Some(known) = self.known.as_ref().filter(|known| known.may_have(hash)) else {
            return false;
        };
        let view = known.view();
        ids.clear();
        match view.find(key, hash, piece).and_then(|slot| view.ids(slot)) {
            Some(Found::Few(few, count)) => ids.extend_from_slice(&few[..count.min(4)]),
            Some(Found::Many(many)) => ids.extend(many.iter().map(id)),
            None => return false,
        }
        if ids.iter().any(|&id| id >= end) {
            return false;
        }
        self.insert(key, piece, ids);
        true
    }

    /// Remembers the ids of a piece of at most [`LONGEST`] bytes, which is not known yet.
    pub(super) fn insert(&mut self, key: Key, piece: &[u8], ids: &[u32]) {
        if self.count >= MOST || self.arena.len() > MOST_WORDS {
            self.empty();
        }
        // Three of four slots taken: what is frequent comes early and finds its home free, and a small table is
        // near.
        if self.count * 2 >= self.buckets().len() * 3 {
            self.grow();
        }
        let mut few = [0; 4];
        if ids.len() <= 4 && piece.len() <= SHORT {
            few[..ids.len()].copy_from_slice(ids);
            few[0] |= (ids.len() as u32) << COUNT_SHIFT;
        } else {
            few[0] = IN_ARENA << COUNT_SHIFT | ids.len() as u32;
            few[1] = self.arena.len() as u32;
            if piece.len() > SHORT {
                let (words, rest) = piece.as_chunks();
                self.arena.extend_from_slice(words);
                let mut last = Word::default();
                last[..rest.len()].copy_from_slice(rest);
                self.arena.extend((!rest.is_empty()).then_some(last));
            }
            self.arena.extend(ids.iter().map(|id| id.to_le_bytes()));
        }
        let mut slot = [0; 32];
        let (words, _) = slot.as_chunks_mut::<8>();
        words[0] = key.low.to_le_bytes();
        words[1] = key.high.to_le_bytes();
        words[2] = (u64::from(few[0]) | u64::from(few[1]) << 32).to_le_bytes();
        words[3] = (u64::from(few[2]) | u64::from(few[3]) << 32).to_le_bytes();
        self.place(&slot, key.hash());
        self.count += 1;
    }

    fn place(&mut self, slot: &Slot, hash: u64) {
        let shift = self.shift;
        let buckets: &mut [Bucket] = self.memory.bytes_mut().as_chunks_mut().0;
        let mask = buckets.len() - 1;
        let mut home = (hash >> shift) as usize & mask;
        loop {
            let places: &mut [Slot] = buckets[home].as_chunks_mut().0;
            if let Some(free) = places.iter_mut().find(|slot| Key::of_slot(slot) == Key::default())
            {
                *free = *slot;
                return;
            }
            home = (home + 1) & mask;
        }
    }

    /// Forgets everything but what everybody knows.
    pub(super) fn empty(&mut self) {
        *self = Self::new(self.known.take());
    }

    fn grow(&mut self) {
        let buckets = self.buckets().len();
        let size = if buckets < 1 << 17 { buckets * 4 } else { buckets * 2 };
        self.resize(size);
    }

    fn resize(&mut self, buckets: usize) {
        let new = Self::with_buckets(buckets, self.known.take());
        let mut old = std::mem::replace(self, new);
        (self.arena, self.count) = (std::mem::take(&mut old.arena), old.count);
        for slot in old.buckets().iter().flat_map(slots) {
            let key = Key::of_slot(slot);
            if key != Key::default() {
                self.place(slot, key.hash());
            }
        }
    }
}

/// Bits of the filter for each piece.
const FILTER: usize = 16;

/// Pieces that all workers know, as a file holds them: a table and its arena, and a filter before them.
#[derive(Debug)]
pub(super) struct Known {
    bytes: Source,
    table: Range<usize>,
    arena: Range<usize>,
    /// A bit for each hash; no piece that is known has one that is not set. It is near where the table is far.
    filter: Range<usize>,
}

enum Source {
    Made(Vec<u8>),
    File(Arc<Mapped>),
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Made(_) => "made",
            Self::File(_) => "of a file",
        })
    }
}

impl Known {
    /// A table of these pieces, of 1 to [`LONGEST`] bytes and all different, with their ids.
    pub(super) fn new<'p>(pieces: impl ExactSizeIterator<Item = (&'p [u8], Vec<u32>)>) -> Self {
        let buckets = (pieces.len() * 2 / 3 + 1).next_power_of_two().max(8);
        let mut filter = vec![0; (pieces.len() * FILTER).next_power_of_two().max(64) / 8];
        let mut cache = Cache::with_buckets(buckets, None);
        for (piece, ids) in pieces {
            let key = Key::new(piece, 0, piece.len());
            let (byte, bit) = place(key.hash(), filter.len());
            filter[byte] |= bit;
            cache.insert(key, piece, &ids);
        }
        let mut bytes = cache.memory.bytes().to_vec();
        let table = 0..bytes.len();
        bytes.extend_from_slice(cache.arena.as_flattened());
        let arena = table.end..bytes.len();
        bytes.extend_from_slice(&filter);
        let filter = arena.end..bytes.len();
        Self { bytes: Source::Made(bytes), table, arena, filter }
    }

    /// The table, the arena and the filter that lie in a file; `None` where they are none.
    pub(super) fn of_file(file: Arc<Mapped>, parts: [Range<usize>; 3]) -> Option<Self> {
        let [table, arena, filter] = parts;
        let fits = (table.len() / size_of::<Bucket>()).is_power_of_two()
            && table.len().is_multiple_of(size_of::<Bucket>())
            && arena.len().is_multiple_of(size_of::<Word>())
            && filter.len().is_power_of_two()
            && table.end.max(arena.end).max(filter.end) <= file.len();
        fits.then_some(Self { bytes: Source::File(file), table, arena, filter })
    }

    /// The bytes of the table, the arena and the filter.
    pub(super) fn parts(&self) -> [&[u8]; 3] {
        let bytes = self.bytes();
        [&self.table, &self.arena, &self.filter].map(|range| &bytes[range.clone()])
    }

    fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Source::Made(bytes) => bytes,
            Source::File(file) => file,
        }
    }

    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let filter = &self.bytes()[self.filter.clone()];
        let (byte, bit) = place(hash, filter.len());
        filter[byte] & bit != 0
    }

    fn view(&self) -> View<'_> {
        let [table, arena, _] = self.parts();
        View { buckets: table.as_chunks().0, arena: arena.as_chunks().0 }
    }
}

/// The byte and the bit of a hash in a filter of so many bytes, a power of two.
#[inline]
fn place(hash: u64, bytes: usize) -> (usize, u8) {
    ((hash >> 3) as usize & (bytes - 1), 1 << (hash & 7))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Some pieces, short and long, each with none to nine ids.
    fn some(count: u32) -> BTreeMap<Vec<u8>, Vec<u32>> {
        let mut seed = 5_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        let mut pieces = BTreeMap::new();
        for _ in 0..count {
            let length = if next(4) == 0 { 1 + next(255) } else { 1 + next(17) };
            let piece = (0..length).map(|_| next(7) as u8).collect();
            let ids = (0..next(10)).map(|_| next(1 << 21) as u32).collect();
            pieces.insert(piece, ids);
        }
        pieces
    }

    fn key(piece: &[u8]) -> (Key, u64) {
        let key = Key::new(piece, 0, piece.len());
        (key, key.hash())
    }

    fn found(cache: &Cache, piece: &[u8]) -> Option<Vec<u32>> {
        let (key, hash) = key(piece);
        Some(match cache.find(key, hash, piece)? {
            Found::Few(ids, count) => ids[..count].to_vec(),
            Found::Many(ids) => ids.iter().map(id).collect(),
        })
    }

    #[test]
    fn what_was_put_in_is_found_and_nothing_else() {
        let pieces = some(30_000);
        let mut cache = Cache::new(None);
        for (piece, ids) in &pieces {
            assert_eq!(found(&cache, piece), None);
            cache.insert(key(piece).0, piece, ids);
            assert_eq!(found(&cache, piece).as_ref(), Some(ids));
        }
        let mut at_home = 0;
        for (piece, ids) in &pieces {
            assert_eq!(found(&cache, piece).as_ref(), Some(ids));
            let mut into = [0; 8];
            if let (1, count) = cache.at_home([key(piece)].iter(), &mut into) {
                assert_eq!(into[..count], ids[..]);
                at_home += 1;
            }
        }
        assert!(at_home > pieces.len() / 5, "{at_home}");
        for piece in some(40_000).keys().filter(|piece| !pieces.contains_key(*piece)) {
            assert_eq!(found(&cache, piece), None);
            assert_eq!(cache.at_home([key(piece)].iter(), &mut [0; 8]), (0, 0));
        }
        cache.empty();
        assert!(pieces.keys().all(|piece| found(&cache, piece).is_none()));
    }

    #[test]
    fn what_is_known_is_taken_once_and_ids_that_are_none_are_not() {
        let pieces = some(5000);
        let known = pieces.iter().map(|(piece, ids)| (&piece[..], ids.clone()));
        let known: Vec<_> = known.collect();
        let mut cache = Cache::new(Some(Arc::new(Known::new(known.into_iter()))));
        let mut ids = Vec::new();
        for (piece, wanted) in &pieces {
            let (key, hash) = key(piece);
            assert_eq!(found(&cache, piece), None);
            if let Some(&highest) = wanted.iter().max() {
                assert!(!cache.take_known(key, hash, piece, highest, &mut ids));
            }
            assert!(cache.take_known(key, hash, piece, u32::MAX, &mut ids));
            assert_eq!((&ids, found(&cache, piece).as_ref()), (wanted, Some(wanted)));
        }
        for piece in some(8000).keys().filter(|piece| !pieces.contains_key(*piece)) {
            let (key, hash) = key(piece);
            assert!(!cache.take_known(key, hash, piece, u32::MAX, &mut ids));
        }
    }

    #[test]
    fn a_full_cache_begins_anew() {
        let mut cache = Cache::new(None);
        for number in 0..MOST as u32 + 10 {
            let piece = number.to_be_bytes();
            cache.insert(key(&piece).0, &piece, &[number]);
        }
        assert_eq!(cache.count, 10);
        assert_eq!(found(&cache, &5_u32.to_be_bytes()), None);
        let last = MOST as u32 + 9;
        assert_eq!(found(&cache, &last.to_be_bytes()), Some(vec![last]));
    }
}
