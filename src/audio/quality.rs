//! How good a recording is, in numbers.

use super::features::{LANES, Spectra, Windows};
use super::wide::{Work, widest};
use crate::{Error, Result};

/// What can be said of a recording without knowing what is in it.
///
/// Levels are decibels below full scale: 0 is a sample of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quality {
    /// Root of the mean square, in decibels; minus infinity for digital silence.
    pub rms: f64,
    /// The largest sample, in decibels; minus infinity for digital silence.
    pub peak: f64,
    /// The part of the samples that are cut off: in runs of three or more at the largest level, where
    /// that is within a decibel of full scale.
    pub clipped: f64,
    /// The mean of the samples: 0 in a sound recording.
    pub dc: f64,
    /// Signal against noise, in decibels: frames at 95 % of the levels against frames at 10 %. `None`
    /// where there is no sound.
    pub snr: Option<f64>,
    /// The part of the frames of 20 ms that are more than 60 dB below full scale.
    pub silence: f64,
    /// The highest frequency that holds sound, in Hz: at least a ten-millionth of the strongest band.
    /// A recording of 8 kHz sold as 16 has about 4000.
    pub bandwidth: f64,
}

/// Samples of a spectrum.
const WINDOW: usize = 1024;

/// Measures `samples` at `rate` samples a second.
///
/// # Errors
///
/// [`Error::Argument`] where the rate is 0 or a sample is no number.
///
/// # Complexity
///
/// `O(n)`.
///
/// # Example
///
/// ```
/// let tone: Vec<f32> = (0..16_000).map(|at| (at as f32 * 0.3).sin() * 0.5).collect();
/// let quality = sprogkit::audio::quality(&tone, 16_000)?;
/// assert!((quality.peak + 6.0).abs() < 0.1 && quality.clipped == 0.0);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn quality(samples: &[f32], rate: u32) -> Result<Quality> {
    if rate == 0 {
        return Err(Error::argument("rate", "at least 1", rate));
    }
    if let Some(at) = samples.iter().position(|sample| !sample.is_finite()) {
        let got = format!("{} at {at}", samples[at]);
        return Err(Error::argument("samples", "numbers", got));
    }
    let count = samples.len().max(1) as f64;
    let peak = samples.iter().fold(0f32, |most, sample| most.max(sample.abs()));
    let power: f64 = samples.iter().map(|&sample| f64::from(sample) * f64::from(sample)).sum();
    let sum: f64 = samples.iter().map(|&sample| f64::from(sample)).sum();
    let mut levels: Vec<f64> = samples
        .chunks_exact((rate as usize / 50).max(1))
        .map(|frame| {
            let power: f64 = frame.iter().map(|&s| f64::from(s) * f64::from(s)).sum();
            10.0 * (power / frame.len() as f64).log10()
        })
        .collect();
    levels.sort_by(f64::total_cmp);
    let silent = levels.iter().filter(|&&level| level < -60.0).count();
    // Digital silence is no noise: it would make any sound perfect.
    let heard = &levels[levels.partition_point(|&level| level < -96.0)..];
    let place = |part: f64| heard.get((part * heard.len() as f64) as usize).copied();
    Ok(Quality {
        rms: 10.0 * (power / count).log10(),
        peak: 20.0 * f64::from(peak).log10(),
        clipped: clipped(samples, peak) as f64 / count,
        dc: sum / count,
        snr: place(0.95).zip(place(0.10)).map(|(high, low)| high - low),
        silence: silent as f64 / levels.len().max(1) as f64,
        bandwidth: bandwidth(samples) * f64::from(rate),
    })
}

/// Samples in runs of three or more at `peak`, of one sign.
fn clipped(samples: &[f32], peak: f32) -> usize {
    if peak < 0.891 {
        return 0;
    }
    // What a codec or a resampler moved a little still is cut off.
    let edge = peak * 0.999;
    let mut clipped = 0;
    let mut run = 0;
    let mut sign = 0f32;
    for &sample in samples.iter().chain(&[0.0]) {
        if sample.abs() >= edge && (run == 0 || sample.signum() == sign) {
            run += 1;
            sign = sample.signum();
            continue;
        }
        clipped += if run >= 3 { run } else { 0 };
        run = usize::from(sample.abs() >= edge);
        sign = sample.signum();
    }
    clipped
}

/// The powers of windows of the sound, summed for each bin.
struct Spectrum<'s>(&'s [f32]);

impl Work for Spectrum<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let Self(samples) = self;
        let turn = std::f64::consts::TAU / WINDOW as f64;
        // Blackman's window, whose leaks lie below what counts.
        let weight = |at: usize| {
            let turn = turn * at as f64;
            (0.358_75 - 0.488_29 * turn.cos() + 0.141_28 * (2.0 * turn).cos()
                - 0.011_68 * (3.0 * turn).cos()) as f32
        };
        let window: Vec<f32> = (0..WINDOW).map(weight).collect();
        let (mut windows, mut spectra) = (Windows::new(WINDOW, WINDOW), Spectra::new(WINDOW));
        let mut sums = vec![0f64; spectra.bins()];
        // A rest of a window would be cut off sharply, which is heard at all frequencies.
        let count = (samples.len() / WINDOW).max(1);
        for first in (0..count).step_by(LANES) {
            let lanes = LANES.min(count - first);
            windows.read(samples, (first * WINDOW) as isize, lanes, |_| 0.0);
            windows.weigh(&window, &mut spectra.input);
            spectra.transform();
            for (sum, power) in sums.iter_mut().zip(&spectra.power) {
                *sum += power.0.iter().map(|&power| f64::from(power)).sum::<f64>();
            }
        }
        sums
    }
}

/// The highest frequency with sound, as a part of the rate.
fn bandwidth(samples: &[f32]) -> f64 {
    let sums = widest(Spectrum(samples));
    // The lowest bins hold what is no sound.
    let strongest = sums.iter().skip(4).fold(0f64, |most, &sum| most.max(sum));
    let highest = sums.iter().rposition(|&sum| sum > strongest * 1e-7 && sum > 0.0);
    highest.map_or(0.0, |bin| bin as f64 / WINDOW as f64)
}
