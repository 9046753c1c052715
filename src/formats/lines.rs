//! The lines of a file, one at a time.

use std::borrow::Cow;

use super::Encoding;
use crate::{Error, Result};

/// A line, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'b> {
    /// Counted from 1.
    pub(super) number: u64,
    /// The byte of the file at which the line begins.
    pub(super) offset: u64,
    pub(super) text: Cow<'b, str>,
    /// How it ends: `\n`, `\r\n`, or nothing at the end of the file.
    pub(super) end: &'static str,
}

/// Lines end at `\n` or `\r\n`. A mark at the beginning of the file (BOM) is no part of it.
pub(super) struct Lines<'b> {
    pub(super) origin: String,
    bytes: &'b [u8],
    encoding: Encoding,
    at: usize,
    number: u64,
    most: usize,
}

impl<'b> Lines<'b> {
    pub(super) fn new(origin: &str, bytes: &'b [u8], encoding: Encoding) -> Self {
        Self { origin: origin.to_owned(), bytes, encoding, at: 0, number: 0, most: usize::MAX }
    }

    /// A line of more than `most` bytes is a mistake: where lines are short, a long one is damage
    /// and must not be taken into memory.
    pub(super) fn at_most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// The number of the line read last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// A mistake in line `line`.
    pub(super) fn wrong(&self, line: u64, reason: impl ToString) -> Error {
        Error::line(&self.origin, line, reason)
    }

    /// After a mistake nothing comes any more.
    pub(super) fn stop(&mut self) {
        self.at = self.bytes.len();
    }

    pub(super) fn decode(&self, offset: usize, bytes: &'b [u8]) -> Result<Cow<'b, str>> {
        self.encoding.decode(&self.origin, offset as u64, bytes)
    }

    /// The next line, blank ones left out.
    pub(super) fn next_filled(&mut self) -> Option<Result<Line<'b>>> {
        self.find(|line| !matches!(line, Ok(line) if line.text.trim().is_empty()))
    }
}

impl<'b> Iterator for Lines<'b> {
    type Item = Result<Line<'b>>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let offset = self.at;
        // No further than a line may go.
        let end = memchr::memchr(b'\n', &rest[..rest.len().min(self.most.saturating_add(2))]);
        self.at += end.map_or(rest.len(), |end| end + 1);
        self.number += 1;
        let line = &rest[..end.unwrap_or(rest.len())];
        let (line, end) = match (line.strip_suffix(b"\r"), end) {
            (Some(line), Some(_)) => (line, "\r\n"),
            (None, Some(_)) => (line, "\n"),
            (line_without, None) => (line_without.unwrap_or(line), ""),
        };
        if line.len() > self.most {
            self.stop();
            let reason = format!("the line has more than {} bytes", self.most);
            return Some(Err(self.wrong(self.number, reason)));
        }
        match self.decode(offset, line) {
            Ok(text) => Some(Ok(Line { number: self.number, offset: offset as u64, text, end })),
            Err(wrong) => {
                self.stop();
                Some(Err(wrong))
            }
        }
    }
}
