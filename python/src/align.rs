//! Lining things up.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use sprogkit::align::{self, Editor, Operation, Pair, Ties};

use crate::ctc::{self, CtcPath};
use crate::enter::enter;
use crate::transcript::{self, Segment, Transcript};
use crate::versions::{self, Bead};

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
        PyList::new(py, self.0.pairs.iter().map(|pair| pair.operation.name()))
    }

    fn __repr__(&self) -> String {
        let align::Edits { hits, substitutions, deletions, insertions, .. } = &self.0;
        format!(
            "Edits(hits={hits}, substitutions={substitutions}, deletions={deletions}, \
             insertions={insertions})"
        )
    }
}

/// The way to choose among equal alignments that is called `name`.
pub(crate) fn ties(name: &str) -> PyResult<Ties> {
    match name {
        "jiwer" => Ok(Ties::Jiwer),
        "kaldi" => Ok(Ties::Kaldi),
        other => Err(PyValueError::new_err(format!(
            "ties must be \"jiwer\" or \"kaldi\", got {other:?}"
        ))),
    }
}

/// The tokens of a sequence as numbers, equal where Python finds the tokens equal.
fn ids(tokens: &Bound<'_, PyAny>, name: &str, known: &Bound<'_, PyDict>) -> PyResult<Vec<u32>> {
    // Arrays give plain objects faster all at once.
    let mut tokens = tokens.clone();
    for method in ["to_pylist", "tolist"] {
        if let Some(method) = tokens.getattr_opt(method)? {
            tokens = method.call0()?;
            break;
        }
    }
    let iterator = tokens.try_iter().map_err(|_| {
        let got = crate::capsule::kind(&tokens);
        PyTypeError::new_err(format!("{name} must be a sequence of tokens, got {got}"))
    })?;
    let mut found = Vec::with_capacity(tokens.len().unwrap_or(0));
    for token in iterator {
        let token = token?;
        let id = match known.get_item(&token)? {
            Some(id) => id.extract()?,
            None => {
                let id = u32::try_from(known.len())?;
                known.set_item(token, id)?;
                id
            }
        };
        found.push(id);
    }
    Ok(found)
}

/// Aligns two sequences with as few edits as there can be.
#[pyfunction]
#[pyo3(signature = (reference, hypothesis, *, ties = "jiwer"))]
fn edits(
    py: Python<'_>,
    reference: &Bound<'_, PyAny>,
    hypothesis: &Bound<'_, PyAny>,
    ties: &str,
) -> PyResult<Edits> {
    let ties = self::ties(ties)?;
    let known = PyDict::new(py);
    let reference = ids(reference, "reference", &known)?;
    let hypothesis = ids(hypothesis, "hypothesis", &known)?;
    enter(py, || Ok(Edits(Editor::new(ties).edits(&reference, &hypothesis))))
}

/// Fills `sprogkit._native.align`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let names = Operation::ALL.map(Operation::name);
    module.add("OPERATIONS", PyTuple::new(module.py(), names)?)?;
    module.add("WILDCARD", sprogkit::align::ctc::WILDCARD)?;
    module.add_class::<CtcPath>()?;
    module.add_class::<Edits>()?;
    module.add_class::<Bead>()?;
    module.add_class::<Segment>()?;
    module.add_class::<Transcript>()?;
    module.add_function(wrap_pyfunction!(versions::bitext, module)?)?;
    module.add_function(wrap_pyfunction!(versions::project, module)?)?;
    module.add_function(wrap_pyfunction!(versions::tokenizations, module)?)?;
    module.add_function(wrap_pyfunction!(transcript::align_transcript, module)?)?;
    module.add_function(wrap_pyfunction!(ctc::ctc, module)?)?;
    module.add_function(wrap_pyfunction!(ctc::ctc_batch, module)?)?;
    module.add_function(wrap_pyfunction!(edits, module)?)
}
