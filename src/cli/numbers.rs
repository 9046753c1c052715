//! Numbers on the command line, refused by a message that says what they must be.

use std::ops::RangeInclusive;

use super::figures::count;

/// Takes a whole number of `range`.
pub(super) fn whole(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync + 'static {
    move |given| {
        let (least, most) = (*range.start(), *range.end());
        given.parse().ok().filter(|n| range.contains(n)).ok_or_else(|| {
            format!("it must be a whole number from {} to {}", count(least), count(most))
        })
    }
}

/// Takes a number.
pub(super) fn finite(given: &str) -> Result<f64, String> {
    let number = given.parse().ok().filter(|n: &f64| n.is_finite());
    number.ok_or_else(|| "it must be a number".to_owned())
}

/// Takes a number above 0.
pub(super) fn above_zero(given: &str) -> Result<f64, String> {
    let number = finite(given).ok().filter(|&n| n > 0.0);
    number.ok_or_else(|| "it must be a number above 0".to_owned())
}

/// Takes a number between 0 and 1.
pub(super) fn share(given: &str) -> Result<f64, String> {
    let number = finite(given).ok().filter(|&n| n > 0.0 && n < 1.0);
    number.ok_or_else(|| "it must be a number between 0 and 1".to_owned())
}

/// Takes a number that is not below 0.
pub(super) fn not_below_zero(given: &str) -> Result<f32, String> {
    let number = given.parse().ok().filter(|n: &f32| n.is_finite() && *n >= 0.0);
    number.ok_or_else(|| "it must be a number, 0 or above".to_owned())
}
