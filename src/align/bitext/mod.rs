//! Which sentences of a translation belong together.
//!
//! A [`Bead`] holds up to three sentences of each side. The beads of two texts are found by their
//! lengths, by what both sides write alike (names, numbers, punctuation, cognates), and by a
//! lexicon that is learned from a first alignment of the same two texts. Nothing is language
//! specific.

mod corridor;
mod lexicon;
mod search;
mod tokens;

use std::ops::Range;

use corridor::Corridor;
use lexicon::Lexicon;
use search::Model;
use tokens::Texts;

use crate::{Error, Result};

/// Sentences that translate each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Bead {
    /// The sentences of the source: none, one, or up to three in a row.
    pub source: Range<usize>,
    /// The sentences of the target.
    pub target: Range<usize>,
    /// How much better the bead is than its sentences with no counterpart, for each token: a
    /// difference of natural-log probabilities. Doubtful below about 0.2; 0 where one side is
    /// empty.
    pub score: f64,
}

/// The most sentences of one side.
const MOST: usize = 1 << 30;
/// Sentences on either side of the first path that are searched again.
const AROUND: usize = 12;

/// Aligns the sentences of a text with those of its translation.
///
/// The beads come in order and hold every sentence of both sides once. Sentences may be left
/// without counterpart; crossing translations are not found.
///
/// # Complexity
///
/// Time and memory grow with the length of the texts, as long as they share names, numbers or
/// words to hold on to; without any, a band around the diagonal is searched.
///
/// # Errors
///
/// [`Error::Limit`] for 2³⁰ sentences or more on a side.
///
/// # Source
///
/// W. Gale and K. Church (1993), A program for aligning sentences in bilingual corpora, CL 19(1);
/// R. Moore (2002), Fast and accurate sentence alignment of bilingual corpora, AMTA.
///
/// # Example
///
/// ```
/// let danish = ["Filen blev åbnet.", "Den har 12 linjer.", "Luk vinduet."];
/// let english = ["The file was opened. It has 12 lines.", "Close the window."];
/// let beads = sprogkit::align::bitext(&danish, &english)?;
/// assert_eq!((beads[0].source.clone(), beads[0].target.clone()), (0..2, 0..1));
/// assert_eq!((beads[1].source.clone(), beads[1].target.clone()), (2..3, 1..2));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn bitext<S: AsRef<str>, T: AsRef<str>>(source: &[S], target: &[T]) -> Result<Vec<Bead>> {
    for (what, count) in [("source sentences", source.len()), ("target sentences", target.len())] {
        if count >= MOST {
            return Err(Error::Limit {
                what: what.to_owned(),
                limit: MOST as u64 - 1,
                asked: count as u64,
            });
        }
    }
    if source.is_empty() || target.is_empty() {
        let (n, m) = (source.len(), target.len());
        return Ok((0..n)
            .map(|i| Bead { source: i..i + 1, target: 0..0, score: 0.0 })
            .chain((0..m).map(|j| Bead { source: n..n, target: j..j + 1, score: 0.0 }))
            .collect());
    }
    let texts = Texts::read(source, target);
    let mut model = Model::new(&texts);
    let mut lexicon = Lexicon::alike(&texts);

    // First by what is alike, in a corridor that widens where the path leans on its wall.
    let mut margin = 24;
    let mut corridor = Corridor::by_anchors(&texts, margin);
    let mut path = model.search(&texts, &lexicon, &corridor);
    for _ in 0..2 {
        if !corridor.touched(&path) {
            break;
        }
        margin *= 4;
        corridor = Corridor::by_anchors(&texts, margin);
        path = model.search(&texts, &lexicon, &corridor);
    }
    // Then twice by the lexicon of the last path, close to it.
    for _ in 0..2 {
        model.fit(&texts, &path);
        lexicon = Lexicon::learn(&texts, &path);
        model.weigh(&texts, &lexicon, &path);
        path = model.search(&texts, &lexicon, &Corridor::around(&texts, &path, AROUND));
    }
    Ok(path
        .into_iter()
        .map(|step| Bead {
            source: step.source(),
            target: step.target(),
            score: f64::from(step.score),
        })
        .collect())
}
