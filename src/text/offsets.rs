//! From bytes to characters and UTF-16 code units.
//!
//! Rust counts bytes, Python counts characters (code points), JavaScript, Java and Windows count
//! UTF-16 code units. [`Converter`] walks along a text once: asked for positions that do not go
//! back, it costs one look at each byte, eight bytes at a time, in all.

/// What a position counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Bytes of UTF-8.
    #[default]
    Byte,
    /// Characters: Unicode code points, as Python counts.
    Char,
    /// UTF-16 code units, as JavaScript, Java and Windows count.
    Utf16,
}

impl Unit {
    /// Every unit.
    pub const ALL: &'static [Self] = &[Self::Byte, Self::Char, Self::Utf16];

    /// The unit in a word: `"byte"`, `"char"`, `"utf16"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Byte => "byte",
            Self::Char => "char",
            Self::Utf16 => "utf16",
        }
    }

    /// The unit called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|unit| unit.name() == name)
    }

    /// How many of this unit `text` has.
    ///
    /// # Complexity
    ///
    /// `O(n)` time for `n` bytes, `O(1)` for [`Unit::Byte`].
    #[must_use]
    pub fn length(self, text: &str) -> usize {
        match self {
            Self::Byte => text.len(),
            Self::Char => chars(text.as_bytes()),
            Self::Utf16 => chars(text.as_bytes()) + fours(text.as_bytes()),
        }
    }
}

/// Turns byte positions of one text into another unit, and back.
///
/// # Complexity
///
/// Positions that do not go back: `O(1)` amortised, one pass over the text in all. A position
/// behind the last starts anew from the beginning.
///
/// # Example
///
/// ```
/// use sprogkit::text::offsets::{Converter, Unit};
///
/// let mut chars = Converter::new("på øen", Unit::Char);
/// assert_eq!(chars.from_byte(3), 2);
/// assert_eq!(chars.from_byte(8), 6);
/// assert_eq!(chars.to_byte(3), Some(4));
/// ```
#[derive(Clone, Debug)]
pub struct Converter<'t> {
    text: &'t str,
    unit: Unit,
    // Invariant: `units` of `unit` stand before byte `byte`, which is on a character boundary.
    byte: usize,
    units: usize,
}

impl<'t> Converter<'t> {
    /// A converter at the start of `text`.
    #[must_use]
    pub const fn new(text: &'t str, unit: Unit) -> Self {
        Self { text, unit, byte: 0, units: 0 }
    }

    /// A converter at byte `byte`, a character's first, before which `units` of the unit stand.
    pub(super) const fn at(text: &'t str, unit: Unit, byte: usize, units: usize) -> Self {
        Self { text, unit, byte, units }
    }

    /// The position of byte `byte` in the unit. A byte inside a character counts as the
    /// character's start.
    ///
    /// # Panics
    ///
    /// Where `byte` is past the end of the text.
    #[inline]
    pub fn from_byte(&mut self, byte: usize) -> usize {
        if self.unit == Unit::Byte {
            assert!(byte <= self.text.len(), "byte {byte} is past the end of the text");
            return byte;
        }
        let mut byte = byte;
        while !self.text.is_char_boundary(byte) {
            assert!(byte < self.text.len(), "byte {byte} is past the end of the text");
            byte -= 1;
        }
        if byte < self.byte {
            (self.byte, self.units) = (0, 0);
        }
        let between = &self.text.as_bytes()[self.byte..byte];
        self.byte = byte;
        // Positions of words are close together: byte by byte is the shortest way.
        self.units += if between.len() <= 24 {
            let mut units = 0;
            for &byte in between {
                units += usize::from((byte as i8) >= -0x40);
                units += usize::from(byte >= 0xf0 && self.unit == Unit::Utf16);
            }
            units
        } else if self.unit == Unit::Char {
            chars(between)
        } else {
            chars(between) + fours(between)
        };
        self.units
    }

    /// The byte at which the `position`th unit starts; `None` where it is past the end of the
    /// text or inside a character.
    pub fn to_byte(&mut self, position: usize) -> Option<usize> {
        if self.unit == Unit::Byte {
            return self.text.is_char_boundary(position).then_some(position);
        }
        if position < self.units {
            (self.byte, self.units) = (0, 0);
        }
        // Steps of 64 bytes first, then character by character.
        loop {
            let mut next = self.byte + 64;
            if next >= self.text.len() {
                break;
            }
            while !self.text.is_char_boundary(next) {
                next += 1;
            }
            let step = self.unit.length(&self.text[self.byte..next]);
            if self.units + step > position {
                break;
            }
            self.units += step;
            self.byte = next;
        }
        for c in self.text[self.byte..].chars() {
            if self.units >= position {
                break;
            }
            self.byte += c.len_utf8();
            self.units += if self.unit == Unit::Char { 1 } else { c.len_utf16() };
        }
        (self.units == position).then_some(self.byte)
    }
}

/// How many bytes start a character.
fn chars(bytes: &[u8]) -> usize {
    count(bytes, |byte| (byte as i8) >= -0x40)
}

/// How many bytes start a character of four bytes.
fn fours(bytes: &[u8]) -> usize {
    count(bytes, |byte| byte >= 0xf0)
}

/// Counts in a form that compilers turn into wide instructions.
#[inline]
fn count(bytes: &[u8], of: impl Fn(u8) -> bool) -> usize {
    bytes
        .chunks(192)
        .map(|part| usize::from(part.iter().map(|&byte| u8::from(of(byte))).sum::<u8>()))
        .sum()
}
