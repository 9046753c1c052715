//! 64 bytes at a time: which are white space, which are letters, digits, marks.
//!
//! A plain letter is one of ASCII, or of the letters of U+00C0..U+017F: two bytes, the first of
//! them C3, C4 or C5. Most words of a Danish text are plain letters between white space, so most
//! words are found from such sets of bits alone.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "the wide instructions are three times as fast as the table")
)]

use super::Kind;

/// One bit a byte, the first byte lowest. What lies behind the text is in no set but `lead`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masks {
    /// Bytes that are no white space of ASCII: not tab, line feed, vertical tab, form feed,
    /// carriage return or space.
    pub(super) black: u64,
    /// Bytes of plain letters; a subset of `black`, as all sets below but `lead`.
    pub(super) letter: u64,
    /// `0` to `9`
    pub(super) digit: u64,
    /// `-`
    pub(super) hyphen: u64,
    /// `(` `[` `{` `"`
    pub(super) open: u64,
    /// `.` `,` `:` `;` `!` `?` `"` `)` `]` `}`
    pub(super) mark: u64,
    /// `.`
    pub(super) stop: u64,
    /// Bytes that start a character.
    pub(super) lead: u64,
    /// Bytes that start a character of four bytes.
    pub(super) four: u64,
}

/// Classifies the first 64 bytes, or as many as there are. They begin with a character's first.
pub(super) type Classify = fn(&[u8]) -> Masks;

/// What a machine does with 64 bytes and the sets of bits they make.
pub(crate) trait Machine {
    /// As [`Classify`].
    fn classify(bytes: &[u8]) -> Masks;

    /// The bytes from `low` to `high`, one bit each, the first byte lowest.
    #[cfg_attr(not(feature = "subword"), allow(dead_code, reason = "what subwords are cut by"))]
    fn between(block: &[u8; 64], low: u8, high: u8) -> u64;

    /// Those of `bits` that stand at one of `kept`, side by side.
    fn packed(bits: u64, kept: u64) -> u64;

    /// The places of `bits`, the lowest first, each with `base` added (modulo 2^32). What lies behind them in
    /// `into` is lost.
    fn places(bits: u64, base: u32, into: &mut [u32; 64]);

    /// For each of `starts`, the lowest first, the number of its kind. What lies behind them in
    /// `into` is lost.
    fn kinds(starts: u64, kinds: &Kinds, into: &mut [u8; 64]);
}

/// Where words start that are not of [`Kind::Word`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds {
    pub(super) punctuation: u64,
    pub(super) number: u64,
    pub(super) abbreviation: u64,
}

impl Kinds {
    /// The kind of the word that starts at bit `at`.
    #[inline(always)]
    pub(super) const fn of(&self, at: u32) -> Kind {
        // By which of the three sets have the bit: no branch can guess it.
        const KINDS: [Kind; 8] = {
            let mut kinds = [Kind::Punctuation; 8];
            kinds[0b000] = Kind::Word;
            kinds[0b010] = Kind::Number;
            kinds[0b100] = Kind::Abbreviation;
            kinds[0b110] = Kind::Number;
            kinds
        };
        let sets = self.punctuation >> at & 1
            | (self.number >> at & 1) << 1
            | (self.abbreviation >> at & 1) << 2;
        KINDS[(sets & 0b111) as usize]
    }
}

/// Work that is compiled for each machine.
pub(crate) trait Work {
    /// What it makes.
    type Made;

    /// Does it. To be compiled into the caller, for the caller's machine.
    fn on<M: Machine>(self) -> Self::Made;
}

/// Does `work` on the fastest machine there is.
pub(crate) fn fastest<W: Work>(work: W) -> W::Made {
    #[cfg(target_arch = "x86_64")]
    {
        if wide::has_512() {
            // SAFETY: the machine has what the function is compiled for.
            return unsafe { wide::on_512(work) };
        }
        if wide::has_256() {
            // SAFETY: as above.
            return unsafe { wide::on_256(work) };
        }
    }
    work.on::<Plain>()
}

