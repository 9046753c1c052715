//! The words of one line, and what is asked of them.

use super::readings::READINGS;
use crate::Span;
use crate::text::{Kind, Word, words};

/// The number in a word that is a currency with its stop and a number, without a space: `kr.100`.
fn amount(word: &str) -> Option<&str> {
    let (name, number) = word.split_at(word.find(|c: char| c.is_ascii_digit())?);
    let currency =
        name.ends_with('.') && READINGS.currencies.contains_key(name.to_lowercase().as_str());
    let mut parts = words(number).filter(|_| currency);
    let alone = parts.next()?.kind == Kind::Number && parts.next().is_none();
    alone.then_some(number)
}

/// The words of a line of a text.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    pub(super) words: Vec<Word>,
}

impl<'t> Tokens<'t> {
    /// The words of `line`, which begins at byte `base` of `text`.
    pub(super) fn fill(&mut self, base: usize, line: &str) {
        self.words.clear();
        for word in words(line) {
            let span = word.span.shifted(base);
            let identifier = word.kind == Kind::Identifier;
            match identifier.then(|| amount(word.of(line))).flatten() {
                Some(number) => {
                    let at = span.end() - number.len();
                    let currency = Span::new(span.start(), at);
                    self.words.push(Word { span: currency, kind: Kind::Abbreviation });
                    self.words.push(Word { span: Span::new(at, span.end()), kind: Kind::Number });
                }
                None => self.words.push(Word { span, kind: word.kind }),
            }
        }
    }

    /// The word at `at`; nothing behind the last.
    pub(super) fn of(&self, at: usize) -> &'t str {
        self.words.get(at).map_or("", |word| word.of(self.text))
    }

    /// The word before `at`.
    pub(super) fn before(&self, at: usize) -> &'t str {
        at.checked_sub(1).map_or("", |at| self.of(at))
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.words.get(at).map(|word| word.kind)
    }

    /// What stands between the words `at` and `at + 1`.
    pub(super) fn gap(&self, at: usize) -> &'t str {
        match (self.words.get(at), self.words.get(at + 1)) {
            (Some(a), Some(b)) => &self.text[a.span.end()..b.span.start()],
            _ => "\n",
        }
    }

    /// Whether one space or none stands between the words `at` and `at + 1`.
    pub(super) fn close(&self, at: usize) -> bool {
        matches!(self.gap(at), "" | " " | "\u{A0}" | "\u{202F}" | "\u{2009}")
    }

    /// From the start of word `from` to the end of word `to - 1`.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.words[from].span.start(), self.words[to - 1].span.end())
    }

    /// Whether the word at `at` begins its line or a sentence.
    pub(super) fn begins_sentence(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return true };
        let mark = self.of(before);
        let spaced = self.gap(before).starts_with(char::is_whitespace);
        self.kind(before) == Some(Kind::Punctuation)
            && (matches!(mark, "." | "!" | "?" | "…") && spaced || before == 0)
    }

    /// Whether the word at `at` begins with a capital.
    pub(super) fn capital(&self, at: usize) -> bool {
        self.of(at).starts_with(char::is_uppercase)
    }

    /// Whether the stop of word `at` also ends the sentence.
    pub(super) fn ends_sentence(&self, at: usize) -> bool {
        let Some(next) = self.words.get(at + 1) else {
            // A few words without a capital are no sentence.
            return self.of(0).chars().next().is_some_and(char::is_uppercase) && at > 0;
        };
        let next = next.of(self.text);
        let first = next.chars().next().unwrap_or(' ');
        self.gap(at).starts_with(char::is_whitespace) && first.is_uppercase()
            || matches!(first, '»' | '"' | '”' | ')' | '\'') && at + 2 == self.words.len()
    }
}
