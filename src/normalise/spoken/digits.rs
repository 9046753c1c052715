//! What is in digits: telephone and personal numbers, ranges, and words that begin with digits.

use super::super::readings::READINGS;
use super::dates::plain;
use super::{Speaker, counted, year};
use crate::numbers::{Gender, Joints, Number};
use crate::text::Kind;

/// Digits said two by two.
fn pairs(digits: &str) -> String {
    let zero = Joints::get().zero;
    let mut said = Vec::new();
    for pair in digits.as_bytes().chunks(2) {
        let number = pair.iter().fold(0, |n, b| n * 10 + u64::from(b - b'0'));
        if pair.len() == 2 && number < 10 {
            said.push(zero.to_owned());
        }
        said.push(counted(number, Gender::Common));
    }
    said.join(" ")
}

/// The digits of a personal number: a day, a month, and six more.
fn personal(word: &str) -> Option<String> {
    let (born, serial) = word.split_once('-')?;
    let all = |digits: &str, length| digits.len() == length && plain(digits).is_some();
    if !all(born, 6) || !all(serial, 4) {
        return None;
    }
    let day = plain(&born[..2])?;
    let month = plain(&born[2..4])?;
    ((1..=31).contains(&day) && (1..=12).contains(&month)).then(|| format!("{born}{serial}"))
}

