//! The words of one line: what stands between white space, without its punctuation.

use std::borrow::Cow;

use super::vocabulary::{Role, VOCABULARY};
use crate::numbers::Atoms;
pub(super) use crate::numbers::lower;

/// A word without the punctuation around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether punctuation or a line's end parts it from the next.
    pub(super) parted: bool,
    pub(super) role: Role,
    /// Whether it is known to be in lower case.
    low: bool,
}

/// Which bytes are white space.
static SPACE: [bool; 256] = {
    let mut space = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        space[byte] = (byte as u8).is_ascii_whitespace();
        byte += 1;
    }
    space
};

/// The place of the words of a line and of the numbers in them.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) words: Vec<Word>,
    /// The same words as numbers.
    atoms: Atoms,
}

#[derive(Debug)]
pub(super) struct Line<'t> {
    text: &'t str,
    pub(super) room: Room,
}

impl<'t> Line<'t> {
    /// No words yet, in the place that `room` has.
    pub(super) const fn with(text: &'t str, room: Room) -> Self {
        Self { text, room }
    }

    /// The words of `line`, which begins at byte `base`.
    pub(super) fn fill(&mut self, base: usize, line: &str) {
        self.room.words.clear();
        self.room.atoms.clear();
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if SPACE[usize::from(bytes[at])] {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while end < bytes.len() && !SPACE[usize::from(bytes[end])] {
                end += 1;
            }
            self.put(base, line, at, end);
            at = end;
        }
    }

    /// Takes in what stands between white space at `at..end` of `line`.
    fn put(&mut self, base: usize, line: &str, at: usize, end: usize) {
        let bytes = line.as_bytes();
        let (mut from, mut to) = (at, end);
        while from < to && bytes[from].is_ascii_punctuation() {
            from += 1;
        }
        while from < to && bytes[to - 1].is_ascii_punctuation() {
            to -= 1;
        }
        if from > at
            && let Some(last) = self.room.words.last_mut()
        {
            last.parted = true;
        }
        if from == to {
            return;
        }
        let (role, low) = VOCABULARY.role(&line[from..to], &mut self.room.atoms);
        let (start, parted) = (base + from, to < end);
        self.room.words.push(Word { start, end: base + to, parted, role, low });
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

    /// The word before `at`, where nothing parts them.
    pub(super) fn before(&self, at: usize) -> Cow<'t, str> {
        match at.checked_sub(1) {
            Some(before) if !self.parted(before) => self.lower(before),
            _ => Cow::Borrowed(""),
        }
    }

    /// [`Line::before`] where that word is one of the vocabulary.
    pub(super) fn known_before(&self, at: usize) -> Cow<'t, str> {
        match at.checked_sub(1) {
            Some(before) if self.role(before) != Role::None => self.before(at),
            _ => Cow::Borrowed(""),
        }
    }

    /// Whether something parts the word at `at` from the next, or there is no next.
    pub(super) fn parted(&self, at: usize) -> bool {
        at + 1 >= self.len() || self.room.words[at].parted
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
