//! The part of a manifest that says how files are read: `[[read]]`.

use toml::de::DeValue;

use super::fields::{At, Fields, nearest, shown, value};
use super::glob::{self, inside};
use super::manifest::File;
use crate::formats::Encoding;

/// How some of the files become rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Read {
    /// The manifest's line on which it begins.
    pub line: u64,
    /// Names or patterns of files, in the order they are read; those of a pattern by name.
    pub files: Vec<String>,
    /// The files' format.
    pub format: Format,
    /// The table that the rows go to.
    pub table: Table,
    /// Columns of the table, each with where it comes from.
    pub columns: Vec<(&'static str, Column)>,
    /// The encoding of the text.
    pub encoding: Encoding,
    /// How ids begin that no column gives.
    pub ids: Ids,
    /// What `start` and `end` are counted in.
    pub time: Time,
    /// Whether recordings may be left that no utterance belongs to.
    pub untranscribed: bool,
}

/// A format, with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Plain text.
    Text {
        /// What becomes a row.
        unit: TextUnit,
    },
    /// A JSON object a line.
    JsonLines,
    /// Columns.
    Delimited {
        /// What parts the columns.
        delimiter: u8,
        /// Whether the first line names the columns.
        header: bool,
        /// Whether `"` quotes.
        quoted: bool,
    },
    /// CoNLL-U.
    ConllU {
        /// What becomes a document.
        unit: ConllUnit,
    },
    /// RIFF WAVE.
    Wav,
    /// Sound of any format that is read: WAV, FLAC, MP3, Ogg Vorbis and Opus, AAC and M4A.
    Sound {
        /// The rate it is resampled to; `None` keeps the file's.
        rate: Option<u32>,
        /// Whether each channel becomes a recording, rather than their mean.
        each_channel: bool,
    },
    /// Hunspell's word list.
    Hunspell {
        /// The name of the `.aff` file.
        affixes: String,
        /// Whether the affixes are applied.
        expand: bool,
    },
}

/// What becomes a row, in plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextUnit {
    /// A line that is not blank.
    Line,
    /// Lines without a blank one between.
    Block,
    /// A whole file.
    File,
}

/// What becomes a document, in CoNLL-U.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConllUnit {
    /// What begins at `# newdoc`; a whole file where it has none.
    Document,
    /// A sentence.
    Sentence,
    /// A whole file.
    File,
}

/// A table of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Texts.
    Documents,
    /// Sound.
    Recordings,
    /// Parts of recordings, with their text.
    Utterances,
    /// Words.
    Lexicon,
}

impl Table {
    /// The table's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Recordings => "recordings",
            Self::Utterances => "utterances",
            Self::Lexicon => "lexicon",
        }
    }

    /// The table's columns, those that must be there first, and how many these are.
    #[must_use]
    pub fn columns(self) -> (&'static [&'static str], usize) {
        match self {
            Self::Documents => (
                &[
                    "text",
                    "id",
                    "source",
                    "added",
                    "created",
                    "token_count",
                    "license",
                    "lang",
                    "meta",
                ],
                1,
            ),
            Self::Recordings => (&["speaker", "source", "license", "lang"], 0),
            Self::Utterances => (
                &[
                    "recording",
                    "text",
                    "id",
                    "start",
                    "end",
                    "speaker",
                    "split",
                    "license",
                    "lang",
                    "meta",
                ],
                2,
            ),
            Self::Lexicon => {
                (&["form", "id", "lemma", "upos", "feats", "frequency", "source", "meta"], 1)
            }
        }
    }
}

/// Where a column of a table comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Column {
    /// The file's column of this name.
    Named(String),
    /// The file's column of this number, from 1.
    Number(usize),
    /// The same text in every row.
    Constant(String),
    /// Several columns of the file, kept as one JSON object.
    Object(Vec<String>),
}

/// How an id begins that no column gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// The file's name without folders and extension.
    Stem,
    /// The file's name from the root without extension.
    Path,
}

/// What marks of time are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Seconds, with a decimal point.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// The recording's samples.
    Samples,
}

/// All `[[read]]` tables.
pub(super) fn reads(top: &mut Fields<'_, '_>, files: &[File]) -> Vec<Read> {
    top.tables("read").into_iter().filter_map(|table| read(table, files)).collect()
}

#[derive(Clone, Copy)]
enum Name {
    Text,
    JsonLines,
    Csv,
    Tsv,
    ConllU,
    Wav,
    Sound,
    Hunspell,
}

