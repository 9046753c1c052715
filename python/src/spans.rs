//! Positions in many texts as an Arrow list of structs.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray};
use arrow_buffer::NullBuffer;
use arrow_schema::Field;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use sprogkit::annotate;
use sprogkit::text::batch::SpanColumns;
use sprogkit::text::offsets::Unit;

use crate::array::PyArray;

/// The unit called `name`.
pub(crate) fn unit(name: &str) -> PyResult<Unit> {
    Unit::from_name(name).ok_or_else(|| {
        let known: Vec<_> = Unit::ALL.iter().map(|unit| format!("{:?}", unit.name())).collect();
        PyValueError::new_err(format!("unit must be one of {}, got {name:?}", known.join(", ")))
    })
}

/// One list of structs a text: text `i` owns the rows `offsets[i]..offsets[i + 1]` of the columns.
///
/// The unit stands in the metadata of the array's field and of its items' field, because an
/// array that is handed on keeps its type alone.
pub(crate) fn lists(
    columns: SpanColumns,
    more: Option<(&str, ArrayRef)>,
    nulls: Option<NullBuffer>,
    unit: Unit,
) -> sprogkit::Result<PyArray> {
    let SpanColumns { offsets, starts, ends } = columns;
    let array = annotate::spans(offsets, starts, ends, more)?;
    let (item, offsets, items, _) = array.as_list::<i32>().clone().into_parts();
    let metadata = HashMap::from([("unit".to_owned(), unit.name().to_owned())]);
    let item = item.as_ref().clone().with_metadata(metadata.clone());
    let array: ArrayRef = Arc::new(ListArray::new(Arc::new(item), offsets, items, nulls));
    let field = Field::new("", array.data_type().clone(), true).with_metadata(metadata);
    Ok(PyArray::new(array, Arc::new(field)))
}
