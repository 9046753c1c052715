//! `sprogkit normalise`: text in another form, line by line.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use serde_json::json;

use super::Done;
use super::out::Out;
use super::stream::{BehindLines, Input, Piece, stream};
use crate::normalise::{self, Profile, Spoken, Written};
use crate::text::Rewrite;
use crate::text::offsets::{Converter, Unit};

/// What `--to` may name beside the scoring profiles.
const FORMS: [&str; 2] = ["spoken", "written"];

/// Write text as it is spoken, as it is written, or as it is scored
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  echo 'Vi ses d. 3.5. kl. 9.30.' | sprogkit normalise --to spoken
  echo 'det koster femoghalvfems kroner' | sprogkit normalise --to written
  sprogkit normalise --to da-lex@1 reference.txt

One line in, one line out; files of any size are read as a stream. What is not
known for certain stays as it is. With --json a line is {\"source\", \"text\",
\"changes\"}; a change has the characters it takes in both, and its kind.")]
pub(super) struct Args {
    /// Text files, UTF-8; none or `-` is the standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The form
    #[arg(
        long,
        value_name = "FORM",
        value_parser = PossibleValuesParser::new(FORMS.into_iter().chain(Profile::NAMES))
    )]
    to: String,
    /// How times are spoken: 9.30 as "ni tredive" or as "halv ti"
    #[arg(long, value_enum, default_value = "digital")]
    clock: Clock,
    /// Spell what is written in capitals: DSB
    #[arg(long)]
    letters: bool,
}

/// How times of day are spoken.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Clock {
    /// As they are written
    Digital,
    /// As they are said
    Spoken,
}

impl From<Clock> for normalise::Clock {
    fn from(clock: Clock) -> Self {
        match clock {
            Clock::Digital => Self::Digital,
            Clock::Spoken => Self::Spoken,
        }
    }
}

/// What is done to a line.
enum Form {
    Spoken(Spoken),
    Written(Written),
    Scored(Profile),
}

impl Form {
    fn rewrite<'t>(&self, line: &'t str) -> Rewrite<'t> {
        match self {
            Self::Spoken(options) => options.rewrite(line),
            Self::Written(options) => options.rewrite(line),
            Self::Scored(profile) => normalise::scoring_mapped(line, *profile),
        }
    }
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let form = match args.to.as_str() {
        "spoken" => Form::Spoken(Spoken { clock: args.clock.into(), letters: args.letters }),
        "written" => Form::Written(Written::default()),
        profile => Form::Scored(Profile::named(profile)?),
    };
    let json = out.json;
    let work = |piece: &Piece<'_>, buffer: &mut Vec<u8>| {
        for whole in piece.text.split_inclusive('\n') {
            let line = whole.strip_suffix('\n').unwrap_or(whole);
            let end = if line.ends_with('\r') { "\r" } else { "" };
            let line = line.strip_suffix('\r').unwrap_or(line);
            let done = form.rewrite(line);
            if json {
                serde_json::to_writer(&mut *buffer, &object(line, &done))
                    .expect("strings and numbers are written to memory");
            } else {
                buffer.extend_from_slice(done.text().as_bytes());
                buffer.extend_from_slice(end.as_bytes());
            }
            if json || whole.ends_with('\n') {
                buffer.push(b'\n');
            }
        }
    };
    let inputs = Input::all(&args.files);
    match out.bars_beside() {
        Some(bars) => stream(&inputs, &BehindLines, work, out, &bars),
        None => stream(&inputs, &BehindLines, work, out, &()),
    }
}

/// A line and what became of it, for machines.
fn object(line: &str, done: &Rewrite<'_>) -> serde_json::Value {
    let mut source = Converter::new(line, Unit::Char);
    let mut target = Converter::new(done.text(), Unit::Char);
    let changes: Vec<_> = done
        .changes()
        .iter()
        .map(|change| {
            json!({
                "source": [source.from_byte(change.source.start()), source.from_byte(change.source.end())],
                "text": [target.from_byte(change.target.start()), target.from_byte(change.target.end())],
                "kind": change.kind,
            })
        })
        .collect();
    json!({ "source": line, "text": done.text(), "changes": changes })
}
