//! The fast engine of byte-level BPE.

use super::borders;
use super::lookup::{Pieces, Queue, Token, Waiting, Worker, join_runs, look_up};
use super::merges::{Merges, Scratch};
use super::pattern::{Cut, Pattern, next_space};
use super::sentencepiece::Characters;
use super::vocabulary::Vocabulary;
use crate::Result;

/// A byte-level BPE vocabulary.
#[derive(Debug)]
pub(super) struct Bpe {
    pub(super) vocabulary: Vocabulary,
    pub(super) merges: Merges,
    pub(super) pattern: Pattern,
    pub(super) units: Units,
    /// Whether a piece that is a token stays whole, whatever its merges would give.
    pub(super) whole_first: bool,
}

/// What a piece is made of before anything merges.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one for each vocabulary, read for every piece")]
pub(super) enum Units {
    /// Bytes: by byte its token.
    Bytes([u32; 256]),
    /// Characters, as in sentencepiece.
    Characters(Box<Characters>),
}

impl Bpe {
    /// Adds the ids of `text` to `out`.
    pub(super) fn encode(&self, text: &str, worker: &mut Worker, out: &mut Vec<u32>) -> Result<()> {
        let bytes = text.as_bytes();
        match &self.pattern.cut {
            Cut::Known(known) => {
                let mut queue = Queue::new(self, bytes, worker, out);
                borders::cut(*known, bytes, |ends| queue.push(ends));
                queue.finish();
            }
            Cut::Spaces => {
                let mut queue = Queue::new(self, bytes, worker, out);
                borders::cut_by(bytes, |at| next_space(bytes, at), |ends| queue.push(ends));
                queue.finish();
            }
            Cut::Whole if bytes.is_empty() => {}
            Cut::Whole => {
                look_up(self, bytes, Waiting::new(bytes, 0, bytes.len()), worker, out);
            }
            Cut::Regex(_) => {
                let mut block = Vec::new();
                self.pattern.split(text, |start, end| block.push((start, end)))?;
                for (start, end) in block {
                    look_up(self, bytes, Waiting::new(bytes, start, end), worker, out);
                }
            }
        }
        Ok(())
    }

    /// How many bytes of a normalized text `id` stands for, where `rest` begins with it.
    pub(super) fn length(&self, id: u32, rest: &[u8]) -> usize {
        match &self.units {
            Units::Characters(characters) => characters.length(id, rest, &self.vocabulary),
            Units::Bytes(_) => self.vocabulary.bytes(id).map_or(0, <[u8]>::len),
        }
    }

    /// Makes a run of unknown pieces one, from `start` on, where the model has it so.
    pub(super) fn join_unknown<T: Token>(&self, ids: &mut Vec<T>, start: usize) {
        let Units::Characters(characters) = &self.units else { return };
        if characters.joins_unknown() {
            join_runs(ids, start, characters.unknown);
        }
    }
}

impl Pieces for Bpe {
    fn end(&self) -> u32 {
        self.vocabulary.end()
    }

    fn tokens_of(&self, piece: &[u8], scratch: &mut Scratch) {
        let mut tokens = std::mem::take(&mut scratch.tokens);
        tokens.clear();
        let whole = if self.whole_first { self.vocabulary.id(piece) } else { None };
        match whole {
            Some(id) => tokens.push(id),
            None => match &self.units {
                Units::Bytes(bytes) => {
                    tokens.extend(piece.iter().map(|&byte| bytes[byte as usize]));
                    self.merges.merge(&mut tokens, scratch);
                }
                Units::Characters(characters) => {
                    characters.units(piece, &mut tokens);
                    self.merges.merge(&mut tokens, scratch);
                    characters.finish(piece, &self.vocabulary, &mut tokens);
                }
            },
        }
        scratch.tokens = tokens;
    }
}
