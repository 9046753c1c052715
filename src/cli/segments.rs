//! What `words` and `sentences` share: text in, one segment a line out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::json;

use super::Done;
use super::bars::Bars;
use super::failure::Failure;
use super::figures::{bytes, count, counted, time};
use super::out::Out;
use super::stream::{Cut, Input, Piece, stream};
use crate::annotate::Summary;
use crate::corpus::Pack;
use crate::text::{Norm, Options, offsets};
use crate::{Error, Span};

/// Where the text comes from.
#[derive(Debug, clap::Args)]
pub(super) struct Source {
    /// Text files, UTF-8; none or `-` is the standard input
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// What offsets count, from the start of each file or document [default: byte; with --pack char]
    #[arg(long, value_enum)]
    unit: Option<Unit>,
    /// By Unicode's rules (UAX #29) instead of the Danish treebank's
    #[arg(long)]
    pub(super) unicode: bool,
    /// Take the documents of this pack, and write their segments into it as a layer
    #[arg(long, value_name = "PACK", conflicts_with = "files")]
    pub(super) pack: Option<PathBuf>,
}

impl Source {
    /// What offsets count: in a pack characters, as everything else that writes layers.
    pub(super) fn unit(&self) -> Unit {
        self.unit.unwrap_or(if self.pack.is_some() { Unit::Char } else { Unit::Byte })
    }

    /// How to part the text.
    pub(super) fn options(&self) -> Options {
        let norm = if self.unicode { Norm::Unicode } else { Norm::Danish };
        Options { norm, ..Options::default() }
    }
}

/// What offsets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Unit {
    /// Bytes of UTF-8, as Rust counts
    Byte,
    /// Unicode code points, as Python counts
    Char,
    /// UTF-16 code units, as JavaScript counts
    Utf16,
}

impl From<Unit> for offsets::Unit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Byte => Self::Byte,
            Unit::Char => Self::Char,
            Unit::Utf16 => Self::Utf16,
        }
    }
}

/// Writes a layer of `pack` by `annotate`, and tells what it did.
pub(super) fn write_layer(
    name: &str,
    path: &Path,
    annotate: impl FnOnce(&mut Pack, &Bars) -> crate::Result<Summary>,
    out: &mut Out,
) -> Done {
    let started = Instant::now();
    let mut pack = Pack::open(path)?;
    let bars = out.bars();
    let summary = match annotate(&mut pack, &bars) {
        Err(Error::Cancelled) => {
            let path = path.display();
            return Err(Failure::Stopped(format!("stopped: {path} is as it was")));
        }
        summary => summary?,
    };
    bars.finish();
    let took = started.elapsed();
    if out.json {
        return Ok(out.object(&json!({
            "pack": path,
            "layer": name,
            "rows": summary.rows,
            "items": summary.items,
            "bytes": summary.bytes,
            "seconds": took.as_secs_f64(),
        }))?);
    }
    let layer = out.paint.bright(&format!("layer {name}"));
    writeln!(
        out,
        "{}: {layer}: {} in {}, {} in {}",
        path.display(),
        count(summary.items),
        counted(summary.rows, "document"),
        bytes(summary.bytes),
        time(took)
    )?;
    Ok(())
}

/// One segment, as `--json` writes it.
#[derive(Serialize)]
struct Segment<'t> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'t str>,
    text: &'t str,
    start: u64,
    end: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'t str>,
}

/// How a text is cut into segments.
pub(super) trait Segments: Sync {
    /// Those of `text`, in order, with the name of their kind where they have one.
    fn of<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Span, Option<&'static str>)> + 't;
}

/// Writes the segments of all inputs: each as a line of its own or, for machines, as an object.
pub(super) fn write(source: &Source, segments: &impl Segments, out: &mut Out) -> Done {
    let inputs = Input::all(&source.files);
    let names: Vec<String> = inputs.iter().map(|i| i.name().display().to_string()).collect();
    let unit = source.unit();
    let (json, many) = (out.json, inputs.len() > 1);
    let work = |piece: &Piece<'_>, buffer: &mut Vec<u8>| {
        if !json {
            for (span, _) in segments.of(piece.text) {
                line(span.of(piece.text), buffer);
            }
            return;
        }
        let file = many.then_some(names[piece.input].as_str());
        let base = match unit {
            Unit::Byte => piece.at.bytes,
            Unit::Char => piece.at.chars,
            Unit::Utf16 => piece.at.utf16,
        };
        let mut position = offsets::Converter::new(piece.text, unit.into());
        for (span, kind) in segments.of(piece.text) {
            let start = base + position.from_byte(span.start()) as u64;
            let end = base + position.from_byte(span.end()) as u64;
            let segment = Segment { file, text: span.of(piece.text), start, end, kind };
            serde_json::to_writer(&mut *buffer, &segment)
                .expect("strings and numbers are written to memory");
            buffer.push(b'\n');
        }
    };
    let cut = BetweenSentences(source.options());
    match out.bars_beside() {
        Some(bars) => stream(&inputs, &cut, work, out, &bars),
        None => stream(&inputs, &cut, work, out, &()),
    }
}

