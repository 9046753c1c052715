//! One exception tree, and the one place where a core error becomes an exception.

use std::any::Any;
use std::io;
use std::path::Path;

use pyo3::exceptions::{
    PyException, PyFileNotFoundError, PyKeyboardInterrupt, PyOSError, PyPermissionError,
    PyValueError,
};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};
use sprogkit::Error;

/// The exceptions that Python does not have already.
pub(crate) struct Exceptions {
    base: Py<PyType>,
    format: Py<PyType>,
    corrupt: Py<PyType>,
    license: Py<PyType>,
    alignment: Py<PyType>,
}

/// The tree of exceptions, made once.
pub(crate) fn exceptions(py: Python<'_>) -> PyResult<&Exceptions> {
    static TREE: PyOnceLock<Exceptions> = PyOnceLock::new();
    TREE.get_or_try_init(py, || {
        let exception = py.get_type::<PyException>();
        let value = py.get_type::<PyValueError>();
        let base =
            new(py, "SprogkitError", "Anything that sprogkit cannot do.", &[&exception], &[])?;
        let base = base.into_bound(py);
        let both = &[&base, &value];
        Ok(Exceptions {
            format: new(
                py,
                "FormatError",
                "A file does not follow its format; `path`, `line` (from 1) and `offset` (a byte, \
                 from 0) say where, or are None.",
                both,
                &["path", "line", "offset"],
            )?,
            corrupt: new(
                py,
                "CorruptPackError",
                "A pack is not as it was written; `path` and `offset` (a byte) say where.",
                &[&base],
                &["path", "offset"],
            )?,
            license: new(
                py,
                "LicenseError",
                "A license does not allow what was asked for; `corpus` names the corpus.",
                &[&base],
                &["corpus"],
            )?,
            alignment: new(py, "AlignmentError", "Two things cannot be aligned.", both, &[])?,
            base: base.unbind(),
        })
    })
}

fn new(
    py: Python<'_>,
    name: &str,
    doc: &str,
    bases: &[&Bound<'_, PyType>],
    fields: &[&str],
) -> PyResult<Py<PyType>> {
    let dict = PyDict::new(py);
    dict.set_item("__module__", "sprogkit")?;
    dict.set_item("__doc__", doc)?;
    for field in fields {
        dict.set_item(field, py.None())?;
    }
    let bases = PyTuple::new(py, bases)?;
    Ok(py.get_type::<PyType>().call1((name, bases, dict))?.cast_into::<PyType>()?.unbind())
}

/// Puts the exceptions into the module `sprogkit._native`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let tree = exceptions(module.py())?;
    for class in [&tree.base, &tree.format, &tree.corrupt, &tree.license, &tree.alignment] {
        module.add(class.bind(module.py()).name()?, class)?;
    }
    Ok(())
}

/// The exception for a core error.
pub(crate) fn raise(py: Python<'_>, error: Error) -> PyErr {
    build(py, error).unwrap_or_else(|failed| failed)
}

/// What the core gave, or its error as an exception.
pub(crate) fn checked<T>(py: Python<'_>, given: sprogkit::Result<T>) -> PyResult<T> {
    given.map_err(|error| raise(py, error))
}

fn build(py: Python<'_>, error: Error) -> PyResult<PyErr> {
    let tree = exceptions(py)?;
    let message = error.to_string();
    let (class, fields) = match &error {
        Error::Io { path, source } => return system(py, path, source),
        Error::Line { origin, line, .. } => {
            (&tree.format, vec![("path", text(py, origin)?), ("line", number(py, *line)?)])
        }
        Error::Format { origin, offset, .. } => {
            (&tree.format, vec![("path", text(py, origin)?), ("offset", number(py, *offset)?)])
        }
        Error::Corrupt { path, offset, .. } => {
            let path = text(py, &path.to_string_lossy())?;
            (&tree.corrupt, vec![("path", path), ("offset", number(py, *offset)?)])
        }
        Error::License { corpus, .. } => (&tree.license, vec![("corpus", text(py, corpus)?)]),
        Error::Alignment { .. } => (&tree.alignment, vec![]),
        Error::Limit { .. } => (&tree.format, vec![]),
        Error::Argument { .. } => return Ok(PyValueError::new_err(message)),
        Error::Cancelled => return Ok(PyKeyboardInterrupt::new_err(message)),
        _ => (&tree.base, vec![]),
    };
    let value = class.bind(py).call1((message,))?;
    for (name, field) in fields {
        value.setattr(name, field)?;
    }
    Ok(PyErr::from_value(value))
}

fn text(py: Python<'_>, value: &str) -> PyResult<Py<PyAny>> {
    Ok(value.into_pyobject(py)?.into_any().unbind())
}

fn number(py: Python<'_>, value: u64) -> PyResult<Py<PyAny>> {
    Ok(value.into_pyobject(py)?.into_any().unbind())
}

/// An operating system's error as the class Python itself would raise, with its file name.
fn system(py: Python<'_>, path: &Path, source: &io::Error) -> PyResult<PyErr> {
    let name = path.to_string_lossy();
    if let Some(code) = source.raw_os_error() {
        let reason = source.to_string();
        let reason = reason.split(" (os error").next().unwrap_or_default();
        // OSError chooses the subclass (FileNotFoundError, …) by the number itself.
        let value = py.get_type::<PyOSError>().call1((code, reason, name))?;
        return Ok(PyErr::from_value(value));
    }
    let message = format!("{name}: {source}");
    Ok(match source.kind() {
        io::ErrorKind::NotFound => PyFileNotFoundError::new_err(message),
        io::ErrorKind::PermissionDenied => PyPermissionError::new_err(message),
        _ => PyOSError::new_err(message),
    })
}

/// The exception for a panic of the core: always a mistake in sprogkit.
pub(crate) fn bug(py: Python<'_>, panic: &(dyn Any + Send)) -> PyErr {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let message = format!("a mistake in sprogkit, please report it: {said}");
    match exceptions(py).and_then(|tree| tree.base.bind(py).call1((message,))) {
        Ok(value) => PyErr::from_value(value),
        Err(failed) => failed,
    }
}
