//! Lining things up: slices and matrices in, paths and spans out.

mod bitext;
pub mod ctc;
mod edits;
mod project;
pub mod transcript;

pub use bitext::{Bead, bitext};
pub use edits::{
    Batch, Counts, Editor, Edits, Operation, Pair, Sequences, Ties, distance, edits, edits_batch,
    edits_with,
};
pub use project::{Lists, Projection, Tokenizations, project, tokenizations};
