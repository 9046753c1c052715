//! How fast a lexicon is: opens it 100 times, and looks up every form of it in a scattered order.
//!
//! ```text
//! sprogkit lexicon da_lemma_lookup.tsv --out da.lexicon
//! cargo run --release --example lexicon --no-default-features --features lexicon -- da.lexicon
//! ```
#![expect(clippy::print_stdout, reason = "a command prints")]

use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

use sprogkit::lexicon::Lexicon;

fn main() -> sprogkit::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let lexicon = Lexicon::open(&path)?;
    let start = seconds()?;
    for _ in 0..100 {
        assert_eq!(Lexicon::open(&path)?.len(), lexicon.len());
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
