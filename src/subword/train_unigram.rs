//! Training a Unigram vocabulary: many pieces at first, and fewer and fewer of those that help most.
//!
//! Source: Kudo (2018), *Subword Regularization*, §3.2, with what sentencepiece made of it: pieces begin as frequent
//! substrings; their probabilities are estimated by expectation maximization, under a prior that lets rare ones vanish
//! (the digamma function in place of the logarithm; Liang and Klein 2007); and again and again the quarter goes without
//! which the words lose least.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::count::Counter;
use super::forest::{DEPTH, Forest, Pieces, RAISE, UNIT};
use super::train_seeds::{Lexicon, substrings};
use crate::progress::Progress;
use crate::{Error, Result};

pub(super) use super::train_seeds::MARK;

/// The share of pieces that a round keeps.
const SHRINK: f64 = 0.75;
/// How many more pieces than wanted the last round leaves.
const SPARE: f64 = 1.1;
/// Estimates a round.
const ESTIMATES: usize = 2;
/// Chunks that a thread cuts at a time.
const CHUNKS: usize = 1 << 12;
/// Pieces that are expected less often vanish.
const LEAST: f64 = 0.5;

/// Pieces and the logarithms of their probabilities, the most probable first: `wanted` of them, or fewer where the words have no
/// more. `counts` are those of chunks between spaces; of their characters the most frequent are kept, which make out the share
/// `coverage`.
pub(super) fn learn(
    counts: &Counter,
    wanted: usize,
    coverage: f64,
    progress: &dyn Progress,
) -> Result<Vec<(String, f64)>> {
    progress.start("finding pieces", None, "steps");
    let chunks: Vec<_> = counts.iter().collect();
    let rare = rare(&chunks, coverage);
    let lexicon = lexicon(&chunks, &rare)?;
    let characters = lexicon.characters();
    if characters.len() > wanted {
        let needed = format!(
            "{} more, one for each character, or a lower character_coverage",
            characters.len() - wanted
        );
        return Err(Error::argument("vocab_size", needed, wanted));
    }
    if characters.is_empty() {
        return Ok(Vec::new());
    }
    progress.check()?;
    let alphabet: Vec<(String, u64)> =
        characters.iter().map(|&(c, times)| (c.to_string(), times)).collect();
    let mut seeds = substrings(&lexicon);
    seeds.extend(alphabet.iter().map(|(c, times)| (c.as_bytes(), *times)));
    seeds.par_sort_unstable();
    progress.check()?;
    let mut model = Model::new(&lexicon, &seeds);
    let spare = (wanted as f64 * SPARE) as usize;
    progress.start("choosing pieces", Some(seeds.len().saturating_sub(spare) as u64), "pieces");
    loop {
        let before = model.pieces.len();
        for _ in 0..ESTIMATES {
            progress.check()?;
            model.estimate(LEAST);
        }
        if model.pieces.len() <= spare {
            break;
        }
        let most = spare.max((model.pieces.len() as f64 * SHRINK) as usize);
        model.prune(most);
        progress.advance((before - model.pieces.len()) as u64);
    }
    model.cut(wanted);
    for _ in 0..ESTIMATES {
        model.estimate(0.0);
    }
    Ok(model.finished())
}

/// A chunk between spaces, and how often it occurs.
type Chunk<'c> = (&'c [u8], u64);

/// The characters beyond the most frequent ones that make out the share `coverage` of all.
fn rare(chunks: &[Chunk<'_>], coverage: f64) -> HashSet<char> {
    if coverage >= 1.0 {
        return HashSet::new();
    }
    let mut counts: BTreeMap<char, u64> = BTreeMap::new();
    for (chunk, times) in chunks {
        // The mark before each word is no character of the text.
        for c in String::from_utf8_lossy(chunk).chars().filter(|&c| c != MARK) {
            *counts.entry(c).or_default() += times;
        }
    }
    let mut counts: Vec<(char, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, times)| Reverse(times));
    let all: u64 = counts.iter().map(|&(_, times)| times).sum();
    let mut covered = 0;
    counts.retain(|&(_, times)| {
        let is_rare = covered as f64 >= coverage * all as f64;
        covered += times;
        is_rare
    });
    counts.into_iter().map(|(c, _)| c).collect()
}

