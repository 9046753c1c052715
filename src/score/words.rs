//! Text becomes ids: the words and characters that jiwer's default transformations make, in one
//! pass, without a string for each.

/// A hashed word of one pair of texts.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The pair in which the slot was filled; of an earlier one, it is free.
    pair: u32,
    id: u32,
    key: u64,
    /// Where the word stands, the hypothesis counted on from the reference's end.
    start: usize,
    end: usize,
}

/// Numbers the words of one pair of texts after the other.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) reference: Vec<u32>,
    pub(super) hypothesis: Vec<u32>,
    spans: Vec<(usize, usize)>,
    slots: Vec<Slot>,
    pair: u32,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            reference: Vec::new(),
            hypothesis: Vec::new(),
            spans: Vec::new(),
            slots: vec![Slot::default(); 256],
            pair: 0,
        }
    }
}

impl Words {
    /// Fills both sides with the words' numbers: equal where the words are, from 0 on.
    pub(super) fn read(&mut self, reference: &str, hypothesis: &str) {
        self.pair = self.pair.wrapping_add(1);
        if self.pair == 0 {
            self.slots.fill(Slot::default());
            self.pair = 1;
        }
        let mut next = 0;
        for (text, is_hypothesis) in [(reference, false), (hypothesis, true)] {
            let mut spans = std::mem::take(&mut self.spans);
            spans.clear();
            split(text, &mut spans);
            let mut ids = std::mem::take(if is_hypothesis {
                &mut self.hypothesis
            } else {
                &mut self.reference
            });
            ids.clear();
            if (next as usize + spans.len()) * 2 > self.slots.len() {
                self.enlarge(next as usize + spans.len());
            }
            for &(start, end) in &spans {
                ids.push(self.number(
                    (reference, hypothesis),
                    is_hypothesis,
                    (start, end),
                    &mut next,
                ));
            }
            if is_hypothesis {
                self.hypothesis = ids;
            } else {
                self.reference = ids;
            }
            self.spans = spans;
        }
    }

    /// Room for `words` words at most half full, with those of this pair kept.
    fn enlarge(&mut self, words: usize) {
        let size = (words * 2).next_power_of_two();
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        let shift = 64 - size.trailing_zeros();
        for slot in old.into_iter().filter(|slot| slot.pair == self.pair) {
            let mut at = place(slot.key, shift);
            while self.slots[at].pair == self.pair {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = slot;
        }
    }

    #[inline]
    fn number(
        &mut self,
        (reference, hypothesis): (&str, &str),
        is_hypothesis: bool,
        (start, end): (usize, usize),
        next: &mut u32,
    ) -> u32 {
        let (text, base) =
            if is_hypothesis { (hypothesis, reference.len()) } else { (reference, 0) };
        let text = text.as_bytes();
        let key = key(text, start, end);
        let last = self.slots.len() - 1;
        let mut at = place(key, 64 - self.slots.len().trailing_zeros());
        loop {
            let slot = &mut self.slots[at];
            if slot.pair != self.pair {
                *slot =
                    Slot { pair: self.pair, id: *next, key, start: start + base, end: end + base };
                *next += 1;
                return slot.id;
            }
            if slot.key == key {
                // A key of up to seven bytes is the word itself; a longer word's is a hash.
                if key >> 56 != HASHED {
                    return slot.id;
                }
                let other = match slot.start.checked_sub(reference.len()) {
                    None => &reference.as_bytes()[slot.start..slot.end],
                    Some(start) => &hypothesis.as_bytes()[start..slot.end - reference.len()],
                };
                if other == &text[start..end] {
                    return slot.id;
                }
            }
            at = (at + 1) & last;
        }
    }
}

/// The first byte of a key that is a hash; that of a short word is its length.
const HASHED: u64 = 0xFF;

fn place(key: u64, shift: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize
}

fn load(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// A number for the word at `start..end`: equal for equal words.
#[inline]
fn key(text: &[u8], start: usize, end: usize) -> u64 {
    let length = end - start;
    if length < 8 {
        let word = if start + 8 <= text.len() {
            load(text, start) & ((1 << (length * 8)) - 1)
        } else {
            text[start..end].iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
        };
        return word | (length as u64) << 56;
    }
    let mut hash = length as u64;
    let mut at = start;
    while at + 8 < end {
        hash = fold(hash ^ load(text, at));
        at += 8;
    }
    // The last eight bytes, some of which may have been taken already.
    fold(hash ^ load(text, end - 8)) | HASHED << 56
}

fn fold(word: u64) -> u64 {
    let product = u128::from(word ^ 0x2545_F491_4F6C_DD1D) * 0xD6E8_FEB8_6659_FD93;
    product as u64 ^ (product >> 64) as u64
}

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// The top bit of each byte that is zero.
const fn zeros(word: u64) -> u64 {
    !(((word & !TOPS) + !TOPS) | word) & TOPS
}

/// The words of `text` by jiwer's default: white space at both ends is dropped, and a word ends at
/// a space or at two or more white space characters of any kind.
pub(super) fn split(text: &str, spans: &mut Vec<(usize, usize)>) {
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let chunk = if at + 8 <= bytes.len() {
            load(bytes, at)
        } else {
            // Padded with letters, which end nothing.
            bytes[at..]
                .iter()
                .rev()
                .fold(0x6161_6161_6161_6161, |word, &b| word << 8 | u64::from(b))
        };
        let low = !(((chunk & !TOPS) + ONES * 0x5F) | chunk) & TOPS;
        let mut spaces = zeros(chunk ^ (ONES * 0x20));
        // C2 and E1..E3 lead white space beyond ASCII; all of E0 and above are looked at.
        let lead = zeros(chunk ^ (ONES * 0xC2)) | (chunk & chunk << 1 & chunk << 2 & TOPS);
        if low != spaces || lead != 0 {
            spans.clear();
            return split_any(text, spans);
        }
        while spaces != 0 {
            let end = at + spaces.trailing_zeros() as usize / 8;
            if end > start {
                spans.push((start, end));
            }
            start = end + 1;
            spaces &= spaces - 1;
        }
        at += 8;
    }
    if bytes.len() > start {
        spans.push((start, bytes.len()));
    }
}

/// Whether Python's `str.isspace` holds for the character.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c)
}

