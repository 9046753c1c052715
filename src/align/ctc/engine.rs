//! The aligner as other parts of `align` use it: states instead of figures, speech that is not in
//! the text under the blank, text that is not in the speech left out.

use std::ops::Range;

use super::optional::{self, Arc};
use super::problem::Problem;
use super::rows::Isa;
use super::trail::State;
use super::{LogProbs, Options, impossible, plan};
use crate::Result;
use crate::progress::Progress;

/// An aligner whose blank may lie over any speech.
pub(in crate::align) struct Engine {
    options: Options,
    /// What a frame of speech under the blank costs at most.
    floor: f32,
    isa: Isa,
}

impl Engine {
    pub(in crate::align) fn new(blank: i32, floor: f32) -> Self {
        Self { options: Options { blank, ..Options::default() }, floor, isa: Isa::detect() }
    }

    /// The blank's column.
    pub(in crate::align) fn blank(&self) -> usize {
        usize::try_from(self.options.blank).unwrap_or_default()
    }

    fn problem<'p>(&self, log_probs: LogProbs<'p>, targets: &'p [i32]) -> Result<Problem<'p>> {
        let mut problem = Problem::new(log_probs, targets, &self.options, true)?;
        problem.floor = Some(self.floor);
        Ok(problem)
    }

    /// The states of the exact path, where there is one: no speech is under the blank for free.
    pub(in crate::align) fn plain(
        &self,
        log_probs: LogProbs<'_>,
        targets: &[i32],
        progress: &dyn Progress,
    ) -> Result<Option<Vec<State>>> {
        let Ok(problem) = Problem::new(log_probs, targets, &self.options, false) else {
            return Ok(None);
        };
        Ok(plan::best(&problem, self.isa, progress)?.map(|best| best.states))
    }

    /// The best states of all frames with every target said; `None` where the targets need more
    /// frames than there are. A state is twice its target, plus one where it is not the blank.
    pub(in crate::align) fn rigid(
        &self,
        log_probs: LogProbs<'_>,
        targets: &[i32],
        progress: &dyn Progress,
    ) -> Result<Option<Vec<State>>> {
        let problem = self.problem(log_probs, targets)?;
        let repeats = targets.windows(2).filter(|pair| pair[0] == pair[1]).count();
        if targets.len() + repeats > problem.frames {
            return Ok(None);
        }
        match plan::best(&problem, self.isa, progress)? {
            Some(best) => Ok(Some(best.states)),
            None => Err(impossible(&problem, self.isa)),
        }
    }

    /// The best states where each of `runs` of targets, which are in order, may be left out at
    /// `cost` per target; `None` where every path has probability zero.
    pub(in crate::align) fn free(
        &self,
        log_probs: LogProbs<'_>,
        targets: &[i32],
        runs: &[Range<usize>],
        cost: f32,
        progress: &dyn Progress,
    ) -> Result<Option<Vec<State>>> {
        let problem = self.problem(log_probs, targets)?;
        let arcs: Vec<Arc> = runs
            .iter()
            .filter(|run| !run.is_empty())
            .map(|run| Arc {
                first: run.start,
                end: run.end,
                cost: f64::from(cost) * run.len() as f64,
            })
            .collect();
        let found = optional::solve(&problem, &arcs, self.isa, progress)?;
        Ok(found.map(|(states, _)| states))
    }
}
