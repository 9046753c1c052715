//! The chunks of RIFF WAVE, RF64 and Sony Wave64, and their samples.
//!
//! The chunks are walked here, so that a damaged file is told with its byte; the format chunk is read
//! by `hound`, the samples are converted in bulk.

use std::io::Read as _;
use std::ops::Range;

use super::pcm::{Encoding, convert};
use super::{FASTEST, Planes, Spec};
use crate::audio::reader::{Channel, Format};
use crate::{Error, Result};

/// What a program writes as the length that it cannot know yet, because it writes to a pipe.
const UNKNOWN: u64 = u32::MAX as u64;

/// The last twelve bytes of Wave64's names, after the four that RIFF has too.
const W64_RIFF: [u8; 12] = [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0];
const W64_CHUNK: [u8; 12] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A];

/// Frames converted at once where every channel is wanted.
const BLOCK: usize = 8192;

/// Whether `bytes` begin like one of the three.
pub(in crate::audio) fn is_wav(bytes: &[u8]) -> bool {
    matches!(bytes.get(..4), Some(b"RIFF" | b"RF64" | b"BW64"))
        || bytes.starts_with(b"riff") && bytes.get(4..16) == Some(&W64_RIFF)
}

/// What a WAV file holds and where.
#[derive(Debug)]
pub(in crate::audio) struct Layout {
    pub(in crate::audio) encoding: Encoding,
    pub(in crate::audio) rate: u32,
    pub(in crate::audio) channels: u16,
    pub(in crate::audio) bits: u16,
    /// The bytes of the sound: whole frames.
    pub(in crate::audio) data: Range<usize>,
}

impl Layout {
    pub(in crate::audio) fn of(origin: &str, bytes: &[u8]) -> Result<Self> {
        let chunks = Chunks::of(origin, bytes)?;
        let (encoding, spec) = chunks.encoding(origin)?;
        let data = chunks.data(origin, bytes)?;
        Ok(Self {
            encoding,
            rate: spec.sample_rate,
            channels: spec.channels,
            bits: spec.bits_per_sample,
            data,
        })
    }

    /// Bytes of a frame: one sample of every channel.
    pub(in crate::audio) fn frame(&self) -> usize {
        self.encoding.width() * usize::from(self.channels)
    }
}

/// Where the parts of a WAV file lie.
struct Chunks<'b> {
    format: &'b [u8],
    format_at: u64,
    /// Bytes of a frame, as the format says.
    frame: u16,
    data_at: usize,
    /// What the data chunk claims to hold, in bytes; `None` where its length is not known.
    claimed: Option<u64>,
}

impl<'b> Chunks<'b> {
    fn of(origin: &str, bytes: &'b [u8]) -> Result<Self> {
        if bytes.is_empty() {
            return Err(Error::format(origin, 0, "the file is empty, expected a WAV file"));
        }
        let wave64 = bytes.starts_with(b"riff") && bytes.get(4..16) == Some(&W64_RIFF);
        let mut at = match (bytes.get(..4), bytes.get(8..12)) {
            (Some(b"RIFF" | b"RF64" | b"BW64"), Some(b"WAVE")) => 12,
            _ if wave64 && bytes.get(24..28) == Some(b"wave") => 40,
            _ => {
                let start = bytes[..bytes.len().min(4)].escape_ascii();
                let reason = format!("no WAV file: begins with \"{start}\", expected \"RIFF\"");
                return Err(Error::format(origin, 0, reason));
            }
        };
        let header = if wave64 { 24 } else { 8 };
        let mut format: Option<(&[u8], u64)> = None;
        // RF64 says the length of its sound in a chunk of its own.
        let mut long: Option<u64> = None;
        loop {
            let Some(head) = bytes.get(at..).and_then(|rest| rest.get(..header)) else {
                let reason = match format {
                    None => "the file ends before its format chunk",
                    Some(_) => "the file ends before its sound",
                };
                return Err(Error::format(origin, bytes.len() as u64, reason));
            };
            let name = &head[..4];
            if wave64 && head[4..16] != W64_CHUNK {
                return Err(Error::format(origin, at as u64, "no chunk of Wave64"));
            }
            let claimed = if wave64 {
                let with = u64::from_le_bytes(head[16..24].try_into().expect("eight bytes"));
                with.checked_sub(24).ok_or_else(|| {
                    let reason =
                        format!("a chunk of Wave64 has at least 24 bytes, this has {with}");
                    Error::format(origin, at as u64, reason)
                })?
            } else {
                u64::from(u32::from_le_bytes(head[4..8].try_into().expect("four bytes")))
            };
            let body = at + header;
            if name == b"data" {
                let Some((format, format_at)) = format else {
                    let reason = "the sound comes before its format chunk";
                    return Err(Error::format(origin, at as u64, reason));
                };
                let frame = u16::from_le_bytes([format[12], format[13]]);
                let claimed = match long {
                    Some(long) if claimed == UNKNOWN => Some(long),
                    None if claimed == UNKNOWN && !wave64 => None,
                    _ => Some(claimed),
                };
                return Ok(Self { format, format_at, frame, data_at: body, claimed });
            }
            let end = usize::try_from(claimed).ok().and_then(|claimed| body.checked_add(claimed));
            let Some(end) = end.filter(|&end| end <= bytes.len()) else {
                let reason = format!(
                    "chunk \"{}\" claims {claimed} bytes, the file has {} more",
                    name.escape_ascii(),
                    bytes.len() - body
                );
                return Err(Error::format(origin, at as u64, reason));
            };
            if name == b"fmt " {
                if claimed < 16 {
                    let reason =
                        format!("a format chunk has at least 16 bytes, this has {claimed}");
                    return Err(Error::format(origin, at as u64, reason));
                }
                format = Some((&bytes[body..end], at as u64));
            }
            if name == b"ds64" && claimed >= 16 {
                let size = bytes[body + 8..body + 16].try_into().expect("eight bytes");
                long = Some(u64::from_le_bytes(size));
            }
            // Chunks begin at even bytes, those of Wave64 at multiples of eight.
            at = if wave64 { end.div_ceil(8) * 8 } else { end + (claimed & 1) as usize };
        }
    }

