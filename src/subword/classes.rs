//! What a character is to a split pattern, from the tables of the regex engine itself.
//!
//! The classes are read from `regex-syntax`, whose tables the regex engine uses, so that a hand-written
//! scanner and the pattern it stands for cannot disagree about a character.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

/// `\p{L}`
pub(super) const LETTER: u8 = 1;
/// `\p{N}`
pub(super) const NUMBER: u8 = 2;
/// `\s`
pub(super) const SPACE: u8 = 4;
/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
pub(super) const UPPER: u8 = 8;
/// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
pub(super) const LOWER: u8 = 16;
/// `[\r\n]`
pub(super) const NEWLINE: u8 = 32;
/// Any of letter, number and space: what is not, is a sign to every known pattern.
pub(super) const WORD_OR_SPACE: u8 = LETTER | NUMBER | SPACE;

/// The classes of every code point, as a set of the bits above.
pub(super) struct Classes {
    flat: Vec<u8>,
}

impl Classes {
    /// The table, made at its first use.
    pub(super) fn get() -> &'static Self {
        static CLASSES: LazyLock<Classes> = LazyLock::new(Classes::new);
        &CLASSES
    }

    fn new() -> Self {
        let mut flat = vec![0u8; 0x11_0000];
        for (pattern, bit) in [
            (r"\p{L}", LETTER),
            (r"\p{N}", NUMBER),
            (r"\s", SPACE),
            (r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", UPPER),
            (r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]", LOWER),
            (r"[\r\n]", NEWLINE),
        ] {
            let hir = regex_syntax::parse(pattern).expect("the six patterns above are well formed");
            let HirKind::Class(Class::Unicode(class)) = hir.kind() else {
                unreachable!("each of the six patterns is one class of characters")
            };
            for range in class.iter() {
                for class in &mut flat[range.start() as usize..=range.end() as usize] {
                    *class |= bit;
                }
            }
        }
        Self { flat }
    }

    /// The classes of the character that starts at `at`, and the byte after it.
    ///
    /// `text` is valid UTF-8 and `at` starts a character of it.
    #[inline]
    pub(super) fn at(&self, text: &[u8], at: usize) -> (u8, usize) {
        let first = text[at];
        if first < 0x80 {
            return (self.flat[first as usize], at + 1);
        }
        let (code, next) = wide(text, at);
        (self.flat[code], next)
    }

    /// The end of the run of characters from `at` on that have one of `wanted`.
    #[inline]
    pub(super) fn run(&self, text: &[u8], mut at: usize, wanted: u8) -> usize {
        while at < text.len() {
            let (class, next) = self.at(text, at);
            if class & wanted == 0 {
                break;
            }
            at = next;
        }
        at
    }

    /// The end of the run of characters from `at` on that have none of `unwanted`.
    #[inline]
    pub(super) fn run_without(&self, text: &[u8], mut at: usize, unwanted: u8) -> usize {
        while at < text.len() {
            let (class, next) = self.at(text, at);
            if class & unwanted != 0 {
                break;
            }
            at = next;
        }
        at
    }
}

/// The code point of two to four bytes at `at`, and the byte after it.
#[inline]
fn wide(text: &[u8], at: usize) -> (usize, usize) {
    let tail = |i: usize| (text[at + i] & 0x3f) as usize;
    let first = text[at] as usize;
    if first < 0xe0 {
        ((first & 0x1f) << 6 | tail(1), at + 2)
    } else if first < 0xf0 {
        ((first & 0xf) << 12 | tail(1) << 6 | tail(2), at + 3)
    } else {
        ((first & 7) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), at + 4)
    }
}
