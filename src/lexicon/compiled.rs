//! A compiled lexicon, mapped or in memory.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fst::Streamer;

use super::format::{self, Header, NO_ID, Places, Source};
use super::{Reading, Upos};
use crate::io::Mapped;
use crate::{Error, Result};

/// The bytes of a lexicon.
enum Data {
    Mapped(Mapped),
    Owned(Vec<u8>),
}

/// The part of the bytes that is the map of forms.
#[derive(Clone)]
pub(super) struct Forms(Arc<Data>, Range<usize>);

impl Data {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Forms {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes().get(self.1.clone()).unwrap_or_default()
    }
}

/// Forms and their readings, opened by memory map.
///
/// Made by a [`Builder`](super::Builder). Every checksum is compared when it is opened.
pub struct Lexicon {
    path: PathBuf,
    data: Arc<Data>,
    places: Places,
    header: Header,
    pub(super) forms: fst::Map<Forms>,
    wide: bool,
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon").field("path", &self.path).field("forms", &self.len()).finish()
    }
}

/// How letters of another case are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// As they are written.
    #[default]
    Exact,
    /// As they are written, and as they would be without the capital of a sentence's beginning or
    /// a heading: *Huset* and *HUSET* also as *huset*, *DANMARK* also as *Danmark*.
    Folded,
}

impl Lexicon {
    /// Opens the compiled lexicon at `path` by memory map.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the system refuses; [`Error::Corrupt`] where the file is no lexicon, or
    /// was cut or altered.
    pub fn map(path: &Path) -> Result<Self> {
        Self::new(path, Data::Mapped(Mapped::open(path)?))
    }

    /// A lexicon over the bytes of a compiled one; errors call it `origin`.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the bytes are no lexicon, or were cut or altered.
    pub fn from_bytes(origin: &str, bytes: Vec<u8>) -> Result<Self> {
        Self::new(Path::new(origin), Data::Owned(bytes))
    }

    /// Whether `bytes` begin as those of a compiled lexicon do.
    #[must_use]
    pub fn is_compiled(bytes: &[u8]) -> bool {
        bytes.starts_with(format::MAGIC)
    }

    fn new(path: &Path, data: Data) -> Result<Self> {
        let (header, places) = format::read(path, data.bytes())?;
        let corrupt = |at: usize, reason: String| Error::Corrupt {
            path: path.to_owned(),
            offset: at as u64,
            reason,
        };
        let data = Arc::new(data);
        let forms = Forms(Arc::clone(&data), places.forms.clone());
        let forms = caught(|| fst::Map::new(forms))
            .ok_or_else(|| "the map of forms cannot be read".to_owned())
            .and_then(|map| map.map_err(|wrong| wrong.to_string()))
            .map_err(|reason| corrupt(places.forms.start, reason))?;
        let count = forms.len();
        let wide = places.sets.len() == count.saturating_mul(4) && count > 0;
        let lengths = [
            ("sets", &places.sets, count.saturating_mul(if wide { 4 } else { 2 })),
            ("frequency", &places.frequency, count.saturating_mul(4)),
            ("starts", &places.starts, count.saturating_add(1).saturating_mul(4)),
        ];
        for (name, place, expected) in lengths {
            if place.len() != expected && (name == "sets" || !place.is_empty()) {
                let reason = format!("\"{name}\" has {} bytes, expected {expected}", place.len());
                return Err(corrupt(place.start, reason));
            }
        }
        Ok(Self { path: path.to_owned(), data, places, header, forms, wide })
    }

