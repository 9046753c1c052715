//! How Danish words sound.

mod align;
mod features;
mod letters;
mod model;
mod phones;
mod pronouncer;
mod stress;
mod train;

pub use model::Model;
pub use phones::{Alphabet, Kind, Phone, Segment, Stress, parse, syllables, write};
pub use pronouncer::{Pronouncer, Pronunciation, Source};
pub use train::{Pair, Training, train};

/// How many ways to say a word [`pronounce`] gives at most.
const WAYS: usize = 3;

/// Ways to say `word`, best first, at most three; empty where it has a digit or no letter.
pub fn pronounce(word: &str, alphabet: Alphabet) -> Vec<String> {
    let ways = Pronouncer::embedded().pronounce(word, WAYS);
    ways.iter().map(|way| way.write(alphabet)).collect()
}
