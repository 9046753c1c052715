//! Word and character error rates.

use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use sprogkit::align::{Counts, Operation};
use sprogkit::score::{self, Bootstrap, Options, Profile, Scorer, Unit};

use crate::array::row;
use crate::edits::{ties, ties_name};
use crate::enter::{Threads, enter, enter_parallel};
use crate::error::checked;
use crate::integer;
use crate::references::{Pairs, References, Variants, texts};
use crate::versions::to_characters;

/// What happened to a token, and the characters at which it stands on either side.
type Step = (&'static str, Option<(usize, usize)>, Option<(usize, usize)>);

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

    /// The references, as they were compared.
    #[getter]
    fn references(&self) -> Vec<&str> {
        self.pairs.references()
    }

    #[getter]
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, &self.groups)
    }

    /// The scores by other labels.
    #[pyo3(signature = (groups, *, level = 0.95, samples = 1000, seed = 0, small = 30))]
    fn by<'py>(
        &self,
        groups: &Bound<'py, PyAny>,
        level: f64,
        #[pyo3(from_py_with = integer::samples)] samples: usize,
        #[pyo3(from_py_with = integer::seed)] seed: u64,
        #[pyo3(from_py_with = integer::small)] small: usize,
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = groups.py();
        let labels = labels(groups)?;
        let options = Bootstrap { level, samples, seed, small };
        let groups =
            enter_parallel(py, None, || score::groups(&self.found.pairs, &labels, &options))?;
        dict(py, &groups)
    }

    /// What is mistaken for what, and how often.
    #[pyo3(signature = (limit = None))]
    fn confusions(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = integer::limit)] limit: Option<usize>,
    ) -> PyResult<Vec<(String, String, usize)>> {
        let found = enter_parallel(py, None, || {
            let (references, hypotheses) = (self.pairs.references(), self.pairs.hypotheses());
            score::confusions(&references, &hypotheses, &self.options)
        })?;
        let found = found.into_iter().take(limit.unwrap_or(usize::MAX));
        Ok(found.map(|one| (one.reference, one.hypothesis, one.count)).collect())
    }

    /// What happened in one pair, and where.
    fn steps(&self, py: Python<'_>, pair: isize) -> PyResult<Vec<Step>> {
        let (reference, hypothesis) = self.pairs.get(row(pair, self.found.pairs.len())?);
        enter(py, || {
            let aligned = Scorer::new(self.options).align(reference, hypothesis);
            let own = to_characters(aligned.reference.iter().copied(), reference);
            let other = to_characters(aligned.hypothesis.iter().copied(), hypothesis);
            let steps = aligned.edits.pairs.iter().map(|step| {
                let own = (step.operation != Operation::Insertion).then(|| own[step.reference]);
                let other = (step.operation != Operation::Deletion).then(|| other[step.hypothesis]);
                (step.operation.name(), own, other)
            });
            Ok(steps.collect())
        })
    }

    /// One pair as a line that shows what differs.
    #[pyo3(signature = (pair, *, color = false))]
    fn diff(&self, py: Python<'_>, pair: isize, color: bool) -> PyResult<String> {
        let (reference, hypothesis) = self.pairs.get(row(pair, self.found.pairs.len())?);
        enter(py, || {
            let aligned = Scorer::new(self.options).align(reference, hypothesis);
            Ok(score::diff_line(reference, hypothesis, &aligned, color))
        })
    }

    /// All pairs as a page for the browser.
    #[pyo3(signature = (*, title = "Score", labels = None))]
    fn html(
        &self,
        py: Python<'_>,
        title: &str,
        labels: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let labels = labels.map(self::labels).transpose()?;
        enter_parallel(py, None, || {
            let (references, hypotheses) = (self.pairs.references(), self.pairs.hypotheses());
            let labels = labels.as_deref();
            score::diff_page(title, &references, &hypotheses, labels, &self.options)
        })
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

    fn __reduce__<'py>(&'py self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        let again = py.import("sprogkit._native.score")?.getattr("_score")?;
        let groups =
            self.groups.iter().map(|group| (group.name.clone(), Group::new(group).state()));
        let (references, hypotheses) = (self.pairs.references(), self.pairs.hypotheses());
        let names = (self.options.profile.name(), self.unit(), ties_name(self.options.ties));
        Ok((again, (references, hypotheses, names, groups.collect())))
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

/// What makes a score anew: references and hypotheses as they were compared, the names of profile,
/// unit and ties, the groups.
type Reduced<'py> = (
    Bound<'py, PyAny>,
    (
        Vec<&'py str>,
        Vec<&'py str>,
        (&'static str, &'static str, &'static str),
        Vec<(String, GroupState)>,
    ),
);

/// A score as it was pickled. The texts are scored again, which takes less time than reading what
/// there is to know of them.
#[pyfunction]
#[pyo3(name = "_score")]
fn pickled_score(
    references: &Bound<'_, PyAny>,
    hypotheses: &Bound<'_, PyAny>,
    names: (String, String, String),
    groups: Vec<(String, GroupState)>,
) -> PyResult<Score> {
    let (profile, unit, ties) = names;
    let unit = if unit == "char" { Unit::Char } else { Unit::Word };
    let options = Options { unit, ties: self::ties(&ties)?, ..Options::default() };
    let mut score = score((references, hypotheses), &profile, None, None, options, None)?;
    score.groups = groups.into_iter().map(|(name, state)| Group::of(state).named(name)).collect();
    Ok(score)
}

/// A group as it was pickled.
#[pyfunction]
#[pyo3(name = "_group", signature = (*state))]
fn pickled_group(state: GroupState) -> Group {
    Group::of(state)
}

/// The score of the pairs that share a label.
#[pyclass(frozen, get_all, module = "sprogkit.score")]
pub(crate) struct Group {
    rate: f64,
    mer: f64,
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
            mer: group.match_error_rate(),
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

/// A group's rate, match error rate, ends of the interval, whether it is small, its pairs and its
/// four counts.
type GroupState = (f64, f64, f64, f64, bool, usize, (usize, usize, usize, usize));

impl Group {
    fn state(&self) -> GroupState {
        let Self { rate, mer, low, high, small, pairs, .. } = *self;
        let counts = (self.hits, self.substitutions, self.deletions, self.insertions);
        (rate, mer, low, high, small, pairs, counts)
    }

    fn of((rate, mer, low, high, small, pairs, counts): GroupState) -> Self {
        let (hits, substitutions, deletions, insertions) = counts;
        Self { rate, mer, low, high, small, pairs, hits, substitutions, deletions, insertions }
    }

    /// The same in the core's form.
    fn named(self, name: String) -> score::Group {
        let Self { rate, low, high, small, pairs, .. } = self;
        let Self { hits, substitutions, deletions, insertions, .. } = self;
        score::Group {
            name,
            pairs,
            counts: Counts { hits, substitutions, deletions, insertions },
            rate,
            interval: score::Interval { low, high },
            small,
        }
    }
}

#[pymethods]
impl Group {
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, GroupState)> {
        Ok((py.import("sprogkit._native.score")?.getattr("_group")?, self.state()))
    }

    fn __repr__(&self) -> String {
        let Self { rate, low, high, pairs, small, .. } = self;
        let small = if *small { ", small=True" } else { "" };
        format!("Group(rate={rate:.4}, low={low:.4}, high={high:.4}, pairs={pairs}{small})")
    }
}

/// The groups by their labels.
fn dict<'py>(py: Python<'py>, groups: &[score::Group]) -> PyResult<Bound<'py, PyDict>> {
    let found = PyDict::new(py);
    for group in groups {
        found.set_item(&group.name, Group::new(group))?;
    }
    Ok(found)
}

