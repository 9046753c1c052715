//! The pack on disk: a specification.
//!
//! A pack is a folder:
//!
//! ```text
//! my-pack/
//! ├── pack.json                          the commit point, written last
//! ├── documents-00000-of-00003.arrow     tables: documents, recordings, utterances, lexicon
//! ├── ids-documents-00000-of-00001.arrow hash of the id → row, sorted
//! ├── lexicon-forms.fst                  form → first row, of the lexicon
//! └── layers/words/00000-of-00003.arrow  row i belongs to row i of the table it annotates
//! ```
//!
//! # Tables
//!
//! Every `.arrow` file is an Arrow IPC *file*, uncompressed, little-endian, its buffers aligned to 64
//! bytes, without dictionaries. A table MAY have several files ("shards"); each MUST stay below
//! 1,900 MiB. A batch holds about 8 MiB and at most 65,536 rows; a larger row has its own. Columns
//! (`?`: may be null):
//!
//! | table | columns |
//! |---|---|
//! | documents | id, text, source?, added?, created?, token_count? (Int64), license?, lang?, meta? |
//! | recordings | id, pcm (LargeList of Int16, mono), sample_rate (Int32, Hz), frames (Int64), speaker?, source?, license?, lang?, meta? |
//! | utterances | id, recording, start, end (Int64, samples), text, speaker?, split?, license?, lang?, meta? |
//! | lexicon | id, form, lemma?, upos?, feats?, frequency? (Int64), source?, meta? |
//!
//! What has no type given is LargeUtf8. `meta` is a JSON object. `license` is an SPDX expression,
//! `lang` a BCP 47 tag. Rows of the lexicon are sorted by form, in the order of their bytes.
//! The ids table has two UInt64 columns, `hash` (the first 8 bytes of the SHA-256 of the id,
//! little-endian) and `row`, sorted.
//!
//! # Layers
//!
//! A layer has one column named as the layer: `list<struct<start: u32, end: u32, …>>` or a list of
//! numbers. Its batches and shards are those of its table, one to one. Positions are in the
//! layer's unit (`byte`, `char`, `utf16` of the text; `sample` of the sound), which stands in the
//! field's metadata too.
//!
//! # pack.json
//!
//! A JSON object in UTF-8. Its last member is `sha256`: 64 lower-case hexadecimal digits of the
//! SHA-256 of all bytes before the `,` that comes before it; the file MUST end with
//! `",\n  \"sha256\": \"…\"\n}\n"`. A reader MUST refuse a file whose checksum differs, whose
//! `format` it does not know, or that has members it does not know.
//!
//! For each file of a table it lists length, SHA-256 and *parts*: head (magic and schema), one a
//! batch, foot (end mark, footer, magic), each with its end and CRC32C. Parts MUST follow each other
//! without holes and cover the file, so every byte of every file is under a checksum.
//! `erased` are ranges of rows that MUST NOT be handed out.
//!
//! # How it is written
//!
//! Into a temporary folder beside the place, each file synced, `pack.json` last, then renamed. A
//! reader sees a whole pack or none. A change (a new layer, an erasure) writes new files under new
//! names (`…-r2.arrow`: of revision 2) and then replaces `pack.json` by a rename; nothing else is
//! ever changed in place. Any number
//! of processes may read a pack while one changes it; who changes it claims it for the moment of the
//! commit by creating the file `.changing`, which only one can.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::io::{self, Damage, Sha256, ShardMeta};
use crate::{Error, Result};

/// The format this crate writes, and the newest it reads.
pub const FORMAT: u32 = 1;

/// The name of the commit file.
pub(crate) const COMMIT: &str = "pack.json";

/// Titles in Danish and English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Titles {
    /// In Danish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub da: Option<String>,
    /// In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// What a pack says of itself: identity, licence and source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Info {
    /// The corpus's id: 1 to 64 lower-case letters, digits, `-`, `_` and `.`.
    pub id: String,
    /// The corpus's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The corpus's title.
    pub title: Titles,
    /// The licence of what no row gives another: an SPDX expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Where the corpus comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Who publishes the corpus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// How to cite the corpus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// The class of personal data in it: one of the five of DCAT-AP-DK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_data: Option<String>,
    /// SHA-256 of the manifest the pack was built from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_sha256: Option<String>,
    /// When the pack was made, in UTC: `2026-11-21T20:15:00Z`. Set by the writer where `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// What made the pack. Set by the writer where `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
}

