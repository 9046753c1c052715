//! Whether a stop belongs to the word before it.

use super::Kind;
use super::abbreviations::{self, Abbreviation, Ends};
use super::classes::{self, Class};
use super::context::{self, Next};
use super::shape;
use super::vocabulary::{self, Roles};

/// The kind of the word from byte `start` to the stop at byte `dot`, stop included, where the
/// stop is part of it; `None` where it ends a sentence.
pub(super) fn owner(text: &str, start: usize, dot: usize) -> Option<Kind> {
    let word = &text.as_bytes()[start..dot];
    let marks = shape::marks(word);
    if marks.only(shape::LETTER) {
        return letters(text, start, dot).then_some(Kind::Abbreviation);
    }
    if marks.only(shape::DIGIT) {
        return ordinal(text, start, dot).then_some(Kind::Ordinal);
    }
    if !marks.has(shape::LETTER) {
        return date(text, start, dot).then_some(Kind::Date);
    }
    if marks.has(shape::CODE) {
        return None;
    }
    let abbreviation = if marks.has(shape::DOT) {
        dotted(text, start, dot)
    } else if let Some(found) = abbreviations::find_bytes(&text.as_bytes()[start..dot + 1]) {
        entry(text, start, dot, found, false)
    } else {
        // The last part of a compound, or what follows a number: `4-cyl.`, `500kr.`
        let part = match word.iter().rposition(|&byte| matches!(byte, b'-' | b'/')) {
            Some(cut) if word[cut] == b'-' => cut + 1,
            Some(_) => return None,
            None => word.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        };
        part > 0 && dot - start > part + 1 && letters(text, start + part, dot)
    };
    abbreviation.then_some(Kind::Abbreviation)
}

/// Whether letters with a stop behind them are an abbreviation.
pub(super) fn letters(text: &str, start: usize, dot: usize) -> bool {
    let bytes = &text.as_bytes()[start..dot + 1];
    // One letter has at most three bytes here, and most words have more.
    let single = dot - start < 4 && text[start..dot].chars().nth(1).is_none();
    match abbreviations::find_bytes(bytes) {
        Some(found) => entry(text, start, dot, found, single),
        None if single => {
            let letter = text[start..dot].chars().next();
            letter.is_some_and(|letter| initial(text, start, dot, letter))
        }
        None => unlisted(text, dot, &bytes[..dot - start]),
    }
}

/// Whether the stop belongs to an abbreviation of the table.
fn entry(text: &str, start: usize, dot: usize, found: &Abbreviation, single: bool) -> bool {
    // Most abbreviations are nothing else, whatever comes behind them.
    if !single && !found.word && !found.stopless {
        return true;
    }
    // The last part of one that is written apart: `f. eks.`
    if !single && written_apart(text, start, dot) {
        return true;
    }
    match context::next(text, dot + 1) {
        Next::Small | Next::Digit(_) | Next::Pause | Next::Close | Next::Dash => true,
        // An amount of a unit ends in its abbreviation, but not in `min`, my.
        Next::Capital(_) | Next::End if found.word && found.class == "unit" => {
            context::word_before(text, start).ends_with(|c: char| c.is_ascii_digit())
        }
        Next::Capital(_) => {
            let capital = text[start..dot].starts_with(char::is_uppercase);
            single
                && (capital || found.ends == Ends::Never)
                && !context::word_before(text, start).ends_with(|c: char| c.is_ascii_digit())
        }
        Next::End => single && text[start..dot].starts_with(char::is_uppercase),
    }
}

/// Whether the word before and this one are an abbreviation of the table together.
fn written_apart(text: &str, start: usize, dot: usize) -> bool {
    let before = context::word_before(text, start);
    // The form that the table has: one space between.
    let Some(head) = text[..start].strip_suffix(' ') else { return false };
    before.ends_with('.') && head.ends_with(before) && {
        let from = head.len() - before.len();
        abbreviations::find(&text[from..dot + 1]).is_some()
    }
}

/// Whether a single letter with a stop is part of a name, or one letter for a word.
fn initial(text: &str, start: usize, dot: usize, letter: char) -> bool {
    let follows = context::next(text, dot + 1);
    let ends = matches!(follows, Next::Capital(_) | Next::End);
    if !letter.is_uppercase() {
        // `i`, `å` and `ø` are words; others may stand for one.
        return !ends && vocabulary::roles(&text[start..dot]).is_empty() && letter.is_ascii();
    }
    let unit = context::word_before(text, start).ends_with(|c: char| c.is_ascii_digit());
    // Names of places end in a letter without a stop; `Å` and `Ø` are such names.
    !(ends && (unit || !letter.is_ascii()))
}

