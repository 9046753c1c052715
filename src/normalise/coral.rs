//! The evaluation of the CoRal project, bug for bug.

use unicode_normalization::UnicodeNormalization;

use super::lexical::{cluster, spaces};
use super::scoring::chain;
use crate::Span;
use crate::numbers::{Form, Gender, Joints, Number, spell};
use crate::text::{Rewrite, Rewriter};

/// Its rules, in their order.
#[derive(Debug, Default)]
pub(super) struct Coral {
    fillers: Vec<Vec<(char, Repeat)>>,
    replacements: Vec<(&'static str, String)>,
    kept: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeat {
    Once,
    /// One or more.
    Some,
    /// Any number.
    Any,
}

impl Coral {
    pub(super) fn put(&mut self, rule: &str, from: &'static str, to: &str) -> bool {
        match rule {
            "filler" => {
                let mut pattern: Vec<(char, Repeat)> = Vec::new();
                for c in from.chars() {
                    match (c, pattern.last_mut()) {
                        ('+', Some(last)) => last.1 = Repeat::Some,
                        ('*', Some(last)) => last.1 = Repeat::Any,
                        _ => pattern.push((c, Repeat::Once)),
                    }
                }
                self.fillers.push(pattern);
            }
            "replace" => self.replacements.push((from, to.replace('_', " "))),
            "keep" => self.kept = from,
            _ => return false,
        }
        true
    }

    pub(super) fn rewrite<'t>(&self, text: &'t str) -> Rewrite<'t> {
        let mut done = numerals(text);
        done = chain(done, lowered);
        done = chain(done, |text| self.without_fillers(text));
        if !done.text().is_ascii() {
            done = chain(done, compatible);
        }
        for (from, to) in &self.replacements {
            if done.text().contains(from) {
                done = chain(done, |text| replaced(text, from, to));
            }
        }
        done = chain(done, |text| self.filtered(text));
        chain(done, spaces)
    }

    /// Without words that are a filler.
    fn without_fillers<'t>(&self, text: &'t str) -> Rewrite<'t> {
        let mut out = Rewriter::new(text);
        for span in runs(text, is_word) {
            let word = span.of(text);
            if self.fillers.iter().any(|pattern| matches(pattern, word)) {
                out.delete(span, "filler");
            }
        }
        out.finish()
    }

    /// With a space for every sign that is not kept.
    fn filtered<'t>(&self, text: &'t str) -> Rewrite<'t> {
        let mut out = Rewriter::new(text);
        for (at, c) in text.char_indices() {
            if c != ' ' && !self.kept.contains(c) {
                out.replace(Span::new(at, at + c.len_utf8()), " ", "sign");
            }
        }
        out.finish()
    }
}

/// Whether a character is part of a word, as regular expressions see it.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The longest stretches of characters for which `inside` holds.
fn runs(text: &str, inside: fn(char) -> bool) -> impl Iterator<Item = Span> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(inside)?;
        at = text[start..].find(|c| !inside(c)).map_or(text.len(), |end| start + end);
        Some(Span::new(start, at))
    })
}

/// Whether all of `word` is of the pattern, whose letters differ from their neighbours.
fn matches(pattern: &[(char, Repeat)], word: &str) -> bool {
    let mut rest = word;
    for &(letter, repeat) in pattern {
        let after = match repeat {
            Repeat::Once => rest.strip_prefix(letter).unwrap_or(rest),
            Repeat::Some | Repeat::Any => rest.trim_start_matches(letter),
        };
        if after.len() == rest.len() && repeat != Repeat::Any {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

fn lowered(text: &str) -> Rewrite<'_> {
    let mut out = Rewriter::new(text);
    for (at, c) in text.char_indices() {
        if c.is_uppercase() {
            let lower: String = c.to_lowercase().collect();
            out.replace(Span::new(at, at + c.len_utf8()), &lower, "case");
        }
    }
    out.finish()
}

/// Unicode NFKC.
fn compatible(text: &str) -> Rewrite<'_> {
    let mut out = Rewriter::new(text);
    let mut at = 0;
    while at < text.len() {
        let part = cluster(&text[at..]);
        let span = Span::new(at, at + part.len());
        if !part.is_ascii() {
            let new: String = part.nfkc().collect();
            out.replace(span, &new, "form");
        }
        at = span.end();
    }
    out.finish()
}

fn replaced<'t>(text: &'t str, from: &str, to: &str) -> Rewrite<'t> {
    let mut out = Rewriter::new(text);
    for (at, found) in text.match_indices(from) {
        out.replace(Span::new(at, at + found.len()), to, "replacement");
    }
    out.finish()
}

