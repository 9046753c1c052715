//! Text that may be missing from the speech: arcs that leave targets out.
//!
//! An arc leads from the blank before a range of targets to the blank behind it, within a frame and
//! at a cost. It is taken after the frame was read, so arcs can follow one another; what is left
//! out leaves at least one frame of blank in its place. All states are looked at; rows are kept
//! every so many frames, and the bits of the way back are computed again from there.

use super::problem::{LANES, Problem};
use super::rows::{Isa, Rows, read};
use super::trail::{State, Trail, Window};
use crate::Result;
use crate::progress::Progress;

/// A range of targets that may be left out.
#[derive(Clone, Copy, Debug)]
pub(in crate::align) struct Arc {
    pub(in crate::align) first: usize,
    /// Behind the last target of the range.
    pub(in crate::align) end: usize,
    /// What leaving the range out costs, in nats.
    pub(in crate::align) cost: f64,
}

/// Takes the arcs that pay.
fn leave_out(rows: &mut Rows, arcs: &[Arc], mut taken: Option<&mut [bool]>) {
    for (i, arc) in arcs.iter().enumerate() {
        let left_out = rows.blank[arc.first] - arc.cost;
        if left_out > rows.blank[arc.end] {
            rows.blank[arc.end] = left_out;
            if let Some(taken) = &mut taken {
                taken[i] = true;
            }
        }
    }
}

/// The best path, its states per frame, and its score; `None` where every path has probability
/// zero. The arcs must be in order and must not overlap.
pub(in crate::align) fn solve(
    problem: &Problem<'_>,
    arcs: &[Arc],
    isa: Isa,
    progress: &dyn Progress,
) -> Result<Option<(Vec<State>, f64)>> {
    let chain = &problem.forward;
    let (frames, labels) = (problem.frames, chain.labels);
    let groups = labels / LANES + 1;
    let window = Window { first: 0, held: groups as u32, end: groups as u32 };
    let block = ((16 * frames) as f64).sqrt().ceil() as usize;
    let mut table = vec![0.0; problem.width];
    let mut rows = Rows::start(chain.pairs);
    let mut kept = Vec::with_capacity(frames.div_ceil(block));
    for from in (0..frames).step_by(block) {
        kept.push(rows.clone());
        for frame in from..(from + block).min(frames) {
            if frame % 64 == 0 {
                progress.check()?;
            }
            read(isa, &mut rows, problem, frame, &mut table, (0, groups), &mut []);
            leave_out(&mut rows, arcs, None);
        }
    }
    let (mut score, mut state) = (rows.blank[labels], 2 * labels as State);
    if labels > 0 && rows.label[labels - 1] > score {
        (score, state) = (rows.label[labels - 1], state - 1);
    }
    if score == f64::NEG_INFINITY {
        return Ok(None);
    }
    let arc_to = |state: State| {
        let pair = (state / 2) as usize;
        state.is_multiple_of(2).then(|| arcs.binary_search_by_key(&pair, |arc| arc.end).ok())?
    };
    let mut states = vec![0; frames];
    for (number, mut rows) in kept.into_iter().enumerate().rev() {
        let part = number * block..((number + 1) * block).min(frames);
        let mut trail = Trail::default();
        let mut taken = vec![false; part.len() * arcs.len()];
        for (i, frame) in part.clone().enumerate() {
            if frame % 64 == 0 {
                progress.check()?;
            }
            let bits = trail.push(window);
            read(isa, &mut rows, problem, frame, &mut table, (0, groups), bits);
            let taken = &mut taken[i * arcs.len()..(i + 1) * arcs.len()];
            leave_out(&mut rows, arcs, Some(taken));
        }
        for (i, frame) in part.enumerate().rev() {
            while let Some(arc) = arc_to(state).filter(|arc| taken[i * arcs.len() + arc]) {
                state = 2 * arcs[arc].first as State;
            }
            states[frame] = state;
            state = trail.back(chain, i, state);
        }
    }
    Ok(Some((states, score)))
}