/// Whether letters that the table does not hold may still be an abbreviation.
fn unlisted(text: &str, dot: usize, bytes: &[u8]) -> bool {
    if abbreviations::ends_compounds(bytes) {
        return true;
    }
    // No Danish word is without a vowel, so what has none is a shortening (`spsk.`), unless it
    // is a name of letters (`SF.`) or ends the sentence (`cd.`).
    let consonant = |byte: &u8| {
        byte.is_ascii_alphabetic()
            && !matches!(byte | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
    };
    bytes.len() < 7
        && bytes.iter().all(consonant)
        && bytes[1..].iter().all(u8::is_ascii_lowercase)
        && matches!(context::next(text, dot + 1), Next::Small | Next::Digit(_) | Next::Pause)
}

/// Whether a word with stops inside has one at its end too: `m.v.`, `H.C.`, `cand.polyt.`
fn dotted(text: &str, start: usize, dot: usize) -> bool {
    if abbreviations::find_bytes(&text.as_bytes()[start..dot + 1]).is_some() {
        return true;
    }
    let word = &text[start..dot];
    if word.len() > 40 {
        return false;
    }
    let mut known = false;
    let mut last = "";
    for part in word.split(['.', '-', '/']) {
        if part.is_empty() {
            continue;
        }
        let single = part.chars().nth(1).is_none();
        if part.len() > 8 || !part.chars().all(|c| classes::of(c) == Class::Letter) {
            return false;
        }
        known |= single
            || part.len() < 8 && {
                let at = part.as_ptr() as usize - text.as_ptr() as usize;
                abbreviations::find(&text[at..(at + part.len() + 1).min(dot + 1)]).is_some()
            };
        last = part;
    }
    let single = last.chars().nth(1).is_none();
    // `H.C.Andersen.`: the last part is a name, not a shortening.
    known && (single || !last.starts_with(char::is_uppercase))
}

/// Whether a stop makes the digits before it an ordinal.
fn ordinal(text: &str, start: usize, dot: usize) -> bool {
    let digits = &text[start..dot];
    if digits.len() > 4 {
        return false;
    }
    let before = || context::word_before(text, start);
    let determined = |roles: Roles| {
        let word = before().trim_start_matches(|c: char| !c.is_alphanumeric());
        // The table names the section as it is written in laws, with a capital.
        let roles = if word.starts_with(char::is_uppercase) {
            roles.or(Roles::SECTION).or(Roles::RULER)
        } else {
            roles
        };
        vocabulary::roles(word).any(roles)
    };
    match context::next(text, dot + 1) {
        Next::Small => digits.len() < 4 || determined(Roles::DETERMINER),
        Next::Digit(at) => {
            digits.len() < 3
                && (determined(Roles::DETERMINER)
                    || day_and_month(text, at)
                    || is_day(context::word_before(text, start)))
        }
        Next::Capital(at) => {
            let word = context::letters_at(text, at);
            let word = vocabulary::roles(word);
            digits.len() < 4
                && (context::starts_line(text, start)
                    || word.any(Roles::MONTH)
                    || determined(Roles::DETERMINER) && !word.any(Roles::OPENER)
                    || determined(Roles::default()))
        }
        Next::Dash => {
            digits.len() < 3
                && (before().is_empty() || before().ends_with(['.', '!', '?', '"', '»', '”', ')']))
        }
        // A stop before another mark ends no sentence.
        Next::Pause => text[dot + 1..].starts_with([',', ';', ':', '?', '!']),
        Next::Close => false,
        Next::End => digits.len() < 4 && determined(Roles::DETERMINER),
    }
}

/// Whether the number at byte `at` has a stop too: `24. 12.`
fn day_and_month(text: &str, at: usize) -> bool {
    let rest = &text.as_bytes()[at..];
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    digits < 3 && rest.get(digits) == Some(&b'.') && rest.get(digits + 1) != Some(&b'.')
}

/// Whether a word is a day of a month: `24.` before `12. 1999`.
fn is_day(word: &str) -> bool {
    word.strip_suffix('.').is_some_and(|day| {
        matches!(day.len(), 1 | 2) && day.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a stop ends a date without its year: `11.9.` in `den 11.9. og`.
fn date(text: &str, start: usize, dot: usize) -> bool {
    shape::day_and_month(&text.as_bytes()[start..dot], b'.')
        && matches!(context::next(text, dot + 1), Next::Small)
        && vocabulary::roles(context::word_before(text, start)).any(Roles::DETERMINER)
}
