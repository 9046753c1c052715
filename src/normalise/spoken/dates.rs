//! Dates, times and ordinals.

use super::super::readings::READINGS;
use super::{Clock, Speaker, counted, nth, year};
use crate::numbers::{Gender, Joints};
use crate::text::{Kind, abbreviations};

/// A number of digits alone.
pub(super) fn plain(digits: &str) -> Option<u64> {
    let all =
        !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit());
    all.then(|| digits.parse().ok()).flatten()
}

/// Day and month in words, where there is such a day.
fn day_of(day: u64, month: u64) -> Option<String> {
    let most = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let name = READINGS.month_names.get(usize::try_from(month).ok()?).filter(|n| !n.is_empty())?;
    (1..=most).contains(&day).then(|| format!("{} {name}", nth(day, Gender::Common)))
}

impl Speaker<'_> {
    /// Whether the word before `at` is the article of a date.
    pub(super) fn articled(&self, at: usize) -> bool {
        let before = self.tokens.before(at).to_lowercase();
        let the = READINGS.clock.the;
        before == the || READINGS.before.get(before.as_str()) == Some(&the)
    }

    /// A day in digits: `3.5.2024`, `2024-05-03`, `3/5-24`.
    pub(super) fn date(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let parts: Vec<&str> = word.trim_end_matches('.').split(['.', '-', '/']).collect();
        let numbers: Vec<u64> = parts.iter().map(|part| plain(part)).collect::<Option<_>>()?;
        let (day, month, years) = match numbers[..] {
            [y, m, d] if parts[0].len() == 4 => (d, m, Some((y, 4))),
            [d, m, y] if matches!(parts[2].len(), 2 | 4) => (d, m, Some((y, parts[2].len()))),
            [d, m] => (d, m, None),
            _ => return None,
        };
        let mut words = day_of(day, month)?;
        if let Some((years, length)) = years {
            words.push(' ');
            words.push_str(&match length {
                4 => year(years),
                _ if years < 10 => {
                    format!("{} {}", Joints::get().zero, counted(years, Gender::Common))
                }
                _ => counted(years, Gender::Common),
            });
        }
        if !self.articled(at) {
            words = format!("{} {words}", READINGS.clock.the);
        }
        self.put(at, at + 1, &words, "date")
    }

    /// `3/5`: a day behind an article or a weekday, before a year or a time; a fraction where
    /// it can be nothing else.
    pub(super) fn slashed(&mut self, at: usize) -> Option<usize> {
        let (first, second) = self.tokens.of(at).split_once('/')?;
        let (low, high) = (plain(first)?, plain(second)?);
        let tokens = &self.tokens;
        let next = tokens.of(at + 1);
        let years = plain(next).filter(|n| next.len() == 4 && (1100..2100).contains(n));
        let years = years.filter(|_| tokens.close(at));
        let articled = self.articled(at);
        let timed =
            READINGS.before.get(next.to_lowercase().as_str()) == Some(&READINGS.clock.oclock);
        if articled || years.is_some() || timed || self.weekday(at.wrapping_sub(1)) {
            let mut words = day_of(low, high)?;
            if !articled {
                words = format!("{} {words}", READINGS.clock.the);
            }
            if let Some(years) = years {
                words = format!("{words} {}", year(years));
            }
            return self.put(at, at + 1 + usize::from(years.is_some()), &words, "date");
        }
        if first.starts_with('0') || second.starts_with('0') || low >= high {
            return None;
        }
        let before = tokens.before(at);
        let kind = at.checked_sub(1).and_then(|at| tokens.kind(at));
        let unit = tokens.close(at)
            && (self.unit(at + 1).is_some()
                || READINGS.units.values().any(|unit| unit.one == next || unit.several == next));
        let plainly = !tokens.capital(at.wrapping_sub(1))
            && !matches!(kind, Some(Kind::Abbreviation | Kind::Symbol | Kind::Punctuation))
            && !READINGS.year.contains(before);
        let goes_on = tokens.close(at) && next.starts_with(char::is_lowercase);
        // Short words stand behind a day as well: 3/4 i, 3/4 på.
        let goes_on = goes_on && next.chars().count() > 2 && !READINGS.scales.contains_key(next);
        let sure = match high {
            2..=4 | 100 => unit || plainly && goes_on,
            5..=10 => unit,
            _ => false,
        };
        if sure { self.quantity(at, at) } else { None }
    }

    /// Whether the word at `at` is a day of the week.
    fn weekday(&self, at: usize) -> bool {
        let word = self.tokens.of(at).to_lowercase();
        !word.is_empty()
            && abbreviations::all().iter().filter(|day| day.class == "day").any(|day| {
                day.form == word || day.expansions().chain(day.variants()).any(|name| name == word)
            })
    }

    /// Whether `time` is a time of day, or two.
    pub(super) fn told(&self, time: &str) -> bool {
        let (first, second) = time.split_once(['-', '–']).unwrap_or((time, "0"));
        let strange = |time: &str| time.len() > 2 && !time.contains(['.', ':']);
        [first, second].iter().all(|time| !strange(time) && self.clock(time).is_some())
    }

    /// Whether the word before `at` says that a time of day follows.
    pub(super) fn timed(&self, at: usize) -> bool {
        let before = self.tokens.before(at).to_lowercase();
        let oclock = READINGS.clock.oclock;
        before == oclock || READINGS.before.get(before.as_str()) == Some(&oclock)
    }

    /// The month that the word at `at` names.
    pub(super) fn month(&self, at: usize) -> Option<&'static str> {
        let word = self.tokens.of(at);
        let number = match READINGS.months.get(word) {
            Some(number) => *number,
            None => *READINGS.months.get(word.to_lowercase().as_str())?,
        };
        Some(READINGS.month_names[usize::from(number)])
    }

    /// A number with the stop of an ordinal.
    pub(super) fn ordinal(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let number = plain(word.strip_suffix('.')?).filter(|_| !word.starts_with('0'))?;
        if at == 0 && self.tokens.capital(1) {
            // The number of a list, or the beginning of a title.
            return None;
        }
        if self.tokens.close(at) && self.month(at + 1).is_some() {
            let written = self.tokens.of(at + 1);
            let odd = written.ends_with('.') && written.starts_with(char::is_uppercase);
            if odd || !(1..=31).contains(&number) {
                return None;
            }
        }
        if number <= 31
            && self.tokens.close(at)
            && let Some(month) = self.month(at + 1)
        {
            let written = self.tokens.of(at + 1);
            self.put(at, at + 1, &nth(number, Gender::Common), "date");
            if written.to_lowercase() != month {
                self.put(at + 1, at + 2, month, "abbreviation");
            }
            return Some(at + 2);
        }
        let next = self.tokens.of(at + 1);
        if READINGS.ruler.contains(self.tokens.before(at)) {
            let words = format!("{} {}", READINGS.clock.the, nth(number, Gender::Common));
            return self.put(at, at + 1, &words, "ordinal");
        }
        if next.starts_with(char::is_uppercase) {
            // Behind a word that counts, the stop ends the sentence.
            let counts = self.named(at) && !self.articled(at);
            let words = counts.then(|| counted(number, Gender::Neuter))?;
            return self.put(at, at + 1, &words, "number");
        }
        let ends = !next.starts_with(char::is_alphanumeric);
        if ends && !self.articled(at) {
            return None;
        }
        let neuter = READINGS.neuter.contains(next.to_lowercase().as_str());
        let gender = if neuter { Gender::Neuter } else { Gender::Common };
        self.put(at, at + 1, &nth(number, gender), "ordinal")
    }

    /// A time of day: `9.30`, `10:30`, `9.30-10.15`.
    pub(super) fn time(&mut self, at: usize) -> Option<usize> {
        let word = self.tokens.of(at);
        let (first, second) = match word.split_once(['-', '–']) {
            Some((first, second)) => (first, Some(second)),
            None => (word, None),
        };
        let mut words = self.clock(first)?;
        if let Some(second) = second {
            words = format!("{words} {} {}", READINGS.clock.range, self.clock(second)?);
        }
        let oclock = READINGS.clock.oclock;
        if !self.timed(at) {
            // Elsewhere it may be a ratio, a verse, or how long something took.
            let before = self.tokens.before(at).to_lowercase();
            let begins = before == READINGS.clock.from || before == READINGS.clock.range;
            let last = at.wrapping_sub(1);
            let day = self.tokens.kind(last) == Some(Kind::Date)
                || self.month(last).is_some()
                || self.weekday(last);
            let full = first.len() == 5 && first.as_bytes()[2] == b':';
            if !(begins || day || full) {
                return None;
            }
            words = format!("{oclock} {words}");
        }
        self.put(at, at + 1, &words, "time")
    }

    /// One time in words.
    pub(super) fn clock(&self, time: &str) -> Option<String> {
        let parts: Vec<&str> = time.trim_end_matches('.').split(['.', ':']).collect();
        let numbers: Vec<u64> = parts.iter().map(|part| plain(part)).collect::<Option<_>>()?;
        let number = |n| counted(n, Gender::Neuter);
        let (hour, minute) = match numbers[..] {
            [hour] => return (hour <= 24).then(|| number(hour)),
            [hour, minute] | [hour, minute, _] => (hour, minute),
            _ => return None,
        };
        if hour > 24 || minute > 59 || parts[1].len() != 2 || numbers.len() == 3 && numbers[2] > 59
        {
            return None;
        }
        if self.options.clock == Clock::Spoken && numbers.len() == 2 {
            return Some(spoken_clock(hour, minute));
        }
        let zero = Joints::get().zero;
        let two = |n: u64| match n {
            0 => format!("{zero} {zero}"),
            1..10 => format!("{zero} {}", number(n)),
            _ => number(n),
        };
        let said: Vec<String> =
            std::iter::once(number(hour)).chain(numbers[1..].iter().map(|n| two(*n))).collect();
        Some(said.join(" "))
    }

    /// What stands before a number and makes it a name.
    pub(super) fn named(&self, at: usize) -> bool {
        let before = self.tokens.before(at).to_lowercase();
        let names = |key: &str| {
            // About and at most count what follows.
            !abbreviations::find(key).is_some_and(|found| matches!(found.class, "gen" | "unit"))
        };
        READINGS.before.iter().any(|(key, word)| {
            (*key == before || *word == before && *word != READINGS.clock.the) && names(key)
        })
    }

    /// Whether a number of four digits at `at` is a year.
    pub(super) fn is_year(&self, at: usize) -> bool {
        let before = self.tokens.before(at).to_lowercase();
        let trusted = READINGS.year.contains(&before)
            || self.month(at.wrapping_sub(1)).is_some()
            || before == "(";
        let next = self.tokens.of(at + 1);
        let ends = self.tokens.kind(at + 1).is_none_or(|kind| kind == Kind::Punctuation);
        trusted || ends && !next.starts_with('-')
    }
}

/// A time as it is said, by the hour that is nearest.
fn spoken_clock(hour: u64, minute: u64) -> String {
    let clock = &READINGS.clock;
    let name = |hour: u64| counted((hour + 11) % 12 + 1, Gender::Neuter);
    let minutes = |n: u64| {
        let word = if n == 1 { clock.minute } else { clock.minutes };
        format!("{} {word}", counted(n, Gender::Neuter))
    };
    match minute {
        0 => counted(hour, Gender::Neuter),
        15 => format!("{} {} {}", clock.quarter, clock.past, name(hour)),
        30 => format!("{} {}", clock.half, name(hour + 1)),
        45 => format!("{} {} {}", clock.quarter, clock.to, name(hour + 1)),
        1..30 => format!("{} {} {}", minutes(minute), clock.past, name(hour)),
        _ => format!("{} {} {}", minutes(60 - minute), clock.to, name(hour + 1)),
    }
}
