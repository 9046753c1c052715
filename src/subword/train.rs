//! Training: the vocabulary of a corpus.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde_json::{Value, json};

use super::borders;
use super::byte_level;
use super::count::Counter;
use super::pattern::Known;
use super::tokenizer::Tokenizer;
use super::train_bpe::{self, Goal, Learnt, Words};
use super::train_unigram;
use super::train_wordpiece;
use crate::progress::Progress;
use crate::{Error, Result};

/// Texts that a thread counts at a time.
const TEXTS: usize = 64;

/// How a trained vocabulary finds its pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Byte-level byte-pair encoding: every text has ids, and gives them back.
    #[default]
    Bpe,
    /// Unigram, as sentencepiece's: pieces of words by their probability.
    Unigram,
    /// WordPiece, as BERT's: the longest piece first.
    WordPiece,
}

/// What is trained.
#[derive(Clone, Debug)]
pub struct TrainOptions {
    /// The kind of vocabulary.
    pub kind: Kind,
    /// How many tokens it has in the end, special ones included.
    pub vocab_size: usize,
    /// Fewest occurrences of a pair that is merged (BPE and WordPiece).
    pub min_frequency: u64,
    /// Tokens that stand for no text, in the order of their ids, which are the first.
    ///
    /// Unigram needs `<unk>` and WordPiece `[UNK]`: they are put first where they are missing.
    pub special_tokens: Vec<String>,
    /// How texts are cut before anything merges (BPE).
    pub pattern: Known,
    /// The share of the text that the characters of the vocabulary make out, above 0 and at most 1; rarer
    /// characters are unknown to it (Unigram). 1 is every character; sentencepiece has 0.9995.
    pub character_coverage: f64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            kind: Kind::Bpe,
            vocab_size: 32_000,
            min_frequency: 0,
            special_tokens: Vec::new(),
            pattern: Known::Gpt2,
            character_coverage: 1.0,
        }
    }
}

/// Trains a vocabulary on `texts`, on the current pool: a [`Trainer`] of texts that are at hand.
///
/// The vocabulary does not depend on the number of threads.
///
/// # Errors
///
/// As [`Trainer`].
///
/// # Example
///
/// ```
/// use sprogkit::subword::{TrainOptions, train};
///
/// let options = TrainOptions { vocab_size: 260, ..TrainOptions::default() };
/// let tokenizer = train(&["øl øl øl", "Øllet"], &options, &())?;
/// assert_eq!(tokenizer.vocab_size(), 260);
/// assert_eq!(tokenizer.encode(" øl", false)?.len(), 1);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn train<T: AsRef<str> + Sync>(
    texts: &[T],
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<Tokenizer> {
    let trainer = Trainer::new(options)?;
    progress.start("counting", Some(texts.len() as u64), "texts");
    texts.par_chunks(TEXTS).try_for_each(|texts| {
        progress.check()?;
        trainer.add(texts.iter().map(AsRef::as_ref));
        progress.advance(texts.len() as u64);
        Ok(())
    })?;
    trainer.finish(progress)
}

/// Counts the pieces of texts as they come, and trains a vocabulary on the counts.
///
/// Of the texts nothing is kept but their distinct pieces, so that a corpus of any size can be read through once.
/// The vocabulary does not depend on the order of the texts, nor on how many threads add them.
///
/// * BPE learns the merges that `tokenizers` learns.
/// * WordPiece learns by the same merges, as `tokenizers` does, from words that its `BertNormalizer` and
///   `BertPreTokenizer` cut. Characters inside words are numbered in their order, where `tokenizers` numbers
///   them otherwise in each run.
/// * Unigram is trained as sentencepiece does it. Source: Kudo (2018), *Subword Regularization*. Letters stay
///   apart from digits and signs, and no piece is longer than 16 characters.
///
/// # Complexity
///
/// Memory grows with the distinct pieces alone: some 40 bytes each while they are counted; for Unigram some
/// 24 bytes for each of their characters while seeds are sought.
///
/// # Example
///
/// ```
/// use sprogkit::subword::{TrainOptions, Trainer};
///
/// let trainer = Trainer::new(&TrainOptions { vocab_size: 259, ..TrainOptions::default() })?;
/// for part in ["øl øl\nØllet", "øl øl"] {
///     trainer.add(part.lines());
/// }
/// let tokenizer = trainer.finish(&())?;
/// assert_eq!(tokenizer.encode(" øl", false)?.len(), 1);
/// # Ok::<(), sprogkit::Error>(())
/// ```
#[derive(Debug)]
pub struct Trainer {
    options: TrainOptions,
    /// Those that no thread counts with just now.
    counters: Mutex<Vec<Counter>>,
}

