//! Where the units lie: one exact alignment of all, then a freer one wherever it went wrong.

use std::ops::Range;

use super::islands::{Evidence, agreeing};
use super::{Options, Segment, Unit};
use crate::align::ctc::{Engine, LogProbs};
use crate::progress::Progress;
use crate::{Error, Result};

/// Units on either side of a stretch that are placed again with it.
const CONTEXT: usize = 6;
/// Most frames times tokens of a stretch that is placed again.
const CELLS: usize = 1 << 29;
/// What the tokens of a word that was said lose at most on average, in nats.
const UNHEARD: f32 = 6.5;
/// What a token loses at most, in nats.
pub(super) const WORST: f32 = 10.0;
/// What going from agreement to disagreement costs: little where doubt only means a second look,
/// more where units were free to be left out and what is left may agree by chance.
const DOUBT: f32 = 12.0;
pub(super) const TRUST: f32 = 25.0;

/// The text, its units, and where they were placed so far.
pub(super) struct Placing<'a> {
    pub(super) log_probs: LogProbs<'a>,
    pub(super) tokens: &'a [i32],
    pub(super) ends: &'a [usize],
    pub(super) options: &'a Options,
    pub(super) engine: Engine,
    /// How many frames before each frame say something. `[frames + 1]`
    pub(super) speaks: Vec<u32>,
    /// Per token: its frames, and its mean loss below the frames' best tokens.
    pub(super) places: Vec<Place>,
    pub(super) units: Vec<Unit>,
}

/// Where a token lies.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) loss: f32,
    pub(super) score: f32,
}

impl Place {
    pub(super) const NOWHERE: Self =
        Self { start: 0, end: 0, loss: f32::INFINITY, score: f32::NEG_INFINITY };
}

