//! # A compiled vocabulary
//!
//! A file of sections (`io::sections` says how they stand) that begins with `skvocab1` and holds the tables of a
//! vocabulary as they are in memory, so that it opens in milliseconds. Numbers are little-endian. Opening compares
//! every checksum.
//!
//! | section | element | what |
//! |---|---|---|
//! | `token_bytes` | u8 | the tokens, one after the other |
//! | `token_places` | 2 × u32 | per id: where its bytes begin, and how many there are |
//! | `token_slots` | u64 | a hash table: upper half of the hash, id plus one; 0 is empty |
//!
//! Of a byte-level BPE, with pieces whose ids are known already:
//!
//! | section | element | what |
//! |---|---|---|
//! | `merge_slots` | u64 | a hash table: left (21 bits), right (21), rank (22); all bits set is empty |
//! | `merge_made` | u32 | per rank: the token that is made; all bits set for none |
//! | `merge_dense` | u32 | by left and right below 256: the rank; all bits set for none |
//! | `merge_order` | u32 | per rank: its place in the order of merges; or nothing, where that is the rank |
//! | `units` | u32 | per byte: its token |
//! | `known_slots` | 4 × u64 | a hash table of pieces with known ids, as `cache` has it; zeros are empty |
//! | `known_words` | u32 | what does not fit a slot: the bytes of a long piece, the ids of a piece with many |
//! | `known_filter` | u8 | a bit for the hash of each such piece |
//!
//! Of Unigram and WordPiece; the header holds the normalizer, the cutter and the decoder as `tokenizer.json` has them:
//!
//! | section | element | what |
//! |---|---|---|
//! | `trie_units` | 2 × u32 | a double array: the base of the children and the byte that leads here; the id plus one |
//! | `scores` | f64 | by id: the score of a piece of Unigram |
//! | `byte_pieces` | u32 | by byte: the piece that stands in for it, all bits set for none; or nothing |

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use super::added::{Added, AddedToken};
use super::bpe::{Bpe, Units};
use super::cache::{Known as Learnt, LONGEST};
use super::compiled_words;
use super::count::Counter;
use super::json::{Around, Normal, Padding, Truncation};
use super::lookup::Pieces as _;
use super::merges::{Merges, NONE, Scratch};
use super::open::normalize;
use super::pattern::{Cut, Known, Pattern};
use super::shape::Shape;
use super::tokenizer::{Model, Tokenizer, Writing};
use super::vocabulary::Vocabulary;
use crate::io::Mapped;
use crate::io::sections::{self, Magic};
use crate::{Error, Result, io};

const MAGIC: Magic = *b"skvocab1";

/// Highest id of an added token.
const MOST_ID: u32 = 1 << 28;
/// Most pieces that are learnt: 8 MB of slots.
const MOST_KNOWN: usize = 196_000;
/// Most different pieces that are counted at a time.
const MOST_COUNTED: usize = 1 << 23;

#[derive(Deserialize, Serialize)]
struct Header {
    tokens: usize,
    model: ModelHeader,
    writing: Writing,
    normal: Normal,
    prefix_space: bool,
    added_tokens: Vec<AddedToken>,
    around: Around,
    truncation: Option<Truncation>,
    padding: Option<Padding>,
}

#[derive(Deserialize, Serialize)]
enum ModelHeader {
    Bytes(BytesHeader),
    Words(compiled_words::Header),
}

#[derive(Deserialize, Serialize)]
struct BytesHeader {
    /// As an expression.
    pattern: String,
    /// Whether a scanner of this crate cuts by it.
    scanned: bool,
    whole_first: bool,
}

