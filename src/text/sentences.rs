//! Sentences.

use unicode_segmentation::{USentenceBoundIndices, UnicodeSegmentation};

use super::{Options, abbreviations};
use crate::Span;

/// The sentences of `text`, in order, without the white space around them.
///
/// # Example
///
/// ```
/// use sprogkit::text::sentences;
///
/// let text = "Det koster ca. 5 kr. i dag. Ja.";
/// let found: Vec<_> = sentences(text).map(|span| span.of(text)).collect();
/// assert_eq!(found, ["Det koster ca. 5 kr. i dag.", "Ja."]);
/// ```
#[must_use]
pub fn sentences(text: &str) -> Sentences<'_> {
    Sentences::new(text, Options::default())
}

/// The sentences of a text, in order. From [`sentences`] and [`Options::sentences`].
#[derive(Clone)]
pub struct Sentences<'t> {
    text: &'t str,
    pieces: std::iter::Peekable<USentenceBoundIndices<'t>>,
}

impl<'t> Sentences<'t> {
    pub(super) fn new(text: &'t str, _options: Options) -> Self {
        Self { text, pieces: text.split_sentence_bound_indices().peekable() }
    }
}

impl Iterator for Sentences<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            let (start, piece) = self.pieces.next()?;
            let mut end = start + piece.len();
            while self.pieces.peek().is_some() {
                let sentence = self.text[start..end].trim_end();
                let last = sentence.rsplit(char::is_whitespace).next().unwrap_or("");
                if abbreviations::find(last).is_none() {
                    break;
                }
                if let Some((at, piece)) = self.pieces.next() {
                    end = at + piece.len();
                }
            }
            let whole = &self.text[start..end];
            let sentence = whole.trim();
            if !sentence.is_empty() {
                let start = start + (whole.len() - whole.trim_start().len());
                return Some(Span::new(start, start + sentence.len()));
            }
        }
    }
}
