//! `sprogkit pronounce`: how words sound.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::Done;
use super::numbers::whole;
use super::out::Out;
use super::stream::Input;
use crate::lexicon::Lexicon;
use crate::lexicon::pronounce::{Alphabet, Pronouncer};

/// Write how words sound
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit pronounce sundhed kommune
  sprogkit pronounce --ipa --most 3 hund
  sprogkit pronounce --lexicon nst.lexicon < words.txt

A word and its pronunciation a line, parted by a tab; the likeliest first.
X-SAMPA is written with the signs of the NST lexicon. Without arguments the
standard input is read, one word a line.")]
pub(super) struct Args {
    /// Words
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Write IPA instead of X-SAMPA
    #[arg(long)]
    ipa: bool,
    /// At most N ways to say a word
    #[arg(long, value_name = "N", default_value = "1", value_parser = whole(1..=100))]
    most: u64,
    /// A lexicon whose pronunciations come first
    #[arg(long, value_name = "PATH")]
    lexicon: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let lexicon = args.lexicon.as_ref().map(Lexicon::open).transpose()?;
    let alphabet = if args.ipa { Alphabet::Ipa } else { Alphabet::XSampa };
    let most = args.most as usize;
    let say = |word: &str| match &lexicon {
        Some(lexicon) => lexicon.pronounce(word, alphabet, most),
        None => {
            let ways = Pronouncer::embedded().pronounce(word, most);
            ways.iter().map(|way| way.write(alphabet)).collect()
        }
    };
    for word in Input::words(&args.words, &mut String::new())? {
        let ways = say(word);
        if out.json {
            out.object(&json!({ "word": word, "pronunciations": ways }))?;
            continue;
        }
        if ways.is_empty() {
            writeln!(out, "{word}\t")?;
        }
        for way in ways {
            writeln!(out, "{word}\t{way}")?;
        }
    }
    Ok(())
}
