//! Numbers, with what they count and what they are counted by.

use super::super::readings::READINGS;
use super::Writer;
use super::vocabulary::{Role, VOCABULARY};
use crate::numbers::{Joints, Number, Rank, Reading};

/// A number of the line.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) reading: Reading,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A number as it is written.
pub(super) struct Amount {
    pub(super) text: String,
    /// Where it goes on.
    pub(super) next: usize,
    pub(super) kind: &'static str,
}

impl Writer<'_> {
    /// The numbers of the run from `at` on, one after the other, and where the run ends.
    pub(super) fn run(&mut self, at: usize) -> (Vec<Said>, usize) {
        let count = self.read_run(at);
        let mut said = Vec::new();
        let mut word = 0;
        while word < count {
            let Some((reading, next)) = self.atoms.read_words(word) else { break };
            said.push(Said { reading, from: at + word, to: at + next });
            word = next;
        }
        (said, at + word)
    }

    /// Numbers from word `at` on.
    pub(super) fn numbers(&mut self, at: usize) -> Option<usize> {
        let (said, end) = self.run(at);
        match &said[..] {
            [] => None,
            [one] => {
                let one = one.clone();
                self.number(&one)
            }
            _ => {
                let done = self.paired(&said, "").or_else(|| self.year_in_pairs(&said));
                if done.is_some() {
                    return done;
                }
                // A date's day is told from its year by the month; other rows of numbers stay.
                let first = said[0].clone();
                let unit = self.counted(end).is_some();
                if said.len() == 2 && unit && first.reading.number.whole() >= 1000 {
                    return self.number(&first);
                }
                // Nor is the end of a range of theirs written alone.
                if self.joins(end, READINGS.clock.range) {
                    return Some(self.run(end + 1).1);
                }
                Some(end)
            }
        }
    }

    /// Two digits each: a telephone or a personal number. `head` stands before it.
    fn paired(&mut self, said: &[Said], head: &str) -> Option<usize> {
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
    fn year_in_pairs(&mut self, said: &[Said]) -> Option<usize> {
        let first = said.first()?;
        if !self.asks_for_year(first.from) || self.read_run(first.from) == 0 {
            return None;
        }
        let (reading, used) = self.atoms.read_pairs(0)?;
        let end = first.from + used;
        let year = reading.number.whole();
        let all = said.last().is_some_and(|last| last.to == end);
        if !all || !(1100..2100).contains(&year) {
            return None;
        }
        self.put(first.from, end, &year.to_string(), "number")
    }

    fn asks_for_year(&self, at: usize) -> bool {
        let before = self.line.before(at);
        READINGS.year.contains(&*before) || at > 0 && self.line.month(at - 1).is_some()
    }

    /// What is counted at word `at`: how many words it has, and how it is written.
    pub(super) fn counted(&self, at: usize) -> Option<(usize, &'static str, Option<&'static str>)> {
        if at == 0 || self.line.role(at) == Role::None || self.line.parted(at - 1) {
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

    /// One number.
    fn number(&mut self, said: &Said) -> Option<usize> {
        if said.reading.rank == Rank::Ordinal {
            return self.ordinal(said);
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
            let between = READINGS.between.contains(&*self.line.before(said.from));
            if between && joint == said.from + 1 && self.read_run(said.from) > 0 {
                let reading = self.digit(said.from)?;
                let first = Said { reading, from: said.from, to: joint };
                return self.phrase(&first).or(Some(said.to));
            }
            return Some(said.to);
        }
        if let Some(next) = self.phrase(said) {
            return Some(next);
        }
        if let Some(next) = self.bare_clock(said.from, said.to) {
            return Some(next);
        }
        if let Some(next) = self.range(said) {
            return Some(next);
        }
        let amount = self.amount(said, false)?;
        self.put(said.from, amount.next, &amount.text, amount.kind)
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
        let joint = usize::from(self.line.lower(said.to) == Joints::get().and);
        let at = said.to + joint;
        let hundreds = match century {
            11..=20 => century * 100,
            1100..=2000 if century % 100 == 0 => century,
            _ => return None,
        };
        if self.line.parted(said.to - 1) || self.line.role(at) != Role::Decade {
            return None;
        }
        let (decade, None) = VOCABULARY.decade(&self.line.lower(at))? else { return None };
        let text = format!("{}{}", hundreds + decade, READINGS.decade_ending);
        self.put(said.from, at + 1, &text, "decade")
    }

    /// From one number to a larger, with what they count.
    fn range(&mut self, said: &Said) -> Option<usize> {
        let clock = &READINGS.clock;
        let joint = said.to;
        let joined = !self.line.parted(joint - 1)
            && !self.line.parted(joint)
            && self.line.lower(joint) == clock.range
            && self.line.before(said.from) != clock.from
            && plain(said);
        if !joined {
            return None;
        }
        let (others, _) = self.run(joint + 1);
        let [other] = &others[..] else { return None };
        let (low, high) = (said.reading.number.whole(), other.reading.number.whole());
        if !plain(other) || low >= high {
            return None;
        }
        let counted = self.counted(other.to);
        if high < u128::from(self.options.least) && counted.is_none() && !self.named(said.from) {
            return None;
        }
        let loose = self.split(other).is_some() && !self.one_number(other);
        if loose || self.shortened(said, other) {
            return Some(other.to);
        }
        let amount = self.amount(other, true)?;
        let stop = high >= 10_000 || counted.is_some_and(|(_, class, _)| class != "unit");
        let text = format!("{}-{}", grouped(said, stop), amount.text);
        self.put(said.from, amount.next, &text, "range")
    }

    /// Whether the number at `at` is a name: page, number.
    pub(super) fn named(&self, at: usize) -> bool {
        let before = self.line.before(at);
        let the = READINGS.clock.the;
        VOCABULARY.is_name(&before)
            && !before.is_empty()
            && *before != *the
            && !VOCABULARY.is_part(&before)
    }

    /// A number in digits with what it counts, where digits are to be written. `asked`: whether
    /// they are in any case.
    pub(super) fn amount(&mut self, said: &Said, asked: bool) -> Option<Amount> {
        let Said { reading, from, to } = said;
        let number = &reading.number;
        let counted = self.counted(*to);
        let single = number.whole() == 1 && number.is_whole() && !number.is_negative();
        let bare = to - from == 1 && is_bare(&self.line.lower(*from));
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
                None => self.out.source()
                    [self.line.words[*to].start..self.line.words[next - 1].end]
                    .to_owned(),
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

    /// Whether hundredths of a currency follow at word `at`.
    fn small_change(&mut self, at: usize) -> bool {
        self.cents(at).is_some()
    }

    /// Hundredths of a currency behind its wholes, and the word behind them.
    fn cents(&mut self, at: usize) -> Option<(u128, usize)> {
        if self.line.parted(at - 1) || self.line.lower(at) != Joints::get().and {
            return None;
        }
        let (others, _) = self.run(at + 1);
        let [other] = &others[..] else { return None };
        let cents = other.reading.number.whole();
        let (words, class, _) = self.counted(other.to)?;
        let coin = class == "coin" && plain(other) && (1..100).contains(&cents);
        coin.then_some((cents, other.to + words))
    }

    /// How many millions, where the number was said by them, and how these are written.
    pub(super) fn scaled(&self, said: &Said) -> Option<(Number, &'static str)> {
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
    fn digits(&self, said: &Said, money: bool) -> Option<String> {
        let number = &said.reading.number;
        if let Some((count, written)) = self.scaled(said) {
            return Some(format!("{count} {written}"));
        }
        if number.fraction() == Some((1, 2)) && number.whole() > 0 {
            let sign = if number.is_negative() { "-" } else { "" };
            return Some(format!("{sign}{}½", number.whole()));
        }
        Some(grouped(said, money))
    }

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
            && next < self.line.words.len()
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
        let (said, _) = self.run(at + 1);
        // A row of numbers is a number of its own, and what is counted is none of a row.
        let [one] = &said[..] else { return None };
        let counted = self.noun(one.to).is_some() || self.neuter(one.to);
        let loose = self.split(one).is_some();
        if !plain(one) || loose || counted {
            return None;
        }
        let text = format!("{written} {}", one.reading.number);
        let low = one.reading.number.whole();
        let next = self.put(at, one.to, &text, "law")?;
        // Numbers five and six.
        if self.joins(next, Joints::get().and)
            && let (others, _) = self.run(next + 1)
            && let [other] = &others[..]
            && plain(other)
            && other.reading.number.whole() > low
            && self.split(other).is_none()
            && self.noun(other.to).is_none()
            && !self.neuter(other.to)
        {
            return self.put(other.from, other.to, &other.reading.number.to_string(), "law");
        }
        Some(next)
    }
}

/// A number in digits. From 10.000 on it has its stops; below, only in money (`stop`).
fn grouped(said: &Said, stop: bool) -> String {
    let number = &said.reading.number;
    let text = number.to_string();
    if !(1000..10_000).contains(&number.whole()) {
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

/// A whole number from 0 that is no ordinal.
pub(super) fn plain(said: &Said) -> bool {
    let number = &said.reading.number;
    number.is_whole() && !number.is_negative() && said.reading.rank != Rank::Ordinal
}

/// Whether a word is a hundred or a thousand of nothing said: as often a manner of speaking.
pub(super) fn is_bare(word: &str) -> bool {
    crate::numbers::multiplier(word)
}
