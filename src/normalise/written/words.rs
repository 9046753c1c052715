//! The words of one line: what stands between white space, without its punctuation.

use std::borrow::Cow;

use super::vocabulary::{Role, VOCABULARY};
pub(super) use crate::numbers::lower;

/// A word without the punctuation around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether punctuation or a line's end parts it from the next.
    pub(super) parted: bool,
    pub(super) role: Role,
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

#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) words: Vec<Word>,
}

impl<'t> Line<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self::with(text, Vec::new())
    }

    /// As [`Line::new`], in the place that `words` has.
    pub(super) const fn with(text: &'t str, words: Vec<Word>) -> Self {
        Self { text, words }
    }

    /// The words of `line`, which begins at byte `base`.
    pub(super) fn fill(&mut self, base: usize, line: &str) {
        self.words.clear();
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
            && let Some(last) = self.words.last_mut()
        {
            last.parted = true;
        }
        if from == to {
            return;
        }
        let role = VOCABULARY.role(&line[from..to]);
        self.words.push(Word { start: base + from, end: base + to, parted: to < end, role });
    }

    /// The word at `at`; nothing behind the last.
    pub(super) fn of(&self, at: usize) -> &'t str {
        self.words.get(at).map_or("", |word| &self.text[word.start..word.end])
    }

    pub(super) fn lower(&self, at: usize) -> Cow<'t, str> {
        lower(self.of(at))
    }

    /// The word before `at`, where nothing parts them.
    pub(super) fn before(&self, at: usize) -> Cow<'t, str> {
        match at.checked_sub(1) {
            Some(before) if !self.parted(before) => self.lower(before),
            _ => Cow::Borrowed(""),
        }
    }

    /// Whether something parts the word at `at` from the next, or there is no next.
    pub(super) fn parted(&self, at: usize) -> bool {
        at + 1 >= self.words.len() || self.words[at].parted
    }

    pub(super) fn role(&self, at: usize) -> Role {
        self.words.get(at).map_or(Role::None, |word| word.role)
    }

    /// The month that the word at `at` is the name of.
    pub(super) fn month(&self, at: usize) -> Option<&'static str> {
        if self.role(at) != Role::Month {
            return None;
        }
        VOCABULARY.month(&self.lower(at))
    }
}
