//! The tokenizer: one vocabulary, opened.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::added::{Added, Part};
use super::bpe::Bpe;
use super::byte_level;
use super::cache::Known;
use super::decode::unknown;
use super::json::Normal;
use super::lookup::Worker;
use super::parts::Piece;
use super::pieces::Pieces;
use super::shape::Shape;
use super::words::{Searcher, Words};
use crate::{Error, Result, Span, io};

/// Which engine encodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Byte-level BPE, by this crate.
    Bpe,
    /// Pieces with scores, by this crate.
    Unigram,
    /// The longest piece first, by this crate.
    WordPiece,
    /// The `tokenizers` crate.
    Tokenizers,
}

impl Engine {
    /// The engine's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bpe => "bpe",
            Self::Unigram => "unigram",
            Self::WordPiece => "wordpiece",
            Self::Tokenizers => "tokenizers",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The ids of a text, and the bytes of the text that each covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// The ids.
    pub ids: Vec<u32>,
    /// By id: its bytes in the text, which may cut a character. Ids that stand for no text (special tokens
    /// around it, padding) have empty spans.
    pub spans: Vec<Span>,
}

/// What turns pieces into ids.
pub(super) enum Model {
    Bpe(Box<Bpe>),
    Words(Box<Words>),
    Reference(Box<tokenizers::Tokenizer>),
}

/// How the file writes its tokens as text.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) enum Writing {
    /// As bytes in printable characters.
    ByteLevel,
    /// As they are.
    Plain,
}

/// A vocabulary, opened: texts to ids and back.
///
/// Cheap to share between threads. A tokenizer keeps a cache of pieces for each thread that ever used it at the
/// same time as others, of at most 100 MB each.
pub struct Tokenizer {
    pub(super) model: Model,
    pub(super) added: Added,
    pub(super) normal: Normal,
    pub(super) prefix_space: bool,
    pub(super) shape: Shape,
    pub(super) writing: Writing,
    /// For a sentencepiece model: what surrounds its merges.
    pub(super) pieces: Option<Box<Pieces>>,
    /// The `tokenizer.json` of a vocabulary that was trained here.
    pub(super) source: Option<String>,
    /// Pieces whose ids every worker knows from the start.
    pub(super) known: Mutex<Option<Arc<Known>>>,
    pub(super) workers: Mutex<Vec<Worker>>,
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokenizer")
            .field("engine", &self.engine())
            .field("vocab_size", &self.vocab_size())
            .finish_non_exhaustive()
    }
}

impl Tokenizer {
    /// A tokenizer around a model, with nothing done to texts or ids.
    pub(super) fn plain(model: Model, writing: Writing) -> Self {
        Self {
            model,
            added: Added::default(),
            normal: Normal::Nothing,
            prefix_space: false,
            shape: Shape::default(),
            writing,
            pieces: None,
            source: None,
            known: Mutex::default(),
            workers: Mutex::default(),
        }
    }

