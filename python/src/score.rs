//! Word and character error rates.

use std::sync::OnceLock;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use sprogkit::align::Counts;
use sprogkit::score::{self, Bootstrap, Options, Profile, Unit};

use crate::align;
use crate::enter::{Threads, enter_parallel};
use crate::error::checked;
use crate::integer;
use crate::texts::Texts;

/// The texts that were compared; the other unit is scored when it is asked for.
struct Pairs {
    references: Texts,
    hypotheses: Texts,
}

impl Pairs {
    fn score(&self, options: &Options) -> sprogkit::Result<score::Score> {
        score::score(&self.references.collect(), &self.hypotheses.collect(), options)
    }
}

/// How well hypotheses match references.
#[pyclass(frozen, module = "sprogkit.score")]
pub(crate) struct Score {
    pairs: Pairs,
    options: Options,
    found: score::Score,
    other: OnceLock<score::Score>,
    groups: Vec<score::Group>,
}

impl Score {
    /// The rate in words or characters.
    fn rate(&self, py: Python<'_>, unit: Unit) -> PyResult<f64> {
        if self.options.unit == unit {
            return Ok(self.found.rate());
        }
        if let Some(other) = self.other.get() {
            return Ok(other.rate());
        }
        let options = Options { unit, ..self.options };
        let other = enter_parallel(py, None, || self.pairs.score(&options))?;
        Ok(self.other.get_or_init(|| other).rate())
    }
}

#[pymethods]
impl Score {
    #[getter]
    fn wer(&self, py: Python<'_>) -> PyResult<f64> {
        self.rate(py, Unit::Word)
    }

    #[getter]
    fn cer(&self, py: Python<'_>) -> PyResult<f64> {
        self.rate(py, Unit::Char)
    }

    #[getter]
    fn mer(&self) -> f64 {
        self.found.match_error_rate()
    }

    #[getter]
    fn wil(&self) -> f64 {
        self.found.information_lost()
    }

    #[getter]
    fn wip(&self) -> f64 {
        self.found.information_preserved()
    }

    #[getter]
    fn hits(&self) -> usize {
        self.found.counts.hits
    }

    #[getter]
    fn substitutions(&self) -> usize {
        self.found.counts.substitutions
    }

    #[getter]
    fn deletions(&self) -> usize {
        self.found.counts.deletions
    }

    #[getter]
    fn insertions(&self) -> usize {
        self.found.counts.insertions
    }

    #[getter]
    fn unit(&self) -> &'static str {
        match self.options.unit {
            Unit::Word => "word",
            Unit::Char => "char",
        }
    }

    /// The counts of each pair.
    #[getter]
    fn pairs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let counts = |one: &Counts| (one.hits, one.substitutions, one.deletions, one.insertions);
        PyList::new(py, self.found.pairs.iter().map(counts))
    }

    #[getter]
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let groups = PyDict::new(py);
        for group in &self.groups {
            groups.set_item(&group.name, Group::new(group))?;
        }
        Ok(groups)
    }

    /// Between which rates the true one lies.
    #[pyo3(signature = (*, level = 0.95, samples = 1000, seed = 0))]
    fn interval(
        &self,
        py: Python<'_>,
        level: f64,
        #[pyo3(from_py_with = integer::samples)] samples: usize,
        #[pyo3(from_py_with = integer::seed)] seed: u64,
    ) -> PyResult<(f64, f64)> {
        let options = Bootstrap { level, samples, seed, ..Bootstrap::default() };
        let found = enter_parallel(py, None, || score::interval(&self.found.pairs, &options))?;
        Ok((found.low, found.high))
    }

    fn __repr__(&self) -> String {
        let name = if self.options.unit == Unit::Word { "wer" } else { "cer" };
        let Counts { hits, substitutions, deletions, insertions } = self.found.counts;
        format!(
            "Score({name}={:.4}, hits={hits}, substitutions={substitutions}, \
             deletions={deletions}, insertions={insertions})",
            self.found.rate()
        )
    }
}

