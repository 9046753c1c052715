//! Text that was read in a wrong encoding.
//!
//! The commonest case by far, UTF-8 read as Windows-1252 or ISO 8859-1, is undone here by
//! reading it rightly: `Ã¥` is the bytes C3 A5, which are `å`. The other readings stand in a
//! table (`code_pages`).
//!
//! Right text is not touched. Some of these sequences can be right in capitals before a
//! quotation mark or dots (`IRMÃ…`): they are undone only where the same line shows others that
//! cannot.

use super::code_pages;
use super::{Around, Cleaner};
use crate::Span;
use crate::text::Rewriter;

pub(super) const KIND: &str = "mojibake";

pub(super) fn step(_: &Cleaner, around: &Around, rewriter: &mut Rewriter<'_>) {
    let text = rewriter.source();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.is_ascii() && !utf8(rewriter, start, line) {
            around.evidence.undo(rewriter, start, line);
        }
        start += line.len();
    }
}

/// How sure it is that a sequence is a wrong reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// Where everything beyond ASCII in the line is such a sequence.
    Line,
    /// Where the line has a sure one.
    Weak,
    Sure,
}

/// What a sequence of characters stands for, and how many bytes it has as text.
#[derive(Clone, Copy, Debug)]
struct Sequence {
    meant: char,
    length: usize,
    strength: Strength,
}

