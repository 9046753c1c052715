//! `sk.Array`: a thin holder of an Arrow array.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, LargeStringArray, UInt64Array};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, FieldRef};
use pyo3::exceptions::{PyIndexError, PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PySlice, PyTuple};

use crate::values::{Values, describe};
use crate::{capsule, views};

/// Rows that `repr` shows.
const SHOWN: usize = 5;

/// An Arrow array, as every batch call returns it.
#[pyclass(frozen, module = "sprogkit", name = "Array", sequence)]
pub(crate) struct PyArray {
    pub(crate) array: ArrayRef,
    pub(crate) field: FieldRef,
}

impl PyArray {
    pub(crate) fn new(array: ArrayRef, field: FieldRef) -> Self {
        Self { array, field }
    }

    /// Texts; null where there is none, and where `nulls` says so.
    pub(crate) fn strings<T: AsRef<str>>(
        texts: impl IntoIterator<Item = Option<T>>,
        nulls: Option<&NullBuffer>,
    ) -> Self {
        let present = |row: usize| nulls.is_none_or(|nulls| nulls.is_valid(row));
        let rows = texts.into_iter().enumerate();
        let rows = rows.map(|(row, text)| text.filter(|_| present(row)));
        let array: ArrayRef = Arc::new(rows.collect::<LargeStringArray>());
        Self::new(array, Arc::new(Field::new("", DataType::LargeUtf8, true)))
    }

    /// A column under a name, without anything known about it.
    fn child(array: ArrayRef, field: &Field) -> Self {
        Self { array, field: Arc::new(field.clone()) }
    }
}

/// A row number as Python counts: from the end where negative.
pub(crate) fn row(index: isize, len: usize) -> PyResult<usize> {
    let row = if index < 0 { index.checked_add_unsigned(len) } else { Some(index) };
    row.and_then(|row| usize::try_from(row).ok())
        .filter(|&row| row < len)
        .ok_or_else(|| PyIndexError::new_err(format!("row {index} of {len}")))
}

#[pymethods]
impl PyArray {
    /// Takes any Arrow array; a chunked one is joined.
    #[new]
    fn __new__(source: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (field, chunks) = capsule::chunks(source)?.ok_or_else(|| {
            let got = capsule::kind(source);
            PyTypeError::new_err(format!("expected an Arrow array, got {got}"))
        })?;
        let array = match &chunks[..] {
            [] => arrow_array::new_empty_array(field.data_type()),
            [one] => Arc::clone(one),
            many => {
                let many: Vec<&dyn Array> = many.iter().map(|chunk| &**chunk).collect();
                arrow_select::concat::concat(&many).map_err(capsule::refused)?
            }
        };
        Ok(Self::new(array, Arc::new(field)))
    }

    fn __len__(&self) -> usize {
        self.array.len()
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = index.py();
        let Ok(slice) = index.cast::<PySlice>() else {
            let row = row(index.extract()?, self.array.len())?;
            return Values::new(py, &*self.array)?.get(py, row);
        };
        let part = slice.indices(self.array.len().cast_signed())?;
        let array = if part.step == 1 {
            self.array.slice(part.start.cast_unsigned(), part.slicelength)
        } else {
            let rows = (0..part.slicelength.cast_signed())
                .map(|i| (part.start + i * part.step).cast_unsigned() as u64);
            let rows = UInt64Array::from_iter_values(rows);
            arrow_select::take::take(&self.array, &rows, None).map_err(capsule::refused)?
        };
        Ok(Bound::new(py, Self::new(array, Arc::clone(&self.field)))?.into_any())
    }

    fn __iter__(slf: Bound<'_, Self>) -> ArrayIterator {
        ArrayIterator { array: slf.unbind(), next: 0.into() }
    }

