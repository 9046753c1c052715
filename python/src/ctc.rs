//! CTC alignment over NumPy, DLPack and PyTorch matrices, without copying them.

use numpy::PyUntypedArrayMethods;
use numpy::{PyArray1, PyArrayDyn, PyArrayMethods, PyUntypedArray};
use numpy::{PyReadonlyArray1, PyReadonlyArrayDyn, ToPyArray};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use sprogkit::align::ctc::{
    Alignment, LogProbs, Optional, Options, Values, align, align_optional, align_with, par_align,
};
use sprogkit::{Error, Result};

use crate::enter::{Threads, enter, enter_long, enter_parallel};
use crate::error::checked;
use crate::integer::{self, Integer};
use crate::{error, views};

/// Frames times targets from which on a call looks for Ctrl-C.
const LONG: usize = 50_000_000;

/// A path of targets through frames.
#[pyclass(frozen, module = "sprogkit.align")]
pub(crate) struct CtcPath(Alignment);

#[pymethods]
impl CtcPath {
    #[getter]
    fn path<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        views::view(&slf.get().0.path, slf.as_any())
    }

    #[getter]
    fn starts<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        views::view(&slf.get().0.starts, slf.as_any())
    }

    #[getter]
    fn ends<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        views::view(&slf.get().0.ends, slf.as_any())
    }

    #[getter]
    fn scores<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        views::view(&slf.get().0.scores, slf.as_any())
    }

    #[getter]
    fn score(&self) -> f64 {
        self.0.score
    }

    #[getter]
    fn exact(&self) -> bool {
        self.0.exact
    }

    /// Groups of targets with their frames and scores.
    fn groups(&self, py: Python<'_>, ends: Vec<Integer>) -> PyResult<Vec<(i64, i64, f32)>> {
        let end = |end: &Integer| end.at_least(py, "ends", 0);
        let ends = ends.iter().map(end).collect::<PyResult<Vec<_>>>()?;
        let groups = checked(py, self.0.groups(&ends))?;
        Ok(groups.into_iter().map(|group| (group.start, group.end, group.score)).collect())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        let again = py.import("sprogkit._native.align")?.getattr("_ctc_path")?;
        let Alignment { path, starts, ends, scores, score, exact } = &self.0;
        let (path, starts) = (path.to_pyarray(py), starts.to_pyarray(py));
        let (ends, scores) = (ends.to_pyarray(py), scores.to_pyarray(py));
        Ok((again, (path, starts, ends, scores, *score, *exact)))
    }

    fn __repr__(&self) -> String {
        let Alignment { path, starts, score, exact, .. } = &self.0;
        let (frames, targets) = (path.len(), starts.len());
        let exact = if *exact { "True" } else { "False" };
        format!("CtcPath(frames={frames}, targets={targets}, score={score}, exact={exact})")
    }
}

/// What makes a path anew, and all that is known of it.
type Reduced<'py> = (
    Bound<'py, PyAny>,
    (
        Bound<'py, PyArray1<i32>>,
        Bound<'py, PyArray1<i64>>,
        Bound<'py, PyArray1<i64>>,
        Bound<'py, PyArray1<f32>>,
        f64,
        bool,
    ),
);

/// A path as it was pickled.
#[pyfunction]
#[pyo3(name = "_ctc_path")]
pub(crate) fn pickled(
    path: PyReadonlyArray1<'_, i32>,
    starts: PyReadonlyArray1<'_, i64>,
    ends: PyReadonlyArray1<'_, i64>,
    scores: PyReadonlyArray1<'_, f32>,
    score: f64,
    exact: bool,
) -> PyResult<CtcPath> {
    let (path, starts) = (path.as_slice()?.to_vec(), starts.as_slice()?.to_vec());
    let (ends, scores) = (ends.as_slice()?.to_vec(), scores.as_slice()?.to_vec());
    Ok(CtcPath(Alignment { path, starts, ends, scores, score, exact }))
}

