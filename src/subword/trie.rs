//! A trie of byte strings in one flat array: each step is one look at memory.
//!
//! A double array: the child of a node by byte lies at the node's base, xor the byte, and names that byte. No two
//! nodes share a base, so that the byte alone tells whose child it is.

use serde::{Deserialize, Serialize};

/// Most units: a base has 23 bits.
const MOST_UNITS: usize = 1 << 23;
const BLOCK: usize = 256;
/// Blocks that nodes of many children are still put into.
const OPEN: usize = 8;
/// In place of the byte: nothing lies here.
const FREE: u32 = 0x100;

/// The base of a node's children, and the byte that leads to the node; then its value plus one, or 0.
#[derive(Clone, Copy, Debug)]
struct Unit {
    step: u32,
    value: u32,
}

/// A node.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Node(u32);

/// Byte strings with a value each.
#[derive(Debug)]
pub(super) struct Trie {
    units: Vec<Unit>,
    root: Node,
}

impl Trie {
    /// The trie of `keys` and their values, which must be below `u32::MAX`; of equal keys the last counts.
    ///
    /// `None` where it would be too large.
    pub(super) fn new(keys: &[(&[u8], u32)]) -> Option<Self> {
        let mut sorted: Vec<(u64, u32)> = Vec::with_capacity(keys.len());
        for (index, (key, _)) in keys.iter().enumerate() {
            if !key.is_empty() {
                sorted.push((front(key), u32::try_from(index).ok()?));
            }
        }
        let key = |index: u32| keys[index as usize].0;
        sorted.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| key(a.1).cmp(key(b.1))).then(a.1.cmp(&b.1))
        });
        let mut order: Vec<(&[u8], u32)> = Vec::with_capacity(sorted.len());
        for (_, index) in sorted {
            let entry = keys[index as usize];
            match order.last_mut() {
                Some(last) if last.0 == entry.0 => *last = entry,
                _ => order.push(entry),
            }
        }
        Builder::new().build(&order)
    }

    /// The units, two numbers each, and the root.
    pub(super) fn parts(&self) -> (impl Iterator<Item = u32>, u32) {
        (self.units.iter().flat_map(|unit| [unit.step, unit.value]), self.root.0)
    }

    /// A trie of its [`parts`](Self::parts), whose values are below `end`; `None` where they do not fit each other.
    pub(super) fn from_parts(units: &[u32], root: u32, end: u32) -> Option<Self> {
        let (units, rest) = units.as_chunks();
        let units: Vec<_> = units.iter().map(|&[step, value]| Unit { step, value }).collect();
        let trie = Self { units, root: Node(root) };
        let fits = rest.is_empty()
            && trie.holds(trie.root)
            && trie.units.iter().all(|unit| {
                unit.value <= end && (unit.step & FREE != 0 || trie.holds(Node(unit.step >> 9)))
            });
        fits.then_some(trie)
    }

    /// Whether all places of children of `node` are there.
    pub(super) fn holds(&self, node: Node) -> bool {
        (node.0 | 0xff) < self.units.len() as u32
    }

    #[inline]
    pub(super) fn root(&self) -> Node {
        self.root
    }

    /// The node behind `byte`, and its value plus one, or 0.
    #[inline]
    pub(super) fn step(&self, node: Node, byte: u8) -> Option<(Node, u32)> {
        let unit = self.units[(node.0 ^ u32::from(byte)) as usize];
        (unit.step & 0x1ff == u32::from(byte)).then_some((Node(unit.step >> 9), unit.value))
    }

    /// The node that `key` leads to from `node`.
    pub(super) fn walk(&self, node: Node, key: &[u8]) -> Option<Node> {
        key.iter().try_fold(node, |node, &byte| Some(self.step(node, byte)?.0))
    }

    /// The value of `key`.
    pub(super) fn get(&self, key: &[u8]) -> Option<u32> {
        let (&last, start) = key.split_last()?;
        self.step(self.walk(self.root, start)?, last)?.1.checked_sub(1)
    }
}

/// The first eight bytes, so that most comparisons are of numbers.
fn front(key: &[u8]) -> u64 {
    let mut eight = [0; 8];
    let length = key.len().min(8);
    eight[..length].copy_from_slice(&key[..length]);
    u64::from_be_bytes(eight)
}

/// Places nodes; free units are a ring of indices.
struct Builder {
    units: Vec<Unit>,
    /// By unit: the free ones before and after it.
    links: Vec<(u32, u32)>,
    /// Any free unit; [`u32::MAX`] without one.
    free: u32,
    /// By base: whether a node has it.
    taken: Vec<bool>,
}

