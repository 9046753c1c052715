//! Whether a word is spelt as a word, and what else it may have been meant to be.

use super::Lexicon;
use super::search::levenshtein;
use crate::Result;

impl Lexicon {
    /// Whether `word` is in the lexicon, or a compound of words that are: as it is written, or without the capital of a
    /// sentence's beginning; with a hyphen, where its parts are. Numbers are words.
    ///
    /// # Example
    ///
    /// ```
    /// # use sprogkit::lexicon::{Builder, NewReading, Upos};
    /// # let mut builder = Builder::new();
    /// # let own = builder.source("own", "CC0-1.0")?;
    /// # for form in ["kaffe", "kande"] {
    /// #     builder.add(own, &NewReading { form, upos: Some(Upos::Noun), ..Default::default() })?;
    /// # }
    /// # let lexicon = builder.finish()?;
    /// assert!(lexicon.check("Kaffekande"));
    /// assert!(!lexicon.check("kafekande"));
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    #[must_use]
    pub fn check(&self, word: &str) -> bool {
        let is_number = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_digit())
                && text.chars().all(|c| c.is_ascii_digit() || ".,:/".contains(c))
        };
        if word.is_empty() {
            return false;
        }
        if self.knows(word) || is_number(word) {
            return true;
        }
        let splits = self.split_compound(word);
        splits.first().is_some_and(super::Split::is_sure)
    }

    /// Words that `word` may have been meant to be, the likeliest first, at most `most`: forms one letter away, then
    /// those two letters away, then compounds with a slip in one part; a word written apart comes by the same
    /// measure.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Argument`] for a word of some hundred letters.
    pub fn suggest(&self, word: &str, most: usize) -> Result<Vec<String>> {
        if word.trim().is_empty() {
            return Ok(Vec::new());
        }
        let mut found: Vec<String> = Vec::new();
        let mut push = |text: String| {
            if text != word && !found.contains(&text) {
                found.push(text);
            }
        };
        // Written apart: *tyve knægte* for *tyveknægte*.
        let together: String = word.split_whitespace().collect();
        if together != word && self.check(&together) {
            push(together);
        }
        let upper = word.chars().next().is_some_and(char::is_uppercase);
        let lower = word.to_lowercase();
        let capital = |text: &str| {
            let mut letters = text.chars();
            match letters.next() {
                Some(first) if upper => first.to_uppercase().chain(letters).collect(),
                _ => text.to_owned(),
            }
        };
        let wanted: Vec<char> = lower.chars().collect();
        let far = if wanted.len() > 2 { 2 } else { 1 };
        let near = self.near(&lower, far, usize::MAX)?;
        for near in near.iter().filter(|near| near.distance == 1 || is_swapped(&wanted, &near.form))
        {
            push(capital(&near.form));
        }
        // A compound with a slip in one part.
        let splits = lower.char_indices().map(|(at, _)| lower.split_at(at));
        let long = |part: &str, least: usize| part.chars().count() >= least;
        for (front, tail) in splits.filter(|(front, tail)| long(front, 3) && long(tail, 3)) {
            for (good, bad, first) in [(front, tail, true), (tail, front, false)] {
                if !self.contains(good) || !long(bad, 4) {
                    continue;
                }
                let letters: Vec<char> = bad.chars().collect();
                for near in self.near(bad, 2, 40)? {
                    if near.distance > 1 && !is_swapped(&letters, &near.form) {
                        continue;
                    }
                    let whole = if first { [good, &near.form] } else { [&*near.form, good] };
                    let whole = whole.concat();
                    if self.check(&whole) {
                        push(capital(&whole));
                    }
                }
            }
        }
        for near in near.iter().filter(|near| near.distance > 1) {
            push(capital(&near.form));
        }
        // A compound that nobody has written down needs more than a word that is known.
        found.sort_by_key(|form| {
            let bare = form.to_lowercase();
            let apart = if is_swapped(&wanted, &bare) { 1 } else { levenshtein(&wanted, &bare) };
            apart.min(3) + if self.knows(form) { 0 } else { 2 }
        });
        found.truncate(most);
        Ok(found)
    }
}

/// Whether `form` is `wanted` with two neighbours that changed places: one slip.
fn is_swapped(wanted: &[char], form: &str) -> bool {
    let form: Vec<char> = form.chars().collect();
    if wanted.len() != form.len() {
        return false;
    }
    let differs: Vec<usize> = (0..form.len()).filter(|&at| wanted[at] != form[at]).collect();
    matches!(differs[..], [a, b] if b == a + 1 && wanted[a] == form[b] && wanted[b] == form[a])
}
