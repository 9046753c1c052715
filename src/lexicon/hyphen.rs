//! Where a word can be divided at the end of a line.

use std::collections::HashMap;
use std::sync::LazyLock;

use hypher::Lang;

use super::Lexicon;
use crate::da::Table;

/// Compounds of compounds of compounds are divided no further: their parts are short.
const DEEPEST: usize = 4;

/// Words with their division, for which the patterns are wrong.
static DIVIDED: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    Table::new("da/hyphenation.tsv", include_str!("../da/hyphenation.tsv"))
        .rows::<2>()
        .map(|row| {
            let (_, [word, division]) = row.expect("tests read every embedded table");
            let mut at = 0;
            let mut ends: Vec<usize> = division
                .split('-')
                .map(|part| {
                    at += part.len();
                    at
                })
                .collect();
            ends.pop();
            (word, ends)
        })
        .collect()
});

/// The pieces of `word` between the places where it can be divided at the end of a line: by the Danish patterns,
/// and so that each piece has a vowel and two letters. Put together they are the word again.
///
/// Where compounds part the patterns only guess: [`Lexicon::hyphenate`] looks.
///
/// # Source
///
/// Retskrivningsordbogen (5th edition, 2024), §§15–17; the patterns are TeX's `hyph-da` (Frank Jensen), by the
/// crate `hypher`.
///
/// # Example
///
/// ```
/// use sprogkit::lexicon::hyphenate;
///
/// assert_eq!(hyphenate("forsvarsudgifter"), ["for", "svars", "ud", "gif", "ter"]);
/// assert_eq!(hyphenate("tv-skærm"), ["tv-", "skærm"]);
/// ```
#[must_use]
pub fn hyphenate(word: &str) -> Vec<&str> {
    pieces(word, &divisions(word, |_| None))
}

impl Lexicon {
    /// As [`hyphenate`], with compounds divided where their parts meet: the interfix stays with the part before it.
    ///
    /// # Example
    ///
    /// ```
    /// # use sprogkit::lexicon::{Builder, NewReading, Upos};
    /// # let mut builder = Builder::new();
    /// # let own = builder.source("own", "CC0-1.0")?;
    /// # for form in ["bil", "is", "bro"] {
    /// #     builder.add(own, &NewReading { form, upos: Some(Upos::Noun), ..Default::default() })?;
    /// # }
    /// # let lexicon = builder.finish()?;
    /// assert_eq!(lexicon.hyphenate("isbro"), ["is", "bro"]);
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    #[must_use]
    pub fn hyphenate<'w>(&self, word: &'w str) -> Vec<&'w str> {
        pieces(word, &divisions(word, |word| Some(self.joints(word, 0))))
    }

    /// Where the parts of `word`, and theirs, meet.
    fn joints(&self, word: &str, depth: usize) -> Vec<usize> {
        let lower = word.to_lowercase();
        let lower = if lower.len() == word.len() { &*lower } else { word };
        // A form that the lexicon knows has the joints of its lemma: its ending is no part.
        let lemma = self.lookup(lower).first().map(super::Reading::lemma);
        let stem = lemma.filter(|lemma| lemma != lower).map(|lemma| {
            let same = lemma.chars().zip(lower.chars()).take_while(|(a, b)| a == b);
            let shared: usize = same.map(|(c, _)| c.len_utf8()).sum();
            (lemma, shared)
        });
        let splits = match &stem {
            Some((lemma, _)) => self.split_compound(lemma),
            None => self.split_compound(lower),
        };
        let Some(split) = splits.first().filter(|split| split.can_divide()) else {
            return Vec::new();
        };
        let mut found = split.joints();
        if let Some((_, shared)) = stem {
            found.retain(|joint| *joint <= shared);
        }
        if depth < DEEPEST {
            let ends: Vec<usize> =
                std::iter::once(0).chain(found.iter().copied()).chain([word.len()]).collect();
            for part in ends.windows(2).filter(|_| ends.len() > 2) {
                let inner = self.joints(&lower[part[0]..part[1]], depth + 1);
                found.extend(inner.into_iter().map(|at| part[0] + at));
            }
            found.sort_unstable();
        }
        found
    }
}

/// The places where `word` can be divided, in bytes, sorted; `joints` says where its parts meet.
fn divisions(word: &str, joints: impl Fn(&str) -> Option<Vec<usize>>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut start = 0;
    // A hyphen that is written ends a piece.
    for part in word.split_inclusive('-') {
        let bare = part.trim_end_matches('-');
        let lower = bare.to_lowercase();
        if let Some(ends) = DIVIDED.get(&*lower).filter(|_| lower.len() == bare.len()) {
            found.extend(ends.iter().map(|end| start + end));
        } else {
            let ends = joints(bare).unwrap_or_default();
            let mut from = 0;
            for end in ends.into_iter().chain([bare.len()]) {
                let inner = divided(&bare[from..end]);
                found.extend(inner.into_iter().map(|at| start + from + at));
                if end < bare.len() {
                    found.push(start + end);
                }
                from = end;
            }
        }
        start += part.len();
        if start < word.len() {
            found.push(start);
        }
    }
    found.dedup();
    found
}

/// The places where a word that is no compound can be divided.
fn divided(word: &str) -> Vec<usize> {
    if !word.chars().all(char::is_alphabetic) {
        return Vec::new();
    }
    if let Some(ends) = DIVIDED.get(&*word.to_lowercase()) {
        return ends.clone();
    }
    let mut at = 0;
    let mut ends: Vec<usize> = hypher::hyphenate(word, Lang::Danish)
        .map(|piece| {
            at += piece.len();
            at
        })
        .collect();
    ends.pop();
    // A piece without a vowel belongs to the one before it, the first to the one behind it.
    let mut kept: Vec<usize> = Vec::new();
    for end in ends {
        let from = kept.last().copied().unwrap_or(0);
        if has_vowel(&word[from..end]) {
            kept.push(end);
        } else if let Some(last) = kept.last_mut() {
            *last = end;
        }
    }
    if kept.last().is_some_and(|&last| !has_vowel(&word[last..])) {
        kept.pop();
    }
    kept
}

fn has_vowel(text: &str) -> bool {
    // The letters that stand for vowel sounds, with and without an accent: their base letter tells.
    use unicode_normalization::UnicodeNormalization;
    text.chars().flat_map(char::to_lowercase).nfd().any(|c| "aeiouyæøå".contains(c))
}

fn pieces<'w>(word: &'w str, ends: &[usize]) -> Vec<&'w str> {
    let mut found = Vec::with_capacity(ends.len() + 1);
    let mut start = 0;
    for &end in ends.iter().chain([&word.len()]) {
        if end > start {
            found.push(&word[start..end]);
            start = end;
        }
    }
    found
}
