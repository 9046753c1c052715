//! `sprogkit audio convert`: any sound to WAV.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::super::Done;
use super::super::numbers;
use super::super::out::Out;
use crate::audio::{Channel, Reader, Resampler, wav};
use crate::io::Growing;

/// Convert sound to WAV of 16 bits and one channel
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sprogkit audio convert call.mp3 --rate 16000 --channel 0 --out caller.wav")]
pub(in crate::cli) struct Args {
    /// The file of sound
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file to write
    #[arg(long, value_name = "WAV")]
    out: PathBuf,
    /// Samples a second [default: as they are]
    #[arg(long, value_name = "HZ", value_parser = numbers::whole(1..=10_000_000))]
    rate: Option<u64>,
    /// One channel, counted from 0 [default: the mean of all]
    #[arg(long, value_name = "N", value_parser = numbers::whole(0..=65_535))]
    channel: Option<u64>,
}

pub(in crate::cli) fn run(args: &Args, out: &mut Out) -> Done {
    let mut reader = Reader::open(&args.file)?;
    if let Some(channel) = args.channel {
        reader.select(Channel::Only(channel as u16))?;
    }
    let rate = args.rate.map_or(reader.rate(), |rate| rate as u32);
    let mut resampler = Resampler::new(reader.rate(), rate)?;
    let mut file = Growing::create(&args.out)?;
    let failed = |error| crate::Error::io(&args.out, error);
    file.write_all(&wav::header(0, rate)?).map_err(failed)?;
    let (mut part, mut made, mut frames) = (vec![0.0; 1 << 16], Vec::new(), 0);
    loop {
        let count = reader.read(&mut part)?;
        if count == 0 {
            resampler.finish(&mut made);
        }
        resampler.write(&part[..count], &mut made);
        frames += made.len() as u64;
        // Refuses what is too long for the file as soon as it is.
        let header = wav::header(frames, rate)?;
        for level in made.drain(..) {
            file.write_all(&wav::narrow(level).to_le_bytes()).map_err(failed)?;
        }
        if count == 0 {
            file.begin_with(&header)?;
            break;
        }
    }
    file.finish()?;
    let seconds = frames as f64 / f64::from(rate);
    if out.json {
        let path = args.out.display().to_string();
        return Ok(out.object(&json!({ "path": path, "rate": rate, "frames": frames }))?);
    }
    out.field("written", format!("{}: {seconds:.3} s at {rate} Hz", args.out.display()))?;
    Ok(())
}
