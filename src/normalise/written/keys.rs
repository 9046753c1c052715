//! Words by their first and last eight bytes: which may be of a table, and what it knows of them.
//!
//! Each word of a text is asked for, and few are of the table. So its ends are read as numbers, two
//! sets of bits tell at once that most words are none of it, and the others are found without a
//! look at their letters one by one.

use crate::numbers::Atom;

use super::says::Says;
use super::vocabulary::Role;

/// The top bit of each of eight bytes.
const TOP: u64 = u64::from_ne_bytes([0x80; 8]);

/// Each of eight bytes the same.
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// A word by its ends; all of a word of at most sixteen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The first eight bytes, the first of them lowest, and zeros behind a shorter word.
    first: u64,
    /// The last eight bytes, the last of them highest. Of a shorter word also what is before it.
    last: u64,
    length: usize,
}

impl Key {
    /// The word at `from..to` of `text`, which is not empty.
    #[inline(always)]
    pub(super) fn of(text: &[u8], from: usize, to: usize) -> Self {
        let length = to - from;
        let eight = |at: usize| {
            let bytes = text[at..].first_chunk().expect("the caller looked");
            u64::from_le_bytes(*bytes)
        };
        let (first, last) = if let Some(most) = text.len().checked_sub(8) {
            let (low, high) = (from.min(most), to.saturating_sub(8));
            (eight(low) >> (8 * (from - low)), eight(high) << (8 * (high + 8 - to)))
        } else {
            let mut bytes = [0; 8];
            bytes[..length].copy_from_slice(&text[from..to]);
            let first = u64::from_le_bytes(bytes);
            (first, first << (8 * (8 - length)))
        };
        let kept = if length < 8 { (1 << (8 * length)) - 1 } else { u64::MAX };
        Self { first: first & kept, last, length }
    }

    /// A word by itself.
    pub(super) fn new(word: &str) -> Self {
        Self::of(word.as_bytes(), 0, word.len())
    }

    /// The last bytes, where the first are not all; zeros otherwise.
    const fn rest(&self) -> u64 {
        if self.length > 8 { self.last } else { 0 }
    }

    /// The bytes that are all there is of it; `None` where there are more.
    const fn whole(&self) -> Option<(u64, u64)> {
        if self.length > LONGEST_SHORT { None } else { Some((self.first, self.rest())) }
    }

    const fn is_ascii(&self) -> bool {
        (self.first | self.rest()) & TOP == 0
    }

    /// Whether letters beyond U+00FF are among its bytes: their small forms may be any.
    const fn is_rare(&self) -> bool {
        const fn rare(bytes: u64) -> u64 {
            // Bytes from C0 on, that begin a character, and are not C3.
            let other = bytes ^ all(0xC3);
            bytes & (bytes << 1) & (((other & !TOP) + !TOP) | other) & TOP
        }
        !self.is_ascii() && rare(self.first) | rare(self.rest()) != 0
    }

    /// With the capitals of ASCII in lower case.
    pub(super) const fn lower(self) -> Self {
        const fn lower(bytes: u64) -> u64 {
            let low = bytes & !TOP;
            let from_a = low + all(0x80 - b'A');
            let behind_z = low + all(0x80 - b'Z' - 1);
            bytes | (from_a & !behind_z & !bytes & TOP) >> 2
        }
        Self { first: lower(self.first), last: lower(self.last), ..self }
    }

    /// The first three bytes, or as many as there are.
    const fn head(&self) -> u64 {
        self.first & 0xFF_FFFF
    }

    /// The last three bytes, or as many as there are.
    const fn tail(&self) -> u64 {
        let count = if self.length < 3 { self.length } else { 3 };
        self.last >> (64 - 8 * count)
    }
}

/// How many bits tell which heads or tails there are.
const BITS: u32 = 13;

/// A set of three bytes each, in lower case, that may hold some more.
#[derive(Debug)]
struct Threes([u64; 1 << (BITS - 6)]);

impl Threes {
    /// Where the bit of three bytes is.
    const fn place(three: u64) -> (usize, u64) {
        // Small and capital letters, also those of two bytes up to U+00FF, differ in this bit alone.
        let mixed = ((three | 0x20_2020) as u32).wrapping_mul(0x9E37_79B1) >> (32 - BITS);
        (mixed as usize >> 6, 1 << (mixed & 63))
    }

