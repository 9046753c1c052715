//! Vocabularies of words: which files the engine takes, and what it makes of them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokenizers::{DecoderWrapper, NormalizerWrapper, PreTokenizerWrapper};

use super::added::{Added, AddedToken};
use super::json::{Around, Entries, File, Model, kind, post_processor};
use super::pipeline::Pipeline;
use super::sentencepiece::{self, CharacterMap, Role, SPACE};
use super::tiktoken::base64;
use super::unigram::{UNKNOWN_PENALTY, Unigram};
use super::vocabulary::Vocabulary;
use super::wordpiece::WordPiece;
use super::words::{Caution, Cut, Searcher, Words};
use crate::{Error, Result};

/// What happens to a text before its words are looked up, and to tokens before they are a text: as the file says it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Steps {
    normalizer: Value,
    pre_tokenizer: Value,
    decoder: Value,
}

/// What is put around the texts of a file that cuts them into words that stand for themselves; `None` for any other.
pub(super) fn around(file: &File) -> Option<Around> {
    let is_raw = |token: &AddedToken| !token.single_word && !token.normalized;
    let is_model = matches!(file.model.kind.as_deref(), Some("WordPiece" | "Unigram"));
    if !is_model || !file.added_tokens.iter().all(is_raw) {
        return None;
    }
    cut(&file.pre_tokenizer)?;
    post_processor(&file.post_processor)
}

/// Where texts are cut, and whether the mark is put before a text only where it begins at the beginning.
fn cut(value: &Value) -> Option<(Cut, bool)> {
    match kind(value) {
        "BertPreTokenizer" | "WhitespaceSplit" => Some((Cut::WhiteSpace, false)),
        "Metaspace" => {
            let is_whole = value.get("split").and_then(Value::as_bool) == Some(false);
            (!is_whole).then(|| (Cut::Marks, scheme(value) == "first"))
        }
        "Sequence" => match value.get("pretokenizers")?.as_array()?.as_slice() {
            [one] => cut(one),
            [spaces, meta] => {
                let is_both = kind(spaces) == "WhitespaceSplit" && kind(meta) == "Metaspace";
                (is_both && scheme(meta) == "always").then_some((Cut::WhiteSpace, false))
            }
            _ => None,
        },
        _ => None,
    }
}

/// When the mark is put before a text.
fn scheme(meta: &Value) -> &str {
    let is_never = meta.get("add_prefix_space").and_then(Value::as_bool) == Some(false);
    let scheme = meta.get("prepend_scheme").and_then(Value::as_str);
    scheme.unwrap_or(if is_never { "never" } else { "always" })
}

/// Takes note of what a normalizer does to more than one character; whether it is known at all.
fn caution(value: &Value, found: &mut Caution) -> Option<()> {
    match kind(value) {
        "" => value.is_null().then_some(()),
        "BertNormalizer" | "NFC" | "NFD" | "NFKC" | "NFKD" | "Lowercase" | "StripAccents"
        | "Nmt" => Some(()),
        "Strip" => {
            found.strips = true;
            Some(())
        }
        "Precompiled" => {
            found.clusters = true;
            let mut map = Vec::new();
            base64(value.get("precompiled_charsmap")?.as_str()?.as_bytes(), &mut map).ok()?;
            let joined = CharacterMap::new(&map).ok()?.joined().ok()?;
            (!joined.contains(&' ')).then_some(())
        }
        "Replace" => {
            let pattern = value.get("pattern")?;
            let content = value.get("content")?.as_str()?;
            if let Some(regex) = pattern.get("Regex") {
                return (regex.as_str()? == " {2,}" && matches!(content, " " | SPACE))
                    .then_some(());
            }
            let pattern = pattern.get("String")?.as_str()?;
            if pattern.is_empty() || pattern.contains(char::is_whitespace) {
                return None;
            }
            if pattern.chars().nth(1).is_some() {
                found.joined.extend(pattern.chars());
            }
            Some(())
        }
        "Sequence" => {
            value.get("normalizers")?.as_array()?.iter().try_for_each(|one| caution(one, found))
        }
        _ => None,
    }
}

