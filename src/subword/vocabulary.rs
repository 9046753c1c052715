//! Tokens as bytes: id to bytes and back, without an allocation for each token.

/// Most tokens a vocabulary of the fast engines may have: ids are packed into 21 bits.
pub(super) const MOST_TOKENS: u32 = (1 << 21) - 1;

/// The bytes of every token, and the token of given bytes.
///
/// Ids without a token have no bytes.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// The tokens' bytes, one after the other in the order in which they were added.
    bytes: Vec<u8>,
    /// By id: where its bytes begin, and how many there are.
    places: Vec<(u32, u32)>,
    /// Open addressing: the upper half of the bytes' hash, then the id plus one; 0 is empty.
    slots: Vec<u64>,
    count: usize,
}

impl Vocabulary {
    pub(super) fn with_capacity(count: usize) -> Self {
        let slots = (count * 2).next_power_of_two().max(16);
        Self {
            bytes: Vec::with_capacity(count * 8),
            places: Vec::with_capacity(count),
            slots: vec![0; slots],
            count: 0,
        }
    }

    /// The tokens' bytes, their places by id, and the hash table over them.
    pub(super) fn parts(&self) -> (&[u8], &[(u32, u32)], &[u64]) {
        (&self.bytes, &self.places, &self.slots)
    }

    /// A vocabulary of its [`parts`](Self::parts); `None` where they do not fit each other.
    pub(super) fn from_parts(
        bytes: Vec<u8>,
        places: Vec<(u32, u32)>,
        slots: Vec<u64>,
        count: usize,
    ) -> Option<Self> {
        let inside = |&(start, length): &(u32, u32)| {
            u64::from(start) + u64::from(length) <= bytes.len() as u64
        };
        let taken = slots.iter().filter(|&&slot| slot != 0).count();
        let fits = slots.len().is_power_of_two()
            && taken < slots.len()
            && places.len() <= MOST_TOKENS as usize
            && count <= places.len()
            && places.iter().all(inside)
            && slots.iter().all(|&slot| slot as u32 as usize <= places.len());
        fits.then_some(Self { bytes, places, slots, count })
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// One more than the highest id.
    pub(super) fn end(&self) -> u32 {
        self.places.len() as u32
    }

    /// The bytes of token `id`; `None` where there is no such token, or it is empty.
    #[inline]
    pub(super) fn bytes(&self, id: u32) -> Option<&[u8]> {
        let &(start, length) = self.places.get(id as usize)?;
        if length == 0 {
            return None;
        }
        Some(&self.bytes[start as usize..(start + length) as usize])
    }

    /// How many bytes token `id` has; `None` where there is no such token.
    #[inline]
    pub(super) fn length(&self, id: u32) -> Option<u32> {
        self.places.get(id as usize).map(|place| place.1)
    }

    /// The token with these bytes.
    #[inline]
    pub(super) fn id(&self, bytes: &[u8]) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let hash = hash(bytes);
        let mut at = hash as usize & mask;
        loop {
            let id = (self.slots[at] as u32).checked_sub(1)?;
            if (self.slots[at] ^ hash) >> 32 == 0 && self.bytes(id) == Some(bytes) {
                return Some(id);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds token `id` with these bytes.
    ///
    /// # Errors
    ///
    /// What is wrong: the id is too high or taken, or the bytes are another token's.
    pub(super) fn add(&mut self, id: u32, bytes: &[u8]) -> Result<(), String> {
        if id >= MOST_TOKENS {
            return Err(format!("id {id} is not below {MOST_TOKENS}"));
        }
        let index = id as usize;
        if index >= self.places.len() {
            self.places.resize(index + 1, (0, u32::MAX));
        }
        if self.places[index].1 != u32::MAX {
            return Err(format!("id {id} is given twice"));
        }
        let Ok(start) = u32::try_from(self.bytes.len()) else {
            return Err("the tokens have more than 4 GiB".to_owned());
        };
        self.places[index] = (start, bytes.len() as u32);
        self.count += 1;
        if bytes.is_empty() {
            return Ok(());
        }
        if let Some(other) = self.id(bytes) {
            return Err(format!("tokens {other} and {id} are the same"));
        }
        self.bytes.extend_from_slice(bytes);
        if self.count * 2 > self.slots.len() {
            self.grow();
        }
        self.place(id);
        Ok(())
    }

    /// Fills the holes between the ids: tokens without bytes that are none.
    pub(super) fn close(&mut self) {
        for place in &mut self.places {
            if place.1 == u32::MAX {
                *place = (0, 0);
            }
        }
    }

    fn place(&mut self, id: u32) {
        let mask = self.slots.len() - 1;
        let Some(bytes) = self.bytes(id) else { return };
        let hash = hash(bytes);
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = hash >> 32 << 32 | u64::from(id + 1);
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        let old = std::mem::replace(&mut self.slots, vec![0; size]);
        for slot in old.into_iter().filter(|&slot| slot != 0) {
            self.place(slot as u32 - 1);
        }
    }
}

/// A hash of short byte strings: eight bytes a step, folded products.
#[inline]
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().expect("a chunk of eight bytes"));
        state = fold(state ^ word, 0xa076_1d64_78bd_642f);
    }
    let tail = match (bytes.last_chunk(), chunks.remainder().len()) {
        (_, 0) => 0,
        (Some(eight), rest) => u64::from_be_bytes(*eight) & !(!0 << (8 * rest)),
        (None, _) => few(bytes),
    };
    fold(state ^ tail, 0xe703_7ed1_a0b4_28db)
}

/// One to seven bytes as a number, the first highest.
#[inline]
fn few(bytes: &[u8]) -> u64 {
    let count = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        // Bytes that are in both are the same bits.
        u64::from(u32::from_be_bytes(*first)) << (8 * (count - 4))
            | u64::from(u32::from_be_bytes(*last))
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        u64::from(u16::from_be_bytes(*first)) << (8 * (count - 2))
            | u64::from(u16::from_be_bytes(*last))
    } else {
        bytes.first().copied().map_or(0, u64::from)
    }
}

/// The halves of a product of 128 bits, one on the other.
#[inline]
pub(super) fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As [`hash`], byte by byte.
    fn naive(bytes: &[u8]) -> u64 {
        let mut state = bytes.len() as u64 ^ 0x9e37_79b9_7f4a_7c15;
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let word = chunk.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
            state = fold(state ^ word, 0xa076_1d64_78bd_642f);
        }
        let tail = chunks.remainder().iter().fold(0, |tail, &byte| tail << 8 | u64::from(byte));
        fold(state ^ tail, 0xe703_7ed1_a0b4_28db)
    }

    #[test]
    fn a_hash_is_that_of_the_bytes_one_after_the_other() {
        let bytes: Vec<u8> = (0..40_u8).map(|byte| byte.wrapping_mul(151) ^ 0xa5).collect();
        for start in 0..8 {
            for end in start..bytes.len() {
                assert_eq!(hash(&bytes[start..end]), naive(&bytes[start..end]), "{start}..{end}");
            }
        }
    }
}
