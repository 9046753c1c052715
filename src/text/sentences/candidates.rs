//! 64 bytes at a time: which are white space at which a sentence can end.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "the wide instructions are five times as fast as the table")
)]

/// So many bytes are looked at together.
pub(super) const BLOCK: usize = 64;

/// Which of the 64 bytes behind the first of 66 are white space at which a sentence can end: by
/// the byte before it, the byte behind it, or because it breaks a line. Bytes that lead a white
/// space beyond ASCII count as well. The first byte is the lowest bit.
pub(super) type Candidates = fn(&[u8; BLOCK + 2]) -> u64;

/// The fastest way this machine has.
#[inline]
pub(super) fn fastest() -> Candidates {
    #[cfg(target_arch = "x86_64")]
    {
        if std::is_x86_feature_detected!("avx512vbmi") && std::is_x86_feature_detected!("avx512bw")
        {
            return wide::by_64;
        }
        if std::is_x86_feature_detected!("avx2") {
            return wide::by_32;
        }
    }
    by_table
}

/// A line feed, a vertical tab, a form feed, a carriage return.
const BREAKS: u8 = 1;
/// A space or a tab.
const SPACE: u8 = 2;
/// What may lead a white space beyond ASCII.
const LEADS: u8 = 4;
/// The last bytes of . ! ? : " ' ) ] and of … ” “ ’ ‘ » « › ‹
const ENDS: u8 = 8;
/// A capital, a sign that opens, white space, or a character beyond ASCII.
const BEGINS: u8 = 16;

/// The classes of a byte.
const fn classes(byte: u8) -> u8 {
    let mut classes = 0;
    if matches!(byte, b'\n'..=b'\r') {
        classes |= BREAKS;
    }
    if matches!(byte, b' ' | b'\t') {
        classes |= SPACE;
    }
    if matches!(byte, 0xC2 | 0xE1..=0xE3) {
        classes |= LEADS;
    }
    if matches!(byte, b'.' | b'!' | b'?' | b':' | b'"' | b'\'' | b')' | b']')
        || matches!(byte, 0x98..=0x9B | 0x9C | 0x9D | 0xA6 | 0xAB | 0xBA | 0xBB)
    {
        classes |= ENDS;
    }
    if matches!(byte, b'A'..=b'Z' | b'"' | b'\'' | b'(' | b'[' | b'-' | ..=b' ' | 0xC2..) {
        classes |= BEGINS;
    }
    classes
}

const CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = classes(byte as u8);
        byte += 1;
    }
    table
};

