//! The inner loops in AVX-512.
#![expect(unsafe_code, reason = "measured: the table look-up in registers is what makes it fast")]

use std::arch::x86_64::*;

use super::problem::{Chain, LANES};
use super::rows::Rows;
use super::sweep::{Bounds, Losses};

/// Groups that lie in registers at a time.
pub(super) const ABREAST: usize = 4;

/// [`super::rows::step`] with 512-bit registers. The table may end before `width`; what is missing
/// is silent.
pub(super) fn step(
    rows: &mut Rows,
    chain: &Chain,
    (table, width): (&[f32], usize),
    blank: f32,
    (first, end): (usize, usize),
    bits: &mut [u32],
) {
    let groups = end - first;
    assert!(
        end * LANES <= rows.blank.len()
            && rows.blank.len() == rows.label.len()
            && rows.blank.len() == chain.ranks.len()
            && end <= chain.skips.len()
            && first <= end
            && (bits.is_empty() || bits.len() >= groups)
            && width.is_multiple_of(LANES)
            && (table.len() == width || table.len() < width && width <= 4 * LANES)
    );
    // SAFETY: `Isa::Avx512` is made only where detection found the features; the ranges were
    // checked above, and every rank is below the width of the table (`Problem::new`).
    unsafe {
        match (width / LANES, bits.is_empty()) {
            (1, true) => rows_step::<1, false>(rows, chain, table, blank, (first, end), bits),
            (1, false) => rows_step::<1, true>(rows, chain, table, blank, (first, end), bits),
            (2, true) => rows_step::<2, false>(rows, chain, table, blank, (first, end), bits),
            (2, false) => rows_step::<2, true>(rows, chain, table, blank, (first, end), bits),
            (3, true) => rows_step::<3, false>(rows, chain, table, blank, (first, end), bits),
            (3, false) => rows_step::<3, true>(rows, chain, table, blank, (first, end), bits),
            (4, true) => rows_step::<4, false>(rows, chain, table, blank, (first, end), bits),
            (4, false) => rows_step::<4, true>(rows, chain, table, blank, (first, end), bits),
            (_, true) => rows_step::<0, false>(rows, chain, table, blank, (first, end), bits),
            (_, false) => rows_step::<0, true>(rows, chain, table, blank, (first, end), bits),
        }
    }
}

/// A table of up to 64 entries in registers (`TABLES` of 16 each), or in memory (0).
#[derive(Clone, Copy)]
struct Table<const TABLES: usize> {
    parts: [__m512; 4],
    memory: *const f32,
}

impl<const TABLES: usize> Table<TABLES> {
    /// # Safety
    ///
    /// `memory` must stay readable for `len` values while the table is in use.
    #[target_feature(enable = "avx512f")]
    #[inline]
    unsafe fn load(memory: *const f32, len: usize) -> Self {
        let silent = _mm512_set1_ps(f32::NEG_INFINITY);
        let mut parts = [silent; 4];
        for (i, part) in parts.iter_mut().enumerate().take(TABLES) {
            let count = len.saturating_sub(i * LANES).min(LANES);
            let mask = ((1u32 << count) - 1) as u16;
            // SAFETY: only the lanes within `len` values are read.
            *part = unsafe { _mm512_mask_loadu_ps(silent, mask, memory.wrapping_add(i * LANES)) };
        }
        Self { parts, memory }
    }

    /// The entries that `ranks` name.
    ///
    /// # Safety
    ///
    /// With `TABLES` 0, every rank must lie within the loaded length.
    #[target_feature(enable = "avx512f")]
    #[inline]
    unsafe fn look_up(&self, ranks: __m512i) -> __m512 {
        let p = &self.parts;
        match TABLES {
            1 => _mm512_permutexvar_ps(ranks, p[0]),
            2 => _mm512_permutex2var_ps(p[0], ranks, p[1]),
            3 => {
                let upper = _mm512_test_epi32_mask(ranks, _mm512_set1_epi32(32));
                let lower = _mm512_permutex2var_ps(p[0], ranks, p[1]);
                _mm512_mask_permutexvar_ps(lower, upper, ranks, p[2])
            }
            4 => {
                let upper = _mm512_test_epi32_mask(ranks, _mm512_set1_epi32(32));
                _mm512_mask_blend_ps(
                    upper,
                    _mm512_permutex2var_ps(p[0], ranks, p[1]),
                    _mm512_permutex2var_ps(p[2], ranks, p[3]),
                )
            }
            // SAFETY: the caller's ranks lie within the table.
            _ => unsafe { _mm512_i32gather_ps::<4>(ranks, self.memory) },
        }
    }
}

