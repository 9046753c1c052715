//! Reads a manifest: field by field, and every mistake with its line.

use std::path::Path;

use super::fields::{At, Fields, Source, nearest, value, values};
use super::glob::{self, inside};
use super::manifest::{
    Bilingual, Category, Citation, File, Kind, License, Manifest, PersonalData, Provenance, SCHEMA,
    Usage,
};
use super::plan;
use crate::{Error, Result};

impl Manifest {
    /// Reads the manifest `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and those of [`Manifest::parse`]; [`Error::Line`] where the id is not the
    /// file's name.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = crate::io::read(path)?;
        let origin = path.display().to_string();
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text,
            Err(wrong) => {
                let at = wrong.valid_up_to() as u64;
                return Err(Error::format(origin, at, "a manifest is UTF-8, this is not"));
            }
        };
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        examine(&origin, text, Some(stem)).map_err(|mut mistakes| mistakes.swap_remove(0))
    }

    /// Reads the manifest `text`; errors call it `origin`.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] with the first mistake: its line, its field, what is expected.
    /// [`Manifest::mistakes`] gives them all.
    pub fn parse(origin: &str, text: &str) -> Result<Self> {
        examine(origin, text, None).map_err(|mut mistakes| mistakes.swap_remove(0))
    }

    /// Everything that is wrong with the manifest `text`, in the order of its lines.
    #[must_use]
    pub fn mistakes(origin: &str, text: &str) -> Vec<Error> {
        examine(origin, text, None).err().unwrap_or_default()
    }
}

/// The manifest, or all its mistakes: at least one. `name` is what the id must be.
fn examine(origin: &str, text: &str, name: Option<&str>) -> Result<Manifest, Vec<Error>> {
    let sha256 = crate::io::Sha256::of(text.as_bytes());
    let source = Source::new(origin, text.strip_prefix('\u{feff}').unwrap_or(text));
    let table = source.parse().map_err(|wrong| vec![wrong])?;
    let manifest = whole(origin, sha256, name, Fields::top(&source, &table));
    drop(table);
    let mistakes = source.into_mistakes();
    match manifest {
        Some(manifest) if mistakes.is_empty() => Ok(manifest),
        _ => Err(mistakes),
    }
}

/// The manifest, where nothing that it needs is missing. What is wrong is noted in the source.
fn whole(
    origin: &str,
    sha256: String,
    name: Option<&str>,
    mut top: Fields<'_, '_>,
) -> Option<Manifest> {
    let schema = top.count("schema");
    match schema {
        Some(At { value: SCHEMA, .. }) => {}
        Some(other) => {
            let reason =
                format!("this version reads manifests of schema {SCHEMA}, got {}", other.value);
            top.wrong(other.at, "schema", &reason);
        }
        None if !top.has("schema") => top.missing("schema"),
        None => {}
    }
    let id = top.required_text("id");
    if let Some(id) = &id
        && !is_id(&id.value)
    {
        let reason = format!("must be 3 to 64 of a-z, 0-9 and -, got \"{}\"", id.value);
        top.wrong(id.at, "id", &reason);
    }
    if let (Some(id), Some(name)) = (&id, name)
        && id.value != name
    {
        let reason = format!("must equal the file's name \"{name}\", got \"{}\"", id.value);
        top.wrong(id.at, "id", &reason);
    }
    if !top.has("kind") {
        top.missing("kind");
    }
    let kind = top.choice("kind", &Kind::ALL);
    let version = top.required_text("version");
    let language = languages(&mut top);
    let title = bilingual(&mut top, "title");
    if !top.has("title") {
        top.missing("title");
    }
    let description = bilingual(&mut top, "description");
    let keywords = values(top.texts("keywords"));
    let origin_source = top.required_text("source");
    let landing_page = address(&mut top, "landing_page");
    let publisher = value(top.text("publisher"));
    if !top.has("license") {
        top.missing("license");
    }
    let license = license(&mut top);
    let citation = citation(&mut top);
    let personal_data = personal_data(&mut top);
    let provenance = provenance(&mut top);
    let usage = usage(&mut top);
    let unverified = unverified(&mut top);
    let root = value(top.text("root"));
    let files = files(&mut top);
    let reads = plan::reads(&mut top, &files);
    top.finish();
    Some(Manifest {
        origin: origin.to_owned(),
        id: id?.value,
        kind: kind?.value,
        version: version?.value,
        language,
        title: title?,
        description,
        keywords,
        source: origin_source?.value,
        landing_page,
        publisher,
        license: license?,
        citation,
        personal_data: personal_data?,
        provenance,
        usage,
        unverified,
        sha256,
        root,
        files,
        reads,
    })
}

fn is_id(id: &str) -> bool {
    (3..=64).contains(&id.len())
        && id.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn languages(top: &mut Fields<'_, '_>) -> Vec<String> {
    if !top.has("language") {
        top.missing("language");
    }
    let found = top.texts("language");
    for tag in &found {
        let fits = tag.value.split('-').enumerate().all(|(at, part)| {
            let length = if at == 0 { 2..=3 } else { 1..=8 };
            length.contains(&part.len())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() && (at > 0 || b.is_ascii_lowercase()))
        });
        if !fits {
            let reason = format!("must be a BCP 47 tag such as \"da\", got \"{}\"", tag.value);
            top.wrong(tag.at, "language", &reason);
        }
    }
    values(found)
}

