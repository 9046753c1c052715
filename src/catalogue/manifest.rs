//! The manifest: one TOML file that says what a corpus is, and how its files become a pack.
//!
//! ```toml
//! schema = 1
//! id = "breve"                        # a-z, 0-9 and -, 3 to 64 characters; equals the file's name
//! kind = "text"                       # text | speech | treebank | lexicon | parallel | rules
//! version = "2026.11.0"
//! language = "da"                     # BCP 47; or a list
//! title.da = "Breve"                  # both languages
//! title.en = "Letters"
//! description.da = "…"                # optional, then both
//! description.en = "…"
//! keywords = ["breve"]                # optional
//! source = "written for this example" # where it comes from: words or an address
//! landing_page = "https://…"          # optional
//! publisher = "…"                     # optional
//! license = "CC0-1.0"                 # an SPDX expression, or a table:
//! # license = { spdx = "CC-BY-4.0", url = "https://…", attribution = "…", redistribution = true }
//! unverified = ["version"]            # optional: fields of this manifest that nobody has confirmed yet
//! root = "breve"                      # optional: the folder of the files, from the manifest's own
//!
//! [citation]                          # optional, each field too
//! text = "…"
//! bibtex = "…"
//! doi = "…"
//!
//! [personal_data]
//! category = "NonPersonalData"        # the five classes of DCAT-AP-DK, see `PersonalData`
//! basis = "…"                         # optional
//! measures = ["pseudonymised"]        # optional
//! review = "2026-10-01"               # optional
//!
//! [provenance]                        # optional, each field too
//! origin = "…"
//! collected = "2024-01-01/2024-06-30"
//! method = "…"
//! derived_from = ["…"]
//! synthetic = false
//!
//! [use]                               # optional, each field too
//! intended = "…"
//! known_bias = "…"
//! out_of_scope = "…"
//!
//! [[file]]                            # each file, or many by a pattern: * ? and **/
//! name = "breve.tsv"                  # from the root, parts joined by /
//! bytes = 1234                        # optional, checked; not with a pattern
//! sha256 = "…"                        # optional, checked; not with a pattern
//! media_type = "text/tab-separated-values"   # optional
//! license = "CC0-1.0"                 # optional: where it is not the corpus's
//! urls = ["https://…"]                # optional: where it can be fetched
//!
//! [[read]]                            # in this order they are read
//! files = "breve.tsv"                 # a name, a pattern, or a list; each among [[file]]
//! format = "tsv"                      # text | jsonl | csv | tsv | conllu | wav | sound | hunspell
//! table = "documents"                 # documents | recordings | utterances | lexicon
//! columns = { id = "nr", text = "brev", source = { const = "breve" } }
//! encoding = "utf-8"                  # utf-8 | latin-1 | latin-9 | windows-1252
//! ```
//!
//! # What each format takes
//!
//! | format | tables | options |
//! |---|---|---|
//! | `text` | documents, lexicon | `unit = "line"` (default), `"block"` (parted by blank lines) or `"file"` |
//! | `jsonl` | documents, utterances, lexicon | `columns`: keys; a dot goes into objects: `"meta.title"` |
//! | `csv`, `tsv` | documents, utterances, lexicon | `delimiter` (`,` for csv, tab for tsv), `header = true`, `quoted` (csv: true, tsv: false) |
//! | `conllu` | documents | `unit = "document"` (default: at `# newdoc`, else the file), `"sentence"` or `"file"` |
//! | `wav` | recordings | |
//! | `sound` | recordings | WAV, FLAC, MP3, Ogg Vorbis and Opus, AAC and M4A, each file as it is: `rate = 16000` (resampled; default: the file's), `channels = "mix"` (default: their mean) or `"each"` (a recording for each: `<id>-1`, `<id>-2`) |
//! | `hunspell` | lexicon | `files`: the `.dic`; `affixes`: its `.aff`; `forms = "all"` (default: affixes applied) or `"stems"`. `SET` in the `.aff` names the encoding |
//!
//! `table` is `documents` for text and CoNLL-U, `recordings` for sound, `lexicon` for hunspell, and has to be
//! said for the others. `ids = "stem"` (default) or `"path"` says how ids begin that no column gives:
//! `<stem of the file>-<line>`, or just the stem where a file is one row; with `"path"`, the whole name without its extension.
//!
//! # What each table takes
//!
//! | table | columns (the first ones must be there) |
//! |---|---|
//! | documents | **text**, id, source, added, created, token_count, license, lang, meta |
//! | recordings | speaker, source, license, lang (constants) |
//! | utterances | **recording**, **text**, id, start, end, speaker, split, license, lang, meta |
//! | lexicon | **form**, id, lemma, upos, feats, frequency, source, meta |
//!
//! A column is a name in the file's header, a number (from 1) where there is none, or
//! `{ const = "…" }`. What is not mapped is taken from a column of the same name, where the file has one.
//! `meta` is a list of columns, kept as one JSON object, or a column that holds one. Where nothing
//! is said, `source` of a document is the corpus's id, and `license` that of its file where it
//! is not the corpus's.
//!
//! Recordings are read before everything else. An utterance's `recording` is the id of one, or the name
//! of its file (from the root or from the table's folder). `start` and `end` are counted in
//! `time = "seconds"` (default), `"milliseconds"` or `"samples"`; without them an utterance is its
//! whole recording. A recording without an utterance is a mistake, unless `untranscribed = "keep"`.
//!
//! A manifest without `[[read]]` is an entry of the catalogue: it says where a corpus is, and
//! cannot be built.

