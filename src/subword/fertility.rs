//! How a vocabulary fares on a text: the figures by which vocabularies are compared.

use serde::Serialize;

use super::tokenizer::Tokenizer;
use crate::Result;
use crate::text::{self, Kind};

/// How many tokens a text takes, and how many of its words stay whole.
///
/// Words are those of [`text::words`]; those that are neither words nor numbers are not counted as such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fertility {
    /// Bytes of the text.
    pub bytes: u64,
    /// Ids of the text.
    pub tokens: u64,
    /// Words.
    pub words: u64,
    /// Ids that a word shares in, summed over all words.
    pub word_tokens: u64,
    /// Words of one id, the space before it included.
    pub whole: u64,
    /// Words with a letter beyond ASCII.
    pub marked: u64,
    /// Those of one id.
    pub marked_whole: u64,
    /// Numbers.
    pub numbers: u64,
    /// Ids that a number shares in, summed over all numbers.
    pub number_tokens: u64,
}

impl Fertility {
    /// The figures of `text`, encoded by `tokenizer`.
    ///
    /// # Errors
    ///
    /// As [`Tokenizer::encode_offsets`].
    pub fn of(tokenizer: &Tokenizer, text: &str) -> Result<Self> {
        let spans = tokenizer.encode_offsets(text, false)?.spans;
        let mut figures =
            Self { bytes: text.len() as u64, tokens: spans.len() as u64, ..Self::default() };
        let mut at = 0;
        for word in text::words(text) {
            let span = word.span;
            while spans.get(at).is_some_and(|token| token.end() <= span.start()) {
                at += 1;
            }
            let count = spans[at..].iter().take_while(|token| token.start() < span.end()).count();
            let is_whole = count == 1 && spans[at].end() == span.end();
            match word.kind {
                Kind::Word => {
                    let is_marked = !word.of(text).is_ascii();
                    figures.words += 1;
                    figures.word_tokens += count as u64;
                    figures.whole += u64::from(is_whole);
                    figures.marked += u64::from(is_marked);
                    figures.marked_whole += u64::from(is_marked && is_whole);
                }
                Kind::Number => {
                    figures.numbers += 1;
                    figures.number_tokens += count as u64;
                }
                _ => {}
            }
        }
        Ok(figures)
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes + other.bytes,
            tokens: self.tokens + other.tokens,
            words: self.words + other.words,
            word_tokens: self.word_tokens + other.word_tokens,
            whole: self.whole + other.whole,
            marked: self.marked + other.marked,
            marked_whole: self.marked_whole + other.marked_whole,
            numbers: self.numbers + other.numbers,
            number_tokens: self.number_tokens + other.number_tokens,
        }
    }
}
