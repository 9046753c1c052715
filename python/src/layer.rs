//! Layers: what was found in the rows of a table.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PySlice};
use sprogkit::{Result, corpus};

use crate::enter::enter;
use crate::range::{self, Range, Source};
use crate::values::Values;
use crate::{capsule, error};

/// A layer of a pack: row `i` belongs to row `i` of the table it annotates.
#[pyclass(frozen, module = "sprogkit.corpus", sequence)]
#[derive(Clone)]
pub(crate) struct Layer {
    pack: Arc<corpus::Pack>,
    name: Arc<str>,
    range: Range,
}

impl Layer {
    pub(crate) fn new(py: Python<'_>, pack: Arc<corpus::Pack>, name: &str) -> PyResult<Self> {
        let len = error::checked(py, pack.layer(name))?.len();
        Ok(Self { pack, name: name.into(), range: Range::all(len) })
    }

    fn core(&self) -> Result<corpus::Layer<'_>> {
        self.pack.layer(&self.name)
    }

    fn info(&self, py: Python<'_>) -> PyResult<&corpus::LayerInfo> {
        Ok(error::checked(py, self.core())?.info())
    }
}

impl Source for Layer {
    fn schema(&self) -> SchemaRef {
        self.core().map_or_else(|_| Arc::new(arrow_schema::Schema::empty()), |core| core.schema())
    }

    fn batches(&self) -> usize {
        self.core().map_or(0, |core| core.batches())
    }

    fn rows_of(&self, batch: usize) -> (u64, u64) {
        self.core().map_or((0, 0), |core| core.rows_of(batch))
    }

    fn batch(&self, batch: usize) -> Result<RecordBatch> {
        self.core()?.batch(batch)
    }
}

#[pymethods]
impl Layer {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<&str> {
        Ok(&self.info(py)?.table)
    }

    #[getter]
    fn unit(&self, py: Python<'_>) -> PyResult<&str> {
        Ok(&self.info(py)?.unit)
    }

    #[getter]
    fn annotator(&self, py: Python<'_>) -> PyResult<&str> {
        Ok(&self.info(py)?.annotator)
    }

    fn __len__(&self) -> usize {
        self.range.len()
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = index.py();
        if let Ok(slice) = index.cast::<PySlice>() {
            let range = self.range.slice(slice)?;
            return Ok(Bound::new(py, Self { range, ..self.clone() })?.into_any());
        }
        let row = self.range.row(index.extract()?)?;
        let items = enter(py, || self.core()?.get(row))?;
        Values::new(py, &*items)?.list(py, 0, items.len())
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        range::stream(py, self.clone(), self.range)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::table_schema(py, &self.schema())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (name, len, table) = (&*self.name, self.range.len(), self.table(py)?);
        Ok(format!(
            "<sprogkit.corpus.Layer {name:?}: {len} rows over {table}, in {}s>",
            self.unit(py)?
        ))
    }
}
