//! Arrow's C data interface: arrays and streams in and out, without copying and without pyarrow.
#![expect(unsafe_code, reason = "the C data interface is pointers; both sides follow its rules")]

use std::ffi::{CStr, c_int};
use std::ptr::NonNull;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{Array, ArrayRef, RecordBatchReader, make_array};
use arrow_schema::{ArrowError, Field, FieldRef, Schema};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// A refusal of Arrow as a `TypeError`.
pub(crate) fn refused(error: ArrowError) -> PyErr {
    PyTypeError::new_err(error.to_string())
}

fn pointer<T>(capsule: &Bound<'_, PyAny>, name: &'static CStr) -> PyResult<NonNull<T>> {
    Ok(capsule.cast::<PyCapsule>()?.pointer_checked(Some(name))?.cast())
}

/// The chunks of an Arrow array, chunked array or column; `None` where `source` is no Arrow.
pub(crate) fn chunks(source: &Bound<'_, PyAny>) -> PyResult<Option<(Field, Vec<ArrayRef>)>> {
    if let Some(method) = source.getattr_opt("__arrow_c_array__")? {
        let pair = method.call0()?.cast_into::<PyTuple>()?;
        let schema = pointer::<FFI_ArrowSchema>(&pair.get_item(0)?, SCHEMA)?;
        let array = pointer::<FFI_ArrowArray>(&pair.get_item(1)?, ARRAY)?;
        // SAFETY: the capsules hold valid structs until they are dropped, after this function;
        // `from_raw` moves the array out and leaves a released one behind, as the interface asks.
        let (field, array) =
            unsafe { (Field::try_from(schema.as_ref()), FFI_ArrowArray::from_raw(array.as_ptr())) };
        let field = field.map_err(refused)?;
        // SAFETY: the producer promises that the array is of the schema beside it.
        let data = unsafe { from_ffi_and_data_type(array, field.data_type().clone()) };
        return Ok(Some((field, vec![make_array(data.map_err(refused)?)])));
    }
    let Some(method) = source.getattr_opt("__arrow_c_stream__")? else { return Ok(None) };
    let capsule = method.call0()?;
    let stream = pointer::<FFI_ArrowArrayStream>(&capsule, STREAM)?;
    // SAFETY: as above; the stream is moved out of the capsule and released when dropped.
    let mut stream = unsafe { FFI_ArrowArrayStream::from_raw(stream.as_ptr()) };
    let mut schema = FFI_ArrowSchema::empty();
    let get_schema = stream.get_schema.ok_or_else(released)?;
    // SAFETY: both structs are valid, and the callback fills the second.
    let code = unsafe { get_schema(&raw mut stream, &raw mut schema) };
    check(&mut stream, code)?;
    let field = Field::try_from(&schema).map_err(refused)?;
    let mut found = Vec::new();
    loop {
        let mut array = FFI_ArrowArray::empty();
        let get_next = stream.get_next.ok_or_else(released)?;
        // SAFETY: as for the schema.
        let code = unsafe { get_next(&raw mut stream, &raw mut array) };
        check(&mut stream, code)?;
        if array.is_released() {
            return Ok(Some((field, found)));
        }
        // SAFETY: the producer promises that every array is of the stream's schema.
        let data = unsafe { from_ffi_and_data_type(array, field.data_type().clone()) };
        found.push(make_array(data.map_err(refused)?));
    }
}

fn released() -> PyErr {
    PyTypeError::new_err("the Arrow stream was already read")
}

fn check(stream: &mut FFI_ArrowArrayStream, code: c_int) -> PyResult<()> {
    if code == 0 {
        return Ok(());
    }
    // SAFETY: the text the callback returns is valid until the stream is called again.
    let said = stream.get_last_error.and_then(|last| unsafe {
        let text = last(stream);
        (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
    });
    Err(PyTypeError::new_err(format!(
        "the Arrow stream broke: {}",
        said.unwrap_or_else(|| format!("error {code}"))
    )))
}

/// The record batches of anything with `__arrow_c_stream__` or `__arrow_c_array__`.
pub(crate) fn reader(source: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    if let Some(method) = source.getattr_opt("__arrow_c_stream__")? {
        let capsule = method.call0()?;
        let stream = pointer::<FFI_ArrowArrayStream>(&capsule, STREAM)?;
        // SAFETY: the capsule holds a valid stream, which is moved out.
        let reader = unsafe { ArrowArrayStreamReader::from_raw(stream.as_ptr()) };
        return Ok(Box::new(reader.map_err(refused)?));
    }
    let batch =
        chunks(source)?.and_then(|(_, chunks)| chunks.into_iter().next()).ok_or_else(|| {
            PyTypeError::new_err(format!(
                "expected an Arrow table (anything with __arrow_c_stream__), got {}",
                kind(source)
            ))
        })?;
    let batch = batch.as_any().downcast_ref::<arrow_array::StructArray>().map(Into::into);
    let batch: arrow_array::RecordBatch =
        batch.ok_or_else(|| PyTypeError::new_err("expected a table, got a single array"))?;
    let schema = batch.schema();
    Ok(Box::new(arrow_array::RecordBatchIterator::new([Ok(batch)], schema)))
}

/// The name of an object's type, for messages.
pub(crate) fn kind(source: &Bound<'_, PyAny>) -> String {
    source.get_type().fully_qualified_name().map_or_else(|_| "object".into(), |n| n.to_string())
}

/// `__arrow_c_schema__` of a field.
pub(crate) fn schema<'py>(py: Python<'py>, field: &Field) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowSchema::try_from(field).map_err(refused)?, SCHEMA)
}

/// `__arrow_c_schema__` of a table.
pub(crate) fn table_schema<'py>(
    py: Python<'py>,
    schema: &Schema,
) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowSchema::try_from(schema).map_err(refused)?, SCHEMA)
}

/// `__arrow_c_array__`.
pub(crate) fn array<'py>(
    py: Python<'py>,
    field: &FieldRef,
    array: &ArrayRef,
) -> PyResult<Bound<'py, PyTuple>> {
    let body = PyCapsule::new_with_value(py, FFI_ArrowArray::new(&array.to_data()), ARRAY)?;
    PyTuple::new(py, [schema(py, field)?, body])
}

/// `__arrow_c_stream__`.
pub(crate) fn stream(
    py: Python<'_>,
    batches: Box<dyn RecordBatchReader + Send>,
) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(batches), STREAM)
}