/// Undoes what the line shows of UTF-8 read as Windows-1252 or ISO 8859-1; whether it did.
fn utf8(rewriter: &mut Rewriter<'_>, offset: usize, line: &str) -> bool {
    let mut sure = false;
    let mut every = true;
    let mut at = 0;
    while let Some(next) = next_beyond_ascii(line, at) {
        match sequence(line, next) {
            Some(found) => {
                sure |= found.strength == Strength::Sure;
                at = next + found.length;
            }
            None => {
                every = false;
                at = next + line[next..].chars().next().map_or(1, char::len_utf8);
            }
        }
    }
    if !sure {
        return false;
    }
    let least = if every { Strength::Line } else { Strength::Weak };
    let mut changed = false;
    let mut at = 0;
    while let Some(next) = next_beyond_ascii(line, at) {
        let (meant, end) = run(line, next, least);
        if end == next {
            at = next + line[next..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        rewriter.replace(Span::new(offset + next, offset + end), &meant, KIND);
        changed = true;
        at = end;
    }
    changed
}

fn next_beyond_ascii(line: &str, from: usize) -> Option<usize> {
    line.as_bytes()[from..].iter().position(|&byte| byte >= 0x80).map(|found| from + found)
}

/// The sequences from `start` on, one beside the other, as they were meant; read twice or more
/// wrongly, they are undone as often.
fn run(line: &str, start: usize, least: Strength) -> (String, usize) {
    let mut meant = String::new();
    let mut end = start;
    let mut times = 0;
    while let Some(found) = sequence(line, end).filter(|found| found.strength >= least) {
        meant.push(found.meant);
        end += found.length;
        // One letter a change, unless they may have to be read together once more.
        times += 1;
        if times == 1 && !may_lead(found.meant) {
            break;
        }
    }
    // `Ãƒ` + `Â¥` are `Ã¥`, which is `å`.
    while meant.chars().nth(1).is_some() {
        let mut again = String::new();
        let mut at = 0;
        while at < meant.len() {
            match sequence(&meant, at) {
                Some(found) => {
                    again.push(found.meant);
                    at += found.length;
                }
                None => {
                    let Some(c) = meant[at..].chars().next() else { break };
                    again.push(c);
                    at += c.len_utf8();
                }
            }
        }
        if again == meant {
            break;
        }
        meant = again;
    }
    (meant, end)
}

fn may_lead(c: char) -> bool {
    byte_of(c).is_some_and(|byte| (0xC2..=0xF4).contains(&byte))
}

/// The sequence that begins at byte `at` of `line`.
fn sequence(line: &str, at: usize) -> Option<Sequence> {
    let mut chars = line[at..].chars();
    let lead = chars.next()?;
    let first = byte_of(lead)?;
    let count = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let before = line[..at].chars().next_back();
    let mut bytes = [first, 0, 0, 0];
    let mut tail = ['\0'; 3];
    let mut length = lead.len_utf8();
    for i in 1..count {
        let c = chars.next().unwrap_or('\n');
        match byte_of(c) {
            Some(byte @ 0x80..=0xBF) => bytes[i] = byte,
            _ => return cut_short(lead, &tail[..i - 1], c, before, length),
        }
        tail[i - 1] = c;
        length += c.len_utf8();
    }
    let meant = std::str::from_utf8(&bytes[..count]).ok()?.chars().next()?;
    let after = chars.next();
    let strength = strength(lead, &tail[..count - 1], meant, before, after);
    Some(Sequence { meant, length, strength })
}

/// Sequences of which somebody has already folded or lost the last character.
fn cut_short(
    lead: char,
    tail: &[char],
    next: char,
    before: Option<char>,
    length: usize,
) -> Option<Sequence> {
    match (lead, tail) {
        // The last byte of a closing quotation mark stands for nothing in Windows-1252.
        ('â', ['€']) => Some(Sequence { meant: '”', length, strength: Strength::Sure }),
        // A no-break space that has become a space.
        ('Â', []) if next == ' ' => {
            let sure = before.is_some_and(|c| {
                c.is_lowercase() || c.is_ascii_digit() || matches!(c, '.' | ',' | ')' | '%')
            });
            let strength = if sure { Strength::Sure } else { return None };
            Some(Sequence { meant: '\u{A0}', length: length + 1, strength })
        }
        // `à` likewise, standing alone.
        ('Ã', []) if next == ' ' && before.is_none_or(char::is_whitespace) => {
            Some(Sequence { meant: 'à', length: length + 1, strength: Strength::Weak })
        }
        _ => None,
    }
}

/// How sure it is that `lead` and `tail`, between `before` and `after`, are `meant`.
fn strength(
    lead: char,
    tail: &[char],
    meant: char,
    before: Option<char>,
    after: Option<char>,
) -> Strength {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
    let upper = |c: Option<char>| c.is_some_and(char::is_uppercase);
    let control = tail.iter().any(|c| matches!(c, '\u{80}'..='\u{9F}'));
    let sure = match lead {
        'Ã' | 'Â' | 'â' | 'ð' | 'ï' if control => true,
        // Signs that follow a word in right text.
        'Ã' if is_behind_words(tail[0]) => {
            lower(before)
                || letter(after) && !upper(before) && !before.is_some_and(is_quotation)
                || letter(after) && tail[0] == '…'
        }
        'Ã' => true,
        'Â' if is_behind_words(tail[0]) || matches!(tail[0], '‚' | '•') => {
            matches!(meant, '\u{A0}' | '\u{AD}' | '«' | '»')
                && !upper(before)
                && !before.is_some_and(is_quotation)
                && !after.is_some_and(|c| matches!(c, ':' | ';' | '!' | '?'))
        }
        'Â' => !upper(before),
        'â' => !(is_behind_words(tail[0]) && is_behind_words(tail[1])),
        'ð' => matches!(tail[0], 'Ÿ' | 'ž'),
        'ï' => matches!(meant, '\u{FEFF}' | '\u{FB00}'..='\u{FB06}' | '\u{FFFD}' | '\u{FE0F}'),
        'Ä' | 'Å' => {
            matches!(tail[0], '¡' | '¾' | '‡' | '†' | 'ˆ' | '‰') && (lower(before) || lower(after))
        }
        _ => false,
    };
    match lead {
        _ if sure => Strength::Sure,
        'Ã' | 'Â' | 'â' => Strength::Weak,
        _ => Strength::Line,
    }
}

/// What can directly follow a word that ends in a capital.
const fn is_behind_words(c: char) -> bool {
    is_quotation(c) || matches!(c, '…' | '–' | '—' | '\u{A0}' | '\u{AD}')
}

const fn is_quotation(c: char) -> bool {
    matches!(c, '"' | '\'' | '«' | '»' | '‘' | '’' | '‚' | '“' | '”' | '„' | '‹' | '›')
}

/// The byte that is read as `c` in Windows-1252, or in ISO 8859-1 where it has none.
fn byte_of(c: char) -> Option<u8> {
    if c < '\u{100}' {
        return u8::try_from(c).ok();
    }
    code_pages::windows_1252(c)
}
