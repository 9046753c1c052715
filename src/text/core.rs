//! Where a word ends, inside a run of characters without white space.
//!
//! The treebank parts a word from the marks at its edges and leaves what stands inside: so the
//! end is found from behind, by taking off what cannot end a word.

use super::Kind;
use super::classes::{self, Class};
use super::context::{char_at, char_before, floor};
use super::shape::{self, Marks};
use super::stops;
use super::vocabulary::{self, Roles};

/// The end and the kind of the word that starts at byte `start` and reaches at least byte `from`,
/// in a segment that ends at byte `limit` and has these `marks`.
pub(super) fn end(
    text: &str,
    start: usize,
    from: usize,
    limit: usize,
    marks: Marks,
) -> (usize, Kind) {
    if marks.has(shape::COLON | shape::DOT) && address(text, start, limit) {
        let end = address_end(text, start, limit);
        return (end, Kind::Url);
    }
    let bytes = text.as_bytes();
    let mut end = limit;
    let mut pairs: Option<Pairs> = None;
    while end > from {
        let (at, c) = last(text, from, end);
        let class = classes::of(c);
        match class {
            Class::Stop => {
                let run = bytes[from..=at].iter().rev().take_while(|&&b| b == b'.').count();
                let first = at + 1 - run;
                // Three are an ellipsis; of two, the first may belong to an abbreviation.
                if run != 3
                    && first > start
                    && end == at + 1
                    && let Some(kind) = stops::owner(text, start, first)
                {
                    return (first + 1, kind);
                }
                end = first;
                continue;
            }
            Class::Hyphen => {
                let run = bytes[from..=at].iter().rev().take_while(|&&b| b == b'-').count();
                let before = char_before(text, start, at).map(classes::of);
                if run < 2 && before.is_some_and(|b| classes::makes_word(b) || b == Class::Stop) {
                    break;
                }
                // `500,-`
                if run < 2
                    && c == '-'
                    && at > start + 1
                    && bytes[at - 1] == b','
                    && bytes[at - 2].is_ascii_digit()
                {
                    break;
                }
                end = if run > 1 { at + 1 - run } else { at };
                continue;
            }
            Class::Apostrophe => {
                if keeps_apostrophe(text, start, at, end) {
                    break;
                }
            }
            Class::Open | Class::Close | Class::Quote => {
                let pairs = pairs.get_or_insert_with(|| Pairs::new(&bytes[start..end]));
                if pairs.keep(c, bytes[at - 1]) {
                    break;
                }
            }
            Class::Sign if matches!(c, '+' | '#') => {
                let name = &bytes[start..at];
                let letters = name.iter().take_while(|b| b.is_ascii_uppercase()).count();
                let rest = &name[letters..];
                if letters == 1 && rest.len() < 2 && rest.iter().all(|&b| b == b'+') {
                    break;
                }
            }
            Class::Pause | Class::Dash | Class::Bar | Class::Sign | Class::Symbol => {}
            _ => break,
        }
        end = at;
    }
    let mut end = end.max(from);
    if marks.has(shape::QUOTE) {
        end = quotation_end(text, start, from, end);
    }
    let plain = marks.only(shape::LETTER | shape::PLAIN) && bytes[start].is_ascii_alphabetic();
    (end, if plain { Kind::Word } else { shape::kind(text, start, end) })
}

/// The end of a word that the end of a quotation parts from its hyphen: `tak` in
/// `"nej tak"-skilt`. Byte `end` where there is none.
fn quotation_end(text: &str, start: usize, from: usize, end: usize) -> usize {
    let mut quotes = text[start..end]
        .char_indices()
        .filter(|(_, c)| classes::of(*c) == Class::Quote && *c != '`');
    match (quotes.next(), quotes.next()) {
        (Some((at, mark)), None)
            if start + at >= from && text[start + at + mark.len_utf8()..end].starts_with('-') =>
        {
            start + at
        }
        _ => end,
    }
}

/// The last character before byte `end` that is no mark, not before byte `from`; a mark where
/// there is nothing else.
fn last(text: &str, from: usize, end: usize) -> (usize, char) {
    let byte = text.as_bytes()[end - 1];
    if byte < 0x80 {
        return (end - 1, char::from(byte));
    }
    let mut found = (from, '\u{301}');
    for (at, c) in text[from..end].char_indices().rev() {
        found = (from + at, c);
        if classes::of(c) != Class::Mark {
            break;
        }
    }
    found
}

/// Brackets and quotes inside a word, counted once.
struct Pairs {
    open: [usize; 3],
    close: [usize; 3],
    quotes: [usize; 2],
}

impl Pairs {
    fn new(word: &[u8]) -> Self {
        let mut new = Self { open: [0; 3], close: [0; 3], quotes: [0; 2] };
        for &byte in word {
            match byte {
                b'(' => new.open[0] += 1,
                b'[' => new.open[1] += 1,
                b'{' => new.open[2] += 1,
                b')' => new.close[0] += 1,
                b']' => new.close[1] += 1,
                b'}' => new.close[2] += 1,
                b'"' => new.quotes[0] += 1,
                b'`' => new.quotes[1] += 1,
                _ => {}
            }
        }
        new
    }

