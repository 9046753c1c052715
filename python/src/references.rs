//! What is compared: one or several references for each hypothesis, and the forms they may take.

use std::borrow::Cow;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyString, PyTuple};
use sprogkit::score::{self, Options};

use crate::capsule;
use crate::enter::enter;
use crate::error::checked;
use crate::texts::Texts;

/// References as they come from Python.
pub(crate) enum References {
    /// One for each hypothesis.
    One(Texts),
    /// Several for each, one set behind the other, with their ends.
    Several(Texts, Vec<usize>),
}

impl References {
    pub(crate) fn new(given: &Bound<'_, PyAny>) -> PyResult<Self> {
        // An iterator can be gone through once only.
        let given = match given.cast::<PyIterator>() {
            Ok(once) if !given.hasattr("__arrow_c_stream__")? => {
                let all: Vec<_> = once.try_iter()?.collect::<PyResult<_>>()?;
                PyList::new(given.py(), all)?.into_any()
            }
            _ => given.clone(),
        };
        if !is_list(&given) || !is_list_at(&given, 0)? {
            return texts(&given, "references").map(Self::One);
        }
        let (flat, mut ends) = (PyList::empty(given.py()), Vec::new());
        for (at, set) in given.try_iter()?.enumerate() {
            let set = set?;
            if !is_list(&set) {
                let got = capsule::kind(&set);
                return Err(PyTypeError::new_err(format!(
                    "references[{at}] must be a list of str as references[0] is, got {got}"
                )));
            }
            for (text, place) in set.try_iter()?.zip(0..) {
                let text = text?;
                if !text.is_instance_of::<PyString>() {
                    let got = capsule::kind(&text);
                    let reason = format!("references[{at}][{place}] must be str, got {got}");
                    return Err(PyTypeError::new_err(reason));
                }
                flat.append(text)?;
            }
            ends.push(flat.len());
        }
        Ok(Self::Several(flat.extract()?, ends))
    }
}

fn is_list(given: &Bound<'_, PyAny>) -> bool {
    given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>()
}

fn is_list_at(list: &Bound<'_, PyAny>, at: usize) -> PyResult<bool> {
    Ok(at < list.len()? && is_list(&list.get_item(at)?))
}

/// One text or many, none absent.
pub(crate) fn texts(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Texts> {
    let texts: Texts = match given.cast::<PyString>() {
        Ok(one) => PyList::new(given.py(), [one])?.as_any().extract()?,
        Err(_) => given.extract()?,
    };
    match texts.first_null() {
        Some(row) => Err(PyValueError::new_err(format!("{name}[{row}] is None"))),
        None => Ok(texts),
    }
}

/// The texts that are compared.
pub(crate) struct Pairs {
    references: Chosen,
    hypotheses: Texts,
}

/// References, one for each hypothesis.
enum Chosen {
    Given(Texts),
    /// The nearest of several, or in the nearest forms.
    Nearest(Vec<String>),
}

impl Pairs {
    pub(crate) fn new(
        references: References,
        hypotheses: Texts,
        variants: Option<&Variants>,
        options: &Options,
    ) -> sprogkit::Result<Self> {
        let variants = variants.map(|variants| &variants.0);
        let (texts, ends) = match (references, variants) {
            (References::One(given), None) => {
                return Ok(Self { references: Chosen::Given(given), hypotheses });
            }
            (References::One(texts), Some(_)) => (texts, None),
            (References::Several(texts, ends), _) => (texts, Some(ends)),
        };
        let texts = texts.collect();
        let sets: Vec<&[&str]> = match ends {
            None => texts.iter().map(std::slice::from_ref).collect(),
            Some(ends) => {
                let starts = std::iter::once(0).chain(ends.iter().copied());
                starts.zip(&ends).map(|(start, &end)| &texts[start..end]).collect()
            }
        };
        let nearest = score::nearest(&sets, &hypotheses.collect(), variants, options)?;
        let nearest = nearest.into_iter().map(Cow::into_owned).collect();
        Ok(Self { references: Chosen::Nearest(nearest), hypotheses })
    }

    pub(crate) fn score(&self, options: &Options) -> sprogkit::Result<score::Score> {
        score::score(&self.references(), &self.hypotheses(), options)
    }

    pub(crate) fn references(&self) -> Vec<&str> {
        match &self.references {
            Chosen::Given(texts) => texts.collect(),
            Chosen::Nearest(texts) => texts.iter().map(String::as_str).collect(),
        }
    }

    pub(crate) fn hypotheses(&self) -> Vec<&str> {
        self.hypotheses.collect()
    }

    /// The texts of one pair.
    pub(crate) fn get(&self, pair: usize) -> (&str, &str) {
        let reference = match &self.references {
            Chosen::Given(texts) => texts.get(pair),
            Chosen::Nearest(texts) => &texts[pair],
        };
        (reference, self.hypotheses.get(pair))
    }
}

/// Classes of forms that say the same.
#[pyclass(frozen, module = "sprogkit.score")]
pub(crate) struct Variants(score::Variants);

#[pymethods]
impl Variants {
    #[new]
    fn __new__(classes: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut forms: Vec<Vec<String>> = Vec::new();
        for (at, class) in classes.try_iter()?.enumerate() {
            let class = class?;
            if class.is_instance_of::<PyString>() {
                let reason = format!("classes[{at}] must be a list of forms, got one str");
                return Err(PyTypeError::new_err(reason));
            }
            forms.push(class.try_iter()?.map(|form| form?.extract()).collect::<PyResult<_>>()?);
        }
        checked(classes.py(), score::Variants::from_classes(&forms)).map(Self)
    }

    /// The Danish forms in the package.
    #[staticmethod]
    fn danish() -> Self {
        Self(score::Variants::danish())
    }

    /// The classes as they were given.
    #[getter]
    fn classes(&self) -> Vec<Vec<String>> {
        self.0.classes()
    }

    fn __or__(&self, other: &Bound<'_, Self>) -> Self {
        Self(self.0.and(&other.get().0))
    }

    fn __getnewargs__(&self) -> (Vec<Vec<String>>,) {
        (self.0.classes(),)
    }

    fn __repr__(&self) -> String {
        format!("Variants({} classes)", self.0.classes().len())
    }

    /// The reference in the forms nearest to the hypothesis.
    fn nearest(&self, py: Python<'_>, reference: &str, hypothesis: &str) -> PyResult<String> {
        enter(py, || Ok(self.0.nearest(reference, hypothesis).into_owned()))
    }
}
