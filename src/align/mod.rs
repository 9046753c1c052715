//! Lining things up: slices and matrices in, paths and spans out.

pub mod ctc;
mod edits;

pub use edits::{Counts, Editor, Edits, Operation, Pair, Ties, distance, edits, edits_with};
