//! What is spoken, as people write it: inverse text normalisation.

mod amounts;
mod clock;
mod phrases;
mod stream;
mod vocabulary;
mod words;

use std::borrow::Cow;
use std::cell::Cell;

pub use stream::Stream;
use vocabulary::{Role, VOCABULARY};
use words::Line;

use super::readings::READINGS;
use super::spoken::capital;
use crate::Span;
use crate::numbers::Atoms;
use crate::text::{Rewrite, Rewriter};

/// How spoken text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Written {
    /// From which number on digits are written where nothing else asks for them. Default: 11,
    /// for numbers up to ten are written in letters.
    pub least: u32,
}

impl Default for Written {
    fn default() -> Self {
        Self { least: 11 }
    }
}

/// `text`, such as a speech recogniser puts out, as people write it: numbers, ordinals, times,
/// money, dates, telephone numbers, decades, percentages, decimals, fractions.
///
/// Small numbers stay in letters where no unit, currency, date or the like asks for digits, and so
/// does what may be meant otherwise: *en mand og en kvinde*, *tusind tak*, *syv ni tretten*.
/// Tens in three words, *fem og tyve*, are one number only before what is counted: *fem og tyve
/// kroner*, but not *vi var fire og tyve blev hjemme*. Two numbers of one phrase are both in digits or
/// both in letters. Numbers from 10.000 on have a stop at the thousands; those from 1000 to 9999
/// have it only in money, for they may be years, postal codes, numbers of a row.
/// Works with and without punctuation and capitals. Lines are read each for itself.
///
/// # Example
///
/// ```
/// use sprogkit::normalise::to_written;
///
/// assert_eq!(to_written("vi ses halv ti den tredje maj"), "vi ses kl. 9.30 den 3. maj");
/// assert_eq!(to_written("det koster femoghalvfems kroner"), "det koster 95 kr.");
/// assert_eq!(to_written("en mand og en kvinde"), "en mand og en kvinde");
/// ```
#[must_use]
pub fn to_written(text: &str) -> Cow<'_, str> {
    to_written_mapped(text).into_text()
}

/// [`to_written`], with where every part came from.
///
/// The kinds of changes: `"number"`, `"ordinal"`, `"date"`, `"time"`, `"money"`, `"unit"`,
/// `"range"`, `"phone"`, `"personal-number"`, `"decade"`, `"law"`.
#[must_use]
pub fn to_written_mapped(text: &str) -> Rewrite<'_> {
    Written::default().rewrite(text)
}

impl Written {
    /// [`to_written_mapped`] with these options.
    ///
    /// # Complexity
    ///
    /// O(n) for n bytes.
    #[must_use]
    pub fn rewrite<'t>(&self, text: &'t str) -> Rewrite<'t> {
        let (words, atoms) = ROOM.take();
        let mut writer = Writer {
            line: Line::with(text, words),
            out: Rewriter::new(text),
            options: *self,
            atoms,
            run: None,
        };
        let mut base = 0;
        for line in text.split_inclusive('\n') {
            writer.line.fill(base, line);
            writer.write();
            base += line.len();
        }
        if writer.line.words.capacity() < MOST_WORDS {
            ROOM.set((writer.line.words, writer.atoms));
        }
        writer.out.finish()
    }
}

/// A longer line's place is not kept.
const MOST_WORDS: usize = 1 << 14;

thread_local! {
    /// The place for words and their numbers, kept from one text to the next.
    static ROOM: Cell<(Vec<words::Word>, Atoms)> = Cell::default();
}

/// Writes one text.
struct Writer<'t> {
    line: Line<'t>,
    out: Rewriter<'t>,
    options: Written,
    /// The number words from word `run` of the line on.
    atoms: Atoms,
    run: Option<usize>,
}

