//! MPEG audio, layer III: frames walked in the map, decoded by `symphonia`, without the delay and the
//! padding that an encoder says it has added.
//!
//! # Source
//!
//! ISO/IEC 11172-3:1993 and 13818-3:1998, clause 2.4.1; the LAME project, *Mp3 Info Tag revision 1*; ID3
//! tag version 2.4.0, section 3.1; APE tag version 2.

use symphonia::core::codecs::audio::well_known::CODEC_ID_MP3;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::MpaDecoder;

use super::{Packets, Planes, Points, Spec, guarded};
use crate::audio::reader::Format;
use crate::{Error, Result};

/// Samples by which every layer III decoder lags.
const DECODER: u64 = 529;

/// Bytes of an earlier frame that a frame may begin in.
const RESERVOIR: usize = 511;

/// Frames before a wanted one that may be needed: the smallest hold a few bytes of sound each.
const LEAD: usize = 120;

/// What a frame says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    rate: u32,
    channels: u16,
    /// Bytes of the frame, and of these the header and side information.
    length: usize,
    side: usize,
    /// Samples of each channel.
    block: u64,
}

impl Header {
    /// The layer III header that `bytes` begin with.
    fn of(bytes: &[u8]) -> Option<Self> {
        let &[0xFF, sync, rates, mode, ..] = bytes else { return None };
        if sync & 0xE6 != 0xE2 {
            return None;
        }
        let (is_first, divisor) = match sync >> 3 & 3 {
            3 => (true, 1),
            2 => (false, 2),
            0 => (false, 4),
            _ => return None,
        };
        const FIRST: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
        const SECOND: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        let table = if is_first { FIRST } else { SECOND };
        let bitrate = *table.get(usize::from(rates >> 4))? * 1000;
        let rate = *[44_100, 48_000, 32_000].get(usize::from(rates >> 2 & 3))? / divisor;
        if bitrate == 0 {
            return None;
        }
        let channels = if mode >> 6 == 3 { 1 } else { 2 };
        let block: u64 = if is_first { 1152 } else { 576 };
        let padding = u32::from(rates >> 1 & 1);
        let side = match (is_first, channels) {
            (true, 2) => 32,
            (true, _) | (false, 2) => 17,
            _ => 9,
        };
        let crc = if sync & 1 == 0 { 2 } else { 0 };
        let length = (block as u32 / 8 * bitrate / rate + padding) as usize;
        Some(Self { rate, channels, length, side: 4 + crc + side, block })
    }
}

/// Whether `bytes` begin with a frame, and with a second one after it or end there.
pub(super) fn is_frame(bytes: &[u8]) -> bool {
    Header::of(bytes).is_some_and(|header| {
        bytes.get(header.length..).is_none_or(|rest| {
            rest.len() < 4 || is_padding(rest) || tag(rest).is_some() || Header::of(rest).is_some()
        })
    })
}

/// The length that the tag claims with which `bytes` begin.
fn tag(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"ID3") {
        let &[_, _, _, _, _, flags, a, b, c, d] = bytes.first_chunk::<10>()?;
        let size = [a, b, c, d].iter().fold(0, |size, &part| size << 7 | usize::from(part & 0x7F));
        let footer = if flags & 0x10 != 0 { 10 } else { 0 };
        return Some(10 + size + footer);
    }
    if bytes.starts_with(b"TAG") {
        return Some(128);
    }
    if bytes.starts_with(b"APETAGEX") {
        let size = u32::from_le_bytes(*bytes.get(12..)?.first_chunk()?) as usize;
        let flags = u32::from_le_bytes(*bytes.get(20..)?.first_chunk()?);
        // The size leaves out the header.
        return Some(if flags & 1 << 29 != 0 { size.saturating_add(32) } else { 32 });
    }
    None
}

/// Whether `bytes` are zeros, with which files are filled up.
fn is_padding(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

/// The byte after the tags at the beginning of `bytes`, and the zeros that may follow one.
pub(super) fn after_tags(origin: &str, bytes: &[u8]) -> Result<usize> {
    let mut at = 0;
    while let Some(length) = bytes[at..].starts_with(b"ID3").then(|| tag(&bytes[at..])).flatten() {
        if length >= bytes.len() - at {
            let reason = format!(
                "a tag claims {length} bytes, the file has {}: no sound follows",
                bytes.len() - at
            );
            return Err(Error::format(origin, at as u64, reason));
        }
        at += length;
        at += bytes[at..].iter().take_while(|&&byte| byte == 0).count().min(bytes.len() - 1 - at);
    }
    Ok(at)
}

pub(super) struct Mp3 {
    decoder: MpaDecoder,
    header: Header,
    /// The byte of the first frame of sound.
    first: usize,
    /// Decoded samples that come before the sound.
    delay: u64,
    /// Frames of sound, where the file says so.
    frames: Option<u64>,
    /// The byte of the frame that is decoded next, and its first decoded sample.
    at: usize,
    position: u64,
    /// Sound up to this frame is not handed out.
    skip: u64,
    points: Points,
}

impl std::fmt::Debug for Mp3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mp3").field("header", &self.header).field("at", &self.at).finish()
    }
}