    /// Writes a vocabulary that was trained here as a `tokenizer.json`, which `tokenizers` opens too.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where it was opened from a file; [`Error::Io`] where the system refuses.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let Some(source) = &self.source else {
            return Err(Error::argument(
                "tokenizer",
                "one that was trained",
                "one opened from a file",
            ));
        };
        io::write(path.as_ref(), source.as_bytes())
    }

    /// Which engine encodes.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.model {
            Model::Bpe(_) => Engine::Bpe,
            Model::Words(words) => match words.searcher {
                Searcher::Unigram(_) => Engine::Unigram,
                Searcher::WordPiece(_) => Engine::WordPiece,
            },
            Model::Reference(_) => Engine::Tokenizers,
        }
    }

    /// How many tokens there are, added ones included.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        match &self.model {
            Model::Bpe(bpe) if self.pieces.is_some() => bpe.vocabulary.len(),
            Model::Bpe(bpe) => {
                let vocabulary = &bpe.vocabulary;
                let mut bytes = Vec::new();
                let is_new = |content: &str, bytes: &mut Vec<u8>| {
                    !byte_level::to_bytes(content, bytes) || vocabulary.id(bytes).is_none()
                };
                let mut new: Vec<&str> = self
                    .added
                    .tokens()
                    .iter()
                    .map(|token| token.content.as_str())
                    .filter(|content| is_new(content, &mut bytes))
                    .collect();
                new.sort_unstable();
                new.dedup();
                vocabulary.len() + new.len()
            }
            Model::Words(words) => {
                let is_new = |token: &&super::added::AddedToken| {
                    words.vocabulary.id(token.content.as_bytes()).is_none()
                };
                words.vocabulary.len() + self.added.tokens().iter().filter(is_new).count()
            }
            Model::Reference(reference) => reference.get_vocab_size(true),
        }
    }

    /// One more than the highest id, those around a text and those that fill it up included.
    #[must_use]
    pub fn end(&self) -> u32 {
        let added = self.added.tokens().iter().map(|token| token.id);
        let added = added.chain(self.shape.ids()).map(|id| id.saturating_add(1)).max().unwrap_or(0);
        let own = match &self.model {
            Model::Bpe(bpe) => bpe.vocabulary.end(),
            Model::Words(words) => words.vocabulary.end(),
            Model::Reference(reference) => {
                reference.get_vocab(true).into_values().max().map_or(0, |id| id.saturating_add(1))
            }
        };
        own.max(added)
    }

    /// The id of a token as its file writes it (`"Ġhej"`), or, for a file of plain bytes, as text.
    #[must_use]
    pub fn token_to_id(&self, token: &str) -> Option<u32> {
        match &self.model {
            Model::Bpe(bpe) => {
                let is_it = |added: &&super::added::AddedToken| added.content == token;
                if let Some(added) = self.added.tokens().iter().find(is_it) {
                    return Some(added.id);
                }
                if self.writing == Writing::Plain {
                    return bpe.vocabulary.id(token.as_bytes());
                }
                let mut bytes = Vec::new();
                byte_level::to_bytes(token, &mut bytes).then(|| bpe.vocabulary.id(&bytes)).flatten()
            }
            Model::Words(words) => {
                let added = self.added.tokens().iter().find(|added| added.content == token);
                added.map(|added| added.id).or_else(|| words.vocabulary.id(token.as_bytes()))
            }
            Model::Reference(reference) => reference.token_to_id(token),
        }
    }

    /// The token of an id as its file writes it; for a file of plain bytes as text, with U+FFFD for
    /// bytes that are no character.
    #[must_use]
    pub fn id_to_token(&self, id: u32) -> Option<String> {
        match &self.model {
            Model::Bpe(bpe) => {
                if let Some(spelling) = self.added.spelling(id) {
                    return Some(spelling.to_owned());
                }
                let bytes = bpe.vocabulary.bytes(id)?;
                Some(match self.writing {
                    Writing::ByteLevel => byte_level::to_text(bytes),
                    Writing::Plain => String::from_utf8_lossy(bytes).into_owned(),
                })
            }
            Model::Words(words) => {
                let added = self.added.spelling(id).map(str::to_owned);
                added.or_else(|| words.token(id))
            }
            Model::Reference(reference) => reference.id_to_token(id),
        }
    }

    /// The bytes that an id stands for, where the vocabulary is one of bytes.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> Option<Cow<'_, [u8]>> {
        if let Some(pieces) = &self.pieces {
            return pieces.bytes(id).map(Cow::Owned);
        }
        let Model::Bpe(bpe) = &self.model else { return None };
        if let Some(spelling) = self.added.spelling(id) {
            let mut bytes = Vec::new();
            if self.writing == Writing::ByteLevel && byte_level::to_bytes(spelling, &mut bytes) {
                return Some(Cow::Owned(bytes));
            }
            return Some(Cow::Borrowed(spelling.as_bytes()));
        }
        bpe.vocabulary.bytes(id).map(Cow::Borrowed)
    }

    /// The ids of `text`; with `special`, the special tokens of the vocabulary around them.
    ///
    /// Added tokens inside the text become their ids. A file of ranks (`.tiktoken`) has none. A
    /// vocabulary that truncates or pads does so here.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] where a regular expression gives up on the text; [`Error::Format`] where `tokenizers` does.
    ///
    /// # Complexity
    ///
    /// Linear in the text, whatever it is; with an expression of the caller's own, the expression's.
    pub fn encode(&self, text: &str, special: bool) -> Result<Vec<u32>> {
        let mut ids = Vec::with_capacity(text.len() / 5 * 2);
        self.with_worker(|worker| self.encode_into(text, special, worker, &mut ids))?;
        let length = self.shape.padded(ids.len());
        self.shape.pad(&mut ids, length, |id| id);
        Ok(ids)
    }

    /// The ids of `text`, each with the bytes of the text that it stands for.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    pub fn encode_offsets(&self, text: &str, special: bool) -> Result<Encoding> {
        let mut placed: Vec<(u32, Span)> = Vec::new();
        match &self.model {
            Model::Bpe(bpe) => self.with_worker(|worker| {
                self.parts(text, true, |part| {
                    match part {
                        Piece::Added(id, span) => placed.push((id, span)),
                        Piece::Text(text, origin) => {
                            let mut ids = Vec::new();
                            bpe.encode(text, worker, &mut ids)?;
                            let mut at = 0;
                            for id in ids {
                                let rest = text.as_bytes().get(at..).unwrap_or_default();
                                // What a file claims to be known may be longer than the text.
                                let end = (at + bpe.length(id, rest)).min(text.len());
                                placed.push((id, origin.span(at, end)));
                                at = end;
                            }
                            bpe.join_unknown(&mut placed, 0);
                        }
                    }
                    Ok(())
                })?;
                self.shape.finish(&mut placed, 0, special, |id| (id, Span::default()));
                Ok(())
            })?,
            Model::Words(words) => {
                self.added.split(text, |part| {
                    match part {
                        Part::Token(id, start, end) => placed.push((id, Span::new(start, end))),
                        Part::Text(from, to) => {
                            let found = words.encode_spans(&text[from..to], from == 0)?;
                            let moved =
                                |span: Span| Span::new(from + span.start(), from + span.end());
                            placed.extend(found.into_iter().map(|(id, span)| (id, moved(span))));
                        }
                    }
                    Ok(())
                })?;
                self.shape.finish(&mut placed, 0, special, |id| (id, Span::default()));
            }
            Model::Reference(reference) => {
                let encoding = reference.encode(text, special).map_err(through_reference)?;
                for (&id, &(start, end)) in encoding.get_ids().iter().zip(encoding.get_offsets()) {
                    placed.push((id, Span::new(start, end.max(start))));
                }
                self.shape.finish(&mut placed, 0, special, |id| (id, Span::default()));
            }
        }
        let length = self.shape.padded(placed.len());
        self.shape.pad(&mut placed, length, |id| (id, Span::default()));
        let (ids, spans) = placed.into_iter().unzip();
        Ok(Encoding { ids, spans })
    }

    /// The text of `ids`, without special tokens where `skip_special` is set. Bytes that are no
    /// character are U+FFFD.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the vocabulary has no such id.
    pub fn decode(&self, ids: &[u32], skip_special: bool) -> Result<String> {
        if let (Model::Words(words), None) = (&self.model, &self.pieces) {
            return words.decode(ids, &self.added, skip_special);
        }
        if let Model::Reference(reference) = &self.model {
            if let Some(&id) = ids.iter().find(|&&id| reference.id_to_token(id).is_none()) {
                return Err(unknown(id));
            }
            return reference.decode(ids, skip_special).map_err(through_reference);
        }
        let bytes = self.decode_bytes(ids, skip_special)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    /// As [`decode`](Self::decode), the bytes as they are.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn decode_bytes(&self, ids: &[u32], skip_special: bool) -> Result<Vec<u8>> {
        if let Some(pieces) = &self.pieces {
            return pieces.decode(ids);
        }
        let Model::Bpe(bpe) = &self.model else {
            return self.decode(ids, skip_special).map(String::into_bytes);
        };
        let mut bytes = Vec::with_capacity(ids.len() * 4);
        for &id in ids {
            match self.added.by_id(id) {
                Some(added) if skip_special && added.special => {}
                Some(_) => bytes.extend_from_slice(&self.token_bytes(id).unwrap_or_default()),
                None if id < bpe.vocabulary.end() => {
                    bytes.extend_from_slice(bpe.vocabulary.bytes(id).unwrap_or_default());
                }
                None => return Err(unknown(id)),
            }
        }
        Ok(bytes)
    }

    /// What every worker may take ids from.
    pub(super) fn known(&self) -> Option<Arc<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets every worker that comes take ids from `known`; those that are there go.
    pub(super) fn set_known(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(known));
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Runs `work` with a worker that nobody else uses.
    pub(super) fn with_worker<R>(&self, work: impl FnOnce(&mut Worker) -> R) -> R {
        let kept = self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = kept.unwrap_or_else(|| Worker::new(self.known()));
        let result = work(&mut worker);
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        result
    }

    /// Adds the ids of `text`, all but the padding.
    pub(super) fn encode_into(
        &self,
        text: &str,
        special: bool,
        worker: &mut Worker,
        out: &mut Vec<u32>,
    ) -> Result<()> {
        let start = out.len();
        match &self.model {
            Model::Bpe(bpe) => self.parts(text, false, |part| match part {
                Piece::Added(id, _) => {
                    out.push(id);
                    Ok(())
                }
                Piece::Text(text, _) => {
                    let before = out.len();
                    bpe.encode(text, worker, out)?;
                    bpe.join_unknown(out, before);
                    Ok(())
                }
            })?,
            Model::Words(words) => self.added.split(text, |part| match part {
                Part::Token(id, ..) => {
                    out.push(id);
                    Ok(())
                }
                Part::Text(from, to) => words.encode(&text[from..to], from == 0, worker, out),
            })?,
            Model::Reference(reference) => {
                // Padding that is the same for every text is part of the encoding.
                let encoding = reference.encode_fast(text, special).map_err(through_reference)?;
                out.extend_from_slice(encoding.get_ids());
            }
        }
        self.shape.finish(out, start, special, |id| id);
        Ok(())
    }
}

/// An error of the `tokenizers` crate.
pub(super) fn through_reference(error: impl fmt::Display) -> Error {
    Error::format("tokenizers", 0, error)
}