/// Half a group: 8 pairs.
#[derive(Clone, Copy)]
struct Half {
    blank: __m512d,
    label: __m512d,
    from_label: __mmask8,
    entered: __mmask8,
}

/// # Safety
///
/// Needs AVX-512 F, BW and DQ; `[first, end)` must be groups of `rows` and `chain`; the ranks must
/// lie in the table; `bits` must have a word per group where `TRACE` is set.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
unsafe fn rows_step<const TABLES: usize, const TRACE: bool>(
    rows: &mut Rows,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    (first, end): (usize, usize),
    bits: &mut [u32],
) {
    // SAFETY: the slice outlives the table.
    let table = unsafe { Table::<TABLES>::load(table.as_ptr(), table.len()) };
    let blank = _mm512_set1_pd(f64::from(blank));
    let mut carry = _mm512_set1_pd(f64::NEG_INFINITY);
    let (b, l) = (rows.blank.as_mut_ptr(), rows.label.as_mut_ptr());
    for g in first..end {
        let at = g * LANES;
        // SAFETY: group `g` lies in every array, by the caller's promise.
        unsafe {
            let ranks = _mm512_loadu_si512(chain.ranks.as_ptr().add(at).cast());
            let skip = chain.skips.as_ptr().add(g).cast::<u8>();
            let emission = table.look_up(ranks);
            let low = _mm512_castps512_ps256(emission);
            let high = _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd(emission)));
            let label0 = _mm512_loadu_pd(l.add(at));
            let label1 = _mm512_loadu_pd(l.add(at + 8));
            let one =
                half(_mm512_loadu_pd(b.add(at)), label0, carry, *skip, _mm512_cvtps_pd(low), blank);
            let two = half(
                _mm512_loadu_pd(b.add(at + 8)),
                label1,
                label0,
                *skip.add(1),
                _mm512_cvtps_pd(high),
                blank,
            );
            carry = label1;
            _mm512_storeu_pd(b.add(at), one.blank);
            _mm512_storeu_pd(b.add(at + 8), two.blank);
            _mm512_storeu_pd(l.add(at), one.label);
            _mm512_storeu_pd(l.add(at + 8), two.label);
            if TRACE {
                // Byte by byte from the mask registers: joining them there would take the ports
                // that the rest needs. x86 is little-endian.
                let word = bits.as_mut_ptr().add(g - first).cast::<u8>();
                *word = one.from_label;
                *word.add(1) = two.from_label;
                *word.add(2) = one.entered;
                *word.add(3) = two.entered;
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
#[inline]
fn half(
    b: __m512d,
    l: __m512d,
    carry: __m512d,
    skip: __mmask8,
    emission: __m512d,
    blank: __m512d,
) -> Half {
    let before = _mm512_castsi512_pd(_mm512_alignr_epi64::<7>(
        _mm512_castpd_si512(l),
        _mm512_castpd_si512(carry),
    ));
    let from_label = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(before, b);
    let most = _mm512_max_pd(before, b);
    let enter = _mm512_mask_mov_pd(b, skip, most);
    let entered = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(enter, l);
    Half {
        blank: _mm512_add_pd(most, blank),
        label: _mm512_add_pd(_mm512_max_pd(enter, l), emission),
        from_label,
        entered,
    }
}

/// All frames of `losses` for the groups `[first, end)` of a row of upper bounds.
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
            && losses.width.is_multiple_of(LANES)
            && losses.tables.len() >= frames * losses.width
            && bounds.carry.len() >= frames * LANES
    );
    bounds.carry.fill(f32::NEG_INFINITY);
    let whole = first + (end - first) / ABREAST * ABREAST;
    // SAFETY: as in `step`; `carry` has room for every frame.
    unsafe {
        match losses.width / LANES {
            1 => {
                tile::<1, ABREAST>(bounds, chain, losses, (first, whole));
                tile::<1, 1>(bounds, chain, losses, (whole, end));
            }
            2 => {
                tile::<2, ABREAST>(bounds, chain, losses, (first, whole));
                tile::<2, 1>(bounds, chain, losses, (whole, end));
            }
            3 => {
                tile::<3, ABREAST>(bounds, chain, losses, (first, whole));
                tile::<3, 1>(bounds, chain, losses, (whole, end));
            }
            4 => {
                tile::<4, ABREAST>(bounds, chain, losses, (first, whole));
                tile::<4, 1>(bounds, chain, losses, (whole, end));
            }
            _ => {
                tile::<0, ABREAST>(bounds, chain, losses, (first, whole));
                tile::<0, 1>(bounds, chain, losses, (whole, end));
            }
        }
    }
}

