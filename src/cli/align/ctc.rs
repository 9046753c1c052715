//! `sprogkit align ctc`: a text with the frames of a recording.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use crate::align::ctc::{self, LogProbs, Options, WILDCARD};
use crate::cli::failure::Failure;
use crate::cli::numbers::{above_zero, not_below_zero, whole};
use crate::cli::out::Out;
use crate::cli::{Done, pairs};
use crate::formats::marks::{self, About, Mark, Tier};
use crate::formats::npy;
use crate::{Error, Result};

/// Align a text with the frames of a recording: the exact CTC path
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit align ctc frames.npy said.txt --vocabulary tokens.txt
  sprogkit align ctc f.npy a.txt --vocabulary tokens.txt --format srt > a.srt

frames.npy is what a speech recogniser gives: natural-log probabilities,
[frames, tokens]. tokens.txt names the tokens, one a line, in the order of the
columns. The text is spelled with them, by default in lower case; a character
that is no token is left out of the alignment, and the longest token that fits
is taken. A word a line comes out: start and end in seconds, mean probability,
word.")]
pub(in crate::cli) struct Args {
    /// Log probabilities, a NumPy file
    #[arg(value_name = "NPY")]
    frames: PathBuf,
    /// What is said
    #[arg(value_name = "TEXT")]
    text: PathBuf,
    /// The tokens, one a line
    #[arg(long, value_name = "FILE")]
    vocabulary: PathBuf,
    /// The column of the token that means "nothing new"
    #[arg(
        long,
        value_name = "N",
        default_value = "0",
        allow_negative_numbers = true,
        value_parser = whole(0..=i32::MAX as u64)
    )]
    blank: u64,
    /// The token between words, where the vocabulary has it
    #[arg(long, value_name = "TOKEN", default_value = "|")]
    between: String,
    /// Seconds from one frame to the next
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "0.02",
        allow_negative_numbers = true,
        value_parser = above_zero
    )]
    hop: f64,
    /// Spell the text as it stands, not in lower case
    #[arg(long)]
    keep_case: bool,
    /// Allow speech before and after the text, at this many nats a frame
    #[arg(long, value_name = "NATS", allow_negative_numbers = true, value_parser = not_below_zero)]
    wildcard: Option<f32>,
    /// What comes out [default: tsv]
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// start, end, probability and word, with tabs
    Tsv,
    /// Praat
    Textgrid,
    /// NIST CTM
    Ctm,
    /// SubRip
    Srt,
    /// WebVTT
    Vtt,
    /// Audacity's labels
    Audacity,
    /// JSON as whisperX writes it
    Whisperx,
}

pub(in crate::cli) fn run(args: &Args, out: &mut Out) -> Done {
    if out.json && args.format.is_some() {
        let text = "--json and --format each say what comes out: only one of them can be given";
        return Err(Failure::Usage(text.to_owned()));
    }
    pairs::standard_input_once(&[&args.frames, &args.text, &args.vocabulary])?;
    let origin = args.frames.display().to_string();
    let matrix = npy::read_matrix(&origin, &crate::io::read(&args.frames)?)?;
    let named = |error| named(&args.frames, error);
    let log_probs = LogProbs::new(&matrix.values, matrix.rows, matrix.columns).map_err(named)?;
    if args.blank >= matrix.columns as u64 {
        let (blank, columns) = (args.blank, matrix.columns);
        let most = columns - 1;
        return Err(Failure::Said(format!(
            "{origin}: --blank is {blank}; its {columns} columns are numbered 0 to {most}"
        )));
    }
    let vocabulary = Vocabulary::read(args, matrix.columns)?;
    let text = pairs::read(&args.text)?;
    let spelled = vocabulary.spell(&text, args);
    if spelled.words.is_empty() {
        let text = args.text.display();
        return Err(Failure::Said(format!("{text}: no character of it is a token")));
    }
    let blank = i32::try_from(args.blank).unwrap_or(i32::MAX);
    let options = Options { blank, wildcard: args.wildcard, ..Options::default() };
    let bars = out.bars();
    let path = ctc::align_with(&log_probs, &spelled.targets, &options, &bars).map_err(named)?;
    bars.finish();
    let groups = path.groups(&spelled.ends)?;
    let marks: Vec<Mark> = spelled
        .words
        .iter()
        .map(|&(group, word)| {
            let group = &groups[group];
            Mark {
                start: group.start as f64 * args.hop,
                end: group.end as f64 * args.hop,
                text: word.to_owned(),
                score: Some(f64::from(group.score).exp()),
            }
        })
        .collect();
    if out.json {
        for mark in &marks {
            let Mark { start, end, text, score } = mark;
            out.object(&json!({ "text": text, "start": start, "end": end, "score": score }))?;
        }
        return Ok(());
    }
    let file = written(args, marks, matrix.rows as f64 * args.hop)?;
    out.write_all(file.as_bytes())?;
    Ok(())
}

