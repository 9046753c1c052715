//! What the words of spoken text mean to the writer, from `src/da/spoken.tsv`.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::super::hasher::{WordMap, WordSet};
use super::super::readings::READINGS;
use super::words::lower;
use crate::numbers::{Atom, Atoms, Joints, number_words};

/// What a word may be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing that is written otherwise.
    None,
    /// A number, or part of one.
    Number,
    /// Part of a number, but not its beginning.
    Inner,
    /// "o'clock".
    Clock,
    Half,
    Quarter,
    /// Stands before a number: paragraph, number.
    Before,
    Decade,
    /// A number and a noun in one.
    Compound,
    The,
    /// The plus before a country code.
    Sign,
    /// What is counted: a unit, a currency.
    Counted,
    Month,
    /// What decides about a number beside it.
    Context,
}

impl Role {
    /// Whether a word may stand in a number.
    pub(super) const fn in_number(self) -> bool {
        matches!(self, Self::Number | Self::Inner | Self::Half | Self::Quarter)
    }
}

type Forms<T> = WordMap<&'static str, T>;

/// What is counted, as it is spoken.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    /// The words behind the first.
    pub(super) rest: Vec<&'static str>,
    pub(super) class: &'static str,
    /// How it is written; as it is spoken, where this is `None`.
    pub(super) written: Option<&'static str>,
}

#[derive(Debug)]
pub(super) struct Vocabulary {
    /// And what the word says in a number, where it is one of theirs.
    roles: Forms<(Role, Option<Atom>)>,
    /// By the first word; those of more words first.
    phrases: Forms<Vec<Phrase>>,
    decades: Forms<u32>,
    /// The nouns that end a word which a number begins.
    compounds: Vec<&'static str>,
    /// Spoken before a number, and how it is written.
    pub(super) before: Forms<&'static str>,
    /// What a number stands behind as a name, spoken.
    names: WordSet<&'static str>,
    /// The first of `before` that is written with letters.
    part: &'static str,
    /// A bit for each pair of first bytes of a word that has a role.
    starts: Vec<u64>,
    /// A bit for each pair of last bytes of such a word.
    tails: Vec<u64>,
    ends: [bool; 256],
}

pub(super) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);

/// The last byte of a word of the table.
fn last_byte(word: &str) -> usize {
    word.bytes().last().map_or(0, usize::from)
}

/// Where the bit of a word's first two bytes, in lower case, is.
fn start(word: &[u8]) -> Option<(usize, u64)> {
    let [first, second, ..] = *word else {
        // One byte alone: it has its own places.
        return word.first().map(|b| (usize::from(b | 0x20) << 2, 1));
    };
    Some(pair(first, second))
}

/// Where the bit of two bytes, in lower case, is.
fn pair(first: u8, second: u8) -> (usize, u64) {
    let at = usize::from(first | 0x20) << 8 | usize::from(second | 0x20);
    (at >> 6, 1 << (at & 63))
}

