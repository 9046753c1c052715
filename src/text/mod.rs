//! Reading Danish text: sentences as spans.

mod sentences;

pub use sentences::{Layout, Sentences, sentences};