/// What `pack.json` notes of a table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableMeta {
    /// Rows in the files, the erased ones among them.
    pub(crate) rows: u64,
    /// The columns, for human readers.
    pub(crate) columns: Vec<String>,
    /// The files.
    pub(crate) shards: Vec<ShardMeta>,
    /// The files of the table of ids.
    pub(crate) ids: Vec<ShardMeta>,
    /// The lexicon's forms.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) forms: Option<FileMeta>,
    /// Ranges of rows that are erased: first row, row after the last.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) erased: Vec<[u64; 2]>,
}

/// What `pack.json` notes of a layer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayerMeta {
    pub(crate) info: super::LayerInfo,
    pub(crate) shards: Vec<ShardMeta>,
}

/// What `pack.json` notes of a file that is not a table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileMeta {
    pub(crate) file: String,
    pub(crate) bytes: u64,
    pub(crate) crc32c: u32,
    pub(crate) sha256: String,
}

/// All of `pack.json` but its checksum.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Commit {
    pub(crate) format: u32,
    /// Counts the changes since the pack was made; names of rewritten files carry it.
    pub(crate) revision: u64,
    pub(crate) info: Info,
    pub(crate) tables: BTreeMap<String, TableMeta>,
    pub(crate) layers: BTreeMap<String, LayerMeta>,
}

/// `Commit` with the checksum member, so that unknown members are refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checked {
    format: u32,
    revision: u64,
    info: Info,
    tables: BTreeMap<String, TableMeta>,
    layers: BTreeMap<String, LayerMeta>,
    #[expect(dead_code, reason = "compared as bytes before the file is parsed")]
    sha256: String,
}

const BEFORE_SUM: &str = ",\n  \"sha256\": \"";
const AFTER_SUM: &str = "\"\n}\n";

impl Commit {
    /// Writes the commit file of the pack in `folder`.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(COMMIT);
        let body = serde_json::to_string_pretty(self)
            .map_err(|e| Error::io(&path, std::io::Error::other(e)))?;
        let body = body.strip_suffix("\n}").unwrap_or(&body);
        let sum = Sha256::of(body.as_bytes());
        io::write(&path, format!("{body}{BEFORE_SUM}{sum}{AFTER_SUM}").as_bytes())
    }

    /// Reads the commit file of the pack in `folder` and compares its checksum. The checksum comes
    /// back too: it names this state of the pack.
    pub(crate) fn read(folder: &Path) -> Result<(Self, String)> {
        let path = folder.join(COMMIT);
        let bytes = match io::read(&path) {
            Ok(bytes) => bytes,
            Err(Error::Io { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound && folder.exists() =>
            {
                let reason = "not a pack: there is no pack.json in the folder";
                return Err(Damage::new(0, reason).of(folder));
            }
            Err(other) => {
                return Err(match other {
                    Error::Io { source, .. } => Error::io(folder, source),
                    other => other,
                });
            }
        };
        Self::parse(&bytes).map_err(|damage| damage.of(&path))
    }

    fn parse(bytes: &[u8]) -> Result<(Self, String), Damage> {
        let end = bytes.len();
        let cut =
            || Damage::new(end as u64, "the file is cut off or altered: no checksum at its end");
        let body = bytes.strip_suffix(AFTER_SUM.as_bytes()).ok_or_else(cut)?;
        let (body, sum) = body.split_at_checked(body.len().wrapping_sub(64)).ok_or_else(cut)?;
        let body = body.strip_suffix(BEFORE_SUM.as_bytes()).ok_or_else(cut)?;
        let found = Sha256::of(body);
        if found.as_bytes() != sum {
            let sum = String::from_utf8_lossy(sum);
            return Err(Damage::new(0, format!("checksum is {found}, expected {sum}: altered")));
        }
        let checked: Checked = serde_json::from_slice(bytes)
            .map_err(|e| Damage::new(0, format!("not the description of a pack: {e}")))?;
        let Checked { format, revision, info, tables, layers, .. } = checked;
        if format == 0 || format > FORMAT {
            return Err(Damage::new(
                0,
                format!("format {format} is not known to this version, which reads up to {FORMAT}"),
            ));
        }
        Ok((Self { format, revision, info, tables, layers }, found))
    }
}
