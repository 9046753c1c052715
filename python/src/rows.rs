//! The tables of a pack as sequences.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PySlice, PyType};
use sprogkit::Result;
use sprogkit::corpus::{self, Row};

use crate::capsule;
use crate::enter::enter;
use crate::pack::Pack;
use crate::range::{self, Range, Source};
use crate::speech::{Recording, Utterance};
use crate::writing::{Document, Entry};

/// A table of a pack.
#[derive(Clone, Copy)]
pub(crate) enum Table {
    Documents,
    Recordings,
    Utterances,
    Lexicon,
}

/// What the four tables can do alike.
trait Core {
    fn len(&self) -> u64;
    fn find(&self, id: &str) -> Result<Option<u64>>;
    fn is_loaded(&self, row: u64) -> bool;
    fn load(&self, row: u64) -> Result<()>;
    fn schema(&self) -> SchemaRef;
    fn batches(&self) -> usize;
    fn rows_of(&self, batch: usize) -> (u64, u64);
    fn batch(&self, batch: usize) -> Result<RecordBatch>;
}

impl<'p, R: Row<'p>> Core for corpus::Rows<'p, R> {
    fn len(&self) -> u64 {
        Self::len(*self)
    }

    fn find(&self, id: &str) -> Result<Option<u64>> {
        Self::find(*self, id)
    }

    fn is_loaded(&self, row: u64) -> bool {
        Self::is_loaded(*self, row)
    }

    fn load(&self, row: u64) -> Result<()> {
        self.get(row).map(drop)
    }

    fn schema(&self) -> SchemaRef {
        Self::schema(*self)
    }

    fn batches(&self) -> usize {
        Self::batches(*self)
    }

    fn rows_of(&self, batch: usize) -> (u64, u64) {
        Self::rows_of(*self, batch)
    }

    fn batch(&self, batch: usize) -> Result<RecordBatch> {
        Self::batch(*self, batch)
    }
}

impl Table {
    fn of<T>(self, pack: &corpus::Pack, call: impl FnOnce(&dyn Core) -> T) -> T {
        match self {
            Self::Documents => call(&pack.documents()),
            Self::Recordings => call(&pack.recordings()),
            Self::Utterances => call(&pack.utterances()),
            Self::Lexicon => call(&pack.lexicon().entries()),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Recordings => "recordings",
            Self::Utterances => "utterances",
            Self::Lexicon => "lexicon",
        }
    }
}

/// The whole of a table, to hand its batches out.
struct Whole {
    pack: Arc<corpus::Pack>,
    table: Table,
}

impl Source for Whole {
    fn schema(&self) -> SchemaRef {
        self.table.of(&self.pack, |core| core.schema())
    }

    fn batches(&self) -> usize {
        self.table.of(&self.pack, |core| core.batches())
    }

    fn rows_of(&self, batch: usize) -> (u64, u64) {
        self.table.of(&self.pack, |core| core.rows_of(batch))
    }

    fn batch(&self, batch: usize) -> Result<RecordBatch> {
        self.table.of(&self.pack, |core| core.batch(batch))
    }
}

/// Rows of one of a pack's tables.
#[pyclass(frozen, module = "sprogkit.corpus", sequence)]
pub(crate) struct Rows {
    pack: Arc<corpus::Pack>,
    table: Table,
    range: Range,
}

impl Rows {
    pub(crate) fn new(pack: Arc<corpus::Pack>, table: Table) -> Self {
        let range = Range::all(table.of(&pack, |core| core.len()));
        Self { pack, table, range }
    }

    /// The row `row` as a Python object.
    fn get_row<'py>(&self, py: Python<'py>, row: u64) -> PyResult<Bound<'py, PyAny>> {
        if !self.table.of(&self.pack, |core| core.is_loaded(row)) {
            // The first touch of a batch reads and checks megabytes.
            enter(py, || self.table.of(&self.pack, |core| core.load(row)))?;
        }
        let pack = Arc::clone(&self.pack);
        Ok(match self.table {
            Table::Documents => Bound::new(py, Document { pack, row })?.into_any(),
            Table::Recordings => Bound::new(py, Recording { pack, row })?.into_any(),
            Table::Utterances => Bound::new(py, Utterance { pack, row })?.into_any(),
            Table::Lexicon => {
                let entry = enter(py, || Entry::of(pack.lexicon().entries().get(row)?))?;
                Bound::new(py, entry)?.into_any()
            }
        })
    }
}

#[pymethods]
impl Rows {
    fn __len__(&self) -> usize {
        self.range.len()
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = index.py();
        if let Ok(slice) = index.cast::<PySlice>() {
            let (pack, range) = (Arc::clone(&self.pack), self.range.slice(slice)?);
            return Ok(Bound::new(py, Self { pack, table: self.table, range })?.into_any());
        }
        self.get_row(py, self.range.row(index.extract()?)?)
    }

    fn __iter__(slf: Bound<'_, Self>) -> RowsIterator {
        RowsIterator { rows: slf.unbind(), next: AtomicUsize::new(0) }
    }

    /// The row with this id.
    #[pyo3(signature = (id, default = None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        id: &str,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = enter(py, || self.table.of(&self.pack, |core| core.find(id)))?;
        match found.filter(|&row| self.range.contains(row)) {
            Some(row) => self.get_row(py, row).map(Some),
            None => Ok(default),
        }
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let whole = Whole { pack: Arc::clone(&self.pack), table: self.table };
        range::stream(py, whole, self.range)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::table_schema(py, &self.table.of(&self.pack, |core| core.schema()))
    }

    #[classmethod]
    #[pyo3(signature = (item, /))]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        item: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        class.py().import("types")?.call_method1("GenericAlias", (class, item))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Reduced<'py>)> {
        let pack = Bound::new(py, Pack::new(Arc::clone(&self.pack)))?;
        let view = py.import("sprogkit._native.corpus")?.getattr("view")?;
        Ok((view, (pack, self.table.name(), self.range.bounds())))
    }

    fn __repr__(&self) -> String {
        let (len, name, id) = (self.range.len(), self.table.name(), &self.pack.info().id);
        format!("<sprogkit.corpus.Rows: {len} {name} of {id:?}>")
    }
}

/// A pack, the name of its table, and start, stop and step.
type Reduced<'py> = (Bound<'py, Pack>, &'static str, (i64, Option<i64>, i64));

/// Rows as they were pickled.
#[pyfunction]
pub(crate) fn view<'py>(
    pack: &Bound<'py, PyAny>,
    table: &str,
    bounds: (i64, Option<i64>, i64),
) -> PyResult<Bound<'py, PyAny>> {
    let slice = pack.py().get_type::<PySlice>().call1(bounds)?;
    pack.getattr(table)?.get_item(slice)
}

/// Goes over rows.
#[pyclass(frozen, module = "sprogkit.corpus")]
pub(crate) struct RowsIterator {
    rows: Py<Rows>,
    next: AtomicUsize,
}

#[pymethods]
impl RowsIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let rows = self.rows.get();
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        if place >= rows.range.len() {
            return Ok(None);
        }
        rows.get_row(py, rows.range.at(place)).map(Some)
    }
}
