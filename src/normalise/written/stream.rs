//! Text that comes in pieces.

use super::super::readings::READINGS;
use super::Written;
use super::vocabulary::Role;
use super::words::{Line, Room};

/// Plain words before a place where the text may be cut: as far back as a rule looks.
const BACK: usize = 3;

/// The most that is held back: a number has an end.
const MOST: usize = 1 << 16;

/// Writes text that comes in pieces, as a recogniser puts it out.
///
/// A piece may end anywhere, also within a word. What may still become part of a number is held
/// back until it is clear. All that comes out, together, is what [`to_written`](super::to_written)
/// makes of the whole text, as long as no number is longer than 64 KiB.
///
/// # Example
///
/// ```
/// use sprogkit::normalise::Written;
///
/// let mut stream = Written::default().stream();
/// let mut out = stream.push("der var vist nok femog");
/// out += &stream.push("tyve mennesker");
/// out += &stream.finish();
/// assert_eq!(out, "der var vist nok 25 mennesker");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stream {
    options: Written,
    held: String,
}

impl Written {
    /// A stream that writes with these options.
    #[must_use]
    pub const fn stream(self) -> Stream {
        Stream { options: self, held: String::new() }
    }
}

impl Stream {
    /// Takes in a piece, and gives what is clear by now.
    pub fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let cut = self.cut();
        if cut == 0 {
            return String::new();
        }
        let rest = self.held.split_off(cut);
        let clear = std::mem::replace(&mut self.held, rest);
        self.options.text(&clear).into_owned()
    }

    /// What was held back. The stream may be used anew.
    pub fn finish(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        self.options.text(&held).into_owned()
    }

    /// Up to where what is held is clear.
    fn cut(&self) -> usize {
        let lines = self.held.rfind('\n').map_or(0, |end| end + 1);
        let tail = &self.held[lines..];
        let mut line = Line::with(tail, Room::default());
        line.fill(0, tail.len());
        let words = &line.room.words;
        // The last word may go on.
        for at in (BACK..words.len()).rev() {
            let plain = words[at - BACK..at].iter().all(|word| word.role == Role::None);
            // The number of a ruler is told from its name.
            if plain && !READINGS.ruler.contains(line.of(at - 1)) {
                let word = &tail[..words[at].start];
                return lines + word.trim_end_matches(|c: char| !c.is_whitespace()).len();
            }
        }
        if tail.len() > MOST {
            return lines + words.last().map_or(0, |word| word.start);
        }
        lines
    }
}
