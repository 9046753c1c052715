//! Which rows of a table a view shows, and their way out as Arrow.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader, UInt64Array};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::take::take_record_batch;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PySlice};
use sprogkit::Result;

use crate::{array, capsule};

/// Rows `start`, `start + step`, …: as Python's `range`, by length.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    start: i64,
    step: i64,
    len: i64,
}

impl Range {
    /// All of `len` rows.
    pub(crate) fn all(len: u64) -> Self {
        Self { start: 0, step: 1, len: len.cast_signed() }
    }

    pub(crate) fn len(self) -> usize {
        self.len as usize
    }

    /// The row behind index `index` of the view, negative ones from the end.
    pub(crate) fn row(self, index: isize) -> PyResult<u64> {
        Ok(self.at(array::row(index, self.len())?))
    }

    /// The row behind `place`, which is in the view.
    pub(crate) fn at(self, place: usize) -> u64 {
        (self.start + place as i64 * self.step).cast_unsigned()
    }

    /// Whether the view shows `row`.
    pub(crate) fn contains(self, row: u64) -> bool {
        let (way, step) = (row.cast_signed() - self.start, self.step);
        way % step == 0 && (0..self.len).contains(&(way / step))
    }

    /// A part of the view.
    pub(crate) fn slice(self, slice: &Bound<'_, PySlice>) -> PyResult<Self> {
        let part = slice.indices(self.len as isize)?;
        Ok(Self {
            start: self.start + part.start as i64 * self.step,
            step: self.step * part.step as i64,
            len: part.slicelength as i64,
        })
    }

    /// Start, stop and step as Python's `slice` takes them.
    pub(crate) fn bounds(self) -> (i64, Option<i64>, i64) {
        if self.len == 0 {
            return (0, Some(0), 1);
        }
        let stop = self.start + self.len * self.step;
        (self.start, (stop >= 0).then_some(stop), self.step)
    }

    /// The view's rows among the rows `first..end`, counted from `first`.
    fn within(self, first: i64, end: i64) -> Vec<u64> {
        let place = |row: i64| (row - self.start).div_euclid(self.step);
        let (from, to) = match self.step > 0 {
            true => (place(first + self.step - 1), place(end - 1 + self.step)),
            false => (place(end - 1), place(first - 1)),
        };
        (from.max(0)..to.min(self.len))
            .map(|place| (self.start + place * self.step - first).cast_unsigned())
            .collect()
    }
}

/// A table or layer of a pack, batch by batch.
pub(crate) trait Source: Send {
    fn schema(&self) -> SchemaRef;
    fn batches(&self) -> usize;
    /// The first row of a batch and the one after its last, erased rows not counted.
    fn rows_of(&self, batch: usize) -> (u64, u64);
    fn batch(&self, batch: usize) -> Result<RecordBatch>;
}

/// The rows of a view as Arrow batches.
struct Batches<S> {
    source: S,
    range: Range,
    /// How many batches were looked at.
    seen: usize,
}

impl<S: Source> Batches<S> {
    fn rows(&self, batch: usize) -> std::result::Result<Option<RecordBatch>, ArrowError> {
        let (first, end) = self.source.rows_of(batch);
        let rows = self.range.within(first.cast_signed(), end.cast_signed());
        let Some(&row) = rows.first() else { return Ok(None) };
        let batch = self.source.batch(batch);
        let batch = batch.map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
        if self.range.step == 1 {
            return Ok(Some(batch.slice(row as usize, rows.len())));
        }
        take_record_batch(&batch, &UInt64Array::from(rows)).map(Some)
    }
}

impl<S: Source> Iterator for Batches<S> {
    type Item = std::result::Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let count = self.source.batches();
            let batch = match self.range.step > 0 {
                _ if self.seen == count => return None,
                true => self.seen,
                false => count - 1 - self.seen,
            };
            self.seen += 1;
            if let Some(rows) = self.rows(batch).transpose() {
                return Some(rows);
            }
        }
    }
}

impl<S: Source> RecordBatchReader for Batches<S> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.source.schema())
    }
}

/// `__arrow_c_stream__` of a view.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    source: impl Source + 'static,
    range: Range,
) -> PyResult<Bound<'py, PyCapsule>> {
    capsule::stream(py, Box::new(Batches { source, range, seen: 0 }))
}
