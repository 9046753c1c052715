//! Where somebody speaks: levels above the noise in ten bands, judged by a small network, and the most
//! probable segments.

use std::ops::Range;
use std::sync::OnceLock;

use super::features::{Bank, LANES, Spectra, logarithms};
use super::resample::resample;
use crate::{Error, Result};

/// How speech is told from what is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeechOptions {
    /// Samples a second. Default: 16,000; other rates are resampled to it.
    pub rate: u32,
    /// Seconds that are added before and behind each segment. Default: 0.
    pub margin: f64,
    /// Segments with a shorter pause between them are one, in seconds. Default: 0.
    pub merge: f64,
    /// Shorter segments are left out, in seconds. Default: 0.
    pub shortest: f64,
    /// Evidence that a change between speech and silence has to have against it, in natural logarithms of
    /// odds. Default: 3.
    pub inertia: f32,
    /// What is added to the logarithm of the odds of speech: more finds more. Default: 0.
    pub bias: f32,
}

impl Default for SpeechOptions {
    fn default() -> Self {
        Self { rate: 16_000, margin: 0.0, merge: 0.0, shortest: 0.0, inertia: 3.0, bias: 0.0 }
    }
}

const RATE: u32 = 16_000;
/// Samples of a window, and from one frame to the next.
const WINDOW: usize = 256;
const HOP: usize = 160;
const BANDS: usize = 10;
/// Frames of which one noise floor is estimated, and from one estimate to the next.
const SPAN: usize = 2000;
const STRIDE: usize = 1000;
/// Groups of bands, and the level.
const GROUPS: usize = 4;
/// Frames around one from which the groups are looked at.
const SHIFTS: [isize; 8] = [-20, -12, -7, -3, 3, 7, 12, 20];
const INPUTS: usize = BANDS + GROUPS + GROUPS * SHIFTS.len() + 1;
const HIDDEN: usize = 16;
/// The level of a frame that is silent: noise 95 dB below full scale.
const SILENT: f32 = -55.0;
/// Decibels between the loud and the quiet, of sound in which nobody speaks.
const FLAT: f32 = 4.0;

/// The weights of the network.
struct Network {
    /// Shape `[INPUTS, HIDDEN]`, and the hidden biases behind.
    first: [[f32; HIDDEN]; INPUTS + 1],
    second: [f32; HIDDEN],
    bias: f32,
}

impl Network {
    fn get() -> &'static Self {
        static READ: OnceLock<Network> = OnceLock::new();
        READ.get_or_init(|| {
            let text = include_str!("speech.tsv");
            let mut network =
                Self { first: [[0.0; HIDDEN]; INPUTS + 1], second: [0.0; HIDDEN], bias: 0.0 };
            let rows = text.lines().filter(|line| !line.starts_with('#'));
            for (at, row) in rows.enumerate() {
                let mut cells = row.split('\t').skip(1).map(|cell| {
                    cell.parse::<f32>().expect("the tests read the table, which holds numbers")
                });
                match at {
                    ..=INPUTS => network.first[at].fill_with(|| cells.next().unwrap_or(0.0)),
                    _ => {
                        network.second.fill_with(|| cells.next().unwrap_or(0.0));
                        network.bias = cells.next().unwrap_or(0.0);
                    }
                }
            }
            network
        })
    }

    /// The logarithm of the odds of speech.
    fn odds(&self, inputs: &[f32; INPUTS]) -> f32 {
        let mut hidden = self.first[INPUTS];
        for (input, weights) in inputs.iter().zip(&self.first) {
            for (sum, weight) in hidden.iter_mut().zip(weights) {
                *sum += input * weight;
            }
        }
        let positive = hidden.iter().zip(&self.second).map(|(sum, weight)| sum.max(0.0) * weight);
        positive.sum::<f32>() + self.bias
    }
}

