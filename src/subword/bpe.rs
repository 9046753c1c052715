//! The fast engine of byte-level BPE.

use super::cache::{Cache, Found, LONGEST, SHORT};
use super::merges::{Merges, Scratch};
use super::pattern::{Cut, Known, Pattern, next};
use super::vocabulary::Vocabulary;
use crate::Result;

/// Pieces that are cut before they are looked up, so that the look-ups overlap.
const BLOCK: usize = 32;

/// A byte-level BPE vocabulary.
#[derive(Debug)]
pub(super) struct Bpe {
    pub(super) vocabulary: Vocabulary,
    pub(super) merges: Merges,
    pub(super) pattern: Pattern,
    /// By byte: its token.
    pub(super) bytes: [u32; 256],
    /// Whether a piece that is a token stays whole, whatever its merges would give.
    pub(super) whole_first: bool,
}

/// What one worker keeps from text to text.
#[derive(Debug)]
pub(super) struct Worker {
    cache: Cache,
    scratch: Scratch,
}

impl Worker {
    pub(super) fn new() -> Self {
        Self { cache: Cache::new(), scratch: Scratch::default() }
    }
}

/// A piece that waits for its look-up.
#[derive(Clone, Copy, Default)]
struct Waiting {
    start: usize,
    length: usize,
    key: u128,
    hash: u64,
}

/// Ids at the front of a vector that has room behind them.
pub(super) struct Sink<'o> {
    out: &'o mut Vec<u32>,
    count: usize,
}

impl<'o> Sink<'o> {
    pub(super) fn new(out: &'o mut Vec<u32>) -> Self {
        let count = out.len();
        Self { out, count }
    }

    /// Makes room for `more` ids.
    #[inline]
    fn room(&mut self, more: usize) {
        if self.out.len() < self.count + more {
            let size = (self.out.len() * 2).max(self.count + more).max(64);
            self.out.resize(size, 0);
        }
    }

    /// Adds the first `count` of four ids; there is room.
    #[inline]
    fn few(&mut self, ids: [u32; 4], count: usize) {
        self.out[self.count..self.count + 4].copy_from_slice(&ids);
        self.count += count;
    }

    #[inline]
    fn many(&mut self, ids: &[u32], room: usize) {
        self.room(ids.len() + room);
        self.out[self.count..self.count + ids.len()].copy_from_slice(ids);
        self.count += ids.len();
    }

    pub(super) fn finish(self) {
        self.out.truncate(self.count);
    }
}

impl Bpe {
    /// Adds the ids of `text` to `out`.
    pub(super) fn encode(&self, text: &str, worker: &mut Worker, out: &mut Vec<u32>) -> Result<()> {
        let bytes = text.as_bytes();
        let mut sink = Sink::new(out);
        match &self.pattern.cut {
            Cut::Known(known) => {
                macro_rules! known {
                    ($($name:ident),*) => {
                        match known {
                            $(Known::$name => self.scan(bytes, |at| next(Known::$name, bytes, at), worker, &mut sink),)*
                        }
                    };
                }
                known!(Gpt2, Cl100k, Llama3, Llama3Ascii, Qwen2, O200k, Tekken);
            }
            Cut::Regex(_) => {
                let mut block = Vec::new();
                self.pattern.split(text, |start, end| block.push((start, end)))?;
                for (start, end) in block {
                    sink.room(4 * BLOCK);
                    self.piece(bytes, waiting(bytes, start, end), worker, &mut sink);
                }
            }
        }
        sink.finish();
        Ok(())
    }

    /// Cuts `bytes` by `next` and adds the ids of each piece.
    #[inline]
    fn scan(
        &self,
        bytes: &[u8],
        next: impl Fn(usize) -> usize,
        worker: &mut Worker,
        sink: &mut Sink<'_>,
    ) {
        let mut block = [Waiting::default(); BLOCK];
        let mut at = 0;
        while at < bytes.len() {
            let mut count = 0;
            while at < bytes.len() && count < BLOCK {
                let end = next(at);
                block[count] = waiting(bytes, at, end);
                count += 1;
                at = end;
            }
            sink.room(4 * BLOCK);
            for &piece in &block[..count] {
                self.piece(bytes, piece, worker, sink);
            }
        }
    }

    /// Adds the ids of one piece. There is room for four ids for each piece of a block.
    #[inline]
    fn piece(&self, text: &[u8], piece: Waiting, worker: &mut Worker, sink: &mut Sink<'_>) {
        if piece.length <= SHORT {
            match worker.cache.find(piece.key, piece.hash) {
                Some(Found::Few(ids, count)) => sink.few(ids, count),
                Some(Found::Many(ids)) => sink.many(ids, 4 * BLOCK),
                None => self.first_seen(text, piece, worker, sink),
            }
        } else {
            self.long_piece(text, piece, worker, sink);
        }
    }

    #[inline(never)]
    fn first_seen(&self, text: &[u8], piece: Waiting, worker: &mut Worker, sink: &mut Sink<'_>) {
        self.tokens_of(&text[piece.start..piece.start + piece.length], &mut worker.scratch);
        let tokens = &worker.scratch.tokens;
        worker.cache.insert(piece.key, tokens);
        sink.many(tokens, 4 * BLOCK);
    }

    #[inline(never)]
    fn long_piece(&self, text: &[u8], piece: Waiting, worker: &mut Worker, sink: &mut Sink<'_>) {
        let bytes = &text[piece.start..piece.start + piece.length];
        if bytes.len() > LONGEST {
            self.tokens_of(bytes, &mut worker.scratch);
            sink.many(&worker.scratch.tokens, 4 * BLOCK);
            return;
        }
        if let Some(ids) = worker.cache.find_long(bytes) {
            sink.many(ids, 4 * BLOCK);
            return;
        }
        self.tokens_of(bytes, &mut worker.scratch);
        worker.cache.insert_long(bytes, &worker.scratch.tokens);
        sink.many(&worker.scratch.tokens, 4 * BLOCK);
    }

    /// Leaves the ids of one piece in the scratch.
    pub(super) fn tokens_of(&self, piece: &[u8], scratch: &mut Scratch) {
        let mut tokens = std::mem::take(&mut scratch.tokens);
        tokens.clear();
        match self.vocabulary.id(piece) {
            Some(id) if self.whole_first => tokens.push(id),
            _ => {
                tokens.extend(piece.iter().map(|&byte| self.bytes[byte as usize]));
                self.merges.merge(&mut tokens, scratch);
            }
        }
        scratch.tokens = tokens;
    }
}

#[inline]
fn waiting(text: &[u8], start: usize, end: usize) -> Waiting {
    let length = end - start;
    if length <= SHORT {
        let key = Cache::key(text, start, length);
        Waiting { start, length, key, hash: Cache::hash(key) }
    } else {
        Waiting { start, length, key: 0, hash: 0 }
    }
}
