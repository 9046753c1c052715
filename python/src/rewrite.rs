//! Clean text, and rewritten texts with a map to the original.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use sprogkit::Span;
use sprogkit::text;

use crate::array::PyArray;
use crate::enter::{Threads, enter, enter_parallel};
use crate::texts::Texts;
use crate::versions::{Characters, to_bytes, to_characters};

/// A rewritten text and its map to the original.
#[pyclass(frozen, module = "sprogkit.text")]
pub(crate) struct Rewrite {
    source: String,
    done: text::Rewrite<'static>,
}

/// Start and end in the original, start and end in the rewritten text, and the kind.
type Change = (usize, usize, usize, usize, &'static str);

impl Rewrite {
    /// What became of `source`.
    pub(crate) fn new(source: &str, done: text::Rewrite<'_>) -> Self {
        Self { source: source.to_owned(), done: done.into_owned() }
    }
}

#[pymethods]
impl Rewrite {
    #[getter]
    fn text(&self) -> &str {
        self.done.text()
    }

    #[getter]
    fn changes(&self) -> Vec<Change> {
        let changes = self.done.changes();
        let sources = to_characters(changes.iter().map(|change| change.source), &self.source);
        let targets = to_characters(changes.iter().map(|change| change.target), self.done.text());
        let both = sources.into_iter().zip(targets).zip(changes);
        both.map(|((source, target), change)| (source.0, source.1, target.0, target.1, change.kind))
            .collect()
    }

    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        for (kind, count) in self.done.counts() {
            counts.set_item(kind, count)?;
        }
        Ok(counts)
    }

    /// Spans of the original as spans of the rewritten text.
    fn project(&self, py: Python<'_>, spans: Characters) -> PyResult<Vec<(usize, usize)>> {
        enter(py, || {
            let spans: Vec<Span> = to_bytes(&spans, &self.source)?;
            Ok(to_characters(self.done.project_all(spans), self.done.text()))
        })
    }

    /// Spans of the rewritten text as spans of the original.
    fn back(&self, py: Python<'_>, spans: Characters) -> PyResult<Vec<(usize, usize)>> {
        enter(py, || {
            let spans: Vec<Span> = to_bytes(&spans, self.done.text())?;
            Ok(to_characters(self.done.back_all(spans), &self.source))
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = PyString::new(py, self.done.text()).repr()?;
        let count = self.done.changes().len();
        let plural = if count == 1 { "" } else { "s" };
        Ok(format!("Rewrite({text}, {count} change{plural})"))
    }
}

/// Cleans a text.
#[pyfunction]
pub(crate) fn clean(py: Python<'_>, text: &str) -> PyResult<String> {
    enter(py, || Ok(text::clean(text).into_owned()))
}

/// Cleans a text and keeps the map to the original.
#[pyfunction]
pub(crate) fn clean_mapped(py: Python<'_>, text: &str) -> PyResult<Rewrite> {
    enter(py, || Ok(Rewrite::new(text, text::clean_mapped(text))))
}

/// Cleans many texts.
#[pyfunction]
#[pyo3(signature = (texts, *, threads = None))]
pub(crate) fn clean_batch(
    py: Python<'_>,
    texts: Texts,
    threads: Option<Threads>,
) -> PyResult<PyArray> {
    enter_parallel(py, threads, || {
        let given = texts.collect();
        let cleaned = text::clean_batch(&given);
        Ok(PyArray::strings(cleaned.iter().map(Some), texts.nulls().as_ref()))
    })
}
