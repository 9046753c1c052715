//! Power spectra of windows of sound, a few at a time.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

/// Windows side by side: what comes after the transform works on all of them at once.
pub(in crate::audio) const LANES: usize = 16;

/// A Fourier transform with all the memory it needs.
pub(in crate::audio) struct Spectra {
    transform: Arc<dyn RealToComplex<f32>>,
    /// The window that is transformed next; what is behind the caller's part must be 0.
    pub(in crate::audio) input: Vec<f32>,
    output: Vec<Complex32>,
    scratch: Vec<Complex32>,
    /// Powers of the bins. Shape `[bins, LANES]`.
    pub(in crate::audio) power: Vec<f32>,
}

impl std::fmt::Debug for Spectra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spectra").field("length", &self.input.len()).finish_non_exhaustive()
    }
}

impl Spectra {
    /// Transforms of `length` samples.
    pub(in crate::audio) fn new(length: usize) -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(length);
        let bins = length / 2 + 1;
        Self {
            input: transform.make_input_vec(),
            output: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            power: vec![0.0; bins * LANES],
            transform,
        }
    }

    pub(in crate::audio) fn bins(&self) -> usize {
        self.output.len()
    }

    /// Transforms `input`, which it leaves as it happens to be, into the powers of one lane.
    pub(in crate::audio) fn transform(&mut self, lane: usize) {
        self.transform
            .process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch)
            .expect("the buffers are the transform's own");
        let (power, _) = self.power.as_chunks_mut::<LANES>();
        for (power, bin) in power.iter_mut().zip(&self.output) {
            power[lane] = bin.re * bin.re + bin.im * bin.im;
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