/// Asks the memory for what lies at `place`, which may be anything, so that it is near when it is read.
#[cfg_attr(not(feature = "subword"), allow(dead_code, reason = "what subwords are looked up by"))]
#[inline(always)]
pub(crate) fn fetch<T>(place: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every such processor has the instruction, and it reads nothing: any address will do.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(place.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}

/// The fastest way this machine has.
#[inline]
pub(super) fn classify() -> Classify {
    #[cfg(target_arch = "x86_64")]
    {
        if wide::has_512() {
            return wide::By512::classify;
        }
        if wide::has_256() {
            return wide::By256::classify;
        }
    }
    Plain::classify
}

/// How many bytes of plain letters `bytes` begins with.
pub(super) fn plain_letters(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        let class = CLASSES[usize::from(bytes[at])];
        let second = bytes.get(at + 1).copied().unwrap_or(0);
        match class {
            LETTER => at += 1,
            _ if matches!(bytes[at], 0xc4 | 0xc5) => at += 2,
            _ if bytes[at] == 0xc3 && !matches!(second, 0x97 | 0xb7) => at += 2,
            _ => break,
        }
    }
    at.min(bytes.len())
}

const SPACE: u8 = 1;
const LETTER: u8 = 2;
const DIGIT: u8 = 4;
const HYPHEN: u8 = 8;
const OPEN: u8 = 16;
const MARK: u8 = 32;
const STOP: u8 = 64;

/// The class of each byte of ASCII, and of the bytes that two-byte letters begin with.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\t'..=b'\r' | b' ' => SPACE,
            b'A'..=b'Z' | b'a'..=b'z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'-' => HYPHEN,
            b'(' | b'[' | b'{' => OPEN,
            b'"' => OPEN | MARK,
            b'.' => MARK | STOP,
            b',' | b':' | b';' | b'!' | b'?' | b')' | b']' | b'}' => MARK,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// The sets of bits before letters of two bytes are put together.
#[derive(Clone, Copy, Default)]
struct Raw {
    masks: Masks,
    /// C3, C4 and C5.
    row: u64,
    /// C3.
    latin: u64,
    /// 97 and B7: behind C3 they make × and ÷.
    sign: u64,
}

impl Raw {
    #[inline(always)]
    fn joined(self) -> Masks {
        let sign = self.sign & self.latin << 1;
        let lead = self.row & !(sign >> 1);
        Masks { letter: self.masks.letter | lead | lead << 1, ..self.masks }
    }
}

/// Any machine: a look into a table for each byte.
pub(super) struct Plain;

impl Machine for Plain {
    fn classify(bytes: &[u8]) -> Masks {
        let mut raw = Raw { masks: Masks { lead: !0, ..Masks::default() }, ..Raw::default() };
        for (at, &byte) in bytes.iter().take(64).enumerate() {
            let class = CLASSES[usize::from(byte)];
            let bit = |of: bool| u64::from(of) << at;
            raw.masks.black |= bit(class & SPACE == 0);
            raw.masks.letter |= bit(class & LETTER != 0);
            raw.masks.digit |= bit(class & DIGIT != 0);
            raw.masks.hyphen |= bit(class & HYPHEN != 0);
            raw.masks.open |= bit(class & OPEN != 0);
            raw.masks.mark |= bit(class & MARK != 0);
            raw.masks.stop |= bit(class & STOP != 0);
            raw.masks.lead &= !bit((byte as i8) < -0x40);
            raw.masks.four |= bit(byte >= 0xf0);
            raw.row |= bit(matches!(byte, 0xc3..=0xc5));
            raw.latin |= bit(byte == 0xc3);
            raw.sign |= bit(matches!(byte, 0x97 | 0xb7));
        }
        raw.joined()
    }

    fn between(block: &[u8; 64], low: u8, high: u8) -> u64 {
        let mut set = 0;
        for (at, &byte) in block.iter().enumerate() {
            set |= u64::from(low <= byte && byte <= high) << at;
        }
        set
    }

    #[inline(always)]
    fn packed(bits: u64, kept: u64) -> u64 {
        if kept == !0 {
            return bits;
        }
        let (mut bits, mut packed) = (bits & kept, 0);
        while bits != 0 {
            let below = (bits & bits.wrapping_neg()) - 1;
            packed |= 1 << (kept & below).count_ones();
            bits &= bits - 1;
        }
        packed
    }

