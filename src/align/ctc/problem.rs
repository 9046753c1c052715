//! A checked problem: which columns are looked at, and the chain of states the path walks.
//!
//! The states of CTC stand in pairs: `blank[j]`, the blank before target `j`, and `label[j]`, the
//! target itself. The last pair, `j = targets`, has only its blank. A frame moves the path from
//! pair `j` to pair `j` or `j + 1`.

use super::{LogProbs, Options, WILDCARD};
use crate::{Error, Result};

/// Pairs are worked on in groups of this many, and every row is padded to whole groups.
pub(super) const LANES: usize = 16;

/// Most table entries that are still looked up in registers; a vocabulary that fits is taken
/// whole, a larger one is cut to the columns that the targets name.
const WHOLE: usize = 64;

/// The chain of states, in reading order or reversed.
pub(super) struct Chain {
    /// How many targets there are.
    pub(super) labels: usize,
    /// Pairs, padded to whole groups and three more: above `labels + 1`.
    pub(super) pairs: usize,
    /// The table entry of each pair's label. `[pairs]`; behind the last label: the silent entry.
    pub(super) ranks: Vec<u32>,
    /// The greatest of them.
    pub(super) highest: usize,
    /// A bit per pair: whether the label may follow the one before without a blank. `[pairs / 16]`
    pub(super) skips: Vec<u16>,
}

impl Chain {
    fn new(
        tokens: impl ExactSizeIterator<Item = i32>,
        rank: impl Fn(i32) -> u32,
        pad: u32,
    ) -> Self {
        let labels = tokens.len();
        // Room for a window that is rounded up to several groups.
        let pairs = (labels + 1).next_multiple_of(LANES) + 3 * LANES;
        let mut ranks = vec![pad; pairs];
        let mut skips = vec![0u16; pairs / LANES];
        let mut before = None;
        for (j, token) in tokens.enumerate() {
            ranks[j] = rank(token);
            if before.is_some_and(|other| other != token) {
                skips[j / LANES] |= 1 << (j % LANES);
            }
            before = Some(token);
        }
        let highest = ranks.iter().fold(0, |most, &rank| most.max(rank)) as usize;
        Self { labels, pairs, ranks, highest, skips }
    }

    /// Whether label `j` may follow label `j - 1` at once.
    pub(super) fn skips(&self, j: usize) -> bool {
        self.skips[j / LANES] >> (j % LANES) & 1 == 1
    }
}

/// One problem, checked.
pub(super) struct Problem<'a> {
    pub(super) log_probs: LogProbs<'a>,
    pub(super) targets: &'a [i32],
    pub(super) frames: usize,
    pub(super) forward: Chain,
    /// What a frame under the blank costs at most, in nats below the frame's best token.
    pub(super) floor: Option<f32>,
    blank_column: usize,
    /// The columns of the table; `None`: all, in order.
    columns: Option<Vec<u32>>,
    count: usize,
    /// The table entry that holds the wildcard, and what a frame of it costs.
    wildcard: Option<(usize, f32)>,
    /// The table entry of the blank.
    pub(super) blank: usize,
    /// Entries of the table, padded to whole groups.
    pub(super) width: usize,
}