impl Trainer {
    /// A trainer that has seen no text.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where `vocab_size` is above a million, or has no room for the special tokens and, for BPE,
    /// the 256 bytes; where `character_coverage` is no share.
    pub fn new(options: &TrainOptions) -> Result<Self> {
        const MOST: usize = 1_000_000;
        if options.vocab_size > MOST {
            return Err(Error::argument(
                "vocab_size",
                format!("at most {MOST}"),
                options.vocab_size,
            ));
        }
        let coverage = options.character_coverage;
        if !(coverage > 0.0 && coverage <= 1.0) {
            return Err(Error::argument("character_coverage", "above 0 and at most 1", coverage));
        }
        let mut options = options.clone();
        let (unknown, others) = match options.kind {
            Kind::Bpe => (None, 256),
            Kind::Unigram => (Some("<unk>"), 0),
            Kind::WordPiece => (Some("[UNK]"), 0),
        };
        if let Some(unknown) = unknown
            && !options.special_tokens.iter().any(|token| token == unknown)
        {
            options.special_tokens.insert(0, unknown.to_owned());
        }
        let mut seen = HashSet::new();
        options.special_tokens.retain(|token| seen.insert(token.clone()));
        let least = options.special_tokens.len() + others;
        if options.vocab_size < least {
            let bytes = if others > 0 { "the bytes and " } else { "" };
            let wanted = format!("at least {least}: {bytes}the special tokens");
            return Err(Error::argument("vocab_size", wanted, options.vocab_size));
        }
        Ok(Self { options, counters: Mutex::default() })
    }

    /// Counts the pieces of `texts` on this thread; others may do so at the same time.
    pub fn add<'t>(&self, texts: impl IntoIterator<Item = &'t str>) {
        let lock = || self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counter = lock().pop().unwrap_or_default();
        for text in texts {
            let bytes = text.as_bytes();
            match self.options.kind {
                Kind::Bpe => borders::cut(self.options.pattern, bytes, |ends| {
                    let mut start = ends.start;
                    for end in ends.each() {
                        counter.add(&bytes[start..end], 1);
                        start = end;
                    }
                }),
                // What else cuts words is looked for once in each of these.
                Kind::Unigram | Kind::WordPiece => bytes
                    .split(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
                    .filter(|word| !word.is_empty())
                    .for_each(|word| counter.add(word, 1)),
            }
        }
        lock().push(counter);
    }

    /// The vocabulary of what was counted, trained on the current pool.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where `vocab_size` has no room for the characters (Unigram); [`Error::Cancelled`].
    pub fn finish(self, progress: &dyn Progress) -> Result<Tokenizer> {
        let Self { options, counters } = self;
        let counters = counters.into_inner().unwrap_or_else(PoisonError::into_inner);
        progress.check()?;
        let counts = counters.into_par_iter().reduce(Counter::default, Counter::joined);
        progress.check()?;
        let json = match options.kind {
            Kind::Bpe => bpe(&counts, &options, progress)?,
            Kind::Unigram => unigram(&counts, &options, progress)?,
            Kind::WordPiece => word_piece(&counts, &options, progress)?,
        };
        let json = json.to_string();
        let mut tokenizer = Tokenizer::from_json("trained", json.as_bytes())?;
        tokenizer.source = Some(json);
        Ok(tokenizer)
    }
}

