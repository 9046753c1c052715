//! Fourier transforms of many signals side by side.
//!
//! Each step is the same for all signals, so that it is straight arithmetic over vectors with one factor: nothing is
//! moved within a vector.
//!
//! # Source
//!
//! Cooley and Tukey (1965), *An Algorithm for the Machine Calculation of Complex Fourier Series*, with the frequencies
//! decimated, in place; Winograd (1978), *On Computing the Discrete Fourier Transform*, for three and five.

use std::f64::consts::TAU;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Signals side by side.
pub(in crate::audio) const LANES: usize = 16;

/// A number of each signal. Aligned, so that no vector lies across two lines of the cache.
#[repr(C, align(64))]
#[derive(Clone, Copy, Debug)]
pub(in crate::audio) struct Lanes(pub(in crate::audio) [f32; LANES]);

impl Lanes {
    pub(in crate::audio) const ZERO: Self = Self([0.0; LANES]);
}

/// A complex number of each signal.
pub(super) type Complex = [Lanes; 2];

/// A factor of the unit circle: its cosine and its sine.
type Turn = [f32; 2];

/// The transform of complex numbers, forwards, not normalized.
pub(super) struct Fourier {
    method: Method,
    /// Where each frequency is found afterwards.
    places: Vec<u32>,
}

enum Method {
    /// In steps of these.
    Steps(Vec<Step>),
    /// Signal by signal, where the length has other factors.
    Single { transform: Arc<dyn Fft<f32>>, signal: Vec<Complex32>, scratch: Vec<Complex32> },
}

/// Transforms of a few numbers each, that lie as far apart as there are turns.
enum Step {
    Two(Vec<[Turn; 1]>),
    Three(Vec<[Turn; 2]>),
    Four(Vec<[Turn; 3]>),
    Five(Vec<[Turn; 4]>),
}

impl Step {
    /// The step by `factor` of blocks of `length`.
    fn new(factor: usize, length: usize) -> Self {
        fn turns<const N: usize>(length: usize) -> Vec<[Turn; N]> {
            let turn = |at: usize, power: usize| {
                let angle = TAU * (at * power) as f64 / length as f64;
                [angle.cos() as f32, -angle.sin() as f32]
            };
            (0..length / (N + 1))
                .map(|at| std::array::from_fn(|power| turn(at, power + 1)))
                .collect()
        }
        match factor {
            2 => Self::Two(turns(length)),
            3 => Self::Three(turns(length)),
            4 => Self::Four(turns(length)),
            _ => Self::Five(turns(length)),
        }
    }

    fn factor(&self) -> usize {
        match self {
            Self::Two(_) => 2,
            Self::Three(_) => 3,
            Self::Four(_) => 4,
            Self::Five(_) => 5,
        }
    }

    /// Does the step for one block.
    #[inline(always)]
    fn apply(&self, block: &mut [Complex]) {
        let (a, rest) = block.split_at_mut(block.len() / self.factor());
        match self {
            Self::Two(turns) => {
                for ((a, b), turns) in a.iter_mut().zip(rest).zip(turns) {
                    two(a, b, turns);
                }
            }
            Self::Three(turns) => {
                let (b, c) = rest.split_at_mut(turns.len());
                for (((a, b), c), turns) in a.iter_mut().zip(b).zip(c).zip(turns) {
                    three(a, b, c, turns);
                }
            }
            Self::Four(turns) => {
                let (b, rest) = rest.split_at_mut(turns.len());
                let (c, d) = rest.split_at_mut(turns.len());
                for ((((a, b), c), d), turns) in a.iter_mut().zip(b).zip(c).zip(d).zip(turns) {
                    four(a, b, c, d, turns);
                }
            }
            Self::Five(turns) => {
                let (b, rest) = rest.split_at_mut(turns.len());
                let (c, rest) = rest.split_at_mut(turns.len());
                let (d, e) = rest.split_at_mut(turns.len());
                let numbers = a.iter_mut().zip(b).zip(c).zip(d).zip(e);
                for (((((a, b), c), d), e), turns) in numbers.zip(turns) {
                    five(a, b, c, d, e, turns);
                }
            }
        }
    }
}