    #[inline(always)]
    fn places(mut bits: u64, base: u32, into: &mut [u32; 64]) {
        for into in into {
            if bits == 0 {
                break;
            }
            *into = base.wrapping_add(bits.trailing_zeros());
            bits &= bits - 1;
        }
    }

    #[inline(always)]
    fn kinds(mut starts: u64, kinds: &Kinds, into: &mut [u8; 64]) {
        for into in into {
            if starts == 0 {
                break;
            }
            *into = kinds.of(starts.trailing_zeros()) as u8;
            starts &= starts - 1;
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::*;
    use std::sync::LazyLock;

    use super::{
        CLASSES, DIGIT, HYPHEN, Kind, Kinds, LETTER, MARK, Machine, Masks, OPEN, Plain, Raw, SPACE,
        STOP, Work,
    };

    /// AVX-512 with byte permutations: the whole block at once. Only where [`has_512`].
    pub(super) struct By512;

    pub(super) fn has_512() -> bool {
        // One look instead of seven.
        static HAS: LazyLock<bool> = LazyLock::new(looks_for_512);
        *HAS
    }

    fn looks_for_512() -> bool {
        std::is_x86_feature_detected!("avx512bw")
            && std::is_x86_feature_detected!("avx512vbmi")
            && std::is_x86_feature_detected!("avx512vbmi2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt")
            && std::is_x86_feature_detected!("popcnt")
    }

    /// AVX2: the block in two halves. Only where [`has_256`].
    pub(super) struct By256;

    pub(super) fn has_256() -> bool {
        std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt")
            && std::is_x86_feature_detected!("popcnt")
    }

    /// Does `work`, compiled for [`By512`].
    #[target_feature(enable = "avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
    pub(super) fn on_512<W: Work>(work: W) -> W::Made {
        work.on::<By512>()
    }

    /// Does `work`, compiled for [`By256`].
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    pub(super) fn on_256<W: Work>(work: W) -> W::Made {
        work.on::<By256>()
    }

    impl Machine for By512 {
        #[inline(always)]
        fn classify(bytes: &[u8]) -> Masks {
            // SAFETY: this machine is chosen only where it is there.
            unsafe { whole(bytes) }.joined()
        }

        #[inline(always)]
        fn between(block: &[u8; 64], low: u8, high: u8) -> u64 {
            // SAFETY: as above.
            unsafe { between_512(block, low, high) }
        }

        #[inline(always)]
        fn packed(bits: u64, kept: u64) -> u64 {
            // SAFETY: as above.
            unsafe { pext(bits, kept) }
        }

        #[inline(always)]
        fn places(bits: u64, base: u32, into: &mut [u32; 64]) {
            // SAFETY: as above.
            unsafe { places(bits, base, into) }
        }

        #[inline(always)]
        fn kinds(starts: u64, kinds: &Kinds, into: &mut [u8; 64]) {
            // SAFETY: as above.
            unsafe { numbers(starts, kinds, into) }
        }
    }

    impl Machine for By256 {
        #[inline(always)]
        fn classify(bytes: &[u8]) -> Masks {
            let copy;
            let block = match bytes.first_chunk::<64>() {
                Some(block) => block,
                None => {
                    let mut block = [b' '; 64];
                    block[..bytes.len()].copy_from_slice(bytes);
                    copy = block;
                    &copy
                }
            };
            // SAFETY: this machine is chosen only where it is there.
            unsafe { halves(block) }.joined()
        }

        #[inline(always)]
        fn between(block: &[u8; 64], low: u8, high: u8) -> u64 {
            // SAFETY: as above.
            unsafe { between_256(block, low, high) }
        }

        #[inline(always)]
        fn packed(bits: u64, kept: u64) -> u64 {
            // SAFETY: as above.
            unsafe { pext(bits, kept) }
        }

        #[inline(always)]
        fn places(bits: u64, base: u32, into: &mut [u32; 64]) {
            Plain::places(bits, base, into);
        }

        #[inline(always)]
        fn kinds(starts: u64, kinds: &Kinds, into: &mut [u8; 64]) {
            Plain::kinds(starts, kinds, into);
        }
    }

    #[target_feature(enable = "bmi2")]
    #[inline]
    fn pext(bits: u64, kept: u64) -> u64 {
        _pext_u64(bits, kept)
    }

    /// So far ahead the text is fetched.
    const AHEAD: usize = 1024;

    #[target_feature(enable = "avx512bw,avx512vbmi")]
    #[inline]
    fn whole(bytes: &[u8]) -> Raw {
        // This reads nothing: any address will do.
        _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(AHEAD).cast());
        let there = if bytes.len() < 64 { (1 << bytes.len()) - 1 } else { !0 };
        // SAFETY: bytes that the mask leaves out are not read; the load needs no alignment.
        let bytes = unsafe { _mm512_maskz_loadu_epi8(there, bytes.as_ptr().cast()) };
        // SAFETY: the two halves of the table's first 128 bytes.
        let (low, high) = unsafe {
            let table = CLASSES.as_ptr();
            (_mm512_loadu_si512(table.cast()), _mm512_loadu_si512(table.add(64).cast()))
        };
        let beyond = _mm512_movepi8_mask(bytes);
        let class = _mm512_maskz_permutex2var_epi8(!beyond, low, bytes, high);
        let of = |bit: u8| _mm512_test_epi8_mask(class, _mm512_set1_epi8(bit as i8));
        let row = _mm512_sub_epi8(bytes, _mm512_set1_epi8(0xc3_u8 as i8));
        let small = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
        Raw {
            masks: Masks {
                black: !of(SPACE) & there,
                letter: of(LETTER),
                digit: of(DIGIT),
                hyphen: of(HYPHEN),
                open: of(OPEN),
                mark: of(MARK),
                stop: of(STOP),
                lead: _mm512_cmpge_epi8_mask(bytes, _mm512_set1_epi8(-0x40)),
                four: _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8(0xf0_u8 as i8)),
            },
            row: _mm512_cmple_epu8_mask(row, _mm512_set1_epi8(2)),
            latin: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0xc3_u8 as i8)),
            sign: _mm512_cmpeq_epi8_mask(small, _mm512_set1_epi8(0xb7_u8 as i8)),
        }
    }

    #[target_feature(enable = "avx512bw")]
    #[inline]
    #[cfg_attr(not(feature = "subword"), allow(dead_code, reason = "what subwords are cut by"))]
    fn between_512(block: &[u8; 64], low: u8, high: u8) -> u64 {
        // SAFETY: the block has 64 bytes; the load needs no alignment.
        let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
        let from = _mm512_sub_epi8(bytes, _mm512_set1_epi8(low as i8));
        _mm512_cmple_epu8_mask(from, _mm512_set1_epi8((high - low) as i8))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    #[cfg_attr(not(feature = "subword"), allow(dead_code, reason = "what subwords are cut by"))]
    fn between_256(block: &[u8; 64], low: u8, high: u8) -> u64 {
        let half = |at: usize| {
            // SAFETY: the block has 64 bytes, of which `at` is the first or the middle.
            let bytes = unsafe { _mm256_loadu_si256(block.as_ptr().add(at).cast()) };
            let from = _mm256_sub_epi8(bytes, _mm256_set1_epi8(low as i8));
            let most = _mm256_set1_epi8((high - low) as i8);
            let is = _mm256_cmpeq_epi8(_mm256_min_epu8(from, most), from);
            u64::from(_mm256_movemask_epi8(is) as u32)
        };
        half(0) | half(32) << 32
    }

    /// The numbers 0 to 63.
    const COUNT: [u8; 64] = {
        let mut count = [0; 64];
        let mut at = 0;
        while at < 64 {
            count[at] = at as u8;
            at += 1;
        }
        count
    };

    #[target_feature(enable = "avx512bw,avx512vbmi2,popcnt")]
    #[inline]
    fn places(bits: u64, base: u32, into: &mut [u32; 64]) {
        // SAFETY: the array has 64 bytes.
        let count = unsafe { _mm512_loadu_si512(COUNT.as_ptr().cast()) };
        let places = _mm512_maskz_compress_epi8(bits, count);
        let base = _mm512_set1_epi32(base as i32);
        let quarter = |part| _mm512_add_epi32(_mm512_cvtepu8_epi32(part), base);
        let into = into.as_mut_ptr();
        // SAFETY: `into` has room for four times sixteen.
        unsafe {
            _mm512_storeu_si512(into.cast(), quarter(_mm512_castsi512_si128(places)));
        }
        if bits.count_ones() > 16 {
            // SAFETY: as above.
            unsafe {
                let second = quarter(_mm512_extracti32x4_epi32::<1>(places));
                _mm512_storeu_si512(into.add(16).cast(), second);
                let third = quarter(_mm512_extracti32x4_epi32::<2>(places));
                _mm512_storeu_si512(into.add(32).cast(), third);
                let fourth = quarter(_mm512_extracti32x4_epi32::<3>(places));
                _mm512_storeu_si512(into.add(48).cast(), fourth);
            }
        }
    }

    #[target_feature(enable = "avx512bw,avx512vbmi2")]
    #[inline]
    fn numbers(starts: u64, kinds: &Kinds, into: &mut [u8; 64]) {
        let number = |kind: Kind| _mm512_set1_epi8(kind as i8);
        let all = _mm512_maskz_mov_epi8(kinds.abbreviation, number(Kind::Abbreviation));
        let all = _mm512_mask_mov_epi8(all, kinds.number, number(Kind::Number));
        let all = _mm512_mask_mov_epi8(all, kinds.punctuation, number(Kind::Punctuation));
        let all = _mm512_maskz_compress_epi8(starts, all);
        // SAFETY: the array has 64 bytes.
        unsafe { _mm512_storeu_si512(into.as_mut_ptr().cast(), all) };
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn halves(block: &[u8; 64]) -> Raw {
        let (low, high) = block.split_at(32);
        let (low, high) = (half(low), half(high));
        let join = |at: usize| u64::from(low[at]) | u64::from(high[at]) << 32;
        Raw {
            masks: Masks {
                black: !join(0),
                letter: join(1),
                digit: join(2),
                hyphen: join(3),
                open: join(4),
                mark: join(5),
                stop: join(6),
                lead: !join(7),
                four: join(8),
            },
            row: join(9),
            latin: join(10),
            sign: join(11),
        }
    }

    /// The sets of bits of 32 bytes: white space, the fields of [`Masks`] from `letter` on, with
    /// the bytes that start no character in the place of `lead`, and those of [`Raw`].
    #[target_feature(enable = "avx2")]
    #[inline]
    fn half(bytes: &[u8]) -> [u32; 12] {
        debug_assert_eq!(bytes.len(), 32);
        // SAFETY: both callers give 32 bytes; the load needs no alignment.
        let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
        let is = |byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8));
        let either = |a, b| _mm256_or_si256(a, b);
        // The bytes from `first` on, `count` and one of them.
        let run = |bytes, first: u8, count: i8| {
            let from = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first as i8));
            _mm256_cmpeq_epi8(_mm256_min_epu8(from, _mm256_set1_epi8(count)), from)
        };
        let small = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
        let space = either(is(b' '), run(bytes, b'\t', 4));
        let quote = is(b'"');
        // `[` and `{`, `]` and `}` are one bit apart.
        let brackets = _mm256_cmpeq_epi8(small, _mm256_set1_epi8(b'{' as i8));
        let open = either(quote, either(is(b'('), brackets));
        let stop = is(b'.');
        let brackets = _mm256_cmpeq_epi8(small, _mm256_set1_epi8(b'}' as i8));
        let close = either(is(b')'), brackets);
        let pause = either(either(is(b','), is(b'!')), either(run(bytes, b':', 1), is(b'?')));
        let mark = either(either(quote, stop), either(close, pause));
        let tail = _mm256_cmpgt_epi8(_mm256_set1_epi8(-0x40), bytes);
        [
            space,
            run(small, b'a', 25),
            run(bytes, b'0', 9),
            is(b'-'),
            open,
            mark,
            stop,
            tail,
            run(bytes, 0xf0, 15),
            run(bytes, 0xc3, 2),
            is(0xc3),
            _mm256_cmpeq_epi8(small, _mm256_set1_epi8(0xb7_u8 as i8)),
        ]
        .map(|set| _mm256_movemask_epi8(set) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of many kinds, some of them short.
    fn blocks() -> impl Iterator<Item = Vec<u8>> {
        let mut seed = 1_u64;
        (0..4000).map(move |round| {
            let block: [u8; 64] = std::array::from_fn(|at| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let any = (seed >> 56) as u8;
                match round % 5 {
                    0 => any,
                    1 => [0xc3, 0x97, 0xb7, 0xc4, b' ', 0xa5][usize::from(any % 6)],
                    2 => b" \tazAZ@[`{09"[usize::from(any % 12)],
                    3 => b".,:;!?)]}([{\"'-x "[usize::from(any % 17)],
                    _ => (at + round / 5 * 64) as u8,
                }
            });
            let mut length = 64;
            // Whatever comes behind, a character is whole.
            if round % 3 == 0 {
                length = round % 64;
                while length > 0 && block[length - 1] >= 0xc0 {
                    length -= 1;
                }
            }
            block[..length].to_vec()
        })
    }

    #[test]
    fn the_table_and_the_wide_instructions_agree() {
        for block in blocks() {
            let naive = Plain::classify(&block);
            assert_eq!(naive, classify()(&block), "{block:?}");
            #[cfg(target_arch = "x86_64")]
            if wide::has_256() {
                assert_eq!(naive, wide::By256::classify(&block), "{block:?}");
            }
        }
    }

    #[test]
    fn bytes_between_two_are_the_same_on_every_machine() {
        for block in blocks() {
            let Some(block) = block.first_chunk::<64>() else { continue };
            for (low, high) in [(b'a', b'z'), (b' ', b' '), (0, 0xff), (0x7f, 0x80), (0xc3, 0xc5)] {
                let naive = Plain::between(block, low, high);
                #[cfg(target_arch = "x86_64")]
                {
                    if wide::has_512() {
                        assert_eq!(naive, wide::By512::between(block, low, high));
                    }
                    if wide::has_256() {
                        assert_eq!(naive, wide::By256::between(block, low, high));
                    }
                }
                assert_eq!(naive >> 5 & 1 == 1, (low..=high).contains(&block[5]));
            }
        }
    }

    /// Everything a machine does with some sets of bits.
    struct Sets([u64; 4]);

    impl Work for Sets {
        type Made = (u64, Vec<u32>, Vec<u8>);

        #[inline(always)]
        fn on<M: Machine>(self) -> Self::Made {
            let Self([bits, punctuation, number, abbreviation]) = self;
            let kinds = Kinds { punctuation, number, abbreviation };
            let (mut places, mut numbers) = ([0; 64], [0; 64]);
            M::places(bits, 1000, &mut places);
            M::kinds(bits, &kinds, &mut numbers);
            let count = bits.count_ones() as usize;
            let packed = M::packed(bits, punctuation);
            (packed, places[..count].to_vec(), numbers[..count].to_vec())
        }
    }

    #[test]
    fn places_and_kinds_are_the_same_on_every_machine() {
        let mut seed = 7_u64;
        for round in 0..2000 {
            let sets = std::array::from_fn(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let any = seed ^ seed >> 29;
                if round % 2 == 0 { any } else { any & any << 7 & any >> 5 }
            });
            let naive = Sets(sets).on::<Plain>();
            let bits: u64 = sets[0];
            let mut at = (0..64).filter(|at| bits >> at & 1 != 0);
            assert!(naive.1.iter().all(|&place| at.next() == place.checked_sub(1000)));
            assert_eq!(naive, fastest(Sets(sets)), "{sets:x?}");
            #[cfg(target_arch = "x86_64")]
            if wide::has_256() {
                // SAFETY: the machine has what the function is compiled for.
                assert_eq!(naive, unsafe { wide::on_256(Sets(sets)) }, "{sets:x?}");
            }
        }
    }
}
