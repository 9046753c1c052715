//! Making a pack, row by row.

use std::collections::BTreeMap;
use std::path::Path;

use super::columns::{TableBuilder, Value};
use super::format::{Commit, FORMAT, TableMeta};
use super::lexicon::Forms;
use super::schema::Kind;
use super::time::now;
use super::{Info, Pack};
use crate::io::{Staging, TableLimits};
use crate::{Error, Result};

/// A document to write. What is empty or `None` is left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewDocument<'a> {
    /// The id, unique among documents; must not be empty.
    pub id: &'a str,
    /// The text.
    pub text: &'a str,
    /// Where the text comes from.
    pub source: Option<&'a str>,
    /// When the text was added to the corpus.
    pub added: Option<&'a str>,
    /// When the text was written.
    pub created: Option<&'a str>,
    /// How many tokens the text has, by the corpus's own count.
    pub token_count: Option<i64>,
    /// The text's own licence (SPDX).
    pub license: Option<&'a str>,
    /// The language (BCP 47).
    pub lang: Option<&'a str>,
    /// What else is known: a JSON object.
    pub meta: Option<&'a str>,
}

/// A recording to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewRecording<'a> {
    /// The id, unique among recordings; must not be empty.
    pub id: &'a str,
    /// The samples of one channel. Shape `[frames]`.
    pub pcm: &'a [i16],
    /// Samples a second; must not be 0.
    pub sample_rate: u32,
    /// Who speaks: a pseudonym.
    pub speaker: Option<&'a str>,
    /// Where the recording comes from.
    pub source: Option<&'a str>,
    /// The recording's own licence (SPDX).
    pub license: Option<&'a str>,
    /// The language (BCP 47).
    pub lang: Option<&'a str>,
    /// What else is known: a JSON object.
    pub meta: Option<&'a str>,
}

/// An utterance to write. Its recording must have been written before.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewUtterance<'a> {
    /// The id, unique among utterances; must not be empty.
    pub id: &'a str,
    /// The id of the recording.
    pub recording: &'a str,
    /// The first sample, and the one after the last; `None` for the whole recording.
    pub samples: Option<(u64, u64)>,
    /// What is said.
    pub text: &'a str,
    /// Who speaks: a pseudonym.
    pub speaker: Option<&'a str>,
    /// Which part of the corpus it belongs to: `train`, `dev`, `test`.
    pub split: Option<&'a str>,
    /// The utterance's own licence (SPDX).
    pub license: Option<&'a str>,
    /// The language (BCP 47).
    pub lang: Option<&'a str>,
    /// What else is known: a JSON object.
    pub meta: Option<&'a str>,
}

/// A reading of a word form to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewEntry<'a> {
    /// The id, unique in the lexicon; empty: one is made of the form and the reading's number.
    pub id: &'a str,
    /// The form as it is written; must not be empty.
    pub form: &'a str,
    /// The lemma.
    pub lemma: Option<&'a str>,
    /// The part of speech (Universal Dependencies).
    pub upos: Option<&'a str>,
    /// The features (Universal Dependencies).
    pub feats: Option<&'a str>,
    /// How often the form was counted.
    pub frequency: Option<i64>,
    /// Where the reading comes from.
    pub source: Option<&'a str>,
    /// What else is known: a JSON object.
    pub meta: Option<&'a str>,
}

/// How a pack is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct WriterOptions {
    /// Whether a pack that is already there is replaced. Default: no, it is an error.
    pub overwrite: bool,
    /// Bytes of a batch, the unit of checking and of parallel work; 0 for the default, 8 MiB.
    pub batch_bytes: usize,
    /// Bytes at which a file ends and the next begins; 0 for the default, 256 MiB.
    pub shard_bytes: u64,
}

/// Makes a pack. Nothing is visible before [`Writer::finish`]; a writer that is dropped leaves
/// nothing.
#[derive(Debug)]
pub struct Writer {
    staging: Staging,
    target: std::path::PathBuf,
    info: Info,
    limits: TableLimits,
    documents: TableBuilder,
    recordings: TableBuilder,
    utterances: TableBuilder,
    /// Frames of each recording, by row.
    frames: Vec<u64>,
    entries: Vec<OwnedEntry>,
}