    /// All rows as Python objects.
    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let values = Values::new(py, &*self.array)?;
        let list = PyList::empty(py);
        for row in 0..self.array.len() {
            list.append(values.get(py, row)?)?;
        }
        Ok(list)
    }

    /// The rows as a NumPy array.
    fn to_numpy<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        views::to_numpy(slf.py(), &slf.get().array, slf.as_any())
    }

    /// What `numpy.asarray` and `numpy.array` ask for: the same as `to_numpy`, in their terms.
    #[pyo3(signature = (dtype = None, copy = None))]
    fn __array__<'py>(
        slf: &Bound<'py, Self>,
        dtype: Option<&Bound<'py, PyAny>>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let view = Self::to_numpy(slf)?;
        let own = view.getattr("dtype")?;
        let dtype = dtype.unwrap_or(&own);
        let same = own.eq(dtype)?;
        let kind = slf.get().array.data_type();
        if copy == Some(false) && !(same && kind.is_primitive()) {
            return Err(PyValueError::new_err(format!(
                "rows of {kind} have to be copied to become an array of {dtype}"
            )));
        }
        if same && copy != Some(true) {
            return Ok(view);
        }
        view.call_method1("astype", (dtype,))
    }

    /// Where each list begins in `values`, and the end of the last.
    #[getter]
    fn offsets<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let array = &slf.get().array;
        match array.data_type() {
            DataType::List(_) => views::view(array.as_list::<i32>().value_offsets(), slf.as_any()),
            DataType::LargeList(_) => {
                views::view(array.as_list::<i64>().value_offsets(), slf.as_any())
            }
            other => Err(PyTypeError::new_err(format!(
                "only lists have offsets, this is {}",
                describe(other)
            ))),
        }
    }

    /// The items of all lists one after another.
    #[getter]
    fn values(&self) -> PyResult<Self> {
        let (values, field) = match self.array.data_type() {
            DataType::List(field) => (self.array.as_list::<i32>().values(), field),
            DataType::LargeList(field) => (self.array.as_list::<i64>().values(), field),
            other => {
                return Err(PyTypeError::new_err(format!(
                    "only lists have values, this is {other}"
                )));
            }
        };
        Ok(Self::child(Arc::clone(values), field))
    }

    /// One field of the structs in this array, or in its lists, one after another.
    fn field(&self, name: &str) -> PyResult<Self> {
        match self.array.data_type() {
            DataType::Struct(fields) => {
                let (at, field) =
                    fields.find(name).ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
                Ok(Self::child(Arc::clone(self.array.as_struct().column(at)), field))
            }
            _ => self.values()?.field(name),
        }
    }

    /// What is known about the array: the unit of positions, names of kinds.
    #[getter]
    fn metadata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let mut entries: Vec<_> = self.field.metadata().iter().collect();
        entries.sort();
        for (key, value) in entries {
            dict.set_item(key, value)?;
        }
        Ok(dict)
    }

    /// The Arrow type in words.
    #[getter]
    fn r#type(&self) -> String {
        describe(self.array.data_type())
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        // The protocol lets a producer answer with its own type; consumers cast.
        let _ = requested_schema;
        capsule::array(py, &self.field, &self.array)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::schema(py, &self.field)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let other = other.get();
            self.field.metadata() == other.field.metadata() && *self.array == *other.array
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let values = Values::new(py, &*self.array)?;
        let mut rows = Vec::new();
        for row in 0..self.array.len().min(SHOWN) {
            rows.push(values.get(py, row)?.repr()?.to_string());
        }
        if self.array.len() > SHOWN {
            rows.push(format!("… {} rows", self.array.len()));
        }
        Ok(format!("<sprogkit.Array {}\n[{}]>", self.r#type(), rows.join(",\n ")))
    }
}

/// Goes over an array.
#[pyclass(frozen, module = "sprogkit")]
pub(crate) struct ArrayIterator {
    array: Py<PyArray>,
    next: std::sync::atomic::AtomicUsize,
}

#[pymethods]
impl ArrayIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let array = &self.array.get().array;
        let row = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if row >= array.len() {
            Ok(None)
        } else {
            Values::new(py, &**array)?.get(py, row).map(Some)
        }
    }
}
