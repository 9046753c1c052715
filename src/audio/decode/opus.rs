//! Opus packets, decoded by `opus-decoder` at 48 kHz.
//!
//! # Source
//!
//! RFC 7845, *Ogg Encapsulation for the Opus Audio Codec*, sections 4 and 5.

use opus_decoder::OpusDecoder;

use super::ogg::{Codec, Packeter};
use super::{Planes, Spec, guarded};
use crate::audio::reader::Format;
use crate::{Error, Result};

/// Frames a second: Opus has only one rate.
const RATE: u32 = 48_000;

/// The longest packet, in frames: 120 ms.
const LONGEST: usize = 5760;

struct Opus {
    decoder: OpusDecoder,
    channels: usize,
    delay: u64,
    gain: f32,
    pcm: Vec<f32>,
}

impl std::fmt::Debug for Opus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opus").field("channels", &self.channels).finish_non_exhaustive()
    }
}

/// Reads the two headers.
pub(super) fn open(
    origin: &str,
    bytes: &[u8],
    packets: &mut Packeter,
) -> Result<(Spec, Box<dyn Codec>)> {
    let ends = || Error::format(origin, bytes.len() as u64, "the file ends in its headers");
    let packet = packets.packet(origin, bytes)?.ok_or_else(ends)?;
    let byte = packet.byte;
    let wrong = |reason: &str| Error::format(origin, byte as u64, reason);
    let head = packet.data.first_chunk::<19>();
    let head = head.ok_or_else(|| wrong("the header of Opus is too short"))?;
    let (channels, family) = (u16::from(head[9]), head[18]);
    if !(1..=2).contains(&channels) || family != 0 {
        return Err(wrong(&format!(
            "Opus of {channels} channels in family {family} is not read, only mono and stereo"
        )));
    }
    let delay = u64::from(u16::from_le_bytes([head[10], head[11]]));
    let gain = f32::from(i16::from_le_bytes([head[16], head[17]])) / 256.0;
    packets.packet(origin, bytes)?.ok_or_else(ends)?;
    let decoder = guarded(origin, byte, || OpusDecoder::new(RATE, usize::from(channels)))?;
    let spec = Spec { format: Format::Opus, rate: RATE, channels, bits: None, frames: None };
    let channels = usize::from(channels);
    let pcm = vec![0.0; LONGEST * channels];
    let gain = 10f32.powf(gain / 20.0);
    Ok((spec, Box::new(Opus { decoder, channels, delay, gain, pcm })))
}

impl Codec for Opus {
    fn decode(&mut self, origin: &str, byte: usize, data: &[u8], out: &mut Planes) -> Result<()> {
        if data.is_empty() {
            return Err(Error::format(origin, byte as u64, "an empty packet of Opus"));
        }
        let (decoder, pcm) = (&mut self.decoder, &mut self.pcm);
        let frames = guarded(origin, byte, || decoder.decode_float(data, pcm, false))?;
        let sound = &self.pcm[..(frames * self.channels).min(self.pcm.len())];
        for (number, plane) in out.of(self.channels).iter_mut().enumerate() {
            let own = sound.iter().skip(number).step_by(self.channels);
            plane.extend(own.map(|sample| sample * self.gain));
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.decoder.reset();
    }

    /// RFC 7845, section 4.6, asks for 80 ms; a predicting decoder is closer to its usual sound after
    /// half a second.
    fn preroll(&self) -> u64 {
        24_000
    }

    fn delay(&self) -> u64 {
        self.delay
    }
}
