//! What a word is, by the characters it is made of.

use super::Kind;
use super::abbreviations;
use super::classes;
use super::context::char_at;
use super::vocabulary::{self, Roles};

/// Letters, and everything beyond ASCII.
pub(super) const LETTER: u16 = 1;
/// Digits.
pub(super) const DIGIT: u16 = 2;
/// Signs that stand only inside names of things in machines.
pub(super) const CODE: u16 = 4;
/// `.`
pub(super) const DOT: u16 = 8;
/// `/`
pub(super) const SLASH: u16 = 16;
/// `:`
pub(super) const COLON: u16 = 32;
/// `@`
pub(super) const AT: u16 = 64;
/// Hyphens, apostrophes, commas, brackets, quotes: whatever stands inside ordinary words.
pub(super) const PLAIN: u16 = 128;
/// Bytes that may start a character that is never inside a word.
const ENDS: u16 = 256;
/// `%`
pub(super) const PERCENT: u16 = 512;
/// Bytes that may start a quotation mark, except the apostrophe.
pub(super) const QUOTE: u16 = 1024;

const MARKS: [u16; 256] = {
    let mut marks = [LETTER; 256];
    let mut byte = 0;
    while byte < 128 {
        marks[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'.' => DOT,
            b'/' => SLASH,
            b':' => COLON,
            b'@' => AT,
            b'-' | b'\'' | b',' | b'(' | b')' | b'&' | b'+' | b'!' | b'?' | b';' => PLAIN,
            b'%' => CODE | PERCENT,
            b'"' => PLAIN | QUOTE,
            _ => CODE,
        };
        byte += 1;
    }
    byte = 0;
    while byte < 256 {
        if matches!(byte, 0xc2 | 0xe2) {
            marks[byte] |= QUOTE;
        }
        if classes::may_end_segment(byte as u8) {
            marks[byte] |= ENDS;
        }
        byte += 1;
    }
    marks
};

/// Which kinds of bytes a word has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks(u16);

impl Marks {
    /// Whether it has one of `kinds`.
    pub(super) const fn has(self, kinds: u16) -> bool {
        self.0 & kinds != 0
    }

    /// Whether it has nothing but `kinds`.
    pub(super) const fn only(self, kinds: u16) -> bool {
        self.0 & !(kinds | ENDS | QUOTE) == 0
    }
}

/// Which kinds of bytes `word` has.
pub(super) fn marks(word: &[u8]) -> Marks {
    Marks(word.iter().fold(0, |all, &byte| all | MARKS[usize::from(byte)]))
}

/// The end of the segment that starts at byte `start` and reaches at least byte `from`, where the
/// first character stands that is never inside a word; and which kinds of bytes it has.
#[inline]
pub(super) fn segment(text: &str, start: usize, from: usize, chunk: usize) -> (usize, Marks) {
    let bytes = text.as_bytes();
    let mut all = marks(&bytes[start..from]).0;
    let mut at = from;
    while at < chunk {
        let mark = MARKS[usize::from(bytes[at])];
        if mark & ENDS != 0 {
            match char_at(text, at) {
                Some(c) if classes::inner(classes::of(c)) => {
                    all |= LETTER | mark;
                    at += c.len_utf8();
                    continue;
                }
                _ => break,
            }
        }
        all |= mark;
        at += 1;
    }
    (at, Marks(all))
}

