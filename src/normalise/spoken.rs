//! What is written, as it is spoken.

mod dates;
mod digits;
mod quantity;
mod signs;

use std::borrow::Cow;

use super::readings::READINGS;
use super::tokens::Tokens;
use crate::numbers::{Form, Gender, Number, spell};
use crate::text::{Kind, Rewrite, Rewriter, abbreviations};

/// How times of day are spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clock {
    /// As they are written: *ni tredive*.
    #[default]
    Digital,
    /// As they are said: *halv ti*, *kvart over ni*.
    Spoken,
}

/// How text is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spoken {
    /// How times of day are spoken. Default: as they are written.
    pub clock: Clock,
    /// Whether initialisms in capitals are spelled: *DSB* becomes *de es be*. Default: they stay.
    pub letters: bool,
}

/// `text` as it is spoken: numbers, dates, times, money, units, percentages, ranges, telephone
/// and personal numbers, paragraphs of laws, abbreviations, Roman numerals, addresses on the web.
///
/// What is not known for certain stays as it is. Text without anything of this kind is not
/// copied.
///
/// # Example
///
/// ```
/// use sprogkit::normalise::to_spoken;
///
/// assert_eq!(to_spoken("Mødet er d. 3.5.2024 kl. 9.30."),
///     "Mødet er den tredje maj to tusind og fireogtyve klokken ni tredive.");
/// assert_eq!(to_spoken("Det koster 1,50 kr."), "Det koster en krone og halvtreds øre.");
/// ```
#[must_use]
pub fn to_spoken(text: &str) -> Cow<'_, str> {
    to_spoken_mapped(text).into_text()
}

/// [`to_spoken`], with where every part came from.
///
/// The kinds of changes: `"number"`, `"ordinal"`, `"date"`, `"time"`, `"money"`, `"unit"`,
/// `"range"`, `"phone"`, `"personal-number"`, `"decade"`, `"roman"`, `"abbreviation"`, `"sign"`,
/// `"address"`, `"letters"`.
#[must_use]
pub fn to_spoken_mapped(text: &str) -> Rewrite<'_> {
    Spoken::default().rewrite(text)
}

impl Spoken {
    /// [`to_spoken_mapped`] with these options.
    ///
    /// # Complexity
    ///
    /// O(n) for n bytes.
    #[must_use]
    pub fn rewrite<'t>(&self, text: &'t str) -> Rewrite<'t> {
        let tokens = Tokens { text, words: Vec::new() };
        let mut speaker = Speaker { tokens, out: Rewriter::new(text), options: *self };
        let mut base = 0;
        for line in text.split_inclusive('\n') {
            if self.letters || worth_reading(line) {
                speaker.tokens.fill(base, line);
                speaker.line();
            }
            base += line.len();
        }
        speaker.out.finish()
    }
}

/// Whether a line holds anything that is not a plain word or plain punctuation.
fn worth_reading(line: &str) -> bool {
    let bytes = line.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let worth = match byte {
            b'0'..=b'9' | b'%' | b'$' | b'@' | b'&' | b'/' | b'+' => true,
            // The first bytes of paragraph, pound, degrees and fractions, of euro and per mille.
            0xC2 => !matches!(bytes[at + 1], 0xA0 | 0xAB | 0xBB | 0xAD),
            0xE2 => bytes[at + 1] != 0x80 || bytes[at + 2] == 0xB0,
            b'.' => {
                let start = bytes[..at].iter().rposition(|b| b.is_ascii_whitespace());
                abbreviates(&bytes[start.map_or(0, |start| start + 1)..=at])
            }
            b'x' => at > 0 && bytes[at - 1] | 0x20 == b'f',
            b'I' | b'V' | b'X' => at > 0 && bytes[at - 1] == b' ',
            _ => false,
        };
        if worth {
            return true;
        }
    }
    false
}

/// Whether a word with its stop may be an abbreviation.
fn abbreviates(word: &[u8]) -> bool {
    let letters = word.len() - 1;
    letters <= 4
        || letters <= 12
            && std::str::from_utf8(word).is_ok_and(|word| {
                word[..letters].contains('.')
                    || crate::text::abbreviations::find(word).is_some()
                    || READINGS.abbreviations.contains_key(word)
            })
}

/// Speaks one text.
struct Speaker<'t> {
    tokens: Tokens<'t>,
    out: Rewriter<'t>,
    options: Spoken,
}

impl Speaker<'_> {
    fn line(&mut self) {
        let mut at = 0;
        while at < self.tokens.words.len() {
            at = self.word(at).unwrap_or(at + 1);
        }
    }

    /// Speaks what begins at word `at`; what is behind it, where something was spoken.
    fn word(&mut self, at: usize) -> Option<usize> {
        match self.tokens.words[at].kind {
            Kind::Number => self.digits(at),
            Kind::Ordinal => self.ordinal(at),
            Kind::Date => self.date(at),
            Kind::Time => self.time(at),
            Kind::Symbol => self.symbol(at),
            Kind::Abbreviation => self.abbreviation(at).or_else(|| self.fused(at)),
            Kind::Identifier => self.fused(at),
            Kind::Url | Kind::Email => self.address(at),
            Kind::Word => {
                let word = self.tokens.of(at);
                match word.as_bytes()[0] {
                    b'0'..=b'9' => self.attached(at),
                    b'I' | b'V' | b'X' | b'L' => self.roman(at).or_else(|| self.letters(at)),
                    b'K' if self.is_number(at + 1) => {
                        self.abbreviation(at).or_else(|| self.letters(at))
                    }
                    b'A'..=b'Z' => self.letters(at),
                    b'k' if self.is_number(at + 1) => self.abbreviation(at),
                    b'f' => self.abbreviation(at),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Puts `words` in the place of the words from `from` up to `to`. Says where it goes on.
    fn put(&mut self, from: usize, to: usize, words: &str, kind: &'static str) -> Option<usize> {
        let span = self.tokens.span(from, to);
        let first = self.tokens.of(from).chars().next().unwrap_or(' ');
        let mut words = Cow::Borrowed(words);
        if first.is_uppercase() {
            words = Cow::Owned(capital(&words));
        }
        // A stop that is part of the last word may also end the sentence.
        if self.tokens.of(to - 1).ends_with('.')
            && !words.ends_with('.')
            && self.tokens.ends_sentence(to - 1)
            && abbreviations::find(self.tokens.of(to - 1))
                .is_none_or(|found| found.ends != abbreviations::Ends::Never)
        {
            words.to_mut().push('.');
        }
        self.out.replace(span, &words, kind);
        Some(to)
    }
}

/// `text` with a capital first letter.
pub(super) fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// A number in words.
fn cardinal(number: &Number, gender: Gender) -> String {
    spell(number, Form::Cardinal, gender).expect("every number is a cardinal")
}

fn counted(n: u64, gender: Gender) -> String {
    cardinal(&Number::from(n), gender)
}

fn nth(n: u64, gender: Gender) -> String {
    spell(&Number::from(n), Form::Ordinal, gender).expect("every whole number is an ordinal")
}

fn year(n: u64) -> String {
    spell(&Number::from(n), Form::Year, Gender::Common).expect("every whole number is a year")
}
