//! RIFF WAVE files to samples.
//!
//! The chunks are walked here, so that a damaged file is told with its byte; the format chunk and
//! the samples are read by `hound`.

use std::io::Read as _;

use crate::{Error, Result};

/// What a WAV file holds, as one channel of 16 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wav {
    /// The sound, shape `[frames]`: the mean of the channels, 16 bits. Deeper samples are rounded,
    /// half away from zero; floats of -1 to 1 fill the range, louder ones are cut off.
    pub samples: Vec<i16>,
    /// Frames a second.
    pub rate: u32,
    /// Channels of the file.
    pub channels: u16,
    /// Bits of a sample in the file.
    pub bits: u16,
}

/// Highest rate that is believed, in frames a second.
const FASTEST: u32 = 10_000_000;

/// What a program writes as the length that it cannot know yet, because it writes to a pipe.
const UNKNOWN: u32 = u32::MAX;

/// Reads the WAV file `bytes`; errors call it `origin`.
///
/// Samples of 8, 16, 24 and 32 bits and floats of 32 bits, any rate, any number of channels, with a
/// plain or an extensible header. The rate is kept.
///
/// # Errors
///
/// [`Error::Format`] where the bytes are no WAV file, hold a compressed format, or end early: the
/// message names the byte, and the frame at which a truncated file ends.
///
/// # Complexity
///
/// `O(n)`; memory is `n` frames, whatever sizes the file claims.
///
/// # Source
///
/// Microsoft and IBM (1991), *Multimedia Programming Interface and Data Specifications 1.0*,
/// pages 56–65; Microsoft, *WAVEFORMATEXTENSIBLE*.
///
/// # Example
///
/// ```
/// # let mut bytes = b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\x00\x7d\0\0\x02\0\x10\0data\x04\0\0\0".to_vec();
/// # bytes.extend([1, 0, 0xff, 0xff]);
/// let wav = sprogkit::audio::wav::decode("two.wav", &bytes)?;
/// assert_eq!((wav.rate, &wav.samples[..]), (16_000, &[1, -1][..]));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn decode(origin: &str, bytes: &[u8]) -> Result<Wav> {
    let layout = Layout::of(origin, bytes)?;
    let data = layout.data(origin, bytes)?;
    // What hound sees: the format, and the sound, nothing else.
    let mut head = Vec::with_capacity(64);
    head.extend(b"RIFF\0\0\0\0WAVEfmt ");
    head.extend((layout.format.len() as u32).to_le_bytes());
    head.extend(layout.format);
    head.extend(b"data");
    head.extend((data.len() as u32).to_le_bytes());
    let reader = hound::WavReader::new(head.chain(data)).map_err(|wrong| {
        let reason = match wrong {
            hound::Error::Unsupported => {
                format!("sound of format {} is not read, only PCM and float", layout.tag_name())
            }
            hound::Error::IoError(_) => "the format chunk is too short".to_owned(),
            other => other.to_string(),
        };
        Error::format(origin, layout.format_at, reason)
    })?;
    let spec = reader.spec();
    if !(1..=FASTEST).contains(&spec.sample_rate) {
        let reason = format!("a rate of {} is not between 1 and {FASTEST}", spec.sample_rate);
        return Err(Error::format(origin, layout.format_at, reason));
    }
    let channels = usize::from(spec.channels);
    let broken = |wrong: hound::Error| Error::format(origin, layout.data_at, wrong);
    let samples = match (spec.sample_format, spec.bits_per_sample, channels) {
        (hound::SampleFormat::Int, 16, 1) if layout.frame == 2 => {
            data.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
        }
        (hound::SampleFormat::Int, bits @ (8 | 16 | 24 | 32), _) => {
            let frames = data.len() / usize::from(layout.frame).max(1);
            let up = 32 - u32::from(bits);
            let mut mono = Vec::with_capacity(frames);
            let mut sum = 0i64;
            for (at, sample) in reader.into_samples::<i32>().enumerate() {
                sum += i64::from(sample.map_err(broken)?) << up;
                if (at + 1) % channels == 0 {
                    mono.push(narrow(sum, channels as i64));
                    sum = 0;
                }
            }
            mono
        }
        (hound::SampleFormat::Float, 32, _) => {
            let frames = data.len() / usize::from(layout.frame).max(1);
            let mut mono = Vec::with_capacity(frames);
            let mut sum = 0f64;
            for (at, sample) in reader.into_samples::<f32>().enumerate() {
                let sample = sample.map_err(broken)?;
                if !sample.is_finite() {
                    let byte = layout.data_at + at as u64 * 4;
                    let reason = format!("frame {} is {sample}, no level", at / channels);
                    return Err(Error::format(origin, byte, reason));
                }
                sum += f64::from(sample);
                if (at + 1) % channels == 0 {
                    // `as` saturates.
                    mono.push((sum / channels as f64 * 32768.0).round() as i16);
                    sum = 0.0;
                }
            }
            mono
        }
        (_, bits, _) => {
            let reason = format!("samples of {bits} bits are not read, only 8, 16, 24 and 32");
            return Err(Error::format(origin, layout.format_at, reason));
        }
    };
    Ok(Wav { samples, rate: spec.sample_rate, channels: spec.channels, bits: spec.bits_per_sample })
}

