//! `sprogkit score`: how well a hypothesis matches a reference.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::json;

use super::Done;
use super::diff::{self, line};
use super::failure::Failure;
use super::figures::count;
use super::numbers::whole;
use super::out::Out;
use super::pairs::{self, Pairs};
use super::report;
use crate::align::{Counts, Operation};
use crate::score::{self, Aligned, Bootstrap, Group, Interval, Score, Scorer};

/// Score a hypothesis against a reference: word and character error rates
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit score reference.txt hypothesis.txt
  sprogkit score test.tsv hyp.tsv --groups dialects.tsv --html report.html
  sprogkit score reference.txt hypothesis.txt --profile da-lex@1

A text a line; or .tsv files whose first line names the columns \"id\" and
\"text\", or .jsonl files with such members, which are put together by their
ids. The figures are jiwer's: words are what stands between spaces. Nothing is
normalised, unless --profile says so.")]
pub(super) struct Args {
    /// What was said or written
    #[arg(value_name = "REF")]
    reference: PathBuf,
    /// What was recognised
    #[arg(value_name = "HYP")]
    hypothesis: PathBuf,
    /// A group for each pair (speaker, dialect, age): a label a line, or a .tsv file with the
    /// columns "id" and "group"
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
    /// Score only the ids that both files have
    #[arg(long)]
    common: bool,
    /// Show the pairs that differ
    #[arg(long)]
    diff: bool,
    /// Write a report with every difference
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Draw the pairs N times anew for the intervals; 0 for none
    #[arg(
        long,
        value_name = "N",
        default_value = "1000",
        allow_negative_numbers = true,
        value_parser = whole(0..=Bootstrap::MOST_SAMPLES as u64)
    )]
    bootstrap: u64,
}

/// All that is known of the pairs.
pub(super) struct Scored {
    pub(super) pairs: Pairs,
    pub(super) profile: score::Profile,
    pub(super) words: Score,
    pub(super) characters: Score,
    pub(super) interval: Option<Interval>,
    pub(super) groups: Vec<Group>,
    /// What became what, how often: the most frequent first. Nothing became an insertion, and a
    /// deletion became nothing.
    pub(super) confusions: Vec<(String, String, u64)>,
}

impl Scored {
    fn new(args: &Args) -> Result<Self, Failure> {
        if let Some(groups) = &args.groups {
            pairs::standard_input_once(&[&args.reference, &args.hypothesis, groups])?;
        }
        let profile = score::Profile::named(&args.profile)?;
        let mut pairs = Pairs::read(&args.reference, &args.hypothesis, args.common)?;
        if profile != score::Profile::AsIs {
            let texts = pairs.references.par_iter_mut().chain(pairs.hypotheses.par_iter_mut());
            texts.for_each(|text| *text = profile.apply(text).into_owned());
        }
        if pairs.ids.is_empty() {
            let (reference, hypothesis) = (args.reference.display(), args.hypothesis.display());
            let text = format!("{reference}: no text to score against {hypothesis}");
            return Err(Failure::Said(text));
        }
        let words = score::wer(&pairs.references, &pairs.hypotheses)?;
        let characters = score::cer(&pairs.references, &pairs.hypotheses)?;
        let samples = usize::try_from(args.bootstrap.max(1)).unwrap_or(usize::MAX);
        let bootstrap = Bootstrap { samples, ..Bootstrap::default() };
        let interval = match args.bootstrap {
            0 => None,
            _ => Some(score::interval(&words.pairs, &bootstrap)?),
        };
        let groups = match &args.groups {
            Some(file) => score::groups(&words.pairs, &pairs.labels(file)?, &bootstrap)?,
            None => Vec::new(),
        };
        let confusions = confusions(&pairs, &words.pairs);
        Ok(Self { pairs, profile, words, characters, interval, groups, confusions })
    }

    /// The pairs that differ, each with its alignment.
    pub(super) fn differing(&self) -> impl Iterator<Item = (usize, Aligned)> {
        let mut scorer = Scorer::new(score::Options::default());
        let differ = |&at: &usize| self.words.pairs[at].errors() > 0;
        (0..self.pairs.ids.len()).filter(differ).map(move |at| {
            (at, scorer.align(&self.pairs.references[at], &self.pairs.hypotheses[at]))
        })
    }
}

