//! `tokenizer.json`: what the fast engine takes of it, and how to tell.

use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::added::AddedToken;
use super::bpe::{Bpe, Units};
use super::byte_level;
use super::merges::Merges;
use super::pattern::{Known, Pattern};
use super::tiktoken::byte_tokens;
use super::vocabulary::Vocabulary;
use crate::{Error, Result};

/// The file.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) model: Model,
    #[serde(default)]
    pub(super) added_tokens: Vec<AddedToken>,
    #[serde(default)]
    pub(super) normalizer: Value,
    #[serde(default)]
    pub(super) pre_tokenizer: Value,
    #[serde(default)]
    pub(super) post_processor: Value,
    #[serde(default)]
    pub(super) decoder: Value,
    #[serde(default)]
    pub(super) truncation: Option<Truncation>,
    #[serde(default)]
    pub(super) padding: Option<Padding>,
}

/// The file's `model`.
#[derive(Debug, Deserialize)]
pub(super) struct Model {
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) vocab: Entries,
    #[serde(default)]
    merges: Vec<Merge>,
    #[serde(default)]
    dropout: Option<f32>,
    #[serde(default)]
    pub(super) unk_token: Option<String>,
    #[serde(default)]
    pub(super) unk_id: Option<usize>,
    #[serde(default)]
    pub(super) continuing_subword_prefix: Option<String>,
    #[serde(default)]
    pub(super) max_input_chars_per_word: Option<usize>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    pub(super) byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
}

/// A vocabulary with ids, or with scores.
#[derive(Debug)]
pub(super) enum Entries {
    Ids(Vec<(String, u32)>),
    Scores(Vec<(String, f64)>),
}

impl Default for Entries {
    fn default() -> Self {
        Self::Ids(Vec::new())
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of tokens to ids, or a list of tokens with scores")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries::Ids(entries))
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> std::result::Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = list.next_element()? {
                    entries.push(entry);
                }
                Ok(Entries::Scores(entries))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A merge: two tokens, as a list or parted by a space.
#[derive(Debug)]
pub(super) struct Merge(String, usize);

impl Merge {
    /// The two tokens.
    fn pair(&self) -> (&str, &str) {
        (&self.0[..self.1], &self.0[self.1..])
    }

    /// Reads `left right`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (left, right) = line.split_once(' ')?;
        let is_pair = !left.is_empty() && !right.is_empty() && !right.contains(' ');
        is_pair.then(|| Self([left, right].concat(), left.len()))
    }
}

impl<'de> Deserialize<'de> for Merge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Merge;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a merge: two tokens that are not empty")
            }

            fn visit_str<E: serde::de::Error>(self, line: &str) -> std::result::Result<Merge, E> {
                Merge::parse(line)
                    .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(line), &self))
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> std::result::Result<Merge, A::Error> {
                use serde::de::Error as _;
                let left: Option<String> = list.next_element()?;
                let right: Option<String> = list.next_element()?;
                let more: Option<String> = list.next_element()?;
                match (left, right, more) {
                    (Some(left), Some(right), None) if !left.is_empty() && !right.is_empty() => {
                        Ok(Merge([left.as_str(), &right].concat(), left.len()))
                    }
                    _ => Err(A::Error::custom("a merge is not of two tokens that are not empty")),
                }
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// How long a text's ids may be.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Truncation {
    pub(super) max_length: usize,
    #[serde(default)]
    pub(super) direction: Direction,
}

/// The side at which ids are cut or added.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(super) enum Direction {
    Left,
    #[default]
    Right,
}

/// What fills a text's ids up.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Padding {
    pub(super) strategy: PaddingStrategy,
    pub(super) direction: Direction,
    #[serde(default)]
    pub(super) pad_to_multiple_of: Option<Length>,
    pub(super) pad_id: u32,
}

/// How long ids are filled up to.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) enum PaddingStrategy {
    BatchLongest,
    Fixed(Length),
}

