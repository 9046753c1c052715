//! `sprogkit train`: the vocabulary of a corpus.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use serde_json::json;

use super::Done;
use super::bars::Bars;
use super::failure::Failure;
use super::figures::{counted, time};
use super::numbers;
use super::out::Out;
use super::stream::{BehindLines, Input, Piece, Start, lines, parts, stream_to};
use crate::corpus::Pack;
use crate::subword::{self, Fertility, Known, Tokenizer, TrainOptions, Trainer};
use crate::{Error, annotate};

/// Train a vocabulary: text in, tokenizer.json out
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit train corpus.txt --out tokenizer.json
  sprogkit train corpus.txt --vocab-size 16000 --out tokenizer.json \\
      --report other.txt
  sprogkit train --pack my-pack --kind unigram --out tokenizer.json

A line is a text, or a document of a pack. Texts are read once, and only their
distinct pieces are kept. --report measures the vocabulary on another text:
tokens a word, words that stay whole, and how it fares with letters beyond
ASCII and with numbers. The merges of byte-pair encoding are those that the
tokenizers library learns. No vocabulary depends on the number of cores.")]
pub(super) struct Args {
    /// Text files, UTF-8; none or `-` is the standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take the documents of this pack
    #[arg(long, value_name = "PACK", conflicts_with = "files")]
    pack: Option<PathBuf>,
    /// The file to write
    #[arg(long, value_name = "JSON")]
    out: PathBuf,
    /// The kind of vocabulary
    #[arg(long, value_enum, default_value = "bpe")]
    kind: Kind,
    /// How many tokens, special ones included
    #[arg(long, value_name = "N", default_value = "32000", value_parser = numbers::whole(1..=1_000_000))]
    vocab_size: u64,
    /// Fewest occurrences of a pair that is merged
    #[arg(long, value_name = "N", default_value = "0", value_parser = numbers::whole(0..=u64::from(u32::MAX)))]
    min_frequency: u64,
    /// How texts are cut before anything merges (bpe)
    #[arg(
        long,
        value_name = "PATTERN",
        default_value = "llama3",
        value_parser = PossibleValuesParser::new(["gpt2", "cl100k", "o200k", "llama3", "qwen2", "tekken"])
    )]
    pattern: String,
    /// The share of the text that the characters of the vocabulary make out; rarer ones are
    /// unknown to it (unigram)
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    character_coverage: f64,
    /// A token that stands for no text; the first is id 0
    #[arg(long, value_name = "TOKEN")]
    special: Vec<String>,
    /// Measure the vocabulary on this text
    #[arg(long, value_name = "TEXT")]
    report: Option<PathBuf>,
}

/// The kinds of vocabulary.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Byte-level byte-pair encoding
    Bpe,
    /// Pieces of words by their probability
    Unigram,
    /// The longest piece first
    Wordpiece,
}

impl From<Kind> for subword::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Bpe => Self::Bpe,
            Kind::Unigram => Self::Unigram,
            Kind::Wordpiece => Self::WordPiece,
        }
    }
}

/// The vocabulary of the documents of a pack, or of the lines of files, of which only the distinct pieces are kept.
fn trained(args: &Args, options: &TrainOptions, bars: &Bars) -> Result<Tokenizer, Failure> {
    let trainer = Trainer::new(options)?;
    if let Some(pack) = &args.pack {
        annotate::count(&Pack::open(pack)?, &trainer, bars)?;
    } else {
        let count = |piece: &Piece<'_>| {
            trainer.add(lines(piece.text));
            Ok(())
        };
        let nothing = &mut |()| Ok(());
        stream_to(&Input::all(&args.files), Start::default(), &BehindLines, count, nothing, bars)?;
    }
    Ok(trainer.finish(bars)?)
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let started = Instant::now();
    let options = TrainOptions {
        kind: args.kind.into(),
        vocab_size: args.vocab_size as usize,
        min_frequency: args.min_frequency,
        special_tokens: args.special.clone(),
        pattern: Known::named(&args.pattern).unwrap_or(Known::Llama3),
        character_coverage: args.character_coverage,
    };
    let bars = out.bars();
    let tokenizer = match trained(args, &options, &bars) {
        Err(Failure::Failed(Error::Cancelled)) => {
            let path = args.out.display();
            return Err(Failure::Stopped(format!("stopped: {path} is as it was")));
        }
        tokenizer => tokenizer?,
    };
    tokenizer.save(&args.out)?;
    bars.finish();
    let took = started.elapsed();
    let tokens = tokenizer.vocab_size() as u64;
    let mut report = None;
    if let Some(path) = &args.report {
        let mut sum = Fertility::default();
        for part in parts(&[Input::File(path.clone())]) {
            for line in lines(&part?) {
                sum = sum.plus(Fertility::of(&tokenizer, line)?);
            }
        }
        report = Some(sum);
    }
    if out.json {
        return Ok(out.object(&json!({
            "vocabulary": args.out, "tokens": tokens, "seconds": took.as_secs_f64(), "report": report,
        }))?);
    }
    let name = out.paint.bright(&args.out.display().to_string());
    writeln!(out, "{name}: {} in {}", counted(tokens, "token"), time(took))?;
    let Some(report) = report else { return Ok(()) };
    let ratio = |a: u64, b: u64| a as f64 / b.max(1) as f64;
    let share = |a: u64, b: u64| format!("{:.1} %", 100.0 * ratio(a, b));
    out.field("words", report.words)?;
    out.field("tokens/word", format!("{:.3}", ratio(report.word_tokens, report.words)))?;
    out.field("bytes/token", format!("{:.3}", ratio(report.bytes, report.tokens)))?;
    out.field("whole", share(report.whole, report.words))?;
    out.field("beyond ASCII", share(report.marked_whole, report.marked))?;
    out.field("tokens/number", format!("{:.3}", ratio(report.number_tokens, report.numbers)))?;
    Ok(())
}
