//! The words that decide a boundary, by a hash of their folded bytes.

use std::sync::LazyLock;

use super::super::abbreviations::{self, Ends};
use crate::da::Table;
use crate::{Error, Result};

/// What an abbreviation's dot may be beside part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Only the abbreviation's.
    Never,
    /// Only the abbreviation's before a label; else as `May`.
    Number,
    /// A full stop as well, before a word that begins sentences.
    May,
    /// A full stop as well, before every capital.
    Often,
    /// As `May` after a figure, else as `Plain`: 5 min., the word min.
    Unit,
    /// Always a full stop: an everyday word that only looks like an abbreviation.
    Plain,
}

/// What a word says about a figure with a dot beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Cardinal,
    Ordinal,
    Month,
}

/// How surely a capitalised word begins a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    /// Where a boundary is likely anyhow.
    Start,
    /// Even after a word without a stop.
    Opener,
}

/// A map from folded words to a small value.
#[derive(Clone, Debug)]
pub(super) struct Words<V> {
    // Open addressing, a power of two, at most two thirds full; 0 is free.
    // A slot holds one half of a word's hash; the other says where the word belongs.
    slots: Vec<(u32, Option<V>)>,
}

impl<V: Copy> Words<V> {
    /// The map of `entries`; a later one replaces an earlier one.
    pub(super) fn new(entries: &[(u64, V)]) -> Self {
        let size = (entries.len() * 3 / 2).next_power_of_two().max(8);
        let mut slots = vec![(0, None); size];
        for &(key, value) in entries {
            let (half, mut at) = (half(key), key as usize >> 1 & (size - 1));
            while slots[at].0 != 0 && slots[at].0 != half {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (half, Some(value));
        }
        Self { slots }
    }

    fn read<const N: usize>(
        mut entries: Vec<(u64, V)>,
        name: &str,
        text: &str,
        value: impl Fn(&str) -> Option<V>,
    ) -> Result<Self> {
        for row in Table::new(name, text).rows::<N>() {
            let (line, columns) = row?;
            let value = value(columns[1]).ok_or_else(|| {
                Error::line(name, line, format!("unknown value {:?}", columns[1]))
            })?;
            entries.push((fold(columns[0].as_bytes()), value));
        }
        Ok(Self::new(&entries))
    }

    /// The value of a word, given the hash that [`fold`] makes of it.
    #[inline]
    pub(super) fn get(&self, key: u64) -> Option<V> {
        let mask = self.slots.len() - 1;
        let (half, mut at) = (half(key), key as usize >> 1 & mask);
        loop {
            let (found, value) = self.slots[at];
            if found == half {
                return value;
            }
            if found == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// The value of a word in any case.
    #[inline]
    pub(super) fn of(&self, word: &[u8]) -> Option<V> {
        self.get(fold(word))
    }
}

/// The three tables.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) ends: Words<End>,
    pub(super) numbers: Words<Number>,
    pub(super) starts: Words<Start>,
}

impl Lexicon {
    fn read() -> Result<Self> {
        Ok(Self {
            ends: Words::read::<3>(
                abbreviations(),
                "sentence_ends.tsv",
                include_str!("../../da/sentence_ends.tsv"),
                |code| match code {
                    "never" => Some(End::Never),
                    "number" => Some(End::Number),
                    "may" => Some(End::May),
                    "often" => Some(End::Often),
                    "unit" => Some(End::Unit),
                    "plain" => Some(End::Plain),
                    _ => None,
                },
            )?,
            numbers: Words::read::<2>(
                Vec::new(),
                "sentence_numbers.tsv",
                include_str!("../../da/sentence_numbers.tsv"),
                |code| match code {
                    "cardinal" => Some(Number::Cardinal),
                    "ordinal" => Some(Number::Ordinal),
                    "month" => Some(Number::Month),
                    _ => None,
                },
            )?,
            starts: Words::read::<2>(
                Vec::new(),
                "sentence_starts.tsv",
                include_str!("../../da/sentence_starts.tsv"),
                |code| match code {
                    "start" => Some(Start::Start),
                    "opener" => Some(Start::Opener),
                    _ => None,
                },
            )?,
        })
    }

    /// The tables of the crate.
    pub(super) fn danish() -> &'static Self {
        static DANISH: LazyLock<Lexicon> =
            LazyLock::new(|| Lexicon::read().expect("a test reads every embedded table"));
        &DANISH
    }
}

/// The ends that the table of abbreviations knows.
fn abbreviations() -> Vec<(u64, End)> {
    let mut entries = Vec::new();
    for abbreviation in abbreviations::all() {
        let end = match abbreviation.ends {
            _ if abbreviation.word => End::Plain,
            Ends::Never => End::Never,
            Ends::Perhaps => End::May,
            Ends::Often if abbreviation.class == "title" => End::May,
            Ends::Often => End::Often,
        };
        let forms = std::iter::once(abbreviation.form).chain(abbreviation.variants());
        // The first that names a form wins.
        for form in forms.filter(|form| form.ends_with('.') && !form.contains(' ')) {
            let key = fold(form.as_bytes());
            if !entries.iter().any(|&(known, _)| known == key) {
                entries.push((key, end));
            }
        }
    }
    entries
}

/// The upper half of a word's hash. Never 0.
#[inline]
fn half(key: u64) -> u32 {
    (key >> 32) as u32 | 1
}

/// A hash of a word without its case. Never 0.
///
/// Setting the bit 0x20 of every byte makes small letters of A–Z and of the capitals of Latin-1,
/// and joins no two words otherwise.
#[inline]
pub(super) fn fold(word: &[u8]) -> u64 {
    const SMALL: u64 = 0x2020_2020_2020_2020;
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, part: u64| {
        let hash = (hash ^ (part | SMALL)).wrapping_mul(FACTOR);
        hash ^ hash >> 32
    };
    let mut hash = word.len() as u64;
    let mut parts = word.chunks_exact(8);
    for part in &mut parts {
        hash = mix(hash, u64::from_le_bytes(part.try_into().expect("eight bytes")));
    }
    let rest = parts.remainder();
    let four = |at: usize| {
        u64::from(u32::from_le_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]))
    };
    let last = match rest.len() {
        0 => return mix(hash, 0) | 1,
        len @ 4.. => four(0) | four(len - 4) << 32,
        len => u64::from(rest[0]) | u64::from(rest[len / 2]) << 8 | u64::from(rest[len - 1]) << 16,
    };
    mix(hash, last) | 1
}

