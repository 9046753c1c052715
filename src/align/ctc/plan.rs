//! Which way to the exact path is the shortest.
//!
//! A short problem is searched whole. A long one is searched three times: a narrow band guesses
//! what the best path loses; a sweep bounds how paths can go on, narrowed by that guess; the exact
//! search looks only where the bounds allow a path better than the guess. Every guess is checked
//! against the score that was found in the end, and loosened where it was too high: the answer
//! never rests on a guess.

use super::exact::{self, Best, Everything, Memory};
use super::guide::{self, Guide, Limits};
use super::problem::{Chain, Problem};
use super::rows::Isa;
use crate::Result;
use crate::progress::Progress;

/// Fewest targets from which on bounds pay.
const LONG: usize = 700;
/// The bands that are tried for a first guess, in pairs.
const BANDS: [usize; 2] = [256, 4096];
/// Scores beyond this are searched whole: sums of 64-bit floats no longer tell nats apart.
const GREAT: f64 = 1e9;

/// The best path, or `None` where every path has probability zero.
pub(super) fn best(
    problem: &Problem<'_>,
    isa: Isa,
    progress: &dyn Progress,
) -> Result<Option<Best>> {
    if problem.forward.labels >= LONG
        && problem.frames >= LONG
        && let Some(best) = guided(problem, isa, progress)?
    {
        return Ok(Some(best));
    }
    whole(problem, isa, progress)
}

/// Searched whole.
pub(super) fn whole(
    problem: &Problem<'_>,
    isa: Isa,
    progress: &dyn Progress,
) -> Result<Option<Best>> {
    exact::solve(problem, isa, &mut Everything, Memory::default(), progress)
}

/// Searched where bounds allow; `None` where they do not help.
fn guided(problem: &Problem<'_>, isa: Isa, progress: &dyn Progress) -> Result<Option<Best>> {
    let reversed = problem.reversed();
    let mut floor = guess(problem, &reversed, isa, progress)?;
    loop {
        let limits = Limits { floor, band: None, keep: true };
        let Some(mut guide) = guide::sweep(problem, &reversed, isa, limits, progress)? else {
            if floor == f64::NEG_INFINITY {
                return Ok(None);
            }
            floor = f64::NEG_INFINITY;
            continue;
        };
        if guide.maxima.abs().max(guide.total.abs()) > GREAT {
            return Ok(None);
        }
        match search(problem, isa, &mut guide, floor, progress)? {
            Found::Best(best) => return Ok(Some(best)),
            // A path is there, and what it loses is a guess that holds.
            Found::Below(loss) => floor = loss - 1.0,
            Found::Nothing => floor = f64::NEG_INFINITY,
        }
    }
}

enum Found {
    Best(Best),
    /// The best of what was searched loses this much, more than the sweep allowed.
    Below(f64),
    Nothing,
}

/// The exact search within the guide's bounds.
fn search(
    problem: &Problem<'_>,
    isa: Isa,
    guide: &mut Guide,
    floor: f64,
    progress: &dyn Progress,
) -> Result<Found> {
    let mut margin = 1.0 + 1e-6 * problem.frames as f64;
    loop {
        guide.floor = (guide.total - margin).max(floor);
        if let Some(best) = exact::solve(problem, isa, guide, Memory::default(), progress)? {
            let loss = best.score - guide.maxima;
            if loss >= guide.floor {
                return Ok(Found::Best(best));
            }
            if loss < floor {
                return Ok(Found::Below(loss));
            }
            margin = guide.total - loss + 0.1;
        } else if guide.floor <= floor {
            return Ok(Found::Nothing);
        } else {
            margin *= 16.0;
        }
    }
}

