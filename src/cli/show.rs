//! `sprogkit show`: an entry of the catalogue.

use std::io::Write;

use serde_json::json;

use super::Done;
use super::failure::Failure;
use super::figures::{bytes, counted};
use super::out::Out;
use crate::catalogue::{self, Manifest};

/// Show what the catalogue knows of a corpus
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sprogkit show smagsproeve")]
pub(super) struct Args {
    /// The corpus's id, as `sprogkit list` shows it
    #[arg(value_name = "ID")]
    id: String,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let Some(entry) = catalogue::entry(&args.id) else {
        let near: Vec<_> = catalogue::entries()
            .iter()
            .map(|entry| entry.id.as_str())
            .filter(|id| {
                let (id, asked) = (id.as_bytes(), args.id.as_bytes());
                crate::align::distance(id, asked) <= 2 || id.starts_with(asked)
            })
            .collect();
        let near = match near.as_slice() {
            [] => "`sprogkit list` shows those there are".to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        return Err(Failure::Said(format!("{:?} is not in the catalogue; {near}", args.id)));
    };
    if out.json {
        return Ok(out.object(&object(entry))?);
    }
    out.heading(&entry.title.en)?;
    out.field("Danish title", &entry.title.da)?;
    out.field("id", &entry.id)?;
    out.field("kind", entry.kind.name())?;
    out.field("version", &entry.version)?;
    out.field("language", entry.language.join(", "))?;
    out.field("licence", &entry.license.spdx)?;
    if let Some(url) = &entry.license.url {
        out.field("", url)?;
    }
    out.field("source", &entry.source)?;
    let fields = [
        ("page", &entry.landing_page),
        ("publisher", &entry.publisher),
        ("cite as", &entry.citation.text),
        ("doi", &entry.citation.doi),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            out.field(name, value)?;
        }
    }
    out.field("personal data", entry.personal_data.category.name())?;
    let known: Option<u64> = entry.files.iter().map(|file| file.bytes).sum();
    let size = known.filter(|_| !entry.files.is_empty()).map(|n| format!(", {}", bytes(n)));
    let files = counted(entry.files.len() as u64, "file");
    out.field("files", format!("{files}{}", size.unwrap_or_default()))?;
    if let Some(description) = &entry.description {
        writeln!(out, "\n{}", description.en.trim())?;
    }
    Ok(())
}

fn object(entry: &Manifest) -> serde_json::Value {
    let both = |text: &catalogue::Bilingual| json!({ "da": text.da, "en": text.en });
    let files: Vec<_> = entry
        .files
        .iter()
        .map(|file| json!({ "name": file.name, "bytes": file.bytes, "urls": file.urls }))
        .collect();
    json!({
        "id": entry.id,
        "kind": entry.kind.name(),
        "version": entry.version,
        "language": entry.language,
        "title": both(&entry.title),
        "description": entry.description.as_ref().map(both),
        "keywords": entry.keywords,
        "license": entry.license.spdx,
        "license_url": entry.license.url,
        "source": entry.source,
        "landing_page": entry.landing_page,
        "publisher": entry.publisher,
        "citation": entry.citation.text,
        "doi": entry.citation.doi,
        "personal_data": entry.personal_data.category.name(),
        "synthetic": entry.provenance.synthetic,
        "files": files,
    })
}