/// Names of fields of the top table, without duplicates.
fn unverified(top: &mut Fields<'_, '_>) -> Vec<String> {
    let found = top.texts("unverified");
    for name in &found {
        let known = top.known();
        if !known.contains(&&*name.value) {
            let hint = nearest(&name.value, known.iter().copied());
            let hint = hint.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default();
            let reason = format!("must name fields of a manifest, got \"{}\"{hint}", name.value);
            top.wrong(name.at, "unverified", &reason);
        }
    }
    values(found)
}

fn bilingual(top: &mut Fields<'_, '_>, field: &'static str) -> Option<Bilingual> {
    let mut table = top.table(field)?;
    let (da, en) = (table.required_text("da"), table.required_text("en"));
    table.finish();
    Some(Bilingual { da: da?.value, en: en?.value })
}

/// An `https` address (or `http`), or for a corpus without a page none.
fn address(top: &mut Fields<'_, '_>, field: &'static str) -> Option<String> {
    let found = top.text(field)?;
    check_address(top, field, &found);
    Some(found.value)
}

fn check_address(fields: &Fields<'_, '_>, field: &str, found: &At<String>) {
    let rest = found.value.strip_prefix("https://").or(found.value.strip_prefix("http://"));
    if !rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace)) {
        let reason = format!("must begin with https://, got \"{}\"", found.value);
        fields.wrong(found.at, field, &reason);
    }
}

fn license(top: &mut Fields<'_, '_>) -> Option<License> {
    let (spdx, license) = match top.table_or_text("license")? {
        Err(text) => (text, License::default()),
        Ok(mut table) => {
            let spdx = table.required_text("spdx");
            let license = License {
                spdx: String::new(),
                url: address(&mut table, "url"),
                attribution: value(table.text("attribution")),
                redistribution: table.flag("redistribution"),
            };
            table.finish();
            (spdx?, license)
        }
    };
    if let Err(wrong) = spdx::Expression::parse(&spdx.value) {
        let part = spdx.value.get(wrong.span.clone()).unwrap_or(&spdx.value);
        let reason = format!(
            "must be an SPDX expression such as \"CC-BY-4.0\" (what has no SPDX name: \
             \"LicenseRef-…\"), got \"{}\": `{part}`: {}",
            spdx.value, wrong.reason
        );
        top.wrong(spdx.at, "license", &reason);
    }
    Some(License { spdx: spdx.value, ..license })
}

fn citation(top: &mut Fields<'_, '_>) -> Citation {
    let Some(mut table) = top.table("citation") else { return Citation::default() };
    let citation = Citation {
        text: value(table.text("text")),
        bibtex: value(table.text("bibtex")),
        doi: value(table.text("doi")),
    };
    table.finish();
    citation
}

fn personal_data(top: &mut Fields<'_, '_>) -> Option<PersonalData> {
    if !top.has("personal_data") {
        top.missing("personal_data");
    }
    let mut table = top.table("personal_data")?;
    if !table.has("category") {
        table.missing("category");
    }
    let category = table.choice("category", &Category::ALL);
    let basis = value(table.text("basis"));
    let measures = values(table.texts("measures"));
    let review = value(table.text("review"));
    table.finish();
    Some(PersonalData { category: category?.value, basis, measures, review })
}

fn provenance(top: &mut Fields<'_, '_>) -> Provenance {
    let Some(mut table) = top.table("provenance") else { return Provenance::default() };
    let provenance = Provenance {
        origin: value(table.text("origin")),
        collected: value(table.text("collected")),
        method: value(table.text("method")),
        derived_from: values(table.texts("derived_from")),
        synthetic: table.flag("synthetic").unwrap_or(false),
    };
    table.finish();
    provenance
}

fn usage(top: &mut Fields<'_, '_>) -> Usage {
    let Some(mut table) = top.table("use") else { return Usage::default() };
    let usage = Usage {
        intended: value(table.text("intended")),
        known_bias: value(table.text("known_bias")),
        out_of_scope: value(table.text("out_of_scope")),
    };
    table.finish();
    usage
}

fn files(top: &mut Fields<'_, '_>) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for mut table in top.tables("file") {
        let name = table.required_text("name");
        let bytes = table.count("bytes");
        let sha256 = table.text("sha256");
        let media_type = value(table.text("media_type"));
        let license = license(&mut table);
        let urls = table.texts("urls");
        if let Some(sum) = &sha256
            && !(sum.value.len() == 64
                && sum.value.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
        {
            let reason = format!("must be 64 small hexadecimal digits, got \"{}\"", sum.value);
            table.wrong(sum.at, "sha256", &reason);
        }
        for url in &urls {
            check_address(&table, "urls", url);
        }
        let line = table.source.line(table.at);
        if let Some(name) = name {
            if let Err(reason) = inside(&name.value) {
                table.wrong(name.at, "name", &reason);
            }
            if glob::is_pattern(&name.value) {
                for (field, at) in [
                    ("bytes", bytes.as_ref().map(|b| b.at)),
                    ("sha256", sha256.as_ref().map(|s| s.at)),
                ] {
                    if let Some(at) = at {
                        table.wrong(at, field, "needs the name of one file, not a pattern");
                    }
                }
            } else if let Some(first) = files.iter().find(|file| file.name == name.value) {
                let reason = format!("\"{}\" stands on line {} already", name.value, first.line);
                table.wrong(name.at, "name", &reason);
            }
            files.push(File {
                line,
                name: name.value,
                bytes: value(bytes),
                sha256: value(sha256),
                media_type,
                license,
                urls: values(urls),
            });
        }
        table.finish();
    }
    files
}
