//! Opening: which file is what.

use std::path::Path;

use serde::Deserialize;

use super::added::Added;
use super::json::{self, Entries, Frame, Merge, Normal};
use super::pattern::{Known, Pattern};
use super::shape::Shape;
use super::tiktoken;
use super::tokenizer::{Model, Tokenizer, Writing};
use super::vocabulary::Vocabulary;
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
    /// | `tekken.json` | of Mistral |
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
        let bytes = read(path)?;
        let origin = path.display().to_string();
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
            return Err(Error::argument("pattern", "absent: the file has its own", pattern));
        }
        if name.ends_with("vocab.json") || name.ends_with("encoder.json") {
            return from_vocab_and_merges(path, &bytes);
        }
        if name.starts_with("tekken") && name.ends_with(".json") {
            return from_tekken(&origin, &bytes);
        }
        if name.ends_with(".json") {
            return Self::from_json(&origin, &bytes);
        }
        Err(Error::format(origin, 0, "expected a file named .json or .tiktoken"))
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
        let Some(Frame { normal, pattern, prefix_space, around }) = json::frame(&file) else {
            return through_reference(origin, bytes);
        };
        let Some(model) = json::bpe(origin, &file.model, pattern)? else {
            return through_reference(origin, bytes);
        };
        let added = Added::new(origin, file.added_tokens, |text| normalize(normal, text))?;
        let shape = Shape { around, truncation: file.truncation, padding: file.padding };
        let plain = Self::plain(Model::Bpe(Box::new(model)), Writing::ByteLevel);
        Ok(Self { added, normal, prefix_space, shape, ..plain })
    }
}

/// The bytes of the file at `path`, where they are not too many.
fn read(path: &Path) -> Result<Vec<u8>> {
    let length = io::length(path)?;
    if length > MOST_BYTES {
        let what = format!("{}: bytes", path.display());
        return Err(Error::Limit { what, limit: MOST_BYTES, asked: length });
    }
    io::read(path)
}

/// What a vocabulary does to a text.
fn normalize(normal: Normal, text: &str) -> String {
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
    let wrong = |reason: String| Error::format(origin, 0, reason);
    let reference = std::panic::catch_unwind(|| tokenizers::Tokenizer::from_bytes(bytes))
        .map_err(|_| wrong("the file contradicts itself".to_owned()))?
        .map_err(|error| wrong(error.to_string()))?;
    Ok(Tokenizer::plain(Model::Reference(Box::new(reference)), Writing::ByteLevel))
}

/// GPT-2's pair of files.
fn from_vocab_and_merges(path: &Path, bytes: &[u8]) -> Result<Tokenizer> {
    let origin = path.display().to_string();
    let entries: Entries =
        serde_json::from_slice(bytes).map_err(|error| json::wrong(&origin, &error))?;
    let Entries::Ids(entries) = entries else {
        return Err(Error::line(origin, 1, "expected a map of tokens to ids"));
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = if let Some(start) = name.strip_suffix("encoder.json") {
        path.with_file_name(format!("{start}vocab.bpe"))
    } else {
        let start = name.strip_suffix("vocab.json").unwrap_or(&name);
        path.with_file_name(format!("{start}merges.txt"))
    };
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
    let pattern = Pattern::new(&file.config.pattern)?;
    let model = tiktoken::from_ranks(vocabulary, pattern).map_err(wrong)?;
    Ok(Tokenizer::plain(Model::Bpe(Box::new(model)), Writing::Plain))
}
