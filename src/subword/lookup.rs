//! Pieces to ids through the cache: what every engine of this crate shares.

use std::sync::Arc;

use super::borders::Ends;
use super::cache::{Cache, Found, Key, Known, LONGEST, id};
use super::merges::Scratch;
use crate::Span;

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

/// Pieces of one text on their way into the cache, some at a time.
pub(super) struct Queue<'q, P> {
    pieces: &'q P,
    text: &'q [u8],
    worker: &'q mut Worker,
    out: &'q mut Vec<u32>,
    /// Those that come, and those that came before them, in turn.
    waiting: [[Waiting; BLOCK]; 2],
    turn: usize,
    /// How many came before, and how many have come one by one since.
    count: usize,
    coming: usize,
    /// Their ids, on the way out.
    ids: [u32; 4 * BLOCK],
}

impl<'q, P: Pieces> Queue<'q, P> {
    #[inline]
    pub(super) fn new(
        pieces: &'q P,
        text: &'q [u8],
        worker: &'q mut Worker,
        out: &'q mut Vec<u32>,
    ) -> Self {
        let waiting = [[Waiting::default(); BLOCK]; 2];
        let ids = [0; 4 * BLOCK];
        Self { pieces, text, worker, out, waiting, turn: 0, count: 0, coming: 0, ids }
    }

    /// More pieces.
    #[inline(never)]
    pub(super) fn push(&mut self, ends: Ends<'_>) {
        for block in ends.blocks(BLOCK) {
            let mut start = block.start;
            let ends = block.each();
            let count = ends.len();
            for (waiting, end) in self.waiting[self.turn & 1].iter_mut().zip(ends) {
                *waiting = Waiting::new(self.text, start, end);
                self.worker.cache.fetch(waiting.key.1);
                start = end;
            }
            self.look_up_others();
            self.count = count;
        }
    }

    /// One more piece, where others do not follow each other without a gap.
    #[inline(always)]
    pub(super) fn one(&mut self, start: usize, end: usize) {
        let waiting = Waiting::new(self.text, start, end);
        self.worker.cache.fetch(waiting.key.1);
        self.waiting[self.turn & 1][self.coming] = waiting;
        self.coming += 1;
        if self.coming == BLOCK {
            self.turned();
        }
    }

    /// Adds the ids of the pieces that still wait.
    pub(super) fn finish(mut self) {
        self.turned();
        self.look_up_others();
    }

    /// Lets those that came one by one wait, and adds the ids of those before them.
    fn turned(&mut self) {
        let count = std::mem::take(&mut self.coming);
        self.look_up_others();
        self.count = count;
    }

    /// Adds the ids of those that came before, and makes room in their place.
    #[inline(always)]
    fn look_up_others(&mut self) {
        self.turn ^= 1;
        let mut waiting = &self.waiting[self.turn & 1][..self.count];
        loop {
            let keys = waiting.iter().map(|piece| &piece.key);
            let (done, count) = self.worker.cache.at_home(keys, &mut self.ids);
            self.out.extend_from_slice(&self.ids[..count]);
            let Some((&piece, rest)) = waiting[done..].split_first() else { return };
            look_up(self.pieces, self.text, piece, self.worker, self.out);
            waiting = rest;
        }
    }
}

/// Adds the ids of one piece.
#[inline]
pub(super) fn look_up<P: Pieces>(
    pieces: &P,
    text: &[u8],
    piece: Waiting,
    worker: &mut Worker,
    out: &mut Vec<u32>,
) {
    let (key, hash) = piece.key;
    let bytes = &text[piece.start..piece.start + piece.length];
    match worker.cache.find(key, hash, bytes) {
        Some(Found::Few(ids, count)) => out.extend_from_slice(&ids[..count]),
        Some(Found::Many(ids)) => out.extend(ids.iter().map(id)),
        None => first_seen(pieces, bytes, key, hash, worker, out),
    }
}

#[inline(never)]
fn first_seen<P: Pieces>(
    pieces: &P,
    piece: &[u8],
    key: Key,
    hash: u64,
    worker: &mut Worker,
    out: &mut Vec<u32>,
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
    out.extend_from_slice(&scratch.tokens);
}

/// What has an id.
pub(super) trait Token: Copy {
    fn id(self) -> u32;

    /// Goes on to the end of `next`.
    fn join(&mut self, next: Self);
}

impl Token for u32 {
    fn id(self) -> u32 {
        self
    }

    fn join(&mut self, _: Self) {}
}

impl Token for (u32, Span) {
    fn id(self) -> u32 {
        self.0
    }

    fn join(&mut self, next: Self) {
        self.1 = Span::new(self.1.start(), next.1.end());
    }
}

/// Makes each run of `unknown`, from `start` on, one.
pub(super) fn join_runs<T: Token>(tokens: &mut Vec<T>, start: usize, unknown: u32) {
    let mut end = start;
    for at in start..tokens.len() {
        let next = tokens[at];
        if end > start && next.id() == unknown && tokens[end - 1].id() == unknown {
            tokens[end - 1].join(next);
        } else {
            tokens[end] = next;
            end += 1;
        }
    }
    tokens.truncate(end);
}