impl Placing<'_> {
    pub(super) fn tokens_of(&self, units: &Range<usize>) -> Range<usize> {
        let start = if units.start == 0 { 0 } else { self.ends[units.start - 1] };
        let end = if units.end == 0 { 0 } else { self.ends[units.end - 1] };
        start..end.max(start)
    }

    /// How many of the frames from `start` up to `end` say something.
    pub(super) fn says(&self, start: usize, end: usize) -> usize {
        (self.speaks[end] - self.speaks[start]) as usize
    }

    /// Places all units: the exact path, or the freer one where the text is longer than the speech.
    pub(super) fn all(&mut self, progress: &dyn Progress) -> Result<()> {
        let (tokens, frames) = (0..self.tokens.len(), 0..self.log_probs.frames());
        self.places = match self.engine.rigid(self.log_probs, self.tokens, progress)? {
            Some(states) => self.read(&states, &tokens, &frames),
            None if tokens.len().saturating_mul(frames.len()) > CELLS => {
                return Err(Error::Limit {
                    what: format!(
                        "a text of {} tokens on {} frames, which cannot all be said: frames times \
                         tokens",
                        tokens.len(),
                        frames.len()
                    ),
                    limit: CELLS as u64,
                    asked: tokens.len().saturating_mul(frames.len()) as u64,
                });
            }
            None => self.free(&(0..self.ends.len()), &frames, progress)?,
        };
        let matched = self.judge(&(0..self.ends.len()), &self.places, DOUBT);
        for (unit, matched) in self.units.iter_mut().zip(matched) {
            unit.matched = matched;
        }
        Ok(())
    }

    /// Which units of `units` agree with the speech, given the places of their tokens.
    pub(super) fn judge(&self, units: &Range<usize>, places: &[Place], change: f32) -> Vec<bool> {
        let first = self.tokens_of(units).start;
        let losses: Vec<f32> = places.iter().map(|p| p.loss).collect();
        let mut behind = places.iter().find(|p| p.end > 0).map_or(0, |p| p.start);
        let evidence = units.clone().map(|unit| {
            let tokens = self.tokens_of(&(unit..unit + 1));
            let tokens = tokens.start - first..tokens.end - first;
            let mut foreign = 0;
            for place in places[tokens.clone()].iter().filter(|p| p.end > 0) {
                foreign += (self.speaks[place.start] - self.speaks[behind]) as usize;
                behind = place.end;
            }
            Evidence { losses: &losses[tokens], foreign }
        });
        let mut matched = agreeing(evidence, change);
        // A word of which hardly a token was heard was not said, whatever surrounds it.
        for (unit, matched) in units.clone().zip(&mut matched) {
            let tokens = self.tokens_of(&(unit..unit + 1));
            let own = &losses[tokens.start - first..tokens.end - first];
            let loss: f32 = own.iter().map(|loss| loss.min(WORST)).sum();
            *matched &= own.len() < 3 || loss <= UNHEARD * own.len() as f32;
        }
        matched
    }

    /// What states say about the places of `tokens` in `frames`.
    pub(super) fn read(
        &self,
        states: &[u32],
        tokens: &Range<usize>,
        frames: &Range<usize>,
    ) -> Vec<Place> {
        let mut places = vec![Place::NOWHERE; tokens.len()];
        let mut at = 0;
        while at < states.len() {
            let state = states[at];
            let run = states[at..].iter().take_while(|&&s| s == state).count();
            if !state.is_multiple_of(2) {
                let token = (state / 2) as usize;
                let column = self.tokens[tokens.start + token] as usize;
                let (mut loss, mut score) = (0.0, 0.0);
                for frame in frames.start + at..frames.start + at + run {
                    let value = self.log_probs.get(frame, column);
                    score += value;
                    loss += self.log_probs.greatest(frame) - value;
                }
                places[token] = Place {
                    start: frames.start + at,
                    end: frames.start + at + run,
                    loss: loss / run as f32,
                    score: score / run as f32,
                };
            }
            at += run;
        }
        places
    }

    /// Places `units` in `frames` where every unit may be left out.
    pub(super) fn free(
        &self,
        units: &Range<usize>,
        frames: &Range<usize>,
        progress: &dyn Progress,
    ) -> Result<Vec<Place>> {
        let tokens = self.tokens_of(units);
        if frames.is_empty() || tokens.len().saturating_mul(frames.len()) > CELLS {
            return Ok(vec![Place::NOWHERE; tokens.len()]);
        }
        let runs: Vec<Range<usize>> = units
            .clone()
            .map(|unit| self.tokens_of(&(unit..unit + 1)))
            .map(|run| run.start - tokens.start..run.end - tokens.start)
            .collect();
        let part = self.log_probs.slice(frames.clone());
        let own = &self.tokens[tokens.clone()];
        let states = self.engine.free(part, own, &runs, self.options.omission, progress)?;
        Ok(match states {
            Some(states) => self.read(&states, &tokens, frames),
            None => vec![Place::NOWHERE; tokens.len()],
        })
    }

    /// Places again, freely, every stretch of units that does not agree, with a few on both sides.
    pub(super) fn repair(&mut self, progress: &dyn Progress) -> Result<()> {
        let count = self.units.len();
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for unit in (0..count).filter(|&u| !self.units[u].matched) {
            let (start, end) = (unit.saturating_sub(CONTEXT), (unit + 1 + CONTEXT).min(count));
            match stretches.last_mut() {
                Some(last) if start <= last.end => last.end = end,
                _ => stretches.push(start..end),
            }
        }
        for units in stretches {
            progress.check()?;
            let tokens = self.tokens_of(&units);
            let before = self.places[..tokens.start].iter().rev().find(|p| p.end > 0);
            let after = self.places[tokens.end..].iter().find(|p| p.end > 0);
            let frames =
                before.map_or(0, |p| p.end)..after.map_or(self.log_probs.frames(), |p| p.start);
            let places = self.free(&units, &frames, progress)?;
            let matched = self.judge(&units, &places, TRUST);
            self.places[tokens].copy_from_slice(&places);
            for (unit, matched) in self.units[units].iter_mut().zip(matched) {
                unit.matched = matched;
            }
        }
        self.forget_unmatched();
        Ok(())
    }

    /// Units that do not agree, or have no token in the speech, lie nowhere.
    fn forget_unmatched(&mut self) {
        for unit in 0..self.units.len() {
            let tokens = self.tokens_of(&(unit..unit + 1));
            let said = self.places[tokens.clone()].iter().all(|p| p.end > p.start);
            if !self.units[unit].matched || !said {
                self.units[unit].matched = false;
                self.places[tokens].fill(Place::NOWHERE);
            }
        }
    }

    /// Aligns every segment once more, exactly and without speech under the blank: it holds none,
    /// and a token that was recognised as another lies best where it disturbs its neighbours least.
    pub(super) fn settle(&mut self, segments: &[Segment], progress: &dyn Progress) -> Result<()> {
        for segment in segments {
            let tokens = self.tokens_of(&segment.units);
            let frames = segment.start..segment.end;
            let part = self.log_probs.slice(frames.clone());
            let own = &self.tokens[tokens.clone()];
            if let Some(states) = self.engine.plain(part, own, progress)? {
                let places = self.read(&states, &tokens, &frames);
                self.places[tokens].copy_from_slice(&places);
            }
        }
        Ok(())
    }

    /// The runs of units that do not agree.
    pub(super) fn missing_text(&self) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for unit in (0..self.units.len()).filter(|&u| !self.units[u].matched) {
            match runs.last_mut() {
                Some(last) if last.end == unit => last.end += 1,
                _ => runs.push(unit..unit + 1),
            }
        }
        runs
    }

    /// The runs of frames that say something and lie between, not under, matched tokens. Frames
    /// that say something are counted together across pauses of up to [`Options::pause`] frames.
    pub(super) fn missing_speech(&self) -> Vec<Range<usize>> {
        let count = self.log_probs.frames();
        let mut covered = vec![false; count];
        for place in &self.places {
            covered[place.start..place.end].fill(true);
        }
        let mut runs: Vec<(Range<usize>, usize)> = Vec::new();
        let mut broken = true;
        for (frame, covered) in covered.into_iter().enumerate() {
            if covered {
                broken = true;
                continue;
            }
            if self.speaks[frame + 1] == self.speaks[frame] {
                continue;
            }
            match runs.last_mut() {
                Some((last, said)) if !broken && frame <= last.end + self.options.pause => {
                    last.end = frame + 1;
                    *said += 1;
                }
                _ => runs.push((frame..frame + 1, 1)),
            }
            broken = false;
        }
        runs.retain(|(_, said)| *said >= self.options.least);
        runs.into_iter().map(|(run, _)| run).collect()
    }
}
