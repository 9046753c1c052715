//! What the layers of words and sentences say: the most frequent words, and a sentence.

use std::collections::HashMap;
use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt32Type};
use serde_json::{Value, json};

use crate::cli::Done;
use crate::cli::figures::count;
use crate::cli::out::Out;
use crate::corpus::Pack;
use crate::text::Kind;
use crate::text::offsets::{Converter, Unit};
use crate::{Result, Span};

/// A word of a layer: where it stands in characters and in bytes, and what it is.
#[derive(Clone, Copy, Debug)]
struct Word {
    chars: (u32, u32),
    bytes: Span,
    kind: Kind,
}

/// The words of document `row` as the layer has them.
fn words(pack: &Pack, row: u64, text: &str) -> Result<Vec<Word>> {
    let items = pack.layer("words")?.get(row)?;
    let items = items.as_struct();
    let starts = items.column(0).as_primitive::<UInt32Type>().values();
    let ends = items.column(1).as_primitive::<UInt32Type>().values();
    let kinds = items.column(2).as_primitive::<UInt8Type>().values();
    let mut chars = Converter::new(text, Unit::Char);
    let mut byte = |char: u32| chars.to_byte(char as usize).unwrap_or(text.len());
    let words = starts.iter().zip(ends).zip(kinds).map(|((&start, &end), &kind)| Word {
        chars: (start, end),
        bytes: Span::new(byte(start), byte(end)),
        kind: Kind::from_number(kind).unwrap_or(Kind::Word),
    });
    Ok(words.collect())
}

/// The most frequent words, in lower case.
pub(super) fn frequent(pack: &Pack) -> Result<Vec<(String, u64)>> {
    let mut found: HashMap<String, u64> = HashMap::new();
    for (row, document) in pack.documents().iter().enumerate() {
        let text = document?.text()?;
        for word in words(pack, row as u64, text)? {
            if word.kind == Kind::Word {
                *found.entry(word.bytes.of(text).to_lowercase()).or_default() += 1;
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(12);
    Ok(found)
}

/// Bars, in two columns.
pub(super) fn show_frequent(frequent: &[(String, u64)], out: &mut Out) -> Done {
    out.heading("The most frequent words")?;
    let most = frequent.first().map_or(1, |(_, n)| *n).max(1);
    let width = frequent.iter().map(|(word, _)| word.chars().count()).max().unwrap_or(0);
    let room = 30usize.saturating_sub(width);
    let half = frequent.len().div_ceil(2);
    for row in 0..half {
        for (at, (word, n)) in
            [frequent.get(row), frequent.get(row + half)].into_iter().flatten().enumerate()
        {
            let length = (*n as f64 / most as f64 * room as f64).round().max(1.0) as usize;
            let bar = out.paint.bright(&"█".repeat(length));
            let left = at == 0 && frequent.len() > row + half;
            let gap = if left { " ".repeat(room - length.min(room)) } else { String::new() };
            write!(out, "  {word:<width$} {:>4} {bar}{gap}", count(*n))?;
        }
        writeln!(out)?;
    }
    writeln!(out)?;
    Ok(())
}

/// A sentence and its words.
pub(super) struct Sentence {
    document: String,
    chars: (u32, u32),
    text: String,
    words: Vec<(String, (u32, u32), Kind)>,
}

/// The sentence that shows most: short, with many kinds of words.
pub(super) fn sentence(pack: &Pack) -> Result<Sentence> {
    let mut best =
        Sentence { document: String::new(), chars: (0, 0), text: String::new(), words: Vec::new() };
    let mut most = 0;
    for (row, document) in pack.documents().iter().enumerate() {
        let document = document?;
        let text = document.text()?;
        let words = words(pack, row as u64, text)?;
        let items = pack.layer("sentences")?.get(row as u64)?;
        let items = items.as_struct();
        let starts = items.column(0).as_primitive::<UInt32Type>().values();
        let ends = items.column(1).as_primitive::<UInt32Type>().values();
        for (&start, &end) in starts.iter().zip(ends) {
            let first = words.partition_point(|word| word.chars.0 < start);
            let last = words.partition_point(|word| word.chars.1 <= end);
            let inside = words.get(first..last).unwrap_or_default();
            if end - start > 74 || inside.len() > 14 {
                continue;
            }
            let mut kinds: Vec<Kind> = inside.iter().map(|word| word.kind).collect();
            kinds.sort();
            kinds.dedup();
            if kinds.len() <= most {
                continue;
            }
            let (Some(a), Some(z)) = (inside.first(), inside.last()) else { continue };
            let whole = Span::new(a.bytes.start(), z.bytes.end()).of(text);
            if whole.contains(char::is_control) {
                continue;
            }
            most = kinds.len();
            best = Sentence {
                document: document.id()?.to_owned(),
                chars: (start, end),
                text: whole.to_owned(),
                words: inside
                    .iter()
                    .map(|word| (word.bytes.of(text).to_owned(), word.chars, word.kind))
                    .collect(),
            };
        }
    }
    Ok(best)
}

pub(super) fn show_sentence(sentence: &Sentence, out: &mut Out) -> Done {
    out.heading("A sentence and its words")?;
    writeln!(out, "  {}", out.paint.strong(&sentence.text))?;
    let (start, end) = sentence.chars;
    let place = format!("characters {start} to {end} of the document {}", sentence.document);
    writeln!(out, "  {}", out.paint.faint(&place))?;
    let width = sentence.words.iter().map(|(text, ..)| text.chars().count()).max().unwrap_or(0);
    let half = sentence.words.len().div_ceil(2);
    for row in 0..half {
        let two = [sentence.words.get(row), sentence.words.get(row + half)];
        for (at, (text, (start, end), kind)) in two.into_iter().flatten().enumerate() {
            let place = out.paint.faint(&format!("{start:>5} {end:>5}"));
            let name = match kind {
                Kind::Word => out.paint.faint(kind.name()),
                Kind::Punctuation | Kind::Symbol => out.paint.changed(kind.name()),
                _ => out.paint.bright(kind.name()),
            };
            // The left column is as wide as the widest kind; a line does not end in space.
            let left = at == 0 && sentence.words.len() > row + half;
            let gap = if left { " ".repeat(14 - kind.name().len()) } else { String::new() };
            write!(out, "  {place}  {text:<width$} {name}{gap}")?;
        }
        writeln!(out)?;
    }
    writeln!(out)?;
    Ok(())
}

pub(super) fn object(sentence: &Sentence) -> Value {
    let words: Vec<_> = sentence
        .words
        .iter()
        .map(|(text, (start, end), kind)| {
            json!({ "text": text, "start": start, "end": end, "kind": kind.name() })
        })
        .collect();
    let (start, end) = sentence.chars;
    let (document, text) = (&sentence.document, &sentence.text);
    json!({ "document": document, "start": start, "end": end, "text": text, "words": words })
}
