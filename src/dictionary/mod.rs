//! Lexica from what others publish: word lists, hunspell's files, packs.
//!
//! [`Lexicon::open`] opens any of them; [`compile`] makes one file of several, which opens at once.

mod guard;
mod speller;

use std::path::{Path, PathBuf};

use crate::formats::wordlist::{Layout, Words};
use crate::formats::{Encoding, hunspell};
use crate::io::Mapped;
use crate::lexicon::{Builder, Lexicon, NewReading, SourceId, tag};
use crate::progress::Progress;
use crate::{Error, Result};

pub use speller::Speller;

/// What goes into a lexicon.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Input {
    /// The file, or a pack's folder. Of hunspell's two files either names both.
    pub path: PathBuf,
    /// How it is laid out; `None` to look at its first lines. Of no concern for packs and hunspell.
    pub layout: Option<Layout>,
    /// Its encoding; `None` for the layout's usual one.
    pub encoding: Option<Encoding>,
    /// What its readings shall be said to come from; empty for the name of the file.
    pub source: String,
    /// Its licence (SPDX); empty where it is not known.
    pub license: String,
}

impl Input {
    /// The file or pack at `path`, with everything else as found.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            layout: None,
            encoding: None,
            source: String::new(),
            license: String::new(),
        }
    }

    /// The same, of another layout.
    #[must_use]
    pub fn layout(self, layout: Layout) -> Self {
        Self { layout: Some(layout), ..self }
    }

    fn named(&self, builder: &mut Builder) -> Result<SourceId> {
        let name = if self.source.is_empty() {
            self.path.file_stem().unwrap_or_default().to_string_lossy()
        } else {
            (&*self.source).into()
        };
        builder.source(&name, &self.license)
    }

    fn origin(&self) -> String {
        self.path.display().to_string()
    }

    /// Whether it is one of hunspell's two files.
    fn is_spelling(&self) -> bool {
        self.layout.is_none() && matches!(self.extension(), Some("aff" | "dic"))
    }

    fn extension(&self) -> Option<&str> {
        self.path.extension().and_then(|extension| extension.to_str())
    }
}

impl Lexicon {
    /// Opens the lexicon at `path`: a compiled one by memory map, at once; a pack with a lexicon,
    /// a word list, or hunspell's `.aff` or `.dic` by reading it all into memory.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the system refuses; [`Error::Corrupt`] for a compiled lexicon or pack that was
    /// altered; [`Error::Line`] and [`Error::Format`] where a list does not follow its format;
    /// [`Error::Argument`] where the layout of the file cannot be told.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        if !path.is_dir() && Self::is_compiled(&Mapped::open(path)?) {
            return Self::map(path);
        }
        let mut builder = Builder::new();
        let input = Input::new(path);
        read(&input, &mut builder, &())?;
        some(&builder, &input)?;
        builder.finish()
    }
}

/// Makes one lexicon of `inputs` and writes it to `out`, whole or not at all. Readings come in the order
/// of the inputs.
///
/// # Errors
///
/// Those of [`Lexicon::open`]; [`Error::Argument`] for no inputs, for counts alone, and for an `out` that
/// is one of the files read or exists and is no lexicon; [`Error::Limit`] for more than a lexicon can hold; [`Error::Cancelled`]
/// where `progress` says so.
pub fn compile(inputs: &[Input], out: &Path, progress: &dyn Progress) -> Result<Lexicon> {
    let Some(first) = inputs.first() else {
        return Err(Error::argument("inputs", "one file or more", "none"));
    };
    guard::refuse(inputs, out)?;
    let mut builder = Builder::new();
    for input in inputs {
        read(input, &mut builder, progress)?;
    }
    some(&builder, first)?;
    builder.write(out)
}

/// Refuses counts alone, of which nothing would be left.
fn some(builder: &Builder, first: &Input) -> Result<()> {
    if builder.is_empty() {
        let wanted =
            "a word list: a frequency list adds counts only; give it together with a word list";
        return Err(Error::argument("path", wanted, first.origin()));
    }
    Ok(())
}

/// Adds what `input` holds to `builder`; gives the number of readings and counts.
///
/// # Errors
///
/// As [`compile`]; [`Error::Format`] for an input without a word.
pub fn read(input: &Input, builder: &mut Builder, progress: &dyn Progress) -> Result<u64> {
    let found = read_any(input, builder, progress)?;
    if found == 0 {
        return Err(Error::format(input.origin(), 0, "it holds no word"));
    }
    Ok(found)
}

fn read_any(input: &Input, builder: &mut Builder, progress: &dyn Progress) -> Result<u64> {
    let path = &input.path;
    progress.start(&format!("reading {}", path.display()), None, "words");
    if path.is_dir() {
        if !path.join("pack.json").exists() {
            let got = format!("{}, which is a folder without pack.json", path.display());
            return Err(Error::argument("path", "a file or a pack", got));
        }
        return pack(input, builder, progress);
    }
    let source = input.named(builder)?;
    if input.is_spelling() {
        return spelling(input, source, builder, progress);
    }
    let bytes = Mapped::open(path)?;
    if Lexicon::is_compiled(&bytes) {
        return merge(&Lexicon::map(path)?, builder, progress);
    }
    let layout = match input.layout {
        Some(layout) => layout,
        None => guard::layout(&bytes, input)?,
    };
    let encoding = input.encoding.unwrap_or(layout.encoding());
    let mut steps = Steps::new(progress);
    for word in Words::new(&input.origin(), &bytes, layout, encoding) {
        let word = word?;
        steps.step()?;
        if let Some(times) = word.count {
            builder.count(&word.form, times);
            continue;
        }
        let (upos, feats) = tag(layout.name(), &word.tag);
        let reading = NewReading {
            form: word.form.trim(),
            lemma: word.lemma.trim(),
            upos,
            feats: &feats,
            id: word.id.trim(),
            pronunciation: word.pronunciation.trim(),
            // That a form alone is its own lemma is only supposed.
            derived: layout == Layout::Words,
        };
        add(builder, source, &reading, &input.origin(), word.line)?;
    }
    // A form alone shows no lemma's parts of speech.
    if layout != Layout::Words {
        builder.conclude(source)?;
    }
    Ok(steps.done())
}

