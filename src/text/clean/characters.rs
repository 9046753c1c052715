//! Signs that are replaced or taken out one by one, by what stands beside them.

use super::{Around, Cleaner};
use crate::Span;
use crate::text::Rewriter;

/// Whether this step may have to do with `c`, which is not below U+00A0.
pub(super) fn concerns(c: char) -> bool {
    is_space(c) || is_invisible(c) || is_hyphen(c) || ligature(c).is_some() || is_line_end(c)
}

pub(super) fn step(cleaner: &Cleaner, around: &Around, rewriter: &mut Rewriter<'_>) {
    let text = rewriter.source();
    let right_to_left = around.right_to_left;
    // The last character that is there to be seen.
    let mut before = None;
    let mut ahead = Ahead { at: 0, seen: None };
    for (at, c) in text.char_indices() {
        if (' '..'\u{7F}').contains(&c) {
            before = Some(c);
            continue;
        }
        let span = Span::new(at, at + c.len_utf8());
        if is_control(c) {
            if cleaner.control {
                let line_end = matches!(c, '\u{B}' | '\u{C}' | '\u{85}');
                rewriter.replace(span, if line_end { "\n" } else { "" }, "control");
            }
            continue;
        }
        if is_invisible(c) {
            if cleaner.invisible {
                let after = ahead.seen_from(text, span.end());
                if !is_needed(c, before, after, right_to_left) {
                    rewriter.delete(span, kind(c));
                    continue;
                }
                before = Some(c);
            }
            continue;
        }
        if is_line_end(c) && cleaner.control {
            rewriter.replace(span, "\n", "control");
        } else if is_space(c) && cleaner.spaces {
            let after = ahead.seen_from(text, span.end());
            let digits = before.is_some_and(|c| c.is_ascii_digit())
                && after.is_some_and(|c| c.is_ascii_digit());
            let space = if digits && is_narrow(c) { "\u{A0}" } else { " " };
            rewriter.replace(span, space, "space");
        } else if is_hyphen(c) && cleaner.hyphens {
            rewriter.replace(span, "-", "hyphen");
        } else if cleaner.ligatures
            && let Some(letters) = ligature(c)
        {
            rewriter.replace(span, letters, "ligature");
        }
        before = Some(c);
    }
}

/// The next character that is there to be seen, looked for once in a run of others.
struct Ahead {
    /// Where `seen` stands.
    at: usize,
    seen: Option<char>,
}

impl Ahead {
    fn seen_from(&mut self, text: &str, from: usize) -> Option<char> {
        if from > self.at || self.at == 0 {
            let found = text[from..].char_indices().find(|&(_, c)| !is_invisible(c));
            self.at = found.map_or(text.len(), |(at, _)| from + at);
            self.seen = found.map(|(_, c)| c);
        }
        self.seen
    }
}

const fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}')
}

const fn is_line_end(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '\u{2010}' | '\u{2011}')
}

const fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Spaces that part the groups of a number: no-break, figure, punctuation, thin, hair, narrow.
const fn is_narrow(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{2007}'..='\u{200A}' | '\u{202F}')
}

const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FEFF}'
    )
}

const fn kind(c: char) -> &'static str {
    match c {
        '\u{AD}' => "soft-hyphen",
        '\u{FEFF}' => "byte-order-mark",
        _ => "zero-width",
    }
}

const fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{FB00}' => "ff",
        '\u{FB01}' => "fi",
        '\u{FB02}' => "fl",
        '\u{FB03}' => "ffi",
        '\u{FB04}' => "ffl",
        '\u{FB05}' | '\u{FB06}' => "st",
        _ => return None,
    })
}

/// Whether an emoji or a script needs the invisible `c` between `before` and `after`.
fn is_needed(c: char, before: Option<char>, after: Option<char>, right_to_left: bool) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return is_direction(c) && right_to_left;
    };
    match c {
        // Joins two emoji to one.
        '\u{200D}' if is_emoji_part(before) && is_emoji(after) => true,
        // Part or join letters of Arabic and Indian scripts; part words where no space does.
        '\u{200B}'..='\u{200D}' | '\u{180E}' => is_joining(before) || is_joining(after),
        _ => is_direction(c) && right_to_left,
    }
}

/// Whether a text has marks of direction.
pub(super) fn has_direction(text: &str) -> bool {
    text.chars().any(is_direction)
}

const fn is_direction(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

const fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2190}'..='\u{2BFF}')
}

const fn is_emoji_part(c: char) -> bool {
    // The variation selector, the key cap and the tags stand at an emoji's end.
    is_emoji(c) || matches!(c, '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}' | '\u{E0020}'..='\u{E007F}')
}

/// Letters of scripts in which invisible characters carry meaning: from Arabic to Mongolian,
/// and the later blocks of South and South-East Asia.
const fn is_joining(c: char) -> bool {
    matches!(
        c,
        '\u{600}'..='\u{109F}'
            | '\u{1780}'..='\u{18AF}'
            | '\u{1900}'..='\u{1CFF}'
            | '\u{A800}'..='\u{ABFF}'
            | '\u{FB50}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
            | '\u{10A00}'..='\u{11FFF}'
            | '\u{1E900}'..='\u{1E95F}'
    )
}

/// Whether a text has letters that run from right to left.
pub(super) fn has_right_to_left(text: &str) -> bool {
    // The first bytes of such letters; most texts have none of them.
    let may = |part: &[u8]| {
        part.iter().fold(false, |may, &byte| may | matches!(byte, 0xD6..=0xE0 | 0xEF))
    };
    text.as_bytes().chunks(256).any(may)
        && text.chars().any(|c| {
            matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
                && c != '\u{61C}'
        })
}