fn read(mut fields: Fields<'_, '_>, files: &[File]) -> Option<Read> {
    let line = fields.source.line(fields.at);
    if !fields.has("files") {
        fields.missing("files");
    }
    let names = fields.texts("files");
    for name in &names {
        check_name(&fields, "files", name, files);
    }
    if !fields.has("format") {
        fields.missing("format");
    }
    let name = fields.choice(
        "format",
        &[
            ("text", Name::Text),
            ("jsonl", Name::JsonLines),
            ("csv", Name::Csv),
            ("tsv", Name::Tsv),
            ("conllu", Name::ConllU),
            ("wav", Name::Wav),
            ("sound", Name::Sound),
            ("hunspell", Name::Hunspell),
        ],
    );
    // What else may stand here depends on the format.
    let name = name?.value;
    let format = format(&mut fields, name, files);
    let table = table(&mut fields, name);
    let encoding = match name {
        Name::Wav | Name::Sound | Name::Hunspell => None,
        _ => fields.choice("encoding", &Encoding::ALL),
    };
    let ids = fields.choice("ids", &[("stem", Ids::Stem), ("path", Ids::Path)]);
    let time = match table {
        Some(Table::Utterances) => fields.choice(
            "time",
            &[
                ("seconds", Time::Seconds),
                ("milliseconds", Time::Milliseconds),
                ("samples", Time::Samples),
            ],
        ),
        _ => None,
    };
    let untranscribed = match table {
        Some(Table::Utterances) => {
            fields.choice("untranscribed", &[("refuse", false), ("keep", true)])
        }
        _ => None,
    };
    let header = match &format {
        Some(Format::Delimited { header, .. }) => Some(*header),
        Some(Format::JsonLines) => Some(true),
        _ => None,
    };
    let columns = match table {
        Some(table) => columns(&mut fields, table, header),
        None => Vec::new(),
    };
    fields.finish();
    Some(Read {
        line,
        files: names.into_iter().map(|name| name.value).collect(),
        format: format?,
        table: table?,
        columns,
        encoding: value(encoding).unwrap_or_default(),
        ids: value(ids).unwrap_or(Ids::Stem),
        time: value(time).unwrap_or(Time::Seconds),
        untranscribed: value(untranscribed).unwrap_or(false),
    })
}

/// Notes a name that leaves the root, or that no `[[file]]` holds.
fn check_name(fields: &Fields<'_, '_>, field: &str, name: &At<String>, files: &[File]) {
    if let Err(reason) = inside(&name.value) {
        fields.wrong(name.at, field, &reason);
        return;
    }
    let found = if glob::is_pattern(&name.value) {
        // Which files two patterns share is known only when the folder is looked at.
        files.iter().any(|file| file.is_pattern() || glob::matches(&name.value, &file.name))
    } else {
        files.iter().any(|file| file.covers(&name.value))
    };
    if !found {
        let hint = nearest(&name.value, files.iter().map(|file| file.name.as_str()));
        let hint = hint.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default();
        fields.wrong(name.at, field, &format!("no [[file]] is \"{}\"{hint}", name.value));
    }
}

fn format(fields: &mut Fields<'_, '_>, name: Name, files: &[File]) -> Option<Format> {
    Some(match name {
        Name::Text => {
            let unit = fields.choice(
                "unit",
                &[("line", TextUnit::Line), ("block", TextUnit::Block), ("file", TextUnit::File)],
            );
            Format::Text { unit: value(unit).unwrap_or(TextUnit::Line) }
        }
        Name::JsonLines => Format::JsonLines,
        Name::Csv | Name::Tsv => {
            let csv = matches!(name, Name::Csv);
            Format::Delimited {
                delimiter: delimiter(fields).unwrap_or(if csv { b',' } else { b'\t' }),
                header: fields.flag("header").unwrap_or(true),
                quoted: fields.flag("quoted").unwrap_or(csv),
            }
        }
        Name::ConllU => {
            let unit = fields.choice(
                "unit",
                &[
                    ("document", ConllUnit::Document),
                    ("sentence", ConllUnit::Sentence),
                    ("file", ConllUnit::File),
                ],
            );
            Format::ConllU { unit: value(unit).unwrap_or(ConllUnit::Document) }
        }
        Name::Wav => Format::Wav,
        Name::Sound => {
            let rate = fields.count("rate").and_then(|rate| match u32::try_from(rate.value) {
                Ok(hertz @ 1..=10_000_000) => Some(hertz),
                _ => {
                    let reason = format!("must be between 1 and 10000000, got {}", rate.value);
                    fields.wrong(rate.at, "rate", &reason);
                    None
                }
            });
            let channels = fields.choice("channels", &[("mix", false), ("each", true)]);
            Format::Sound { rate, each_channel: value(channels).unwrap_or(false) }
        }
        Name::Hunspell => {
            let affixes = fields.required_text("affixes");
            let forms = fields.choice("forms", &[("all", true), ("stems", false)]);
            let affixes = affixes?;
            check_name(fields, "affixes", &affixes, files);
            Format::Hunspell { affixes: affixes.value, expand: value(forms).unwrap_or(true) }
        }
    })
}

