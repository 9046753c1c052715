//! The ids of a corpus as files: documents as Megatron reads them, or rows of one length as NumPy does.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use super::Done;
use super::encode::{Vocabulary, encoded};
use super::failure::Failure;
use super::figures::{count, counted, time};
use super::out::Out;
use super::record::{Reached, Work};
use super::stream::{BehindLines, Input, Start, in_order, lines, stream_to};
use crate::corpus::Pack;
use crate::formats::npy;
use crate::io::{self, Growing};
use crate::progress::Progress;
use crate::subword::{Batch, Packing, Tokenizer};
use crate::{Error, Result};

/// How much of a run is lost where it is killed.
const SAVED_EVERY: Duration = Duration::from_secs(10);

/// Where documents come from.
pub(super) enum Source {
    /// A line is a document.
    Files(Vec<Input>),
    /// The pack, and where it lies.
    Pack(Box<Pack>, PathBuf),
}

impl Source {
    /// The files that say whether it is the same as before.
    fn inputs(&self) -> Vec<Input> {
        match self {
            Self::Files(inputs) => inputs.clone(),
            // What is erased stands there, too.
            Self::Pack(_, path) => vec![Input::File(path.join("pack.json"))],
        }
    }
}

/// What is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// Documents behind one another, each with this token behind it, and where each of them begins.
    Documents { end: Option<u32> },
    /// Rows of one length.
    Rows(Packing),
}

/// Texts to encode.
pub(super) struct Job<'j> {
    pub(super) tokenizer: &'j Tokenizer,
    pub(super) vocabulary: &'j Vocabulary,
    pub(super) special: bool,
    pub(super) form: Form,
}

/// A piece of the work, done.
struct Part {
    /// The ids, of the width of the file.
    ids: Vec<u8>,
    /// By document: how many ids it has.
    sizes: Vec<i32>,
    /// What was read.
    behind: Start,
}

impl Job<'_> {
    /// The id behind each document.
    fn end(&self) -> Option<u32> {
        match self.form {
            Form::Documents { end } => end,
            Form::Rows(packing) => packing.end,
        }
    }

    /// Bytes an id takes.
    fn width(&self) -> u64 {
        let pad = if let Form::Rows(packing) = self.form { packing.pad } else { None };
        let highest = self.end().max(pad).map_or(0, |id| id + 1);
        if self.tokenizer.end().max(highest) <= 1 << 16 { 2 } else { 4 }
    }

    /// Bytes before the ids.
    const fn header(&self) -> u64 {
        if let Form::Rows(_) = self.form { npy::IDS_HEADER } else { 0 }
    }

    fn part(&self, batch: &Batch, behind: Start) -> Result<Part> {
        let is_narrow = self.width() == 2;
        let end = self.end();
        let mut sizes = Vec::with_capacity(batch.len());
        let mut ids = Vec::with_capacity((batch.ids.len() + batch.len()) * self.width() as usize);
        for document in batch.iter() {
            let all = document.iter().copied().chain(end);
            if is_narrow {
                ids.extend(all.flat_map(|id| (id as u16).to_le_bytes()));
            } else {
                ids.extend(all.flat_map(u32::to_le_bytes));
            }
            let size = document.len() + usize::from(end.is_some());
            sizes.push(i32::try_from(size).map_err(|_| Error::Limit {
                what: "ids of a document".to_owned(),
                limit: i32::MAX as u64,
                asked: size as u64,
            })?);
        }
        Ok(Part { ids, sizes, behind })
    }

    /// Writes the ids of `source` to files named after `prefix`; with `resume`, goes on where the same job was stopped.
    pub(super) fn write(
        &self,
        source: &Source,
        prefix: &Path,
        resume: bool,
        out: &mut Out,
    ) -> Done {
        let started = Instant::now();
        let paths = Paths::new(prefix, self.form);
        let bars = out.bars();
        let work = self.work(source)?;
        if resume && work.is_none() {
            let lost = source.inputs().into_iter().find(|input| input.metadata().is_none());
            let lost = lost.unwrap_or(Input::Stdin).name();
            let text = format!("--resume needs files, and {} cannot be read again", lost.display());
            return Err(Failure::Usage(text));
        }
        let mut parts = Parts::begin(self, &paths, work, resume)?;
        let resumed = parts.reached.start;
        match parts.fill(self, source, &bars) {
            Ok(()) => {}
            Err(failure) => return Err(parts.stop(failure)),
        }
        bars.finish();
        let summary = parts.finish(self)?;
        let took = started.elapsed();
        let Summary { documents, ids, rows } = summary;
        if out.json {
            let mut said = json!({
                "documents": documents, "ids": ids, "bits": self.width() * 8,
                "resumed": resumed != Start::default(), "seconds": took.as_secs_f64(),
            });
            match rows {
                None => {
                    said["bin"] = json!(paths.ids);
                    said["idx"] = json!(paths.index);
                }
                Some(rows) => {
                    said["npy"] = json!(paths.ids);
                    said["rows"] = json!(rows.rows);
                    said["dropped"] = json!(rows.dropped);
                    said["padding"] = json!(rows.padding);
                }
            }
            return Ok(out.object(&said)?);
        }
        let name = out.paint.bright(&paths.ids.display().to_string());
        let documents = counted(documents, "document");
        let mut what = format!("{} ids of {documents}", count(ids));
        if let (Some(rows), Form::Rows(packing)) = (rows, self.form) {
            let rest = match packing.pad {
                Some(_) => format!("{} filled in", count(rows.padding)),
                None => format!("{} dropped", count(rows.dropped)),
            };
            what =
                format!("{} of {} from {what}, {rest}", counted(rows.rows, "row"), packing.length);
        }
        Ok(writeln!(out, "{name}: {what} in {}", time(took))?)
    }

    /// The work, as a record has it; `None` where it could not be done again.
    fn work(&self, source: &Source) -> Result<Option<Work>> {
        let options = format!("special={} {:?}", self.special, self.form);
        Ok(Work::new(self.vocabulary.fingerprint()?, options, &source.inputs()))
    }
}

