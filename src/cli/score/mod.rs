//! `sprogkit score`: how well a hypothesis matches a reference.

mod table;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rayon::prelude::*;

use super::Done;
use super::diff::{self, line};
use super::failure::Failure;
use super::numbers::{share, whole};
use super::out::{Out, shown};
use super::pairs::{self, Pairs};
use super::report;
use crate::Error;
use crate::align::Ties;
use crate::score::{
    self, Aligned, Bootstrap, Confusion, Group, Interval, Options, Score, Scorer, Unit, Variants,
};

pub(super) use table::{percent, range};

/// Score a hypothesis against a reference: word and character error rates
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit score reference.txt hypothesis.txt
  sprogkit score test.tsv hyp.tsv --groups dialects.tsv --html report.html
  sprogkit score ref.txt hyp.txt --profile da-lex@1 --variants danish
  sprogkit score ref.txt hyp.txt --reference second.txt --diff

A text a line; or .tsv files whose first line names the columns \"id\" and
\"text\", or .jsonl files with such members, which are put together by their
ids. The figures are jiwer's: words are what stands between spaces. Nothing is
normalised, unless --profile says so. The intervals are drawn by a bootstrap
over the pairs.

With several references the one with the fewest errors counts, for each pair.
--variants danish takes forms such as tusind/tusinde, Århus/Aarhus and
kl./klokken for the same. A file of your own has such forms on one line, with
tabs between them; --variants can be given more than once.")]
pub(super) struct Args {
    /// What was said or written
    #[arg(value_name = "REF")]
    reference: PathBuf,
    /// What was recognised
    #[arg(value_name = "HYP")]
    hypothesis: PathBuf,
    /// Another right answer for each text, in the form of REF; can be given more than once
    #[arg(long = "reference", value_name = "FILE")]
    references: Vec<PathBuf>,
    /// Forms that say the same: "danish" for those that come with it, or a file with those of a
    /// line parted by tabs
    #[arg(long, value_name = "FILE")]
    variants: Vec<PathBuf>,
    /// A group for each pair (speaker, dialect, age): a label a line, or a .tsv or .jsonl file
    /// with "id" and "group"
    #[arg(long, value_name = "FILE")]
    groups: Option<PathBuf>,
    /// What is done to both sides before: as-is, verbatim@1, da-lex@1, da-spoken@1 or
    /// coral-compat@1. What is shown is then what was compared
    #[arg(
        long,
        value_name = "NAME",
        default_value = "as-is",
        value_parser = clap::builder::PossibleValuesParser::new(score::Profile::NAMES)
    )]
    profile: String,
    /// Which of several alignments with as few errors counts
    #[arg(long, value_enum, default_value = "jiwer")]
    ties: Chosen,
    /// Score only the ids that both files have
    #[arg(long)]
    common: bool,
    /// Show the pairs that differ
    #[arg(long)]
    diff: bool,
    /// Show the N most frequent errors [default: 10, with --json 100]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = whole(0..=u64::from(u32::MAX))
    )]
    confusions: Option<u64>,
    /// Write a report with every difference
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the counts of each pair as a table with tabs
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// Draw the pairs N times anew for the intervals; 0 for none
    #[arg(
        long,
        value_name = "N",
        default_value = "1000",
        allow_negative_numbers = true,
        value_parser = whole(0..=Bootstrap::MOST_SAMPLES as u64)
    )]
    bootstrap: u64,
    /// The share of the draws that an interval holds
    #[arg(
        long,
        value_name = "SHARE",
        default_value = "0.95",
        allow_negative_numbers = true,
        value_parser = share
    )]
    level: f64,
    /// Where the random numbers of the draws start
    #[arg(
        long,
        value_name = "N",
        default_value = "0",
        allow_negative_numbers = true,
        value_parser = whole(0..=u64::MAX)
    )]
    seed: u64,
    /// Mark groups of fewer than N pairs
    #[arg(
        long,
        value_name = "N",
        default_value = "30",
        allow_negative_numbers = true,
        value_parser = whole(0..=u64::from(u32::MAX))
    )]
    small: u64,
}

/// Whose choice it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Chosen {
    /// What jiwer takes
    Jiwer,
    /// What Kaldi's compute-wer takes
    Kaldi,
    /// What sclite takes, which weighs a substitution 4 and the others 3
    Sclite,
}

impl From<Chosen> for Ties {
    fn from(chosen: Chosen) -> Self {
        match chosen {
            Chosen::Jiwer => Self::Jiwer,
            Chosen::Kaldi => Self::Kaldi,
            Chosen::Sclite => Self::Sclite,
        }
    }
}

/// All that is known of the pairs.
pub(super) struct Scored {
    pub(super) pairs: Pairs,
    pub(super) profile: score::Profile,
    /// How many references each pair has at most.
    references: usize,
    /// Where the forms come from that say the same.
    variants: Vec<String>,
    /// What else is done to the pairs as they are here.
    options: Options,
    pub(super) words: Score,
    pub(super) characters: Score,
    /// The share of the draws in the intervals.
    pub(super) level: f64,
    pub(super) interval: Option<Interval>,
    pub(super) groups: Vec<Group>,
    /// Whether the groups' intervals were drawn.
    pub(super) drawn: bool,
    /// What became what, how often: the most frequent first.
    pub(super) confusions: Vec<Confusion>,
}

