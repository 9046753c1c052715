//! What stands around numbers: whether they are numbers of their own, and whether two of them
//! are written alike.

use super::super::readings::READINGS;
use super::Writer;
use super::runs::{Said, plain};
use super::says::Says;
use super::vocabulary::{Role, VOCABULARY};
use crate::numbers::{Rank, Reading};

impl Writer<'_> {
    /// How many words at word `at` name what is counted: a unit, or a noun that is counted.
    pub(super) fn noun(&self, at: usize) -> Option<usize> {
        if let Some((words, ..)) = self.counted(at) {
            return Some(words);
        }
        let counted = at > 0 && self.line.says(at).has(Says::COUNTED) && !self.line.parted(at - 1);
        counted.then_some(1)
    }

    /// Whether a neuter noun stands at word `at`.
    pub(super) fn neuter(&self, at: usize) -> bool {
        let word = self.line.lower(at);
        !self.line.parted(at - 1)
            && READINGS.neuter.contains(&*word)
            && !READINGS.before.values().any(|before| **before == *word)
    }

    /// Whether the unit at word `at` and the word behind it are another unit that is said in two.
    pub(super) fn in_two(&self, at: usize, words: usize) -> bool {
        let last = at + words - 1;
        if self.line.parted(last) {
            return false;
        }
        let both = format!("{}{}", self.line.lower(last), self.line.lower(last + 1));
        !VOCABULARY.phrases(&both).is_empty()
    }

    /// Whether what stands around a number says that it is no number of its own.
    pub(super) fn kept(&self, said: &Said) -> bool {
        // Its wholes stand in digits before it.
        if self.line.says_before(said.from).has(Says::POINT) {
            return true;
        }
        // A thousand and one night.
        let bare = self.line.says(said.from).has(Says::MULTIPLIER);
        if said.reading.thousand && said.reading.number.whole() == 1001 && bare {
            return self.noun(said.to).is_none();
        }
        // A point of a number that stays in letters itself.
        let mut back = said.from.saturating_sub(1);
        if !self.named(said.from) || back == 0 || self.line.parted(back - 1) {
            return false;
        }
        let inner = back;
        while back > 0 && self.line.role(back - 1).in_number() && !self.line.parted(back - 1) {
            back -= 1;
        }
        back < inner && !self.named(back)
    }

    /// The "and" between units and tens that are words of their own: five and twenty.
    pub(super) fn split(&self, said: &Said) -> Option<usize> {
        let value = |at: usize| self.digit(at)?.number.to_i128();
        let atoms = self.line.atoms();
        (said.from + 1..said.to.saturating_sub(1)).find(|&joint| {
            atoms.is_and(joint)
                && value(joint - 1).is_some_and(|units| (1..10).contains(&units))
                && value(joint + 1).is_some_and(|tens| (20..100).contains(&tens))
        })
    }

    /// Whether units and tens that are words of their own are one number here.
    pub(super) fn one_number(&self, said: &Said) -> bool {
        let before = self.line.says_before(said.from);
        self.noun(said.to).is_some() && !before.has(Says::BETWEEN) && !before.has(Says::BEFORE)
    }

    /// The number of the word at `at` alone.
    pub(super) fn digit(&self, at: usize) -> Option<Reading> {
        self.line.atoms().read_words(at, at + 1).map(|(reading, _)| reading)
    }

    /// Whether the thousands or hundreds of the second number may be those of the first, too:
    /// from five to fifteen thousand.
    pub(super) fn shortened(&self, first: &Said, second: &Said) -> bool {
        let number = second.reading.number.whole();
        let bare =
            second.to - second.from == 1 && self.line.says(second.from).has(Says::MULTIPLIER);
        let scaled = self.scaled(second).is_some();
        first.reading.number.whole() < 100
            && number >= 200
            && number.is_multiple_of(100)
            && !bare
            && !scaled
    }

    /// Two numbers of one phrase, both in digits or both in letters: between ten and fifteen,
    /// from five to fifty, eight hours and thirty minutes.
    pub(super) fn phrase(&mut self, said: &Said) -> Option<usize> {
        if !plain(said) {
            return None;
        }
        let before = self.line.says_before(said.from);
        let and = self.joins(said.to, Says::AND);
        let between = and && before.has(Says::BETWEEN);
        let from = before.has(Says::FROM) && self.joins(said.to, Says::RANGE);
        let named = and && self.named(said.from);
        let either = self.joins(said.to, Says::OR);
        let noun = self.noun(said.to).unwrap_or(0);
        let measured = noun > 0 && self.joins(said.to + noun, Says::AND);
        let behind = said.to + noun;
        let adjacent = noun > 0
            && !measured
            && !self.line.parted(behind - 1)
            && self.line.role(behind) == Role::Number;
        if !between && !from && !named && !either && !measured && !adjacent {
            return None;
        }
        // The word before the second number.
        let joint = if adjacent { behind - 1 } else { behind };
        if self.relative(joint + 1, false).is_some() {
            return None;
        }
        let other = &self.only(joint + 1)?;
        let ordinal = other.reading.rank == Rank::Ordinal;
        let decade = [0, 1].iter().any(|ahead| self.line.role(other.to + ahead) == Role::Decade);
        let greater = other.reading.number.whole() > said.reading.number.whole();
        let alone = adjacent && self.noun(other.to).is_none();
        if ordinal || decade || alone || named && !greater {
            return None;
        }
        if !measured && !adjacent && self.shortened(said, other) {
            return Some(other.to);
        }
        let first = self.amount(said, false);
        if first.as_ref().is_some_and(|first| first.next > joint) {
            return None;
        }
        // Two metres and eighty.
        let high = other.reading.number.whole();
        let short = measured && self.noun(other.to).is_none();
        if short && !(10..100).contains(&high) {
            return None;
        }
        let more =
            between && self.joins(other.to, Says::AND) || either && self.joins(other.to, Says::OR);
        if more && self.line.role(other.to + 1) == Role::Number {
            return Some(self.run(other.to + 1).1);
        }
        let second = self.amount(other, false);
        let one = |said: &Said| plain(said) && said.reading.number.whole() == 1;
        let loose = self.split(other).is_some() && !self.one_number(other);
        if short || loose || first.is_none() && second.is_none() && !named {
            return Some(other.to);
        }
        if adjacent && first.is_some() {
            return None;
        }
        if one(said) || one(other) {
            return if one(other) { None } else { Some(other.to) };
        }
        let (first, second) = (self.amount(said, true)?, self.amount(other, true)?);
        self.put(said.from, first.next, &first.text, first.kind)?;
        self.put(other.from, second.next, &second.text, second.kind)
    }

    /// From so much below nothing to so much above it, or between them: both with their signs.
    pub(super) fn opposite(&mut self, said: &Said) -> Option<usize> {
        if !said.reading.number.is_negative() {
            return None;
        }
        let joint = said.to;
        let between = self.line.says_before(said.from).has(Says::BETWEEN);
        let joined = self.joins(joint, Says::RANGE) || between && self.joins(joint, Says::AND);
        let signed = self.line.role(joint + 1) == Role::Sign && !self.line.parted(joint + 1);
        if !joined || !signed {
            return None;
        }
        let other = self.only(joint + 2).filter(plain)?;
        let (first, second) = (self.amount(said, true)?, self.amount(&other, true)?);
        self.put(said.from, first.next, &first.text, "range")?;
        self.put(joint + 1, second.next, &format!("+{}", second.text), "range")
    }

    /// A plus that is followed by another sign: no number is written there.
    pub(super) fn signs(&mut self, at: usize) -> Option<usize> {
        if self.line.parted(at) {
            return None;
        }
        let (said, end) = self.run(at + 1);
        said.first()?.reading.number.is_negative().then_some(end)
    }
}
