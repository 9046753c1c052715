//! Text as it is spoken, as it is written, as it is scored.

use std::borrow::Cow;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use sprogkit::normalise::{self, Clock, Profile, Spoken, Written};

use crate::array::PyArray;
use crate::enter::{Threads, enter, enter_briefly, enter_parallel};
use crate::error::checked;
use crate::rewrite::Rewrite;
use crate::texts::Texts;

/// How text is spoken, from its keyword arguments.
fn spoken(clock: &str, letters: bool) -> PyResult<Spoken> {
    let clock = match clock {
        "digital" => Clock::Digital,
        "spoken" => Clock::Spoken,
        other => {
            return Err(PyValueError::new_err(format!(
                "clock must be \"digital\" or \"spoken\", got {other:?}"
            )));
        }
    };
    Ok(Spoken { clock, letters })
}

/// Rewritten texts as Arrow strings; null for a null.
fn strings(given: &Texts, done: &[Cow<'_, str>]) -> PyArray {
    PyArray::strings(done.iter().map(Some), given.nulls().as_ref())
}

/// Text as it is spoken.
#[pyfunction]
#[pyo3(signature = (text, *, clock = "digital", letters = false))]
fn to_spoken(py: Python<'_>, text: &str, clock: &str, letters: bool) -> PyResult<String> {
    let options = spoken(clock, letters)?;
    enter(py, || Ok(options.rewrite(text).into_text().into_owned()))
}

/// Text as it is spoken, with the map to the original.
#[pyfunction]
#[pyo3(signature = (text, *, clock = "digital", letters = false))]
fn to_spoken_mapped(py: Python<'_>, text: &str, clock: &str, letters: bool) -> PyResult<Rewrite> {
    let options = spoken(clock, letters)?;
    enter(py, || Ok(Rewrite::new(text, options.rewrite(text))))
}

/// Many texts as they are spoken.
#[pyfunction]
#[pyo3(signature = (texts, *, clock = "digital", letters = false, threads = None))]
fn to_spoken_batch(
    py: Python<'_>,
    texts: Texts,
    clock: &str,
    letters: bool,
    threads: Option<Threads>,
) -> PyResult<PyArray> {
    let options = spoken(clock, letters)?;
    enter_parallel(py, threads, || Ok(strings(&texts, &options.batch(&texts.collect()))))
}

/// Text as people write it.
#[pyfunction]
fn to_written(py: Python<'_>, text: &str) -> PyResult<String> {
    let work = || Ok(normalise::to_written(text).into_owned());
    // A sentence takes less time than to give the interpreter away and to get it back.
    if text.len() < 1024 { enter_briefly(py, work) } else { enter(py, work) }
}

/// Text as people write it, with the map to the original.
#[pyfunction]
fn to_written_mapped(py: Python<'_>, text: &str) -> PyResult<Rewrite> {
    enter(py, || Ok(Rewrite::new(text, normalise::to_written_mapped(text))))
}

/// Many texts as people write them.
#[pyfunction]
#[pyo3(signature = (texts, *, threads = None))]
fn to_written_batch(py: Python<'_>, texts: Texts, threads: Option<Threads>) -> PyResult<PyArray> {
    enter_parallel(py, threads, || Ok(strings(&texts, &Written::default().batch(&texts.collect()))))
}

/// Text as a profile compares it.
#[pyfunction]
#[pyo3(signature = (text, profile = "da-lex@1"))]
fn scoring(py: Python<'_>, text: &str, profile: &str) -> PyResult<String> {
    let profile = checked(py, Profile::named(profile))?;
    enter(py, || Ok(normalise::scoring(text, profile).into_owned()))
}

/// Text as a profile compares it, with the map to the original.
#[pyfunction]
#[pyo3(signature = (text, profile = "da-lex@1"))]
fn scoring_mapped(py: Python<'_>, text: &str, profile: &str) -> PyResult<Rewrite> {
    let profile = checked(py, Profile::named(profile))?;
    enter(py, || Ok(Rewrite::new(text, normalise::scoring_mapped(text, profile))))
}

/// Many texts as a profile compares them.
#[pyfunction]
#[pyo3(signature = (texts, profile = "da-lex@1", *, threads = None))]
fn scoring_batch(
    py: Python<'_>,
    texts: Texts,
    profile: &str,
    threads: Option<Threads>,
) -> PyResult<PyArray> {
    let profile = checked(py, Profile::named(profile))?;
    enter_parallel(py, threads, || Ok(strings(&texts, &profile.batch(&texts.collect()))))
}

/// Fills `sprogkit._native.normalise`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("PROFILES", PyTuple::new(module.py(), Profile::NAMES)?)?;
    module.add_function(wrap_pyfunction!(to_spoken, module)?)?;
    module.add_function(wrap_pyfunction!(to_spoken_mapped, module)?)?;
    module.add_function(wrap_pyfunction!(to_spoken_batch, module)?)?;
    module.add_function(wrap_pyfunction!(to_written, module)?)?;
    module.add_function(wrap_pyfunction!(to_written_mapped, module)?)?;
    module.add_function(wrap_pyfunction!(to_written_batch, module)?)?;
    module.add_function(wrap_pyfunction!(scoring, module)?)?;
    module.add_function(wrap_pyfunction!(scoring_mapped, module)?)?;
    module.add_function(wrap_pyfunction!(scoring_batch, module)?)
}