fn confusions(pairs: &Pairs, counts: &[Counts]) -> Vec<(String, String, u64)> {
    let mut scorer = Scorer::new(score::Options::default());
    let mut found: HashMap<(&str, &str), u64> = HashMap::new();
    for (at, counts) in counts.iter().enumerate() {
        if counts.errors() == 0 {
            continue;
        }
        let (reference, hypothesis) = (&pairs.references[at], &pairs.hypotheses[at]);
        let aligned = scorer.align(reference, hypothesis);
        for pair in &aligned.edits.pairs {
            let was = || aligned.reference[pair.reference].of(reference);
            let came = || aligned.hypothesis[pair.hypothesis].of(hypothesis);
            let confusion = match pair.operation {
                Operation::Hit => continue,
                Operation::Substitution => (was(), came()),
                Operation::Deletion => (was(), ""),
                Operation::Insertion => ("", came()),
            };
            *found.entry(confusion).or_default() += 1;
        }
    }
    let mut found: Vec<(String, String, u64)> =
        found.into_iter().map(|((was, came), n)| (was.to_owned(), came.to_owned(), n)).collect();
    found.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
    found
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
    if out.json {
        return Ok(out.object(&object(&scored))?);
    }
    table(&scored, out)?;
    if args.diff {
        writeln!(out)?;
        for (at, aligned) in scored.differing() {
            let (reference, hypothesis) =
                (&scored.pairs.references[at], &scored.pairs.hypotheses[at]);
            let difference = line(&diff::of(&aligned, reference, hypothesis), " ", out.paint);
            let id = out.paint.faint(&scored.pairs.ids[at]);
            writeln!(out, "{id}  {difference}")?;
        }
    }
    Ok(())
}

/// A rate in per cent.
pub(super) fn percent(rate: f64) -> String {
    format!("{:.2} %", rate * 100.0)
}

/// From where to where, in per cent.
pub(super) fn range(interval: &Interval) -> String {
    format!("{:.2} to {:.2} %", interval.low * 100.0, interval.high * 100.0)
}

fn table(scored: &Scored, out: &mut Out) -> Done {
    let Counts { hits, substitutions, deletions, insertions } = scored.words.counts;
    let words = scored.words.counts.reference() as u64;
    out.heading(&format!(
        "{} pairs, {} words of reference",
        count(scored.pairs.ids.len() as u64),
        count(words)
    ))?;
    if scored.profile != score::Profile::AsIs {
        out.field("profile", scored.profile.name())?;
    }
    let wer = out.paint.bright(&percent(scored.words.rate()));
    match &scored.interval {
        Some(interval) => {
            let range = out.paint.faint(&format!("95 % of draws: {}", range(interval)));
            out.field("WER", format!("{wer}  {range}"))?;
        }
        None => out.field("WER", wer)?,
    }
    out.field("CER", percent(scored.characters.rate()))?;
    out.field("MER", percent(scored.words.match_error_rate()))?;
    out.field("WIL", percent(scored.words.information_lost()))?;
    out.field("hits", count(hits as u64))?;
    out.field("substitutions", count(substitutions as u64))?;
    out.field("deletions", count(deletions as u64))?;
    out.field("insertions", count(insertions as u64))?;
    if !scored.groups.is_empty() {
        let width = scored.groups.iter().map(|g| g.name.chars().count()).max().unwrap_or(0).max(5);
        writeln!(out)?;
        out.heading(&format!("  {:width$}  {:>7}  {:>9}  95 % of draws", "group", "pairs", "WER"))?;
        for group in &scored.groups {
            let small = if group.small { out.paint.changed("  few pairs") } else { String::new() };
            writeln!(
                out,
                "  {:width$}  {:>7}  {:>9}  {}{small}",
                group.name,
                count(group.pairs as u64),
                percent(group.rate),
                range(&group.interval)
            )?;
        }
    }
    if !scored.confusions.is_empty() {
        writeln!(out)?;
        out.heading("Most frequent errors")?;
        for (was, came, times) in scored.confusions.iter().take(10) {
            let was = if was.is_empty() { "(nothing)" } else { was };
            let came = if came.is_empty() { "(nothing)" } else { came };
            writeln!(out, "  {:>6} ×  {was} → {came}", count(*times))?;
        }
    }
    Ok(())
}

fn object(scored: &Scored) -> serde_json::Value {
    let interval = |i: &Interval| json!([i.low, i.high]);
    let groups: Vec<_> = scored
        .groups
        .iter()
        .map(|group| {
            json!({
                "group": group.name,
                "pairs": group.pairs,
                "wer": group.rate,
                "interval": interval(&group.interval),
                "small": group.small,
            })
        })
        .collect();
    let confusions: Vec<_> = scored
        .confusions
        .iter()
        .take(100)
        .map(|(was, came, times)| json!({ "reference": was, "hypothesis": came, "count": times }))
        .collect();
    let Counts { hits, substitutions, deletions, insertions } = scored.words.counts;
    json!({
        "profile": scored.profile.name(),
        "pairs": scored.pairs.ids.len(),
        "words": scored.words.counts.reference(),
        "wer": scored.words.rate(),
        "interval": scored.interval.as_ref().map(interval),
        "cer": scored.characters.rate(),
        "mer": scored.words.match_error_rate(),
        "wil": scored.words.information_lost(),
        "hits": hits,
        "substitutions": substitutions,
        "deletions": deletions,
        "insertions": insertions,
        "groups": groups,
        "confusions": confusions,
    })
}
