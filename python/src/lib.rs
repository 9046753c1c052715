//! The Python module `sprogkit._native`: one thin file for each module of the core.

use std::ffi::OsString;

use pyo3::prelude::*;

mod align;
mod array;
mod audio;
mod capsule;
mod catalogue;
mod corpus;
mod ctc;
mod edits;
mod enter;
mod error;
mod export;
mod ids;
mod integer;
mod layer;
mod lexicon;
mod normalise;
mod numbers;
mod pack;
mod range;
mod references;
mod rewrite;
mod rows;
mod score;
mod spans;
mod speech;
mod subword;
mod text;
mod texts;
mod transcript;
mod values;
mod versions;
mod views;
mod whole;
mod writing;

/// The `sprogkit` command with the arguments of this process; gives its exit code.
#[pyfunction]
fn main(py: Python<'_>) -> PyResult<u8> {
    // Python's own answer to Ctrl-C waits for Python code, of which none runs here.
    let signal = py.import("signal")?;
    signal.call_method1("signal", (signal.getattr("SIGINT")?, signal.getattr("SIG_DFL")?))?;
    let arguments: Vec<OsString> = py.import("sys")?.getattr("argv")?.extract()?;
    Ok(py.detach(|| sprogkit::cli::run(arguments)))
}

#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<array::PyArray>()?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    error::register(module)?;
    submodule(module, "align", align::register)?;
    submodule(module, "audio", audio::register)?;
    submodule(module, "catalogue", catalogue::register)?;
    submodule(module, "corpus", corpus::register)?;
    submodule(module, "lexicon", lexicon::register)?;
    submodule(module, "normalise", normalise::register)?;
    submodule(module, "numbers", numbers::register)?;
    submodule(module, "score", score::register)?;
    submodule(module, "subword", subword::register)?;
    submodule(module, "text", text::register)
}

/// Adds `sprogkit._native.<name>`, importable under that name.
fn submodule(
    module: &Bound<'_, PyModule>,
    name: &str,
    fill: fn(&Bound<'_, PyModule>) -> PyResult<()>,
) -> PyResult<()> {
    let py = module.py();
    let whole = format!("sprogkit._native.{name}");
    let inner = PyModule::new(py, &whole)?;
    fill(&inner)?;
    module.add(name, &inner)?;
    py.import("sys")?.getattr("modules")?.set_item(whole, inner)
}