    const fn put(&mut self, three: u64) {
        let (at, bit) = Self::place(three);
        self.0[at] |= bit;
    }

    const fn has(&self, three: u64) -> bool {
        let (at, bit) = Self::place(three);
        self.0[at] & bit != 0
    }
}

/// How words of a table may begin and end.
#[derive(Debug)]
pub(super) struct Ends {
    heads: Threes,
    tails: Threes,
}

impl Default for Ends {
    fn default() -> Self {
        let none = || Threes([0; _]);
        Self { heads: none(), tails: none() }
    }
}

impl Ends {
    /// Takes in that a word may begin with `head`: it is one itself, or one of `behind` follows.
    pub(super) fn begin(&mut self, head: &str, behind: &[&str]) {
        self.heads.put(Key::new(head).head());
        if head.len() < 3 {
            behind.iter().for_each(|next| self.begin(&format!("{head}{next}"), behind));
        }
    }

    /// Takes in that a word may end with `tail`: it is one itself, or one of `before` comes first.
    pub(super) fn end(&mut self, tail: &str, before: &[&str]) {
        self.tails.put(Key::new(tail).tail());
        if tail.len() < 3 {
            before.iter().for_each(|other| self.end(&format!("{other}{tail}"), before));
        }
    }

    /// Whether a word of the table may begin and end as this word does, in capitals or not.
    #[inline(always)]
    pub(super) const fn may_be(&self, word: &Key) -> bool {
        self.heads.has(word.head()) & self.tails.has(word.tail()) || word.is_rare()
    }
}

/// The most words of the table that a word is made of, of which all is known beforehand.
pub(super) const MOST_MADE: usize = 4;

/// What is known of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) role: Role,
    /// What it is made of as a number, the first `count`.
    pub(super) atoms: [Atom; MOST_MADE],
    pub(super) count: u8,
    pub(super) says: Says,
}

impl Known {
    /// Nothing but its role.
    pub(super) const fn unknown(role: Role) -> Self {
        Self { role, atoms: [Atom::Zero; MOST_MADE], count: 0, says: Says::NONE }
    }
}

/// A place for a word of at most sixteen bytes.
#[derive(Clone, Copy, Debug)]
struct Slot {
    first: u64,
    rest: u64,
    known: Known,
    /// 0 where there is none.
    length: u8,
}

/// The longest word that its two ends are all of.
pub(super) const LONGEST_SHORT: usize = 16;

/// How many places there are for each word, at least.
const SPARE: usize = 4;

/// Words of at most sixteen bytes each, and what is known of them.
#[derive(Debug, Default)]
pub(super) struct Short {
    /// A power of two of them, most of them empty.
    slots: Vec<Slot>,
}

impl Short {
    /// Of two words that are the same the first.
    pub(super) fn new<'w>(words: impl Iterator<Item = (&'w str, Known)> + Clone) -> Self {
        let known = Known::unknown(Role::None);
        let empty = Slot { first: 0, rest: 0, known, length: 0 };
        let count = (SPARE * words.clone().count()).next_power_of_two();
        let mut new = Self { slots: vec![empty; count] };
        for (word, known) in words {
            let key = Key::new(word);
            let Some((first, rest)) = key.whole() else { continue };
            let mut at = new.place(first, rest);
            while new.slots[at].length > 0 {
                at = (at + 1) & (new.slots.len() - 1);
            }
            new.slots[at] = Slot { first, rest, known, length: key.length as u8 };
        }
        new
    }

    /// Where a word is, or the first place that it may be in.
    const fn place(&self, first: u64, rest: u64) -> usize {
        let mixed = (first ^ rest.rotate_left(21)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 32) as usize & (self.slots.len() - 1)
    }

    /// What is known of a word in lower case.
    #[inline]
    pub(super) fn get(&self, word: &Key) -> Option<&Known> {
        let (first, rest) = word.whole()?;
        let mut at = self.place(first, rest);
        loop {
            let slot = &self.slots[at];
            if slot.first == first && slot.rest == rest && usize::from(slot.length) == word.length {
                return Some(&slot.known);
            }
            if slot.length == 0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}
