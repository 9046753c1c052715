//! Lexica: forms and their readings, lemmas, searches.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::{DataType, Field};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use sprogkit::dictionary::{self, Input};
use sprogkit::formats::Encoding;
use sprogkit::formats::wordlist::Layout;
use sprogkit::lexicon::pronounce::{Alphabet, Pronouncer};
use sprogkit::lexicon::{self, Case, Upos};
use sprogkit::text::offsets::{Converter, Unit};

use crate::array::PyArray;
use crate::enter::{Threads, enter, enter_briefly, enter_long, enter_parallel};
use crate::integer;
use crate::texts::Texts;

/// One reading of a form.
#[pyclass(frozen, eq, hash, get_all, module = "sprogkit.lexicon")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Reading {
    form: String,
    lemma: String,
    upos: Option<&'static str>,
    feats: String,
    id: String,
    source: Option<String>,
    license: Option<String>,
    frequency: Option<u64>,
    pronunciation: Option<String>,
    derived: bool,
}

impl Reading {
    fn new(reading: &lexicon::Reading<'_>) -> Self {
        Self {
            form: reading.form().to_owned(),
            lemma: reading.lemma(),
            upos: reading.upos().map(Upos::name),
            feats: reading.feats().to_owned(),
            id: reading.id(),
            source: reading.source().map(|source| source.name.clone()),
            license: reading.source().map(|source| source.license.clone()),
            frequency: reading.frequency(),
            pronunciation: reading.pronunciation().map(str::to_owned),
            derived: reading.is_derived(),
        }
    }
}

/// Form, lemma, part of speech, features and id of a reading.
type Word = (String, String, Option<String>, String, String);

/// Source, license, frequency, pronunciation, and whether it is derived.
type Rest = (Option<String>, Option<String>, Option<u64>, Option<String>, bool);

/// A reading as it was pickled.
#[pyfunction]
#[pyo3(name = "_reading")]
fn pickled(word: Word, rest: Rest) -> Reading {
    let (form, lemma, upos, feats, id) = word;
    let (source, license, frequency, pronunciation, derived) = rest;
    let upos = upos.and_then(|upos| Upos::ALL.map(Upos::name).into_iter().find(|n| *n == upos));
    Reading { form, lemma, upos, feats, id, source, license, frequency, pronunciation, derived }
}

#[pymethods]
impl Reading {
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Word, Rest))> {
        let again = py.import("sprogkit._native.lexicon")?.getattr("_reading")?;
        let one = self;
        let word = (
            one.form.clone(),
            one.lemma.clone(),
            one.upos.map(str::to_owned),
            one.feats.clone(),
            one.id.clone(),
        );
        let rest = (
            one.source.clone(),
            one.license.clone(),
            one.frequency,
            one.pronunciation.clone(),
            one.derived,
        );
        Ok((again, (word, rest)))
    }

    fn __repr__(&self) -> String {
        let Self { form, lemma, upos, feats, id, .. } = self;
        let upos = upos.unwrap_or("None");
        format!("Reading({form:?}, lemma={lemma:?}, upos={upos:?}, feats={feats:?}, id={id:?})")
    }
}

/// A compound in its parts.
#[pyclass(frozen, eq, module = "sprogkit.lexicon")]
#[derive(PartialEq)]
pub(crate) struct Split {
    inner: lexicon::Split,
    joints: Vec<usize>,
}

impl Split {
    fn new(word: &str, inner: lexicon::Split) -> Self {
        let mut chars = Converter::new(word, Unit::Char);
        let joints = inner.joints().into_iter().map(|at| chars.from_byte(at)).collect();
        Self { inner, joints }
    }
}

#[pymethods]
impl Split {
    #[getter]
    fn parts(&self) -> Vec<(String, String)> {
        self.inner.parts.clone()
    }

    #[getter]
    fn joints(&self) -> Vec<usize> {
        self.joints.clone()
    }

    #[getter]
    fn head(&self) -> &str {
        self.inner.head()
    }

    #[getter]
    fn cost(&self) -> f32 {
        self.inner.cost
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Split({:?}, cost={:.2})", self.inner.to_string(), self.inner.cost)
    }
}

