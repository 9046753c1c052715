//! What happens to a text before byte-pair encoding: added tokens are taken out, the rest is normalized, and each part knows
//! where it came from.

use unicode_normalization::{IsNormalized, is_nfc_quick};

use super::added::Part;
use super::json::Normal;
use super::pieces::Pieces;
use super::tokenizer::Tokenizer;
use crate::{Result, Span};

/// A piece of a text on its way to the model.
pub(super) enum Piece<'p> {
    /// Text that the model cuts, and where it came from.
    Text(&'p str, Origin<'p>),
    /// An added token.
    Added(u32, Span),
}

/// Where normalized text came from.
#[derive(Clone, Copy)]
pub(super) enum Origin<'p> {
    /// The text itself from this byte on, after a space of this length.
    Same(usize, usize),
    /// By byte of a normalized text: the byte it came from; from this byte of it on. Empty: not asked for.
    Bytes(&'p [usize], usize),
    /// A normalized string: where its original begins, where in it this text begins, and a space.
    Normalized(&'p tokenizers::NormalizedString, usize, usize, usize),
}

impl Origin<'_> {
    /// The bytes of the original that these bytes of the text came from.
    pub(super) fn span(self, start: usize, end: usize) -> Span {
        match self {
            Self::Same(base, prefix) => {
                let of = |at: usize| base + at.saturating_sub(prefix);
                Span::new(of(start), of(end))
            }
            Self::Bytes(origins, from) => {
                let of = |at: usize| origins.get(from + at).copied().unwrap_or(0);
                Span::new(of(start), of(end).max(of(start)))
            }
            Self::Normalized(normalized, base, from, prefix) => {
                let of = |at: usize| from + at.saturating_sub(prefix);
                let range = tokenizers::normalizer::Range::Normalized(of(start)..of(end));
                let original = normalized.convert_offsets(range).unwrap_or_default();
                Span::new(base + original.start, base + original.end.max(original.start))
            }
        }
    }
}

impl Tokenizer {
    /// Calls `each` with each piece of `text` between added tokens, normalized.
    pub(super) fn text_parts(
        &self,
        text: &str,
        mut each: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        self.parts(text, false, |part| match part {
            Piece::Text(text, _) => each(text),
            Piece::Added(..) => Ok(()),
        })
    }

    /// Calls `piece` with each piece of `text` between added tokens, normalized, and each added token.
    pub(super) fn parts(
        &self,
        text: &str,
        with_origins: bool,
        mut piece: impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<()> {
        if let Some(pieces) = &self.pieces {
            return self.sentencepieces(pieces, text, with_origins, piece);
        }
        self.added.split(text, |part| match part {
            Part::Token(id, start, end) => piece(Piece::Added(id, Span::new(start, end))),
            Part::Text(start, end) => self.normalized(&text[start..end], start, &mut piece),
        })
    }

    /// As [`parts`](Self::parts), for a sentencepiece model: its own symbols are its added tokens.
    fn sentencepieces(
        &self,
        pieces: &Pieces,
        text: &str,
        with_origins: bool,
        mut piece: impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<()> {
        let symbol = |rest: &str| self.added.prefix(rest);
        let mut origins = Vec::new();
        let wanted = with_origins.then_some(&mut origins);
        let normalized = pieces.normalizer.run(text, symbol, wanted);
        self.added.split(&normalized, |part| match part {
            Part::Token(id, from, to) => {
                piece(Piece::Added(id, Origin::Bytes(&origins, from).span(0, to - from)))
            }
            Part::Text(from, to) => {
                piece(Piece::Text(&normalized[from..to], Origin::Bytes(&origins, from)))
            }
        })
    }

    /// As [`parts`](Self::parts), for text between the added tokens that are not normalized.
    fn normalized(
        &self,
        text: &str,
        start: usize,
        piece: &mut impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<()> {
        if self.normal == Normal::Nfc && !is_nfc(text) {
            // Beyond the quick check the reference decides, so that its Unicode version does.
            let mut normalized = tokenizers::NormalizedString::from(text);
            normalized.nfc();
            let whole = normalized.get();
            return self.added.split_normalized(whole, |part| match part {
                Part::Token(id, from, to) => {
                    let origin = Origin::Normalized(&normalized, start, from, 0);
                    piece(Piece::Added(id, origin.span(0, to - from)))
                }
                Part::Text(from, to) => self.prefixed(&whole[from..to], |text, prefix| {
                    piece(Piece::Text(text, Origin::Normalized(&normalized, start, from, prefix)))
                }),
            });
        }
        let mut plain = |from: usize, to: usize| {
            self.prefixed(&text[from..to], |text, prefix| {
                piece(Piece::Text(text, Origin::Same(start + from, prefix)))
            })
        };
        if !self.added.has_normalized() {
            return plain(0, text.len());
        }
        let mut parts = Vec::new();
        self.added.split_normalized(text, |part| {
            parts.push(part);
            Ok(())
        })?;
        for part in parts {
            match part {
                Part::Text(from, to) => self.prefixed(&text[from..to], |text, prefix| {
                    piece(Piece::Text(text, Origin::Same(start + from, prefix)))
                })?,
                Part::Token(id, from, to) => {
                    piece(Piece::Added(id, Span::new(start + from, start + to)))?;
                }
            }
        }
        Ok(())
    }

    /// Calls `then` with `text`, where wanted with a space before it, and the space's length.
    fn prefixed(&self, text: &str, then: impl FnOnce(&str, usize) -> Result<()>) -> Result<()> {
        if self.prefix_space && !text.starts_with(' ') {
            then(&format!(" {text}"), 1)
        } else {
            then(text, 0)
        }
    }
}

/// Whether `text` is in NFC for certain. Characters below U+0300 are, in any order.
fn is_nfc(text: &str) -> bool {
    // U+0300 is CC 80; every character below it begins with a lower byte.
    let is_low = |block: &[u8]| block.iter().fold(0, |highest, &byte| byte.max(highest)) < 0xcc;
    if text.as_bytes().chunks(512).all(is_low) {
        return true;
    }
    is_nfc_quick(text.chars()) == IsNormalized::Yes
}
