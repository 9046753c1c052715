//! Arrow values as Python objects.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, FieldRef};
use pyo3::BoundObject;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

/// A type as Arrow's own documents write it: `list<struct<start: uint32, end: uint32>>`.
pub(crate) fn describe(kind: &DataType) -> String {
    match kind {
        DataType::List(item) => format!("list<{}>", describe(item.data_type())),
        DataType::LargeList(item) => format!("large_list<{}>", describe(item.data_type())),
        DataType::Struct(fields) => {
            let field = |f: &FieldRef| format!("{}: {}", f.name(), describe(f.data_type()));
            format!("struct<{}>", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string().to_lowercase(),
    }
}

type Read<'a> = Box<dyn for<'py> Fn(Python<'py>, usize) -> PyResult<Bound<'py, PyAny>> + 'a>;

/// An array whose type was looked at once, so that reading a row does not ask again.
pub(crate) struct Values<'a> {
    nulls: Option<NullBuffer>,
    read: Read<'a>,
}

impl<'a> Values<'a> {
    /// # Errors
    ///
    /// `TypeError` for a type that has no plain Python form.
    pub(crate) fn new(py: Python<'_>, array: &'a dyn Array) -> PyResult<Self> {
        let read: Read<'a> = match array.data_type() {
            DataType::Null => Box::new(|py, _| Ok(py.None().into_bound(py))),
            DataType::Boolean => {
                let array = array.as_boolean();
                Box::new(|py, i| Ok(array.value(i).into_pyobject(py)?.to_owned().into_any()))
            }
            DataType::Int8 => number::<Int8Type, i64>(array),
            DataType::Int16 => number::<Int16Type, i64>(array),
            DataType::Int32 => number::<Int32Type, i64>(array),
            DataType::Int64 => number::<Int64Type, i64>(array),
            DataType::UInt8 => number::<UInt8Type, u64>(array),
            DataType::UInt16 => number::<UInt16Type, u64>(array),
            DataType::UInt32 => number::<UInt32Type, u64>(array),
            DataType::UInt64 => number::<UInt64Type, u64>(array),
            DataType::Float16 => number::<Float16Type, f64>(array),
            DataType::Float32 => number::<Float32Type, f64>(array),
            DataType::Float64 => number::<Float64Type, f64>(array),
            DataType::Utf8 => {
                let array = array.as_string::<i32>();
                Box::new(|py, i| Ok(PyString::new(py, array.value(i)).into_any()))
            }
            DataType::LargeUtf8 => {
                let array = array.as_string::<i64>();
                Box::new(|py, i| Ok(PyString::new(py, array.value(i)).into_any()))
            }
            DataType::Utf8View => {
                let array = array.as_string_view();
                Box::new(|py, i| Ok(PyString::new(py, array.value(i)).into_any()))
            }
            DataType::LargeBinary => {
                let array = array.as_binary::<i64>();
                Box::new(|py, i| Ok(PyBytes::new(py, array.value(i)).into_any()))
            }
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                let (offsets, items) = (lists.value_offsets(), Self::new(py, lists.values())?);
                Box::new(move |py, i| items.list(py, offsets[i] as usize, offsets[i + 1] as usize))
            }
            DataType::LargeList(_) => {
                let lists = array.as_list::<i64>();
                let (offsets, items) = (lists.value_offsets(), Self::new(py, lists.values())?);
                Box::new(move |py, i| items.list(py, offsets[i] as usize, offsets[i + 1] as usize))
            }
            DataType::Struct(fields) => {
                let columns = array.as_struct().columns();
                let columns = fields
                    .iter()
                    .zip(columns)
                    .map(|(field, column)| {
                        let name = PyString::intern(py, field.name()).unbind();
                        Ok((name, Self::new(py, column)?))
                    })
                    .collect::<PyResult<Vec<_>>>()?;
                Box::new(move |py, i| {
                    let dict = PyDict::new(py);
                    for (name, column) in &columns {
                        dict.set_item(name.bind(py), column.get(py, i)?)?;
                    }
                    Ok(dict.into_any())
                })
            }
            other => {
                return Err(PyTypeError::new_err(format!(
                    "{} has no plain Python form; read it with any Arrow library",
                    describe(other)
                )));
            }
        };
        Ok(Self { nulls: array.logical_nulls(), read })
    }

    /// One row; `None` for a null.
    pub(crate) fn get<'py>(&self, py: Python<'py>, row: usize) -> PyResult<Bound<'py, PyAny>> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(py.None().into_bound(py));
        }
        (self.read)(py, row)
    }

    /// Rows `start..end` as a list.
    pub(crate) fn list<'py>(
        &self,
        py: Python<'py>,
        start: usize,
        end: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let list = PyList::empty(py);
        for row in start..end {
            list.append(self.get(py, row)?)?;
        }
        Ok(list.into_any())
    }
}

fn number<'a, T, N>(array: &'a dyn Array) -> Read<'a>
where
    T: ArrowPrimitiveType,
    T::Native: Into<N>,
    N: for<'py> IntoPyObject<'py, Error: Into<PyErr>>,
{
    let values = array.as_primitive::<T>().values();
    Box::new(move |py, row| {
        let value: N = values[row].into();
        value.into_pyobject(py).map(|v| v.into_any().into_bound()).map_err(Into::into)
    })
}
