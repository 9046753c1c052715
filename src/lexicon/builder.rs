//! From readings to the bytes of a compiled lexicon.

use std::collections::HashMap;
use std::path::Path;

use super::format::{MOST_WORD, NO_ID, Source, assemble};
use super::lemma::irregular;
use super::{Lexicon, Upos, paradigm};
use crate::{Error, Result};

/// A reading that goes into a lexicon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewReading<'a> {
    /// The form as it is written.
    pub form: &'a str,
    /// The lemma; empty for the form itself.
    pub lemma: &'a str,
    /// The part of speech.
    pub upos: Option<Upos>,
    /// The features (Universal Dependencies, `Name=Value|…`), or what the source says in their
    /// place; empty for none.
    pub feats: &'a str,
    /// What the source calls the reading; empty for nothing.
    pub id: &'a str,
    /// How it is said, in the source's alphabet; empty for unknown.
    pub pronunciation: &'a str,
    /// Whether the reading was concluded, not said by the source.
    pub derived: bool,
}

/// A source that was named to a [`Builder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceId(u8);

/// A piece of the arena.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u32,
    length: u16,
}

#[derive(Clone, Copy, Debug)]
struct Raw {
    form: Piece,
    edit: u32,
    tag: u16,
    source: u8,
    /// As in the column `items`.
    derived: u8,
    id: u64,
    spoken: u32,
}

/// Strings, each kept once, with their numbers.
#[derive(Clone, Debug, Default)]
struct Numbered<K> {
    numbers: HashMap<K, u32>,
    list: Vec<K>,
}

impl<K: Clone + Eq + std::hash::Hash> Numbered<K> {
    fn number(&mut self, key: K) -> u32 {
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(key.clone());
        self.numbers.insert(key, number);
        number
    }
}

/// Takes readings in any order and makes a [`Lexicon`] of them.
///
/// Two readings of a form that say the same (no id, no pronunciation) are kept once.
///
/// # Complexity
///
/// `O(n log n)` time and about 40 bytes and the form for each reading, until [`Self::finish`].
///
/// # Example
///
/// ```
/// use sprogkit::lexicon::{Builder, NewReading, Upos};
///
/// let mut builder = Builder::new();
/// let own = builder.source("own", "CC0-1.0")?;
/// let (upos, feats) = (Some(Upos::Noun), "Definite=Def|Number=Plur");
/// builder.add(own, &NewReading { form: "bøgerne", lemma: "bog", upos, feats, ..Default::default() })?;
/// let lexicon = builder.finish()?;
/// assert_eq!(lexicon.lookup("bøgerne")[0].lemma(), "bog");
/// # Ok::<(), sprogkit::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    arena: String,
    raws: Vec<Raw>,
    edits: Numbered<(u16, Box<str>)>,
    tags: Numbered<(u8, Box<str>)>,
    sources: Vec<Source>,
    templates: Numbered<Box<str>>,
    spoken: Numbered<Box<str>>,
    frequencies: HashMap<Box<str>, u32>,
}

/// Most bytes of all forms together, and of everything else that is counted in 32 bits.
const MOST: u64 = u32::MAX as u64;

/// In the column `items`: form and lemma are the source's, the part of speech was concluded.
const CLASS: u8 = 2;

fn limit(what: &str, limit: u64, asked: u64) -> Error {
    Error::Limit { what: what.into(), limit, asked }
}

impl Builder {
    /// A builder without readings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names where readings come from; the same name again is the same source.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for more than 256 sources.
    pub fn source(&mut self, name: &str, license: &str) -> Result<SourceId> {
        if let Some(at) = self.sources.iter().position(|source| source.name == name) {
            return Ok(SourceId(at as u8));
        }
        let number = u8::try_from(self.sources.len())
            .map_err(|_| limit("sources of a lexicon", 256, self.sources.len() as u64 + 1))?;
        self.sources.push(Source { name: name.to_owned(), license: license.to_owned() });
        Ok(SourceId(number))
    }

