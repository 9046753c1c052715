//! All accepted forms of a number.

use super::number::{Number, Part};
use super::spell::{And, Join, One, Speller, Style};
use super::{Form, Gender};
use crate::Result;

/// The styles a number may be written in: every combination of the choices.
fn styles() -> impl Iterator<Item = Style> {
    let genders = [Gender::Common, Gender::Neuter];
    let ands = [And::Last, And::None, And::All];
    let ones = [One::All, One::NotFirst, One::None];
    let joins = [Join::Spaced, Join::Compact, Join::Multipliers, Join::Hundreds];
    (0..2 * 3 * 3 * 4 * 2 * 2).map(move |at| Style {
        gender: genders[at % 2],
        and: ands[at / 2 % 3],
        one: ones[at / 6 % 3],
        join: joins[at / 18 % 4],
        hundred: at / 72 % 2,
        thousand: at / 144 % 2,
    })
}

/// The forms of a number, each once; made by [`variants`].
#[derive(Clone, Debug)]
pub struct Variants {
    forms: std::vec::IntoIter<String>,
}

impl Iterator for Variants {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.forms.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.forms.size_hint()
    }
}

impl ExactSizeIterator for Variants {}

/// Every accepted form of a number, each once; what [`super::spell`] writes is the first.
///
/// *hundrede* and *hundred*, *tusind* and *tusinde*, with and without *og* and *et*, in one word
/// or several, both genders. A form makes each choice once, for the whole number: mixtures such as
/// *tusinde tohundrede* are read by [`super::parse`], but not listed. Years come in hundreds, in
/// pairs (*nitten femoghalvfems*) and as other numbers, decimals also by their value (*tre komma
/// fjorten*), halves also as fractions (*halvanden*).
///
/// At most 1,000 forms.
///
/// # Errors
///
/// As [`super::spell`].
///
/// # Example
///
/// ```
/// use sprogkit::numbers::{Form, variants};
///
/// let forms: Vec<String> = variants(&100.into(), Form::Cardinal)?.collect();
/// assert_eq!(
///     forms,
///     ["et hundrede", "hundrede", "ethundrede", "et hundred", "hundred", "ethundred"]
/// );
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn variants(number: &Number, form: Form) -> Result<Variants> {
    let mut forms = Forms::default();
    forms.put(super::spell(number, form, Gender::Common)?);
    forms.all(number, form);
    if form == Form::Year {
        forms.years(number.whole);
    }
    if let Part::Decimals(digits) = &number.part {
        forms.decimals(number, digits);
    }
    if let Part::Fraction(over, under) = number.part {
        forms.fractions(number, over, under);
    }
    Ok(Variants { forms: forms.list.into_iter() })
}

#[derive(Default)]
struct Forms {
    list: Vec<String>,
    /// What each form of the list is told by.
    seen: Vec<u64>,
}

/// A number that is the same for the same form, and hardly ever for two.
fn told_by(form: &str) -> u64 {
    let mix =
        |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let (words, rest) = form.as_bytes().as_chunks::<8>();
    let hash =
        words.iter().fold(form.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)))
}

impl Forms {
    const MOST: usize = 1000;

    fn put(&mut self, form: String) {
        let told_by = told_by(&form);
        let seen = self.seen.contains(&told_by) && self.list.contains(&form);
        if self.list.len() < Self::MOST && !seen {
            self.seen.push(told_by);
            self.list.push(form);
        }
    }

    fn all(&mut self, number: &Number, form: Form) {
        let whole = number.whole;
        // Small numbers leave little to choose.
        let few = whole < 100;
        let gendered = whole % 100 == if form == Form::Ordinal { 2 } else { 1 };
        let has_single = form != Form::Cardinal || has_single(whole);
        for style in styles() {
            let plain = Style { gender: style.gender, ..Style::PLAIN };
            let no_hundred = !has_hundreds(whole) && form != Form::Year;
            if few && form != Form::Ordinal && style != plain
                || no_hundred && style.hundred != 0
                || whole < 1000 && style.thousand != 0
                || style.gender != Gender::Common && !gendered
                || style.one != One::All && !has_single
                || style.join == Join::Hundreds && whole < 1000
            {
                continue;
            }
            let room = self.list.last().map_or(0, String::len) + 32;
            self.put(Speller::with_room(style, room).spell(number, form));
        }
    }

