//! A number as people write it: digits before and behind a comma, or a fraction.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// A number: a sign, a whole part, and what comes behind it.
///
/// Decimals are kept as they were written: `12,50` is not `12,5`, for it is said in other words.
/// [`Number::same_value`] compares what they are worth.
///
/// # Example
///
/// ```
/// use sprogkit::numbers::Number;
///
/// let number: Number = "-1.234,50".parse()?;
/// assert_eq!(number.whole(), 1234);
/// assert_eq!(number.decimals(), Some("50"));
/// assert_eq!(number.to_string(), "-1.234,50");
/// assert!(number.same_value(&"-1234,5".parse()?));
/// # Ok::<(), sprogkit::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    pub(super) negative: bool,
    pub(super) whole: u128,
    pub(super) part: Part,
}

/// What comes behind the whole part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    None,
    /// Digits behind the comma, one or more.
    Decimals(String),
    /// Above and below the line: neither is 0, and the first is the smaller.
    Fraction(u32, u32),
}

/// The most digits behind a comma.
const MOST_DECIMALS: usize = 64;

impl Number {
    /// The largest whole part: 10³⁶.
    pub const MAX: u128 = 10_u128.pow(36);

    /// A whole number.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] above [`Number::MAX`].
    pub fn new(negative: bool, whole: u128) -> Result<Self> {
        if whole > Self::MAX {
            return Err(Error::argument("number", "at most 10³⁶", whole));
        }
        Ok(Self { negative: negative && whole > 0, whole, part: Part::None })
    }

    /// A number with digits behind the comma; with none, a whole number.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where `decimals` is not of at most 64 digits, or `whole` is above
    /// [`Number::MAX`].
    pub fn with_decimals(negative: bool, whole: u128, decimals: &str) -> Result<Self> {
        let number = Self::new(false, whole)?;
        if decimals.is_empty() {
            return Self::new(negative, whole);
        }
        if decimals.len() > MOST_DECIMALS || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::argument("decimals", "at most 64 digits", decimals));
        }
        Ok(Self { negative, part: Part::Decimals(decimals.to_owned()), ..number })
    }

    /// A whole part and a fraction less than 1.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the fraction is not between 0 and 1, or `whole` is above
    /// [`Number::MAX`].
    pub fn with_fraction(negative: bool, whole: u128, over: u32, under: u32) -> Result<Self> {
        let number = Self::new(false, whole)?;
        if over == 0 || over >= under {
            let got = format!("{over}/{under}");
            return Err(Error::argument("fraction", "more than 0 and less than 1", got));
        }
        Ok(Self { negative, part: Part::Fraction(over, under), ..number })
    }

    /// The number in program notation: `"-12.50"`, with a decimal point and no grouping.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for anything else.
    pub fn from_plain(text: &str) -> Result<Self> {
        let wrong = || Error::argument("number", "digits with at most one decimal point", text);
        let (negative, digits) = signed(text);
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let whole = whole.parse().map_err(|_| too_large(text))?;
        Self::with_decimals(negative, whole, decimals).map_err(|_| wrong())
    }

    /// Whether it is less than nothing.
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.negative
    }

    /// What stands before the comma, without its sign.
    #[must_use]
    pub const fn whole(&self) -> u128 {
        self.whole
    }

    /// The digits behind the comma.
    #[must_use]
    pub fn decimals(&self) -> Option<&str> {
        match &self.part {
            Part::Decimals(digits) => Some(digits),
            _ => None,
        }
    }

    /// The fraction behind the whole part: above and below the line.
    #[must_use]
    pub const fn fraction(&self) -> Option<(u32, u32)> {
        match self.part {
            Part::Fraction(over, under) => Some((over, under)),
            _ => None,
        }
    }

    /// Whether nothing comes behind the whole part.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        matches!(self.part, Part::None)
    }

    /// The number as an `i128`, where it is whole.
    #[must_use]
    pub fn to_i128(&self) -> Option<i128> {
        let whole = i128::try_from(self.whole).ok().filter(|_| self.is_whole())?;
        Some(if self.negative { -whole } else { whole })
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        let worth = match &self.part {
            Part::None => self.whole as f64,
            Part::Fraction(over, under) => self.whole as f64 + f64::from(*over) / f64::from(*under),
            // Digits and a point are always a float.
            Part::Decimals(digits) => {
                format!("{}.{digits}", self.whole).parse().unwrap_or(f64::NAN)
            }
        };
        if self.negative { -worth } else { worth }
    }

    /// Whether both are worth the same: `0,50` and `1/2` are.
    #[must_use]
    pub fn same_value(&self, other: &Self) -> bool {
        // Each as a fraction less than 1; decimals that end in 0 are cut.
        let worth = |number: &Self| match &number.part {
            Part::None => Some((0, 1)),
            Part::Fraction(over, under) => Some((u128::from(*over), u128::from(*under))),
            Part::Decimals(digits) => {
                let digits = digits.trim_end_matches('0');
                let over = if digits.is_empty() { 0 } else { digits.parse().ok()? };
                (digits.len() <= 28).then(|| (over, 10_u128.pow(digits.len() as u32)))
            }
        };
        let equal = match (worth(self), worth(other)) {
            (Some((a, b)), Some((c, d))) => match (a.checked_mul(d), c.checked_mul(b)) {
                (Some(x), Some(y)) => x == y,
                _ => self.part == other.part,
            },
            _ => self.part == other.part,
        };
        self.negative == other.negative && self.whole == other.whole && equal
    }
}

fn too_large(text: &str) -> Error {
    Error::argument("number", "at most 10³⁶", text)
}

/// Whether a minus stands before `text`, and what is behind it.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

/// What parts groups of three digits: a stop, or spaces that do not break.
pub(crate) const GROUPS: [char; 5] = ['.', ' ', '\u{A0}', '\u{2009}', '\u{202F}'];

