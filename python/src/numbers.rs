//! Numbers in words, and read back.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, Float64Array};
use arrow_schema::{DataType, Field};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyString, PyTuple, PyType};
use sprogkit::Error;
use sprogkit::numbers::{self, Form, Gender, Number};

use crate::array::PyArray;
use crate::enter::{Threads, enter, enter_parallel};
use crate::error::checked;
use crate::integer::Integer;
use crate::texts::Texts;
use crate::{capsule, values};

/// `decimal.Decimal`, loaded once.
fn decimal(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    TYPE.import(py, "decimal", "Decimal")
}

/// `fractions.Fraction`, loaded once.
fn fraction(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    TYPE.import(py, "fractions", "Fraction")
}

/// A number from Python: `int`, `Decimal`, `Fraction`, or a `str` as Danish writes numbers.
fn number(given: &Bound<'_, PyAny>) -> PyResult<Number> {
    let py = given.py();
    if let Ok(text) = given.cast::<PyString>() {
        return checked(py, text.to_str()?.parse());
    }
    if given.is_instance_of::<PyInt>() {
        let number = match given.extract::<Integer>()? {
            Integer::Number(number) => Number::try_from(number),
            Integer::Huge(_, written) => Err(too_large(written)),
        };
        return checked(py, number);
    }
    if given.is_instance(decimal(py)?)? {
        let plain = given.call_method1("__format__", ("f",))?;
        return checked(py, Number::from_plain(plain.cast::<PyString>()?.to_str()?));
    }
    if given.is_instance(fraction(py)?)? {
        let under = given.getattr("denominator")?;
        let over = given.getattr("numerator")?.abs()?;
        let whole = over.floor_div(&under)?;
        let rest = over.rem(&under)?;
        let part = |part: &Bound<'_, PyAny>| part.extract::<u32>();
        let (Integer::Number(whole), Ok(rest), Ok(under)) =
            (whole.extract()?, part(&rest), part(&under))
        else {
            return checked(py, Err(too_large(given.to_string())));
        };
        let (negative, whole) = (given.lt(0)?, whole.unsigned_abs());
        return checked(
            py,
            match rest {
                0 => Number::new(negative, whole),
                rest => Number::with_fraction(negative, whole, rest, under),
            },
        );
    }
    let got = capsule::kind(given);
    Err(PyTypeError::new_err(format!("expected int, Decimal, Fraction or str, got {got}")))
}

fn too_large(got: impl ToString) -> Error {
    let requirement = "at most 10³⁶, the parts of a fraction below 2³²".to_owned();
    Error::Argument { name: "number", requirement, got: got.to_string() }
}

/// What the number is worth in Python: an `int`, a `Decimal` with its digits, or a `Fraction`.
fn worth<'py>(py: Python<'py>, number: &Number) -> PyResult<Bound<'py, PyAny>> {
    if let Some(whole) = number.to_i128() {
        return Ok(whole.into_pyobject(py)?.into_any());
    }
    let sign = if number.is_negative() { "-" } else { "" };
    if let Some((over, under)) = number.fraction() {
        let over = number.whole().saturating_mul(u128::from(under)) + u128::from(over);
        return fraction(py)?.call1((format!("{sign}{over}/{under}"),));
    }
    let decimals = number.decimals().unwrap_or("0");
    decimal(py)?.call1((format!("{sign}{}.{decimals}", number.whole()),))
}

/// The number in words.
#[pyfunction]
#[pyo3(signature = (n, *, form = "cardinal", gender = "common"))]
pub(crate) fn spell(n: &Bound<'_, PyAny>, form: &str, gender: &str) -> PyResult<String> {
    let (py, number) = (n.py(), number(n)?);
    let (form, gender) = (checked(py, Form::named(form))?, checked(py, Gender::named(gender))?);
    checked(py, numbers::spell(&number, form, gender))
}

/// All accepted forms of the number.
#[pyfunction]
#[pyo3(signature = (n, *, form = "cardinal"))]
pub(crate) fn variants(n: &Bound<'_, PyAny>, form: &str) -> PyResult<Vec<String>> {
    let (py, number) = (n.py(), number(n)?);
    let form = checked(py, Form::named(form))?;
    enter(py, || Ok(numbers::variants(&number, form)?.collect()))
}

/// Reads a number in words.
#[pyfunction]
#[pyo3(signature = (text, *, form = None))]
pub(crate) fn parse<'py>(
    py: Python<'py>,
    text: &str,
    form: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let number = match form {
        Some(form) => numbers::parse_as(text, checked(py, Form::named(form))?),
        None => numbers::parse(text),
    };
    worth(py, &checked(py, number)?)
}