/// The files of a job.
struct Paths {
    ids: PathBuf,
    /// Where each document begins; rows have none.
    index: Option<PathBuf>,
    record: PathBuf,
}

impl Paths {
    fn new(prefix: &Path, form: Form) -> Self {
        let with = |end: &str| {
            let mut name = prefix.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        let (ids, index) = match form {
            Form::Documents { .. } => (with(".bin"), Some(with(".idx"))),
            Form::Rows(_) => (with(".npy"), None),
        };
        Self { ids, index, record: with(".part.json") }
    }
}

/// What a job wrote.
struct Summary {
    documents: u64,
    ids: u64,
    rows: Option<crate::subword::Rows>,
}

/// The files of a job on their way.
struct Parts<'p> {
    paths: &'p Paths,
    ids: Growing,
    /// How many ids each document has: four bytes each.
    sizes: Option<Growing>,
    reached: Reached,
    saved: Instant,
    every: Duration,
    /// What a record says; `None` where no other run could go on.
    work: Option<Work>,
}

impl<'p> Parts<'p> {
    fn begin(job: &Job<'_>, paths: &'p Paths, work: Option<Work>, resume: bool) -> Result<Self> {
        let mut reached = None;
        if let (Some(work), true) = (&work, resume) {
            reached = work.reached(&paths.record)?;
        }
        let (ids, sizes) = match reached {
            Some(reached) => {
                let ids = Growing::resume(&paths.ids, job.header() + reached.bytes)?;
                let sizes = paths.index.as_ref();
                let sizes = sizes.map(|path| Growing::resume(path, reached.documents * 4));
                (ids, sizes.transpose()?)
            }
            None => {
                let create = |path: &PathBuf| match work {
                    Some(_) => Growing::create_part(path),
                    None => Growing::create(path),
                };
                // What stands there was of another run.
                io::remove_file(&paths.record)?;
                for path in std::iter::once(&paths.ids).chain(&paths.index) {
                    io::remove_file(&Growing::part(path))?;
                }
                let mut ids = create(&paths.ids)?;
                let zeros = vec![0; job.header() as usize];
                ids.write_all(&zeros).map_err(|e| Error::io(&paths.ids, e))?;
                (ids, paths.index.as_ref().map(create).transpose()?)
            }
        };
        let (saved, every) = (Instant::now(), SAVED_EVERY);
        let reached = reached.unwrap_or_default();
        let mut parts = Self { paths, ids, sizes, reached, saved, every, work };
        parts.save()?;
        Ok(parts)
    }

