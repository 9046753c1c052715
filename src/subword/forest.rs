//! The lattices of many strings at once: prefix trees, whose nodes know the pieces that end there.
//!
//! Strings in order share their beginnings, and so do their lattices. A node is a character of all strings that begin
//! alike up to it, so sums over paths to it are made once. What a string weighs flows back from its end to its beginning, and
//! what flows through a piece is what the forward-backward pass over each single lattice would have
//! summed: the sum over paths is differentiated by each piece's probability, over the whole tree in one pass.
//! All passes go over nodes in order or in reverse order, and keep by depth what belongs to the path to the node.
//!
//! Frequencies are summed as whole numbers, so that the sum is the same in whatever order threads add to it.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::vocabulary::fold;

/// Most characters of a string; longer ones come in parts.
pub(super) const DEPTH: usize = 32;
/// By so much a character's probability is raised, in logarithms, so that products over whole strings stay within range.
pub(super) const RAISE: f64 = 10.0;
/// Parts of one that frequencies are counted in.
pub(super) const UNIT: f64 = (1 << 24) as f64;
/// Bytes of strings that are one tree.
const TREE: usize = 1 << 16;
/// Bits of a piece's length in characters.
const BITS: u32 = 5;

/// A piece that ends at a node.
#[derive(Clone, Copy)]
struct Match(u32);

impl Match {
    fn new(id: u32, length: usize) -> Self {
        Self(id << BITS | length as u32)
    }

    #[inline(always)]
    fn id(self) -> usize {
        (self.0 >> BITS) as usize
    }

    #[inline(always)]
    fn length(self) -> usize {
        (self.0 & ((1 << BITS) - 1)) as usize
    }
}

/// A character of all strings that begin alike up to it.
#[derive(Clone, Copy)]
struct Node {
    /// How often strings end here.
    count: u64,
    /// The end of its matches.
    end: u32,
    /// The node before it; itself where there is none.
    parent: u32,
    depth: u32,
}

/// A prefix tree, its nodes in the order of the strings.
#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    matches: Vec<Match>,
}

/// The second-best way to write a piece.
pub(super) struct Alternative {
    pub(super) id: u32,
    /// Whether it is better than the piece.
    pub(super) is_best: bool,
    pub(super) ids: Vec<u32>,
}

/// Strings, and the pieces that each may be written in.
pub(super) struct Forest {
    trees: Vec<Tree>,
}

impl Forest {
    /// Of strings in the order of their bytes, each of at most [`DEPTH`] characters, and how often each occurs. `pieces`
    /// are not longer than 31 characters, and fewer than 2²⁷. Every character of the strings is a piece.
    pub(super) fn new(strings: &[(&[u8], u64)], pieces: &Pieces<'_>) -> Self {
        let mut parts = Vec::new();
        let (mut start, mut bytes) = (0, 0);
        for (at, (string, _)) in strings.iter().enumerate() {
            bytes += string.len();
            if bytes > TREE {
                parts.push(&strings[start..=at]);
                (start, bytes) = (at + 1, 0);
            }
        }
        parts.push(&strings[start..]);
        Self { trees: parts.into_par_iter().map(|part| Tree::new(part, pieces)).collect() }
    }

    /// Keeps the pieces that stay, numbered anew in their order.
    pub(super) fn keep(&mut self, stays: &[bool]) {
        let mut next = 0;
        let number = |&stays: &bool| {
            next += u32::from(stays);
            stays.then(|| next - 1)
        };
        let ids: Vec<Option<u32>> = stays.iter().map(number).collect();
        self.trees.par_iter_mut().for_each(|tree| tree.renumber(&ids));
    }

    /// How often each piece is expected, in parts of one ([`UNIT`]): `weights` are probabilities, each raised by [`RAISE`] a
    /// character.
    pub(super) fn expected(&self, weights: &[f64]) -> Vec<u64> {
        self.summed(weights.len(), |tree, counts, scratch| tree.expect(weights, counts, scratch))
    }

    /// How often each piece is in the best paths.
    pub(super) fn best(&self, scores: &[f64]) -> Vec<u64> {
        self.summed(scores.len(), |tree, counts, scratch| tree.count_best(scores, counts, scratch))
    }

