//! From a manifest and its files to a pack.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::files::{Files, Found};
use super::manifest::Manifest;
use super::plan::{ConllUnit, Format, Ids, Read, Table, TextUnit, Time};
use super::rows::{Cells, Places, Source};
use crate::audio::{Channel, Reader, resample, wav};
use crate::corpus::{
    Info, NewDocument, NewEntry, NewRecording, NewUtterance, Pack, Titles, Writer, WriterOptions,
};
use crate::formats::{conllu, delimited, hunspell, jsonl, plain};
use crate::io::Mapped;
use crate::progress::Progress;
use crate::{Error, Result};

/// How a pack is built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// Whether a pack that is already there is replaced. Default: no, it is an error.
    pub overwrite: bool,
    /// The folder the files lie in. Default: [`Manifest::folder`].
    pub root: Option<PathBuf>,
}

/// Sound files decoded at once: their bytes together, unless a single one has more.
const SOUND_AT_ONCE: u64 = 64 << 20;

/// How far behind the end of its recording an utterance may end, in seconds: what rounding to
/// two decimals does. It is then taken to end with it.
const ROUNDED: f64 = 0.01;

/// Rows between two looks at whether the work is still wanted.
const ROWS: u32 = 1024;

/// Builds the pack `out` from the files of `manifest`.
///
/// Files are checked for size and SHA-256 first. Rows come in the order of the manifest and its
/// files, recordings first, whatever the number of threads (rayon's current pool: checking and
/// decoding of sound). The pack appears when it is whole: after an error, or when
/// `progress` wants the work to end, nothing is left.
///
/// # Errors
///
/// [`Error::Line`] or [`Error::Format`] that names a file of the corpus and its line or byte, or
/// the manifest and its line: a missing or altered file, rows that cannot be read, ids that stand there
/// twice, an utterance without its recording or a recording without an utterance, a file that
/// gives no rows. [`Error::Argument`] where `out` is there already, [`Error::Io`] where the system
/// refuses, [`Error::Cancelled`].
///
/// # Complexity
///
/// `O(n)` time; memory does not grow with texts and recordings, only with the number of ids and with
/// a lexicon, which is sorted.
///
/// # Example
///
/// ```
/// # fn main() -> sprogkit::Result<()> {
/// use sprogkit::catalogue::{BuildOptions, Manifest, build, sample};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path();
/// let manifest = Manifest::read(sample::write(folder)?)?;
/// let pack = build(&manifest, folder.join("pack"), &BuildOptions::default(), &())?;
/// assert!(pack.documents().len() > 0);
/// # Ok(())
/// # }
/// ```
pub fn build(
    manifest: &Manifest,
    out: impl AsRef<Path>,
    options: &BuildOptions,
    progress: &dyn Progress,
) -> Result<Pack> {
    if manifest.reads.is_empty() {
        let reason = "read: is missing: the manifest says where the corpus is, not how it is read";
        return Err(Error::line(&manifest.origin, 1, reason));
    }
    let root = options.root.clone().unwrap_or_else(|| manifest.folder());
    let files = Files::look(manifest, &root)?;
    files.check(progress)?;
    let mut reads = Vec::with_capacity(manifest.reads.len());
    for read in &manifest.reads {
        reads.push((read, files.of(read)?));
    }
    let total = reads.iter().flat_map(|(_, files)| files).map(|file| file.bytes).sum();
    let options = WriterOptions { overwrite: options.overwrite, ..WriterOptions::default() };
    let writer = Writer::create_with(out, info(manifest), options)?;
    let mut building = Building {
        manifest,
        files: &files,
        writer,
        progress,
        sound: HashMap::new(),
        names: HashMap::new(),
        order: Vec::new(),
    };
    progress.start("reading files", Some(total), "bytes");
    let (recordings, others): (Vec<_>, Vec<_>) =
        reads.into_iter().partition(|(read, _)| read.table == Table::Recordings);
    for (read, files) in recordings.iter().chain(&others) {
        building.read(read, files)?;
    }
    building.expect_transcripts()?;
    progress.check()?;
    building.writer.finish()
}

