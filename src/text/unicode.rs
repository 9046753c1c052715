//! Words by Unicode Standard Annex #29, through `unicode-segmentation`.

use unicode_segmentation::{UWordBoundIndices, UnicodeSegmentation};

use super::{Kind, Word};
use crate::Span;

/// The words of a text by UAX #29.
#[derive(Clone)]
pub(super) struct UnicodeWords<'t> {
    pieces: UWordBoundIndices<'t>,
}

impl<'t> UnicodeWords<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { pieces: text.split_word_bound_indices() }
    }
}

impl Iterator for UnicodeWords<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            let (start, piece) = self.pieces.next()?;
            let kind = kind(piece);
            if kind != Kind::Space {
                return Some(Word { span: Span::new(start, start + piece.len()), kind });
            }
        }
    }
}

/// What a piece of UAX #29 is: it has no marks to go by, so this is coarse.
fn kind(piece: &str) -> Kind {
    let first = piece.chars().next().unwrap_or(' ');
    if piece.chars().all(char::is_whitespace) {
        Kind::Space
    } else if first.is_numeric() {
        Kind::Number
    } else if piece.chars().any(char::is_alphanumeric) {
        Kind::Word
    } else if first.is_control() {
        Kind::Control
    } else {
        Kind::Punctuation
    }
}
