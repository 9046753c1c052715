//! Numbers written in words.

use super::number::{Number, Part};
use super::words::{WORDS, Words};
use super::{Form, Gender};

/// The choices that Danish leaves to the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) gender: Gender,
    pub(super) and: And,
    pub(super) one: One,
    pub(super) join: Join,
    /// Which of the two forms of hundred and thousand.
    pub(super) hundred: usize,
    pub(super) thousand: usize,
}

/// Where "and" stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum And {
    /// Before the last part, where it is less than a hundred.
    Last,
    None,
    /// Between all parts.
    All,
}

/// Whether one hundred and one thousand are said with their "one".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum One {
    All,
    /// Not where the number begins with it.
    NotFirst,
    None,
}

/// What is written in one word, below a million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    Spaced,
    /// Each hundred with how many there are.
    Hundreds,
    /// Each hundred and thousand with how many there are.
    Multipliers,
    Compact,
}

impl Style {
    /// What [`super::spell`] writes.
    pub(super) const PLAIN: Self = Self {
        gender: Gender::Common,
        and: And::Last,
        one: One::All,
        join: Join::Spaced,
        hundred: 0,
        thousand: 0,
    };
}

/// What a number below a million is multiplied by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    Hundred,
    Thousand,
}

/// Writes one number.
pub(super) struct Speller {
    words: &'static Words,
    style: Style,
    out: String,
    // Whether anything of the number has been written.
    begun: bool,
}

impl Speller {
    pub(super) fn new(style: Style) -> Self {
        Self::with_room(style, 48)
    }

    /// As [`Speller::new`], for about `room` bytes.
    pub(super) fn with_room(style: Style, room: usize) -> Self {
        Self { words: &WORDS, style, out: String::with_capacity(room), begun: false }
    }

    pub(super) fn spell(mut self, number: &Number, form: Form) -> String {
        if number.negative {
            self.word(self.words.minus);
        }
        match (&number.part, form) {
            (Part::None, Form::Ordinal) => self.ordinal(number.whole),
            (Part::None, Form::Year) if in_hundreds(number.whole) => self.hundreds(number.whole),
            (Part::None, _) => self.cardinal(number.whole),
            (Part::Decimals(digits), _) => {
                self.cardinal(number.whole);
                self.word(self.words.point);
                for digit in digits.bytes() {
                    self.digit(digit);
                }
            }
            (Part::Fraction(over, under), _) => {
                if (number.whole, *over, *under) == (1, 1, 2) {
                    self.word(self.words.one_half[self.style.gender as usize]);
                } else {
                    if number.whole > 0 {
                        self.cardinal(number.whole);
                        self.word_if(self.style.and != And::None && *under != 2);
                    }
                    self.fraction(*over, *under);
                }
            }
        }
        self.out
    }

    fn word_if(&mut self, and: bool) {
        if and {
            self.word(self.words.and);
        }
    }

    pub(super) fn digit(&mut self, digit: u8) {
        match digit {
            b'0' => self.word(self.words.zero),
            _ => self.word(self.words.units[usize::from(digit - b'0')]),
        }
    }

    /// Adds a word behind a space.
    pub(super) fn word(&mut self, word: &str) {
        if !self.out.is_empty() {
            self.out.push(' ');
        }
        self.out.push_str(word);
    }

    /// Adds a word to the one before, where the style joins them.
    fn joined(&mut self, word: &str, join: bool) {
        if self.begun && join {
            self.out.push_str(word);
        } else {
            self.word(word);
        }
        self.begun = true;
    }