    fn years(&mut self, year: u128) {
        let (hundreds, rest) = (year / 100, year % 100);
        for style in styles() {
            if (10..100).contains(&hundreds) && !hundreds.is_multiple_of(10) && hundreds > 10 {
                let mut speller = Speller::new(style);
                speller.hundreds(year);
                self.put(speller.finish());
            }
            if (11..100).contains(&hundreds)
                && (!hundreds.is_multiple_of(10) || hundreds == 20)
                && rest > 0
                && style == (Style { gender: style.gender, ..Style::PLAIN })
            {
                let mut speller = Speller::new(style);
                speller.pairs(year);
                self.put(speller.finish());
            }
        }
        self.all(&Number { negative: false, whole: year, part: Part::None }, Form::Cardinal);
    }

    fn decimals(&mut self, number: &Number, digits: &str) {
        let words = &super::words::WORDS;
        let whole = Number { part: Part::None, ..number.clone() };
        let mut heads = Self::default();
        heads.all(&whole, Form::Cardinal);
        if number.negative && number.whole == 0 {
            heads = Self::default();
            heads.put(format!("{} {}", words.minus, words.zero));
        }
        if (2..=3).contains(&digits.len()) && !digits.starts_with('0') {
            let tail: u128 = digits.parse().expect("two or three digits");
            let mut tails = Self::default();
            tails.all(&Number { negative: false, whole: tail, part: Part::None }, Form::Cardinal);
            for head in &heads.list {
                for tail in &tails.list {
                    self.put(format!("{head} {} {tail}", words.point));
                }
            }
        }
        if digits == "5" {
            let half = Number { part: Part::Fraction(1, 2), ..number.clone() };
            self.put(Speller::new(Style::PLAIN).spell(&half, Form::Cardinal));
            self.fractions(&half, 1, 2);
        }
    }

    fn fractions(&mut self, number: &Number, over: u32, under: u32) {
        let words = &super::words::WORDS;
        let whole = Number { part: Part::None, ..number.clone() };
        let mut parts = Self::default();
        for gender in [Gender::Common, Gender::Neuter] {
            let mut speller = Speller::new(Style { gender, ..Style::PLAIN });
            speller.fraction(over, under);
            parts.put(speller.finish());
        }
        if (over, under) == (3, 4) {
            parts.put(words.three_quarters.to_owned());
        }
        if (over, under) == (1, 4) {
            parts.put(format!("{} {}", words.units[1], words.quarter));
        }
        let minus = if number.negative { format!("{} ", words.minus) } else { String::new() };
        if number.whole == 0 {
            for part in parts.list {
                self.put(format!("{minus}{part}"));
            }
            return;
        }
        if (number.whole, over, under) == (1, 1, 2) {
            for form in words.one_half {
                self.put(format!("{minus}{form}"));
            }
        }
        let mut heads = Self::default();
        heads.all(&whole, Form::Cardinal);
        for head in &heads.list {
            for part in &parts.list {
                self.put(format!("{head} {} {part}", words.and));
                self.put(format!("{head} {part}"));
            }
        }
    }
}

/// Whether a hundred is said anywhere in `n`.
fn has_hundreds(mut n: u128) -> bool {
    while n > 0 {
        if n % 1000 >= 100 {
            return true;
        }
        n /= 1000;
    }
    false
}

/// Whether one hundred or one thousand is said anywhere in `n`.
fn has_single(mut n: u128) -> bool {
    let mut group = 0;
    while n > 0 {
        let rest = n % 1000;
        if rest / 100 == 1 || group == 1 && rest == 1 {
            return true;
        }
        n /= 1000;
        group += 1;
    }
    false
}
