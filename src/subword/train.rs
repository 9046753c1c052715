//! Training: the vocabulary of a corpus.

use rayon::prelude::*;
use tokenizers::models::TrainerWrapper;
use tokenizers::models::unigram::{Unigram, UnigramTrainer};
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainer};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::whitespace::WhitespaceSplit;
use tokenizers::{AddedToken, DecoderWrapper, PreTokenizerWrapper};

use super::byte_level;
use super::count::Counter;
use super::pattern::{Known, Pattern};
use super::tokenizer::{Tokenizer, through_reference};
use super::train_bpe::{self, Learnt};
use crate::progress::Progress;
use crate::{Error, Result};

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
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            kind: Kind::Bpe,
            vocab_size: 32_000,
            min_frequency: 0,
            special_tokens: Vec::new(),
            pattern: Known::Gpt2,
        }
    }
}

/// Trains a vocabulary on `texts`, on the current pool.
///
/// BPE is this crate's own: its merges are those that `tokenizers` learns from the same pieces. Unigram and WordPiece
/// are trained by `tokenizers`, which may number equal pieces otherwise in another run. BPE does not depend on the number of threads.
///
/// # Errors
///
/// [`Error::Argument`] where `vocab_size` has no room for the special tokens and the 256 bytes, or above a million;
/// [`Error::Format`] where `tokenizers` cannot train; [`Error::Cancelled`].
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
    const MOST: usize = 1_000_000;
    if options.vocab_size > MOST {
        return Err(Error::argument("vocab_size", format!("at most {MOST}"), options.vocab_size));
    }
    let json = match options.kind {
        Kind::Bpe => bpe(texts, options, progress)?,
        Kind::Unigram => unigram(texts, options, progress)?,
        Kind::WordPiece => word_piece(texts, options, progress)?,
    };
    let mut tokenizer = Tokenizer::from_json("trained", json.as_bytes())?;
    tokenizer.source = Some(json);
    Ok(tokenizer)
}

fn bpe<T: AsRef<str> + Sync>(
    texts: &[T],
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<String> {
    let special = &options.special_tokens;
    let least = special.len() + 256;
    if options.vocab_size < least {
        let wanted = format!("at least {least}: the bytes and the special tokens");
        return Err(Error::argument("vocab_size", wanted, options.vocab_size));
    }
    let pattern = Pattern::from(options.pattern);
    progress.start("counting", Some(texts.len() as u64), "texts");
    let count = |mut counter: Counter, text: &T| {
        progress.check()?;
        let text = text.as_ref();
        pattern.split(text, |start, end| counter.add(&text.as_bytes()[start..end], 1))?;
        progress.advance(1);
        Ok(counter)
    };
    let pieces = texts
        .par_iter()
        .try_fold(Counter::default, count)
        .try_reduce(Counter::default, |a, b| Ok(a.joined(b)))?;
    let Learnt { tokens, merges } = train_bpe::learn(&pieces, special, options, progress)?;
    let text = |id: u32| tokens[id as usize].as_str();
    let vocab: serde_json::Map<_, _> =
        tokens.iter().zip(0u32..).map(|(token, id)| (token.clone(), id.into())).collect();
    let merges: Vec<_> = merges.iter().map(|&(left, right)| [text(left), text(right)]).collect();
    let bytes = |regex: bool| serde_json::json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": regex});
    let pre_tokenizer = match options.pattern {
        Known::Gpt2 => bytes(true),
        other => serde_json::json!({"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": other.regex()}, "behavior": "Isolated", "invert": false},
            bytes(false),
        ]}),
    };
    let added = special.iter().zip(0u32..).map(|(content, id)| {
        serde_json::json!({"id": id, "content": content, "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": false, "special": true})
    });
    let file = serde_json::json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added.collect::<Vec<_>>(),
        "normalizer": null,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": null,
        "decoder": bytes(true),
        "model": {
            "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
            "ignore_merges": false, "vocab": vocab, "merges": merges,
        },
    });
    Ok(file.to_string())
}

/// Special tokens with `first` before them, where it is not among them.
fn special(first: &str, tokens: &[String]) -> Vec<AddedToken> {
    let missing = (!tokens.iter().any(|token| token == first)).then_some(first);
    let all = missing.into_iter().chain(tokens.iter().map(String::as_str));
    all.map(|token| AddedToken::from(token, true)).collect()
}

fn unigram<T: AsRef<str> + Sync>(
    texts: &[T],
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<String> {
    let trainer = UnigramTrainer::builder()
        .show_progress(false)
        .vocab_size(options.vocab_size as u32)
        .special_tokens(special("<unk>", &options.special_tokens))
        .unk_token(Some("<unk>".to_owned()))
        .build()
        .map_err(through_reference)?;
    let mut model = tokenizers::Tokenizer::new(Unigram::default());
    let meta = Metaspace::new('\u{2581}', PrependScheme::Always, true);
    let cutters = vec![PreTokenizerWrapper::from(WhitespaceSplit), meta.clone().into()];
    model.with_pre_tokenizer(Some(Sequence::new(cutters)));
    model.with_decoder(Some(DecoderWrapper::from(meta)));
    through(model, trainer.into(), texts, progress)
}

fn word_piece<T: AsRef<str> + Sync>(
    texts: &[T],
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<String> {
    let trainer = WordPieceTrainer::builder()
        .show_progress(false)
        .vocab_size(options.vocab_size)
        .min_frequency(options.min_frequency)
        .special_tokens(special("[UNK]", &options.special_tokens))
        .build();
    let mut model = tokenizers::Tokenizer::new(WordPiece::default());
    // Cased: Danish capitals mean something.
    let normalizer = BertNormalizer::new(true, true, Some(false), false);
    model.with_normalizer(Some(normalizer)).map_err(through_reference)?;
    model.with_pre_tokenizer(Some(BertPreTokenizer));
    let decoder = tokenizers::decoders::wordpiece::WordPiece::default();
    model.with_decoder(Some(DecoderWrapper::from(decoder)));
    through(model, trainer.into(), texts, progress)
}

/// Trains through `tokenizers`.
fn through<T: AsRef<str> + Sync>(
    mut model: tokenizers::Tokenizer,
    mut trainer: TrainerWrapper,
    texts: &[T],
    progress: &dyn Progress,
) -> Result<String> {
    progress.check()?;
    progress.start("training", None, "steps");
    model.train(&mut trainer, texts.iter().map(AsRef::as_ref)).map_err(through_reference)?;
    progress.check()?;
    model.to_string(false).map_err(through_reference)
}

/// The printable character of each byte, in the order of the characters: the alphabet's order in a file.
pub(super) fn alphabet() -> Vec<(u8, String)> {
    let mut alphabet: Vec<_> = (0..=255).map(|byte| (byte, byte_level::to_text(&[byte]))).collect();
    alphabet.sort_by(|a, b| a.1.cmp(&b.1));
    alphabet
}