    fn summed(
        &self,
        pieces: usize,
        add: impl Fn(&Tree, &mut [u64], &mut Scratch) + Sync,
    ) -> Vec<u64> {
        let idle: Mutex<Vec<(Vec<u64>, Scratch)>> = Mutex::default();
        let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
        self.trees.par_iter().for_each(|tree| {
            let idle = lock().pop();
            let (mut counts, mut scratch) =
                idle.unwrap_or_else(|| (vec![0; pieces], Scratch::default()));
            add(tree, &mut counts, &mut scratch);
            lock().push((counts, scratch));
        });
        let mut all = idle.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
        let mut sum = all.next().map_or_else(|| vec![0; pieces], |(counts, _)| counts);
        for (counts, _) in all {
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        sum
    }

    /// Of strings that are pieces themselves: the best other way to write each of more than one character.
    pub(super) fn alternatives(&self, scores: &[f64]) -> Vec<Alternative> {
        self.trees.par_iter().flat_map_iter(|tree| tree.alternatives(scores)).collect()
    }
}

/// What passes over a tree need, kept from tree to tree.
#[derive(Default)]
struct Scratch {
    sums: Vec<f64>,
    best: Vec<Match>,
}

impl Tree {
    fn new(strings: &[(&[u8], u64)], pieces: &Pieces<'_>) -> Self {
        let mut tree = Self::default();
        // The path to the last node: nodes by depth, and the byte behind each.
        let mut path: Vec<(u32, usize)> = Vec::new();
        let mut last: &[u8] = &[];
        for &(string, count) in strings {
            let same = last.iter().zip(string).take_while(|(a, b)| a == b).count();
            path.truncate(path.partition_point(|&(_, end)| end <= same));
            let mut start = path.last().map_or(0, |&(_, end)| end);
            while start < string.len() {
                let rest = string[start + 1..].iter();
                let end = start + 1 + rest.take_while(|&&byte| byte & 0xc0 == 0x80).count();
                let number = tree.nodes.len() as u32;
                let parent = path.last().map_or(number, |&(node, _)| node);
                path.push((number, end));
                pieces
                    .ending(&string[..end], |id, length| tree.matches.push(Match::new(id, length)));
                let (depth, end_of) = (path.len() as u32, tree.matches.len() as u32);
                tree.nodes.push(Node { count: 0, end: end_of, parent, depth });
                start = end;
            }
            if let Some(&(node, _)) = path.last() {
                tree.nodes[node as usize].count += count;
            }
            last = string;
        }
        tree.nodes.shrink_to_fit();
        tree.matches.shrink_to_fit();
        tree
    }

    /// Each node, where its matches begin, and they.
    fn forward(&self) -> impl DoubleEndedIterator<Item = (usize, &Node, &[Match])> {
        (0..self.nodes.len()).map(|at| {
            let start = if at == 0 { 0 } else { self.nodes[at - 1].end as usize };
            let node = &self.nodes[at];
            (at, node, &self.matches[start..node.end as usize])
        })
    }

    fn renumber(&mut self, ids: &[Option<u32>]) {
        let (mut read, mut write) = (0, 0);
        for node in &mut self.nodes {
            for at in read..node.end as usize {
                let found = self.matches[at];
                if let Some(id) = ids[found.id()] {
                    self.matches[write] = Match::new(id, found.length());
                    write += 1;
                }
            }
            read = node.end as usize;
            node.end = write as u32;
        }
        self.matches.truncate(write);
        self.matches.shrink_to_fit();
    }

    fn expect(&self, weights: &[f64], counts: &mut [u64], scratch: &mut Scratch) {
        let sums = &mut scratch.sums;
        sums.clear();
        // The sum over paths to each node of the path, by depth.
        let mut above = [0.0; DEPTH + 1];
        above[0] = 1.0;
        for (_, node, matches) in self.forward() {
            let depth = node.depth as usize;
            let sum = matches.iter().map(|m| above[depth - m.length()] * weights[m.id()]).sum();
            above[depth] = sum;
            sums.push(sum);
        }
        // What flows back into each node of the path.
        let mut flow = [0.0; DEPTH + 1];
        let mut below = 0;
        for (at, node, matches) in self.forward().rev() {
            let depth = node.depth as usize;
            // The path to this node is that to the last one, up to where they part.
            let (mut place, mut up) = (depth, at);
            loop {
                above[place] = sums[up];
                if place <= below.max(1) {
                    break;
                }
                up = self.nodes[up].parent as usize;
                place -= 1;
            }
            below = depth;
            let weight = std::mem::take(&mut flow[depth]) + node.count as f64 / sums[at];
            for m in matches {
                let through = weights[m.id()] * weight;
                let start = depth - m.length();
                flow[start] += through;
                counts[m.id()] += (above[start] * through * UNIT) as u64;
            }
        }
    }

