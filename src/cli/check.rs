//! `sprogkit check`: which words a lexicon does not know, and what they may be meant to be.

use std::io::Write;
use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::json;

use super::Done;
use super::failure::Failure;
use super::numbers::whole;
use super::out::Out;
use super::stream::Input;
use crate::lexicon::Lexicon;

/// Words that are looked up before the first is written.
const AT_ONCE: usize = 1 << 12;

/// List the words that a lexicon or a hunspell dictionary does not know
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit check da_DK.dic sagsbehandler sagsbehanler
  sprogkit words --json letter.txt | jq -r .text | sprogkit check da.lexicon
  sprogkit check da.lexicon --most 0 < words.txt

An unknown word a line, a tab, and what it may be meant to be, the likeliest
first. Compounds of known words are known. The lexicon is a file from
`sprogkit lexicon` or a pack; word lists and hunspell's dictionaries are read,
which takes its time. Without words the standard input is read, one word a
line. The status is 1 where a word is unknown.")]
pub(super) struct Args {
    /// The lexicon
    #[arg(value_name = "LEXICON")]
    lexicon: PathBuf,
    /// Words
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Suggest at most N words
    #[arg(long, value_name = "N", default_value = "5", value_parser = whole(0..=1000))]
    most: u64,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let lexicon = Lexicon::open(&args.lexicon)?;
    let mut read = String::new();
    let words = Input::words(&args.words, &mut read)?;
    let most = args.most as usize;
    let suggested = |word: &&str| match lexicon.check(word) {
        true => None,
        false if most == 0 => Some(Vec::new()),
        // A word that is too long to be searched for is meant to be no other.
        false => Some(lexicon.suggest(word, most).unwrap_or_default()),
    };
    let mut unknown = false;
    for words in words.chunks(AT_ONCE) {
        let found: Vec<_> = words.par_iter().map(suggested).collect();
        for (word, found) in words.iter().zip(found) {
            unknown |= found.is_some();
            if out.json {
                let known = found.is_none();
                let suggestions = found.unwrap_or_default();
                let object = json!({ "word": word, "known": known, "suggestions": suggestions });
                out.object(&object)?;
            } else if let Some(suggestions) = found {
                writeln!(out, "{word}\t{}", suggestions.join(", "))?;
            }
        }
    }
    if unknown { Err(Failure::Found) } else { Ok(()) }
}
