//! The exact dynamic programme in 64-bit floats, in memory that does not grow with the square.
//!
//! Rows are kept every so many frames. The bits of the way back are kept as long as they fit;
//! otherwise they are computed again, segment by segment from the end, and only for the states
//! that can reach the traced one (a cone that widens by one pair per frame). A segment that is
//! still too large is cut again in the same way.

use super::problem::{Chain, LANES, Problem};
use super::rows::{Isa, Rows, read};
use super::trail::{State, Trail, Window};
use crate::Result;
use crate::progress::Progress;

/// How much may be held at a time.
#[derive(Clone, Copy)]
pub(super) struct Memory {
    /// Bytes of bits.
    pub(super) trail: usize,
    /// Bytes of kept rows.
    pub(super) kept: usize,
    /// Parts that a too large segment is cut into.
    pub(super) parts: usize,
}

impl Default for Memory {
    fn default() -> Self {
        Self { trail: 12 << 20, kept: 20 << 20, parts: 24 }
    }
}

/// What narrows the search: called before each block of frames.
pub(super) trait Narrow {
    /// Frames per block.
    fn frames(&self) -> usize;

    /// Which pairs of `[first, last]` may still be on the best path before block `block`;
    /// `None` where none may.
    fn keep(&mut self, block: usize, rows: &Rows, pairs: (usize, usize)) -> Option<(usize, usize)>;
}

/// Nothing but the borders of what can be reached.
pub(super) struct Everything;

impl Narrow for Everything {
    fn frames(&self) -> usize {
        32
    }

    fn keep(&mut self, _: usize, _: &Rows, pairs: (usize, usize)) -> Option<(usize, usize)> {
        Some(pairs)
    }
}

/// The best path within the kept windows.
pub(super) struct Best {
    /// The state in every frame.
    pub(super) states: Vec<State>,
    /// The sum of the log probabilities along the path.
    pub(super) score: f64,
}

/// A row that was kept: the groups of `window` before frame `frame`.
struct Kept {
    frame: usize,
    first: usize,
    rows: Rows,
}

struct Search<'p> {
    problem: &'p Problem<'p>,
    isa: Isa,
    /// Frames per block.
    block: usize,
    windows: Vec<Window>,
    rows: Rows,
    table: Vec<f32>,
    memory: Memory,
}

/// The best path, or `None` where no path with a score above −∞ stays in the windows.
pub(super) fn solve(
    problem: &Problem<'_>,
    isa: Isa,
    narrow: &mut dyn Narrow,
    memory: Memory,
    progress: &dyn Progress,
) -> Result<Option<Best>> {
    let chain = &problem.forward;
    let block = narrow.frames();
    let mut search = Search {
        problem,
        isa,
        block,
        windows: Vec::with_capacity(problem.frames.div_ceil(block)),
        rows: Rows::start(chain.pairs),
        table: vec![0.0; problem.width],
        memory,
    };
    // So that all kept rows fit, were they of full width; a segment is at least a few blocks.
    let row = 16 * chain.pairs;
    let segment = (problem.frames.saturating_mul(row) / memory.kept).max(8 * block);
    let segment = segment.next_multiple_of(block);

    let mut kept: Vec<(Kept, Trail)> = Vec::new();
    let mut tracing = true;
    let mut bytes = 0usize;
    let mut pairs = (0, 0);
    for (number, from) in (0..problem.frames).step_by(block).enumerate() {
        progress.check()?;
        let to = (from + block).min(problem.frames);
        let reach = problem.reach(from);
        let pairs_in = (pairs.0.max(reach.0), pairs.1.min(reach.1));
        if pairs_in.0 > pairs_in.1 {
            return Ok(None);
        }
        let Some((first, last)) = narrow.keep(number, &search.rows, pairs_in) else {
            return Ok(None);
        };
        let grown = (last + (to - from)).min(chain.labels);
        let window = Window {
            first: (first / LANES) as u32,
            held: (last / LANES + 1) as u32,
            end: (grown / LANES + 1) as u32,
        };
        pairs = (first, grown);
        search.windows.push(window);
        let more = (window.end - window.first) as usize * 4 * (to - from);
        if tracing && bytes + more > memory.trail {
            tracing = false;
            for (_, trail) in &mut kept {
                *trail = Trail::default();
            }
        }
        bytes += more;
        if from.is_multiple_of(segment) {
            kept.push((search.keep(from, window), Trail::default()));
        }
        let trail = kept.last_mut().map(|(_, trail)| trail).filter(|_| tracing);
        search.advance(from, to, window, trail);
        progress.advance((to - from) as u64);
    }
    let labels = chain.labels;
    // Groups outside the last window hold old values.
    let held = |pair: usize| {
        let group = (pair / LANES) as u32;
        search.windows.last().is_some_and(|w| w.first <= group && group < w.end)
    };
    let (mut score, mut state) = (f64::NEG_INFINITY, 2 * labels as State);
    if held(labels) {
        score = search.rows.blank[labels];
    }
    if labels > 0 && held(labels - 1) && search.rows.label[labels - 1] > score {
        (score, state) = (search.rows.label[labels - 1], state - 1);
    }
    if score == f64::NEG_INFINITY {
        return Ok(None);
    }
    let mut states = vec![0; problem.frames];
    let mut end = problem.frames;
    while let Some((row, trail)) = kept.pop() {
        progress.check()?;
        let part = &mut states[row.frame..end];
        end = row.frame;
        state = if tracing {
            trail.walk(chain, state, part)
        } else {
            search.retrace(&row, state, part, progress)?
        };
    }
    Ok(Some(Best { states, score }))
}

