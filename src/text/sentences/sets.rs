//! 64 bytes at a time: what matters of them for the gaps between words.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "the wide instructions are five times as fast as the table")
)]

/// So many bytes are looked at together.
pub(super) const BLOCK: usize = 64;

/// One bit a byte, the first byte lowest. What lies behind the text counts as spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sets {
    /// White space of ASCII.
    pub(super) space: u64,
    /// White space that is more than a space or a tab; a subset of `space`.
    pub(super) breaks: u64,
    /// What may lead a white space beyond ASCII.
    pub(super) leads: u64,
    /// The last bytes of what may stand at the end of a sentence.
    pub(super) ends: u64,
    /// The first bytes of what may begin a sentence.
    pub(super) begins: u64,
    /// Bytes of plain letters: A–Z, a–z, and all that follow a first byte, which is C3.
    pub(super) letters: u64,
}

impl Sets {
    /// Of 64 spaces.
    pub(super) const SPACES: Self =
        Self { space: !0, breaks: 0, leads: 0, ends: 0, begins: !0, letters: 0 };

    /// Where white space may begin.
    #[inline]
    pub(super) const fn space_or_leads(&self) -> u64 {
        self.space | self.leads
    }
}

/// Finds the sets of the first 64 bytes, or of as many as there are. They are written where they
/// are kept: what is read back at once in other pieces waits.
pub(super) type Classify = fn(&[u8], &mut Sets);

/// The fastest way this machine has.
#[inline]
pub(super) fn fastest() -> Classify {
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
/// A letter of ASCII, C3, or what follows a first byte.
const LETTER: u8 = 32;

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
    if matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | 0x80..=0xBF | 0xC3) {
        classes |= LETTER;
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
fn by_table(bytes: &[u8], sets: &mut Sets) {
    *sets = Sets::SPACES;
    for (at, byte) in bytes.iter().take(BLOCK).enumerate() {
        let classes = CLASSES[usize::from(*byte)];
        let set = |set: &mut u64, of: u8| {
            *set = *set & !(1 << at) | u64::from(classes & of != 0) << at;
        };
        set(&mut sets.space, SPACE | BREAKS);
        set(&mut sets.breaks, BREAKS);
        set(&mut sets.leads, LEADS);
        set(&mut sets.ends, ENDS);
        set(&mut sets.begins, BEGINS);
        set(&mut sets.letters, LETTER);
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::*;

    use super::{BEGINS, BLOCK, BREAKS, CLASSES, ENDS, LEADS, LETTER, SPACE, Sets, classes};

    /// So far ahead the text is fetched.
    const AHEAD: usize = 1024;

    /// With AVX-512VBMI: the whole block at once.
    pub(super) fn by_64(bytes: &[u8], sets: &mut Sets) {
        // SAFETY: `fastest` gives this function only where the machine has AVX-512VBMI and BW.
        unsafe { at_once(bytes, sets) }
    }

    #[target_feature(enable = "avx512bw,avx512vbmi")]
    fn at_once(bytes: &[u8], sets: &mut Sets) {
        // This reads nothing: any address will do.
        _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(AHEAD).cast());
        let there = if bytes.len() < BLOCK { (1 << bytes.len()) - 1 } else { !0 };
        let spaces = _mm512_set1_epi8(b' ' as i8);
        // SAFETY: bytes that the mask leaves out are not read; the load needs no alignment.
        let bytes = unsafe { _mm512_mask_loadu_epi8(spaces, there, bytes.as_ptr().cast()) };
        let row = |from: usize| {
            let row = &CLASSES[from..from + BLOCK];
            // SAFETY: these are 64 bytes; the load needs no alignment.
            unsafe { _mm512_loadu_si512(row.as_ptr().cast()) }
        };
        let ascii = _mm512_permutex2var_epi8(row(0), bytes, row(64));
        let beyond = _mm512_permutex2var_epi8(row(128), bytes, row(192));
        let classes = _mm512_mask_blend_epi8(_mm512_movepi8_mask(bytes), ascii, beyond);
        let having = |class: u8| _mm512_test_epi8_mask(classes, _mm512_set1_epi8(class as i8));
        *sets = Sets {
            space: having(SPACE | BREAKS),
            breaks: having(BREAKS),
            leads: having(LEADS),
            ends: having(ENDS),
            begins: having(BEGINS),
            letters: having(LETTER),
        };
    }

    /// With AVX2: the block in two halves.
    pub(super) fn by_32(bytes: &[u8], sets: &mut Sets) {
        let copy;
        let block = match bytes.first_chunk() {
            Some(block) => block,
            None => {
                let mut block = [b' '; BLOCK];
                block[..bytes.len()].copy_from_slice(bytes);
                copy = block;
                &copy
            }
        };
        // SAFETY: `fastest` gives this function only where the machine has AVX2.
        *sets = unsafe { halved(block) };
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
    fn halved(block: &[u8; BLOCK]) -> Sets {
        let half = |from: usize| {
            let bytes = &block[from..from + 32];
            // SAFETY: these are 32 bytes; the load needs no alignment.
            let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
            [
                having::<{ SPACE | BREAKS }>(bytes),
                having::<BREAKS>(bytes),
                having::<LEADS>(bytes),
                having::<ENDS>(bytes),
                having::<BEGINS>(bytes),
                having::<LETTER>(bytes),
            ]
        };
        let (low, high) = (half(0), half(32));
        let join = |at: usize| u64::from(low[at]) | u64::from(high[at]) << 32;
        Sets {
            space: join(0),
            breaks: join(1),
            leads: join(2),
            ends: join(3),
            begins: join(4),
            letters: join(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_wide_instructions_agree() {
        let mut seed = 1_u64;
        for round in 0..4000 {
            let block: [u8; BLOCK] = std::array::from_fn(|at| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let any = (seed >> 56) as u8;
                match round % 3 {
                    0 => any,
                    1 => b" \t\n.:aZ\xE2\xC3\x9D-\""[usize::from(any % 12)],
                    // Each byte once.
                    _ => (at + round / 3 * BLOCK) as u8,
                }
            });
            let length = if round % 2 == 0 { BLOCK } else { round % BLOCK };
            let of = |way: Classify| {
                let mut sets = Sets::SPACES;
                way(&block[..length], &mut sets);
                sets
            };
            for way in ways() {
                assert_eq!(of(by_table), of(way), "{block:?}");
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
