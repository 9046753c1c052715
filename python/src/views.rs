//! Arrow values as NumPy arrays: views where the layout is the same, copies where it is not.
#![expect(unsafe_code, reason = "a view over memory that another Python object keeps alive")]

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};
use arrow_schema::DataType;
use numpy::ndarray::ArrayView1;
use numpy::{Element, PyArray1, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySlice};

use crate::values::Values;

/// A read-only NumPy view of `values`, which `owner` keeps alive and never moves or changes.
pub(crate) fn view<'py, T: Element>(
    values: &[T],
    owner: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: `owner` is a frozen Python object that holds the memory of `values` (an Arrow
    // buffer or a map) behind an `Arc`; NumPy keeps `owner` as the base of the view.
    let array = unsafe { PyArray1::borrow_from_array(&ArrayView1::from(values), owner.clone()) };
    array.readwrite().make_nonwriteable();
    Ok(array.into_any())
}

/// The rows of `array`, which `owner` holds.
///
/// Numbers are a view; structs a structured array; lists an object array with one array a row;
/// everything else an object array.
pub(crate) fn to_numpy<'py>(
    py: Python<'py>,
    array: &ArrayRef,
    owner: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(view) = plain(array, owner)? {
        return Ok(view);
    }
    let lists: Option<(Vec<usize>, &ArrayRef)> = match array.data_type() {
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            Some((lists.value_offsets().iter().map(|&o| o as usize).collect(), lists.values()))
        }
        DataType::LargeList(_) => {
            let lists = array.as_list::<i64>();
            Some((lists.value_offsets().iter().map(|&o| o as usize).collect(), lists.values()))
        }
        DataType::Struct(_) if array.null_count() == 0 => return structured(py, array, owner),
        _ => None,
    };
    let rows = empty(py, array.len(), "object")?;
    if let Some((offsets, values)) = lists {
        let values = to_numpy(py, values, owner)?;
        for (row, ends) in offsets.windows(2).enumerate() {
            if array.is_valid(row) {
                let part = PySlice::new(py, ends[0].cast_signed(), ends[1].cast_signed(), 1);
                rows.set_item(row, values.get_item(part)?)?;
            }
        }
    } else {
        let values = Values::new(py, &**array)?;
        for row in 0..array.len() {
            rows.set_item(row, values.get(py, row)?)?;
        }
    }
    Ok(rows)
}

/// A view of plain numbers; `None` for any other type.
fn plain<'py>(array: &ArrayRef, owner: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    fn of<'py, T: ArrowPrimitiveType<Native: Element>>(
        array: &ArrayRef,
        owner: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if array.null_count() > 0 {
            return Err(PyValueError::new_err("NumPy has no nulls; use to_pylist()"));
        }
        view(array.as_primitive::<T>().values(), owner).map(Some)
    }
    match array.data_type() {
        DataType::Int8 => of::<Int8Type>(array, owner),
        DataType::Int16 => of::<Int16Type>(array, owner),
        DataType::Int32 => of::<Int32Type>(array, owner),
        DataType::Int64 => of::<Int64Type>(array, owner),
        DataType::UInt8 => of::<UInt8Type>(array, owner),
        DataType::UInt16 => of::<UInt16Type>(array, owner),
        DataType::UInt32 => of::<UInt32Type>(array, owner),
        DataType::UInt64 => of::<UInt64Type>(array, owner),
        DataType::Float16 => of::<Float16Type>(array, owner),
        DataType::Float32 => of::<Float32Type>(array, owner),
        DataType::Float64 => of::<Float64Type>(array, owner),
        _ => Ok(None),
    }
}

/// Structs side by side, as NumPy's structured arrays are: a copy.
fn structured<'py>(
    py: Python<'py>,
    array: &ArrayRef,
    owner: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let structs = array.as_struct();
    let columns = structs
        .column_names()
        .into_iter()
        .zip(structs.columns())
        .map(|(name, column)| Ok((name, to_numpy(py, column, owner)?)))
        .collect::<PyResult<Vec<_>>>()?;
    let types = PyList::empty(py);
    for (name, column) in &columns {
        types.append((name, column.getattr("dtype")?))?;
    }
    let rows = empty(py, array.len(), types)?;
    for (name, column) in columns {
        rows.set_item(name, column)?;
    }
    Ok(rows)
}

fn empty<'py>(
    py: Python<'py>,
    len: usize,
    dtype: impl IntoPyObject<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = PyDict::new(py);
    options.set_item("dtype", dtype)?;
    py.import("numpy")?.call_method("empty", (len,), Some(&options))
}
