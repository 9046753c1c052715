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

/// Code points, and room for any 21 bits, so that no look-up is out of range.
const CODES: usize = 1 << 21;

/// The classes of every code point, as a set of the bits above.
pub(super) struct Classes {
    flat: Box<[u8; CODES]>,
}

impl Classes {
    /// The table, made at its first use.
    pub(super) fn get() -> &'static Self {
        static CLASSES: LazyLock<Classes> = LazyLock::new(Classes::new);
        &CLASSES
    }

    fn new() -> Self {
        let mut flat: Box<[u8; CODES]> = vec![0; CODES]
            .into_boxed_slice()
            .try_into()
            .expect("the slice has as many bytes as the array");
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

    /// The end of the run of letters from `at` on.
    #[inline]
    pub(super) fn letters(&self, text: &[u8], at: usize) -> usize {
        self.run_of(text, at, LETTER, ascii_letters)
    }

    /// The end of the run of [`LOWER`] characters from `at` on.
    #[inline]
    pub(super) fn lower(&self, text: &[u8], at: usize) -> usize {
        self.run_of(text, at, LOWER, ascii_lower)
    }

    /// As [`run`](Self::run); `ascii` marks the bytes of eight that are certainly `wanted`.
    #[inline]
    fn run_of(&self, text: &[u8], mut at: usize, wanted: u8, ascii: fn(u64) -> u64) -> usize {
        loop {
            while let Some(eight) = text.get(at..at + 8) {
                let eight = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
                let count = ((!ascii(eight) & HIGH).trailing_zeros() / 8) as usize;
                at += count;
                if count < 8 {
                    break;
                }
            }
            if at == text.len() {
                return at;
            }
            let (class, next) = self.at(text, at);
            if class & wanted == 0 {
                return at;
            }
            at = next;
        }
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

/// The highest bit of each of eight bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The same byte eight times.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bit of each byte that is an ASCII letter.
#[inline]
fn ascii_letters(bytes: u64) -> u64 {
    ascii_lower(bytes | eight(0x20)) & !bytes
}

/// The highest bit of each byte from `a` to `z`.
#[inline]
fn ascii_lower(bytes: u64) -> u64 {
    let low = bytes & !HIGH;
    // No sum passes 0xff, so that no byte disturbs the next.
    (low + eight(0x80 - b'a')) & !(low + eight(0x80 - b'z' - 1)) & !bytes & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_at_once_are_letters_where_each_is() {
        for byte in 0..=255u8 {
            for other in [0, b'a', b'Z', 0x7f, 0x80, 0xff] {
                let mut bytes = [other; 8];
                bytes[3] = byte;
                let word = u64::from_le_bytes(bytes);
                for (index, byte) in bytes.iter().enumerate() {
                    let bit = |mask: u64| mask >> (8 * index + 7) & 1 == 1;
                    assert_eq!(bit(ascii_letters(word)), byte.is_ascii_alphabetic());
                    assert_eq!(bit(ascii_lower(word)), byte.is_ascii_lowercase());
                }
            }
        }
    }
}
