//! Numbers behind the word that says what they number: paragraphs with their parts, rows.

use super::Writer;
use super::runs::plain;
use super::says::Says;
use super::vocabulary::VOCABULARY;

impl Writer<'_> {
    /// A word before a number: a paragraph with its parts, a number of a row.
    pub(super) fn cited(&mut self, at: usize) -> Option<usize> {
        let word = self.line.lower(at);
        let written = *VOCABULARY.before.get(&*word)?;
        let law = written.chars().all(|c| !c.is_alphanumeric());
        // A piece is only one of a paragraph.
        let part = !law && VOCABULARY.is_part(&word);
        if part {
            return None;
        }
        let mut next = self.citation(at, written)?;
        while law
            && next < self.line.len()
            && let Some(written) = VOCABULARY.before.get(&*self.line.lower(next)).copied()
            && let Some(end) = self.citation(next, written)
        {
            next = end;
        }
        Some(next)
    }

    /// `written` and the number behind word `at`.
    fn citation(&mut self, at: usize, written: &str) -> Option<usize> {
        if self.line.parted(at) || !self.line.role(at + 1).in_number() {
            return None;
        }
        if let Some(next) = self.cited_list(at, written) {
            return Some(next);
        }
        // A row of numbers is a number of its own, and what is counted is none of a row.
        let one = self.only(at + 1)?;
        let counted = self.noun(one.to).is_some() || self.neuter(one.to);
        let loose = self.split(&one).is_some();
        if !plain(&one) || loose || counted {
            return None;
        }
        let text = format!("{written} {}", one.reading.number);
        let low = one.reading.number.whole();
        let next = self.put(at, one.to, &text, "law")?;
        // Numbers five and six.
        if self.joins(next, Says::AND)
            && let Some(other) = self.only(next + 1)
            && plain(&other)
            && other.reading.number.whole() > low
            && self.split(&other).is_none()
            && self.noun(other.to).is_none()
            && !self.neuter(other.to)
        {
            return self.put(other.from, other.to, &other.reading.number.to_string(), "law");
        }
        Some(next)
    }

    /// `written` and the list behind word `at`, each number greater than the one before.
    fn cited_list(&mut self, at: usize, written: &str) -> Option<usize> {
        let said = self.items(at + 1)?;
        let last = said.last()?;
        let rises = said.is_sorted_by(|a, b| a.reading.number.whole() < b.reading.number.whole());
        let counted = self.noun(last.to).is_some() || self.neuter(last.to);
        if !rises || counted || self.split(last).is_some() {
            return None;
        }
        let (first, rest) = said.split_first()?;
        self.put(at, first.to, &format!("{written} {}", first.reading.number), "law")?;
        for one in rest {
            self.put(one.from, one.to, &one.reading.number.to_string(), "law")?;
        }
        Some(last.to)
    }
}
