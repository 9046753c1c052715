//! Versions of a text lined up: offsets carried over, tokens beside tokens, translations.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, ListArray, UInt32Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};
use pyo3::prelude::*;
use pyo3::types::PyRange;
use sprogkit::text::offsets::{Converter, Unit};
use sprogkit::{Error, Result, Span, align};

use crate::array::PyArray;
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

    fn __repr__(&self) -> String {
        let align::Bead { source, target, score } = &self.0;
        format!("Bead(source={source:?}, target={target:?}, score={score:.2})").replace("..", ":")
    }
}

/// Lines up the sentences of a translation.
#[pyfunction]
pub(crate) fn bitext(
    py: Python<'_>,
    source_sentences: Texts,
    target_sentences: Texts,
) -> PyResult<Vec<Bead>> {
    let (source, target) = (source_sentences.collect(), target_sentences.collect());
    let beads = enter(py, || align::bitext(&source, &target))?;
    Ok(beads.into_iter().map(Bead).collect())
}

/// A span of characters: a pair, or anything with `start` and `end`.
pub(crate) struct Characters(usize, usize);

impl<'py> FromPyObject<'_, 'py> for Characters {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let (start, end) = match given.extract() {
            Ok(pair) => pair,
            Err(_) => (given.getattr("start")?.extract()?, given.getattr("end")?.extract()?),
        };
        Ok(Self(start, end))
    }
}

/// Spans of characters of `text` as bytes.
pub(crate) fn to_bytes(spans: &[Characters], text: &str) -> Result<Vec<Span>> {
    // One walk for the starts and one for the ends: sorted spans then cost one pass each.
    let mut starts = Converter::new(text, Unit::Char);
    let mut ends = starts.clone();
    let bytes = spans.iter().map(|&Characters(start, end)| {
        let found = starts.to_byte(start).zip(ends.to_byte(end));
        found.filter(|(start, end)| start <= end).map(|(s, e)| Span::new(s, e)).ok_or_else(|| {
            let length = Unit::Char.length(text);
            Error::Argument {
                name: "span",
                requirement: format!("inside a text of {length} characters"),
                got: format!("({start}, {end})"),
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
    spans: Vec<Characters>,
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
