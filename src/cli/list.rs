//! `sprogkit list`: the catalogue.

use std::io::Write;

use serde_json::json;

use super::Done;
use super::out::Out;
use crate::catalogue;

/// List the corpora of the catalogue
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit list
  sprogkit list --json | jq -r 'select(.kind == \"speech\") | .id'")]
pub(super) struct Args {}

pub(super) fn run(_: &Args, out: &mut Out) -> Done {
    let entries = catalogue::entries();
    if out.json {
        for entry in entries {
            out.object(&json!({
                "id": entry.id,
                "kind": entry.kind.name(),
                "version": entry.version,
                "title": { "da": entry.title.da, "en": entry.title.en },
                "license": entry.license.spdx,
                "personal_data": entry.personal_data.category.name(),
            }))?;
        }
        return Ok(());
    }
    let width = |of: &dyn Fn(&catalogue::Manifest) -> usize, most: usize| {
        entries.iter().map(of).max().unwrap_or(0).min(most)
    };
    let id = width(&|entry| entry.id.chars().count(), 24);
    let kind = width(&|entry| entry.kind.name().chars().count(), 12);
    // What is left of 80 columns is the title's.
    let title = 80 - id - kind - 4;
    for entry in entries {
        let name = out.paint.bright(&format!("{:id$}", entry.id));
        let kind = out.paint.faint(&format!("{:kind$}", entry.kind.name()));
        writeln!(out, "{name}  {kind}  {}", shortened(&entry.title.en, title))?;
    }
    writeln!(out, "\n{}", out.paint.faint("sprogkit show ID tells more of one"))?;
    Ok(())
}

/// The text in at most `most` characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}
