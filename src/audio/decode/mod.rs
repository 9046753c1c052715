//! The formats: each finds its packets in the mapped bytes, and has a decoder make blocks of them.

mod aac;
pub(super) mod crc;
mod flac;
mod mp3;
mod ogg;
mod opus;
mod pcm;
pub(super) mod riff;
mod vorbis;

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use symphonia::core::audio::{Audio as _, GenericAudioBufferRef};

pub(super) use pcm::Encoding;

use super::reader::{Channel, Format};
use crate::io::Mapped;
use crate::{Error, Result};

/// The bytes of a file.
#[derive(Debug)]
pub(super) enum Bytes {
    Mapped(Mapped),
    Owned(Vec<u8>),
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_ref()
    }
}

/// What a header says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    pub(super) format: Format,
    pub(super) rate: u32,
    pub(super) channels: u16,
    pub(super) bits: Option<u16>,
    /// `None` where it has to be counted.
    pub(super) frames: Option<u64>,
}

/// Highest rate that is believed, in frames a second.
pub(super) const FASTEST: u32 = 10_000_000;

/// Decoded samples, a vector for each channel.
#[derive(Debug, Default)]
pub(super) struct Planes {
    planes: Vec<Vec<f32>>,
}

impl Planes {
    pub(super) fn frames(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }

    pub(super) fn planes(&self) -> &[Vec<f32>] {
        &self.planes
    }

    pub(super) fn clear(&mut self) {
        self.planes.iter_mut().for_each(Vec::clear);
    }

    /// The vectors of `channels` channels, to append to.
    pub(super) fn of(&mut self, channels: usize) -> &mut [Vec<f32>] {
        self.planes.resize_with(channels, Vec::new);
        &mut self.planes
    }

    /// Keeps only the frames of `range`.
    pub(super) fn keep(&mut self, range: std::ops::Range<usize>) {
        for plane in &mut self.planes {
            plane.truncate(range.end);
            plane.drain(..range.start.min(plane.len()));
        }
    }

    /// Writes the frames from `start` on to `out`.
    pub(super) fn mix(&self, channel: Channel, start: usize, out: &mut [f32]) {
        match channel {
            Channel::Only(number) => {
                let plane = &self.planes[usize::from(number)];
                out.copy_from_slice(&plane[start..start + out.len()]);
            }
            Channel::Mix => {
                out.copy_from_slice(&self.planes[0][start..start + out.len()]);
                if self.planes.len() == 1 {
                    return;
                }
                for plane in &self.planes[1..] {
                    for (sum, sample) in out.iter_mut().zip(&plane[start..]) {
                        *sum += sample;
                    }
                }
                let part = 1.0 / self.planes.len() as f32;
                out.iter_mut().for_each(|sample| *sample *= part);
            }
        }
    }

    /// Appends what a decoder gave; whether it has `channels` channels.
    fn append(&mut self, decoded: &GenericAudioBufferRef<'_>, channels: usize) -> bool {
        if decoded.num_planes() != channels {
            return false;
        }
        let planes = self.of(channels);
        for (at, to) in planes.iter_mut().enumerate() {
            match decoded {
                GenericAudioBufferRef::F32(buffer) => {
                    to.extend_from_slice(buffer.plane(at).unwrap_or_default());
                }
                GenericAudioBufferRef::S32(buffer) => {
                    let plane = buffer.plane(at).unwrap_or_default();
                    to.extend(plane.iter().map(|&sample| sample as f32 * (1.0 / 2_147_483_648.0)));
                }
                _ => return false,
            }
        }
        true
    }
}

/// Places in a file, in order: a frame and the byte from which it is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Points {
    pub(super) list: Vec<(u64, u64)>,
}

impl Points {
    /// The last place at or before `frame`.
    fn before(&self, frame: u64) -> Option<(u64, usize)> {
        let after = self.list.partition_point(|point| point.0 <= frame);
        let &(frame, byte) = self.list.get(after.checked_sub(1)?)?;
        Some((frame, byte as usize))
    }

    /// The first place behind `frame`.
    fn after(&self, frame: u64) -> Option<(u64, usize)> {
        let after = self.list.partition_point(|point| point.0 <= frame);
        self.list.get(after).map(|&(frame, byte)| (frame, byte as usize))
    }
}

/// Packets of one file, decoded in turn.
pub(super) trait Packets: std::fmt::Debug + Send + Sync {
    /// Appends the next block of sound to `out`, which may be none; `false` at the end.
    fn next(&mut self, origin: &str, bytes: &[u8], out: &mut Planes) -> Result<bool>;
    /// Says how many frames are wanted of the next blocks: who decodes many at once need not decode more.
    fn want(&mut self, _frames: u64) {}
    /// Writes the next frames of the only channel to `out`, without the first `skip`, where that is less work than making blocks of
    /// them; how many. What follows of the last one's block is appended to `rest`. None where blocks are the way.
    fn write(
        &mut self,
        _origin: &str,
        _bytes: &[u8],
        _skip: u64,
        _out: &mut [f32],
        _rest: &mut Planes,
    ) -> Result<usize> {
        Ok(0)
    }
    /// Goes to a place from which `next` gives `frame`, and says which frame it gives first.
    fn seek(&mut self, origin: &str, bytes: &[u8], frame: u64) -> Result<u64>;
    /// Counts the frames.
    fn count(&mut self, origin: &str, bytes: &[u8]) -> Result<u64>;
    /// The byte that is read next.
    fn byte(&self) -> usize;
    /// Places about a second apart, found by walking the whole file without decoding it.
    fn points(&mut self, origin: &str, bytes: &[u8]) -> Result<Points>;
    /// Seeks by way of these places from now on.
    fn guide(&mut self, points: Points);
}