/// The segments of `samples` in which somebody speaks: samples, in order, apart from each other.
///
/// Frames of 10 ms are judged by their levels in ten bands above the noise of the 20 seconds around them,
/// relative to the loudest there, and by what is before and behind. The weights were learned on synthetic
/// Danish speech with pauses, noise and babble (`speech.tsv` says how). Where the noise becomes louder, it takes
/// up to 15 seconds until it is known to be noise.
///
/// # Errors
///
/// [`Error::Argument`] where an option is outside its range.
///
/// # Complexity
///
/// `O(n)` time and memory.
///
/// # Source
///
/// The scheme of levels against a tracked floor is that of Sohn, Kim and Sung (1999), *A Statistical
/// Model-Based Voice Activity Detection*; segments are Viterbi's.
///
/// # Example
///
/// ```
/// use sprogkit::audio::{SpeechOptions, detect_speech};
///
/// assert!(detect_speech(&[0.0; 16_000], &SpeechOptions::default())?.is_empty());
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn detect_speech(samples: &[f32], options: &SpeechOptions) -> Result<Vec<Range<u64>>> {
    for (name, value) in
        [("margin", options.margin), ("merge", options.merge), ("shortest", options.shortest)]
    {
        if !(0.0..=3600.0).contains(&value) {
            return Err(Error::argument(name, "between 0 and 3600 seconds", value));
        }
    }
    if !options.bias.is_finite() {
        return Err(Error::argument("bias", "a number", options.bias));
    }
    if !(0.0..=1e6).contains(&options.inertia) {
        return Err(Error::argument("inertia", "between 0 and 1,000,000", options.inertia));
    }
    if options.rate == 0 {
        return Err(Error::argument("rate", "at least 1", options.rate));
    }
    let resampled;
    let heard = if options.rate == RATE {
        samples
    } else {
        resampled = resample(samples, options.rate, RATE)?;
        &resampled
    };
    let mut odds = odds(heard);
    odds.iter_mut().for_each(|odds| *odds += options.bias);
    let mut states = states(&odds, options.inertia);
    // A part of a frame at the end is as the frame before.
    states.extend(states.last().copied().filter(|_| heard.len() % HOP != 0));
    let scale = f64::from(options.rate) / f64::from(RATE) * HOP as f64;
    let length = samples.len() as u64;
    let second = f64::from(options.rate);
    let [margin, merge, shortest] =
        [options.margin, options.merge, options.shortest].map(|time| (time * second) as u64);
    let mut segments: Vec<Range<u64>> = Vec::new();
    let mut at = 0;
    while at < states.len() {
        let end = at + states[at..].iter().take_while(|&&state| state == states[at]).count();
        if states[at] {
            let edge = |frame: usize| ((frame as f64 * scale).round() as u64).min(length);
            let segment = edge(at)..edge(end);
            if segment.end - segment.start >= shortest.max(1) {
                let segment =
                    segment.start.saturating_sub(margin)..(segment.end + margin).min(length);
                match segments.last_mut() {
                    Some(last) if segment.start <= last.end + merge => last.end = segment.end,
                    _ => segments.push(segment),
                }
            }
        }
        at = end;
    }
    Ok(segments)
}

/// The most probable states, speech or not, where each change costs `inertia`.
fn states(odds: &[f32], inertia: f32) -> Vec<bool> {
    let mut back = Vec::with_capacity(odds.len());
    let (mut silent, mut speech) = (0f32, 0f32);
    for odds in odds {
        let from_speech = speech - inertia > silent;
        let from_silent = silent - inertia > speech;
        let before = (silent, speech);
        silent = if from_speech { before.1 - inertia } else { before.0 } - odds / 2.0;
        speech = if from_silent { before.0 - inertia } else { before.1 } + odds / 2.0;
        back.push((from_speech, from_silent));
        // Only the difference counts.
        let most = silent.max(speech);
        (silent, speech) = (silent - most, speech - most);
    }
    let mut state = speech > silent;
    let mut states = vec![false; odds.len()];
    for (at, &(from_speech, from_silent)) in back.iter().enumerate().rev() {
        states[at] = state;
        state = if state { !from_silent } else { from_speech };
    }
    states
}

/// Means over `reach` frames on each side; the end frames stand for those behind them.
fn smooth(values: &[f32], reach: usize) -> Vec<f32> {
    let last = values.len().saturating_sub(1);
    let at = |frame: usize| values[frame.saturating_sub(reach).min(last)];
    let mut out = Vec::with_capacity(values.len());
    if values.is_empty() {
        return out;
    }
    // In f64, so that a running sum stays right.
    let mut sum: f64 = (0..2 * reach).map(|frame| f64::from(at(frame))).sum();
    let part = 1.0 / (2 * reach + 1) as f64;
    for frame in 0..values.len() {
        sum += f64::from(at(frame + 2 * reach));
        out.push((sum * part) as f32);
        sum -= f64::from(at(frame));
    }
    out
}

/// The value below which the part `part` of `values` lies, between neighbours by proportion.
fn quantile(values: &mut [f32], part: f64) -> f32 {
    let place = part * (values.len() - 1) as f64;
    let (_, &mut low, above) = values.select_nth_unstable_by(place as usize, f32::total_cmp);
    let high = above.iter().copied().min_by(f32::total_cmp).unwrap_or(low);
    low + (high - low) * place.fract() as f32
}

/// The quantile around each frame: of spans, and between their middles by proportion.
fn local(values: &[f32], part: f64) -> Vec<f32> {
    let count = values.len();
    if count <= SPAN + STRIDE {
        return vec![quantile(&mut values.to_vec(), part); count];
    }
    let spans = (count - SPAN).div_ceil(STRIDE) + 1;
    let start = |span: usize| (span * STRIDE).min(count - SPAN);
    let found: Vec<f32> = (0..spans)
        .map(|span| quantile(&mut values[start(span)..start(span) + SPAN].to_vec(), part))
        .collect();
    let mut span = 0;
    (0..count)
        .map(|frame| {
            let middle = |span: usize| start(span) + SPAN / 2;
            while span + 1 < spans && middle(span + 1) <= frame {
                span += 1;
            }
            if span + 1 == spans || frame <= middle(0) {
                return found[span];
            }
            let step = (middle(span + 1) - middle(span)) as f32;
            let along = (frame - middle(span)) as f32 / step;
            found[span] + (found[span + 1] - found[span]) * along
        })
        .collect()
}