/// Labels as text.
fn labels(given: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let list = match given.getattr_opt("to_pylist")? {
        Some(to_pylist) => to_pylist.call0()?,
        None => given.clone(),
    };
    list.try_iter()?.map(|label| Ok(label?.str()?.to_string())).collect()
}

/// Scores as `options` say.
fn score<'py>(
    (references, hypotheses): (&Bound<'py, PyAny>, &Bound<'py, PyAny>),
    profile: &str,
    groups: Option<&Bound<'py, PyAny>>,
    variants: Option<&Variants>,
    options: Options,
    threads: Option<Threads>,
) -> PyResult<Score> {
    let py = references.py();
    let options = Options { profile: checked(py, Profile::named(profile))?, ..options };
    let references = References::new(references)?;
    let hypotheses = texts(hypotheses, "hypotheses")?;
    let labels = groups.map(labels).transpose()?;
    let (pairs, found, groups) = enter_parallel(py, threads, || {
        let pairs = Pairs::new(references, hypotheses, variants, &options)?;
        let found = pairs.score(&options)?;
        let groups = match &labels {
            Some(labels) => score::groups(&found.pairs, labels, &Bootstrap::default())?,
            None => Vec::new(),
        };
        Ok((pairs, found, groups))
    })?;
    Ok(Score { pairs, options, found, other: OnceLock::new(), groups })
}

/// Scores words.
#[pyfunction]
#[pyo3(signature = (
    references, hypotheses, *, profile = "as-is", groups = None, variants = None, ties = "jiwer",
    threads = None
))]
fn wer<'py>(
    references: &Bound<'py, PyAny>,
    hypotheses: &Bound<'py, PyAny>,
    profile: &str,
    groups: Option<&Bound<'py, PyAny>>,
    variants: Option<&Bound<'py, Variants>>,
    ties: &str,
    threads: Option<Threads>,
) -> PyResult<Score> {
    let options = Options { ties: self::ties(ties)?, ..Options::default() };
    let variants = variants.map(Bound::get);
    score((references, hypotheses), profile, groups, variants, options, threads)
}

/// Scores characters.
#[pyfunction]
#[pyo3(signature = (
    references, hypotheses, *, profile = "as-is", groups = None, variants = None, ties = "jiwer",
    threads = None
))]
fn cer<'py>(
    references: &Bound<'py, PyAny>,
    hypotheses: &Bound<'py, PyAny>,
    profile: &str,
    groups: Option<&Bound<'py, PyAny>>,
    variants: Option<&Bound<'py, Variants>>,
    ties: &str,
    threads: Option<Threads>,
) -> PyResult<Score> {
    let options = Options { unit: Unit::Char, ties: self::ties(ties)?, ..Options::default() };
    let variants = variants.map(Bound::get);
    score((references, hypotheses), profile, groups, variants, options, threads)
}

/// Fills `sprogkit._native.score`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("PROFILES", pyo3::types::PyTuple::new(module.py(), Profile::NAMES)?)?;
    module.add_class::<Group>()?;
    module.add_class::<Score>()?;
    module.add_class::<Variants>()?;
    module.add_function(wrap_pyfunction!(cer, module)?)?;
    module.add_function(wrap_pyfunction!(pickled_group, module)?)?;
    module.add_function(wrap_pyfunction!(pickled_score, module)?)?;
    module.add_function(wrap_pyfunction!(wer, module)?)
}
