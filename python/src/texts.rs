//! Texts as they come from Python: a list of `str`, or any Arrow strings.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, GenericStringArray, OffsetSizeTrait};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use arrow_select::take::take;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyString;

use crate::capsule;
use crate::values::describe;

/// How many texts are taken from a list between two looks for Ctrl-C.
const LOOK: usize = 1 << 14;

/// Many texts, some of them absent, borrowed from their owner.
pub(crate) enum Texts {
    /// `str` objects; their UTF-8 is what Python keeps beside them.
    Strings(Vec<Option<PyBackedStr>>),
    /// Arrow strings; one array a chunk.
    Arrow(Vec<ArrayRef>),
}

impl Texts {
    /// Each text in order; the empty text for a null.
    pub(crate) fn collect(&self) -> Vec<&str> {
        match self {
            Self::Strings(strings) => {
                strings.iter().map(|text| text.as_deref().unwrap_or_default()).collect()
            }
            Self::Arrow(chunks) => {
                let mut found = Vec::with_capacity(chunks.iter().map(Array::len).sum());
                for chunk in chunks {
                    match chunk.data_type() {
                        DataType::Utf8 => found.extend(present(chunk.as_string::<i32>())),
                        DataType::LargeUtf8 => found.extend(present(chunk.as_string::<i64>())),
                        DataType::Utf8View => found.extend(present(chunk.as_string_view())),
                        _ => found.extend(std::iter::repeat_n("", chunk.len())),
                    }
                }
                found
            }
        }
    }

    /// One text; the empty one for a null.
    ///
    /// # Panics
    ///
    /// Where there are not as many.
    pub(crate) fn get(&self, mut at: usize) -> &str {
        match self {
            Self::Strings(strings) => strings[at].as_deref().unwrap_or_default(),
            Self::Arrow(chunks) => {
                for chunk in chunks {
                    if at < chunk.len() {
                        return if chunk.is_null(at) { "" } else { value(chunk, at) };
                    }
                    at -= chunk.len();
                }
                panic!("fewer texts than asked for")
            }
        }
    }

    /// Which texts are absent; `None` where none is.
    pub(crate) fn nulls(&self) -> Option<NullBuffer> {
        let present: Vec<bool> = match self {
            Self::Strings(strings) => strings.iter().map(Option::is_some).collect(),
            Self::Arrow(chunks) => {
                if chunks.iter().all(|chunk| chunk.logical_null_count() == 0) {
                    return None;
                }
                let nulls = chunks.iter().map(|chunk| (chunk.len(), chunk.logical_nulls()));
                nulls
                    .flat_map(|(len, nulls)| {
                        (0..len).map(move |i| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(i)))
                    })
                    .collect()
            }
        };
        present.contains(&false).then(|| NullBuffer::from(present))
    }

    /// The first text that is absent.
    pub(crate) fn first_null(&self) -> Option<usize> {
        let nulls = self.nulls()?;
        (0..nulls.len()).find(|&row| nulls.is_null(row))
    }

    /// Refuses absent texts, for calls to which they have no meaning.
    pub(crate) fn all_present(&self, name: &str) -> PyResult<()> {
        match self.first_null() {
            Some(row) => Err(PyTypeError::new_err(format!("{name}[{row}] must be str, got None"))),
            None => Ok(()),
        }
    }
}

/// One string of an array of strings.
fn value(strings: &ArrayRef, at: usize) -> &str {
    match strings.data_type() {
        DataType::Utf8 => strings.as_string::<i32>().value(at),
        DataType::LargeUtf8 => strings.as_string::<i64>().value(at),
        DataType::Utf8View => strings.as_string_view().value(at),
        _ => "",
    }
}

fn present<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> impl Iterator<Item = &'a str> {
    texts.into_iter().map(Option::unwrap_or_default)
}

