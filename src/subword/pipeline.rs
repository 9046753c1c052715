//! What happens to a text before its words are looked up: normalization, and cutting into words.

use tokenizers::tokenizer::{NormalizedString, Normalizer as _, OffsetReferential, OffsetType};
use tokenizers::{
    NormalizerWrapper, PreTokenizedString, PreTokenizer as _, PreTokenizerWrapper, Token,
};

use super::added::Added;
use super::sentencepiece::{Normalizer, SPACE};
use crate::Span;

/// The steps of a vocabulary before its model.
#[derive(Debug)]
pub(super) enum Pipeline {
    /// Those of a `tokenizer.json`, by `tokenizers`.
    Reference {
        normalizer: Option<NormalizerWrapper>,
        cutter: Box<PreTokenizerWrapper>,
        /// The cutter of a text that does not begin at the beginning, where that is another.
        later: Option<Box<PreTokenizerWrapper>>,
    },
    /// That of a sentencepiece model; words begin with U+2581, unless pieces hold it inside.
    Sentencepiece { normalizer: Normalizer, symbols: Added, is_whole: bool },
}

impl Pipeline {
    /// The words of a text, normalized; `None` where `tokenizers` gives up on it.
    pub(super) fn words(&self, text: &str, is_first: bool) -> Option<Vec<String>> {
        match self {
            Self::Reference { .. } => {
                let cut = self.cut(text, is_first)?;
                let splits = cut.get_splits(OffsetReferential::Normalized, OffsetType::Byte);
                Some(splits.into_iter().map(|(word, _, _)| word.to_owned()).collect())
            }
            Self::Sentencepiece { normalizer, symbols, is_whole } => {
                let text = normalizer.run(text, |rest| symbols.prefix(rest), None);
                let mut words = Vec::new();
                each_word(&text, *is_whole, |start, end| words.push(text[start..end].to_owned()));
                Some(words)
            }
        }
    }

    fn cut(&self, text: &str, is_first: bool) -> Option<PreTokenizedString> {
        let Self::Reference { normalizer, cutter, later } = self else { return None };
        let mut normalized = NormalizedString::from(text);
        if let Some(normalizer) = normalizer {
            normalizer.normalize(&mut normalized).ok()?;
        }
        let mut pieces = PreTokenizedString::from(normalized);
        let cutter = later.as_ref().filter(|_| !is_first).unwrap_or(cutter);
        cutter.pre_tokenize(&mut pieces).ok()?;
        Some(pieces)
    }

    /// Calls `ids` with each word of `text`; what it adds, by the bytes of the word, comes out by the bytes of the text.
    /// `None` where `tokenizers` or `ids` gives up.
    pub(super) fn spans(
        &self,
        text: &str,
        is_first: bool,
        ids: impl Fn(&str, &mut dyn FnMut(u32, usize, usize)) -> Option<()>,
    ) -> Option<Vec<(u32, Span)>> {
        match self {
            Self::Reference { .. } => {
                let mut cut = self.cut(text, is_first)?;
                cut.tokenize(|word| {
                    let mut tokens = Vec::new();
                    let mut add = |id, start, end| {
                        tokens.push(Token::new(id, String::new(), (start, end)));
                    };
                    ids(word.get(), &mut add).ok_or("no token for what is unknown")?;
                    Ok(tokens)
                })
                .ok()?;
                let encoding = cut.into_encoding(None, 0, OffsetType::Byte).ok()?;
                let places = encoding.get_ids().iter().zip(encoding.get_offsets());
                let span = |start: usize, end: usize| Span::new(start, end.max(start));
                Some(places.map(|(&id, &(start, end))| (id, span(start, end))).collect())
            }
            Self::Sentencepiece { normalizer, symbols, is_whole } => {
                let mut origins = Vec::new();
                let normalized =
                    normalizer.run(text, |rest| symbols.prefix(rest), Some(&mut origins));
                let mut placed = Vec::new();
                let mut failed = false;
                each_word(&normalized, *is_whole, |start, end| {
                    let of = |at: usize| origins.get(start + at).copied().unwrap_or(text.len());
                    let mut add = |id, from, to| {
                        placed.push((id, Span::new(of(from), of(to).max(of(from)))));
                    };
                    failed |= ids(&normalized[start..end], &mut add).is_none();
                });
                (!failed).then_some(placed)
            }
        }
    }
}

/// Calls `each` with the start and end of every word of a normalized text: marks, then what follows them.
fn each_word(text: &str, is_whole: bool, mut each: impl FnMut(usize, usize)) {
    let mut start = 0;
    if !is_whole {
        let mut after = 0;
        for (at, _) in text.match_indices(SPACE) {
            // A mark behind another goes with it.
            if at > after {
                each(start, at);
                start = at;
            }
            after = at + SPACE.len();
        }
    }
    if start < text.len() {
        each(start, text.len());
    }
}
