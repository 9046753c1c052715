//! # The file of a compiled lexicon
//!
//! A file of sections (`io::sections` says how they stand) that begins with `sklexic1`. Numbers are
//! little-endian. Opening compares every checksum. Sections (`?` may be missing):
//!
//! | section | element | what |
//! |---|---|---|
//! | `forms` | | an `fst` map: a form to its number, counted in the order of bytes |
//! | `sets` | u16 or u32 | per form: the number of its set of readings |
//! | `set_starts` | u32 | per set, and one more: where its items begin |
//! | `items` | u64 | edit (32 bits), tag (16), source (8), derived: 1, 2 its part of speech alone (8) |
//! | `edits` | u64 | bytes to take off the form's end (16), bytes to put there (16), where they begin (32) |
//! | `edit_text` | u8 | what edits put on, UTF-8 |
//! | `tags` | u64 | part of speech (16, 0 for none), bytes of features (16), where they begin (32) |
//! | `tag_text` | u8 | features, UTF-8 |
//! | `frequency`? | u32 | per form: how often it was counted, 0 where it was not |
//! | `starts`? | u32 | per form, and one more: the number of its first reading |
//! | `ids`? | u64 | per reading: template (8; 255 for none) and digits (56) |
//! | `spoken`? | u32 | per reading: where its pronunciation begins; all bits set for none |
//! | `spoken_text` | u8 | pronunciations: length (u16), then UTF-8 |

use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::io::sections;
use crate::{Error, Result};

pub(super) const MAGIC: &[u8; 8] = b"sklexic1";
/// A form and a lemma may be this long: far beyond any word.
pub(super) const MOST_WORD: usize = 1024;
pub(super) const NO_ID: u64 = 255 << 56;

/// Where readings come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// Its name, as the caller gave it.
    pub name: String,
    /// Its licence (SPDX); empty where it is not known.
    pub license: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) forms: u64,
    pub(super) readings: u64,
    pub(super) sources: Vec<Source>,
    /// Ids with `#` for each digit.
    pub(super) templates: Vec<String>,
}

/// What stands where in the bytes of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) forms: Range<usize>,
    pub(super) sets: Range<usize>,
    pub(super) set_starts: Range<usize>,
    pub(super) items: Range<usize>,
    pub(super) edits: Range<usize>,
    pub(super) edit_text: Range<usize>,
    pub(super) tags: Range<usize>,
    pub(super) tag_text: Range<usize>,
    pub(super) frequency: Range<usize>,
    pub(super) starts: Range<usize>,
    pub(super) ids: Range<usize>,
    pub(super) spoken: Range<usize>,
    pub(super) spoken_text: Range<usize>,
}

impl Places {
    fn of(&mut self, name: &str) -> Option<&mut Range<usize>> {
        Some(match name {
            "forms" => &mut self.forms,
            "sets" => &mut self.sets,
            "set_starts" => &mut self.set_starts,
            "items" => &mut self.items,
            "edits" => &mut self.edits,
            "edit_text" => &mut self.edit_text,
            "tags" => &mut self.tags,
            "tag_text" => &mut self.tag_text,
            "frequency" => &mut self.frequency,
            "starts" => &mut self.starts,
            "ids" => &mut self.ids,
            "spoken" => &mut self.spoken,
            "spoken_text" => &mut self.spoken_text,
            _ => return None,
        })
    }
}

/// The file of `sections`, each with its name.
pub(super) fn assemble(
    forms: u64,
    readings: u64,
    sources: Vec<Source>,
    templates: Vec<String>,
    parts: &[(&str, Vec<u8>)],
) -> Result<Vec<u8>> {
    sections::assemble(*MAGIC, Header { forms, readings, sources, templates }, parts)
}

/// The header of the file `bytes`, and where its sections stand. Every checksum is compared.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<(Header, Places)> {
    let (header, sections) = sections::read::<Header>(path, *MAGIC, "compiled lexicon", bytes)?;
    let mut places = Places::default();
    for (name, range) in sections {
        if let Some(place) = places.of(&name) {
            *place = range;
        }
    }
    if header.sources.len() > 256 {
        let reason = format!("{} sources, expected 256 at most", header.sources.len());
        return Err(Error::Corrupt { path: path.to_owned(), offset: 16, reason });
    }
    Ok((header, places))
}
