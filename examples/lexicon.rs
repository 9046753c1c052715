//! A lexicon at work: words in, one a line, answers out.
//!
//! ```text
//! cargo run --release --example lexicon --no-default-features --features lexicon -- \
//!     compile da.lexicon da_lemma_lookup.tsv da_50k.txt
//! cargo run --release --example lexicon --no-default-features --features lexicon -- \
//!     split da.lexicon < words.txt
//! ```
//!
//! Commands: `compile OUT INPUT…`; `lookup`, `lemmas`, `split`, `complete`, `hyphenate`, `check`, `suggest`, each with a
//! lexicon or word list; `time LEXICON`, which measures opening and looking up the words.
#![expect(clippy::print_stdout, reason = "a command prints")]

use std::env::args;
use std::io::stdin;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

use sprogkit::dictionary::{Input, compile};
use sprogkit::lexicon::{Lexicon, Upos};

fn main() -> sprogkit::Result<()> {
    let arguments: Vec<String> = args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["compile", out, ref inputs @ ..] => {
            let inputs: Vec<Input> = inputs.iter().map(Input::new).collect();
            let lexicon = compile(&inputs, Path::new(out), &())?;
            println!(
                "{} forms, {} readings, {} bytes",
                lexicon.len(),
                lexicon.readings(),
                lexicon.as_bytes().len()
            );
        }
        ["time", path] => time(path)?,
        [command, path] => {
            let lexicon = Lexicon::open(path)?;
            for line in stdin().lines().map_while(Result::ok) {
                let line = line.trim();
                println!("{line}\t{}", answer(&lexicon, command, line)?);
            }
        }
        _ => println!("which command, and which lexicon?"),
    }
    Ok(())
}

fn answer(lexicon: &Lexicon, command: &str, word: &str) -> sprogkit::Result<String> {
    Ok(match command {
        "lookup" => {
            let said = lexicon.lookup(word).into_iter().map(|reading| {
                let upos = reading.upos().map_or("_", Upos::name);
                format!("{} {upos} {} {}", reading.lemma(), reading.feats(), reading.id())
            });
            said.collect::<Vec<_>>().join("\t")
        }
        "lemmas" => {
            let said = lexicon.lemmas(word, None).into_iter().map(|lemma| lemma.text);
            said.collect::<Vec<_>>().join(" ")
        }
        "split" => {
            let said = lexicon.split_compound(word).into_iter().take(3);
            said.map(|split| format!("{split} {:.2}", split.cost)).collect::<Vec<_>>().join("\t")
        }
        "complete" => lexicon.complete_ellipsis(word).unwrap_or_default().join(" "),
        "hyphenate" => lexicon.hyphenate(word).join("-"),
        "check" => lexicon.check(word).to_string(),
        "suggest" => lexicon.suggest(word, 5)?.join(" "),
        _ => "no such command".to_owned(),
    })
}

/// Opens the lexicon 100 times, and looks up every form of it in a scattered order.
fn time(path: &str) -> sprogkit::Result<()> {
    let lexicon = Lexicon::open(path)?;
    let start = seconds()?;
    for _ in 0..100 {
        assert_eq!(Lexicon::open(path)?.len(), lexicon.len());
    }
    println!("open: {:.3} ms", (seconds()? - start) * 1e3 / 100.0);
    let mut forms = Vec::new();
    lexicon.for_each(|form, _| {
        forms.push(form.to_owned());
        true
    });
    let count = forms.len();
    let scattered: Vec<&str> = (0..count).map(|at| &*forms[at * 7919 % count]).collect();
    for round in 0..3 {
        let start = seconds()?;
        let found = scattered.iter().filter(|form| lexicon.contains(form)).count();
        let contains = seconds()? - start;
        assert_eq!(found, count);
        let start = seconds()?;
        let letters: usize = scattered
            .iter()
            .flat_map(|form| lexicon.lookup(form))
            .map(|reading| reading.lemma().len())
            .sum();
        let lookup = seconds()? - start;
        assert!(letters > 0);
        let rate = |seconds: f64| count as f64 / seconds / 1e6;
        println!(
            "round {round}: contains {:.2} M/s, lookup with all lemmas {:.2} M/s",
            rate(contains),
            rate(lookup)
        );
    }
    Ok(())
}

/// Seconds of this thread on a processor, where Linux tells them; else of the clock.
fn seconds() -> sprogkit::Result<f64> {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = Path::new("/proc/thread-self/schedstat");
    if !told.exists() {
        return Ok(START.elapsed().as_secs_f64());
    }
    let text = sprogkit::io::read_text(told)?;
    let nanoseconds = text.split_whitespace().next().and_then(|number| number.parse().ok());
    Ok(nanoseconds.unwrap_or(0.0_f64) / 1e9)
}
