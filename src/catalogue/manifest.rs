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

use super::glob;
use super::plan::Read;

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