use std::path::{Path, PathBuf};

use super::fields::{At, Fields, Source, nearest};
use super::glob;
use super::plan::{self, Read};
use crate::{Error, Result};

/// The manifest format this version reads.
pub const SCHEMA: u64 = 1;

/// What a corpus is, where it comes from, and how its files become a pack.
///
/// The syntax is told in the documentation of [this module](self).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// The file the manifest was read from, or the name it was parsed under.
    pub origin: String,
    /// The name: `a-z`, `0-9` and `-`, 3 to 64 characters.
    pub id: String,
    /// What kind of corpus it is.
    pub kind: Kind,
    /// The version of the corpus.
    pub version: String,
    /// The languages, as BCP 47 tags.
    pub language: Vec<String>,
    /// The title.
    pub title: Bilingual,
    /// What is in it, where that is told.
    pub description: Option<Bilingual>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Where it comes from, in words or as an address.
    pub source: String,
    /// The page about it.
    pub landing_page: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// The licence of what has no other.
    pub license: License,
    /// How to cite it.
    pub citation: Citation,
    /// What is known about personal data in it.
    pub personal_data: PersonalData,
    /// How it came to be.
    pub provenance: Provenance,
    /// What it is for, and what not.
    pub usage: Usage,
    /// Fields of the manifest that nobody has confirmed yet.
    pub unverified: Vec<String>,
    /// SHA-256 of the manifest's text, in hexadecimal digits.
    pub sha256: String,
    /// The folder of the files, from the manifest's own, where that is told.
    pub root: Option<String>,
    /// The files.
    pub files: Vec<File>,
    /// How they are read.
    pub reads: Vec<Read>,
}

/// What kind of corpus a manifest describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Running text.
    Text,
    /// Recordings, mostly with transcripts.
    Speech,
    /// Annotated sentences.
    Treebank,
    /// Words with readings.
    Lexicon,
    /// Texts in two languages.
    Parallel,
    /// Rules.
    Rules,
}

impl Kind {
    /// Every kind with its name in a manifest.
    pub const ALL: [(&str, Self); 6] = [
        ("text", Self::Text),
        ("speech", Self::Speech),
        ("treebank", Self::Treebank),
        ("lexicon", Self::Lexicon),
        ("parallel", Self::Parallel),
        ("rules", Self::Rules),
    ];

    /// The kind's name in a manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::ALL, self)
    }
}

/// The name that `value` has in a table of names.
fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, v)| *v == value).map_or("", |(name, _)| name)
}

/// The same words in Danish and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bilingual {
    /// In Danish.
    pub da: String,
    /// In English.
    pub en: String,
}

/// What may be done with a corpus or a file of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct License {
    /// An SPDX expression; what has no SPDX name is a `LicenseRef-…`.
    pub spdx: String,
    /// Where the licence can be read.
    pub url: Option<String>,
    /// How the authors want to be named.
    pub attribution: Option<String>,
    /// Whether the corpus may be passed on, where that was looked into.
    pub redistribution: Option<bool>,
}

