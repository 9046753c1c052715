//! Split patterns: how a vocabulary cuts a text before it merges bytes.
//!
//! The patterns of the known vocabularies are scanned by hand; any other pattern runs through
//! `fancy-regex`. Both give the same cuts: `tests/subword.rs` compares every scanner with its pattern.

use fancy_regex::Regex;

use super::borders;
use super::classes::{Classes, LETTER, LOWER, NEWLINE, NUMBER, SPACE, UPPER, WORD_OR_SPACE};
use crate::{Error, Result};

const GPT2: &str = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
const CL100K: &str = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s";
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const O200K: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Other spellings under which the same patterns are published.
const SPELLINGS: &[(&str, Known)] = &[
    (GPT2, Known::Gpt2),
    (r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", Known::Gpt2),
    (
        r"'s|'t|'re|'ve|'m|'ll|'d| ?[\p{L}]+| ?[\p{N}]+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        Known::Gpt2,
    ),
    (
        r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
        Known::Gpt2,
    ),
    (CL100K, Known::Cl100k),
    (LLAMA3, Known::Llama3),
    (
        r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        Known::Llama3Ascii,
    ),
    (QWEN2, Known::Qwen2),
    (O200K, Known::O200k),
    (TEKKEN, Known::Tekken),
];

/// A published split pattern with a scanner of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// GPT-2, r50k, p50k, Whisper, RoBERTa.
    Gpt2,
    /// cl100k: GPT-3.5 and GPT-4.
    Cl100k,
    /// Llama 3 and its kin: cl100k, but white space at the end is cut at its last line break.
    Llama3,
    /// As [`Known::Llama3`], contractions in ASCII letters alone.
    Llama3Ascii,
    /// Qwen 2 and 3: as [`Known::Llama3`], each digit by itself.
    Qwen2,
    /// o200k: GPT-4o and later.
    O200k,
    /// Mistral's Tekken: o200k without contractions, each digit by itself.
    Tekken,
}

impl Known {
    /// Every known pattern.
    pub const ALL: [Self; 7] = [
        Self::Gpt2,
        Self::Cl100k,
        Self::Llama3,
        Self::Llama3Ascii,
        Self::Qwen2,
        Self::O200k,
        Self::Tekken,
    ];

    /// The pattern by the name of its vocabulary.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "gpt2" | "r50k" | "r50k_base" | "p50k" | "p50k_base" | "whisper" => Self::Gpt2,
            "cl100k" | "cl100k_base" => Self::Cl100k,
            "llama3" => Self::Llama3,
            "qwen2" | "qwen3" => Self::Qwen2,
            "o200k" | "o200k_base" | "o200k_harmony" => Self::O200k,
            "tekken" => Self::Tekken,
            _ => return None,
        })
    }

    /// The known pattern that `regex` is a published spelling of.
    #[must_use]
    pub fn of_regex(regex: &str) -> Option<Self> {
        SPELLINGS.iter().find(|(known, _)| *known == regex).map(|&(_, pattern)| pattern)
    }

    /// The pattern as a regular expression.
    #[must_use]
    pub fn regex(self) -> &'static str {
        SPELLINGS
            .iter()
            .find(|&&(_, known)| known == self)
            .expect("every known pattern has a spelling")
            .0
    }
}

/// How a vocabulary cuts a text.
#[derive(Debug)]
pub struct Pattern {
    pub(super) cut: Cut,
}

#[derive(Debug)]
pub(super) enum Cut {
    /// By a scanner.
    Known(Known),
    /// By the regex engine.
    Regex(Box<Regex>),
    /// Before each run of sentencepiece's spaces (U+2581).
    Spaces,
    /// Not at all.
    Whole,
}

impl From<Known> for Pattern {
    fn from(known: Known) -> Self {
        Self { cut: Cut::Known(known) }
    }
}

