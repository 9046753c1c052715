//! Which tokens of one tokenization hold the characters of a token of another.

use super::runs::runs;
use super::units::Units;
use crate::Result;

/// A list of numbers for each token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Token `i` has `indices[offsets[i]..offsets[i + 1]]`.
    pub offsets: Vec<u32>,
    /// The lists behind each other, each rising.
    pub indices: Vec<u32>,
}

impl Lists {
    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there are no tokens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The list of token `at`, where there is one.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&[u32]> {
        let (start, end) = (*self.offsets.get(at)?, *self.offsets.get(at + 1)?);
        self.indices.get(start as usize..end as usize)
    }

    /// The lists of rising pairs: `pairs` holds (token, other token).
    fn of(count: usize, pairs: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut lists = Self { offsets: Vec::with_capacity(count + 1), indices: Vec::new() };
        for (token, other) in pairs {
            while lists.offsets.len() <= token as usize {
                lists.offsets.push(lists.indices.len() as u32);
            }
            lists.indices.push(other);
        }
        lists.offsets.resize(count + 1, lists.indices.len() as u32);
        lists
    }
}

/// How two tokenizations of a text go together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokenizations {
    /// For each token of the first the tokens of the second that share characters with it.
    pub forward: Lists,
    /// For each token of the second the tokens of the first.
    pub backward: Lists,
}

/// Lines up two tokenizations of a text, or of two versions of it.
///
/// Letters are compared without case and accents; characters that one side never has, such as
/// the marks that a subword tokenizer puts before its pieces, are passed over.
///
/// # Complexity
///
/// O(n) in the characters where both sides come from one text.
///
/// # Errors
///
/// [`crate::Error::Limit`] for tokens of 2³¹ bytes or more together.
///
/// # Example
///
/// ```
/// let words = ["Rødgrøden", "koger"];
/// let pieces = ["rod", "##grod", "##en", "koger"];
/// let both = sprogkit::align::tokenizations(&words, &pieces)?;
/// assert_eq!(both.forward.get(0), Some(&[0, 1, 2][..]));
/// assert_eq!(both.backward.get(3), Some(&[1][..]));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn tokenizations<S: AsRef<str>, T: AsRef<str>>(
    first: &[S],
    second: &[T],
) -> Result<Tokenizations> {
    let mut sides = [Units::of_tokens(first)?, Units::of_tokens(second)?];
    drop_strangers(&mut sides);
    let runs = runs(&sides[0].codes, &sides[1].codes);
    let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(first.len() + second.len());
    for run in runs {
        let own = &sides[0].starts[run.source..run.source + run.length];
        let other = &sides[1].starts[run.target..run.target + run.length];
        for (&a, &b) in own.iter().zip(other) {
            if pairs.last() != Some(&(a, b)) {
                pairs.push((a, b));
            }
        }
    }
    // Both sides rise along the pairs.
    Ok(Tokenizations {
        forward: Lists::of(first.len(), pairs.iter().copied()),
        backward: Lists::of(second.len(), pairs.iter().map(|&(a, b)| (b, a))),
    })
}

/// Leaves out the units that the other side has nowhere: they can match nothing.
fn drop_strangers(sides: &mut [Units; 2]) {
    let known = [0, 1].map(|side: usize| {
        let mut known: Vec<bool> = Vec::new();
        for &code in &sides[side].codes {
            let code = code as usize;
            if known.len() <= code {
                known.resize(code + 1, false);
            }
            known[code] = true;
        }
        known
    });
    for (units, known) in sides.iter_mut().zip(known.iter().rev()) {
        let stays = |code: u32| known.get(code as usize).copied().unwrap_or(false);
        if units.codes.iter().all(|&code| stays(code)) {
            continue;
        }
        let mut kept = 0;
        for at in 0..units.codes.len() {
            if stays(units.codes[at]) {
                units.codes[kept] = units.codes[at];
                units.starts[kept] = units.starts[at];
                kept += 1;
            }
        }
        units.codes.truncate(kept);
        units.starts.truncate(kept);
    }
}