    /// How the samples stand in the file, from the format chunk.
    fn encoding(&self, origin: &str) -> Result<(Encoding, hound::WavSpec)> {
        let wrong = |reason: String| Error::format(origin, self.format_at, reason);
        if self.frame == 0 {
            return Err(wrong("a frame of 0 bytes".to_owned()));
        }
        let tag = u16::from_le_bytes([self.format[0], self.format[1]]);
        let bits = u16::from_le_bytes([self.format[14], self.format[15]]);
        // The true tag of an extensible format begins its name of sixteen bytes.
        let inner = self.format.get(24..26).map(|two| u16::from_le_bytes([two[0], two[1]]));
        let is_double = bits == 64 && (tag == 3 || tag == 0xFFFE && inner == Some(3));
        // What hound sees: the format, and no sound. It knows floats of 32 bits only.
        let mut head = Vec::with_capacity(64);
        head.extend(b"RIFF\0\0\0\0WAVEfmt ");
        head.extend((self.format.len() as u32).to_le_bytes());
        head.extend(self.format);
        if is_double {
            head[20 + 14] = 32;
            let frame = self.frame / 2;
            head[20 + 12..20 + 14].copy_from_slice(&frame.to_le_bytes());
            let rate = u32::from_le_bytes(head[28..32].try_into().expect("four bytes")) / 2;
            head[28..32].copy_from_slice(&rate.to_le_bytes());
            if tag == 0xFFFE {
                head[20 + 18] = 32;
            }
        }
        head.extend(b"data\0\0\0\0");
        let reader = hound::WavReader::new(head.chain(&[][..])).map_err(|error| match error {
            hound::Error::Unsupported => {
                wrong(format!("sound of format {} is not read, only PCM and float", tag_name(tag)))
            }
            hound::Error::IoError(_) => wrong("the format chunk is too short".to_owned()),
            other => wrong(other.to_string()),
        })?;
        let mut spec = reader.spec();
        if !(1..=FASTEST).contains(&spec.sample_rate) {
            return Err(wrong(format!(
                "a rate of {} is not between 1 and {FASTEST}",
                spec.sample_rate
            )));
        }
        let width = usize::from(self.frame) / usize::from(spec.channels).max(1);
        let whole = usize::from(self.frame) == width * usize::from(spec.channels);
        let encoding = match (spec.sample_format, spec.bits_per_sample, width) {
            _ if is_double && width == 8 => {
                spec.bits_per_sample = 64;
                Encoding::F64
            }
            (hound::SampleFormat::Int, 8, 1) => Encoding::U8,
            (hound::SampleFormat::Int, 16, 2) => Encoding::I16,
            (hound::SampleFormat::Int, 24, 3) => Encoding::I24,
            (hound::SampleFormat::Int, 24, 4) => Encoding::I24In32,
            (hound::SampleFormat::Int, 32, 4) => Encoding::I32,
            (hound::SampleFormat::Float, 32, 4) => Encoding::F32,
            (_, bits, width) => {
                return Err(wrong(format!(
                    "samples of {bits} bits in {width} bytes are not read, only 8, 16, 24 and 32, \
                     and floats of 32 and 64"
                )));
            }
        };
        if !whole {
            return Err(wrong(format!(
                "a frame of {} bytes does not hold {} channels",
                self.frame, spec.channels
            )));
        }
        Ok((encoding, spec))
    }

