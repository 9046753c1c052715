//! Pieces to ids through the cache: what every engine of this crate shares.

use std::sync::Arc;

use super::cache::{Cache, Found, Key, Known, LONGEST, id};
use super::merges::Scratch;

/// Pieces that are cut before they are looked up, so that the look-ups overlap.
pub(super) const BLOCK: usize = 32;

/// What knows the ids of a piece that the cache does not.
pub(super) trait Pieces {
    /// Leaves the ids of one piece in the scratch.
    fn tokens_of(&self, piece: &[u8], scratch: &mut Scratch);

    /// One more than the highest id.
    fn end(&self) -> u32 {
        u32::MAX
    }
}

/// What one worker keeps from text to text.
#[derive(Debug)]
pub(super) struct Worker {
    cache: Cache,
    scratch: Scratch,
}

impl Worker {
    /// Why a piece of the last text has no ids. What the cache learnt since is not kept.
    pub(super) fn failure(&mut self) -> Option<String> {
        let failure = self.scratch.failure.take()?;
        self.cache.empty();
        Some(failure)
    }

    /// A worker that may take from what is `known`.
    pub(super) fn new(known: Option<Arc<Known>>) -> Self {
        Self { cache: Cache::new(known), scratch: Scratch::default() }
    }
}

/// A piece that waits for its look-up.
#[derive(Clone, Copy, Default)]
pub(super) struct Waiting {
    key: (Key, u64),
    start: usize,
    length: usize,
}

impl Waiting {
    #[inline(always)]
    pub(super) fn new(text: &[u8], start: usize, end: usize) -> Self {
        let key = Key::new(text, start, end);
        Self { key: (key, key.hash()), start, length: end - start }
    }
}

/// Ids behind those of a vector.
pub(super) struct Sink<'o> {
    out: &'o mut Vec<u32>,
}

impl<'o> Sink<'o> {
    pub(super) fn new(out: &'o mut Vec<u32>) -> Self {
        Self { out }
    }

    /// Makes room for `more` ids.
    #[inline]
    pub(super) fn room(&mut self, more: usize) {
        self.out.reserve(more);
    }

    /// Adds the first `count` of four ids.
    #[inline]
    fn few(&mut self, ids: [u32; 4], count: usize) {
        let end = self.out.len() + count;
        self.out.extend_from_slice(&ids);
        self.out.truncate(end);
    }

    /// The ids are where they belong.
    pub(super) fn finish(self) {}
}

/// Pieces of one text on their way into the cache, some at a time.
pub(super) struct Queue<'q, 'o, P> {
    pieces: &'q P,
    text: &'q [u8],
    worker: &'q mut Worker,
    sink: &'q mut Sink<'o>,
    /// Those that come, and those that came before them.
    waiting: [[Waiting; BLOCK]; 2],
    coming: usize,
    count: usize,
    before: usize,
}

impl<'q, 'o, P: Pieces> Queue<'q, 'o, P> {
    #[inline]
    pub(super) fn new(
        pieces: &'q P,
        text: &'q [u8],
        worker: &'q mut Worker,
        sink: &'q mut Sink<'o>,
    ) -> Self {
        let waiting = [[Waiting::default(); BLOCK]; 2];
        Self { pieces, text, worker, sink, waiting, coming: 0, count: 0, before: 0 }
    }

    /// One more piece.
    #[inline(always)]
    pub(super) fn push(&mut self, start: usize, end: usize) {
        if self.count == BLOCK {
            self.turn();
        }
        let piece = Waiting::new(self.text, start, end);
        self.worker.cache.fetch(piece.key.1);
        self.waiting[self.coming & 1][self.count % BLOCK] = piece;
        self.count += 1;
    }

    /// Adds the ids of the pieces that came first; the others wait on, and more may come.
    #[inline(never)]
    fn turn(&mut self) {
        self.coming ^= 1;
        let waiting = &self.waiting[self.coming & 1][..self.before];
        look_up_all(self.pieces, self.text, waiting, self.worker, self.sink);
        self.before = self.count;
        self.count = 0;
    }

    /// Adds the ids of all pieces that wait.
    pub(super) fn flush(&mut self) {
        self.turn();
        self.turn();
    }
}

/// Cuts `bytes` by `next` and adds the ids of each piece.
#[inline]
pub(super) fn scan<P: Pieces>(
    pieces: &P,
    bytes: &[u8],
    next: impl Fn(usize) -> usize,
    worker: &mut Worker,
    sink: &mut Sink<'_>,
) {
    let mut queue = Queue::new(pieces, bytes, worker, sink);
    let mut at = 0;
    while at < bytes.len() {
        let end = next(at);
        queue.push(at, end);
        at = end;
    }
    queue.flush();
}

/// Adds the ids of pieces, [`BLOCK`] at most.
#[inline(always)]
fn look_up_all<P: Pieces>(
    pieces: &P,
    text: &[u8],
    mut waiting: &[Waiting],
    worker: &mut Worker,
    sink: &mut Sink<'_>,
) {
    let mut ids = [0; 4 * BLOCK];
    loop {
        let keys = waiting.iter().map(|piece| &piece.key);
        let (done, count) = worker.cache.at_home(keys, &mut ids);
        sink.out.extend_from_slice(&ids[..count]);
        let Some((&piece, rest)) = waiting[done..].split_first() else { return };
        look_up(pieces, text, piece, worker, sink);
        waiting = rest;
    }
}

/// Adds the ids of one piece.
#[inline]
pub(super) fn look_up<P: Pieces>(
    pieces: &P,
    text: &[u8],
    piece: Waiting,
    worker: &mut Worker,
    sink: &mut Sink<'_>,
) {
    let (key, hash) = piece.key;
    let bytes = &text[piece.start..piece.start + piece.length];
    match worker.cache.find(key, hash, bytes) {
        Some(Found::Few(ids, count)) => sink.few(ids, count),
        Some(Found::Many(ids)) => sink.out.extend(ids.iter().map(id)),
        None => first_seen(pieces, bytes, key, hash, worker, sink),
    }
}

#[inline(never)]
fn first_seen<P: Pieces>(
    pieces: &P,
    piece: &[u8],
    key: Key,
    hash: u64,
    worker: &mut Worker,
    sink: &mut Sink<'_>,
) {
    let Worker { cache, scratch } = worker;
    let is_kept = piece.len() <= LONGEST;
    let end = pieces.end();
    if !(is_kept && cache.take_known(key, hash, piece, end, &mut scratch.tokens)) {
        pieces.tokens_of(piece, scratch);
        if is_kept {
            cache.insert(key, piece, &scratch.tokens);
        }
    }
    sink.out.extend_from_slice(&scratch.tokens);
}
