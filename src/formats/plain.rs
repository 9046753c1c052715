//! Plain text, cut into lines, blocks or left whole.
//!
//! The text is kept as it stands in the file; only line ends at the cuts, blank lines between them
//! and a mark at the beginning (BOM) are no part of it.

use std::borrow::Cow;

use super::Encoding;
use super::lines::Lines;
use crate::Result;

/// A piece of a plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passage<'b> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The byte of the file at which that line begins.
    pub offset: u64,
    /// The text.
    pub text: Cow<'b, str>,
}

/// The lines of `bytes` that are not blank.
///
/// The text is borrowed where it is UTF-8. Errors call the file `origin`; after one the iterator
/// ends.
///
/// # Errors
///
/// [`crate::Error::Format`] at the first byte that the encoding does not know.
///
/// # Example
///
/// ```
/// use sprogkit::formats::{Encoding, plain};
///
/// let lines: Vec<_> = plain::lines("a.txt", "En.\r\n\r\nTo.".as_bytes(), Encoding::Utf8)
///     .map(|line| line.map(|line| (line.line, line.text)))
///     .collect::<Result<_, _>>()?;
/// assert_eq!(lines, [(1, "En.".into()), (3, "To.".into())]);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn lines<'b>(
    origin: &str,
    bytes: &'b [u8],
    encoding: Encoding,
) -> impl Iterator<Item = Result<Passage<'b>>> {
    let mut lines = Lines::new(origin, bytes, encoding);
    std::iter::from_fn(move || {
        let line = match lines.next_filled()? {
            Ok(line) => line,
            Err(wrong) => return Some(Err(wrong)),
        };
        Some(Ok(Passage { line: line.number, offset: line.offset, text: line.text }))
    })
}

/// The blocks of `bytes`: neighbouring lines, parted from others by blank lines.
///
/// # Errors
///
/// Those of [`lines`].
///
/// # Example
///
/// ```
/// use sprogkit::formats::{Encoding, plain};
///
/// let text = "Et digt\ni to linjer\n\n \nEt andet\n";
/// let blocks: Vec<_> = plain::blocks("a.txt", text.as_bytes(), Encoding::Utf8)
///     .map(|block| block.map(|block| block.text))
///     .collect::<Result<_, _>>()?;
/// assert_eq!(blocks, ["Et digt\ni to linjer", "Et andet"]);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn blocks<'b>(
    origin: &str,
    bytes: &'b [u8],
    encoding: Encoding,
) -> impl Iterator<Item = Result<Passage<'b>>> {
    let mut lines = Lines::new(origin, bytes, encoding);
    std::iter::from_fn(move || {
        let first = match lines.next_filled()? {
            Ok(line) => line,
            Err(wrong) => return Some(Err(wrong)),
        };
        let mut last = first.offset as usize;
        for line in lines.by_ref() {
            match line {
                Ok(line) if line.text.trim().is_empty() => break,
                Ok(line) => last = line.offset as usize,
                Err(wrong) => return Some(Err(wrong)),
            }
        }
        let rest = &bytes[last..];
        let end = last + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let block = &bytes[first.offset as usize..end];
        let block = block.strip_suffix(b"\r").unwrap_or(block);
        let text = lines.decode(first.offset as usize, block);
        Some(text.map(|text| Passage { line: first.number, offset: first.offset, text }))
    })
}

/// All of `bytes` as one text.
///
/// # Errors
///
/// Those of [`lines`].
pub fn whole<'b>(origin: &str, bytes: &'b [u8], encoding: Encoding) -> Result<Passage<'b>> {
    let text = encoding.decode(origin, 0, bytes)?;
    Ok(Passage { line: 1, offset: 0, text })
}
