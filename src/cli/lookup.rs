//! `sprogkit lookup`: what a lexicon knows of words.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::Done;
use super::failure::Failure;
use super::numbers::whole;
use super::out::Out;
use super::stream::Input;
use crate::lexicon::{Case, Lexicon, Upos};

/// Look words up: readings, lemmas, compounds, hyphenation
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit lookup da.lexicon huset sagsbehandlernes
  sprogkit lookup da.lexicon --prefix sundheds
  sprogkit lookup da.lexicon --near 1 sagsbehanler
  sprogkit lookup da.lexicon --regex '.*hedens'

The lexicon is a file from `sprogkit lexicon` or a pack; word lists and
hunspell's dictionaries are read, which takes its time. Without words the
standard input is read, one word a line. The status is 0 also where a word is
unknown.")]
pub(super) struct Args {
    /// The lexicon
    #[arg(value_name = "LEXICON")]
    lexicon: PathBuf,
    /// Words
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// List the forms that begin with each word
    #[arg(long, group = "search")]
    prefix: bool,
    /// List the forms that each word becomes by at most N changed letters
    #[arg(long, value_name = "N", group = "search", value_parser = whole(0..=3))]
    near: Option<u64>,
    /// List the forms that each regular expression matches
    #[arg(long, group = "search")]
    regex: bool,
    /// List at most N forms
    #[arg(long, value_name = "N", default_value = "100", value_parser = whole(1..=1_000_000))]
    most: u64,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let lexicon = Lexicon::open(&args.lexicon)?;
    for word in Input::words(&args.words, &mut String::new())? {
        match search(&lexicon, word, args)? {
            Some(forms) if out.json => out.object(&json!({ "word": word, "forms": forms }))?,
            Some(forms) => forms.iter().try_for_each(|form| writeln!(out, "{form}"))?,
            None if out.json => out.object(&object(&lexicon, word))?,
            None => show(&lexicon, word, out)?,
        }
    }
    Ok(())
}

/// What the search finds that was asked for; nothing where none was.
fn search(lexicon: &Lexicon, word: &str, args: &Args) -> Result<Option<Vec<String>>, Failure> {
    let most = args.most as usize;
    Ok(if args.prefix {
        Some(lexicon.starting_with(word, most))
    } else if args.regex {
        Some(lexicon.matching(word, most)?)
    } else if let Some(distance) = args.near {
        let near = lexicon.near(word, distance as u32, most)?;
        Some(near.into_iter().map(|near| near.form).collect())
    } else {
        None
    })
}

/// All that is known of a word, for machines.
fn object(lexicon: &Lexicon, word: &str) -> serde_json::Value {
    let readings: Vec<_> = lexicon
        .lookup_as(word, Case::Folded)
        .iter()
        .map(|reading| {
            json!({
                "form": reading.form(),
                "lemma": reading.lemma(),
                "upos": reading.upos().map(Upos::name),
                "feats": reading.feats(),
                "id": reading.id(),
                "source": reading.source().map(|source| &source.name),
                "frequency": reading.frequency(),
                "pronunciation": reading.pronunciation(),
            })
        })
        .collect();
    json!({
        "word": word,
        "known": lexicon.check(word),
        "readings": readings,
        "lemmas": lemmas(lexicon, word),
        "compound": lexicon.split_compound(word).first().map(ToString::to_string),
        "hyphenated": lexicon.hyphenate(word).join("-"),
    })
}

fn lemmas(lexicon: &Lexicon, word: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for lemma in lexicon.lemmas(word, None) {
        if !found.contains(&lemma.text) {
            found.push(lemma.text);
        }
    }
    found
}

/// All that is known of a word, for people.
fn show(lexicon: &Lexicon, word: &str, out: &mut Out) -> std::io::Result<()> {
    out.heading(word)?;
    let readings = lexicon.lookup_as(word, Case::Folded);
    if readings.is_empty() {
        let guess =
            if lexicon.check(word) { "a word made of others" } else { "not in the lexicon" };
        out.field("readings", out.paint.faint(guess))?;
        if let Some(lemma) = lexicon.lemmas(word, None).first() {
            out.field("lemma", format!("{} {}", lemma.text, out.paint.faint("(guessed)")))?;
        }
    }
    for reading in &readings {
        let upos = reading.upos().map_or("", Upos::name);
        let source = reading.source().map_or("", |source| source.name.as_str());
        let id = reading.given_id().unwrap_or_default();
        let from = out.paint.faint(format!("{source} {id}").trim());
        out.field(&reading.lemma(), format!("{upos:<6} {} {from}", reading.feats()))?;
    }
    if let Some(split) = lexicon.split_compound(word).first() {
        out.field("compound", split)?;
    }
    out.field("hyphenated", lexicon.hyphenate(word).join("-"))
}
