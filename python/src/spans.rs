//! Positions in many texts as an Arrow list of structs.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Fields};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use sprogkit::text::offsets::Unit;

use crate::array::PyArray;
use crate::capsule;

/// The unit called `name`.
pub(crate) fn unit(name: &str) -> PyResult<Unit> {
    Unit::from_name(name).ok_or_else(|| {
        let known: Vec<_> = Unit::ALL.iter().map(|unit| format!("{:?}", unit.name())).collect();
        PyValueError::new_err(format!("unit must be one of {}, got {name:?}", known.join(", ")))
    })
}

/// One list of structs a text: text `i` owns the rows `offsets[i]..offsets[i + 1]` of `columns`.
///
/// The unit stands in the metadata of the array's field and of its items' field, because an
/// array that is handed on keeps its type alone.
pub(crate) fn lists(
    offsets: Vec<u32>,
    nulls: Option<NullBuffer>,
    columns: &[(&str, ArrayRef)],
    unit: Unit,
) -> PyResult<PyArray> {
    if offsets.last().is_some_and(|&last| i32::try_from(last).is_err()) {
        return Err(PyOverflowError::new_err(
            "one array holds at most 2,147,483,647 items; give the texts in smaller batches",
        ));
    }
    let offsets = offsets.into_iter().map(u32::cast_signed).collect::<ScalarBuffer<i32>>();
    let fields: Fields = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), false))
        .collect();
    let metadata = HashMap::from([("unit".to_owned(), unit.name().to_owned())]);
    let columns = columns.iter().map(|(_, column)| Arc::clone(column)).collect();
    let item = Field::new("item", DataType::Struct(fields.clone()), false);
    let items = StructArray::new(fields, columns, None);
    let array = ListArray::try_new(
        Arc::new(item.with_metadata(metadata.clone())),
        OffsetBuffer::new(offsets),
        Arc::new(items),
        nulls,
    )
    .map_err(capsule::refused)?;
    let field = capsule::unnamed(&array).as_ref().clone().with_metadata(metadata);
    Ok(PyArray::new(Arc::new(array), Arc::new(field)))
}
