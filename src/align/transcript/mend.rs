//! What the free alignment leaves to mend: units torn apart, stretches that end too early, passages
//! in another order.

use std::ops::Range;

use super::place::{Place, Placing, TRUST, WORST};
use crate::Result;
use crate::progress::Progress;

/// Fewest tokens of a stretch that is looked for elsewhere.
const LEAST: usize = 12;
/// What a token may lose on average where a stretch grows, in nats.
const AGREES: f32 = 3.0;
/// Frames per token that a unit torn apart is given to draw together.
const SPREAD: usize = 8;

/// Units that would agree beside a matched stretch.
struct Grown {
    units: Range<usize>,
    /// Their tokens and those of the unit beside them, and where these would lie.
    tokens: Range<usize>,
    places: Vec<Place>,
    /// What each of the units' tokens would lose.
    loss: f32,
}

impl Placing<'_> {
    /// Draws together units that foreign speech tears apart: where a token fits as well into the
    /// foreign speech as to its neighbours, the score alone does not choose.
    pub(super) fn tighten(&mut self, progress: &dyn Progress) -> Result<()> {
        for unit in 0..self.units.len() {
            if !self.units[unit].matched {
                continue;
            }
            let tokens = self.tokens_of(&(unit..unit + 1));
            let places = &self.places[tokens.clone()];
            let foreign = |from: usize, to: usize| from < to && self.speaks[from] < self.speaks[to];
            // The largest part without foreign speech, and where it begins and ends.
            let (mut best, mut first) = (0..0, 0);
            for i in 1..=places.len() {
                if i == places.len() || foreign(places[i - 1].end, places[i].start) {
                    if i - first > best.len() {
                        best = first..i;
                    }
                    first = i;
                }
            }
            if best.is_empty() || best.len() == places.len() {
                continue;
            }
            let room = |tokens: usize| SPREAD * tokens;
            let left = self.places[..tokens.start].iter().map(|p| p.end).max().unwrap_or(0);
            let right = self.places[tokens.end..]
                .iter()
                .find(|p| p.end > 0)
                .map_or(self.log_probs.frames(), |p| p.start);
            let (start, end) = (places[best.start].start, places[best.end - 1].end);
            let (left, right) = (left.min(start), right.max(end));
            let frames = start.saturating_sub(room(best.start)).max(left)
                ..(end + room(places.len() - best.end)).min(right);
            let own = &self.tokens[tokens.clone()];
            let part = self.log_probs.slice(frames.clone());
            let tight = match self.engine.rigid(part, own, progress) {
                Ok(Some(states)) => self.read(&states, &tokens, &frames),
                _ => vec![Place::NOWHERE; tokens.len()],
            };
            let loss = |places: &[Place]| places.iter().map(|p| p.loss).sum::<f32>();
            if loss(&tight) <= loss(places) + 0.5 * places.len() as f32 {
                self.places[tokens].copy_from_slice(&tight);
            } else {
                let inside: u32 = places
                    .windows(2)
                    .map(|pair| self.speaks[pair[1].start] - self.speaks[pair[0].end])
                    .sum();
                if inside as usize >= self.options.least {
                    self.places[tokens].fill(Place::NOWHERE);
                    self.units[unit].matched = false;
                }
            }
        }
        Ok(())
    }

    /// Lets matched stretches grow over the units beside them. In long foreign speech the words of
    /// a unit are found by chance as well as where they were said; right beside what matches they
    /// are not. Where a unit fits on both sides, it goes where it fits better.
    pub(super) fn extend(&mut self, progress: &dyn Progress) -> Result<()> {
        for mut run in self.missing_text() {
            while !run.is_empty() {
                progress.check()?;
                let front = self.grown(run.start, &run, false, progress)?;
                let back = self.grown(run.end, &run, true, progress)?;
                let behind = match (&front, &back) {
                    (Some(front), Some(back)) => back.loss < front.loss,
                    (front, _) => front.is_none(),
                };
                let Some(grown) = (if behind { back } else { front }) else { break };
                self.places[grown.tokens].copy_from_slice(&grown.places);
                for unit in &mut self.units[grown.units.clone()] {
                    unit.matched = true;
                }
                if behind {
                    run.end = grown.units.start;
                } else {
                    run.start = grown.units.end;
                }
            }
        }
        Ok(())
    }

    /// Places one to three units of `run` beside unit `at` of its border, backwards from it or
    /// forwards, together with the matched unit there, which may have taken their speech; returns
    /// them where they agree.
    fn grown(
        &mut self,
        at: usize,
        run: &Range<usize>,
        backwards: bool,
        progress: &dyn Progress,
    ) -> Result<Option<Grown>> {
        // Only beside units that match, and only where there is room.
        let beside = if backwards { at < self.units.len() } else { at > 0 };
        if !beside {
            return Ok(None);
        }
        let anchor = if backwards { at..at + 1 } else { at - 1..at };
        let border = self.tokens_of(&(at..at)).start;
        let free = self.units[anchor.start].moved || !self.units[anchor.start].matched;
        let held = if free { border..border } else { self.tokens_of(&anchor) };
        let last = self.log_probs.frames();
        let before = |token: usize| {
            self.places[..token].iter().rev().find(|p| p.end > 0).map_or(0, |p| p.end)
        };
        let after = |token: usize| {
            self.places[token..].iter().find(|p| p.end > 0).map_or(last, |p| p.start)
        };
        let (behind, ahead) = (before(border), after(border));
        let (left, right) = (before(held.start), after(held.end));
        for count in 1..=3 {
            let units = match backwards {
                true if at >= run.start + count => at - count..at,
                false if at + count <= run.end => at..at + count,
                _ => break,
            };
            let own = self.tokens_of(&units);
            // As many speaking frames as there are tokens, and two.
            let wanted = own.len() as u32 + 2;
            let (tokens, frames) = if backwards {
                let most = self.speaks[ahead].saturating_sub(wanted);
                let start = behind.max(self.speaks.partition_point(|&s| s < most));
                (own.start..held.end, start..right)
            } else {
                let most = self.speaks[behind] + wanted;
                let end = ahead.min(self.speaks.partition_point(|&s| s < most) + 2);
                (held.start..own.end, left..end)
            };
            if frames.is_empty() {
                break;
            }
            let part = self.log_probs.slice(frames.clone());
            let all = &self.tokens[tokens.clone()];
            let Ok(Some(states)) = self.engine.rigid(part, all, progress) else { continue };
            let places = self.read(&states, &tokens, &frames);
            let loss = |places: &[Place]| places.iter().map(|p| p.loss.min(WORST)).sum::<f32>();
            let old = loss(&self.places[held.clone()]);
            let loss = (loss(&places) - old) / own.len() as f32;
            if loss <= AGREES {
                return Ok(Some(Grown { units, tokens, places, loss }));
            }
        }
        Ok(None)
    }

    /// Looks for stretches of text that found no speech in speech nearby that found no text.
    pub(super) fn moved(&mut self, progress: &dyn Progress) -> Result<()> {
        let reach = self.options.reorder;
        for units in self.missing_text() {
            let tokens = self.tokens_of(&units);
            if tokens.len() < LEAST || reach == 0 {
                continue;
            }
            let before = self.places[..tokens.start].iter().rev().find(|p| p.end > 0);
            let here = before.map_or(0, |p| p.end);
            for frames in self.missing_speech() {
                progress.check()?;
                if frames.start > here + reach || frames.end + reach < here {
                    continue;
                }
                let frames =
                    frames.start.saturating_sub(2)..(frames.end + 2).min(self.log_probs.frames());
                let places = self.free(&units, &frames, progress)?;
                let matched = self.judge(&units, &places, TRUST);
                let gained: usize = units
                    .clone()
                    .zip(&matched)
                    .filter(|&(_, &m)| m)
                    .map(|(unit, _)| self.tokens_of(&(unit..unit + 1)).len())
                    .sum();
                if gained < LEAST {
                    continue;
                }
                for (unit, matched) in units.clone().zip(matched) {
                    let own = self.tokens_of(&(unit..unit + 1));
                    let here = own.start - tokens.start..own.end - tokens.start;
                    if matched && places[here.clone()].iter().all(|p| p.end > p.start) {
                        self.places[own].copy_from_slice(&places[here]);
                        self.units[unit].matched = true;
                        self.units[unit].moved = true;
                    }
                }
                break;
            }
        }
        Ok(())
    }
}
