//! Words by the conventions of UD Danish-DDT.

use super::unicode::UnicodeWords;
use super::{Kind, Norm, Options, Word, abbreviations};
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
pub fn words(text: &str) -> Words<'_> {
    Words::new(text, Options::default())
}

/// The words of a text, in order. From [`words`] and [`Options::words`].
#[derive(Clone)]
pub struct Words<'t> {
    text: &'t str,
    options: Options,
    pieces: UnicodeWords<'t>,
    next: Option<Word>,
}

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str, options: Options) -> Self {
        let mut pieces = UnicodeWords::new(text, options.spaces);
        let next = pieces.next();
        Self { text, options, pieces, next }
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let mut word = self.next?;
        self.next = self.pieces.next();
        if self.options.norm == Norm::Danish {
            while let Some(next) = self.next {
                let joins =
                    |w: Word| matches!(w.kind, Kind::Word | Kind::Number | Kind::Abbreviation);
                let text = next.of(self.text);
                if next.span.start() != word.span.end() || !joins(word) {
                    break;
                }
                let span = Span::new(word.span.start(), next.span.end());
                if abbreviations::find(span.of(self.text)).is_some() {
                    word = Word { span, kind: Kind::Abbreviation };
                } else if joins(next) || matches!(text, "'" | "-") {
                    word.span = span;
                } else {
                    break;
                }
                self.next = self.pieces.next();
            }
        }
        Some(word)
    }
}
