//! Log-mel spectra in the convention of Whisper.

use super::fourier::{LANES, Lanes};
use super::log::logarithms;
use super::mel::Bank;
use super::spectra::Spectra;
use super::windows::{Windows, mirrored};
use super::{Features, batch};
use crate::audio::wide::{Work, widest};
use crate::io::zeros;
use crate::{Error, Result};

/// How Whisper's features are made. The defaults are Whisper's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhisperOptions {
    /// Mel bands: 80, or 128 for large-v3. Default: 80.
    pub mels: usize,
    /// Samples a second. Default: 16,000, the rate of all Whisper models.
    pub rate: u32,
    /// Samples of a window. Default: 400.
    pub window: usize,
    /// Samples from one frame to the next. Default: 160.
    pub hop: usize,
    /// Whether the sound is cut, or filled up with silence, to 30 seconds. Default: no.
    pub pad: bool,
}

impl Default for WhisperOptions {
    fn default() -> Self {
        Self { mels: 80, rate: 16_000, window: 400, hop: 160, pad: false }
    }
}

/// Seconds that a Whisper model listens to at once.
const SECONDS: usize = 30;

/// What a band is never below.
const FLOOR: f32 = 1e-10;

/// Whisper's features, prepared for many recordings.
#[derive(Debug)]
pub struct WhisperMel {
    options: WhisperOptions,
    window: Vec<f32>,
    windows: Windows,
    bank: Bank,
    spectra: Spectra,
    /// Shape `[mels, LANES]`.
    bands: Vec<Lanes>,
}

/// [`WhisperMel::write`], compiled for several machines.
struct Spectrum<'a> {
    mel: &'a mut WhisperMel,
    samples: &'a [f32],
    out: &'a mut [f32],
    frames: usize,
}

impl Work for Spectrum<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.mel.plain_write(self.samples, self.out, self.frames);
    }
}

impl WhisperMel {
    /// Prepares for `options`.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where a number is 0 or the window is odd or too large.
    pub fn new(options: &WhisperOptions) -> Result<Self> {
        let WhisperOptions { mels, rate, window, hop, .. } = *options;
        if !(1..=1024).contains(&mels) {
            return Err(Error::argument("mels", "between 1 and 1024", mels));
        }
        if !(100..=1_000_000).contains(&rate) {
            return Err(Error::argument("rate", "between 100 and 1,000,000", rate));
        }
        if !(2..=1 << 20).contains(&window) || window % 2 != 0 {
            return Err(Error::argument("window", "even, between 2 and 1,048,576", window));
        }
        if hop == 0 {
            return Err(Error::argument("hop", "at least 1", hop));
        }
        let spectra = Spectra::new(window);
        let half = std::f64::consts::TAU / window as f64;
        let hann = |at: usize| (0.5 - 0.5 * (half * at as f64).cos()) as f32;
        let high = 8000f64.min(f64::from(rate) / 2.0);
        Ok(Self {
            options: *options,
            window: (0..window).map(hann).collect(),
            windows: Windows::new(window, hop),
            bank: Bank::slaney(mels, spectra.bins(), f64::from(rate), high),
            spectra,
            bands: vec![Lanes::ZERO; mels],
        })
    }

    /// Frequencies of the tips of the bands, in Hz.
    #[must_use]
    pub fn centres(&self) -> Vec<f64> {
        self.bank.centres().to_vec()
    }

    /// Frames that `samples` samples give.
    #[must_use]
    pub fn frames(&self, samples: usize) -> usize {
        self.length(samples) / self.options.hop
    }

    fn length(&self, samples: usize) -> usize {
        if self.options.pad { SECONDS * self.options.rate as usize } else { samples }
    }

    /// Writes the features of `samples` to `out`, of shape `[mels, frames]`. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where `out` is not as long as [`frames`](Self::frames) times the bands.
    ///
    /// # Complexity
    ///
    /// `O(frames · window · log window)`.
    pub fn write(&mut self, samples: &[f32], out: &mut [f32]) -> Result<()> {
        let frames = self.frames(samples.len());
        let mels = self.options.mels;
        if out.len() != frames * mels {
            let requirement = format!("{mels} bands of {frames} frames, {} values", frames * mels);
            return Err(Error::argument("out", requirement, out.len()));
        }
        widest(Spectrum { mel: self, samples, out, frames });
        Ok(())
    }

