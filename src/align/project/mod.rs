//! Positions in one text become positions in another version of it: cleaned, normalised,
//! corrected, or cut into other tokens.

mod runs;
mod tokens;
mod units;

pub use tokens::{Lists, Tokenizations, tokenizations};

use runs::{Run, runs};
use units::Units;

use crate::{Error, Result, Span};

/// Two versions of a text, lined up.
///
/// What is the same but for case, accents and width counts as the same. Between what is the same
/// stand gaps: replaced, deleted or inserted.
#[derive(Debug)]
pub struct Projection {
    /// Bytes that are the same: rising on both sides, each run as far as it goes.
    runs: Vec<Bytes>,
    lengths: [usize; 2],
}

/// A stretch of units that are the same on both sides, in bytes: `starts[side][k]` is where unit
/// k starts, and one more is where the last ends.
#[derive(Debug)]
struct Bytes {
    starts: [Vec<usize>; 2],
}

impl Bytes {
    fn first(&self, side: usize) -> usize {
        self.starts[side][0]
    }

    fn last(&self, side: usize) -> usize {
        self.starts[side][self.starts[side].len() - 1]
    }
}

/// Which end of a span is mapped: what was inserted next to it stays outside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

impl Projection {
    /// Lines up two versions of a text.
    ///
    /// # Complexity
    ///
    /// O(n) where one comes from the other by changes of a few characters at a time; otherwise
    /// that of [`super::edits`] over the characters from the first larger change on.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for a text of 2³¹ bytes or more.
    pub fn new(source: &str, target: &str) -> Result<Self> {
        let sides = [Units::of_text(source)?, Units::of_text(target)?];
        let runs = runs(&sides[0].codes, &sides[1].codes);
        let runs = runs.iter().map(|run| Self::bytes(&sides, run)).collect();
        Ok(Self { runs, lengths: [source.len(), target.len()] })
    }

    fn bytes(sides: &[Units; 2], run: &Run) -> Bytes {
        let starts = |units: &Units, first: usize| {
            let last = first + run.length;
            let mut starts: Vec<usize> =
                units.starts[first..last].iter().map(|&at| at as usize).collect();
            starts.push(units.ends[last - 1] as usize);
            starts
        };
        Bytes { starts: [starts(&sides[0], run.source), starts(&sides[1], run.target)] }
    }

    /// The span of the target that holds what the span of the source held.
    ///
    /// A replaced stretch is taken where the span covers it, and a share of it where the span
    /// covers a share; what was inserted at the span's edge stays outside; a span whose text was
    /// deleted becomes empty.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a span that leaves the source.
    pub fn project(&self, span: Span) -> Result<Span> {
        self.map(span, 0)
    }

    /// The span of the source for one of the target: [`Projection::project`] the other way.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a span that leaves the target.
    pub fn back(&self, span: Span) -> Result<Span> {
        self.map(span, 1)
    }

    fn map(&self, span: Span, side: usize) -> Result<Span> {
        if span.end() > self.lengths[side] {
            let requirement = format!("inside a text of {} bytes", self.lengths[side]);
            let got = format!("{}..{}", span.start(), span.end());
            return Err(Error::argument("span", requirement, got));
        }
        let end = self.place(span.end(), side, Edge::End);
        let start = self.place(span.start(), side, Edge::Start);
        Ok(if start <= end { Span::new(start, end) } else { Span::new(end, end) })
    }

    fn place(&self, at: usize, side: usize, edge: Edge) -> usize {
        let other = 1 - side;
        // The last run that starts at `at` or before it.
        let next = self.runs.partition_point(|run| run.first(side) <= at);
        let before = next.checked_sub(1).map(|last| &self.runs[last]);
        if let Some(run) = before
            && at < run.last(side)
        {
            let unit = run.starts[side].partition_point(|&start| start < at);
            // Inside a character that became several, or the other way: its start or end.
            let inside = run.starts[side][unit] != at && edge == Edge::Start;
            let unit = unit - usize::from(inside);
            if unit > 0 || edge == Edge::Start || next == 1 {
                return run.starts[other][unit];
            }
            // The run begins here; the span ends before it, behind what precedes it.
            let gap_start = self.runs[next - 2].last(side);
            return if gap_start == at {
                self.runs[next - 2].last(other)
            } else {
                run.starts[other][unit]
            };
        }
        // In the gap behind `before`, ends included.
        let (g0, h0) = before.map_or((0, 0), |run| (run.last(side), run.last(other)));
        let (g1, h1) =
            self.runs.get(next).map_or((self.lengths[side], self.lengths[other]), |run| {
                (run.first(side), run.first(other))
            });
        if g0 == g1 {
            // Something was inserted here, or nothing at all.
            return if edge == Edge::Start { h1 } else { h0 };
        }
        if at == g0 {
            return h0;
        }
        if at == g1 {
            return h1;
        }
        h0 + (at - g0) * (h1 - h0) / (g1 - g0)
    }
}

/// Carries spans from one version of a text to another.
///
/// Offsets are bytes on character boundaries; [`Projection`] answers one span at a time.
///
/// # Errors
///
/// [`Error::Argument`] for a span that leaves the source or cuts a character; [`Error::Limit`] for
/// a text of 2³¹ bytes or more.
///
/// # Example
///
/// ```
/// use sprogkit::{Span, align};
///
/// let (source, target) = ("Beløbet er  1.250 kr. i alt", "beløbet er 1.250 kroner i alt");
/// let amount = Span::new(13, 22);
/// assert_eq!(amount.of(source), "1.250 kr.");
/// let found = align::project(&[amount], source, target)?;
/// assert_eq!(found[0].of(target), "1.250 kroner");
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn project(spans: &[Span], source: &str, target: &str) -> Result<Vec<Span>> {
    let projection = Projection::new(source, target)?;
    let whole = |text: &str, at: usize, up: bool| {
        // Shares of a replaced stretch may fall inside a character.
        (0..4)
            .map(|step| if up { at + step } else { at.saturating_sub(step) })
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(text.len())
    };
    spans
        .iter()
        .map(|&span| {
            let inside = span.end() <= source.len();
            if inside
                && !(source.is_char_boundary(span.start()) && source.is_char_boundary(span.end()))
            {
                let got = format!("{}..{}", span.start(), span.end());
                return Err(Error::argument("span", "on character boundaries", got));
            }
            let found = projection.project(span)?;
            Ok(Span::new(whole(target, found.start(), false), whole(target, found.end(), true)))
        })
        .collect()
}