/// A component that is not `null`; `None` where it is not one.
fn component<T: DeserializeOwned>(value: &Value) -> Option<Option<T>> {
    if value.is_null() {
        return Some(None);
    }
    serde_json::from_value(value.clone()).ok().map(Some)
}

/// The words of a file that cuts texts; `None` where the vocabulary is one that only `tokenizers` can run.
pub(super) fn words(file: &File) -> Option<Words> {
    let steps = Steps {
        normalizer: file.normalizer.clone(),
        pre_tokenizer: file.pre_tokenizer.clone(),
        decoder: file.decoder.clone(),
    };
    let (searcher, vocabulary) = match &file.model.vocab {
        Entries::Ids(entries) => word_piece(&file.model, entries)?,
        Entries::Scores(entries) => unigram(&file.model, entries)?,
    };
    assembled(steps, searcher, vocabulary)
}

/// The words of their parts; `None` where the steps are none that the engine knows.
pub(super) fn assembled(steps: Steps, searcher: Searcher, vocabulary: Vocabulary) -> Option<Words> {
    let mut cautious = Caution::default();
    caution(&steps.normalizer, &mut cautious)?;
    let normalizer: Option<NormalizerWrapper> = component(&steps.normalizer)?;
    let cutter: PreTokenizerWrapper = component(&steps.pre_tokenizer)??;
    let decoder: Option<DecoderWrapper> = component(&steps.decoder)?;
    let (cut, is_first_only) = cut(&steps.pre_tokenizer)?;
    let later = if is_first_only {
        let mut value = steps.pre_tokenizer.clone();
        let meta = match value.get_mut("pretokenizers") {
            Some(list) => list.get_mut(0)?,
            None => &mut value,
        };
        *meta.get_mut("prepend_scheme")? = "never".into();
        Some(Box::new(component(&value)??))
    } else {
        None
    };
    let pipeline = Pipeline::Reference { normalizer, cutter: Box::new(cutter), later };
    let mut words = Words::new(searcher, vocabulary, pipeline, decoder, cut, cautious);
    words.steps = Some(Box::new(steps));
    words.cuts().then_some(words)
}

fn word_piece(model: &Model, entries: &[(String, u32)]) -> Option<(Searcher, Vocabulary)> {
    if model.kind.as_deref() != Some("WordPiece") {
        return None;
    }
    let unknown = model.unk_token.as_deref()?;
    let prefix = model.continuing_subword_prefix.as_deref()?;
    let mut vocabulary = Vocabulary::with_capacity(entries.len());
    for (token, id) in entries {
        vocabulary.add(*id, token.as_bytes()).ok()?;
    }
    vocabulary.close();
    let pieces: Vec<_> = entries.iter().map(|(token, id)| (token.as_bytes(), *id)).collect();
    let unknown = vocabulary.id(unknown.as_bytes());
    let most = model.max_input_chars_per_word?;
    let searcher = WordPiece::new(&pieces, prefix, unknown, most)?;
    Some((Searcher::WordPiece(searcher), vocabulary))
}

fn unigram(model: &Model, entries: &[(String, f64)]) -> Option<(Searcher, Vocabulary)> {
    if model.kind.as_deref() != Some("Unigram") {
        return None;
    }
    let mut vocabulary = Vocabulary::with_capacity(entries.len());
    for (id, (token, _)) in (0..).zip(entries) {
        vocabulary.add(id, token.as_bytes()).ok()?;
    }
    vocabulary.close();
    let pieces: Vec<_> =
        (0..).zip(entries).map(|(id, (token, _))| (token.as_bytes(), id)).collect();
    let scores: Vec<f64> = entries.iter().map(|entry| entry.1).collect();
    let unknown = match model.unk_id {
        Some(id) => Some(u32::try_from(id).ok().filter(|&id| (id as usize) < entries.len())?),
        None => None,
    };
    let byte = |byte: u8| vocabulary.id(format!("<0x{byte:02X}>").as_bytes());
    let bytes = if model.byte_fallback { (0..=255).map(byte).collect() } else { Vec::new() };
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let searcher = Unigram::new(&pieces, scores, unknown, least - UNKNOWN_PENALTY, bytes, true)?;
    Some((Searcher::Unigram(searcher), vocabulary))
}

