//! The scalar loops, compiled for 256-bit registers.
#![expect(unsafe_code, reason = "instructions that not every machine has, found at run time")]

use super::emissions::first_bad as plain_first_bad;
use super::problem::Chain;
use super::rows::{Rows, twin};
use super::sweep::{Bounds, Losses, relate as plain_relate};

/// [`super::rows::step`].
pub(super) fn step(
    rows: &mut Rows,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    groups: (usize, usize),
    bits: &mut [u32],
) {
    #[target_feature(enable = "avx2,fma")]
    fn inner(
        rows: &mut Rows,
        chain: &Chain,
        table: &[f32],
        blank: f32,
        groups: (usize, usize),
        bits: &mut [u32],
    ) {
        twin(rows, chain, table, blank, groups, bits);
    }
    // SAFETY: `Isa::Avx2` and above are made only where detection found the features.
    unsafe { inner(rows, chain, table, blank, groups, bits) }
}

/// [`Bounds::frames`].
pub(super) fn sweep(bounds: &mut Bounds, chain: &Chain, losses: &Losses, groups: (usize, usize)) {
    #[target_feature(enable = "avx2,fma")]
    fn inner(bounds: &mut Bounds, chain: &Chain, losses: &Losses, groups: (usize, usize)) {
        bounds.frames(chain, losses, groups);
    }
    // SAFETY: as in `step`.
    unsafe { inner(bounds, chain, losses, groups) }
}

/// [`Bounds::settle`].
pub(super) fn settle(bounds: &mut Bounds, groups: (usize, usize)) -> Option<usize> {
    #[target_feature(enable = "avx2,fma")]
    fn inner(bounds: &mut Bounds, groups: (usize, usize)) -> Option<usize> {
        bounds.settle(groups)
    }
    // SAFETY: as in `step`.
    unsafe { inner(bounds, groups) }
}

/// [`super::sweep::relate`].
pub(super) fn relate(table: &mut [f32]) -> f32 {
    #[target_feature(enable = "avx2,fma")]
    fn inner(table: &mut [f32]) -> f32 {
        plain_relate(table)
    }
    // SAFETY: as in `step`.
    unsafe { inner(table) }
}

/// [`super::emissions::first_bad`].
pub(super) fn first_bad(values: &[f32]) -> Option<usize> {
    #[target_feature(enable = "avx2,fma")]
    fn inner(values: &[f32]) -> Option<usize> {
        plain_first_bad(values)
    }
    // SAFETY: as in `step`.
    unsafe { inner(values) }
}