/// A `tokenizer.json` of these parts.
fn file(
    special: &[String],
    normalizer: Value,
    pre_tokenizer: Value,
    decoder: Value,
    model: Value,
) -> Value {
    let added = special.iter().zip(0u32..).map(|(content, id)| {
        json!({"id": id, "content": content, "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": false, "special": true})
    });
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added.collect::<Vec<_>>(),
        "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": null,
        "decoder": decoder,
        "model": model,
    })
}

/// Tokens and their ids.
fn vocab(tokens: &[String]) -> serde_json::Map<String, Value> {
    tokens.iter().zip(0u32..).map(|(token, id)| (token.clone(), id.into())).collect()
}

fn bpe(counts: &Counter, options: &TrainOptions, progress: &dyn Progress) -> Result<Value> {
    let special = &options.special_tokens;
    let mut tokens = special.clone();
    let mut of_byte = [0; 256];
    for (byte, text) in alphabet() {
        // A special token may be a character of the alphabet.
        let known = special.iter().position(|token| *token == text);
        of_byte[byte as usize] = known.unwrap_or(tokens.len()) as u32;
        if known.is_none() {
            tokens.push(text);
        }
    }
    let mut words = Words::with_capacity(counts.len(), counts.bytes());
    for (piece, times) in counts.iter() {
        words.push(piece.iter().map(|&byte| of_byte[byte as usize]), times);
    }
    let goal = Goal { size: options.vocab_size, min_frequency: options.min_frequency, prefix: "" };
    let Learnt { tokens, merges } = train_bpe::learn(words, tokens, &goal, progress)?;
    let text = |id: u32| tokens[id as usize].as_str();
    let merges: Vec<_> = merges.iter().map(|&(left, right)| [text(left), text(right)]).collect();
    let bytes = |regex: bool| json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": regex});
    let pre_tokenizer = match options.pattern {
        Known::Gpt2 => bytes(true),
        other => json!({"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": other.regex()}, "behavior": "Isolated", "invert": false},
            bytes(false),
        ]}),
    };
    let model = json!({
        "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
        "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
        "ignore_merges": false, "vocab": vocab(&tokens), "merges": merges,
    });
    Ok(file(special, Value::Null, pre_tokenizer, bytes(true), model))
}

fn word_piece(counts: &Counter, options: &TrainOptions, progress: &dyn Progress) -> Result<Value> {
    let tokens = train_wordpiece::learn(counts, options, progress)?;
    let model = json!({
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": train_wordpiece::PREFIX,
        "max_input_chars_per_word": 100, "vocab": vocab(&tokens),
    });
    let normalizer = json!({"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
        "strip_accents": false, "lowercase": false});
    let decoder = json!({"type": "WordPiece", "prefix": train_wordpiece::PREFIX, "cleanup": true});
    let special = &options.special_tokens;
    Ok(file(special, normalizer, json!({"type": "BertPreTokenizer"}), decoder, model))
}

fn unigram(counts: &Counter, options: &TrainOptions, progress: &dyn Progress) -> Result<Value> {
    let special = &options.special_tokens;
    let wanted = options.vocab_size - special.len();
    let pieces = train_unigram::learn(counts, wanted, options.character_coverage, progress)?;
    let unknown = special.iter().position(|token| token == "<unk>");
    let learnt = pieces.iter().filter(|(piece, _)| !special.contains(piece));
    let entries = special.iter().map(|token| json!([token, 0.0]));
    let entries = entries.chain(learnt.map(|(piece, score)| json!([piece, score])));
    let model = json!({
        "type": "Unigram", "unk_id": unknown, "vocab": entries.collect::<Vec<_>>(),
        "byte_fallback": false,
    });
    let meta = json!({"type": "Metaspace", "replacement": train_unigram::MARK, "prepend_scheme": "always", "split": true});
    let cutter = json!({"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, meta]});
    Ok(file(special, Value::Null, cutter, meta, model))
}

/// The printable character of each byte, in the order of the characters: the alphabet's order in a file.
fn alphabet() -> Vec<(u8, String)> {
    let mut alphabet: Vec<_> = (0..=255).map(|byte| (byte, byte_level::to_text(&[byte]))).collect();
    alphabet.sort_by(|a, b| a.1.cmp(&b.1));
    alphabet
}