fn delimiter(fields: &mut Fields<'_, '_>) -> Option<u8> {
    let found = fields.text_as_is("delimiter")?;
    match found.value.as_bytes() {
        &[byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(byte),
        _ => {
            let reason = format!("must be one ASCII character, got {:?}", found.value);
            fields.wrong(found.at, "delimiter", &reason);
            None
        }
    }
}

fn table(fields: &mut Fields<'_, '_>, name: Name) -> Option<Table> {
    let (allowed, default): (&[Table], _) = match name {
        Name::Text => (&[Table::Documents, Table::Lexicon], Some(Table::Documents)),
        Name::JsonLines | Name::Csv | Name::Tsv => {
            (&[Table::Documents, Table::Utterances, Table::Lexicon], None)
        }
        Name::ConllU => (&[Table::Documents], Some(Table::Documents)),
        Name::Wav | Name::Sound => (&[Table::Recordings], Some(Table::Recordings)),
        Name::Hunspell => (&[Table::Lexicon], Some(Table::Lexicon)),
    };
    let names: Vec<_> = allowed.iter().map(|&table| (table.name(), table)).collect();
    if !fields.has("table") && default.is_none() {
        fields.missing("table");
    }
    let has = fields.has("table");
    let found = fields.choice("table", &names);
    if has { value(found) } else { default }
}

/// The mapped columns. `header`: whether the file's columns have names; `None` where it has no
/// columns at all.
fn columns(
    fields: &mut Fields<'_, '_>,
    table: Table,
    header: Option<bool>,
) -> Vec<(&'static str, Column)> {
    let (known, _) = table.columns();
    let Some(inner) = fields.table("columns") else { return Vec::new() };
    let mut columns = Vec::new();
    for At { at, value: name } in inner.names() {
        let Some(&column) = known.iter().find(|column| **column == name) else {
            let hint = match nearest(name, known.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("its columns: {}", known.join(", ")),
            };
            let reason = format!("{} have no such column; {hint}", table.name());
            inner.wrong(at, name, &reason);
            continue;
        };
        let Some(value) = inner.any(name) else { continue };
        match origin(column, value.get_ref(), header) {
            Ok(origin) => columns.push((column, origin)),
            Err(reason) => inner.wrong(value.span().start, name, &reason),
        }
    }
    columns
}

fn is_object(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(serde_json::Value::Object(_)))
}

fn origin(column: &str, value: &DeValue<'_>, header: Option<bool>) -> Result<Column, String> {
    if let DeValue::Table(entries) = value {
        let mut entries = entries.iter();
        return match (entries.next(), entries.next()) {
            (Some((key, value)), None) if key.get_ref() == "const" => match value.get_ref() {
                DeValue::String(_) if column == "id" => {
                    Err("an id cannot be the same in every row".to_owned())
                }
                DeValue::String(text) if column == "meta" && !is_object(text) => {
                    Err(format!("must be a JSON object, got \"{text}\""))
                }
                DeValue::String(text) => Ok(Column::Constant(text.clone().into_owned())),
                other => Err(format!("const must be text, got {}", shown(other))),
            },
            _ => Err("must be { const = \"…\" }".to_owned()),
        };
    }
    match (header, value) {
        (None, other) => Err(format!(
            "this format has no columns, only {{ const = \"…\" }} can stand here, got {}",
            shown(other)
        )),
        (Some(_), DeValue::Array(items)) if column == "meta" => items
            .iter()
            .map(|item| match item.get_ref() {
                DeValue::String(text) => Ok(text.clone().into_owned()),
                other => Err(format!("must be a list of column names, got {}", shown(other))),
            })
            .collect::<Result<_, _>>()
            .map(Column::Object),
        (Some(true), DeValue::String(text)) => Ok(Column::Named(text.clone().into_owned())),
        (Some(false), DeValue::Integer(number)) => {
            match usize::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) if number > 0 => Ok(Column::Number(number)),
                _ => Err(format!("columns are counted from 1, got {}", number.as_str())),
            }
        }
        (Some(true), other) => Err(format!(
            "must be the name of a column or {{ const = \"…\" }}, got {}",
            shown(other)
        )),
        (Some(false), other) => Err(format!(
            "without a header a column is its number, from 1, or {{ const = \"…\" }}, got {}",
            shown(other)
        )),
    }
}