impl<'a> Problem<'a> {
    /// Checks targets and shapes. Where `skipping`, not every target needs a frame.
    pub(super) fn new(
        log_probs: LogProbs<'a>,
        targets: &'a [i32],
        options: &Options,
        skipping: bool,
    ) -> Result<Self> {
        let fail = |reason: String| Err(Error::Alignment { reason });
        let (frames, vocabulary) = (log_probs.frames(), log_probs.vocabulary());
        let Some(blank_column) = usize::try_from(options.blank).ok().filter(|&b| b < vocabulary)
        else {
            return fail(format!(
                "blank is {}; the vocabulary has the tokens 0 to {}",
                options.blank,
                vocabulary - 1
            ));
        };
        if options.beam == Some(0) {
            return fail("a beam must look at 1 target at least, got 0".to_owned());
        }
        if let Some(cost) = options.wildcard
            && !(cost.is_finite() && cost >= 0.0)
        {
            return fail(format!("the wildcard's cost must be finite and at least 0, got {cost}"));
        }
        if frames == 0 {
            return fail(format!("log_probs has no frames (shape [0, {vocabulary}])"));
        }
        let mut needed = targets.len();
        let mut wild = false;
        for (i, &token) in targets.iter().enumerate() {
            if token == WILDCARD && options.wildcard.is_some() {
                wild = true;
            } else if !usize::try_from(token).is_ok_and(|t| t < vocabulary) {
                return fail(format!(
                    "targets[{i}] is {token}; the vocabulary has the tokens 0 to {}",
                    vocabulary - 1
                ));
            } else if token == options.blank {
                return fail(format!("targets[{i}] is {token}, which is the blank"));
            }
            if i > 0 && targets[i - 1] == token {
                needed += 1;
            }
        }
        if needed > frames && !skipping {
            return fail(format!(
                "{} targets with {} repeats need {needed} frames, log_probs has {frames}",
                targets.len(),
                needed - targets.len()
            ));
        }
        let (columns, count) = if vocabulary + 2 <= WHOLE {
            (None, vocabulary)
        } else {
            let mut named: Vec<u32> =
                targets.iter().filter_map(|&t| u32::try_from(t).ok()).collect();
            named.push(blank_column as u32);
            named.sort_unstable();
            named.dedup();
            let count = named.len();
            (Some(named), count)
        };
        let rank = |token: i32| match &columns {
            _ if token == WILDCARD => count as u32,
            None => token as u32,
            Some(named) => named.partition_point(|&c| c < token as u32) as u32,
        };
        let wildcard = wild.then(|| (count, options.wildcard.unwrap_or_default()));
        let silent = count + usize::from(wild);
        let forward = Chain::new(targets.iter().copied(), rank, silent as u32);
        let blank = rank(options.blank) as usize;
        Ok(Self {
            log_probs,
            targets,
            frames,
            forward,
            floor: None,
            blank_column,
            count,
            wildcard,
            blank,
            width: (silent + 1).next_multiple_of(LANES),
            columns,
        })
    }

    /// The same chain from its end to its beginning.
    pub(super) fn reversed(&self) -> Chain {
        let labels = self.forward.labels;
        let ranks = &self.forward.ranks;
        // Ranks tell tokens apart as well as the tokens do.
        let tokens: Vec<i32> = ranks[..labels].iter().rev().map(|&r| r as i32).collect();
        Chain::new(tokens.into_iter(), |r| r as u32, ranks[labels])
    }

    /// Writes frame `frame`'s log probabilities into a table of `width` entries.
    pub(super) fn fill(&self, frame: usize, table: &mut [f32]) {
        match &self.columns {
            None => self.log_probs.row(frame, table),
            Some(columns) => self.log_probs.pick(frame, columns, table),
        }
        let mut end = self.count;
        if let Some((at, cost)) = self.wildcard {
            table[at] = self.log_probs.greatest(frame) - cost;
            end += 1;
        }
        table[end..].fill(f32::NEG_INFINITY);
        if let Some(floor) = self.floor {
            let best = table.iter().fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a });
            table[self.blank] = table[self.blank].max(best - floor);
        }
    }

    /// Frame `frame`'s table as the caller holds it, without the silent entry behind it, where that
    /// is all there is to it.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn direct(&self, frame: usize) -> Option<&[f32]> {
        let plain = self.columns.is_none() && self.wildcard.is_none() && self.floor.is_none();
        if plain { self.log_probs.floats(frame) } else { None }
    }

    /// The log probability of target `j` in frame `frame`.
    pub(super) fn emission(&self, frame: usize, j: usize) -> f32 {
        match (self.wildcard, usize::try_from(self.targets[j])) {
            (_, Ok(column)) => self.log_probs.get(frame, column),
            (Some((_, cost)), Err(_)) => self.log_probs.greatest(frame) - cost,
            (None, Err(_)) => f32::NEG_INFINITY,
        }
    }

    /// The blank, as a token.
    pub(super) fn blank_token(&self) -> i32 {
        self.blank_column as i32
    }

    /// The pairs `[first, last]` that a path from the start to the end can be in before frame
    /// `frame` is read.
    pub(super) fn reach(&self, frame: usize) -> (usize, usize) {
        let labels = self.forward.labels;
        let first = (labels + frame).saturating_sub(self.frames + 1);
        (first.min(labels), frame.min(labels))
    }
}