/// The digits of `text` without what parts them into threes; `None` where they are parted
/// otherwise.
fn ungrouped(text: &str) -> Option<String> {
    let Some(sign) = text.chars().find(|c| GROUPS.contains(c)) else {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        return digits.then(|| text.to_owned());
    };
    let mut groups = text.split(sign);
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    if first.is_empty() || first.len() > 3 || !digits(first) {
        return None;
    }
    let mut all = first.to_owned();
    for group in groups {
        if group.len() != 3 || !digits(group) {
            return None;
        }
        all.push_str(group);
    }
    Some(all)
}

/// What one sign stands for: above and below the line.
fn vulgar(sign: char) -> Option<(u32, u32)> {
    Some(match sign {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        _ => return None,
    })
}

impl FromStr for Number {
    type Err = Error;

    /// A number as Danish writes it: `-1.234,50`, `18 000`, `½`, `1½`, `3/4`, `1 3/4`.
    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Error::argument("number", "digits as Danish groups them, such as 1.234,50", text);
        let (negative, rest) = signed(text.trim());
        if let Some((over, under)) = rest.chars().next_back().and_then(vulgar) {
            let before =
                rest[..rest.len() - rest.chars().next_back().map_or(0, char::len_utf8)].trim_end();
            let whole = if before.is_empty() {
                "0".to_owned()
            } else {
                ungrouped(before).ok_or_else(wrong)?
            };
            let whole = whole.parse().map_err(|_| too_large(text))?;
            return Self::with_fraction(negative, whole, over, under);
        }
        if let Some((before, under)) = rest.split_once('/') {
            let (whole, over) = before.rsplit_once(' ').unwrap_or(("0", before));
            let whole = ungrouped(whole).ok_or_else(wrong)?.parse().map_err(|_| too_large(text))?;
            let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
            if !digits(over) || !digits(under) {
                return Err(wrong());
            }
            let part = |s: &str| s.parse::<u32>().map_err(|_| wrong());
            return Self::with_fraction(negative, whole, part(over)?, part(under)?);
        }
        let (whole, decimals) = match rest.split_once(',') {
            Some((_, "")) => return Err(wrong()),
            Some(parts) => parts,
            None => (rest, ""),
        };
        let whole = ungrouped(whole).ok_or_else(wrong)?;
        let whole: u128 = whole.parse().map_err(|_| too_large(text))?;
        if whole > Self::MAX {
            return Err(too_large(text));
        }
        Self::with_decimals(negative, whole, decimals).map_err(|_| wrong())
    }
}

/// The most bytes of a whole number with its stops.
const MOST_WRITTEN: usize = 52;

/// A whole number in digits at the end of `buffer`, with stops between thousands where `stops`.
fn digits(buffer: &mut [u8; MOST_WRITTEN], whole: u128, stops: bool) -> &str {
    let mut at = buffer.len();
    let mut put = |byte: u8| {
        at -= 1;
        buffer[at] = byte;
    };
    let mut rest = whole;
    while rest >= 1000 {
        // Divisions of as many bits as there are.
        let group = match u64::try_from(rest) {
            Ok(low) => {
                rest = (low / 1000).into();
                low % 1000
            }
            Err(_) => {
                let group = (rest % 1000) as u64;
                rest /= 1000;
                group
            }
        };
        [group % 10, group / 10 % 10, group / 100]
            .iter()
            .for_each(|digit| put(b'0' + *digit as u8));
        if stops {
            put(b'.');
        }
    }
    let mut rest = rest as u32;
    loop {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    std::str::from_utf8(&buffer[at..]).expect("digits and stops")
}

impl fmt::Display for Number {
    /// As Danish writes it, with stops between thousands from 10.000 on, or in any number with
    /// decimals from 1.000 on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write_to(&mut out);
        f.pad(&out)
    }
}

impl Number {
    /// Puts what [`Number::to_string`](ToString::to_string) gives behind `out`.
    pub(crate) fn write_to(&self, out: &mut String) {
        let mut buffer = [0; MOST_WRITTEN];
        let least = if matches!(self.part, Part::Decimals(_)) { 1000 } else { 10_000 };
        let digits = digits(&mut buffer, self.whole, self.whole >= least);
        if self.negative {
            out.push('-');
        }
        let bare_fraction = self.whole == 0 && matches!(self.part, Part::Fraction(..));
        if !bare_fraction {
            out.push_str(digits);
        }
        match &self.part {
            Part::None => {}
            Part::Decimals(decimals) => {
                out.push(',');
                out.push_str(decimals);
            }
            Part::Fraction(over, under) => {
                if !bare_fraction {
                    out.push(' ');
                }
                out.push_str(&format!("{over}/{under}"));
            }
        }
    }
}

impl From<u64> for Number {
    fn from(whole: u64) -> Self {
        Self { negative: false, whole: u128::from(whole), part: Part::None }
    }
}

impl From<u32> for Number {
    fn from(whole: u32) -> Self {
        Self::from(u64::from(whole))
    }
}

impl From<i64> for Number {
    fn from(whole: i64) -> Self {
        let negative = whole < 0;
        Self { negative, whole: u128::from(whole.unsigned_abs()), part: Part::None }
    }
}

impl From<i32> for Number {
    fn from(whole: i32) -> Self {
        Self::from(i64::from(whole))
    }
}

impl TryFrom<u128> for Number {
    type Error = Error;

    fn try_from(whole: u128) -> Result<Self> {
        Self::new(false, whole)
    }
}

impl TryFrom<i128> for Number {
    type Error = Error;

    fn try_from(whole: i128) -> Result<Self> {
        Self::new(whole < 0, whole.unsigned_abs())
    }
}
