//! Lining things up.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use sprogkit::align::Operation;

use crate::ctc::{self, CtcPath};
use crate::edits::{self, Edits, EditsBatch};
use crate::export;
use crate::transcript::{self, Segment, Transcript};
use crate::versions::{self, Bead};

/// Fills `sprogkit._native.align`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let names = Operation::ALL.map(Operation::name);
    module.add("OPERATIONS", PyTuple::new(module.py(), names)?)?;
    module.add("WILDCARD", sprogkit::align::ctc::WILDCARD)?;
    module.add_class::<CtcPath>()?;
    module.add_class::<Edits>()?;
    module.add_class::<EditsBatch>()?;
    module.add_class::<Bead>()?;
    module.add_class::<Segment>()?;
    module.add_class::<Transcript>()?;
    module.add_function(wrap_pyfunction!(versions::bitext, module)?)?;
    module.add_function(wrap_pyfunction!(versions::project, module)?)?;
    module.add_function(wrap_pyfunction!(versions::tokenizations, module)?)?;
    module.add_function(wrap_pyfunction!(transcript::align_transcript, module)?)?;
    module.add_function(wrap_pyfunction!(ctc::ctc, module)?)?;
    module.add_function(wrap_pyfunction!(ctc::pickled, module)?)?;
    module.add_function(wrap_pyfunction!(edits::pickled, module)?)?;
    module.add_function(wrap_pyfunction!(export::export, module)?)?;
    module.add_function(wrap_pyfunction!(transcript::pickled, module)?)?;
    module.add_function(wrap_pyfunction!(versions::pickled, module)?)?;
    module.add_function(wrap_pyfunction!(ctc::ctc_batch, module)?)?;
    module.add_function(wrap_pyfunction!(edits::edits, module)?)?;
    module.add_function(wrap_pyfunction!(edits::edits_batch, module)?)
}
