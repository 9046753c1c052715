//! `sprogkit erase`: hide rows of a pack at once.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::Done;
use super::failure::Failure;
use super::figures::counted;
use super::out::Out;
use super::pairs;
use crate::corpus::Pack;

/// Erase documents, recordings and utterances by their ids
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit erase my-pack letter-17 letter-18
  sprogkit erase my-pack --from withdrawn.txt && sprogkit compact my-pack

What is erased is gone for every reader that opens the pack from now on, with
a recording its utterances too; readers that have it open keep it until they
open it again. Its bytes stay in the files until `sprogkit compact` rewrites
them. Where an id is unknown, nothing is erased.")]
pub(super) struct Args {
    /// The pack's folder
    #[arg(value_name = "PACK")]
    pack: PathBuf,
    /// The ids
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// A file with an id a line; `-` is the standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let mut ids = args.ids.clone();
    if let Some(file) = &args.from {
        let lines = pairs::read(file)?;
        ids.extend(lines.lines().filter(|line| !line.is_empty()).map(str::to_owned));
    }
    if ids.is_empty() {
        return Err(Failure::Usage("no ids: name some, or a file of them by --from".to_owned()));
    }
    let mut pack = Pack::open(&args.pack)?;
    let erased = pack.erase(&ids)?;
    if out.json {
        return Ok(out.object(&json!({
            "pack": args.pack,
            "documents": erased.documents,
            "recordings": erased.recordings,
            "utterances": erased.utterances,
        }))?);
    }
    let counts = [
        (erased.documents, "document"),
        (erased.recordings, "recording"),
        (erased.utterances, "utterance"),
    ];
    let counts: Vec<_> =
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| counted(*n, noun)).collect();
    writeln!(out, "erased: {}", counts.join(", "))?;
    let next = format!("the bytes leave the files with: sprogkit compact {}", args.pack.display());
    writeln!(out, "{}", out.paint.faint(&next))?;
    Ok(())
}
