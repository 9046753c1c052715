//! The inner loops in NEON, which has four lanes of 32 bits.
#![expect(unsafe_code, reason = "rows stay in registers while frames pass over them")]

use std::arch::aarch64::*;

use super::problem::{Chain, LANES};
use super::rows::Rows;
use super::sweep::{Bounds, Losses, UP};

/// [`super::rows::step`] with 128-bit registers.
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
    // SAFETY: `Isa::Neon` is made only where detection found it; the ranges were checked above,
    // and no rank is above the chain's highest.
    unsafe {
        if bits.is_empty() {
            rows_step::<false>(rows, chain, table, blank, (first, end), bits);
        } else {
            rows_step::<true>(rows, chain, table, blank, (first, end), bits);
        }
    }
}

/// # Safety
///
/// Needs NEON; `[first, end)` must be groups of `rows` and `chain`; every rank must lie in the
/// table; `bits` must have a word per group where `TRACE` is set.
#[target_feature(enable = "neon")]
unsafe fn rows_step<const TRACE: bool>(
    rows: &mut Rows,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    (first, end): (usize, usize),
    bits: &mut [u32],
) {
    let blank = vdupq_n_f64(f64::from(blank));
    let mut last = vdupq_n_f64(f64::NEG_INFINITY);
    let (b, l) = (rows.blank.as_mut_ptr(), rows.label.as_mut_ptr());
    for g in first..end {
        // SAFETY: group `g` lies in every array, and its ranks in the table, by the caller's
        // promise.
        unsafe {
            let skip = vdupq_n_u64(u64::from(*chain.skips.get_unchecked(g)));
            // The bits of the two pairs in work, then of the next two.
            let mut pairs = vcombine_u64(vcreate_u64(1), vcreate_u64(2));
            let mut word = vdupq_n_u64(0);
            for part in 0..LANES / 2 {
                let at = g * LANES + part * 2;
                let rank = chain.ranks.as_ptr().add(at);
                let (low, high) = (*rank as usize, *rank.add(1) as usize);
                let emission = [*table.get_unchecked(low), *table.get_unchecked(high)];
                let emission = vcvt_f64_f32(vld1_f32(emission.as_ptr()));
                let (blanks, labels) = (vld1q_f64(b.add(at)), vld1q_f64(l.add(at)));
                // One place on: the first lane comes from the two before.
                let before = vextq_f64::<1>(last, labels);
                last = labels;
                let better = vcgtq_f64(before, blanks);
                let most = vbslq_f64(better, before, blanks);
                let enter = vbslq_f64(vtstq_u64(skip, pairs), most, blanks);
                let entered = vcgtq_f64(enter, labels);
                let label = vaddq_f64(vbslq_f64(entered, enter, labels), emission);
                vst1q_f64(b.add(at), vaddq_f64(most, blank));
                vst1q_f64(l.add(at), label);
                if TRACE {
                    word = vorrq_u64(word, vandq_u64(better, pairs));
                    word = vorrq_u64(word, vandq_u64(entered, vshlq_n_u64::<16>(pairs)));
                }
                pairs = vshlq_n_u64::<2>(pairs);
            }
            if TRACE {
                *bits.get_unchecked_mut(g - first) = vaddvq_u64(word) as u32;
            }
        }
    }
}

/// Groups that lie in registers at a time: each takes twelve of thirty-two.
pub(super) const ABREAST: usize = 2;

/// Registers of a group.
const PARTS: usize = LANES / 4;

/// [`Bounds::frames`] with 128-bit registers.
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

/// `COUNT` groups lie in registers while all frames pass over them. Per frame, `carry` keeps the
/// last four labels as they were before that frame; the last of them is the neighbour of the next
/// group's first.
///
/// # Safety
///
/// Needs NEON; the groups, a multiple of `COUNT`, must lie in `bounds` and `chain`; the tables of
/// all frames must lie in `losses`, and 16 values per frame in `bounds.carry`; every rank must be
/// below the tables' width.
#[target_feature(enable = "neon")]
unsafe fn tile<const COUNT: usize>(
    bounds: &mut Bounds,
    chain: &Chain,
    losses: &Losses,
    (first, end): (usize, usize),
) {
    let (b, l) = (bounds.blank.as_mut_ptr(), bounds.label.as_mut_ptr());
    let carries = bounds.carry.as_mut_ptr();
    let up = vdupq_n_f32(UP);
    for g in (first..end).step_by(COUNT) {
        let zero = vdupq_n_f32(0.0);
        let (mut blank, mut label) = ([[zero; PARTS]; COUNT], [[zero; PARTS]; COUNT]);
        let mut may = [[vdupq_n_u32(0); PARTS]; COUNT];
        for i in 0..COUNT {
            // SAFETY: group `g + i` lies in every array, by the caller's promise.
            let skip = unsafe { *chain.skips.get_unchecked(g + i) };
            for part in 0..PARTS {
                let at = (g + i) * LANES + part * 4;
                let places = [1u32, 2, 4, 8].map(|place| place << (part * 4));
                // SAFETY: as above; four places are four lanes.
                unsafe {
                    blank[i][part] = vld1q_f32(b.add(at));
                    label[i][part] = vld1q_f32(l.add(at));
                    may[i][part] = vtstq_u32(vdupq_n_u32(skip.into()), vld1q_u32(places.as_ptr()));
                }
            }
        }
        for (frame, &silent) in losses.blanks.iter().enumerate() {
            // SAFETY: the frame's table and carry lie in their arrays, the groups in the chain and
            // their ranks in the table, by the caller's promise.
            unsafe {
                let table = losses.tables.as_ptr().add(frame * losses.width);
                let silent = vdupq_n_f32(silent);
                let carry = carries.add(frame * LANES);
                let mut last = vld1q_f32(carry);
                for i in 0..COUNT {
                    for part in 0..PARTS {
                        let ranks = chain.ranks.as_ptr().add((g + i) * LANES + part * 4);
                        let loss = |lane| *table.add(*ranks.add(lane) as usize);
                        let loss = [loss(0), loss(1), loss(2), loss(3)];
                        let loss = vld1q_f32(loss.as_ptr());
                        let before = vextq_f32::<3>(last, label[i][part]);
                        last = label[i][part];
                        let better = vcgtq_f32(before, blank[i][part]);
                        let most = vbslq_f32(better, before, blank[i][part]);
                        let enter = vbslq_f32(may[i][part], most, blank[i][part]);
                        let best = vbslq_f32(vcgtq_f32(enter, last), enter, last);
                        label[i][part] = vmulq_f32(vaddq_f32(best, loss), up);
                        blank[i][part] = vmulq_f32(vaddq_f32(most, silent), up);
                    }
                }
                vst1q_f32(carry, last);
            }
        }
        for i in 0..COUNT {
            for part in 0..PARTS {
                let at = (g + i) * LANES + part * 4;
                // SAFETY: as where they were loaded.
                unsafe {
                    vst1q_f32(b.add(at), blank[i][part]);
                    vst1q_f32(l.add(at), label[i][part]);
                }
            }
        }
    }
}
