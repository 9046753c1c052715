//! Vorbis packets, decoded by `symphonia`.
//!
//! # Source
//!
//! Xiph.Org Foundation (2020), *Vorbis I specification*, section 4.

use symphonia::core::codecs::audio::well_known::CODEC_ID_VORBIS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::VorbisDecoder;

use super::ogg::{Codec, Packeter};
use super::{Planes, Spec, guarded};
use crate::audio::reader::Format;
use crate::{Error, Result};

struct Vorbis {
    decoder: VorbisDecoder,
    channels: usize,
}

impl std::fmt::Debug for Vorbis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vorbis").field("channels", &self.channels).finish_non_exhaustive()
    }
}

/// Reads the three headers.
pub(super) fn open(
    origin: &str,
    bytes: &[u8],
    packets: &mut Packeter,
) -> Result<(Spec, Box<dyn Codec>)> {
    // The decoder wants the first and the third; the second holds comments.
    let mut headers = Vec::new();
    let (mut rate, mut channels) = (0, 0);
    for kind in [1, 3, 5] {
        let Some(packet) = packets.packet(origin, bytes)? else {
            return Err(Error::format(origin, bytes.len() as u64, "the file ends in its headers"));
        };
        let wrong = |reason: &str| Err(Error::format(origin, packet.byte as u64, reason));
        if packet.data.first() != Some(&kind) || packet.data.get(1..7) != Some(b"vorbis") {
            return wrong("expected a header of Vorbis");
        }
        if kind == 1 {
            let Some(&[a, b, c, d, count]) = packet.data.get(11..16).and_then(|h| h.first_chunk())
            else {
                return wrong("the first header of Vorbis is too short");
            };
            // The number of channels comes before the rate.
            (channels, rate) = (u16::from(a), u32::from_le_bytes([b, c, d, count]));
            if channels == 0 || rate == 0 {
                return wrong("Vorbis of no channels or a rate of 0");
            }
        }
        if kind != 3 {
            headers.extend_from_slice(packet.data);
        }
    }
    let byte = packets.byte();
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(CODEC_ID_VORBIS).with_extra_data(headers.into_boxed_slice());
    let options = AudioDecoderOptions::default();
    let decoder = guarded(origin, byte, || VorbisDecoder::try_new(&parameters, &options))?;
    let spec = Spec { format: Format::Vorbis, rate, channels, bits: None, frames: None };
    Ok((spec, Box::new(Vorbis { decoder, channels: usize::from(channels) })))
}

impl Codec for Vorbis {
    fn decode(&mut self, origin: &str, byte: usize, data: &[u8], out: &mut Planes) -> Result<()> {
        if data.is_empty() {
            return Ok(());
        }
        let packet = PacketRef::new(0, Timestamp::new(0), Duration::new(0), data);
        let channels = self.channels;
        let fits = guarded(origin, byte, || {
            self.decoder.decode_ref(&packet).map(|decoded| out.append(&decoded, channels))
        })?;
        if !fits {
            return Err(Error::format(origin, byte as u64, "Vorbis changed its channels"));
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.decoder.reset();
    }

    /// A packet overlaps with the one before, which has 8192 frames at most; the first page says
    /// only where it ends.
    fn preroll(&self) -> u64 {
        8192
    }

    fn delay(&self) -> u64 {
        0
    }
}
