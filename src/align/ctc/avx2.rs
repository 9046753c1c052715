//! The inner loops in AVX2, and the lesser scalar ones compiled for 256-bit registers.
#![expect(unsafe_code, reason = "instructions that not every machine has, found at run time")]

use std::arch::x86_64::*;

use super::emissions::first_bad as plain_first_bad;
use super::problem::{Chain, LANES};
use super::rows::Rows;
use super::sweep::{Bounds, Losses, UP, relate as plain_relate};

/// [`super::rows::step`] with 256-bit registers.
pub(super) fn step(
    rows: &mut Rows,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    (first, end): (usize, usize),
    bits: &mut [u32],
) {
    assert!(
        end * LANES <= rows.blank.len()
            && rows.blank.len() == rows.label.len()
            && rows.blank.len() == chain.ranks.len()
            && end <= chain.skips.len()
            && first <= end
            && (bits.is_empty() || bits.len() >= end - first)
            && chain.highest < table.len()
    );
    // SAFETY: `Isa::Avx2` and above are made only where detection found the features; the ranges
    // were checked above, and no rank is above the chain's highest.
    unsafe {
        if bits.is_empty() {
            rows_step::<false>(rows, chain, table, blank, (first, end), bits);
        } else {
            rows_step::<true>(rows, chain, table, blank, (first, end), bits);
        }
    }
}

/// Which of four pairs may skip: bit `at + i` of `skips` as lane `i`.
#[target_feature(enable = "avx2")]
#[inline]
fn skips(skips: u16, at: usize) -> __m256d {
    let bits = _mm256_set_epi64x(8 << at, 4 << at, 2 << at, 1 << at);
    let all = _mm256_set1_epi64x(i64::from(skips));
    _mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_and_si256(all, bits), bits))
}

/// # Safety
///
/// Needs AVX2; `[first, end)` must be groups of `rows` and `chain`; every rank must lie in the
/// table; `bits` must have a word per group where `TRACE` is set.
#[target_feature(enable = "avx2")]
unsafe fn rows_step<const TRACE: bool>(
    rows: &mut Rows,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    (first, end): (usize, usize),
    bits: &mut [u32],
) {
    let blank = _mm256_set1_pd(f64::from(blank));
    let mut carry = _mm256_set1_pd(f64::NEG_INFINITY);
    let (b, l) = (rows.blank.as_mut_ptr(), rows.label.as_mut_ptr());
    for g in first..end {
        // SAFETY: group `g` lies in every array, and its ranks in the table, by the caller's
        // promise.
        unsafe {
            let skip = *chain.skips.get_unchecked(g);
            let mut word = 0u32;
            for half in 0..2 {
                let at = g * LANES + half * 8;
                let ranks = _mm256_loadu_si256(chain.ranks.as_ptr().add(at).cast());
                let emissions = _mm256_i32gather_ps::<4>(table.as_ptr(), ranks);
                for quarter in 0..2 {
                    let at = at + quarter * 4;
                    let emission = if quarter == 0 {
                        _mm256_cvtps_pd(_mm256_castps256_ps128(emissions))
                    } else {
                        _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(emissions))
                    };
                    let (blanks, labels) = (_mm256_loadu_pd(b.add(at)), _mm256_loadu_pd(l.add(at)));
                    // One place on: the last lane comes from the four before.
                    let turned = _mm256_permute4x64_pd::<0b10_01_00_11>(labels);
                    let before = _mm256_blend_pd::<1>(turned, carry);
                    carry = turned;
                    let most = _mm256_max_pd(before, blanks);
                    let may = skips(skip, half * 8 + quarter * 4);
                    let enter = _mm256_blendv_pd(blanks, most, may);
                    if TRACE {
                        let better = _mm256_cmp_pd::<_CMP_GT_OQ>(before, blanks);
                        let entered = _mm256_cmp_pd::<_CMP_GT_OQ>(enter, labels);
                        // Step by step: a sum of eight shifts would be made in vector registers.
                        word = word >> 4
                            | (_mm256_movemask_pd(better) as u32) << 12
                            | (_mm256_movemask_pd(entered) as u32) << 28;
                    }
                    let label = _mm256_add_pd(_mm256_max_pd(enter, labels), emission);
                    _mm256_storeu_pd(b.add(at), _mm256_add_pd(most, blank));
                    _mm256_storeu_pd(l.add(at), label);
                }
            }
            if TRACE {
                *bits.get_unchecked_mut(g - first) = word;
            }
        }
    }
}

/// Groups that lie in registers at a time.
pub(super) const ABREAST: usize = 2;

/// [`Bounds::frames`] with 256-bit registers.
pub(super) fn sweep(
    bounds: &mut Bounds,
    chain: &Chain,
    losses: &Losses,
    (first, end): (usize, usize),
) {
    let frames = losses.blanks.len();
    assert!(
        end * LANES <= bounds.blank.len()
            && bounds.blank.len() == bounds.label.len()
            && bounds.blank.len() == chain.ranks.len()
            && end <= chain.skips.len()
            && first <= end
            && chain.highest < losses.width
            && losses.tables.len() >= frames * losses.width
            && bounds.carry.len() >= frames * LANES
    );
    bounds.carry.fill(f32::NEG_INFINITY);
    let whole = first + (end - first) / ABREAST * ABREAST;
    // SAFETY: as in `step`; `carry` has room for every frame.
    unsafe {
        tile::<ABREAST>(bounds, chain, losses, (first, whole));
        tile::<1>(bounds, chain, losses, (whole, end));
    }
}

