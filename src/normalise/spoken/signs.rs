//! Signs and abbreviations.

use super::super::readings::READINGS;
use super::Speaker;
use crate::text::{Kind, abbreviations};

impl Speaker<'_> {
    /// A sign: of a currency before its number, of a paragraph, between words.
    pub(super) fn symbol(&mut self, at: usize) -> Option<usize> {
        let sign = self.tokens.of(at);
        if self.currency(at).is_some() {
            let counted = self.tokens.kind(at + 1) == Some(Kind::Number) && self.tokens.close(at);
            return if counted { self.quantity(at, at + 1) } else { None };
        }
        // Two signs of a paragraph are several paragraphs.
        let double = sign == self.tokens.of(at + 1) && self.tokens.gap(at).is_empty();
        let doubled = sign.repeat(2);
        if double
            && let Some(words) = READINGS.before.get(doubled.as_str())
            && self.is_number(at + 2)
        {
            return self.put(at, at + 2, words, "sign");
        }
        if let Some(words) = READINGS.before.get(sign)
            && (self.is_number(at + 1) || self.lettered(at + 1))
        {
            return self.put_apart(at, words);
        }
        if let Some(unit) = READINGS.units.get(sign) {
            let behind = at > 0 && self.begins_with_digit(at - 1);
            return if behind { self.put_apart(at, unit.several) } else { None };
        }
        let words = READINGS.signs.get(sign)?;
        // Between words, it may be a name of something.
        let counts = at > 0 && self.is_number(at - 1) && self.is_number(at + 1);
        if sign == "=" && !counts {
            return None;
        }
        let around =
            at > 0 && !self.tokens.gap(at - 1).is_empty() && !self.tokens.gap(at).is_empty();
        let wanted = around && at + 1 < self.tokens.words.len();
        if wanted { self.put(at, at + 1, words, "sign") } else { None }
    }

    fn begins_with_digit(&self, at: usize) -> bool {
        self.tokens.of(at).starts_with(|c: char| c.is_ascii_digit())
    }

    /// Puts `words` in the place of a sign, parted from what follows by a space.
    fn put_apart(&mut self, at: usize, words: &str) -> Option<usize> {
        let close = self.tokens.gap(at).is_empty();
        let space = if close { " " } else { "" };
        self.put(at, at + 1, &format!("{words}{space}"), "sign")
    }

    /// An abbreviation, with or without its stop.
    pub(super) fn abbreviation(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let lower = word.to_lowercase();
        let number = self.is_number(at + 1) || self.lettered(at + 1);
        if !self.may_abbreviate(at, &lower) {
            return None;
        }
        if self.currency(at).is_some() {
            // A number that was not read is not half read.
            if self.counted_before(at) {
                return None;
            }
            if self.tokens.kind(at + 1) == Some(Kind::Number) {
                return self.quantity(at, at + 1);
            }
            let (_, money) = self.currency(at)?;
            return self.put(at, at + 1, money.several, "abbreviation");
        }
        if number && let Some(words) = READINGS.before.get(lower.as_str()) {
            let clock = READINGS.clock.oclock;
            let fits = match *words {
                words if words == READINGS.clock.the => self.dated(at + 1),
                words if words == clock => self.told(self.tokens.of(at + 1)),
                _ => true,
            };
            return if fits { self.put(at, at + 1, words, "abbreviation") } else { None };
        }
        let named = self.tokens.of(at + 1);
        if !number && named.bytes().any(|b| b.is_ascii_digit()) && !self.begins_with_digit(at + 1) {
            return None;
        }
        let known =
            READINGS.abbreviations.get(word).or_else(|| READINGS.abbreviations.get(lower.as_str()));
        if let Some(words) = known {
            return self.put(at, at + 1, words, "abbreviation");
        }
        if self.tokens.kind(at) != Some(Kind::Abbreviation) {
            return None;
        }
        // One reading, and no name or title.
        let found = abbreviations::find(word)?;
        let mut readings = found.expansions();
        let (reading, other) = (readings.next()?, readings.next());
        let plain = other.is_none() && !reading.contains(['(', '/']);
        let common = !matches!(found.class, "name" | "title" | "letter" | "lang" | "bib" | "org");
        if plain && common && !found.word {
            self.put(at, at + 1, reading, "abbreviation")
        } else {
            None
        }
    }

    /// Whether the word at `at`, `lower` in small letters, may be an abbreviation: with a capital
    /// only as the table writes it, before a number, or at the beginning of a sentence.
    fn may_abbreviate(&self, at: usize, lower: &str) -> bool {
        let word = self.tokens.of(at);
        if !self.tokens.capital(at) {
            return true;
        }
        let found = abbreviations::find(word);
        let written = READINGS.abbreviations.contains_key(word)
            || READINGS.currencies.contains_key(word)
            || found.is_some_and(|found| {
                found.form == word || found.variants().any(|variant| variant == word)
            });
        if written {
            return true;
        }
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 2 {
            return self.tokens.begins_sentence(at) && self.dated(at + 1);
        }
        if word.chars().skip(1).any(char::is_uppercase) {
            return false;
        }
        let sign = self.tokens.kind(at + 1) == Some(Kind::Symbol)
            && READINGS.before.contains_key(self.tokens.of(at + 1));
        let number = self.is_number(at + 1) || self.begins_with_digit(at + 1);
        let before = READINGS.before.contains_key(lower) || self.currency(at).is_some();
        if number && before {
            return true;
        }
        let known = READINGS.abbreviations.contains_key(lower);
        self.tokens.begins_sentence(at)
            && (letters > 2 && (known || found.is_some_and(|found| !found.word))
                || known && (number || sign))
    }

    /// Whether a day begins at `at`.
    fn dated(&self, at: usize) -> bool {
        match self.tokens.kind(at) {
            Some(Kind::Ordinal | Kind::Date) => true,
            Some(Kind::Number) => {
                let word = self.tokens.of(at);
                word.contains('/')
                    || super::dates::plain(word).is_some_and(|day| (1..=31).contains(&day))
                        && self.month(at + 1).is_some()
            }
            _ => false,
        }
    }

    /// Whether a number or a scale stands before the word at `at`.
    fn counted_before(&self, at: usize) -> bool {
        at > 0 && (self.is_number(at - 1) || READINGS.scales.contains_key(self.tokens.of(at - 1)))
    }
}
