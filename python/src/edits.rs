//! Minimal edit alignment: one pair of sequences, or many.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, LargeListArray, UInt8Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};
use numpy::ndarray::Array2;
use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyList, PyTuple};
use sprogkit::align::{self, Editor, Operation, Pair, Sequences, Ties};

use crate::array::PyArray;
use crate::capsule;
use crate::enter::{Threads, enter, enter_parallel};
use crate::whole;

/// A minimal alignment of a hypothesis with a reference.
#[pyclass(frozen, module = "sprogkit.align")]
pub(crate) struct Edits(align::Edits);

#[pymethods]
impl Edits {
    #[getter]
    fn hits(&self) -> usize {
        self.0.hits
    }

    #[getter]
    fn substitutions(&self) -> usize {
        self.0.substitutions
    }

    #[getter]
    fn deletions(&self) -> usize {
        self.0.deletions
    }

    #[getter]
    fn insertions(&self) -> usize {
        self.0.insertions
    }

    #[getter]
    fn errors(&self) -> usize {
        self.0.errors()
    }

    #[getter]
    fn rate(&self) -> Option<f64> {
        self.0.rate()
    }

    #[getter]
    fn pairs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let sides = |pair: &Pair| match pair.operation {
            Operation::Deletion => (Some(pair.reference), None),
            Operation::Insertion => (None, Some(pair.hypothesis)),
            _ => (Some(pair.reference), Some(pair.hypothesis)),
        };
        PyList::new(py, self.0.pairs.iter().map(sides))
    }

    #[getter]
    fn operations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        // Four strings, however many steps.
        let names = Operation::ALL.map(|operation| operation.name().into_pyobject(py));
        let names = names.into_iter().collect::<Result<Vec<_>, _>>()?;
        PyList::new(py, self.0.pairs.iter().map(|pair| &names[pair.operation as usize]))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        let again = py.import("sprogkit._native.align")?.getattr("_edits")?;
        let steps: Vec<u8> = self.0.pairs.iter().map(|pair| pair.operation as u8).collect();
        Ok((again, (PyBytes::new(py, &steps),)))
    }

    fn __repr__(&self) -> String {
        let align::Edits { hits, substitutions, deletions, insertions, .. } = &self.0;
        format!(
            "Edits(hits={hits}, substitutions={substitutions}, deletions={deletions}, \
             insertions={insertions})"
        )
    }
}

/// What makes an alignment anew, and its operations.
type Reduced<'py> = (Bound<'py, PyAny>, (Bound<'py, PyBytes>,));

/// An alignment as it was pickled: its operations say all.
#[pyfunction]
#[pyo3(name = "_edits")]
pub(crate) fn pickled(steps: &[u8]) -> PyResult<Edits> {
    let mut edits = align::Edits::default();
    let (mut reference, mut hypothesis) = (0, 0);
    for &step in steps {
        let Some(&operation) = Operation::ALL.get(usize::from(step)) else {
            return Err(PyValueError::new_err(format!("{step} is no operation")));
        };
        edits.pairs.push(Pair { operation, reference, hypothesis });
        let (own, other, count) = match operation {
            Operation::Hit => (1, 1, &mut edits.hits),
            Operation::Substitution => (1, 1, &mut edits.substitutions),
            Operation::Deletion => (1, 0, &mut edits.deletions),
            Operation::Insertion => (0, 1, &mut edits.insertions),
        };
        reference += own;
        hypothesis += other;
        *count += 1;
    }
    Ok(Edits(edits))
}

/// The alignments of many pairs.
#[pyclass(frozen, module = "sprogkit.align")]
pub(crate) struct EditsBatch {
    counts: Py<PyArray2<i64>>,
    operations: Py<PyArray>,
    pairs: usize,
}

#[pymethods]
impl EditsBatch {
    #[getter]
    fn counts(&self, py: Python<'_>) -> Py<PyArray2<i64>> {
        self.counts.clone_ref(py)
    }

    #[getter]
    fn operations(&self, py: Python<'_>) -> Py<PyArray> {
        self.operations.clone_ref(py)
    }

    fn __len__(&self) -> usize {
        self.pairs
    }

    fn __repr__(&self) -> String {
        format!("EditsBatch({} pairs)", self.pairs)
    }
}

/// The way to choose among equal alignments that is called `name`.
pub(crate) fn ties(name: &str) -> PyResult<Ties> {
    match name {
        "jiwer" => Ok(Ties::Jiwer),
        "kaldi" => Ok(Ties::Kaldi),
        "sclite" => Ok(Ties::Sclite),
        other => Err(PyValueError::new_err(format!(
            "ties must be \"jiwer\", \"kaldi\" or \"sclite\", got {other:?}"
        ))),
    }
}

/// What [`ties`] calls it.
pub(crate) fn ties_name(ties: Ties) -> &'static str {
    match ties {
        Ties::Kaldi => "kaldi",
        Ties::Sclite => "sclite",
        _ => "jiwer",
    }
}

