//! The fast engine of vocabularies that cut texts at white space, and perhaps at punctuation: WordPiece and Unigram.
//!
//! A word's ids do not depend on the words around it. So words are cut here and remembered, and only a word that
//! was not seen before goes through `tokenizers`, which decides about it: normalization, pieces and all. A
//! character's part in the cutting is asked of `tokenizers` too, when the file is opened; a word
//! that holds a character outside the table of those is cut at white space alone and left to it whole.

use tokenizers::tokenizer::{NormalizedString, Normalizer, OffsetReferential, OffsetType};
use tokenizers::{PreTokenizedString, PreTokenizer, Tokenizer};

use super::lookup::{BLOCK, Pieces, Sink, Waiting, Worker, look_up};
use super::merges::Scratch;
use super::tokenizer::through_reference;
use crate::Result;

/// What a character does to the word it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Not asked: the word is left whole.
    Unknown,
    /// Belongs to the word.
    Inside,
    /// Ends it and belongs to none.
    Space,
    /// Is a word by itself.
    Alone,
}

/// Characters that are asked about: whole blocks in which no character changes the ones beside it when it
/// is normalized. Combining marks and Hangul are in none.
const ASKED: [std::ops::RangeInclusive<u32>; 4] =
    [0..=0x2ff, 0x2010..=0x2027, 0x2030..=0x205e, 0x20a0..=0x20bf];

/// Words through `tokenizers`, each once.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) reference: Box<Tokenizer>,
    /// By code point below U+20C0.
    parts: Vec<Part>,
}

impl Words {
    /// `reference` must neither truncate nor pad, and find no added tokens inside a word.
    pub(super) fn new(reference: Box<Tokenizer>) -> Self {
        let mut words = Self { reference, parts: vec![Part::Unknown; 0x20c0] };
        for code in ASKED.into_iter().flatten() {
            if let Some(c) = char::from_u32(code) {
                words.parts[code as usize] = words.ask(c);
            }
        }
        // Words are always cut at these, so they must be white space to the vocabulary, or nothing is cut.
        if b" \t\n\r".iter().any(|&byte| words.parts[byte as usize] != Part::Space) {
            words.parts.fill(Part::Unknown);
        }
        words
    }

    /// Whether anything can be cut at all.
    pub(super) fn cuts(&self) -> bool {
        self.parts[b' ' as usize] == Part::Space
    }

    /// What `c` does between two letters.
    fn ask(&self, c: char) -> Part {
        let alone = |text: &str| self.pieces(text);
        let (Some(letter), Some(itself)) = (alone("b"), alone(c.encode_utf8(&mut [0; 4]))) else {
            return Part::Unknown;
        };
        let Some(between) = alone(&format!("b{c}b")) else { return Part::Unknown };
        let (Some(joined), Some(two)) = (alone(&format!("b{c}")), alone(&format!("{c}b"))) else {
            return Part::Unknown;
        };
        let [letter] = &letter[..] else { return Part::Unknown };
        match (&between[..], &itself[..]) {
            ([left, right], []) if left == letter && right == letter => Part::Space,
            ([left, middle, right], [itself])
                if left == letter
                    && right == letter
                    && middle == itself
                    && joined.len() == 2
                    && two.len() == 2 =>
            {
                Part::Alone
            }
            ([_], _) if joined.len() == 1 && two.len() == 1 => Part::Inside,
            _ => Part::Unknown,
        }
    }

    /// What the vocabulary cuts a text into.
    fn pieces(&self, text: &str) -> Option<Vec<String>> {
        let mut normalized = NormalizedString::from(text);
        if let Some(normalizer) = self.reference.get_normalizer() {
            normalizer.normalize(&mut normalized).ok()?;
        }
        let mut pieces = PreTokenizedString::from(normalized);
        if let Some(cutter) = self.reference.get_pre_tokenizer() {
            cutter.pre_tokenize(&mut pieces).ok()?;
        }
        let splits = pieces.get_splits(OffsetReferential::Normalized, OffsetType::Byte);
        Some(splits.into_iter().map(|(piece, _, _)| piece.to_owned()).collect())
    }

    /// Adds the ids of `text` to `out`.
    pub(super) fn encode(&self, text: &str, worker: &mut Worker, out: &mut Vec<u32>) -> Result<()> {
        let bytes = text.as_bytes();
        let mut sink = Sink::new(out);
        let mut at = 0;
        while at < bytes.len() {
            if is_space(bytes[at]) {
                at += 1;
                continue;
            }
            let mut end = at;
            while end < bytes.len() && !is_space(bytes[end]) {
                end += 1;
            }
            self.chunk(bytes, at, end, worker, &mut sink);
            at = end;
        }
        sink.finish();
        worker.failure().map_or(Ok(()), |reason| Err(through_reference(reason)))
    }

    /// Adds the ids of what stands between white space.
    #[inline]
    fn chunk(
        &self,
        bytes: &[u8],
        start: usize,
        end: usize,
        worker: &mut Worker,
        sink: &mut Sink<'_>,
    ) {
        let (mut at, mut from) = (start, start);
        // What was cut already is right whatever comes, but a character that is not known leaves the whole.
        let mut cuts = [(0u32, 0u32); BLOCK];
        let mut count = 0;
        while at < end {
            let (part, next) = self.part(bytes, at);
            if part == Part::Unknown || count + 2 > BLOCK {
                sink.room(4 * BLOCK);
                return look_up(self, bytes, Waiting::new(bytes, start, end), worker, sink);
            }
            if part != Part::Inside {
                if from < at {
                    cuts[count] = ((from - start) as u32, (at - start) as u32);
                    count += 1;
                }
                if part == Part::Alone {
                    cuts[count] = ((at - start) as u32, (next - start) as u32);
                    count += 1;
                }
                from = next;
            }
            at = next;
        }
        if from < end {
            if count == BLOCK {
                sink.room(4 * BLOCK);
                return look_up(self, bytes, Waiting::new(bytes, start, end), worker, sink);
            }
            cuts[count] = ((from - start) as u32, (end - start) as u32);
            count += 1;
        }
        sink.room(4 * BLOCK);
        for &(from, to) in &cuts[..count] {
            let piece = Waiting::new(bytes, start + from as usize, start + to as usize);
            look_up(self, bytes, piece, worker, sink);
        }
    }

    /// What the character at `at` does, and the byte after it.
    #[inline]
    fn part(&self, bytes: &[u8], at: usize) -> (Part, usize) {
        let first = bytes[at];
        if first < 0x80 {
            return (self.parts[first as usize], at + 1);
        }
        let low = |i: usize| usize::from(bytes[at + i] & 0x3f);
        let (code, next) = match first {
            0..0xe0 => (usize::from(first & 0x1f) << 6 | low(1), at + 2),
            0xe0..0xf0 => (usize::from(first & 0xf) << 12 | low(1) << 6 | low(2), at + 3),
            _ => return (Part::Unknown, at + 4),
        };
        (self.parts.get(code).copied().unwrap_or(Part::Unknown), next)
    }
}

impl Pieces for Words {
    fn tokens_of(&self, piece: &[u8], scratch: &mut Scratch) {
        scratch.tokens.clear();
        let word = std::str::from_utf8(piece).expect("words are cut between characters");
        match self.reference.encode_fast(word, false) {
            Ok(encoding) => scratch.tokens.extend_from_slice(encoding.get_ids()),
            Err(error) => scratch.failure = Some(error.to_string()),
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
