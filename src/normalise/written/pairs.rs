//! Numbers that are said in pairs of digits: telephone and personal numbers, years.

use super::super::readings::READINGS;
use super::Writer;
use super::runs::Said;
use super::vocabulary::Role;
use crate::numbers::Rank;

impl Writer<'_> {
    /// Two digits each: a telephone or a personal number. `head` stands before it.
    pub(super) fn paired(&mut self, said: &[Said], head: &str) -> Option<usize> {
        let mut pairs = Vec::new();
        let mut rest = said.iter();
        while let Some(one) = rest.next() {
            let number = &one.reading.number;
            let plain = number.is_whole() && !number.is_negative() && !one.reading.fraction;
            if !plain || one.reading.rank == Rank::Ordinal {
                return None;
            }
            match number.whole() {
                0 => {
                    let second =
                        rest.next()?.reading.number.to_i128().filter(|n| (0..10).contains(n))?;
                    pairs.push(second as u128);
                }
                n @ 10..=99 => pairs.push(n),
                _ => return None,
            }
        }
        let (first, last) = (said.first()?, said.last()?);
        let digits: Vec<String> = pairs.iter().map(|pair| format!("{pair:02}")).collect();
        match pairs.len() {
            4 => {
                let text = format!("{head}{}", digits.join(" "));
                let from = first.from - usize::from(!head.is_empty()) * self.head_words(first.from);
                self.put(from, last.to, &text, "phone")
            }
            5 if (1..=31).contains(&pairs[0])
                && (1..=12).contains(&pairs[1])
                && head.is_empty() =>
            {
                let text = format!("{}-{}", digits[..3].concat(), digits[3..].concat());
                self.put(first.from, last.to, &text, "personal-number")
            }
            _ => None,
        }
    }

    /// How many words of a country code stand before word `at`.
    fn head_words(&self, at: usize) -> usize {
        (1..=at).find(|back| self.line.role(at - back) == Role::Sign).unwrap_or(0)
    }

    /// A plus, a country code and a telephone number.
    pub(super) fn country(&mut self, at: usize) -> Option<usize> {
        if self.line.parted(at) {
            return None;
        }
        let (said, _) = self.run(at + 1);
        let (country, rest) = said.split_first()?;
        let code = country.reading.number.to_i128().filter(|code| (1..1000).contains(code))?;
        self.paired(rest, &format!("+{code} "))
    }

    /// A year as two numbers, where what is before it asks for a year.
    pub(super) fn year_in_pairs(&mut self, said: &[Said]) -> Option<usize> {
        let first = said.first()?;
        if !self.asks_for_year(first.from) {
            return None;
        }
        let run_end = self.run_end(first.from);
        let (reading, end) = self.line.atoms().read_pairs(first.from, run_end)?;
        let year = reading.number.whole();
        let all = said.last().is_some_and(|last| last.to == end);
        if !all || !(1100..2100).contains(&year) {
            return None;
        }
        self.put(first.from, end, &year.to_string(), "number")
    }

    fn asks_for_year(&self, at: usize) -> bool {
        let known = at > 0 && self.line.known_before(at);
        known && READINGS.year.contains(&*self.line.lower(at - 1))
            || at > 0 && self.line.month(at - 1).is_some()
    }
}
