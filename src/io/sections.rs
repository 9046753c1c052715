//! A file of named sections behind a header, with a checksum over each.
//!
//! | bytes | what |
//! |---|---|
//! | 0–7 | what kind of file it is |
//! | 8–11 | `h`, the length of the header |
//! | 12–15 | the CRC32C of the header |
//! | 16–`16+h` | the header: a JSON object, whose member `sections` lists the sections |
//! | then | the sections, in the order of the list, each padded with zeros to 8 bytes |
//!
//! Numbers are little-endian. The file MUST end with the last section: no holes, no overlaps, nothing
//! after it. A section whose name a reader does not know is of a later version, which only adds.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::crc32c;
use crate::{Error, Result};

/// What marks a kind of file.
pub(crate) type Magic = [u8; 8];

/// Longest header.
const MOST_HEADER: usize = 64 << 20;

#[derive(Deserialize, Serialize)]
struct Section {
    name: String,
    offset: u64,
    length: u64,
    crc32c: u32,
}

#[derive(Deserialize, Serialize)]
struct Whole<H> {
    #[serde(flatten)]
    header: H,
    sections: Vec<Section>,
}

/// The bytes of a file of these parts, each with its name.
///
/// # Errors
///
/// [`Error::Limit`] where the header has more than 64 MiB.
pub(crate) fn assemble<H: Serialize>(
    magic: Magic,
    header: H,
    parts: &[(&str, Vec<u8>)],
) -> Result<Vec<u8>> {
    // Offsets are counted from the end of the header, which they are part of.
    let mut offset = 0;
    let mut sections = Vec::new();
    for (name, bytes) in parts {
        let length = bytes.len() as u64;
        sections.push(Section { name: (*name).to_owned(), offset, length, crc32c: crc32c(bytes) });
        offset += length.next_multiple_of(8);
    }
    let mut json = serde_json::to_vec(&Whole { header, sections })
        .map_err(|wrong| Error::format("the header of a file", 0, wrong))?;
    while !(16 + json.len()).is_multiple_of(8) {
        json.push(b' ');
    }
    let length = u32::try_from(json.len()).ok().filter(|&length| length as usize <= MOST_HEADER);
    let length = length.ok_or_else(|| Error::Limit {
        what: "bytes of the header of a file".into(),
        limit: MOST_HEADER as u64,
        asked: json.len() as u64,
    })?;
    let mut file = Vec::with_capacity(json.len() + 16 + offset as usize);
    file.extend_from_slice(&magic);
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(&crc32c(&json).to_le_bytes());
    file.extend_from_slice(&json);
    for (_, bytes) in parts {
        file.extend_from_slice(bytes);
        file.resize(file.len().next_multiple_of(8), 0);
    }
    Ok(file)
}

/// Sections by their names, and where they stand.
type Sections = Vec<(String, Range<usize>)>;

/// The header of the file `bytes` at `path`, and what stands where in it. Every checksum is compared.
///
/// # Errors
///
/// [`Error::Corrupt`] where it is no such file (`what` says what it should be), or was cut or altered.
pub(crate) fn read<H: DeserializeOwned>(
    path: &Path,
    magic: Magic,
    what: &str,
    bytes: &[u8],
) -> Result<(H, Sections)> {
    let corrupt = |offset: usize, reason: String| Error::Corrupt {
        path: path.to_owned(),
        offset: offset as u64,
        reason,
    };
    if bytes.first_chunk() != Some(&magic) {
        let magic = String::from_utf8_lossy(&magic).into_owned();
        return Err(corrupt(0, format!("expected \"{magic}\": this is no {what}")));
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
    let whole: Whole<H> = serde_json::from_slice(json)
        .map_err(|wrong| corrupt(16, format!("the header is not as expected: {wrong}")))?;
    let mut places = Vec::with_capacity(whole.sections.len());
    let mut at = body as u64;
    for section in whole.sections {
        let name = section.name;
        let start = section.offset.checked_add(body as u64).filter(|&start| start == at);
        let end = start.and_then(|start| start.checked_add(section.length));
        let padded = end.and_then(|end| end.checked_next_multiple_of(8));
        let padded = padded.filter(|&padded| padded <= bytes.len() as u64);
        let (Some(start), Some(end), Some(padded)) = (start, end, padded) else {
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
        at = padded;
        places.push((name, range));
    }
    if at != bytes.len() as u64 {
        let reason = format!("the file has {} bytes, expected {at}", bytes.len());
        return Err(corrupt(at as usize, reason));
    }
    Ok((whole.header, places))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
