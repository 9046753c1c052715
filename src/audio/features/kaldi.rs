//! Filter banks and cepstra in the convention of Kaldi.

use super::fourier::{LANES, Lanes};
use super::log::logarithms;
use super::mel::Bank;
use super::spectra::Spectra;
use super::windows::{Windows, mirrored_twice};
use super::{Features, batch};
use crate::audio::wide::{Work, widest};
use crate::io::zeros;
use crate::{Error, Result};

/// The weights of the samples of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// Hann's to the power of 0.85: Kaldi's own.
    #[default]
    Povey,
    /// Hann's.
    Hann,
    /// Hamming's.
    Hamming,
    /// Blackman's, with 0.42.
    Blackman,
    /// All the same.
    Rectangular,
}

impl Window {
    fn weight(self, at: usize, length: usize) -> f64 {
        let turn = std::f64::consts::TAU * at as f64 / (length - 1) as f64;
        match self {
            Self::Povey => (0.5 - 0.5 * turn.cos()).powf(0.85),
            Self::Hann => 0.5 - 0.5 * turn.cos(),
            Self::Hamming => 0.54 - 0.46 * turn.cos(),
            Self::Blackman => 0.42 - 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos(),
            Self::Rectangular => 1.0,
        }
    }
}

/// How Kaldi's filter banks are made. The defaults are Kaldi's, but for the bins and without dither.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FbankOptions {
    /// Samples a second. Default: 16,000.
    pub rate: u32,
    /// Mel bins. Default: 80.
    pub bins: usize,
    /// Length of a window in milliseconds. Default: 25.
    pub frame_length: f64,
    /// Milliseconds from one frame to the next. Default: 10.
    pub frame_shift: f64,
    /// Where the first filter begins, in Hz. Default: 20.
    pub low: f64,
    /// Where the last filter ends, in Hz; 0 or less counts from half the rate. Default: 0.
    pub high: f64,
    /// How much of the sample before is taken off. Default: 0.97.
    pub preemphasis: f32,
    /// The window. Default: [`Window::Povey`].
    pub window: Window,
    /// Whether the mean of a window is taken off. Default: yes.
    pub remove_mean: bool,
    /// Whether only whole windows give frames; otherwise the sound is mirrored at its ends and gives a
    /// frame each shift. Default: yes.
    pub snip_edges: bool,
    /// What samples are multiplied with. Kaldi's own programs hear samples of 16 bits: 32,768 gives
    /// their numbers. Default: 1.
    pub scale: f32,
    /// What is taken off and divided by over all frames. Default: nothing.
    pub normalization: Normalization,
}

impl Default for FbankOptions {
    fn default() -> Self {
        Self {
            rate: 16_000,
            bins: 80,
            frame_length: 25.0,
            frame_shift: 10.0,
            low: 20.0,
            high: 0.0,
            preemphasis: 0.97,
            window: Window::Povey,
            remove_mean: true,
            snip_edges: true,
            scale: 1.0,
            normalization: Normalization::None,
        }
    }
}

/// What is done to each column over all frames of a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Normalization {
    /// Nothing.
    #[default]
    None,
    /// The mean becomes 0.
    Mean,
    /// The mean becomes 0 and the variance 1.
    MeanVariance,
}

/// How Kaldi's cepstra are made. The defaults are Kaldi's, without dither.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MfccOptions {
    /// Coefficients, the first of which is the level. Default: 13.
    pub coefficients: usize,
    /// How much higher coefficients are raised; 0 for not at all. Default: 22.
    pub lifter: f64,
    /// How often the differences over time are added as columns: 1 for deltas, 2 for deltas of these as
    /// well. Default: 0.
    pub deltas: usize,
    /// The filter bank below, of 23 bins by default. Its normalization is that of the coefficients,
    /// before deltas.
    pub fbank: FbankOptions,
}

impl Default for MfccOptions {
    fn default() -> Self {
        let fbank = FbankOptions { bins: 23, ..FbankOptions::default() };
        Self { coefficients: 13, lifter: 22.0, deltas: 0, fbank }
    }
}