/// `COUNT` groups lie in registers while all frames pass over them. Per frame, `carry` keeps eight
/// labels as they were before that frame, turned by one place, so that the first is the neighbour
/// of the next group's first.
///
/// # Safety
///
/// Needs AVX2; the groups, a multiple of `COUNT`, must lie in `bounds` and `chain`; the tables of
/// all frames must lie in `losses`, and 16 values per frame in `bounds.carry`; every rank must be
/// below the tables' width.
#[target_feature(enable = "avx2")]
unsafe fn tile<const COUNT: usize>(
    bounds: &mut Bounds,
    chain: &Chain,
    losses: &Losses,
    (first, end): (usize, usize),
) {
    let (b, l) = (bounds.blank.as_mut_ptr(), bounds.label.as_mut_ptr());
    let carries = bounds.carry.as_mut_ptr();
    let turn = _mm256_set_epi32(6, 5, 4, 3, 2, 1, 0, 7);
    let places = [
        _mm256_set_epi32(1 << 7, 1 << 6, 1 << 5, 1 << 4, 1 << 3, 1 << 2, 1 << 1, 1),
        _mm256_set_epi32(1 << 15, 1 << 14, 1 << 13, 1 << 12, 1 << 11, 1 << 10, 1 << 9, 1 << 8),
    ];
    let up = _mm256_set1_ps(UP);
    for g in (first..end).step_by(COUNT) {
        let zero = _mm256_setzero_ps();
        let (mut blank, mut label) = ([[zero; 2]; COUNT], [[zero; 2]; COUNT]);
        let mut may = [[zero; 2]; COUNT];
        for i in 0..COUNT {
            // SAFETY: group `g + i` lies in every array, by the caller's promise.
            let skip = unsafe { *chain.skips.get_unchecked(g + i) };
            for half in 0..2 {
                let at = (g + i) * LANES + half * 8;
                // SAFETY: as above.
                unsafe {
                    blank[i][half] = _mm256_loadu_ps(b.add(at));
                    label[i][half] = _mm256_loadu_ps(l.add(at));
                }
                let own = _mm256_and_si256(_mm256_set1_epi32(i32::from(skip)), places[half]);
                may[i][half] = _mm256_castsi256_ps(_mm256_cmpeq_epi32(own, places[half]));
            }
        }
        for (frame, &silent) in losses.blanks.iter().enumerate() {
            // SAFETY: the frame's table and carry lie in their arrays, the groups in the chain and
            // their ranks in the table, by the caller's promise.
            unsafe {
                let table = losses.tables.as_ptr().add(frame * losses.width);
                let silent = _mm256_set1_ps(silent);
                let carry = carries.add(frame * LANES);
                let mut neighbour = _mm256_loadu_ps(carry);
                for i in 0..COUNT {
                    for half in 0..2 {
                        let at = (g + i) * LANES + half * 8;
                        let ranks = _mm256_loadu_si256(chain.ranks.as_ptr().add(at).cast());
                        let loss = _mm256_i32gather_ps::<4>(table, ranks);
                        let turned = _mm256_permutevar8x32_ps(label[i][half], turn);
                        let before = _mm256_blend_ps::<1>(turned, neighbour);
                        neighbour = turned;
                        let most = _mm256_max_ps(before, blank[i][half]);
                        let enter = _mm256_blendv_ps(blank[i][half], most, may[i][half]);
                        let best = _mm256_max_ps(enter, label[i][half]);
                        label[i][half] = _mm256_mul_ps(_mm256_add_ps(best, loss), up);
                        blank[i][half] = _mm256_mul_ps(_mm256_add_ps(most, silent), up);
                    }
                }
                _mm256_storeu_ps(carry, neighbour);
            }
        }
        for i in 0..COUNT {
            for half in 0..2 {
                let at = (g + i) * LANES + half * 8;
                // SAFETY: as where they were loaded.
                unsafe {
                    _mm256_storeu_ps(b.add(at), blank[i][half]);
                    _mm256_storeu_ps(l.add(at), label[i][half]);
                }
            }
        }
    }
}

/// [`Bounds::settle`].
pub(super) fn settle(bounds: &mut Bounds, groups: (usize, usize)) -> Option<usize> {
    #[target_feature(enable = "avx2,fma")]
    fn inner(bounds: &mut Bounds, groups: (usize, usize)) -> Option<usize> {
        bounds.settle(groups)
    }
    // SAFETY: `Isa::Avx2` and above are made only where detection found the features.
    unsafe { inner(bounds, groups) }
}

/// [`super::sweep::relate`].
pub(super) fn relate(table: &mut [f32]) -> f32 {
    #[target_feature(enable = "avx2,fma")]
    fn inner(table: &mut [f32]) -> f32 {
        plain_relate(table)
    }
    // SAFETY: as in `settle`.
    unsafe { inner(table) }
}

/// [`super::emissions::first_bad`].
pub(super) fn first_bad(values: &[f32]) -> Option<usize> {
    #[target_feature(enable = "avx2,fma")]
    fn inner(values: &[f32]) -> Option<usize> {
        plain_first_bad(values)
    }
    // SAFETY: as in `settle`.
    unsafe { inner(values) }
}
