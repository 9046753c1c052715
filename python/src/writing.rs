//! Rows of text: documents and lexicon entries.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyString;
use sprogkit::{Result, corpus};

use crate::error::checked;

/// A text of a pack.
#[pyclass(frozen, module = "sprogkit.corpus")]
pub(crate) struct Document {
    pub(crate) pack: Arc<corpus::Pack>,
    pub(crate) row: u64,
}

impl Document {
    fn core(&self) -> Result<corpus::Document<'_>> {
        self.pack.documents().get(self.row)
    }
}

/// A JSON object as a dict.
pub(crate) fn meta<'py>(
    py: Python<'py>,
    text: Result<Option<&str>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(text) = checked(py, text)? else { return Ok(None) };
    py.import("json")?.call_method1("loads", (text,)).map(Some)
}

/// How a text begins, for `repr`.
pub(crate) fn beginning(py: Python<'_>, text: &str) -> PyResult<String> {
    const SHOWN: usize = 60;
    let mut characters = text.chars();
    let mut shown: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    Ok(PyString::new(py, &shown).repr()?.to_string())
}

#[pymethods]
impl Document {
    #[getter]
    fn id(&self, py: Python<'_>) -> PyResult<&str> {
        checked(py, self.core().and_then(|row| row.id()))
    }

    #[getter]
    fn text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        let document = checked(py, self.core())?;
        let bytes = checked(py, document.text_bytes())?;
        // Python checks the bytes itself, so they are looked at once.
        PyString::from_bytes(py, bytes).or_else(|refused| match document.text() {
            Ok(_) => Err(refused),
            Err(error) => checked(py, Err(error)),
        })
    }

    #[getter]
    fn source(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.source()))
    }

    #[getter]
    fn added(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.added()))
    }

    #[getter]
    fn created(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.created()))
    }

    #[getter]
    fn token_count(&self, py: Python<'_>) -> PyResult<Option<i64>> {
        checked(py, self.core().and_then(|row| row.token_count()))
    }

    #[getter]
    fn license(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.license()))
    }

    #[getter]
    fn lang(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.lang()))
    }

    #[getter]
    fn meta<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        meta(py, self.core().and_then(|row| row.meta()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = checked(py, self.core().and_then(|row| row.text()))?;
        Ok(format!("Document({:?}, {})", self.id(py)?, beginning(py, text)?))
    }
}

/// A reading of a word form.
#[pyclass(frozen, get_all, eq, hash, module = "sprogkit.corpus")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    id: String,
    form: String,
    lemma: Option<String>,
    upos: Option<String>,
    feats: Option<String>,
    frequency: Option<i64>,
    source: Option<String>,
}

impl Entry {
    /// The reading with its text copied: entries are short.
    pub(crate) fn of(row: corpus::Entry<'_>) -> Result<Self> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(Self {
            id: row.id()?.to_owned(),
            form: row.form()?.to_owned(),
            lemma: owned(row.lemma()?),
            upos: owned(row.upos()?),
            feats: owned(row.feats()?),
            frequency: row.frequency()?,
            source: owned(row.source()?),
        })
    }
}

#[pymethods]
impl Entry {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Self { form, lemma, upos, feats, .. } = self;
        let parts = [("lemma", lemma), ("upos", upos), ("feats", feats)];
        let mut shown = PyString::new(py, form).repr()?.to_string();
        for (name, part) in parts {
            if let Some(part) = part {
                shown += &format!(", {name}={}", PyString::new(py, part).repr()?);
            }
        }
        Ok(format!("Entry({shown})"))
    }
}