impl Pattern {
    /// The pattern named `name`, or the one `name` spells out as a regular expression.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where `name` is neither a known name nor a regular expression.
    pub fn new(name: &str) -> Result<Self> {
        if let Some(known) = Known::named(name).or_else(|| Known::of_regex(name)) {
            return Ok(known.into());
        }
        // A bare word is a name that is not known, not an expression that matches itself.
        if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            return Err(wrong(format!("{name:?}")));
        }
        Self::expression(name)
    }

    /// The regular expression `regex`, run by the regex engine also where a scanner could.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where it is not well formed.
    pub fn expression(regex: &str) -> Result<Self> {
        let regex = Regex::new(regex).map_err(|error| wrong(format!("{regex:?}: {error}")))?;
        Ok(Self { cut: Cut::Regex(Box::new(regex)) })
    }

    /// Calls `piece` with start and end of each piece of `text`, in order.
    ///
    /// What an expression does not match belongs to no piece, as in tiktoken.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] where the regex engine gives up on the text.
    pub fn split(&self, text: &str, mut piece: impl FnMut(usize, usize)) -> Result<()> {
        match &self.cut {
            Cut::Known(known) => borders::cut(*known, text.as_bytes(), |ends| {
                let mut start = ends.start;
                for end in ends.each() {
                    piece(start, end);
                    start = end;
                }
            }),
            Cut::Regex(regex) => {
                for found in regex.find_iter(text) {
                    let found = found.map_err(|error| Error::Limit {
                        what: format!("steps of the split pattern ({error})"),
                        limit: 1_000_000,
                        asked: text.len() as u64,
                    })?;
                    if !found.as_str().is_empty() {
                        piece(found.start(), found.end());
                    }
                }
            }
            Cut::Spaces => {
                let mut at = 0;
                while at < text.len() {
                    let end = next_space(text.as_bytes(), at);
                    piece(at, end);
                    at = end;
                }
            }
            Cut::Whole => {
                if !text.is_empty() {
                    piece(0, text.len());
                }
            }
        }
        Ok(())
    }
}

/// The next run of U+2581 that begins behind another character, from `at` on.
#[inline]
pub(super) fn next_space(text: &[u8], at: usize) -> usize {
    let is_space = |at: usize| text[at..].starts_with(b"\xe2\x96\x81");
    let mut end = at;
    while is_space(end) {
        end += 3;
    }
    while end < text.len() && !(text[end] == 0xe2 && is_space(end)) {
        end += 1;
    }
    end
}

fn wrong(got: String) -> Error {
    let wanted = "gpt2, cl100k, o200k, llama3, qwen2, tekken, or a regular expression";
    Error::argument("pattern", wanted, got)
}

/// The end of the piece that starts at `at`.
#[inline]
pub(super) fn next(known: Known, classes: &Classes, text: &[u8], at: usize) -> usize {
    match known {
        Known::Gpt2 => gpt2(classes, text, at),
        Known::Cl100k => cl100k::<3, true, true>(classes, text, at),
        Known::Llama3 => cl100k::<3, false, true>(classes, text, at),
        Known::Llama3Ascii => cl100k::<3, false, false>(classes, text, at),
        Known::Qwen2 => cl100k::<1, false, true>(classes, text, at),
        Known::O200k => o200k::<3, true>(classes, text, at),
        Known::Tekken => o200k::<1, false>(classes, text, at),
    }
}

/// The end of the English contraction at `at`, which holds an apostrophe; `at` where there is none.
///
/// `fold`: 0 small letters alone, 1 capitals too, 2 also the long s, which folds to s.
#[inline]
fn contraction<const FOLD: u8>(text: &[u8], at: usize) -> usize {
    let letter = |i: usize| {
        let byte = text.get(at + i).copied().unwrap_or(0);
        if FOLD > 0 && byte.is_ascii_uppercase() { byte | 0x20 } else { byte }
    };
    match letter(1) {
        b's' | b'd' | b'm' | b't' => at + 2,
        b'l' if letter(2) == b'l' => at + 3,
        b'v' | b'r' if letter(2) == b'e' => at + 3,
        0xc5 if FOLD == 2 && letter(2) == 0xbf => at + 3,
        _ => at,
    }
}

/// The end of a run of white space from `at` on, of which the last character is left to the word
/// behind it: `\s+(?!\S)|\s+`.
#[inline]
fn spaces(classes: &Classes, text: &[u8], at: usize) -> usize {
    let mut last = at;
    let mut end = at;
    while end < text.len() {
        let (class, next) = classes.at(text, end);
        if class & SPACE == 0 {
            return if last > at { last } else { end };
        }
        last = end;
        end = next;
    }
    end
}

/// As [`spaces`], after `\s*[\r\n]+`; with `TAIL`, white space at the end of the text is one piece.
#[inline]
fn lines<const TAIL: bool>(classes: &Classes, text: &[u8], at: usize) -> usize {
    let mut last = at;
    let mut end = at;
    let mut line = at;
    while end < text.len() {
        let (class, next) = classes.at(text, end);
        if class & SPACE == 0 {
            return if line > at {
                line
            } else if last > at {
                last
            } else {
                end
            };
        }
        last = end;
        end = next;
        if class & NEWLINE != 0 {
            line = end;
        }
    }
    if !TAIL && line > at { line } else { end }
}

