//! `sprogkit lexicon`: word lists into one lexicon that opens at once.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::builder::PossibleValuesParser;
use serde_json::json;

use super::Done;
use super::failure::Failure;
use super::figures::{bytes, counted, time};
use super::out::Out;
use crate::Error;
use crate::dictionary::{self, Input};
use crate::formats::Encoding;
use crate::formats::wordlist::Layout;

/// Make a lexicon of word lists, dictionaries and packs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit lexicon da_DK.dic --out da.lexicon
  sprogkit lexicon cor.tsv frequencies.txt --out cor.lexicon
  sprogkit lexicon forms.tsv --layout lemmas --out forms.lexicon
  sprogkit lexicon old.txt --encoding latin-1 --out old.lexicon

Reads the full-form lists of COR, DDO and UniMorph, lists of forms and lemmas,
NST's pronunciation lexicon, lists of counts, words one a line, hunspell's
dictionaries, packs with a lexicon, and lexica. How a list is laid out is told
from its first lines, unless --layout says it, then for all of them. An
existing lexicon is replaced, whole or not at all; any other file is left as
it is.")]
pub(super) struct Args {
    /// What to read, in the order in which its readings shall come
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,
    /// The file to write
    #[arg(long, value_name = "LEXICON")]
    out: PathBuf,
    /// How the lists are laid out
    #[arg(
        long,
        value_name = "LAYOUT",
        value_parser = PossibleValuesParser::new(Layout::ALL.map(|(name, _)| name))
    )]
    layout: Option<String>,
    /// The encoding of the lists, where it is not the usual one of their layout
    #[arg(
        long,
        value_name = "ENCODING",
        value_parser = PossibleValuesParser::new(Encoding::ALL.map(|(name, _)| name))
    )]
    encoding: Option<String>,
    /// The licence of what is read (SPDX)
    #[arg(long, value_name = "LICENSE", default_value = "")]
    license: String,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let started = Instant::now();
    let layout = args.layout.as_deref().and_then(Layout::of_name);
    let encoding = args.encoding.as_deref().and_then(Encoding::of_label);
    let inputs: Vec<Input> = args
        .inputs
        .iter()
        .map(|path| {
            let mut input = Input::new(path);
            (input.layout, input.encoding) = (layout, encoding);
            input.license.clone_from(&args.license);
            input
        })
        .collect();
    let bars = out.bars();
    let lexicon = match dictionary::compile(&inputs, &args.out, &bars) {
        Err(Error::Cancelled) => {
            let path = args.out.display();
            return Err(Failure::Stopped(format!("stopped: {path} is as it was")));
        }
        lexicon => lexicon?,
    };
    bars.finish();
    let (forms, readings) = (lexicon.len() as u64, lexicon.readings());
    let size = lexicon.as_bytes().len() as u64;
    let took = started.elapsed();
    if out.json {
        return Ok(out.object(&json!({
            "lexicon": args.out,
            "forms": forms,
            "readings": readings,
            "bytes": size,
            "seconds": took.as_secs_f64(),
        }))?);
    }
    let path = out.paint.bright(&args.out.display().to_string());
    writeln!(
        out,
        "{path}: {}, {}, {} in {}",
        counted(forms, "form"),
        counted(readings, "reading"),
        bytes(size),
        time(took)
    )?;
    Ok(())
}