/// How to cite a corpus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Citation {
    /// As a line of text.
    pub text: Option<String>,
    /// As BibTeX.
    pub bibtex: Option<String>,
    /// As a DOI.
    pub doi: Option<String>,
}

/// What is known about personal data in a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PersonalData {
    /// The class.
    pub category: Category,
    /// The ground on which it is held.
    pub basis: Option<String>,
    /// What was done to protect people.
    pub measures: Vec<String>,
    /// When, and by whom, this was last looked at.
    pub review: Option<String>,
}

/// The classes of personal data.
///
/// # Source
///
/// DCAT-AP-DK 2.1.0 (Digitaliseringsstyrelsen),
/// `https://data.gov.dk/concept/core/personaldata-type/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// None.
    NonPersonalData,
    /// Names, addresses, voices, and the like.
    GeneralPersonalData,
    /// Health, belief, origin, and the like (GDPR, article 9).
    SensitivePersonalData,
    /// Numbers of the civil register.
    CivilRegistrationNumberData,
    /// Crimes (GDPR, article 10).
    DataAboutCriminalOffences,
}

impl Category {
    /// Every class with its name.
    pub const ALL: [(&str, Self); 5] = [
        ("NonPersonalData", Self::NonPersonalData),
        ("GeneralPersonalData", Self::GeneralPersonalData),
        ("SensitivePersonalData", Self::SensitivePersonalData),
        ("CivilRegistrationNumberData", Self::CivilRegistrationNumberData),
        ("DataAboutCriminalOffences", Self::DataAboutCriminalOffences),
    ];

    /// The class's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::ALL, self)
    }
}

/// How a corpus came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// Who or what it comes from.
    pub origin: Option<String>,
    /// When it was collected: a date, or two with `/` between.
    pub collected: Option<String>,
    /// How it was made.
    pub method: Option<String>,
    /// What it was made from.
    pub derived_from: Vec<String>,
    /// Whether a machine made it.
    pub synthetic: bool,
}

/// What a corpus is for (`[use]` in a manifest).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// What it was made for.
    pub intended: Option<String>,
    /// What it is known to have too much or too little of.
    pub known_bias: Option<String>,
    /// What it must not be used for.
    pub out_of_scope: Option<String>,
}

/// A file of a corpus, or many by a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// The manifest's line on which it begins.
    pub line: u64,
    /// Its name from the root, parts joined by `/`; `*`, `?` and `**/` are wild.
    pub name: String,
    /// Its size.
    pub bytes: Option<u64>,
    /// Its SHA-256, 64 small hexadecimal digits.
    pub sha256: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its licence, where that is not the corpus's.
    pub license: Option<License>,
    /// Where it can be fetched, in the order to try.
    pub urls: Vec<String>,
}

impl File {
    /// Whether the name is a pattern.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        glob::is_pattern(&self.name)
    }

    /// Whether `name` is this file, or one of its pattern.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        if self.is_pattern() { glob::matches(&self.name, name) } else { self.name == name }
    }
}

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

    /// The folder that the files lie in: beside the manifest, or what its `root` says from there.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let beside = match Path::new(&self.origin).parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        match &self.root {
            Some(root) => beside.join(root),
            None => beside.to_owned(),
        }
    }

    /// The licence of the file `name`.
    #[must_use]
    pub fn license_of(&self, name: &str) -> &License {
        let own = self.files.iter().find(|file| file.covers(name));
        own.and_then(|file| file.license.as_ref()).unwrap_or(&self.license)
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

pub(super) fn value<T>(found: Option<At<T>>) -> Option<T> {
    found.map(|found| found.value)
}

pub(super) fn values<T>(found: Vec<At<T>>) -> Vec<T> {
    found.into_iter().map(|found| found.value).collect()
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

/// `Ok` for a name that stays inside the folder it is joined to, on every system.
pub(super) fn inside(name: &str) -> Result<(), String> {
    let wrong = if name.contains('\\') || name.contains(':') || name.contains('\0') {
        "parts are joined by /, and \\, : and NUL stand in no name"
    } else if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        "must stay inside the root: not begin or end with /, no . or .. part"
    } else {
        return Ok(());
    };
    Err(format!("{wrong}; got \"{name}\""))
}
