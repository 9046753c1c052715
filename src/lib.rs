//! sprogkit reads Danish: corpora straight from disk, words and sentences as spans, speech and
//! translations lined up with text.
//!
//! From the ground up:
//!
//! * [`text`]: words, sentences and cleaned text, as positions; nothing is copied.
//! * [`numbers`]: Danish numbers in words, and read back.
//! * [`align`]: the arithmetic of lining up: frames with tokens, words with words, spans with spans,
//!   sentences with sentences.
//! * [`audio`](mod@audio): sound files to samples.
//! * [`corpus`]: packs, which are folders of Arrow files, written once and opened by memory map.
//! * [`subword`](mod@subword): the vocabularies of language models: texts to ids and back.
//! * [`normalise`]: text as it is spoken, as it is written, as it is scored.
//! * [`formats`]: interchange formats, each read and written over slices.
//! * [`lexicon`]: forms and their readings, lemmas, compounds, hyphenation; [`dictionary`] makes one
//!   from what others publish.
//! * [`catalogue`]: manifests of corpora, and packs built from them.
//! * [`annotate`]: any function over the texts of a pack, in parallel, stored as a layer.
//! * [`score`]: word and character error rates.
//!
//! # Example: words and sentences
//!
//! ```
//! use sprogkit::text::{sentences, words};
//!
//! let text = "Mødet er kl. 10.30 d. 3. maj. Husk kaffe!";
//! let found: Vec<&str> = sentences(text).map(|span| span.of(text)).collect();
//! assert_eq!(found, ["Mødet er kl. 10.30 d. 3. maj.", "Husk kaffe!"]);
//! let found: Vec<&str> = words(text).map(|word| word.of(text)).collect();
//! assert_eq!(found[..6], ["Mødet", "er", "kl.", "10.30", "d.", "3."]);
//! ```
//!
//! # Example: what a recogniser got wrong
//!
//! ```
//! use sprogkit::align::edits;
//!
//! let found = edits(&["det", "er", "koldt"], &["det", "koldt"]);
//! assert_eq!((found.hits, found.deletions), (2, 1));
//! ```
//!
//! # Features
//!
//! Text, alignment and scoring are always there. `corpus` adds packs (Arrow), `audio` sound files,
//! `catalogue` (the default) both and manifests, `subword` vocabularies, `cli` the command. For words and sentences alone:
//! `default-features = false`.
//!
//! Errors are one type, [`Error`], that says where. Parallel calls run on rayon's current pool;
//! [`threads::install`] sizes one. Positions are bytes, half-open ([`Span`]).
#![cfg_attr(docsrs, feature(doc_cfg))]

// ground
mod error;
pub mod progress;
mod random;
mod span;
pub mod threads;
// floor 1
mod da;
#[cfg(any(feature = "audio", feature = "corpus", feature = "lexicon", feature = "subword"))]
pub mod io;
// floor 2
pub mod align;
#[cfg(feature = "audio")]
pub mod audio;
pub mod numbers;
pub mod text;
// floor 3
#[cfg(feature = "corpus")]
pub mod corpus;
pub mod formats;
#[cfg(feature = "lexicon")]
pub mod lexicon;
pub mod normalise;
#[cfg(feature = "subword")]
pub mod subword;
// floor 4
#[cfg(feature = "corpus")]
pub mod annotate;
#[cfg(feature = "catalogue")]
pub mod catalogue;
#[cfg(feature = "lexicon")]
pub mod dictionary;
pub mod score;
// roof
#[cfg(feature = "cli")]
pub mod cli;

pub use error::{Error, Result};
pub use span::Span;

/// The README's Rust examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
