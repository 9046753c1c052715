//! Opening: which file is what.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::added::{Added, AddedToken};
use super::byte_level;
use super::compiled;
use super::json::{self, Entries, Frame, Merge, Normal};
use super::pattern::{Known, Pattern};
use super::pieces::Pieces;
use super::sentencepiece::{self, Role};
use super::shape::Shape;
use super::tiktoken;
use super::tokenizer::{Model, Tokenizer, Writing};
use super::vocabulary::Vocabulary;
use super::words_file;
use crate::{Error, Result, io};

/// Largest file of a vocabulary.
const MOST_BYTES: u64 = 1 << 30;

impl Tokenizer {
    /// Opens the vocabulary in the file at `path`:
    ///
    /// | file | what |
    /// |---|---|
    /// | `*.tiktoken` | ranks; `pattern` says how texts are cut: `gpt2`, `cl100k`, `o200k`, `llama3`, `qwen2`, `tekken`, or a regular expression |
    /// | `tokenizer.json` | of `tokenizers` |
    /// | `vocab.txt` | of BERT; texts are made small where no token has a capital letter |
    /// | `*.model` (also `.model.v3`) | of sentencepiece, Unigram or byte-pair encoding |
    /// | `tekken.json` | of Mistral |
    /// | any name | a compiled vocabulary, of [`compile`](Self::compile) |
    /// | `vocab.json`, `encoder.json` | of GPT-2, with `merges.txt` or `vocab.bpe` beside it |
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the file cannot be read; [`Error::Line`] and [`Error::Format`] where it is not what its
    /// name says; [`Error::Argument`] where a `.tiktoken` file comes without a pattern, or with one
    /// that is neither known nor an expression; [`Error::Limit`] where it has more than 1 GiB.
    ///
    /// # Complexity
    ///
    /// Linear in the file.
    pub fn open(path: impl AsRef<Path>, pattern: Option<&str>) -> Result<Self> {
        let path = path.as_ref();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let origin = path.display().to_string();
        limited(path)?;
        let whole = io::Mapped::open(path)?;
        if compiled::is_compiled(&whole) {
            if let Some(pattern) = pattern {
                return Err(has_its_own(pattern));
            }
            return compiled::open(path, whole);
        }
        drop(whole);
        let bytes = io::read(path)?;
        if name.ends_with(".tiktoken") {
            let Some(pattern) = pattern else {
                return Err(Error::argument(
                    "pattern",
                    "gpt2, cl100k, o200k or a regular expression: a .tiktoken file has none",
                    "none",
                ));
            };
            let model = tiktoken::read(&origin, &bytes, Pattern::new(pattern)?)?;
            return Ok(Self::plain(Model::Bpe(Box::new(model)), Writing::Plain));
        }
        if let Some(pattern) = pattern {
            return Err(has_its_own(pattern));
        }
        if name.ends_with("vocab.json") || name.ends_with("encoder.json") {
            return from_vocab_and_merges(path, &bytes);
        }
        if name.starts_with("tekken") && name.ends_with(".json") {
            return from_tekken(&origin, &bytes);
        }
        if name.ends_with("vocab.txt") {
            return from_vocab_txt(&origin, &bytes);
        }
        if name.contains(".model") {
            return from_sentencepiece(&origin, &bytes);
        }
        if name.ends_with(".json") {
            return Self::from_json(&origin, &bytes);
        }
        Err(Error::format(
            origin,
            0,
            "expected a file named .json, .tiktoken, .model or vocab.txt, or a compiled vocabulary",
        ))
    }

    /// A tokenizer of `ranks`: token `i` has the bytes `ranks[i]`, and the lowest pair merges first.
    /// `pattern` as in [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where one of the 256 bytes has no token, two tokens are the same, or the pattern is not one.
    pub fn from_ranks<B: AsRef<[u8]>>(ranks: &[B], pattern: &str) -> Result<Self> {
        let pattern = Pattern::new(pattern)?;
        let wrong =
            |got: String| Error::argument("ranks", "tokens, all different, with all bytes", got);
        let mut vocabulary = Vocabulary::with_capacity(ranks.len());
        for (id, token) in ranks.iter().enumerate() {
            let id = u32::try_from(id).unwrap_or(u32::MAX);
            vocabulary.add(id, token.as_ref()).map_err(wrong)?;
        }
        let model = tiktoken::from_ranks(vocabulary, pattern).map_err(wrong)?;
        Ok(Self::plain(Model::Bpe(Box::new(model)), Writing::Plain))
    }

