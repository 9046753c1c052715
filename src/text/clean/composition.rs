//! Letters and their marks in composed form.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{Around, Cleaner};
use crate::Span;
use crate::text::Rewriter;

const KIND: &str = "composition";

/// Strokes laid over a letter. Unicode composes none of them, also not to `ø`.
const STROKES: [char; 2] = ['\u{337}', '\u{338}'];

/// A ring standing by itself, which some typesetting puts before its letter.
const RING: char = '\u{2DA}';

/// NFC, stretch by stretch: a stretch begins at a character that never joins the one before it.
pub(super) fn step(_: &Cleaner, _: &Around, rewriter: &mut Rewriter<'_>) {
    let text = rewriter.source();
    let mut start = 0;
    let mut simple = true;
    for (at, c) in text.char_indices() {
        let joins = joins(c);
        if !joins {
            stretch(rewriter, start, at, simple);
            start = at;
            simple = is_simple(c);
        } else {
            simple = false;
        }
    }
    stretch(rewriter, start, text.len(), simple);
}

/// Whether a stretch of this character alone is what it should be.
fn is_simple(c: char) -> bool {
    c < '\u{2DA}' || (c != RING && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes)
}

/// Whether `c` can join or pass the character before it.
fn joins(c: char) -> bool {
    c >= '\u{300}'
        && (canonical_combining_class(c) != 0
            || is_nfc_quick(std::iter::once(c)) == IsNormalized::Maybe)
}

fn stretch(rewriter: &mut Rewriter<'_>, start: usize, end: usize, simple: bool) {
    if simple || start == end || start < rewriter.position() {
        return;
    }
    let text = rewriter.source();
    let span = Span::new(start, end);
    let part = span.of(text);
    if part.starts_with(RING) {
        ring(rewriter, start);
        return;
    }
    if part.contains(STROKES) {
        let mut marks: Vec<char> = part.nfd().collect();
        let letter = match marks[0] {
            'o' => 'ø',
            'O' => 'Ø',
            other => other,
        };
        if letter != marks[0] {
            let stroke = marks.iter().position(|c| STROKES.contains(c));
            stroke.map(|at| marks.remove(at));
            marks[0] = letter;
        }
        let composed: String = marks.into_iter().nfc().collect();
        rewriter.replace(span, &composed, KIND);
    } else if is_nfc_quick(part.chars()) != IsNormalized::Yes {
        let composed: String = part.nfc().collect();
        rewriter.replace(span, &composed, KIND);
    }
}

/// A ring before an `a`, unless it may be a degree sign behind a number.
fn ring(rewriter: &mut Rewriter<'_>, start: usize) {
    let text = rewriter.source();
    let letter = match text.as_bytes().get(start + RING.len_utf8()) {
        Some(b'a') => "å",
        Some(b'A') => "Å",
        _ => return,
    };
    let end = start + RING.len_utf8() + 1;
    let marked = text[end..].chars().next().is_some_and(joins);
    let behind_number =
        text[..start].trim_end().chars().next_back().is_some_and(|c| c.is_numeric());
    if !marked && !behind_number {
        rewriter.replace(Span::new(start, end), letter, KIND);
    }
}