impl Builder {
    fn new() -> Self {
        let mut builder =
            Self { units: Vec::new(), links: Vec::new(), free: u32::MAX, taken: Vec::new() };
        builder.grow();
        // Nodes without children have the base 0, at which nothing lies.
        builder.taken[0] = true;
        builder
    }

    fn build(mut self, keys: &[(&[u8], u32)]) -> Option<Trie> {
        let mut root = Node(0);
        // Ranges of keys that share so many bytes, and the unit of their node.
        let mut waiting = vec![(0, keys.len(), 0, u32::MAX)];
        let mut children: Vec<(u8, usize)> = Vec::new();
        while let Some((mut from, to, depth, unit)) = waiting.pop() {
            if unit != u32::MAX && from < to && keys[from].0.len() == depth {
                self.units[unit as usize].value = keys[from].1 + 1;
                from += 1;
            }
            children.clear();
            let mut at = from;
            while at < to {
                let byte = keys[at].0[depth];
                children.push((byte, at));
                at += 1;
                // Most ranges are short; a long one is passed in steps that double.
                let mut stride = 1;
                while at < to && keys[at].0[depth] == byte {
                    let far = (at + stride).min(to);
                    if keys[far - 1].0[depth] == byte {
                        at = far;
                        stride *= 2;
                    } else {
                        at += keys[at..far].partition_point(|(key, _)| key[depth] == byte);
                    }
                }
            }
            if children.is_empty() {
                continue;
            }
            let base = self.base(&children)?;
            self.taken[base as usize] = true;
            match unit {
                u32::MAX => root = Node(base),
                unit => self.units[unit as usize].step |= base << 9,
            }
            for (number, &(byte, start)) in children.iter().enumerate().rev() {
                let end = children.get(number + 1).map_or(to, |next| next.1);
                let child = base ^ u32::from(byte);
                self.take(child);
                self.units[child as usize].step = u32::from(byte);
                waiting.push((start, end, depth + 1, child));
            }
        }
        Some(Trie { units: self.units, root })
    }

    /// A base that no node has, at which all children find a free unit.
    fn base(&mut self, children: &[(u8, usize)]) -> Option<u32> {
        if let Some(base) = self.fitting(children) {
            return Some(base);
        }
        let start = self.grow();
        (self.units.len() <= MOST_UNITS).then_some(start)
    }

    fn fitting(&self, children: &[(u8, usize)]) -> Option<u32> {
        let first = u32::from(children[0].0);
        let fits = |unit: u32| {
            let base = unit ^ first;
            let is_free = |&(byte, _): &(u8, usize)| {
                self.units[(base ^ u32::from(byte)) as usize].step & 0x1ff == FREE
            };
            (!self.taken[base as usize] && children.iter().all(is_free)).then_some(base)
        };
        if self.free == u32::MAX {
            return None;
        }
        // The oldest units are left to nodes of few children.
        if children.len() < 3 {
            let mut unit = self.free;
            for _ in 0..16 {
                if let Some(base) = fits(unit) {
                    return Some(base);
                }
                unit = self.links[unit as usize].1;
                if unit == self.free {
                    return None;
                }
            }
        }
        let newest = self.units.len().saturating_sub(OPEN * BLOCK);
        let mut unit = self.links[self.free as usize].0;
        for _ in 0..BLOCK {
            if (unit as usize) < newest {
                return None;
            }
            if let Some(base) = fits(unit) {
                return Some(base);
            }
            if unit == self.free {
                return None;
            }
            unit = self.links[unit as usize].0;
        }
        None
    }

    /// Adds a block of free units; its first unit's place.
    fn grow(&mut self) -> u32 {
        let start = self.units.len() as u32;
        let end = start + BLOCK as u32;
        self.units.resize(end as usize, Unit { step: FREE, value: 0 });
        self.taken.resize(end as usize, false);
        self.links.extend((start..end).map(|unit| (unit.wrapping_sub(1), unit + 1)));
        if self.free == u32::MAX {
            self.links[start as usize].0 = end - 1;
            self.links[end as usize - 1].1 = start;
            self.free = start;
        } else {
            let last = self.links[self.free as usize].0;
            self.links[last as usize].1 = start;
            self.links[start as usize].0 = last;
            self.links[end as usize - 1].1 = self.free;
            self.links[self.free as usize].0 = end - 1;
        }
        start
    }

    /// Takes a free unit out of the ring.
    fn take(&mut self, unit: u32) {
        let (before, after) = self.links[unit as usize];
        if before == unit {
            self.free = u32::MAX;
            return;
        }
        self.links[before as usize].1 = after;
        self.links[after as usize].0 = before;
        if self.free == unit {
            self.free = after;
        }
    }
}