/// A part of speech by its name.
fn upos(name: Option<&str>) -> PyResult<Option<Upos>> {
    let unknown = |name| PyValueError::new_err(format!("upos must be one of UPOS, got {name:?}"));
    name.map(|name| Upos::of_name(name).ok_or_else(|| unknown(name))).transpose()
}

/// How letters of another case are taken, by its name.
fn case(name: &str) -> PyResult<Case> {
    match name {
        "exact" => Ok(Case::Exact),
        "folded" => Ok(Case::Folded),
        other => Err(PyValueError::new_err(format!(
            "case must be \"exact\" or \"folded\", got {other:?}"
        ))),
    }
}

fn texts(lemmas: Vec<lexicon::Lemma>) -> Vec<String> {
    let mut found: Vec<String> = Vec::with_capacity(lemmas.len());
    for lemma in lemmas {
        if !found.contains(&lemma.text) {
            found.push(lemma.text);
        }
    }
    found
}

/// Rows of strings as an Arrow list; null where a text is null.
fn lists(given: &Texts, rows: Vec<Vec<String>>) -> PyArray {
    let nulls = given.nulls();
    let mut builder = ListBuilder::new(StringBuilder::new());
    for (row, strings) in rows.into_iter().enumerate() {
        let present = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        if present {
            strings.iter().for_each(|text| builder.values().append_value(text));
        }
        builder.append(present);
    }
    let array: ArrayRef = Arc::new(builder.finish());
    let field = Field::new("", array.data_type().clone(), true);
    PyArray::new(array, Arc::new(field))
}

/// Forms and their readings, opened by memory map.
#[pyclass(frozen, module = "sprogkit.lexicon")]
pub(crate) struct Lexicon {
    inner: lexicon::Lexicon,
    path: PathBuf,
}

#[pymethods]
impl Lexicon {
    #[getter]
    fn readings(&self) -> u64 {
        self.inner.readings()
    }

