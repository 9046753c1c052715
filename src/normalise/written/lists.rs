//! Lists of numbers: five, fifteen or twenty, with one unit or none.

use super::Writer;
use super::runs::{Said, plain};
use super::says::Says;
use super::vocabulary::Role;

/// The most numbers before the last two of a list.
const MOST_LIST: usize = 64;

impl Writer<'_> {
    /// A list of numbers from word `at` on: all in digits or all in letters.
    pub(super) fn list(&mut self, at: usize) -> Option<usize> {
        // Few numbers have a comma behind them.
        let end = self.run_end(at);
        if end > at && self.comma(end - 1) { self.listed(at) } else { None }
    }

    #[inline(never)]
    fn listed(&mut self, at: usize) -> Option<usize> {
        let said = self.items(at)?;
        let (first, last) = (said.first()?, said.last()?);
        let more = self.joins(last.to, Says::AND_OR) && self.line.role(last.to + 1) == Role::Number;
        if more {
            return Some(self.run(last.to + 1).1);
        }
        let decade = [0, 1].iter().any(|ahead| self.line.role(last.to + ahead) == Role::Decade);
        let timed = self.relative(last.from, false).is_some()
            || self.bare_clock(last.from, last.to).is_some();
        if decade || timed || self.kept(first) {
            return None;
        }
        let one = said.iter().any(|one| one.reading.number.whole() == 1);
        let short = said.iter().any(|one| self.shortened(one, last));
        if one || short || !said.iter().any(|one| self.amount(one, false).is_some()) {
            return Some(last.to);
        }
        let stop = said.iter().any(|one| one.reading.number.whole() >= 10_000)
            || self.counted(last.to).is_some_and(|(_, class, _)| class != "unit");
        let before = &said[..said.len() - 1];
        let texts: Option<Vec<String>> = before.iter().map(|one| self.digits(one, stop)).collect();
        let (texts, amount) = (texts?, self.amount(last, true)?);
        for (one, text) in before.iter().zip(texts) {
            self.put(one.from, one.to, &text, "number")?;
        }
        self.put_amount(last.from, amount)
    }

    /// Three whole numbers or more, [`MOST_LIST`] at most, from word `at` on, with commas between them
    /// and "and" or "or" before the last.
    pub(super) fn items(&mut self, at: usize) -> Option<Vec<Said>> {
        if at < self.no_list {
            return None;
        }
        let said = self.chain(at);
        said.map_err(|last| self.no_list = last + 1).ok()
    }

    /// The same. Where there is no list, none begins at any word up to the one that is given instead:
    /// a long row of numbers is looked through once.
    fn chain(&mut self, at: usize) -> Result<Vec<Said>, usize> {
        let mut said: Vec<Said> = Vec::new();
        let mut next = at;
        loop {
            let end = self.run_end(next);
            if end == next || !self.comma(end - 1) {
                break;
            }
            let one = self.only(next).filter(|one| one.to == end && said.len() < MOST_LIST);
            said.push(one.ok_or(next)?);
            next = end;
        }
        if said.is_empty() {
            return Err(at);
        }
        let before = self.only(next).filter(|one| self.joins(one.to, Says::AND_OR)).ok_or(next)?;
        let last = self.only(before.to + 1).ok_or(next)?;
        said.push(before);
        // Five and twenty, six or seven: it may be more or less.
        if !plain(&last) || self.split(&last).is_some() && !self.one_number(&last) {
            return Err(next);
        }
        let bad = said.iter().rfind(|one| !plain(one) || self.split(one).is_some());
        if let Some(bad) = bad {
            return Err(bad.from);
        }
        said.push(last);
        Ok(said)
    }

    /// Whether a comma, and nothing else, parts the word at `at` from the next.
    fn comma(&self, at: usize) -> bool {
        self.line.gap(at).is_some_and(|gap| gap.trim() == ",")
    }
}