/// Levels in decibels: of each band, and of all.
fn levels(samples: &[f32]) -> (Vec<Vec<f32>>, Vec<f32>) {
    const DECIBELS: f32 = 10.0 * std::f32::consts::LOG10_E;
    let frames = samples.len() / HOP;
    let mut spectra = Spectra::new(WINDOW);
    let bank = Bank::kaldi(BANDS, spectra.bins(), f64::from(RATE), 80.0, 7600.0);
    let turn = std::f64::consts::TAU / WINDOW as f64;
    let window: Vec<f32> =
        (0..WINDOW).map(|at| (0.5 - 0.5 * (turn * at as f64).cos()) as f32).collect();
    let mut bands: Vec<Vec<_>> = (0..BANDS).map(|_| Vec::with_capacity(frames + LANES)).collect();
    let mut totals = Vec::with_capacity(frames + LANES);
    let mut block = [0f32; (BANDS + 1) * LANES];
    for first in (0..frames).step_by(LANES) {
        for lane in 0..LANES.min(frames - first) {
            let middle = (first + lane) * HOP + HOP / 2;
            if let Some(own) =
                middle.checked_sub(WINDOW / 2).and_then(|at| samples.get(at..at + WINDOW))
            {
                for ((to, sample), weight) in spectra.input.iter_mut().zip(own).zip(&window) {
                    *to = sample * weight;
                }
            } else {
                for (at, to) in spectra.input.iter_mut().enumerate() {
                    let own = (middle + at).checked_sub(WINDOW / 2).and_then(|at| samples.get(at));
                    *to = own.copied().unwrap_or(0.0) * window[at];
                }
            }
            spectra.transform(lane);
        }
        let (own, total) = block.split_at_mut(BANDS * LANES);
        bank.apply(&spectra.power, own);
        // What is no number is silence.
        own.iter_mut().for_each(|power| *power = f32::min(power.max(0.0), 1e30) + 1e-7);
        total.fill(1e-9);
        for band in own.as_chunks::<LANES>().0 {
            total.iter_mut().zip(band).for_each(|(total, power)| *total += power);
        }
        logarithms(&mut block, DECIBELS);
        let (rows, _) = block.as_chunks::<LANES>();
        for (to, row) in bands.iter_mut().zip(rows) {
            to.extend_from_slice(row);
        }
        totals.extend_from_slice(&rows[BANDS]);
    }
    bands.iter_mut().for_each(|band| band.truncate(frames));
    totals.truncate(frames);
    (bands, totals)
}

/// The logarithm of the odds of speech in each frame of sound at 16 kHz.
fn odds(samples: &[f32]) -> Vec<f32> {
    let (mut bands, totals) = levels(samples);
    let frames = totals.len();
    if frames == 0 {
        return Vec::new();
    }
    let mut groups = vec![vec![0f32; frames]; GROUPS];
    let mut mean = vec![0f32; frames];
    for (number, band) in bands.iter_mut().enumerate() {
        let floor = local(&smooth(band, 4), 0.10);
        let (group, size) = match number {
            0..3 => (0, 3.0),
            3..7 => (1, 4.0),
            _ => (2, 3.0),
        };
        for (frame, level) in band.iter_mut().enumerate() {
            *level = (*level - floor[frame]).clamp(-3.0, 30.0) / 10.0;
            groups[group][frame] += *level / size;
            mean[frame] += *level / BANDS as f32;
        }
        *band = smooth(band, 1);
    }
    let loud = local(&totals, 0.95);
    for (frame, to) in groups[3].iter_mut().enumerate() {
        *to = (totals[frame] - loud[frame]).clamp(-40.0, 5.0) / 10.0;
    }
    let quiet = local(&smooth(&totals, 4), 0.10);
    let around: Vec<Vec<f32>> = groups.iter().map(|group| smooth(group, 2)).collect();
    let mean = smooth(&mean, 15);
    let network = Network::get();
    let mut inputs = [0f32; INPUTS];
    (0..frames)
        .map(|frame| {
            let mut next = inputs.iter_mut();
            let mut push = |value: f32| {
                if let Some(to) = next.next() {
                    *to = value;
                }
            };
            bands.iter().for_each(|band| push(band[frame]));
            groups.iter().for_each(|group| push(group[frame]));
            for shift in SHIFTS {
                let there = frame.saturating_add_signed(shift).min(frames - 1);
                around.iter().for_each(|group| push(group[there]));
            }
            push(mean[frame]);
            // Digital silence, and noise that never changes, are outside what was learned.
            if totals[frame] < SILENT || loud[frame] - quiet[frame] < FLAT {
                return -20.0;
            }
            network.odds(&inputs)
        })
        .collect()
}
