//! What stands around a word, looked up only where a rule asks.

use super::classes::{self, Class};

/// What comes behind a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The end of the text, or an empty line.
    End,
    /// A word in small letters, or a bracket: the sentence goes on.
    Small,
    /// A word with a capital, which starts at this byte.
    Capital(usize),
    /// A digit at this byte, or a sign that goes with one: `§`, `%`.
    Digit(usize),
    /// A mark that never follows the end of a sentence: `,` `;` `:` or another stop.
    Pause,
    /// A closing bracket.
    Close,
    /// A dash between spaces.
    Dash,
}

/// Farthest look ahead, in characters, and back, in bytes.
const FAR: usize = 48;

/// The character at byte `at`.
#[inline]
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// The character before byte `at`, not before byte `from`.
#[inline]
pub(super) fn char_before(text: &str, from: usize, at: usize) -> Option<char> {
    text[from..at].chars().next_back()
}

/// What comes behind byte `at`: quotes, spaces and opening quotes are looked through.
pub(super) fn next(text: &str, at: usize) -> Next {
    let mut spaced = false;
    let mut lines = 0;
    for (ahead, c) in text[at..].char_indices().take(FAR) {
        let at = at + ahead;
        match classes::of(c) {
            Class::Letter if c.is_uppercase() => return Next::Capital(at),
            Class::Letter | Class::Foreign => return Next::Small,
            Class::Digit => return Next::Digit(at),
            Class::Space => {
                spaced = true;
                lines += usize::from(c == '\n');
                if lines > 1 {
                    return Next::End;
                }
            }
            Class::Close if !spaced => return Next::Close,
            Class::Pause | Class::Stop if !spaced => return Next::Pause,
            Class::Symbol => return Next::Digit(at),
            Class::Sign if matches!(c, '%' | '$' | '+') => return Next::Digit(at),
            Class::Hyphen | Class::Dash | Class::Bar if spaced => {
                let alone = char_at(text, at + c.len_utf8()).is_none_or(char::is_whitespace);
                return if alone { Next::Dash } else { Next::Small };
            }
            Class::Open if spaced => return Next::Small,
            Class::Quote | Class::Apostrophe | Class::Mark | Class::Control => {}
            Class::Sign if spaced && c == '*' => {}
            _ if spaced => return Next::Small,
            _ => return Next::Pause,
        }
    }
    Next::End
}

/// The text between white space right before byte `at`, which itself starts a word; empty at the
/// start of a line.
pub(super) fn word_before(text: &str, at: usize) -> &str {
    let from = floor(text, at.saturating_sub(FAR));
    let before = text[from..at].trim_end_matches(' ');
    let start = before.char_indices().rev().find(|(_, c)| c.is_whitespace());
    let start = start.map_or(0, |(at, c)| at + c.len_utf8());
    &before[start..]
}

/// Whether only spaces stand between byte `at` and the start of its line.
pub(super) fn starts_line(text: &str, at: usize) -> bool {
    let from = floor(text, at.saturating_sub(FAR));
    let before = text[from..at].trim_end_matches([' ', '\t']);
    before.ends_with(['\n', '\r']) || before.is_empty() && from == 0
}

/// The word of letters that starts at byte `at`.
pub(super) fn letters_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let end = rest.char_indices().take(FAR).find(|(_, c)| classes::of(*c) != Class::Letter);
    &rest[..end.map_or(rest.len().min(ceil(rest, FAR)), |(at, _)| at)]
}

/// `at`, or the next character boundary before it.
pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at.min(text.len())
}
