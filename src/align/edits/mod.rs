//! Minimal edit alignment of two sequences: which tokens were hit, substituted, deleted, inserted.
//!
//! [`edits`] aligns any two slices; an [`Editor`] keeps its memory between calls and takes ids.
//! Up to 64 reference tokens fit one machine word; longer pairs run over the few blocks of 64
//! rows that an optimal path can still visit, in memory that grows with the length alone.

mod band;
mod batch;
mod ids;
mod long;
mod short;
mod weighted;

use std::hash::Hash;

pub use batch::{Batch, Sequences, edits_batch};
pub(super) use ids::Fold;
use ids::Ids;

/// What happened to a token between reference and hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Operation {
    /// The same token on both sides.
    Hit,
    /// A token of the reference became another one.
    Substitution,
    /// A token of the reference is missing from the hypothesis.
    Deletion,
    /// A token of the hypothesis has no counterpart in the reference.
    Insertion,
}

impl Operation {
    /// All operations, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Hit, Self::Substitution, Self::Deletion, Self::Insertion];

    /// The name, as Python and JSON show it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Substitution => "substitution",
            Self::Deletion => "deletion",
            Self::Insertion => "insertion",
        }
    }
}

/// One step of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// What happened.
    pub operation: Operation,
    /// The token of the reference; for an insertion the one before which it stands.
    pub reference: usize,
    /// The token of the hypothesis; for a deletion the one before which it would stand.
    pub hypothesis: usize,
}

/// How often each operation happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    /// Tokens that are the same.
    pub hits: usize,
    /// Tokens that became others.
    pub substitutions: usize,
    /// Tokens of the reference that are missing.
    pub deletions: usize,
    /// Tokens that the hypothesis has too many.
    pub insertions: usize,
}

impl Counts {
    /// Substitutions, deletions and insertions together: the edit distance.
    #[must_use]
    pub const fn errors(&self) -> usize {
        self.substitutions + self.deletions + self.insertions
    }

    /// The tokens of the reference.
    #[must_use]
    pub const fn reference(&self) -> usize {
        self.hits + self.substitutions + self.deletions
    }

    /// The tokens of the hypothesis.
    #[must_use]
    pub const fn hypothesis(&self) -> usize {
        self.hits + self.substitutions + self.insertions
    }

    /// Errors per token of the reference, as WER and CER; `None` for an empty reference.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        let length = self.reference();
        (length > 0).then(|| self.errors() as f64 / length as f64)
    }

    fn count(&mut self, operation: Operation, times: usize) {
        *match operation {
            Operation::Hit => &mut self.hits,
            Operation::Substitution => &mut self.substitutions,
            Operation::Deletion => &mut self.deletions,
            Operation::Insertion => &mut self.insertions,
        } += times;
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.hits += other.hits;
        self.substitutions += other.substitutions;
        self.deletions += other.deletions;
        self.insertions += other.insertions;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut total, one| {
            total += one;
            total
        })
    }
}

/// A minimal alignment of a hypothesis with a reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// Tokens that are the same.
    pub hits: usize,
    /// Tokens that became others.
    pub substitutions: usize,
    /// Tokens of the reference that are missing.
    pub deletions: usize,
    /// Tokens that the hypothesis has too many.
    pub insertions: usize,
    /// Every step, in order: both sides are walked through from start to end.
    pub pairs: Vec<Pair>,
}

impl Edits {
    /// The four counts.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        Counts {
            hits: self.hits,
            substitutions: self.substitutions,
            deletions: self.deletions,
            insertions: self.insertions,
        }
    }

    /// Substitutions, deletions and insertions together: the edit distance.
    #[must_use]
    pub const fn errors(&self) -> usize {
        self.counts().errors()
    }

    /// Errors per token of the reference, as WER and CER; `None` for an empty reference.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        self.counts().rate()
    }
}

/// Which of several minimal alignments is taken.
///
/// The number of errors is the same for all but [`Ties::Sclite`]; how it is divided into
/// substitutions, deletions, insertions and hits is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ties {
    /// As jiwer 4 (RapidFuzz's `Levenshtein.editops`): common ends are hits; seen from the end, a
    /// deletion first, then an insertion where no substitution does as well, then hit or
    /// substitution. (RapidFuzz divides pairs whose matrix is larger than a mebibyte, from some
    /// 4,000 words on; there it may choose others among as many errors.)
    #[default]
    Jiwer,
    /// As Kaldi's `compute-wer`: seen from the end, an insertion first, then a deletion.
    Kaldi,
    /// As NIST's sclite: a substitution costs 4, a deletion or insertion 3, so that two
    /// substitutions give way to a deletion, a hit and an insertion. Seen from the end, hit or
    /// substitution first, then insertion. Time grows with the product of length and errors.
    Sclite,
}

