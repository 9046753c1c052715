//! WordPiece: the longest piece that a word begins with, then the longest that goes on from there.

use serde::{Deserialize, Serialize};

use super::trie::{Node, Trie};
use super::unigram::Step;

/// A vocabulary of pieces.
#[derive(Debug)]
pub(super) struct WordPiece {
    trie: Trie,
    /// The node of what stands before pieces inside a word; `None` where no piece does.
    inside: Option<Node>,
    unknown: Option<u32>,
    /// Most characters of a word: longer ones are unknown.
    most: usize,
}

/// What a vocabulary of pieces is beside its trie.
#[derive(Deserialize, Serialize)]
pub(super) struct Rest {
    inside: Option<Node>,
    unknown: Option<u32>,
    most: usize,
}

/// A word has no pieces, and the vocabulary none for that.
#[derive(Debug)]
pub(super) struct NoUnknown;

impl WordPiece {
    /// `None` where the vocabulary is too large.
    pub(super) fn new(
        pieces: &[(&[u8], u32)],
        prefix: &str,
        unknown: Option<u32>,
        most: usize,
    ) -> Option<Self> {
        let trie = Trie::new(pieces)?;
        let inside = trie.walk(trie.root(), prefix.as_bytes());
        Some(Self { trie, inside, unknown, most })
    }

    /// The trie, and what there is beside it.
    pub(super) fn parts(&self) -> (&Trie, Rest) {
        (&self.trie, Rest { inside: self.inside, unknown: self.unknown, most: self.most })
    }

    /// A vocabulary of its [`parts`](Self::parts), whose ids are below `end`; `None` where they do not fit each other.
    pub(super) fn from_parts(trie: Trie, rest: Rest, end: u32) -> Option<Self> {
        let Rest { inside, unknown, most } = rest;
        let fits = inside.is_none_or(|node| trie.holds(node)) && unknown.is_none_or(|id| id < end);
        fits.then_some(Self { trie, inside, unknown, most })
    }

    /// The pieces of `word`, into `path`.
    ///
    /// # Complexity
    ///
    /// Linear in the word times the longest piece; a word of too many characters is not looked into.
    pub(super) fn search(&self, word: &[u8], path: &mut Vec<Step>) -> Result<(), NoUnknown> {
        path.clear();
        if !self.fits(word) || !self.pieces(word, path) {
            path.clear();
            path.push(Step {
                start: 0,
                end: word.len() as u32,
                id: self.unknown.ok_or(NoUnknown)?,
            });
        }
        Ok(())
    }

    fn fits(&self, word: &[u8]) -> bool {
        word.len() <= self.most
            || word.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() <= self.most
    }

    fn pieces(&self, word: &[u8], path: &mut Vec<Step>) -> bool {
        let mut start = 0;
        let mut node = Some(self.trie.root());
        while start < word.len() {
            let Some(mut at) = node else { return false };
            let mut longest = None;
            for (end, &byte) in (start + 1..).zip(&word[start..]) {
                let Some((next, value)) = self.trie.step(at, byte) else { break };
                at = next;
                if value != 0 {
                    longest = Some((end, value - 1));
                }
            }
            let Some((end, id)) = longest else { return false };
            path.push(Step { start: start as u32, end: end as u32, id });
            start = end;
            node = self.inside;
        }
        true
    }
}
