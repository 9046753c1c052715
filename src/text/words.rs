//! Words, by the rules that the options name.

use super::danish::DanishWords;
use super::unicode::UnicodeWords;
use super::{Kind, Norm, Options, Word};
use crate::Span;

/// The words of `text`, by the conventions of the Danish treebank, in order.
///
/// # Invariants
///
/// Words do not overlap. Every character that is not white space lies in exactly one of them.
///
/// # Complexity
///
/// `O(n)` time for `n` bytes, `O(1)` memory; nothing is allocated.
///
/// # Example
///
/// ```
/// use sprogkit::text::{Kind, words};
///
/// let text = "Det kostede kr. 1.234,50 i 80'erne.";
/// let found: Vec<_> = words(text).map(|word| word.of(text)).collect();
/// assert_eq!(found, ["Det", "kostede", "kr.", "1.234,50", "i", "80'erne", "."]);
/// assert_eq!(words(text).nth(2).map(|word| word.kind), Some(Kind::Abbreviation));
/// ```
#[must_use]
#[inline]
pub fn words(text: &str) -> Words<'_> {
    Words::new(text, Options::default())
}

/// The words of a text, in order. From [`words`] and [`Options::words`].
#[derive(Clone)]
pub struct Words<'t>(Rules<'t>);

#[derive(Clone)]
enum Rules<'t> {
    Danish(DanishWords<'t>),
    Unicode(UnicodeWords<'t>),
    /// With the white space between the words.
    Spaced(Box<Spaced<'t>>),
}

impl<'t> Words<'t> {
    #[inline]
    pub(super) fn new(text: &'t str, options: Options) -> Self {
        let rules = match options.norm {
            Norm::Danish => Rules::Danish(DanishWords::new(text, options)),
            Norm::Unicode => Rules::Unicode(UnicodeWords::new(text)),
        };
        if !options.spaces {
            return Self(rules);
        }
        let mut words = Self(rules);
        let next = words.next();
        Self(Rules::Spaced(Box::new(Spaced { words, next, at: 0, length: text.len() })))
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        match &mut self.0 {
            Rules::Danish(words) => words.next(),
            Rules::Unicode(words) => words.next(),
            Rules::Spaced(words) => words.next(),
        }
    }

    #[inline]
    fn fold<B, F: FnMut(B, Word) -> B>(self, init: B, each: F) -> B {
        match self.0 {
            Rules::Danish(words) => words.fold(init, each),
            Rules::Unicode(words) => words.fold(init, each),
            Rules::Spaced(words) => words.fold(init, each),
        }
    }
}

impl std::iter::FusedIterator for Words<'_> {}

/// Words and what is between them, which is white space and nothing else.
#[derive(Clone)]
struct Spaced<'t> {
    words: Words<'t>,
    next: Option<Word>,
    at: usize,
    length: usize,
}

impl Iterator for Spaced<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let start = self.next.map_or(self.length, |word| word.span.start());
        if self.at < start {
            let span = Span::new(self.at, start);
            self.at = start;
            return Some(Word { span, kind: Kind::Space });
        }
        let word = self.next.take()?;
        self.at = word.span.end();
        self.next = self.words.next();
        Some(word)
    }
}
