//! Where the words around a gap begin and end, and what they are made of: 16 bytes at a time.
#![cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "the wide instructions are three times as fast as a byte at a time"
    )
)]

use super::scan::{is_space, skip_space_back};

/// Words are looked at up to this many bytes, so that no text takes longer.
pub(super) const REACH: usize = 256;

/// So many bytes are looked at together.
const WIDTH: usize = 16;

/// Where the word that ends at `end` begins: behind the white space before it, or `floor`.
#[inline(never)]
pub(super) fn word_start(text: &[u8], end: usize, floor: usize) -> usize {
    let floor = floor.max(end.saturating_sub(REACH));
    let mut at = end;
    while at > floor {
        let Some(block) = text[..at].last_chunk::<WIDTH>() else { break };
        let spaces = wide::last_bytes(block);
        if spaces == 0 {
            at -= WIDTH;
            continue;
        }
        let behind = at - (spaces.leading_zeros() as usize - (u16::BITS - WIDTH as u32) as usize);
        if behind <= floor {
            break;
        }
        if text[behind - 1] <= b' ' || skip_space_back(text, behind, floor) != behind {
            return whole(text, behind, end);
        }
        at = behind - 1;
    }
    if at <= floor {
        return whole(text, floor, end);
    }
    // The first bytes of the text.
    while at > floor {
        let byte = text[at - 1];
        if ENDS_SPACE[usize::from(byte)] && (byte <= b' ' || skip_space_back(text, at, floor) != at)
        {
            break;
        }
        at -= 1;
    }
    whole(text, at, end)
}

/// The first byte from `at` on that is not inside a character.
#[inline]
fn whole(text: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && text[at] & 0xC0 == 0x80 {
        at += 1;
    }
    at
}

/// Where the word that begins at `start` ends.
#[inline(never)]
pub(super) fn word_end(text: &[u8], start: usize) -> usize {
    let limit = text.len().min(start + REACH);
    let mut at = start;
    while at < limit {
        let Some(block) = text[at..].first_chunk::<WIDTH>() else { break };
        let mut spaces = wide::first_bytes(block);
        while spaces != 0 {
            let found = at + spaces.trailing_zeros() as usize;
            if found >= limit {
                return limit;
            }
            if text[found] <= b' ' || is_space(text, found) {
                return found;
            }
            spaces &= spaces - 1;
        }
        at += WIDTH;
    }
    while at < limit {
        if BEGINS_SPACE[usize::from(text[at])] && is_space(text, at) {
            return at;
        }
        at += 1;
    }
    limit
}

/// The last bytes of white space, of ASCII and beyond.
const ENDS_SPACE: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        ends[byte] = matches!(
            byte as u8,
            b'\t'..=b'\r' | b' ' | 0x80..=0x8A | 0x9F | 0xA0 | 0xA8 | 0xA9 | 0xAF
        );
        byte += 1;
    }
    ends
};

/// The first bytes of white space, of ASCII and beyond.
const BEGINS_SPACE: [bool; 256] = {
    let mut begins = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        begins[byte] = matches!(byte as u8, b'\t'..=b'\r' | b' ' | 0xC2 | 0xE1..=0xE3);
        byte += 1;
    }
    begins
};

/// Whether one of the bytes `from..to` is `first` or one of the `more` behind it.
#[inline(always)]
pub(super) fn has(text: &[u8], from: usize, to: usize, first: u8, more: u8) -> bool {
    match text.get(from..).and_then(|rest| rest.first_chunk::<WIDTH>()) {
        Some(block) if to - from <= WIDTH => {
            wide::among(block, first, more) & !(!0 << (to - from)) != 0
        }
        _ => has_long(&text[from..to], first, more),
    }
}

/// The same of any word, also at the end of a text.
#[inline(never)]
fn has_long(word: &[u8], first: u8, more: u8) -> bool {
    word.iter().fold(false, |has, byte| has | (byte.wrapping_sub(first) <= more))
}

/// The 16 bytes from `from` on, if the text has them.
#[inline]
pub(super) fn sixteen(text: &[u8], from: usize) -> Option<[u8; WIDTH]> {
    text.get(from..)?.first_chunk().copied()
}

/// What there is in a part of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// How many spaces.
    pub(super) spaces: usize,
    /// How many straight quotation marks.
    pub(super) quotes: usize,
    /// Whether a letter of a–z.
    pub(super) small: bool,
    /// Whether one of , . : ; ! ?
    pub(super) stops: bool,
}

