//! Pieces to ids through the cache: what every engine of this crate shares.

use std::sync::Arc;

use super::cache::{Cache, Found, LONGEST, Place, SHORT};
use super::merges::Scratch;

/// Pieces that are cut before they are looked up, so that the look-ups overlap.
pub(super) const BLOCK: usize = 32;

/// What knows the ids of a piece that the cache does not.
pub(super) trait Pieces {
    /// Leaves the ids of one piece in the scratch.
    fn tokens_of(&self, piece: &[u8], scratch: &mut Scratch);
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
        self.cache = self.cache.emptied();
        Some(failure)
    }

    /// A worker that begins with what `known` knows.
    pub(super) fn new(known: Option<&Arc<Cache>>) -> Self {
        Self { cache: Cache::beginning(known), scratch: Scratch::default() }
    }
}

/// A piece that waits for its look-up.
#[derive(Clone, Copy, Default)]
pub(super) struct Waiting {
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
    pub(super) fn room(&mut self, more: usize) {
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

impl Waiting {
    #[inline]
    pub(super) fn new(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        if length <= SHORT {
            let key = Cache::key(text, start, length);
            Waiting { start, length, key, hash: Cache::hash(key) }
        } else {
            // No piece of the first table has this key.
            Waiting { start, length, key: u128::MAX, hash: 0 }
        }
    }
}

/// Pieces of one text on their way into the cache, some at a time.
pub(super) struct Queue<'q, 'o, P> {
    pieces: &'q P,
    text: &'q [u8],
    worker: &'q mut Worker,
    sink: &'q mut Sink<'o>,
    waiting: [Waiting; BLOCK],
    count: usize,
}

impl<'q, 'o, P: Pieces> Queue<'q, 'o, P> {
    #[inline]
    pub(super) fn new(
        pieces: &'q P,
        text: &'q [u8],
        worker: &'q mut Worker,
        sink: &'q mut Sink<'o>,
    ) -> Self {
        Self { pieces, text, worker, sink, waiting: [Waiting::default(); BLOCK], count: 0 }
    }

    /// One more piece.
    #[inline(always)]
    pub(super) fn push(&mut self, start: usize, end: usize) {
        if self.count == BLOCK {
            self.flush();
        }
        self.waiting[self.count] = Waiting::new(self.text, start, end);
        self.count += 1;
    }

    /// Adds the ids of the pieces that wait.
    pub(super) fn flush(&mut self) {
        self.sink.room(4 * BLOCK);
        let waiting = &self.waiting[..self.count];
        let moved = self.worker.cache.moved();
        let mut places = [Place::NONE; BLOCK];
        for (place, piece) in places.iter_mut().zip(waiting) {
            *place = self.worker.cache.glance(piece.key, piece.hash);
        }
        for (&place, &piece) in places.iter().zip(waiting) {
            match self.worker.cache.at(place) {
                Some(Found::Few(ids, count)) if self.worker.cache.moved() == moved => {
                    self.sink.few(ids, count);
                }
                _ => look_up(self.pieces, self.text, piece, self.worker, self.sink),
            }
        }
        self.count = 0;
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

/// Adds the ids of one piece. There is room for four ids for each piece of a block.
#[inline]
pub(super) fn look_up<P: Pieces>(
    pieces: &P,
    text: &[u8],
    piece: Waiting,
    worker: &mut Worker,
    sink: &mut Sink<'_>,
) {
    if piece.length <= SHORT {
        let place = worker.cache.find(piece.key, piece.hash).unwrap_or(Place::NONE);
        match worker.cache.at(place) {
            Some(Found::Few(ids, count)) => sink.few(ids, count),
            Some(Found::Many(ids)) => sink.many(ids, 4 * BLOCK),
            None => first_seen(pieces, text, piece, worker, sink),
        }
    } else {
        long_piece(pieces, text, piece, worker, sink);
    }
}

#[inline(never)]
fn first_seen<P: Pieces>(
    pieces: &P,
    text: &[u8],
    piece: Waiting,
    worker: &mut Worker,
    sink: &mut Sink<'_>,
) {
    pieces.tokens_of(&text[piece.start..piece.start + piece.length], &mut worker.scratch);
    let tokens = &worker.scratch.tokens;
    worker.cache.insert(piece.key, tokens);
    sink.many(tokens, 4 * BLOCK);
}

#[inline(never)]
fn long_piece<P: Pieces>(
    pieces: &P,
    text: &[u8],
    piece: Waiting,
    worker: &mut Worker,
    sink: &mut Sink<'_>,
) {
    let bytes = &text[piece.start..piece.start + piece.length];
    if bytes.len() > LONGEST {
        pieces.tokens_of(bytes, &mut worker.scratch);
        sink.many(&worker.scratch.tokens, 4 * BLOCK);
        return;
    }
    if let Some(ids) = worker.cache.find_long(bytes) {
        sink.many(ids, 4 * BLOCK);
        return;
    }
    pieces.tokens_of(bytes, &mut worker.scratch);
    worker.cache.insert_long(bytes, &worker.scratch.tokens);
    sink.many(&worker.scratch.tokens, 4 * BLOCK);
}