/// What the best path loses, at most, as far as narrow bands can tell.
fn guess(
    problem: &Problem<'_>,
    reversed: &Chain,
    isa: Isa,
    progress: &dyn Progress,
) -> Result<f64> {
    let mut floor = f64::NEG_INFINITY;
    for band in BANDS {
        // A loss of about ten nats goes with each token that is out of place, on either side.
        let width = -floor / 10.0;
        if band > BANDS[0] && (band > problem.forward.labels || width < 2.0 * band as f64) {
            break;
        }
        let limits = Limits { floor, band: Some(band), keep: false };
        if let Some(guide) = guide::sweep(problem, reversed, isa, limits, progress)? {
            // The sweep rounds up; the guess must not.
            let loss = guide.total - 2.0 - 1e-3 * guide.total.abs();
            floor = floor.max(loss);
        }
    }
    Ok(floor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::ctc::{LogProbs, Options};
    use crate::random::Random;

    /// From 0 up to 1.
    fn unit(random: &mut Random) -> f32 {
        random.below(1 << 24) as f32 / (1 << 24) as f32
    }

    /// Emissions in which the targets are said, or not, or in part.
    fn problem(random: &mut Random, longest: usize) -> (Vec<f32>, usize, Vec<i32>) {
        let vocabulary = [3, 14, 15, 31, 40, 62, 63, 200][random.below(8)];
        let frames = longest / 2 + random.below(longest / 2);
        let count = frames / 4 + random.below(frames / 8);
        let targets: Vec<i32> =
            (0..count).map(|_| 1 + random.below(vocabulary - 1) as i32).collect();
        let kind = random.below(6);
        let mut log_probs = vec![0f32; frames * vocabulary];
        for (t, row) in log_probs.chunks_mut(vocabulary).enumerate() {
            for value in row.iter_mut() {
                *value = match kind {
                    0 => -(random.below(4) as f32),
                    1 => -unit(random) * 1e4,
                    _ => unit(random).max(1e-6).ln() - 6.0,
                };
            }
            let j = t * count / frames;
            let peak = if t * count % frames < count { targets[j] as usize } else { 0 };
            let said = kind > 1 && (kind != 4 || !(count / 3..count / 2).contains(&j));
            if said {
                row[peak] = -0.1 * unit(random);
            }
            if kind == 5 && random.below(4) == 0 {
                row[1 + random.below(vocabulary - 1)] = f32::NEG_INFINITY;
            }
        }
        (log_probs, vocabulary, targets)
    }

    #[test]
    fn bounds_small_memory_and_vectors_change_nothing() {
        let mut random = Random(7);
        let (mut found, mut none, mut helped) = (0, 0, 0);
        for number in 0..150 {
            let (log_probs, vocabulary, targets) = problem(&mut random, 1200);
            let frames = log_probs.len() / vocabulary;
            let view = LogProbs::new(&log_probs, frames, vocabulary).unwrap();
            let Ok(problem) = Problem::new(view, &targets, &Options::default(), false) else {
                continue;
            };
            let plain = whole(&problem, Isa::Portable, &()).unwrap();
            for isa in Isa::all() {
                let small = Memory { trail: 700, kept: 4000, parts: 3 };
                let small = exact::solve(&problem, isa, &mut Everything, small, &()).unwrap();
                let narrowed = guided(&problem, isa, &()).unwrap();
                let Some(plain) = &plain else {
                    assert!(small.is_none() && narrowed.is_none(), "{number} {isa:?}");
                    none += 1;
                    continue;
                };
                let small = small.unwrap();
                assert_eq!(small.score.to_bits(), plain.score.to_bits(), "{number} {isa:?}");
                assert_eq!(small.states, plain.states, "{number} {isa:?}");
                found += 1;
                if let Some(narrowed) = narrowed {
                    helped += 1;
                    assert!(
                        (narrowed.score - plain.score).abs() <= 1e-9 * plain.score.abs(),
                        "{number} {isa:?}: {} {}",
                        narrowed.score,
                        plain.score
                    );
                }
            }
        }
        assert!(found > 100 && helped > 100, "{found} {none} {helped}");
    }

    #[test]
    fn a_sweep_in_vectors_bounds_as_the_scalar_one_does() {
        let mut random = Random(8);
        for _ in 0..20 {
            let (log_probs, vocabulary, targets) = problem(&mut random, 600);
            let frames = log_probs.len() / vocabulary;
            let view = LogProbs::new(&log_probs, frames, vocabulary).unwrap();
            let Ok(problem) = Problem::new(view, &targets, &Options::default(), false) else {
                continue;
            };
            let reversed = problem.reversed();
            let limits = Limits { floor: f64::NEG_INFINITY, band: None, keep: false };
            let best = whole(&problem, Isa::Portable, &()).unwrap();
            for isa in Isa::all() {
                let guide = guide::sweep(&problem, &reversed, isa, limits, &()).unwrap();
                match (&best, guide) {
                    (Some(best), Some(guide)) => {
                        let loss = best.score - guide.maxima;
                        assert!(guide.total >= loss - 1e-6, "{} below {loss}", guide.total);
                        assert!(guide.total <= loss + 1e-3 * loss.abs() + 0.1, "{isa:?}");
                    }
                    (best, guide) => assert!(best.is_none() && guide.is_none()),
                }
            }
        }
    }
}