/// A matrix of log probabilities, borrowed from the array that holds it.
pub(crate) enum Matrix<'py> {
    F32(PyReadonlyArrayDyn<'py, f32>),
    F16(PyReadonlyArrayDyn<'py, u16>),
    Bf16(PyReadonlyArrayDyn<'py, u16>),
    I8(PyReadonlyArrayDyn<'py, i8>, f32, i32),
}

impl<'py> Matrix<'py> {
    /// The matrix in `source`; `quantised` says what its steps are worth, where they are int8.
    pub(crate) fn new(source: &Bound<'py, PyAny>, quantised: Option<(f32, i32)>) -> PyResult<Self> {
        let py = source.py();
        // The usual case, without asking Python anything.
        if let (Ok(array), None) = (source.cast::<PyArrayDyn<f32>>(), quantised)
            && array.is_c_contiguous()
        {
            return Ok(Self::F32(array.try_readonly()?));
        }
        let (array, brain) = numpy(source)?;
        let array = py.import("numpy")?.call_method1("ascontiguousarray", (array,))?;
        let kind: String = array.getattr("dtype")?.getattr("name")?.extract()?;
        // float64 is converted on its way in; all others are read as they lie.
        if kind != "float64" && !array.getattr("dtype")?.getattr("isnative")?.extract::<bool>()? {
            let given: String = array.getattr("dtype")?.getattr("str")?.extract()?;
            return Err(PyTypeError::new_err(format!(
                "log_probs must have this machine's byte order, got {given:?}; \
                 convert them with astype({kind:?})"
            )));
        }
        if let ("int8", None) = (kind.as_str(), quantised) {
            return Err(PyTypeError::new_err("int8 log_probs need scale= and zero_point="));
        }
        let read = |array: Bound<'py, PyAny>| -> PyResult<_> {
            Ok(array.cast_into::<PyArrayDyn<u16>>()?.readonly())
        };
        Ok(match (kind.as_str(), quantised) {
            (_, None) if brain || kind == "bfloat16" => {
                Self::Bf16(read(array.call_method1("view", ("uint16",))?)?)
            }
            ("float32", None) => Self::F32(array.cast_into::<PyArrayDyn<f32>>()?.readonly()),
            ("float16", None) => Self::F16(read(array.call_method1("view", ("uint16",))?)?),
            ("float64", None) => {
                let array = array.call_method1("astype", ("float32",))?;
                Self::F32(array.cast_into::<PyArrayDyn<f32>>()?.readonly())
            }
            ("int8", Some((scale, zero))) => {
                Self::I8(array.cast_into::<PyArrayDyn<i8>>()?.readonly(), scale, zero)
            }
            (other, given) => {
                let wanted = match given {
                    Some(_) => "int8 (scale and zero_point were given)",
                    None => "float32, float16, bfloat16 or float64",
                };
                return Err(PyTypeError::new_err(format!(
                    "log_probs must be {wanted}, got {other}"
                )));
            }
        })
    }

    pub(crate) fn values(&self) -> PyResult<Values<'_>> {
        Ok(match self {
            Self::F32(array) => Values::F32(array.as_slice()?),
            Self::F16(array) => Values::F16(array.as_slice()?),
            Self::Bf16(array) => Values::Bf16(array.as_slice()?),
            Self::I8(array, scale, zero_point) => {
                Values::I8 { values: array.as_slice()?, scale: *scale, zero_point: *zero_point }
            }
        })
    }

    /// Frames and columns.
    pub(crate) fn shape(&self, py: Python<'_>) -> PyResult<(usize, usize)> {
        let shape = match self {
            Self::F32(array) => array.shape(),
            Self::F16(array) | Self::Bf16(array) => array.shape(),
            Self::I8(array, ..) => array.shape(),
        };
        match *shape {
            [frames, vocabulary] => Ok((frames, vocabulary)),
            ref other => {
                let reason =
                    format!("log_probs must have shape [frames, vocabulary], got {other:?}");
                Err(error::raise(py, Error::Alignment { reason }))
            }
        }
    }
}

/// `source` as a NumPy array without copying, and whether its bits are bfloat16.
fn numpy<'py>(source: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyAny>, bool)> {
    let py = source.py();
    let numpy = py.import("numpy")?;
    if source.is_instance_of::<PyUntypedArray>() {
        return Ok((source.clone(), false));
    }
    // NumPy has no bfloat16: PyTorch gives its bits as integers.
    let name = source.getattr_opt("dtype")?.map(|dtype| dtype.to_string());
    if name.as_deref() == Some("torch.bfloat16") {
        let int16 = py.import("torch")?.getattr("int16")?;
        let bits = source.call_method1("view", (int16,))?;
        return Ok((numpy.call_method1("from_dlpack", (bits,))?, true));
    }
    let way = if source.hasattr("__dlpack__")? { "from_dlpack" } else { "asarray" };
    Ok((numpy.call_method1(way, (source,))?, false))
}

/// Targets as the core counts them.
pub(crate) fn targets(source: &Bound<'_, PyAny>) -> PyResult<Vec<i32>> {
    let py = source.py();
    if let Ok(array) = source.cast::<PyArray1<i32>>()
        && array.is_c_contiguous()
    {
        return Ok(array.try_readonly()?.as_slice()?.to_vec());
    }
    let wrong = |reason: String| error::raise(py, Error::Alignment { reason });
    let array = py.import("numpy")?.call_method1("asarray", (source,))?;
    let kind: String = array.getattr("dtype")?.getattr("kind")?.extract()?;
    let shape: Vec<usize> = array.getattr("shape")?.extract()?;
    if shape.len() != 1 {
        return Err(wrong(format!("targets must have one dimension, got shape {shape:?}")));
    }
    if shape != [0] && kind != "i" && kind != "u" {
        let dtype = array.getattr("dtype")?;
        return Err(PyTypeError::new_err(format!("targets must be whole numbers, got {dtype}")));
    }
    let options = PyDict::new(py);
    options.set_item("dtype", "int64")?;
    let array = py.import("numpy")?.call_method("ascontiguousarray", (array,), Some(&options))?;
    let array = array.cast_into::<PyArray1<i64>>()?.readonly();
    let number = |(at, &target)| {
        i32::try_from(target).map_err(|_| wrong(format!("targets[{at}] is {target}: no token")))
    };
    array.as_slice()?.iter().enumerate().map(number).collect()
}

