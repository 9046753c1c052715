//! Text becomes ids: the words and characters that jiwer's default transformations make, in one
//! pass, without a string for each.

/// A distinct word of one pair of texts: its first sixteen bytes, or two hashes of a longer one,
/// and where it stands first.
#[derive(Clone, Copy, Debug)]
struct Distinct {
    key: [u64; 2],
    length: usize,
    start: usize,
    hypothesis: bool,
}

/// A text with what its scan found.
#[derive(Debug, Default)]
struct Scanned {
    /// The text and [`PADDING`] bytes behind it, so that a load never leaves it.
    bytes: Vec<u8>,
    length: usize,
    /// A bit for each byte that is a space.
    spaces: Vec<u64>,
    /// Whether words are parted by single spaces and nothing else is white space.
    simple: bool,
}

/// Bytes behind a text: a scan takes 64 at a time, a key 16.
const PADDING: usize = 64;

/// Numbers the words of one pair of texts after the other.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) reference: Vec<u32>,
    pub(super) hypothesis: Vec<u32>,
    texts: [Scanned; 2],
    spans: Vec<(usize, usize)>,
    /// A place holds the number of a distinct word in its low half where its high half is `pair`.
    table: Vec<u64>,
    distinct: Vec<Distinct>,
    pair: u32,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            reference: Vec::new(),
            hypothesis: Vec::new(),
            texts: <[Scanned; 2]>::default(),
            spans: Vec::new(),
            table: vec![0; 1024],
            distinct: Vec::new(),
            pair: 0,
        }
    }
}

impl Words {
    /// Fills both sides with the words' numbers: equal where the words are, from 0 on.
    pub(super) fn read(&mut self, reference: &str, hypothesis: &str) {
        self.texts[0].scan(reference);
        self.texts[1].scan(hypothesis);
        self.number([reference, hypothesis], [(0, reference.len()), (0, hypothesis.len())]);
    }

    /// [`Words::read`] without the words that both texts begin and, behind those, end with: gives
    /// how many these are, as far as it looked.
    pub(super) fn read_inner(&mut self, reference: &str, hypothesis: &str) -> usize {
        self.texts[0].scan(reference);
        self.texts[1].scan(hypothesis);
        let [first, second] = &self.texts;
        let (n, m) = (first.length, second.length);
        if !first.simple || !second.simple {
            self.number([reference, hypothesis], [(0, n), (0, m)]);
            return 0;
        }
        if reference == hypothesis {
            self.reference.clear();
            self.hypothesis.clear();
            return first.spaces_before(n) + usize::from(n > 0);
        }
        let (reference, hypothesis) = (reference.as_bytes(), hypothesis.as_bytes());
        let same = common_prefix(reference, hypothesis);
        // Both texts have a space before `cut`, or `cut` is 0.
        let cut = reference[..same].iter().rposition(|&b| b == b' ').map_or(0, |at| at + 1);
        let same = common_suffix(&reference[cut..], &hypothesis[cut..]);
        // Both texts have a space at the start of their last `tail` bytes.
        let tail = reference[n - same..].iter().position(|&b| b == b' ').map_or(0, |at| same - at);
        let spaces = first.spaces_before(cut)
            + if tail > 0 { first.spaces_before(n) - first.spaces_before(n - tail) } else { 0 };
        self.number_bytes([(cut, n - tail), (cut, m - tail)]);
        spaces
    }

    fn number(&mut self, texts: [&str; 2], ranges: [(usize, usize); 2]) {
        if self.texts.iter().all(|text| text.simple) {
            self.number_bytes(ranges);
            return;
        }
        let mut spans = std::mem::take(&mut self.spans);
        self.start();
        for (side, text) in texts.into_iter().enumerate() {
            spans.clear();
            split(text, &mut spans);
            self.reserve(spans.len());
            for &(start, end) in &spans {
                self.add(side == 1, start, end);
            }
        }
        self.spans = spans;
    }

    /// Numbers the words of two simple texts inside `ranges`.
    fn number_bytes(&mut self, ranges: [(usize, usize); 2]) {
        self.start();
        for (side, (mut start, end)) in ranges.into_iter().enumerate() {
            self.reserve((end.saturating_sub(start)) / 2 + 1);
            if start >= end {
                continue;
            }
            let mut word = start / 64;
            let mut spaces = self.texts[side].spaces[word] & !0 << (start % 64);
            loop {
                while spaces == 0 {
                    word += 1;
                    if word * 64 >= end {
                        break;
                    }
                    spaces = self.texts[side].spaces[word];
                }
                let at = word * 64 + spaces.trailing_zeros() as usize;
                if spaces == 0 || at >= end {
                    break;
                }
                self.add(side == 1, start, at);
                start = at + 1;
                spaces &= spaces - 1;
            }
            if start < end {
                self.add(side == 1, start, end);
            }
        }
    }