impl Writer<'_> {
    fn write(&mut self) {
        self.run = None;
        let mut at = 0;
        while at < self.line.words.len() {
            at = match self.line.words[at].role {
                Role::None => at + 1,
                role => self.word(at, role).unwrap_or(at + 1),
            };
        }
    }

    /// Writes what begins at word `at`; what is behind it, where something was written.
    fn word(&mut self, at: usize, role: Role) -> Option<usize> {
        match role {
            Role::Clock => self.oclock(at),
            Role::Half | Role::Quarter => self.clock(at).or_else(|| self.no_clock(at, role)),
            Role::Number if self.stays(at) => None,
            Role::Number => self.clock(at).or_else(|| self.numbers(at)),
            Role::Before => self.cited(at),
            Role::Decade => self.decade(at),
            Role::Compound => self.compound(at),
            Role::The => self.ruler(at),
            Role::Sign => self.country(at).or_else(|| self.signs(at)),
            Role::None | Role::Inner | Role::Counted | Role::Month | Role::Context => None,
        }
    }

    /// Whether the number at word `at` is a small one with nothing beside it that asks for digits:
    /// no rule would write it.
    fn stays(&self, at: usize) -> bool {
        let alone = self.line.parted(at) || self.line.role(at + 1) == Role::None;
        alone
            && crate::numbers::unit(&self.line.lower(at))
                .is_some_and(|unit| u32::from(unit) < self.options.least)
            && !VOCABULARY.is_name(&self.line.before(at))
    }

    /// Puts `text` in the place of the words from `from` up to `to`.
    fn put(&mut self, from: usize, to: usize, text: &str, kind: &'static str) -> Option<usize> {
        let source = self.out.source();
        let start = self.line.words[from].start;
        let mut end = self.line.words[to - 1].end;
        // One stop ends both an abbreviation and the sentence.
        let rest = &source[end..];
        if text.ends_with('.') && rest.starts_with('.') && !rest.starts_with("..") {
            end += 1;
        }
        let first = source[start..].chars().next().unwrap_or(' ');
        let text =
            if first.is_uppercase() { Cow::Owned(capital(text)) } else { Cow::Borrowed(text) };
        self.out.replace(Span::new(start, end), &text, kind);
        Some(to)
    }

    /// Reads the number words from word `at` on; how many there are.
    fn read_run(&mut self, at: usize) -> usize {
        if self.run == Some(at) {
            return self.atoms.words();
        }
        self.atoms.clear();
        self.run = Some(at);
        let mut next = at;
        while next < self.line.words.len()
            && next < at + 64
            && (next == at || !self.line.parted(next - 1))
            && self.line.words[next].role.in_number()
            && self.atoms.add(self.line.of(next))
        {
            next += 1;
        }
        self.atoms.words()
    }

    /// A decade by its name: the fifties, nineteen hundred and the fifties. The twenties to forties
    /// alone are as often an age or a temperature.
    fn decade(&mut self, at: usize) -> Option<usize> {
        let name = self.line.lower(at);
        let (decade, century) = VOCABULARY.decade(&name)?;
        if century.is_none() && (10..50).contains(&decade) {
            return None;
        }
        let ending = READINGS.decade_ending;
        let text = match century {
            Some(century) => format!("{}{ending}", century + decade),
            None => format!("{decade:02}{ending}"),
        };
        self.put(at, at + 1, &text, "decade")
    }

    /// A number that begins a word: fifty-year-old.
    fn compound(&mut self, at: usize) -> Option<usize> {
        let word = self.line.lower(at);
        let (number, rest) = VOCABULARY.compound(&word)?;
        if number < u128::from(self.options.least) {
            return None;
        }
        self.put(at, at + 1, &format!("{number}-{rest}"), "number")
    }

    /// The article between a ruler and a number.
    fn ruler(&mut self, at: usize) -> Option<usize> {
        let ruler =
            at > 0 && !self.line.parted(at - 1) && READINGS.ruler.contains(self.line.of(at - 1));
        if !ruler || self.line.parted(at) || self.read_run(at + 1) == 0 {
            return None;
        }
        let (reading, used) = self.atoms.read_words(0)?;
        let number = reading.number.whole();
        let ordinal = reading.rank == crate::numbers::Rank::Ordinal && (1..=30).contains(&number);
        let month = self.line.month(at + 1 + used).is_some() && !self.line.parted(at + used);
        if !ordinal || month {
            return None;
        }
        self.put(at, at + 1 + used, &format!("{number}."), "ordinal")
    }
}
