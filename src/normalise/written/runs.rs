//! Rows of numbers, and what each of them is: an ordinal, a decade, a range, an amount.

use super::super::readings::READINGS;
use super::Writer;
use super::amounts::grouped;
use super::says::Says;
use super::vocabulary::{Role, VOCABULARY};
use crate::numbers::{Rank, Reading};

/// A number of the line.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) reading: Reading,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Writer<'_> {
    /// The numbers of the run from `at` on, one after the other, and where the run ends.
    pub(super) fn run(&mut self, at: usize) -> (Vec<Said>, usize) {
        let end = self.run_end(at);
        let mut said = Vec::new();
        let mut from = at;
        while from < end {
            let Some((reading, to)) = self.line.atoms().read_words(from, end) else { break };
            said.push(Said { reading, from, to });
            from = to;
        }
        (said, from)
    }

    /// The number of the run from `at` on, where it is one alone.
    pub(super) fn only(&mut self, at: usize) -> Option<Said> {
        let (reading, to) = self.first(at)?.clone();
        let end = self.run_end(at);
        let alone = to == end || self.line.atoms().read_words(to, end).is_none();
        alone.then_some(Said { reading, from: at, to })
    }

    /// Numbers from word `at` on.
    pub(super) fn numbers(&mut self, at: usize) -> Option<usize> {
        if let Some(one) = self.only(at) {
            return self.one(&one);
        }
        let (said, end) = self.run(at);
        let first = said.first()?;
        let done = self.paired(&said, "").or_else(|| self.year_in_pairs(&said));
        if done.is_some() {
            return done;
        }
        // A date's day is told from its year by the month; other rows of numbers stay.
        let unit = self.counted(end).is_some();
        if said.len() == 2 && unit && first.reading.number.whole() >= 1000 {
            return self.one(first);
        }
        // Nor is the end of a range of theirs written alone.
        if self.joins(end, Says::RANGE) {
            return Some(self.run(end + 1).1);
        }
        Some(end)
    }

    /// One number.
    fn one(&mut self, said: &Said) -> Option<usize> {
        if said.reading.rank == Rank::Ordinal {
            return self.ordinal(said);
        }
        let behind = !self.line.parted(said.to - 1) && self.line.role(said.to) != Role::None;
        if !behind && !self.line.known_before(said.from) {
            // Nothing beside it decides.
            if self.kept(said) || self.split(said).is_some() {
                return Some(said.to);
            }
            let amount = self.amount(said, false)?;
            return self.put_amount(said.from, amount);
        }
        if let Some(next) = self.decade_of(said) {
            return Some(next);
        }
        if self.kept(said) {
            return Some(said.to);
        }
        if let Some(joint) = self.split(said)
            && !self.one_number(said)
        {
            // Between five and twenty: two numbers.
            let between = self.line.says_before(said.from).has(Says::BETWEEN);
            if between && joint == said.from + 1 {
                let reading = self.digit(said.from)?;
                let first = Said { reading, from: said.from, to: joint };
                return self.phrase(&first).or(Some(said.to));
            }
            return Some(said.to);
        }
        if let Some(next) = self.phrase(said).or_else(|| self.opposite(said)) {
            return Some(next);
        }
        if let Some(next) = self.bare_clock(said.from, said.to) {
            return Some(next);
        }
        if let Some(next) = self.range(said) {
            return Some(next);
        }
        let amount = self.amount(said, false)?;
        self.put_amount(said.from, amount)
    }

    /// An ordinal: the day of a month, or a large one.
    fn ordinal(&mut self, said: &Said) -> Option<usize> {
        let number = said.reading.number.whole();
        let day = (1..=31).contains(&number)
            && !self.line.parted(said.to - 1)
            && self.line.month(said.to).is_some();
        if day {
            return self.put(said.from, said.to, &format!("{number}."), "date");
        }
        // At the end of a sentence its stop would be read as the sentence's.
        if number < u128::from(self.options.least) || self.line.parted(said.to - 1) {
            return None;
        }
        self.put(said.from, said.to, &format!("{}.", said.reading.number), "ordinal")
    }

    /// A century and a decade by its name.
    fn decade_of(&mut self, said: &Said) -> Option<usize> {
        let century = said.reading.number.to_i128()?;
        let century = u32::try_from(century).ok()?;
        let hundreds = match century {
            11..=20 => century * 100,
            1100..=2000 if century % 100 == 0 => century,
            _ => return None,
        };
        let joint = usize::from(self.line.says(said.to).has(Says::AND));
        let at = said.to + joint;
        if self.line.parted(said.to - 1) || self.line.role(at) != Role::Decade {
            return None;
        }
        let (decade, None) = VOCABULARY.decade(&self.line.lower(at))? else { return None };
        let text = format!("{}{}", hundreds + decade, READINGS.decade_ending);
        self.put(said.from, at + 1, &text, "decade")
    }

    /// From one number to a larger, with what they count.
    fn range(&mut self, said: &Said) -> Option<usize> {
        let joint = said.to;
        let joined = self.joins(joint, Says::RANGE)
            && !self.line.says_before(said.from).has(Says::FROM)
            && plain(said);
        if !joined {
            return None;
        }
        let other = self.only(joint + 1)?;
        let (low, high) = (said.reading.number.whole(), other.reading.number.whole());
        if !plain(&other) || low >= high {
            return None;
        }
        let counted = self.counted(other.to);
        if high < u128::from(self.options.least) && counted.is_none() && !self.named(said.from) {
            return None;
        }
        let loose = self.split(&other).is_some() && !self.one_number(&other);
        if loose || self.shortened(said, &other) {
            return Some(other.to);
        }
        let amount = self.amount(&other, true)?;
        let stop = high >= 10_000 || counted.is_some_and(|(_, class, _)| class != "unit");
        let text = format!("{}-{}", grouped(said, stop, String::new()), amount.text);
        self.put(said.from, amount.next, &text, "range")
    }

    /// Whether the number at `at` is a name: page, number.
    pub(super) fn named(&self, at: usize) -> bool {
        if !self.line.says_before(at).has(Says::NAME) {
            return false;
        }
        let before = self.line.lower(at - 1);
        *before != *READINGS.clock.the && !VOCABULARY.is_part(&before)
    }
}

/// A whole number from 0 that is no ordinal.
pub(super) fn plain(said: &Said) -> bool {
    let number = &said.reading.number;
    number.is_whole() && !number.is_negative() && said.reading.rank != Rank::Ordinal
}
