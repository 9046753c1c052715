//! Training a WordPiece vocabulary: merges, of which the tokens alone are kept.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;
use tokenizers::PreTokenizedString;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::tokenizer::{
    NormalizedString, Normalizer as _, OffsetReferential, OffsetType, PreTokenizer as _,
};

use super::count::Counter;
use super::tokenizer::through_reference;
use super::train::TrainOptions;
use super::train_bpe::{self, Goal, Words};
use crate::Result;
use crate::progress::Progress;

/// What pieces inside a word begin with.
pub(super) const PREFIX: &str = "##";

/// The tokens by id. `counts` are those of chunks between spaces.
pub(super) fn learn(
    counts: &Counter,
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<Vec<String>> {
    progress.start("finding words", None, "steps");
    let counts = words(counts)?;
    progress.check()?;
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.par_sort_unstable();
    let of_word = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    // All characters, then those inside words, each in their order.
    let (mut all, mut inside) = (BTreeSet::new(), BTreeSet::new());
    for (word, _) in &sorted {
        let word = of_word(word);
        all.extend(word.chars());
        inside.extend(word.chars().skip(1));
    }
    let mut tokens = options.special_tokens.clone();
    let mut ids: HashMap<String, u32> = tokens.iter().cloned().zip(0..).collect();
    let inside = inside.into_iter().map(|c| format!("{PREFIX}{c}"));
    for text in all.into_iter().map(String::from).chain(inside) {
        let next = tokens.len() as u32;
        ids.entry(text).or_insert_with_key(|text| {
            tokens.push(text.clone());
            next
        });
    }
    let mut words = Words::with_capacity(counts.len(), counts.bytes());
    let mut key = String::new();
    for (word, times) in sorted {
        let word = of_word(word);
        let id = |(at, c): (usize, char)| {
            key.clear();
            key.push_str(if at > 0 { PREFIX } else { "" });
            key.push(c);
            ids[&key]
        };
        words.push(word.char_indices().map(id), times);
    }
    let goal =
        Goal { size: options.vocab_size, min_frequency: options.min_frequency, prefix: PREFIX };
    Ok(train_bpe::learn(words, tokens, &goal, progress)?.tokens)
}

/// The words of chunks.
fn words(counts: &Counter) -> Result<Counter> {
    // Cased: Danish capitals mean something.
    let normalizer = BertNormalizer::new(true, true, Some(false), false);
    let cut = |mut found: Counter, (chunk, times): &(&[u8], u64)| -> Result<Counter> {
        let mut text = NormalizedString::from(String::from_utf8_lossy(chunk).into_owned());
        normalizer.normalize(&mut text).map_err(through_reference)?;
        let mut pieces = PreTokenizedString::from(text);
        BertPreTokenizer.pre_tokenize(&mut pieces).map_err(through_reference)?;
        for (word, ..) in pieces.get_splits(OffsetReferential::Normalized, OffsetType::Byte) {
            found.add(word.as_bytes(), *times);
        }
        Ok(found)
    };
    let chunks: Vec<_> = counts.iter().collect();
    chunks
        .par_iter()
        .try_fold(Counter::default, cut)
        .try_reduce(Counter::default, |a, b| Ok(a.joined(b)))
}