/// Sections by name.
pub(super) type Parts = Vec<(&'static str, Vec<u8>)>;

impl Tokenizer {
    /// Learns the ids of the most frequent pieces of `texts` (196,000 at most), so that the first pass over texts like
    /// them is as fast as the second. What is encoded does not change. Returns how many are known.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the [`engine`](Self::engine) is not that of byte-pair encoding;
    /// [`Error::Limit`] where an expression gives up on a text.
    pub fn warm<T: AsRef<str>>(&self, texts: impl IntoIterator<Item = T>) -> Result<usize> {
        let Model::Bpe(bpe) = &self.model else { return Err(self.not_bytes()) };
        let mut counter = Counter::default();
        for text in texts {
            self.text_parts(text.as_ref(), |text| {
                bpe.pattern.split(text, |start, end| {
                    let piece = &text.as_bytes()[start..end];
                    if piece.len() <= LONGEST {
                        counter.add(piece, 1);
                    }
                })
            })?;
            if counter.len() > MOST_COUNTED {
                counter = counter.without_rare();
            }
        }
        let mut scratch = Scratch::default();
        let pieces = counter.by_count();
        let known = pieces.len().min(MOST_KNOWN);
        let pieces = pieces[..known].iter().map(|&(piece, _)| {
            bpe.tokens_of(piece, &mut scratch);
            (piece, scratch.tokens.clone())
        });
        self.set_known(Learnt::new(pieces));
        Ok(known)
    }

    /// Writes the vocabulary as one file that [`open`](Self::open) reads in milliseconds, with what it
    /// [learnt](Self::warm).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the vocabulary is one of a sentencepiece model, or one that only `tokenizers` runs;
    /// [`Error::Io`] where the system refuses.
    pub fn compile(&self, path: impl AsRef<Path>) -> Result<()> {
        let found = match &self.model {
            Model::Bpe(bpe) => self
                .bytes_parts(bpe)
                .map(|(header, parts)| (&bpe.vocabulary, ModelHeader::Bytes(header), parts)),
            Model::Words(words) => compiled_words::parts(words)
                .map(|(header, parts)| (&words.vocabulary, ModelHeader::Words(header), parts)),
            Model::Reference(_) => None,
        };
        let (vocabulary, model, mut parts) = found.ok_or_else(|| {
            let got = format!("one of {} that is neither", self.engine());
            Error::argument(
                "tokenizer",
                "byte-pair encoding over bytes, or words of a tokenizer.json",
                got,
            )
        })?;
        let header = Header {
            tokens: vocabulary.len(),
            model,
            writing: self.writing,
            normal: self.normal,
            prefix_space: self.prefix_space,
            added_tokens: self.added.tokens().to_vec(),
            around: self.shape.around.clone(),
            truncation: self.shape.truncation.clone(),
            padding: self.shape.padding.clone(),
        };
        let (token_bytes, token_places, token_slots) = vocabulary.parts();
        let places = token_places.iter().flat_map(|&(start, length)| [start, length]);
        parts.push(("token_bytes", token_bytes.to_vec()));
        parts.push(("token_places", narrow(places)));
        parts.push(("token_slots", wide(token_slots.iter().copied())));
        io::write(path.as_ref(), &sections::assemble(MAGIC, header, &parts)?)
    }

    /// The header and the sections of a BPE; `None` where it is none of bytes.
    fn bytes_parts(&self, bpe: &Bpe) -> Option<(BytesHeader, Parts)> {
        let Units::Bytes(units) = &bpe.units else { return None };
        let (pattern, scanned) = match &bpe.pattern.cut {
            Cut::Known(known) => (known.regex().to_owned(), true),
            Cut::Regex(regex) => (regex.as_str().to_owned(), false),
            Cut::Spaces | Cut::Whole => return None,
        };
        let known = self.known();
        let [known_slots, known_words, known_filter] =
            known.as_ref().map_or([&[][..]; 3], |known| known.parts());
        let merges = &bpe.merges;
        let parts = vec![
            ("merge_slots", wide(merges.tables().slots())),
            ("merge_made", narrow(merges.made.iter().copied())),
            ("merge_dense", narrow(merges.tables().dense())),
            ("merge_order", narrow(merges.order.iter().copied())),
            ("units", narrow(units.iter().copied())),
            ("known_slots", known_slots.to_vec()),
            ("known_words", known_words.to_vec()),
            ("known_filter", known_filter.to_vec()),
        ];
        Some((BytesHeader { pattern, scanned, whole_first: bpe.whole_first }, parts))
    }

    fn not_bytes(&self) -> Error {
        let got = format!("one that {} encodes", self.engine());
        Error::argument("tokenizer", "byte-pair encoding over bytes", got)
    }
}

pub(super) fn wide(numbers: impl Iterator<Item = u64>) -> Vec<u8> {
    numbers.flat_map(u64::to_le_bytes).collect()
}

pub(super) fn narrow(numbers: impl Iterator<Item = u32>) -> Vec<u8> {
    numbers.flat_map(u32::to_le_bytes).collect()
}

/// Whether these are the bytes of a compiled vocabulary.
pub(super) fn is_compiled(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Opens the compiled vocabulary in a file.
///
/// # Errors
///
/// [`Error::Corrupt`] where it was cut or altered, or says what cannot be.
pub(super) fn open(path: &Path, whole: Mapped) -> Result<Tokenizer> {
    let whole = Arc::new(whole);
    let bytes = &whole[..];
    let (header, sections) = sections::read::<Header>(path, MAGIC, "compiled vocabulary", bytes)?;
    let file = File { path, bytes, sections };
    let (token_bytes, token_places) = (file.section("token_bytes")?, file.narrow("token_places")?);
    let places =
        token_places.as_chunks().0.iter().map(|&[start, length]| (start, length)).collect();
    let vocabulary = Vocabulary::from_parts(
        token_bytes.to_vec(),
        places,
        file.wide("token_slots")?,
        header.tokens,
    )
    .ok_or_else(|| file.wrong("token_slots"))?;
    let Header {
        model,
        writing,
        normal,
        prefix_space,
        added_tokens,
        around,
        truncation,
        padding,
        ..
    } = header;
    let mut learnt = None;
    let model = match model {
        ModelHeader::Bytes(header) => {
            learnt = known(&file, &whole)?;
            Model::Bpe(Box::new(bpe(&file, header, vocabulary)?))
        }
        ModelHeader::Words(header) => {
            Model::Words(Box::new(compiled_words::open(&file, header, vocabulary)?))
        }
    };
    if let Some(token) = added_tokens.iter().find(|token| token.id > MOST_ID) {
        let reason = format!("an added token with id {}, expected {MOST_ID} at most", token.id);
        return Err(file.corrupt(16, reason));
    }
    let origin = path.display().to_string();
    let added = Added::new(&origin, added_tokens, |text| normalize(normal, text))?;
    Ok(Tokenizer {
        added,
        normal,
        prefix_space,
        shape: Shape { around, truncation, padding },
        known: Mutex::new(learnt.map(Arc::new)),
        ..Tokenizer::plain(model, writing)
    })
}

/// The BPE of a file with such a header.
fn bpe(file: &File<'_>, header: BytesHeader, vocabulary: Vocabulary) -> Result<Bpe> {
    let end = vocabulary.end();
    let merges = Merges::from_parts(
        file.wide("merge_slots")?,
        file.narrow("merge_made")?,
        file.narrow("merge_dense")?,
        file.narrow("merge_order")?,
    );
    let merges = merges
        .filter(|merges| merges.made.iter().all(|&made| made < end || made == NONE))
        .ok_or_else(|| file.wrong("merge_slots"))?;
    let units: [u32; 256] = file.narrow("units")?.try_into().map_err(|_| file.wrong("units"))?;
    let is_byte = |(byte, &unit): (u8, &u32)| vocabulary.bytes(unit) == Some(&[byte]);
    if !(0..=255).zip(&units).all(is_byte) {
        return Err(file.wrong("units"));
    }
    if !merges.are_sums(|id| vocabulary.length(id)) {
        let reason = "a merge makes a token that is not its two together";
        return Err(file.corrupt(file.range("merge_slots")?.start, reason.to_owned()));
    }
    let pattern = if header.scanned {
        let known = Known::of_regex(&header.pattern).ok_or_else(|| {
            file.corrupt(
                16,
                format!("expected a pattern that is scanned, got {:?}", header.pattern),
            )
        })?;
        Pattern::from(known)
    } else {
        Pattern::expression(&header.pattern).map_err(|error| file.corrupt(16, error.to_string()))?
    };
    let units = Units::Bytes(units);
    Ok(Bpe { vocabulary, merges, pattern, units, whole_first: header.whole_first })
}

/// The pieces whose ids are known.
fn known(file: &File<'_>, whole: &Arc<Mapped>) -> Result<Option<Learnt>> {
    let slots = file.range("known_slots")?;
    if slots.is_empty() {
        return Ok(None);
    }
    let parts = [slots, file.range("known_words")?, file.range("known_filter")?];
    let known = Learnt::of_file(Arc::clone(whole), parts);
    Ok(Some(known.ok_or_else(|| file.wrong("known_slots"))?))
}

/// The sections of a file.
pub(super) struct File<'f> {
    path: &'f Path,
    bytes: &'f [u8],
    sections: Vec<(String, Range<usize>)>,
}

impl<'f> File<'f> {
    fn range(&self, name: &str) -> Result<Range<usize>> {
        let found = self.sections.iter().find(|(other, _)| other == name);
        let missing = || self.corrupt(0, format!("no section \"{name}\""));
        Ok(found.ok_or_else(missing)?.1.clone())
    }

    fn section(&self, name: &str) -> Result<&'f [u8]> {
        Ok(&self.bytes[self.range(name)?])
    }

    pub(super) fn wide(&self, name: &str) -> Result<Vec<u64>> {
        Ok(self
            .section(name)?
            .as_chunks()
            .0
            .iter()
            .map(|&bytes| u64::from_le_bytes(bytes))
            .collect())
    }

    pub(super) fn narrow(&self, name: &str) -> Result<Vec<u32>> {
        Ok(self
            .section(name)?
            .as_chunks()
            .0
            .iter()
            .map(|&bytes| u32::from_le_bytes(bytes))
            .collect())
    }

    /// That section `name` says what cannot be.
    pub(super) fn wrong(&self, name: &str) -> Error {
        let found = self.sections.iter().find(|(other, _)| other == name);
        let offset = found.map_or(0, |(_, range)| range.start);
        self.corrupt(offset, format!("\"{name}\" does not fit the rest of the file"))
    }

    pub(super) fn corrupt(&self, offset: usize, reason: String) -> Error {
        Error::Corrupt { path: self.path.to_owned(), offset: offset as u64, reason }
    }
}
