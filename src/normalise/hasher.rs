//! Maps and sets of the words of fixed tables, which are asked for each word of a text.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

pub(super) type WordMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHasher>>;
pub(super) type WordSet<K> = HashSet<K, BuildHasherDefault<WordHasher>>;

/// A hasher for the few words of a fixed table: no text chooses what is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        // The first and the last bytes, and how many there are.
        let (first, last) =
            if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
                (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
            } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            } else if let [first, .., last] = *bytes {
                (first.into(), u64::from(bytes[bytes.len() / 2]) << 8 | u64::from(last))
            } else {
                (bytes.first().copied().unwrap_or(0).into(), 0)
            };
        let mixed = (self.0 ^ first).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = (mixed ^ mixed >> 29 ^ last ^ (bytes.len() as u64) << 56)
            .wrapping_mul(0x94d0_49bb_1331_11eb);
    }

    fn write_u8(&mut self, _: u8) {
        // The end of a string, whose length is in the number already.
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
