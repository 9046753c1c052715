//! `sprogkit verify`: is a pack as it was written?

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use super::failure::Failure;
use super::figures::{bytes, counted, time};
use super::out::Out;
use super::{Done, failure};
use crate::corpus::Pack;

/// Compare every byte of a pack with its checksums
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sprogkit verify my-pack

Every file is read, every table decoded, every id and reference followed.
Status 0 where all is as it was written, 1 where something is not; each damage
is told with its file and byte.")]
pub(super) struct Args {
    /// The pack's folder
    #[arg(value_name = "PACK")]
    pack: PathBuf,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let started = Instant::now();
    let pack = match Pack::open(&args.pack) {
        // So damaged that it does not open: that, too, is an answer for machines.
        Err(error) if out.json && args.pack.is_dir() => {
            let problems = [failure::chain(&error)];
            out.object(&json!({ "pack": args.pack, "sound": false, "problems": problems }))?;
            out.flush()?;
            return Err(Failure::Found);
        }
        opened => opened?,
    };
    let bars = out.bars();
    let report = pack.verify(&bars)?;
    bars.finish();
    let sound = report.problems.is_empty();
    if out.json {
        let problems: Vec<_> =
            report.problems.iter().map(|problem| failure::chain(&problem.error)).collect();
        out.object(&json!({
            "pack": args.pack,
            "sound": sound,
            "files": report.files,
            "bytes": report.bytes,
            "seconds": started.elapsed().as_secs_f64(),
            "problems": problems,
        }))?;
    } else if sound {
        let (good, pack) = (out.paint.good("sound"), args.pack.display());
        let (files, size) = (counted(report.files, "file"), bytes(report.bytes));
        writeln!(out, "{pack}: {good}: {files}, {size}, {}", time(started.elapsed()))?;
    }
    if sound {
        return Ok(());
    }
    out.flush()?;
    if out.json {
        return Err(Failure::Found);
    }
    let lines: Vec<_> =
        report.problems.iter().map(|problem| failure::chain(&problem.error)).collect();
    Err(Failure::Said(lines.join("\nsprogkit: ")))
}