/// Greater ids are numbered anew: the aligner has a table with a place for each.
const TABLE: u32 = 1 << 18;

/// A sequence of tokens that can be gone through more than once.
fn sequence<'py>(
    tokens: &Bound<'py, PyAny>,
    name: impl Fn() -> String,
) -> PyResult<Bound<'py, PyAny>> {
    if tokens.is_instance_of::<PyList>() || tokens.is_instance_of::<PyTuple>() {
        return Ok(tokens.clone());
    }
    if is_array::<u32>(tokens) || is_array::<i64>(tokens) || is_array::<i32>(tokens) {
        return Ok(tokens.clone());
    }
    // Arrays give plain objects faster all at once.
    for method in ["to_pylist", "tolist"] {
        if let Some(method) = tokens.getattr_opt(method)? {
            return method.call0();
        }
    }
    match tokens.cast::<PyIterator>() {
        Ok(once) => {
            let all: Vec<_> = once.try_iter()?.collect::<PyResult<_>>()?;
            Ok(PyList::new(tokens.py(), all)?.into_any())
        }
        Err(_) if tokens.try_iter().is_ok() => Ok(tokens.clone()),
        Err(_) => {
            let (name, got) = (name(), capsule::kind(tokens));
            Err(PyTypeError::new_err(format!("{name} must be a sequence of tokens, got {got}")))
        }
    }
}

/// Whether `tokens` is an array of whole numbers of this type.
fn is_array<T: numpy::Element>(tokens: &Bound<'_, PyAny>) -> bool {
    tokens.cast::<PyArray1<T>>().is_ok()
}

/// Adds tokens that are whole numbers from 0 up to 2³² as they are; `false` where one is not.
fn numbers(tokens: &Bound<'_, PyAny>, into: &mut Vec<u32>) -> bool {
    fn array<T: numpy::Element + Copy>(
        tokens: &Bound<'_, PyAny>,
        into: &mut Vec<u32>,
    ) -> Option<bool>
    where
        u32: TryFrom<T>,
    {
        let tokens = tokens.cast::<PyArray1<T>>().ok()?.try_readonly().ok()?;
        let mut all = true;
        into.extend(tokens.as_array().iter().map_while(|&token| {
            let id = u32::try_from(token).ok();
            all &= id.is_some();
            id
        }));
        Some(all)
    }
    let found = whole::read(tokens, into).or_else(|| array::<u32>(tokens, into));
    let found = found.or_else(|| array::<i64>(tokens, into));
    found.or_else(|| array::<i32>(tokens, into)).unwrap_or(false)
}