    #[inline(always)]
    fn plain_write(&mut self, samples: &[f32], out: &mut [f32], frames: usize) {
        let length = self.length(samples.len());
        let samples = &samples[..samples.len().min(length)];
        let (window, hop) = (self.options.window, self.options.hop);
        let mut loudest = Lanes([FLOOR; LANES]);
        for first in (0..frames).step_by(LANES) {
            let lanes = LANES.min(frames - first);
            // The frame lies around its time: half a window before, half behind.
            self.cut(samples, length, (first * hop) as isize - (window / 2) as isize, lanes);
            self.spectra.transform();
            self.bank.apply(&self.spectra.power, &mut self.bands);
            for (row, band) in out.chunks_exact_mut(frames).zip(&mut self.bands) {
                raise(band, &mut loudest);
                match row[first..].first_chunk_mut::<LANES>() {
                    Some(to) => *to = band.0,
                    None => row[first..].copy_from_slice(&band.0[..lanes]),
                }
            }
        }
        // 80 dB below the loudest is silence. The logarithm keeps the order, so that it is cut before.
        let loudest = loudest.0.iter().fold(FLOOR, |most, &value| most.max(value));
        let least = (f64::from(loudest) * 1e-8) as f32;
        for part in out.chunks_mut(1024) {
            part.iter_mut().for_each(|value| *value = value.max(least).min(f32::MAX));
            logarithms(part, std::f32::consts::LOG10_E / 4.0);
            part.iter_mut().for_each(|value| *value += 1.0);
        }
    }

    /// Cuts the windows of `lanes` frames, the first from `start` on, of sound that is silent behind `samples` up to
    /// `length` and mirrored at 0 and there.
    #[inline(always)]
    fn cut(&mut self, samples: &[f32], length: usize, start: isize, lanes: usize) {
        let outside = |at: isize| {
            if length == samples.len() {
                return mirrored(samples, at);
            }
            let last = length as isize - 1;
            let inside = at.rem_euclid(2 * last.max(1));
            let inside = if inside > last { 2 * last - inside } else { inside };
            samples.get(inside as usize).copied().unwrap_or(0.0)
        };
        self.windows.read(samples, start, lanes, outside);
        self.windows.weigh(&self.window, &mut self.spectra.input);
    }

    /// The features of `samples`, in memory of their own.
    ///
    /// # Errors
    ///
    /// None, but for what [`write`](Self::write) may have.
    pub fn features(&mut self, samples: &[f32]) -> Result<Features> {
        let (rows, columns) = (self.options.mels, self.frames(samples.len()));
        let mut values = zeros(rows * columns);
        self.write(samples, &mut values)?;
        Ok(Features { values, rows, columns })
    }
}

/// Raises a band to the floor, which is also for what is no number, and `loudest` to the band.
#[inline(always)]
fn raise(band: &mut Lanes, loudest: &mut Lanes) {
    for lane in 0..LANES {
        band.0[lane] = band.0[lane].max(FLOOR);
    }
    for lane in 0..LANES {
        loudest.0[lane] = loudest.0[lane].max(band.0[lane]);
    }
}

/// The log-mel spectrum of `samples` as Whisper takes it, shape `[mels, frames]`: a frame each 10 ms, 80 dB below
/// the loudest cut off, scaled to about -1 to 1.
///
/// A value that is no number is taken as silence of its window.
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
/// Radford et al. (2022), *Robust Speech Recognition via Large-Scale Weak Supervision*, section 2.2; the order of
/// operations is that of the feature extractor of Hugging Face's transformers.
///
/// # Example
///
/// ```
/// use sprogkit::audio::{WhisperOptions, whisper_log_mel};
///
/// let tone: Vec<f32> = (0..16_000).map(|at| (at as f32 * 0.3).sin() * 0.5).collect();
/// let mel = whisper_log_mel(&tone, &WhisperOptions::default())?;
/// assert_eq!((mel.rows, mel.columns), (80, 100));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn whisper_log_mel(samples: &[f32], options: &WhisperOptions) -> Result<Features> {
    WhisperMel::new(options)?.features(samples)
}

/// [`whisper_log_mel`] of many recordings, in parallel on rayon's current pool.
///
/// # Errors
///
/// Those of [`whisper_log_mel`].
pub fn whisper_log_mel_batch(
    recordings: &[&[f32]],
    options: &WhisperOptions,
) -> Result<Vec<Features>> {
    batch(recordings, || WhisperMel::new(options), WhisperMel::features)
}