/// The words of chunks: at what white space they fall apart, marks before them, parts of long ones, nothing of `rare` characters.
fn lexicon(chunks: &[Chunk<'_>], rare: &HashSet<char>) -> Result<Lexicon> {
    let cut = |mut words: Counter, chunks: &[Chunk<'_>]| {
        let mut marked = String::new();
        for (chunk, times) in chunks {
            let chunk = String::from_utf8_lossy(chunk);
            for word in chunk.split_whitespace() {
                marked.clear();
                if !word.starts_with(MARK) {
                    marked.push(MARK);
                }
                marked.push_str(word);
                // A mark in the text begins a word as well.
                let inner = marked.match_indices(MARK).map(|(at, _)| at).skip(1);
                let mut start = 0;
                for end in inner.chain([marked.len()]) {
                    for part in marked[start..end].split(|c| rare.contains(&c)) {
                        add_parts(&mut words, part, *times);
                    }
                    start = end;
                }
            }
        }
        words
    };
    let words = chunks
        .par_chunks(CHUNKS)
        .fold(Counter::default, cut)
        .reduce(Counter::default, Counter::joined);
    let limit = u64::from(u32::MAX);
    let asked = words.bytes() as u64;
    if asked > limit {
        return Err(Error::Limit { what: "bytes of distinct words".to_owned(), limit, asked });
    }
    let mut sorted: Vec<_> = words.iter().collect();
    sorted.par_sort_unstable();
    let mut lexicon = Lexicon {
        text: Vec::with_capacity(words.bytes()),
        words: Vec::with_capacity(sorted.len()),
    };
    for (word, times) in sorted {
        lexicon.text.extend_from_slice(word);
        lexicon.words.push((lexicon.text.len(), times));
    }
    Ok(lexicon)
}

/// Counts a word, or the parts of a long one.
fn add_parts(words: &mut Counter, mut word: &str, times: u64) {
    while !word.is_empty() {
        let length = word.char_indices().nth(DEPTH).map_or(word.len(), |(at, _)| at);
        words.add(&word.as_bytes()[..length], times);
        word = &word[length..];
    }
}

/// A piece that is still there.
#[derive(Clone, Copy)]
struct Piece<'p> {
    text: &'p [u8],
    /// Whether it is one character.
    is_character: bool,
    /// The logarithm of its probability.
    score: f64,
}

/// The pieces of a vocabulary to be, and the lattices of the words and of the pieces themselves.
struct Model<'p> {
    pieces: Vec<Piece<'p>>,
    words: Forest,
    others: Forest,
}

