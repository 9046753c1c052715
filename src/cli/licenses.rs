//! `sprogkit licenses`: what may be done with a pack's rows.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::Done;
use super::figures::count;
use super::out::Out;
use crate::corpus::Pack;

/// Count the rows of a pack by their licences
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sprogkit licenses my-pack

Licences are SPDX expressions. A row without one of its own has the pack's.")]
pub(super) struct Args {
    /// The pack's folder
    #[arg(value_name = "PACK")]
    pack: PathBuf,
}

/// Documents, recordings, utterances and readings under one licence.
type Counts = [u64; 4];

const TABLES: [&str; 4] = ["documents", "recordings", "utterances", "lexicon"];

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let pack = Pack::open(&args.pack)?;
    let default: Option<&str> = pack.info().license.as_deref();
    let mut found: BTreeMap<Option<String>, Counts> = BTreeMap::new();
    let mut add = |table: usize, own: Option<&str>, rows: u64| {
        found.entry(own.or(default).map(str::to_owned)).or_default()[table] += rows;
    };
    for row in pack.documents().iter() {
        add(0, row?.license()?, 1);
    }
    for row in pack.recordings().iter() {
        add(1, row?.license()?, 1);
    }
    for row in pack.utterances().iter() {
        add(2, row?.license()?, 1);
    }
    if !pack.lexicon().is_empty() {
        add(3, None, pack.lexicon().len());
    }
    if out.json {
        let licenses: Vec<_> = found
            .iter()
            .map(|(license, counts)| {
                let mut object = json!({ "license": license });
                for (table, rows) in TABLES.iter().zip(counts) {
                    object[*table] = json!(rows);
                }
                object
            })
            .collect();
        return Ok(out.object(&json!({ "pack": args.pack, "licenses": licenses }))?);
    }
    let name = |license: &Option<String>| license.clone().unwrap_or_else(|| "unknown".to_owned());
    let width = found.keys().map(|l| name(l).chars().count()).max().unwrap_or(0).max(7);
    let columns: String = TABLES.iter().map(|table| format!("{table:>13}")).collect();
    out.heading(&format!("{:width$}{columns}", "licence"))?;
    for (license, counts) in &found {
        let columns: String = counts.iter().map(|rows| format!("{:>13}", count(*rows))).collect();
        writeln!(out, "{:width$}{columns}", name(license))?;
    }
    Ok(())
}
