//! Marks in whichever format is asked for by its name.

use std::path::Path;

use super::textgrid::{Form, TextGrid};
use super::{Mark, Tier, audacity, ctm, subtitles, textgrid, whisperx};
use crate::{Error, Result};

/// The formats that marks can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Praat's TextGrid.
    TextGrid,
    /// NIST CTM.
    Ctm,
    /// SubRip.
    Srt,
    /// WebVTT.
    Vtt,
    /// Audacity's labels.
    Audacity,
    /// JSON as whisperX writes it.
    WhisperX,
}

impl Format {
    /// The formats' names, as Python and the command line take them.
    pub const NAMES: [&'static str; 6] = ["textgrid", "ctm", "srt", "vtt", "audacity", "whisperx"];

    /// The format of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a name that is none.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "textgrid" => Ok(Self::TextGrid),
            "ctm" => Ok(Self::Ctm),
            "srt" => Ok(Self::Srt),
            "vtt" => Ok(Self::Vtt),
            "audacity" => Ok(Self::Audacity),
            "whisperx" => Ok(Self::WhisperX),
            _ => Err(Error::argument("format", format!("one of {:?}", Self::NAMES), name)),
        }
    }

    /// The format whose files end like `path`: `.TextGrid`, `.ctm`, `.srt`, `.vtt`, `.txt`
    /// (Audacity's labels) or `.json` (whisperX), in any case.
    ///
    /// # Example
    ///
    /// ```
    /// use sprogkit::formats::marks::Format;
    ///
    /// assert_eq!(Format::of("taler/1.TextGrid".as_ref()), Some(Format::TextGrid));
    /// assert_eq!(Format::of("taler/1.wav".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let end = path.extension()?.to_str()?.to_ascii_lowercase();
        match end.as_str() {
            "txt" => Some(Self::Audacity),
            "json" => Some(Self::WhisperX),
            "textgrid" | "ctm" | "srt" | "vtt" => Self::named(&end).ok(),
            _ => None,
        }
    }
}

/// What some formats say of the recording.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// Its name in a CTM file: no blanks. Default: `recording`.
    pub recording: String,
    /// Where it ends, in seconds, for a TextGrid. Default: with the last mark.
    pub end: Option<f64>,
    /// Its language in JSON, as a BCP 47 tag. Default: `da`.
    pub language: String,
}

impl Default for About {
    fn default() -> Self {
        Self { recording: "recording".to_owned(), end: None, language: "da".to_owned() }
    }
}

/// Writes `tiers` in that format.
///
/// A TextGrid takes any number of tiers, the others one. JSON takes two as well: segments, and
/// their words, each of which belongs to the last segment that starts before the word's middle;
/// words alone become one segment.
///
/// # Errors
///
/// [`Error::Argument`] for more tiers than the format takes or none, and for marks that it cannot
/// hold: the error names the first.
///
/// # Example
///
/// ```
/// use sprogkit::formats::marks::{About, Format, Mark, Tier, write};
///
/// let words = Tier::new("words", vec![Mark::new(0.5, 0.75, "ja"), Mark::new(0.75, 1.25, "tak")]);
/// let file = write(&[words], Format::Ctm, &About::default())?;
/// assert_eq!(file, "recording 1 0.5 0.25 ja\nrecording 1 0.75 0.5 tak\n");
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn write(tiers: &[Tier], format: Format, about: &About) -> Result<String> {
    let one = || match tiers {
        [tier] => Ok(&tier.marks[..]),
        _ => Err(Error::argument("marks", "one tier for this format", tiers.len())),
    };
    match format {
        Format::TextGrid => {
            let ends = tiers.iter().flat_map(|tier| &tier.marks).map(|mark| mark.end);
            let end = about.end.unwrap_or_else(|| ends.fold(0.0, f64::max));
            textgrid::write(&TextGrid { start: 0.0, end, tiers: tiers.to_vec() }, Form::Long)
        }
        Format::Ctm => ctm::write(&[ctm::Channel {
            recording: about.recording.clone(),
            name: "1".to_owned(),
            marks: one()?.to_vec(),
        }]),
        Format::Srt => subtitles::write_srt(one()?),
        Format::Vtt => subtitles::write_vtt(one()?),
        Format::Audacity => audacity::write(one()?),
        Format::WhisperX => {
            let segments = match tiers {
                [segments, words] => parted(&segments.marks, &words.marks)?,
                _ => vec![whole(one()?)],
            };
            let language = about.language.clone();
            Ok(whisperx::write(&whisperx::Transcript { language, segments })? + "\n")
        }
    }
}

/// All words as one segment.
fn whole(words: &[Mark]) -> whisperx::Segment {
    let text: Vec<&str> = words.iter().map(|mark| mark.text.as_str()).collect();
    let (start, end) = (words.first().map(|mark| mark.start), words.last().map(|mark| mark.end));
    let mark = Mark::new(start.unwrap_or_default(), end.unwrap_or_default(), text.join(" "));
    whisperx::Segment { mark, words: words.to_vec() }
}

/// The words in their segments.
fn parted(segments: &[Mark], words: &[Mark]) -> Result<Vec<whisperx::Segment>> {
    super::check(segments)?;
    super::check(words)?;
    let mut found: Vec<whisperx::Segment> = segments
        .iter()
        .map(|mark| whisperx::Segment { mark: mark.clone(), words: Vec::new() })
        .collect();
    let mut at = 0;
    for word in words {
        let middle = f64::midpoint(word.start, word.end);
        while segments.get(at + 1).is_some_and(|next| next.start <= middle) {
            at += 1;
        }
        let segment = found.get_mut(at).ok_or_else(|| {
            Error::argument("marks", "segments for the words", format!("{:?}", word.text))
        })?;
        segment.words.push(word.clone());
    }
    Ok(found)
}