/// An error about the frames, with their file.
fn named(frames: &Path, error: Error) -> Failure {
    match error {
        Error::Alignment { reason } => Failure::Said(format!("{}: {reason}", frames.display())),
        error => error.into(),
    }
}

impl Format {
    /// The same among the library's; a table is the command's own.
    fn file(self) -> Option<marks::Format> {
        match self {
            Self::Tsv => None,
            Self::Textgrid => Some(marks::Format::TextGrid),
            Self::Ctm => Some(marks::Format::Ctm),
            Self::Srt => Some(marks::Format::Srt),
            Self::Vtt => Some(marks::Format::Vtt),
            Self::Audacity => Some(marks::Format::Audacity),
            Self::Whisperx => Some(marks::Format::WhisperX),
        }
    }
}

/// The marks in the wanted format.
fn written(args: &Args, marks: Vec<Mark>, seconds: f64) -> Result<String> {
    let Some(format) = args.format.and_then(Format::file) else {
        let line = |Mark { start, end, text, score }: &Mark| {
            format!("{start:.3}\t{end:.3}\t{:.4}\t{text}\n", score.unwrap_or_default())
        };
        return Ok(marks.iter().map(line).collect());
    };
    let stem = args.frames.file_stem().unwrap_or_default().to_string_lossy();
    let recording = stem.split_whitespace().collect::<Vec<_>>().join("_");
    let about = About { recording, end: Some(seconds), ..About::default() };
    marks::write(&[Tier::new("words", marks)], format, &about)
}

/// The tokens of a recogniser and their columns.
struct Vocabulary {
    tokens: HashMap<String, i32>,
    /// Characters of the longest token.
    longest: usize,
}

/// A text in tokens.
#[derive(Debug, PartialEq)]
struct Spelled<'t> {
    targets: Vec<i32>,
    /// Where each group of targets ends: words, and what stands between them.
    ends: Vec<usize>,
    /// The words, each with its group.
    words: Vec<(usize, &'t str)>,
}

impl Vocabulary {
    fn read(args: &Args, columns: usize) -> Result<Self, Failure> {
        let path: &Path = &args.vocabulary;
        let text = pairs::read(path)?;
        let names: Vec<&str> = text.lines().collect();
        if names.len() != columns {
            return Err(Failure::Said(format!(
                "{}: {} tokens for {columns} columns of {}",
                path.display(),
                names.len(),
                args.frames.display()
            )));
        }
        let mut tokens = HashMap::new();
        for (column, name) in names.iter().enumerate() {
            let number = i32::try_from(column).unwrap_or(i32::MAX);
            if column as u64 == args.blank || name.is_empty() {
                continue;
            }
            if tokens.insert((*name).to_owned(), number).is_some() {
                let (origin, line) = (path.display().to_string(), column as u64 + 1);
                let reason = format!("token {name:?} is there twice");
                return Err(Error::Line { origin, line, reason }.into());
            }
        }
        let longest = tokens.keys().map(|token| token.chars().count()).max().unwrap_or(0);
        Ok(Self { tokens, longest })
    }

    fn spell<'t>(&self, text: &'t str, args: &Args) -> Spelled<'t> {
        let mut spelled = Spelled { targets: Vec::new(), ends: Vec::new(), words: Vec::new() };
        let wildcard = args.wildcard.map(|_| WILDCARD);
        let alone = |spelled: &mut Spelled<'t>, target: Option<i32>| {
            if let Some(target) = target {
                spelled.targets.push(target);
                spelled.ends.push(spelled.targets.len());
            }
        };
        alone(&mut spelled, wildcard);
        let between = self.tokens.get(&args.between).copied();
        for word in text.split_whitespace() {
            let lower = if args.keep_case { word.to_owned() } else { word.to_lowercase() };
            let tokens = self.tokens_of(&lower);
            if tokens.is_empty() {
                continue;
            }
            if !spelled.words.is_empty() {
                alone(&mut spelled, between);
            }
            spelled.targets.extend(tokens);
            spelled.words.push((spelled.ends.len(), word));
            spelled.ends.push(spelled.targets.len());
        }
        if !spelled.words.is_empty() {
            alone(&mut spelled, wildcard);
        }
        spelled
    }

    /// The tokens of a word: the longest that fits, again and again.
    fn tokens_of(&self, word: &str) -> Vec<i32> {
        let mut found = Vec::new();
        let mut rest = word;
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(self.longest);
            let ends: Vec<usize> = ends.collect();
            let token =
                ends.iter().rev().find_map(|&end| Some((end, *self.tokens.get(&rest[..end])?)));
            let first = rest.chars().next().map_or(rest.len(), char::len_utf8);
            let (end, token) = token.map_or((first, None), |(end, token)| (end, Some(token)));
            found.extend(token);
            rest = &rest[end..];
        }
        found
    }
}
