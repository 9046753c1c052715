//! Marks of time as the files of other programs.

use std::path::{Path, PathBuf};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use sprogkit::formats::marks::{self, About, Format, Mark, Tier};

use crate::capsule;
use crate::enter::enter;
use crate::error::checked;

/// The mark `marks[at]`: start, end, text and perhaps a score.
fn mark(given: &Bound<'_, PyAny>, tier: &str, at: usize) -> PyResult<Mark> {
    let name = format!("{tier}[{at}]");
    let wrong = |got: String| {
        let wanted = "(start, end, text) or (start, end, text, score)";
        PyTypeError::new_err(format!("{name} must be {wanted}, got {got}"))
    };
    if !given.is_instance_of::<PyTuple>() && !given.is_instance_of::<PyList>() {
        return Err(wrong(capsule::kind(given)));
    }
    let count = given.len()?;
    if !(3..=4).contains(&count) {
        return Err(wrong(format!("{count} values")));
    }
    let seconds = |place: usize, what: &str| {
        let value = given.get_item(place)?;
        value.extract::<f64>().map_err(|_| {
            let got = capsule::kind(&value);
            PyTypeError::new_err(format!("the {what} of {name} must be a number, got {got}"))
        })
    };
    let text = given.get_item(2)?;
    let text = text.extract::<String>().map_err(|_| {
        let got = capsule::kind(&text);
        PyTypeError::new_err(format!("the text of {name} must be str, got {got}"))
    })?;
    let score = match count {
        4 if !given.get_item(3)?.is_none() => Some(seconds(3, "score")?),
        _ => None,
    };
    Ok(Mark { start: seconds(0, "start")?, end: seconds(1, "end")?, text, score })
}

/// A tier of marks.
fn tier(given: &Bound<'_, PyAny>, name: &str, shown: &str) -> PyResult<Tier> {
    let marks = given.try_iter().map_err(|_| {
        let got = capsule::kind(given);
        PyTypeError::new_err(format!("{shown} must be a list of marks, got {got}"))
    })?;
    let marks = marks.enumerate().map(|(at, given)| mark(&given?, shown, at));
    Ok(Tier::new(name, marks.collect::<PyResult<_>>()?))
}

/// The tiers in `given`: a dict of them, or the marks of one.
fn tiers(given: &Bound<'_, PyAny>) -> PyResult<Vec<Tier>> {
    let Ok(tiers) = given.cast::<PyDict>() else {
        return Ok(vec![tier(given, "words", "marks")?]);
    };
    let named = |(name, marks): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let name = name.extract::<String>().map_err(|_| {
            let got = capsule::kind(&name);
            PyTypeError::new_err(format!("the name of a tier must be str, got {got}"))
        })?;
        tier(&marks, &name, &format!("marks[{name:?}]"))
    };
    tiers.iter().map(named).collect()
}

/// The format that is asked for, or whose files end like `path`.
fn format(py: Python<'_>, name: Option<&str>, path: Option<&Path>) -> PyResult<Format> {
    if let Some(name) = name {
        return checked(py, Format::named(name));
    }
    path.and_then(Format::of).ok_or_else(|| {
        let reason = match path {
            Some(path) => format!("the end of {:?} names no format", path.display().to_string()),
            None => "without a path the format must be given".to_owned(),
        };
        PyValueError::new_err(format!("{reason}: give format=, one of {:?}", Format::NAMES))
    })
}

/// Writes marks as a file of another program.
#[pyfunction]
#[pyo3(signature = (
    marks, path = None, *, format = None, end = None, recording = None, language = None
))]
pub(crate) fn export(
    marks: &Bound<'_, PyAny>,
    path: Option<PathBuf>,
    format: Option<&str>,
    end: Option<f64>,
    recording: Option<String>,
    language: Option<String>,
) -> PyResult<Option<String>> {
    let py = marks.py();
    let format = self::format(py, format, path.as_deref())?;
    let tiers = tiers(marks)?;
    let standard = About::default();
    let about = About {
        recording: recording.unwrap_or(standard.recording),
        end,
        language: language.unwrap_or(standard.language),
    };
    enter(py, || {
        let file = marks::write(&tiers, format, &about)?;
        match &path {
            Some(path) => sprogkit::io::write(path, file.as_bytes()).map(|()| None),
            None => Ok(Some(file)),
        }
    })
}