impl Scored {
    fn new(args: &Args) -> Result<Self, Failure> {
        let files = [&args.reference, &args.hypothesis].into_iter();
        let more = args.references.iter().chain(&args.variants).chain(&args.groups);
        let files: Vec<&Path> = files.chain(more).map(PathBuf::as_path).collect();
        pairs::standard_input_once(&files)?;
        let profile = score::Profile::named(&args.profile)?;
        let options = Options { ties: args.ties.into(), ..Options::default() };
        let mut pairs = Pairs::read(&args.reference, &args.hypothesis, args.common)?;
        if pairs.ids.is_empty() {
            let (reference, hypothesis) = (args.reference.display(), args.hypothesis.display());
            let text = format!("{reference}: no text to score against {hypothesis}");
            return Err(Failure::Said(text));
        }
        take_nearest(&mut pairs, args, &Options { profile, ..options })?;
        if profile != score::Profile::AsIs {
            let texts = pairs.references.par_iter_mut().chain(pairs.hypotheses.par_iter_mut());
            texts.for_each(|text| *text = profile.apply(text).into_owned());
        }
        let words = score::score(&pairs.references, &pairs.hypotheses, &options)?;
        let by_character = Options { unit: Unit::Char, ..options };
        let characters = score::score(&pairs.references, &pairs.hypotheses, &by_character)?;
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let bootstrap = Bootstrap {
            samples: size(args.bootstrap.max(1)),
            level: args.level,
            seed: args.seed,
            small: size(args.small),
        };
        let drawn = args.bootstrap > 0;
        let interval = if drawn { Some(score::interval(&words.pairs, &bootstrap)?) } else { None };
        let groups = match &args.groups {
            Some(file) => score::groups(&words.pairs, &pairs.labels(file)?, &bootstrap)?,
            None => Vec::new(),
        };
        let confusions = score::confusions(&pairs.references, &pairs.hypotheses, &options)?;
        Ok(Self {
            pairs,
            profile,
            references: 1 + args.references.len(),
            variants: args.variants.iter().map(|file| file.display().to_string()).collect(),
            options,
            words,
            characters,
            level: args.level,
            interval,
            groups,
            drawn,
            confusions,
        })
    }

    /// The pairs that differ, each with its alignment.
    pub(super) fn differing(&self) -> impl Iterator<Item = (usize, Aligned)> {
        let mut scorer = Scorer::new(self.options);
        let differ = |&at: &usize| self.words.pairs[at].errors() > 0;
        (0..self.pairs.ids.len()).filter(differ).map(move |at| {
            (at, scorer.align(&self.pairs.references[at], &self.pairs.hypotheses[at]))
        })
    }
}

/// Puts in the place of each reference the nearest of all that are given, in the nearest forms.
fn take_nearest(pairs: &mut Pairs, args: &Args, options: &Options) -> Result<(), Failure> {
    let variants = variants(&args.variants)?;
    if variants.is_none() && args.references.is_empty() {
        return Ok(());
    }
    let others = args.references.iter();
    let others: Vec<Vec<Option<String>>> = others
        .map(|file| pairs.another(file, &args.reference, args.common))
        .collect::<Result<_, _>>()?;
    let sets: Vec<Vec<&str>> = pairs
        .references
        .iter()
        .enumerate()
        .map(|(at, first)| {
            let others = others.iter().filter_map(|texts| texts[at].as_deref());
            std::iter::once(first.as_str()).chain(others).collect()
        })
        .collect();
    let nearest = score::nearest(&sets, &pairs.hypotheses, variants.as_ref(), options)?;
    pairs.references = nearest.into_iter().map(std::borrow::Cow::into_owned).collect();
    Ok(())
}

/// The forms of all `files`; "danish" is the name of those that come with the crate.
fn variants(files: &[PathBuf]) -> Result<Option<Variants>, Failure> {
    let mut all: Option<Variants> = None;
    for file in files {
        let more = if file == Path::new("danish") {
            Variants::danish()
        } else {
            let lines = match pairs::read(file) {
                Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                    return Err(Failure::Said(format!(
                        "{}: {source}\n`--variants danish` takes the forms that come with sprogkit",
                        file.display()
                    )));
                }
                read => read?,
            };
            Variants::from_lines(&file.display().to_string(), &lines)?
        };
        all = Some(match all {
            Some(before) => before.and(&more),
            None => more,
        });
    }
    Ok(all)
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    if out.json && args.diff {
        let text =
            "--diff is for people: --json cannot show it (`sprogkit align edits --json` can)";
        return Err(Failure::Usage(text.to_owned()));
    }
    let scored = Scored::new(args)?;
    if let Some(file) = &args.html {
        crate::io::write(file, report::html(&scored).as_bytes())?;
    }
    if let Some(file) = &args.pairs {
        crate::io::write(file, table::pairs(&scored).as_bytes())?;
    }
    let most =
        |standard| usize::try_from(args.confusions.unwrap_or(standard)).unwrap_or(usize::MAX);
    if out.json {
        return Ok(out.object(&table::object(&scored, most(100)))?);
    }
    table::write(&scored, most(10), out)?;
    if args.diff {
        writeln!(out)?;
        for (at, aligned) in scored.differing() {
            let (reference, hypothesis) =
                (&scored.pairs.references[at], &scored.pairs.hypotheses[at]);
            let difference = line(&diff::of(&aligned, reference, hypothesis), " ", out.paint);
            let id = out.paint.faint(&shown(&scored.pairs.ids[at]));
            writeln!(out, "{id}  {difference}")?;
        }
    }
    Ok(())
}