impl Fourier {
    /// Transforms of `length` numbers.
    pub(super) fn new(length: usize) -> Self {
        let (mut factors, mut rest) = (Vec::new(), length);
        for factor in [4, 2, 3, 5] {
            while rest % factor == 0 {
                factors.push(factor);
                rest /= factor;
            }
        }
        if rest > 1 {
            let transform = FftPlanner::new().plan_fft_forward(length);
            let scratch = vec![Complex32::default(); transform.get_inplace_scratch_len()];
            let signal = vec![Complex32::default(); length];
            let places = (0..length as u32).collect();
            return Self { method: Method::Single { transform, signal, scratch }, places };
        }
        let mut block = length;
        let steps = factors
            .iter()
            .map(|&factor| {
                let step = Step::new(factor, block);
                block /= factor;
                step
            })
            .collect();
        let place = |frequency: usize| {
            let (mut place, mut block, mut rest) = (0, length, frequency);
            for factor in &factors {
                block /= factor;
                place += rest % factor * block;
                rest /= factor;
            }
            place as u32
        };
        Self { method: Method::Steps(steps), places: (0..length).map(place).collect() }
    }

    /// Where each frequency is found after the transform.
    pub(super) fn places(&self) -> &[u32] {
        &self.places
    }

    /// Transforms `signals` in place.
    #[inline(always)]
    pub(super) fn transform(&mut self, signals: &mut [Complex]) {
        match &mut self.method {
            Method::Steps(steps) => {
                let mut block = signals.len();
                for step in steps {
                    for own in signals.chunks_exact_mut(block) {
                        step.apply(own);
                    }
                    block /= step.factor();
                }
            }
            Method::Single { transform, signal, scratch } => {
                for lane in 0..LANES {
                    for (to, [re, im]) in signal.iter_mut().zip(&*signals) {
                        *to = Complex32::new(re.0[lane], im.0[lane]);
                    }
                    transform.process_with_scratch(signal, scratch);
                    for (from, [re, im]) in signal.iter().zip(&mut *signals) {
                        (re.0[lane], im.0[lane]) = (from.re, from.im);
                    }
                }
            }
        }
    }
}

/// `number` times `turn`.
#[inline(always)]
fn turned([re, im]: [f32; 2], [cos, sin]: Turn) -> [f32; 2] {
    [re * cos - im * sin, re * sin + im * cos]
}