#[inline]
fn gpt2(classes: &Classes, text: &[u8], at: usize) -> usize {
    let (mut class, mut next) = classes.at(text, at);
    if text[at] == b'\'' {
        let end = contraction::<0>(text, at);
        if end > at {
            return end;
        }
    }
    if text[at] == b' ' && next < text.len() {
        (class, next) = classes.at(text, next);
    }
    if class & LETTER != 0 {
        classes.letters(text, next)
    } else if class & NUMBER != 0 {
        classes.run(text, next, NUMBER)
    } else if class & SPACE == 0 {
        classes.run_without(text, next, WORD_OR_SPACE)
    } else {
        spaces(classes, text, at)
    }
}

/// Up to `most` numbers, of which the first ends at `next`.
#[inline]
fn numbers(classes: &Classes, text: &[u8], mut next: usize, most: usize) -> usize {
    for _ in 1..most {
        if next == text.len() {
            break;
        }
        let (class, after) = classes.at(text, next);
        if class & NUMBER == 0 {
            break;
        }
        next = after;
    }
    next
}

#[inline]
fn cl100k<const DIGITS: usize, const TAIL: bool, const LONG_S: bool>(
    classes: &Classes,
    text: &[u8],
    at: usize,
) -> usize {
    let (class, next) = classes.at(text, at);
    if class & LETTER != 0 {
        return classes.letters(text, next);
    }
    if class & NUMBER != 0 {
        return numbers(classes, text, next, DIGITS);
    }
    if text[at] == b'\'' {
        let end = if LONG_S { contraction::<2>(text, at) } else { contraction::<1>(text, at) };
        if end > at {
            return end;
        }
    }
    let mut sign = (class, next);
    if next < text.len() && class & NEWLINE == 0 {
        let second = classes.at(text, next);
        if second.0 & LETTER != 0 {
            return classes.letters(text, second.1);
        }
        if text[at] == b' ' {
            sign = second;
        }
    }
    if sign.0 & WORD_OR_SPACE == 0 {
        let end = classes.run_without(text, sign.1, WORD_OR_SPACE);
        return classes.run(text, end, NEWLINE);
    }
    lines::<TAIL>(classes, text, at)
}

/// `[U]*[W]+` from `at` on, where U are the classes of [`UPPER`] and W those of [`LOWER`].
///
/// The first part takes all it can and gives back until the second finds a character.
#[inline]
fn capitals_then_small(classes: &Classes, text: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    // After the last character that both parts may take.
    let mut both = None;
    while end < text.len() {
        let (class, next) = classes.at(text, end);
        if class & UPPER == 0 {
            if class & LOWER != 0 {
                return Some(classes.lower(text, next));
            }
            break;
        }
        end = next;
        if class & LOWER != 0 {
            both = Some(end);
        }
    }
    both
}

#[inline]
fn o200k<const DIGITS: usize, const CONTRACTIONS: bool>(
    classes: &Classes,
    text: &[u8],
    at: usize,
) -> usize {
    let (class, next) = classes.at(text, at);
    let suffixed = |end: usize| {
        if CONTRACTIONS && text.get(end) == Some(&b'\'') {
            contraction::<2>(text, end)
        } else {
            end
        }
    };
    if class & NUMBER != 0 {
        return numbers(classes, text, next, DIGITS);
    }
    let may_lead = class & (NEWLINE | LETTER) == 0;
    if may_lead && let Some(end) = capitals_then_small(classes, text, next) {
        return suffixed(end);
    }
    if class & (UPPER | LOWER) != 0
        && let Some(end) = capitals_then_small(classes, text, at)
    {
        return suffixed(end);
    }
    if may_lead {
        let end = classes.run(text, next, UPPER);
        if end > next {
            return suffixed(end);
        }
    }
    if class & UPPER != 0 {
        return suffixed(classes.run(text, next, UPPER));
    }
    let mut sign = (class, next);
    if text[at] == b' ' && next < text.len() {
        sign = classes.at(text, next);
    }
    if sign.0 & WORD_OR_SPACE == 0 {
        let end = classes.run_without(text, sign.1, WORD_OR_SPACE);
        let tail = text[end..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n' | b'/'));
        return end + tail.count();
    }
    lines::<false>(classes, text, at)
}