impl Vocabulary {
    fn new() -> Self {
        let readings = &*READINGS;
        let mut new = Self {
            roles: Forms::default(),
            phrases: Forms::default(),
            decades: Forms::default(),
            compounds: Vec::new(),
            before: Forms::default(),
            names: readings.before.values().copied().collect(),
            part: "",
            starts: vec![0; 1024],
            tails: vec![0; 1024],
            ends: [false; 256],
        };
        for (class, counted) in &readings.rows {
            match *class {
                "year" | "between" | "counted" => {
                    new.roles.insert(counted.written, (Role::Context, None));
                }
                "before" => {
                    new.roles.insert(counted.one, (Role::Context, None));
                }
                "unit" | "currency" | "coin" => {
                    for spoken in [counted.several, counted.one] {
                        new.phrase(spoken, class, None);
                    }
                }
                "decade" => {
                    let decade = counted.written.parse().expect("it was read as a number before");
                    new.decades.insert(counted.one, decade);
                    new.roles.insert(counted.one, (Role::Decade, None));
                    new.ends[last_byte(counted.one)] = true;
                }
                "compound" => new.ends[last_byte(counted.written)] = true,
                _ => {}
            }
        }
        for (class, _, counted) in &readings.back {
            if matches!(*class, "unit" | "currency") {
                for spoken in [counted.several, counted.one] {
                    new.phrase(spoken, class, Some(counted.written));
                }
            } else if *class == "compound" {
                new.compounds.push(counted.written);
            } else if *class == "before" {
                new.before.insert(counted.one, counted.written);
                new.roles.insert(counted.one, (Role::Before, None));
                let lettered = counted.written.chars().next().is_some_and(char::is_alphabetic);
                if new.part.is_empty() && lettered {
                    new.part = counted.one;
                }
            }
        }
        for name in readings.month_names.iter().filter(|name| !name.is_empty()) {
            new.roles.insert(name, (Role::Month, None));
        }
        let clock = &readings.clock;
        for (word, role) in [
            (clock.the, Role::The),
            (clock.oclock, Role::Clock),
            (clock.half, Role::Half),
            (clock.quarter, Role::Quarter),
            (clock.minute, Role::Counted),
            (clock.minutes, Role::Counted),
            (clock.past, Role::Context),
            (clock.range, Role::Context),
            (clock.from, Role::Context),
            (clock.to, Role::Context),
        ] {
            new.roles.insert(word, (role, None));
        }
        if let Some(plus) = readings.signs.get("+") {
            new.roles.insert(plus, (Role::Sign, None));
        }
        let known: Vec<&str> = new.roles.keys().copied().collect();
        let numbers = || number_words().map(|(word, _)| word);
        for word in known.iter().copied().chain(numbers()) {
            if let Some((at, bit)) = start(word.as_bytes()) {
                new.starts[at] |= bit;
            }
        }
        // A word of one byte ends no other.
        for word in known.into_iter().filter(|word| word.len() > 1) {
            new.tail(word);
        }
        numbers().for_each(|word| new.tail(word));
        for (class, counted) in &readings.rows {
            match *class {
                "decade" => new.tail(counted.one),
                "compound" => new.tail(counted.written),
                _ => {}
            }
        }
        // A number of one word is found as the others are.
        for (word, atom) in number_words() {
            let role = if atom.begins() { Role::Number } else { Role::Inner };
            new.roles.entry(word).or_insert((role, None)).1 = Some(atom);
        }
        new
    }

    /// Takes in how `word` ends; what ends another word may be one byte long.
    fn tail(&mut self, word: &'static str) {
        match *word.as_bytes() {
            [.., first, second] => {
                let (at, bit) = pair(first, second);
                self.tails[at] |= bit;
            }
            [only] => {
                for first in 0..=255 {
                    let (at, bit) = pair(first, only);
                    self.tails[at] |= bit;
                }
            }
            [] => {}
        }
    }

    /// Whether a word of the table may end as `word` does.
    fn may_end(&self, word: &[u8]) -> bool {
        let [.., first, second] = *word else { return true };
        // The lower case of other letters than those of Latin-1 may be anything.
        let before = if word.len() > 2 { word[word.len() - 3] } else { 0 };
        let other = match (first, second) {
            (_, 0x80..) => first != 0xC3,
            (0x80.., _) => before != 0xC3,
            _ => false,
        };
        let (at, bit) = pair(first, second);
        other || self.tails[at] & bit != 0
    }

    /// Whether a number behind `word` is a name, for most such words.
    pub(super) fn is_name(&self, word: &str) -> bool {
        self.names.contains(word)
    }

    /// Whether `word` is only written short behind a paragraph: the first such word of the table.
    pub(super) fn is_part(&self, word: &str) -> bool {
        !self.part.is_empty() && self.part == word
    }

