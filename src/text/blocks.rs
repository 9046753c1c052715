//! 64 bytes at a time: which are white space, which are plain letters.
//!
//! A plain letter is one of ASCII, or of the letters of U+00C0..U+017F: two bytes, the first of
//! them C3, C4 or C5. Most words of a Danish text are plain letters between white space, so most
//! words are found from these two sets of bits alone.
#![expect(unsafe_code, reason = "the wide instructions are three times as fast as the table")]

/// One bit a byte, the first byte lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Masks {
    /// Bytes that are no white space of ASCII: not tab, line feed, vertical tab, form feed,
    /// carriage return or space.
    pub(super) black: u64,
    /// Bytes of plain letters; a subset of `black`.
    pub(super) letter: u64,
}

impl Masks {
    /// The masks without their first `count` bytes; white space comes in behind.
    pub(super) const fn behind(self, count: usize) -> Self {
        if count < 64 {
            Self { black: self.black >> count, letter: self.letter >> count }
        } else {
            Self { black: 0, letter: 0 }
        }
    }
}

/// Classifies a block. A letter whose first byte stands before the block counts as no letter.
pub(super) type Classify = fn(&[u8; 64]) -> Masks;

/// The fastest way this machine has.
#[inline]
pub(super) fn fastest() -> Classify {
    #[cfg(target_arch = "x86_64")]
    {
        if std::is_x86_feature_detected!("avx512bw") {
            return wide::by_64;
        }
        if std::is_x86_feature_detected!("avx2") {
            return wide::by_32;
        }
    }
    by_table
}

/// How many bytes of plain letters `bytes` begins with.
pub(super) fn plain_letters(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        let class = CLASSES[usize::from(bytes[at])];
        let second = bytes.get(at + 1).copied().unwrap_or(0);
        match class {
            ASCII => at += 1,
            LEAD => at += 2,
            _ if class == LEAD | LATIN && CLASSES[usize::from(second)] != SIGN => at += 2,
            _ => break,
        }
    }
    at.min(bytes.len())
}

/// The five sets of bits, before letters of two bytes are put together.
#[derive(Clone, Copy, Default)]
struct Raw {
    space: u64,
    ascii: u64,
    lead: u64,
    latin: u64,
    sign: u64,
}

impl Raw {
    #[inline(always)]
    fn joined(self) -> Masks {
        let sign = self.sign & self.latin << 1;
        let letter = self.ascii | self.lead | (self.lead << 1 & !sign);
        Masks { black: !self.space, letter }
    }
}

const SPACE: u8 = 1;
const ASCII: u8 = 2;
const LEAD: u8 = 4;
const LATIN: u8 = 8;
const SIGN: u8 = 16;

/// The class of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\t'..=b'\r' | b' ' => SPACE,
            b'A'..=b'Z' | b'a'..=b'z' => ASCII,
            0xc3 => LEAD | LATIN,
            0xc4 | 0xc5 => LEAD,
            0x97 | 0xb7 => SIGN,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// The same on any machine: a look into a table for each byte.
pub(super) fn by_table(block: &[u8; 64]) -> Masks {
    let mut raw = Raw::default();
    for (at, &byte) in block.iter().enumerate() {
        let class = u64::from(CLASSES[usize::from(byte)]);
        raw.space |= (class & 1) << at;
        raw.ascii |= (class >> 1 & 1) << at;
        raw.lead |= (class >> 2 & 1) << at;
        raw.latin |= (class >> 3 & 1) << at;
        raw.sign |= (class >> 4 & 1) << at;
    }
    raw.joined()
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::*;

    use super::{Masks, Raw};

    /// With AVX-512: the whole block at once.
    pub(super) fn by_64(block: &[u8; 64]) -> Masks {
        // SAFETY: `fastest` gives this function only where the machine has AVX-512BW.
        unsafe { whole(block) }.joined()
    }

    /// With AVX2: the block in two halves.
    pub(super) fn by_32(block: &[u8; 64]) -> Masks {
        // SAFETY: `fastest` gives this function only where the machine has AVX2.
        unsafe { raw(block) }.joined()
    }

    #[target_feature(enable = "avx512bw")]
    fn whole(block: &[u8; 64]) -> Raw {
        // SAFETY: the block has 64 bytes; the load needs no alignment.
        let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
        let small = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
        let tab = _mm512_sub_epi8(bytes, _mm512_set1_epi8(b'\t' as i8));
        let letter = _mm512_sub_epi8(small, _mm512_set1_epi8(b'a' as i8));
        let row = _mm512_sub_epi8(bytes, _mm512_set1_epi8(0xc3_u8 as i8));
        Raw {
            space: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b' ' as i8))
                | _mm512_cmple_epu8_mask(tab, _mm512_set1_epi8(4)),
            ascii: _mm512_cmple_epu8_mask(letter, _mm512_set1_epi8(25)),
            lead: _mm512_cmple_epu8_mask(row, _mm512_set1_epi8(2)),
            latin: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0xc3_u8 as i8)),
            sign: _mm512_cmpeq_epi8_mask(small, _mm512_set1_epi8(0xb7_u8 as i8)),
        }
    }

    #[target_feature(enable = "avx2")]
    fn raw(block: &[u8; 64]) -> Raw {
        let (low, high) = block.split_at(32);
        let (low, high) = (half(low), half(high));
        let join = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
        Raw {
            space: join(low[0], high[0]),
            ascii: join(low[1], high[1]),
            lead: join(low[2], high[2]),
            latin: join(low[3], high[3]),
            sign: join(low[4], high[4]),
        }
    }

    /// The five sets of bits of 32 bytes, in the order of [`Raw`].
    #[target_feature(enable = "avx2")]
    #[inline]
    fn half(bytes: &[u8]) -> [u32; 5] {
        debug_assert_eq!(bytes.len(), 32);
        // SAFETY: both callers give 32 bytes; the load needs no alignment.
        let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
        let small = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
        let tab = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'\t' as i8));
        let space = _mm256_or_si256(
            _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b' ' as i8)),
            _mm256_cmpeq_epi8(_mm256_min_epu8(tab, _mm256_set1_epi8(4)), tab),
        );
        let letter = _mm256_sub_epi8(small, _mm256_set1_epi8(b'a' as i8));
        let ascii = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(25)), letter);
        let row = _mm256_sub_epi8(bytes, _mm256_set1_epi8(0xc3_u8 as i8));
        let lead = _mm256_cmpeq_epi8(_mm256_min_epu8(row, _mm256_set1_epi8(2)), row);
        let latin = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0xc3_u8 as i8));
        let sign = _mm256_cmpeq_epi8(small, _mm256_set1_epi8(0xb7_u8 as i8));
        [space, ascii, lead, latin, sign].map(|set| _mm256_movemask_epi8(set) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_wide_instructions_agree() {
        let mut seed = 1_u64;
        for round in 0..4000 {
            let block: [u8; 64] = std::array::from_fn(|at| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let any = (seed >> 56) as u8;
                match round % 4 {
                    0 => any,
                    1 => [0xc3, 0x97, 0xb7, 0xc4, b' ', 0xa5][usize::from(any % 6)],
                    2 => b" \tazAZ@[`{09"[usize::from(any % 12)],
                    _ => (at + round / 4 * 64) as u8,
                }
            });
            for classify in ways() {
                assert_eq!(by_table(&block), classify(&block), "{block:?}");
            }
        }
    }

    /// Every way this machine has.
    fn ways() -> Vec<Classify> {
        let mut ways = vec![fastest()];
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            ways.push(wide::by_32);
        }
        ways
    }
}
