//! Words and sentences of Danish text, as positions; nothing is copied.
//!
//! [`words`] cuts a text as the Danish treebank (UD Danish-DDT) does and says of each piece what
//! it is; [`sentences`] gives the sentences. [`Options`] holds what users want differently.
//! Positions are bytes; [`offsets`] turns them into characters or UTF-16 code units, and
//! [`batch`] does many texts at once, on all cores.
//!
//! [`clean`] undoes encoding accidents and what else keeps a text from reading as it was meant;
//! a [`Rewrite`] maps positions between a text and what became of it.
//!
//! Everything here works on `&str`. This module knows no file, no corpus and no lexicon.

pub mod abbreviations;
pub mod batch;
pub(crate) mod blocks;
mod classes;
mod clean;
mod context;
mod core;
mod danish;
mod folded;
mod kind;
pub mod offsets;
mod options;
mod rewrite;
mod sentences;
mod shape;
mod stops;
mod sweep;
mod unicode;
mod vocabulary;
mod words;

pub use clean::{Cleaner, clean, clean_batch, clean_mapped};
pub use kind::{Kind, Word};
pub use options::{Norm, Options};
pub use rewrite::{Change, Rewrite, Rewriter};
pub use sentences::{Layout, Sentences, sentences};

/// The model of sentence boundaries: reading it, and training another.
pub mod boundaries {
    pub use super::sentences::{Boundaries, Training, train};
}
pub use words::{Words, words};
