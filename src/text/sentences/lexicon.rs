//! The words that decide a boundary, by a hash of their folded bytes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::abbreviations::{self, Ends};
use super::edges::sixteen;
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

/// A map from folded words to a small value. One look says whether a word is there.
#[derive(Clone, Debug)]
pub(super) struct Words<V> {
    // A power of two, at most two thirds full; 0 is free. A slot holds one half of a word's hash;
    // the other says where the word belongs.
    slots: Vec<(u32, V)>,
    // Each share of the words has a step that takes all of them to slots of their own. A power
    // of two.
    steps: Vec<u16>,
    // No word is longer.
    longest: usize,
}

impl<V: Copy> Words<V> {
    /// The map of `entries`; a later one replaces an earlier one.
    ///
    /// # Source
    ///
    /// Belazzougui, Botelho and Dietzfelbinger (2009), *Hash, Displace, and Compress*.
    pub(super) fn new(entries: &[(&[u8], V)]) -> Self {
        let Some(&(_, any)) = entries.first() else {
            return Self { slots: Vec::new(), steps: Vec::new(), longest: 0 };
        };
        let size = (entries.len() * 3 / 2).next_power_of_two().max(8);
        let longest = entries.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
        let mut words = Self { slots: vec![(0, any); size], steps: vec![0; size / 4], longest };
        let unique: BTreeMap<u64, V> =
            entries.iter().map(|&(word, value)| (fold(word), value)).collect();
        let mut shares = vec![Vec::new(); size / 4];
        for (key, value) in unique {
            shares[words.share(key)].push((key, value));
        }
        // The largest first, while there is room.
        let mut order: Vec<usize> = (0..shares.len()).collect();
        order.sort_by_key(|&share| std::cmp::Reverse(shares[share].len()));
        let mut own = Vec::new();
        for share in order {
            let keys = &shares[share];
            // Words of one hash, which no step parts, replace each other.
            for step in 0..=u16::MAX {
                words.steps[share] = step;
                own.clear();
                own.extend(keys.iter().map(|&(key, _)| words.slot(key)));
                own.sort_unstable();
                own.dedup();
                if own.len() == keys.len() && own.iter().all(|&slot| words.slots[slot].0 == 0) {
                    break;
                }
            }
            for &(key, value) in keys {
                let slot = words.slot(key);
                words.slots[slot] = (half(key), value);
            }
        }
        words
    }

    /// The share to which a hash belongs.
    #[inline]
    fn share(&self, key: u64) -> usize {
        (key >> 1) as usize & (self.steps.len() - 1)
    }

    /// The only slot in which a hash can stand.
    #[inline]
    fn slot(&self, key: u64) -> usize {
        let step = usize::from(self.steps[self.share(key)]);
        ((key >> 16) as usize).wrapping_add(step.wrapping_mul((key >> 40) as usize | 1))
            & (self.slots.len() - 1)
    }

    fn read<'w, const N: usize>(
        mut entries: Vec<(&'w [u8], V)>,
        name: &'w str,
        text: &'w str,
        value: impl Fn(&str) -> Option<V>,
    ) -> Result<Self> {
        for row in Table::new(name, text).rows::<N>() {
            let (line, columns) = row?;
            let value = value(columns[1]).ok_or_else(|| {
                Error::line(name, line, format!("unknown value {:?}", columns[1]))
            })?;
            entries.push((columns[0].as_bytes(), value));
        }
        Ok(Self::new(&entries))
    }

    /// The value of a word, given the hash that [`fold`] makes of it. There are words.
    #[inline(always)]
    fn get(&self, key: u64) -> Option<V> {
        let (found, value) = self.slots[self.slot(key)];
        (found == half(key)).then_some(value)
    }

    /// The value of the word `from..to` of a text, in any case.
    #[inline(always)]
    pub(super) fn at(&self, text: &[u8], from: usize, to: usize) -> Option<V> {
        if to - from > self.longest || self.slots.is_empty() {
            return None;
        }
        self.get(fold_in(text, from, to))
    }

    /// The value of a word in any case.
    #[inline]
    pub(super) fn of(&self, word: &[u8]) -> Option<V> {
        self.at(word, 0, word.len())
    }
}