    /// How many different forms there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.forms.len()
    }

    /// Whether there are no forms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// How many readings there are.
    #[must_use]
    pub fn readings(&self) -> u64 {
        self.header.readings
    }

    /// Where the readings come from.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.header.sources
    }

    /// The bytes of the file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.data.bytes()
    }

    /// Whether `form` is in the lexicon as it is written.
    #[must_use]
    pub fn contains(&self, form: &str) -> bool {
        self.number(form).is_some()
    }

    /// How often `form` was counted; `None` where it is not in the lexicon or nothing was counted.
    #[must_use]
    pub fn frequency(&self, form: &str) -> Option<u64> {
        self.frequency_of(self.number(form)?)
    }

    /// All readings of `form` as it is written, in the order in which they were added; empty where
    /// it is not in the lexicon.
    ///
    /// # Complexity
    ///
    /// `O(form + readings)`.
    #[must_use]
    pub fn lookup(&self, form: &str) -> Vec<Reading<'_>> {
        let mut found = Vec::new();
        if let Some(number) = self.number(form) {
            self.push_readings(form, number, &mut found);
        }
        found
    }

    /// All readings of `form`; with [`Case::Folded`], those of its other cases behind those of the
    /// form as it is written. *I* and *De* keep both readings, the pronouns' and the small word's.
    #[must_use]
    pub fn lookup_as(&self, form: &str, case: Case) -> Vec<Reading<'_>> {
        let mut found = self.lookup(form);
        if case == Case::Folded {
            for other in cases(form) {
                if let Some(number) = self.number(&other) {
                    self.push_readings(&other, number, &mut found);
                }
            }
        }
        found
    }

    fn push_readings<'l>(&'l self, form: &str, number: u64, found: &mut Vec<Reading<'l>>) {
        for (at, item) in self.items(number).enumerate() {
            found.push(Reading { lexicon: self, form: form.to_owned(), number, at, item });
        }
    }

    /// Every form with its readings, in the order of bytes, given to `take` until it returns
    /// `false`.
    pub fn for_each(&self, mut take: impl FnMut(&str, &[Reading<'_>]) -> bool) {
        let mut stream = self.forms.stream();
        let mut found = Vec::new();
        while let Some(Some((form, number))) = caught(|| {
            stream.next().map(|(form, number)| (String::from_utf8_lossy(form).into_owned(), number))
        }) {
            found.clear();
            self.push_readings(&form, number, &mut found);
            if !take(&form, &found) {
                return;
            }
        }
    }

    /// The number of `form`.
    pub(super) fn number(&self, form: &str) -> Option<u64> {
        // No damage goes unseen; a file that was made to deceive must not end the program either.
        caught(|| self.forms.get(form))?
    }

    fn items(&self, number: u64) -> impl Iterator<Item = u64> {
        let set = if self.wide {
            self.u32(&self.places.sets, number).map(u64::from)
        } else {
            self.u16(&self.places.sets, number).map(u64::from)
        };
        let ends = set.and_then(|set| {
            let first = self.u32(&self.places.set_starts, set)?;
            Some(first..self.u32(&self.places.set_starts, set + 1)?)
        });
        ends.unwrap_or(0..0).map_while(|at| self.u64(&self.places.items, u64::from(at)))
    }

    /// How many bytes an edit takes off, and what it puts on.
    pub(super) fn edit(&self, edit: u32) -> (usize, &str) {
        let row = self.u64(&self.places.edits, u64::from(edit)).unwrap_or(0);
        (usize::from(row as u16), self.text(&self.places.edit_text, row))
    }

    pub(super) fn tag(&self, tag: u16) -> (Option<Upos>, &str) {
        let row = self.u64(&self.places.tags, u64::from(tag)).unwrap_or(0);
        (Upos::of_code(row as u8), self.text(&self.places.tag_text, row))
    }

    pub(super) fn frequency_of(&self, number: u64) -> Option<u64> {
        self.u32(&self.places.frequency, number).filter(|&count| count > 0).map(u64::from)
    }

    /// The number of the first reading of the form `number`, where readings are numbered.
    pub(super) fn row(&self, number: u64) -> Option<u64> {
        self.u32(&self.places.starts, number).map(u64::from)
    }

    pub(super) fn id(&self, row: u64) -> u64 {
        self.u64(&self.places.ids, row).unwrap_or(NO_ID)
    }

    pub(super) fn template(&self, number: usize) -> Option<&str> {
        self.header.templates.get(number).map(String::as_str)
    }

    pub(super) fn spoken(&self, row: u64) -> Option<&str> {
        let at = self.u32(&self.places.spoken, row)? as usize;
        let bytes = self.data.bytes().get(self.places.spoken_text.clone())?.get(at..)?;
        let length = usize::from(u16::from_le_bytes(*bytes.first_chunk()?));
        std::str::from_utf8(bytes.get(2..2 + length)?).ok()
    }

    /// The text of a row that holds its length and place.
    fn text(&self, place: &Range<usize>, row: u64) -> &str {
        let (start, length) = ((row >> 32) as usize, usize::from((row >> 16) as u16));
        let bytes = self.data.bytes().get(place.clone()).unwrap_or_default();
        let text = bytes.get(start..start + length).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }

    fn u16(&self, place: &Range<usize>, at: u64) -> Option<u16> {
        self.chunk(place, at).map(u16::from_le_bytes)
    }

    fn u32(&self, place: &Range<usize>, at: u64) -> Option<u32> {
        self.chunk(place, at).map(u32::from_le_bytes)
    }

    fn u64(&self, place: &Range<usize>, at: u64) -> Option<u64> {
        self.chunk(place, at).map(u64::from_le_bytes)
    }

    fn chunk<const N: usize>(&self, place: &Range<usize>, at: u64) -> Option<[u8; N]> {
        let column = &self.data.bytes()[place.clone()];
        column.get(usize::try_from(at).ok()?.checked_mul(N)?..)?.first_chunk().copied()
    }
}

/// What `work` gives; `None` where it panics, as a walk through a map that was made to deceive can.
pub(super) fn caught<R>(work: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// The forms that `form` may stand for at the beginning of a sentence or in a heading, without itself.
pub(super) fn cases(form: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut letters = form.chars();
    let Some(first) =
        letters.next().filter(|c| c.is_uppercase() || letters.clone().any(char::is_uppercase))
    else {
        return found;
    };
    let rest = letters.as_str();
    let mut push = |other: String| {
        if other != form && !found.contains(&other) {
            found.push(other);
        }
    };
    push(first.to_lowercase().chain(rest.chars()).collect());
    if rest.chars().any(char::is_uppercase) {
        push(first.to_uppercase().chain(rest.chars().flat_map(char::to_lowercase)).collect());
        push(form.to_lowercase());
    }
    found
}
