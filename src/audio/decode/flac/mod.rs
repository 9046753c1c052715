//! FLAC: frames found in the map by their checksums, decoded side by side, or one by one by `symphonia`.
//!
//! # Source
//!
//! RFC 9639, *Free Lossless Audio Codec*, sections 8 and 9.

mod header;
mod lanes;
mod predict;
mod spread;
mod subframe;
#[cfg(test)]
mod tests;

use symphonia::core::codecs::audio::well_known::CODEC_ID_FLAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::FlacDecoder;

use self::header::{Header, StreamInfo};
use self::lanes::{Form, Frame, LANES, decode, fits};
use super::crc::crc16;
use super::{Packets, Planes, Points, Spec, guarded};
use crate::audio::reader::Format;
use crate::{Error, Result};

/// Frames that are decoded side by side.
#[derive(Clone, Copy, Debug)]
struct Group {
    frames: [Frame; LANES],
    count: usize,
    form: Form,
}

impl Group {
    fn frames(&self) -> &[Frame] {
        &self.frames[..self.count]
    }

    /// Samples of a channel in all of them.
    fn samples(&self) -> usize {
        self.count * self.form.block
    }
}

pub(super) struct Flac {
    decoder: FlacDecoder,
    info: StreamInfo,
    /// The byte of the first frame.
    first: usize,
    /// The byte and the first sample of the frame that is read next.
    at: usize,
    position: u64,
    points: Points,
    /// Samples that are asked for, as far as it is known.
    wanted: u64,
    /// Frames that come next and cannot be decoded side by side.
    alone: usize,
}

impl std::fmt::Debug for Flac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flac").field("info", &self.info).field("at", &self.at).finish()
    }
}

impl Flac {
    pub(super) fn open(origin: &str, bytes: &[u8], start: usize) -> Result<(Spec, Self)> {
        let mut at = start + 4;
        let mut found = None;
        loop {
            let Some(&[kind, a, b, c]) = bytes.get(at..).and_then(|rest| rest.first_chunk()) else {
                let reason = "the file ends before its first frame";
                return Err(Error::format(origin, bytes.len() as u64, reason));
            };
            let length = u32::from_be_bytes([0, a, b, c]) as usize;
            let Some(body) = bytes.get(at + 4..at + 4 + length) else {
                let reason = format!(
                    "a block of metadata claims {length} bytes, the file has {} more",
                    bytes.len() - at - 4
                );
                return Err(Error::format(origin, at as u64, reason));
            };
            if kind & 0x7F == 0 && found.is_none() {
                found = Some((StreamInfo::of(origin, at, body)?, body));
            }
            at += 4 + length;
            if kind & 0x80 != 0 {
                break;
            }
        }
        let Some((info, body)) = found else {
            return Err(Error::format(origin, start as u64 + 4, "no stream information"));
        };
        let mut parameters = AudioCodecParameters::new();
        parameters.for_codec(CODEC_ID_FLAC).with_extra_data(Box::from(body));
        let options = AudioDecoderOptions::default();
        let decoder = guarded(origin, start, || FlacDecoder::try_new(&parameters, &options))?;
        let spec = Spec {
            format: Format::Flac,
            rate: info.rate,
            channels: info.channels,
            bits: Some(info.bits),
            frames: info.frames,
        };
        let points = Points::default();
        Ok((
            spec,
            Self { decoder, info, first: at, at, position: 0, points, wanted: u64::MAX, alone: 0 },
        ))
    }

    /// The frame at `at`, which must begin with the sample `start`.
    fn expect(&self, origin: &str, bytes: &[u8], at: usize, start: u64) -> Result<Header> {
        let Some(header) = self.info.header(&bytes[at..]) else {
            let reason = format!("expected the FLAC frame of sample {start}, found none");
            return Err(Error::format(origin, at as u64, reason));
        };
        if header.start != start {
            let reason = format!(
                "expected the FLAC frame of sample {start}, found that of {}",
                header.start
            );
            return Err(Error::format(origin, at as u64, reason));
        }
        Ok(header)
    }

    /// The byte after the frame at `at`: where the next frame begins, and the checksum of this one is right.
    fn end(&self, origin: &str, bytes: &[u8], at: usize, header: Header) -> Result<usize> {
        let next = header.start + header.block;
        // Even samples that are stored as they are take no more.
        let bits = usize::from(self.info.bits) + 1;
        let largest = header.block as usize * usize::from(self.info.channels) * bits / 8;
        let limit = bytes.len().min(at + header.length + largest + 4096);
        let (mut rest, mut summed) = (0, at);
        let search = at + header.length + 2;
        // All frames of a stream begin with the same two bytes.
        let found = bytes.get(search..limit).unwrap_or_default();
        for found in memchr::memmem::find_iter(found, &bytes[at..at + 2]) {
            let candidate = search + found;
            let follows = self.info.header(&bytes[candidate..]);
            if follows.is_some_and(|follows| follows.start == next) {
                rest = crc16(rest, &bytes[summed..candidate]);
                summed = candidate;
                if rest == 0 {
                    return Ok(candidate);
                }
            }
        }
        // The last frame ends with the file, or before a tag of 128 bytes.
        for tag in [0, 128] {
            let Some(end) = bytes.len().checked_sub(tag).filter(|&end| end > at + header.length)
            else {
                continue;
            };
            if end <= limit
                && (tag == 0 || bytes[end..].starts_with(b"TAG"))
                && crc16(0, &bytes[at..end]) == 0
            {
                return Ok(end);
            }
        }
        let (byte, reason) = if limit == bytes.len() {
            (
                limit,
                format!("truncated: the file ends in the FLAC frame of sample {}", header.start),
            )
        } else {
            let reason = format!("the FLAC frame of sample {} is damaged", header.start);
            (at, reason)
        };
        Err(Error::format(origin, byte as u64, reason))
    }

