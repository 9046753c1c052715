//! `sprogkit build`: from a manifest and its files to a pack.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use super::Done;
use super::failure::{self, Failure};
use super::figures::{bytes, counted, time};
use super::out::Out;
use crate::Error;
use crate::catalogue::{self, BuildOptions, Manifest};
use crate::corpus::Pack;

/// Build a pack from the files that a manifest describes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit build letters.toml --out letters
  sprogkit build ud-ddt.toml --root ~/Downloads/ddt --out ddt --force

The files are compared with the manifest's sizes and SHA-256 first. The pack
appears when it is whole; until then nothing is at its place, and where the
work fails or is stopped, nothing is left.")]
pub(super) struct Args {
    /// The manifest, a .toml file
    #[arg(value_name = "MANIFEST")]
    manifest: PathBuf,
    /// The pack's folder, which must not be there yet
    #[arg(long, short, value_name = "PACK")]
    out: PathBuf,
    /// Replace a pack that is there already
    #[arg(long)]
    force: bool,
    /// The folder the files lie in, where it is not the manifest's
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let started = Instant::now();
    let manifest = read(&args.manifest)?;
    if args.force && args.out.exists() && !args.out.join("pack.json").is_file() {
        let out = args.out.display();
        return Err(Failure::Said(format!("{out}: is there and is no pack: not replaced")));
    }
    let options = BuildOptions { overwrite: args.force, root: args.root.clone() };
    let bars = out.bars();
    let pack = match catalogue::build(&manifest, &args.out, &options, &bars) {
        Err(Error::Cancelled) => {
            return Err(Failure::Stopped(format!(
                "stopped: nothing was left at {}; the same command starts anew",
                args.out.display()
            )));
        }
        Err(Error::Argument { name: "out", .. }) if !args.force && args.out.exists() => {
            return Err(Failure::Said(format!(
                "{}: is there already; --force replaces it",
                args.out.display()
            )));
        }
        pack => pack?,
    };
    bars.finish();
    if out.json {
        return Ok(out.object(&json!({
            "pack": args.out,
            "id": manifest.id,
            "documents": pack.documents().len(),
            "recordings": pack.recordings().len(),
            "utterances": pack.utterances().len(),
            "lexicon": pack.lexicon().len(),
            "bytes": pack.bytes(),
            "seconds": started.elapsed().as_secs_f64(),
        }))?);
    }
    let path = out.paint.bright(&args.out.display().to_string());
    let (size, took) = (bytes(pack.bytes()), time(started.elapsed()));
    writeln!(out, "{path}: {}, {size}, built in {took}", rows(&pack))?;
    Ok(())
}

/// The manifest; where it is wrong, everything that is.
fn read(path: &PathBuf) -> Result<Manifest, Failure> {
    let first = match Manifest::read(path) {
        Err(first @ Error::Line { .. }) => first,
        manifest => return Ok(manifest?),
    };
    let text = crate::io::read_text(path)?;
    let all = Manifest::mistakes(&path.display().to_string(), &text);
    if all.len() < 2 {
        return Err(first.into());
    }
    let all: Vec<_> = all.iter().map(failure::chain).collect();
    Err(Failure::Said(all.join("\nsprogkit: ")))
}

/// What a pack holds, in words.
pub(super) fn rows(pack: &Pack) -> String {
    let tables = [
        (pack.documents().len(), "document"),
        (pack.recordings().len(), "recording"),
        (pack.utterances().len(), "utterance"),
        (pack.lexicon().len(), "reading"),
    ];
    let there = tables.iter().filter(|(rows, _)| *rows > 0);
    there.map(|(rows, noun)| counted(*rows, noun)).collect::<Vec<_>>().join(", ")
}
