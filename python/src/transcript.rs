//! Hours of speech against a whole transcript, with errors on both sides.

use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use sprogkit::align::ctc::LogProbs;
use sprogkit::align::transcript::{self, Lengths, Options};

use crate::ctc::{Matrix, quantised, targets};
use crate::enter::enter_long;
use crate::error::checked;
use crate::integer;

/// A stretch of text and speech that belong together.
#[pyclass(frozen, get_all, eq, module = "sprogkit.align")]
#[derive(PartialEq)]
pub(crate) struct Segment {
    /// First unit and the one behind the last.
    units: (usize, usize),
    start: usize,
    end: usize,
    score: f32,
    moved: bool,
}

/// What makes a segment anew, and its fields.
type Reduced<'py> = (Bound<'py, PyAny>, ((usize, usize), usize, usize, f32, bool));

/// A segment as it was pickled.
#[pyfunction]
#[pyo3(name = "_segment")]
pub(crate) fn pickled(
    units: (usize, usize),
    start: usize,
    end: usize,
    score: f32,
    moved: bool,
) -> Segment {
    Segment { units, start, end, score, moved }
}

#[pymethods]
impl Segment {
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        let again = py.import("sprogkit._native.align")?.getattr("_segment")?;
        Ok((again, (self.units, self.start, self.end, self.score, self.moved)))
    }

    fn __repr__(&self) -> String {
        let Self { units: (first, behind), start, end, score, moved } = self;
        let moved = if *moved { ", moved=True" } else { "" };
        format!("Segment(units={first}:{behind}, frames={start}:{end}, score={score:.2}{moved})")
    }
}

/// A transcript, lined up.
#[pyclass(frozen, module = "sprogkit.align")]
pub(crate) struct Transcript(transcript::Transcript);

#[pymethods]
impl Transcript {
    #[getter]
    fn starts<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let start = |unit: &transcript::Unit| if unit.matched { unit.start as i64 } else { -1 };
        self.0.units.iter().map(start).collect::<Vec<_>>().into_pyarray(py)
    }

    #[getter]
    fn ends<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let end = |unit: &transcript::Unit| if unit.matched { unit.end as i64 } else { -1 };
        self.0.units.iter().map(end).collect::<Vec<_>>().into_pyarray(py)
    }

    #[getter]
    fn scores<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f32>> {
        self.0.units.iter().map(|unit| unit.score).collect::<Vec<_>>().into_pyarray(py)
    }

    #[getter]
    fn token_starts<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        self.0.starts.clone().into_pyarray(py)
    }

    #[getter]
    fn token_ends<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        self.0.ends.clone().into_pyarray(py)
    }

    #[getter]
    fn segments(&self) -> Vec<Segment> {
        let segment = |s: &transcript::Segment| Segment {
            units: (s.units.start, s.units.end),
            start: s.start,
            end: s.end,
            score: s.score,
            moved: s.moved,
        };
        self.0.segments.iter().map(segment).collect()
    }

    #[getter]
    fn missing_text(&self) -> Vec<(usize, usize)> {
        self.0.missing_text.iter().map(|run| (run.start, run.end)).collect()
    }

    #[getter]
    fn missing_speech(&self) -> Vec<(usize, usize)> {
        self.0.missing_speech.iter().map(|run| (run.start, run.end)).collect()
    }

    /// Pieces for training, cut at pauses.
    #[pyo3(signature = (
        *, shortest = 50, wanted = 400, longest = 750, padding = 10, score = -2.0
    ))]
    fn utterances(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = integer::shortest)] shortest: usize,
        #[pyo3(from_py_with = integer::wanted)] wanted: usize,
        #[pyo3(from_py_with = integer::longest)] longest: usize,
        #[pyo3(from_py_with = integer::padding)] padding: usize,
        score: f32,
    ) -> PyResult<Vec<Segment>> {
        let lengths = Lengths { shortest, wanted, longest, padding, score };
        let found = checked(py, self.0.utterances(&lengths))?;
        let segment = |u: transcript::Utterance| Segment {
            units: (u.units.start, u.units.end),
            start: u.start,
            end: u.end,
            score: u.score,
            moved: false,
        };
        Ok(found.into_iter().map(segment).collect())
    }

    fn __repr__(&self) -> String {
        let (units, segments) = (self.0.units.len(), self.0.segments.len());
        let matched = self.0.units.iter().filter(|unit| unit.matched).count();
        format!("Transcript({matched} of {units} units in {segments} segments)")
    }
}

/// Aligns a transcript.
#[pyfunction]
#[pyo3(name = "transcript", signature = (
    log_probs, text_units, *, blank = 0, garbage = 4.0, omission = 2.0, pause = 50, least = 6,
    reorder = 6000, scale = None, zero_point = None
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn align_transcript(
    py: Python<'_>,
    log_probs: &Bound<'_, PyAny>,
    text_units: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = integer::blank)] blank: i32,
    garbage: f32,
    omission: f32,
    #[pyo3(from_py_with = integer::pause)] pause: usize,
    #[pyo3(from_py_with = integer::least)] least: usize,
    #[pyo3(from_py_with = integer::reorder)] reorder: usize,
    scale: Option<f32>,
    #[pyo3(from_py_with = integer::zero_point)] zero_point: Option<i32>,
) -> PyResult<Transcript> {
    let matrix = Matrix::new(log_probs, quantised(scale, zero_point)?)?;
    let (frames, vocabulary) = matrix.shape(py)?;
    let values = matrix.values()?;
    let (mut tokens, mut ends) = (Vec::new(), Vec::new());
    for unit in text_units.try_iter()? {
        tokens.extend(targets(&unit?)?);
        ends.push(tokens.len());
    }
    let options = Options { blank, garbage, omission, pause, least, reorder };
    let found = enter_long(py, None, |progress| {
        let log_probs = LogProbs::of(values, frames, vocabulary)?;
        transcript::align(&log_probs, &tokens, &ends, &options, progress)
    })?;
    Ok(Transcript(found))
}
