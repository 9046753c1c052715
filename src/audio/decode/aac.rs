//! AAC in MP4 and in ADTS frames, read and decoded by `symphonia`.
//!
//! # Source
//!
//! ISO/IEC 14496-12:2015, sections 8.4.2 and 8.6.6 (edit lists); ISO/IEC 13818-7, section 6.2 (ADTS).

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::formats::probe::ProbeableFormat;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::units::Timestamp;
use symphonia::default::codecs::AacDecoder;
use symphonia::default::formats::{AdtsReader, IsoMp4Reader};

use super::{Bytes, Packets, Planes, Points, Spec, guarded};
use crate::audio::reader::Format;
use crate::{Error, Result};

/// Frames of one packet of AAC.
const PACKET: u64 = 1024;

/// The bytes of a file, for a reader that wants a stream; says how far it was read.
struct Shared {
    bytes: Cursor<View>,
    at: Arc<AtomicU64>,
}

struct View(Arc<Bytes>, usize);

impl AsRef<[u8]> for View {
    fn as_ref(&self) -> &[u8] {
        &self.0[self.1..]
    }
}

impl Read for Shared {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = self.bytes.read(out)?;
        self.at.store(self.bytes.position(), Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = self.bytes.seek(to)?;
        self.at.store(at, Ordering::Relaxed);
        Ok(at)
    }
}

impl MediaSource for Shared {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.bytes.get_ref().as_ref().len() as u64)
    }
}

pub(super) struct Aac {
    format: Box<dyn FormatReader>,
    decoder: AacDecoder,
    track: u32,
    channels: usize,
    /// Decoded frames that come before the sound.
    delay: u64,
    frames: Option<u64>,
    /// The decoded frame that comes next.
    position: u64,
    /// Sound up to this decoded frame is not handed out.
    from: u64,
    start: usize,
    at: Arc<AtomicU64>,
}

impl std::fmt::Debug for Aac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aac").field("channels", &self.channels).finish_non_exhaustive()
    }
}

/// Whether `bytes` begin with an ADTS frame, and with a second after it or end there.
pub(super) fn is_adts(bytes: &[u8]) -> bool {
    let header = |b: &[u8]| match b {
        &[0xFF, sync, _, a, b, c, ..] if sync & 0xF6 == 0xF0 => {
            Some(usize::from(a & 3) << 11 | usize::from(b) << 3 | usize::from(c >> 5))
        }
        _ => None,
    };
    header(bytes).is_some_and(|length| {
        length > 7
            && bytes.get(length..).is_none_or(|rest| rest.len() < 7 || header(rest).is_some())
    })
}

impl Aac {
    pub(super) fn open(origin: &str, bytes: &Arc<Bytes>, start: usize) -> Result<(Spec, Self)> {
        let at = Arc::new(AtomicU64::new(0));
        let shared = Shared { bytes: Cursor::new(View(bytes.clone(), start)), at: at.clone() };
        let options = MediaSourceStreamOptions::default();
        let mut stream = MediaSourceStream::new(Box::new(shared), options);
        let is_mp4 = bytes.get(4..8) == Some(b"ftyp");
        let format = guarded(origin, start, || {
            if is_mp4 {
                // The reader expects to come after the length of the first box.
                std::io::copy(&mut (&mut stream).take(4), &mut std::io::sink())?;
                IsoMp4Reader::try_probe_new(stream, FormatOptions::default())
            } else {
                AdtsReader::try_probe_new(stream, FormatOptions::default())
            }
        })?;
        let wrong = |reason: &str| Error::format(origin, start as u64, reason);
        let track = format
            .tracks()
            .iter()
            .find_map(|track| match &track.codec_params {
                Some(CodecParameters::Audio(audio)) if audio.codec == CODEC_ID_AAC => {
                    Some((track, audio))
                }
                _ => None,
            })
            .ok_or_else(|| wrong("MP4 without AAC is not read"))?;
        let (track, audio) = track;
        let options = AudioDecoderOptions::default().gapless(false);
        let decoder = guarded(origin, start, || AacDecoder::try_new(audio, &options))?;
        let edit = if is_mp4 { Edit::of(bytes) } else { Edit::default() };
        let rate = audio.sample_rate.ok_or_else(|| wrong("AAC without a rate"))?;
        let channels = audio.channels.as_ref().map_or(0, |channels| channels.count());
        if rate == 0 || !(1..=64).contains(&channels) {
            return Err(wrong("AAC of no channels or a rate of 0"));
        }
        let frames = match track.num_frames.or(track.duration.map(|duration| duration.get())) {
            Some(frames) if is_mp4 => Some(edit.length(frames, rate)),
            _ => None,
        };
        let id = track.id;
        let spec =
            Spec { format: Format::Aac, rate, channels: channels as u16, bits: None, frames };
        let delay = edit.skipped;
        let aac = Self {
            format,
            decoder,
            track: id,
            channels,
            delay,
            frames,
            position: 0,
            from: delay,
            start,
            at,
        };
        Ok((spec, aac))
    }
}