impl Mp3 {
    pub(super) fn open(origin: &str, bytes: &[u8], start: usize) -> Result<(Spec, Self)> {
        let header = Header::of(&bytes[start..])
            .ok_or_else(|| Error::format(origin, start as u64, "expected an MPEG frame"))?;
        let frame = &bytes[start..bytes.len().min(start + header.length)];
        let (mut first, mut delay, mut frames) = (start, 0, None);
        if let Some(info) = Info::of(frame, &header) {
            first += header.length;
            delay = info.delay;
            frames = info.blocks.map(|blocks| {
                (blocks * header.block).saturating_sub(delay).saturating_sub(info.padding)
            });
        }
        let mut parameters = AudioCodecParameters::new();
        parameters.for_codec(CODEC_ID_MP3);
        let options = AudioDecoderOptions::default().gapless(false);
        let decoder = guarded(origin, start, || MpaDecoder::try_new(&parameters, &options))?;
        let spec = Spec {
            format: Format::Mp3,
            rate: header.rate,
            channels: header.channels,
            bits: None,
            frames,
        };
        let mp3 = Self {
            decoder,
            header,
            first,
            delay,
            frames,
            at: first,
            position: 0,
            skip: 0,
            points: Points::default(),
        };
        Ok((spec, mp3))
    }

    /// The frame at `at`, or the byte after a tag there; `None` at the end.
    fn frame(&self, origin: &str, bytes: &[u8], at: &mut usize) -> Result<Option<Header>> {
        loop {
            let rest = &bytes[(*at).min(bytes.len())..];
            if let Some(header) = Header::of(rest) {
                if header.length > rest.len() {
                    let reason = format!(
                        "truncated: the MPEG frame at byte {at} has {} bytes, the file has {} of them",
                        header.length,
                        rest.len()
                    );
                    return Err(Error::format(origin, bytes.len() as u64, reason));
                }
                if (header.rate, header.channels) != (self.header.rate, self.header.channels) {
                    let reason = format!(
                        "the sound changes to {} Hz and {} channels",
                        header.rate, header.channels
                    );
                    return Err(Error::format(origin, *at as u64, reason));
                }
                return Ok(Some(header));
            }
            if is_padding(rest) {
                return Ok(None);
            }
            let Some(length) = tag(rest) else {
                let reason = format!(
                    "expected an MPEG frame, found \"{}\"",
                    rest[..rest.len().min(4)].escape_ascii()
                );
                return Err(Error::format(origin, *at as u64, reason));
            };
            if length > rest.len() {
                let reason =
                    format!("a tag claims {length} bytes, the file has {} more", rest.len());
                return Err(Error::format(origin, *at as u64, reason));
            }
            *at += length;
        }
    }

    /// The end of the sound was reached: whether it is all that was promised.
    fn finish(&self, origin: &str, bytes: &[u8]) -> Result<bool> {
        let there = self.position.saturating_sub(self.delay);
        match self.frames {
            // Padding that an encoder forgot to write is no loss.
            Some(frames) if there + 2 * self.header.block <= frames => {
                let reason = format!(
                    "truncated: the header promises {frames} frames, the file ends after {there}"
                );
                Err(Error::format(origin, bytes.len() as u64, reason))
            }
            _ => Ok(false),
        }
    }

    /// Decodes the frame at `self.at`, which has `header`.
    fn decode(
        &mut self,
        origin: &str,
        bytes: &[u8],
        header: Header,
        out: &mut Planes,
    ) -> Result<()> {
        let (at, channels) = (self.at, usize::from(self.header.channels));
        self.at += header.length;
        self.position += header.block;
        let data = &bytes[at..at + header.length];
        let packet = PacketRef::new(0, Timestamp::new(0), Duration::new(header.block), data);
        let decoder = &mut self.decoder;
        let before = out.frames();
        let fits =
            guarded(origin, at, || decoder.decode_ref(&packet).map(|d| out.append(&d, channels)))?;
        if !fits || (out.frames() - before) as u64 != header.block {
            return Err(Error::format(origin, at as u64, "the MPEG frame is damaged"));
        }
        Ok(())
    }
}

impl Packets for Mp3 {
    fn next(&mut self, origin: &str, bytes: &[u8], out: &mut Planes) -> Result<bool> {
        if self.frames.is_some_and(|frames| self.position >= self.delay + frames) {
            return Ok(false);
        }
        let mut at = self.at;
        let Some(header) = self.frame(origin, bytes, &mut at)? else {
            return self.finish(origin, bytes);
        };
        self.at = at;
        let start = self.position;
        self.decode(origin, bytes, header, out)?;
        let low = self.delay + self.skip;
        let high = self.frames.map_or(u64::MAX, |frames| self.delay + frames);
        let from = low.saturating_sub(start).min(header.block);
        let to = high.saturating_sub(start).min(header.block).max(from);
        if (from, to) != (0, header.block) {
            out.keep(from as usize..to as usize);
        }
        Ok(true)
    }

