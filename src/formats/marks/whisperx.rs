//! JSON as whisperX writes it: segments, and in each its words.

use serde::{Deserialize, Serialize};

use super::{Mark, check};
use crate::formats::Encoding;
use crate::{Error, Result};

/// A transcript with its words in time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    /// The language, as a BCP 47 tag; may be empty.
    pub language: String,
    /// The segments, in their order.
    pub segments: Vec<Segment>,
}

/// A stretch of speech.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segment {
    /// Where it is, and its text.
    pub mark: Mark,
    /// Its words.
    pub words: Vec<Mark>,
}

#[derive(Serialize, Deserialize)]
struct File {
    segments: Vec<FileSegment>,
    #[serde(default)]
    word_segments: Vec<FileWord>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    language: String,
}

#[derive(Serialize, Deserialize)]
struct FileSegment {
    start: f64,
    end: f64,
    text: String,
    #[serde(default)]
    words: Vec<FileWord>,
}

#[derive(Clone, Serialize, Deserialize)]
struct FileWord {
    word: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
}

/// Reads the JSON `bytes`; errors call it `origin`.
///
/// A word without times, as whisperX gives where it could not align, gets what is left between
/// its neighbours; several in a row share it equally.
///
/// # Errors
///
/// [`Error::Line`] where this is no JSON, or not of that form, or times are not in their order.
///
/// # Example
///
/// ```
/// use sprogkit::formats::marks::whisperx;
///
/// let json = br#"{"segments": [{"start": 0, "end": 2, "text": "ja 7 tak", "words": [
///     {"word": "ja", "start": 0.5, "end": 1, "score": 0.9}, {"word": "7"},
///     {"word": "tak", "start": 1.5, "end": 2, "score": 0.8}]}]}"#;
/// let words = &whisperx::read("a.json", json)?.segments[0].words;
/// assert_eq!((words[1].start, words[1].end), (1.0, 1.5));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn read(origin: &str, bytes: &[u8]) -> Result<Transcript> {
    let text = Encoding::Utf8.decode(origin, 0, bytes)?;
    let file: File = serde_json::from_str(&text).map_err(|wrong| {
        let reason = wrong.to_string();
        let reason = reason.rsplit_once(" at line ").map_or(&*reason, |(reason, _)| reason);
        Error::line(origin, (wrong.line() as u64).max(1), reason)
    })?;
    let mut segments = Vec::with_capacity(file.segments.len());
    for (at, segment) in file.segments.into_iter().enumerate() {
        let wrong = |what: &str| Error::line(origin, 1, format!("segments[{at}]: {what}"));
        let mark = Mark::new(segment.start, segment.end, segment.text);
        let words = placed(&mark, segment.words);
        check(std::slice::from_ref(&mark))
            .map_err(|_| wrong("its times are not in their order"))?;
        check(&words).map_err(|_| wrong("the times of its words are not in their order"))?;
        segments.push(Segment { mark, words });
    }
    Ok(Transcript { language: file.language, segments })
}

/// The words with times for those that have none.
fn placed(segment: &Mark, words: Vec<FileWord>) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if let (Some(start), Some(end)) = (word.start, word.end) {
            marks.push(Mark { start, end, text: word.word.clone(), score: word.score });
            at += 1;
            continue;
        }
        let bare = |word: &&FileWord| word.start.is_none() || word.end.is_none();
        let run = words[at..].iter().take_while(bare).count();
        let from = marks.last().map_or(segment.start, |mark| mark.end);
        let to = words.get(at + run).and_then(|word| word.start).unwrap_or(segment.end).max(from);
        let part =
            |k: usize| if k == run { to } else { from + (to - from) * k as f64 / run as f64 };
        for (k, word) in words[at..at + run].iter().enumerate() {
            let text = word.word.clone();
            marks.push(Mark { start: part(k), end: part(k + 1), text, score: word.score });
        }
        at += run;
    }
    marks
}

/// Writes the transcript as one line of JSON.
///
/// # Errors
///
/// [`Error::Argument`] where segments, or words of a segment, are not in their order.
pub fn write(transcript: &Transcript) -> Result<String> {
    let marks: Vec<Mark> = transcript.segments.iter().map(|segment| segment.mark.clone()).collect();
    check(&marks)?;
    let mut segments = Vec::with_capacity(transcript.segments.len());
    for segment in &transcript.segments {
        check(&segment.words)?;
        let words = segment.words.iter().map(|word| FileWord {
            word: word.text.clone(),
            start: Some(word.start),
            end: Some(word.end),
            score: word.score.filter(|score| score.is_finite()),
        });
        segments.push(FileSegment {
            start: segment.mark.start,
            end: segment.mark.end,
            text: segment.mark.text.clone(),
            words: words.collect(),
        });
    }
    let word_segments = segments.iter().flat_map(|segment| segment.words.clone()).collect();
    let file = File { segments, word_segments, language: transcript.language.clone() };
    serde_json::to_string(&file)
        .map_err(|wrong| Error::argument("transcript", "what JSON can hold", wrong))
}