/// Most ids that a text is filled up to: more is a slip, or meant to take all memory.
const MOST_PADDED: usize = 1 << 24;

/// How many ids a text is filled up to.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(try_from = "usize", into = "usize")]
pub(super) struct Length(usize);

impl TryFrom<usize> for Length {
    type Error = String;

    fn try_from(length: usize) -> std::result::Result<Self, String> {
        if length > MOST_PADDED {
            return Err(format!("padding to {length} tokens, expected {MOST_PADDED} at most"));
        }
        Ok(Self(length))
    }
}

impl From<Length> for usize {
    fn from(length: Length) -> Self {
        length.0
    }
}

/// What is done to a text before its pieces are looked up.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) enum Normal {
    Nothing,
    Nfc,
}

/// Ids that are put around a text.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Around {
    pub(super) before: Vec<u32>,
    pub(super) after: Vec<u32>,
}

/// Reads the file.
///
/// # Errors
///
/// [`Error::Line`] where it is no JSON or not of a tokenizer.
pub(super) fn parse(origin: &str, bytes: &[u8]) -> Result<File> {
    serde_json::from_slice(bytes).map_err(|error| wrong(origin, &error))
}

/// An error of `serde_json`, with its line.
pub(super) fn wrong(origin: &str, error: &serde_json::Error) -> Error {
    Error::line(origin, error.line().max(1) as u64, error)
}

/// What the fast engine needs beside its model.
pub(super) struct Frame {
    pub(super) normal: Normal,
    pub(super) pattern: Pattern,
    pub(super) prefix_space: bool,
    pub(super) around: Around,
}

/// The parts of a byte-level BPE that the fast engine knows; `None` where one is of another kind.
pub(super) fn frame(file: &File) -> Option<Frame> {
    let model = &file.model;
    let plain = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
    let is_bpe = model.kind.as_deref() == Some("BPE")
        && matches!(model.vocab, Entries::Ids(_))
        && model.dropout.is_none_or(|dropout| dropout == 0.0)
        && model.unk_token.is_none()
        && plain(&model.continuing_subword_prefix)
        && plain(&model.end_of_word_suffix)
        && !model.byte_fallback;
    let (prefix_space, known) = pre_tokenizer(&file.pre_tokenizer)?;
    let decoder = kind(&file.decoder);
    if !is_bpe || decoder != "ByteLevel" {
        return None;
    }
    Some(Frame {
        normal: normalizer(&file.normalizer)?,
        pattern: known.into(),
        prefix_space,
        around: post_processor(&file.post_processor)?,
    })
}

/// The `type` of a component.
pub(super) fn kind(value: &Value) -> &str {
    value.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn flag(value: &Value, name: &str, default: bool) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(default)
}

