//! Pieces that were already encoded: bytes to ids, bounded.
//!
//! A piece of at most 15 bytes is a key of 16 bytes with its length in the last; up to four ids lie beside
//! it, so that a known word costs one cache line. Longer pieces and longer results lie in
//! arenas. A full cache begins anew, so that memory is bounded and old words make room for new ones.

use std::sync::Arc;

use super::vocabulary::{fold, hash};

/// Longest piece of the first table.
pub(super) const SHORT: usize = 15;
/// Longest piece that is kept at all.
pub(super) const LONGEST: usize = 256;

/// Most pieces in the first table, and in the second.
const MOST: usize = 1 << 19;
const MOST_LONG: usize = 1 << 17;

/// In the upper bits of the first id: how many ids there are; this many means that they lie in the arena.
const COUNT_SHIFT: u32 = 28;
const IN_ARENA: u32 = 0xf;
const ID: u32 = (1 << COUNT_SHIFT) - 1;

/// Two pieces in one cache line, the first filled first.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
struct Bucket {
    keys: [u128; 2],
    ids: [[u32; 4]; 2],
}

#[derive(Clone, Copy, Debug, Default)]
struct LongSlot {
    hash: u64,
    key: u32,
    key_length: u32,
    ids: u32,
    count: u32,
}

/// The cache of one worker.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    buckets: Vec<Bucket>,
    shift: u32,
    count: usize,
    /// How often pieces lost their places.
    moved: u32,
    long: Vec<LongSlot>,
    long_count: usize,
    keys: Vec<u8>,
    ids: Vec<u32>,
    /// What it began as; empty without it.
    known: Option<Arc<Cache>>,
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

/// Where a piece lies in the first table.
#[derive(Clone, Copy)]
pub(super) struct Place(u32);

impl Place {
    /// Nowhere.
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// What the cache knows of a piece.
pub(super) enum Found<'c> {
    /// The first `.1` of these ids.
    Few([u32; 4], usize),
    /// All of these.
    Many(&'c [u32]),
}

impl Cache {
    pub(super) fn new() -> Self {
        Self::with_room(0, 0)
    }

    /// A cache that does not grow for so many pieces of at most [`SHORT`] bytes, and so many longer ones. Pieces that
    /// come in the order of another cache would crowd in a smaller one.
    pub(super) fn with_room(short: usize, long: usize) -> Self {
        let bits = (short + 1).next_power_of_two().trailing_zeros().max(11);
        let long_slots = (long * 2 + 2).next_power_of_two().max(1 << 10);
        Self {
            buckets: vec![Bucket::default(); 1 << bits],
            shift: 64 - bits,
            count: 0,
            moved: 0,
            long: vec![LongSlot::default(); long_slots],
            long_count: 0,
            keys: Vec::new(),
            ids: Vec::new(),
            known: None,
        }
    }

    /// A cache that begins with what `known` knows.
    pub(super) fn beginning(known: Option<&Arc<Self>>) -> Self {
        match known {
            Some(known) => Self { known: Some(Arc::clone(known)), ..Self::clone(known) },
            None => Self::new(),
        }
    }

    /// The cache as it began; every [`Place`] is lost.
    pub(super) fn emptied(&self) -> Self {
        Self { moved: self.moved + 1, ..Self::beginning(self.known.as_ref()) }
    }

    /// Remembers the ids of a piece of 1 to [`LONGEST`] bytes, unless they are known.
    pub(super) fn learn(&mut self, piece: &[u8], ids: &[u32]) {
        if piece.len() > SHORT {
            if self.find_long(piece).is_none() {
                self.insert_long(piece, ids);
            }
            return;
        }
        let key = Self::key(piece, 0, piece.len());
        if self.find(key, Self::hash(key)).is_none() {
            self.insert(key, ids);
        }
    }

    /// Calls `each` with every piece and its ids, in the order of their places.
    pub(super) fn each(&self, mut each: impl FnMut(&[u8], &[u32])) {
        for place in 0..self.buckets.len() * 2 {
            let key = self.buckets[place / 2].keys[place % 2];
            let bytes = key.to_le_bytes();
            let piece = &bytes[..usize::from(bytes[SHORT])];
            match self.at(Place(place as u32)) {
                Some(Found::Few(ids, count)) if key != 0 => each(piece, &ids[..count]),
                Some(Found::Many(ids)) if key != 0 => each(piece, ids),
                _ => {}
            }
        }
        for slot in self.long.iter().filter(|slot| slot.key_length != 0) {
            let (key, ids) = (slot.key as usize, slot.ids as usize);
            each(
                &self.keys[key..key + slot.key_length as usize],
                &self.ids[ids..ids + slot.count as usize],
            );
        }
    }

    /// The key of a piece of at most [`SHORT`] bytes, never 0.
    #[inline]
    pub(super) fn key(text: &[u8], start: usize, length: usize) -> u128 {
        let bytes = if let Some(sixteen) = text.get(start..start + 16) {
            let all = u128::from_le_bytes(sixteen.try_into().expect("sixteen bytes"));
            all & KEPT[length]
        } else {
            let mut sixteen = [0; 16];
            sixteen[..length].copy_from_slice(&text[start..start + length]);
            u128::from_le_bytes(sixteen)
        };
        bytes | (length as u128) << 120
    }

    #[inline]
    pub(super) fn hash(key: u128) -> u64 {
        fold(key as u64 ^ 0xa076_1d64_78bd_642f, (key >> 64) as u64 ^ 0xe703_7ed1_a0b4_28db)
    }

