//! Numbers with what they count: money, units, scales.

use super::super::readings::{Counted, READINGS};
use super::{Speaker, capital, cardinal, counted, year};
use crate::numbers::{Gender, Joints, Number};
use crate::text::{Kind, abbreviations};

/// What stands behind a price without small change: `500,-`.
const EVEN: [&str; 3] = [",-", ",–", ",--"];

/// Digits without a group: from how many on they are no quantity.
const LONG: usize = 8;

impl Speaker<'_> {
    /// The number at word `at`, and the word behind it. Groups of three parted by spaces are one.
    pub(super) fn number(&self, at: usize) -> Option<(Number, usize)> {
        let tokens = &self.tokens;
        let mut to = at + 1;
        let group =
            |word: &str| word.len() >= 3 && word.as_bytes()[..3].iter().all(u8::is_ascii_digit);
        let first = tokens.of(at);
        let short = first.trim_start_matches(['-', '−']);
        if (1..=3).contains(&short.len())
            && !short.starts_with('0')
            && super::dates::plain(short).is_some()
        {
            while tokens.kind(to) == Some(Kind::Number)
                && tokens.close(to - 1)
                && !tokens.gap(to - 1).is_empty()
                && group(tokens.of(to))
                && (tokens.of(to).len() == 3 || tokens.of(to).as_bytes()[3] == b',')
            {
                to += 1;
                if tokens.of(to - 1).len() > 3 {
                    break;
                }
            }
        }
        let text = if to == at + 1 {
            first.to_owned()
        } else {
            (at..to).map(|at| tokens.of(at)).collect()
        };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if text.starts_with('0') && digits > 1 || to == at + 1 && digits >= LONG {
            return None;
        }
        let number: Number = text.parse().ok()?;
        // English groups by commas: one thousand, or one and no thousandths?
        (number.decimals() != Some("000")).then_some((number, to))
    }

    /// A number with what it counts, at word `at`; `from` is where what is replaced begins.
    pub(super) fn quantity(&mut self, from: usize, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        if let Some(whole) = EVEN.iter().find_map(|even| word.strip_suffix(even)) {
            let number: Number = whole.parse().ok()?;
            let money = READINGS.currencies.get("kr.")?;
            let name = if number.whole() == 1 { money.one } else { money.several };
            let to = at + 1 + usize::from(READINGS.currencies.contains_key(self.tokens.of(at + 1)));
            return self.put(
                from,
                to,
                &format!("{} {name}", cardinal(&number, money.gender)),
                "money",
            );
        }
        let (number, to) = self.number(at)?;
        if self.half_read(to) {
            return None;
        }
        self.measured(from, at, &number, to, "", "number")
    }

    /// The unit that the word at `at` writes, also with a stop that the norm does not know.
    pub(super) fn unit(&self, at: usize) -> Option<Counted> {
        let word = self.tokens.of(at);
        let stopped = || {
            let found = abbreviations::find(word).filter(|f| f.class == "unit" && f.stopless)?;
            READINGS.units.get(found.form.trim_end_matches('.'))
        };
        READINGS.units.get(word).or_else(stopped).or_else(|| self.stepped(at)).copied()
    }

    /// The unit with a stop that the word at `at` writes, where another measure is beside it:
    /// `3 m. 4 cm.`
    fn stepped(&self, at: usize) -> Option<&'static Counted> {
        let bare = |at: usize| READINGS.units.get(self.tokens.of(at).trim_end_matches('.'));
        let measure = |at: usize| self.is_number(at) && bare(at + 1).is_some();
        let word = self.tokens.of(at);
        let beside = at > 0 && (measure(at + 1) || at > 2 && measure(at - 3));
        if beside && word.ends_with('.') && self.is_number(at - 1) { bare(at) } else { None }
    }

    /// So much money for each: `kr./km`. The currency, and what it is paid for.
    fn rate(&self, at: usize) -> Option<(&'static str, &'static str)> {
        let (over, under) = self.tokens.of(at).split_once('/')?;
        let (over, _) = READINGS.currencies.get_key_value(over)?;
        // The sentence's stop may stand in the same word.
        let bare = under.trim_end_matches('.');
        let found = READINGS.units.get(bare).map(|unit| unit.one);
        let counted = |word: &str| READINGS.counted.get(word).map(String::as_str);
        let short = || {
            let mut readings = abbreviations::find(&format!("{bare}."))?.expansions();
            let (reading, other) = (readings.next()?, readings.next());
            // Its plural stands in brackets.
            let one = reading.split('(').next().unwrap_or(reading);
            counted(one).filter(|_| other.is_none())
        };
        Some((over, found.or_else(|| counted(bare)).or_else(short)?))
    }

    /// Money in one word with its number: `1.200kr.`
    pub(super) fn fused(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let (digits, name) = word.split_at(word.find(char::is_alphabetic)?);
        let (name, money) = READINGS.currencies.get_key_value(name)?;
        if digits.starts_with('0') && digits.len() > 1 && !digits.starts_with("0,") {
            return None;
        }
        let number: Number = digits.parse().ok()?;
        let coin = READINGS.coins.get(name);
        let words = match (number.decimals(), coin) {
            (Some(decimals), Some(coin)) if decimals.len() == 2 => {
                self.price(&number, decimals, *money, *coin)
            }
            _ => {
                let one = number.whole() == 1 && number.is_whole();
                let name = if one { money.one } else { money.several };
                format!("{} {name}", cardinal(&number, money.gender))
            }
        };
        // Its stop is a word of its own behind some digits.
        let stop = self.tokens.of(at + 1) == "."
            && self.tokens.gap(at).is_empty()
            && READINGS.currencies.contains_key(format!("{name}.").as_str());
        self.put(at, at + 1 + usize::from(stop), &words, "money")
    }

    /// Whether a unit begins at `at` that is not read as a whole: `kr./km`, `m.`
    fn half_read(&self, at: usize) -> bool {
        let word = self.tokens.of(at);
        if !self.tokens.close(at - 1) || self.unit(at).is_some() || self.rate(at).is_some() {
            return false;
        }
        let known = |part: &str| {
            READINGS.units.contains_key(part) || READINGS.currencies.contains_key(part)
        };
        match word.split_once('/') {
            Some((over, under)) => known(over) || known(under.trim_end_matches('.')),
            None => {
                self.tokens.kind(at) == Some(Kind::Abbreviation)
                    && !READINGS.currencies.contains_key(word)
                    && word.strip_suffix('.').is_some_and(known)
            }
        }
    }

    /// Puts `head`, then `number` and what it counts, which stands from word `to` on.
    pub(super) fn measured(
        &mut self,
        from: usize,
        at: usize,
        number: &Number,
        mut to: usize,
        head: &str,
        kind: &'static str,
    ) -> Option<usize> {
        let money = if from < at { self.currency(from) } else { None };
        let one = number.whole() == 1 && number.is_whole();
        let close = |speaker: &Self, to: usize| speaker.tokens.close(to - 1);
        let mut scale = None;
        if close(self, to)
            && let Some(found) = READINGS.scales.get(self.tokens.of(to))
        {
            scale = Some(*found);
            to += 1;
        }
        let (mut unit, mut each) = (None, None);
        let mut coin = money.and_then(|(name, _)| READINGS.coins.get(name));
        let mut money = money.map(|(_, counted)| counted);
        if money.is_none() && close(self, to) {
            let next = self.tokens.of(to);
            if let Some(found) = self.currency(to) {
                money = Some(found.1);
                coin = READINGS.coins.get(next);
                to += 1;
            } else if let Some((name, under)) = self.rate(to) {
                money = READINGS.currencies.get(name).copied();
                coin = READINGS.coins.get(name);
                each = Some(under);
                to += 1;
            } else if scale.is_none()
                && let Some(found) = self.unit(to)
            {
                unit = Some(found);
                to += 1;
            }
        }
        let named = self.named(from);
        // Before a plural only the last one of a hundred counts: it is of common gender.
        let plural = number.whole() > 1;
        let gender = match (&scale, &money, &unit) {
            (Some(counted), ..) | (None, Some(counted), _) | (None, None, Some(counted)) => {
                counted.gender
            }
            _ if named || !plural && self.neuter_next(to) => Gender::Neuter,
            _ => Gender::Common,
        };
        let mut words = match (number.decimals(), money, scale) {
            // Money in two parts.
            (Some(decimals), Some(money), None) if decimals.len() == 2 && coin.is_some() => {
                self.price(number, decimals, money, *coin?)
            }
            _ => {
                let years = money.is_none() && unit.is_none() && scale.is_none() && to == at + 1;
                let bare =
                    self.tokens.of(at).len() == 4 && number.is_whole() && !number.is_negative();
                let whole = u64::try_from(number.whole()).unwrap_or(u64::MAX);
                let mut words =
                    if years && bare && (1100..2000).contains(&whole) && self.is_year(at) {
                        year(whole)
                    } else {
                        cardinal(number, gender)
                    };
                for counted in [scale, money, unit].into_iter().flatten() {
                    // Of a scale there are always several: two million crowns.
                    let single = one
                        && head.is_empty()
                        && (scale.is_none() || counted.written == scale.map_or("", |s| s.written));
                    words.push(' ');
                    words.push_str(if single { counted.one } else { counted.several });
                }
                words
            }
        };
        if let Some(each) = each {
            words = format!("{words} {} {each}", READINGS.per);
        }
        words.insert_str(0, head);
        if from < at
            && self.tokens.of(from).chars().next().is_some_and(char::is_uppercase)
            && from == 0
        {
            words = capital(&words);
        }
        let kind = match (money.is_some(), unit.is_some()) {
            _ if kind == "range" => kind,
            (true, _) => "money",
            (_, true) => "unit",
            _ => kind,
        };
        self.put(from, to, &words, kind)
    }

    fn price(&self, number: &Number, decimals: &str, money: Counted, coin: Counted) -> String {
        let joints = Joints::get();
        let cents: u64 = decimals.parse().unwrap_or(0);
        let mut parts = Vec::new();
        if number.is_negative() {
            parts.push(joints.minus.to_owned());
        }
        if number.whole() > 0 || cents == 0 {
            let whole = Number::new(false, number.whole()).expect("it was a number");
            parts.push(cardinal(&whole, money.gender));
            parts.push(if number.whole() == 1 { money.one } else { money.several }.to_owned());
        }
        if cents > 0 {
            if number.whole() > 0 {
                parts.push(joints.and.to_owned());
            }
            parts.push(counted(cents, coin.gender));
            parts.push(if cents == 1 { coin.one } else { coin.several }.to_owned());
        }
        parts.join(" ")
    }

    /// The currency that the word at `at` writes.
    pub(super) fn currency(&self, at: usize) -> Option<(&'static str, Counted)> {
        let word = self.tokens.of(at);
        let lower;
        let found = match READINGS.currencies.get_key_value(word) {
            Some(found) => found,
            None => {
                lower = word.to_lowercase();
                READINGS.currencies.get_key_value(lower.as_str())?
            }
        };
        Some((found.0, *found.1))
    }

    /// Whether the word at `at` is a noun known to be neuter.
    fn neuter_next(&self, at: usize) -> bool {
        self.tokens.close(at - 1) && READINGS.neuter.contains(self.tokens.of(at))
    }
}