/// Adds a reading; an error names its line.
fn add(
    builder: &mut Builder,
    source: SourceId,
    reading: &NewReading<'_>,
    origin: &str,
    line: u64,
) -> Result<()> {
    builder.add(source, reading).map_err(|wrong| Error::line(origin, line, wrong))
}

/// Hunspell's two files.
fn spelling(
    input: &Input,
    source: SourceId,
    builder: &mut Builder,
    progress: &dyn Progress,
) -> Result<u64> {
    let (aff, dic) = guard::pair(&input.path)?;
    let rules = Mapped::open(&aff)?;
    let affixes = hunspell::Affixes::parse(&aff.display().to_string(), &rules)?;
    let bytes = Mapped::open(&dic)?;
    let origin = dic.display().to_string();
    guard::refuse_cut(&rules, &bytes, &origin)?;
    let mut steps = Steps::new(progress);
    for word in hunspell::words(&origin, &bytes, &affixes, true)? {
        let word = word?;
        steps.step()?;
        let (upos, _) = tag("ddo", &word.pos);
        let reading = NewReading {
            form: word.form.trim(),
            lemma: word.lemma.trim(),
            upos,
            feats: &word.feats,
            ..NewReading::default()
        };
        add(builder, source, &reading, &origin, word.line)?;
    }
    builder.conclude(source)?;
    Ok(steps.done())
}

/// The readings of another lexicon, with their sources.
fn merge(other: &Lexicon, builder: &mut Builder, progress: &dyn Progress) -> Result<u64> {
    let mut steps = Steps::new(progress);
    let mut over = Ok(());
    other.for_each(|form, readings| {
        over = readings.iter().try_for_each(|reading| {
            steps.step()?;
            let (name, license) =
                reading.source().map_or(("", ""), |source| (&*source.name, &*source.license));
            let source = builder.source(name, license)?;
            let (lemma, id) = (reading.lemma(), reading.given_id().unwrap_or_default());
            let concluded = reading.has_concluded_class();
            let reading = NewReading {
                form,
                lemma: &lemma,
                upos: reading.upos(),
                feats: reading.feats(),
                id: &id,
                pronunciation: reading.pronunciation().unwrap_or_default(),
                derived: reading.is_derived(),
            };
            builder.add(source, &reading)?;
            if concluded {
                builder.class_was_concluded();
            }
            Ok(())
        });
        if let Some(times) = other.frequency(form) {
            builder.count(form, times);
        }
        over.is_ok()
    });
    over.map(|()| steps.done())
}

/// The lexicon of a pack.
#[cfg(feature = "corpus")]
fn pack(input: &Input, builder: &mut Builder, progress: &dyn Progress) -> Result<u64> {
    use crate::corpus::Pack;
    use crate::lexicon::Upos;

    let pack = Pack::open(&input.path)?;
    let mut steps = Steps::new(progress);
    let own = input.named(builder)?;
    let mut counted: Option<String> = None;
    for entry in pack.lexicon().entries().iter() {
        let entry = entry?;
        steps.step()?;
        let source = match entry.source()? {
            Some(name) => builder.source(name, &input.license)?,
            None => own,
        };
        let form = entry.form()?;
        let reading = NewReading {
            form,
            lemma: entry.lemma()?.unwrap_or_default(),
            upos: entry.upos()?.and_then(Upos::of_name),
            feats: entry.feats()?.unwrap_or_default(),
            id: entry.id()?,
            ..NewReading::default()
        };
        builder.add(source, &reading)?;
        // Every reading of a form says how often the form was counted.
        if let Some(times) = entry.frequency()?.filter(|_| counted.as_deref() != Some(form)) {
            builder.count(form, u64::try_from(times).unwrap_or(0));
            counted = Some(form.to_owned());
        }
    }
    Ok(steps.done())
}

#[cfg(not(feature = "corpus"))]
fn pack(input: &Input, _: &mut Builder, _: &dyn Progress) -> Result<u64> {
    let got = format!("{}, a folder; packs need the feature `corpus`", input.path.display());
    Err(Error::argument("path", "a file", got))
}

/// Tells how far it is, not at every word.
struct Steps<'p> {
    progress: &'p dyn Progress,
    done: u64,
}

impl<'p> Steps<'p> {
    /// Words between two looks at the caller.
    const EACH: u64 = 4096;

    fn new(progress: &'p dyn Progress) -> Self {
        Self { progress, done: 0 }
    }

    fn step(&mut self) -> Result<()> {
        self.done += 1;
        if self.done.is_multiple_of(Self::EACH) {
            self.progress.check()?;
            self.progress.advance(Self::EACH);
        }
        Ok(())
    }

    fn done(self) -> u64 {
        self.progress.advance(self.done % Self::EACH);
        self.done
    }
}
