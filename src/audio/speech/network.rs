//! How probable speech is in each frame: what the network sees, and what it makes of it.
//!
//! Two frames are a step, of 20 ms. The first layer sees some steps, the second what the first made of steps
//! further away, and two units at the end judge the frames of the step: what is made of a step is used by all around it.

use std::sync::OnceLock;

use super::levels::{BANDS, HOP, Spans, blocks, firsts, levels};
use crate::audio::wide::{Work, widest};

/// Frames of a step.
const PAIR: usize = 2;
/// Groups of bands, by where they end.
const GROUPS: [usize; 3] = [6, 14, BANDS];
/// Steps around one that the first layer sees, and those whose units the second sees.
const NEAR: [isize; 3] = [-2, 0, 2];
const FAR: [isize; 7] = [-10, -6, -3, 0, 3, 6, 10];
const REACH: usize = 10;
/// Parts of the frames around, in order; the level that the second is below is the floor.
const PARTS: [f64; 7] = [0.05, 0.10, 0.20, 0.30, 0.50, 0.70, 0.90];
const FLOOR: usize = 1;
/// What is seen of each of the steps around, and of the step alone.
const SEEN: usize = BANDS + PAIR;
const OWN: usize = GROUPS.len() * PAIR + PARTS.len() - 1;
const HIDDEN: [usize; 2] = [48, 24];
/// The level of a frame that is silent: noise 95 dB below full scale.
const SILENT: f32 = -55.0;
/// Decibels between the loud and the quiet, of sound in which nobody speaks.
const FLAT: f32 = 4.0;
/// Steps that are computed together, so that weights are loaded once for them.
const TOGETHER: usize = 2;
/// Steps that the first layer is ahead of the second: what it makes of them stays near.
const AHEAD: usize = 128;
const _: () = assert!(AHEAD.is_multiple_of(TOGETHER) && (2 * REACH).is_multiple_of(TOGETHER));

/// The weights of `I` inputs to `O` units.
type Weights<const I: usize, const O: usize> = [[f32; O]; I];

/// Adds to the sums of units what the inputs of each of some steps give.
#[inline(always)]
fn add<const I: usize, const O: usize>(
    sums: &mut [[f32; O]; TOGETHER],
    inputs: [&[f32; I]; TOGETHER],
    weights: &Weights<I, O>,
) {
    for (at, weights) in weights.iter().enumerate() {
        for (sums, inputs) in sums.iter_mut().zip(inputs) {
            let input = inputs[at];
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += input * weight);
        }
    }
}

struct Network {
    near: [Weights<SEEN, { HIDDEN[0] }>; NEAR.len()],
    own: Weights<OWN, { HIDDEN[0] }>,
    first: [f32; HIDDEN[0]],
    far: [Weights<{ HIDDEN[0] }, { HIDDEN[1] }>; FAR.len()],
    second: [f32; HIDDEN[1]],
    last: Weights<{ HIDDEN[1] }, PAIR>,
    biases: [f32; PAIR],
}

impl Network {
    fn get() -> &'static Self {
        static READ: OnceLock<Network> = OnceLock::new();
        READ.get_or_init(|| {
            /// The weights of the next row: from an input, or the biases.
            fn row<const O: usize>(rows: &mut dyn Iterator<Item = &'static str>) -> [f32; O] {
                let mut cells = rows.next().unwrap_or_default().split('\t').skip(1).map(|cell| {
                    cell.parse::<f32>().expect("the tests read the table, which holds numbers")
                });
                std::array::from_fn(|_| cells.next().unwrap_or(0.0))
            }
            let mut rows = include_str!("network.tsv").lines().filter(|row| !row.starts_with('#'));
            let rows = &mut rows;
            let network = Self {
                near: std::array::from_fn(|_| std::array::from_fn(|_| row(rows))),
                own: std::array::from_fn(|_| row(rows)),
                first: row(rows),
                far: std::array::from_fn(|_| std::array::from_fn(|_| row(rows))),
                second: row(rows),
                last: std::array::from_fn(|_| row(rows)),
                biases: row(rows),
            };
            debug_assert!(rows.next().is_none(), "the table has more rows than the network");
            network
        })
    }
}

/// What is heard, step by step.
struct Heard {
    /// Levels above the floor, and those of the frames below the loudest.
    seen: Vec<[f32; SEEN]>,
    /// Means of groups of bands, frame by frame; from each part of the frames around to the next, the mean of all bands.
    own: Vec<[f32; OWN]>,
    /// Whether a frame is neither digital silence nor noise that never changes, which are outside what was learned.
    known: Vec<bool>,
}

