//! Counts become figures: WER, MER, WIL.

use crate::align::Counts;

/// How well hypotheses match their references, over all pairs together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// The counts of all pairs together.
    pub counts: Counts,
    /// The counts of each pair, in order: what groups and intervals are made of.
    pub pairs: Vec<Counts>,
}

impl Score {
    /// Errors per token of the references: (S + D + I) / (S + D + H). Can be above 1.
    ///
    /// The word error rate of [`wer`](super::wer()), the character error rate of
    /// [`cer`](super::cer). As in jiwer 4 the **number** of insertions where the references are
    /// empty.
    #[must_use]
    pub fn rate(&self) -> f64 {
        rate(&self.counts)
    }

    /// Errors per step of the alignment, the match error rate: (S + D + I) / (S + D + H + I).
    ///
    /// Never above 1. The CoRal speech recognition code divides by this sum by default and calls
    /// the result WER or CER.
    #[must_use]
    pub fn match_error_rate(&self) -> f64 {
        match_error_rate(&self.counts)
    }

    /// Word information preserved: (H / reference length) · (H / hypothesis length).
    #[must_use]
    pub fn information_preserved(&self) -> f64 {
        information_preserved(&self.counts)
    }

    /// Word information lost, 1 − [`Score::information_preserved`].
    #[must_use]
    pub fn information_lost(&self) -> f64 {
        1.0 - self.information_preserved()
    }
}

/// Errors per token of the reference; the number of insertions where that is empty.
pub(super) fn rate(counts: &Counts) -> f64 {
    counts.rate().unwrap_or(counts.insertions as f64)
}

/// Errors per step of the alignment.
pub(super) fn match_error_rate(counts: &Counts) -> f64 {
    let steps = counts.errors() + counts.hits;
    if steps == 0 { 0.0 } else { counts.errors() as f64 / steps as f64 }
}

fn information_preserved(counts: &Counts) -> f64 {
    let (reference, hypothesis) = (counts.reference(), counts.hypothesis());
    match (reference, hypothesis) {
        // Silence, and heard as such.
        (0, 0) => 1.0,
        (0, _) | (_, 0) => 0.0,
        _ => (counts.hits as f64 / reference as f64) * (counts.hits as f64 / hypothesis as f64),
    }
}