impl Contents {
    /// Counts a byte at a time.
    #[inline]
    fn by_byte(text: &[u8]) -> Self {
        let mut found = Self::default();
        for byte in text {
            found.spaces += usize::from(*byte == b' ');
            found.quotes += usize::from(*byte == b'"');
            found.small |= byte.is_ascii_lowercase();
            found.stops |= matches!(byte, b',' | b'.' | b':' | b';' | b'!' | b'?');
        }
        found
    }

    /// The contents of the bytes `from..to` of a text.
    #[inline]
    pub(super) fn of(text: &[u8], from: usize, to: usize) -> Self {
        #[cfg(target_arch = "x86_64")]
        if text.len() >= 32 && std::is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has AVX2.
            return unsafe { wide::contents(text, from, to) };
        }
        Self::by_byte(&text[from..to])
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::*;

    use super::{Contents, WIDTH};

    /// As `ENDS_SPACE` says.
    #[inline]
    pub(super) fn last_bytes(block: &[u8; WIDTH]) -> u16 {
        // SAFETY: every machine of this architecture has SSE2.
        unsafe { last_bytes_of(block) }
    }

    /// As `BEGINS_SPACE` says.
    #[inline]
    pub(super) fn first_bytes(block: &[u8; WIDTH]) -> u16 {
        // SAFETY: every machine of this architecture has SSE2.
        unsafe { first_bytes_of(block) }
    }

