//! The words of one line: what stands between white space, without its punctuation.

use std::borrow::Cow;

use super::says::Says;
use super::vocabulary::{Role, VOCABULARY, Vocabulary};
use crate::numbers::{Atoms, lower};

/// A word without the punctuation around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether punctuation or a line's end parts it from the next.
    pub(super) parted: bool,
    pub(super) role: Role,
    says: Says,
    /// Whether it is known to be in lower case.
    low: bool,
}

/// Which bytes are punctuation.
static MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        marks[byte] = (byte as u8).is_ascii_punctuation();
        byte += 1;
    }
    marks
};

/// Which of 64 bytes are white space, one bit each, the first byte lowest.
fn spaces(block: &[u8; 64]) -> u64 {
    let is = block.map(|byte| u8::from(byte.is_ascii_whitespace()));
    let (eights, _) = is.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| {
        // Eight bytes that are 0 or 1 go to the top byte, each to a bit of its own.
        bits << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// The place of the words of a line and of the numbers in them.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) words: Vec<Word>,
    /// The same words as numbers.
    atoms: Atoms,
    /// The number that was written last.
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Line<'t> {
    text: &'t str,
    pub(super) room: Room,
    vocabulary: &'static Vocabulary,
}

impl<'t> Line<'t> {
    /// No words yet, in the place that `room` has.
    pub(super) fn with(text: &'t str, room: Room) -> Self {
        Self { text, room, vocabulary: &VOCABULARY }
    }

    /// The words of the text's bytes `from..to`, which are whole lines or the last.
    pub(super) fn fill(&mut self, from: usize, to: usize) {
        self.room.words.clear();
        self.room.atoms.clear();
        let (blocks, rest) = self.text.as_bytes()[from..to].as_chunks::<64>();
        let (mut base, mut start) = (from, from);
        for block in blocks {
            start = self.put_all(base, start, spaces(block));
            base += 64;
        }
        let mut block = [b' '; 64];
        block[..rest.len()].copy_from_slice(rest);
        // The space behind the last word ends it.
        self.put_all(base, start, spaces(&block) & u64::MAX >> (63 - rest.len()));
    }

    /// Takes in the words that end before one of `spaces`, the first of which begins at byte
    /// `start`, and where the next one does; the first bit is at byte `base`.
    fn put_all(&mut self, base: usize, mut start: usize, mut spaces: u64) -> usize {
        while spaces != 0 {
            let end = base + spaces.trailing_zeros() as usize;
            if end > start {
                self.put(start, end);
            }
            start = end + 1;
            spaces &= spaces - 1;
        }
        start
    }

    /// Takes in what stands between white space at `start..end`.
    #[inline(always)]
    fn put(&mut self, start: usize, end: usize) {
        let bytes = self.text.as_bytes();
        let (mut from, mut to) = (start, end);
        while from < to && MARKS[usize::from(bytes[from])] {
            from += 1;
        }
        while from < to && MARKS[usize::from(bytes[to - 1])] {
            to -= 1;
        }
        if from > start
            && let Some(last) = self.room.words.last_mut()
        {
            last.parted = true;
        }
        if from == to {
            return;
        }
        let (role, says, low) = self.vocabulary.role(self.text, from, to, &mut self.room.atoms);
        self.room.words.push(Word { start: from, end: to, parted: to < end, role, says, low });
    }

    /// The word at `at`; nothing behind the last.
    pub(super) fn of(&self, at: usize) -> &'t str {
        self.room.words.get(at).map_or("", |word| &self.text[word.start..word.end])
    }

    pub(super) const fn len(&self) -> usize {
        self.room.words.len()
    }

    /// The words as numbers.
    pub(super) const fn atoms(&self) -> &Atoms {
        &self.room.atoms
    }

    /// Where the words from `from` up to `to` begin and end, in bytes of the text.
    pub(super) fn range(&self, from: usize, to: usize) -> (usize, usize) {
        (self.room.words[from].start, self.room.words[to - 1].end)
    }

    pub(super) fn lower(&self, at: usize) -> Cow<'t, str> {
        match self.room.words.get(at) {
            Some(word) if word.low => Cow::Borrowed(&self.text[word.start..word.end]),
            _ => lower(self.of(at)),
        }
    }

    /// What the word at `at` says about numbers beside it.
    pub(super) fn says(&self, at: usize) -> Says {
        self.room.words.get(at).map_or(Says::NONE, |word| word.says)
    }

    /// What the word before `at` says, where nothing parts them.
    pub(super) fn says_before(&self, at: usize) -> Says {
        match at.checked_sub(1) {
            Some(before) if !self.parted(before) => self.says(before),
            _ => Says::NONE,
        }
    }

    /// Whether a word that has a role stands before `at`, and nothing parts them.
    pub(super) fn known_before(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|at| self.role(at) != Role::None && !self.parted(at))
    }

    /// Whether something parts the word at `at` from the next, or there is no next.
    pub(super) fn parted(&self, at: usize) -> bool {
        at + 1 >= self.len() || self.room.words[at].parted
    }

    /// What parts the word at `at` from the next: white space and punctuation.
    pub(super) fn gap(&self, at: usize) -> Option<&'t str> {
        let (word, next) = (self.room.words.get(at)?, self.room.words.get(at + 1)?);
        word.parted.then(|| &self.text[word.end..next.start])
    }

    pub(super) fn role(&self, at: usize) -> Role {
        self.room.words.get(at).map_or(Role::None, |word| word.role)
    }

    /// The month that the word at `at` is the name of.
    pub(super) fn month(&self, at: usize) -> Option<&'static str> {
        if self.role(at) != Role::Month {
            return None;
        }
        VOCABULARY.month(&self.lower(at))
    }
}
