//! Numbers in words, read.
//!
//! A text is cut into the words of the table, then read by a grammar of a few lines: a scale may
//! only follow a larger one, units go before tens, and "and" may stand between any two parts.

use std::borrow::Cow;

use super::Form;
use super::number::Number;
use super::words::{Atom, WORDS};
use crate::{Error, Result};

/// The longest word that is read, in bytes.
const LONGEST: usize = 256;

/// The number that `text` says in words.
///
/// All of the text must be one number. Reads everything that [`super::variants`] lists, every
/// mixture of it, the old forms (*halvtredsindstyve*), the forms of the banks (*femti*), capitals,
/// numbers in one word or in several, fractions (*halvanden*, *tre fjerdedele*) and decimals.
/// Two numbers from 11 to 99 are a year: *nitten femoghalvfems*.
///
/// # Errors
///
/// [`Error::Argument`] where the text is no number, or one above [`Number::MAX`].
///
/// # Complexity
///
/// O(n) for n bytes.
///
/// # Example
///
/// ```
/// use sprogkit::numbers::parse;
///
/// assert_eq!(parse("femoghalvfems")?, 95.into());
/// assert_eq!(parse("Totusindefireogtyve")?, 2024.into());
/// assert_eq!(parse("tre komma en fire")?, "3,14".parse()?);
/// assert_eq!(parse("halvanden million")?, 1_500_000.into());
/// assert!(parse("en to tre").is_err());
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn parse(text: &str) -> Result<Number> {
    whole(text).map(|reading| reading.number).ok_or_else(|| refused(text, "a number in words"))
}

/// [`parse`] for numbers of one form: an ordinal is no cardinal.
///
/// # Errors
///
/// As [`parse`]; also where the text says a number of another form.
///
/// # Example
///
/// ```
/// use sprogkit::numbers::{Form, parse_as};
///
/// assert_eq!(parse_as("tredivte", Form::Ordinal)?, 30.into());
/// assert!(parse_as("tredive", Form::Ordinal).is_err());
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn parse_as(text: &str, form: Form) -> Result<Number> {
    let found = whole(text).filter(|reading| match form {
        Form::Cardinal => !reading.pairs && reading.rank != Rank::Ordinal,
        Form::Ordinal => !reading.pairs && reading.rank != Rank::Cardinal,
        Form::Year => reading.rank != Rank::Ordinal && reading.number.is_whole(),
    });
    let wanted = match form {
        Form::Cardinal => "a cardinal number in words",
        Form::Ordinal => "an ordinal number in words",
        Form::Year => "a year in words",
    };
    found.map(|reading| reading.number).ok_or_else(|| refused(text, wanted))
}

fn refused(text: &str, wanted: &'static str) -> Error {
    let shown: String = text.chars().take(80).collect();
    Error::argument("text", wanted, format!("{shown:?}"))
}

/// What a reading is by its last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    Cardinal,
    Ordinal,
    /// The word for a hundred is the word for the hundredth.
    Either,
}

/// A number that was read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) number: Number,
    pub(crate) rank: Rank,
    /// Whether it is a year said as two numbers.
    pub(crate) pairs: bool,
    /// Whether it was said as a fraction or with a half.
    pub(crate) fraction: bool,
    /// Whether a thousand was said in it.
    pub(crate) thousand: bool,
}

fn whole(text: &str) -> Option<Reading> {
    let mut atoms = Atoms::default();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '\u{AD}')) {
        if !word.is_empty() && !atoms.add(word) {
            return None;
        }
    }
    let (reading, next) = atoms.read(0)?;
    if next == atoms.list.len() {
        return Some(reading);
    }
    atoms.pairs(0).filter(|(_, next)| *next == atoms.list.len()).map(|(reading, _)| reading)
}