/// The mean of `channels` samples of 32 bits that add up to `sum`, in 16 bits.
fn narrow(sum: i64, channels: i64) -> i16 {
    let whole = channels << 16;
    let half = if sum < 0 { -whole / 2 } else { whole / 2 };
    ((sum + half) / whole).clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16
}

/// Where the parts of a WAV file lie.
struct Layout<'b> {
    format: &'b [u8],
    format_at: u64,
    /// Bytes of a frame: one sample of every channel.
    frame: u16,
    data_at: u64,
    /// What the data chunk claims to hold, in bytes.
    claimed: u32,
}

impl<'b> Layout<'b> {
    fn of(origin: &str, bytes: &'b [u8]) -> Result<Self> {
        if bytes.is_empty() {
            return Err(Error::format(origin, 0, "the file is empty, expected a WAV file"));
        }
        match (bytes.get(..4), bytes.get(8..12)) {
            (Some(b"RIFF"), Some(b"WAVE")) => {}
            (Some(b"RF64" | b"BW64"), _) => {
                return Err(Error::format(origin, 0, "WAV files above 4 GiB (RF64) are not read"));
            }
            _ => {
                let start = bytes[..bytes.len().min(4)].escape_ascii();
                let reason = format!("no WAV file: begins with \"{start}\", expected \"RIFF\"");
                return Err(Error::format(origin, 0, reason));
            }
        }
        let mut format: Option<(&[u8], u64)> = None;
        let mut at = 12usize;
        loop {
            let Some(head) = bytes.get(at..at + 8) else {
                let reason = match format {
                    None => "the file ends before its format chunk",
                    Some(_) => "the file ends before its sound",
                };
                return Err(Error::format(origin, bytes.len() as u64, reason));
            };
            let claimed = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
            let body = at + 8;
            if &head[..4] == b"data" {
                let Some((format, format_at)) = format else {
                    let reason = "the sound comes before its format chunk";
                    return Err(Error::format(origin, at as u64, reason));
                };
                let frame = u16::from_le_bytes([format[12], format[13]]);
                return Ok(Self { format, format_at, frame, data_at: body as u64, claimed });
            }
            let end = body.checked_add(claimed as usize).filter(|&end| end <= bytes.len());
            let Some(end) = end else {
                let reason = format!(
                    "chunk \"{}\" claims {claimed} bytes, the file has {} more",
                    head[..4].escape_ascii(),
                    bytes.len() - body
                );
                return Err(Error::format(origin, at as u64, reason));
            };
            if &head[..4] == b"fmt " {
                if claimed < 16 {
                    let reason =
                        format!("a format chunk has at least 16 bytes, this has {claimed}");
                    return Err(Error::format(origin, at as u64, reason));
                }
                format = Some((&bytes[body..end], at as u64));
            }
            // Chunks begin at even bytes.
            at = end + (claimed as usize & 1);
        }
    }

    /// The sound's bytes: whole frames, all that are claimed.
    fn data(&self, origin: &str, bytes: &'b [u8]) -> Result<&'b [u8]> {
        let there = &bytes[self.data_at as usize..];
        let frame = u64::from(self.frame);
        if frame == 0 {
            return Err(Error::format(origin, self.format_at, "a frame of 0 bytes"));
        }
        let claimed = u64::from(self.claimed);
        let length = if self.claimed == UNKNOWN {
            let whole = there.len() as u64 / frame * frame;
            if whole >= u64::from(UNKNOWN) {
                return Err(Error::format(origin, self.data_at, "more than 4 GiB of sound"));
            }
            whole
        } else {
            claimed
        };
        if length > there.len() as u64 {
            let reason = format!(
                "truncated: the header promises {} frames, the file ends in frame {}",
                claimed / frame,
                there.len() as u64 / frame
            );
            return Err(Error::format(origin, bytes.len() as u64, reason));
        }
        if length % frame != 0 {
            let reason = format!("{length} bytes of sound are no whole frames of {frame} bytes");
            return Err(Error::format(origin, self.data_at - 4, reason));
        }
        Ok(&there[..length as usize])
    }

    fn tag_name(&self) -> String {
        let tag = u16::from_le_bytes([self.format[0], self.format[1]]);
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
}