impl Writer {
    /// Begins the pack that shall lie at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where `info.id` is no id of a corpus or something lies at `path` already;
    /// [`Error::Io`] where the system refuses.
    pub fn create(path: impl AsRef<Path>, info: Info) -> Result<Self> {
        Self::create_with(path, info, WriterOptions::default())
    }

    /// Begins the pack that shall lie at `path`, written as `options` say.
    ///
    /// # Errors
    ///
    /// As [`Writer::create`]; with `overwrite`, [`Error::Argument`] where what lies at `path` is no
    /// pack.
    pub fn create_with(path: impl AsRef<Path>, info: Info, options: WriterOptions) -> Result<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        if info.id.is_empty() || info.id.len() > 64 || !info.id.chars().all(allowed) {
            let rule = "a corpus's id: 1 to 64 lower-case letters, digits, -, _ and .";
            return Err(Error::argument("id", rule, format!("{:?}", info.id)));
        }
        let target = path.as_ref().to_owned();
        let there = target.symlink_metadata().is_ok();
        if options.overwrite && there && !target.join(super::format::COMMIT).is_file() {
            let rule = "a pack to replace, or a path where nothing is yet";
            return Err(Error::argument("out", rule, target.display()));
        }
        let staging = Staging::begin(&target, options.overwrite)?;
        let default = TableLimits::default();
        let limits = TableLimits {
            batch_bytes: nonzero(options.batch_bytes).unwrap_or(default.batch_bytes),
            shard_bytes: match options.shard_bytes {
                0 => default.shard_bytes,
                bytes => bytes.min(default.most_bytes),
            },
            ..default
        };
        let table = |kind| TableBuilder::new(kind, staging.folder(), limits);
        Ok(Self {
            target,
            info,
            limits,
            documents: table(Kind::Documents),
            recordings: table(Kind::Recordings),
            utterances: table(Kind::Utterances),
            frames: Vec::new(),
            entries: Vec::new(),
            staging,
        })
    }

    /// Writes a document.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the id is empty or already there; [`Error::Limit`] where the text
    /// is longer than a file of a pack may be (1,900 MiB); [`Error::Io`] where the system refuses.
    pub fn document(&mut self, new: &NewDocument<'_>) -> Result<()> {
        let NewDocument { id, text, source, added, created, token_count, license, lang, meta } =
            *new;
        self.documents.row(
            id,
            &[
                Value::Text(id),
                Value::Text(text),
                Value::Maybe(source),
                Value::Maybe(added),
                Value::Maybe(created),
                Value::Count(token_count),
                Value::Maybe(license),
                Value::Maybe(lang),
                Value::Maybe(meta),
            ],
        )
    }

    /// Writes a recording.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the id is empty or already there or the rate is 0 or above
    /// 2³¹ Hz; [`Error::Limit`] where it is longer than a file of a pack may be; [`Error::Io`] where
    /// the system refuses.
    pub fn recording(&mut self, new: &NewRecording<'_>) -> Result<()> {
        let NewRecording { id, pcm, sample_rate, speaker, source, license, lang, meta } = *new;
        let rate = i32::try_from(sample_rate).ok().filter(|&rate| rate > 0);
        let rate = rate.ok_or_else(|| {
            Error::argument("sample_rate", "between 1 and 2147483647 Hz", sample_rate)
        })?;
        self.recordings.row(
            id,
            &[
                Value::Text(id),
                Value::Samples(pcm),
                Value::Small(rate),
                Value::Count(Some(pcm.len() as i64)),
                Value::Maybe(speaker),
                Value::Maybe(source),
                Value::Maybe(license),
                Value::Maybe(lang),
                Value::Maybe(meta),
            ],
        )?;
        self.frames.push(pcm.len() as u64);
        Ok(())
    }

    /// Writes an utterance.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the id is empty or already there, the recording was not
    /// written, or the samples are not in it; [`Error::Io`] where the system refuses.
    pub fn utterance(&mut self, new: &NewUtterance<'_>) -> Result<()> {
        let NewUtterance { id, recording, samples, text, speaker, split, license, lang, meta } =
            *new;
        let row = self.recordings.ids.row(recording).ok_or_else(|| {
            Error::argument(
                "recording",
                "the id of a recording that was written before",
                format!("{recording:?} for utterance {id:?}"),
            )
        })?;
        let frames = self.frames[row as usize];
        let (start, end) = samples.unwrap_or((0, frames));
        if start > end || end > frames {
            return Err(Error::argument(
                "samples",
                format!("within the {frames} of recording {recording:?}"),
                format!("{start} to {end} for utterance {id:?}"),
            ));
        }
        self.utterances.row(
            id,
            &[
                Value::Text(id),
                Value::Text(recording),
                Value::Count(Some(start as i64)),
                Value::Count(Some(end as i64)),
                Value::Text(text),
                Value::Maybe(speaker),
                Value::Maybe(split),
                Value::Maybe(license),
                Value::Maybe(lang),
                Value::Maybe(meta),
            ],
        )
    }

    /// Takes a reading for the lexicon. Readings are kept in memory and sorted by form at the end;
    /// those of one form keep their order.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the form is empty.
    pub fn entry(&mut self, new: &NewEntry<'_>) -> Result<()> {
        if new.form.is_empty() {
            return Err(Error::argument("form", "a text that is not empty", "\"\""));
        }
        let own = |text: Option<&str>| text.map(Box::from);
        self.entries.push(OwnedEntry {
            id: new.id.into(),
            form: new.form.into(),
            lemma: own(new.lemma),
            upos: own(new.upos),
            feats: own(new.feats),
            frequency: new.frequency,
            source: own(new.source),
            meta: own(new.meta),
        });
        Ok(())
    }

    /// Ends the pack, puts it into its place and opens it.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the id of an entry is there twice, or something came to lie at the
    /// path meanwhile; [`Error::Io`] where the system refuses. Nothing is then left.
    pub fn finish(mut self) -> Result<Pack> {
        let mut tables = BTreeMap::new();
        let lexicon = self.lexicon()?;
        for table in [self.documents, self.recordings, self.utterances] {
            if let Some((kind, meta)) = table.finish()? {
                tables.insert(kind.name().to_owned(), meta);
            }
        }
        if let Some(meta) = lexicon {
            tables.insert(Kind::Lexicon.name().to_owned(), meta);
        }
        let mut info = self.info;
        info.created.get_or_insert_with(now);
        info.tool.get_or_insert_with(|| format!("sprogkit {}", env!("CARGO_PKG_VERSION")));
        let commit = Commit { format: FORMAT, revision: 0, info, tables, layers: BTreeMap::new() };
        commit.write(self.staging.folder())?;
        self.staging.commit()?;
        Pack::open(&self.target)
    }

    fn lexicon(&mut self) -> Result<Option<TableMeta>> {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by(|a, b| a.form.cmp(&b.form));
        let folder = self.staging.folder();
        let mut table = TableBuilder::new(Kind::Lexicon, folder, self.limits);
        let mut firsts: Vec<(&str, u64)> = Vec::new();
        let mut reading = 0;
        for (row, entry) in entries.iter().enumerate() {
            match firsts.last() {
                Some(&(form, _)) if form == &*entry.form => reading += 1,
                _ => {
                    firsts.push((&entry.form, row as u64));
                    reading = 1;
                }
            }
            let made;
            let id = if entry.id.is_empty() {
                made = format!("{}#{reading}", entry.form);
                &made
            } else {
                &*entry.id
            };
            table.row(
                id,
                &[
                    Value::Text(id),
                    Value::Text(&entry.form),
                    Value::Maybe(entry.lemma.as_deref()),
                    Value::Maybe(entry.upos.as_deref()),
                    Value::Maybe(entry.feats.as_deref()),
                    Value::Count(entry.frequency),
                    Value::Maybe(entry.source.as_deref()),
                    Value::Maybe(entry.meta.as_deref()),
                ],
            )?;
        }
        let Some((_, mut meta)) = table.finish()? else { return Ok(None) };
        meta.forms = Some(Forms::write(folder, "", firsts.into_iter())?);
        Ok(Some(meta))
    }
}

fn nonzero(number: usize) -> Option<usize> {
    (number > 0).then_some(number)
}

#[derive(Debug)]
struct OwnedEntry {
    id: Box<str>,
    form: Box<str>,
    lemma: Option<Box<str>>,
    upos: Option<Box<str>>,
    feats: Option<Box<str>>,
    frequency: Option<i64>,
    source: Option<Box<str>>,
    meta: Option<Box<str>>,
}