/// Frames on each side that a difference over time sees.
const REACH: usize = 2;

/// Kaldi's filter bank, prepared for many recordings.
#[derive(Debug)]
pub struct KaldiFbank {
    options: FbankOptions,
    length: usize,
    shift: usize,
    window: Vec<f32>,
    windows: Windows,
    bank: Bank,
    spectra: Spectra,
    /// Shape `[bins, LANES]`.
    bands: Vec<Lanes>,
}

/// [`KaldiFbank::rows`], compiled for several machines.
struct Rows<'a, F> {
    fbank: &'a mut KaldiFbank,
    samples: &'a [f32],
    take: F,
}

impl<F: FnMut(usize, &[Lanes])> Work for Rows<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.fbank.plain_rows(self.samples, self.take);
    }
}

impl KaldiFbank {
    /// Prepares for `options`.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where a number is outside its range.
    pub fn new(options: &FbankOptions) -> Result<Self> {
        let rate = f64::from(options.rate);
        if !(100..=1_000_000).contains(&options.rate) {
            return Err(Error::argument("rate", "between 100 and 1,000,000", options.rate));
        }
        if !(4..=1024).contains(&options.bins) {
            return Err(Error::argument("bins", "between 4 and 1024", options.bins));
        }
        let samples = |name, milliseconds: f64, least: usize| {
            let samples = (rate * milliseconds * 0.001) as usize;
            if milliseconds.is_finite() && (least..=1 << 20).contains(&samples) {
                Ok(samples)
            } else {
                let requirement = format!("{least} to 1,048,576 samples in milliseconds");
                Err(Error::argument(name, requirement, milliseconds))
            }
        };
        let length = samples("frame_length", options.frame_length, 2)?;
        let shift = samples("frame_shift", options.frame_shift, 1)?;
        let half = rate / 2.0;
        let high = if options.high <= 0.0 { half + options.high } else { options.high };
        if !(options.low >= 0.0 && options.low < high && high <= half) {
            let requirement = format!("between 0 and {half} Hz, the low edge below the high one");
            let got = format!("{} to {high}", options.low);
            return Err(Error::argument("low", requirement, got));
        }
        let spectra = Spectra::new(length.next_power_of_two());
        let weight = |at| options.window.weight(at, length) as f32;
        Ok(Self {
            options: *options,
            length,
            shift,
            window: (0..length).map(weight).collect(),
            windows: Windows::new(length, shift),
            bank: Bank::kaldi(options.bins, spectra.bins(), rate, options.low, high),
            spectra,
            bands: vec![Lanes::ZERO; options.bins],
        })
    }

    /// Frequencies of the tips of the bins, in Hz.
    #[must_use]
    pub fn centres(&self) -> Vec<f64> {
        self.bank.centres().to_vec()
    }

    /// Frames that `samples` samples give.
    #[must_use]
    pub fn frames(&self, samples: usize) -> usize {
        match (self.options.snip_edges, samples.checked_sub(self.length)) {
            (true, Some(rest)) => 1 + rest / self.shift,
            (true, None) => 0,
            (false, _) => (samples + self.shift / 2) / self.shift,
        }
    }

    /// Writes the features of `samples` to `out`, of shape `[frames, bins]`. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where `out` is not as long as [`frames`](Self::frames) times the bins.
    pub fn write(&mut self, samples: &[f32], out: &mut [f32]) -> Result<()> {
        let (frames, bins) = (self.frames(samples.len()), self.bank.len());
        expect_length(out, frames, bins)?;
        self.rows(samples, |first, bands| {
            let rows = out[first * bins..].chunks_exact_mut(bins);
            for (lane, row) in rows.take(LANES).enumerate() {
                for (to, band) in row.iter_mut().zip(bands) {
                    *to = band.0[lane];
                }
            }
        });
        normalize(out, bins, self.options.normalization);
        Ok(())
    }

