//! What each character does to the word it stands in: asked once, kept in blocks.

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
    /// Belongs to the word as it is.
    Inside,
    /// Belongs to the word as something else.
    Changed,
    /// Ends the word and belongs to none.
    Space,
    /// Is a word by itself.
    Alone,
    /// May change what is beyond a space: the whole text is left to the reference.
    Whole,
}

/// A part, and what becomes of the character if it does not stay itself.
pub(super) type Answer = (Part, Option<Box<str>>);

/// What the first byte of a character tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    Part(Part),
    /// More bytes follow.
    Long,
}

#[derive(Debug, Default)]
struct Block {
    parts: Vec<Part>,
    /// By the code point's last byte; empty where nothing changes.
    texts: Vec<Box<str>>,
}

/// The parts of the characters of the basic plane; the others are [`Part::Unknown`].
#[derive(Debug)]
pub(super) struct Characters {
    /// By byte, for a shorter way.
    firsts: [First; 256],
    /// By byte: whether a run of characters that belong to words may end there.
    stops: [u8; 256],
    ascii: Block,
    blocks: Vec<OnceLock<Block>>,
}

impl Characters {
    /// Asks for the characters of ASCII at once, for others when they are met.
    pub(super) fn new(ask: impl Fn(char) -> Answer) -> Self {
        let ascii = Block::new(0, 128, ask);
        let mut firsts = [First::Long; 256];
        for (first, &part) in firsts.iter_mut().zip(&ascii.parts) {
            *first = First::Part(part);
        }
        let is_inside = |first: &First| matches!(first, First::Part(Part::Inside | Part::Changed));
        let stops = firsts.map(|first| u8::from(!is_inside(&first)));
        Self { firsts, stops, ascii, blocks: (0..256).map(|_| OnceLock::new()).collect() }
    }

    /// What the character at `at` does, and the byte after it.
    #[inline]
    pub(super) fn part(
        &self,
        bytes: &[u8],
        at: usize,
        ask: impl Fn(char) -> Answer,
    ) -> (Part, usize) {
        if let First::Part(part) = self.firsts[bytes[at] as usize] {
            return (part, at + 1);
        }
        let (code, next) = decode(bytes, at);
        let block = self.block(code, ask);
        (block.map_or(Part::Unknown, |block| block.parts[code as usize & 0xff]), next)
    }

    #[inline]
    fn block(&self, code: u32, ask: impl Fn(char) -> Answer) -> Option<&Block> {
        let block = self.blocks.get(code as usize >> 8)?;
        match block.get() {
            Some(block) => Some(block),
            None => Some(Self::asked(block, code & !0xff, ask)),
        }
    }

    #[cold]
    fn asked(block: &OnceLock<Block>, start: u32, ask: impl Fn(char) -> Answer) -> &Block {
        block.get_or_init(|| Block::new(start, 256, ask))
    }

    /// Adds what becomes of `text`; whether every character of it belongs to words or, where `alone` is set, is one.
    pub(super) fn write(
        &self,
        text: &str,
        alone: bool,
        ask: impl Fn(char) -> Answer,
        out: &mut String,
    ) -> bool {
        let bytes = text.as_bytes();
        let (mut at, mut done) = (0, 0);
        while at < bytes.len() {
            let (part, next) = self.part(bytes, at, &ask);
            match part {
                Part::Inside => {}
                Part::Changed => {
                    out.push_str(&text[done..at]);
                    out.push_str(self.text(bytes, at, &ask));
                    done = next;
                }
                Part::Alone if alone => {
                    out.push_str(&text[done..at]);
                    let changed = self.text(bytes, at, &ask);
                    out.push_str(if changed.is_empty() { &text[at..next] } else { changed });
                    done = next;
                }
                _ => return false,
            }
            at = next;
        }
        out.push_str(&text[done..]);
        true
    }

    /// What the character at `at` becomes; nothing where it stays itself.
    fn text(&self, bytes: &[u8], at: usize, ask: impl Fn(char) -> Answer) -> &str {
        let (code, _) = decode(bytes, at);
        let block = if code < 0x80 { Some(&self.ascii) } else { self.block(code, ask) };
        let text = block.and_then(|block| block.texts.get(code as usize & 0xff));
        text.map_or("", |text| text)
    }
}

/// Goes through a text from run to run.
pub(super) struct Scanner<'s> {
    characters: &'s Characters,
    bytes: &'s [u8],
    /// From this byte on, a bit for each of 64 at which a run may end.
    start: usize,
    stops: u64,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(characters: &'s Characters, bytes: &'s [u8]) -> Self {
        let mut scanner = Self { characters, bytes, start: 0, stops: 0 };
        scanner.load(0);
        scanner
    }

    /// The end of the run of characters from `at` on that belong to words, and what comes there, which ends at the
    /// last number; [`None`] at the end of the text. Must be asked from left to right.
    #[inline]
    pub(super) fn inside(
        &mut self,
        mut at: usize,
        ask: impl Fn(char) -> Answer,
    ) -> (usize, Option<Part>, usize) {
        loop {
            at = self.stop(at);
            if at >= self.bytes.len() {
                let end = self.bytes.len();
                return (end, None, end);
            }
            match self.characters.part(self.bytes, at, &ask) {
                (Part::Inside | Part::Changed, next) => at = next,
                (part, next) => return (at, Some(part), next),
            }
        }
    }

    /// The next byte at which a run may end.
    #[inline]
    fn stop(&mut self, mut at: usize) -> usize {
        loop {
            let passed = at - self.start;
            if passed < 64 {
                let stops = self.stops >> passed;
                if stops != 0 {
                    return at + stops.trailing_zeros() as usize;
                }
                at = self.start + 64;
            }
            if at >= self.bytes.len() {
                return at;
            }
            self.load(at & !63);
        }
    }

    #[inline]
    fn load(&mut self, start: usize) {
        self.start = start;
        let table = &self.characters.stops;
        let stop = |byte: u8| u64::from(table[byte as usize]);
        let rest = &self.bytes[start..];
        let mut stops = 0;
        if let Some(block) = rest.first_chunk::<64>() {
            for (at, &byte) in block.iter().enumerate() {
                stops |= stop(byte) << at;
            }
        } else {
            for (at, &byte) in rest.iter().enumerate() {
                stops |= stop(byte) << at;
            }
        }
        self.stops = stops;
    }
}

impl Block {
    fn new(start: u32, count: u32, ask: impl Fn(char) -> Answer) -> Self {
        let mut block = Self::default();
        for code in start..start + count {
            // In the first block, the characters of ASCII are never looked up.
            let asked = char::from_u32(code).filter(|_| code >= 0x80 || count == 128);
            let (part, text) = asked.map(&ask).unwrap_or_default();
            block.parts.push(part);
            if let Some(text) = text {
                block.texts.resize((code & 0xff) as usize, "".into());
                block.texts.push(text);
            }
        }
        block
    }
}

/// How many bytes a character has that begins with this one.
#[inline]
pub(super) fn width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
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
