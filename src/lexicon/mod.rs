//! The words of Danish: what a form may be, how words are made and parted.
//!
//! A [`Lexicon`] is one file, opened by memory map: a finite-state map of forms, and columns with
//! their readings. [`Lexicon::lookup`] gives **all** readings; which of them is meant only the
//! sentence says.

mod batch;
mod builder;
mod compiled;
mod compound;
mod format;
mod hyphen;
mod lemma;
mod paradigm;
pub mod pronounce;
mod reading;
mod rules;
mod search;
mod spelling;
mod spoken;
mod tags;
mod upos;

pub use batch::pronounce_batch;
pub use builder::{Builder, NewReading, SourceId};
pub use compiled::{Case, Lexicon};
pub use compound::Split;
pub use format::Source;
pub use hyphen::hyphenate;
pub use lemma::{Evidence, Lemma, lemmas};
pub use reading::Reading;
pub use rules::LemmaRules;
pub use search::Near;
pub use tags::tag;
pub use upos::Upos;