/// Aligns `hypothesis` with `reference` in as few substitutions, deletions and insertions as
/// there can be. Among several such alignments it takes jiwer's ([`Ties::Jiwer`]).
///
/// # Complexity
///
/// For lengths n, m and distance d: O(n + m + d·min(n, m)/64), often far less; memory O(n + m).
///
/// # Source
///
/// G. Myers (1999), A fast bit-vector algorithm for approximate string matching based on dynamic
/// programming, JACM 46(3); H. Hyyrö (2003), A bit-vector algorithm for computing Levenshtein and
/// Damerau edit distances; E. Ukkonen (1985), Algorithms for approximate string matching.
///
/// # Example
///
/// ```
/// use sprogkit::align::{self, Operation};
///
/// let edits = align::edits(&["hun", "spiser", "et", "æble"], &["hun", "spiste", "æble"]);
/// assert_eq!((edits.hits, edits.substitutions, edits.deletions), (2, 1, 1));
/// assert_eq!(edits.rate(), Some(0.5));
/// assert_eq!(edits.pairs[0].operation, Operation::Hit);
/// ```
#[must_use]
pub fn edits<T: Eq + Hash>(reference: &[T], hypothesis: &[T]) -> Edits {
    edits_with(reference, hypothesis, Ties::default())
}

/// [`edits`], with a choice among alignments of the same cost.
#[must_use]
pub fn edits_with<T: Eq + Hash>(reference: &[T], hypothesis: &[T], ties: Ties) -> Edits {
    let ids = Ids::of(reference, hypothesis);
    Editor::new(ties).edits(&ids.reference, &ids.hypothesis)
}

/// The least number of substitutions, deletions and insertions that make `hypothesis` of
/// `reference`.
///
/// # Example
///
/// ```
/// assert_eq!(sprogkit::align::distance(b"kage", b"kagen"), 1);
/// ```
#[must_use]
pub fn distance<T: Eq + Hash>(reference: &[T], hypothesis: &[T]) -> usize {
    let ids = Ids::of(reference, hypothesis);
    Editor::new(Ties::Kaldi).counts(&ids.reference, &ids.hypothesis).errors()
}

/// Where the steps of an alignment go: they come from the last to the first.
trait Steps {
    /// `times` steps of one kind, the last of which is at `reference` and `hypothesis`.
    fn push(&mut self, operation: Operation, reference: usize, hypothesis: usize, times: usize);
}

impl Steps for Counts {
    fn push(&mut self, operation: Operation, _: usize, _: usize, times: usize) {
        self.count(operation, times);
    }
}

impl Steps for Edits {
    fn push(&mut self, operation: Operation, reference: usize, hypothesis: usize, times: usize) {
        for back in 0..times {
            let (up, left) = match operation {
                Operation::Hit | Operation::Substitution => (back, back),
                Operation::Deletion => (back, 0),
                Operation::Insertion => (0, back),
            };
            let pair = Pair { operation, reference: reference - up, hypothesis: hypothesis - left };
            self.pairs.push(pair);
        }
        match operation {
            Operation::Hit => self.hits += times,
            Operation::Substitution => self.substitutions += times,
            Operation::Deletion => self.deletions += times,
            Operation::Insertion => self.insertions += times,
        }
    }
}

/// Aligns pairs of id sequences one after the other and keeps its memory between them.
///
/// Ids are equal where tokens are. Small ones are best: they index a table.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    ties: Ties,
    short: short::Short,
}

impl Editor {
    /// An editor that breaks ties as `ties` says.
    #[must_use]
    pub fn new(ties: Ties) -> Self {
        Self { ties, short: short::Short::default() }
    }

    /// The minimal alignment of two id sequences.
    ///
    /// # Panics
    ///
    /// Where a sequence has 2³¹ or more ids.
    #[must_use]
    pub fn edits(&mut self, reference: &[u32], hypothesis: &[u32]) -> Edits {
        let mut edits = Edits::default();
        edits.pairs.reserve(reference.len().max(hypothesis.len()) + 4);
        self.run(reference, hypothesis, &mut edits);
        edits.pairs.reverse();
        edits
    }

    /// The counts of the minimal alignment of two id sequences.
    ///
    /// # Panics
    ///
    /// As [`Editor::edits`].
    #[must_use]
    pub fn counts(&mut self, reference: &[u32], hypothesis: &[u32]) -> Counts {
        let mut counts = Counts::default();
        self.run(reference, hypothesis, &mut counts);
        counts
    }

    fn run(&mut self, reference: &[u32], hypothesis: &[u32], steps: &mut impl Steps) {
        match self.ties {
            Ties::Jiwer => long::jiwer(&mut self.short, reference, hypothesis, steps),
            Ties::Kaldi => long::kaldi(&mut self.short, reference, hypothesis, steps),
            Ties::Sclite => weighted::sclite(&mut self.short, reference, hypothesis, steps),
        }
    }
}