    fn phrase(&mut self, spoken: &'static str, class: &'static str, written: Option<&'static str>) {
        let mut words = spoken.split(' ');
        let Some(first) = words.next() else { return };
        let rest: Vec<&str> = words.collect();
        // A phrase that begins with a number is read as one.
        if Atoms::default().add(first) {
            return;
        }
        for word in &rest {
            self.roles.entry(word).or_insert((Role::Context, None));
        }
        self.roles.insert(first, (Role::Counted, None));
        let known = self.phrases.entry(first).or_default();
        match known.iter_mut().find(|phrase| phrase.rest == rest) {
            Some(phrase) if written.is_some() => {
                // The first form of the table is the one to write.
                if phrase.written.is_none() {
                    (phrase.class, phrase.written) = (class, written);
                }
            }
            // A coin may be counted alone, too.
            Some(phrase) if class == "coin" => phrase.class = class,
            Some(_) => {}
            None => {
                known.push(Phrase { rest, class, written });
                known.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
            }
        }
    }

    /// What `word` may be part of, and whether it is known to be in lower case; takes it into
    /// `atoms`, too.
    #[inline]
    pub(super) fn role(&self, word: &str, atoms: &mut Atoms) -> (Role, bool) {
        let bytes = word.as_bytes();
        let known = start(bytes).is_some_and(|(at, bit)| self.starts[at] & bit != 0);
        if !known || !self.may_end(bytes) {
            atoms.skip();
            return (Role::None, false);
        }
        let low = lower(word);
        (self.likely_role(&low, atoms), matches!(low, Cow::Borrowed(_)))
    }

    /// [`Vocabulary::role`] of a word, in lower case, that begins and ends as one of the table
    /// does.
    #[inline(never)]
    fn likely_role(&self, word: &str, atoms: &mut Atoms) -> Role {
        let bytes = word.as_bytes();
        if let Some((role, atom)) = self.roles.get(word) {
            match atom {
                Some(atom) => atoms.put_one(*atom),
                None => atoms.skip(),
            }
            return *role;
        }
        if let Some(begins) = atoms.put(word) {
            return if begins { Role::Number } else { Role::Inner };
        }
        if self.ends[usize::from(bytes[bytes.len() - 1])] && word.len() > 5 && Atoms::begin(word) {
            if self.decade(word).is_some() {
                return Role::Decade;
            }
            if self.compound(word).is_some() {
                return Role::Compound;
            }
        }
        Role::None
    }

    pub(super) fn month(&self, word: &str) -> Option<&'static str> {
        READINGS.month_names.iter().find(|name| **name == word).copied()
    }

    /// The phrases that begin with `word`, the longest first.
    pub(super) fn phrases(&self, word: &str) -> &[Phrase] {
        self.phrases.get(word).map_or(&[], |phrases| phrases)
    }

    /// The decade that `word` names, and its century where it names that too.
    pub(super) fn decade(&self, word: &str) -> Option<(u32, Option<u32>)> {
        if let Some(decade) = self.decades.get(word) {
            return Some((*decade, None));
        }
        let (name, decade) = self.decades.iter().find(|(name, _)| word.ends_with(*name))?;
        let mut century = &word[..word.len() - name.len()];
        century = century.strip_suffix(Joints::get().and).unwrap_or(century);
        let number = crate::numbers::parse(century).ok()?.to_i128()?;
        let century = u32::try_from(number).ok()?;
        match century {
            11..=20 => Some((*decade, Some(century * 100))),
            1100..=2000 if century % 100 == 0 => Some((*decade, Some(century))),
            _ => None,
        }
    }

    /// The number that begins `word`, and the noun that ends it.
    pub(super) fn compound<'w>(&self, word: &'w str) -> Option<(u128, &'w str)> {
        let ending = self.compounds.iter().find(|ending| word.ends_with(**ending))?;
        let (number, rest) = word.split_at(word.len() - ending.len());
        let number = crate::numbers::parse_as(number, crate::numbers::Form::Cardinal).ok()?;
        number.is_whole().then_some((number.whole(), rest))
    }
}
