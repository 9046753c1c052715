//! `sprogkit compact`: rewrite a pack without what was erased.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::Done;
use super::failure::Failure;
use super::figures::{bytes, counted};
use super::out::Out;
use crate::Error;
use crate::corpus::Pack;

/// Remove the bytes of erased rows from a pack's files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sprogkit compact my-pack

Files that hold erased rows are written anew, layers included, and files that
the pack does not list are removed. Readers that have the pack open keep what
they opened.")]
pub(super) struct Args {
    /// The pack's folder
    #[arg(value_name = "PACK")]
    pack: PathBuf,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let mut pack = Pack::open(&args.pack)?;
    let before = pack.bytes();
    let bars = out.bars();
    let removed = match pack.compact(&bars) {
        Err(Error::Cancelled) => {
            return Err(Failure::Stopped(format!(
                "stopped: {} is as it was; erased rows are hidden, their bytes still there",
                args.pack.display()
            )));
        }
        removed => removed?,
    };
    bars.finish();
    let after = pack.bytes();
    if out.json {
        return Ok(out.object(&json!({
            "pack": args.pack,
            "rows": removed,
            "bytes_before": before,
            "bytes": after,
        }))?);
    }
    let (rows, pack) = (counted(removed, "row"), args.pack.display());
    writeln!(out, "{pack}: {rows} removed, {} → {}", bytes(before), bytes(after))?;
    Ok(())
}
