//! `Pack`: an opened pack.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use sprogkit::text::Options;
use sprogkit::{annotate, corpus};

use crate::corpus::check_name;
use crate::enter::{Threads, enter, enter_long};
use crate::layer::Layer;
use crate::rows::{Rows, Table};
use crate::spans;
use crate::writing::Entry;

/// Path, check and state: what a pickled pack is opened by.
type Opened = (PathBuf, &'static str, String);

/// An opened pack.
#[pyclass(frozen, module = "sprogkit.corpus")]
pub(crate) struct Pack {
    path: PathBuf,
    /// What is open now; rows and views keep what they were taken from.
    open: RwLock<Option<Arc<corpus::Pack>>>,
}

impl Pack {
    pub(crate) fn new(pack: Arc<corpus::Pack>) -> Self {
        Self { path: pack.path().to_owned(), open: RwLock::new(Some(pack)) }
    }

    /// The core's pack.
    pub(crate) fn core(&self) -> PyResult<Arc<corpus::Pack>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.clone().ok_or_else(|| PyValueError::new_err("the pack is closed"))
    }

    fn put(&self, pack: Option<Arc<corpus::Pack>>) {
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = pack;
    }

    /// Opens the pack once more, changes that, and puts it in the place of this one: rows and
    /// views that are out keep theirs.
    fn change<T: Send>(
        &self,
        py: Python<'_>,
        threads: Option<Threads>,
        work: impl FnOnce(&mut corpus::Pack, &dyn sprogkit::progress::Progress) -> sprogkit::Result<T>
        + Send,
    ) -> PyResult<T> {
        let now = self.core()?;
        let (pack, result) = enter_long(py, threads, |progress| {
            // The full check was made when the pack was opened; what changes is checked as it goes.
            let mut pack = corpus::Pack::open_with(now.path(), now.check())?;
            let result = work(&mut pack, progress)?;
            Ok((pack, result))
        })?;
        self.put(Some(Arc::new(pack)));
        Ok(result)
    }
}

#[pymethods]
impl Pack {
    #[getter]
    fn path(&self) -> &Path {
        &self.path
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let info = serde_json::to_string(self.core()?.info())
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        py.import("json")?.call_method1("loads", (info,))
    }

    #[getter]
    fn id(&self) -> PyResult<String> {
        Ok(self.core()?.info().id.clone())
    }

    #[getter]
    fn license(&self) -> PyResult<Option<String>> {
        Ok(self.core()?.info().license.clone())
    }

    #[getter]
    fn bytes(&self) -> PyResult<u64> {
        Ok(self.core()?.bytes())
    }

    #[getter]
    fn documents(&self) -> PyResult<Rows> {
        Ok(Rows::new(self.core()?, Table::Documents))
    }

    #[getter]
    fn recordings(&self) -> PyResult<Rows> {
        Ok(Rows::new(self.core()?, Table::Recordings))
    }

    #[getter]
    fn utterances(&self) -> PyResult<Rows> {
        Ok(Rows::new(self.core()?, Table::Utterances))
    }

    #[getter]
    fn lexicon(&self) -> PyResult<Rows> {
        Ok(Rows::new(self.core()?, Table::Lexicon))
    }

    /// The readings of a form.
    fn lookup(&self, py: Python<'_>, form: &str) -> PyResult<Vec<Entry>> {
        let pack = self.core()?;
        enter(py, || {
            let found = pack.lexicon().lookup(form)?;
            found.into_iter().map(Entry::of).collect()
        })
    }

    #[getter]
    fn layers(&self) -> PyResult<Vec<String>> {
        Ok(self.core()?.layers().map(str::to_owned).collect())
    }

    /// The layer of this name.
    fn layer(&self, py: Python<'_>, name: &str) -> PyResult<Layer> {
        Layer::new(py, self.core()?, name)
    }

    /// Writes a layer of words or sentences.
    #[pyo3(signature = (name, *, unit = "char", threads = None))]
    fn annotate(
        &self,
        py: Python<'_>,
        name: &str,
        unit: &str,
        threads: Option<Threads>,
    ) -> PyResult<Layer> {
        let (unit, options) = (spans::unit(unit)?, Options::default());
        let find = match name {
            "words" => annotate::words,
            "sentences" => annotate::sentences,
            other => {
                return Err(PyValueError::new_err(format!(
                    "name must be \"words\" or \"sentences\", got {other:?}"
                )));
            }
        };
        self.change(py, threads, |pack, progress| find(pack, &options, unit, progress))?;
        self.layer(py, name)
    }

    /// Compares every byte with its checksum.
    #[pyo3(signature = (*, threads = None))]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        threads: Option<Threads>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let pack = self.core()?;
        let report = enter_long(py, threads, |progress| pack.verify(progress)?.into_result())?;
        let found = PyDict::new(py);
        found.set_item("files", report.files)?;
        found.set_item("bytes", report.bytes)?;
        Ok(found)
    }

    /// Hides rows.
    fn erase<'py>(&self, ids: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let py = ids.py();
        let ids: Vec<String> = match ids.cast::<PyString>() {
            Ok(one) => vec![one.extract()?],
            Err(_) => ids
                .try_iter()?
                .map(|id| id?.extract::<String>().map_err(|_| PyTypeError::new_err("ids are str")))
                .collect::<PyResult<_>>()?,
        };
        let erased = self.change(py, None, |pack, _| pack.erase(&ids))?;
        let counts = PyDict::new(py);
        counts.set_item("documents", erased.documents)?;
        counts.set_item("recordings", erased.recordings)?;
        counts.set_item("utterances", erased.utterances)?;
        Ok(counts)
    }

    /// Removes the bytes of erased rows.
    fn compact(&self, py: Python<'_>) -> PyResult<u64> {
        self.change(py, None, |pack, progress| pack.compact(progress))
    }

    /// Lets go of the files.
    fn close(&self) {
        self.put(None);
    }

    #[getter]
    fn closed(&self) -> bool {
        self.core().is_err()
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&self, _error: &Bound<'_, PyTuple>) {
        self.close();
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Opened)> {
        let pack = self.core()?;
        let reopen = py.import("sprogkit._native.corpus")?.getattr("reopen")?;
        // A worker may stand in another folder.
        let path = std::path::absolute(pack.path()).unwrap_or_else(|_| pack.path().to_owned());
        Ok((reopen, (path, check_name(pack.check()), pack.state().to_owned())))
    }

    fn __repr__(&self) -> String {
        let Ok(pack) = self.core() else { return "<sprogkit.corpus.Pack, closed>".to_owned() };
        let counts = [
            (pack.documents().len(), "documents"),
            (pack.recordings().len(), "recordings"),
            (pack.utterances().len(), "utterances"),
            (pack.lexicon().len(), "lexicon entries"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts.map(|(count, name)| format!("{count} {name}")).collect();
        format!("<sprogkit.corpus.Pack {:?}: {}>", pack.info().id, counts.join(", "))
    }
}
