//! Danish text in another form: as it is spoken, as it is written, as it is scored.
//!
//! * [`to_spoken`]: numbers, dates, times, money, units and abbreviations in words.
//! * [`to_written`]: the inverse: what a speech recogniser heard, as people write it.
//! * [`scoring()`]: what is left out of account when a text is compared with another.
//!
//! Each has a twin whose name ends in `_mapped` and that keeps where everything came from, as a
//! [`Rewrite`](crate::text::Rewrite). Every rule stands in a table in `src/da/`.

mod batch;
mod coral;
mod hasher;
mod lexical;
mod readings;
mod scoring;
mod spoken;
mod tokens;
mod written;

pub use batch::{scoring_batch, to_spoken_batch, to_written_batch};
pub use scoring::{Profile, scoring, scoring_mapped};
pub use spoken::{Clock, Spoken, to_spoken, to_spoken_mapped};
pub use written::{Stream, Written, to_written, to_written_mapped};
