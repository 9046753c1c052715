//! The words of numbers in a text: what each stands for, and the numbers that they make.

use super::grammar::Reader;
use super::number::Number;
use super::parse::lower;
use super::words::{Atom, WORDS};

/// The longest word that is read, in bytes.
const LONGEST: usize = 256;

/// What a reading is by its last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    Cardinal,
    Ordinal,
    /// The word for a hundred is the word for the hundredth.
    Either,
}

/// A number that was read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) number: Number,
    pub(crate) rank: Rank,
    /// Whether it is a year said as two numbers.
    pub(crate) pairs: bool,
    /// Whether it was said as a fraction or with a half.
    pub(crate) fraction: bool,
    /// Whether a thousand was said in it.
    pub(crate) thousand: bool,
}

impl Reading {
    pub(super) const fn fraction(number: Number) -> Self {
        Self { number, rank: Rank::Cardinal, pairs: false, fraction: true, thousand: false }
    }
}

/// The words of a text, one after the other: of which words of the table each is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Atoms {
    list: Vec<Atom>,
    /// Where each word of the text ends in `list`.
    ends: Vec<usize>,
}

impl Atoms {
    /// With place for a long number.
    pub(super) fn with_room() -> Self {
        Self { list: Vec::with_capacity(32), ends: Vec::with_capacity(32) }
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.ends.clear();
    }

    /// Takes in a word of the text; `false`, and nothing taken, where it is not of number words.
    pub(crate) fn add(&mut self, word: &str) -> bool {
        let found = self.cut_word(&lower(word));
        if found {
            self.skip();
        }
        found
    }

    /// Takes in a word of the text, in lower case. Tells whether it is of number words, and then
    /// whether it may begin a number; where it is not, it is taken in as no number.
    pub(crate) fn put(&mut self, word: &str) -> Option<bool> {
        let mark = self.list.len();
        let found = self.cut_word(word);
        self.skip();
        found.then(|| self.list.get(mark).is_some_and(|first| first.begins()))
    }

    /// Takes in a word of the text of which is known what it is made of: the first `count`.
    pub(crate) fn put_known(&mut self, atoms: &[Atom; 4], count: u8) {
        // A copy whose length is always the same takes one instruction.
        let end = self.list.len() + usize::from(count);
        self.list.extend_from_slice(atoms);
        self.list.truncate(end);
        self.skip();
    }

    /// Whether `word`, in lower case, begins with a number word.
    pub(crate) fn begin(word: &str) -> bool {
        word.len() <= LONGEST && WORDS.starts(word.as_bytes()).1 > 0
    }

    /// Takes in a word of the text that is no number.
    pub(crate) fn skip(&mut self) {
        self.ends.push(self.list.len());
    }

    fn cut_word(&mut self, word: &str) -> bool {
        let mark = self.list.len();
        let mut steps = 4 * word.len() + 64;
        let found = word.len() <= LONGEST && self.cut(word.as_bytes(), &mut steps);
        if !found {
            self.list.truncate(mark);
        }
        found
    }

    /// Cuts `rest` into the words of the table, long ones first.
    fn cut(&mut self, rest: &[u8], steps: &mut usize) -> bool {
        if rest.is_empty() {
            return true;
        }
        if *steps == 0 {
            return false;
        }
        *steps -= 1;
        let (starts, count) = WORDS.starts(rest);
        for (length, atom) in starts[..count].iter().rev() {
            self.list.push(*atom);
            if self.cut(&rest[usize::from(*length)..], steps) {
                return true;
            }
            self.list.pop();
        }
        false
    }

    /// Of which words of the table the text's word `word` is made.
    pub(crate) fn of(&self, word: usize) -> &[Atom] {
        self.ends.get(word).map_or(&[], |end| &self.list[self.start(word)..*end])
    }

    /// Whether word `word` is of number words.
    pub(crate) fn is_number(&self, word: usize) -> bool {
        !self.of(word).is_empty()
    }

    /// The value of word `word`, where it is one of 1 to 9.
    pub(crate) fn unit(&self, word: usize) -> Option<u8> {
        match *self.of(word) {
            [Atom::Unit(unit)] => Some(unit),
            _ => None,
        }
    }

    /// Whether word `word` is the one between two parts of a number.
    pub(crate) fn is_and(&self, word: usize) -> bool {
        *self.of(word) == [Atom::And]
    }

    /// Whether word `word` is a million or one of the powers above.
    pub(crate) fn is_scale(&self, word: usize) -> bool {
        matches!(self.of(word), [Atom::Scale(_)])
    }

    fn start(&self, word: usize) -> usize {
        word.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// The words before word `end`.
    fn before(&self, end: usize) -> Words<'_> {
        let ends = &self.ends[..end];
        Words { list: &self.list[..ends.last().copied().unwrap_or(0)], ends }
    }

