//! What each character does to the word it stands in: asked once, kept in blocks.

use std::collections::HashMap;
use std::sync::OnceLock;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};
use unicode_segmentation::UnicodeSegmentation;

/// What a character does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// Not known: what stands between spaces is left to the reference.
    #[default]
    Unknown,
    /// Belongs to the word.
    Inside,
    /// Ends the word and belongs to none.
    Space,
    /// Is a word by itself.
    Alone,
    /// May change what is beyond a space: the whole text is left to the reference.
    Whole,
}

/// A part, and what becomes of the character if it does not stay itself.
pub(super) type Answer = (Part, Option<Box<str>>);

#[derive(Debug, Default)]
struct Block {
    parts: Vec<Part>,
    texts: HashMap<u8, Box<str>>,
}

/// The parts of the characters of the basic plane; the others are [`Part::Unknown`].
#[derive(Debug)]
pub(super) struct Characters {
    /// Those of ASCII, for a shorter way.
    ascii: [Part; 128],
    blocks: Vec<OnceLock<Block>>,
}

impl Characters {
    /// Asks for the characters of ASCII at once, for others when they are met.
    pub(super) fn new(ask: impl Fn(char) -> Answer) -> Self {
        let mut characters = Self {
            ascii: [Part::Unknown; 128],
            blocks: (0..256).map(|_| OnceLock::new()).collect(),
        };
        let first = Block::new(0, 128, ask);
        characters.ascii.copy_from_slice(&first.parts[..128]);
        characters.blocks[0] = first.into();
        characters
    }

    /// What the character at `at` does, and the byte after it.
    #[inline]
    pub(super) fn part(
        &self,
        bytes: &[u8],
        at: usize,
        ask: impl Fn(char) -> Answer,
    ) -> (Part, usize) {
        let first = bytes[at];
        if first < 0x80 {
            return (self.ascii[first as usize], at + 1);
        }
        let (code, next) = decode(bytes, at);
        let part = match self.block(code, ask) {
            Some(block) => block.parts[code as usize & 0xff],
            None => Part::Unknown,
        };
        (part, next)
    }

    #[inline]
    fn block(&self, code: u32, ask: impl Fn(char) -> Answer) -> Option<&Block> {
        // The upper half of Latin 1 shares its number with ASCII.
        let number = if code < 0x100 { 0xd8 } else { code >> 8 };
        let block = self.blocks.get(number as usize)?;
        Some(
            block.get_or_init(|| Block::new(if code < 0x100 { 0 } else { code & !0xff }, 256, ask)),
        )
    }

    /// Adds what becomes of `text`, every character of which is known to belong to words.
    pub(super) fn write(&self, text: &str, ask: impl Fn(char) -> Answer, out: &mut String) {
        let mut done = 0;
        for (at, c) in text.char_indices() {
            let code = u32::from(c);
            let block = match code {
                0..0x80 => self.blocks[0].get(),
                _ => self.block(code, &ask),
            };
            let Some(changed) = block.and_then(|block| block.text(code)) else { continue };
            out.push_str(&text[done..at]);
            out.push_str(changed);
            done = at + c.len_utf8();
        }
        out.push_str(&text[done..]);
    }
}

impl Block {
    fn new(start: u32, count: u32, ask: impl Fn(char) -> Answer) -> Self {
        let mut block = Self::default();
        for code in start..start + count {
            let (part, text) = char::from_u32(code).map(&ask).unwrap_or_default();
            block.parts.push(part);
            block.texts.extend(text.map(|text| (code as u8, text)));
        }
        block
    }

    #[inline]
    fn text(&self, code: u32) -> Option<&str> {
        if self.texts.is_empty() {
            return None;
        }
        self.texts.get(&(code as u8)).map(|text| &**text)
    }
}

/// The code point at `at`, and the byte after it.
#[inline]
fn decode(bytes: &[u8], at: usize) -> (u32, usize) {
    let first = u32::from(bytes[at]);
    let low = |i: usize| u32::from(bytes[at + i] & 0x3f);
    match first {
        0..0x80 => (first, at + 1),
        0x80..0xe0 => ((first & 0x1f) << 6 | low(1), at + 2),
        0xe0..0xf0 => ((first & 0xf) << 12 | low(1) << 6 | low(2), at + 3),
        _ => ((first & 7) << 18 | low(1) << 12 | low(2) << 6 | low(3), at + 4),
    }
}

/// Whether no normalization form joins `c` to what stands before it, and no cluster holds it with a letter.
pub(super) fn stands_alone(c: char) -> bool {
    let first = std::iter::once(c).nfkd().next().unwrap_or(c);
    is_starter(c)
        && is_starter(first)
        && format!("b{c}b").graphemes(true).count() == 3
        && [c, c].iter().collect::<String>().graphemes(true).count() == 2
}

/// Whether `c` neither combines nor composes with what stands before it.
pub(super) fn is_starter(c: char) -> bool {
    let maybe = IsNormalized::Maybe;
    canonical_combining_class(c) == 0
        && !is_combining_mark(c)
        && is_nfc_quick(std::iter::once(c)) != maybe
        && is_nfkc_quick(std::iter::once(c)) != maybe
}

/// Whether a cluster may hold `c` and a space behind it.
pub(super) fn joins_next(c: char) -> bool {
    format!("{c} ").graphemes(true).count() == 1
}