/// What the word from byte `start` to byte `end` is. White space, punctuation and what stands
/// alone have been told apart already.
pub(super) fn kind(text: &str, start: usize, end: usize) -> Kind {
    let word = &text[start..end];
    let marks = marks(word.as_bytes());
    if marks.only(LETTER | PLAIN) && word.as_bytes()[0].is_ascii_alphabetic() {
        return Kind::Word;
    }
    if marks.only(DIGIT) {
        return Kind::Number;
    }
    if !marks.has(LETTER | CODE | AT) {
        return if marks.has(DIGIT) { number(text, start, end) } else { Kind::Symbol };
    }
    if marks.has(AT) {
        return if email(word) { Kind::Email } else { Kind::Identifier };
    }
    if marks.has(CODE | COLON) {
        // `%'s`, but not `%APPDATA%`.
        if marks.has(PERCENT) && word.starts_with(['%', '\u{2030}']) && !word.ends_with('%') {
            return Kind::Word;
        }
        return if marks.has(DIGIT) && !marks.has(CODE) && word.as_bytes()[0].is_ascii_digit() {
            Kind::Number
        } else {
            Kind::Identifier
        };
    }
    if marks.has(DOT) {
        return dotted(word);
    }
    if marks.has(SLASH) {
        if abbreviations::find(word).is_some() {
            return Kind::Abbreviation;
        }
        let slashes = word.bytes().filter(|&byte| byte == b'/').count();
        let path = slashes > 2 || word.starts_with('/');
        return if path { Kind::Identifier } else { Kind::Word };
    }
    if keycap(word) {
        return Kind::Emoji;
    }
    if word.starts_with("--") {
        return Kind::Identifier;
    }
    // Digits with signs of number beyond ASCII: `1½`, `5–10`.
    if plain_number(word) { Kind::Number } else { Kind::Word }
}

/// Whether a word holds no letter: `½`, `5–10`.
fn plain_number(word: &str) -> bool {
    word.len() < 64 && word.chars().any(char::is_numeric) && !word.chars().any(char::is_alphabetic)
}

/// Whether a word is a digit on a key: `1️⃣`.
fn keycap(word: &str) -> bool {
    word.ends_with('\u{20e3}')
}

/// What digits and their marks are.
fn number(text: &str, start: usize, end: usize) -> Kind {
    let word = &text.as_bytes()[start..end];
    if time(word, b':') {
        return Kind::Time;
    }
    if time(word, b'.') && time_before(text, start) {
        return Kind::Time;
    }
    if full_date(word) {
        return Kind::Date;
    }
    if day_and_month(word, b'/') || day_and_month(word, b'.') {
        let before = super::context::word_before(text, start);
        if vocabulary::roles(before).any(Roles::DETERMINER) {
            return Kind::Date;
        }
    }
    if word.ends_with(b".-") {
        return Kind::Ordinal;
    }
    let dots = word.iter().filter(|&&byte| byte == b'.').count();
    // Addresses of machines, numbers of versions.
    let thousands = word.split(|&byte| byte == b'.').skip(1).all(|part| part.len() >= 3);
    let range = word.iter().any(|byte| matches!(byte, b'-' | b'/' | b':' | b','));
    if dots > 1 && !thousands && !range { Kind::Identifier } else { Kind::Number }
}

/// Whether the word before says that a time follows: `kl.`
fn time_before(text: &str, start: usize) -> bool {
    let before = super::context::word_before(text, start);
    abbreviations::find(before).is_some_and(|found| found.class == "time")
}

/// `10:30`, `09.05`, `10:30:15`.
fn time(word: &[u8], mark: u8) -> bool {
    let mut parts = word.split(|&byte| byte == mark);
    let hour = parts.next().and_then(digits);
    let minute = parts.next().filter(|part| part.len() == 2).and_then(digits);
    let second = parts.next();
    hour.is_some_and(|hour| hour <= 24)
        && minute.is_some_and(|minute| minute < 60)
        && second.is_none_or(|part| part.len() == 2 && digits(part).is_some_and(|s| s < 61))
        && parts.next().is_none()
}

/// `26/8`, `11.9`: a day of a month.
pub(super) fn day_and_month(word: &[u8], mark: u8) -> bool {
    let mut parts = word.split(|&byte| byte == mark);
    let day = parts.next().filter(|part| part.len() < 3).and_then(digits);
    let month = parts.next().filter(|part| part.len() < 3).and_then(digits);
    day.is_some_and(|day| (1..=31).contains(&day))
        && month.is_some_and(|month| (1..=12).contains(&month))
        && parts.next().is_none()
}

