//! `sprogkit align edits`: words with words, line by line.

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use crate::cli::Done;
use crate::cli::diff::{self, line};
use crate::cli::out::{Out, shown};
use crate::cli::pairs::Pairs;
use crate::score::{Options, Scorer, Unit};

/// Align each text of two files with the fewest edits
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit align edits reference.txt hypothesis.txt
  sprogkit align edits --json --tokens char a.tsv b.tsv

A text a line; or .tsv files with the columns \"id\" and \"text\", or .jsonl
files, put together by id. What was removed is written [-so-], what came
{+so+}. With --json a line has the counts and the steps; a step has the
operation and the byte offsets in both texts.")]
pub(in crate::cli) struct Args {
    /// The texts as they should be
    #[arg(value_name = "REF")]
    reference: PathBuf,
    /// The texts as they are
    #[arg(value_name = "HYP")]
    hypothesis: PathBuf,
    /// What is aligned
    #[arg(long, value_enum, default_value = "word")]
    tokens: Tokens,
    /// Align only the ids that both files have
    #[arg(long)]
    common: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tokens {
    /// What stands between spaces
    Word,
    /// Characters
    Char,
}

pub(in crate::cli) fn run(args: &Args, out: &mut Out) -> Done {
    let pairs = Pairs::read(&args.reference, &args.hypothesis, args.common)?;
    let (unit, between) = match args.tokens {
        Tokens::Word => (Unit::Word, " "),
        Tokens::Char => (Unit::Char, ""),
    };
    let mut scorer = Scorer::new(Options { unit, ..Options::default() });
    for ((id, reference), hypothesis) in
        pairs.ids.iter().zip(&pairs.references).zip(&pairs.hypotheses)
    {
        let aligned = scorer.align(reference, hypothesis);
        let edits = &aligned.edits;
        if !out.json {
            let difference = line(&diff::of(&aligned, reference, hypothesis), between, out.paint);
            writeln!(out, "{}  {difference}", out.paint.faint(&shown(id)))?;
            continue;
        }
        let place = |spans: &[crate::Span], at: usize, there: bool| {
            there.then(|| json!([spans[at].start(), spans[at].end()]))
        };
        let steps: Vec<_> = edits
            .pairs
            .iter()
            .map(|pair| {
                use crate::align::Operation::{Deletion, Insertion};
                let operation = pair.operation;
                json!({
                    "operation": operation.name(),
                    "reference": place(&aligned.reference, pair.reference, operation != Insertion),
                    "hypothesis": place(&aligned.hypothesis, pair.hypothesis, operation != Deletion),
                })
            })
            .collect();
        out.object(&json!({
            "id": id,
            "hits": edits.hits,
            "substitutions": edits.substitutions,
            "deletions": edits.deletions,
            "insertions": edits.insertions,
            "steps": steps,
        }))?;
    }
    Ok(())
}
