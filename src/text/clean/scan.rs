//! Which steps a text may need, and in which lines: one look at each byte, many at a time.

use std::sync::LazyLock;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfc_quick};

use super::{characters, code_pages};
use crate::Span;
use crate::text::blocks::{self, Machine, Work};

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
    let mut needs = Needs::default();
    let mut at = 0;
    while let Some((from, to)) = odd_block(text.as_bytes(), at) {
        look(text, from, to, &mut needs);
        at = to;
    }
    needs
}

/// Which lines are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that need a step by themselves.
    Needy,
    /// Those that may need one by what other lines prove.
    Odd,
}

/// The lines of `text` that may need a step, with their line ends.
pub(super) fn lines(text: &str, which: Which) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut lines: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some((from, to)) = odd_block(bytes, at) {
        at = to;
        let found = (from..to).find(|&at| {
            let mut needs = Needs::default();
            let next = bytes.get(at + 1).copied().unwrap_or(0);
            is_odd(bytes[at], next) && {
                look_at(text, at, &mut needs);
                which == Which::Odd || !needs.is_empty()
            }
        });
        if let Some(found) = found {
            let behind = lines.last().map_or(0, |line| line.end());
            let start = memchr::memrchr(b'\n', &bytes[behind..found]);
            let start = start.map_or(behind, |start| behind + start + 1);
            let end = memchr::memchr(b'\n', &bytes[found..]);
            at = end.map_or(bytes.len(), |end| found + end + 1);
            lines.push(Span::new(start, at));
        }
    }
    lines
}

/// The first block from byte `from` on in which something may have to be done.
fn odd_block(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    blocks::fastest(OddBlock { bytes, from })
}

struct OddBlock<'t> {
    bytes: &'t [u8],
    from: usize,
}

impl Work for OddBlock<'_> {
    type Made = Option<(usize, usize)>;

    #[inline(always)]
    fn on<M: Machine>(self) -> Self::Made {
        let Self { bytes, from: mut at } = self;
        // The last byte of a block needs to see the next.
        while let Some(both) = bytes[at..].first_chunk::<{ BLOCK + 1 }>() {
            let mut odd = 0_u8;
            for i in 0..BLOCK {
                odd |= u8::from(is_odd(both[i], both[i + 1]));
            }
            if odd != 0 {
                return Some((at, at + BLOCK));
            }
            at += BLOCK;
        }
        if at == bytes.len() {
            return None;
        }
        // The last 64 bytes, or all there are with white space behind.
        let mut last = [b' '; BLOCK + 1];
        if let Some(block) = bytes.last_chunk::<BLOCK>() {
            last[..BLOCK].copy_from_slice(block);
        } else {
            last[..bytes.len()].copy_from_slice(bytes);
        }
        let mut odd = false;
        for i in 0..BLOCK {
            odd |= is_odd(last[i], last[i + 1]);
        }
        odd.then_some((at, bytes.len()))
    }
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
fn look(text: &str, from: usize, to: usize, needs: &mut Needs) {
    let bytes = text.as_bytes();
    for at in from..to {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        if is_odd(bytes[at], next) {
            look_at(text, at, needs);
        }
    }
}

/// Looks closely at the odd character that begins at byte `at`.
fn look_at(text: &str, at: usize, needs: &mut Needs) {
    match text.as_bytes()[at] {
        b'-' => needs.add(Needs::HYPHENATION),
        0..=0x7F => needs.add(Needs::CHARACTERS),
        _ => {
            let Some(c) = text[at..].chars().next() else { return };
            character(text, at, c, needs);
        }
    }
}

fn character(text: &str, at: usize, c: char, needs: &mut Needs) {
    let nature = Nature::of(c);
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
            if letter || (beside(before) || beside(after)) && nature.has(Nature::PROVES) {
                needs.add(Needs::MOJIBAKE);
            }
        }
    }
    if c >= '\u{A0}' && nature.has(Nature::CONCERNS) {
        needs.add(Needs::CHARACTERS);
    }
    if nature.has(Nature::COMPOSES) {
        needs.add(Needs::COMPOSITION);
    }
}

/// What a character may mean to the steps, wherever it stands.
#[derive(Clone, Copy)]
struct Nature(u8);

impl Nature {
    /// Beside a letter it may prove a misreading.
    const PROVES: Self = Self(1);
    /// The step of characters may have to do with it.
    const CONCERNS: Self = Self(2);
    /// It may not be composed as it should be.
    const COMPOSES: Self = Self(4);

    const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn of(c: char) -> Self {
        static COMMON: LazyLock<Vec<Nature>> = LazyLock::new(|| {
            let natures = (0..0x2800).filter_map(char::from_u32).map(Nature::computed);
            natures.collect()
        });
        COMMON.get(c as usize).copied().unwrap_or_else(|| Self::computed(c))
    }

    fn computed(c: char) -> Self {
        let composes = match c {
            ..'\u{2DA}' | '\u{2DB}'..'\u{300}' | '\u{2010}'..='\u{2027}' | '\u{20AC}' => false,
            '\u{2DA}' => true,
            _ => {
                canonical_combining_class(c) != 0
                    || is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes
            }
        };
        Self(
            u8::from(code_pages::may_prove(c))
                | u8::from(characters::concerns(c)) << 1
                | u8::from(composes) << 2,
        )
    }
}
