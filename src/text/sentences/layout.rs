//! Line breaks: which of them end a sentence, and which only wrap a line.

use super::scan::{Gap, is_space, skip_space};

/// Whether a line break ends a sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// A blank line ends a sentence, and so does a line break that no wrapping explains. Default.
    ///
    /// A single line break counts as wrapping where the next line begins with a small letter, or
    /// where the next line's first word would not have fitted into the lines around it. So
    /// headings, list items, address lines and one paragraph a line end a sentence without a
    /// stop, and text wrapped at a width up to 100 bytes does not.
    #[default]
    Auto,
    /// Every line break ends a sentence: one sentence or one item a line, verse, transcripts.
    Lines,
    /// Only a blank line does; a single line break is a space: wrapped text, subtitles.
    Paragraphs,
    /// None does: every line break is a space.
    Ignore,
}

/// Lines are measured up to this many bytes; longer ones are taken for whole paragraphs.
const LONG: usize = 100;
/// Lines below this are too short to be wrapped.
const SHORT: usize = 40;

/// Whether the line breaks in `gap` end a sentence; `None` where they are only white space.
#[inline(always)]
pub(super) fn judge(text: &[u8], gap: Gap, layout: Layout) -> Option<bool> {
    match (layout, gap.lines) {
        (_, 0) | (Layout::Ignore, _) | (Layout::Paragraphs, 1) => None,
        (Layout::Lines, _) | (_, 2..) => Some(true),
        (Layout::Auto, 1) => ends_line(text, gap).then_some(true),
    }
}

/// Whether the line before `gap` was ended on purpose.
#[inline(always)]
fn ends_line(text: &[u8], gap: Gap) -> bool {
    // Mostly what follows is neither a small letter nor what may be a list marker.
    if text[gap.end].is_ascii_uppercase() {
        !goes_on(text, gap.start) && is_on_purpose(text, gap)
    } else {
        ends_before(text, gap)
    }
}

/// The same before anything but a capital of A–Z.
fn ends_before(text: &[u8], gap: Gap) -> bool {
    let next = &text[gap.end..];
    match list_marker(next) {
        Some(marker) => !starts_small(&next[marker..]) || is_on_purpose(text, gap),
        None => !starts_small(next) && !goes_on(text, gap.start) && is_on_purpose(text, gap),
    }
}

/// Whether the line that ends at `end` says that it goes on. After a dot the rules know best.
#[inline]
fn goes_on(text: &[u8], end: usize) -> bool {
    matches!(text[end - 1], b',' | b'-' | b'(' | b'.')
}

/// Whether no wrapping explains the line's end.
#[inline]
fn is_on_purpose(text: &[u8], gap: Gap) -> bool {
    let line = gap.start - gap.line;
    !(SHORT..=LONG).contains(&line) || fits(text, gap, line)
}

/// Whether the next line's first word would have fitted into the line of `line` bytes before
/// `gap`.
fn fits(text: &[u8], gap: Gap, line: usize) -> bool {
    let around = line_after(text, gap.end).max(line_above(text, gap.line));
    line + 1 + word_length(text, gap.end) <= around
}

/// Whether the text begins with a small letter, behind what may open a word.
fn starts_small(text: &[u8]) -> bool {
    let mut at = 0;
    while matches!(text.get(at), Some(b'"' | b'\'' | b'(' | b'[')) {
        at += 1;
    }
    match text.get(at) {
        Some(b'a'..=b'z' | b',' | b';' | b')' | b'%' | b'&') => true,
        Some(0xC3) => matches!(text.get(at + 1), Some(0x9F..)),
        _ => false,
    }
}

/// The length of a list marker with its white space: `-`, `•`, `1.`, `1)`, `a)`, `(1)`, `§ 1`.
fn list_marker(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    match *text.first()? {
        b'-' | b'*' | b'#' | b'+' => at = 1,
        0xE2 if text.len() > 2 && is_bullet(text) => at = 3,
        0xC2 if matches!(text.get(1), Some(0xA7 | 0xB7)) => at = 2,
        _ => {
            let open = usize::from(text[0] == b'(');
            let digits = text[open..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
            let label = match digits {
                0 => usize::from(text.get(open).is_some_and(u8::is_ascii_lowercase)),
                1..=3 => digits,
                _ => 0,
            };
            if label > 0 {
                at = match text.get(open + label) {
                    Some(b')') => open + label + 1,
                    Some(b'.') if open == 0 && digits > 0 => label + 1,
                    _ => 0,
                };
            }
        }
    }
    (at > 0 && is_space(text, at)).then(|| skip_space(text, at))
}

/// Whether the text begins with – — • ‣ ● ▪ ◦ and the like.
fn is_bullet(text: &[u8]) -> bool {
    matches!(
        [text[0], text[1], text[2]],
        [0xE2, 0x80, 0x93 | 0x94 | 0xA2 | 0xA3]
            | [0xE2, 0x97, 0x8F | 0xA6 | 0x8B]
            | [0xE2, 0x96, _]
    )
}

/// Bytes of the line above the one that begins at `start`, at most a little more than [`LONG`].
fn line_above(text: &[u8], start: usize) -> usize {
    let end = start.saturating_sub(1);
    let line = &text[end.saturating_sub(LONG + 1)..end];
    memchr::memrchr(b'\n', line).map_or(line.len(), |at| line.len() - 1 - at)
}

/// Bytes of the line that begins at `start`, measured as in [`line_above`].
fn line_after(text: &[u8], start: usize) -> usize {
    let line = &text[start..text.len().min(start + LONG + 1)];
    memchr::memchr(b'\n', line).unwrap_or(line.len())
}

/// Bytes up to the next white space.
fn word_length(text: &[u8], start: usize) -> usize {
    text[start..].iter().take(LONG).take_while(|&&b| !b.is_ascii_whitespace()).count()
}
