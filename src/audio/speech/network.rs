//! How probable speech is in each frame: what the network sees, and what it makes of it.

use std::sync::OnceLock;

use super::levels::{BANDS, Spans, levels, smooth};

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

    fn apply(&self, inputs: &[f32; I]) -> [f32; O] {
        let mut sums = self.biases;
        for (input, weights) in inputs.iter().zip(&self.weights) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += input * weight;
            }
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
    fn odds(&self, inputs: &[f32; INPUTS]) -> f32 {
        let first = self.first.apply(inputs).map(|sum| sum.max(0.0));
        let second = self.second.apply(&first).map(|sum| sum.max(0.0));
        self.last.apply(&second)[0]
    }
}

/// The logarithm of the odds of speech in each frame of sound at 16 kHz.
pub(super) fn odds(samples: &[f32]) -> Vec<f32> {
    let (mut bands, totals) = levels(samples);
    let frames = totals.len();
    if frames == 0 {
        return Vec::new();
    }
    let spans = Spans::new(frames);
    let mut groups = vec![vec![0f32; frames]; GROUPS];
    let mut mean = vec![0f32; frames];
    let mut steps = Vec::new();
    for (number, band) in bands.iter_mut().enumerate() {
        let usual = spans.quantiles(&smooth(band, 4), PARTS);
        steps.resize(usual.len(), [0f32; PARTS.len() - 1]);
        for (steps, usual) in steps.iter_mut().zip(&usual) {
            for (step, pair) in steps.iter_mut().zip(usual.windows(2)) {
                *step += (pair[1] - pair[0]) / (5 * BANDS) as f32;
            }
        }
        let (group, size) = match number {
            0..6 => (0, 6.0),
            6..14 => (1, 8.0),
            _ => (2, 6.0),
        };
        for ((frame, level), usual) in band.iter_mut().enumerate().zip(spans.at_frames(&usual)) {
            *level = (*level - usual[FLOOR]).clamp(-3.0, 30.0) / 10.0;
            groups[group][frame] += *level / size;
            mean[frame] += *level / BANDS as f32;
        }
        *band = smooth(band, 1);
    }
    let loud = spans.quantiles(&totals, [0.95]);
    let loud: Vec<f32> = spans.at_frames(&loud).map(|[loud]| loud).collect();
    for (frame, to) in groups[GROUPS - 1].iter_mut().enumerate() {
        *to = (totals[frame] - loud[frame]).clamp(-40.0, 5.0) / 10.0;
    }
    let quiet = spans.quantiles(&smooth(&totals, 4), [PARTS[FLOOR]]);
    let around: Vec<Vec<f32>> = groups.iter().map(|group| smooth(group, 2)).collect();
    let mean = smooth(&mean, 15);
    let network = Network::get();
    let mut inputs = [0f32; INPUTS];
    (0..frames)
        .zip(spans.at_frames(&quiet))
        .zip(spans.at_frames(&steps))
        .map(|((frame, [quiet]), steps)| {
            // Digital silence, and noise that never changes, are outside what was learned.
            if totals[frame] < SILENT || loud[frame] - quiet < FLAT {
                return -20.0;
            }
            let mut next = inputs.iter_mut();
            let mut push = |value: f32| {
                if let Some(to) = next.next() {
                    *to = value;
                }
            };
            let at = |shift| frame.saturating_add_signed(shift).min(frames - 1);
            for there in NEAR.map(at) {
                bands.iter().for_each(|band| push(band[there]));
            }
            groups.iter().for_each(|group| push(group[frame]));
            for there in SHIFTS.map(at) {
                around.iter().for_each(|group| push(group[there]));
            }
            push(mean[frame]);
            steps.into_iter().for_each(&mut push);
            network.odds(&inputs)
        })
        .collect()
}