    /// Calls `take` with the logarithms of the bands of each few frames: the first of these, and
    /// `[bins, LANES]`.
    fn rows(&mut self, samples: &[f32], take: impl FnMut(usize, &[Lanes])) {
        widest(Rows { fbank: self, samples, take });
    }

    #[inline(always)]
    fn plain_rows(&mut self, samples: &[f32], mut take: impl FnMut(usize, &[Lanes])) {
        let frames = self.frames(samples.len());
        for first in (0..frames).step_by(LANES) {
            self.cut(samples, first, LANES.min(frames - first));
            self.spectra.transform();
            self.bank.apply(&self.spectra.power, &mut self.bands);
            for band in &mut self.bands {
                for value in &mut band.0 {
                    *value = f32::min(value.max(f32::EPSILON), f32::MAX);
                }
                logarithms(&mut band.0, 1.0);
            }
            take(first, &self.bands);
        }
    }

    /// Cuts the windows of `lanes` frames from `first` on.
    #[inline(always)]
    fn cut(&mut self, samples: &[f32], first: usize, lanes: usize) {
        let middle = if self.options.snip_edges { 0 } else { self.shift / 2 };
        let before = if self.options.snip_edges { 0 } else { self.length / 2 };
        let start = (first * self.shift + middle) as isize - before as isize;
        self.windows.read(samples, start, lanes, |at| mirrored_twice(samples, at));
        let (input, rest) = self.spectra.input.split_at_mut(self.length);
        rest.fill(Lanes::ZERO);
        // A few sums, none of which waits for another.
        let mut sums = [Lanes::ZERO; 4];
        for (first, rows) in self.windows.parts() {
            for ((row, to), at) in rows.zip(&mut input[first..]).zip(first..) {
                scale(row, self.options.scale, to, &mut sums[at % 4]);
            }
        }
        let mut mean = Lanes::ZERO;
        if self.options.remove_mean {
            for (lane, mean) in mean.0.iter_mut().enumerate() {
                *mean = sums.iter().map(|sum| sum.0[lane]).sum::<f32>() / self.length as f32;
            }
        }
        let part = self.options.preemphasis;
        for at in (1..input.len()).rev() {
            let (before, to) = input.split_at_mut(at);
            emphasize(&before[at - 1], &mean, part, self.window[at], &mut to[0]);
        }
        // What came before the first is taken to be as loud.
        let first = input[0];
        emphasize(&first, &mean, part, self.window[0], &mut input[0]);
    }

    /// The features of `samples`, in memory of their own.
    ///
    /// # Errors
    ///
    /// None, but for what [`write`](Self::write) may have.
    pub fn features(&mut self, samples: &[f32]) -> Result<Features> {
        let (rows, columns) = (self.frames(samples.len()), self.bank.len());
        let mut values = zeros(rows * columns);
        self.write(samples, &mut values)?;
        Ok(Features { values, rows, columns })
    }
}

/// Scales a row and adds it to a sum.
#[inline(always)]
fn scale(row: &[f32; LANES], by: f32, to: &mut Lanes, sum: &mut Lanes) {
    let levels = row.map(|sample| sample * by);
    let before = sum.0;
    *to = Lanes(levels);
    for lane in 0..LANES {
        sum.0[lane] = before[lane] + levels[lane];
    }
}

/// Takes the mean, and a part of the level before, off a row, and weighs what is left.
#[inline(always)]
fn emphasize(before: &Lanes, mean: &Lanes, part: f32, weight: f32, row: &mut Lanes) {
    for lane in 0..LANES {
        let (level, earlier) = (row.0[lane] - mean.0[lane], before.0[lane] - mean.0[lane]);
        row.0[lane] = (level - part * earlier) * weight;
    }
}

/// Kaldi's cepstra, prepared for many recordings.
#[derive(Debug)]
pub struct KaldiMfcc {
    options: MfccOptions,
    fbank: KaldiFbank,
    /// Shape `[coefficients, bins]`.
    cosines: Vec<f32>,
}

