//! Bytes of PCM to `f32`, in bulk: plain loops that the compiler makes vectors of.

use crate::audio::reader::Channel;

/// How a sample stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audio) enum Encoding {
    U8,
    I16,
    I24,
    /// 24 bits in the low bytes of four.
    I24In32,
    I32,
    F32,
    F64,
}

impl Encoding {
    /// Bytes of a sample.
    pub(in crate::audio) fn width(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I24In32 | Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// Converts one frame after another: `sample` makes a number of the bytes of a sample.
fn each<const WIDTH: usize>(
    bytes: &[u8],
    channels: usize,
    channel: Channel,
    out: &mut [f32],
    sample: impl Fn(&[u8; WIDTH]) -> f32,
) {
    let (samples, _) = bytes.as_chunks::<WIDTH>();
    match (channels, channel) {
        (1, _) => {
            for (to, from) in out.iter_mut().zip(samples) {
                *to = sample(from);
            }
        }
        (2, Channel::Mix) => {
            let (frames, _) = samples.as_chunks::<2>();
            for (to, [left, right]) in out.iter_mut().zip(frames) {
                *to = (sample(left) + sample(right)) * 0.5;
            }
        }
        (_, Channel::Mix) => {
            let part = 1.0 / channels as f32;
            for (to, frame) in out.iter_mut().zip(samples.chunks_exact(channels)) {
                *to = frame.iter().map(&sample).sum::<f32>() * part;
            }
        }
        (_, Channel::Only(number)) => {
            let own = samples.iter().skip(usize::from(number)).step_by(channels);
            for (to, from) in out.iter_mut().zip(own) {
                *to = sample(from);
            }
        }
    }
}

/// Fills `out` from `bytes`: whole frames of `channels` samples, as many as `out` is long. The number
/// of the first frame that holds no number, where there is one.
pub(in crate::audio) fn convert(
    encoding: Encoding,
    bytes: &[u8],
    channels: usize,
    channel: Channel,
    out: &mut [f32],
) -> Result<(), usize> {
    match encoding {
        Encoding::U8 => {
            each(bytes, channels, channel, out, |&[byte]| (f32::from(byte) - 128.0) * (1.0 / 128.0))
        }
        Encoding::I16 => each(bytes, channels, channel, out, |&pair| {
            f32::from(i16::from_le_bytes(pair)) * (1.0 / 32_768.0)
        }),
        Encoding::I24 => each(bytes, channels, channel, out, |&[low, middle, high]| {
            i32::from_le_bytes([0, low, middle, high]) as f32 * (1.0 / 2_147_483_648.0)
        }),
        Encoding::I24In32 => each(bytes, channels, channel, out, |&[low, middle, high, _]| {
            i32::from_le_bytes([0, low, middle, high]) as f32 * (1.0 / 2_147_483_648.0)
        }),
        Encoding::I32 => each(bytes, channels, channel, out, |&four| {
            (f64::from(i32::from_le_bytes(four)) * (1.0 / 2_147_483_648.0)) as f32
        }),
        Encoding::F32 => {
            each(bytes, channels, channel, out, |&four| f32::from_le_bytes(four));
            return finite(out);
        }
        Encoding::F64 => {
            each(bytes, channels, channel, out, |&eight| f64::from_le_bytes(eight) as f32);
            return finite(out);
        }
    }
    Ok(())
}

fn finite(out: &[f32]) -> Result<(), usize> {
    // Summing what is no number gives no number, without a branch for each.
    if out.iter().map(|sample| sample * 0.0).sum::<f32>() == 0.0 {
        return Ok(());
    }
    out.iter().position(|sample| !sample.is_finite()).map_or(Ok(()), Err)
}
