//! Power spectra of windows of sound, a few at a time.

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Windows side by side: what comes after the transform works on all of them at once.
pub(in crate::audio) const LANES: usize = 16;

/// A Fourier transform of real numbers with all the memory it needs.
///
/// Two samples stand in one complex number, so that the transform is half as long; what belongs to the even and to the odd
/// samples is told apart afterwards.
pub(in crate::audio) struct Spectra {
    transform: Arc<dyn Fft<f32>>,
    /// The window that is transformed next; what is behind the caller's part must be 0.
    pub(in crate::audio) input: Vec<f32>,
    pairs: Vec<Complex32>,
    scratch: Vec<Complex32>,
    /// The transform of `pairs`, apart and backwards. Each has a value for each bin.
    real: Vec<f32>,
    imaginary: Vec<f32>,
    real_back: Vec<f32>,
    imaginary_back: Vec<f32>,
    /// The turn of each bin: its cosine, and its sine taken off 0.
    cosines: Vec<f32>,
    sines: Vec<f32>,
    row: Vec<f32>,
    /// Powers of the bins. Shape `[bins, LANES]`.
    pub(in crate::audio) power: Vec<f32>,
}

impl std::fmt::Debug for Spectra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spectra").field("length", &self.input.len()).finish_non_exhaustive()
    }
}

impl Spectra {
    /// Transforms of `length` samples, an even number.
    pub(in crate::audio) fn new(length: usize) -> Self {
        let half = length / 2;
        let transform = FftPlanner::new().plan_fft_forward(half);
        let bins = half + 1;
        let turn = |bin: usize| std::f64::consts::TAU * bin as f64 / length as f64;
        let zeros = || vec![0.0; bins];
        Self {
            input: vec![0.0; length],
            pairs: vec![Complex32::default(); half],
            scratch: vec![Complex32::default(); transform.get_inplace_scratch_len()],
            real: zeros(),
            imaginary: zeros(),
            real_back: zeros(),
            imaginary_back: zeros(),
            cosines: (0..bins).map(|bin| turn(bin).cos() as f32).collect(),
            sines: (0..bins).map(|bin| -turn(bin).sin() as f32).collect(),
            row: zeros(),
            power: vec![0.0; bins * LANES],
            transform,
        }
    }

    pub(in crate::audio) fn bins(&self) -> usize {
        self.row.len()
    }

    /// Transforms `input` into the powers of one lane.
    #[inline(always)]
    pub(in crate::audio) fn transform(&mut self, lane: usize) {
        let (pairs, _) = self.input.as_chunks::<2>();
        for (to, &[even, odd]) in self.pairs.iter_mut().zip(pairs) {
            *to = Complex32::new(even, odd);
        }
        self.transform.process_with_scratch(&mut self.pairs, &mut self.scratch);
        let half = self.pairs.len();
        for ((real, imaginary), pair) in
            self.real.iter_mut().zip(&mut self.imaginary).zip(&self.pairs)
        {
            (*real, *imaginary) = (pair.re, pair.im);
        }
        // The spectrum goes round: behind the last bin is the first.
        (self.real[half], self.imaginary[half]) = (self.real[0], self.imaginary[0]);
        self.real_back.iter_mut().zip(self.real.iter().rev()).for_each(|(to, from)| *to = *from);
        let imaginary = self.imaginary.iter().rev();
        self.imaginary_back.iter_mut().zip(imaginary).for_each(|(to, from)| *to = *from);
        let bins = self.row.len();
        let (real, imaginary) = (&self.real[..bins], &self.imaginary[..bins]);
        let (real_back, imaginary_back) = (&self.real_back[..bins], &self.imaginary_back[..bins]);
        let (cosines, sines) = (&self.cosines[..bins], &self.sines[..bins]);
        for (bin, power) in self.row.iter_mut().enumerate() {
            let (sum, difference) =
                (real[bin] + real_back[bin], imaginary[bin] - imaginary_back[bin]);
            let (odd, odd_turned) =
                (imaginary[bin] + imaginary_back[bin], real[bin] - real_back[bin]);
            let re = sum + cosines[bin] * odd + sines[bin] * odd_turned;
            let im = difference + sines[bin] * odd - cosines[bin] * odd_turned;
            *power = (re * re + im * im) * 0.25;
        }
        let (power, _) = self.power.as_chunks_mut::<LANES>();
        for (power, row) in power.iter_mut().zip(&self.row) {
            power[lane] = *row;
        }
    }
}

/// The sample at `at` of a sound that is mirrored at both ends, the end samples standing once.
pub(in crate::audio) fn mirrored(samples: &[f32], at: isize) -> f32 {
    let last = samples.len() as isize - 1;
    if last < 1 {
        return samples.first().copied().unwrap_or(0.0);
    }
    let inside = at.rem_euclid(2 * last);
    samples[if inside > last { 2 * last - inside } else { inside } as usize]
}

/// The same, the end samples standing twice.
pub(in crate::audio) fn mirrored_twice(samples: &[f32], at: isize) -> f32 {
    let length = samples.len() as isize;
    if length == 0 {
        return 0.0;
    }
    let inside = at.rem_euclid(2 * length);
    samples[if inside >= length { 2 * length - 1 - inside } else { inside } as usize]
}

#[cfg(test)]
mod tests {
    use super::{LANES, Spectra};

    #[test]
    fn powers_are_those_of_the_plain_sum() {
        for length in [2, 4, 10, 256, 400, 512] {
            let wave: Vec<f32> =
                (0..length).map(|at| ((at * at * 37 % 101) as f32 - 50.0) / 50.0).collect();
            let mut spectra = Spectra::new(length);
            spectra.input.copy_from_slice(&wave);
            spectra.transform(3);
            assert_eq!(spectra.bins(), length / 2 + 1);
            for bin in 0..spectra.bins() {
                let (mut re, mut im) = (0f64, 0f64);
                for (at, &sample) in wave.iter().enumerate() {
                    let turn = std::f64::consts::TAU * (at * bin % length) as f64 / length as f64;
                    re += f64::from(sample) * turn.cos();
                    im -= f64::from(sample) * turn.sin();
                }
                let want = re * re + im * im;
                let got = f64::from(spectra.power[bin * LANES + 3]);
                assert!(
                    (got - want).abs() <= 1e-5 * length as f64,
                    "{length}, {bin}: {got}, {want}"
                );
            }
        }
    }
}