    fn start(&mut self) {
        self.reference.clear();
        self.hypothesis.clear();
        self.distinct.clear();
        self.pair = self.pair.wrapping_add(1);
        if self.pair == 0 {
            self.table.fill(0);
            self.pair = 1;
        }
    }

    /// Room for `more` words at most half full.
    fn reserve(&mut self, more: usize) {
        let words = self.distinct.len() + more;
        if words * 2 > self.table.len() {
            self.table.clear();
            self.table.resize((words * 4).next_power_of_two(), 0);
            for (id, distinct) in self.distinct.iter().enumerate() {
                let mut at = self.place(distinct.key);
                while self.table[at] >> 32 == u64::from(self.pair) {
                    at = (at + 1) & (self.table.len() - 1);
                }
                self.table[at] = u64::from(self.pair) << 32 | id as u64;
            }
        }
    }

    fn place(&self, key: [u64; 2]) -> usize {
        (fold(key[0] ^ key[1].rotate_left(29)) as usize) & (self.table.len() - 1)
    }

    /// Numbers one word.
    #[inline(always)]
    fn add(&mut self, hypothesis: bool, start: usize, end: usize) {
        let length = end - start;
        let key = key(&self.texts[usize::from(hypothesis)].bytes, start, length);
        let mut at = self.place(key);
        let id = loop {
            let entry = self.table[at];
            if entry >> 32 != u64::from(self.pair) {
                let id = self.distinct.len() as u32;
                self.table[at] = u64::from(self.pair) << 32 | u64::from(id);
                self.distinct.push(Distinct { key, length, start, hypothesis });
                break id;
            }
            let other = self.distinct[entry as u32 as usize];
            if other.key == key && other.length == length {
                // Sixteen bytes are the word itself; of a longer one these are hashes.
                let bytes = |hypothesis, start: usize| {
                    &self.texts[usize::from(hypothesis)].bytes[start..start + length]
                };
                if length <= 16 || bytes(other.hypothesis, other.start) == bytes(hypothesis, start)
                {
                    break entry as u32;
                }
            }
            at = (at + 1) & (self.table.len() - 1);
        };
        if hypothesis { &mut self.hypothesis } else { &mut self.reference }.push(id);
    }
}

