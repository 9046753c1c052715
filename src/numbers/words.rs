//! The words of `src/da/numbers.tsv`, to write with and to read by.

use std::sync::LazyLock;

use super::trie::{MOST_NESTED, Trie};
use crate::da::Table;

/// The words that numbers are written with.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) zero: &'static str,
    /// 1 to 9, in the common gender.
    pub(super) units: [&'static str; 10],
    pub(super) neuter_one: &'static str,
    /// 10 to 19.
    pub(super) teens: [&'static str; 10],
    /// 20 to 90.
    pub(super) tens: [&'static str; 10],
    /// The usual form and the other of equal rank.
    pub(super) hundred: [&'static str; 2],
    pub(super) thousand: [&'static str; 2],
    /// From 10⁶ on, every third power: one, several, ordinal.
    pub(super) scales: Vec<[&'static str; 3]>,
    /// 0 to 19, then 20 to 90.
    pub(super) ordinals: [&'static str; 20],
    pub(super) neuter_second: &'static str,
    pub(super) ten_ordinals: [&'static str; 10],
    pub(super) hundred_ordinal: &'static str,
    pub(super) thousand_ordinal: &'static str,
    pub(super) and: &'static str,
    pub(super) minus: &'static str,
    pub(super) point: &'static str,
    /// Common, neuter.
    pub(super) half: [&'static str; 2],
    pub(super) one_half: [&'static str; 2],
    pub(super) quarter: &'static str,
    pub(super) three_quarters: &'static str,
    pub(super) part: &'static str,
    pub(super) parts: &'static str,
    /// What is read.
    atoms: Vec<(&'static str, Atom)>,
    trie: Trie<Atom>,
}

/// What a word says within a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Atom {
    #[default]
    Zero,
    /// 1 to 9.
    Unit(u8),
    /// 10 to 19.
    Teen(u8),
    /// 20 to 90.
    Ten(u8),
    /// The same in the forms of the banks, which go before the units.
    Bank(u8),
    /// And whether it may be an ordinal.
    Hundred(bool),
    Thousand(bool),
    /// A power of ten.
    Scale(u8),
    ScaleOrdinal(u8),
    /// 0 to 90.
    Ordinal(u8),
    And,
    Minus,
    Point,
    Half,
    OneHalf,
    Quarter,
    ThreeQuarters,
    Part,
}

impl Atom {
    /// Whether a number may begin with it.
    pub(crate) const fn begins(self) -> bool {
        !matches!(self, Self::And | Self::Point | Self::Part)
    }
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(Words::new);

const NAME: &str = "da/numbers.tsv";

impl Words {
    fn new() -> Self {
        let mut words = Self::default();
        for row in Table::new(NAME, include_str!("../da/numbers.tsv")).rows::<6>() {
            let (line, [class, value, word, usage, ..]) =
                row.expect("tests read every embedded table");
            words.put(class, value, word, usage).unwrap_or_else(|| {
                panic!("{NAME}:{line}: no class {class:?} with value {value:?} and use {usage:?}")
            });
        }
        words.trie = Trie::new(&words.atoms);
        words
    }

    fn put(
        &mut self,
        class: &str,
        value: &str,
        word: &'static str,
        usage: &'static str,
    ) -> Option<()> {
        let number: usize = value.parse().unwrap_or(0);
        let small = u8::try_from(number).unwrap_or(0);
        let scale = number.checked_sub(6).map(|power| power / 3);
        let gender = usize::from(usage == "neuter");
        let written = usage != "read";
        let (slot, atom) = match class {
            "zero" => (&mut self.zero, Atom::Zero),
            "unit" if usage == "neuter" => (&mut self.neuter_one, Atom::Unit(small)),
            "unit" => (self.units.get_mut(number)?, Atom::Unit(small)),
            "teen" => (self.teens.get_mut(number.checked_sub(10)?)?, Atom::Teen(small)),
            "ten" => (self.tens.get_mut(number / 10)?, Atom::Ten(small)),
            "bank" => (self.tens.get_mut(number / 10)?, Atom::Bank(small)),
            "hundred" => (&mut self.hundred[usize::from(usage == "other")], Atom::Hundred(false)),
            "thousand" => {
                (&mut self.thousand[usize::from(usage == "other")], Atom::Thousand(false))
            }
            "scale" | "scale-plural" | "scale-ordinal" => {
                let scale = scale?;
                if self.scales.len() <= scale {
                    self.scales.resize(scale + 1, [""; 3]);
                }
                let (form, atom) = match class {
                    "scale" => (0, Atom::Scale(small)),
                    "scale-plural" => (1, Atom::Scale(small)),
                    _ => (2, Atom::ScaleOrdinal(small)),
                };
                (&mut self.scales[scale][form], atom)
            }
            "ordinal" if usage == "neuter" => (&mut self.neuter_second, Atom::Ordinal(small)),
            "ordinal" if number < 20 => (&mut self.ordinals[number], Atom::Ordinal(small)),
            "ordinal" => (self.ten_ordinals.get_mut(number / 10)?, Atom::Ordinal(small)),
            "hundred-ordinal" => (&mut self.hundred_ordinal, Atom::Hundred(true)),
            "thousand-ordinal" => (&mut self.thousand_ordinal, Atom::Thousand(true)),
            "and" => (&mut self.and, Atom::And),
            "minus" => (&mut self.minus, Atom::Minus),
            "point" => (&mut self.point, Atom::Point),
            "half" => (&mut self.half[gender], Atom::Half),
            "one-half" => (&mut self.one_half[gender], Atom::OneHalf),
            "quarter" => (&mut self.quarter, Atom::Quarter),
            "three-quarters" => (&mut self.three_quarters, Atom::ThreeQuarters),
            "part" => (&mut self.part, Atom::Part),
            "parts" => (&mut self.parts, Atom::Part),
            _ => return None,
        };
        if written {
            *slot = word;
        }
        // A word that is a cardinal and an ordinal is said to be both.
        match self.atoms.iter_mut().find(|(other, _)| *other == word) {
            Some((_, held)) => *held = atom,
            None => self.atoms.push((word, atom)),
        }
        Some(())
    }

    /// The words that `text`, in lower case, may begin with, the shortest first: the length of each
    /// and what it says; and how many there are.
    pub(super) fn starts(&self, text: &[u8]) -> ([(u16, Atom); MOST_NESTED], usize) {
        self.trie.starts(text)
    }
}

/// The words between the numbers, for those who put together more than numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joints {
    pub(crate) and: &'static str,
    pub(crate) minus: &'static str,
    pub(crate) point: &'static str,
    pub(crate) hundred: &'static str,
    pub(crate) thousand: &'static str,
    /// One million, several.
    pub(crate) million: [&'static str; 2],
    pub(crate) neuter_one: &'static str,
    pub(crate) zero: &'static str,
}

impl Joints {
    pub(crate) fn get() -> Self {
        let words = &*WORDS;
        Self {
            and: words.and,
            minus: words.minus,
            point: words.point,
            hundred: words.hundred[0],
            thousand: words.thousand[0],
            million: [words.scales[0][0], words.scales[0][1]],
            neuter_one: words.neuter_one,
            zero: words.zero,
        }
    }
}

/// Every word of the table, and what it says.
pub(crate) fn number_words() -> impl Iterator<Item = (&'static str, Atom)> {
    WORDS.atoms.iter().copied()
}

/// What the word of a scale multiplies by: a million, a milliard.
pub(crate) fn scale(word: &str) -> Option<u128> {
    let at = WORDS.scales.iter().position(|forms| forms[..2].contains(&word))?;
    Some(1_000_000 * 1000_u128.pow(u32::try_from(at).ok()?))
}

/// Whether `word` is a hundred or a thousand.
pub(crate) fn multiplier(word: &str) -> bool {
    WORDS.hundred.contains(&word) || WORDS.thousand.contains(&word)
}