    #[getter]
    fn sources(&self) -> Vec<(String, String)> {
        let sources = self.inner.sources().iter();
        sources.map(|source| (source.name.clone(), source.license.clone())).collect()
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __contains__(&self, form: &str) -> bool {
        self.inner.contains(form)
    }

    fn __repr__(&self) -> String {
        let (path, forms) = (self.path.display(), self.inner.len());
        format!("Lexicon('{path}', {forms} forms, {} readings)", self.inner.readings())
    }

    /// All readings of a form.
    #[pyo3(signature = (form, *, case = "exact"))]
    fn lookup(&self, py: Python<'_>, form: &str, case: &str) -> PyResult<Vec<Reading>> {
        let case = self::case(case)?;
        enter_briefly(py, || {
            Ok(self.inner.lookup_as(form, case).iter().map(Reading::new).collect())
        })
    }

    /// How often a form was counted.
    fn frequency(&self, form: &str) -> Option<u64> {
        self.inner.frequency(form)
    }

    /// The lemmas a form may have, best first.
    #[pyo3(signature = (form, upos = None))]
    fn lemmas(&self, py: Python<'_>, form: &str, upos: Option<&str>) -> PyResult<Vec<String>> {
        let upos = self::upos(upos)?;
        enter_briefly(py, || Ok(texts(self.inner.lemmas(form, upos))))
    }

    /// The lemmas of many forms.
    #[pyo3(signature = (forms, upos = None, *, threads = None))]
    fn lemmas_batch(
        &self,
        py: Python<'_>,
        forms: Texts,
        upos: Option<&str>,
        threads: Option<Threads>,
    ) -> PyResult<PyArray> {
        let upos = self::upos(upos)?;
        enter_parallel(py, threads, || {
            let rows = self.inner.lemmas_batch(&forms.collect(), upos);
            Ok(lists(&forms, rows.into_iter().map(texts).collect()))
        })
    }

    /// The ways to part a compound, best first.
    fn split_compound(&self, py: Python<'_>, word: &str) -> PyResult<Vec<Split>> {
        enter_briefly(py, || {
            let splits = self.inner.split_compound(word).into_iter();
            Ok(splits.map(|split| Split::new(word, split)).collect())
        })
    }

    /// The whole words of a phrase with a left-out part.
    fn complete_ellipsis(&self, py: Python<'_>, phrase: &str) -> PyResult<Option<Vec<String>>> {
        enter_briefly(py, || Ok(self.inner.complete_ellipsis(phrase)))
    }

    /// Whether a word is right as it is written.
    fn check(&self, py: Python<'_>, word: &str) -> PyResult<bool> {
        enter_briefly(py, || Ok(self.inner.check(word)))
    }

    /// Whether each of many words is right as it is written.
    #[pyo3(signature = (words, *, threads = None))]
    fn check_batch(
        &self,
        py: Python<'_>,
        words: Texts,
        threads: Option<Threads>,
    ) -> PyResult<PyArray> {
        enter_parallel(py, threads, || {
            let right = self.inner.check_batch(&words.collect());
            let array: ArrayRef = Arc::new(BooleanArray::new(right.into(), words.nulls()));
            Ok(PyArray::new(array, Arc::new(Field::new("", DataType::Boolean, true))))
        })
    }

    /// Words that a word may have been meant to be, the likeliest first.
    #[pyo3(signature = (word, *, most = 10))]
    fn suggest(
        &self,
        py: Python<'_>,
        word: &str,
        #[pyo3(from_py_with = integer::most)] most: usize,
    ) -> PyResult<Vec<String>> {
        enter(py, || self.inner.suggest(word, most))
    }

    /// A word where it may be parted at the end of a line.
    fn hyphenate(&self, py: Python<'_>, word: &str) -> PyResult<Vec<String>> {
        enter_briefly(py, || Ok(self.inner.hyphenate(word).into_iter().map(Into::into).collect()))
    }

    /// Ways to say a word, those of the lexicon first.
    #[pyo3(signature = (word, *, alphabet = "xsampa", most = 3))]
    fn pronounce(
        &self,
        py: Python<'_>,
        word: &str,
        alphabet: &str,
        #[pyo3(from_py_with = integer::most)] most: usize,
    ) -> PyResult<Vec<String>> {
        let alphabet = self::alphabet(alphabet)?;
        enter(py, || Ok(self.inner.pronounce(word, alphabet, most)))
    }

    /// Forms that begin with `prefix`.
    #[pyo3(signature = (prefix, *, most = 100))]
    fn starting_with(
        &self,
        py: Python<'_>,
        prefix: &str,
        #[pyo3(from_py_with = integer::most)] most: usize,
    ) -> PyResult<Vec<String>> {
        enter(py, || Ok(self.inner.starting_with(prefix, most)))
    }

    /// Forms that differ little from `word`, each with its distance.
    #[pyo3(signature = (word, *, distance = 1, most = 100))]
    fn near(
        &self,
        py: Python<'_>,
        word: &str,
        #[pyo3(from_py_with = integer::distance)] distance: u32,
        #[pyo3(from_py_with = integer::most)] most: usize,
    ) -> PyResult<Vec<(String, u32)>> {
        enter(py, || {
            let near = self.inner.near(word, distance, most)?;
            Ok(near.into_iter().map(|near| (near.form, near.distance)).collect())
        })
    }

    /// Forms that a regular expression matches as a whole.
    #[pyo3(signature = (pattern, *, most = 100))]
    fn matching(
        &self,
        py: Python<'_>,
        pattern: &str,
        #[pyo3(from_py_with = integer::most)] most: usize,
    ) -> PyResult<Vec<String>> {
        enter(py, || self.inner.matching(pattern, most))
    }
}

/// Opens a lexicon.
#[pyfunction]
fn open(py: Python<'_>, path: PathBuf) -> PyResult<Lexicon> {
    let inner = enter(py, || lexicon::Lexicon::open(&path))?;
    Ok(Lexicon { inner, path })
}

/// What goes into a lexicon: a path, or a path and what is known of it.
type Given = (PathBuf, Option<String>, Option<String>, String, String);

/// Makes one lexicon of several lists.
#[pyfunction]
fn compile(py: Python<'_>, inputs: Vec<Given>, out: PathBuf) -> PyResult<Lexicon> {
    let mut wanted = Vec::with_capacity(inputs.len());
    for (path, layout, encoding, source, license) in inputs {
        let mut input = Input::new(path);
        if let Some(name) = layout {
            let names = Layout::ALL.map(|(name, _)| name);
            input.layout = Some(named("layout", &name, Layout::of_name(&name), &names)?);
        }
        if let Some(label) = encoding {
            let names = Encoding::ALL.map(|(name, _)| name);
            input.encoding = Some(named("encoding", &label, Encoding::of_label(&label), &names)?);
        }
        (input.source, input.license) = (source, license);
        wanted.push(input);
    }
    let inner = enter_long(py, None, |progress| dictionary::compile(&wanted, &out, progress))?;
    Ok(Lexicon { inner, path: out })
}

/// The lemmas a form may have without a lexicon, best first.
#[pyfunction]
#[pyo3(signature = (form, upos = None))]
fn lemmas(py: Python<'_>, form: &str, upos: Option<&str>) -> PyResult<Vec<String>> {
    let upos = self::upos(upos)?;
    enter_briefly(py, || Ok(texts(lexicon::lemmas(form, upos))))
}

/// An alphabet of sounds, by its name.
fn alphabet(name: &str) -> PyResult<Alphabet> {
    let names: Vec<_> = Alphabet::ALL.iter().map(|alphabet| alphabet.name()).collect();
    let found = names.iter().position(|other| *other == name).map(|at| Alphabet::ALL[at]);
    named("alphabet", name, found, &names)
}

/// What `name` was found to name; else an error that tells all the names.
fn named<T>(what: &str, name: &str, found: Option<T>, names: &[&str]) -> PyResult<T> {
    found.ok_or_else(|| {
        PyValueError::new_err(format!("{what} must be one of {names:?}, got {name:?}"))
    })
}

/// Ways to say a word, best first.
#[pyfunction]
#[pyo3(signature = (word, *, alphabet = "xsampa", most = 3))]
fn pronounce(
    py: Python<'_>,
    word: &str,
    alphabet: &str,
    #[pyo3(from_py_with = integer::most)] most: usize,
) -> PyResult<Vec<String>> {
    let alphabet = self::alphabet(alphabet)?;
    enter(py, || {
        let ways = Pronouncer::embedded().pronounce(word, most);
        Ok(ways.iter().map(|way| way.write(alphabet)).collect())
    })
}

/// The best way to say each of many words.
#[pyfunction]
#[pyo3(signature = (words, *, alphabet = "xsampa", threads = None))]
fn pronounce_batch(
    py: Python<'_>,
    words: Texts,
    alphabet: &str,
    threads: Option<Threads>,
) -> PyResult<PyArray> {
    let alphabet = self::alphabet(alphabet)?;
    enter_parallel(py, threads, || {
        let spoken = lexicon::pronounce_batch(&words.collect(), alphabet);
        Ok(PyArray::strings(spoken, None))
    })
}

/// A word where it may be parted at the end of a line.
#[pyfunction]
fn hyphenate(py: Python<'_>, word: &str) -> PyResult<Vec<String>> {
    enter_briefly(py, || Ok(lexicon::hyphenate(word).into_iter().map(Into::into).collect()))
}

/// Fills `sprogkit._native.lexicon`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("UPOS", PyTuple::new(py, Upos::ALL.map(Upos::name))?)?;
    module.add("LAYOUTS", PyTuple::new(py, Layout::ALL.map(|(name, _)| name))?)?;
    module.add_class::<Lexicon>()?;
    module.add_class::<Reading>()?;
    module.add_function(wrap_pyfunction!(pickled, module)?)?;
    module.add_class::<Split>()?;
    module.add_function(wrap_pyfunction!(open, module)?)?;
    module.add_function(wrap_pyfunction!(compile, module)?)?;
    module.add_function(wrap_pyfunction!(lemmas, module)?)?;
    module.add_function(wrap_pyfunction!(pronounce, module)?)?;
    module.add_function(wrap_pyfunction!(pronounce_batch, module)?)?;
    module.add_function(wrap_pyfunction!(hyphenate, module)?)
}
