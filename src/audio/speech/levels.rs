//! Levels of frames of sound, and what is usual around them.

use crate::audio::features::{Bank, LANES, Lanes, Spectra, Windows, logarithms};
use crate::audio::wide::{Work, widest};

pub(super) const RATE: u32 = 16_000;
/// Samples of a window, and from one frame to the next.
const WINDOW: usize = 256;
pub(super) const HOP: usize = 160;
pub(super) const BANDS: usize = 20;
/// Frames that one estimate is made of, and from one estimate to the next.
const SPAN: usize = 2000;
const STRIDE: usize = 1000;
/// Frames that stand together where what is usual is estimated.
const BLOCK: usize = 8;

/// Levels in decibels: of each band, and of all.
pub(super) fn levels(samples: &[f32]) -> (Vec<[f32; BANDS]>, Vec<[f32; 1]>) {
    widest(Sound(samples))
}

struct Sound<'s>(&'s [f32]);

impl Work for Sound<'_> {
    type Output = (Vec<[f32; BANDS]>, Vec<[f32; 1]>);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Self(samples) = self;
        const DECIBELS: f32 = 10.0 * std::f32::consts::LOG10_E;
        let frames = samples.len() / HOP;
        let mut spectra = Spectra::new(WINDOW);
        let bank = Bank::kaldi(BANDS, spectra.bins(), f64::from(RATE), 80.0, 7600.0);
        let turn = std::f64::consts::TAU / WINDOW as f64;
        let window: Vec<f32> =
            (0..WINDOW).map(|at| (0.5 - 0.5 * (turn * at as f64).cos()) as f32).collect();
        let mut bands = vec![[0f32; BANDS]; frames];
        let mut totals = Vec::with_capacity(frames + LANES);
        let mut windows = Windows::new(WINDOW, HOP);
        let mut block = [Lanes::ZERO; BANDS + 1];
        for first in (0..frames).step_by(LANES) {
            let start = (first * HOP + HOP / 2) as isize - (WINDOW / 2) as isize;
            windows.read(samples, start, LANES.min(frames - first), |_| 0.0);
            windows.weigh(&window, &mut spectra.input);
            spectra.transform();
            let (total, own) = block.split_last_mut().expect("a block has rows");
            bank.apply(&spectra.power, own);
            total.0.fill(1e-9);
            for band in own {
                for (power, total) in band.0.iter_mut().zip(&mut total.0) {
                    // What is no number is silence.
                    *power = f32::min(power.max(0.0), 1e30) + 1e-7;
                    *total += *power;
                }
            }
            block.iter_mut().for_each(|row| logarithms(&mut row.0, DECIBELS));
            for (lane, to) in bands[first..].iter_mut().take(LANES).enumerate() {
                *to = std::array::from_fn(|band| block[band].0[lane]);
            }
            totals.extend(block[BANDS].0.map(|total| [total]));
        }
        totals.truncate(frames);
        (bands, totals)
    }
}

/// Means of blocks of frames.
pub(super) fn blocks<const N: usize>(rows: &[[f32; N]]) -> Vec<[f32; N]> {
    let mean = |block: &[[f32; N]]| {
        let mut sums = [0f32; N];
        for row in block {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        sums.map(|sum| sum / block.len() as f32)
    };
    rows.chunks(BLOCK).map(mean).collect()
}

/// Of each block of frames, the first.
pub(super) fn firsts<const N: usize>(rows: &[[f32; N]]) -> Vec<[f32; N]> {
    rows.iter().step_by(BLOCK).copied().collect()
}

/// Spans of 20 seconds, from 10 to 10, in which what is usual is estimated; a short sound is one.
pub(super) struct Spans {
    frames: usize,
    length: usize,
    count: usize,
}

impl Spans {
    /// Those of `frames`, one at least.
    pub(super) fn new(frames: usize) -> Self {
        if frames <= SPAN + STRIDE {
            return Self { frames, length: frames, count: 1 };
        }
        Self { frames, length: SPAN, count: (frames - SPAN).div_ceil(STRIDE) + 1 }
    }

    fn start(&self, span: usize) -> usize {
        (span * STRIDE).min(self.frames - self.length)
    }

    /// In each span, the values of a column below which the parts `parts` of it lie, between neighbours by
    /// proportion. There is a row for each block of frames.
    pub(super) fn quantiles<const M: usize, const N: usize>(
        &self,
        rows: &[[f32; M]],
        column: usize,
        parts: [f64; N],
    ) -> Vec<[f32; N]> {
        let mut sorted = Vec::new();
        (0..self.count)
            .map(|span| {
                let start = self.start(span);
                let (first, end) = (start / BLOCK, (start + self.length).div_ceil(BLOCK));
                sorted.clear();
                sorted.extend(rows[first..end].iter().map(|row| row[column]));
                sorted.sort_unstable_by(f32::total_cmp);
                let last = sorted.len() - 1;
                parts.map(|part| {
                    let place = part * last as f64;
                    let (low, high) =
                        (sorted[place as usize], sorted[(place as usize + 1).min(last)]);
                    low + (high - low) * place.fract() as f32
                })
            })
            .collect()
    }

    /// What was `found` in the spans, of each frame: between the middles of two by proportion.
    pub(super) fn at_frames<'f, const N: usize>(
        &self,
        found: &'f [[f32; N]],
    ) -> impl Iterator<Item = [f32; N]> + use<'f, '_, N> {
        let middle = |span: usize| self.start(span) + self.length / 2;
        let mut span = 0;
        (0..self.frames).map(move |frame| {
            while span + 1 < self.count && middle(span + 1) <= frame {
                span += 1;
            }
            if span + 1 == self.count || frame <= middle(span) {
                return found[span];
            }
            let step = (middle(span + 1) - middle(span)) as f32;
            let along = (frame - middle(span)) as f32 / step;
            std::array::from_fn(|at| {
                found[span][at] + (found[span + 1][at] - found[span][at]) * along
            })
        })
    }
}