/// Dictionary-encoded arrays written out: nulls stay nulls.
fn decoded(chunks: &[ArrayRef]) -> PyResult<Vec<ArrayRef>> {
    let rows = chunks.iter().map(|chunk| {
        let chunk = chunk.as_any_dictionary();
        take(chunk.values(), chunk.keys(), None).map_err(capsule::refused)
    });
    rows.collect()
}

/// The first text of a chunk that is no UTF-8. Arrow promises that there is none, but not every
/// producer looks.
fn first_broken(chunk: &ArrayRef) -> Option<usize> {
    match chunk.data_type() {
        DataType::Utf8 => broken(chunk.as_string::<i32>()),
        DataType::LargeUtf8 => broken(chunk.as_string::<i64>()),
        DataType::Utf8View => {
            let bytes = chunk.as_string_view().clone().to_binary_view();
            (0..bytes.len()).find(|&row| {
                bytes.is_valid(row) && simdutf8::basic::from_utf8(bytes.value(row)).is_err()
            })
        }
        _ => None,
    }
}

/// All texts are looked at as one, and one by one only where that is not right.
fn broken<O: OffsetSizeTrait>(texts: &GenericStringArray<O>) -> Option<usize> {
    let values = texts.value_data();
    let offsets = texts.value_offsets();
    let [first, .., last] = offsets else { return None };
    let starts_character = |at: usize| values.get(at).is_none_or(|&byte| (byte as i8) >= -0x40);
    let whole = simdutf8::basic::from_utf8(&values[first.as_usize()..last.as_usize()]).is_ok();
    if whole && offsets.iter().all(|at| starts_character(at.as_usize())) {
        return None;
    }
    (0..texts.len()).find(|&row| {
        let text = &values[offsets[row].as_usize()..offsets[row + 1].as_usize()];
        texts.is_valid(row) && simdutf8::basic::from_utf8(text).is_err()
    })
}

/// The error of a text that has no UTF-8, with the text's number.
fn numbered(error: PyErr, row: usize, py: Python<'_>) -> PyErr {
    let value = error.value(py);
    let named = value
        .getattr("reason")
        .and_then(|reason| value.setattr("reason", format!("{reason} (text {row})")));
    named.err().unwrap_or(error)
}

impl<'py> FromPyObject<'_, 'py> for Texts {
    type Error = PyErr;

    fn extract(source: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if source.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(
                "expected many texts (a list of str, or Arrow strings), got one str",
            ));
        }
        if let Some((field, chunks)) = capsule::chunks(&source)? {
            let (kind, chunks) = match field.data_type() {
                DataType::Dictionary(_, values) => (&**values, decoded(&chunks)?),
                plain => (plain, chunks),
            };
            return match kind {
                // An array of nulls alone has no type of its own.
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
                    let mut before = 0;
                    for chunk in &chunks {
                        if let Some(row) = first_broken(chunk) {
                            let row = before + row;
                            return Err(PyValueError::new_err(format!("text {row} is no UTF-8")));
                        }
                        before += chunk.len();
                    }
                    Ok(Self::Arrow(chunks))
                }
                other => Err(PyTypeError::new_err(format!(
                    "expected Arrow strings, got an array of {}",
                    describe(other)
                ))),
            };
        }
        let iterator = source.try_iter().map_err(|_| {
            PyTypeError::new_err(format!(
                "expected a list of str or Arrow strings, got {}",
                capsule::kind(&source)
            ))
        })?;
        let mut strings = Vec::with_capacity(source.len().unwrap_or(0));
        for (row, item) in iterator.enumerate() {
            if row % LOOK == 0 {
                source.py().check_signals()?;
            }
            let item = item?;
            strings.push(if item.is_none() {
                None
            } else {
                let text = item.cast_into::<PyString>().map_err(|error| {
                    let got = capsule::kind(&error.into_inner());
                    PyTypeError::new_err(format!("text {row}: expected str or None, got {got}"))
                })?;
                Some(
                    PyBackedStr::try_from(text)
                        .map_err(|error| numbered(error, row, source.py()))?,
                )
            });
        }
        Ok(Self::Strings(strings))
    }
}