/// The score of the pairs that share a label.
#[pyclass(frozen, get_all, module = "sprogkit.score")]
pub(crate) struct Group {
    rate: f64,
    low: f64,
    high: f64,
    small: bool,
    pairs: usize,
    hits: usize,
    substitutions: usize,
    deletions: usize,
    insertions: usize,
}

impl Group {
    fn new(group: &score::Group) -> Self {
        let Counts { hits, substitutions, deletions, insertions } = group.counts;
        Self {
            rate: group.rate,
            low: group.interval.low,
            high: group.interval.high,
            small: group.small,
            pairs: group.pairs,
            hits,
            substitutions,
            deletions,
            insertions,
        }
    }
}

#[pymethods]
impl Group {
    fn __repr__(&self) -> String {
        let Self { rate, low, high, pairs, small, .. } = self;
        let small = if *small { ", small=True" } else { "" };
        format!("Group(rate={rate:.4}, low={low:.4}, high={high:.4}, pairs={pairs}{small})")
    }
}

/// One text or many, none absent.
fn texts(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Texts> {
    let texts: Texts = match given.cast::<PyString>() {
        Ok(one) => PyList::new(given.py(), [one])?.as_any().extract()?,
        Err(_) => given.extract()?,
    };
    match texts.first_null() {
        Some(row) => Err(PyValueError::new_err(format!("{name}[{row}] is None"))),
        None => Ok(texts),
    }
}

/// Labels as text.
fn labels(given: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let list = match given.getattr_opt("to_pylist")? {
        Some(to_pylist) => to_pylist.call0()?,
        None => given.clone(),
    };
    list.try_iter()?.map(|label| Ok(label?.str()?.to_string())).collect()
}

/// Scores in `unit`.
fn score<'py>(
    references: &Bound<'py, PyAny>,
    hypotheses: &Bound<'py, PyAny>,
    profile: &str,
    groups: Option<&Bound<'py, PyAny>>,
    options: Options,
    threads: Option<Threads>,
) -> PyResult<Score> {
    let py = references.py();
    let options = Options { profile: checked(py, Profile::named(profile))?, ..options };
    let pairs = Pairs {
        references: texts(references, "references")?,
        hypotheses: texts(hypotheses, "hypotheses")?,
    };
    let labels = groups.map(labels).transpose()?;
    let (found, groups) = enter_parallel(py, threads, || {
        let found = pairs.score(&options)?;
        let groups = match &labels {
            Some(labels) => score::groups(&found.pairs, labels, &Bootstrap::default())?,
            None => Vec::new(),
        };
        Ok((found, groups))
    })?;
    Ok(Score { pairs, options, found, other: OnceLock::new(), groups })
}

/// Scores words.
#[pyfunction]
#[pyo3(signature = (
    references, hypotheses, *, profile = "as-is", groups = None, ties = "jiwer", threads = None
))]
fn wer<'py>(
    references: &Bound<'py, PyAny>,
    hypotheses: &Bound<'py, PyAny>,
    profile: &str,
    groups: Option<&Bound<'py, PyAny>>,
    ties: &str,
    threads: Option<Threads>,
) -> PyResult<Score> {
    let options = Options { ties: align::ties(ties)?, ..Options::default() };
    score(references, hypotheses, profile, groups, options, threads)
}

/// Scores characters.
#[pyfunction]
#[pyo3(signature = (
    references, hypotheses, *, profile = "as-is", groups = None, ties = "jiwer", threads = None
))]
fn cer<'py>(
    references: &Bound<'py, PyAny>,
    hypotheses: &Bound<'py, PyAny>,
    profile: &str,
    groups: Option<&Bound<'py, PyAny>>,
    ties: &str,
    threads: Option<Threads>,
) -> PyResult<Score> {
    let options = Options { unit: Unit::Char, ties: align::ties(ties)?, ..Options::default() };
    score(references, hypotheses, profile, groups, options, threads)
}

/// Fills `sprogkit._native.score`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("PROFILES", pyo3::types::PyTuple::new(module.py(), Profile::NAMES)?)?;
    module.add_class::<Group>()?;
    module.add_class::<Score>()?;
    module.add_function(wrap_pyfunction!(cer, module)?)?;
    module.add_function(wrap_pyfunction!(wer, module)?)
}