/// The text without white space at its ends, and where it begins.
fn trimmed(text: &str) -> (usize, &str) {
    let front = text.trim_start_matches(is_space);
    (text.len() - front.len(), front.trim_end_matches(is_space))
}

/// [`split`] for any text, character by character.
fn split_any(text: &str, spans: &mut Vec<(usize, usize)>) {
    let (offset, text) = trimmed(text);
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if !is_space(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut separates = c == ' ';
        while let Some(&(next, following)) = characters.peek() {
            if !is_space(following) {
                break;
            }
            characters.next();
            end = next + following.len_utf8();
            separates = true;
        }
        if separates {
            if at > start {
                spans.push((offset + start, offset + at));
            }
            start = end;
        }
    }
    if text.len() > start {
        spans.push((offset + start, offset + text.len()));
    }
}

/// The characters of `text` without white space at its ends, as their code points, with the byte
/// at which the first one stands.
pub(super) fn characters(text: &str, into: &mut Vec<u32>) -> usize {
    let (start, text) = trimmed(text);
    into.clear();
    into.extend(text.chars().map(u32::from));
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut spans = Vec::new();
        split(text, &mut spans);
        let mut slow = Vec::new();
        split_any(text, &mut slow);
        assert_eq!(spans, slow, "{text:?}");
        spans.into_iter().map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn words_end_at_a_space_or_two_white_space_characters() {
        let cases: [(&str, &[&str]); 12] = [
            ("", &[]),
            ("   ", &[]),
            ("æble", &["æble"]),
            (" to  ord ", &["to", "ord"]),
            ("et\tord og to\t\tord", &["et\tord", "og", "to", "ord"]),
            ("\tforan og bagved\n", &["foran", "og", "bagved"]),
            ("hårdt\u{a0}mellemrum her", &["hårdt\u{a0}mellemrum", "her"]),
            ("to\u{a0}\u{a0}hårde", &["to", "hårde"]),
            ("et \u{2009}smalt", &["et", "smalt"]),
            ("en – streg og 🙂 smil", &["en", "–", "streg", "og", "🙂", "smil"]),
            ("filskille\u{1c}\u{1c}tegn", &["filskille", "tegn"]),
            ("nul\0byte og klokke\u{7}", &["nul\0byte", "og", "klokke\u{7}"]),
        ];
        for (text, want) in cases {
            assert_eq!(words(text), want, "{text:?}");
        }
    }

    #[test]
    fn equal_words_have_equal_numbers_and_others_have_not() {
        let texts = [
            ("a b a ab abcdefg abcdefgh abcdefghi", "b abcdefgh a abcdefghi x abcdefg"),
            (
                "enogtyvende enogtyvende bestyrelsesmedlemmerne",
                "bestyrelsesmedlemmerne enogtyvendE",
            ),
        ];
        let mut numbers = Words::default();
        let long: String = (0..5000).map(|n| format!("ord{} ", n % 1777)).collect();
        for (reference, hypothesis) in texts.into_iter().chain([(long.as_str(), long.as_str())]) {
            numbers.read(reference, hypothesis);
            let all: Vec<&str> = words(reference).into_iter().chain(words(hypothesis)).collect();
            let ids: Vec<u32> =
                numbers.reference.iter().chain(&numbers.hypothesis).copied().collect();
            let step = all.len() / 60 + 1;
            for a in (0..all.len()).step_by(step) {
                for b in 0..all.len() {
                    assert_eq!(all[a] == all[b], ids[a] == ids[b], "{} {}", all[a], all[b]);
                }
            }
        }
    }
}
