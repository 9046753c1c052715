//! Where a stretch of text begins and ends beside speech that is not in the text.

use std::ops::Range;

use super::Segment;
use super::place::Placing;
use crate::Result;
use crate::progress::Progress;

/// Tokens at a border that are placed again: whole units, until there are as many.
const TOKENS: usize = 8;
/// Frames per token that they may move outwards.
const SPREAD: usize = 8;

impl Placing<'_> {
    /// Places the outermost units of every segment again where there is speech without text beside
    /// them: exactly, with the blank at its full cost between the tokens and at a bounded one
    /// outside. A token that the foreign speech says as well then stays with its neighbours.
    pub(super) fn borders(
        &mut self,
        segments: &mut [Segment],
        progress: &dyn Progress,
    ) -> Result<()> {
        segments.sort_by_key(|segment| segment.start);
        let mut before = 0;
        for (at, segment) in segments.iter().enumerate() {
            progress.check()?;
            let next = segments.get(at + 1).map(|next| next.start.max(segment.end));
            let after = next.unwrap_or(self.log_probs.frames());
            before = segment.start.min(before);
            let units = segment.units.clone();
            if self.says(before, segment.start) > 0 {
                let enough = |&end: &usize| self.tokens_of(&(units.start..end)).len() >= TOKENS;
                let end = (units.start + 1..units.end).find(enough).unwrap_or(units.end);
                self.border(units.start..end, (before, segment.end), false);
            }
            if self.says(segment.end, after) > 0 {
                let enough = |&start: &usize| self.tokens_of(&(start..units.end)).len() >= TOKENS;
                let start = (units.start + 1..units.end).rev().find(enough).unwrap_or(units.start);
                // Where the first tokens lie now.
                self.border(start..units.end, (segment.start, after), true);
            }
            before = self.places[self.tokens_of(&units).end - 1].end;
        }
        Ok(())
    }

    /// Places units again, at the front of a segment or at its back.
    fn border(&mut self, units: Range<usize>, (low, high): (usize, usize), back: bool) {
        let tokens = self.tokens_of(&units);
        let places = &self.places[tokens.clone()];
        let ([first, .., last] | [first @ last]) = places else { return };
        let room = SPREAD * places.len();
        let frames = if back {
            first.start..(last.end + room).min(high)
        } else {
            first.start.saturating_sub(room).max(low)..last.end
        };
        if let Some(states) = self.beside(&tokens, &frames, back) {
            let places = self.read(&states, &tokens, &frames);
            self.places[tokens].copy_from_slice(&places);
        }
    }

    /// The best states of `tokens` in `frames`, with foreign speech before them or, where `back`,
    /// behind them: the plain recurrence in 64-bit floats, over losses. `None` where no path has a
    /// probability.
    fn beside(&self, tokens: &Range<usize>, frames: &Range<usize>, back: bool) -> Option<Vec<u32>> {
        let own = &self.tokens[tokens.clone()];
        let states = 2 * own.len() + 1;
        let outside = if back { states - 1 } else { 0 };
        let mut row = vec![f64::INFINITY; states];
        // How many states back each cell came from.
        let mut steps = vec![0u8; states * frames.len()];
        for (t, (frame, steps)) in frames.clone().zip(steps.chunks_mut(states)).enumerate() {
            let best = self.log_probs.greatest(frame);
            let loss = |column| f64::from(best - self.log_probs.get(frame, column));
            let blank = loss(self.engine.blank());
            let before = std::mem::replace(&mut row, vec![f64::INFINITY; states]);
            for state in 0..states {
                let label = state / 2;
                let cost = match state {
                    state if state == outside => blank.min(f64::from(self.options.garbage)),
                    state if state % 2 == 0 => blank,
                    _ => loss(own[label] as usize),
                };
                let skips = state % 2 == 1 && label > 0 && own[label] != own[label - 1];
                let (mut least, mut step) = (before[state], 0);
                if state > 0 && before[state - 1] < least {
                    (least, step) = (before[state - 1], 1);
                }
                if skips && before[state - 2] < least {
                    (least, step) = (before[state - 2], 2);
                }
                if t == 0 && state < 2 {
                    (least, step) = (0.0, 0);
                }
                row[state] = least + cost;
                steps[state] = step;
            }
        }
        let mut state = if row[states - 1] <= row[states - 2] { states - 1 } else { states - 2 };
        if !row[state].is_finite() {
            return None;
        }
        let mut found = vec![0; frames.len()];
        for (slot, steps) in found.iter_mut().zip(steps.chunks(states)).rev() {
            *slot = state as u32;
            state -= usize::from(steps[state]);
        }
        Some(found)
    }
}