/// Adds tokens as numbers, equal where Python finds the tokens equal.
fn known(
    tokens: &Bound<'_, PyAny>,
    known: &Bound<'_, PyDict>,
    into: &mut Vec<u32>,
) -> PyResult<()> {
    let tokens = match tokens.getattr_opt("tolist")? {
        Some(tolist) => tolist.call0()?,
        None => tokens.clone(),
    };
    for token in tokens.try_iter()? {
        let token = token?;
        into.push(match known.get_item(&token)? {
            Some(id) => id.extract()?,
            None => {
                let id = u32::try_from(known.len())?;
                known.set_item(token, id)?;
                id
            }
        });
    }
    Ok(())
}

/// Aligns two sequences with as few edits as there can be.
#[pyfunction]
#[pyo3(signature = (reference, hypothesis, *, ties = "jiwer"))]
pub(crate) fn edits(
    py: Python<'_>,
    reference: &Bound<'_, PyAny>,
    hypothesis: &Bound<'_, PyAny>,
    ties: &str,
) -> PyResult<Edits> {
    let ties = self::ties(ties)?;
    let reference = sequence(reference, || "reference".to_owned())?;
    let hypothesis = sequence(hypothesis, || "hypothesis".to_owned())?;
    let (mut own, mut other) = (Vec::new(), Vec::new());
    if numbers(&reference, &mut own) && numbers(&hypothesis, &mut other) {
        return enter(py, || Ok(Edits(align::edits_with(&own, &other, ties))));
    }
    own.clear();
    other.clear();
    let numbers = PyDict::new(py);
    known(&reference, &numbers, &mut own)?;
    known(&hypothesis, &numbers, &mut other)?;
    enter(py, || Ok(Edits(Editor::new(ties).edits(&own, &other))))
}

/// Many sequences of tokens, one behind the other.
#[derive(Default)]
struct Flat {
    ids: Vec<u32>,
    offsets: Vec<i64>,
}

impl Flat {
    /// Arrow lists of uint32, nulls left out of the question; `None` for everything else.
    fn arrow(given: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
            return Ok(None);
        }
        let Some((_, chunks)) = capsule::chunks(given)? else { return Ok(None) };
        let mut flat = Self { ids: Vec::new(), offsets: vec![0] };
        for chunk in &chunks {
            let (offsets, values): (Vec<i64>, &ArrayRef) = match chunk.data_type() {
                DataType::List(_) => {
                    let lists = chunk.as_list::<i32>();
                    let offsets = lists.value_offsets().iter().map(|&offset| i64::from(offset));
                    (offsets.collect(), lists.values())
                }
                DataType::LargeList(_) => {
                    let lists = chunk.as_list::<i64>();
                    (lists.value_offsets().to_vec(), lists.values())
                }
                _ => return Ok(None),
            };
            let Some(ids) = values.as_primitive_opt::<UInt32Type>() else { return Ok(None) };
            if ids.null_count() + chunk.null_count() > 0 {
                return Ok(None);
            }
            let (first, last) = (offsets[0] as usize, offsets[offsets.len() - 1] as usize);
            let shift = flat.ids.len() as i64 - offsets[0];
            flat.offsets.extend(offsets[1..].iter().map(|offset| offset + shift));
            flat.ids.extend_from_slice(&ids.values()[first..last]);
        }
        Ok(Some(flat))
    }

    /// The sequences of `given`, each as `add` takes it; `None` where one is not taken.
    fn of<'py>(
        given: &[Bound<'py, PyAny>],
        mut add: impl FnMut(&Bound<'py, PyAny>, &mut Vec<u32>) -> PyResult<bool>,
    ) -> PyResult<Option<Self>> {
        let mut flat = Self { ids: Vec::new(), offsets: vec![0] };
        for tokens in given {
            if !add(tokens, &mut flat.ids)? {
                return Ok(None);
            }
            flat.offsets.push(flat.ids.len() as i64);
        }
        Ok(Some(flat))
    }
}