    /// Which bytes are `first` or one of the `more` behind it.
    #[inline]
    pub(super) fn among(block: &[u8; WIDTH], first: u8, more: u8) -> u32 {
        // SAFETY: every machine of this architecture has SSE2.
        unsafe { u32::from(mask(run(load(block), first, more))) }
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn load(block: &[u8; WIDTH]) -> __m128i {
        // SAFETY: the block has 16 bytes; the load needs no alignment.
        unsafe { _mm_loadu_si128(block.as_ptr().cast()) }
    }

    /// The bytes from `first` on, so many more than one.
    #[target_feature(enable = "sse2")]
    #[inline]
    fn run(bytes: __m128i, first: u8, more: u8) -> __m128i {
        let ahead = _mm_sub_epi8(bytes, _mm_set1_epi8(first as i8));
        _mm_cmpeq_epi8(_mm_min_epu8(ahead, _mm_set1_epi8(more as i8)), ahead)
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn is(bytes: __m128i, byte: u8) -> __m128i {
        _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8))
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn mask(bytes: __m128i) -> u16 {
        _mm_movemask_epi8(bytes) as u16
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn last_bytes_of(block: &[u8; WIDTH]) -> u16 {
        let bytes = load(block);
        let ascii = _mm_or_si128(is(bytes, b' '), run(bytes, b'\t', 4));
        let first = _mm_or_si128(run(bytes, 0x80, 10), run(bytes, 0x9F, 1));
        let last = _mm_or_si128(run(bytes, 0xA8, 1), is(bytes, 0xAF));
        mask(_mm_or_si128(ascii, _mm_or_si128(first, last)))
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn first_bytes_of(block: &[u8; WIDTH]) -> u16 {
        let bytes = load(block);
        let ascii = _mm_or_si128(is(bytes, b' '), run(bytes, b'\t', 4));
        let beyond = _mm_or_si128(is(bytes, 0xC2), run(bytes, 0xE1, 2));
        mask(_mm_or_si128(ascii, beyond))
    }

    /// The contents of the bytes `from..to` of a text of 32 bytes and more.
    #[target_feature(enable = "avx2")]
    pub(super) fn contents(text: &[u8], mut from: usize, to: usize) -> Contents {
        let is = |bytes, byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8));
        let mask = |bytes| _mm256_movemask_epi8(bytes) as u32;
        let mut found = Contents::default();
        let mut add = |bytes: &[u8; 32], new: u32| {
            // SAFETY: these are 32 bytes; the load needs no alignment.
            let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
            let letter = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'a' as i8));
            let small = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(25)), letter);
            // The comma is the dot without one bit, the colon the semicolon.
            let dots = is(_mm256_or_si256(bytes, _mm256_set1_epi8(2)), b'.');
            let colons = is(_mm256_or_si256(bytes, _mm256_set1_epi8(1)), b';');
            let marks = _mm256_or_si256(is(bytes, b'!'), is(bytes, b'?'));
            let stops = _mm256_or_si256(_mm256_or_si256(dots, colons), marks);
            found.spaces += (mask(is(bytes, b' ')) & new).count_ones() as usize;
            found.quotes += (mask(is(bytes, b'"')) & new).count_ones() as usize;
            found.small |= mask(small) & new != 0;
            found.stops |= mask(stops) & new != 0;
        };
        while from < to {
            let rest = (to - from).min(32);
            if let Some(block) = text[from..].first_chunk() {
                add(block, !0 >> (32 - rest));
            } else if let Some(block) = text.last_chunk() {
                // What stands before `from` and from `to` on is left out.
                let before = from + 32 - text.len();
                add(block, !0 >> (32 - rest) << before);
            }
            from += rest;
        }
        found
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod wide {
    use super::{BEGINS_SPACE, ENDS_SPACE, WIDTH};

    fn mask(block: &[u8; WIDTH], class: &[bool; 256]) -> u16 {
        let bits = block.iter().enumerate();
        bits.fold(0, |mask, (at, byte)| mask | u16::from(class[usize::from(*byte)]) << at)
    }

    pub(super) fn last_bytes(block: &[u8; WIDTH]) -> u16 {
        mask(block, &ENDS_SPACE)
    }

    pub(super) fn first_bytes(block: &[u8; WIDTH]) -> u16 {
        mask(block, &BEGINS_SPACE)
    }

    pub(super) fn among(block: &[u8; WIDTH], first: u8, more: u8) -> u32 {
        let bits = block.iter().enumerate();
        bits.fold(0, |mask, (at, byte)| mask | u32::from(byte.wrapping_sub(first) <= more) << at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a word begins, a byte at a time.
    fn naive_start(text: &[u8], end: usize, floor: usize) -> usize {
        let floor = floor.max(end.saturating_sub(REACH));
        let mut at = end;
        while at > floor && skip_space_back(text, at, floor) == at {
            at -= 1;
        }
        whole(text, at, end)
    }

    fn naive_end(text: &[u8], start: usize) -> usize {
        let limit = text.len().min(start + REACH);
        (start..limit).find(|&at| is_space(text, at)).unwrap_or(limit)
    }

    #[test]
    fn words_and_their_contents_are_found_as_a_byte_at_a_time() {
        let pieces = [
            "a",
            "Æ",
            "å",
            "é",
            "Å",
            ".",
            ",",
            ";",
            ":",
            "!",
            "?",
            "\"",
            "-",
            "7",
            " ",
            " ",
            "\u{a0}",
            "\u{2003}",
            "\u{3000}",
            "“",
            "…",
            "\u{b}",
            "\u{1}",
            "\n",
            "日",
            "abcdefghijk",
            "LMNOP",
        ];
        let mut seed = 11_u64;
        for round in 0..1500 {
            let mut text = String::new();
            for _ in 0..round % 90 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Some texts have few white spaces, so that words get long.
                let at = (seed >> 33) as usize % pieces.len();
                text.push_str(if round % 3 == 0 && !text.len().is_multiple_of(5) {
                    "xé"
                } else {
                    pieces[at]
                });
            }
            let bytes = text.as_bytes();
            for at in (0..=bytes.len()).filter(|&at| text.is_char_boundary(at)) {
                assert_eq!(word_end(bytes, at), naive_end(bytes, at), "{text:?} {at}");
                for floor in [0, at / 2, at.saturating_sub(3)] {
                    if text.is_char_boundary(floor) {
                        let (start, naive) =
                            (word_start(bytes, at, floor), naive_start(bytes, at, floor));
                        assert_eq!(start, naive, "{text:?} {floor}..{at}");
                    }
                }
                for to in [bytes.len(), at + (bytes.len() - at) / 2, bytes.len().min(at + 20)] {
                    let contents = Contents::by_byte(&bytes[at..to]);
                    assert_eq!(Contents::of(bytes, at, to), contents, "{text:?} {at}..{to}");
                }
                let to = word_end(bytes, at);
                for (first, more) in [(b'A', 25), (b'-', 0), (b'a', 25)] {
                    let any = bytes[at..to].iter().any(|b| (first..=first + more).contains(b));
                    assert_eq!(has(bytes, at, to, first, more), any, "{text:?} {at} {first}");
                }
            }
        }
    }
}