    /// The longest number from word `word` on that ends before word `end`, and the word behind
    /// it; it ends where a word does.
    pub(crate) fn read_words(&self, word: usize, end: usize) -> Option<(Reading, usize)> {
        let words = self.before(end);
        let start = self.start(word);
        let (mut reading, next) = words.read(start)?;
        let behind = words.behind(next)?;
        reading.thousand =
            words.list[start..next].iter().any(|atom| matches!(atom, Atom::Thousand(_)));
        Some((reading, behind))
    }

    /// A year in pairs from word `word` on that ends before word `end`, and the word behind it.
    pub(crate) fn read_pairs(&self, word: usize, end: usize) -> Option<(Reading, usize)> {
        let words = self.before(end);
        let (reading, next) = words.pairs(self.start(word))?;
        Some((reading, words.behind(next)?))
    }

    /// The number that all the words make.
    pub(super) fn read_all(&self) -> Option<Reading> {
        let words = self.before(self.ends.len());
        let (reading, next) = words.read(0)?;
        if next == self.list.len() {
            return Some(reading);
        }
        words.pairs(0).filter(|(_, next)| *next == self.list.len()).map(|(reading, _)| reading)
    }
}

/// The words that a number may be of.
struct Words<'a> {
    list: &'a [Atom],
    ends: &'a [usize],
}

impl Words<'_> {
    /// The word behind the one that ends at atom `end`, where one does.
    fn behind(&self, end: usize) -> Option<usize> {
        let word = self.ends.partition_point(|other| *other < end);
        (self.ends.get(word) == Some(&end)).then_some(word + 1)
    }

    /// The longest number from atom `at` on, and the atom behind it.
    fn read(&self, at: usize) -> Option<(Reading, usize)> {
        let mut reader = Reader::new(self.list, at);
        let negative = reader.take(Atom::Minus);
        if let Some(found) = self.part_of(&reader, negative) {
            return Some(found);
        }
        let mut reading = reader.number()?;
        reading.number.negative = negative && reading.number != Number::from(0_u32);
        if negative && reading.rank == Rank::Ordinal {
            return None;
        }
        Some((reading, reader.at))
    }

    /// A fraction whose lower part is a word of its own: three fourths, two and three fourths.
    fn part_of(&self, reader: &Reader<'_>, negative: bool) -> Option<(Reading, usize)> {
        let from = reader.at;
        let last = from + self.list[from..].iter().position(|&atom| atom == Atom::Part)?;
        let word = self.behind(last + 1)? - 1;
        let start = word.checked_sub(1).map_or(0, |before| self.ends[before]).max(from);
        let mut under = Reader::new(&self.list[..last], start);
        let lower = under.whole()?;
        let ordinal = under.rank() != Rank::Cardinal;
        if under.at != last || !ordinal || start == from {
            return None;
        }
        let lower = u32::try_from(lower).ok()?;
        // The longest upper part that is less than the lower.
        for upper_at in from..start {
            let mut upper = Reader::new(&self.list[..start], upper_at);
            let Some(over) = upper.whole() else { continue };
            if upper.at != start || upper.rank() == Rank::Ordinal {
                continue;
            }
            let Some(over) = u32::try_from(over).ok().filter(|over| *over < lower) else {
                continue;
            };
            let before = &self.list[..upper_at];
            let before = match before.split_last() {
                Some((Atom::And, rest)) if upper_at > from => rest,
                _ => before,
            };
            let mut whole = 0;
            if upper_at > from {
                let mut reader = Reader::new(before, from);
                whole = reader.whole()?;
                if reader.at != before.len() {
                    return None;
                }
                if reader.rank() == Rank::Ordinal {
                    return None;
                }
            }
            let number = Number::with_fraction(negative, whole, over, lower).ok()?;
            return Some((Reading::fraction(number), last + 1));
        }
        None
    }

    /// Two numbers from 11 to 99, said as a year.
    fn pairs(&self, at: usize) -> Option<(Reading, usize)> {
        let mut reader = Reader::new(self.list, at);
        let hundreds = reader.below_hundred().filter(|n| *n > 10)?;
        let years = if reader.take(Atom::Zero) {
            reader.below_hundred().filter(|n| *n < 10)?
        } else {
            reader.below_hundred().filter(|n| *n >= 10)?
        };
        if reader.rank() == Rank::Ordinal {
            return None;
        }
        let number = Number::from(u64::from(hundreds) * 100 + u64::from(years));
        let reading =
            Reading { number, rank: Rank::Cardinal, pairs: true, fraction: false, thousand: false };
        Some((reading, reader.at))
    }
}
