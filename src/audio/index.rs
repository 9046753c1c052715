//! Where in a file sound is found, so that slices need no search.

use super::decode::Points;
use super::decode::crc::crc32;
use crate::{Error, Result};

/// The places of a file of sound, about a second apart; see [`Reader::index`](super::Reader::index).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeekIndex {
    /// Bytes of the file, and a checksum of its two ends.
    length: u64,
    ends: u32,
    points: Points,
}

/// What the bytes of an index begin with; the digit is the version of the format.
const MAGIC: [u8; 8] = *b"SKSEEK1\n";

/// Bytes at each end that tell one file from another.
const END: usize = 4096;

fn ends(bytes: &[u8]) -> u32 {
    let end = bytes.len().min(END);
    crc32(crc32(0, &bytes[..end]), &bytes[bytes.len() - end..])
}

impl SeekIndex {
    pub(super) fn new(bytes: &[u8], points: Points) -> Self {
        Self { length: bytes.len() as u64, ends: ends(bytes), points }
    }

    /// The points, where they are those of `bytes`.
    pub(super) fn points(&self, origin: &str, bytes: &[u8]) -> Result<Points> {
        if (self.length, self.ends) != (bytes.len() as u64, ends(bytes)) {
            let requirement = format!("that of {origin}");
            return Err(Error::argument("index", requirement, "that of another file"));
        }
        Ok(self.points.clone())
    }

    /// The index as bytes, to be kept.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(self.ends.to_le_bytes());
        for (frame, byte) in &self.points.list {
            bytes.extend(frame.to_le_bytes());
            bytes.extend(byte.to_le_bytes());
        }
        bytes.extend(crc32(0, &bytes).to_le_bytes());
        bytes
    }

    /// An index from the bytes that [`to_bytes`](Self::to_bytes) gave; errors call them `origin`.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] where they are no index, or not as they were written.
    pub fn from_bytes(origin: &str, bytes: &[u8]) -> Result<Self> {
        let wrong = |at: usize, reason: &str| Error::format(origin, at as u64, reason);
        let body = bytes
            .strip_prefix(&MAGIC)
            .ok_or_else(|| wrong(0, "no index of sound that this version reads"))?;
        let (Some((points, sum)), Some(head)) =
            (body.split_last_chunk::<4>(), body.first_chunk::<12>())
        else {
            return Err(wrong(bytes.len(), "the index of sound ends in its header"));
        };
        if crc32(0, &bytes[..bytes.len() - 4]) != u32::from_le_bytes(*sum) {
            return Err(wrong(bytes.len() - 4, "the checksum of the index of sound is wrong"));
        }
        let length = u64::from_le_bytes(head[..8].try_into().expect("eight bytes"));
        let ends = u32::from_le_bytes(head[8..].try_into().expect("four bytes"));
        let (pairs, rest) = points.get(12..).unwrap_or_default().as_chunks::<16>();
        let list: Vec<(u64, u64)> = pairs
            .iter()
            .map(|pair| {
                let number = |at: usize| pair[at..at + 8].try_into().expect("eight bytes");
                (u64::from_le_bytes(number(0)), u64::from_le_bytes(number(8)))
            })
            .collect();
        let rises = list.is_sorted_by(|a, b| a.0 <= b.0 && a.1 <= b.1)
            && list.iter().all(|point| point.1 < length);
        if !rest.is_empty() || !rises {
            return Err(wrong(MAGIC.len(), "the places of the index of sound are out of order"));
        }
        Ok(Self { length, ends, points: Points { list } })
    }
}