fn normalizer(value: &Value) -> Option<Normal> {
    match kind(value) {
        "" if value.is_null() => Some(Normal::Nothing),
        "NFC" => Some(Normal::Nfc),
        "Sequence" => match value.get("normalizers")?.as_array()?.as_slice() {
            [] => Some(Normal::Nothing),
            [one] => normalizer(one),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a space is put before each text, and the split pattern.
fn pre_tokenizer(value: &Value) -> Option<(bool, Known)> {
    match kind(value) {
        "ByteLevel" => {
            flag(value, "use_regex", true).then_some(())?;
            Some((flag(value, "add_prefix_space", true), Known::Gpt2))
        }
        "Sequence" => match value.get("pretokenizers")?.as_array()?.as_slice() {
            [one] => pre_tokenizer(one),
            [split, bytes] => {
                let is_isolated = split.get("behavior")?.as_str()? == "Isolated";
                let is_plain =
                    kind(split) == "Split" && is_isolated && !flag(split, "invert", false);
                let is_bytes = kind(bytes) == "ByteLevel"
                    && !flag(bytes, "use_regex", true)
                    && !flag(bytes, "add_prefix_space", true);
                if !is_plain || !is_bytes {
                    return None;
                }
                let regex = split.get("pattern")?.get("Regex")?.as_str()?;
                Some((false, Known::of_regex(regex)?))
            }
            _ => None,
        },
        _ => None,
    }
}

/// What is put around a text that stands alone.
pub(super) fn post_processor(value: &Value) -> Option<Around> {
    let id = |value: &Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
    match kind(value) {
        "" if value.is_null() => Some(Around::default()),
        "ByteLevel" => Some(Around::default()),
        "BertProcessing" | "RobertaProcessing" => {
            let of = |name| id(value.get(name)?.get(1)?);
            Some(Around { before: vec![of("cls")?], after: vec![of("sep")?] })
        }
        "TemplateProcessing" => {
            let mut around = Around::default();
            let mut is_after = false;
            for piece in value.get("single")?.as_array()? {
                if let Some(special) = piece.get("SpecialToken") {
                    let name = special.get("id")?.as_str()?;
                    let ids = value.get("special_tokens")?.get(name)?.get("ids")?.as_array()?;
                    let side = if is_after { &mut around.after } else { &mut around.before };
                    for one in ids {
                        side.push(id(one)?);
                    }
                } else if is_after || piece.get("Sequence")?.get("id")?.as_str()? != "A" {
                    return None;
                } else {
                    is_after = true;
                }
            }
            is_after.then_some(around)
        }
        "Sequence" => {
            let mut around = Around::default();
            for one in value.get("processors")?.as_array()? {
                let Around { before, after } = post_processor(one)?;
                around.before.splice(0..0, before);
                around.after.extend(after);
            }
            Some(around)
        }
        _ => None,
    }
}

/// The byte-level BPE of a file that has the right [`frame`]; `None` where its vocabulary is not one
/// of bytes.
///
/// # Errors
///
/// [`Error::Format`] where the vocabulary contradicts itself.
pub(super) fn bpe(origin: &str, model: &Model, pattern: Pattern) -> Result<Option<Bpe>> {
    let Entries::Ids(entries) = &model.vocab else { return Ok(None) };
    let merges = model.merges.iter();
    build(origin, entries, merges, pattern, model.ignore_merges)
}

/// A byte-level BPE of tokens with ids and a list of merges.
pub(super) fn build<'m>(
    origin: &str,
    entries: &[(String, u32)],
    list: impl ExactSizeIterator<Item = &'m Merge>,
    pattern: Pattern,
    whole_first: bool,
) -> Result<Option<Bpe>> {
    let wrong = |reason: String| Error::format(origin, 0, reason);
    let mut vocabulary = Vocabulary::with_capacity(entries.len());
    let mut bytes = Vec::new();
    for (token, id) in entries {
        if !byte_level::to_bytes(token, &mut bytes) || bytes.is_empty() {
            return Ok(None);
        }
        vocabulary.add(*id, &bytes).map_err(|reason| wrong(format!("vocabulary: {reason}")))?;
    }
    vocabulary.close();
    let Ok(byte_tokens) = byte_tokens(&vocabulary) else { return Ok(None) };
    let mut merges = Merges::with_capacity(list.len());
    for (rank, merge) in list.enumerate() {
        let mut id = |token: &str| {
            let is_bytes = byte_level::to_bytes(token, &mut bytes);
            is_bytes
                .then(|| vocabulary.id(&bytes))
                .flatten()
                .ok_or_else(|| wrong(format!("merge {rank}: {token:?} is not in the vocabulary")))
        };
        let (left, right) = merge.pair();
        let (left, right, made) = (id(left)?, id(right)?, id(&merge.0)?);
        merges.add(left, right, made).map_err(|reason| wrong(format!("merge {rank}: {reason}")))?;
    }
    merges.find_step();
    Ok(Some(Bpe { vocabulary, merges, pattern, units: Units::Bytes(byte_tokens), whole_first }))
}
