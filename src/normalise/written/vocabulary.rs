//! What the words of spoken text mean to the writer, from `src/da/spoken.tsv`.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::super::hasher::{WordMap, WordSet};
use super::super::readings::READINGS;
use super::keys::{Ends, Key, Known, LONGEST_SHORT, Short};
use super::says::Says;
use crate::numbers::{Atom, Atoms, Joints, lower, number_words};

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
    roles: Forms<Role>,
    /// What is known of words of up to sixteen bytes.
    short: Short,
    /// Of longer ones.
    long: WordMap<String, Known>,
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
    /// How words that have a role begin and end.
    ends: Ends,
    /// The last bytes of decades and compounds.
    last: [bool; 256],
}

pub(super) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);

/// The last byte of a word of the table.
fn last_byte(word: &str) -> usize {
    word.bytes().last().map_or(0, usize::from)
}

impl Vocabulary {
    fn new() -> Self {
        let readings = &*READINGS;
        let mut new = Self {
            roles: Forms::default(),
            short: Short::default(),
            long: WordMap::default(),
            phrases: Forms::default(),
            decades: Forms::default(),
            compounds: Vec::new(),
            before: Forms::default(),
            names: readings.before.values().copied().collect(),
            part: "",
            ends: Ends::default(),
            last: [false; 256],
        };
        for (class, counted) in &readings.rows {
            match *class {
                "year" | "between" | "or" | "counted" => {
                    new.roles.insert(counted.written, Role::Context);
                }
                "before" => {
                    new.roles.insert(counted.one, Role::Context);
                }
                "unit" | "currency" | "coin" => {
                    for spoken in [counted.several, counted.one] {
                        new.phrase(spoken, class, None);
                    }
                }
                "decade" => {
                    let decade = counted.written.parse().expect("it was read as a number before");
                    new.decades.insert(counted.one, decade);
                    new.roles.insert(counted.one, Role::Decade);
                    new.last[last_byte(counted.one)] = true;
                }
                "compound" => new.last[last_byte(counted.written)] = true,
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
                new.roles.insert(counted.one, Role::Before);
                let lettered = counted.written.chars().next().is_some_and(char::is_alphabetic);
                if new.part.is_empty() && lettered {
                    new.part = counted.one;
                }
            }
        }
        for name in readings.month_names.iter().filter(|name| !name.is_empty()) {
            new.roles.insert(name, Role::Month);
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
            new.roles.insert(word, role);
        }
        if let Some(plus) = readings.signs.get("+") {
            new.roles.insert(plus, Role::Sign);
        }
        new.find_ends();
        new.know_words();
        new
    }

    /// Takes in how words that have a role begin and end.
    fn find_ends(&mut self) {
        let numbers: Vec<&str> = number_words().map(|(word, _)| word).collect();
        let decades = self.decades.keys().copied();
        let nouns: Vec<&str> = decades.chain(self.compounds.iter().copied()).collect();
        // What may part the words of a number that is one word.
        let parts = ["-", "\u{AD}", "\u{B}"];
        let behind = [&*numbers, &*nouns, &parts].concat();
        let before = [&*numbers, &parts].concat();
        for word in &numbers {
            self.ends.begin(word, &behind);
            self.ends.end(word, &before);
        }
        for word in &nouns {
            self.ends.end(word, &before);
        }
        self.roles.keys().for_each(|word| {
            self.ends.begin(word, &[]);
            self.ends.end(word, &[]);
        });
    }

    /// Finds out what each word of the tables is, and units and tens in one word.
    fn know_words(&mut self) {
        let mut atoms = Atoms::default();
        let mut words = Vec::new();
        let mut know = |word: String, role: Option<Role>| {
            atoms.clear();
            let begins = atoms.put(&word).unwrap_or_default();
            let role = role.unwrap_or(if begins { Role::Number } else { Role::Inner });
            let made = atoms.of(0);
            let says = Says::of(&word, self);
            let mut known = Known { count: made.len() as u8, says, ..Known::unknown(role) };
            if let Some(place) = known.atoms.get_mut(..made.len()) {
                place.copy_from_slice(made);
                words.push((word, known));
            }
        };
        self.roles.iter().for_each(|(word, role)| know((*word).to_owned(), Some(*role)));
        let and = Joints::get().and;
        let of = |wanted: fn(Atom) -> bool| number_words().filter(move |(_, atom)| wanted(*atom));
        let tens = of(|atom| matches!(atom, Atom::Unit(_))).flat_map(|(unit, _)| {
            let tens = of(|atom| matches!(atom, Atom::Ten(_)));
            tens.map(move |(ten, _)| format!("{unit}{and}{ten}"))
        });
        number_words()
            .map(|(word, _)| word.to_owned())
            .chain(tens)
            .filter(|word| !self.roles.contains_key(&**word))
            .for_each(|word| know(word, None));
        self.short = Short::new(words.iter().map(|(word, known)| (&**word, *known)));
        self.long.extend(words.into_iter().filter(|(word, _)| word.len() > LONGEST_SHORT));
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
            self.roles.entry(word).or_insert(Role::Context);
        }
        self.roles.insert(first, Role::Counted);
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

    /// The word at `from..to` of `text`: what it may be part of, what it says, and whether it is known
    /// to be in lower case; takes it into `atoms`, too.
    #[inline(always)]
    pub(super) fn role(
        &self,
        text: &str,
        from: usize,
        to: usize,
        atoms: &mut Atoms,
    ) -> (Role, Says, bool) {
        let key = Key::of(text.as_bytes(), from, to);
        if !self.ends.may_be(&key) {
            atoms.skip();
            return (Role::None, Says::NONE, false);
        }
        let small = key.lower();
        if let Some(known) = self.short.get(&small) {
            atoms.put_known(&known.atoms, known.count);
            return (known.role, known.says, small == key);
        }
        self.other_role(&text[from..to], atoms)
    }

    /// [`Vocabulary::role`] of a word that is not found by its ends.
    #[inline(never)]
    fn other_role(&self, word: &str, atoms: &mut Atoms) -> (Role, Says, bool) {
        let low = lower(word);
        let (role, says) = self.likely_role(&low, atoms);
        (role, says, matches!(low, Cow::Borrowed(_)))
    }

    /// What `word`, in lower case, may be part of, and what it says.
    fn likely_role(&self, word: &str, atoms: &mut Atoms) -> (Role, Says) {
        let known = if word.len() > LONGEST_SHORT {
            self.long.get(word)
        } else {
            self.short.get(&Key::new(word))
        };
        if let Some(known) = known {
            atoms.put_known(&known.atoms, known.count);
            return (known.role, known.says);
        }
        (self.made_role(word, atoms), Says::NONE)
    }

    /// What `word`, in lower case, may be part of as one that is put together.
    fn made_role(&self, word: &str, atoms: &mut Atoms) -> Role {
        if let Some(begins) = atoms.put(word) {
            return if begins { Role::Number } else { Role::Inner };
        }
        if self.last[last_byte(word)] && word.len() > 5 && Atoms::begin(word) {
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
