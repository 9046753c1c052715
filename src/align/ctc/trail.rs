//! The way back: two bits per pair and frame, in windows that move with the path.

use super::problem::{Chain, LANES};

/// A state as one number: twice its pair, plus one for the label.
pub(super) type State = u32;

/// The groups that a block of frames works on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// The first group.
    pub(super) first: u32,
    /// Behind the last group that holds scores when the block begins.
    pub(super) held: u32,
    /// Behind the last group.
    pub(super) end: u32,
}

/// Bits of consecutive frames.
#[derive(Default)]
pub(super) struct Trail {
    words: Vec<u32>,
    /// Per frame: where its words begin, and its first group.
    frames: Vec<(usize, u32)>,
}

impl Trail {
    /// Room for one more frame of `window`.
    pub(super) fn push(&mut self, window: Window) -> &mut [u32] {
        let start = self.words.len();
        self.frames.push((start, window.first));
        self.words.resize(start + (window.end - window.first) as usize, 0);
        &mut self.words[start..]
    }

    /// Writes the state of every frame, given the one after the last frame was read; returns the
    /// state before the first frame was read.
    pub(super) fn walk(&self, chain: &Chain, mut state: State, states: &mut [State]) -> State {
        for (frame, slot) in states.iter_mut().enumerate().rev() {
            *slot = state;
            state = self.back(chain, frame, state);
        }
        state
    }

    /// The state before frame `frame` was read, given the one after.
    pub(super) fn back(&self, chain: &Chain, frame: usize, state: State) -> State {
        let (start, first) = self.frames[frame];
        let pair = (state / 2) as usize;
        let word = self.words[start + pair / LANES - first as usize];
        let from_label = word >> (pair % LANES) & 1 == 1;
        let entered = word >> (16 + pair % LANES) & 1 == 1;
        if state.is_multiple_of(2) {
            // blank[j] from label[j - 1], or from itself
            state - u32::from(from_label)
        } else if !entered {
            state
        } else if from_label && chain.skips(pair) {
            state - 2
        } else {
            state - 1
        }
    }
}
