//! Many words at once, on all cores of the current pool.

use rayon::prelude::*;

use super::pronounce::{Alphabet, Pronouncer};
use super::{Lemma, Lexicon, Upos};

/// Words below this many are not worth another thread.
const LEAST: usize = 256;

impl Lexicon {
    /// [`Lexicon::lemmas`] of many forms, in their order.
    #[must_use]
    pub fn lemmas_batch<T: AsRef<str> + Sync>(
        &self,
        forms: &[T],
        upos: Option<Upos>,
    ) -> Vec<Vec<Lemma>> {
        let lemmas = |form: &T| self.lemmas(form.as_ref(), upos);
        forms.par_iter().with_min_len(LEAST).map(lemmas).collect()
    }

    /// [`Lexicon::check`] of many words, in their order.
    #[must_use]
    pub fn check_batch<T: AsRef<str> + Sync>(&self, words: &[T]) -> Vec<bool> {
        words.par_iter().with_min_len(LEAST).map(|word| self.check(word.as_ref())).collect()
    }
}

/// The best pronunciation of many words, in their order; nothing where a word has a digit or no
/// letter.
///
/// # Example
///
/// ```
/// use sprogkit::lexicon::pronounce::Alphabet;
/// use sprogkit::lexicon::pronounce_batch;
///
/// let spoken = pronounce_batch(&["kage", "42"], Alphabet::Ipa);
/// assert!(spoken[0].is_some() && spoken[1].is_none());
/// ```
#[must_use]
pub fn pronounce_batch<T: AsRef<str> + Sync>(
    words: &[T],
    alphabet: Alphabet,
) -> Vec<Option<String>> {
    let pronouncer = Pronouncer::embedded();
    let best = |word: &T| Some(pronouncer.pronounce(word.as_ref(), 1).first()?.write(alphabet));
    words.par_iter().with_min_len(LEAST).map(best).collect()
}
