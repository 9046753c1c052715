//! Rows of sound: recordings and utterances.

use std::sync::Arc;

use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use sprogkit::{Result, corpus};

use crate::error::checked;
use crate::views;
use crate::writing::{beginning, meta};

/// A recording of a pack.
#[pyclass(frozen, module = "sprogkit.corpus")]
pub(crate) struct Recording {
    pub(crate) pack: Arc<corpus::Pack>,
    pub(crate) row: u64,
}

/// A stretch of a recording of a pack.
#[pyclass(frozen, module = "sprogkit.corpus")]
pub(crate) struct Utterance {
    pub(crate) pack: Arc<corpus::Pack>,
    pub(crate) row: u64,
}

/// Samples as floats in −1 to 1: a copy.
fn floats<'py>(py: Python<'py>, pcm: &[i16]) -> Bound<'py, PyArray1<f32>> {
    let scaled = |&sample: &i16| f32::from(sample) / 32768.0;
    py.detach(|| pcm.iter().map(scaled).collect::<Vec<f32>>()).into_pyarray(py)
}

impl Recording {
    fn core(&self) -> Result<corpus::Recording<'_>> {
        self.pack.recordings().get(self.row)
    }
}

#[pymethods]
impl Recording {
    #[getter]
    fn id(&self, py: Python<'_>) -> PyResult<&str> {
        checked(py, self.core().and_then(|row| row.id()))
    }

    #[getter]
    fn pcm<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let pcm = checked(slf.py(), slf.get().core().and_then(|row| row.pcm()))?;
        views::view(pcm, slf.as_any())
    }

    #[getter]
    fn samples<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f32>>> {
        Ok(floats(py, checked(py, self.core().and_then(|row| row.pcm()))?))
    }

    #[getter]
    fn rate(&self, py: Python<'_>) -> PyResult<u32> {
        checked(py, self.core().and_then(|row| row.sample_rate()))
    }

    #[getter]
    fn frames(&self, py: Python<'_>) -> PyResult<u64> {
        checked(py, self.core().and_then(|row| row.frames()))
    }

    #[getter]
    fn speaker(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.speaker()))
    }

    #[getter]
    fn source(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.source()))
    }

    #[getter]
    fn license(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.license()))
    }

    #[getter]
    fn lang(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.lang()))
    }

    #[getter]
    fn meta<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        meta(py, self.core().and_then(|row| row.meta()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (frames, rate) = (self.frames(py)?, self.rate(py)?);
        Ok(format!("Recording({:?}, {frames} frames at {rate} Hz)", self.id(py)?))
    }
}

impl Utterance {
    fn core(&self) -> Result<corpus::Utterance<'_>> {
        self.pack.utterances().get(self.row)
    }

    fn sound(&self, py: Python<'_>) -> PyResult<(&[i16], u32)> {
        checked(py, self.core().and_then(|row| self.pack.samples(row)))
    }
}

#[pymethods]
impl Utterance {
    #[getter]
    fn id(&self, py: Python<'_>) -> PyResult<&str> {
        checked(py, self.core().and_then(|row| row.id()))
    }

    #[getter]
    fn recording(&self, py: Python<'_>) -> PyResult<&str> {
        checked(py, self.core().and_then(|row| row.recording()))
    }

    #[getter]
    fn start(&self, py: Python<'_>) -> PyResult<u64> {
        checked(py, self.core().and_then(|row| row.start()))
    }

    #[getter]
    fn end(&self, py: Python<'_>) -> PyResult<u64> {
        checked(py, self.core().and_then(|row| row.end()))
    }

    #[getter]
    fn text(&self, py: Python<'_>) -> PyResult<&str> {
        checked(py, self.core().and_then(|row| row.text()))
    }

    #[getter]
    fn pcm<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        views::view(slf.get().sound(slf.py())?.0, slf.as_any())
    }

    #[getter]
    fn samples<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f32>>> {
        Ok(floats(py, self.sound(py)?.0))
    }

    #[getter]
    fn rate(&self, py: Python<'_>) -> PyResult<u32> {
        Ok(self.sound(py)?.1)
    }

    #[getter]
    fn speaker(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.speaker()))
    }

    #[getter]
    fn split(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.split()))
    }

    #[getter]
    fn license(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.license()))
    }

    #[getter]
    fn lang(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        checked(py, self.core().and_then(|row| row.lang()))
    }

    #[getter]
    fn meta<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        meta(py, self.core().and_then(|row| row.meta()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (start, end) = (self.start(py)?, self.end(py)?);
        let (recording, text) = (self.recording(py)?, beginning(py, self.text(py)?)?);
        Ok(format!("Utterance({:?}, {recording:?}[{start}:{end}], {text})", self.id(py)?))
    }
}
