//! Texts as units that are compared: letters without case, accent and width.

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

use crate::{Error, Result};

/// A text's units, and where each one comes from.
#[derive(Debug, Default)]
pub(super) struct Units {
    pub(super) codes: Vec<u32>,
    /// The byte, or token, where the unit starts.
    pub(super) starts: Vec<u32>,
    /// The byte where the unit's character ends; empty for tokens.
    pub(super) ends: Vec<u32>,
}

/// The most bytes of a text.
const MOST: u64 = (1 << 31) - 1;

/// That `bytes` of a text can be numbered.
pub(super) fn check(bytes: usize) -> Result<()> {
    if bytes as u64 > MOST {
        return Err(Error::Limit {
            what: "bytes of a text to align".to_owned(),
            limit: MOST,
            asked: bytes as u64,
        });
    }
    Ok(())
}

impl Units {
    /// The units of `text` with their bytes.
    pub(super) fn of_text(text: &str) -> Result<Self> {
        check(text.len())?;
        let mut units = Self::default();
        units.codes.reserve(text.len());
        units.starts.reserve(text.len());
        units.ends.reserve(text.len());
        for (at, c) in text.char_indices() {
            let end = (at + c.len_utf8()) as u32;
            fold(c, |code| {
                units.codes.push(code);
                units.starts.push(at as u32);
                units.ends.push(end);
            });
        }
        Ok(units)
    }

    /// The units of `tokens` with the tokens' numbers.
    pub(super) fn of_tokens<T: AsRef<str>>(tokens: &[T]) -> Result<Self> {
        let bytes: usize = tokens.iter().map(|token| token.as_ref().len()).sum();
        check(bytes.max(tokens.len()))?;
        let mut units = Self::default();
        units.codes.reserve(bytes);
        units.starts.reserve(bytes);
        for (number, token) in (0..).zip(tokens) {
            for c in token.as_ref().chars() {
                fold(c, |code| {
                    units.codes.push(code);
                    units.starts.push(number);
                });
            }
        }
        Ok(units)
    }
}

/// Gives the units of a character: none for a combining mark, a soft hyphen or another invisible
/// character, several for a ligature.
#[inline]
fn fold(c: char, mut give: impl FnMut(u32)) {
    if c.is_ascii() {
        return give(u32::from(c.to_ascii_lowercase()));
    }
    fold_any(c, &mut give);
}

fn fold_any(c: char, give: &mut impl FnMut(u32)) {
    decompose_compatible(c, |part| {
        let invisible =
            matches!(part, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}');
        if invisible || canonical_combining_class(part) != 0 {
            return;
        }
        if part.is_whitespace() {
            return give(u32::from(' '));
        }
        for lower in part.to_lowercase() {
            if canonical_combining_class(lower) == 0 {
                give(u32::from(lower));
            }
        }
    });
}