/// The sequences in `given`.
fn sequences<'py>(given: &Bound<'py, PyAny>, name: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let rows = match given.getattr_opt("to_pylist")? {
        Some(to_pylist) => to_pylist.call0()?,
        None => given.clone(),
    };
    let rows = rows.try_iter().map_err(|_| {
        let got = capsule::kind(given);
        PyTypeError::new_err(format!("{name} must be many sequences of tokens, got {got}"))
    })?;
    let rows = rows.enumerate();
    rows.map(|(at, tokens)| sequence(&tokens?, || format!("{name}[{at}]"))).collect()
}

/// Both sides as numbers.
fn flat(references: &Bound<'_, PyAny>, hypotheses: &Bound<'_, PyAny>) -> PyResult<[Flat; 2]> {
    if let Some(own) = Flat::arrow(references)?
        && let Some(other) = Flat::arrow(hypotheses)?
    {
        return Ok([own, other]);
    }
    let own = sequences(references, "references")?;
    let other = sequences(hypotheses, "hypotheses")?;
    let read = |tokens: &Bound<'_, PyAny>, into: &mut Vec<u32>| Ok(numbers(tokens, into));
    if let Some(own) = Flat::of(&own, read)?
        && let Some(other) = Flat::of(&other, read)?
    {
        return Ok([own, other]);
    }
    let numbers = PyDict::new(references.py());
    let side = |rows: &[Bound<'_, PyAny>]| {
        let found = Flat::of(rows, |tokens, into| known(tokens, &numbers, into).map(|()| true))?;
        Ok::<_, PyErr>(found.unwrap_or_default())
    };
    Ok([side(&own)?, side(&other)?])
}

/// Numbers great ids anew, from 0 on.
fn compact(sides: &mut [Flat; 2]) {
    if sides.iter().all(|side| side.ids.iter().all(|&id| id < TABLE)) {
        return;
    }
    let mut numbers = HashMap::new();
    for id in sides.iter_mut().flat_map(|side| &mut side.ids) {
        let next = numbers.len() as u32;
        *id = *numbers.entry(*id).or_insert(next);
    }
}

/// Aligns many pairs of sequences.
#[pyfunction]
#[pyo3(signature = (references, hypotheses, *, ties = "jiwer", threads = None))]
pub(crate) fn edits_batch(
    py: Python<'_>,
    references: &Bound<'_, PyAny>,
    hypotheses: &Bound<'_, PyAny>,
    ties: &str,
    threads: Option<Threads>,
) -> PyResult<EditsBatch> {
    let ties = self::ties(ties)?;
    let mut sides = flat(references, hypotheses)?;
    let (counts, operations, offsets) = enter_parallel(py, threads, || {
        compact(&mut sides);
        let [own, other] = &sides;
        let own = Sequences::new(&own.ids, &own.offsets)?;
        let other = Sequences::new(&other.ids, &other.offsets)?;
        let batch = align::edits_batch(own, other, ties)?;
        let counts = batch.counts.iter().flat_map(|one| {
            [one.hits, one.substitutions, one.deletions, one.insertions].map(|n| n as i64)
        });
        let operations: Vec<u8> = batch.operations.iter().map(|&step| step as u8).collect();
        let offsets: Vec<i64> = batch.offsets.iter().map(|&offset| offset as i64).collect();
        Ok((counts.collect::<Vec<_>>(), operations, offsets))
    })?;
    let pairs = offsets.len() - 1;
    let counts = Array2::from_shape_vec((pairs, 4), counts)
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    let steps: ArrayRef = Arc::new(UInt8Array::from(operations));
    let item = Arc::new(Field::new("item", DataType::UInt8, false));
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let steps: ArrayRef = Arc::new(LargeListArray::new(item, offsets, steps, None));
    let field = Arc::new(Field::new("operations", steps.data_type().clone(), false));
    Ok(EditsBatch {
        counts: counts.into_pyarray(py).unbind(),
        operations: Py::new(py, PyArray::new(steps, field))?,
        pairs,
    })
}
