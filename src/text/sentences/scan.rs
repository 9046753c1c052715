//! Finds the gaps between words at which a sentence can end.

/// White space between two words: `start` is where the left word ends, `end` where the right
/// one begins (or the text ends).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many line breaks are in it; a paragraph separator or a form feed counts as two.
    pub(super) lines: u8,
}

const SPACE: u8 = 1;
/// The first byte of a character that may be a white space.
const LEAD: u8 = 2;
/// May be the last byte of what ends a sentence.
const LAST: u8 = 4;
/// May be the first byte of what begins one.
const FIRST: u8 = 8;

/// What a byte may be part of.
const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = match b {
            b' ' | b'\t' => SPACE,
            // Never the common case of `next_gap`.
            b'\n' | b'\r' | 0x0B | 0x0C => SPACE | LEAD,
            b'.' | b'!' | b'?' | b':' => LAST | FIRST,
            b'"' | b'\'' | b')' | b']' => LAST | FIRST,
            b'A'..=b'Z' | b'0'..=b'9' | b'(' | b'[' | b'-' | b'*' | b'#' | b'=' | b'<' | b'/' => {
                FIRST
            }
            // The last bytes of … ” “ ’ ‘ » « ›, and of 。！？
            0xA6 | 0x9D | 0x9C | 0x99 | 0x98 | 0xBB | 0xAB | 0xBA | 0x82 | 0x81 | 0x9F => LAST,
            _ => 0,
        };
        if b >= 0xC2 && b != 0xC3 {
            table[byte] |= FIRST;
        }
        if b == 0xC3 {
            table[byte] |= FIRST;
        }
        if b == 0xC2 || b == 0xE1 || b == 0xE2 || b == 0xE3 {
            table[byte] |= LEAD;
        }
        byte += 1;
    }
    table
};

/// How many bytes of white space stand at `at`, and how many line breaks they are.
fn space_at(text: &[u8], at: usize) -> Option<(usize, u8)> {
    match *text.get(at)? {
        b'\n' | 0x0B => Some((1, 1)),
        b'\r' => Some(if text.get(at + 1) == Some(&b'\n') { (2, 1) } else { (1, 1) }),
        0x0C => Some((1, 2)),
        b' ' | b'\t' => Some((1, 0)),
        0xC2 => match text.get(at + 1) {
            Some(0x85) => Some((2, 1)),
            Some(0xA0) => Some((2, 0)),
            _ => None,
        },
        0xE1 if text[at..].starts_with(&[0xE1, 0x9A, 0x80]) => Some((3, 0)),
        0xE2 => match (text.get(at + 1), text.get(at + 2)) {
            (Some(0x80), Some(0x80..=0x8A | 0xAF)) | (Some(0x81), Some(0x9F)) => Some((3, 0)),
            (Some(0x80), Some(0xA8)) => Some((3, 1)),
            (Some(0x80), Some(0xA9)) => Some((3, 2)),
            _ => None,
        },
        0xE3 if text[at..].starts_with(&[0xE3, 0x80, 0x80]) => Some((3, 0)),
        _ => None,
    }
}

/// Whether a white space begins at `at`.
pub(super) fn is_space(text: &[u8], at: usize) -> bool {
    space_at(text, at).is_some()
}

/// The first position from `at` on that is no white space.
pub(super) fn skip_space(text: &[u8], mut at: usize) -> usize {
    while let Some((len, _)) = space_at(text, at) {
        at += len;
    }
    at
}

/// The position after the last byte before `at` that is no white space, not before `floor`.
pub(super) fn skip_space_back(text: &[u8], mut at: usize, floor: usize) -> usize {
    loop {
        let before = (1..=3).find(|&len| {
            at >= floor + len && space_at(text, at - len).is_some_and(|(found, _)| found == len)
        });
        match before {
            Some(len) => at -= len,
            None => return at,
        }
    }
}

/// The next gap from `at` on at which a sentence can end. `at` is on no white space, or the text
/// before it has been looked at. The gap at the end of the text is always one.
pub(super) fn next_gap(text: &[u8], mut at: usize) -> Option<Gap> {
    while at < text.len() {
        let class = CLASS[text[at] as usize];
        if class & (SPACE | LEAD) == 0 {
            at += 1;
            continue;
        }
        // The common case: one blank between two words that say nothing.
        if class == SPACE && at > 0 && at + 1 < text.len() {
            let last = CLASS[text[at - 1] as usize];
            let first = CLASS[text[at + 1] as usize];
            if last & LAST == 0 && first & (FIRST | SPACE | LEAD) == 0 {
                at += 2;
                continue;
            }
        }
        let Some((len, lines)) = space_at(text, at) else {
            at += 1;
            continue;
        };
        let start = at;
        at += len;
        let mut breaks = lines;
        while let Some((len, lines)) = space_at(text, at) {
            at += len;
            breaks = breaks.saturating_add(lines);
        }
        if at == text.len() || breaks > 0 {
            return Some(Gap { start, end: at, lines: breaks });
        }
        let last = if start > 0 { CLASS[text[start - 1] as usize] } else { 0 };
        if last & LAST != 0 || CLASS[text[at] as usize] & FIRST != 0 {
            return Some(Gap { start, end: at, lines: 0 });
        }
    }
    None
}
