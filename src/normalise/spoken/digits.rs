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
        if word.contains('/') {
            return self.slashed(at);
        }
        if self.articled(at)
            && let Some(day) = plain(word).filter(|day| (1..=31).contains(day))
            && !word.starts_with('0')
            && self.tokens.close(at)
            && self.month(at + 1).is_some()
        {
            return self.put(at, at + 1, &super::nth(day, Gender::Common), "date");
        }
        if self.timed(at) {
            if !self.told(word) {
                return None;
            }
            if word.contains('.') {
                return self.time(at);
            }
        } else if self.is_name(at) {
            return None;
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
        let told = if tokens.before(at) == ":" { at - 1 } else { at };
        let told = READINGS.phone.contains(&tokens.before(told).to_lowercase());
        let four = |at: usize| tokens.of(at).len() == 4 && plain(tokens.of(at)).is_some();
        let halved = told
            && four(from)
            && four(from + 1)
            && tokens.close(from)
            && !(plain(tokens.of(from + 2)).is_some() && tokens.close(from + 1));
        let is_pair = |at: usize| tokens.of(at).len() == 2 && plain(tokens.of(at)).is_some();
        let paired = (from..from + 4).all(is_pair)
            && (at..from + 3).all(|at| tokens.close(at) && !tokens.gap(at).is_empty())
            && !(is_pair(from + 4) && tokens.close(from + 3))
            && !(at > 0 && is_pair(at - 1) && tokens.close(at - 1));
        let (digits, to) = if paired {
            ((from..from + 4).map(|at| tokens.of(at)).collect::<String>(), from + 4)
        } else if halved {
            ((from..from + 2).map(|at| tokens.of(at)).collect::<String>(), from + 2)
        } else {
            let whole = tokens.of(from);
            let told = country.is_some() && tokens.close(at) || told;
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

    /// Whether the digits at `at` belong to what is not read: a number of an account among groups
    /// of digits, the number of a list or a title before a capital, a sign before them or behind.
    fn is_name(&self, at: usize) -> bool {
        let tokens = &self.tokens;
        let word = tokens.of(at);
        let grouped = |at: usize| tokens.close(at) && !tokens.gap(at).is_empty();
        let dash = matches!(tokens.before(at), "–" | "−") && tokens.gap(at - 1).is_empty();
        if dash && (at == 1 || !tokens.gap(at - 2).is_empty()) {
            return true;
        }
        if tokens.of(at + 1) == "+" && tokens.gap(at).is_empty() {
            return true;
        }
        if plain(word).is_none() {
            return false;
        }
        let title = word.len() <= 2
            && tokens.of(at + 1) == "."
            && tokens.gap(at).is_empty()
            && tokens.gap(at + 1).starts_with(char::is_whitespace)
            && tokens.kind(at + 2) == Some(Kind::Word)
            && tokens.capital(at + 2);
        if title && !self.named(at) {
            return true;
        }
        // No account has more groups than this.
        const MOST: usize = 12;
        let digits = |at: usize| plain(tokens.of(at)).is_some();
        let before = tokens.before(at);
        let letter = before.strip_suffix('.').is_some_and(|letter| letter.chars().count() == 1);
        if letter && before.starts_with(char::is_uppercase) {
            return true;
        }
        let first = (at.saturating_sub(MOST)..at)
            .rev()
            .take_while(|&at| digits(at) && grouped(at))
            .last()
            .unwrap_or(at);
        let end = (at + 1..at + MOST)
            .take_while(|&at| digits(at) && grouped(at - 1))
            .last()
            .map_or(at + 1, |last| last + 1);
        let coded = first > 0
            && grouped(first - 1)
            && tokens.capital(first - 1)
            && tokens.of(first - 1).bytes().any(|b| b.is_ascii_digit());
        if coded && end > first + 1 {
            return true;
        }
        let zero = |at: usize| tokens.of(at).len() > 1 && tokens.of(at).starts_with('0');
        let left = (first..end).any(zero);
        left && self.number(first).is_none_or(|(_, to)| to < end)
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
        let long = |n: &str| n.len() > 2 && plain(n).is_some();
        let leads = second.len() > 1 && second.starts_with('0') && !second.contains(',');
        // The number of a model: a capitalized word, three digits and three.
        let model = self.tokens.capital(at.wrapping_sub(1))
            && self.tokens.kind(at.wrapping_sub(1)) == Some(Kind::Word)
            && long(first)
            && long(second)
            && !READINGS.units.contains_key(self.tokens.of(at + 1));
        if leads || model {
            return None;
        }
        if first.starts_with('0') && first.len() > 1 && !first.contains(',')
            || worth(&low)? >= worth(&high)?
        {
            return None;
        }
        let gender = if self.named(at) { Gender::Neuter } else { Gender::Common };
        let words = format!("{} {till} ", super::cardinal(&low, gender));
        self.measured(at, at, &high, at + 1, &words, "range")
    }

    /// Whether the word at `at` is a number with a letter: `12a`.
    pub(super) fn lettered(&self, at: usize) -> bool {
        let word = self.tokens.of(at);
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        digits.len() + 1 == word.len() && (1..=4).contains(&digits.len()) && plain(digits).is_some()
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
        if self.lettered(at) && self.named(at) {
            let words = format!("{} {rest}", counted(number, Gender::Neuter));
            return self.put(at, at + 1, &words, "number");
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
        let neighbours = [self.tokens.before(at), self.tokens.of(at + 1)];
        let lower = |word: &&str| word.contains(char::is_lowercase);
        let shouted =
            |word: &&str| word.chars().count() > 1 && word.chars().all(char::is_uppercase);
        let spelled = self.options.letters
            && (self.tokens.words.len() == 1 || neighbours.iter().any(lower))
            && !neighbours.iter().any(shouted)
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