    /// The next frame and those behind it that can be decoded with it, as many as `wanted` samples take.
    fn group(&self, origin: &str, bytes: &[u8], wanted: u64) -> Result<Group> {
        let frame = |at, start| -> Result<(Header, Frame)> {
            let header = self.expect(origin, bytes, at, start)?;
            let end = self.end(origin, bytes, at, header)?;
            let (body, assignment) = (at + header.length, header.assignment);
            Ok((header, Frame { at, body, end, assignment }))
        };
        let (first, found) = frame(self.at, self.position)?;
        let form = Form {
            block: first.block as usize,
            channels: usize::from(self.info.channels),
            bits: self.info.bits.into(),
        };
        let (mut frames, mut count) = ([found; LANES], 1);
        // As many groups as it takes, all of a size.
        let wanted = if self.alone == 0 && fits(form) { wanted.max(1) } else { 1 };
        let most = wanted.div_ceil(first.block);
        let size = most.div_ceil(most.div_ceil(LANES as u64)) as usize;
        while count < size {
            let start = self.position + count as u64 * first.block;
            match frame(frames[count - 1].end, start) {
                Ok((header, found)) if header.block == first.block => frames[count] = found,
                // What is wrong with a frame is said when it comes first.
                _ => break,
            }
            count += 1;
        }
        Ok(Group { frames, count, form })
    }

    /// Takes what is behind the end off `out`, whose last frame comes before the position.
    fn cut(&self, out: &mut Planes) {
        let behind = self.position.saturating_sub(self.info.frames.unwrap_or(u64::MAX));
        if behind > 0 {
            out.keep(0..out.frames() - behind as usize);
        }
    }

    /// Whether nothing comes after the sample at `self.position`.
    fn is_over(&self, origin: &str, bytes: &[u8]) -> Result<bool> {
        let rest = &bytes[self.at.min(bytes.len())..];
        match self.info.frames {
            Some(frames) if self.position >= frames => Ok(true),
            Some(frames) if rest.is_empty() => {
                let reason = format!(
                    "truncated: the header promises {frames} frames, the file ends after {}",
                    self.position
                );
                Err(Error::format(origin, bytes.len() as u64, reason))
            }
            _ => Ok(rest.is_empty() || rest.len() == 128 && rest.starts_with(b"TAG")),
        }
    }

    /// The first header at or after `from` that begins between the two samples.
    fn find(&self, bytes: &[u8], from: usize, samples: (u64, u64)) -> Option<(usize, Header)> {
        let mut search = from;
        loop {
            let at = search + memchr::memchr(0xFF, bytes.get(search..)?)?;
            search = at + 1;
            if let Some(header) = self.info.header(&bytes[at..])
                && (samples.0..samples.1).contains(&header.start)
            {
                return Some((at, header));
            }
        }
    }
}

impl Packets for Flac {
    fn next(&mut self, origin: &str, bytes: &[u8], out: &mut Planes) -> Result<bool> {
        if self.is_over(origin, bytes)? {
            return Ok(false);
        }
        let group = self.group(origin, bytes, self.wanted)?;
        let Group { frames: [first, ..], form, .. } = group;
        if self.alone == 0 && fits(form) {
            let before = out.frames();
            let planes = out.of(form.channels);
            planes.iter_mut().for_each(|plane| plane.resize(before + group.samples(), 0.0));
            let mut parts: Vec<_> = planes.iter_mut().map(|plane| &mut plane[before..]).collect();
            if decode(bytes, group.frames(), form, 0, &mut parts, &mut []) {
                self.position += group.samples() as u64;
                self.at = group.frames[group.count - 1].end;
                self.cut(out);
                return Ok(true);
            }
            out.keep(0..before);
        }
        // None of the group is tried again.
        self.alone = self.alone.max(group.count) - 1;
        let packet = PacketRef::new(
            0,
            Timestamp::new(0),
            Duration::new(form.block as u64),
            &bytes[first.at..first.end],
        );
        let (decoder, channels) = (&mut self.decoder, usize::from(self.info.channels));
        let fits = guarded(origin, self.at, || {
            decoder.decode_ref(&packet).map(|d| out.append(&d, channels))
        })?;
        if !fits {
            let reason = "the FLAC frame has other channels than the stream";
            return Err(Error::format(origin, self.at as u64, reason));
        }
        self.position += form.block as u64;
        self.at = first.end;
        self.cut(out);
        Ok(true)
    }

