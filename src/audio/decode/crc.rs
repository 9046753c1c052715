//! The checksums of FLAC and Ogg: most significant bit first, eight bytes at a time, or 64 by products without carry.
//!
//! # Source
//!
//! V. Gopal et al. (2009), *Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction*, for the folding.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "an instruction that not every machine has, found at run time")
)]

/// Eight tables for a polynomial of `BITS` bits, held in the high bits of a `u32`.
const fn tables(polynomial: u32) -> [[u32; 256]; 8] {
    let mut tables = [[0u32; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut rest = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            rest = if rest & 1 << 31 != 0 { rest << 1 ^ polynomial } else { rest << 1 };
            bit += 1;
        }
        tables[0][byte] = rest;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = before << 8 ^ tables[0][(before >> 24) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// What a checksum is computed with: a polynomial of 32 bits, or one of fewer in the high bits.
struct Polynomial {
    tables: [[u32; 256]; 8],
    /// What the high and the low half of 16 bytes are multiplied with to stand 64 and 16 bytes further on.
    #[cfg(target_arch = "x86_64")]
    folds: [[i64; 2]; 2],
}

impl Polynomial {
    const fn new(polynomial: u32) -> Self {
        Self {
            tables: tables(polynomial),
            #[cfg(target_arch = "x86_64")]
            folds: [
                [power(512 + 64, polynomial), power(512, polynomial)],
                [power(128 + 64, polynomial), power(128, polynomial)],
            ],
        }
    }
}

/// The rest of `x` to the power of `exponent`.
#[cfg(target_arch = "x86_64")]
const fn power(exponent: usize, polynomial: u32) -> i64 {
    let mut rest = polynomial;
    let mut at = 32;
    while at < exponent {
        rest = if rest & 1 << 31 != 0 { rest << 1 ^ polynomial } else { rest << 1 };
        at += 1;
    }
    rest as i64
}

static CRC8: Polynomial = Polynomial::new(0x0700_0000);
static CRC16: Polynomial = Polynomial::new(0x8005_0000);
static CRC32: Polynomial = Polynomial::new(0x04C1_1DB7);

fn update(polynomial: &Polynomial, rest: u32, bytes: &[u8]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    if bytes.len() >= 128
        && std::is_x86_feature_detected!("pclmulqdq")
        && std::is_x86_feature_detected!("ssse3")
    {
        let (blocks, tail) = bytes.as_chunks::<16>();
        // SAFETY: the machine was asked for both features.
        let sixteen = unsafe { folded(&polynomial.folds, rest, blocks) };
        return plain(polynomial, plain(polynomial, 0, &sixteen), tail);
    }
    plain(polynomial, rest, bytes)
}

fn plain(Polynomial { tables, .. }: &Polynomial, mut rest: u32, bytes: &[u8]) -> u32 {
    let (eights, tail) = bytes.as_chunks::<8>();
    for b in eights {
        let first = rest ^ u32::from_be_bytes([b[0], b[1], b[2], b[3]]);
        rest = tables[7][(first >> 24) as usize]
            ^ tables[6][(first >> 16 & 255) as usize]
            ^ tables[5][(first >> 8 & 255) as usize]
            ^ tables[4][(first & 255) as usize]
            ^ tables[3][usize::from(b[4])]
            ^ tables[2][usize::from(b[5])]
            ^ tables[1][usize::from(b[6])]
            ^ tables[0][usize::from(b[7])];
    }
    for &byte in tail {
        rest = rest << 8 ^ tables[0][(rest >> 24) as usize ^ usize::from(byte)];
    }
    rest
}

/// Sixteen bytes that have the checksum of all blocks, of which there are four at least.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "pclmulqdq,ssse3")]
fn folded(folds: &[[i64; 2]; 2], rest: u32, blocks: &[[u8; 16]]) -> [u8; 16] {
    use std::arch::x86_64::{
        __m128i, _mm_clmulepi64_si128, _mm_set_epi8, _mm_set_epi64x, _mm_shuffle_epi8,
        _mm_xor_si128,
    };

    let backwards = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let load = |block: &[u8; 16]| {
        let (low, high) =
            (u128::from_ne_bytes(*block) as i64, (u128::from_ne_bytes(*block) >> 64) as i64);
        _mm_shuffle_epi8(_mm_set_epi64x(high, low), backwards)
    };
    let [far, near] = folds.map(|[high, low]| _mm_set_epi64x(high, low));
    let fold = |sum: __m128i, by: __m128i, next: __m128i| {
        let high = _mm_clmulepi64_si128::<0x11>(sum, by);
        let low = _mm_clmulepi64_si128::<0x00>(sum, by);
        _mm_xor_si128(_mm_xor_si128(high, low), next)
    };
    let (fours, more) = blocks.as_chunks::<4>();
    let mut sums = fours[0].each_ref().map(load);
    sums[0] = _mm_xor_si128(sums[0], _mm_set_epi64x(i64::from(rest) << 32, 0));
    for four in &fours[1..] {
        for (sum, block) in sums.iter_mut().zip(four) {
            *sum = fold(*sum, far, load(block));
        }
    }
    let [first, others @ ..] = sums;
    let mut sum = others.into_iter().fold(first, |sum, next| fold(sum, near, next));
    for block in more {
        sum = fold(sum, near, load(block));
    }
    // SAFETY: sixteen bytes either way.
    let bytes: [u8; 16] = unsafe { std::mem::transmute(_mm_shuffle_epi8(sum, backwards)) };
    bytes
}

/// FLAC's checksum of a frame header.
pub(super) fn crc8(bytes: &[u8]) -> u8 {
    (update(&CRC8, 0, bytes) >> 24) as u8
}

/// FLAC's checksum of a frame, going on from `rest`; 0 over a whole frame and its checksum.
pub(super) fn crc16(rest: u16, bytes: &[u8]) -> u16 {
    (update(&CRC16, u32::from(rest) << 16, bytes) >> 16) as u16
}

/// Ogg's checksum of a page, going on from `rest`.
pub(in crate::audio) fn crc32(rest: u32, bytes: &[u8]) -> u32 {
    update(&CRC32, rest, bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn checksums_are_those_of_the_catalogues() {
        // The check values of CRC-8/SMBUS, CRC-16/UMTS and CRC-32 without reflection.
        let digits = b"123456789";
        assert_eq!(super::crc8(digits), 0xF4);
        assert_eq!(super::crc16(0, digits), 0xFEE8);
        assert_eq!(super::crc16(super::crc16(0, &digits[..3]), &digits[3..]), 0xFEE8);
        assert_eq!(super::crc32(0, digits), 0x89A1_897F);
    }

    #[test]
    fn folded_checksums_are_those_of_the_tables() {
        let bytes: Vec<u8> = (0..900u32).map(|at| (at * at * 31 % 251) as u8).collect();
        for (length, rest) in (0..900).zip((0..).map(|at: u32| at.wrapping_mul(0x9E37_79B9))) {
            let own = &bytes[900 - length..];
            for polynomial in [&super::CRC8, &super::CRC16, &super::CRC32] {
                assert_eq!(
                    super::update(polynomial, rest, own),
                    super::plain(polynomial, rest, own),
                    "{length} bytes"
                );
            }
        }
    }
}