/// `word` in lower case; copied only where it is not.
pub(crate) fn lower(word: &str) -> Cow<'_, str> {
    let bytes = word.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'A'..=b'Z' => return Cow::Owned(word.to_lowercase()),
            0..=0x7F => at += 1,
            // The small letters from U+00E0 to U+00FF.
            0xC3 if bytes[at + 1] >= 0xA0 => at += 2,
            _ => return Cow::Owned(word.to_lowercase()),
        }
    }
    Cow::Borrowed(word)
}

/// The value of `word`, in lower case, where it is one of 1 to 9.
pub(crate) fn unit(word: &str) -> Option<u8> {
    WORDS.starts(word.as_bytes()).find_map(|(whole, atom)| match atom {
        Atom::Unit(unit) if whole == word => Some(unit),
        _ => None,
    })
}

/// Whether `rest` can be cut into the words of the table: [`Atoms::cut`] without the words.
fn cuts(rest: &[u8], steps: &mut usize) -> bool {
    if rest.is_empty() {
        return true;
    }
    if *steps == 0 {
        return false;
    }
    *steps -= 1;
    WORDS.starts(rest).any(|(word, _)| cuts(&rest[word.len()..], steps))
}

/// The words of numbers in a text, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Atoms {
    list: Vec<Atom>,
    /// Where each word of the text ends in `list`.
    ends: Vec<usize>,
}