/// The tables.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) ends: Words<End>,
    pub(super) numbers: Words<Number>,
    pub(super) starts: Words<Start>,
    /// The verbs that report speech.
    pub(super) speech: Words<()>,
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
            speech: Words::read::<2>(
                Vec::new(),
                "sentence_speech.tsv",
                include_str!("../../da/sentence_speech.tsv"),
                |code| (code == "says").then_some(()),
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
fn abbreviations() -> Vec<(&'static [u8], End)> {
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
        let own = forms.filter(|form| form.ends_with('.') && !form.contains(' '));
        entries.extend(own.map(|form| (form.as_bytes(), end)));
    }
    // The first that names a form wins.
    entries.reverse();
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
pub(super) fn fold(word: &[u8]) -> u64 {
    fold_in(word, 0, word.len())
}

/// The same of the bytes `from..to` of a text.
#[inline(always)]
pub(super) fn fold_in(text: &[u8], from: usize, to: usize) -> u64 {
    let len = to - from;
    match sixteen(text, from) {
        Some(bytes) if len <= WIDTH => mix(len as u64, bytes, len) | 1,
        _ => fold_long(text, from, to),
    }
}

/// The same of any word, also at the end of a text.
#[inline(never)]
fn fold_long(text: &[u8], mut from: usize, to: usize) -> u64 {
    let mut hash = (to - from) as u64;
    loop {
        let len = (to - from).min(WIDTH);
        let bytes = sixteen(text, from).unwrap_or_else(|| {
            let mut bytes = [0; WIDTH];
            bytes[..len].copy_from_slice(&text[from..from + len]);
            bytes
        });
        hash = mix(hash, bytes, len);
        from += len;
        if from == to {
            return hash | 1;
        }
    }
}

/// So many bytes are hashed together.
const WIDTH: usize = 16;

/// A hash with so many bytes more, at most 16.
#[inline]
fn mix(hash: u64, bytes: [u8; WIDTH], len: usize) -> u64 {
    const SMALL: u64 = 0x2020_2020_2020_2020;
    // Odd numbers without a pattern.
    const FIRST: u64 = 0x9E37_79B9_7F4A_7C15;
    const SECOND: u64 = 0xD1B5_4A32_D192_ED03;
    /// Behind eight that keep none: the bits of one byte of eight, of two, … of all.
    const KEPT: [u64; 2 * WIDTH] = {
        let mut kept = [0; 2 * WIDTH];
        let mut at = WIDTH / 2 + 1;
        while at < kept.len() {
            kept[at] = kept[at - 1] << 8 | 0xFF;
            at += 1;
        }
        kept
    };
    let bytes = u128::from_le_bytes(bytes);
    let part = |bits: u64, kept: usize| bits & KEPT[kept % KEPT.len()] | SMALL;
    let first = part(bytes as u64, len + WIDTH / 2) ^ hash.wrapping_mul(SECOND);
    let second = part((bytes >> 64) as u64, len) ^ FIRST;
    let product = u128::from(first) * u128::from(second);
    product as u64 ^ (product >> 64) as u64
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
        assert_ne!(fold(b""), fold(b" "));
    }

    #[test]
    fn a_hash_is_the_same_wherever_the_word_stands() {
        let text = "En ØL på Æblegårdsvejens hjørne og så en til".as_bytes();
        for from in 0..text.len() {
            for to in from..=text.len() {
                assert_eq!(fold_in(text, from, to), fold(&text[from..to]));
            }
        }
    }

    #[test]
    fn a_map_knows_its_words_and_no_other() {
        for count in [0, 1, 2, 7, 300, 5000] {
            let words: Vec<_> = (0..count + 1000).map(|at| format!("ord{at}")).collect();
            let word = |at: usize| words[at].as_bytes();
            let mut entries: Vec<_> = (0..count).map(|at| (word(at), at)).collect();
            // The last of a word wins.
            entries.extend((0..count / 2).map(|at| (word(at), at + 1)));
            let map = Words::new(&entries);
            for at in 0..count {
                assert_eq!(map.of(word(at)), Some(at + usize::from(at < count / 2)));
            }
            assert!((count..count + 1000).all(|at| map.of(word(at)).is_none()));
        }
        let [one, two] = ["én", "to"].map(str::as_bytes);
        let alike = Words::new(&[(one, 'a'), (one, 'b')]);
        assert_eq!((alike.of(one), alike.of(two)), (Some('b'), None));
    }

    #[test]
    fn every_embedded_table_is_read() {
        let lexicon = Lexicon::read().unwrap();
        assert_eq!(lexicon.ends.of("Bl.a.".as_bytes()), Some(End::Never));
        assert_eq!(lexicon.numbers.of("KL.".as_bytes()), Some(Number::Cardinal));
        assert_eq!(lexicon.starts.of("Når".as_bytes()), Some(Start::Opener));
        assert_eq!(lexicon.starts.of("ÉN".as_bytes()), Some(Start::Start));
        assert_eq!(lexicon.ends.of("bus.".as_bytes()), None);
        assert_eq!(lexicon.speech.of("Siger".as_bytes()), Some(()));
    }
}