    /// How many readings were added, those said twice included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.raws.len()
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raws.is_empty()
    }

    /// Adds a reading.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for an empty form; [`Error::Limit`] for a form, lemma, set of features, id
    /// or pronunciation of more than 1,024 bytes, or for more than a lexicon can hold.
    pub fn add(&mut self, source: SourceId, reading: &NewReading<'_>) -> Result<()> {
        let &NewReading { form, lemma, upos, feats, id, pronunciation, derived } = reading;
        let lemma = if lemma.is_empty() { form } else { lemma };
        if form.is_empty() {
            return Err(Error::argument("form", "a word", "nothing"));
        }
        for text in [form, lemma, feats, id, pronunciation] {
            if text.len() > MOST_WORD {
                return Err(limit(
                    "bytes of a word of a lexicon",
                    MOST_WORD as u64,
                    text.len() as u64,
                ));
            }
        }
        let start = u32::try_from(self.arena.len())
            .map_err(|_| limit("bytes of the forms of a lexicon", MOST, self.arena.len() as u64))?;
        let shared = shared(form, lemma);
        let edit = ((form.len() - shared) as u16, lemma[shared..].into());
        let tag = self.tag(upos, feats)?;
        let id = self.id(id);
        let spoken = if pronunciation.is_empty() {
            u32::MAX
        } else {
            self.spoken.number(pronunciation.into())
        };
        // A reading that follows one of the same form shares its letters.
        let form = match self.raws.last() {
            Some(last) if self.text(last.form) == form => last.form,
            _ => {
                self.arena.push_str(form);
                Piece { start, length: form.len() as u16 }
            }
        };
        let edit = self.edits.number(edit);
        let derived = u8::from(derived);
        self.raws.push(Raw { form, edit, tag, source: source.0, derived, id, spoken });
        Ok(())
    }

    /// Says of the reading added last that its part of speech alone was concluded.
    pub(crate) fn class_was_concluded(&mut self) {
        if let Some(last) = self.raws.last_mut() {
            last.derived = CLASS;
        }
    }

    /// Says how often `form` was counted; counts of one form add up. Forms without a reading are
    /// left out when the lexicon is made.
    pub fn count(&mut self, form: &str, times: u64) {
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        match self.frequencies.get_mut(form) {
            Some(count) => *count = count.saturating_add(times),
            None => {
                self.frequencies.insert(form.into(), times);
            }
        }
    }

    /// Concludes what a list without parts of speech leaves open: which parts of speech the forms of a
    /// lemma show it to have, and what each form is of it by its ending (`src/da/paradigms.tsv`).
    ///
    /// Readings of `source` without a part of speech get those that their ending allows, with the features of
    /// each, and are derived from then on ([`Reading::is_derived`](super::Reading::is_derived)); readings that no ending explains get the lemma's part of speech alone. A lemma that is no form of
    /// itself becomes one, as a derived reading. Readings with a part of speech stay as they are.
    ///
    /// # Errors
    ///
    /// As [`Self::add`].
    ///
    /// # Complexity
    ///
    /// `O(n log n)` in the readings.
    pub fn conclude(&mut self, source: SourceId) -> Result<()> {
        let open = |builder: &Self, raw: &Raw| {
            let (upos, feats) = &builder.tags.list[usize::from(raw.tag)];
            raw.source == source.0 && *upos == 0 && feats.is_empty()
        };
        let (mut bare, mut kept) = (Vec::new(), Vec::new());
        for raw in std::mem::take(&mut self.raws) {
            if open(self, &raw) {
                let (form, edit) = (self.text(raw.form), &self.edits.list[raw.edit as usize]);
                let lemma = [&form[..form.len() - usize::from(edit.0)], &edit.1].concat();
                bare.push((lemma, raw));
            } else {
                kept.push(raw);
            }
        }
        self.raws = kept;
        bare.sort_by(|a, b| a.0.cmp(&b.0));
        for of_lemma in bare.chunk_by(|a, b| a.0 == b.0) {
            let lemma = &of_lemma[0].0;
            let is_form = of_lemma.iter().any(|(_, raw)| self.text(raw.form) == lemma);
            let forms = of_lemma.iter().map(|(_, raw)| self.text(raw.form));
            let itself = (!is_form).then_some(&**lemma);
            let evident = paradigm::evident(lemma, forms.chain(itself));
            for (_, raw) in of_lemma {
                let form = self.text(raw.form).to_owned();
                for tag in self.concluded(&form, lemma, &evident)? {
                    let told = self.tags.list[usize::from(tag)].0 != 0;
                    let derived = if told { raw.derived.max(CLASS) } else { raw.derived };
                    self.raws.push(Raw { tag, derived, ..*raw });
                }
            }
            if !is_form {
                for &upos in &evident {
                    let feats = paradigm::readings(lemma, lemma);
                    let feats = feats.iter().find(|(other, _)| *other == upos);
                    let feats = feats.map_or("", |(_, feats)| feats);
                    let (upos, derived) = (Some(upos), true);
                    let reading = NewReading {
                        form: lemma,
                        lemma,
                        upos,
                        feats,
                        derived,
                        ..NewReading::default()
                    };
                    self.add(source, &reading)?;
                }
            }
        }
        Ok(())
    }

    /// The tags that a form has, of a lemma of the parts of speech `evident`.
    fn concluded(&mut self, form: &str, lemma: &str, evident: &[Upos]) -> Result<Vec<u16>> {
        let mut found: Vec<(Option<Upos>, &str)> = paradigm::readings(form, lemma)
            .into_iter()
            .filter(|(upos, _)| evident.contains(upos))
            .map(|(upos, feats)| (Some(upos), feats))
            .collect();
        if found.is_empty() {
            let told = irregular(form, lemma);
            let told = if told.is_empty() { evident } else { &told };
            found.extend(told.iter().map(|&upos| match upos {
                Upos::Noun => (Some(upos), paradigm::changed_plural(form)),
                _ => (Some(upos), ""),
            }));
        }
        if found.is_empty() {
            found.push((None, ""));
        }
        found.into_iter().map(|(upos, feats)| self.tag(upos, feats)).collect()
    }

    fn tag(&mut self, upos: Option<Upos>, feats: &str) -> Result<u16> {
        let tag = self.tags.number((upos.map_or(0, |upos| upos as u8), feats.into()));
        u16::try_from(tag)
            .map_err(|_| limit("different tags of a lexicon", 1 << 16, u64::from(tag) + 1))
    }

    /// Makes the lexicon, in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for more than a lexicon can hold.
    pub fn finish(self) -> Result<Lexicon> {
        Lexicon::from_bytes("a lexicon", self.into_bytes()?)
    }

    /// Makes the lexicon and writes it to `path`, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the system refuses; [`Error::Limit`] for more than a lexicon can hold.
    pub fn write(self, path: &Path) -> Result<Lexicon> {
        crate::io::write(path, &self.into_bytes()?)?;
        Lexicon::map(path)
    }

    fn text(&self, piece: Piece) -> &str {
        &self.arena[piece.start as usize..piece.start as usize + usize::from(piece.length)]
    }

    /// An id in 64 bits: its template, and its digits. One that does not fit is kept whole, as a
    /// template of its own; where there are too many, it is left out.
    fn id(&mut self, id: &str) -> u64 {
        if id.is_empty() {
            return NO_ID;
        }
        let digits: String = id.chars().filter(char::is_ascii_digit).collect();
        let fits = digits.len() <= 16 && !id.contains('#');
        let number = digits.parse::<u64>().unwrap_or(0);
        let template: Box<str> = if fits {
            id.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect()
        } else {
            id.into()
        };
        if self.templates.list.len() >= 255 && !self.templates.numbers.contains_key(&template) {
            return NO_ID;
        }
        u64::from(self.templates.number(template)) << 56 | if fits { number } else { 0 }
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for more than a lexicon can hold.
    fn into_bytes(mut self) -> Result<Vec<u8>> {
        let mut raws = std::mem::take(&mut self.raws);
        raws.sort_by(|a, b| self.text(a.form).cmp(self.text(b.form)));
        let with_spoken = !self.spoken.list.is_empty();
        let with_readings = with_spoken || raws.iter().any(|raw| raw.id != NO_ID);
        let with_counts = !self.frequencies.is_empty();

        let mut forms = fst::MapBuilder::memory();
        let broken = |wrong: fst::Error| Error::format("the forms of a lexicon", 0, wrong);
        let mut sets: Numbered<Box<[u64]>> = Numbered::default();
        let mut of_form: Vec<u32> = Vec::new();
        let (mut frequency, mut starts) = (Vec::new(), Vec::new());
        let (mut ids, mut spoken) = (Vec::new(), Vec::new());
        let mut readings = 0u32;
        for same in raws.chunk_by(|a, b| self.text(a.form) == self.text(b.form)) {
            let form = self.text(same[0].form);
            let mut kept: Vec<(u64, u64, u32)> = Vec::new();
            for raw in same {
                let item = u64::from(raw.edit)
                    | u64::from(raw.tag) << 32
                    | u64::from(raw.source) << 48
                    | u64::from(raw.derived) << 56;
                let reading = (item, raw.id, raw.spoken);
                if !kept.contains(&reading) {
                    kept.push(reading);
                }
            }
            let items: Box<[u64]> = kept.iter().map(|&(item, ..)| item).collect();
            forms.insert(form, of_form.len() as u64).map_err(broken)?;
            of_form.push(sets.number(items));
            if with_counts {
                put32(&mut frequency, self.frequencies.get(form).copied().unwrap_or(0));
            }
            if with_readings {
                put32(&mut starts, readings);
            }
            for &(_, id, said) in &kept {
                readings = readings
                    .checked_add(1)
                    .ok_or_else(|| limit("readings of a lexicon", MOST, MOST + 1))?;
                put64(&mut ids, id);
                put32(&mut spoken, said);
            }
        }
        if with_readings {
            put32(&mut starts, readings);
        }
        if ids.as_chunks::<8>().0.iter().all(|id| u64::from_le_bytes(*id) == NO_ID) {
            ids.clear();
        }
        let mut spoken_text = Vec::new();
        if with_spoken {
            let mut places = Vec::new();
            for said in &self.spoken.list {
                places.push(u32::try_from(spoken_text.len()).map_err(|_| {
                    limit("bytes of the pronunciations of a lexicon", MOST, MOST + 1)
                })?);
                spoken_text.extend_from_slice(&(said.len() as u16).to_le_bytes());
                spoken_text.extend_from_slice(said.as_bytes());
            }
            for said in spoken.as_chunks_mut::<4>().0 {
                if let Some(place) = places.get(u32::from_le_bytes(*said) as usize) {
                    *said = place.to_le_bytes();
                }
            }
        } else {
            spoken.clear();
        }

        let wide = sets.list.len() > 1 << 16;
        let mut set_numbers = Vec::with_capacity(of_form.len() * 4);
        for &set in &of_form {
            if wide {
                put32(&mut set_numbers, set);
            } else {
                set_numbers.extend_from_slice(&(set as u16).to_le_bytes());
            }
        }
        let (mut set_starts, mut items) = (Vec::new(), Vec::new());
        for set in &sets.list {
            put32(&mut set_starts, (items.len() / 8) as u32);
            set.iter().for_each(|&item| put64(&mut items, item));
        }
        put32(&mut set_starts, (items.len() / 8) as u32);
        let (edits, edit_text) = texts(self.edits.list.iter().map(|(strip, add)| (*strip, &**add)));
        let (tags, tag_text) =
            texts(self.tags.list.iter().map(|(upos, feats)| (u16::from(*upos), &**feats)));
        let parts = [
            ("forms", forms.into_inner().map_err(broken)?),
            ("sets", set_numbers),
            ("set_starts", set_starts),
            ("items", items),
            ("edits", edits),
            ("edit_text", edit_text),
            ("tags", tags),
            ("tag_text", tag_text),
            ("frequency", frequency),
            ("starts", starts),
            ("ids", ids),
            ("spoken", spoken),
            ("spoken_text", spoken_text),
        ];
        let templates = self.templates.list.into_iter().map(String::from).collect();
        assemble(of_form.len() as u64, u64::from(readings), self.sources, templates, &parts)
    }
}

/// How many bytes `form` and `lemma` begin with together, in whole characters.
fn shared(form: &str, lemma: &str) -> usize {
    let same = form.chars().zip(lemma.chars()).take_while(|(a, b)| a == b);
    same.map(|(c, _)| c.len_utf8()).sum()
}

/// Numbers with texts: a column of both, and the texts one after the other.
fn texts<'a>(rows: impl Iterator<Item = (u16, &'a str)>) -> (Vec<u8>, Vec<u8>) {
    let (mut column, mut text) = (Vec::new(), Vec::new());
    for (number, row) in rows {
        let start = text.len() as u64;
        put64(&mut column, u64::from(number) | (row.len() as u64) << 16 | start << 32);
        text.extend_from_slice(row.as_bytes());
    }
    (column, text)
}

fn put32(column: &mut Vec<u8>, number: u32) {
    column.extend_from_slice(&number.to_le_bytes());
}

fn put64(column: &mut Vec<u8>, number: u64) {
    column.extend_from_slice(&number.to_le_bytes());
}
