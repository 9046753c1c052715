//! Many words at once, on all cores of the current pool.

use rayon::prelude::*;

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
