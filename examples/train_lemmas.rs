//! Makes `src/da/lemma_rules.tsv`: rules that give the lemma of a form by its last letters.
//!
//! ```text
//! cargo run --release --example train_lemmas --no-default-features --features lexicon -- \
//!     da_lemma_lookup.tsv > src/da/lemma_rules.tsv
//! ```
//!
//! `da_lemma_lookup.tsv` is the Danish table of spacy-lookups-data (Explosion, MIT), as lines of a form and a
//! lemma parted by a tab. Parts of speech, which it does not have, are concluded from the
//! forms that a lemma has, by `src/da/paradigms.tsv`. The same table gives the same file, byte for byte.
#![expect(clippy::print_stdout, reason = "a command prints")]

use std::env::args;

use sprogkit::lexicon::{LemmaRules, Lexicon};

/// An ending is a rule where it was seen so often.
const LEAST: u32 = 8;

fn main() -> sprogkit::Result<()> {
    let path = args().nth(1).unwrap_or_else(|| "da_lemma_lookup.tsv".into());
    let lexicon = Lexicon::open(&path)?;
    println!("# Title\tEndings of forms, and what a lemma has in their place");
    println!(
        "# Source\tcounted in the Danish lemma table of spacy-lookups-data (Explosion, MIT; {} forms) by \
         examples/train_lemmas.rs",
        lexicon.len()
    );
    println!("# License\tCC0-1.0");
    println!(
        "# Columns\tpart of speech, * for any\tending of the form, 0 for any\twhat goes>what comes, or \
         the part of speech, with how often it was seen"
    );
    print!("{}", LemmaRules::train(&lexicon, LEAST));
    Ok(())
}
