//! What is spoken, as people write it: inverse text normalisation.

mod amounts;
mod citations;
mod clock;
mod keys;
mod lists;
mod pairs;
mod phrases;
mod runs;
mod says;
mod stream;
mod vocabulary;
mod words;

use std::borrow::Cow;
use std::cell::Cell;

use says::Says;
pub use stream::Stream;
use vocabulary::{Role, VOCABULARY};
use words::{Line, Room};

use super::readings::READINGS;
use super::spoken::capital;
use crate::Span;
use crate::numbers::Reading;
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
/// kroner*, but not *vi var fire og tyve blev hjemme*. The numbers of one phrase or of one list, *fem,
/// femten eller tyve kroner*, are all in digits or all in letters. Numbers from 10.000 on have a stop at the thousands; those from 1000 to 9999
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
    Written::default().text(text)
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
        self.write(Rewriter::new(text)).finish()
    }

    /// [`Written::rewrite`] without the map.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.write(Rewriter::unmapped(text)).into_text()
    }

    fn write<'t>(&self, out: Rewriter<'t>) -> Rewriter<'t> {
        let text = out.source();
        let mut writer = Writer {
            line: Line::with(text, ROOM.take()),
            out,
            options: *self,
            run: (0, 0),
            first: None,
            no_list: 0,
        };
        let mut base = 0;
        while base < text.len() {
            let rest = &text.as_bytes()[base..];
            let end = memchr::memchr(b'\n', rest).map_or(text.len(), |at| base + at + 1);
            writer.line.fill(base, end);
            writer.write();
            base = end;
        }
        if writer.line.room.words.capacity() < MOST_WORDS {
            ROOM.set(writer.line.room);
        }
        writer.out
    }
}

/// The most words of a number.
const MOST_NUMBER: usize = 64;

/// A longer line's place is not kept.
const MOST_WORDS: usize = 1 << 14;

thread_local! {
    /// The place for words and their numbers, kept from one text to the next.
    static ROOM: Cell<Room> = Cell::default();
}

/// Writes one text.
struct Writer<'t> {
    line: Line<'t>,
    out: Rewriter<'t>,
    options: Written,
    /// The run of number words that was asked for last: its first word and the one behind it.
    run: (usize, usize),
    /// The number that was read last: at which word it begins, and the word behind it.
    first: Option<(usize, Option<(Reading, usize)>)>,
    /// Before this word no list begins.
    no_list: usize,
}

impl Writer<'_> {
    fn write(&mut self) {
        (self.run, self.first, self.no_list) = ((0, 0), None, 0);
        let mut at = 0;
        while at < self.line.len() {
            at = match self.line.role(at) {
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
            Role::Number if self.stays(at) && !self.line.parted(at) => None,
            Role::Number => self.list(at).or_else(|| self.number(at)),
            Role::Before => self.cited(at),
            Role::Decade => self.decade(at),
            Role::Compound => self.compound(at),
            Role::The => self.ruler(at),
            Role::Sign => self.country(at).or_else(|| self.signs(at)),
            Role::None | Role::Inner | Role::Counted | Role::Month | Role::Context => None,
        }
    }

    /// A time or numbers that are no list.
    fn number(&mut self, at: usize) -> Option<usize> {
        if self.stays(at) {
            return None;
        }
        self.clock(at).or_else(|| self.numbers(at))
    }

    /// Whether the number at word `at` is a small one with nothing beside it that asks for digits:
    /// no rule would write it.
    fn stays(&self, at: usize) -> bool {
        let alone = self.line.parted(at) || self.line.role(at + 1) == Role::None;
        alone
            && self.line.atoms().unit(at).is_some_and(|unit| u32::from(unit) < self.options.least)
            && !self.behind_name(at)
    }

    /// Whether the word before `at` is one that numbers stand behind as names.
    fn behind_name(&self, at: usize) -> bool {
        self.line.says_before(at).has(Says::NAME)
    }

    /// Puts `text` in the place of the words from `from` up to `to`.
    fn put(&mut self, from: usize, to: usize, text: &str, kind: &'static str) -> Option<usize> {
        let source = self.out.source();
        let (start, mut end) = self.line.range(from, to);
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

    /// The word behind the number words from word `at` on.
    fn run_end(&mut self, at: usize) -> usize {
        if self.run.0 == at && self.run.1 > at {
            return self.run.1;
        }
        let mut end = at;
        while end < self.line.len()
            && end < at + MOST_NUMBER
            && (end == at || !self.line.parted(end - 1))
            && self.line.role(end).in_number()
            && self.line.atoms().is_number(end)
        {
            end += 1;
        }
        self.run = (at, end);
        end
    }

    /// The longest number from word `at` on, and the word behind it.
    fn first(&mut self, at: usize) -> Option<&(Reading, usize)> {
        if self.first.as_ref().is_none_or(|(known, _)| *known != at) {
            let end = self.run_end(at);
            let read = (end > at).then(|| self.line.atoms().read_words(at, end)).flatten();
            self.first = Some((at, read));
        }
        self.first.as_ref().and_then(|(_, read)| read.as_ref())
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
        if !ruler || self.line.parted(at) {
            return None;
        }
        let (reading, end) = self.first(at + 1)?;
        let (number, end) = (reading.number.whole(), *end);
        let ordinal = reading.rank == crate::numbers::Rank::Ordinal && (1..=30).contains(&number);
        let month = self.line.month(end).is_some() && !self.line.parted(end - 1);
        if !ordinal || month {
            return None;
        }
        self.put(at, end, &format!("{number}."), "ordinal")
    }
}