fn info(manifest: &Manifest) -> Info {
    let citation = &manifest.citation;
    Info {
        id: manifest.id.clone(),
        version: Some(manifest.version.clone()),
        title: Titles { da: Some(manifest.title.da.clone()), en: Some(manifest.title.en.clone()) },
        license: Some(manifest.license.spdx.clone()),
        source: Some(manifest.source.clone()),
        publisher: manifest.publisher.clone(),
        citation: citation.text.clone().or(citation.bibtex.clone()).or(citation.doi.clone()),
        personal_data: Some(manifest.personal_data.category.name().to_owned()),
        manifest_sha256: Some(manifest.sha256.clone()),
        ..Info::default()
    }
}

/// One channel of a file, or the mean of all, as packs hold it.
struct Track {
    /// Counted from 1, where a file has several that are kept apart.
    number: Option<u16>,
    samples: Vec<i16>,
    rate: u32,
}

/// Decodes a file of sound.
fn decode(format: &Format, file: &Found) -> Result<Vec<Track>> {
    let Format::Sound { rate: wanted, each_channel } = *format else {
        let found = wav::decode(&file.origin(), &Mapped::open(&file.path)?)?;
        return Ok(vec![Track { number: None, samples: found.samples, rate: found.rate }]);
    };
    let mut reader = Reader::open(&file.path)?;
    let rate = reader.rate();
    let mut made = Vec::new();
    let channels = if each_channel { reader.channels() } else { 1 };
    for channel in 0..channels {
        if each_channel {
            reader.select(Channel::Only(channel))?;
        }
        if channel > 0 {
            reader.seek(0)?;
        }
        let levels = reader.read_to_end(u64::MAX)?;
        let levels = match wanted {
            Some(wanted) if wanted != rate => resample(&levels, rate, wanted)?,
            _ => levels,
        };
        let samples = levels.into_iter().map(wav::narrow).collect();
        let number = (channels > 1).then_some(channel + 1);
        made.push(Track { number, samples, rate: wanted.unwrap_or(rate) });
    }
    Ok(made)
}

/// A recording that was written.
struct Sound {
    rate: u32,
    frames: u64,
    transcribed: bool,
}

struct Building<'b> {
    manifest: &'b Manifest,
    files: &'b Files<'b>,
    writer: Writer,
    progress: &'b dyn Progress,
    /// By id.
    sound: HashMap<String, Sound>,
    /// The id of the recording that a file holds, by the file's name.
    names: HashMap<String, String>,
    /// The ids of the recordings in their order, each with its file.
    order: Vec<(String, String)>,
}

/// How far a file has been read.
struct Steps<'b> {
    progress: &'b dyn Progress,
    reached: u64,
    rows: u32,
}

impl Steps<'_> {
    /// One more row, which begins at the byte `offset`.
    fn row(&mut self, offset: u64) -> Result<()> {
        self.rows += 1;
        if self.rows.is_multiple_of(ROWS) {
            self.progress.check()?;
            self.reach(offset);
        }
        Ok(())
    }

    fn reach(&mut self, offset: u64) {
        self.progress.advance(offset.saturating_sub(self.reached));
        self.reached = self.reached.max(offset);
    }
}

/// Says of an error in writing a row where the row stands.
fn at<T>(origin: &str, line: u64, written: Result<T>) -> Result<T> {
    written.map_err(|error| match error {
        Error::Argument { .. } | Error::Limit { .. } => Error::line(origin, line, error),
        other => other,
    })
}

