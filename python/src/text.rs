//! Words and sentences.

use std::sync::Arc;

use arrow_array::{ArrayRef, UInt8Array};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use sprogkit::text::batch::SpanColumns;
use sprogkit::text::offsets::{Converter, Unit};
use sprogkit::text::{Cleaner, Kind, Layout, Norm, Options};

use crate::array::PyArray;
use crate::enter::{Threads, enter, enter_briefly, enter_parallel};
use crate::integer;
use crate::rewrite::{self, Rewrite};
use crate::spans;
use crate::texts::Texts;

/// Texts up to this many bytes are parted without letting go of the GIL.
const SHORT: usize = 16 * 1024;

/// A word of a text and what it is.
#[pyclass(frozen, eq, hash, get_all, module = "sprogkit.text")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Word {
    text: String,
    start: usize,
    end: usize,
    kind: String,
}

#[pymethods]
impl Word {
    #[new]
    fn __new__(
        text: String,
        #[pyo3(from_py_with = integer::start)] start: usize,
        #[pyo3(from_py_with = integer::end)] end: usize,
        kind: String,
    ) -> Self {
        Self { text, start, end, kind }
    }

    fn __getnewargs__(&self) -> (&str, usize, usize, &str) {
        (&self.text, self.start, self.end, &self.kind)
    }

    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str, &'static str) {
        ("text", "start", "end", "kind")
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = PyString::new(py, &self.text).repr()?;
        Ok(format!("Word({text}, {}, {}, {:?})", self.start, self.end, self.kind))
    }
}

/// A sentence of a text.
#[pyclass(frozen, eq, hash, get_all, module = "sprogkit.text")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Sentence {
    text: String,
    start: usize,
    end: usize,
}

#[pymethods]
impl Sentence {
    #[new]
    fn __new__(
        text: String,
        #[pyo3(from_py_with = integer::start)] start: usize,
        #[pyo3(from_py_with = integer::end)] end: usize,
    ) -> Self {
        Self { text, start, end }
    }

    fn __getnewargs__(&self) -> (&str, usize, usize) {
        (&self.text, self.start, self.end)
    }

    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("text", "start", "end")
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = PyString::new(py, &self.text).repr()?;
        Ok(format!("Sentence({text}, {}, {})", self.start, self.end))
    }
}

/// What users want differently, from its keyword arguments.
fn options(norm: &str, slashes: bool, endings: bool, spaces: bool) -> PyResult<Options> {
    let norm = match norm {
        "danish" => Norm::Danish,
        "unicode" => Norm::Unicode,
        other => {
            return Err(PyValueError::new_err(format!(
                "norm must be \"danish\" or \"unicode\", got {other:?}"
            )));
        }
    };
    Ok(Options { norm, slashes, endings, spaces, ..Options::default() })
}

/// What users want differently of sentences, from its keyword arguments.
fn sentence_options(layout: &str, rules_only: bool) -> PyResult<Options> {
    let layout = match layout {
        "auto" => Layout::Auto,
        "lines" => Layout::Lines,
        "paragraphs" => Layout::Paragraphs,
        "ignore" => Layout::Ignore,
        other => {
            return Err(PyValueError::new_err(format!(
                "layout must be \"auto\", \"lines\", \"paragraphs\" or \"ignore\", got {other:?}"
            )));
        }
    };
    Ok(Options { layout, rules_only, ..Options::default() })
}

/// Runs `find` on a text; a long one without the GIL.
fn part<T: Send>(py: Python<'_>, text: &str, find: impl FnOnce() -> T + Send) -> PyResult<T> {
    let find = || Ok(find());
    if text.len() <= SHORT { enter_briefly(py, find) } else { enter(py, find) }
}