    /// The sound's bytes: whole frames, all that are claimed.
    fn data(&self, origin: &str, bytes: &[u8]) -> Result<Range<usize>> {
        let there = (bytes.len() - self.data_at) as u64;
        let frame = u64::from(self.frame);
        let length = self.claimed.unwrap_or(there / frame * frame);
        if length > there {
            let reason = format!(
                "truncated: the header promises {} frames, the file ends in frame {}",
                length / frame,
                there / frame
            );
            return Err(Error::format(origin, bytes.len() as u64, reason));
        }
        if !length.is_multiple_of(frame) {
            let reason = format!("{length} bytes of sound are no whole frames of {frame} bytes");
            return Err(Error::format(origin, self.data_at as u64 - 4, reason));
        }
        Ok(self.data_at..self.data_at + length as usize)
    }
}

fn tag_name(tag: u16) -> String {
    let name = match tag {
        0x02 | 0x11 => " (ADPCM)",
        0x06 => " (A-law)",
        0x07 => " (µ-law)",
        0x31 => " (GSM)",
        0x50 | 0x55 => " (MPEG)",
        _ => "",
    };
    format!("0x{tag:04X}{name}")
}

/// A WAV file, read from the map.
#[derive(Debug)]
pub(in crate::audio) struct Wav {
    layout: Layout,
    /// The frame that is read next.
    at: usize,
}

impl Wav {
    pub(in crate::audio) fn open(origin: &str, bytes: &[u8]) -> Result<Self> {
        Ok(Self { layout: Layout::of(origin, bytes)?, at: 0 })
    }

    pub(super) fn spec(&self) -> Spec {
        Spec {
            format: Format::Wav,
            rate: self.layout.rate,
            channels: self.layout.channels,
            bits: Some(self.layout.bits),
            frames: Some(self.frames()),
        }
    }

    pub(super) fn frames(&self) -> u64 {
        (self.layout.data.len() / self.layout.frame()) as u64
    }

    pub(super) fn byte(&self) -> usize {
        self.layout.data.start + self.at * self.layout.frame()
    }

    pub(super) fn seek(&mut self, frame: u64) -> u64 {
        self.at = frame.min(self.frames()) as usize;
        self.at as u64
    }

    /// The next samples of one channel.
    pub(in crate::audio) fn read(
        &mut self,
        origin: &str,
        bytes: &[u8],
        channel: Channel,
        out: &mut [f32],
    ) -> Result<usize> {
        let count = self.convert(origin, bytes, channel, out)?;
        self.at += count;
        Ok(count)
    }

    fn convert(
        &self,
        origin: &str,
        bytes: &[u8],
        channel: Channel,
        out: &mut [f32],
    ) -> Result<usize> {
        let count = out.len().min(self.frames() as usize - self.at);
        let (width, channels) = (self.layout.frame(), usize::from(self.layout.channels));
        let from = &bytes[self.byte()..self.byte() + count * width];
        convert(self.layout.encoding, from, channels, channel, &mut out[..count]).map_err(
            |at| {
                let frame = from.chunks_exact(width).nth(at).unwrap_or_default();
                let size = self.layout.encoding.width();
                let value = |sample: &[u8]| match *sample {
                    [a, b, c, d] => f64::from(f32::from_le_bytes([a, b, c, d])),
                    _ => f64::from_le_bytes(sample.try_into().unwrap_or_default()),
                };
                let inside = frame.chunks_exact(size).position(|sample| !value(sample).is_finite());
                let inside = inside.unwrap_or(0);
                let shown = frame.chunks_exact(size).nth(inside).map_or(f64::NAN, value);
                let byte = self.byte() + at * width + inside * size;
                let reason = format!("frame {} is {shown}, no level", self.at + at);
                Error::format(origin, byte as u64, reason)
            },
        )?;
        Ok(count)
    }

    /// The next block of every channel.
    pub(super) fn next(&mut self, origin: &str, bytes: &[u8], out: &mut Planes) -> Result<bool> {
        let count = BLOCK.min(self.frames() as usize - self.at);
        for (number, plane) in out.of(usize::from(self.layout.channels)).iter_mut().enumerate() {
            let start = plane.len();
            plane.resize(start + count, 0.0);
            self.convert(origin, bytes, Channel::Only(number as u16), &mut plane[start..])?;
        }
        self.at += count;
        Ok(count > 0)
    }
}
