//! Versions of a text lined up: offsets carried over, tokens beside tokens, translations.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, ListArray, UInt32Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyRange, PyTuple};
use sprogkit::text::offsets::{Converter, Unit};
use sprogkit::{Error, Result, Span, align};

use crate::array::PyArray;
use crate::capsule;
use crate::enter::enter;
use crate::texts::Texts;

/// Sentences that translate each other.
#[pyclass(frozen, module = "sprogkit.align")]
pub(crate) struct Bead(align::Bead);

#[pymethods]
impl Bead {
    #[getter]
    fn source<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyRange>> {
        PyRange::new(py, self.0.source.start as isize, self.0.source.end as isize)
    }

    #[getter]
    fn target<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyRange>> {
        PyRange::new(py, self.0.target.start as isize, self.0.target.end as isize)
    }

    #[getter]
    fn score(&self) -> f64 {
        self.0.score
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        let again = py.import("sprogkit._native.align")?.getattr("_bead")?;
        let align::Bead { source, target, score } = &self.0;
        Ok((again, ((source.start, source.end), (target.start, target.end), *score)))
    }

    fn __repr__(&self) -> String {
        let align::Bead { source, target, score } = &self.0;
        format!("Bead(source={source:?}, target={target:?}, score={score:.2})").replace("..", ":")
    }
}

/// What makes a bead anew, and its fields.
type Reduced<'py> = (Bound<'py, PyAny>, ((usize, usize), (usize, usize), f64));

/// A bead as it was pickled.
#[pyfunction]
#[pyo3(name = "_bead")]
pub(crate) fn pickled(source: (usize, usize), target: (usize, usize), score: f64) -> Bead {
    Bead(align::Bead { source: source.0..source.1, target: target.0..target.1, score })
}

/// Lines up the sentences of a translation.
#[pyfunction]
pub(crate) fn bitext(
    py: Python<'_>,
    source_sentences: Texts,
    target_sentences: Texts,
) -> PyResult<Vec<Bead>> {
    source_sentences.all_present("source_sentences")?;
    target_sentences.all_present("target_sentences")?;
    let (source, target) = (source_sentences.collect(), target_sentences.collect());
    let beads = enter(py, || align::bitext(&source, &target))?;
    Ok(beads.into_iter().map(Bead).collect())
}

/// Spans of characters: pairs, or anything with `start` and `end`.
pub(crate) struct Characters(Vec<(i64, i64)>);

impl<'py> FromPyObject<'_, 'py> for Characters {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let spans = given.try_iter().map_err(|_| {
            let got = capsule::kind(&given);
            PyTypeError::new_err(format!("spans must be a list of (start, end), got {got}"))
        })?;
        let span = |(at, span): (usize, PyResult<Bound<'py, PyAny>>)| characters(&span?, at);
        spans.enumerate().map(span).collect::<PyResult<_>>().map(Self)
    }
}

/// The span `spans[at]`.
fn characters(span: &Bound<'_, PyAny>, at: usize) -> PyResult<(i64, i64)> {
    let (start, end) = if span.is_instance_of::<PyTuple>() || span.is_instance_of::<PyList>() {
        let count = span.len()?;
        if count != 2 {
            let reason = format!("spans[{at}] must be (start, end), got {count} values");
            return Err(PyValueError::new_err(reason));
        }
        (span.get_item(0)?, span.get_item(1)?)
    } else {
        let Some(both) = span.getattr_opt("start")?.zip(span.getattr_opt("end")?) else {
            let got = capsule::kind(span);
            return Err(PyTypeError::new_err(format!(
                "spans[{at}] must be (start, end) or have start and end, got {got}"
            )));
        };
        both
    };
    let place = |name: &str, value: &Bound<'_, PyAny>| {
        value.extract::<i64>().map_err(|error| {
            if error.is_instance_of::<PyOverflowError>(value.py()) {
                let reason = format!("the {name} of spans[{at}] is beyond every text");
                return PyValueError::new_err(reason);
            }
            let got = capsule::kind(value);
            PyTypeError::new_err(format!(
                "the {name} of spans[{at}] must be a whole number, got {got}"
            ))
        })
    };
    Ok((place("start", &start)?, place("end", &end)?))
}

/// Spans of characters of `text` as bytes.
pub(crate) fn to_bytes(spans: &Characters, text: &str) -> Result<Vec<Span>> {
    // One walk for the starts and one for the ends: sorted spans then cost one pass each.
    let mut starts = Converter::new(text, Unit::Char);
    let mut ends = starts.clone();
    let bytes = spans.0.iter().enumerate().map(|(at, &(start, end))| {
        let start_byte = usize::try_from(start).ok().and_then(|start| starts.to_byte(start));
        let end_byte = usize::try_from(end).ok().and_then(|end| ends.to_byte(end));
        let found = start_byte.zip(end_byte).filter(|(start, end)| start <= end);
        found.map(|(start, end)| Span::new(start, end)).ok_or_else(|| {
            let length = Unit::Char.length(text);
            Error::Argument {
                name: "span",
                requirement: format!("inside a text of {length} characters"),
                got: format!("({start}, {end}) at spans[{at}]"),
            }
        })
    });
    bytes.collect()
}

/// Spans of bytes of `text` as characters.
pub(crate) fn to_characters(
    spans: impl IntoIterator<Item = Span>,
    text: &str,
) -> Vec<(usize, usize)> {
    let mut starts = Converter::new(text, Unit::Char);
    let mut ends = starts.clone();
    let chars = |span: Span| (starts.from_byte(span.start()), ends.from_byte(span.end()));
    spans.into_iter().map(chars).collect()
}

/// Carries spans from one version of a text to another.
#[pyfunction]
pub(crate) fn project(
    py: Python<'_>,
    spans: Characters,
    source: &str,
    target: &str,
) -> PyResult<Vec<(usize, usize)>> {
    enter(py, || {
        let bytes = to_bytes(&spans, source)?;
        let found = align::project(&bytes, source, target)?;
        Ok(to_characters(found, target))
    })
}

/// Lines up two tokenizations of a text.
#[pyfunction]
pub(crate) fn tokenizations(
    py: Python<'_>,
    first: Texts,
    second: Texts,
) -> PyResult<(PyArray, PyArray)> {
    first.all_present("first")?;
    second.all_present("second")?;
    let (first, second) = (first.collect(), second.collect());
    let both = enter(py, || align::tokenizations(&first, &second))?;
    Ok((lists(both.forward)?, lists(both.backward)?))
}

fn lists(lists: align::Lists) -> PyResult<PyArray> {
    let offsets = lists.offsets.into_iter().map(i32::try_from);
    let offsets = offsets.collect::<std::result::Result<ScalarBuffer<i32>, _>>()?;
    let items: ArrayRef = Arc::new(UInt32Array::from(lists.indices));
    let item = Arc::new(Field::new("item", DataType::UInt32, false));
    let array: ArrayRef = Arc::new(ListArray::new(item, OffsetBuffer::new(offsets), items, None));
    let field = Arc::new(Field::new("", array.data_type().clone(), false));
    Ok(PyArray::new(array, field))
}
