//! Words that were parted at the end of a line.
//!
//! A word is joined where both parts look like parts of a word: lower case, at least two letters
//! and a vowel each, as the rules of Danish hyphenation demand. A hyphen that the word has
//! anyway stays: behind a single letter, a number, capitals, letters without a vowel
//! (`A-kasse`, `tv-program`). Where both are possible, nothing is changed.

use std::sync::OnceLock;

use super::{Around, Cleaner};
use crate::da::Table;
use crate::text::Rewriter;
use crate::{Result, Span};

const KIND: &str = "hyphenation";

/// The words that decide what a hyphen at a line's end is.
struct Words<'t> {
    /// First parts that keep their hyphen.
    keep: Vec<&'t str>,
    /// Words behind a hyphen that stands for a left-out part.
    coordinate: Vec<&'t str>,
    /// Words whose last part is a coordinating word.
    join: Vec<&'t str>,
}

const TABLE: Table<'static> =
    Table::new("src/da/line_ends.tsv", include_str!("../../da/line_ends.tsv"));

fn words() -> &'static Words<'static> {
    static WORDS: OnceLock<Words<'static>> = OnceLock::new();
    WORDS.get_or_init(|| match read(TABLE) {
        Ok(words) => words,
        // A mistake in the crate's own table; a test reads it.
        Err(wrong) => panic!("{wrong}"),
    })
}

fn read(table: Table<'static>) -> Result<Words<'static>> {
    let mut words = Words { keep: Vec::new(), coordinate: Vec::new(), join: Vec::new() };
    for row in table.rows::<3>() {
        let (line, [word, role, _example]) = row?;
        match role {
            "keep" => words.keep.push(word),
            "coordinate" => words.coordinate.push(word),
            "join" => words.join.push(word),
            other => {
                let reason = format!("expected keep, coordinate or join, found {other:?}");
                return Err(crate::Error::line("src/da/line_ends.tsv", line, reason));
            }
        }
    }
    Ok(words)
}

/// A line's end behind a hyphen.
struct Break<'t> {
    /// The hyphen, or soft hyphens.
    hyphen: Span,
    /// Behind the line end and the next line's indentation.
    end: usize,
    soft: bool,
    left: &'t str,
    right: &'t str,
    /// What stands before `left` and behind `right`.
    before: Option<char>,
    after: Option<char>,
}

pub(super) fn step(cleaner: &Cleaner, _: &Around, rewriter: &mut Rewriter<'_>) {
    let text = rewriter.source();
    for newline in memchr::memchr_iter(b'\n', text.as_bytes()) {
        if let Some(found) = find(text, newline)
            && found.hyphen.start() >= rewriter.position()
        {
            if found.soft {
                if cleaner.invisible {
                    let span = Span::new(found.hyphen.start(), found.end);
                    rewriter.delete(span, KIND);
                }
                continue;
            }
            match decide(&found) {
                Verdict::Join => {
                    rewriter.delete(Span::new(found.hyphen.start(), found.end), KIND);
                }
                Verdict::Keep => rewriter.delete(Span::new(found.hyphen.end(), found.end), KIND),
                Verdict::Leave => {}
            }
        }
    }
}

/// The hyphen before the line end at `newline` with the letters around it.
fn find(text: &str, newline: usize) -> Option<Break<'_>> {
    let line = &text[..newline];
    let line = line.strip_suffix('\r').unwrap_or(line);
    let (left, soft) = match line.strip_suffix('-') {
        Some(left) => (left, false),
        None => (line.strip_suffix('\u{AD}')?, true),
    };
    let rest = &text[newline + 1..];
    let right = rest.trim_start_matches([' ', '\t']);
    let end = text.len() - right.len();
    let word = |c: char| c.is_alphanumeric() || is_mark(c);
    let start =
        left.len() - left.chars().rev().take_while(|&c| word(c)).map(char::len_utf8).sum::<usize>();
    let length: usize = right.chars().take_while(|&c| word(c)).map(char::len_utf8).sum();
    if length == 0 || start == left.len() {
        return None;
    }
    Some(Break {
        hyphen: Span::new(left.len(), line.len()),
        end,
        soft,
        left: &left[start..],
        right: &right[..length],
        before: left[..start].chars().next_back(),
        after: right[length..].chars().next(),
    })
}

enum Verdict {
    /// One word: neither hyphen nor line end.
    Join,
    /// One word with a hyphen: no line end.
    Keep,
    /// Not clear, or two words: nothing is changed.
    Leave,
}

fn decide(found: &Break<'_>) -> Verdict {
    let words = words();
    let (left, right) = (found.left, found.right);
    // An address, a path, a file's name: who knows.
    let plain_before = found.before.is_none_or(|c| {
        c.is_whitespace()
            || matches!(c, '-' | '(' | '[' | '"' | '\'' | '»' | '«' | '„' | '“' | '”' | '‘' | '’')
    });
    let plain_after = found.after.is_none_or(|c| {
        !matches!(c, '@' | '/' | '\\' | '_' | '=' | ':' | '&') || c.is_whitespace()
    });
    if !plain_before || !plain_after {
        return Verdict::Leave;
    }
    let coordinates = words.coordinate.contains(&right);
    if coordinates {
        let joined = words.join.iter().any(|word| word.strip_suffix(right) == Some(left));
        return if joined { Verdict::Join } else { Verdict::Leave };
    }
    // A chain such as `mund-til-mund`, or a second part that is left out as well.
    let chain = found.after == Some('-') || found.before == Some('-');
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if left.ends_with(|c: char| c.is_ascii_digit()) {
        // `2010-2015`, `50-årige`.
        let number = digits(left) && (digits(right) || is_lower(right));
        return if number && !chain { Verdict::Keep } else { Verdict::Leave };
    }
    let small = is_lower(right);
    if !small || right.chars().count() < 2 {
        return Verdict::Leave;
    }
    let capitals = left.chars().all(|c| c.is_uppercase() || c.is_numeric());
    let lone = left.chars().filter(|&c| !is_mark(c)).count() < 2;
    if capitals || lone || !has_vowel(left) || words.keep.contains(&left.to_lowercase().as_str()) {
        return if chain { Verdict::Leave } else { Verdict::Keep };
    }
    let mut letters = left.chars();
    letters.next();
    if !letters.all(|c| c.is_lowercase() || is_mark(c)) || !has_vowel(right) || chain {
        return Verdict::Leave;
    }
    Verdict::Join
}

fn is_lower(part: &str) -> bool {
    part.chars().all(|c| c.is_lowercase() || is_mark(c))
}

/// Marks above and below a letter.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// Whether a part has a vowel: a part without one is no part of a word, but letters spelled out.
pub(super) fn has_vowel(part: &str) -> bool {
    part.chars().any(is_vowel)
}

fn is_vowel(c: char) -> bool {
    let c = c.to_lowercase().next().unwrap_or(c);
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'æ' | 'ø' | 'å')
        || matches!(c, 'à'..='ö' | 'ù'..='ÿ' if !matches!(c, 'ç' | 'ð' | 'ñ'))
}