impl<'b> Building<'b> {
    fn read(&mut self, read: &'b Read, files: &[&'b Found]) -> Result<()> {
        if matches!(read.format, Format::Wav | Format::Sound { .. }) {
            return self.recordings(read, files);
        }
        for file in files {
            self.progress.check()?;
            let bytes = Mapped::open(&file.path)?;
            let steps = Steps { progress: self.progress, reached: 0, rows: 0 };
            let mut steps = match &read.format {
                Format::Text { unit } => self.text(read, file, &bytes, *unit, steps)?,
                Format::ConllU { unit } => self.conllu(read, file, &bytes, *unit, steps)?,
                Format::Hunspell { affixes, expand } => {
                    self.hunspell(read, file, &bytes, affixes, *expand, steps)?
                }
                Format::JsonLines | Format::Delimited { .. } => {
                    self.columns(read, file, &bytes, steps)?
                }
                Format::Wav | Format::Sound { .. } => steps,
            };
            if steps.rows == 0 {
                let reason = match bytes.len() {
                    0 => format!("the file is empty, expected {}", read.table.name()),
                    _ => format!("expected {}, found none", read.table.name()),
                };
                return Err(Error::format(file.origin(), bytes.len() as u64, reason));
            }
            steps.reach(bytes.len() as u64);
        }
        Ok(())
    }

    /// The beginning of ids in this file.
    fn prefix(read: &Read, file: &'b Found) -> &'b str {
        match read.ids {
            Ids::Stem => file.stem(),
            Ids::Path => file.without_extension(),
        }
    }

    fn text(
        &mut self,
        read: &Read,
        file: &'b Found,
        bytes: &[u8],
        unit: TextUnit,
        mut steps: Steps<'b>,
    ) -> Result<Steps<'b>> {
        let (origin, places) = (file.origin(), Places::constants(read));
        let prefix = Self::prefix(read, file);
        let mut row = |passage: plain::Passage<'_>, id: &str| {
            steps.row(passage.offset)?;
            let text = &*passage.text;
            let written = match read.table {
                Table::Lexicon => self.writer.entry(&NewEntry {
                    form: text.trim(),
                    lemma: places.constant("lemma"),
                    upos: places.constant("upos"),
                    feats: places.constant("feats"),
                    source: places.constant("source"),
                    ..NewEntry::default()
                }),
                _ => self
                    .writer
                    .document(&NewDocument { text, ..constants(id, file, &places, self.manifest) }),
            };
            at(&origin, passage.line, written)
        };
        let numbered = |line: u64| format!("{prefix}-{line}");
        match unit {
            TextUnit::Line => {
                for line in plain::lines(&origin, bytes, read.encoding) {
                    let line = line?;
                    let id = numbered(line.line);
                    row(line, &id)?;
                }
            }
            TextUnit::Block => {
                for block in plain::blocks(&origin, bytes, read.encoding) {
                    let block = block?;
                    let id = numbered(block.line);
                    row(block, &id)?;
                }
            }
            TextUnit::File => {
                let whole = plain::whole(&origin, bytes, read.encoding)?;
                if !whole.text.trim().is_empty() {
                    row(whole, prefix)?;
                }
            }
        }
        Ok(steps)
    }

    fn conllu(
        &mut self,
        read: &Read,
        file: &'b Found,
        bytes: &[u8],
        unit: ConllUnit,
        mut steps: Steps<'b>,
    ) -> Result<Steps<'b>> {
        let (origin, places) = (file.origin(), Places::constants(read));
        let prefix = Self::prefix(read, file);
        let numbered = |line: u64| format!("{prefix}-{line}");
        let words = |sentence: &conllu::Sentence| {
            let words = sentence.tokens.iter();
            words.filter(|token| matches!(token.id, conllu::TokenId::Word(_))).count() as i64
        };
        let mut row = |id: &str, line: u64, offset: u64, text: &str, count: i64| {
            steps.row(offset)?;
            let new = NewDocument {
                text,
                token_count: Some(count),
                ..constants(id, file, &places, self.manifest)
            };
            at(&origin, line, self.writer.document(&new))
        };
        let whole = match unit {
            ConllUnit::Sentence => {
                for sentence in conllu::sentences(&origin, bytes, read.encoding) {
                    let sentence = sentence?;
                    let id = sentence.id().map_or_else(|| numbered(sentence.line), str::to_owned);
                    let count = words(&sentence);
                    row(&id, sentence.line, sentence.offset, &sentence.text, count)?;
                }
                return Ok(steps);
            }
            ConllUnit::File => true,
            ConllUnit::Document => !conllu::parts_documents(bytes),
        };
        let mut document = |document: conllu::Document| {
            let id = match &document.id {
                _ if whole => prefix.to_owned(),
                Some(id) => id.clone(),
                None => numbered(document.line),
            };
            let count = document.sentences.iter().map(|(_, sentence)| words(sentence)).sum();
            row(&id, document.line, document.offset, &document.text, count)
        };
        if whole {
            document(conllu::whole(&origin, bytes, read.encoding)?)?;
        } else {
            for part in conllu::documents(&origin, bytes, read.encoding) {
                document(part?)?;
            }
        }
        Ok(steps)
    }

    fn hunspell(
        &mut self,
        read: &Read,
        file: &'b Found,
        bytes: &[u8],
        affixes: &str,
        expand: bool,
        mut steps: Steps<'b>,
    ) -> Result<Steps<'b>> {
        let (origin, places) = (file.origin(), Places::constants(read));
        let aff = self.files.named(affixes).ok_or_else(|| {
            let reason = format!("read.affixes: no [[file]] is \"{affixes}\"");
            Error::line(&self.manifest.origin, read.line, reason)
        })?;
        let affixes = hunspell::Affixes::parse(&aff.origin(), &Mapped::open(&aff.path)?)?;
        for word in hunspell::words(&origin, bytes, &affixes, expand)? {
            let word = word?;
            steps.row(0)?;
            // What a list says about a word is no part of speech of Universal Dependencies.
            let known = [("pos", &word.pos), ("morphology", &word.feats)];
            let known: serde_json::Map<_, _> = known
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(key, value)| (key.to_owned(), value.as_str().into()))
                .collect();
            let meta = (!known.is_empty()).then(|| serde_json::Value::Object(known).to_string());
            let new = NewEntry {
                form: &word.form,
                lemma: Some(&word.lemma),
                source: places.constant("source"),
                meta: meta.as_deref(),
                ..NewEntry::default()
            };
            at(&origin, word.line, self.writer.entry(&new))?;
        }
        Ok(steps)
    }

    fn columns(
        &mut self,
        read: &Read,
        file: &'b Found,
        bytes: &[u8],
        mut steps: Steps<'b>,
    ) -> Result<Steps<'b>> {
        let origin = file.origin();
        let manifest = &self.manifest.origin;
        if let Format::Delimited { delimiter, header, quoted } = read.format {
            let options = delimited::Options { delimiter, header, quoted, encoding: read.encoding };
            let table = delimited::Reader::new(&origin, bytes, options)?;
            let columns = header.then(|| table.columns());
            let places = Places::in_table(read, &origin, columns, manifest)?;
            for record in table {
                let record = record?;
                let source = Source::Record(&record);
                let cells = Cells { places: &places, source, origin: &origin };
                steps.row(cells.offset())?;
                self.row(read, file, &cells)?;
            }
        } else {
            let places = Places::in_objects(read, manifest)?;
            for object in jsonl::objects(&origin, bytes, read.encoding) {
                let object = object?;
                let source = Source::Object(&object);
                let cells = Cells { places: &places, source, origin: &origin };
                steps.row(cells.offset())?;
                self.row(read, file, &cells)?;
            }
        }
        Ok(steps)
    }

    fn row(&mut self, read: &Read, file: &'b Found, cells: &Cells<'_>) -> Result<()> {
        let id = match cells.maybe("id")? {
            Some(id) => id,
            None if read.table == Table::Lexicon => Cow::Borrowed(""),
            None => Cow::Owned(format!("{}-{}", Self::prefix(read, file), cells.line())),
        };
        let written = match read.table {
            Table::Documents => {
                let text = cells.required("text")?;
                let source = cells.maybe("source")?;
                let (added, created) = (cells.maybe("added")?, cells.maybe("created")?);
                let license = cells.maybe("license")?;
                let (lang, meta) = (cells.maybe("lang")?, cells.meta()?);
                self.writer.document(&NewDocument {
                    id: &id,
                    text: &text,
                    source: source.as_deref().or(Some(&self.manifest.id)),
                    added: added.as_deref(),
                    created: created.as_deref(),
                    token_count: cells.count("token_count")?,
                    license: license.as_deref().or(file.license.as_deref()),
                    lang: lang.as_deref(),
                    meta: meta.as_deref(),
                })
            }
            Table::Lexicon => {
                let form = cells.required("form")?;
                // `_` is Universal Dependencies' sign for nothing.
                let filled =
                    |column| Ok::<_, Error>(cells.maybe(column)?.filter(|text| text != "_"));
                let (lemma, upos) = (filled("lemma")?, filled("upos")?);
                let (feats, source) = (filled("feats")?, cells.maybe("source")?);
                let meta = cells.meta()?;
                self.writer.entry(&NewEntry {
                    id: &id,
                    form: form.trim(),
                    lemma: lemma.as_deref(),
                    upos: upos.as_deref(),
                    feats: feats.as_deref(),
                    frequency: cells.count("frequency")?,
                    source: source.as_deref(),
                    meta: meta.as_deref(),
                })
            }
            Table::Utterances | Table::Recordings => self.utterance(read, file, cells, &id)?,
        };
        at(cells.origin, cells.line(), written)
    }

    /// Writes an utterance; the inner result is the writer's.
    fn utterance(
        &mut self,
        read: &Read,
        file: &'b Found,
        cells: &Cells<'_>,
        id: &str,
    ) -> Result<Result<()>> {
        let named = cells.required("recording")?;
        let recording = self.recording_of(&named, file).ok_or_else(|| {
            let what = "neither the id of a recording nor the name of its file";
            cells.wrong(format!("\"{named}\" is {what}"))
        })?;
        let Some(sound) = self.sound.get_mut(&recording) else {
            return Err(cells.wrong(format!("recording \"{recording}\" was not read")));
        };
        sound.transcribed = true;
        let (rate, frames) = (sound.rate, sound.frames);
        let per_second = match read.time {
            Time::Seconds => Some(1.0),
            Time::Milliseconds => Some(1000.0),
            Time::Samples => None,
        };
        let start = cells.samples("start", per_second, rate)?;
        let mut end = cells.samples("end", per_second, rate)?;
        let slack =
            if per_second.is_some() { (ROUNDED * f64::from(rate)).ceil() as u64 } else { 0 };
        if end.is_some_and(|end| end > frames && end - frames <= slack) {
            end = Some(frames);
        }
        let samples = match (start, end) {
            (None, None) => None,
            (start, end) => Some((start.unwrap_or(0), end.unwrap_or(frames))),
        };
        if let Some((start, end)) = samples
            && !(start <= end && end <= frames)
        {
            let seconds = |at: u64| at as f64 / f64::from(rate);
            return Err(cells.wrong(format!(
                "from {} to {} s, but recording \"{recording}\" has {} s",
                seconds(start),
                seconds(end),
                seconds(frames)
            )));
        }
        let text = cells.required("text")?;
        let (speaker, split) = (cells.maybe("speaker")?, cells.maybe("split")?);
        let license = cells.maybe("license")?;
        let (lang, meta) = (cells.maybe("lang")?, cells.meta()?);
        Ok(self.writer.utterance(&NewUtterance {
            id,
            recording: &recording,
            samples,
            text: &text,
            speaker: speaker.as_deref(),
            split: split.as_deref(),
            license: license.as_deref().or(file.license.as_deref()),
            lang: lang.as_deref(),
            meta: meta.as_deref(),
        }))
    }

    /// The id of the recording that a transcript calls `named`.
    fn recording_of(&self, named: &str, file: &Found) -> Option<String> {
        if self.sound.contains_key(named) {
            return Some(named.to_owned());
        }
        let named = named.strip_prefix("./").unwrap_or(named);
        let beside = format!("{}{named}", file.folder());
        self.names.get(named).or_else(|| self.names.get(&beside)).cloned()
    }

    fn recordings(&mut self, read: &Read, files: &[&'b Found]) -> Result<()> {
        let places = Places::constants(read);
        let mut rest = files;
        while let Some(first) = rest.first() {
            self.progress.check()?;
            // Lossy sound unfolds to about ten times its bytes.
            let unfold = if read.format == Format::Wav { 1 } else { 8 };
            let mut bytes = first.bytes.saturating_mul(unfold);
            let more = rest[1..].iter().take_while(|file| {
                bytes = bytes.saturating_add(file.bytes.saturating_mul(unfold));
                bytes <= SOUND_AT_ONCE
            });
            let (now, later) = rest.split_at(1 + more.count());
            rest = later;
            let decoded: Vec<Result<Vec<Track>>> =
                now.par_iter().map(|file| decode(&read.format, file)).collect();
            for (file, decoded) in now.iter().zip(decoded) {
                for channel in decoded? {
                    self.recording(read, file, &places, &channel)?;
                }
                self.progress.advance(file.bytes);
            }
        }
        Ok(())
    }

    fn recording(
        &mut self,
        read: &Read,
        file: &'b Found,
        places: &Places,
        channel: &Track,
    ) -> Result<()> {
        let origin = file.origin();
        let id = match channel.number {
            Some(number) => format!("{}-{number}", Self::prefix(read, file)),
            None => Self::prefix(read, file).to_owned(),
        };
        let id = id.as_str();
        if channel.samples.is_empty() {
            return Err(Error::format(origin, file.bytes, "a recording without sound"));
        }
        let written = self.writer.recording(&NewRecording {
            id,
            pcm: &channel.samples,
            sample_rate: channel.rate,
            speaker: places.constant("speaker"),
            source: places.constant("source").or(Some(&self.manifest.id)),
            license: places.constant("license").or(file.license.as_deref()),
            lang: places.constant("lang"),
            meta: None,
        });
        if let (Err(Error::Argument { name: "id", .. }), Some(other)) =
            (&written, self.order.iter().find(|(known, _)| known == id))
        {
            let reason = format!(
                "id \"{id}\" is also that of {}; say `ids = \"path\"` for the whole name",
                other.1
            );
            return Err(Error::format(origin, 0, reason));
        }
        written.map_err(|error| match error {
            Error::Argument { .. } | Error::Limit { .. } => Error::format(&origin, 0, error),
            other => other,
        })?;
        let frames = channel.samples.len() as u64;
        let sound = Sound { rate: channel.rate, frames, transcribed: false };
        self.sound.insert(id.to_owned(), sound);
        // The name of a file with two callers is the name of neither.
        if channel.number.is_none() {
            self.names.insert(file.name.clone(), id.to_owned());
        }
        self.order.push((id.to_owned(), origin));
        Ok(())
    }

    /// That every recording has an utterance, where there are utterances and they shall be all.
    fn expect_transcripts(&self) -> Result<()> {
        let mut utterances =
            self.manifest.reads.iter().filter(|read| read.table == Table::Utterances).peekable();
        let Some(&first) = utterances.peek() else { return Ok(()) };
        if utterances.any(|read| read.untranscribed) {
            return Ok(());
        }
        let without =
            |id: &&(String, String)| self.sound.get(&id.0).is_some_and(|s| !s.transcribed);
        let mut bare = self.order.iter().filter(without);
        let Some((id, path)) = bare.next() else { return Ok(()) };
        let more = match bare.count() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let reason = format!(
            "recording \"{id}\" ({path}) has no utterance{more}; say `untranscribed = \"keep\"` \
             where that is right"
        );
        Err(Error::line(&self.manifest.origin, first.line, reason))
    }
}

/// A document with what the manifest says of all in its file.
fn constants<'a>(
    id: &'a str,
    file: &'a Found,
    places: &'a Places,
    manifest: &'a Manifest,
) -> NewDocument<'a> {
    NewDocument {
        id,
        source: places.constant("source").or(Some(&manifest.id)),
        added: places.constant("added"),
        created: places.constant("created"),
        license: places.constant("license").or(file.license.as_deref()),
        lang: places.constant("lang"),
        meta: places.constant("meta"),
        ..NewDocument::default()
    }
}