    /// Writes the ids of what is left of `source`.
    fn fill(&mut self, job: &Job<'_>, source: &Source, progress: &dyn Progress) -> Done {
        let start = self.reached.start;
        match source {
            Source::Files(inputs) => {
                let work = |piece: &super::stream::Piece<'_>| {
                    let texts: Vec<&str> = lines(piece.text).collect();
                    let batch = encoded(job.tokenizer, &texts, job.special, inputs, piece)?;
                    let byte = piece.at.bytes + piece.text.len() as u64;
                    job.part(&batch, Start { input: piece.input, byte })
                };
                let write = &mut |part| self.put(&part);
                stream_to(inputs, start, &BehindLines, work, write, progress)
            }
            Source::Pack(pack, _) => {
                let batches = pack.text_batches("documents")?;
                progress.start("encoding", Some(batches.rows()), "documents");
                progress.advance(self.reached.documents);
                let mut left = start.byte as usize..batches.len();
                let work = |at: usize| {
                    let texts = batches.texts(at)?;
                    let batch = job.tokenizer.encode_each(&texts, job.special)?;
                    batches.release(at);
                    let behind = Start { input: 0, byte: at as u64 + 1 };
                    Ok((job.part(&batch, behind)?, texts.len() as u64))
                };
                in_order(|| left.next(), work, &mut |part| self.put(&part), progress)
            }
        }
    }

    fn put(&mut self, part: &Part) -> Done {
        let write = |file: &mut Growing, path: &Path, bytes: &[u8]| {
            file.write_all(bytes).map_err(|e| Error::io(path, e))
        };
        write(&mut self.ids, &self.paths.ids, &part.ids)?;
        if let (Some(sizes), Some(path)) = (&mut self.sizes, &self.paths.index) {
            let bytes: Vec<u8> = part.sizes.iter().flat_map(|size| size.to_le_bytes()).collect();
            write(sizes, path, &bytes)?;
        }
        self.reached.start = part.behind;
        self.reached.bytes += part.ids.len() as u64;
        self.reached.documents += part.sizes.len() as u64;
        if self.saved.elapsed() >= self.every {
            self.save()?;
        }
        Ok(())
    }

    /// Writes down how far the parts are, once they lie on the disk.
    fn save(&mut self) -> Result<()> {
        let Some(work) = &self.work else { return Ok(()) };
        self.ids.sync()?;
        if let Some(sizes) = &mut self.sizes {
            sizes.sync()?;
        }
        work.write(&self.paths.record, self.reached)?;
        self.saved = Instant::now();
        Ok(())
    }

    /// Ends early: what the next run could go on from stays where the reason is none of the input's.
    fn stop(mut self, failure: Failure) -> Failure {
        let goes_on = matches!(&failure, Failure::Failed(Error::Cancelled | Error::Io { .. }));
        let is_stopped = matches!(&failure, Failure::Failed(Error::Cancelled));
        // Where the disk is full, the record of before still holds.
        if goes_on && self.work.is_some() && (self.save().is_ok() || self.paths.record.is_file()) {
            self.ids.keep();
            if let Some(sizes) = &mut self.sizes {
                sizes.keep();
            }
            if is_stopped {
                let part = Growing::part(&self.paths.ids);
                let part = part.display();
                let text = format!("stopped: {part} has what is done; --resume goes on from there");
                return Failure::Stopped(text);
            }
            return failure;
        }
        // The first failure is the one to tell.
        let _ = io::remove_file(&self.paths.record);
        if is_stopped {
            let path = self.paths.ids.display();
            return Failure::Stopped(format!("stopped: {path} is as it was"));
        }
        failure
    }

    /// Puts the files in their places.
    fn finish(mut self, job: &Job<'_>) -> Result<Summary> {
        let width = job.width();
        let ids = self.reached.bytes / width;
        let documents = self.reached.documents;
        let mut rows = None;
        if let Form::Rows(packing) = job.form {
            let fitted = packing.rows(ids);
            let pad = packing.pad.unwrap_or_default().to_le_bytes();
            for _ in 0..fitted.padding {
                let bytes = &pad[..width as usize];
                self.ids.write_all(bytes).map_err(|e| Error::io(&self.paths.ids, e))?;
            }
            let length = packing.length as u64;
            self.ids.cut(job.header() + fitted.rows * length * width)?;
            self.ids.begin_with(&npy::ids_header(fitted.rows, length, width == 2))?;
            rows = Some(fitted);
        }
        if let (Some(sizes), Some(path)) = (&mut self.sizes, &self.paths.index) {
            sizes.sync()?;
            let index = index(path, sizes.place(), documents, width)?;
            self.ids.finish()?;
            index.finish()?;
        } else {
            self.ids.finish()?;
        }
        io::remove_file(&self.paths.record)?;
        Ok(Summary { documents, ids, rows })
    }
}

