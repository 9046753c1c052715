//! How often each piece of many texts occurs.

use super::vocabulary::hash;

/// Pieces and their numbers, in the order in which they were first seen.
#[derive(Debug)]
pub(super) struct Counter {
    bytes: Vec<u8>,
    pieces: Vec<Counted>,
    /// Open addressing: places in `pieces` plus one; 0 is empty.
    slots: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    hash: u64,
    start: usize,
    length: u32,
    count: u64,
}

impl Default for Counter {
    fn default() -> Self {
        Self { bytes: Vec::new(), pieces: Vec::new(), slots: vec![0; 1 << 12] }
    }
}

impl Counter {
    /// Counts a piece `count` more times.
    pub(super) fn add(&mut self, piece: &[u8], count: u64) {
        let hash = hash(piece);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(place) = self.slots[at].checked_sub(1) {
            let counted = &mut self.pieces[place as usize];
            let end = counted.start + counted.length as usize;
            if counted.hash == hash && &self.bytes[counted.start..end] == piece {
                counted.count += count;
                return;
            }
            at = (at + 1) & mask;
        }
        let (start, length) = (self.bytes.len(), piece.len() as u32);
        self.bytes.extend_from_slice(piece);
        self.pieces.push(Counted { hash, start, length, count });
        self.slots[at] = self.pieces.len() as u32;
        if self.pieces.len() * 2 > self.slots.len() {
            self.grow();
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 4];
        let mask = self.slots.len() - 1;
        for (place, counted) in (1u32..).zip(&self.pieces) {
            let mut at = counted.hash as usize & mask;
            while self.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = place;
        }
    }

    /// Both counts together.
    pub(super) fn joined(mut self, other: Self) -> Self {
        if self.pieces.len() < other.pieces.len() {
            return other.joined(self);
        }
        for (piece, count) in other.iter() {
            self.add(piece, count);
        }
        self
    }

    /// Each piece and how often it occurs.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.pieces.iter().map(|counted| {
            let end = counted.start + counted.length as usize;
            (&self.bytes[counted.start..end], counted.count)
        })
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// How many bytes the distinct pieces have together.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Each piece and how often it occurs: the most frequent first, of equals the first in the order of bytes.
    pub(super) fn by_count(&self) -> Vec<(&[u8], u64)> {
        let mut pieces: Vec<_> = self.iter().collect();
        pieces.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        pieces
    }

    /// The more frequent half at most.
    pub(super) fn without_rare(&self) -> Self {
        let mut counts: Vec<u64> = self.pieces.iter().map(|counted| counted.count).collect();
        let middle = counts.len() / 2;
        let rare = *counts.select_nth_unstable(middle).1;
        let mut rest = Self::default();
        for (piece, count) in self.iter().filter(|&(_, count)| count > rare) {
            rest.add(piece, count);
        }
        rest
    }
}
