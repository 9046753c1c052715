//! The sets of the bytes around a gap: words and what they are made of in a few instructions.

use super::edges::{word_end, word_start};
use super::sets::{self, BLOCK, Classify, Sets};

/// What is known of the block in which gaps are looked for, and of the ones beside it.
#[derive(Clone, Debug)]
pub(super) struct Window {
    /// The block begins here.
    pub(super) block: usize,
    before: Sets,
    here: Sets,
    behind: Sets,
    classify: Classify,
}

impl Window {
    /// The window of a text whose first block begins at `start`.
    #[inline]
    pub(super) fn new(text: &[u8], start: usize) -> Self {
        let classify = sets::fastest();
        let mut new = Self {
            block: start,
            before: Sets::SPACES,
            here: Sets::SPACES,
            behind: Sets::SPACES,
            classify,
        };
        classify(&text[start.min(text.len())..], &mut new.here);
        new.look(text);
        new
    }

    /// Looks at what is behind the block.
    #[inline]
    fn look(&mut self, text: &[u8]) {
        match text.get(self.block + BLOCK..) {
            Some(rest) => (self.classify)(rest, &mut self.behind),
            None => self.behind = Sets::SPACES,
        }
    }

    /// Goes on to the next block.
    #[inline]
    pub(super) fn advance(&mut self, text: &[u8]) {
        self.block += BLOCK;
        self.before = self.here;
        self.here = self.behind;
        self.look(text);
    }

    /// Which bytes of the block are white space at which a sentence can end: by the byte before,
    /// the byte behind, or because it breaks a line. Bytes that lead a white space beyond ASCII
    /// count as well, and so may what lies behind the text.
    #[inline]
    pub(super) fn gaps(&self) -> u64 {
        let last = self.here.ends << 1 | self.before.ends >> 63;
        let first = self.here.begins >> 1 | self.behind.begins << 63;
        self.here.breaks | self.here.leads | self.here.space & (last | first)
    }

    /// Where the word that ends at `end` begins: behind the white space before it, or `floor`,
    /// before which no word goes on.
    #[inline(always)]
    pub(super) fn word_start(&self, text: &[u8], end: usize, floor: usize) -> usize {
        let within = end.wrapping_sub(self.block + 1);
        if within < BLOCK {
            let up_to_end = !0 >> (BLOCK - 1 - within);
            let found = self.here.space_or_leads() & up_to_end;
            if found != 0 {
                let last = BLOCK - 1 - found.leading_zeros() as usize;
                if self.here.space >> last & 1 != 0 {
                    return self.block + last + 1;
                }
            } else if self.before.space > self.before.leads {
                // The higher bit comes first.
                return self.block - self.before.space.leading_zeros() as usize;
            }
        }
        word_start(text, end, floor)
    }

    /// Where the word that begins at `start` ends.
    #[inline(always)]
    pub(super) fn word_end(&self, text: &[u8], start: usize) -> usize {
        let within = start.wrapping_sub(self.block);
        if within < BLOCK {
            let found = self.here.space_or_leads() & !0 << within;
            if found != 0 {
                let first = found.trailing_zeros() as usize;
                if self.here.space >> first & 1 != 0 {
                    return self.block + first;
                }
                return word_end(text, start);
            }
        }
        if within < 2 * BLOCK {
            let from = within.saturating_sub(BLOCK);
            let found = self.behind.space_or_leads() & !0 << from;
            let first = found.trailing_zeros() as usize;
            if found != 0 && self.behind.space >> first & 1 != 0 {
                return self.block + BLOCK + first;
            }
        }
        word_end(text, start)
    }

    /// Whether the bytes `from..to` are letters of A–Z and a–z and characters that begin with C3,
    /// as far as that is known fast.
    #[inline]
    pub(super) fn is_plain(&self, from: usize, to: usize) -> bool {
        let within = to.wrapping_sub(self.block + 1);
        if within >= BLOCK {
            return false;
        }
        let mut letters = (self.here.letters << (BLOCK - 1 - within)).leading_ones() as usize;
        if letters > within {
            letters += self.before.letters.leading_ones() as usize;
        }
        letters >= to - from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_without_the_sets() {
        let pieces =
            ["a", "på", "Æ", ".", " ", " ", "\u{a0}", "\u{2003}", "“", "é", "\n", "-", "7", "日"];
        let mut seed = 5_u64;
        for round in 0..400 {
            let mut text = String::from("x");
            for at in 0..160 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let long = round % 4 == 0 && at % 40 != 0;
                text.push_str(if long {
                    "xé"
                } else {
                    pieces[(seed >> 33) as usize % pieces.len()]
                });
            }
            let bytes = text.as_bytes();
            let mut window = Window::new(bytes, 0);
            while window.block < bytes.len() {
                for at in (0..=bytes.len()).filter(|&at| text.is_char_boundary(at)) {
                    assert_eq!(
                        window.word_start(bytes, at, 0),
                        word_start(bytes, at, 0),
                        "{text:?}"
                    );
                    let end = word_end(bytes, at);
                    assert_eq!(window.word_end(bytes, at), end, "{text:?} {at}");
                    if window.is_plain(at, end) {
                        let plain = |c: char| c.is_ascii_alphabetic() || "æøåÆØÅé".contains(c);
                        assert!(text[at..end].chars().all(plain), "{text:?} {at}..{end}");
                    }
                }
                window.advance(bytes);
            }
        }
    }
}