impl Search<'_> {
    /// Copies the held scores of a window.
    fn keep(&self, frame: usize, window: Window) -> Kept {
        let first = window.first as usize * LANES;
        let held = first..(window.held as usize * LANES).max(first);
        let rows = Rows {
            blank: self.rows.blank[held.clone()].to_vec(),
            label: self.rows.label[held].to_vec(),
        };
        Kept { frame, first, rows }
    }

    /// Puts kept scores back.
    fn restore(&mut self, kept: &Kept) {
        let range = kept.first..kept.first + kept.rows.blank.len();
        self.rows.blank[range.clone()].copy_from_slice(&kept.rows.blank);
        self.rows.label[range].copy_from_slice(&kept.rows.label);
    }

    /// Reads the frames `from..to`, which lie in one block.
    fn advance(&mut self, from: usize, to: usize, window: Window, mut trail: Option<&mut Trail>) {
        let groups = (window.first as usize, window.end as usize);
        self.rows.clear((window.held as usize).max(groups.0), groups.1);
        for frame in from..to {
            let bits = match &mut trail {
                Some(trail) => trail.push(window),
                None => &mut [],
            };
            read(self.isa, &mut self.rows, self.problem, frame, &mut self.table, groups, bits);
        }
    }

    /// The block's window, less what cannot reach `pair` when frame `end` is about to be read.
    fn cone(&self, from: usize, end: usize, pair: usize) -> Window {
        let window = self.windows[from / self.block];
        let lowest = (pair.saturating_sub(end - from) / LANES) as u32;
        let behind = (pair / LANES + 1) as u32;
        let first = window.first.max(lowest);
        let end = window.end.min(behind).max(first);
        Window { first, held: window.held.clamp(first, end), end }
    }

    /// Computes a segment again and walks it: `states` are those of its frames, `state` the one
    /// behind them.
    fn retrace(
        &mut self,
        kept: &Kept,
        mut state: State,
        states: &mut [State],
        progress: &dyn Progress,
    ) -> Result<State> {
        let end = kept.frame + states.len();
        let pair = (state / 2) as usize;
        let starts = (kept.frame..end).step_by(self.block);
        let words: usize = starts
            .clone()
            .map(|from| {
                let cone = self.cone(from, end, pair);
                (cone.end - cone.first) as usize * self.block
            })
            .sum();
        self.restore(kept);
        if words * 4 <= self.memory.trail || states.len() <= self.block {
            let mut trail = Trail::default();
            for from in starts {
                progress.check()?;
                let to = (from + self.block).min(end);
                self.advance(from, to, self.cone(from, end, pair), Some(&mut trail));
            }
            return Ok(trail.walk(&self.problem.forward, state, states));
        }
        let part = states.len().div_ceil(self.memory.parts).next_multiple_of(self.block);
        let mut rows = Vec::new();
        for from in starts {
            progress.check()?;
            let window = self.cone(from, end, pair);
            if (from - kept.frame).is_multiple_of(part) {
                rows.push(self.keep(from, window));
            }
            self.advance(from, (from + self.block).min(end), window, None);
        }
        for (row, states) in rows.iter().zip(states.chunks_mut(part)).rev() {
            state = self.retrace(row, state, states, progress)?;
        }
        Ok(state)
    }
}

/// The first frame after which no state is reached, in a problem without a path.
pub(super) fn dead_end(problem: &Problem<'_>, isa: Isa) -> Option<usize> {
    let chain: &Chain = &problem.forward;
    let mut rows = Rows::start(chain.pairs);
    let mut table = vec![0.0; problem.width];
    let groups = chain.pairs / LANES;
    for frame in 0..problem.frames {
        let end = ((frame + 1).min(chain.labels) / LANES + 1).min(groups);
        read(isa, &mut rows, problem, frame, &mut table, (0, end), &mut []);
        let (first, last) = problem.reach(frame + 1);
        let impossible = |row: &[f64]| row[first..=last].iter().all(|&x| x == f64::NEG_INFINITY);
        if impossible(&rows.blank) && impossible(&rows.label) {
            return Some(frame);
        }
    }
    None
}
