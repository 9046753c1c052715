//! Banks of triangular filters on a mel scale.

use super::fourier::{LANES, Lanes};

/// Filters over the bins of a spectrum. Each is zero but for a run of bins.
#[derive(Clone, Debug)]
pub(in crate::audio) struct Bank {
    /// First bin, and the end of its weights.
    filters: Vec<(usize, usize)>,
    weights: Vec<f32>,
    /// The frequency of each filter's tip, in Hz.
    centres: Vec<f64>,
}

impl Bank {
    /// The filters around `centres` whose weights `weight(filter, bin)` gives.
    fn of(centres: Vec<f64>, bins: usize, weight: impl Fn(usize, usize) -> f64) -> Self {
        let filters = centres.len();
        let mut bank = Self { filters: Vec::with_capacity(filters), weights: Vec::new(), centres };
        for filter in 0..filters {
            let inside = |bin: &usize| weight(filter, *bin) > 0.0;
            let first = (0..bins).find(inside).unwrap_or(0);
            let last = (0..bins).rev().find(inside).map_or(first, |last| last + 1);
            bank.weights.extend((first..last).map(|bin| weight(filter, bin) as f32));
            bank.filters.push((first, bank.weights.len()));
        }
        bank
    }

    /// Slaney's scale and norm, as Whisper has it: linear below 1 kHz, and each filter of area 1.
    ///
    /// `bins` bins from 0 to half of `rate`; filters from 0 to `high` Hz.
    pub(in crate::audio) fn slaney(filters: usize, bins: usize, rate: f64, high: f64) -> Self {
        let step = 6.4f64.ln() / 27.0;
        let to_mel = |hertz: f64| {
            if hertz < 1000.0 { hertz * 3.0 / 200.0 } else { 15.0 + (hertz / 1000.0).ln() / step }
        };
        let to_hertz = |mel: f64| {
            if mel < 15.0 { mel * 200.0 / 3.0 } else { 1000.0 * ((mel - 15.0) * step).exp() }
        };
        let edge = |at: usize| to_hertz(to_mel(high) * at as f64 / (filters + 1) as f64);
        let edges: Vec<f64> = (0..filters + 2).map(edge).collect();
        let centres = edges[1..=filters].to_vec();
        Self::of(centres, bins, |filter, bin| {
            let hertz = rate / 2.0 * bin as f64 / (bins - 1) as f64;
            let (left, centre, right) = (edges[filter], edges[filter + 1], edges[filter + 2]);
            let rise = (hertz - left) / (centre - left);
            let fall = (right - hertz) / (right - centre);
            rise.min(fall).max(0.0) * 2.0 / (right - left)
        })
    }

    /// Kaldi's: triangles in mel, from `low` to `high` Hz; the last bin is left out.
    pub(in crate::audio) fn kaldi(
        filters: usize,
        bins: usize,
        rate: f64,
        low: f64,
        high: f64,
    ) -> Self {
        let to_mel = |hertz: f64| 1127.0 * (1.0 + hertz / 700.0).ln();
        let (low, high) = (to_mel(low), to_mel(high));
        let step = (high - low) / (filters + 1) as f64;
        let to_hertz = |mel: f64| 700.0 * ((mel / 1127.0).exp() - 1.0);
        let centres = (1..=filters).map(|filter| to_hertz(low + filter as f64 * step)).collect();
        Self::of(centres, bins - 1, |filter, bin| {
            let mel = to_mel(rate / 2.0 * bin as f64 / (bins - 1) as f64);
            let left = low + filter as f64 * step;
            let (rise, fall) = ((mel - left) / step, (left + 2.0 * step - mel) / step);
            rise.min(fall).max(0.0)
        })
    }

    pub(in crate::audio) fn centres(&self) -> &[f64] {
        &self.centres
    }

    pub(in crate::audio) fn len(&self) -> usize {
        self.filters.len()
    }

    /// Sums spectra under each filter. `power` has the shape `[bins, LANES]`, `out`
    /// `[filters, LANES]`.
    #[inline(always)]
    pub(in crate::audio) fn apply(&self, power: &[Lanes], out: &mut [Lanes]) {
        let mut start = 0;
        for (&(first, end), out) in self.filters.iter().zip(out) {
            let mut sum = [0f32; LANES];
            for (weight, power) in self.weights[start..end].iter().zip(&power[first..]) {
                for (sum, power) in sum.iter_mut().zip(&power.0) {
                    *sum += weight * power;
                }
            }
            *out = Lanes(sum);
            start = end;
        }
    }
}
