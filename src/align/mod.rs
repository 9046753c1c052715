//! Lining things up: slices and matrices in, paths and spans out.

pub mod ctc;
mod edits;
pub mod transcript;

pub use edits::{
    Batch, Counts, Editor, Edits, Operation, Pair, Sequences, Ties, distance, edits, edits_batch,
    edits_with,
};