    fn count_best(&self, scores: &[f64], counts: &mut [u64], scratch: &mut Scratch) {
        let best = &mut scratch.best;
        best.clear();
        let mut above = [0.0; DEPTH + 1];
        for (_, node, matches) in self.forward() {
            let (sum, last) = best_of(matches, scores, &above, node.depth as usize);
            above[node.depth as usize] = sum;
            best.push(last);
        }
        let mut flow = [0_u64; DEPTH + 1];
        for (node, &last) in self.nodes.iter().zip(best.iter()).rev() {
            let depth = node.depth as usize;
            let count = std::mem::take(&mut flow[depth]) + node.count;
            counts[last.id()] += count;
            flow[depth - last.length()] += count;
        }
    }

    fn alternatives(&self, scores: &[f64]) -> Vec<Alternative> {
        let mut found = Vec::new();
        let mut above = [0.0; DEPTH + 1];
        let mut lasts = [Match(0); DEPTH + 1];
        for (_, node, matches) in self.forward() {
            let depth = node.depth as usize;
            let own = matches.iter().find(|m| m.length() == depth);
            let parts = matches.iter().filter(|m| m.length() < depth);
            let (mut sum, mut last) = best_of(parts, scores, &above, depth);
            if let Some(&own) = own {
                let score = scores[own.id()];
                if depth > 1 {
                    let (mut ids, mut end, mut step) = (Vec::new(), depth, last);
                    loop {
                        ids.push(step.id() as u32);
                        end -= step.length();
                        if end == 0 {
                            break;
                        }
                        step = lasts[end];
                    }
                    found.push(Alternative { id: own.id() as u32, is_best: sum > score, ids });
                }
                if score >= sum {
                    (sum, last) = (score, own);
                }
            }
            above[depth] = sum;
            lasts[depth] = last;
        }
        found
    }
}

/// The best sum of `matches` that end at `depth`, and the match that gives it.
#[inline(always)]
fn best_of<'m>(
    matches: impl IntoIterator<Item = &'m Match>,
    scores: &[f64],
    above: &[f64; DEPTH + 1],
    depth: usize,
) -> (f64, Match) {
    let mut best = (f64::NEG_INFINITY, Match(0));
    for &found in matches {
        let sum = above[depth - found.length()] + scores[found.id()];
        if sum > best.0 {
            best = (sum, found);
        }
    }
    best
}

/// Pieces by what they end with.
pub(super) struct Pieces<'p> {
    pieces: &'p [&'p [u8]],
    /// Open addressing: the upper half of a hash, and a number plus one; 0 is empty.
    slots: Vec<(u32, u32)>,
    longest: usize,
}

impl<'p> Pieces<'p> {
    /// `pieces` are distinct, and are found by their numbers.
    pub(super) fn new(pieces: &'p [&'p [u8]]) -> Self {
        let mut slots = vec![(0, 0); (pieces.len() * 2 + 1).next_power_of_two()];
        let mask = slots.len() - 1;
        let mut longest = 0;
        for (piece, number) in pieces.iter().zip(1u32..) {
            let mut hash = 0;
            let mut length = 0;
            each_end(piece, |_, end| {
                hash = end;
                length += 1;
                true
            });
            longest = longest.max(length);
            let mut at = hash as usize & mask;
            while slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = ((hash >> 32) as u32, number);
        }
        Self { pieces, slots, longest }
    }

    /// Calls `each` with the number and the length in characters of each piece that `text` ends with.
    fn ending(&self, text: &[u8], mut each: impl FnMut(u32, usize)) {
        let mask = self.slots.len() - 1;
        let mut length = 0;
        each_end(text, |start, hash| {
            length += 1;
            let mut at = hash as usize & mask;
            while self.slots[at].1 != 0 {
                let (upper, number) = self.slots[at];
                if upper == (hash >> 32) as u32
                    && self.pieces[number as usize - 1] == &text[start..]
                {
                    each(number - 1, length);
                    break;
                }
                at = (at + 1) & mask;
            }
            length < self.longest
        });
    }
}

