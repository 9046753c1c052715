//! `sprogkit audio features`: features as a NumPy file, and a picture.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use super::super::Done;
use super::super::failure::Failure;
use super::super::out::Out;
use super::picture::{self, Picture};
use crate::audio::{
    FbankOptions, KaldiFbank, MfccOptions, ReadOptions, WhisperMel, WhisperOptions, kaldi_mfcc,
    read, resample,
};
use crate::formats::npy;

/// Make features of sound, at 16 kHz: a NumPy file, a picture, or both
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sprogkit audio features call.mp3 --out call.npy --picture call.png")]
pub(in crate::cli) struct Args {
    /// The file of sound
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which features
    #[arg(long, value_enum, default_value = "whisper")]
    kind: Kind,
    /// Bands, bins or coefficients [default: 80, 80, 13]
    #[arg(long, value_name = "N")]
    size: Option<usize>,
    /// The NumPy file to write, float32
    #[arg(long, value_name = "NPY")]
    out: Option<PathBuf>,
    /// The picture to write: the sound, and its features below
    #[arg(long, value_name = "PNG")]
    picture: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Whisper's log-mel spectrum, [mels, frames]
    Whisper,
    /// Kaldi's filter banks, [frames, bins]
    Fbank,
    /// Kaldi's cepstra, [frames, coefficients]
    Mfcc,
}

pub(in crate::cli) fn run(args: &Args, out: &mut Out) -> Done {
    if args.out.is_none() && args.picture.is_none() {
        let reason = "nothing to write: say --out for a NumPy file, --picture for a picture";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let sound = read(&args.file, &ReadOptions::default())?;
    let samples = resample(&sound.samples, sound.rate, 16_000)?;
    // The frequencies of the rows are for the picture.
    let (made, hertz, rows) = match args.kind {
        Kind::Whisper => {
            let options = WhisperOptions::default();
            let mels = args.size.unwrap_or(options.mels);
            let mut mel = WhisperMel::new(&WhisperOptions { mels, ..options })?;
            (mel.features(&samples)?, mel.centres(), "mel bands in Hz")
        }
        Kind::Fbank => {
            let options = FbankOptions::default();
            let bins = args.size.unwrap_or(options.bins);
            let mut bank = KaldiFbank::new(&FbankOptions { bins, ..options })?;
            (bank.features(&samples)?, bank.centres(), "mel bins in Hz")
        }
        Kind::Mfcc => {
            let options = MfccOptions::default();
            let coefficients = args.size.unwrap_or(options.coefficients);
            let made = kaldi_mfcc(&samples, &MfccOptions { coefficients, ..options })?;
            (made, Vec::new(), "coefficients")
        }
    };
    if let Some(path) = &args.out {
        crate::io::write(path, &npy::write_matrix(&made.values, made.rows, made.columns)?)?;
    }
    if let Some(path) = &args.picture {
        let drawn = picture::draw(&Picture {
            samples: &samples,
            rate: 16_000,
            features: &made,
            turned: args.kind == Kind::Whisper,
            hertz: &hertz,
            rows,
        })?;
        crate::io::write(path, &drawn)?;
    }
    let paths = [&args.out, &args.picture].into_iter().flatten();
    let paths: Vec<_> = paths.map(|path| path.display().to_string()).collect();
    if out.json {
        let shape = [made.rows, made.columns];
        return Ok(out.object(&json!({ "written": paths, "shape": shape }))?);
    }
    out.field("written", format!("{}: {} x {}", paths.join(", "), made.rows, made.columns))?;
    Ok(())
}
