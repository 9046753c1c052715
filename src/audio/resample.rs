//! Other rates: a thin layer over `rubato`.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

use crate::io::room;
use crate::{Error, Result};

/// Samples of a block at the lower rate, about: longer blocks make a steeper filter.
const BLOCK: usize = 1024;

/// Highest rate.
const FASTEST: u32 = 10_000_000;

/// Longest block, for rates that have next to nothing in common.
const LONGEST: usize = 1 << 21;

/// Sound at one rate to sound at another, as a stream.
///
/// However the sound is cut into pieces, the result is the same as that of [`resample`]: the sample `i` of it stands
/// for the time `i / to`, without delay.
pub struct Resampler {
    rate: u32,
    to: u32,
    /// `None` where the rates are the same.
    inner: Option<Fft<f32>>,
    /// What does not fill a block yet.
    pending: Vec<f32>,
    /// A block of the other rate.
    block: Vec<f32>,
    /// Samples to leave out at the beginning: the delay of the filter.
    late: usize,
    taken: u64,
    given: u64,
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resampler")
            .field("rate", &self.rate)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

impl Resampler {
    /// From `rate` samples a second to `to`.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where a rate is 0 or above 10 MHz, or the two have too little in common (16,000 to
    /// 9,999,991).
    pub fn new(rate: u32, to: u32) -> Result<Self> {
        for (name, rate) in [("rate", rate), ("to", to)] {
            if !(1..=FASTEST).contains(&rate) {
                return Err(Error::argument(name, format!("between 1 and {FASTEST}"), rate));
            }
        }
        let (from, into) = (rate as usize, to as usize);
        let common = gcd(from, into);
        // An even number of the smallest blocks, so that the delay is a whole number of samples.
        let least = (from / common).min(into / common);
        let count = BLOCK.div_ceil(least).next_multiple_of(2);
        let (input, output) = (count * (from / common), count * (into / common));
        if input.max(output) > LONGEST {
            let requirement = format!("a rate that has more in common with {rate}");
            return Err(Error::argument("to", requirement, to));
        }
        let inner = if rate == to {
            None
        } else {
            let window = WindowFunction::BlackmanHarris2;
            let made = Fft::new_custom(from, into, input, 1, 1, window, FixedSync::Both);
            Some(made.map_err(|error| Error::argument("to", "a rate to resample to", error))?)
        };
        let late = inner.as_ref().map_or(0, |inner| inner.output_delay());
        let block = if inner.is_some() { vec![0.0; output] } else { Vec::new() };
        let pending = Vec::with_capacity(if inner.is_some() { input } else { 0 });
        Ok(Self { rate, to, inner, pending, block, late, taken: 0, given: 0 })
    }

    /// Samples that `samples` samples become: to the nearest, halves up.
    #[must_use]
    pub fn length(&self, samples: u64) -> u64 {
        let (rate, to) = (u128::from(self.rate), u128::from(self.to));
        ((u128::from(samples) * to * 2 + rate) / (rate * 2)) as u64
    }

    /// Appends to `out` what can be known after `samples`.
    pub fn write(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.taken += samples.len() as u64;
        self.push(samples, out);
    }

    /// Appends the rest to `out`: the sound ends. The resampler is as new then.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        let end = self.length(self.taken);
        let silence = [0.0; BLOCK];
        while self.given < end {
            self.push(&silence, out);
            if self.given > end {
                out.truncate(out.len() - (self.given - end) as usize);
                self.given = end;
            }
        }
        self.pending.clear();
        (self.taken, self.given) = (0, 0);
        if let Some(inner) = &mut self.inner {
            inner.reset();
            self.late = inner.output_delay();
        }
    }

    fn push(&mut self, mut samples: &[f32], out: &mut Vec<f32>) {
        let Some(inner) = &mut self.inner else {
            out.extend_from_slice(samples);
            self.given += samples.len() as u64;
            return;
        };
        let length = inner.input_frames_next();
        while !samples.is_empty() {
            let block = if self.pending.is_empty() && samples.len() >= length {
                let (block, rest) = samples.split_at(length);
                samples = rest;
                block
            } else {
                let missing = (length - self.pending.len()).min(samples.len());
                self.pending.extend_from_slice(&samples[..missing]);
                samples = &samples[missing..];
                if self.pending.len() < length {
                    return;
                }
                &self.pending
            };
            let count = self.block.len();
            let input = InterleavedSlice::new(block, 1, length);
            let output = InterleavedSlice::new_mut(&mut self.block, 1, count);
            let (Ok(input), Ok(mut output)) = (input, output) else { return };
            let made = inner.process_into_buffer(&input, &mut output, None);
            debug_assert!(made.is_ok(), "the blocks are as long as the resampler wants them");
            self.pending.clear();
            let skipped = self.late.min(count);
            self.late -= skipped;
            out.extend_from_slice(&self.block[skipped..]);
            self.given += (count - skipped) as u64;
        }
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The sound of `samples` at `rate` samples a second, at `to`.
///
/// Frequencies up to nine tenths of half the lower rate pass unchanged; what would be heard as another
/// frequency is 100 dB down.
///
/// # Errors
///
/// Those of [`Resampler::new`].
///
/// # Complexity
///
/// `O(n · log b)` for `n` samples in blocks of `b`.
///
/// # Example
///
/// ```
/// let second = vec![0.25; 48_000];
/// let made = sprogkit::audio::resample(&second, 48_000, 16_000)?;
/// assert_eq!(made.len(), 16_000);
/// assert!((made[8000] - 0.25).abs() < 1e-5);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn resample(samples: &[f32], rate: u32, to: u32) -> Result<Vec<f32>> {
    let mut resampler = Resampler::new(rate, to)?;
    let length = resampler.length(samples.len() as u64) as usize;
    let mut out = room(length + resampler.block.len() + BLOCK);
    resampler.write(samples, &mut out);
    resampler.finish(&mut out);
    Ok(out)
}
