//! `sprogkit audio info`: format, length and quality.

use std::path::PathBuf;

use serde_json::json;

use super::super::Done;
use super::super::out::Out;
use crate::Result;
use crate::audio::{Reader, SpeechOptions, detect_speech, quality};

/// Show what sound files hold, and how good it is
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sprogkit audio info interview.mp3 --header")]
pub(in crate::cli) struct Args {
    /// Files of sound: WAV, FLAC, MP3, Ogg Vorbis, Ogg Opus, AAC, M4A
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Only what the header says: the sound is not decoded
    #[arg(long)]
    header: bool,
}

pub(in crate::cli) fn run(args: &Args, out: &mut Out) -> Done {
    for path in &args.files {
        show(path, args.header, out)?;
    }
    Ok(())
}

fn show(path: &std::path::Path, header: bool, out: &mut Out) -> Done {
    let mut reader = Reader::open(path)?;
    let (rate, frames) = (reader.rate(), reader.frames()?);
    let seconds = frames as f64 / f64::from(rate);
    let heard = if header { None } else { Some(listen(&mut reader)?) };
    if out.json {
        let mut object = json!({
            "path": path.display().to_string(),
            "format": reader.format().name(),
            "rate": rate,
            "channels": reader.channels(),
            "bits": reader.bits(),
            "frames": frames,
            "seconds": seconds,
        });
        if let (Some((found, speech)), Some(object)) = (heard, object.as_object_mut()) {
            // Digital silence has no level.
            let level = |level: f64| level.is_finite().then_some(level);
            object.insert("rms".into(), json!(level(found.rms)));
            object.insert("peak".into(), json!(level(found.peak)));
            object.insert("clipped".into(), json!(found.clipped));
            object.insert("dc".into(), json!(found.dc));
            object.insert("snr".into(), json!(found.snr));
            object.insert("silence".into(), json!(found.silence));
            object.insert("bandwidth".into(), json!(found.bandwidth));
            object.insert("speech".into(), json!(speech));
        }
        return Ok(out.object(&object)?);
    }
    out.heading(&path.display().to_string())?;
    let bits = reader.bits().map(|bits| format!(", {bits} bits")).unwrap_or_default();
    out.field("format", format!("{}{bits}", reader.format().name()))?;
    out.field("rate", format!("{rate} Hz"))?;
    out.field("channels", reader.channels())?;
    out.field("length", format!("{seconds:.3} s, {frames} frames"))?;
    let Some((found, speech)) = heard else { return Ok(()) };
    out.field("level", format!("{:.1} dB, peak {:.1} dB", found.rms, found.peak))?;
    out.field("clipped", format!("{:.3} %", found.clipped * 100.0))?;
    out.field("mean", format!("{:+.4}", found.dc))?;
    let snr = found.snr.map_or("none: silence".to_owned(), |snr| format!("{snr:.0} dB"));
    out.field("over noise", snr)?;
    out.field("bandwidth", format!("{:.0} Hz", found.bandwidth))?;
    out.field("silence", format!("{:.1} % of the time", found.silence * 100.0))?;
    out.field("speech", format!("{:.1} % of the time", speech * 100.0))?;
    Ok(())
}

/// The quality of the mean of all channels, and the part of the time with speech.
fn listen(reader: &mut Reader) -> Result<(crate::audio::Quality, f64)> {
    let rate = reader.rate();
    let samples = reader.read_to_end(u64::MAX)?;
    let options = SpeechOptions { rate, ..SpeechOptions::default() };
    let found = detect_speech(&samples, &options)?;
    let speech: u64 = found.iter().map(|segment| segment.end - segment.start).sum();
    Ok((quality(&samples, rate)?, speech as f64 / samples.len().max(1) as f64))
}
