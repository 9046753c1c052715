//! Sound: files to samples.
//!
//! [`read`] and [`Reader`] decode WAV (plain, RF64, W64), FLAC, MP3, Ogg Vorbis, Ogg Opus, AAC and
//! M4A from memory-mapped files, whole or in slices, as `f32` between -1 and 1. The number of frames is
//! exact for each format: what an encoder put before and behind the sound is cut off. [`wav`] decodes to
//! 16 bits. [`whisper_log_mel`], [`kaldi_fbank`] and [`kaldi_mfcc`] make features, [`resample`] other rates,
//! [`detect_speech`] finds speech and [`quality`](fn@quality) measures recordings.

mod decode;
mod features;
mod index;
mod quality;
mod reader;
mod resample;
mod speech;
pub mod wav;
mod wide;

pub use features::{
    FbankOptions, Features, KaldiFbank, KaldiMfcc, MfccOptions, Normalization, WhisperMel,
    WhisperOptions, Window, kaldi_fbank, kaldi_fbank_batch, kaldi_mfcc, kaldi_mfcc_batch,
    whisper_log_mel, whisper_log_mel_batch,
};
pub use index::SeekIndex;
pub use quality::{Quality, quality};
pub use reader::{Audio, Channel, Format, ReadOptions, Reader, decode, read};
pub use resample::{Resampler, resample};
pub use speech::{SpeechOptions, detect_speech};
