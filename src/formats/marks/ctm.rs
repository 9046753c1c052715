//! CTM: a word a line with its recording, channel, start and duration.

use std::fmt::Write as _;

use super::{Mark, check, micro, seconds};
use crate::formats::Encoding;
use crate::formats::lines::Lines;
use crate::{Error, Result};

/// The words of one channel of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Channel {
    /// The recording's name: no blanks.
    pub recording: String,
    /// The channel: no blanks, mostly `1` or `A`.
    pub name: String,
    /// The words.
    pub marks: Vec<Mark>,
}

/// Reads the CTM file `bytes`; errors call it `origin`. Channels come in the order of their first
/// words; lines that begin with `;;` are comments.
///
/// # Errors
///
/// [`Error::Line`] for a line that has not five or six columns, or times that are no seconds.
///
/// # Source
///
/// NIST, *SCTK documentation*, “ctm: definition of a time marked conversation scoring input”.
///
/// # Example
///
/// ```
/// use sprogkit::formats::marks::ctm;
///
/// let channels = ctm::read("a.ctm", b"opkald 1 0.50 0.25 ja 0.98\n")?;
/// assert_eq!(channels[0].marks[0].end, 0.75);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn read(origin: &str, bytes: &[u8]) -> Result<Vec<Channel>> {
    let mut channels: Vec<Channel> = Vec::new();
    for line in Lines::new(origin, bytes, Encoding::Utf8) {
        let line = line?;
        if line.text.trim().is_empty() || line.text.starts_with(";;") {
            continue;
        }
        let columns: Vec<&str> = line.text.split_whitespace().collect();
        let &[recording, name, start, duration, word, ref score @ ..] = &columns[..] else {
            let reason = format!("expected 5 or 6 columns, found {}", columns.len());
            return Err(Error::line(origin, line.number, reason));
        };
        if score.len() > 1 {
            let reason = format!("expected 5 or 6 columns, found {}", columns.len());
            return Err(Error::line(origin, line.number, reason));
        }
        let number = |what: &str, text: &str| {
            seconds(text).ok_or_else(|| {
                Error::line(origin, line.number, format!("expected {what}, got \"{text}\""))
            })
        };
        let start = number("a start in seconds", start)?;
        let duration = number("a duration in seconds", duration)?;
        if start < 0.0 || duration < 0.0 {
            let reason = format!("expected times from 0 on, got {start} and {duration}");
            return Err(Error::line(origin, line.number, reason));
        }
        let score = match score.first() {
            // What has no score, may have a sign in its place.
            None | Some(&"NA" | &"-") => None,
            Some(score) => Some(number("a score", score)?),
        };
        let mark = Mark { start, end: start + duration, text: word.to_owned(), score };
        // The last channel is nearly always the one that goes on.
        let same = |c: &Channel| c.recording == recording && c.name == name;
        match channels.iter().rposition(same) {
            Some(at) => channels[at].marks.push(mark),
            None => channels.push(Channel {
                recording: recording.to_owned(),
                name: name.to_owned(),
                marks: vec![mark],
            }),
        }
    }
    Ok(channels)
}

/// Writes a CTM file; times are rounded to microseconds.
///
/// # Errors
///
/// [`Error::Argument`] where marks are not in their order, or a name or a word is empty, has blanks or
/// begins a comment.
pub fn write(channels: &[Channel]) -> Result<String> {
    let mut out = String::new();
    for channel in channels {
        check(&channel.marks)?;
        let Channel { recording, name, marks } = channel;
        let words = marks.iter().map(|mark| &mark.text);
        for text in words.chain([recording, name]) {
            if text.is_empty() || text.contains(char::is_whitespace) || text.starts_with(";;") {
                let requirement = "words and names without blanks";
                return Err(Error::argument("channels", requirement, format!("{text:?}")));
            }
        }
        for mark in marks {
            let (start, end) = (micro(mark.start), micro(mark.end - mark.start));
            let _ = write!(out, "{recording} {name} {start} {end} {}", mark.text);
            if let Some(score) = mark.score.filter(|score| score.is_finite()) {
                let _ = write!(out, " {score}");
            }
            out.push('\n');
        }
    }
    Ok(out)
}