impl Heard {
    fn of(samples: &[f32]) -> Self {
        let (bands, totals) = levels(samples);
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
        let usual = usual.zip(spans.at_frames(&floors)).zip(spans.at_frames(&steps));
        let mut seen = vec![[0f32; SEEN]; frames.div_ceil(PAIR)];
        let mut own = vec![[0f32; OWN]; seen.len()];
        let mut known = Vec::with_capacity(frames);
        for (frame, ((mut row, [total]), ((([loud], [quiet]), floor), steps))) in
            bands.into_iter().zip(totals).zip(usual).enumerate()
        {
            for (level, floor) in row.iter_mut().zip(floor) {
                *level = (*level - floor).clamp(-3.0, 30.0) / 10.0;
            }
            known.push(total >= SILENT && loud - quiet >= FLAT);
            let (seen, own) = (&mut seen[frame / PAIR], &mut own[frame / PAIR]);
            let (groups, usual) = own.split_at_mut(GROUPS.len() * PAIR);
            // A last frame that is alone is a pair with itself.
            let alone = frame + 1 == frames && frame % PAIR == 0;
            for half in frame % PAIR..if alone { PAIR } else { frame % PAIR + 1 } {
                seen.iter_mut().zip(row).for_each(|(sum, level)| *sum += level / PAIR as f32);
                usual.iter_mut().zip(steps).for_each(|(sum, step)| *sum += step / PAIR as f32);
                seen[BANDS + half] = (total - loud).clamp(-40.0, 5.0) / 10.0;
                let mut start = 0;
                for (to, end) in groups[half * GROUPS.len()..].iter_mut().zip(GROUPS) {
                    *to = row[start..end].iter().sum::<f32>() / (end - start) as f32;
                    start = end;
                }
            }
        }
        Self { seen, own, known }
    }
}

/// The judgement of each frame.
impl Work for &Heard {
    type Output = Vec<f32>;

    #[inline(always)]
    fn run(self) -> Vec<f32> {
        let network = Network::get();
        let last = self.seen.len() - 1;
        // As if the first step and the last went on.
        let at = |step: usize, shift: isize| {
            step.saturating_add_signed(shift).saturating_sub(REACH).min(last)
        };
        let together: [usize; TOGETHER] = std::array::from_fn(|step| step);
        // Units of the first layer from `REACH` before the steps that are judged next to `REACH` behind them.
        let mut first = [[0f32; HIDDEN[0]]; AHEAD + 2 * REACH];
        let mut odds = Vec::with_capacity(self.known.len() + PAIR * AHEAD);
        for start in (0..=last).step_by(AHEAD) {
            // What stands there of the steps before is used again.
            first.copy_within(AHEAD.., 0);
            let made = if start == 0 { 0 } else { 2 * REACH };
            for (number, units) in
                first[made..].as_chunks_mut::<TOGETHER>().0.iter_mut().enumerate()
            {
                let steps = together.map(|step| start + made + number * TOGETHER + step);
                let mut sums = [network.first; TOGETHER];
                for (shift, weights) in NEAR.into_iter().zip(&network.near) {
                    add(&mut sums, steps.map(|step| &self.seen[at(step, shift)]), weights);
                }
                add(&mut sums, steps.map(|step| &self.own[at(step, 0)]), &network.own);
                *units = sums.map(|sums| sums.map(|sum| sum.max(0.0)));
            }
            for number in (0..AHEAD.min(last + 1 - start)).step_by(TOGETHER) {
                let mut sums = [network.second; TOGETHER];
                for (shift, weights) in FAR.into_iter().zip(&network.far) {
                    let step = (number + REACH).saturating_add_signed(shift);
                    add(&mut sums, together.map(|next| &first[step + next]), weights);
                }
                let units = sums.map(|sums| sums.map(|sum| sum.max(0.0)));
                let mut judged = [network.biases; TOGETHER];
                add(&mut judged, units.each_ref(), &network.last);
                odds.extend_from_slice(judged.as_flattened());
            }
        }
        odds.truncate(self.known.len());
        odds.iter_mut().zip(&self.known).for_each(|(odds, known)| {
            if !known {
                *odds = -20.0;
            }
        });
        odds
    }
}

/// The logarithm of the odds of speech in each frame of sound at 16 kHz.
pub(super) fn odds(samples: &[f32]) -> Vec<f32> {
    if samples.len() < HOP { Vec::new() } else { widest(&Heard::of(samples)) }
}
