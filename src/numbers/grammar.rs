//! The grammar of numbers: a scale may only follow a larger one, units go before tens, and "and" may
//! stand between any two parts.

use super::Number;
use super::atoms::{Rank, Reading};
use super::words::Atom;

/// Reads the words of numbers, one after the other.
pub(super) struct Reader<'a> {
    atoms: &'a [Atom],
    pub(super) at: usize,
    /// Where it began.
    start: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(atoms: &'a [Atom], at: usize) -> Self {
        Self { atoms, at, start: at }
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<Atom> {
        self.atoms.get(self.at).copied()
    }

    pub(super) fn take(&mut self, atom: Atom) -> bool {
        let found = self.peek() == Some(atom);
        self.at += usize::from(found);
        found
    }

    fn take_hundred(&mut self) -> bool {
        let found = matches!(self.peek(), Some(Atom::Hundred(_)));
        self.at += usize::from(found);
        found
    }

    fn take_thousand(&mut self) -> bool {
        let found = matches!(self.peek(), Some(Atom::Thousand(_)));
        self.at += usize::from(found);
        found
    }

    fn take_scale(&mut self) -> Option<u128> {
        let Some(Atom::Scale(power)) = self.peek() else { return None };
        self.at += 1;
        Some(10_u128.pow(u32::from(power)))
    }

    /// What was read last makes it a cardinal, an ordinal, or either.
    pub(super) fn rank(&self) -> Rank {
        let read = self.at > self.start;
        match read.then(|| self.atoms[self.at - 1]) {
            Some(Atom::Ordinal(_) | Atom::ScaleOrdinal(_)) => Rank::Ordinal,
            Some(Atom::Hundred(true) | Atom::Thousand(true)) => Rank::Either,
            _ => Rank::Cardinal,
        }
    }

    /// A number without its sign.
    pub(super) fn number(&mut self) -> Option<Reading> {
        if self.take(Atom::OneHalf) {
            return self.scaled_half(1);
        }
        if self.take(Atom::ThreeQuarters) {
            return Some(Reading::fraction(Number::with_fraction(false, 0, 3, 4).ok()?));
        }
        let whole = if self.take(Atom::Zero) { 0 } else { self.whole()? };
        let number = Number::new(false, whole).ok()?;
        let rank = self.rank();
        if rank != Rank::Ordinal {
            if self.peek() == Some(Atom::Point)
                && let Some(reading) = self.decimals(whole)
            {
                return Some(reading);
            }
            if let Some(reading) = self.half(whole) {
                return Some(reading);
            }
        }
        Some(Reading { number, rank, pairs: false, fraction: false, thousand: false })
    }

    /// A half or quarters behind `whole`.
    fn half(&mut self, whole: u128) -> Option<Reading> {
        let last = self.atoms[self.at.saturating_sub(1)];
        let units = if let Atom::Unit(units) = last { u32::from(units) } else { 0 };
        match self.peek() {
            // Its "one" was read as part of the number.
            Some(Atom::Half) if units == 1 => {
                self.at += 1;
                self.scaled_half(whole - 1)
            }
            Some(Atom::Quarter) if matches!(units, 1 | 3) => {
                self.at += 1;
                let number = Number::with_fraction(false, whole - u128::from(units), units, 4);
                Some(Reading::fraction(number.ok()?))
            }
            _ => {
                let mark = self.at;
                self.take(Atom::And);
                if self.take(Atom::Unit(1)) && self.take(Atom::Half) {
                    return self.scaled_half(whole);
                }
                self.at = mark;
                self.take(Atom::And);
                if self.take(Atom::ThreeQuarters) {
                    let number = Number::with_fraction(false, whole, 3, 4);
                    return Some(Reading::fraction(number.ok()?));
                }
                if self.take(Atom::Unit(1)) && self.take(Atom::Quarter) {
                    let number = Number::with_fraction(false, whole, 1, 4);
                    return Some(Reading::fraction(number.ok()?));
                }
                self.at = mark;
                None
            }
        }
    }

    /// `whole` and a half, of what follows or of one.
    fn scaled_half(&mut self, whole: u128) -> Option<Reading> {
        let scale = match self.take_scale() {
            Some(scale) => scale,
            None if self.take_thousand() => 1000,
            None if self.take_hundred() => 100,
            None => {
                let number = Number::with_fraction(false, whole, 1, 2).ok()?;
                return Some(Reading::fraction(number));
            }
        };
        let number = Number::new(false, whole.checked_mul(scale)? + scale / 2).ok()?;
        Some(Reading {
            number,
            rank: Rank::Cardinal,
            pairs: false,
            fraction: true,
            thousand: false,
        })
    }

    /// The digits behind a point, and the scale behind them.
    fn decimals(&mut self, whole: u128) -> Option<Reading> {
        let mark = self.at;
        self.at += 1;
        let mut digits = String::new();
        loop {
            let before = self.at;
            if self.take(Atom::Zero) {
                digits.push('0');
            } else if let Some(value) = self.group().filter(|n| *n < 1000)
                && self.rank() != Rank::Ordinal
            {
                digits.push_str(&value.to_string());
            } else {
                self.at = before;
                break;
            }
        }
        if digits.is_empty() {
            self.at = mark;
            return None;
        }
        let before = self.at;
        let scale = match self.take_scale() {
            Some(scale) => scale,
            None if self.take_thousand() => 1000,
            None => 1,
        };
        let places = u32::try_from(digits.len()).ok()?;
        let scaled = (scale > 1)
            .then(|| {
                let unit =
                    10_u128.checked_pow(places).filter(|unit| scale.is_multiple_of(*unit))?;
                let part = digits.parse::<u128>().ok()?.checked_mul(scale / unit)?;
                Number::new(false, whole.checked_mul(scale)?.checked_add(part)?).ok()
            })
            .flatten();
        let number = match scaled {
            Some(number) => number,
            None => {
                self.at = before;
                Number::with_decimals(false, whole, &digits).ok()?
            }
        };
        Some(Reading {
            number,
            rank: Rank::Cardinal,
            pairs: false,
            fraction: false,
            thousand: false,
        })
    }

    /// A whole number above zero.
    pub(super) fn whole(&mut self) -> Option<u128> {
        let mut total = 0_u128;
        let mut last = u128::MAX;
        loop {
            let mark = self.at;
            if total > 0 {
                self.take(Atom::And);
            }
            let part = self.below_million();
            if self.rank() != Rank::Ordinal || part.is_none() {
                if let (Some(count), Some(scale)) = (part, self.take_scale()) {
                    let value = u128::from(count).checked_mul(scale);
                    match value.filter(|value| *value < last) {
                        Some(value) => {
                            total = total.checked_add(value)?;
                            last = scale;
                            continue;
                        }
                        None => {
                            self.at = mark;
                            break;
                        }
                    }
                }
                if let Some(Atom::ScaleOrdinal(power)) = self.peek() {
                    let scale = 10_u128.pow(u32::from(power));
                    let value = u128::from(part.unwrap_or(1)).checked_mul(scale);
                    if let Some(value) = value.filter(|value| *value < last) {
                        self.at += 1;
                        return total.checked_add(value);
                    }
                    self.at = mark;
                    break;
                }
            }
            match part {
                Some(value) if u128::from(value) < last => {
                    total = total.checked_add(u128::from(value))?;
                }
                _ => self.at = mark,
            }
            break;
        }
        if total == 0 && self.peek() == Some(Atom::Ordinal(0)) {
            self.at += 1;
            return Some(0);
        }
        (total > 0).then_some(total)
    }

    /// A number below a million.
    fn below_million(&mut self) -> Option<u32> {
        let bare = matches!(self.peek(), Some(Atom::Thousand(_)));
        let count = if bare { 1 } else { self.group()? };
        if count >= 1000 || !bare && self.rank() == Rank::Ordinal || !self.take_thousand() {
            return Some(count);
        }
        let mark = self.at;
        self.take(Atom::And);
        match self.group() {
            Some(rest) if rest < 1000 && !matches!(self.peek(), Some(Atom::Thousand(_))) => {
                Some(count * 1000 + rest)
            }
            _ => {
                self.at = mark;
                Some(count * 1000)
            }
        }
    }

    /// A number below a thousand, or a year in hundreds.
    fn group(&mut self) -> Option<u32> {
        let count =
            if matches!(self.peek(), Some(Atom::Hundred(_))) { 1 } else { self.below_hundred()? };
        if self.rank() == Rank::Ordinal || !self.take_hundred() {
            return Some(count);
        }
        let mark = self.at;
        self.take(Atom::And);
        match self.below_hundred() {
            Some(rest) if !matches!(self.peek(), Some(Atom::Hundred(_))) => {
                Some(count * 100 + rest)
            }
            _ => {
                self.at = mark;
                Some(count * 100)
            }
        }
    }

    /// A number from 1 to 99.
    pub(super) fn below_hundred(&mut self) -> Option<u32> {
        let first = self.peek()?;
        let next = |ahead: usize| self.atoms.get(self.at + ahead).copied();
        let (value, used) = match first {
            Atom::Unit(unit) => match (next(1), next(2)) {
                (Some(Atom::And), Some(Atom::Ten(ten) | Atom::Bank(ten))) => (unit + ten, 3),
                (Some(Atom::And), Some(Atom::Ordinal(ten))) if ten >= 20 => (unit + ten, 3),
                _ => (unit, 1),
            },
            Atom::Teen(teen) => (teen, 1),
            Atom::Ten(ten) => (ten, 1),
            Atom::Bank(ten) => match next(1) {
                Some(Atom::Unit(unit)) => (ten + unit, 2),
                _ => (ten, 1),
            },
            Atom::Ordinal(value) if value > 0 => (value, 1),
            _ => return None,
        };
        self.at += used;
        Some(u32::from(value))
    }
}
