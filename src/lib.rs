//! sprogkit reads Danish: corpora straight from disk, words and sentences as spans, speech and
//! translations lined up with text.
#![cfg_attr(docsrs, feature(doc_cfg))]

// ground
mod error;
pub mod progress;
mod span;
pub mod threads;
// floor 1
mod da;
#[cfg(feature = "corpus")]
pub mod io;
// floor 2
pub mod align;
#[cfg(feature = "audio")]
pub mod audio;
pub mod text;
// floor 3
#[cfg(feature = "corpus")]
pub mod corpus;
pub mod formats;
// floor 4
#[cfg(feature = "corpus")]
pub mod annotate;
#[cfg(feature = "catalogue")]
pub mod catalogue;
pub mod score;
// roof
#[cfg(feature = "cli")]
pub mod cli;

pub use error::{Error, Result};
pub use span::Span;