/// Writes a segment as one line: line breaks inside it become a space.
fn line(segment: &str, buffer: &mut Vec<u8>) {
    if memchr::memchr2(b'\n', b'\r', segment.as_bytes()).is_none() {
        buffer.extend_from_slice(segment.as_bytes());
    } else {
        let mut parts = segment.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty());
        buffer.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        for part in parts {
            buffer.push(b' ');
            buffer.extend_from_slice(part.as_bytes());
        }
    }
    buffer.push(b'\n');
}

/// Cuts at blank lines; where there is none, before a sentence that begins a line.
pub(super) struct BetweenSentences(pub(super) Options);

/// How much of the end of a text is looked at for a place to cut.
const WINDOW: usize = 16 << 10;
/// How far before the end of what was read a sentence's start no longer depends on what follows.
const SETTLED: usize = 1 << 10;

impl Cut for BetweenSentences {
    fn last(&self, bytes: &[u8], from: usize) -> Option<usize> {
        if let Some(place) = after_blank_line(bytes, from) {
            return Some(place);
        }
        // Once per window: what comes in small reads is not looked at again and again.
        if bytes.len() / WINDOW == from / WINDOW {
            return None;
        }
        let (start, text) = tail(bytes);
        let settled = text.len().saturating_sub(SETTLED);
        self.starts(text, settled)
            .filter(|&at| text[..at].trim_end_matches([' ', '\t', '\r']).ends_with('\n'))
            .last()
            .map(|at| start + at)
    }

    fn anywhere(&self, bytes: &[u8]) -> usize {
        let (start, text) = tail(bytes);
        let settled = text.len().saturating_sub(SETTLED);
        let sentence = self.starts(text, settled).last();
        let space = || text.rfind(char::is_whitespace);
        match sentence.or_else(space) {
            Some(at) if start + at > 0 => start + at,
            // No space in all of it: between two characters, or, where it is not text, anywhere.
            _ if !text.is_empty() => start + text.len(),
            _ => bytes.len(),
        }
    }
}

impl BetweenSentences {
    /// Where sentences of `text` start, behind its own start and not behind `settled`.
    fn starts<'t>(&self, text: &'t str, settled: usize) -> impl Iterator<Item = usize> + 't {
        self.0.sentences(text).map(Span::start).filter(move |&at| 0 < at && at <= settled)
    }
}

/// The last place in `bytes` that follows a line of white space alone. The line may begin before
/// `from`, but not end there.
fn after_blank_line(bytes: &[u8], from: usize) -> Option<usize> {
    let mut end = bytes.len();
    while let Some(newline) = memchr::memrchr(b'\n', &bytes[from..end]).map(|at| from + at) {
        let before = memchr::memrchr(b'\n', &bytes[..newline]);
        let line = before.map_or(0, |at| at + 1)..newline;
        if before.is_some() && bytes[line].iter().all(|b| matches!(b, b' ' | b'\t' | b'\r')) {
            return Some(newline + 1);
        }
        end = newline;
    }
    None
}

/// The valid text in the last [`WINDOW`] bytes, from a line's start if there is one, and where
/// it begins.
fn tail(bytes: &[u8]) -> (usize, &str) {
    let window = bytes.len().saturating_sub(WINDOW);
    let line = memchr::memchr(b'\n', &bytes[window..]).map(|at| window + at + 1);
    let start = match line {
        _ if window == 0 => 0,
        Some(line) if line < bytes.len() - WINDOW / 2 => line,
        _ => (window..bytes.len()).find(|&at| bytes[at] & 0xC0 != 0x80).unwrap_or(window),
    };
    let text = match std::str::from_utf8(&bytes[start..]) {
        Ok(text) => text,
        Err(e) => {
            std::str::from_utf8(&bytes[start..start + e.valid_up_to()]).expect("valid up to there")
        }
    };
    (start, text)
}
