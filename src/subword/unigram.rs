//! Unigram: of all ways to write a word as pieces, the one of the highest score.
//!
//! The scores of a path are added from left to right, and of equal sums the first found stays. That order, the width of
//! the sums and where they begin decide between paths that are equal or nearly so, and references differ in it:
//! `tokenizers` adds doubles from the beginning of each word, sentencepiece single-precision numbers from the
//! beginning of the text. Both are followed. A word's path depends on the sum before it only where another
//! path is almost as good, so the distance to the second best path tells up to which sum a word may be remembered.

use serde::{Deserialize, Serialize};

use super::characters::width;
use super::trie::Trie;

/// What an unknown character costs beyond the worst piece.
pub(super) const UNKNOWN_PENALTY: f64 = 10.0;
/// Scores beyond this could make sums infinite.
const MOST_SCORE: f64 = 1e30;
/// How exact a single-precision sum is.
const ROUNDING: f64 = 1.0 / (1 << 24) as f64;

/// A vocabulary of pieces with scores.
#[derive(Debug)]
pub(super) struct Unigram {
    trie: Trie,
    /// By id.
    scores: Vec<f64>,
    unknown: Option<u32>,
    unknown_score: f64,
    /// The largest score, either way.
    deepest: f64,
    /// By byte: its piece; empty where bytes do not stand in for what is unknown.
    bytes: Vec<Option<u32>>,
    /// Whether a run of unknown characters is one piece already inside a word.
    fuses: bool,
}

/// What a vocabulary of scores is beside its tables.
#[derive(Deserialize, Serialize)]
pub(super) struct Rest {
    unknown: Option<u32>,
    /// The bits of the number, which JSON might round.
    unknown_score: u64,
    fuses: bool,
}

/// One piece of a path.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Step {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) id: u32,
}

/// What a search needs, kept from word to word.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    doubles: Vec<f64>,
    seconds: Vec<f64>,
    singles: Vec<f32>,
    /// By end: the start and id of the best path's last piece.
    back: Vec<(u32, u32)>,
    /// The best path, in order.
    pub(super) path: Vec<Step>,
}

/// Single-precision sums beyond this begin anew.
pub(super) const RESET: f32 = 100_000.0;

/// The sums of a search.
trait Sums {
    /// The search goes on from `start`.
    fn enter(&mut self, _start: usize) {}

    /// Adds `score` to the sum at `start`; whether that is the best path to `end` so far.
    fn offer(&mut self, start: usize, end: usize, score: f64) -> bool;
}

/// Sums of doubles.
struct Doubles<'l>(&'l mut [f64]);

impl Sums for Doubles<'_> {
    #[inline(always)]
    fn offer(&mut self, start: usize, end: usize, score: f64) -> bool {
        let sum = score + self.0[start];
        let better = sum > self.0[end];
        if better {
            self.0[end] = sum;
        }
        better
    }
}

/// Sums of single precision, and the last end that was reached.
struct Singles<'l>(&'l mut [f32], usize);

impl Sums for Singles<'_> {
    /// As sentencepiece: a sum that has gone far is taken off, so that the next ones keep their precision.
    #[inline(always)]
    fn enter(&mut self, start: usize) {
        let offset = self.0[start];
        if offset.abs() > RESET {
            for sum in &mut self.0[start..=self.1.max(start)] {
                *sum -= offset;
            }
        }
    }

    #[inline(always)]
    fn offer(&mut self, start: usize, end: usize, score: f64) -> bool {
        let sum = (score + f64::from(self.0[start])) as f32;
        let better = sum > self.0[end];
        if better {
            self.0[end] = sum;
        }
        self.1 = self.1.max(end);
        better
    }
}

/// Sums of doubles, the best and the second best.
struct Pairs<'l>(&'l mut [f64], &'l mut [f64]);

impl Sums for Pairs<'_> {
    #[inline(always)]
    fn offer(&mut self, start: usize, end: usize, score: f64) -> bool {
        let (sum, other) = (score + self.0[start], score + self.1[start]);
        let better = sum > self.0[end];
        if better {
            self.1[end] = other.max(self.0[end]);
            self.0[end] = sum;
        } else {
            self.1[end] = self.1[end].max(sum);
        }
        better
    }
}

