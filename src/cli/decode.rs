//! `sprogkit decode`: ids in, text out, line by line.

use std::path::PathBuf;
use std::sync::Mutex;

use super::Done;
use super::encode::Vocabulary;
use super::failure::Failure;
use super::out::Out;
use super::stream::{BehindLines, Input, Piece, lines, stream};

/// Turn ids back into text: a line of ids in, a line of text out
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  echo 'Rødgrød med fløde' | sprogkit encode tokenizer.json > ids.txt
  sprogkit decode tokenizer.json ids.txt

Bytes that are no character come out as U+FFFD.")]
pub(super) struct Args {
    #[command(flatten)]
    vocabulary: Vocabulary,
    /// Files with lines of ids; none or `-` is the standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Leave out special tokens
    #[arg(long)]
    skip_special: bool,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let tokenizer = args.vocabulary.open()?;
    let inputs = Input::all(&args.files);
    // The first line that is wrong: where it begins, and why.
    let wrong: Mutex<Option<((usize, u64), String)>> = Mutex::new(None);
    let json = out.json;
    let work = |piece: &Piece<'_>, buffer: &mut Vec<u8>| {
        let mut at = piece.at.bytes;
        for whole in piece.text.split_inclusive('\n') {
            let line = lines(whole).next().unwrap_or_default();
            let ids: Result<Vec<u32>, String> = line
                .split_whitespace()
                .map(|word| word.parse().map_err(|_| format!("expected an id, got {word:?}")))
                .collect();
            let text = ids.and_then(|ids| {
                tokenizer.decode(&ids, args.skip_special).map_err(|error| error.to_string())
            });
            match text {
                Ok(text) if json => {
                    serde_json::to_writer(&mut *buffer, &serde_json::json!({ "text": text }))
                        .expect("strings are written to memory");
                    buffer.push(b'\n');
                }
                Ok(text) => {
                    buffer.extend_from_slice(text.as_bytes());
                    buffer.push(b'\n');
                }
                Err(reason) => {
                    let place = (piece.input, at);
                    let mut wrong = wrong.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    if wrong.as_ref().is_none_or(|(first, _)| place < *first) {
                        *wrong = Some((place, reason));
                    }
                }
            }
            at += whole.len() as u64;
        }
    };
    match out.bars_beside() {
        Some(bars) => stream(&inputs, &BehindLines, work, out, &bars),
        None => stream(&inputs, &BehindLines, work, out, &()),
    }?;
    let wrong = wrong.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    match wrong {
        None => Ok(()),
        Some(((input, at), reason)) => {
            let name = inputs[input].name();
            Err(Failure::Said(format!("{}: line at byte {at}: {reason}", name.display())))
        }
    }
}
