//! Numbers in words, read: a text is cut into the words of the table, and these are read by the
//! grammar.

use std::borrow::Cow;

use super::Form;
use super::atoms::{Atoms, Rank, Reading};
use super::number::Number;
use crate::{Error, Result};

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

fn whole(text: &str) -> Option<Reading> {
    let mut atoms = Atoms::with_room();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '\u{AD}')) {
        if !word.is_empty() && !atoms.add(word) {
            return None;
        }
    }
    atoms.read_all()
}

/// Whether eight bytes are ASCII without capitals.
const fn small_ascii(bytes: u64) -> bool {
    const TOP: u64 = u64::from_ne_bytes([0x80; 8]);
    const FROM_A: u64 = u64::from_ne_bytes([0x80 - b'A'; 8]);
    const BEHIND_Z: u64 = u64::from_ne_bytes([0x80 - b'Z' - 1; 8]);
    // Where no byte has its top bit, no sum goes beyond its byte.
    bytes & TOP == 0 && (bytes.wrapping_add(FROM_A) & !bytes.wrapping_add(BEHIND_Z)) & TOP == 0
}

/// `word` in lower case; copied only where it is not.
pub(crate) fn lower(word: &str) -> Cow<'_, str> {
    let bytes = word.as_bytes();
    let low = bytes
        .as_chunks::<8>()
        .0
        .iter()
        .take_while(|eight| small_ascii(u64::from_ne_bytes(**eight)))
        .count();
    let mut at = 8 * low;
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