/// The index of `documents` whose sizes lie in the file at `sizes`, to be put at `path`. Source: the `.idx` of
/// Megatron-LM's indexed dataset, version 1.
fn index(path: &Path, sizes: &Path, documents: u64, width: u64) -> Result<Growing> {
    /// How the format numbers the types of ids: 32 bits signed, 16 bits unsigned.
    const I32: u8 = 4;
    const U16: u8 = 8;
    let mut index = Growing::create(path)?;
    let failed = |e| Error::io(path, e);
    let mut write = |bytes: &[u8]| index.write_all(bytes).map_err(failed);
    write(b"MMIDIDX\0\0")?;
    write(&1_u64.to_le_bytes())?;
    write(&[if width == 2 { U16 } else { I32 }])?;
    write(&documents.to_le_bytes())?;
    write(&(documents + 1).to_le_bytes())?;
    each_size(sizes, |size| write(&size.to_le_bytes()))?;
    let mut begins = 0_u64;
    each_size(sizes, |size| {
        write(&begins.to_le_bytes())?;
        begins += u64::from(size) * width;
        Ok(())
    })?;
    for document in 0..=documents {
        write(&document.to_le_bytes())?;
    }
    Ok(index)
}

/// Calls `each` with every size in the file at `path`.
fn each_size(path: &Path, mut each: impl FnMut(u32) -> Result<()>) -> Result<()> {
    let mut file = Input::File(path.to_owned()).open_at(0)?;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let read = file.by_ref().take(1 << 16).read_to_end(&mut buffer);
        if read.map_err(|e| Error::io(path, e))? == 0 {
            return Ok(());
        }
        for &size in buffer.as_chunks().0 {
            each(u32::from_le_bytes(size))?;
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write what is read")]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::corpus::{Info, NewDocument, Writer};
    use crate::subword::{TrainOptions, train};
    use crate::threads::install;

    /// Wants the work to end behind so many pieces.
    struct Stop(AtomicU64);

    impl Progress for Stop {
        fn advance(&self, _count: u64) {
            let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        }

        fn cancelled(&self) -> bool {
            self.0.load(Ordering::SeqCst) == 0
        }
    }

    /// How a run ends.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum End {
        Whole,
        /// By Ctrl-C behind so many pieces.
        Stopped(u64),
        /// By a power cut behind so many pieces.
        Killed(u64),
    }

    fn run(
        job: &Job<'_>,
        source: &Source,
        prefix: &Path,
        resume: bool,
        end: End,
    ) -> std::result::Result<Option<Summary>, Failure> {
        let paths = Paths::new(prefix, job.form);
        let mut parts = Parts::begin(job, &paths, job.work(source)?, resume)?;
        let pieces = match end {
            End::Whole => u64::MAX,
            // Where it goes on is told first.
            End::Stopped(pieces) | End::Killed(pieces) => pieces + 1,
        };
        if let End::Killed(_) = end {
            parts.every = Duration::ZERO;
        }
        let filled = parts.fill(job, source, &Stop(AtomicU64::new(pieces)));
        match (filled, end) {
            (Ok(()), End::Whole) => Ok(Some(parts.finish(job)?)),
            (Err(Failure::Failed(Error::Cancelled)), End::Killed(_)) => {
                // What was written since the record is anything.
                for mut file in [Some(parts.ids), parts.sizes].into_iter().flatten() {
                    file.write_all(b"none of it").unwrap();
                    file.flush().unwrap();
                    file.keep();
                }
                Ok(None)
            }
            (Err(failure), End::Stopped(_)) => match parts.stop(failure) {
                Failure::Stopped(_) => Ok(None),
                other => Err(other),
            },
            (filled, end) => panic!("{filled:?} where it was to be {end:?}"),
        }
    }

    /// Every file in `folder` whose name begins with `name`: how it goes on, and its bytes.
    fn files(folder: &Path, name: &str) -> Vec<(String, Vec<u8>)> {
        let found = io::list(folder).unwrap().into_iter().filter_map(|path| {
            let end = path.file_name()?.to_str()?.strip_prefix(name)?.to_owned();
            Some((end, io::read(&path).unwrap()))
        });
        found.collect()
    }

    #[test]
    fn a_run_that_was_stopped_goes_on_to_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let mut text = String::new();
        for number in 0..40_000_u32 {
            text.push_str(&format!(
                "Sag nr. {} om rødgrød på Æblevej {}.\n",
                number,
                number * 7919 % 977
            ));
        }
        let vocabulary = folder.join("tokenizer.json");
        let options = TrainOptions { vocab_size: 300, ..TrainOptions::default() };
        let tokenizer = train(&[&text[..20_000]], &options, &()).unwrap();
        tokenizer.save(&vocabulary).unwrap();
        let vocabulary = Vocabulary { path: vocabulary, pattern: None };
        let names = ["a.txt", "b.txt"].map(|name| folder.join(name));
        fs::write(&names[0], &text).unwrap();
        // Ends without a line feed, and has a line that is longer than what is read at once.
        fs::write(&names[1], format!("\u{feff}{text}{}", "ø og å ".repeat(1_200_000))).unwrap();
        let inputs = names.clone().map(Input::File);
        let pack = folder.join("pack");
        let mut writer =
            Writer::create(&pack, Info { id: "toy".to_owned(), ..Info::default() }).unwrap();
        // More than three batches have room for.
        for (number, line) in text.lines().cycle().take(200_000).enumerate() {
            let id = number.to_string();
            let text = &line[..1 + number % 9];
            writer.document(&NewDocument { id: &id, text, ..NewDocument::default() }).unwrap();
        }
        let opened = writer.finish().unwrap();
        let sources = [Source::Files(inputs.to_vec()), Source::Pack(Box::new(opened), pack)];
        let packing = Packing { end: Some(0), pad: Some(1), ..Packing::new(77) };
        let job =
            |form| Job { tokenizer: &tokenizer, vocabulary: &vocabulary, special: false, form };
        for (source, form, threads) in [
            (&sources[0], Form::Documents { end: None }, 2),
            (&sources[0], Form::Rows(packing), 1),
            (&sources[1], Form::Documents { end: Some(70_000) }, 3),
        ] {
            let job = job(form);
            let all = |name: &str, ends: &[End]| {
                let prefix = folder.join(name);
                for (at, &end) in ends.iter().enumerate() {
                    let done = install(Some(threads), || run(&job, source, &prefix, at > 0, end));
                    let done = done.unwrap().unwrap();
                    assert_eq!(done.is_some(), end == End::Whole, "{form:?} {ends:?}");
                    let left = files(folder, name);
                    let is_part = left.iter().any(|(end, _)| end.contains("part"));
                    assert_eq!(is_part, end != End::Whole, "{form:?} {ends:?}");
                }
                let written = files(folder, name);
                assert!(!written.is_empty());
                for (end, _) in &written {
                    fs::remove_file(folder.join(format!("{name}{end}"))).unwrap();
                }
                written
            };
            let want = all("whole", &[End::Whole]);
            for ends in [
                &[End::Stopped(1), End::Whole][..],
                &[End::Killed(1), End::Whole],
                &[End::Killed(0), End::Stopped(1), End::Killed(0), End::Whole],
            ] {
                assert!(all("again", ends) == want, "{form:?} {ends:?}");
            }
        }
    }

    #[test]
    fn other_work_is_refused_and_so_are_parts_that_are_too_short() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (text, path) = (folder.join("text.txt"), folder.join("tokenizer.json"));
        fs::write(&text, "ja nej\n".repeat(400_000)).unwrap();
        let options = TrainOptions { vocab_size: 260, ..TrainOptions::default() };
        let tokenizer = train(&["ja nej ja"], &options, &()).unwrap();
        tokenizer.save(&path).unwrap();
        let vocabulary = Vocabulary { path: path.clone(), pattern: None };
        let form = Form::Documents { end: None };
        let job = Job { tokenizer: &tokenizer, vocabulary: &vocabulary, special: false, form };
        let source = Source::Files(vec![Input::File(text.clone())]);
        let prefix = folder.join("ids");
        let run = |job: &Job<'_>, source: &Source, resume, end| {
            install(Some(1), || run(job, source, &prefix, resume, end)).unwrap()
        };
        run(&job, &source, false, End::Stopped(1)).unwrap();
        let refused =
            |job: &Job<'_>, source: &Source, why: &str| match run(job, source, true, End::Whole) {
                Err(Failure::Failed(error)) => {
                    let error = error.to_string();
                    assert!(error.contains("ids.") && error.contains(why), "{error}");
                }
                other => panic!("{why}: {}", other.is_ok()),
            };
        let special = Job { special: true, ..job };
        refused(&special, &source, "had other options: special=false");
        refused(&job, &Source::Files(vec![Input::File(path.clone())]), "text.txt where");
        let two = Source::Files(vec![Input::File(text.clone()), Input::File(text.clone())]);
        refused(&job, &two, "another number of inputs: 1");
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [&whole[..], b"\n"].concat()).unwrap();
        refused(&job, &source, "another vocabulary");
        fs::write(&path, whole).unwrap();
        let record = fs::read(folder.join("ids.part.json")).unwrap();
        fs::write(folder.join("ids.part.json"), &record[..record.len() - 1]).unwrap();
        refused(&job, &source, "ids.part.json:1: EOF");
        fs::write(folder.join("ids.part.json"), &record).unwrap();
        let part = fs::read(folder.join("ids.bin.part")).unwrap();
        fs::write(folder.join("ids.bin.part"), &part[1..]).unwrap();
        refused(&job, &source, "expected");
        fs::remove_file(folder.join("ids.bin.part")).unwrap();
        refused(&job, &source, "ids.bin.part");
        fs::write(folder.join("ids.bin.part"), &part).unwrap();
        fs::write(&text, "ja nej\n".repeat(400_001)).unwrap();
        refused(&job, &source, "before it was changed (2800000 bytes then, 2800007 now)");
        // Anew, nothing of that matters; and nothing is left of work that cannot succeed.
        fs::write(&text, [&b"ja\n".repeat(1_000_000)[..], b"\xff"].concat()).unwrap();
        let paths = Paths::new(&prefix, form);
        let mut parts = Parts::begin(&job, &paths, job.work(&source).unwrap(), false).unwrap();
        let failure = parts.fill(&job, &source, &()).unwrap_err();
        assert!(matches!(parts.stop(failure), Failure::Failed(Error::Format { .. })));
        assert!(files(folder, "ids").is_empty());
    }
}
