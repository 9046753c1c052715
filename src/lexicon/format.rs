//! # The file of a compiled lexicon
//!
//! | bytes | what |
//! |---|---|
//! | 0–7 | `sklexic1` |
//! | 8–11 | `h`, the length of the header |
//! | 12–15 | the CRC32C of the header |
//! | 16–`16+h` | the header: JSON |
//! | then | the sections that the header lists, in its order, each padded with zeros to 8 bytes |
//!
//! Numbers are little-endian. The file MUST end with the last section: no holes, no overlaps, nothing
//! after it. Opening compares every checksum. Sections (`?` may be missing):
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

use crate::io::crc32c;
use crate::{Error, Result};

pub(super) const MAGIC: &[u8; 8] = b"sklexic1";
/// A form and a lemma may be this long: far beyond any word.
pub(super) const MOST_WORD: usize = 1024;
/// The header of a lexicon is far shorter.
const MOST_HEADER: usize = 16 << 20;
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
pub(super) struct Section {
    pub(super) name: String,
    offset: u64,
    length: u64,
    crc32c: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) forms: u64,
    pub(super) readings: u64,
    pub(super) sources: Vec<Source>,
    /// Ids with `#` for each digit.
    pub(super) templates: Vec<String>,
    sections: Vec<Section>,
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
    // Offsets are counted from the end of the header, which they are part of.
    let mut offset = 0;
    let mut sections = Vec::new();
    for (name, bytes) in parts {
        let length = bytes.len() as u64;
        let crc32c = crc32c(bytes);
        sections.push(Section { name: (*name).to_owned(), offset, length, crc32c });
        offset += length.next_multiple_of(8);
    }
    let header = Header { forms, readings, sources, templates, sections };
    let mut json = serde_json::to_vec(&header)
        .map_err(|wrong| Error::format("the header of a lexicon", 0, wrong))?;
    while !(16 + json.len()).is_multiple_of(8) {
        json.push(b' ');
    }
    let length = u32::try_from(json.len()).ok().filter(|&length| length as usize <= MOST_HEADER);
    let length = length.ok_or_else(|| Error::Limit {
        what: "bytes of the header of a lexicon".into(),
        limit: MOST_HEADER as u64,
        asked: json.len() as u64,
    })?;
    let mut file = Vec::with_capacity(json.len() + 16 + offset as usize);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(&crc32c(&json).to_le_bytes());
    file.extend_from_slice(&json);
    for (_, bytes) in parts {
        file.extend_from_slice(bytes);
        file.resize(file.len().next_multiple_of(8), 0);
    }
    Ok(file)
}

/// The header of the file `bytes`, and where its sections stand. Every checksum is compared.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<(Header, Places)> {
    let corrupt = |offset: usize, reason: String| Error::Corrupt {
        path: path.to_owned(),
        offset: offset as u64,
        reason,
    };
    if bytes.get(..8) != Some(MAGIC) {
        return Err(corrupt(0, "expected \"sklexic1\": this is no compiled lexicon".into()));
    }
    let (Some(length), Some(expected)) = (number(bytes, 8), number(bytes, 12)) else {
        return Err(corrupt(bytes.len(), "the file ends inside its first 16 bytes".into()));
    };
    let body = 16 + length as usize;
    let Some(json) = bytes.get(16..body).filter(|json| json.len() <= MOST_HEADER) else {
        return Err(corrupt(8, format!("a header of {length} bytes is longer than the file")));
    };
    let found = crc32c(json);
    if found != expected {
        let reason = format!("the header's checksum is {found:08x}, expected {expected:08x}");
        return Err(corrupt(16, reason));
    }
    let header: Header = serde_json::from_slice(json)
        .map_err(|wrong| corrupt(16, format!("the header is not as expected: {wrong}")))?;
    let mut places = Places::default();
    let mut at = body as u64;
    for section in &header.sections {
        let name = &section.name;
        let start = section.offset.checked_add(body as u64).filter(|&start| start == at);
        let end = start.and_then(|start| start.checked_add(section.length));
        let whole = end.filter(|&end| end.next_multiple_of(8) <= bytes.len() as u64);
        let (Some(start), Some(end)) = (start, whole) else {
            let reason = format!("section \"{name}\" does not fit: the file was cut or altered");
            return Err(corrupt(bytes.len().min(at as usize), reason));
        };
        let range = start as usize..end as usize;
        let found = crc32c(&bytes[range.clone()]);
        if found != section.crc32c {
            let expected = section.crc32c;
            let reason =
                format!("the checksum of \"{name}\" is {found:08x}, expected {expected:08x}");
            return Err(corrupt(range.start, reason));
        }
        at = end.next_multiple_of(8);
        // A section that is not known is of a later version, which only adds.
        if let Some(place) = places.of(name) {
            *place = range;
        }
    }
    if at != bytes.len() as u64 {
        let reason = format!("the file has {} bytes, expected {at}", bytes.len());
        return Err(corrupt(at as usize, reason));
    }
    if header.sources.len() > 256 {
        return Err(corrupt(16, format!("{} sources, expected 256 at most", header.sources.len())));
    }
    Ok((header, places))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
