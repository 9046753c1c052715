//! `sprogkit audio speech`: where somebody speaks.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::super::Done;
use super::super::out::Out;
use crate::audio::{ReadOptions, SpeechOptions, detect_speech, read};

/// Find where somebody speaks: a line for each segment, begin and end in seconds
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  sprogkit audio speech call.mp3 --margin 0.1 --merge 0.5")]
pub(in crate::cli) struct Args {
    /// Files of sound
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Seconds added before and behind each segment
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    margin: f64,
    /// Join segments with a shorter pause between them
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    merge: f64,
    /// Leave out shorter segments
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    shortest: f64,
}

pub(in crate::cli) fn run(args: &Args, out: &mut Out) -> Done {
    for path in &args.files {
        let sound = read(path, &ReadOptions::default())?;
        let options = SpeechOptions {
            rate: sound.rate,
            margin: args.margin,
            merge: args.merge,
            shortest: args.shortest,
            ..SpeechOptions::default()
        };
        let name = path.display().to_string();
        for segment in detect_speech(&sound.samples, &options)? {
            let [start, end] =
                [segment.start, segment.end].map(|at| at as f64 / f64::from(sound.rate));
            if out.json {
                out.object(&json!({ "path": name, "start": start, "end": end }))?;
            } else if args.files.len() > 1 {
                writeln!(out, "{name}\t{start:.3}\t{end:.3}")?;
            } else {
                writeln!(out, "{start:.3}\t{end:.3}")?;
            }
        }
    }
    Ok(())
}
