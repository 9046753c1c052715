//! What models listen to: spectra on the mel scale, and cepstra.
//!
//! [`whisper_log_mel`] in the layout of Whisper, [`kaldi_fbank`] and [`kaldi_mfcc`] in that of Kaldi. Each has
//! a prepared form ([`WhisperMel`], [`KaldiFbank`], [`KaldiMfcc`]) that writes into the caller's buffer and allocates
//! nothing, and a batch form that works on many recordings at once.

mod fourier;
mod kaldi;
mod log;
mod mel;
mod spectra;
mod whisper;
mod windows;

pub(super) use fourier::{LANES, Lanes};
pub use kaldi::{
    FbankOptions, KaldiFbank, KaldiMfcc, MfccOptions, Normalization, Window, kaldi_fbank,
    kaldi_fbank_batch, kaldi_mfcc, kaldi_mfcc_batch,
};
pub(super) use log::logarithms;
pub(super) use mel::Bank;
pub(super) use spectra::Spectra;
pub use whisper::{WhisperMel, WhisperOptions, whisper_log_mel, whisper_log_mel_batch};
pub(super) use windows::Windows;

/// Features: a matrix, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// The values. Shape `[rows, columns]`.
    pub values: Vec<f32>,
    /// Rows: mel bands for Whisper, frames for Kaldi.
    pub rows: usize,
    /// Columns: frames for Whisper, bins or coefficients for Kaldi.
    pub columns: usize,
}

/// Makes features of each of `recordings` in parallel: every worker prepares one `T`.
fn batch<T: Send>(
    recordings: &[&[f32]],
    prepare: impl Fn() -> crate::Result<T> + Sync + Send,
    work: impl Fn(&mut T, &[f32]) -> crate::Result<Features> + Sync + Send,
) -> crate::Result<Vec<Features>> {
    use rayon::prelude::*;
    let ready = std::sync::Mutex::new(Vec::new());
    let take = || ready.lock().ok().and_then(|mut ready| ready.pop());
    // An error in the options is one error, not one for each recording.
    let first = prepare()?;
    if let Ok(mut ready) = ready.lock() {
        ready.push(first);
    }
    recordings
        .par_iter()
        .map(|samples| {
            let mut one = match take() {
                Some(one) => one,
                None => prepare()?,
            };
            let made = work(&mut one, samples);
            if let Ok(mut ready) = ready.lock() {
                ready.push(one);
            }
            made
        })
        .collect()
}