/// The word has a character that is unknown, and the vocabulary no piece for that.
#[derive(Debug)]
pub(super) struct NoUnknown;

impl Unigram {
    /// `pieces` are those that texts are written in. `None` where the vocabulary is too large.
    pub(super) fn new(
        pieces: &[(&[u8], u32)],
        scores: Vec<f64>,
        unknown: Option<u32>,
        unknown_score: f64,
        bytes: Vec<Option<u32>>,
        fuses: bool,
    ) -> Option<Self> {
        let rest = Rest { unknown, unknown_score: unknown_score.to_bits(), fuses };
        Self::from_parts(Trie::new(pieces)?, scores, bytes, rest)
    }

    /// The trie, the scores, the pieces of the bytes, and what there is beside them.
    pub(super) fn parts(&self) -> (&Trie, &[f64], &[Option<u32>], Rest) {
        let unknown_score = self.unknown_score.to_bits();
        let rest = Rest { unknown: self.unknown, unknown_score, fuses: self.fuses };
        (&self.trie, &self.scores, &self.bytes, rest)
    }

    /// A vocabulary of its [`parts`](Self::parts); `None` where they do not fit each other.
    pub(super) fn from_parts(
        trie: Trie,
        scores: Vec<f64>,
        bytes: Vec<Option<u32>>,
        rest: Rest,
    ) -> Option<Self> {
        let Rest { unknown, unknown_score, fuses } = rest;
        let unknown_score = f64::from_bits(unknown_score);
        let is_piece = |id: u32| (id as usize) < scores.len();
        let fits = scores.iter().all(|score| score.abs() < MOST_SCORE)
            && unknown_score.abs() <= MOST_SCORE
            && unknown.is_none_or(is_piece)
            && matches!(bytes.len(), 0 | 256)
            && bytes.iter().flatten().all(|&id| is_piece(id));
        if !fits {
            return None;
        }
        let deepest = scores.iter().fold(unknown_score.abs(), |most, score| most.max(score.abs()));
        Some(Self { trie, scores, unknown, unknown_score, deepest, bytes, fuses })
    }

    /// The best path through `word`, into the lattice, with sums of doubles.
    pub(super) fn search(&self, word: &[u8], lattice: &mut Lattice) -> Result<(), NoUnknown> {
        begin(&mut lattice.doubles, word.len(), 0.0, f64::NEG_INFINITY);
        self.walk(word, Doubles(&mut lattice.doubles), &mut lattice.back)?;
        self.trace(word, lattice);
        Ok(())
    }

    /// As [`search`](Self::search), with sums of single precision from `base` on; the sum at the end.
    pub(super) fn search_from(
        &self,
        base: f32,
        word: &[u8],
        lattice: &mut Lattice,
    ) -> Result<f32, NoUnknown> {
        begin(&mut lattice.singles, word.len(), base, f32::NEG_INFINITY);
        self.walk(word, Singles(&mut lattice.singles, 0), &mut lattice.back)?;
        self.trace(word, lattice);
        Ok(lattice.singles[word.len()])
    }

    /// As [`search`](Self::search), and up to which sum before the word a search of single precision finds the same.
    pub(super) fn search_safely(
        &self,
        word: &[u8],
        lattice: &mut Lattice,
    ) -> Result<f64, NoUnknown> {
        begin(&mut lattice.doubles, word.len(), 0.0, f64::NEG_INFINITY);
        begin(&mut lattice.seconds, word.len(), f64::NEG_INFINITY, f64::NEG_INFINITY);
        let sums = Pairs(&mut lattice.doubles, &mut lattice.seconds);
        self.walk(word, sums, &mut lattice.back)?;
        self.trace(word, lattice);
        let distance = lattice.doubles[word.len()] - lattice.seconds[word.len()];
        // Each of at most so many additions, of either path, may be off by half a unit of the largest sum's last
        // place; a path that is kept is compared with one more rounding.
        let additions = (2 * word.len() + 8) as f64;
        Ok(distance / (additions * ROUNDING) - self.depth(word))
    }