/// `scale` and `zero_point`, which come together.
pub(crate) fn quantised(
    scale: Option<f32>,
    zero_point: Option<i32>,
) -> PyResult<Option<(f32, i32)>> {
    match (scale, zero_point) {
        (Some(scale), zero_point) => Ok(Some((scale, zero_point.unwrap_or(0)))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(PyTypeError::new_err("zero_point needs a scale")),
    }
}

/// Aligns targets with frames.
#[pyfunction]
#[pyo3(signature = (
    log_probs, targets, *, blank = 0, beam = None, wildcard = None, optional = None, scale = None,
    zero_point = None
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn ctc(
    py: Python<'_>,
    log_probs: &Bound<'_, PyAny>,
    targets: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = integer::blank)] blank: i32,
    #[pyo3(from_py_with = integer::beam)] beam: Option<usize>,
    wildcard: Option<f32>,
    optional: Option<Vec<(Integer, Integer, f32)>>,
    scale: Option<f32>,
    #[pyo3(from_py_with = integer::zero_point)] zero_point: Option<i32>,
) -> PyResult<CtcPath> {
    let matrix = Matrix::new(log_probs, quantised(scale, zero_point)?)?;
    let (frames, vocabulary) = matrix.shape(py)?;
    let (values, targets) = (matrix.values()?, self::targets(targets)?);
    let options = Options { blank, beam, wildcard };
    if let Some(optional) = optional {
        let place = |place: &Integer| place.at_least(py, "targets in optional", 0);
        let run = |(start, end, cost): &(Integer, Integer, f32)| {
            Ok(Optional { targets: place(start)?..place(end)?, cost: *cost })
        };
        let optional = optional.iter().map(run).collect::<PyResult<Vec<_>>>()?;
        let align = || {
            let log_probs = LogProbs::of(values, frames, vocabulary)?;
            align_optional(&log_probs, &targets, &optional, &options)
        };
        return enter(py, align).map(CtcPath);
    }
    if frames.saturating_mul(targets.len()) < LONG {
        let align = || align(&LogProbs::of(values, frames, vocabulary)?, &targets, &options);
        return enter(py, align).map(CtcPath);
    }
    let found = enter_long(py, None, |progress| {
        let log_probs = LogProbs::of(values, frames, vocabulary)?;
        align_with(&log_probs, &targets, &options, progress)
    });
    found.map(CtcPath)
}

/// Aligns many pairs.
#[pyfunction]
#[pyo3(signature = (
    log_probs, targets, *, blank = 0, beam = None, wildcard = None, scale = None,
    zero_point = None, threads = None
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn ctc_batch(
    py: Python<'_>,
    log_probs: &Bound<'_, PyAny>,
    targets: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = integer::blank)] blank: i32,
    #[pyo3(from_py_with = integer::beam)] beam: Option<usize>,
    wildcard: Option<f32>,
    scale: Option<f32>,
    #[pyo3(from_py_with = integer::zero_point)] zero_point: Option<i32>,
    threads: Option<Threads>,
) -> PyResult<Vec<CtcPath>> {
    let quantised = quantised(scale, zero_point)?;
    let (mut matrices, mut rows) = (Vec::new(), Vec::new());
    for matrix in log_probs.try_iter()? {
        matrices.push(Matrix::new(&matrix?, quantised)?);
    }
    for row in targets.try_iter()? {
        rows.push(self::targets(&row?)?);
    }
    if matrices.len() != rows.len() {
        let (matrices, rows) = (matrices.len(), rows.len());
        let reason = format!("{matrices} matrices of log_probs and {rows} lists of targets");
        return Err(error::raise(py, Error::Alignment { reason }));
    }
    let mut views = Vec::with_capacity(matrices.len());
    for matrix in &matrices {
        views.push((matrix.values()?, matrix.shape(py)?));
    }
    let options = Options { blank, beam, wildcard };
    let found = enter_parallel(py, threads, || {
        let checked: Result<Vec<_>> = views
            .iter()
            .zip(&rows)
            .enumerate()
            .map(|(pair, (&(values, (frames, vocabulary)), targets))| {
                let log_probs = LogProbs::of(values, frames, vocabulary);
                Ok((log_probs.map_err(|error| in_pair(pair, error))?, &targets[..]))
            })
            .collect();
        let found = par_align(&checked?, &options).into_iter().enumerate();
        found.map(|(pair, found)| found.map_err(|error| in_pair(pair, error))).collect()
    })?;
    let found: Vec<Alignment> = found;
    Ok(found.into_iter().map(CtcPath).collect())
}

/// An error that says which pair of a batch it is about.
fn in_pair(pair: usize, error: Error) -> Error {
    match error {
        Error::Alignment { reason } => {
            Error::Alignment { reason: format!("pair {pair}: {reason}") }
        }
        other => other,
    }
}