impl Atoms {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.ends.clear();
    }

    /// How many words of the text there are.
    pub(crate) fn words(&self) -> usize {
        self.ends.len()
    }

    /// Takes in a word of the text; `false`, and nothing taken, where it is not of number words.
    pub(crate) fn add(&mut self, word: &str) -> bool {
        if word.len() > LONGEST {
            return false;
        }
        let word = lower(word);
        let mark = self.list.len();
        let mut steps = 4 * word.len() + 64;
        let found = self.cut(word.as_bytes(), &mut steps);
        if found {
            self.ends.push(self.list.len());
        } else {
            self.list.truncate(mark);
        }
        found
    }

    /// Whether `word`, in lower case, is of number words, and then whether it may begin a number.
    pub(crate) fn beginning(word: &str) -> Option<bool> {
        if word.len() > LONGEST {
            return None;
        }
        if word.is_empty() {
            return Some(false);
        }
        let mut steps = 4 * word.len() + 63;
        WORDS.starts(word.as_bytes()).find_map(|(first, atom)| {
            cuts(&word.as_bytes()[first.len()..], &mut steps)
                .then_some(!matches!(atom, Atom::And | Atom::Point | Atom::Part))
        })
    }

    /// Cuts `rest` into the words of the table, long ones first.
    fn cut(&mut self, rest: &[u8], steps: &mut usize) -> bool {
        if rest.is_empty() {
            return true;
        }
        if *steps == 0 {
            return false;
        }
        *steps -= 1;
        for (word, atom) in WORDS.starts(rest) {
            self.list.push(atom);
            if self.cut(&rest[word.len()..], steps) {
                return true;
            }
            self.list.pop();
        }
        false
    }

    /// The longest number from word `word` on, and the word behind it; it ends where a word does.
    pub(crate) fn read_words(&self, word: usize) -> Option<(Reading, usize)> {
        let start = self.start(word);
        let (mut reading, next) = self.read(start)?;
        let end = self.ends.binary_search(&next).ok()?;
        reading.thousand =
            self.list[start..next].iter().any(|atom| matches!(atom, Atom::Thousand(_)));
        Some((reading, end + 1))
    }

    /// A year in pairs from word `word` on, and the word behind it.
    pub(crate) fn read_pairs(&self, word: usize) -> Option<(Reading, usize)> {
        let (reading, next) = self.pairs(self.start(word))?;
        let end = self.ends.binary_search(&next).ok()?;
        Some((reading, end + 1))
    }

    fn start(&self, word: usize) -> usize {
        word.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// The longest number from atom `at` on, and the atom behind it.
    fn read(&self, at: usize) -> Option<(Reading, usize)> {
        let mut reader = Reader::new(&self.list, at);
        let negative = reader.take(Atom::Minus);
        if let Some(found) = self.part_of(&reader, negative) {
            return Some(found);
        }
        let mut reading = reader.number()?;
        reading.number.negative = negative && reading.number != Number::from(0_u32);
        if negative && reading.rank == Rank::Ordinal {
            return None;
        }
        Some((reading, reader.at))
    }

    /// A fraction whose lower part is a word of its own: three fourths, two and three fourths.
    fn part_of(&self, reader: &Reader<'_>, negative: bool) -> Option<(Reading, usize)> {
        let from = reader.at;
        let last = from + self.list[from..].iter().position(|&atom| atom == Atom::Part)?;
        let word = self.ends.binary_search(&(last + 1)).ok()?;
        let start = self.start(word).max(from);
        let mut under = Reader::new(&self.list[..last], start);
        let lower = under.whole()?;
        let ordinal = under.rank() != Rank::Cardinal;
        if under.at != last || !ordinal || start == from {
            return None;
        }
        let lower = u32::try_from(lower).ok()?;
        // The longest upper part that is less than the lower.
        for upper_at in from..start {
            let mut upper = Reader::new(&self.list[..start], upper_at);
            let Some(over) = upper.whole() else { continue };
            if upper.at != start || upper.rank() == Rank::Ordinal {
                continue;
            }
            let Some(over) = u32::try_from(over).ok().filter(|over| *over < lower) else {
                continue;
            };
            let before = &self.list[..upper_at];
            let before = match before.split_last() {
                Some((Atom::And, rest)) if upper_at > from => rest,
                _ => before,
            };
            let mut whole = 0;
            if upper_at > from {
                let mut reader = Reader::new(before, from);
                whole = reader.whole()?;
                if reader.at != before.len() {
                    return None;
                }
                if reader.rank() == Rank::Ordinal {
                    return None;
                }
            }
            let number = Number::with_fraction(negative, whole, over, lower).ok()?;
            return Some((Reading::fraction(number), last + 1));
        }
        None
    }

    /// Two numbers from 11 to 99, said as a year.
    fn pairs(&self, at: usize) -> Option<(Reading, usize)> {
        let mut reader = Reader::new(&self.list, at);
        let hundreds = reader.below_hundred().filter(|n| *n > 10)?;
        let years = if reader.take(Atom::Zero) {
            reader.below_hundred().filter(|n| *n < 10)?
        } else {
            reader.below_hundred().filter(|n| *n >= 10)?
        };
        if reader.rank() == Rank::Ordinal {
            return None;
        }
        let number = Number::from(u64::from(hundreds) * 100 + u64::from(years));
        let reading =
            Reading { number, rank: Rank::Cardinal, pairs: true, fraction: false, thousand: false };
        Some((reading, reader.at))
    }
}

impl Reading {
    fn fraction(number: Number) -> Self {
        Self { number, rank: Rank::Cardinal, pairs: false, fraction: true, thousand: false }
    }
}

struct Reader<'a> {
    atoms: &'a [Atom],
    at: usize,
    /// Where it began.
    start: usize,
}

impl<'a> Reader<'a> {
    const fn new(atoms: &'a [Atom], at: usize) -> Self {
        Self { atoms, at, start: at }
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<Atom> {
        self.atoms.get(self.at).copied()
    }

    fn take(&mut self, atom: Atom) -> bool {
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
    fn rank(&self) -> Rank {
        let read = self.at > self.start;
        match read.then(|| self.atoms[self.at - 1]) {
            Some(Atom::Ordinal(_) | Atom::ScaleOrdinal(_)) => Rank::Ordinal,
            Some(Atom::Hundred(true) | Atom::Thousand(true)) => Rank::Either,
            _ => Rank::Cardinal,
        }
    }

    /// A number without its sign.
    fn number(&mut self) -> Option<Reading> {
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
    fn whole(&mut self) -> Option<u128> {
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
    fn below_hundred(&mut self) -> Option<u32> {
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
