//! `sprogkit info`: what is in a pack.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use super::Done;
use super::figures::{bytes, count, time};
use super::out::Out;
use crate::corpus::{Check, Pack};

/// Show what a pack is and what is in it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit info my-pack
  sprogkit info --json my-pack | jq .tables.documents")]
pub(super) struct Args {
    /// The pack's folder
    #[arg(value_name = "PACK")]
    pack: PathBuf,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let pack = Pack::open(&args.pack)?;
    let info = pack.info();
    let tables = [
        ("documents", pack.documents().len()),
        ("recordings", pack.recordings().len()),
        ("utterances", pack.utterances().len()),
        ("lexicon", pack.lexicon().len()),
    ];
    let seconds = seconds(&pack);
    let mut layers = Vec::new();
    for name in pack.layers() {
        layers.push((name, pack.layer(name)?.info()));
    }
    if out.json {
        let tables: serde_json::Map<_, _> =
            tables.into_iter().map(|(name, rows)| (name.to_owned(), json!(rows))).collect();
        let layers: serde_json::Map<_, _> =
            layers.into_iter().map(|(name, info)| (name.to_owned(), json!(info))).collect();
        return Ok(out.object(&json!({
            "pack": args.pack,
            "info": info,
            "tables": tables,
            "seconds": seconds,
            "layers": layers,
            "bytes": pack.bytes(),
        }))?);
    }
    let title = info.title.en.as_ref().or(info.title.da.as_ref()).unwrap_or(&info.id);
    out.heading(title)?;
    if let (Some(da), Some(_)) = (&info.title.da, &info.title.en) {
        out.field("Danish title", da)?;
    }
    out.field("id", &info.id)?;
    let fields = [
        ("version", &info.version),
        ("licence", &info.license),
        ("source", &info.source),
        ("publisher", &info.publisher),
        ("cite as", &info.citation),
        ("personal data", &info.personal_data),
        ("built", &info.created),
        ("built by", &info.tool),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            out.field(name, value)?;
        }
    }
    out.field("size", bytes(pack.bytes()))?;
    writeln!(out)?;
    for (name, rows) in tables.into_iter().filter(|(_, rows)| *rows > 0) {
        let rows = format!("{:>12}", count(rows));
        let more = match seconds {
            Some(seconds) if name == "recordings" => {
                format!("  {}", out.paint.faint(&time(Duration::from_secs_f64(seconds))))
            }
            _ => String::new(),
        };
        out.field(name, format!("{}{more}", out.paint.bright(&rows)))?;
    }
    for (name, info) in layers {
        let fields: Vec<_> = info.fields.iter().map(|field| field.name.as_str()).collect();
        let what = format!("{} of {}, in {}s", fields.join(" "), info.table, info.unit);
        out.field(&format!("layer {name}"), out.paint.faint(&what))?;
    }
    Ok(())
}

/// How long the recordings are together. Read without checks: that of a large pack would take long.
fn seconds(pack: &Pack) -> Option<f64> {
    if pack.recordings().is_empty() {
        return None;
    }
    let pack = Pack::open_with(pack.path(), Check::None).ok()?;
    let seconds = |recording: crate::Result<crate::corpus::Recording<'_>>| {
        let recording = recording?;
        Ok(recording.frames()? as f64 / f64::from(recording.sample_rate()?.max(1)))
    };
    pack.recordings().iter().map(seconds).sum::<crate::Result<f64>>().ok()
}