/// With numerals in words.
fn numerals(text: &str) -> Rewrite<'_> {
    let mut out = Rewriter::new(text);
    let mut at = 0;
    while let Some(next) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + next;
        let before = text[..start].chars().next_back();
        let end = (!before.is_some_and(is_word)).then(|| numeral(text, start)).flatten();
        match end {
            Some(end) => {
                let span = Span::new(start, end);
                out.replace(span, &in_words(span.of(text)), "number");
                at = end;
            }
            // Nothing begins within a word.
            None => at = text[start..].find(|c| !is_word(c)).map_or(text.len(), |n| start + n),
        }
    }
    out.finish()
}

/// Where the numeral that begins at `start` ends.
fn numeral(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let ends = |at: usize| !text[at..].chars().next().is_some_and(is_word);
    if bytes[start] == b'0' {
        return Some(start + 1).filter(|end| ends(*end));
    }
    let first = digits(start);
    let mut tries = vec![start + first];
    if first <= 3 {
        let mut at = start + first;
        while bytes.get(at) == Some(&b'.') && digits(at + 1) >= 3 {
            at += 4;
            tries.push(at);
        }
    }
    tries.into_iter().rev().find_map(|at| {
        let decimals = if bytes.get(at) == Some(&b',') { digits(at + 1) } else { 0 };
        let long = at + 1 + decimals;
        (decimals > 0 && ends(long)).then_some(long).or_else(|| ends(at).then_some(at))
    })
}

fn in_words(numeral: &str) -> String {
    let joints = Joints::get();
    let numeral = numeral.replace('.', "");
    if let Some((whole, decimals)) = numeral.split_once(',') {
        let one = in_words("1");
        let digit = |digit: char| match in_words(&digit.to_string()) {
            word if word == one => joints.neuter_one.to_owned(),
            word => word,
        };
        let decimals: Vec<String> = decimals.chars().map(digit).collect();
        return format!("{} {} {}", in_words(whole), joints.point, decimals.join(" "));
    }
    match numeral.parse::<u32>() {
        Ok(100) => joints.hundred.to_owned(),
        Ok(1000) => joints.thousand.to_owned(),
        Ok(n) if n < 1_000_000_000 => whole(n, joints),
        _ => numeral,
    }
}

/// A number below 10⁹; a thousand is said to be of the common gender from 21 on.
fn whole(n: u32, joints: Joints) -> String {
    let scale = match n {
        0..1000 => {
            return spell(&Number::from(n), Form::Cardinal, Gender::Common)
                .expect("every number is a cardinal");
        }
        1000..1_000_000 => 1000,
        _ => 1_000_000,
    };
    let (count, rest) = (n / scale, n % scale);
    let word = if scale == 1000 { joints.thousand } else { joints.million[usize::from(count > 1)] };
    let mut out = match (scale, count) {
        (1000, 1) => joints.neuter_one.to_owned(),
        _ => whole(count, joints),
    };
    out.push(' ');
    out.push_str(word);
    if rest > 0 {
        if rest < 100 {
            out.push(' ');
            out.push_str(joints.and);
        }
        out.push(' ');
        out.push_str(&whole(rest, joints));
    }
    out
}
