//! Tokens become small numbers, equal where the tokens are.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// The two sides as ids, numbered by first appearance in the reference.
#[derive(Debug)]
pub(super) struct Ids {
    pub(super) reference: Vec<u32>,
    pub(super) hypothesis: Vec<u32>,
}

impl Ids {
    /// Numbers the tokens of both sides.
    pub(super) fn of<T: Eq + Hash>(reference: &[T], hypothesis: &[T]) -> Self {
        let mut numbers: HashMap<&T, u32, BuildHasherDefault<Fold>> =
            HashMap::with_capacity_and_hasher(reference.len(), BuildHasherDefault::default());
        let mut number = |token| {
            let next = u32::try_from(numbers.len()).expect("fewer than 2^32 tokens");
            *numbers.entry(token).or_insert(next)
        };
        let reference = reference.iter().map(&mut number).collect();
        let hypothesis = hypothesis.iter().map(&mut number).collect();
        Self { reference, hypothesis }
    }
}

/// A hasher for short keys: one folded multiplication for each eight bytes.
#[derive(Default)]
pub(in crate::align) struct Fold(u64);

impl Fold {
    fn mix(&mut self, word: u64) {
        // An odd constant with as many ones as zeros: 2^64 / golden ratio.
        let product = u128::from(self.0 ^ word) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (product as u64 ^ (product >> 64) as u64).rotate_left(23) ^ word;
    }
}

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        let product = u128::from(self.0) * 0xD6E8_FEB8_6659_FD93;
        product as u64 ^ (product >> 64) as u64
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.mix(u64::from_le_bytes(last) ^ ((bytes.len() as u64) << 56));
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }
}