/// Where blocks come from.
#[derive(Debug)]
pub(super) enum Source {
    Wav(riff::Wav),
    Packets(Box<dyn Packets>),
}

impl Source {
    pub(super) fn next(&mut self, origin: &str, bytes: &[u8], out: &mut Planes) -> Result<bool> {
        match self {
            Self::Wav(wav) => wav.next(origin, bytes, out),
            // An empty block (what a codec primes with) is not the end.
            Self::Packets(packets) => loop {
                let more = packets.next(origin, bytes, out)?;
                if !more || out.frames() > 0 {
                    return Ok(out.frames() > 0);
                }
            },
        }
    }

    pub(super) fn want(&mut self, frames: u64) {
        if let Self::Packets(packets) = self {
            packets.want(frames);
        }
    }

    /// [`Packets::write`].
    pub(super) fn write(
        &mut self,
        origin: &str,
        bytes: &[u8],
        skip: u64,
        out: &mut [f32],
        rest: &mut Planes,
    ) -> Result<usize> {
        match self {
            Self::Wav(_) => Ok(0),
            Self::Packets(packets) => packets.write(origin, bytes, skip, out, rest),
        }
    }

    pub(super) fn seek(&mut self, origin: &str, bytes: &[u8], frame: u64) -> Result<u64> {
        match self {
            Self::Wav(wav) => Ok(wav.seek(frame)),
            Self::Packets(packets) => packets.seek(origin, bytes, frame),
        }
    }

    pub(super) fn count(&mut self, origin: &str, bytes: &[u8]) -> Result<u64> {
        match self {
            Self::Wav(wav) => Ok(wav.frames()),
            Self::Packets(packets) => packets.count(origin, bytes),
        }
    }

    pub(super) fn byte(&self) -> usize {
        match self {
            Self::Wav(wav) => wav.byte(),
            Self::Packets(packets) => packets.byte(),
        }
    }

    pub(super) fn points(&mut self, origin: &str, bytes: &[u8]) -> Result<Points> {
        match self {
            Self::Wav(_) => Ok(Points::default()),
            Self::Packets(packets) => packets.points(origin, bytes),
        }
    }

    pub(super) fn guide(&mut self, points: Points) {
        if let Self::Packets(packets) = self {
            packets.guide(points);
        }
    }

    /// The most frames that are believed before they were decoded.
    pub(super) fn most(&self, bytes: &[u8]) -> u64 {
        match self {
            Self::Wav(wav) => wav.frames(),
            // A frame takes a thirtieth of a bit, or more, in all but digital silence.
            Self::Packets(_) => (bytes.len() as u64).saturating_mul(256),
        }
    }
}

/// What the bytes are, and how they are read.
pub(super) fn open(origin: &str, bytes: &Arc<Bytes>) -> Result<(Spec, Source)> {
    let packets = |spec, packets: Box<dyn Packets>| Ok((spec, Source::Packets(packets)));
    let all: &[u8] = bytes;
    if all.is_empty() {
        return Err(Error::format(origin, 0, "the file is empty, expected sound"));
    }
    // A tag may stand before MPEG frames and, against the rules, before FLAC.
    let start = mp3::after_tags(origin, all)?;
    let head = &all[start..];
    if riff::is_wav(head) && start == 0 {
        let wav = riff::Wav::open(origin, all)?;
        return Ok((wav.spec(), Source::Wav(wav)));
    }
    if head.starts_with(b"fLaC") {
        let (spec, flac) = flac::Flac::open(origin, all, start)?;
        return packets(spec, Box::new(flac));
    }
    if head.starts_with(b"OggS") && start == 0 {
        let (spec, source) = ogg::open(origin, all)?;
        return packets(spec, source);
    }
    if head.get(4..8) == Some(b"ftyp") && start == 0 || aac::is_adts(head) {
        let (spec, aac) = aac::Aac::open(origin, bytes, start)?;
        return packets(spec, Box::new(aac));
    }
    if mp3::is_frame(head) {
        let (spec, mp3) = mp3::Mp3::open(origin, all, start)?;
        return packets(spec, Box::new(mp3));
    }
    let begins = head[..head.len().min(4)].escape_ascii();
    let reason = format!(
        "no sound that is read: begins with \"{begins}\", expected WAV, FLAC, MP3, Ogg, MP4 or AAC"
    );
    Err(Error::format(origin, start as u64, reason))
}

/// Runs a decoder over the packet at `byte`. Decoders are not trusted: one that panics has
/// found damage.
fn guarded<R, E: Display>(
    origin: &str,
    byte: usize,
    work: impl FnOnce() -> Result<R, E>,
) -> Result<R> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(wrong)) => Err(Error::format(origin, byte as u64, wrong)),
        Err(_) => Err(Error::format(origin, byte as u64, "the decoder gave up on these bytes")),
    }
}
