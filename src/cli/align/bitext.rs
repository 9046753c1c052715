//! `sprogkit align bitext`: sentences with those of a translation.

use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

use serde_json::json;

use crate::align::bitext;
use crate::cli::Done;
use crate::cli::numbers::finite;
use crate::cli::out::Out;
use crate::cli::pairs;
use crate::text;

/// Align the sentences of a text with those of its translation
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit align bitext da.txt en.txt > da-en.tsv
  sprogkit align bitext --split --min-score 0.2 novel.da.txt novel.en.txt

A sentence a line; lines without text are passed over. What comes out is
source, target and score with tabs between them, sentences that belong
together joined by a space. The score is 0 where one side is empty, and
doubtful below about 0.2.")]
pub(in crate::cli) struct Args {
    /// The text
    #[arg(value_name = "SOURCE")]
    source: PathBuf,
    /// Its translation
    #[arg(value_name = "TARGET")]
    target: PathBuf,
    /// The files are running text: find the sentences first
    #[arg(long)]
    split: bool,
    /// Leave out what scores lower, and sentences without a counterpart
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true, value_parser = finite)]
    min_score: Option<f64>,
}

pub(in crate::cli) fn run(args: &Args, out: &mut Out) -> Done {
    pairs::standard_input_once(&[&args.source, &args.target])?;
    let (source, target) = (pairs::read(&args.source)?, pairs::read(&args.target)?);
    let (source, target) = (sentences(&source, args.split), sentences(&target, args.split));
    for bead in bitext(&source, &target)? {
        let alone = bead.source.is_empty() || bead.target.is_empty();
        if args.min_score.is_some_and(|least| alone || bead.score < least) {
            continue;
        }
        let (from, to) = (joined(&source, &bead.source), joined(&target, &bead.target));
        if out.json {
            out.object(&json!({
                "source": [bead.source.start, bead.source.end],
                "target": [bead.target.start, bead.target.end],
                "score": bead.score,
                "source_text": from,
                "target_text": to,
            }))?;
        } else {
            writeln!(out, "{from}\t{to}\t{:.3}", bead.score)?;
        }
    }
    Ok(())
}

/// The sentences of a text: its lines, or those found in it. Each on one line and without tabs.
fn sentences(text: &str, split: bool) -> Vec<String> {
    let one_line = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    if split {
        return text::sentences(text).map(|span| one_line(span.of(text))).collect();
    }
    text.lines().map(one_line).filter(|line| !line.is_empty()).collect()
}

fn joined(sentences: &[String], range: &Range<usize>) -> String {
    sentences[range.clone()].join(" ")
}
