//! Rows of a sample of each lane, turned into the samples of a lane after those of another.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "vectors that not every machine has, found at run time")
)]

use super::lanes::{LANES, Row};

/// Where samples go: a lane after the other.
pub(super) struct Spread {
    /// What the samples of each lane are multiplied with.
    pub(super) factors: [f32; LANES],
    /// Samples of a lane.
    pub(super) block: usize,
    /// Samples of the first lane that have no place.
    pub(super) skip: usize,
    /// How many lanes there are.
    pub(super) count: usize,
}

/// Some samples of each lane.
type Square = [[f32; LANES]; LANES];

impl Spread {
    /// Writes the samples of all lanes, or of pairs the first, from `at` on, as far as `out` has a place for them; those of the
    /// last lane to `part` instead, where that is not empty.
    #[inline(always)]
    pub(super) fn write<const PAIRS: bool, const AVX2: bool>(
        &self,
        rows: &[Row],
        mut at: usize,
        out: &mut [f32],
        part: &mut [f32],
    ) {
        let last = if part.is_empty() { self.count } else { self.count - 1 };
        let value = |row: &Row, lane: usize| {
            let sample = if PAIRS { i32::from(row[lane] as i16) } else { row[lane] };
            sample as f32 * self.factors[lane]
        };
        let (parts, rest) = rows.as_chunks::<LANES>();
        for square in parts {
            let mut values = [[0.0; LANES]; LANES];
            for (to, row) in values.iter_mut().zip(square) {
                for (lane, to) in to.iter_mut().enumerate() {
                    *to = value(row, lane);
                }
            }
            let turned = turned::<AVX2>(&values);
            for (lane, samples) in turned.iter().enumerate().take(last) {
                put(samples, (lane * self.block + at).wrapping_sub(self.skip), out);
            }
            if last < self.count {
                put(&turned[last], at, part);
            }
            at += LANES;
        }
        for row in rest {
            for lane in 0..last {
                let start = (lane * self.block + at).wrapping_sub(self.skip);
                clipped(&[value(row, lane)], start, out);
            }
            if last < self.count {
                clipped(&[value(row, last)], at, part);
            }
            at += 1;
        }
    }
}

/// Writes some samples from `start` on, as far as they have a place.
#[inline(always)]
fn put(samples: &[f32; LANES], start: usize, out: &mut [f32]) {
    match out.get_mut(start..).and_then(|out| out.first_chunk_mut()) {
        Some(to) => *to = *samples,
        None => clipped(samples, start, out),
    }
}

/// Writes those of the values that have a place.
fn clipped(values: &[f32], start: usize, out: &mut [f32]) {
    for (at, value) in values.iter().enumerate() {
        if let Some(to) = out.get_mut(start.wrapping_add(at)) {
            *to = *value;
        }
    }
}

/// Rows for columns.
#[inline(always)]
fn turned<const AVX2: bool>(values: &Square) -> Square {
    #[cfg(target_arch = "x86_64")]
    if AVX2 {
        // SAFETY: whoever says `AVX2` asked the machine for it.
        return unsafe { turned_avx2(values) };
    }
    let mut turned = [[0.0; LANES]; LANES];
    for (at, row) in values.iter().enumerate() {
        for (to, value) in turned.iter_mut().zip(row) {
            to[at] = *value;
        }
    }
    turned
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn turned_avx2(values: &Square) -> Square {
    use std::arch::x86_64::{
        __m256, _mm256_loadu_ps, _mm256_permute2f128_ps, _mm256_shuffle_ps, _mm256_storeu_ps,
        _mm256_unpackhi_ps, _mm256_unpacklo_ps,
    };

    const { assert!(size_of::<[f32; LANES]>() == size_of::<__m256>()) };
    // SAFETY: a row is as long as a vector.
    let [a, b, c, d, e, f, g, h] = values.each_ref().map(|row| unsafe { _mm256_loadu_ps(row.as_ptr()) });
    // Neighbours first, then pairs of them, then halves.
    let ab = [_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b)];
    let cd = [_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d)];
    let ef = [_mm256_unpacklo_ps(e, f), _mm256_unpackhi_ps(e, f)];
    let gh = [_mm256_unpacklo_ps(g, h), _mm256_unpackhi_ps(g, h)];
    let fours = |one: [__m256; 2], two: [__m256; 2]| {
        [
            _mm256_shuffle_ps::<0x44>(one[0], two[0]),
            _mm256_shuffle_ps::<0xEE>(one[0], two[0]),
            _mm256_shuffle_ps::<0x44>(one[1], two[1]),
            _mm256_shuffle_ps::<0xEE>(one[1], two[1]),
        ]
    };
    let (above, below) = (fours(ab, cd), fours(ef, gh));
    let mut turned = [[0.0; LANES]; LANES];
    for at in 0..4 {
        let low = _mm256_permute2f128_ps::<0x20>(above[at], below[at]);
        let high = _mm256_permute2f128_ps::<0x31>(above[at], below[at]);
        // SAFETY: a row is as long as a vector.
        unsafe { _mm256_storeu_ps(turned[at].as_mut_ptr(), low) };
        // SAFETY: as above.
        unsafe { _mm256_storeu_ps(turned[at + 4].as_mut_ptr(), high) };
    }
    turned
}
