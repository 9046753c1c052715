//! Numbers in digits, with what they count.

use super::super::readings::READINGS;
use super::Writer;
use super::runs::{Said, plain};
use super::says::Says;
use super::vocabulary::VOCABULARY;
use crate::numbers::Number;

/// A number as it is written.
pub(super) struct Amount {
    pub(super) text: String,
    /// Where it goes on.
    pub(super) next: usize,
    pub(super) kind: &'static str,
}

impl Writer<'_> {
    /// What is counted at word `at`: how many words it has, and how it is written.
    pub(super) fn counted(&self, at: usize) -> Option<(usize, &'static str, Option<&'static str>)> {
        if at == 0 || !self.line.says(at).has(Says::PHRASE) || self.line.parted(at - 1) {
            return None;
        }
        let first = self.line.lower(at);
        let found = VOCABULARY.phrases(&first).iter().find(|phrase| {
            phrase.rest.iter().enumerate().all(|(ahead, word)| {
                !self.line.parted(at + ahead) && self.line.lower(at + ahead + 1) == *word
            })
        })?;
        Some((1 + found.rest.len(), found.class, found.written))
    }

    /// A number in digits with what it counts, where digits are to be written. `asked`: whether
    /// they are in any case.
    pub(super) fn amount(&mut self, said: &Said, asked: bool) -> Option<Amount> {
        let Said { reading, from, to } = said;
        let number = &reading.number;
        let counted = self.counted(*to);
        let single = number.whole() == 1 && number.is_whole() && !number.is_negative();
        let bare = to - from == 1 && self.line.says(*from).has(Says::MULTIPLIER);
        if let Some((words, class, written)) = counted {
            if single && !asked && !self.small_change(to + words) {
                return None;
            }
            let half = reading.fraction && number.whole() == 0 && number.fraction() == Some((1, 2));
            if half || self.in_two(*to, words) {
                return None;
            }
            let mut text = self.digits(said, class != "unit")?;
            let mut next = to + words;
            if class == "currency"
                && written.is_some()
                && number.is_whole()
                && let Some((cents, end)) = self.cents(next)
            {
                text = format!("{text},{cents:02}");
                next = end;
            }
            let name = match written {
                Some(written) => written.to_owned(),
                None => {
                    let (start, end) = self.line.range(*to, next);
                    self.out.source()[start..end].to_owned()
                }
            };
            let space =
                if name.starts_with('°') && name.len() == '°'.len_utf8() { "" } else { " " };
            let kind = if class == "unit" { "unit" } else { "money" };
            return Some(Amount { text: format!("{text}{space}{name}"), next, kind });
        }
        if reading.fraction && matches!(number.fraction(), Some((1, 2 | 4))) && number.whole() == 0
        {
            return None;
        }
        let exact = asked
            || !number.is_whole()
            || number.is_negative()
            || self.named(*from) && !self.neuter(*to);
        let large = number.whole() >= u128::from(self.options.least) && !bare;
        if !exact && !large {
            return None;
        }
        // A small count of millions stays like other small numbers.
        let count = self.scaled(said).filter(|(count, _)| count.is_whole() && !exact);
        if count.is_some_and(|(count, _)| count.whole() < u128::from(self.options.least)) {
            return None;
        }
        let text = self.digits(said, false)?;
        Some(Amount { text, next: *to, kind: "number" })
    }

    /// Puts `amount` in the place of the words from `from` on.
    pub(super) fn put_amount(&mut self, from: usize, amount: Amount) -> Option<usize> {
        let next = self.put(from, amount.next, &amount.text, amount.kind);
        self.line.room.text = amount.text;
        next
    }

    /// Whether hundredths of a currency follow at word `at`.
    fn small_change(&mut self, at: usize) -> bool {
        self.cents(at).is_some()
    }

    /// Hundredths of a currency behind its wholes, and the word behind them.
    fn cents(&mut self, at: usize) -> Option<(u128, usize)> {
        if self.line.parted(at - 1) || !self.line.says(at).has(Says::AND) {
            return None;
        }
        let other = self.only(at + 1)?;
        let cents = other.reading.number.whole();
        let (words, class, _) = self.counted(other.to)?;
        let coin = class == "coin" && plain(&other) && (1..100).contains(&cents);
        coin.then_some((cents, other.to + words))
    }

    /// How many millions, where the number was said by them, and how these are written.
    pub(super) fn scaled(&self, said: &Said) -> Option<(Number, &'static str)> {
        if !self.line.atoms().is_scale(said.to - 1) {
            return None;
        }
        let number = &said.reading.number;
        let of = |at: usize| {
            let word = self.line.lower(at);
            let mut scales = READINGS.scales.values();
            scales.find(|scale| *word == *scale.one || *word == *scale.several)
        };
        of(said.to - 1)?;
        // Milliards and millions: the first is the greatest.
        let scale = (said.from..said.to).find_map(of)?;
        let unit = crate::numbers::scale(scale.one)?;
        let places = unit.ilog10() as usize;
        let decimals = format!("{:0places$}", number.whole() % unit);
        let decimals = decimals.trim_end_matches('0');
        let whole = number.whole() / unit;
        let count = Number::with_decimals(number.is_negative(), whole, decimals).ok()?;
        Some((count, scale.written))
    }

    /// A number in digits; by its millions where it was said so.
    pub(super) fn digits(&mut self, said: &Said, money: bool) -> Option<String> {
        let number = &said.reading.number;
        if let Some((count, written)) = self.scaled(said) {
            return Some(format!("{count} {written}"));
        }
        if number.fraction() == Some((1, 2)) && number.whole() > 0 {
            let sign = if number.is_negative() { "-" } else { "" };
            return Some(format!("{sign}{}½", number.whole()));
        }
        let room = std::mem::take(&mut self.line.room.text);
        Some(grouped(said, money, room))
    }
}

/// A number in digits, in the place that `text` has. From 10.000 on it has its stops; below, only in
/// money (`stop`).
pub(super) fn grouped(said: &Said, stop: bool, mut text: String) -> String {
    let number = &said.reading.number;
    text.clear();
    number.write_to(&mut text);
    if number.is_whole() && !stop || !(1000..10_000).contains(&number.whole()) {
        return text;
    }
    if !stop {
        return text.replace('.', "");
    }
    if text.contains('.') {
        return text;
    }
    let at = usize::from(number.is_negative()) + 1;
    format!("{}.{}", &text[..at], &text[at..])
}
