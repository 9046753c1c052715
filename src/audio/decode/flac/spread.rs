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

impl Spread {
    /// Writes the samples of all lanes, or of pairs the first, from `at` on, as far as `out` has a place for them; what
    /// the last lane has behind it goes to `rest`.
    #[inline(always)]
    pub(super) fn write<const PAIRS: bool, const AVX2: bool>(
        &self,
        rows: &[Row],
        mut at: usize,
        out: &mut [f32],
        rest: &mut [f32],
    ) {
        let behind = out.len();
        let start = |lane: usize, at: usize| (lane * self.block + at).wrapping_sub(self.skip);
        let last = self.count - 1;
        let (squares, others) = rows.as_chunks::<LANES>();
        for square in squares {
            let turned = turned::<PAIRS, AVX2>(square, &self.factors);
            for (lane, samples) in turned.iter().enumerate().take(self.count) {
                put(samples, start(lane, at), out);
            }
            if !rest.is_empty() {
                put(&turned[last], start(last, at).wrapping_sub(behind), rest);
            }
            at += LANES;
        }
        for row in others {
            for (lane, (&sample, factor)) in
                row.iter().zip(self.factors).enumerate().take(self.count)
            {
                clipped(&[value::<PAIRS>(sample, factor)], start(lane, at), out);
            }
            let sample = value::<PAIRS>(row[last], self.factors[last]);
            clipped(&[sample], start(last, at).wrapping_sub(behind), rest);
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

/// A sample, or the first of a pair, as it is written.
#[inline(always)]
fn value<const PAIRS: bool>(sample: i32, factor: f32) -> f32 {
    let sample = if PAIRS { i32::from(sample as i16) } else { sample };
    sample as f32 * factor
}

/// The samples of each lane, as they are written.
#[inline(always)]
fn turned<const PAIRS: bool, const AVX2: bool>(
    rows: &[Row; LANES],
    factors: &[f32; LANES],
) -> [[f32; LANES]; LANES] {
    #[cfg(target_arch = "x86_64")]
    if AVX2 {
        // SAFETY: whoever says `AVX2` asked the machine for it.
        return unsafe { turned_avx2::<PAIRS>(rows, factors) };
    }
    let mut turned = [[0.0; LANES]; LANES];
    for (at, row) in rows.iter().enumerate() {
        for (lane, to) in turned.iter_mut().enumerate() {
            to[at] = value::<PAIRS>(row[lane], factors[lane]);
        }
    }
    turned
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn turned_avx2<const PAIRS: bool>(
    rows: &[Row; LANES],
    factors: &[f32; LANES],
) -> [[f32; LANES]; LANES] {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_loadu_si128, _mm256_cvtepi32_ps, _mm256_mul_ps, _mm256_set_m128i,
        _mm256_set1_ps, _mm256_slli_epi32, _mm256_srai_epi32, _mm256_storeu_ps,
        _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
    };

    const { assert!(size_of::<Row>() == size_of::<__m256i>() && LANES == 8) };
    let half = |row: usize, half: usize| -> __m128i {
        // SAFETY: a row has two halves.
        unsafe { _mm_loadu_si128(rows[row].as_ptr().add(4 * half).cast()) }
    };
    let mut turned = [[0.0; LANES]; LANES];
    for part in 0..2 {
        // A row and the fourth behind it, then neighbours, then pairs of them.
        let [a, b, c, d] =
            [0, 1, 2, 3].map(|row| _mm256_set_m128i(half(row + 4, part), half(row, part)));
        let (ab, cd) = (_mm256_unpacklo_epi32(a, b), _mm256_unpacklo_epi32(c, d));
        let (ab_high, cd_high) = (_mm256_unpackhi_epi32(a, b), _mm256_unpackhi_epi32(c, d));
        let lanes = [
            _mm256_unpacklo_epi64(ab, cd),
            _mm256_unpackhi_epi64(ab, cd),
            _mm256_unpacklo_epi64(ab_high, cd_high),
            _mm256_unpackhi_epi64(ab_high, cd_high),
        ];
        for (at, lane) in lanes.into_iter().enumerate() {
            let samples =
                if PAIRS { _mm256_srai_epi32::<16>(_mm256_slli_epi32::<16>(lane)) } else { lane };
            let factor = _mm256_set1_ps(factors[4 * part + at]);
            let values = _mm256_mul_ps(_mm256_cvtepi32_ps(samples), factor);
            // SAFETY: a lane is as long as a vector.
            unsafe { _mm256_storeu_ps(turned[4 * part + at].as_mut_ptr(), values) };
        }
    }
    turned
}
