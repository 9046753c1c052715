//! What a hypothesis is held against, where several texts are right: several references, or
//! references with forms that say the same.

use std::borrow::Cow;
use std::cmp::Reverse;

use rayon::prelude::*;

use super::{Options, Profile, Score, Scorer, Variants, check, score};
use crate::{Error, Result};

/// For each hypothesis that of its references which it matches best, in those forms that
/// `variants` allow. What comes back is scored, aligned and shown like any other references.
///
/// Fewer errors are better; among as many, the longer reference.
///
/// # Errors
///
/// [`Error::Argument`] where there are not as many hypotheses as sets of references, none at all,
/// or an empty set.
///
/// # Example
///
/// ```
/// use sprogkit::score::{self, Options, Variants};
///
/// let references = [vec!["to hundrede i Århus", "200 i Århus"], vec!["cirka tusind"]];
/// let hypotheses = ["200 i Aarhus", "ca. tusinde"];
/// let variants = Variants::danish();
/// let found = score::nearest(&references, &hypotheses, Some(&variants), &Options::default())?;
/// assert_eq!(found, ["200 i Aarhus", "ca. tusinde"]);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn nearest<'r, S, R, H>(
    references: &'r [S],
    hypotheses: &[H],
    variants: Option<&Variants>,
    options: &Options,
) -> Result<Vec<Cow<'r, str>>>
where
    S: AsRef<[R]> + Sync,
    R: AsRef<str> + Sync + 'r,
    H: AsRef<str> + Sync,
{
    check(references.len(), hypotheses.len())?;
    if let Some(at) = references.iter().position(|set| set.as_ref().is_empty()) {
        let got = format!("none for pair {at}");
        return Err(Error::argument("references", "at least one text for each pair", got));
    }
    let found = references.par_iter().zip(hypotheses).map_init(
        || Scorer::new(*options),
        |scorer, (set, hypothesis)| {
            let hypothesis = hypothesis.as_ref();
            let mut mark = |text: &str| {
                let counts = scorer.counts(text, hypothesis);
                (counts.errors(), Reverse(counts.reference()))
            };
            let profile = options.profile;
            let mut forms: Vec<Cow<'_, str>> = Vec::with_capacity(set.as_ref().len());
            for text in set.as_ref().iter().map(AsRef::as_ref) {
                let form = match variants {
                    Some(variants) => variants.nearest_as(text, hypothesis, profile),
                    None => Cow::Borrowed(text),
                };
                // Words alone are not all that a profile looks at.
                let other = matches!(form, Cow::Owned(_)) && profile != Profile::AsIs;
                let nearer = !other || mark(&form).0 < mark(text).0;
                forms.push(if nearer { form } else { Cow::Borrowed(text) });
            }
            let mut forms = forms.into_iter();
            let first = forms.next().unwrap_or_default();
            if set.as_ref().len() == 1 {
                return first;
            }
            let start = (mark(&first), first);
            let best = forms.fold(start, |best, text| {
                let mark = mark(&text);
                if mark < best.0 { (mark, text) } else { best }
            });
            best.1
        },
    );
    Ok(found.collect())
}

/// [`score`](super::score()) with other forms allowed: each reference is taken in the forms nearest
/// to its hypothesis, and its length is that of those forms.
///
/// # Errors
///
/// As [`super::wer`].
///
/// # Example
///
/// ```
/// use sprogkit::score::{self, Options, Variants};
///
/// let (reference, hypothesis) = (["cirka tusind i Århus"], ["ca. tusinde i Aarhus"]);
/// assert_eq!(score::wer(&reference, &hypothesis)?.rate(), 0.75);
/// let options = Options::default();
/// let score = score::score_variants(&reference, &hypothesis, &Variants::danish(), &options)?;
/// assert_eq!(score.rate(), 0.0);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn score_variants<R: AsRef<str> + Sync, H: AsRef<str> + Sync>(
    references: &[R],
    hypotheses: &[H],
    variants: &Variants,
    options: &Options,
) -> Result<Score> {
    let sets: Vec<&[R]> = references.iter().map(std::slice::from_ref).collect();
    score(&nearest(&sets, hypotheses, Some(variants), options)?, hypotheses, options)
}

/// Scores each hypothesis against that of its references which it matches best.
///
/// # Errors
///
/// As [`nearest`].
///
/// # Example
///
/// ```
/// use sprogkit::score::{self, Options};
///
/// let references = [vec!["to hundrede", "200"], vec!["ja"]];
/// let score = score::score_any(&references, &["200", "ja"], &Options::default())?;
/// assert_eq!(score.counts.hits, 2);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn score_any<R: AsRef<str> + Sync, H: AsRef<str> + Sync>(
    references: &[Vec<R>],
    hypotheses: &[H],
    options: &Options,
) -> Result<Score> {
    score(&nearest(references, hypotheses, None, options)?, hypotheses, options)
}