    /// No path through a part of `word` has a sum beyond this, either way.
    pub(super) fn depth(&self, word: &[u8]) -> f64 {
        word.len() as f64 * self.deepest
    }

    /// Whether the lattice's path has what is unknown.
    pub(super) fn has_unknown(&self, path: &[Step]) -> bool {
        path.iter().any(|step| Some(step.id) == self.unknown)
    }

    #[inline(always)]
    fn walk(
        &self,
        word: &[u8],
        mut sums: impl Sums,
        back: &mut Vec<(u32, u32)>,
    ) -> Result<(), NoUnknown> {
        if back.len() <= word.len() {
            back.resize(word.len() + 1, (0, 0));
        }
        let mut start = 0;
        while start < word.len() {
            sums.enter(start);
            let width = width(word[start]);
            let mut has_own = false;
            let mut node = self.trie.root();
            for (length, &byte) in (1..).zip(&word[start..]) {
                let Some((next, value)) = self.trie.step(node, byte) else { break };
                node = next;
                if value != 0 {
                    let id = value - 1;
                    let end = start + length;
                    if sums.offer(start, end, self.scores[id as usize]) {
                        back[end] = (start as u32, id);
                    }
                    has_own |= length == width;
                }
            }
            if !has_own && sums.offer(start, start + width, self.unknown_score) {
                back[start + width] = (start as u32, self.unknown.ok_or(NoUnknown)?);
            }
            start += width;
        }
        Ok(())
    }

    fn trace(&self, word: &[u8], lattice: &mut Lattice) {
        lattice.path.clear();
        let mut end = word.len() as u32;
        while end > 0 {
            let (start, id) = lattice.back[end as usize];
            lattice.path.push(Step { start, end, id });
            end = start;
        }
        lattice.path.reverse();
    }

    /// Calls `each` with the ids of the lattice's path through `word`, and the bytes that each stands for.
    pub(super) fn ids(&self, word: &[u8], path: &[Step], mut each: impl FnMut(Step)) {
        let mut at = 0;
        while let Some(&step) = path.get(at) {
            at += 1;
            if Some(step.id) != self.unknown {
                each(step);
                continue;
            }
            let mut run = step;
            while self.fuses
                && let Some(next) = path.get(at).filter(|next| next.id == step.id)
            {
                run.end = next.end;
                at += 1;
            }
            self.unknown_ids(word, run, &mut each);
        }
    }

    fn unknown_ids(&self, word: &[u8], run: Step, mut each: impl FnMut(Step)) {
        let text = &word[run.start as usize..run.end as usize];
        if self.fuses
            && let Some(id) = self.trie.get(text)
        {
            return each(Step { id, ..run });
        }
        let known = |&byte: &u8| self.bytes.get(byte as usize).copied().flatten();
        if self.bytes.is_empty() || !text.iter().all(|byte| known(byte).is_some()) {
            return each(run);
        }
        for (byte, at) in text.iter().zip(run.start..) {
            let id = known(byte).unwrap_or(run.id);
            // To `tokenizers` every byte stands for the whole run.
            each(if self.fuses { Step { id, ..run } } else { Step { id, start: at, end: at + 1 } });
        }
    }

    /// What each id adds to the sum: bytes of an unknown character as much as the character, together.
    pub(super) fn sums(&self) -> Vec<f64> {
        let mut sums = self.scores.clone();
        if let Some(unknown) = self.unknown {
            sums[unknown as usize] = self.unknown_score;
        }
        for (byte, id) in self.bytes.iter().enumerate() {
            if let Some(id) = id {
                let is_first = byte & 0xc0 != 0x80;
                sums[*id as usize] = if is_first { self.unknown_score } else { 0.0 };
            }
        }
        sums
    }

    /// The piece for what is unknown, where runs of it are joined across words.
    pub(super) fn joined(&self) -> Option<u32> {
        self.unknown.filter(|_| !self.fuses && self.bytes.is_empty())
    }
}

fn begin<T: Copy>(sums: &mut Vec<T>, length: usize, first: T, rest: T) {
    sums.clear();
    sums.resize(length + 1, rest);
    sums[0] = first;
}
