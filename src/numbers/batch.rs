//! Many numbers at once, on all cores of the current pool.

use rayon::prelude::*;

use super::{Form, Gender, Number, parse, parse_as, spell};
use crate::{Error, Result};

/// Numbers below this many are not worth another thread.
const LEAST: usize = 256;

/// [`spell`] for many numbers; nothing for nothing.
///
/// # Errors
///
/// As [`spell`], for the first number that is refused; the error says which.
///
/// # Example
///
/// ```
/// use sprogkit::numbers::{Form, Gender, spell_batch};
///
/// let spelled = spell_batch(&[Some(21.into()), None], Form::Cardinal, Gender::Common)?;
/// assert_eq!(spelled, [Some("enogtyve".to_owned()), None]);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn spell_batch(
    numbers: &[Option<Number>],
    form: Form,
    gender: Gender,
) -> Result<Vec<Option<String>>> {
    let one = |(row, number): (usize, &Option<Number>)| {
        let Some(number) = number else { return Ok(None) };
        spell(number, form, gender).map(Some).map_err(|error| match error {
            Error::Argument { requirement, got, .. } => {
                Error::argument("numbers", requirement, format!("{got} (row {row})"))
            }
            other => other,
        })
    };
    // Not by `collect` into a `Result`, which gives any of the errors: the first is wanted.
    let spelled: Vec<Result<Option<String>>> =
        numbers.par_iter().enumerate().with_min_len(LEAST).map(one).collect();
    spelled.into_iter().collect()
}

/// [`parse`] for many texts, or [`parse_as`] where a form is given; nothing for a text that is no
/// such number.
///
/// # Example
///
/// ```
/// use sprogkit::numbers::parse_batch;
///
/// assert_eq!(parse_batch(&["halvtreds", "hus"], None), [Some(50.into()), None]);
/// ```
#[must_use]
pub fn parse_batch<T: AsRef<str> + Sync>(texts: &[T], form: Option<Form>) -> Vec<Option<Number>> {
    let one = |text: &T| match form {
        Some(form) => parse_as(text.as_ref(), form).ok(),
        None => parse(text.as_ref()).ok(),
    };
    texts.par_iter().with_min_len(LEAST).map(one).collect()
}
