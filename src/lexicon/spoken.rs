//! Pronunciations that a lexicon knows, before those that are guessed.

use super::pronounce::{Alphabet, Pronouncer, parse, write};
use super::{Case, Lexicon};

impl Lexicon {
    /// Up to `most` ways to say `word`: those of its readings, in their order; where no reading has
    /// one, those of [`Pronouncer::embedded`].
    ///
    /// Pronunciations of a lexicon are read as X-SAMPA with the signs of NST. One that holds other
    /// signs is given as it stands where X-SAMPA is asked for, and passed over for IPA.
    #[must_use]
    pub fn pronounce(&self, word: &str, alphabet: Alphabet, most: usize) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for reading in self.lookup_as(word, Case::Folded) {
            let Some(spoken) = reading.pronunciation() else { continue };
            let spoken = match parse(spoken, Alphabet::XSampa) {
                Ok(segments) => write(&segments, alphabet),
                Err(_) if alphabet == Alphabet::XSampa => spoken.to_owned(),
                Err(_) => continue,
            };
            if found.len() < most && !found.contains(&spoken) {
                found.push(spoken);
            }
        }
        if found.is_empty() {
            let ways = Pronouncer::embedded().pronounce(word, most);
            found.extend(ways.iter().map(|way| way.write(alphabet)));
        }
        found
    }
}
