//! Texts in, ids out: one JSON string a line on standard input, its ids a line on standard output.
//!
//! ```text
//! cargo run --release --features subword --example encode -- tokenizer.json < texts.jsonl
//! cargo run --release --features subword --example encode -- ranks.tiktoken cl100k < texts.jsonl
//! ```

#![expect(clippy::print_stderr, reason = "a command tells what it opened")]

use std::error::Error;
use std::io::{BufWriter, Write, stdin, stdout};

use sprogkit::subword::Tokenizer;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: encode VOCABULARY [PATTERN] < TEXTS")?;
    let tokenizer = Tokenizer::open(path, arguments.next().as_deref())?;
    eprintln!("{} tokens, engine {}", tokenizer.vocab_size(), tokenizer.engine());
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lines() {
        let text: String = serde_json::from_str(&line?)?;
        for (index, id) in tokenizer.encode(&text, false)?.into_iter().enumerate() {
            write!(out, "{}{id}", if index > 0 { " " } else { "" })?;
        }
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}
