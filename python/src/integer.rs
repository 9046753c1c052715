//! Whole numbers as they come from Python, of any size, and their limits.

use std::fmt::Display;

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use sprogkit::{Error, Result};

use crate::error;

/// A whole number of any size; its limits are looked at where its name is known.
#[derive(Clone, Debug)]
pub(crate) enum Integer {
    Number(i128),
    /// Beyond 128 bits: whether it is negative, and how it is written.
    Huge(bool, String),
}

impl Integer {
    /// The number as `name`, which is `least` at least.
    ///
    /// # Errors
    ///
    /// `ValueError` with the name, the limit and the number.
    pub(crate) fn at_least<T>(&self, py: Python<'_>, name: &'static str, least: T) -> PyResult<T>
    where
        T: TryFrom<i128> + PartialOrd + Display + Limited,
    {
        let checked = || -> Result<T> {
            let small = match *self {
                Self::Number(number) => match T::try_from(number) {
                    Ok(number) if number >= least => return Ok(number),
                    Ok(_) => true,
                    Err(_) => number < 0,
                },
                Self::Huge(negative, _) => negative,
            };
            let requirement = match small {
                true => format!("at least {least}"),
                false => format!("at most {}", T::MOST),
            };
            Err(Error::Argument { name, requirement, got: self.to_string() })
        };
        checked().map_err(|error| error::raise(py, error))
    }

    /// The number, where it is of this type.
    pub(crate) fn fit<T: TryFrom<i128>>(&self) -> Option<T> {
        match *self {
            Self::Number(number) => T::try_from(number).ok(),
            Self::Huge(..) => None,
        }
    }
}

/// A reader for each keyword argument that is a whole number: `from_py_with` knows it by name.
macro_rules! readers {
    ($($name:ident: $kind:ty, $least:expr;)+) => {$(
        pub(crate) fn $name(given: &Bound<'_, PyAny>) -> PyResult<$kind> {
            given.extract::<Integer>()?.at_least(given.py(), stringify!($name), $least)
        }
    )+};
}

readers! {
    blank: i32, 0;
    distance: u32, 0;
    end: usize, 0;
    least: usize, 0;
    length: usize, 1;
    longest: usize, 0;
    min_frequency: u64, 0;
    most: usize, 0;
    padding: usize, 0;
    pause: usize, 0;
    reorder: usize, 0;
    samples: usize, 1;
    seed: u64, 0;
    shortest: usize, 0;
    small: usize, 0;
    start: usize, 0;
    vocab_size: usize, 1;
    wanted: usize, 0;
}

/// `beam=…`, which may be absent.
pub(crate) fn beam(given: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    let py = given.py();
    let given: Option<Integer> = given.extract()?;
    given.map(|beam| beam.at_least(py, "beam", 1)).transpose()
}

/// `limit=…`, which may be absent.
pub(crate) fn limit(given: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    let py = given.py();
    let given: Option<Integer> = given.extract()?;
    given.map(|limit| limit.at_least(py, "limit", 0)).transpose()
}

/// `zero_point=…`, which may be absent.
pub(crate) fn zero_point(given: &Bound<'_, PyAny>) -> PyResult<Option<i32>> {
    let py = given.py();
    let given: Option<Integer> = given.extract()?;
    given.map(|zero| zero.at_least(py, "zero_point", i32::MIN)).transpose()
}

/// A type of whole numbers that has an end.
pub(crate) trait Limited {
    const MOST: Self;
}

impl Limited for i32 {
    const MOST: Self = Self::MAX;
}

impl Limited for u32 {
    const MOST: Self = Self::MAX;
}

impl Limited for u64 {
    const MOST: Self = Self::MAX;
}

impl Limited for usize {
    const MOST: Self = Self::MAX;
}

impl Display for Integer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Huge(_, written) => written.fmt(f),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Integer {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        let refused = match given.extract::<i64>() {
            Ok(number) => return Ok(Self::Number(number.into())),
            Err(error) => error,
        };
        if !refused.is_instance_of::<PyOverflowError>(py) {
            return Err(refused);
        }
        if let Ok(number) = given.extract::<i128>() {
            return Ok(Self::Number(number));
        }
        let negative = given.lt(0)?;
        // Python writes no number of more than some thousand digits.
        let written = given.str().map(|written| written.to_string());
        Ok(Self::Huge(negative, written.unwrap_or_else(|_| "one of very many digits".to_owned())))
    }
}
