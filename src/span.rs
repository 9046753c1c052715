//! Ground: a half-open range of positions.

use std::ops::Range;

/// A half-open range of **bytes** in a UTF-8 text, on character boundaries.
///
/// Where a range counts something else (characters, UTF-16 code units, samples, frames), the
/// name of the function or field says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    // Invariant: start <= end.
    start: usize,
    end: usize,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    ///
    /// # Panics
    ///
    /// Where `start` is behind `end`: a mistake in the calling code, never in data.
    #[must_use]
    #[track_caller]
    pub const fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "a span must not end before it starts");
        Self { start, end }
    }

    /// The first position.
    #[must_use]
    pub const fn start(self) -> usize {
        self.start
    }

    /// The position after the last.
    #[must_use]
    pub const fn end(self) -> usize {
        self.end
    }

    /// How many positions the range covers.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the range covers nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same range, to index a slice with.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The part of `text` that the range covers.
    ///
    /// # Panics
    ///
    /// Where the range is not one of this text: past its end, or inside a character.
    #[must_use]
    #[track_caller]
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// The range moved `offset` positions on.
    #[must_use]
    pub const fn shifted(self, offset: usize) -> Self {
        Self { start: self.start + offset, end: self.end + offset }
    }
}
