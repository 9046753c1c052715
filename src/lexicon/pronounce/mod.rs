//! How Danish words sound: letters to sounds, with stress, length and stød.
//!
//! A word is looked up in a pronunciation lexicon where one was loaded ([`Pronouncer::add`]), then in
//! the exceptions of `src/da/pronunciations.tsv`. Words of capitals, and those without a vowel, are said
//! letter by letter. All others are sounded by a log-linear model of letters and the sounds they
//! stand for ([`Model`]), learned from word–pronunciation pairs by [`train`]; where the stress lies
//! is said by the rules of `src/da/stress.tsv`. Numbers are not words: spell them first.
//!
//! Sounds are those of `src/da/phones.tsv` ([`Phone`]), written in X-SAMPA with the signs of the NST
//! pronunciation lexicon, or in narrow IPA ([`Alphabet`]).
//!
//! # Source
//!
//! Grønnum, *Fonetik og fonologi* (3rd edition, 2005); Basbøll, *The Phonology of Danish* (2005);
//! Berger, Della Pietra and Della Pietra, A maximum entropy approach to natural language
//! processing (1996).
//!
//! # Example
//!
//! ```
//! use sprogkit::lexicon::pronounce::{Alphabet, Pronouncer, pronounce};
//!
//! assert_eq!(pronounce("hund", Alphabet::Ipa)[0], "ˈhunˀ");
//! assert_eq!(pronounce("hund", Alphabet::XSampa)[0], "\"hun?");
//!
//! let mut own = Pronouncer::embedded().clone();
//! own.add("Ib", "\"ib", Alphabet::XSampa)?;
//! assert_eq!(own.pronounce("ib", 1)[0].write(Alphabet::Ipa), "ˈib̥");
//! # Ok::<(), sprogkit::Error>(())
//! ```

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