/// A word without its case, as it is printed.
pub(super) fn small(word: &[u8]) -> Vec<u8> {
    let mut last = 0;
    let folded = word.iter().map(|&byte| {
        let capital = byte.is_ascii_uppercase() || last == 0xC3 && (0x80..=0x9E).contains(&byte);
        last = byte;
        if capital { byte | 0x20 } else { byte }
    });
    folded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_that_of_the_small_word() {
        for word in ["", "A", "Øl", "HVAD", "Ærlig", "HOVEDSTADEN", "Storebæltsbroen", "ÉN"] {
            assert_eq!(fold(word.as_bytes()), fold(&small(word.as_bytes())), "{word}");
        }
        assert_ne!(fold(b"abcd"), fold(b"abce"));
        assert_ne!(fold(b"i"), fold(b"ii"));
    }

    #[test]
    fn every_embedded_table_is_read() {
        let lexicon = Lexicon::read().unwrap();
        assert_eq!(lexicon.ends.of("Bl.a.".as_bytes()), Some(End::Never));
        assert_eq!(lexicon.numbers.of("KL.".as_bytes()), Some(Number::Cardinal));
        assert_eq!(lexicon.starts.of("Når".as_bytes()), Some(Start::Opener));
        assert_eq!(lexicon.starts.of("ÉN".as_bytes()), Some(Start::Start));
        assert_eq!(lexicon.ends.of("bus.".as_bytes()), None);
    }
}
