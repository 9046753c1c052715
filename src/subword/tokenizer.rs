//! The tokenizer: one vocabulary, opened.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use unicode_normalization::{IsNormalized, is_nfc_quick};

use super::added::{Added, Part};
use super::bpe::Bpe;
use super::byte_level;
use super::cache::Known;
use super::decode::unknown;
use super::json::Normal;
use super::lookup::Worker;
use super::pieces::Pieces;
use super::shape::Shape;
use super::words::{Searcher, Words};
use crate::{Error, Result, Span, io};

/// Texts of a batch are handed to workers by this many bytes.
const CHUNK: usize = 1 << 18;

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

/// The ids of many texts, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The ids of all texts.
    pub ids: Vec<u32>,
    /// By text: where its ids end.
    pub ends: Vec<u64>,
}

impl Batch {
    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The ids of text `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&[u32]> {
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.ids.get(start..end)
    }

    /// The ids of each text.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
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

    /// One more than the highest id.
    #[must_use]
    pub fn end(&self) -> u32 {
        let added = self.added.tokens().iter().map(|token| token.id + 1).max().unwrap_or(0);
        let own = match &self.model {
            Model::Bpe(bpe) => bpe.vocabulary.end(),
            Model::Words(words) => words.vocabulary.end(),
            Model::Reference(reference) => {
                reference.get_vocab(true).into_values().max().map_or(0, |id| id + 1)
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

    /// The ids of each of `texts`, in order, on the current pool.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode), for the first text that cannot be encoded.
    pub fn encode_batch<T: AsRef<str> + Sync>(&self, texts: &[T], special: bool) -> Result<Batch> {
        if rayon::current_num_threads() == 1 && self.shape.padding.is_none() {
            return self.encode_all(texts, special);
        }
        let mut borders = vec![0];
        let mut bytes = 0;
        for (index, text) in texts.iter().enumerate() {
            bytes += text.as_ref().len();
            if bytes >= CHUNK {
                borders.push(index + 1);
                bytes = 0;
            }
        }
        borders.push(texts.len());
        let chunk = |range: &[usize]| self.encode_all(&texts[range[0]..range[1]], special);
        let chunks: Result<Vec<Batch>> = borders.par_windows(2).map(chunk).collect();
        let chunks = self.padded(chunks?);
        let mut ends = Vec::with_capacity(texts.len());
        let mut ids = vec![0; chunks.iter().map(|chunk| chunk.ids.len()).sum()];
        let mut rest = &mut ids[..];
        let mut places = Vec::with_capacity(chunks.len());
        let mut start = 0;
        for chunk in &chunks {
            ends.extend(chunk.ends.iter().map(|end| start + end));
            start += chunk.ids.len() as u64;
            let (place, others) = rest.split_at_mut(chunk.ids.len());
            places.push(place);
            rest = others;
        }
        let both = places.into_par_iter().zip(chunks);
        both.for_each(|(place, chunk)| place.copy_from_slice(&chunk.ids));
        Ok(Batch { ids, ends })
    }

    /// The ids of each of `texts`, one after the other; not yet padded.
    fn encode_all<T: AsRef<str>>(&self, texts: &[T], special: bool) -> Result<Batch> {
        let bytes: usize = texts.iter().map(|text| text.as_ref().len()).sum();
        let mut batch =
            Batch { ids: Vec::with_capacity(bytes / 5 * 2), ends: Vec::with_capacity(texts.len()) };
        self.with_worker(|worker| {
            for text in texts {
                self.encode_into(text.as_ref(), special, worker, &mut batch.ids)?;
                batch.ends.push(batch.ids.len() as u64);
            }
            Ok(())
        })?;
        Ok(batch)
    }

    /// The chunks of a batch with each text filled up.
    fn padded(&self, chunks: Vec<Batch>) -> Vec<Batch> {
        if self.shape.padding.is_none() {
            return chunks;
        }
        let longest = chunks.iter().flat_map(Batch::iter).map(<[u32]>::len).max().unwrap_or(0);
        let length = self.shape.padded(longest);
        let pad = |chunk: Batch| {
            let mut padded = Batch::default();
            for ids in chunk.iter() {
                let mut ids = ids.to_vec();
                self.shape.pad(&mut ids, length, |id| id);
                padded.ids.extend_from_slice(&ids);
                padded.ends.push(padded.ids.len() as u64);
            }
            padded
        };
        chunks.into_par_iter().map(pad).collect()
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
                                let end = at + bpe.length(id, &text.as_bytes()[at..]);
                                placed.push((id, origin.span(at, end)));
                                at = end;
                            }
                            bpe.join_unknown(&mut placed, 0, |last, next| {
                                last.1 = Span::new(last.1.start(), next.1.end());
                            });
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

    /// The texts of many lists of ids, on the current pool.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode), for the first list that has an unknown id.
    pub fn decode_batch<I: AsRef<[u32]> + Sync>(
        &self,
        lists: &[I],
        skip_special: bool,
    ) -> Result<Vec<String>> {
        lists.par_iter().map(|ids| self.decode(ids.as_ref(), skip_special)).collect()
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

    /// Calls `each` with each piece of `text` between added tokens, normalized.
    pub(super) fn text_parts(
        &self,
        text: &str,
        mut each: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        self.parts(text, false, |part| match part {
            Piece::Text(text, _) => each(text),
            Piece::Added(..) => Ok(()),
        })
    }

    /// Runs `work` with a worker that nobody else uses.
    fn with_worker<R>(&self, work: impl FnOnce(&mut Worker) -> R) -> R {
        let kept = self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = kept.unwrap_or_else(|| Worker::new(self.known()));
        let result = work(&mut worker);
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        result
    }

    /// Adds the ids of `text`, all but the padding.
    fn encode_into(
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
                    bpe.join_unknown(out, before, |_, _| {});
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

    /// Calls `piece` with each piece of `text` between added tokens, normalized, and each added token.
    fn parts(
        &self,
        text: &str,
        with_origins: bool,
        mut piece: impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<()> {
        if let Some(pieces) = &self.pieces {
            return self.sentencepieces(pieces, text, with_origins, piece);
        }
        self.added.split(text, |part| match part {
            Part::Token(id, start, end) => piece(Piece::Added(id, Span::new(start, end))),
            Part::Text(start, end) => self.normalized(&text[start..end], start, &mut piece),
        })
    }

    /// As [`parts`](Self::parts), for a sentencepiece model: its own symbols are its added tokens.
    fn sentencepieces(
        &self,
        pieces: &Pieces,
        text: &str,
        with_origins: bool,
        mut piece: impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<()> {
        let symbol = |rest: &str| self.added.prefix(rest);
        let mut origins = Vec::new();
        let wanted = with_origins.then_some(&mut origins);
        let normalized = pieces.normalizer.run(text, symbol, wanted);
        self.added.split(&normalized, |part| match part {
            Part::Token(id, from, to) => {
                piece(Piece::Added(id, Origin::Bytes(&origins, from).span(0, to - from)))
            }
            Part::Text(from, to) => {
                piece(Piece::Text(&normalized[from..to], Origin::Bytes(&origins, from)))
            }
        })
    }

    /// As [`parts`](Self::parts), for text between the added tokens that are not normalized.
    fn normalized(
        &self,
        text: &str,
        start: usize,
        piece: &mut impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<()> {
        if self.normal == Normal::Nfc && !is_nfc(text) {
            // Beyond the quick check the reference decides, so that its Unicode version does.
            let mut normalized = tokenizers::NormalizedString::from(text);
            normalized.nfc();
            let whole = normalized.get();
            return self.added.split_normalized(whole, |part| match part {
                Part::Token(id, from, to) => {
                    let origin = Origin::Normalized(&normalized, start, from, 0);
                    piece(Piece::Added(id, origin.span(0, to - from)))
                }
                Part::Text(from, to) => self.prefixed(&whole[from..to], |text, prefix| {
                    piece(Piece::Text(text, Origin::Normalized(&normalized, start, from, prefix)))
                }),
            });
        }
        let mut plain = |from: usize, to: usize| {
            self.prefixed(&text[from..to], |text, prefix| {
                piece(Piece::Text(text, Origin::Same(start + from, prefix)))
            })
        };
        if !self.added.has_normalized() {
            return plain(0, text.len());
        }
        let mut parts = Vec::new();
        self.added.split_normalized(text, |part| {
            parts.push(part);
            Ok(())
        })?;
        for part in parts {
            match part {
                Part::Text(from, to) => self.prefixed(&text[from..to], |text, prefix| {
                    piece(Piece::Text(text, Origin::Same(start + from, prefix)))
                })?,
                Part::Token(id, from, to) => {
                    piece(Piece::Added(id, Span::new(start + from, start + to)))?;
                }
            }
        }
        Ok(())
    }

    /// Calls `then` with `text`, where wanted with a space before it, and the space's length.
    fn prefixed(&self, text: &str, then: impl FnOnce(&str, usize) -> Result<()>) -> Result<()> {
        if self.prefix_space && !text.starts_with(' ') {
            then(&format!(" {text}"), 1)
        } else {
            then(text, 0)
        }
    }
}

/// A piece of a text on its way to the model.
enum Piece<'p> {
    /// Text that the model cuts, and where it came from.
    Text(&'p str, Origin<'p>),
    /// An added token.
    Added(u32, Span),
}

/// Where normalized text came from.
#[derive(Clone, Copy)]
enum Origin<'p> {
    /// The text itself from this byte on, after a space of this length.
    Same(usize, usize),
    /// By byte of a normalized text: the byte it came from; from this byte of it on. Empty: not asked for.
    Bytes(&'p [usize], usize),
    /// A normalized string: where its original begins, where in it this text begins, and a space.
    Normalized(&'p tokenizers::NormalizedString, usize, usize, usize),
}

impl Origin<'_> {
    /// The bytes of the original that these bytes of the text came from.
    fn span(self, start: usize, end: usize) -> Span {
        match self {
            Self::Same(base, prefix) => {
                let of = |at: usize| base + at.saturating_sub(prefix);
                Span::new(of(start), of(end))
            }
            Self::Bytes(origins, from) => {
                let of = |at: usize| origins.get(from + at).copied().unwrap_or(0);
                Span::new(of(start), of(end).max(of(start)))
            }
            Self::Normalized(normalized, base, from, prefix) => {
                let of = |at: usize| from + at.saturating_sub(prefix);
                let range = tokenizers::normalizer::Range::Normalized(of(start)..of(end));
                let original = normalized.convert_offsets(range).unwrap_or_default();
                Span::new(base + original.start, base + original.end.max(original.start))
            }
        }
    }
}

/// Whether `text` is in NFC for certain. Characters below U+0300 are, in any order.
fn is_nfc(text: &str) -> bool {
    // U+0300 is CC 80; every character below it begins with a lower byte.
    let is_low = |block: &[u8]| block.iter().fold(0, |highest, &byte| byte.max(highest)) < 0xcc;
    if text.as_bytes().chunks(512).all(is_low) {
        return true;
    }
    is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// An error of the `tokenizers` crate.
pub(super) fn through_reference(error: impl fmt::Display) -> Error {
    Error::format("tokenizers", 0, error)
}
