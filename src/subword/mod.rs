//! Subwords: texts to the ids of a language model's vocabulary, and back.
//!
//! [`Tokenizer::open`] reads the files that vocabularies are published in. What it knows it encodes by an
//! engine of its own; everything else runs through the `tokenizers` crate behind the same calls, and
//! [`Tokenizer::engine`] tells which. The ids are those of the reference implementation either way.
//!
//! # Example
//!
//! ```
//! use sprogkit::subword::Tokenizer;
//!
//! // Every byte is a token, and so are "øl" and " øl".
//! let mut ranks: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![byte]).collect();
//! ranks.extend(["ø", "øl", " øl"].map(|token| token.as_bytes().to_vec()));
//! let tokenizer = Tokenizer::from_ranks(&ranks, "cl100k")?;
//! let ids = tokenizer.encode("øl, øl", false)?;
//! assert_eq!(ids, [257, 44, 258]);
//! assert_eq!(tokenizer.decode(&ids, false)?, "øl, øl");
//! # Ok::<(), sprogkit::Error>(())
//! ```

mod added;
mod batch;
mod borders;
mod bpe;
mod byte_level;
mod cache;
mod characters;
mod classes;
mod compiled;
mod compiled_words;
mod count;
mod decode;
mod fertility;
mod forest;
mod json;
mod lookup;
mod memory;
mod merges;
mod open;
mod packing;
mod parts;
mod pattern;
mod pieces;
mod pipeline;
mod protobuf;
mod sentencepiece;
mod settle;
mod shape;
mod tiktoken;
mod tokenizer;
mod train;
mod train_bpe;
mod train_seeds;
mod train_unigram;
mod train_wordpiece;
mod trie;
mod unigram;
mod vocabulary;
mod wordpiece;
mod words;
mod words_file;

pub use batch::Batch;
pub use decode::Decoder;
pub use fertility::Fertility;
#[cfg(feature = "cli")]
pub(crate) use open::files;
pub use packing::{Packed, Packing, Rows};
pub use pattern::{Known, Pattern};
pub use tokenizer::{Encoding, Engine, Tokenizer};
pub use train::{Kind, TrainOptions, Trainer, train};