#[inline(always)]
fn sum(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

#[inline(always)]
fn difference(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

/// A quarter turn back.
#[inline(always)]
fn back([re, im]: [f32; 2]) -> [f32; 2] {
    [im, -re]
}

#[inline(always)]
fn scaled([re, im]: [f32; 2], by: f32) -> [f32; 2] {
    [re * by, im * by]
}

#[inline(always)]
fn get(number: &Complex, lane: usize) -> [f32; 2] {
    [number[0].0[lane], number[1].0[lane]]
}

#[inline(always)]
fn set(number: &mut Complex, lane: usize, [re, im]: [f32; 2]) {
    (number[0].0[lane], number[1].0[lane]) = (re, im);
}

// The numbers of one transform are arguments of their own: that they do not overlap is what lets the compiler make
// vectors of the lanes.

#[inline(always)]
fn two(a: &mut Complex, b: &mut Complex, [turn]: &[Turn; 1]) {
    for lane in 0..LANES {
        let (x, y) = (get(a, lane), get(b, lane));
        set(a, lane, sum(x, y));
        set(b, lane, turned(difference(x, y), *turn));
    }
}

#[inline(always)]
fn three(a: &mut Complex, b: &mut Complex, c: &mut Complex, turns: &[Turn; 2]) {
    const SIN: f32 = 0.866_025_4;
    for lane in 0..LANES {
        let (x, y, z) = (get(a, lane), get(b, lane), get(c, lane));
        let both = sum(y, z);
        let middle = difference(x, scaled(both, 0.5));
        let side = back(scaled(difference(y, z), SIN));
        set(a, lane, sum(x, both));
        set(b, lane, turned(sum(middle, side), turns[0]));
        set(c, lane, turned(difference(middle, side), turns[1]));
    }
}

#[inline(always)]
fn four(a: &mut Complex, b: &mut Complex, c: &mut Complex, d: &mut Complex, turns: &[Turn; 3]) {
    for lane in 0..LANES {
        let (x, y, z, w) = (get(a, lane), get(b, lane), get(c, lane), get(d, lane));
        let (even, even_apart) = (sum(x, z), difference(x, z));
        let (odd, odd_apart) = (sum(y, w), back(difference(y, w)));
        set(a, lane, sum(even, odd));
        set(b, lane, turned(sum(even_apart, odd_apart), turns[0]));
        set(c, lane, turned(difference(even, odd), turns[1]));
        set(d, lane, turned(difference(even_apart, odd_apart), turns[2]));
    }
}

#[inline(always)]
fn five(
    a: &mut Complex,
    b: &mut Complex,
    c: &mut Complex,
    d: &mut Complex,
    e: &mut Complex,
    turns: &[Turn; 4],
) {
    // Cosines and sines of a fifth of a turn and of two.
    const COS: [f32; 2] = [0.309_017, -0.809_017];
    const SIN: [f32; 2] = [0.951_056_54, 0.587_785_25];
    for lane in 0..LANES {
        let (x, y, z) = (get(a, lane), get(b, lane), get(c, lane));
        let (w, v) = (get(d, lane), get(e, lane));
        let (outer, outer_apart) = (sum(y, v), difference(y, v));
        let (inner, inner_apart) = (sum(z, w), difference(z, w));
        let near = sum(x, sum(scaled(outer, COS[0]), scaled(inner, COS[1])));
        let far = sum(x, sum(scaled(outer, COS[1]), scaled(inner, COS[0])));
        let near_side = back(sum(scaled(outer_apart, SIN[0]), scaled(inner_apart, SIN[1])));
        let far_side = back(difference(scaled(outer_apart, SIN[1]), scaled(inner_apart, SIN[0])));
        set(a, lane, sum(x, sum(outer, inner)));
        set(b, lane, turned(sum(near, near_side), turns[0]));
        set(c, lane, turned(sum(far, far_side), turns[1]));
        set(d, lane, turned(difference(far, far_side), turns[2]));
        set(e, lane, turned(difference(near, near_side), turns[3]));
    }
}

#[cfg(test)]
mod tests {
    use super::{Fourier, LANES, Lanes, TAU};

    #[test]
    fn transforms_are_those_of_the_plain_sum() {
        for length in [1, 2, 3, 4, 5, 7, 8, 30, 128, 200, 225, 256, 360] {
            let value = |at: usize, lane: usize, part: usize| {
                ((at * at * 37 + at * lane * 11 + lane + part * 50) % 101) as f32 / 50.0 - 1.0
            };
            let mut signals: Vec<_> = (0..length)
                .map(|at| {
                    [0, 1].map(|part| Lanes(std::array::from_fn(|lane| value(at, lane, part))))
                })
                .collect();
            let mut fourier = Fourier::new(length);
            fourier.transform(&mut signals);
            for frequency in 0..length {
                let [re, im] = signals[fourier.places()[frequency] as usize];
                for lane in [0, 1, LANES - 1] {
                    let mut want = [0f64; 2];
                    for at in 0..length {
                        let (sin, cos) =
                            (TAU * (at * frequency % length) as f64 / length as f64).sin_cos();
                        let [x, y] = [0, 1].map(|part| f64::from(value(at, lane, part)));
                        want[0] += x * cos + y * sin;
                        want[1] += y * cos - x * sin;
                    }
                    for (got, want) in [re, im].iter().zip(want) {
                        let far = (f64::from(got.0[lane]) - want).abs();
                        assert!(
                            far <= 1e-5 * (length as f64).sqrt(),
                            "{length}, {frequency}: {far}"
                        );
                    }
                }
            }
        }
    }
}