/// Whole numbers of an Arrow array; `None` where it is of another type.
fn whole_numbers<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    into: &mut Vec<Option<Number>>,
) -> Option<()>
where
    T::Native: Into<i128>,
{
    let numbers = array.as_primitive_opt::<T>()?;
    into.extend(numbers.iter().map(|n| n.and_then(|n| Number::try_from(n.into()).ok())));
    Some(())
}

/// Numbers from a list, or from Arrow integers or strings.
fn many(given: &Bound<'_, PyAny>) -> PyResult<Vec<Option<Number>>> {
    let py = given.py();
    let mut found = Vec::new();
    let Some((field, chunks)) = capsule::chunks(given)? else {
        for (row, item) in given.try_iter()?.enumerate() {
            let item = item?;
            let number = if item.is_none() { Ok(None) } else { number(&item).map(Some) };
            found.push(number.map_err(|error| in_row(py, error, row))?);
        }
        return Ok(found);
    };
    if matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
        let texts = Texts::Arrow(chunks);
        let nulls = texts.nulls();
        for (row, text) in texts.collect().into_iter().enumerate() {
            let present = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let number = checked(py, present.then(|| text.parse()).transpose());
            found.push(number.map_err(|error| in_row(py, error, row))?);
        }
        return Ok(found);
    }
    for chunk in &chunks {
        whole_numbers::<Int64Type>(chunk, &mut found)
            .or_else(|| whole_numbers::<Int32Type>(chunk, &mut found))
            .or_else(|| whole_numbers::<UInt64Type>(chunk, &mut found))
            .or_else(|| whole_numbers::<UInt32Type>(chunk, &mut found))
            .or_else(|| whole_numbers::<Int16Type>(chunk, &mut found))
            .or_else(|| whole_numbers::<UInt16Type>(chunk, &mut found))
            .or_else(|| whole_numbers::<Int8Type>(chunk, &mut found))
            .or_else(|| whole_numbers::<UInt8Type>(chunk, &mut found))
            .ok_or_else(|| {
                let got = values::describe(field.data_type());
                PyTypeError::new_err(format!(
                    "expected Arrow integers or strings, got an array of {got}"
                ))
            })?;
    }
    Ok(found)
}

/// The error with the number of the row it came from; its type stays.
fn in_row(py: Python<'_>, error: PyErr, row: usize) -> PyErr {
    let said = error.value(py).to_string();
    PyErr::from_type(error.get_type(py), format!("row {row}: {said}"))
}

/// Many numbers in words.
#[pyfunction]
#[pyo3(signature = (numbers, *, form = "cardinal", gender = "common", threads = None))]
pub(crate) fn spell_batch(
    numbers: &Bound<'_, PyAny>,
    form: &str,
    gender: &str,
    threads: Option<Threads>,
) -> PyResult<PyArray> {
    let py = numbers.py();
    let (form, gender) = (checked(py, Form::named(form))?, checked(py, Gender::named(gender))?);
    let numbers = many(numbers)?;
    enter_parallel(py, threads, || {
        let spelled = numbers::spell_batch(&numbers, form, gender)?;
        Ok(PyArray::strings(spelled, None))
    })
}

/// Reads many numbers in words; null where a text is none.
#[pyfunction]
#[pyo3(signature = (texts, *, form = None, threads = None))]
pub(crate) fn parse_batch(
    py: Python<'_>,
    texts: Texts,
    form: Option<&str>,
    threads: Option<Threads>,
) -> PyResult<PyArray> {
    let form = form.map(|form| checked(py, Form::named(form))).transpose()?;
    enter_parallel(py, threads, || {
        let found = numbers::parse_batch(&texts.collect(), form);
        let found = found.iter().map(|number| number.as_ref().map(Number::to_f64));
        let array: ArrayRef = Arc::new(found.collect::<Float64Array>());
        Ok(PyArray::new(array, Arc::new(Field::new("", DataType::Float64, true))))
    })
}

/// Fills `sprogkit._native.numbers`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("FORMS", PyTuple::new(py, Form::NAMES)?)?;
    module.add("GENDERS", PyTuple::new(py, Gender::NAMES)?)?;
    module.add_function(wrap_pyfunction!(spell, module)?)?;
    module.add_function(wrap_pyfunction!(spell_batch, module)?)?;
    module.add_function(wrap_pyfunction!(variants, module)?)?;
    module.add_function(wrap_pyfunction!(parse, module)?)?;
    module.add_function(wrap_pyfunction!(parse_batch, module)?)
}
