//! How often the lemma is right, on a CoNLL-U file: with the part of speech given, and without.
//!
//! ```text
//! cargo run --release --example lemmas --no-default-features --features lexicon -- \
//!     da_ddt-ud-dev.conllu [lexicon or word list …] [--tokens]
//! ```
//!
//! Without a lexicon the tables and rules of the crate answer alone. With `--tokens`, every token comes out on
//! a line: form, part of speech, lemma, our lemma with the part of speech, our lemma without.
#![expect(clippy::print_stdout, reason = "a command prints")]

use std::collections::BTreeMap;
use std::env::args;
use std::path::Path;

use sprogkit::dictionary::{Input, read};
use sprogkit::io;
use sprogkit::lexicon::{Builder, Lexicon, Upos, lemmas};

fn main() -> sprogkit::Result<()> {
    let (options, paths): (Vec<_>, Vec<_>) = args().skip(1).partition(|arg| arg.starts_with("--"));
    let Some((gold, lists)) = paths.split_first() else {
        println!("which CoNLL-U file?");
        return Ok(());
    };
    let lexicon = match lists {
        [] => None,
        [one] => Some(Lexicon::open(one)?),
        more => {
            let mut builder = Builder::new();
            for path in more {
                read(&Input::new(path), &mut builder, &())?;
            }
            Some(builder.finish()?)
        }
    };
    let text = io::read_text(Path::new(gold))?;
    let mut total = 0;
    let (mut with, mut alone) = (0, 0);
    let mut classes: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[number, form, want, upos, ..] = &fields[..] else { continue };
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let class = Upos::of_name(upos);
        let best = |upos: Option<Upos>| {
            let found = match &lexicon {
                Some(lexicon) => lexicon.lemmas(form, upos),
                None => lemmas(form, upos),
            };
            found.into_iter().next().map(|lemma| lemma.text).unwrap_or_default()
        };
        let (ours, without) = (best(class), best(None));
        let count = classes.entry(upos).or_default();
        count[0] += 1;
        count[1] += u32::from(ours == want);
        count[2] += u32::from(without == want);
        total += 1;
        with += u32::from(ours == want);
        alone += u32::from(without == want);
        if options.iter().any(|option| option == "--tokens") {
            println!("{form}\t{upos}\t{want}\t{ours}\t{without}");
        }
    }
    if options.is_empty() {
        let share = |right: u32, all: u32| 100.0 * f64::from(right) / f64::from(all.max(1));
        println!(
            "part of speech\ttokens\tright given form and part of speech\tgiven the form alone"
        );
        for (upos, [all, with, alone]) in classes {
            println!("{upos}\t{all}\t{:.2}\t{:.2}", share(with, all), share(alone, all));
        }
        println!("all\t{total}\t{:.2}\t{:.2}", share(with, total), share(alone, total));
    }
    Ok(())
}