impl<'p> Model<'p> {
    /// `seeds` are in the order of their bytes, with what they cover.
    fn new(lexicon: &Lexicon, seeds: &[(&'p [u8], u64)]) -> Self {
        let total: u64 = seeds.iter().map(|&(_, covered)| covered).sum();
        let pieces = seeds.iter().map(|&(text, covered)| Piece {
            text,
            is_character: text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() == 1,
            score: (covered as f64 / total as f64).ln(),
        });
        let texts: Vec<&[u8]> = seeds.iter().map(|&(text, _)| text).collect();
        let table = Pieces::new(&texts);
        let words: Vec<_> = lexicon.iter().collect();
        let strings: Vec<_> = texts.iter().map(|&text| (text, 0)).collect();
        let (words, others) =
            rayon::join(|| Forest::new(&words, &table), || Forest::new(&strings, &table));
        Self { pieces: pieces.collect(), words, others }
    }

    fn scores(&self) -> Vec<f64> {
        self.pieces.iter().map(|piece| piece.score).collect()
    }

    /// Estimates the probabilities anew. Pieces that are expected less often than `least` vanish, unless they are characters.
    fn estimate(&mut self, least: f64) {
        let weight = |piece: &Piece<'_>| {
            let characters = piece.text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
            (piece.score + RAISE * characters as f64).exp()
        };
        let weights: Vec<f64> = self.pieces.par_iter().map(weight).collect();
        let expected = self.words.expected(&weights);
        let times = |count: u64| (count as f64 / UNIT).max(LEAST);
        let stays: Vec<bool> = self
            .pieces
            .iter()
            .zip(&expected)
            .map(|(piece, &count)| piece.is_character || count as f64 / UNIT >= least)
            .collect();
        let sum: f64 =
            expected.iter().zip(&stays).filter(|&(_, &stays)| stays).map(|(&n, _)| times(n)).sum();
        let all = digamma(sum);
        self.pieces.par_iter_mut().zip(&expected).for_each(|(piece, &count)| {
            piece.score = digamma(times(count)) - all;
        });
        self.keep(&stays);
    }

    /// Drops the pieces without which the best paths lose least, until `most` are left.
    fn prune(&mut self, most: usize) {
        let scores = self.scores();
        let (counts, alternatives) =
            rayon::join(|| self.words.best(&scores), || self.others.alternatives(&scores));
        let sum: u64 = counts.iter().sum();
        let (sum, ln_sum) = (sum as f64, (sum as f64).ln());
        // By piece: what the words lose by it.
        let losses = alternatives.par_iter().filter_map(|other| {
            let count = counts[other.id as usize] as f64;
            if other.is_best || count == 0.0 {
                return None;
            }
            let ln_others = (sum + count * (other.ids.len() as f64 - 1.0)).ln();
            let alternative: f64 = other
                .ids
                .iter()
                .map(|&id| (counts[id as usize] as f64 + count).ln() - ln_others)
                .sum();
            Some((count * (count.ln() - ln_sum - alternative), other.id))
        });
        let mut losses: Vec<(f64, u32)> = losses.collect();
        let mut stays: Vec<bool> = self.pieces.iter().map(|piece| piece.is_character).collect();
        let room = most.saturating_sub(stays.iter().filter(|&&stays| stays).count());
        if losses.len() > room {
            losses.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            losses.truncate(room);
        }
        for (_, id) in losses {
            stays[id as usize] = true;
        }
        self.keep(&stays);
    }

    /// Keeps the characters, and of the others the most probable, `most` together.
    fn cut(&mut self, most: usize) {
        let mut order: Vec<usize> = (0..self.pieces.len()).collect();
        order.sort_unstable_by(|&a, &b| {
            let (a, b) = (&self.pieces[a], &self.pieces[b]);
            let first = b.is_character.cmp(&a.is_character);
            first.then(b.score.total_cmp(&a.score)).then(a.text.cmp(b.text))
        });
        let mut stays = vec![false; self.pieces.len()];
        for at in order.into_iter().take(most) {
            stays[at] = true;
        }
        self.keep(&stays);
    }

    fn keep(&mut self, stays: &[bool]) {
        if stays.iter().all(|&stays| stays) {
            return;
        }
        self.words.keep(stays);
        self.others.keep(stays);
        let mut stays = stays.iter();
        self.pieces.retain(|_| stays.next().copied().unwrap_or_default());
    }

    fn finished(mut self) -> Vec<(String, f64)> {
        self.pieces.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.text.cmp(b.text)));
        let text = |piece: &Piece<'_>| String::from_utf8_lossy(piece.text).into_owned();
        self.pieces.iter().map(|piece| (text(piece), piece.score)).collect()
    }
}

/// The logarithmic derivative of the gamma function, for `x` above 0. Source: Abramowitz and Stegun (1964), 6.3.5 and 6.3.18.
fn digamma(mut x: f64) -> f64 {
    let mut value = 0.0;
    while x < 7.0 {
        value -= 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series =
        square * (1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square / 240.0)));
    value + x.ln() - 0.5 / x - series
}