    /// Whether the mark at the end has its partner inside the word, as in `lærer(e)`; where
    /// not, it is taken off.
    fn keep(&mut self, mark: char, before: u8) -> bool {
        let (which, quote) = match mark {
            '(' | ')' => (0, false),
            '[' | ']' => (1, false),
            '{' | '}' => (2, false),
            '"' => (0, true),
            '`' => (1, true),
            _ => return false,
        };
        if quote {
            // In `href="x"` the quote ends a word, in `sagde".` its partner is before.
            let after_word = before.is_ascii_alphanumeric() || before >= 0x80;
            let even = self.quotes[which].is_multiple_of(2) && after_word;
            self.quotes[which] -= 1;
            return even;
        }
        if matches!(mark, '(' | '[' | '{') {
            self.open[which] -= 1;
            return false;
        }
        let pair = self.open[which] >= self.close[which];
        self.close[which] -= 1;
        pair
    }
}

/// Whether the apostrophe at byte `at` belongs to the word before it (`Lars'`, `ha'`) and closes
/// no quotation.
fn keeps_apostrophe(text: &str, start: usize, at: usize, end: usize) -> bool {
    let Some(before) = char_before(text, start, at) else { return false };
    if classes::of(before) != Class::Letter {
        return false;
    }
    if char_before(text, 0, start).is_some_and(|c| matches!(c, '\'' | '’' | '‘' | '‚' | '‛'))
    {
        return false;
    }
    elided(text, start, at, end) || !quotation_is_open(text, start)
}

/// Whether the word up to byte `end` is one that ends in an apostrophe.
fn elided(text: &str, start: usize, at: usize, end: usize) -> bool {
    // The table writes the apostrophe of ASCII.
    let mut word = [0; 16];
    let length = at - start;
    if length + 1 > word.len() || end - at > 3 {
        return false;
    }
    word[..length].copy_from_slice(&text.as_bytes()[start..at]);
    word[length] = b'\'';
    std::str::from_utf8(&word[..=length])
        .is_ok_and(|word| vocabulary::roles(word).any(Roles::ELISION))
}

/// Farthest look back for a quotation's beginning, in bytes.
const QUOTATION: usize = 160;

/// Whether a quotation in single quotes began before byte `start`, in the same line.
fn quotation_is_open(text: &str, start: usize) -> bool {
    let from = floor(text, start.saturating_sub(QUOTATION));
    let line = &text[from..start];
    let line = &line[line.rfind('\n').map_or(0, |at| at + 1)..];
    let marks = line.char_indices().rev().filter(|(_, c)| matches!(c, '\'' | '’' | '‘'));
    for (at, mark) in marks.take(8) {
        let behind = at + mark.len_utf8();
        let next = char_at(line, behind).map_or(Class::Space, classes::of);
        let before = char_before(line, 0, at).map_or(Class::Space, classes::of);
        let word = |class| matches!(class, Class::Letter | Class::Digit | Class::Foreign);
        if !word(before) && next == Class::Letter || mark == '‘' {
            return true;
        }
        if word(before) && !word(next) {
            let word = line[..at].rfind(|c: char| !c.is_alphabetic() && c != '\'');
            let word =
                word.map_or(0, |at| at + line[at..].chars().next().map_or(1, char::len_utf8));
            if !elided(line, word, at, behind) {
                return false;
            }
        }
    }
    false
}

/// Whether an address on the web starts at byte `start`.
fn address(text: &str, start: usize, limit: usize) -> bool {
    let bytes = &text.as_bytes()[start..limit];
    match bytes[0] {
        b'w' | b'W' => bytes.len() > 5 && bytes[..4].eq_ignore_ascii_case(b"www."),
        b'a'..=b'z' | b'A'..=b'Z' => {
            let scheme = bytes.iter().take(16).take_while(|b| b.is_ascii_alphanumeric()).count();
            bytes[scheme..].starts_with(b"://") && bytes.len() > scheme + 3
                || bytes[..scheme].eq_ignore_ascii_case(b"mailto")
                    && bytes.get(scheme) == Some(&b':')
                    && bytes.len() > scheme + 1
        }
        _ => false,
    }
}

/// The end of an address: all of the segment but the marks of the sentence around it.
fn address_end(text: &str, start: usize, limit: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = limit;
    let mut pairs: Option<Pairs> = None;
    while end > start + 1 {
        let (at, c) = last(text, start + 1, end);
        match c {
            '(' | ')' | '[' | ']' | '{' | '}' | '"' | '`' => {
                let pairs = pairs.get_or_insert_with(|| Pairs::new(&bytes[start..end]));
                if pairs.keep(c, bytes[at - 1]) {
                    break;
                }
            }
            '<' | '>' | '*' | '|' | '\\' => {}
            _ => match classes::of(c) {
                Class::Stop | Class::Pause | Class::Apostrophe | Class::Quote => {}
                _ => break,
            },
        }
        end = at;
    }
    end
}