/// Parts a text into words.
#[pyfunction]
#[pyo3(signature = (text, *, norm = "danish", slashes = false, endings = false, spaces = false))]
pub(crate) fn words(
    py: Python<'_>,
    text: &str,
    norm: &str,
    slashes: bool,
    endings: bool,
    spaces: bool,
) -> PyResult<Vec<Word>> {
    let options = options(norm, slashes, endings, spaces)?;
    part(py, text, || {
        let mut chars = Converter::new(text, Unit::Char);
        let word = |word: sprogkit::text::Word| Word {
            text: word.of(text).to_owned(),
            start: chars.from_byte(word.span.start()),
            end: chars.from_byte(word.span.end()),
            kind: word.kind.name().to_owned(),
        };
        options.words(text).map(word).collect()
    })
}

/// Parts a text into sentences.
#[pyfunction]
#[pyo3(signature = (text, *, layout = "auto", rules_only = false))]
pub(crate) fn sentences(
    py: Python<'_>,
    text: &str,
    layout: &str,
    rules_only: bool,
) -> PyResult<Vec<Sentence>> {
    let options = sentence_options(layout, rules_only)?;
    part(py, text, || {
        let mut chars = Converter::new(text, Unit::Char);
        let sentence = |span: sprogkit::Span| Sentence {
            text: span.of(text).to_owned(),
            start: chars.from_byte(span.start()),
            end: chars.from_byte(span.end()),
        };
        options.sentences(text).map(sentence).collect()
    })
}

/// The words of many texts.
#[pyfunction]
#[pyo3(signature = (
    texts, *, unit = "char", threads = None,
    norm = "danish", slashes = false, endings = false, spaces = false
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn words_batch(
    py: Python<'_>,
    texts: Texts,
    unit: &str,
    threads: Option<Threads>,
    norm: &str,
    slashes: bool,
    endings: bool,
    spaces: bool,
) -> PyResult<PyArray> {
    let unit = spans::unit(unit)?;
    let options = options(norm, slashes, endings, spaces)?;
    enter_parallel(py, threads, || {
        let found = options.words_batch(&texts.collect(), unit)?;
        let kinds: ArrayRef = Arc::new(UInt8Array::from(found.kinds));
        let columns =
            SpanColumns { offsets: found.offsets, starts: found.starts, ends: found.ends };
        spans::lists(columns, Some(("kind", kinds)), texts.nulls(), unit)
    })
}

/// The sentences of many texts.
#[pyfunction]
#[pyo3(signature = (texts, *, unit = "char", threads = None, layout = "auto", rules_only = false))]
pub(crate) fn sentences_batch(
    py: Python<'_>,
    texts: Texts,
    unit: &str,
    threads: Option<Threads>,
    layout: &str,
    rules_only: bool,
) -> PyResult<PyArray> {
    let unit = spans::unit(unit)?;
    let options = sentence_options(layout, rules_only)?;
    enter_parallel(py, threads, || {
        let found = options.sentences_batch(&texts.collect(), unit)?;
        spans::lists(found, None, texts.nulls(), unit)
    })
}

/// Fills `sprogkit._native.text`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let kinds = PyTuple::new(module.py(), Kind::ALL.iter().map(|kind| kind.name()))?;
    module.add("KINDS", kinds)?;
    module.add("CHANGES", PyTuple::new(module.py(), Cleaner::KINDS)?)?;
    module.add_class::<Rewrite>()?;
    module.add_function(wrap_pyfunction!(rewrite::clean, module)?)?;
    module.add_function(wrap_pyfunction!(rewrite::clean_batch, module)?)?;
    module.add_function(wrap_pyfunction!(rewrite::clean_mapped, module)?)?;
    module.add_class::<Word>()?;
    module.add_class::<Sentence>()?;
    module.add_function(wrap_pyfunction!(words, module)?)?;
    module.add_function(wrap_pyfunction!(sentences, module)?)?;
    module.add_function(wrap_pyfunction!(words_batch, module)?)?;
    module.add_function(wrap_pyfunction!(sentences_batch, module)?)
}