impl KaldiMfcc {
    /// Prepares for `options`.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where a number is outside its range.
    pub fn new(options: &MfccOptions) -> Result<Self> {
        let fbank = KaldiFbank::new(&options.fbank)?;
        let (bins, count) = (options.fbank.bins, options.coefficients);
        if !(1..=bins).contains(&count) {
            let requirement = format!("between 1 and the {bins} bins");
            return Err(Error::argument("coefficients", requirement, count));
        }
        if options.deltas > 2 {
            return Err(Error::argument("deltas", "0, 1 or 2", options.deltas));
        }
        let mut cosines = Vec::with_capacity(count * bins);
        for row in 0..count {
            let angle = std::f64::consts::PI * row as f64 / bins as f64;
            let norm = if row == 0 { 1.0 / bins as f64 } else { 2.0 / bins as f64 }.sqrt();
            let raise = match options.lifter {
                0.0 => 1.0,
                lifter => 1.0 + lifter / 2.0 * (std::f64::consts::PI * row as f64 / lifter).sin(),
            };
            let cosine = |bin: usize| ((bin as f64 + 0.5) * angle).cos() * norm * raise;
            cosines.extend((0..bins).map(|bin| cosine(bin) as f32));
        }
        Ok(Self { options: *options, fbank, cosines })
    }

    /// Frames that `samples` samples give.
    #[must_use]
    pub fn frames(&self, samples: usize) -> usize {
        self.fbank.frames(samples)
    }

    /// Columns of a frame: the coefficients and their differences.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.options.coefficients * (1 + self.options.deltas)
    }

    /// Writes the features of `samples` to `out`, of shape `[frames, columns]`. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where `out` is not as long as [`frames`](Self::frames) times
    /// [`columns`](Self::columns).
    pub fn write(&mut self, samples: &[f32], out: &mut [f32]) -> Result<()> {
        let (frames, columns) = (self.frames(samples.len()), self.columns());
        expect_length(out, frames, columns)?;
        let (count, bins, cosines) =
            (self.options.coefficients, self.options.fbank.bins, &self.cosines);
        // The coefficients stand together at first; deltas spread them.
        self.fbank.rows(samples, |first, bands| {
            for (at, row) in cosines.chunks_exact(bins).enumerate() {
                let mut sums = [0f32; LANES];
                for (cosine, band) in row.iter().zip(bands) {
                    sums.iter_mut().zip(&band.0).for_each(|(sum, band)| *sum += cosine * band);
                }
                for (lane, sum) in sums.iter().take(frames - first).enumerate() {
                    out[(first + lane) * count + at] = *sum;
                }
            }
        });
        normalize(&mut out[..frames * count], count, self.options.fbank.normalization);
        if self.options.deltas > 0 {
            for frame in (0..frames).rev() {
                out.copy_within(frame * count..(frame + 1) * count, frame * columns);
            }
            for order in 1..=self.options.deltas {
                differences(out, columns, count * (order - 1), count);
            }
        }
        Ok(())
    }

    fn features(&mut self, samples: &[f32]) -> Result<Features> {
        let (rows, columns) = (self.frames(samples.len()), self.columns());
        let mut values = zeros(rows * columns);
        self.write(samples, &mut values)?;
        Ok(Features { values, rows, columns })
    }
}

fn expect_length(out: &[f32], frames: usize, columns: usize) -> Result<()> {
    if out.len() == frames * columns {
        return Ok(());
    }
    let requirement = format!("{frames} frames of {columns}, {} values", frames * columns);
    Err(Error::argument("out", requirement, out.len()))
}

/// Writes behind `count` columns from `from` on their slopes over [`REACH`] frames on each side; the end
/// frames stand for those behind them.
fn differences(out: &mut [f32], columns: usize, from: usize, count: usize) {
    let frames = out.len() / columns;
    let squares: usize = (1..=REACH).map(|step| 2 * step * step).sum();
    for frame in 0..frames {
        for column in from..from + count {
            let value = |frame: usize| out[frame * columns + column];
            let slope = |step: usize| {
                let after = value((frame + step).min(frames - 1));
                step as f32 * (after - value(frame.saturating_sub(step)))
            };
            let sum: f32 = (1..=REACH).map(slope).sum();
            out[frame * columns + column + count] = sum / squares as f32;
        }
    }
}

