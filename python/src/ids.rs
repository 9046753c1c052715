//! Ids as they come from Python: NumPy, lists of numbers, Arrow lists.

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use numpy::{PyArray1, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::capsule;
use crate::values::describe;

/// The ids of one text.
pub(crate) fn one(source: &Bound<'_, PyAny>) -> PyResult<Vec<u32>> {
    let py = source.py();
    if let Ok(array) = source.cast::<PyArray1<u32>>()
        && array.is_c_contiguous()
    {
        return Ok(array.try_readonly()?.as_slice()?.to_vec());
    }
    if !source.hasattr("__len__")? {
        let got = capsule::kind(source);
        return Err(PyTypeError::new_err(format!(
            "ids must be a list of whole numbers, got {got}"
        )));
    }
    let array = py.import("numpy")?.call_method1("asarray", (source,))?;
    let kind: String = array.getattr("dtype")?.getattr("kind")?.extract()?;
    let shape: Vec<usize> = array.getattr("shape")?.extract()?;
    if shape.len() != 1 {
        let reason = format!("ids must have one dimension, got shape {shape:?}");
        return Err(PyValueError::new_err(reason));
    }
    if shape != [0] && kind != "i" && kind != "u" {
        let dtype = array.getattr("dtype")?;
        return Err(PyTypeError::new_err(format!("ids must be whole numbers, got {dtype}")));
    }
    let options = PyDict::new(py);
    options.set_item("dtype", "int64")?;
    let array = py.import("numpy")?.call_method("ascontiguousarray", (array,), Some(&options))?;
    let array = array.cast_into::<PyArray1<i64>>()?.readonly();
    array.as_slice()?.iter().enumerate().map(id).collect()
}

fn id((at, &number): (usize, &i64)) -> PyResult<u32> {
    let wrong = |_| PyValueError::new_err(format!("ids[{at}] is {number}: no id"));
    u32::try_from(number).map_err(wrong)
}

/// The ids of many texts, some of them absent.
pub(crate) struct Lists {
    pub(crate) rows: Vec<Vec<u32>>,
    /// Which texts are absent; `None` where none is.
    pub(crate) nulls: Option<NullBuffer>,
}

impl<'py> FromPyObject<'_, 'py> for Lists {
    type Error = PyErr;

    fn extract(source: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mut rows = Vec::new();
        if let Some((_, chunks)) = capsule::chunks(&source)? {
            for chunk in &chunks {
                match chunk.data_type() {
                    DataType::List(_) => {
                        let list = chunk.as_list::<i32>();
                        (0..list.len()).try_for_each(|row| {
                            push(&mut rows, list.is_valid(row), || list.value(row))
                        })?;
                    }
                    DataType::LargeList(_) => {
                        let list = chunk.as_list::<i64>();
                        (0..list.len()).try_for_each(|row| {
                            push(&mut rows, list.is_valid(row), || list.value(row))
                        })?;
                    }
                    other => {
                        let got = describe(other);
                        let reason = format!("expected lists of ids, got an array of {got}");
                        return Err(PyTypeError::new_err(reason));
                    }
                }
            }
        } else {
            for (row, item) in source.try_iter()?.enumerate() {
                let item = item?;
                rows.push(match item.is_none() {
                    true => None,
                    false => Some(one(&item).map_err(|error| numbered(source.py(), &error, row))?),
                });
            }
        }
        let present: Vec<bool> = rows.iter().map(Option::is_some).collect();
        let nulls = present.contains(&false).then(|| NullBuffer::from(present));
        Ok(Self { rows: rows.into_iter().map(Option::unwrap_or_default).collect(), nulls })
    }
}

/// Adds the ids of a row of an Arrow list.
fn push(
    rows: &mut Vec<Option<Vec<u32>>>,
    present: bool,
    list: impl FnOnce() -> ArrayRef,
) -> PyResult<()> {
    rows.push(if present { Some(arrow(&list(), rows.len())?) } else { None });
    Ok(())
}

/// Ids in an Arrow array, of row `row`.
fn arrow(ids: &ArrayRef, row: usize) -> PyResult<Vec<u32>> {
    fn whole<T: Copy>(numbers: &[T], row: usize) -> PyResult<Vec<u32>>
    where
        u32: TryFrom<T>,
    {
        let wrong = || PyValueError::new_err(format!("row {row}: a number that is no id"));
        numbers.iter().map(|&id| u32::try_from(id).map_err(|_| wrong())).collect()
    }
    if ids.null_count() > 0 {
        return Err(PyValueError::new_err(format!("row {row}: an id is null")));
    }
    match ids.data_type() {
        DataType::UInt32 => Ok(ids.as_primitive::<UInt32Type>().values().to_vec()),
        DataType::UInt64 => whole(ids.as_primitive::<UInt64Type>().values(), row),
        DataType::Int32 => whole(ids.as_primitive::<Int32Type>().values(), row),
        DataType::Int64 => whole(ids.as_primitive::<Int64Type>().values(), row),
        other => {
            let got = describe(other);
            Err(PyTypeError::new_err(format!("expected lists of ids, got lists of {got}")))
        }
    }
}

/// The same error with the number of the row.
fn numbered(py: Python<'_>, error: &PyErr, row: usize) -> PyErr {
    PyErr::from_type(error.get_type(py), format!("row {row}: {}", error.value(py)))
}
