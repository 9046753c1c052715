//! The samples of one channel in one frame: a prediction, and what it misses.
//!
//! # Source
//!
//! RFC 9639, *Free Lossless Audio Codec*, section 9.2.

use super::bits::Bits;

/// Reads the samples of a channel, of `depth` bits each, at most 25; `None` where they are damaged.
#[inline(always)]
pub(super) fn read(bits: &mut Bits<'_>, depth: u32, out: &mut [i32]) -> Option<()> {
    let head = bits.read(8);
    let wasted = if head & 1 != 0 { bits.read_zeros()? + 1 } else { 0 };
    let depth = depth.checked_sub(wasted).filter(|&depth| depth > 0)?;
    match head >> 1 {
        0 => out.fill(bits.read_signed(depth)),
        1 => out.iter_mut().for_each(|sample| *sample = bits.read_signed(depth)),
        kind @ 8..=12 => {
            let order = kind as usize - 8;
            warm_up(bits, depth, order, out)?;
            read_residual(bits, order, out)?;
            match order {
                0 => {}
                1 => predict::<1>(&[1], 0, order, out),
                2 => predict::<2>(&[2, -1], 0, order, out),
                3 => predict::<3>(&[3, -3, 1], 0, order, out),
                _ => predict::<4>(&[4, -6, 4, -1], 0, order, out),
            }
        }
        kind @ 32..=63 => {
            let order = kind as usize - 31;
            warm_up(bits, depth, order, out)?;
            let precision = bits.read(4) + 1;
            // A shift to the left was never written, and 16 bits of precision are reserved.
            let shift = u32::try_from(bits.read_signed(5)).ok().filter(|_| precision < 16)?;
            let mut coefficients = [0; 32];
            for coefficient in &mut coefficients[..order] {
                *coefficient = bits.read_signed(precision);
            }
            read_residual(bits, order, out)?;
            let all = &coefficients;
            match order {
                1 | 2 => predict::<2>(all, shift, order, out),
                3 | 4 => predict::<4>(all, shift, order, out),
                5 | 6 => predict::<6>(all, shift, order, out),
                7 | 8 => predict::<8>(all, shift, order, out),
                9 | 10 => predict::<10>(all, shift, order, out),
                11 | 12 => predict::<12>(all, shift, order, out),
                13..=16 => predict::<16>(all, shift, order, out),
                17..=24 => predict::<24>(all, shift, order, out),
                _ => predict::<32>(all, shift, order, out),
            }
        }
        _ => return None,
    }
    if wasted > 0 {
        out.iter_mut().for_each(|sample| *sample <<= wasted);
    }
    Some(())
}

/// Reads the first `order` samples, which are stored as they are.
#[inline(always)]
fn warm_up(bits: &mut Bits<'_>, depth: u32, order: usize, out: &mut [i32]) -> Option<()> {
    let first = out.get_mut(..order)?;
    first.iter_mut().for_each(|sample| *sample = bits.read_signed(depth));
    Some(())
}

/// Reads what the prediction misses, for the samples from `order` on.
#[inline(always)]
fn read_residual(bits: &mut Bits<'_>, order: usize, out: &mut [i32]) -> Option<()> {
    let width = match bits.read(2) {
        0 => 4,
        1 => 5,
        _ => return None,
    };
    let parts = 1usize << bits.read(4);
    let length = out.len() / parts;
    if length * parts != out.len() || length < order {
        return None;
    }
    let mut start = order;
    for part in 1..=parts {
        let out = &mut out[start..part * length];
        start = part * length;
        let low = bits.read(width);
        if low == (1 << width) - 1 {
            let plain = bits.read(5);
            out.iter_mut().for_each(|residual| *residual = bits.read_signed(plain));
        } else if !bits.read_rice(low, out) {
            return None;
        }
    }
    Some(())
}

/// Adds to each residual in `out` the prediction from the samples before: the last of them times the first coefficient
/// and so on, shifted right. The first `order` samples are there; coefficients behind `order` are 0.
///
/// The products of a sample are added up in advance, in `N` sums for the `N` samples to come, so that the next
/// sample waits for one product alone. Not inlined, and so
/// compiled for any machine: wide vectors have nothing to win where each sample waits for the one before.
#[inline(never)]
fn predict<const N: usize>(coefficients: &[i32], shift: u32, order: usize, out: &mut [i32]) {
    let mut weights = [0i64; N];
    weights.iter_mut().zip(coefficients).for_each(|(to, &from)| *to = i64::from(from));
    let mut sums = [0i64; N];
    let learn = |sample: i64, sums: &mut [i64; N]| {
        for at in 0..N - 1 {
            sums[at] = sums[at + 1].wrapping_add(weights[at].wrapping_mul(sample));
        }
        sums[N - 1] = weights[N - 1].wrapping_mul(sample);
    };
    let (first, rest) = out.split_at_mut(order);
    for &mut sample in first {
        learn(i64::from(sample), &mut sums);
    }
    for to in rest {
        // Damage may give any number; the frame's checksum tells.
        let sample = to.wrapping_add((sums[0] >> shift) as i32);
        *to = sample;
        learn(i64::from(sample), &mut sums);
    }
}
