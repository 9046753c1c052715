//! Many texts at once, on all cores of the current pool.

use std::borrow::Cow;

use rayon::prelude::*;

use super::{Profile, Spoken, Written, scoring};

/// Texts below this many are not worth another thread.
const LEAST: usize = 16;

fn each<'t, T: AsRef<str> + Sync>(
    texts: &'t [T],
    rewrite: impl Fn(&'t str) -> Cow<'t, str> + Sync,
) -> Vec<Cow<'t, str>> {
    texts.par_iter().with_min_len(LEAST).map(|text| rewrite(text.as_ref())).collect()
}

/// [`to_spoken`](super::to_spoken()) for many texts, in their order.
#[must_use]
pub fn to_spoken_batch<T: AsRef<str> + Sync>(texts: &[T]) -> Vec<Cow<'_, str>> {
    Spoken::default().batch(texts)
}

/// [`to_written`](super::to_written()) for many texts, in their order.
#[must_use]
pub fn to_written_batch<T: AsRef<str> + Sync>(texts: &[T]) -> Vec<Cow<'_, str>> {
    Written::default().batch(texts)
}

/// [`scoring()`] for many texts, in their order.
#[must_use]
pub fn scoring_batch<T: AsRef<str> + Sync>(texts: &[T], profile: Profile) -> Vec<Cow<'_, str>> {
    profile.batch(texts)
}

impl Spoken {
    /// [`Spoken::rewrite`] of many texts, in their order, without the maps.
    ///
    /// # Example
    ///
    /// ```
    /// use sprogkit::normalise::Spoken;
    ///
    /// assert_eq!(Spoken::default().batch(&["5 kg", "ja"]), ["fem kilo", "ja"]);
    /// ```
    #[must_use]
    pub fn batch<'t, T: AsRef<str> + Sync>(&self, texts: &'t [T]) -> Vec<Cow<'t, str>> {
        each(texts, |text| self.rewrite(text).into_text())
    }
}

impl Written {
    /// [`Written::rewrite`] of many texts, in their order, without the maps.
    #[must_use]
    pub fn batch<'t, T: AsRef<str> + Sync>(&self, texts: &'t [T]) -> Vec<Cow<'t, str>> {
        each(texts, |text| self.text(text))
    }
}

impl Profile {
    /// [`scoring()`] of many texts, in their order.
    #[must_use]
    pub fn batch<T: AsRef<str> + Sync>(self, texts: &[T]) -> Vec<Cow<'_, str>> {
        each(texts, |text| scoring(text, self))
    }
}
