//! Which steps a text may need: one look at each byte, many at a time.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfc_quick};

use super::{characters, code_pages};

/// A set of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs(u8);

impl Needs {
    pub(super) const MOJIBAKE: Self = Self(1);
    pub(super) const HYPHENATION: Self = Self(2);
    pub(super) const CHARACTERS: Self = Self(4);
    pub(super) const COMPOSITION: Self = Self(8);

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// How many bytes are looked at together.
const BLOCK: usize = 64;

/// The steps that `text` may need; one that is not named has nothing to do in it.
pub(super) fn scan(text: &str) -> Needs {
    let bytes = text.as_bytes();
    let mut needs = Needs::default();
    let mut at = 0;
    // The last byte of a block needs to see the next.
    while at + BLOCK < bytes.len() {
        let block = &bytes[at..at + BLOCK];
        let next = &bytes[at + 1..=at + BLOCK];
        let mut odd = false;
        for (&byte, &next) in block.iter().zip(next) {
            odd |= is_odd(byte, next);
        }
        if odd {
            look(text, at, at + BLOCK, &mut needs);
        }
        at += BLOCK;
    }
    let rest = &bytes[at..];
    let next = rest[rest.len().min(1)..].iter().chain(&[0]);
    if rest.iter().zip(next).fold(false, |odd, (&byte, &next)| odd | is_odd(byte, next)) {
        look(text, at, bytes.len(), &mut needs);
    }
    needs
}

/// Whether something may have to be done here. Without branches, for many bytes at a time: false
/// for ASCII text and for the commonest letters of Danish.
#[inline(always)]
const fn is_odd(byte: u8, next: u8) -> bool {
    let control = (byte < 0x20) & (byte != b'\n') & (byte != b'\t') & (byte != b'\r');
    let parted = (byte == b'-') & ((next == b'\n') | (next == b'\r'));
    let lead = (byte >= 0xC2) & (byte != 0xC3);
    // Behind C3: Å Æ Ø å æ é ø ö ä ü have these, and so has nothing that is rarer.
    let tail = (byte == 0xC3)
        & (next != 0x85)
        & (next != 0x86)
        & (next != 0x98)
        & (next != 0xA5)
        & (next != 0xA6)
        & (next != 0xA9)
        & (next != 0xB8);
    control | (byte == 0x7F) | parted | lead | tail
}

/// Looks closely at the characters that begin in bytes `from..to`.
#[cold]
fn look(text: &str, from: usize, to: usize, needs: &mut Needs) {
    let bytes = text.as_bytes();
    for at in from..to {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        if !is_odd(bytes[at], next) {
            continue;
        }
        match bytes[at] {
            b'-' => needs.add(Needs::HYPHENATION),
            0..=0x7F => needs.add(Needs::CHARACTERS),
            _ => {
                let Some(c) = text[at..].chars().next() else { continue };
                character(text, at, c, needs);
            }
        }
    }
}

fn character(text: &str, at: usize, c: char, needs: &mut Needs) {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).map_or(0, |at| bytes[at]);
    let after = bytes.get(at + c.len_utf8()).copied().unwrap_or(0);
    match c {
        '\u{80}'..='\u{9F}' => {
            needs.add(Needs::MOJIBAKE);
            needs.add(Needs::CHARACTERS);
        }
        '\u{AD}' => {
            needs.add(Needs::HYPHENATION);
            needs.add(Needs::CHARACTERS);
            needs.add(Needs::MOJIBAKE);
        }
        // The first of a sequence of UTF-8, or a sign that proves a code page in a word.
        'Ã' | 'Â' | 'â' | 'ï' | 'ð' => needs.add(Needs::MOJIBAKE),
        _ => {
            let beside = |byte: u8| byte >= 0x80 || byte.is_ascii_alphabetic();
            let letter = matches!(text[..at].chars().next_back(), Some('Ä' | 'Å'));
            if letter || (beside(before) || beside(after)) && code_pages::may_prove(c) {
                needs.add(Needs::MOJIBAKE);
            }
        }
    }
    if c >= '\u{A0}' && characters::concerns(c) {
        needs.add(Needs::CHARACTERS);
    }
    let composes = match c {
        ..'\u{2DA}' | '\u{2DB}'..'\u{300}' | '\u{2010}'..='\u{2027}' | '\u{20AC}' => false,
        '\u{2DA}' => true,
        _ => {
            canonical_combining_class(c) != 0
                || is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes
        }
    };
    if composes {
        needs.add(Needs::COMPOSITION);
    }
}