    fn compact(&self) -> bool {
        self.style.join == Join::Compact
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn below_hundred(&mut self, n: u8, gender: Gender, join: bool) {
        let words = self.words;
        let (ten, unit) = (usize::from(n / 10), usize::from(n % 10));
        match (ten, unit) {
            (0, 0) => {}
            (0, 1) if gender == Gender::Neuter => self.joined(words.neuter_one, join),
            (0, _) => self.joined(words.units[unit], join),
            (1, _) => self.joined(words.teens[unit], join),
            (_, 0) => self.joined(words.tens[ten], join),
            _ => {
                self.joined(words.units[unit], join);
                self.out.push_str(words.and);
                self.out.push_str(words.tens[ten]);
            }
        }
    }

    /// An "and" between two parts.
    fn and(&mut self, last: bool) {
        let wanted = match self.style.and {
            And::Last => last,
            And::None => false,
            And::All => true,
        };
        if wanted && self.begun {
            self.joined(self.words.and, self.compact());
        }
    }

    /// How many hundreds or thousands, and the word for it.
    fn multiplied(&mut self, count: u16, scale: Scale) {
        let word = match scale {
            Scale::Hundred => self.words.hundred[self.style.hundred],
            Scale::Thousand => self.words.thousand[self.style.thousand],
        };
        let first = !self.begun;
        let bare = match self.style.one {
            One::All => false,
            One::NotFirst => first,
            One::None => true,
        };
        if count == 1 && bare {
            self.joined(word, self.compact());
            return;
        }
        if count < 100 {
            self.below_hundred(count as u8, Gender::Neuter, self.compact());
        } else {
            self.group(count, Gender::Neuter, false);
        }
        let join = match self.style.join {
            Join::Spaced => false,
            Join::Hundreds => scale == Scale::Hundred,
            Join::Multipliers | Join::Compact => true,
        };
        self.joined(word, join);
    }

    /// A number below a thousand. `parted`: whether parts before it ask for an "and".
    fn group(&mut self, n: u16, gender: Gender, parted: bool) {
        let (hundreds, rest) = (n / 100, (n % 100) as u8);
        let mut within = false;
        if hundreds > 0 {
            self.and(false);
            self.multiplied(hundreds, Scale::Hundred);
            within = true;
        }
        if rest > 0 {
            self.and(within || parted);
            self.below_hundred(rest, gender, self.compact());
        }
    }

    pub(super) fn cardinal(&mut self, n: u128) {
        if n == 0 {
            self.word(self.words.zero);
            return;
        }
        self.above_million(n / 1_000_000);
        self.below_million((n % 1_000_000) as u32, self.style.gender);
    }

    /// The millions, `n` of them.
    fn above_million(&mut self, n: u128) {
        for at in (0..self.words.scales.len()).rev() {
            let count = (n / 1000_u128.pow(at as u32) % 1000) as u16;
            let count = if at + 1 == self.words.scales.len() {
                (n / 1000_u128.pow(at as u32)) as u16
            } else {
                count
            };
            if count > 0 {
                if self.begun {
                    self.and(false);
                }
                self.group_spaced(count);
                let form = usize::from(count != 1);
                self.word(self.words.scales[at][form]);
            }
        }
    }

    /// How many of a scale.
    fn group_spaced(&mut self, count: u16) {
        if count < 100 {
            self.below_hundred(count as u8, Gender::Common, false);
        } else {
            // The first word of the group stands apart from what is before it.
            let one = self.style.one;
            if self.begun && one == One::NotFirst {
                self.style.one = One::All;
            }
            self.begun = false;
            self.group(count, Gender::Common, false);
            self.style.one = one;
        }
        self.begun = true;
    }

    fn below_million(&mut self, n: u32, gender: Gender) {
        if n == 0 {
            return;
        }
        let (thousands, rest) = ((n / 1000) as u16, (n % 1000) as u16);
        if self.begun && self.compact() {
            // What is below a million is a word of its own, "and" too.
            self.word_if(match self.style.and {
                And::Last => n < 100,
                And::None => false,
                And::All => true,
            });
            if self.style.one == One::NotFirst {
                self.style.one = One::All;
            }
            self.begun = false;
        }
        let parted = self.begun || thousands > 0;
        if thousands > 0 {
            if thousands < 100 {
                self.and(false);
            }
            self.multiplied(thousands, Scale::Thousand);
        }
        self.group(rest, gender, parted);
    }

    /// A year by its hundreds.
    pub(super) fn hundreds(&mut self, year: u128) {
        let (hundreds, rest) = ((year / 100) as u16, (year % 100) as u8);
        self.multiplied(hundreds, Scale::Hundred);
        if rest > 0 {
            self.and(true);
            self.below_hundred(rest, self.style.gender, self.compact());
        }
    }

    /// A year as two numbers.
    pub(super) fn pairs(&mut self, year: u128) {
        let (first, second) = ((year / 100) as u8, (year % 100) as u8);
        self.below_hundred(first, Gender::Common, false);
        if second < 10 {
            self.word(self.words.zero);
        }
        self.below_hundred(second, self.style.gender, false);
    }

    pub(super) fn ordinal(&mut self, n: u128) {
        let words = self.words;
        let rest = (n % 100) as u8;
        if n == 0 {
            self.word(words.ordinals[0]);
        } else if rest > 0 {
            let before = n - u128::from(rest);
            self.above_million(before / 1_000_000);
            let below = (before % 1_000_000) as u32;
            if below > 0 {
                self.below_million(below, Gender::Common);
            }
            let compact = self.compact() && (below > 0);
            let wanted = self.style.and != And::None;
            if wanted && self.begun {
                self.joined(words.and, compact);
            }
            let (ten, unit) = (usize::from(rest / 10), usize::from(rest % 10));
            match (ten, unit) {
                (0, 2) if self.style.gender == Gender::Neuter => {
                    self.joined(words.neuter_second, compact);
                }
                (0 | 1, _) => self.joined(words.ordinals[usize::from(rest)], compact),
                (_, 0) => self.joined(words.ten_ordinals[ten], compact),
                _ => {
                    self.joined(words.units[unit], compact);
                    self.out.push_str(words.and);
                    self.out.push_str(words.ten_ordinals[ten]);
                }
            }
        } else if !n.is_multiple_of(1000) {
            let style = self.style;
            self.style.hundred = usize::from(words.hundred[0] != words.hundred_ordinal);
            self.cardinal(n);
            self.style = style;
        } else if !n.is_multiple_of(1_000_000) {
            let style = self.style;
            self.style.thousand = usize::from(words.thousand[0] != words.thousand_ordinal);
            self.cardinal(n);
            self.style = style;
        } else {
            let mut at = 0;
            let mut count = n / 1_000_000;
            while count.is_multiple_of(1000) && at + 1 < words.scales.len() {
                count /= 1000;
                at += 1;
            }
            let scale = 1000_u128.pow(at as u32);
            self.above_million((n / 1_000_000 / scale / 1000) * scale * 1000);
            let last = (count % 1000) as u16;
            if self.begun {
                self.and(false);
            }
            if last != 1 || self.begun || self.style.one == One::NotFirst {
                self.group_spaced(last);
            }
            self.word(words.scales[at][2]);
        }
    }

    pub(super) fn fraction(&mut self, over: u32, under: u32) {
        let words = self.words;
        if (over, under) == (1, 2) {
            match self.style.gender {
                Gender::Common => self.word(words.units[1]),
                Gender::Neuter => self.word(words.neuter_one),
            }
            self.word(words.half[self.style.gender as usize]);
            return;
        }
        self.begun = false;
        let gender = std::mem::replace(&mut self.style.gender, Gender::Common);
        self.cardinal(u128::from(over));
        let mut under_words = Self::new(Style { join: Join::Compact, ..self.style });
        under_words.style.one = if under == 100 || under == 1000 { One::None } else { One::All };
        under_words.ordinal(u128::from(under));
        self.word(&under_words.out);
        self.out.push_str(if over == 1 { words.part } else { words.parts });
        self.style.gender = gender;
    }
}

/// Whether a year is read by its hundreds.
pub(super) fn in_hundreds(year: u128) -> bool {
    (1100..2000).contains(&year)
}
