//! Lists of whole numbers, read where they lie.
#![expect(unsafe_code, reason = "two calls into Python for a number instead of five")]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::{PyList, PyTuple};

/// Adds the numbers of a list or tuple as they are; `false` where one is no `int` from 0 up to
/// 2³², or is equal to one without being one, such as 1.0; `None` for anything else.
pub(crate) fn read(tokens: &Bound<'_, PyAny>, into: &mut Vec<u32>) -> Option<bool> {
    if let Ok(list) = tokens.cast::<PyList>() {
        // SAFETY: the list is one, and does not change while it is locked.
        let item = |at| unsafe { ffi::PyList_GetItem(list.as_ptr(), at) };
        return Some(with_critical_section(list.as_any(), || {
            each(list.py(), list.len(), item, into)
        }));
    }
    let tuple = tokens.cast::<PyTuple>().ok()?;
    // SAFETY: the tuple is one, and never changes.
    let item = |at| unsafe { ffi::PyTuple_GetItem(tuple.as_ptr(), at) };
    Some(each(tuple.py(), tuple.len(), item, into))
}

/// Adds `count` numbers; `item` gives a borrowed object, or null and an exception.
fn each(
    py: Python<'_>,
    count: usize,
    item: impl Fn(ffi::Py_ssize_t) -> *mut ffi::PyObject,
    into: &mut Vec<u32>,
) -> bool {
    into.reserve(count);
    for at in 0..count {
        let item = item(at as ffi::Py_ssize_t);
        if item.is_null() {
            drop(PyErr::take(py));
            return false;
        }
        // SAFETY: the object is alive: its list holds it, and nothing else runs before it has been
        // read, since asking an `int` and no subclass for its value calls no Python code. A number
        // that does not fit sets `beyond` and no exception.
        let number = unsafe {
            if ffi::PyLong_CheckExact(item) == 0 {
                return false;
            }
            let mut beyond = 0;
            ffi::PyLong_AsLongLongAndOverflow(item, &raw mut beyond)
        };
        // What is beyond comes as −1.
        let Ok(id) = u32::try_from(number) else { return false };
        into.push(id);
    }
    true
}
