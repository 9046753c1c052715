//! All integration tests in one binary, so that they link once. One module per subject.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test may panic, print and read"
)]

mod allocations;
#[cfg(feature = "corpus")]
mod annotate;
#[cfg(feature = "corpus")]
mod attacks;
#[cfg(feature = "audio")]
mod audio;
mod bitext;
#[cfg(feature = "catalogue")]
mod catalogue;
mod clean;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "corpus")]
mod corpus;
mod ctc;
mod data;
mod edits;
mod formats;
mod layers;
#[cfg(feature = "lexicon")]
mod lexicon;
mod normalise;
mod numbers;
mod project;
#[cfg(feature = "lexicon")]
mod pronounce;
#[cfg(feature = "catalogue")]
mod sample;
mod score;
mod sentences;
#[cfg(feature = "subword")]
mod subword;
mod transcript;
mod words;
mod words_naive;