    /// The tokenizer of a `tokenizer.json` in memory; `origin` is what errors name.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn from_json(origin: &str, bytes: &[u8]) -> Result<Self> {
        let file = json::parse(origin, bytes)?;
        if let Some(around) = words_file::around(&file) {
            let Some(words) = words_file::words(&file) else {
                return through_reference(origin, bytes);
            };
            let tokens = Added::with_ids(file.added_tokens, words.vocabulary.len(), |token| {
                words.vocabulary.id(token.as_bytes())
            });
            let added = Added::new(origin, tokens, str::to_owned)?;
            let shape = Shape { around, truncation: file.truncation, padding: file.padding };
            let plain = Self::plain(Model::Words(Box::new(words)), Writing::Plain);
            return Ok(Self { added, shape, ..plain });
        }
        let Some(Frame { normal, pattern, prefix_space, around }) = json::frame(&file) else {
            return through_reference(origin, bytes);
        };
        let Some(model) = json::bpe(origin, &file.model, pattern)? else {
            return through_reference(origin, bytes);
        };
        let vocabulary = &model.vocabulary;
        let tokens = Added::with_ids(file.added_tokens, vocabulary.len(), |token| {
            let mut bytes = Vec::new();
            byte_level::to_bytes(token, &mut bytes).then(|| vocabulary.id(&bytes)).flatten()
        });
        let added = Added::new(origin, tokens, |text| normalize(normal, text))?;
        let shape = Shape { around, truncation: file.truncation, padding: file.padding };
        let plain = Self::plain(Model::Bpe(Box::new(model)), Writing::ByteLevel);
        Ok(Self { added, normal, prefix_space, shape, ..plain })
    }
}

fn has_its_own(pattern: &str) -> Error {
    Error::argument("pattern", "absent: the file has its own", pattern)
}

/// Refuses a file that is too large.
fn limited(path: &Path) -> Result<()> {
    let length = io::length(path)?;
    if length > MOST_BYTES {
        let what = format!("{}: bytes", path.display());
        return Err(Error::Limit { what, limit: MOST_BYTES, asked: length });
    }
    Ok(())
}

/// What a vocabulary does to a text.
pub(super) fn normalize(normal: Normal, text: &str) -> String {
    match normal {
        Normal::Nothing => text.to_owned(),
        Normal::Nfc => {
            let mut text = tokenizers::NormalizedString::from(text);
            text.nfc();
            text.get().to_owned()
        }
    }
}

/// A vocabulary that `tokenizers` runs.
fn through_reference(origin: &str, bytes: &[u8]) -> Result<Tokenizer> {
    let model = Model::Reference(reference(origin, bytes)?);
    Ok(Tokenizer::plain(model, Writing::ByteLevel))
}

/// The file as `tokenizers` reads it.
fn reference(origin: &str, bytes: &[u8]) -> Result<Box<tokenizers::Tokenizer>> {
    let wrong = |reason: String| Error::format(origin, 0, reason);
    std::panic::catch_unwind(|| tokenizers::Tokenizer::from_bytes(bytes))
        .map_err(|_| wrong("the file contradicts itself".to_owned()))?
        .map(Box::new)
        .map_err(|error| wrong(error.to_string()))
}

/// BERT's `vocab.txt`: a token a line. Texts are made small where no token has a capital letter.
fn from_vocab_txt(origin: &str, bytes: &[u8]) -> Result<Tokenizer> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to() as u64;
        Error::format(origin, at, "not UTF-8")
    })?;
    let mut vocab = serde_json::Map::new();
    for (id, line) in text.lines().enumerate() {
        let token = line.trim_end();
        if token.is_empty() || vocab.insert(token.to_owned(), id.into()).is_some() {
            let reason =
                if token.is_empty() { "an empty line" } else { "a token that stood before" };
            return Err(Error::line(origin, id as u64 + 1, reason));
        }
    }
    let is_special = |token: &str| token.starts_with('[') && token.ends_with(']');
    let has_capitals =
        vocab.keys().any(|token| !is_special(token) && token.chars().any(char::is_uppercase));
    let id = |token: &str| {
        let missing = || Error::line(origin, vocab.len() as u64, format!("no token {token}"));
        vocab.get(token).cloned().ok_or_else(missing)
    };
    let (start, end) = (id("[CLS]")?, id("[SEP]")?);
    id("[UNK]")?;
    let added: Vec<_> = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        .into_iter()
        .filter_map(|token| {
            Some(serde_json::json!({
                "id": vocab.get(token)?, "content": token, "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true,
            }))
        })
        .collect();
    let json = serde_json::json!({
        "version": "1.0",
        "added_tokens": added,
        "normalizer": {
            "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": !has_capitals,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", end], "cls": ["[CLS]", start]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocab,
        },
    });
    Tokenizer::from_json(origin, json.to_string().as_bytes())
}

