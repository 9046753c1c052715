//! What a stream of FLAC says of itself, and what a frame does.
//!
//! # Source
//!
//! RFC 9639, *Free Lossless Audio Codec*, sections 8.2 and 9.1.

use super::super::crc::crc8;
use crate::{Error, Result};

/// What the stream says of all its frames.
#[derive(Clone, Copy, Debug)]
pub(super) struct StreamInfo {
    pub(super) largest_block: u32,
    pub(super) rate: u32,
    pub(super) channels: u16,
    pub(super) bits: u16,
    pub(super) frames: Option<u64>,
}

/// What a frame says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The first sample.
    pub(super) start: u64,
    /// Samples of each channel.
    pub(super) block: u64,
    /// How the channels are stored.
    pub(super) assignment: u8,
    /// Bytes of the header, its checksum included.
    pub(super) length: usize,
}

impl StreamInfo {
    pub(super) fn of(origin: &str, at: usize, body: &[u8]) -> Result<Self> {
        let wrong = |reason: &str| Err(Error::format(origin, at as u64, reason));
        let Some(b) = body.first_chunk::<34>() else {
            return wrong("stream information has 34 bytes, this has fewer");
        };
        let packed = u64::from_be_bytes(b[10..18].try_into().expect("eight bytes"));
        let rate = (packed >> 44) as u32;
        if rate == 0 {
            return wrong("a rate of 0");
        }
        let frames = packed & 0xF_FFFF_FFFF;
        Ok(Self {
            largest_block: u32::from(u16::from_be_bytes([b[2], b[3]])),
            rate,
            channels: (packed >> 41 & 7) as u16 + 1,
            bits: (packed >> 36 & 31) as u16 + 1,
            frames: (frames > 0).then_some(frames),
        })
    }

    /// The frame header that `bytes` begin with, where they do and it belongs to this stream.
    pub(super) fn header(&self, bytes: &[u8]) -> Option<Header> {
        let &[0xFF, sync, sizes, kinds, ..] = bytes else { return None };
        if sync & 0xFE != 0xF8 || kinds & 1 != 0 {
            return None;
        }
        let channels = match kinds >> 4 {
            channels @ 0..=7 => u16::from(channels) + 1,
            8..=10 => 2,
            _ => return None,
        };
        let bits = match kinds >> 1 & 7 {
            0 => self.bits,
            1 => 8,
            2 => 12,
            4 => 16,
            5 => 20,
            6 => 24,
            7 => 32,
            _ => return None,
        };
        if channels != self.channels || bits != self.bits {
            return None;
        }
        let mut at = 4;
        let number = {
            let lead = *bytes.get(at)?;
            at += 1;
            let more = match lead.leading_ones() {
                0 => 0,
                ones @ 2..=7 => ones as usize - 1,
                _ => return None,
            };
            let mut number = u64::from(lead) & (0x7F >> lead.leading_ones().min(7));
            for &byte in bytes.get(at..at + more)? {
                if byte & 0xC0 != 0x80 {
                    return None;
                }
                number = number << 6 | u64::from(byte & 0x3F);
            }
            at += more;
            number
        };
        let block = match sizes >> 4 {
            1 => 192,
            power @ 2..=5 => 576 << (power - 2),
            6 => {
                at += 1;
                u32::from(*bytes.get(at - 1)?) + 1
            }
            7 => {
                at += 2;
                u32::from(u16::from_be_bytes([*bytes.get(at - 2)?, *bytes.get(at - 1)?])) + 1
            }
            power @ 8..=15 => 256 << (power - 8),
            _ => return None,
        };
        at += match sizes & 15 {
            12 => 1,
            13 | 14 => 2,
            15 => return None,
            _ => 0,
        };
        let checksum = *bytes.get(at)?;
        if crc8(&bytes[..at]) != checksum || block > self.largest_block {
            return None;
        }
        // Blocks of one size are numbered, others say their first sample.
        let start = match sync & 1 {
            0 => number.checked_mul(u64::from(self.largest_block))?,
            _ => number,
        };
        start.checked_add(u64::from(block))?;
        Some(Header { start, block: u64::from(block), assignment: kinds >> 4, length: at + 1 })
    }
}
