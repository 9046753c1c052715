//! Compares sprogkit with gold files: precision, recall and F1 by exact spans, and the errors.
//!
//! ```sh
//! cargo run --release --no-default-features --example evaluate -- sentences GOLD.jsonl [--rules]
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "an example prints and reads"
)]

#[path = "evaluate/sentences.rs"]
mod sentences;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["sentences", path] => {
            sentences::evaluate(path, |text| sprogkit::text::sentences(text).collect())
        }
        _ => Err("usage: evaluate sentences GOLD.jsonl [--rules]".into()),
    }
}