/// Normalizes each column over all rows.
fn normalize(out: &mut [f32], columns: usize, normalization: Normalization) {
    let rows = out.len() / columns;
    if normalization == Normalization::None || rows == 0 {
        return;
    }
    for column in 0..columns {
        let values = || out.iter().skip(column).step_by(columns).map(|&value| f64::from(value));
        let mean = values().sum::<f64>() / rows as f64;
        let variance =
            values().map(|value| (value - mean) * (value - mean)).sum::<f64>() / rows as f64;
        let divisor = match normalization {
            // A column that never changes stays 0.
            Normalization::MeanVariance if variance > 0.0 => variance.sqrt(),
            _ => 1.0,
        };
        for value in out.iter_mut().skip(column).step_by(columns) {
            *value = ((f64::from(*value) - mean) / divisor) as f32;
        }
    }
}

/// Kaldi's logarithms of mel filter banks, shape `[frames, bins]`.
///
/// # Errors
///
/// [`Error::Argument`] where an option is outside its range.
///
/// # Complexity
///
/// `O(n · log window)` for `n` samples.
///
/// # Source
///
/// Povey et al. (2011), *The Kaldi Speech Recognition Toolkit*, section 3; compute-fbank-feats.
///
/// # Example
///
/// ```
/// use sprogkit::audio::{FbankOptions, kaldi_fbank};
///
/// let tone: Vec<f32> = (0..16_000).map(|at| (at as f32 * 0.3).sin() * 0.5).collect();
/// let bank = kaldi_fbank(&tone, &FbankOptions::default())?;
/// assert_eq!((bank.rows, bank.columns), (98, 80));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn kaldi_fbank(samples: &[f32], options: &FbankOptions) -> Result<Features> {
    KaldiFbank::new(options)?.features(samples)
}

/// [`kaldi_fbank`] of many recordings, in parallel on rayon's current pool.
///
/// # Errors
///
/// Those of [`kaldi_fbank`].
pub fn kaldi_fbank_batch(recordings: &[&[f32]], options: &FbankOptions) -> Result<Vec<Features>> {
    batch(recordings, || KaldiFbank::new(options), KaldiFbank::features)
}

/// Kaldi's mel-frequency cepstral coefficients, shape `[frames, coefficients]`, with deltas
/// `[frames, 2 or 3 · coefficients]`.
///
/// # Errors
///
/// [`Error::Argument`] where an option is outside its range.
///
/// # Source
///
/// Davis and Mermelstein (1980), *Comparison of Parametric Representations for Monosyllabic Word Recognition*;
/// compute-mfcc-feats.
///
/// # Example
///
/// ```
/// use sprogkit::audio::{MfccOptions, kaldi_mfcc};
///
/// let tone: Vec<f32> = (0..16_000).map(|at| (at as f32 * 0.3).sin() * 0.5).collect();
/// let cepstra = kaldi_mfcc(&tone, &MfccOptions { deltas: 2, ..MfccOptions::default() })?;
/// assert_eq!((cepstra.rows, cepstra.columns), (98, 39));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn kaldi_mfcc(samples: &[f32], options: &MfccOptions) -> Result<Features> {
    KaldiMfcc::new(options)?.features(samples)
}

/// [`kaldi_mfcc`] of many recordings, in parallel on rayon's current pool.
///
/// # Errors
///
/// Those of [`kaldi_mfcc`].
pub fn kaldi_mfcc_batch(recordings: &[&[f32]], options: &MfccOptions) -> Result<Vec<Features>> {
    batch(recordings, || KaldiMfcc::new(options), KaldiMfcc::features)
}