/// The words of a sentencepiece model of kind Unigram.
///
/// # Errors
///
/// [`Error::Format`] where its pieces contradict each other.
pub(super) fn sentencepieces(origin: &str, file: &sentencepiece::File) -> Result<Words> {
    let wrong = |reason: String| Error::format(origin, 0, reason);
    if file.space_as_suffix {
        return Err(wrong("a model that writes spaces behind words is not supported".to_owned()));
    }
    let mut vocabulary = Vocabulary::with_capacity(file.pieces.len());
    for (id, piece) in (0..).zip(&file.pieces) {
        vocabulary.add(id, piece.text.as_bytes()).map_err(wrong)?;
    }
    vocabulary.close();
    let unknown = (0..).zip(&file.pieces).find(|(_, piece)| piece.role == Role::Unknown);
    let (unknown, _) = unknown.ok_or_else(|| wrong("no piece for what is unknown".to_owned()))?;
    let bytes = if file.byte_fallback {
        let byte = |byte: u8| {
            let id = vocabulary.id(format!("<0x{byte:02X}>").as_bytes());
            id.filter(|&id| file.pieces[id as usize].role == Role::Byte)
        };
        let bytes: Vec<_> = (0..=255).map(byte).collect();
        if let Some(missing) = bytes.iter().position(Option::is_none) {
            return Err(wrong(format!("no piece for byte 0x{missing:02x}")));
        }
        bytes
    } else {
        Vec::new()
    };
    // As sentencepiece computes them, in single precision.
    let normal = file.pieces.iter().filter(|piece| piece.role == Role::Normal);
    let least = normal.fold(f32::MAX, |least, piece| least.min(piece.score));
    let score = |piece: &sentencepiece::Piece| match piece.role {
        // A bonus, so that it is always chosen.
        Role::UserDefined => f64::from((0.1 * (piece.text.len() as f64 - 1.0)) as f32),
        _ => f64::from(piece.score),
    };
    let scores = file.pieces.iter().map(score).collect();
    let is_searched = |role: Role| matches!(role, Role::Normal | Role::UserDefined);
    let searched = || (0..).zip(&file.pieces).filter(|(_, piece)| is_searched(piece.role));
    let pieces: Vec<_> = searched().map(|(id, piece)| (piece.text.as_bytes(), id)).collect();
    let unknown_score = f64::from(least - UNKNOWN_PENALTY as f32);
    let searcher = Unigram::new(&pieces, scores, Some(unknown), unknown_score, bytes, false)
        .ok_or_else(|| wrong("too many pieces, or scores too large".to_owned()))?;
    let symbols = (0..).zip(&file.pieces).filter(|(_, piece)| piece.role == Role::UserDefined);
    let symbols = symbols.map(|(id, piece)| AddedToken::plain(id, &piece.text)).collect();
    let symbols = Added::new(origin, symbols, str::to_owned)?;
    // Pieces are marks and what follows them; one that goes on behind a mark holds words together.
    let crosses = |text: &str| text.trim_start_matches(SPACE).contains(SPACE);
    let is_whole = !file.normalizer.escapes() || searched().any(|(_, piece)| crosses(&piece.text));
    let mut cautious = Caution::default();
    let leaves_spaces = match file.normalizer.joined() {
        Ok(joined) => {
            cautious.joined = joined;
            !cautious.joined.contains(&' ')
        }
        // Broken rules are followed as far as they go, over the whole text.
        Err(_) => false,
    };
    let apart = !is_whole
        && leaves_spaces
        && !symbols.tokens().iter().any(|token| token.content.contains([' ', '\u{2581}']));
    let normalizer = file.normalizer.clone();
    let pipeline = Pipeline::Sentencepiece { normalizer, symbols, is_whole };
    let cut = if apart { Cut::Marks } else { Cut::Nowhere };
    let searcher = Searcher::Unigram(searcher);
    Ok(Words::new(searcher, vocabulary, pipeline, None, cut, cautious))
}
