//! Subtitles: SubRip (`.srt`) and WebVTT (`.vtt`).

use std::fmt::Write as _;

use super::{Mark, check};
use crate::formats::Encoding;
use crate::formats::lines::{Line, Lines};
use crate::{Error, Result};

/// Reads the SubRip file `bytes`; errors call it `origin`. A text may have several lines, `\n`
/// between them.
///
/// # Errors
///
/// [`Error::Line`] for a subtitle without its line of times, or times that are none.
///
/// # Example
///
/// ```
/// use sprogkit::formats::marks::subtitles;
///
/// let file = "1\n00:00:01,500 --> 00:00:02,250\nJa tak.\n";
/// let subtitles = subtitles::read_srt("a.srt", file.as_bytes())?;
/// assert_eq!((subtitles[0].start, &*subtitles[0].text), (1.5, "Ja tak."));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn read_srt(origin: &str, bytes: &[u8]) -> Result<Vec<Mark>> {
    let mut marks = Vec::new();
    for block in blocks(origin, bytes)? {
        // The number before the times is often wrong or missing, and means nothing.
        let times = usize::from(!block[0].text.contains("-->"));
        marks.push(cue(origin, &block, times, |text| text.to_owned())?);
    }
    Ok(marks)
}

/// Writes a SubRip file; times are rounded to milliseconds, scores are not kept.
///
/// # Errors
///
/// [`Error::Argument`] where marks are not in their order, or a text is empty or has a blank line.
pub fn write_srt(marks: &[Mark]) -> Result<String> {
    written(marks)?;
    let mut out = String::new();
    for (at, mark) in marks.iter().enumerate() {
        let (start, end) = (clock(mark.start, ','), clock(mark.end, ','));
        let _ = write!(out, "{}\n{start} --> {end}\n{}\n\n", at + 1, mark.text);
    }
    Ok(out)
}

/// Reads the WebVTT file `bytes`; errors call it `origin`. Notes, styles, names, settings and
/// tags are left out.
///
/// # Errors
///
/// [`Error::Line`] where the file does not begin with `WEBVTT`, for a cue without its line of
/// times, or times that are none.
///
/// # Source
///
/// W3C (2019), *WebVTT: The Web Video Text Tracks Format*, §4 and §6.
pub fn read_vtt(origin: &str, bytes: &[u8]) -> Result<Vec<Mark>> {
    let mut marks = Vec::new();
    for (at, block) in blocks(origin, bytes)?.into_iter().enumerate() {
        let first = block[0].text.split_whitespace().next().unwrap_or_default();
        if at == 0 {
            if first != "WEBVTT" {
                let reason = format!("expected \"WEBVTT\", got \"{first}\"");
                return Err(Error::line(origin, block[0].number, reason));
            }
            continue;
        }
        if matches!(first, "NOTE" | "STYLE" | "REGION") && !block[0].text.contains("-->") {
            continue;
        }
        let times = usize::from(!block[0].text.contains("-->"));
        marks.push(cue(origin, &block, times, plain)?);
    }
    Ok(marks)
}

/// Writes a WebVTT file; times are rounded to milliseconds, scores are not kept.
///
/// # Errors
///
/// Those of [`write_srt`].
pub fn write_vtt(marks: &[Mark]) -> Result<String> {
    written(marks)?;
    let mut out = "WEBVTT\n\n".to_owned();
    for mark in marks {
        let text = mark.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let (start, end) = (clock(mark.start, '.'), clock(mark.end, '.'));
        let _ = write!(out, "{start} --> {end}\n{text}\n\n");
    }
    Ok(out)
}

/// Lines without a blank one between them; none is empty.
fn blocks<'b>(origin: &str, bytes: &'b [u8]) -> Result<Vec<Vec<Line<'b>>>> {
    let mut blocks = Vec::new();
    let mut block = Vec::new();
    for line in Lines::new(origin, bytes, Encoding::Utf8) {
        let line = line?;
        if !line.text.trim().is_empty() {
            block.push(line);
        } else if !block.is_empty() {
            blocks.push(std::mem::take(&mut block));
        }
    }
    if !block.is_empty() {
        blocks.push(block);
    }
    Ok(blocks)
}

fn cue(
    origin: &str,
    block: &[Line<'_>],
    times: usize,
    text: impl Fn(&str) -> String,
) -> Result<Mark> {
    let line = block.get(times).filter(|line| line.text.contains("-->"));
    let Some(line) = line else {
        let reason = "expected a line such as 00:00:01,000 --> 00:00:02,000";
        return Err(Error::line(origin, block[block.len().min(times + 1) - 1].number, reason));
    };
    let wrong = |reason: String| Error::line(origin, line.number, reason);
    let (start, rest) = line.text.split_once("-->").unwrap_or_default();
    // Settings may stand behind the end.
    let end = rest.split_whitespace().next().unwrap_or_default();
    let time = |text: &str| {
        unclock(text.trim()).ok_or_else(|| {
            wrong(format!("expected a time such as 00:00:01,000, got \"{}\"", text.trim()))
        })
    };
    let (start, end) = (time(start)?, time(end)?);
    if end < start {
        return Err(wrong(format!("it ends at {end} s, before it starts at {start} s")));
    }
    let lines: Vec<&str> = block[times + 1..].iter().map(|line| &*line.text).collect();
    Ok(Mark::new(start, end, text(&lines.join("\n"))))
}

/// Seconds of `[hours:]minutes:seconds[.,]thousandths`.
fn unclock(text: &str) -> Option<f64> {
    let (whole, thousandths) = text.split_once([',', '.'])?;
    let digits = |part: &str, most: usize| {
        let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse::<u64>().ok() } else { None }
    };
    let mut total = 0;
    let mut parts = 0;
    for part in whole.split(':') {
        total = total * 60 + digits(part, 6)?;
        parts += 1;
    }
    if !(2..=3).contains(&parts) || thousandths.len() != 3 {
        return None;
    }
    Some((total * 1000 + digits(thousandths, 3)?) as f64 / 1000.0)
}

fn clock(seconds: f64, point: char) -> String {
    let all = (seconds * 1000.0).round() as u64;
    let (seconds, milli) = (all / 1000, all % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}{point}{milli:03}")
}

/// `Ok` where the marks can be written as subtitles.
fn written(marks: &[Mark]) -> Result<()> {
    check(marks)?;
    for mark in marks {
        let arrow = mark.text.contains("-->");
        if arrow || mark.text.contains('\r') || mark.text.split('\n').any(|l| l.trim().is_empty()) {
            let requirement = "texts without blank lines, carriage returns and -->";
            return Err(Error::argument("marks", requirement, format!("{:?}", mark.text)));
        }
    }
    Ok(())
}

/// The text of a cue without its tags.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        // A tag that is never closed goes on to the end.
        rest = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
    }
    out.push_str(rest);
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", "\u{a0}")
        .replace("&lrm;", "\u{200e}")
        .replace("&rlm;", "\u{200f}")
        .replace("&amp;", "&")
}