/// Calls `each` with the beginning and the hash of each end of `text`, the shortest first, while it wants more.
#[inline]
fn each_end(text: &[u8], mut each: impl FnMut(usize, u64) -> bool) {
    let (mut hash, mut code) = (0x9e37_79b9_7f4a_7c15, 0);
    for (at, &byte) in text.iter().enumerate().rev() {
        code = code << 8 | u64::from(byte);
        if byte & 0xc0 != 0x80 {
            hash = fold(hash ^ code, 0xa076_1d64_78bd_642f);
            code = 0;
            if !each(at, hash) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALPHABET: [&str; 3] = ["a", "b", "ø"];

    /// All ways to write `text`, as ids and the sum of what `values` has for them.
    fn ways(text: &str, pieces: &[&str], values: &[f64]) -> Vec<(Vec<usize>, f64)> {
        if text.is_empty() {
            return vec![(Vec::new(), 0.0)];
        }
        let mut found = Vec::new();
        for (id, piece) in pieces.iter().enumerate() {
            let Some(rest) = text.strip_prefix(piece) else { continue };
            for (mut ids, sum) in ways(rest, pieces, values) {
                ids.insert(0, id);
                found.push((ids, sum + values[id]));
            }
        }
        found
    }

    #[test]
    fn a_forest_counts_as_all_ways_of_each_string_do() {
        let mut state = 7_u64;
        let mut chance = |below: usize| {
            state = fold(state ^ 0x9e37_79b9_7f4a_7c15, 0xa076_1d64_78bd_642f) | 1;
            (state >> 20) as usize % below
        };
        for _ in 0..20 {
            let mut text = |most: usize| -> String {
                (0..1 + chance(most)).map(|_| ALPHABET[chance(3)]).collect()
            };
            let mut pieces: Vec<String> = (0..25).map(|_| text(5)).collect();
            let mut strings: Vec<String> = (0..60).map(|_| text(9)).collect();
            pieces.extend(ALPHABET.map(str::to_owned));
            for list in [&mut pieces, &mut strings] {
                list.sort_unstable();
                list.dedup();
            }
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let scores: Vec<f64> =
                pieces.iter().map(|_| -1.0 - chance(1000) as f64 / 100.0).collect();
            let bytes: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
            let table = Pieces::new(&bytes);
            let counted: Vec<(&[u8], u64)> =
                strings.iter().map(|string| (string.as_bytes(), 1 + chance(50) as u64)).collect();
            let forest = Forest::new(&counted, &table);
            let weights: Vec<f64> = pieces
                .iter()
                .zip(&scores)
                .map(|(piece, score)| (score + RAISE * piece.chars().count() as f64).exp())
                .collect();
            let mut expected = vec![0.0; pieces.len()];
            let mut best = vec![0; pieces.len()];
            for (string, &(_, count)) in strings.iter().zip(&counted) {
                let ways = ways(string, &pieces, &scores);
                let all: f64 = ways.iter().map(|way| way.1.exp()).sum();
                for (ids, score) in &ways {
                    for &id in ids {
                        expected[id] += count as f64 * score.exp() / all;
                    }
                }
                let top = ways.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                for &id in &top.0 {
                    best[id] += count;
                }
            }
            for (got, want) in forest.expected(&weights).iter().zip(&expected) {
                assert!((*got as f64 / UNIT - want).abs() < 1e-3, "{got} {want}");
            }
            assert_eq!(forest.best(&scores), best);
            let own: Vec<(&[u8], u64)> = bytes.iter().map(|&piece| (piece, 0)).collect();
            for other in Forest::new(&own, &table).alternatives(&scores) {
                let itself = other.id as usize;
                let ways = ways(pieces[itself], &pieces, &scores);
                let others = ways.iter().filter(|way| way.0 != [itself]);
                let top = others.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                let ids: Vec<usize> = other.ids.iter().rev().map(|&id| id as usize).collect();
                assert_eq!(ids, top.0, "{}", pieces[itself]);
                assert_eq!(other.is_best, top.1 > scores[itself]);
            }
            // Fewer pieces: the same as a forest of them.
            let stays: Vec<bool> =
                pieces.iter().map(|piece| piece.chars().count() == 1 || chance(2) == 0).collect();
            let kept = |list: &[f64]| -> Vec<f64> {
                list.iter().zip(&stays).filter(|&(_, &stays)| stays).map(|(&x, _)| x).collect()
            };
            let bytes: Vec<&[u8]> =
                bytes.iter().zip(&stays).filter(|&(_, &stays)| stays).map(|(&b, _)| b).collect();
            let mut fewer = forest;
            fewer.keep(&stays);
            let fresh = Forest::new(&counted, &Pieces::new(&bytes));
            assert_eq!(fewer.expected(&kept(&weights)), fresh.expected(&kept(&weights)));
            assert_eq!(fewer.best(&kept(&scores)), fresh.best(&kept(&scores)));
        }
    }
}