impl Packets for Aac {
    fn next(&mut self, origin: &str, bytes: &[u8], out: &mut Planes) -> Result<bool> {
        let end = self.frames.map_or(u64::MAX, |frames| self.delay + frames);
        if self.position >= end {
            return Ok(false);
        }
        let byte = self.byte();
        let format = &mut self.format;
        let packet = match guarded(origin, byte, || format.next_packet())? {
            Some(packet) if packet.track_id == self.track => packet,
            Some(_) => return Ok(true),
            None => {
                // A packet less is within what edit lists round.
                return match self.frames {
                    Some(_) if self.position + PACKET < end => {
                        let reason = format!(
                            "truncated: the header promises {} frames, the file ends after {}",
                            end - self.delay,
                            self.position.saturating_sub(self.delay)
                        );
                        Err(Error::format(origin, bytes.len() as u64, reason))
                    }
                    _ => Ok(false),
                };
            }
        };
        let (decoder, channels) = (&mut self.decoder, self.channels);
        let fits =
            guarded(origin, byte, || decoder.decode(&packet).map(|d| out.append(&d, channels)))?;
        if !fits {
            return Err(Error::format(origin, byte as u64, "AAC changed its channels"));
        }
        let decoded = out.frames() as u64;
        let from = self.from.saturating_sub(self.position).min(decoded);
        let to = end.saturating_sub(self.position).min(decoded).max(from);
        self.position += decoded;
        if (from, to) != (0, decoded) {
            out.keep(from as usize..to as usize);
        }
        Ok(true)
    }

    fn seek(&mut self, origin: &str, _: &[u8], frame: u64) -> Result<u64> {
        let wanted = frame + self.delay;
        // A packet overlaps with the one before; that one's window may depend on another.
        let early = wanted.saturating_sub(4 * PACKET);
        let to = SeekTo::Timestamp {
            ts: Timestamp::new(i64::try_from(early).unwrap_or(i64::MAX)),
            track_id: self.track,
        };
        let (format, byte) = (&mut self.format, self.start);
        let there = guarded(origin, byte, || format.seek(SeekMode::Accurate, to))?;
        self.decoder.reset();
        self.position = u64::try_from(there.actual_ts.get()).unwrap_or(0);
        self.from = if early == 0 { 0 } else { self.position + 2 * PACKET };
        self.from = self.from.clamp(self.delay, wanted);
        Ok(self.from - self.delay)
    }

    fn count(&mut self, origin: &str, bytes: &[u8]) -> Result<u64> {
        self.seek(origin, bytes, 0)?;
        let (mut block, mut frames) = (Planes::default(), 0);
        while self.next(origin, bytes, &mut block)? {
            frames += block.frames() as u64;
            block.clear();
        }
        self.seek(origin, bytes, 0)?;
        Ok(frames)
    }

    fn byte(&self) -> usize {
        self.start + self.at.load(Ordering::Relaxed) as usize
    }

    /// MP4 has an index of its own.
    fn points(&mut self, _: &str, _: &[u8]) -> Result<Points> {
        Ok(Points::default())
    }

    fn guide(&mut self, _: Points) {}
}

/// What an edit list says of the sound: where it begins and how long it is.
#[derive(Default)]
struct Edit {
    skipped: u64,
    /// In ticks, of which so many make a second.
    shown: Option<(u64, u32)>,
}

impl Edit {
    /// The first edit of the first track with sound.
    fn of(bytes: &[u8]) -> Self {
        let Some(movie) = child(bytes, b"moov") else { return Self::default() };
        let ticks = child(movie, b"mvhd").and_then(|head| {
            let at = if head.first() == Some(&1) { 20 } else { 12 };
            head.get(at..)?.first_chunk().map(|&four| u32::from_be_bytes(four))
        });
        let mut rest = movie;
        while let Some((name, body, after)) = first(rest) {
            rest = after;
            let sound = || {
                let handler = child(child(body, b"mdia")?, b"hdlr")?;
                (handler.get(8..12)? == b"soun").then_some(())
            };
            if name != b"trak" || sound().is_none() {
                continue;
            }
            let Some(list) = child(body, b"edts").and_then(|edits| child(edits, b"elst")) else {
                break;
            };
            let eight = |at: usize| {
                list.get(at..).and_then(|b| b.first_chunk()).map(|&b| u64::from_be_bytes(b))
            };
            let four = |at: usize| {
                list.get(at..)
                    .and_then(|b| b.first_chunk())
                    .map(|&b| u64::from(u32::from_be_bytes(b)))
            };
            let entry = match list.first() {
                Some(1) => eight(8).zip(eight(16)),
                _ => four(8).zip(four(12)),
            };
            // Media time -1 is a pause before the sound, not a part of it.
            if let Some((shown, from)) = entry
                && from < 1 << 31
            {
                let shown = ticks.filter(|&ticks| ticks > 0).map(|ticks| (shown, ticks));
                return Self { skipped: from, shown };
            }
            break;
        }
        Self::default()
    }

    /// The frames that are shown of `there`.
    fn length(&self, there: u64, rate: u32) -> u64 {
        let rest = there.saturating_sub(self.skipped);
        let Some((shown, ticks)) = self.shown.filter(|&(shown, _)| shown > 0) else { return rest };
        // A tick may be longer than a frame: a length within one of the rest is the rest.
        let tick = u64::from(rate.div_ceil(ticks));
        let said = u128::from(shown) * u128::from(rate) / u128::from(ticks);
        let said = u64::try_from(said).unwrap_or(u64::MAX);
        if said.saturating_add(tick) >= rest { rest } else { said }
    }
}

/// The first box of `bytes`: its name, what it holds, and what comes after.
fn first(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let size = u64::from(u32::from_be_bytes(*bytes.first_chunk()?));
    let name = bytes.get(4..8)?;
    let (head, size) = match size {
        0 => (8, bytes.len() as u64),
        1 => (16, u64::from_be_bytes(*bytes.get(8..)?.first_chunk()?)),
        size => (8, size),
    };
    let size = usize::try_from(size).ok()?;
    Some((name, bytes.get(head..size)?, &bytes[size..]))
}

/// What the box `name` in `bytes` holds.
fn child<'b>(bytes: &'b [u8], name: &[u8; 4]) -> Option<&'b [u8]> {
    let mut rest = bytes;
    while let Some((found, body, after)) = first(rest) {
        if found == name {
            return Some(body);
        }
        rest = after;
    }
    None
}