fn load(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// Two numbers for the word of `length` bytes at `start`: equal for equal words, and unequal for
/// unequal ones of one length up to 16 bytes. There are 16 more bytes behind the word.
#[inline(always)]
fn key(text: &[u8], start: usize, length: usize) -> [u64; 2] {
    let (low, high) = (load(text, start), load(text, start + 8));
    if length <= 8 {
        return [low & !0 >> (64 - 8 * length), 0];
    }
    if length <= 16 {
        return [low, high & !0 >> (128 - 8 * length)];
    }
    let mut hash = [low, high];
    let mut at = start + 16;
    while at + 8 < start + length {
        let word = load(text, at);
        hash = [fold(hash[0] ^ word), fold(hash[1].rotate_left(7) ^ word)];
        at += 8;
    }
    // The last eight bytes, some of which may have been taken already.
    let word = load(text, start + length - 8);
    [fold(hash[0] ^ word), fold(hash[1].rotate_left(7) ^ word)]
}

fn fold(word: u64) -> u64 {
    let product = u128::from(word ^ 0x2545_F491_4F6C_DD1D) * 0xD6E8_FEB8_6659_FD93;
    product as u64 ^ (product >> 64) as u64
}

/// How many bytes both sides begin with.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let length = a.len().min(b.len());
    let mut at = 0;
    while at + 8 <= length {
        let differ = load(a, at) ^ load(b, at);
        if differ != 0 {
            return at + differ.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + a[at..length].iter().zip(&b[at..length]).take_while(|(a, b)| a == b).count()
}

/// How many bytes both sides end with.
fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    let length = a.len().min(b.len());
    let mut count = 0;
    while count + 8 <= length {
        let differ = load(a, a.len() - count - 8) ^ load(b, b.len() - count - 8);
        if differ != 0 {
            return count + differ.leading_zeros() as usize / 8;
        }
        count += 8;
    }
    let (a, b) = (&a[..a.len() - count], &b[..b.len() - count]);
    count + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// The top bit of each byte that is zero.
const fn zeros(word: u64) -> u64 {
    !(((word & !TOPS) + !TOPS) | word) & TOPS
}

/// The top bits of eight bytes as eight bits.
const fn gather(tops: u64) -> u64 {
    (tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

impl Scanned {
    fn scan(&mut self, text: &str) {
        self.length = text.len();
        self.bytes.clear();
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.extend_from_slice(&[b'a'; PADDING]);
        self.spaces.clear();
        // A space before the text, so that one at its start counts as a second one.
        let (mut odd, mut last) = (0, 1);
        for chunk in self.bytes.chunks_exact(64) {
            let mut spaces = 0;
            for at in 0..8 {
                let word = load(chunk, at * 8);
                let low = !(((word & !TOPS) + ONES * 0x5F) | word) & TOPS;
                let space = zeros(word ^ (ONES * 0x20));
                // C2 and E1..E3 lead white space beyond ASCII; all of E0 and above are looked at.
                let lead = zeros(word ^ (ONES * 0xC2)) | (word & word << 1 & word << 2 & TOPS);
                odd |= (low ^ space) | lead;
                spaces |= gather(space) << (at * 8);
            }
            odd |= spaces & (spaces << 1 | last);
            last = spaces >> 63;
            self.spaces.push(spaces);
        }
        self.simple = odd == 0 && !text.ends_with(' ');
    }

    /// How many of the first `end` bytes are spaces.
    fn spaces_before(&self, end: usize) -> usize {
        let whole: u32 = self.spaces[..end / 64].iter().map(|word| word.count_ones()).sum();
        let rest = self.spaces.get(end / 64).map_or(0, |word| word & !(!0 << (end % 64)));
        (whole + rest.count_ones()) as usize
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

/// The words of `text` by jiwer's default: white space at both ends is dropped, and a word ends at
/// a space or at two or more white space characters of any kind.
pub(super) fn split(text: &str, spans: &mut Vec<(usize, usize)>) {
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

    /// Numbers by first appearance, the slow way.
    fn numbers<'t>(sides: [&[&'t str]; 2]) -> [Vec<u32>; 2] {
        let mut seen: Vec<&'t str> = Vec::new();
        sides.map(|side| {
            side.iter()
                .map(|word| {
                    seen.iter().position(|other| other == word).unwrap_or_else(|| {
                        seen.push(word);
                        seen.len() - 1
                    }) as u32
                })
                .collect()
        })
    }

    #[test]
    fn words_are_numbered_by_first_appearance_and_common_ends_may_be_left_out() {
        let long: String = (0..3000).map(|n| format!("ord{} ", n * n % 777)).collect();
        let texts = [
            "",
            "a",
            "a b a ab abcdefg abcdefgh abcdefghi",
            "a b a ab abcdefg abcdefgj abcdefghi",
            "enogtyvende enogtyvende bestyrelsesmedlemmerne bestyrelsesmedlemmernes",
            "x enogtyvende bestyrelsesmedlemmerne bestyrelsesmedlemmernes",
            "a b  a",
            " a b",
            "ab",
            "a b a ab abcdefg abcdefgh abcdefghi og noget mere bagved som er ganske langt",
            "en – streg",
            long.trim_end(),
            &long[12..long.len() - 1],
        ];
        let mut read = Words::default();
        for reference in texts {
            for hypothesis in texts {
                let sides = [words(reference), words(hypothesis)];
                let [first, second] = numbers([&sides[0], &sides[1]]);
                read.read(reference, hypothesis);
                assert_eq!((&read.reference, &read.hypothesis), (&first, &second), "{reference:?}");

                let hits = read.read_inner(reference, hypothesis);
                assert_eq!(
                    read.reference.len() + hits,
                    first.len(),
                    "{reference:?} {hypothesis:?}"
                );
                assert_eq!(read.hypothesis.len() + hits, second.len(), "{hypothesis:?}");
                let found = (read.reference.clone(), read.hypothesis.clone());
                let prefix = sides[0].iter().zip(&sides[1]).take_while(|(a, b)| a == b).count();
                let prefix = prefix.min(hits);
                let inner = [
                    &sides[0][prefix..first.len() - (hits - prefix)],
                    &sides[1][prefix..second.len() - (hits - prefix)],
                ];
                assert_eq!(found, numbers(inner).into(), "{reference:?} {hypothesis:?}");
            }
        }
    }
}