    fn seek(&mut self, origin: &str, bytes: &[u8], frame: u64) -> Result<u64> {
        let wanted = frame + self.delay;
        // The frame that holds the sample needs the two before it, the first of which begins in
        // the bytes of earlier ones: the last few frames are kept while going there.
        let mut recent = std::collections::VecDeque::with_capacity(LEAD + 1);
        let lead = self.header.block * LEAD as u64;
        let (mut position, mut at) =
            self.points.before(wanted.saturating_sub(lead)).unwrap_or((0, self.first));
        while let Some(header) = self.frame(origin, bytes, &mut at)? {
            recent.push_back((at, position, header));
            if recent.len() > LEAD {
                recent.pop_front();
            }
            if position + header.block > wanted {
                break;
            }
            at += header.length;
            position += header.block;
        }
        if position > wanted || recent.back().is_none_or(|last| last.1 + last.2.block <= wanted) {
            // Behind the last frame, or at its end.
            (self.at, self.position, self.skip) = (at, position, 0);
            return Ok(position.saturating_sub(self.delay));
        }
        let mut start = recent.len() - 1;
        let (mut whole, mut held) = (0, 0);
        while start > 0 && (whole < 2 || held < RESERVOIR) {
            start -= 1;
            whole += 1;
            let (_, _, header) = recent[start];
            if whole > 2 {
                held += header.length.saturating_sub(header.side);
            }
        }
        self.decoder.reset();
        (self.at, self.position, _) = recent[start];
        // Frames before the wanted one only fill the decoder; the first may miss what it begins in.
        let mut primed = Planes::default();
        for &(at, position, header) in recent.iter().skip(start) {
            if position + header.block > wanted {
                break;
            }
            self.at = at;
            primed.clear();
            let _ = self.decode(origin, bytes, header, &mut primed);
        }
        self.skip = frame;
        Ok(frame)
    }

    fn count(&mut self, origin: &str, bytes: &[u8]) -> Result<u64> {
        let (mut at, mut samples) = (self.first, 0);
        while let Some(header) = self.frame(origin, bytes, &mut at)? {
            at += header.length;
            samples += header.block;
        }
        Ok(samples.saturating_sub(self.delay))
    }

    fn byte(&self) -> usize {
        self.at
    }

    fn points(&mut self, origin: &str, bytes: &[u8]) -> Result<Points> {
        let (mut at, mut samples, mut due) = (self.first, 0, 0);
        let mut points = Points::default();
        while let Some(header) = self.frame(origin, bytes, &mut at)? {
            if samples >= due {
                points.list.push((samples, at as u64));
                due = samples + u64::from(header.rate);
            }
            at += header.length;
            samples += header.block;
        }
        Ok(points)
    }

    fn guide(&mut self, points: Points) {
        self.points = points;
    }
}

/// What an encoder says in a first frame without sound.
struct Info {
    /// MPEG frames of sound.
    blocks: Option<u64>,
    delay: u64,
    padding: u64,
}

impl Info {
    fn of(frame: &[u8], header: &Header) -> Option<Self> {
        let number = |at: usize| {
            frame.get(at..).and_then(|rest| rest.first_chunk()).map(|&b| u32::from_be_bytes(b))
        };
        if frame.get(36..40) == Some(b"VBRI") {
            return Some(Self { blocks: number(50).map(u64::from), delay: 0, padding: 0 });
        }
        // The checksum of a frame is not counted in its place.
        let crc = if frame[1] & 1 == 0 { 2 } else { 0 };
        let mut at = header.side - crc;
        if !matches!(frame.get(at..at + 4), Some(b"Xing" | b"Info")) {
            return None;
        }
        let flags = number(at + 4)?;
        at += 8;
        let blocks = if flags & 1 != 0 { Some(u64::from(number(at)?)) } else { None };
        at += [4, 4, 100, 4]
            .iter()
            .enumerate()
            .filter(|(bit, _)| flags >> bit & 1 != 0)
            .map(|(_, size)| size)
            .sum::<usize>();
        let (mut delay, mut padding) = (0, 0);
        if frame.get(at..).is_some_and(|name| {
            [&b"LAME"[..], b"Lavf", b"Lavc", b"L3.9"].iter().any(|known| name.starts_with(known))
        }) && let Some(&[a, b, c]) = frame.get(at + 21..).and_then(|rest| rest.first_chunk())
        {
            delay = u64::from(a) << 4 | u64::from(b) >> 4;
            padding = u64::from(b & 15) << 8 | u64::from(c);
            delay += DECODER;
            padding = padding.saturating_sub(DECODER);
        }
        Some(Self { blocks, delay, padding })
    }
}
