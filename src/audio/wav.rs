//! RIFF WAVE files to samples of 16 bits, the type in which packs hold sound.

use super::decode::Encoding;
use super::decode::riff::{self, Layout};
use super::reader::Channel;
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

/// Reads the WAV file `bytes`; errors call it `origin`.
///
/// Samples of 8, 16, 24 and 32 bits and floats of 32 and 64 bits, any rate, any number of channels, with a
/// plain or an extensible header, in RIFF, RF64 or Wave64. The rate is kept.
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
    let data = &bytes[layout.data.clone()];
    let channels = usize::from(layout.channels);
    let samples = match layout.encoding {
        Encoding::I16 if channels == 1 => {
            data.as_chunks::<2>().0.iter().map(|&pair| i16::from_le_bytes(pair)).collect()
        }
        Encoding::U8 => mixed(data, channels, |&[byte]| (i32::from(byte) - 128) << 24),
        Encoding::I16 => {
            mixed(data, channels, |&[low, high]| i32::from_le_bytes([0, 0, low, high]))
        }
        Encoding::I24 => mixed(data, channels, |&[a, b, c]| i32::from_le_bytes([0, a, b, c])),
        Encoding::I24In32 => {
            mixed(data, channels, |&[a, b, c, _]| i32::from_le_bytes([0, a, b, c]))
        }
        Encoding::I32 => mixed(data, channels, |&four| i32::from_le_bytes(four)),
        Encoding::F32 | Encoding::F64 => {
            let mut samples = Vec::with_capacity(data.len() / layout.frame());
            let mut part = [0f32; 4096];
            let mut wav = riff::Wav::open(origin, bytes)?;
            loop {
                let count = wav.read(origin, bytes, Channel::Mix, &mut part)?;
                if count == 0 {
                    break samples;
                }
                samples.extend(part[..count].iter().map(|&sample| narrow(sample)));
            }
        }
    };
    Ok(Wav { samples, rate: layout.rate, channels: layout.channels, bits: layout.bits })
}

/// A WAV file of one channel of 16 bits.
///
/// # Errors
///
/// [`Error::Limit`] where it would be larger than 4 GiB.
///
/// # Example
///
/// ```
/// use sprogkit::audio::wav;
///
/// let file = wav::encode(&[1, -1], 16_000)?;
/// assert_eq!(wav::decode("two.wav", &file)?.samples, [1, -1]);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn encode(samples: &[i16], rate: u32) -> Result<Vec<u8>> {
    let header = header(samples.len() as u64, rate)?;
    let mut file = Vec::with_capacity(header.len() + samples.len() * 2);
    file.extend(header);
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    Ok(file)
}

/// What stands before `frames` samples of 16 bits of one channel.
pub(crate) fn header(frames: u64, rate: u32) -> Result<[u8; 44]> {
    let bytes = frames.saturating_mul(2);
    let limit = u64::from(u32::MAX) - 36;
    if bytes > limit {
        return Err(Error::Limit { what: "the sound of a WAV file".into(), limit, asked: bytes });
    }
    let mut header = *b"RIFF....WAVEfmt \x10\0\0\0\x01\0\x01\0........\x02\0\x10\0data....";
    header[4..8].copy_from_slice(&(bytes as u32 + 36).to_le_bytes());
    header[24..28].copy_from_slice(&rate.to_le_bytes());
    header[28..32].copy_from_slice(&rate.wrapping_mul(2).to_le_bytes());
    header[40..].copy_from_slice(&(bytes as u32).to_le_bytes());
    Ok(header)
}

/// A level as a sample of 16 bits: rounded half away from zero, cut off at full scale.
#[must_use]
pub fn narrow(level: f32) -> i16 {
    // `as` saturates.
    (level * 32768.0).round() as i16
}

/// The mean of the channels of each frame, of samples that fill 32 bits, in 16 bits.
fn mixed<const WIDTH: usize>(
    data: &[u8],
    channels: usize,
    sample: impl Fn(&[u8; WIDTH]) -> i32,
) -> Vec<i16> {
    let whole = (channels as i64) << 16;
    let (samples, _) = data.as_chunks::<WIDTH>();
    samples
        .chunks_exact(channels)
        .map(|frame| {
            let sum: i64 = frame.iter().map(|one| i64::from(sample(one))).sum();
            let half = if sum < 0 { -whole / 2 } else { whole / 2 };
            ((sum + half) / whole).clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16
        })
        .collect()
}