impl Speaker<'_> {
    /// A word of digits.
    pub(super) fn digits(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        if let Some(next) = self.phone(at) {
            return Some(next);
        }
        if let Some(digits) = personal(word) {
            return self.put(at, at + 1, &pairs(&digits), "personal-number");
        }
        if word.contains('/')
            && let Some(next) = self.short_date(at)
        {
            return Some(next);
        }
        if let Some(next) = self.range(at) {
            return Some(next);
        }
        self.quantity(at, at)
    }

    /// A telephone number: eight digits in pairs, or behind a word for it.
    fn phone(&mut self, at: usize) -> Option<usize> {
        let tokens = &self.tokens;
        let first = tokens.of(at);
        let country =
            first.strip_prefix('+').filter(|digits| plain(digits).is_some_and(|n| n < 1000));
        let from = at + usize::from(country.is_some());
        let is_pair = |at: usize| tokens.of(at).len() == 2 && plain(tokens.of(at)).is_some();
        let paired = (from..from + 4).all(is_pair)
            && (at..from + 3).all(|at| tokens.close(at) && !tokens.gap(at).is_empty())
            && !(is_pair(from + 4) && tokens.close(from + 3))
            && !(at > 0 && is_pair(at - 1) && tokens.close(at - 1));
        let (digits, to) = if paired {
            ((from..from + 4).map(|at| tokens.of(at)).collect::<String>(), from + 4)
        } else {
            let whole = tokens.of(from);
            let before = tokens.before(at).to_lowercase();
            let told = country.is_some() && tokens.close(at) || READINGS.phone.contains(&before);
            (whole.len() == 8 && plain(whole).is_some() && told)
                .then(|| (whole.to_owned(), from + 1))?
        };
        let mut words = pairs(&digits);
        if let Some(country) = country {
            let plus = READINGS.signs.get("+").copied().unwrap_or("+");
            words = format!("{plus} {} {words}", counted(plain(country)?, Gender::Common));
        }
        self.put(at, to, &words, "phone")
    }

    /// From one number to a larger: `5-10 km`, `1990-1995`, `kl. 8-16`.
    fn range(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let (first, second) = word.split_once(['-', '–'])?;
        if first.is_empty() || second.is_empty() || second == "-" {
            return None;
        }
        let till = READINGS.clock.range;
        if READINGS.before.get(self.tokens.before(at).to_lowercase().as_str())
            == Some(&READINGS.clock.oclock)
            && let (Some(from), Some(to)) = (self.clock(first), self.clock(second))
        {
            return self.put(at, at + 1, &format!("{from} {till} {to}"), "time");
        }
        let (low, high): (Number, Number) = (first.parse().ok()?, second.parse().ok()?);
        let years =
            |n: &str| plain(n).filter(|n| n.to_string().len() == 4 && (1100..2100).contains(n));
        if let (Some(low), Some(high)) = (years(first), years(second))
            && low < high
        {
            let words = format!("{} {till} {}", year(low), year(high));
            return self.put(at, at + 1, &words, "range");
        }
        let worth =
            |n: &Number| n.to_string().replace('.', "").replace(',', ".").parse::<f64>().ok();
        if first.starts_with('0') && first.len() > 1 && !first.contains(',')
            || worth(&low)? >= worth(&high)?
        {
            return None;
        }
        let gender = if self.named(at) { Gender::Neuter } else { Gender::Common };
        let words = format!("{} {till} ", super::cardinal(&low, gender));
        self.measured(at, at, &high, at + 1, &words, "range")
    }

    /// A word that begins with digits: `80'erne`, `50-årig`, `5kg`.
    pub(super) fn attached(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let split = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (digits, rest) = word.split_at(split);
        let number = plain(digits)?;
        let ending = rest.replace('’', "'");
        if ending == READINGS.decade_ending && number.is_multiple_of(10) {
            let decade = READINGS.decades[(number % 100 / 10) as usize];
            let words = match digits.len() {
                2 => decade.to_owned(),
                4 if (1100..2000).contains(&number) => {
                    let century = year(number / 100 * 100);
                    format!("{century} {} {decade}", Joints::get().and)
                }
                _ => return None,
            };
            return self.put(at, at + 1, &words, "decade");
        }
        if digits.starts_with('0') {
            return None;
        }
        if let Some(tail) = rest.strip_prefix('-')
            && number < 1000
            && tail.len() > 1
            && tail.chars().all(char::is_lowercase)
        {
            let words = counted(number, Gender::Common);
            return self.put(at, at + 1, &format!("{}{tail}", words.replace(' ', "")), "number");
        }
        let unit = READINGS.units.get(rest).or_else(|| READINGS.currencies.get(rest))?;
        let name = if number == 1 { unit.one } else { unit.several };
        self.put(at, at + 1, &format!("{} {name}", counted(number, unit.gender)), "unit")
    }

    /// A Roman numeral behind the name of a ruler or a chapter.
    pub(super) fn roman(&mut self, at: usize) -> Option<usize> {
        let number = roman(self.tokens.of(at))?;
        let before = self.tokens.before(at);
        let ruler = READINGS.ruler.contains(before)
            || before.chars().next().is_some_and(char::is_uppercase)
                && READINGS.ruler.contains(self.tokens.before(at.wrapping_sub(1)));
        if ruler {
            let words = format!("{} {}", READINGS.clock.the, super::nth(number, Gender::Common));
            self.out.replace(self.tokens.words[at].span, &words, "roman");
            return Some(at + 1);
        }
        if READINGS.roman.contains(&before.to_lowercase()) {
            let words = counted(number, Gender::Neuter);
            self.out.replace(self.tokens.words[at].span, &words, "roman");
            return Some(at + 1);
        }
        None
    }

    /// Initialisms, letter by letter.
    pub(super) fn letters(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let spelled = self.options.letters
            && (2..=5).contains(&word.chars().count())
            && word.chars().all(char::is_uppercase);
        if !spelled {
            return None;
        }
        let lower = word.to_lowercase();
        let names: Option<Vec<&str>> =
            lower.chars().map(|c| READINGS.letters.get(&c).copied()).collect();
        self.out.replace(self.tokens.words[at].span, &names?.join(" "), "letters");
        Some(at + 1)
    }

    /// An address, sign by sign where it is not words.
    pub(super) fn address(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let word = word.split_once("://").map_or(word, |(_, rest)| rest);
        let word = word.trim_end_matches('/');
        let mut said: Vec<String> = Vec::new();
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            if let Some(name) = READINGS.address.get(&first) {
                said.push((*name).to_owned());
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let digit = first.is_ascii_digit();
            let end = rest
                .find(|c: char| READINGS.address.contains_key(&c) || c.is_ascii_digit() != digit)
                .unwrap_or(rest.len());
            let part = &rest[..end];
            rest = &rest[end..];
            if digit {
                said.extend(part.bytes().map(|b| counted(u64::from(b - b'0'), Gender::Common)));
                continue;
            }
            let letters = part.to_lowercase();
            let alike = letters.chars().all(|c| letters.starts_with(c)) && letters.len() > 1;
            for letter in letters.chars().filter(|_| alike) {
                said.push(
                    READINGS
                        .letters
                        .get(&letter)
                        .map_or_else(|| letter.to_string(), |n| (*n).to_owned()),
                );
            }
            if !alike {
                said.push(part.to_owned());
            }
        }
        self.out.replace(self.tokens.words[at].span, &said.join(" "), "address");
        Some(at + 1)
    }

    /// Whether the word at `at` is a number.
    pub(super) fn is_number(&self, at: usize) -> bool {
        matches!(self.tokens.kind(at), Some(Kind::Number | Kind::Ordinal | Kind::Date | Kind::Time))
    }
}

/// The number that a Roman numeral in its usual form writes.
fn roman(word: &str) -> Option<u64> {
    const PARTS: [(&str, u64); 9] = [
        ("C", 100),
        ("XC", 90),
        ("L", 50),
        ("XL", 40),
        ("X", 10),
        ("IX", 9),
        ("V", 5),
        ("IV", 4),
        ("I", 1),
    ];
    let (mut rest, mut number) = (word, 0);
    for (part, value) in PARTS {
        let most = if matches!(value, 100 | 10 | 1) { 3 } else { 1 };
        for _ in 0..most {
            let Some(after) = rest.strip_prefix(part) else { break };
            (rest, number) = (after, number + value);
            if value == 9 || value == 90 {
                break;
            }
        }
    }
    // Written back, it must be the same: IIV is none.
    let mut written = String::new();
    let mut left = number;
    for (part, value) in PARTS {
        while left >= value {
            written.push_str(part);
            left -= value;
        }
    }
    (rest.is_empty() && number > 0 && written == word).then_some(number)
}
