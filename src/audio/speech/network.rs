//! How probable speech is in each frame: what the network sees, and what it makes of it.

use std::sync::OnceLock;

use super::levels::{BANDS, HOP, Spans, blocks, firsts, levels, smooth};
use crate::audio::wide::{Work, widest};

/// Groups of bands, and the level.
const GROUPS: usize = 4;
/// Frames around one from which the bands are looked at, and those from which the groups are.
const NEAR: [isize; 3] = [-5, 0, 5];
const SHIFTS: [isize; 8] = [-20, -12, -7, -3, 3, 7, 12, 20];
/// Parts of the frames around, in order; the level that the second is below is the floor.
const PARTS: [f64; 7] = [0.05, 0.10, 0.20, 0.30, 0.50, 0.70, 0.90];
const FLOOR: usize = 1;
const INPUTS: usize = BANDS * NEAR.len() + GROUPS + GROUPS * SHIFTS.len() + 1 + (PARTS.len() - 1);
const HIDDEN: [usize; 2] = [32, 16];
/// The level of a frame that is silent: noise 95 dB below full scale.
const SILENT: f32 = -55.0;
/// Decibels between the loud and the quiet, of sound in which nobody speaks.
const FLAT: f32 = 4.0;

/// A layer: the weights of each input, and the biases.
struct Layer<const I: usize, const O: usize> {
    weights: [[f32; O]; I],
    biases: [f32; O],
}

impl<const I: usize, const O: usize> Layer<I, O> {
    /// The layer of the next `I + 1` rows.
    fn read<'t>(rows: &mut impl Iterator<Item = &'t str>) -> Self {
        let mut row = || {
            let mut cells = rows.next().unwrap_or_default().split('\t').skip(1).map(|cell| {
                cell.parse::<f32>().expect("the tests read the table, which holds numbers")
            });
            std::array::from_fn(|_| cells.next().unwrap_or(0.0))
        };
        Self { weights: std::array::from_fn(|_| row()), biases: row() }
    }

    #[inline(always)]
    fn apply(&self, inputs: &[f32; I]) -> [f32; O] {
        let mut sums = self.biases;
        for (input, weights) in inputs.iter().zip(&self.weights) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += input * weight);
        }
        sums
    }
}

struct Network {
    first: Layer<INPUTS, { HIDDEN[0] }>,
    second: Layer<{ HIDDEN[0] }, { HIDDEN[1] }>,
    last: Layer<{ HIDDEN[1] }, 1>,
}

impl Network {
    fn get() -> &'static Self {
        static READ: OnceLock<Network> = OnceLock::new();
        READ.get_or_init(|| {
            let mut rows = include_str!("network.tsv").lines().filter(|row| !row.starts_with('#'));
            let rows = &mut rows;
            Self { first: Layer::read(rows), second: Layer::read(rows), last: Layer::read(rows) }
        })
    }

    /// The logarithm of the odds of speech.
    #[inline(always)]
    fn odds(&self, inputs: &[f32; INPUTS]) -> f32 {
        let first = self.first.apply(inputs).map(|sum| sum.max(0.0));
        let second = self.second.apply(&first).map(|sum| sum.max(0.0));
        self.last.apply(&second)[0]
    }
}

/// What is heard, frame by frame.
struct Heard {
    /// Levels above the floor.
    bands: Vec<[f32; BANDS]>,
    /// Their means, and the level below the loudest.
    groups: Vec<[f32; GROUPS]>,
    /// The same over a few frames.
    around: Vec<[f32; GROUPS]>,
    /// The mean of all bands over many frames.
    mean: Vec<[f32; 1]>,
    /// From each part of the frames around to the next, the mean of all bands.
    steps: Vec<[f32; PARTS.len() - 1]>,
    /// Whether it is neither digital silence nor noise that never changes, which are outside what was learned.
    known: Vec<bool>,
}

impl Heard {
    fn of(samples: &[f32]) -> Self {
        let (mut bands, totals) = levels(samples);
        let frames = totals.len();
        let spans = Spans::new(frames);
        let means = blocks(&bands);
        let mut floors = Vec::new();
        let mut steps = Vec::new();
        for band in 0..BANDS {
            let usual = spans.quantiles(&means, band, PARTS);
            floors.resize(usual.len(), [0f32; BANDS]);
            steps.resize(usual.len(), [0f32; PARTS.len() - 1]);
            for ((floors, steps), usual) in floors.iter_mut().zip(&mut steps).zip(usual) {
                floors[band] = usual[FLOOR];
                for (step, pair) in steps.iter_mut().zip(usual.windows(2)) {
                    *step += (pair[1] - pair[0]) / (5 * BANDS) as f32;
                }
            }
        }
        let loud = spans.quantiles(&firsts(&totals), 0, [0.95]);
        let quiet = spans.quantiles(&blocks(&totals), 0, [PARTS[FLOOR]]);
        let usual = spans.at_frames(&loud).zip(spans.at_frames(&quiet));
        let mut groups = Vec::with_capacity(frames);
        let mut mean = Vec::with_capacity(frames);
        let mut known = Vec::with_capacity(frames);
        for (((row, floor), [total]), ([loud], [quiet])) in
            bands.iter_mut().zip(spans.at_frames(&floors)).zip(totals).zip(usual)
        {
            for (level, floor) in row.iter_mut().zip(floor) {
                *level = (*level - floor).clamp(-3.0, 30.0) / 10.0;
            }
            let mean_of = |levels: &[f32]| levels.iter().sum::<f32>() / levels.len() as f32;
            let loudness = (total - loud).clamp(-40.0, 5.0) / 10.0;
            groups.push([mean_of(&row[..6]), mean_of(&row[6..14]), mean_of(&row[14..]), loudness]);
            mean.push([mean_of(row)]);
            known.push(total >= SILENT && loud - quiet >= FLAT);
        }
        Self {
            bands: smooth(&bands, 1),
            around: smooth(&groups, 2),
            groups,
            mean: smooth(&mean, 15),
            steps: spans.at_frames(&steps).collect(),
            known,
        }
    }

    /// What the network sees of a frame.
    #[inline(always)]
    fn inputs(&self, frame: usize) -> [f32; INPUTS] {
        let at = |shift| frame.saturating_add_signed(shift).min(self.mean.len() - 1);
        let mut inputs = [0f32; INPUTS];
        let mut rest = &mut inputs[..];
        let mut push = |values: &[f32]| {
            let (to, behind) = std::mem::take(&mut rest).split_at_mut(values.len());
            to.copy_from_slice(values);
            rest = behind;
        };
        NEAR.map(at).into_iter().for_each(|there| push(&self.bands[there]));
        push(&self.groups[frame]);
        SHIFTS.map(at).into_iter().for_each(|there| push(&self.around[there]));
        push(&self.mean[frame]);
        push(&self.steps[frame]);
        inputs
    }
}

/// The judgement of each frame.
impl Work for &Heard {
    type Output = Vec<f32>;

    #[inline(always)]
    fn run(self) -> Vec<f32> {
        let network = Network::get();
        let mut odds = vec![-20.0; self.known.len()];
        for (frame, odds) in odds.iter_mut().enumerate().filter(|&(frame, _)| self.known[frame]) {
            *odds = network.odds(&self.inputs(frame));
        }
        odds
    }
}

/// The logarithm of the odds of speech in each frame of sound at 16 kHz.
pub(super) fn odds(samples: &[f32]) -> Vec<f32> {
    if samples.len() < HOP { Vec::new() } else { widest(&Heard::of(samples)) }
}