/// A sentencepiece model. Its user-defined symbols are found in texts; its control symbols are not.
fn from_sentencepiece(origin: &str, bytes: &[u8]) -> Result<Tokenizer> {
    let file = sentencepiece::parse(origin, bytes)?;
    if file.kind == sentencepiece::Kind::Unigram {
        let words = words_file::sentencepieces(origin, &file)?;
        let plain = Tokenizer::plain(Model::Words(Box::new(words)), Writing::Plain);
        return Ok(Tokenizer { pieces: Some(Box::new(Pieces::new(file))), ..plain });
    }
    if file.kind != sentencepiece::Kind::Bpe {
        let reason = format!("a sentencepiece model of kind {:?} is not supported", file.kind);
        return Err(Error::format(origin, 0, reason));
    }
    let model = sentencepiece::bpe(origin, &file)?;
    let symbols = (0..).zip(&file.pieces).filter(|(_, piece)| piece.role == Role::UserDefined);
    let symbols = symbols.map(|(id, piece)| AddedToken::plain(id, &piece.text)).collect();
    let added = Added::new(origin, symbols, str::to_owned)?;
    let plain = Tokenizer::plain(Model::Bpe(Box::new(model)), Writing::Plain);
    Ok(Tokenizer { added, pieces: Some(Box::new(Pieces::new(file))), ..plain })
}

/// The files that the vocabulary at `path` is read from.
#[cfg(feature = "cli")]
pub(crate) fn files(path: &Path) -> Vec<PathBuf> {
    let merges = merges_beside(path).filter(|path| path.is_file());
    std::iter::once(path.to_owned()).chain(merges).collect()
}

/// Where the merges of GPT-2's pair of files lie, of which `path` is the other.
fn merges_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    let pairs = [("encoder.json", "vocab.bpe"), ("vocab.json", "merges.txt")];
    pairs.into_iter().find_map(|(one, other)| {
        let start = name.len().checked_sub(one.len()).filter(|&at| name.is_char_boundary(at))?;
        let (start, end) = name.split_at(start);
        end.eq_ignore_ascii_case(one).then(|| path.with_file_name(format!("{start}{other}")))
    })
}

/// GPT-2's pair of files.
fn from_vocab_and_merges(path: &Path, bytes: &[u8]) -> Result<Tokenizer> {
    let origin = path.display().to_string();
    let entries: Entries =
        serde_json::from_slice(bytes).map_err(|error| json::wrong(&origin, &error))?;
    let Entries::Ids(entries) = entries else {
        return Err(Error::line(origin, 1, "expected a map of tokens to ids"));
    };
    let beside = merges_beside(path).unwrap_or_default();
    let text = io::read_text(&beside)?;
    let mut merges = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with("#version") {
            continue;
        }
        merges.push(Merge::parse(line).ok_or_else(|| {
            Error::line(beside.display(), number, "expected two tokens with a space between")
        })?);
    }
    let pattern = Pattern::from(Known::Gpt2);
    let model = json::build(&origin, &entries, merges.iter(), pattern, false)?;
    let model = model.ok_or_else(|| {
        Error::format(
            &origin,
            0,
            "not a vocabulary of bytes: a byte is missing, or a token is none",
        )
    })?;
    Ok(Tokenizer::plain(Model::Bpe(Box::new(model)), Writing::ByteLevel))
}

#[derive(Deserialize)]
struct Tekken {
    config: TekkenConfig,
    vocab: Vec<TekkenToken>,
}

#[derive(Deserialize)]
struct TekkenConfig {
    pattern: String,
    #[serde(default)]
    default_vocab_size: Option<u32>,
    #[serde(default)]
    default_num_special_tokens: u32,
}

#[derive(Deserialize)]
struct TekkenToken {
    rank: u32,
    token_bytes: String,
}

/// Mistral's `tekken.json`: ranks from the first id behind the special tokens on.
fn from_tekken(origin: &str, bytes: &[u8]) -> Result<Tokenizer> {
    let file: Tekken =
        serde_json::from_slice(bytes).map_err(|error| json::wrong(origin, &error))?;
    let wrong = |reason: String| Error::format(origin, 0, reason);
    let special = file.config.default_num_special_tokens;
    let most = file.config.default_vocab_size.unwrap_or(u32::MAX).saturating_sub(special);
    let mut vocabulary = Vocabulary::with_capacity(file.vocab.len());
    let mut token = Vec::new();
    for entry in file.vocab.iter().filter(|entry| entry.rank < most) {
        tiktoken::base64(entry.token_bytes.as_bytes(), &mut token)
            .and_then(|()| vocabulary.add(entry.rank.saturating_add(special), &token))
            .map_err(|reason| wrong(format!("rank {}: {reason}", entry.rank)))?;
    }
    let pattern = Pattern::new(&file.config.pattern).map_err(|error| {
        let at = memchr::memmem::find(bytes, b"\"pattern\"").unwrap_or_default();
        Error::format(origin, at as u64, error)
    })?;
    let model = tiktoken::from_ranks(vocabulary, pattern).map_err(wrong)?;
    Ok(Tokenizer::plain(Model::Bpe(Box::new(model)), Writing::Plain))
}