    fn want(&mut self, frames: u64) {
        self.wanted = frames;
    }

    fn write(
        &mut self,
        origin: &str,
        bytes: &[u8],
        skip: u64,
        out: &mut [f32],
        rest: &mut Planes,
    ) -> Result<usize> {
        let few = u64::from(self.info.largest_block) * LANES as u64;
        let asked = skip + out.len() as u64;
        // Who reads on and on in small pieces is better served with blocks.
        if self.info.channels != 1
            || self.alone > 0
            || asked < self.wanted.min(few)
            || self.is_over(origin, bytes)?
        {
            return Ok(0);
        }
        let left = self.info.frames.map_or(u64::MAX, |frames| frames - self.position);
        let group = self.group(origin, bytes, asked.min(left))?;
        let samples = group.samples() as u64;
        let length = samples.min(left).min(asked).saturating_sub(skip) as usize;
        if length == 0 {
            return Ok(0);
        }
        // What a last frame has behind it is decoded with it.
        let (out, skip) = (&mut out[..length], skip as usize);
        let before = rest.frames();
        let [rest_plane] = rest.of(1) else { return Ok(0) };
        rest_plane.resize(before + group.samples().saturating_sub(skip + length), 0.0);
        let behind = &mut rest_plane[before..];
        if !decode(bytes, group.frames(), group.form, skip, &mut [out], behind) {
            rest_plane.truncate(before);
            return Ok(0);
        }
        self.position += samples;
        self.at = group.frames[group.count - 1].end;
        self.cut(rest);
        Ok(length)
    }

    fn seek(&mut self, origin: &str, bytes: &[u8], frame: u64) -> Result<u64> {
        (self.position, self.at) = self.points.before(frame).unwrap_or((0, self.first));
        // Narrow the bytes between a frame before and one behind, then go frame by frame.
        let near = u64::from(self.info.largest_block) * 4;
        let (mut low, mut high) = (self.at, bytes.len());
        let mut last = self.points.after(frame).map(|(sample, byte)| {
            high = byte;
            sample
        });
        let mut turn = 0;
        while frame - self.position > near && high.saturating_sub(low) > 1 << 15 {
            // Where frames of one length would have it, two frames before; each third time in the middle.
            let behind = last.or(self.info.frames).unwrap_or(u64::MAX).max(frame + 1);
            turn += 1;
            let part = if turn % 3 == 0 || behind == u64::MAX {
                0.5
            } else {
                (frame - self.position - near / 2) as f64 / (behind - self.position) as f64
            };
            let middle = low + ((high - low) as f64 * part) as usize;
            let range = (self.position + 1, last.unwrap_or(u64::MAX));
            match self.find(&bytes[..high], middle, range) {
                Some((at, header)) if header.start <= frame => {
                    (low, self.at, self.position) = (at, at, header.start);
                }
                Some((_, header)) => {
                    high = middle;
                    last = Some(header.start);
                }
                None => high = middle,
            }
        }
        let (found, mut is_sure) = (self.at, self.position == 0);
        loop {
            let stepped = (|| {
                if self.is_over(origin, bytes)? {
                    return Ok(None);
                }
                let header = self.expect(origin, bytes, self.at, self.position)?;
                if header.start + header.block > frame {
                    return Ok(None);
                }
                Ok(Some((header, self.end(origin, bytes, self.at, header)?)))
            })();
            match stepped {
                Ok(None) => return Ok(self.position),
                Ok(Some((header, end))) => {
                    self.at = end;
                    self.position = header.start + header.block;
                }
                // What looked like a frame was none: then from the first on.
                Err(_) if self.at == found && !is_sure => {
                    (self.position, self.at) = (0, self.first);
                    is_sure = true;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn count(&mut self, origin: &str, bytes: &[u8]) -> Result<u64> {
        let (at, position) = (self.at, self.position);
        (self.at, self.position) = (self.first, 0);
        while !self.is_over(origin, bytes)? {
            let header = self.expect(origin, bytes, self.at, self.position)?;
            self.at = self.end(origin, bytes, self.at, header)?;
            self.position += header.block;
        }
        let frames = self.position;
        (self.at, self.position) = (at, position);
        Ok(frames)
    }

    fn byte(&self) -> usize {
        self.at
    }

    fn points(&mut self, origin: &str, bytes: &[u8]) -> Result<Points> {
        let before = (self.at, self.position);
        (self.at, self.position) = (self.first, 0);
        let (mut points, mut due) = (Points::default(), 0);
        while !self.is_over(origin, bytes)? {
            if self.position >= due {
                points.list.push((self.position, self.at as u64));
                due = self.position + u64::from(self.info.rate);
            }
            let header = self.expect(origin, bytes, self.at, self.position)?;
            self.at = self.end(origin, bytes, self.at, header)?;
            self.position += header.block;
        }
        (self.at, self.position) = before;
        Ok(points)
    }

    fn guide(&mut self, points: Points) {
        self.points = points;
    }
}