/// `ABREAST` groups lie in registers while all frames pass over them: their updates within a frame
/// do not wait for each other. Per frame, `carry` keeps the last group as it was before that
/// frame, whose last label is the neighbour of the next group's first.
///
/// # Safety
///
/// Needs AVX-512 F and BW; the groups, a multiple of `ABREAST`, must lie in `bounds` and `chain`;
/// the tables of all frames must lie in `losses`, and 16 values per frame in `bounds.carry`; every
/// rank must be below the tables' width.
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn tile<const TABLES: usize, const ABREAST: usize>(
    bounds: &mut Bounds,
    chain: &Chain,
    losses: &Losses,
    (first, end): (usize, usize),
) {
    const UP: i32 = _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC;
    let (b, l) = (bounds.blank.as_mut_ptr(), bounds.label.as_mut_ptr());
    let carries = bounds.carry.as_mut_ptr();
    for g in (first..end).step_by(ABREAST) {
        let zero = _mm512_setzero_ps();
        let (mut blank, mut label) = ([zero; ABREAST], [zero; ABREAST]);
        let mut ranks = [_mm512_setzero_si512(); ABREAST];
        let (mut skip, mut upper) = ([0u16; ABREAST], [0u16; ABREAST]);
        for i in 0..ABREAST {
            let at = (g + i) * LANES;
            // SAFETY: group `g + i` lies in every array, by the caller's promise.
            unsafe {
                ranks[i] = _mm512_loadu_si512(chain.ranks.as_ptr().add(at).cast());
                skip[i] = *chain.skips.get_unchecked(g + i);
                blank[i] = _mm512_loadu_ps(b.add(at));
                label[i] = _mm512_loadu_ps(l.add(at));
            }
            upper[i] = _mm512_test_epi32_mask(ranks[i], _mm512_set1_epi32(32));
        }
        for (frame, &silent) in losses.blanks.iter().enumerate() {
            // SAFETY: the frame's table and carry lie in their arrays, by the caller's promise.
            unsafe {
                let t = losses.tables.as_ptr().add(frame * losses.width);
                let part = |i: usize| _mm512_loadu_ps(t.add(i * LANES));
                let silent = _mm512_set1_ps(silent);
                let carry = carries.add(frame * LANES);
                let mut neighbour = _mm512_loadu_ps(carry);
                for i in 0..ABREAST {
                    let loss = match TABLES {
                        1 => _mm512_permutexvar_ps(ranks[i], part(0)),
                        2 => _mm512_permutex2var_ps(part(0), ranks[i], part(1)),
                        3 => _mm512_mask_permutexvar_ps(
                            _mm512_permutex2var_ps(part(0), ranks[i], part(1)),
                            upper[i],
                            ranks[i],
                            part(2),
                        ),
                        4 => _mm512_mask_blend_ps(
                            upper[i],
                            _mm512_permutex2var_ps(part(0), ranks[i], part(1)),
                            _mm512_permutex2var_ps(part(2), ranks[i], part(3)),
                        ),
                        _ => _mm512_i32gather_ps::<4>(ranks[i], t),
                    };
                    let before = _mm512_castsi512_ps(_mm512_alignr_epi32::<15>(
                        _mm512_castps_si512(label[i]),
                        _mm512_castps_si512(neighbour),
                    ));
                    neighbour = label[i];
                    let most = _mm512_max_ps(before, blank[i]);
                    let enter = _mm512_mask_mov_ps(blank[i], skip[i], most);
                    label[i] = _mm512_add_round_ps::<UP>(_mm512_max_ps(enter, label[i]), loss);
                    blank[i] = _mm512_add_round_ps::<UP>(most, silent);
                }
                _mm512_storeu_ps(carry, neighbour);
            }
        }
        for i in 0..ABREAST {
            let at = (g + i) * LANES;
            // SAFETY: as where they were loaded.
            unsafe {
                _mm512_storeu_ps(b.add(at), blank[i]);
                _mm512_storeu_ps(l.add(at), label[i]);
            }
        }
    }
}
