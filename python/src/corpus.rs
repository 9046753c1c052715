//! Packs: opening, building, writing.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use sprogkit::Error;
use sprogkit::catalogue::{self, BuildOptions, Manifest};
use sprogkit::corpus::{self, Check, ImportOptions, Info, Titles, WriterOptions};

use crate::capsule;
use crate::enter::{Threads, enter, enter_long, enter_parallel};
use crate::layer::Layer;
use crate::pack::Pack;
use crate::rows::{self, Rows, RowsIterator};
use crate::speech::{Recording, Utterance};
use crate::writing::{Document, Entry};

/// `check=…` by name.
fn check(name: &str) -> PyResult<Check> {
    match name {
        "lazy" => Ok(Check::Lazy),
        "full" => Ok(Check::Full),
        "none" => Ok(Check::None),
        other => Err(PyValueError::new_err(format!(
            "check must be \"lazy\", \"full\" or \"none\", got {other:?}"
        ))),
    }
}

/// The name of a check.
pub(crate) fn check_name(check: Check) -> &'static str {
    match check {
        Check::Lazy => "lazy",
        Check::Full => "full",
        Check::None => "none",
    }
}

/// Opens a pack.
#[pyfunction]
#[pyo3(signature = (path, check = "lazy"))]
pub(crate) fn open(py: Python<'_>, path: PathBuf, check: &str) -> PyResult<Pack> {
    let check = self::check(check)?;
    let open = || corpus::Pack::open_with(&path, check);
    let pack = match check {
        Check::Full => enter_parallel(py, None, open)?,
        _ => enter(py, open)?,
    };
    Ok(Pack::new(Arc::new(pack)))
}

/// Opens a pack that must be in the state it was pickled in.
#[pyfunction]
fn reopen(py: Python<'_>, path: PathBuf, check: &str, state: &str) -> PyResult<Pack> {
    let pack = open(py, path, check)?;
    if pack.core()?.state() == state {
        return Ok(pack);
    }
    let path = pack.core()?.path().display().to_string();
    Err(PyValueError::new_err(format!("{path}: the pack changed since it was pickled")))
}

/// Builds a pack from a manifest.
#[pyfunction]
#[pyo3(signature = (manifest, out, *, threads = None, overwrite = false))]
fn build(
    py: Python<'_>,
    manifest: PathBuf,
    out: PathBuf,
    threads: Option<Threads>,
    overwrite: bool,
) -> PyResult<Pack> {
    let pack = enter_long(py, threads, |progress| {
        let manifest = Manifest::read(&manifest)?;
        let options = BuildOptions { overwrite, ..BuildOptions::default() };
        catalogue::build(&manifest, &out, &options, progress)
    })?;
    Ok(Pack::new(Arc::new(pack)))
}

/// Writes a pack from an Arrow table.
#[pyfunction]
#[pyo3(signature = (
    table, out, *, id, title = None, version = None, license = None, source = None,
    columns = None, overwrite = false
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
fn write(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    out: PathBuf,
    id: String,
    title: Option<String>,
    version: Option<String>,
    license: Option<String>,
    source: Option<String>,
    columns: Option<std::collections::BTreeMap<String, String>>,
    overwrite: bool,
) -> PyResult<Pack> {
    let batches = capsule::reader(&arrow(table)?)?;
    let schema = batches.schema();
    if schema.fields().is_empty() {
        return Err(PyValueError::new_err(
            "table must be one with a column text, pcm or form, got one without columns",
        ));
    }
    // The columns are looked at even where there is no batch.
    let first = std::iter::once(Ok(RecordBatch::new_empty(schema)));
    let batches = first.chain(batches).map(|batch| {
        let refused = |error: arrow_schema::ArrowError| Error::Argument {
            name: "table",
            requirement: "readable to its end".to_owned(),
            got: error.to_string(),
        };
        batch.map_err(refused)
    });
    let title = Titles { da: title, en: None };
    let info = Info { id, title, version, license, source, ..Info::default() };
    let options = ImportOptions {
        columns: columns.unwrap_or_default().into_iter().collect(),
        writer: WriterOptions { overwrite, ..WriterOptions::default() },
    };
    let pack = enter_long(py, None, |progress| {
        corpus::write_table(batches, &out, info, &options, progress)
    })?;
    Ok(Pack::new(Arc::new(pack)))
}

/// A table that gives Arrow: itself, or what a Hugging Face dataset gives when asked for Arrow.
fn arrow<'py>(table: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if table.hasattr("__arrow_c_stream__")? || table.hasattr("__arrow_c_array__")? {
        return Ok(table.clone());
    }
    let Some(with_format) = table.getattr_opt("with_format")? else {
        return Err(PyTypeError::new_err(format!(
            "expected a table that gives Arrow (pyarrow, polars, pandas 3, datasets), got {}",
            capsule::kind(table)
        )));
    };
    with_format.call1(("arrow",))?.get_item(pyo3::types::PySlice::full(table.py()))
}

/// Fills `sprogkit._native.corpus`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Document>()?;
    module.add_class::<Entry>()?;
    module.add_class::<Layer>()?;
    module.add_class::<Pack>()?;
    module.add_class::<Recording>()?;
    module.add_class::<Rows>()?;
    module.add_class::<RowsIterator>()?;
    module.add_class::<Utterance>()?;
    module.add_function(wrap_pyfunction!(build, module)?)?;
    module.add_function(wrap_pyfunction!(open, module)?)?;
    module.add_function(wrap_pyfunction!(reopen, module)?)?;
    module.add_function(wrap_pyfunction!(rows::view, module)?)?;
    module.add_function(wrap_pyfunction!(write, module)?)
}
