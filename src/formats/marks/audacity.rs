//! Audacity's label files: start, end and text, parted by tabs.

use std::fmt::Write as _;

use super::{Mark, check, micro, seconds};
use crate::formats::Encoding;
use crate::formats::lines::Lines;
use crate::{Error, Result};

/// Reads the label file `bytes`; errors call it `origin`. Ranges of frequencies, which stand on
/// lines of their own behind a `\`, are left out.
///
/// # Errors
///
/// [`Error::Line`] for a line that does not begin with two times.
///
/// # Source
///
/// *Audacity manual*, “Importing and exporting labels”.
///
/// # Example
///
/// ```
/// use sprogkit::formats::marks::audacity;
///
/// let labels = audacity::read("a.txt", "0.5\t0.75\tså".as_bytes())?;
/// assert_eq!(labels[0].text, "så");
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn read(origin: &str, bytes: &[u8]) -> Result<Vec<Mark>> {
    let mut marks = Vec::new();
    for line in Lines::new(origin, bytes, Encoding::Utf8) {
        let line = line?;
        if line.text.trim().is_empty() || line.text.starts_with('\\') {
            continue;
        }
        let mut columns = line.text.splitn(3, '\t');
        let mut time = || columns.next().and_then(|text| seconds(text.trim()));
        let (Some(start), Some(end)) = (time(), time()) else {
            let reason = "expected two times in seconds, with a decimal point and tabs behind them";
            return Err(Error::line(origin, line.number, reason));
        };
        if start < 0.0 || end < start {
            let reason = format!("expected times from 0 on, in their order, got {start} and {end}");
            return Err(Error::line(origin, line.number, reason));
        }
        marks.push(Mark::new(start, end, columns.next().unwrap_or_default()));
    }
    Ok(marks)
}

/// Writes a label file; times are rounded to microseconds, scores are not kept.
///
/// # Errors
///
/// [`Error::Argument`] where marks are not in their order, or a text has a line end in it.
pub fn write(marks: &[Mark]) -> Result<String> {
    check(marks)?;
    let mut out = String::new();
    for mark in marks {
        if mark.text.contains(['\n', '\r']) {
            let got = format!("{:?}", mark.text);
            return Err(Error::argument("marks", "texts without line ends", got));
        }
        let _ = writeln!(out, "{}\t{}\t{}", micro(mark.start), micro(mark.end), mark.text);
    }
    Ok(out)
}