/// `11.9.2001`, `2024-05-03`, `3/5-24`, `03-05-2024`.
fn full_date(word: &[u8]) -> bool {
    let iso = word.len() == 10 && word[4] == b'-' && word[7] == b'-';
    if iso {
        return digits(&word[..4]).is_some()
            && digits(&word[5..7]).is_some_and(|month| (1..=12).contains(&month))
            && digits(&word[8..]).is_some_and(|day| (1..=31).contains(&day));
    }
    let Some(cut) = word.iter().rposition(|byte| matches!(byte, b'.' | b'-' | b'/')) else {
        return false;
    };
    let (day, year) = (&word[..cut], &word[cut + 1..]);
    matches!(year.len(), 2 | 4)
        && digits(year).is_some()
        && match word[cut] {
            b'.' => day_and_month(day, b'.'),
            b'/' => day_and_month(day, b'/'),
            _ => {
                day_and_month(day, b'/') || day_and_month(day, b'.') || {
                    year.len() == 4 && day_and_month(day, b'-')
                }
            }
        }
}

fn digits(part: &[u8]) -> Option<u32> {
    let good = !part.is_empty() && part.len() < 5 && part.iter().all(u8::is_ascii_digit);
    good.then(|| part.iter().fold(0, |all, byte| all * 10 + u32::from(byte - b'0')))
}

/// What a word with stops inside is.
fn dotted(word: &str) -> Kind {
    let Some((head, tail)) = word.rsplit_once('.') else { return Kind::Word };
    if word.len() > 60 {
        return if domain(word) { Kind::Url } else { Kind::Identifier };
    }
    if tail.starts_with(|c: char| c.is_ascii_digit()) {
        return Kind::Identifier;
    }
    // An abbreviation, with an ending or a compound behind it: `ph.d.erne`, `7-pct.-gebyret`.
    let stop = &word[..head.len() + 1];
    let part = stop.rfind('-').map_or(stop, |cut| &stop[cut + 1..]);
    let letters = head
        .split('.')
        .all(|part| part.chars().count() == 1 && !part.starts_with(|c: char| c.is_ascii_digit()));
    if letters || abbreviations::find(stop).is_some() || abbreviations::find(part).is_some() {
        return Kind::Abbreviation;
    }
    if abbreviations::find(word).is_some() {
        return Kind::Abbreviation;
    }
    if domain(word) {
        return Kind::Url;
    }
    // The genitive of an ordinal.
    if tail == "s" && head.bytes().all(|byte| byte.is_ascii_digit()) {
        return Kind::Ordinal;
    }
    if head.starts_with(|c: char| c.is_ascii_digit())
        || tail.starts_with('-')
        || head.is_empty() && tail.is_empty()
    {
        return Kind::Word;
    }
    let small = !tail.is_empty() && tail.len() < 6 && tail.bytes().all(|b| b.is_ascii_lowercase());
    let humps = head.starts_with(char::is_uppercase) && tail.starts_with(char::is_uppercase);
    if small || humps || word.starts_with('.') { Kind::Identifier } else { Kind::Word }
}

/// `sprog.dk`, `ro.dsn.dk/opslag`.
fn domain(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or(word);
    let name = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    host.rsplit_once('.').is_some_and(|(head, tail)| {
        vocabulary::roles(tail).any(Roles::DOMAIN)
            && tail.bytes().all(|byte| byte.is_ascii_lowercase())
            && head.split('.').all(name)
    })
}

/// `navn@sprog.dk`.
fn email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| {
        let host = host.split_once('.');
        !name.is_empty()
            && host.is_some_and(|(first, rest)| !first.is_empty() && !rest.is_empty())
            && !word.ends_with('.')
            && word.matches('@').count() == 1
    })
}