/// The same on any machine: a look into a table for each byte.
fn by_table(bytes: &[u8; BLOCK + 2]) -> u64 {
    let mut found = 0;
    for (at, three) in bytes.windows(3).enumerate() {
        let [last, byte, first] = [three[0], three[1], three[2]].map(|b| CLASSES[usize::from(b)]);
        let can = byte & (BREAKS | LEADS) != 0
            || byte & SPACE != 0 && (last & ENDS != 0 || first & BEGINS != 0);
        found |= u64::from(can) << at;
    }
    found
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::*;

    use super::{BEGINS, BLOCK, BREAKS, CLASSES, ENDS, LEADS, SPACE, classes};

    /// With AVX-512VBMI: the whole block at once.
    pub(super) fn by_64(bytes: &[u8; BLOCK + 2]) -> u64 {
        // SAFETY: `fastest` gives this function only where the machine has AVX-512VBMI and BW.
        unsafe { at_once(bytes) }
    }

    #[target_feature(enable = "avx512bw,avx512vbmi")]
    fn at_once(bytes: &[u8; BLOCK + 2]) -> u64 {
        let load = |bytes: &[u8]| {
            let bytes = &bytes[..BLOCK];
            // SAFETY: these are 64 bytes; the load needs no alignment.
            unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
        };
        let rows = [0, 64, 128, 192].map(|from| load(&CLASSES[from..]));
        let classes = |from: usize| {
            let bytes = load(&bytes[from..]);
            let ascii = _mm512_permutex2var_epi8(rows[0], bytes, rows[1]);
            let beyond = _mm512_permutex2var_epi8(rows[2], bytes, rows[3]);
            _mm512_mask_blend_epi8(_mm512_movepi8_mask(bytes), ascii, beyond)
        };
        let (last, byte, first) = (classes(0), classes(1), classes(2));
        let having =
            |classes, class: u8| _mm512_test_epi8_mask(classes, _mm512_set1_epi8(class as i8));
        let around = having(last, ENDS) | having(first, BEGINS);
        having(byte, BREAKS | LEADS) | having(byte, SPACE) & around
    }

    /// With AVX2: the block in two halves.
    pub(super) fn by_32(bytes: &[u8; BLOCK + 2]) -> u64 {
        // SAFETY: `fastest` gives this function only where the machine has AVX2.
        unsafe { whole(bytes) }
    }

    /// For a low and a high half of a byte, the rows and columns that have a class: a byte is in
    /// it where both share a bit. Each high half has a bit of its own, eight at a time.
    const fn halves(class: u8, from: u8) -> [u8; 16] {
        let mut low = [0; 16];
        let mut at = 0;
        while at < 128 {
            if classes(from + at) & class != 0 {
                low[(at & 15) as usize] |= 1 << (at >> 4);
            }
            at += 1;
        }
        low
    }

    const HIGH: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];

    /// Which of the bytes have one of `CLASS`.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn having<const CLASS: u8>(bytes: __m256i) -> u32 {
        let table = |table: [u8; 16]| {
            // SAFETY: the table has 16 bytes; the load needs no alignment.
            _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(table.as_ptr().cast()) })
        };
        let low = _mm256_and_si256(bytes, _mm256_set1_epi8(15));
        let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(15));
        // Bytes beyond ASCII have their high bit set, which chooses between the two tables.
        let rows = _mm256_blendv_epi8(
            _mm256_shuffle_epi8(table(const { halves(CLASS, 0) }), low),
            _mm256_shuffle_epi8(table(const { halves(CLASS, 128) }), low),
            bytes,
        );
        let bit = _mm256_shuffle_epi8(table(HIGH), high);
        let none = _mm256_cmpeq_epi8(_mm256_and_si256(rows, bit), _mm256_setzero_si256());
        !(_mm256_movemask_epi8(none) as u32)
    }

    #[target_feature(enable = "avx2")]
    fn whole(bytes: &[u8; BLOCK + 2]) -> u64 {
        let mut found = 0;
        for half in [0, 32] {
            let at = |from: usize| {
                let bytes = &bytes[from..from + 32];
                // SAFETY: these are 32 bytes; the load needs no alignment.
                unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
            };
            let byte = at(half + 1);
            let around = having::<ENDS>(at(half)) | having::<BEGINS>(at(half + 2));
            let can = having::<{ BREAKS | LEADS }>(byte) | having::<SPACE>(byte) & around;
            found |= u64::from(can) << half;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_wide_instructions_agree() {
        let mut seed = 1_u64;
        for round in 0..4000 {
            let block: [u8; BLOCK + 2] = std::array::from_fn(|at| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let any = (seed >> 56) as u8;
                match round % 3 {
                    0 => any,
                    1 => b" \t\n.:aZ\xE2\xC3\x9D-\""[usize::from(any % 12)],
                    // Each byte beside spaces.
                    _ if at % 2 == 0 => (at / 2 + round / 3 * 32) as u8,
                    _ => b' ',
                }
            });
            for way in ways() {
                assert_eq!(by_table(&block), way(&block), "{block:?}");
            }
        }
    }

    /// Every way this machine has.
    fn ways() -> Vec<Candidates> {
        let mut ways = vec![fastest()];
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            ways.push(wide::by_32);
        }
        ways
    }
}