    /// Where the piece with this key lies if it lies at its home, for [`at`](Self::at); touches the memory.
    ///
    /// Without a branch, so that a processor looks for many pieces at once.
    #[inline]
    pub(super) fn glance(&self, key: u128, hash: u64) -> Place {
        let home = (hash >> self.shift) as usize & (self.buckets.len() - 1);
        let keys = &self.buckets[home].keys;
        let second = keys[1] == key;
        let found = second | (keys[0] == key);
        Place(if found { (home * 2 + usize::from(second)) as u32 } else { u32::MAX })
    }

    /// How often pieces lost their places: a [`Place`] from before is none.
    #[inline]
    pub(super) fn moved(&self) -> u32 {
        self.moved
    }

    /// The ids at `place`; `None` where the piece was not found there.
    #[inline]
    pub(super) fn at(&self, place: Place) -> Option<Found<'_>> {
        let bucket = self.buckets.get(place.0 as usize / 2)?;
        let mut ids = bucket.ids[place.0 as usize & 1];
        let count = ids[0] >> COUNT_SHIFT;
        if count == IN_ARENA {
            let start = ids[1] as usize;
            return Some(Found::Many(&self.ids[start..start + ids[2] as usize]));
        }
        ids[0] &= ID;
        Some(Found::Few(ids, count as usize))
    }

    /// Where the piece with this key lies, wherever that is.
    pub(super) fn find(&self, key: u128, hash: u64) -> Option<Place> {
        let mask = self.buckets.len() - 1;
        let mut home = (hash >> self.shift) as usize & mask;
        loop {
            for (second, &other) in self.buckets[home].keys.iter().enumerate() {
                if other == key {
                    return Some(Place((home * 2 + second) as u32));
                }
                if other == 0 {
                    return None;
                }
            }
            home = (home + 1) & mask;
        }
    }

    /// Remembers the ids of the piece with this key, which is not known yet.
    pub(super) fn insert(&mut self, key: u128, ids: &[u32]) {
        if (self.count + 1) * 2 > self.buckets.len() * 2 {
            self.grow();
        }
        let mut few = [0; 4];
        if ids.len() <= 4 {
            few[..ids.len()].copy_from_slice(ids);
            few[0] |= (ids.len() as u32) << COUNT_SHIFT;
        } else {
            few = [IN_ARENA << COUNT_SHIFT, self.ids.len() as u32, ids.len() as u32, 0];
            self.ids.extend_from_slice(ids);
        }
        self.place(key, few);
        self.count += 1;
    }

    fn place(&mut self, key: u128, ids: [u32; 4]) {
        let mask = self.buckets.len() - 1;
        let mut home = (Self::hash(key) >> self.shift) as usize & mask;
        loop {
            let bucket = &mut self.buckets[home];
            if let Some(free) = bucket.keys.iter().position(|&key| key == 0) {
                bucket.keys[free] = key;
                bucket.ids[free] = ids;
                return;
            }
            home = (home + 1) & mask;
        }
    }

    fn grow(&mut self) {
        if self.count >= MOST {
            *self = self.emptied();
            return;
        }
        let bits = if self.buckets.len() < 1 << 17 { 2 } else { 1 };
        let size = self.buckets.len() << bits;
        let old = std::mem::replace(&mut self.buckets, vec![Bucket::default(); size]);
        self.shift -= bits;
        self.moved += 1;
        for bucket in old {
            for (key, ids) in bucket.keys.into_iter().zip(bucket.ids) {
                if key != 0 {
                    self.place(key, ids);
                }
            }
        }
    }

    /// The ids of a piece of more than [`SHORT`] bytes.
    #[inline]
    pub(super) fn find_long(&self, piece: &[u8]) -> Option<&[u32]> {
        let hash = hash(piece);
        let mask = self.long.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = &self.long[at];
            if slot.key_length == 0 {
                return None;
            }
            let key = slot.key as usize;
            if slot.hash == hash && &self.keys[key..key + slot.key_length as usize] == piece {
                let start = slot.ids as usize;
                return Some(&self.ids[start..start + slot.count as usize]);
            }
            at = (at + 1) & mask;
        }
    }

    /// Remembers the ids of a piece of [`SHORT`] to [`LONGEST`] bytes, which is not known yet.
    pub(super) fn insert_long(&mut self, piece: &[u8], ids: &[u32]) {
        if (self.long_count + 1) * 2 > self.long.len() {
            if self.long_count >= MOST_LONG {
                *self = self.emptied();
            } else {
                let size = self.long.len() * 4;
                let old = std::mem::replace(&mut self.long, vec![LongSlot::default(); size]);
                for slot in old.into_iter().filter(|slot| slot.key_length != 0) {
                    self.place_long(slot);
                }
            }
        }
        self.place_long(LongSlot {
            hash: hash(piece),
            key: self.keys.len() as u32,
            key_length: piece.len() as u32,
            ids: self.ids.len() as u32,
            count: ids.len() as u32,
        });
        self.keys.extend_from_slice(piece);
        self.ids.extend_from_slice(ids);
        self.long_count += 1;
    }

    fn place_long(&mut self, slot: LongSlot) {
        let mask = self.long.len() - 1;
        let mut at = slot.hash as usize & mask;
        while self.long[at].key_length != 0 {
            at = (at + 1) & mask;
        }
        self.long[at] = slot;
    }
}
