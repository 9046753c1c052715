//! Sound: files, rates, features and speech, as NumPy arrays.

use std::path::PathBuf;

use numpy::ndarray::Array2;
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PySlice;
use sprogkit::audio::{
    self, Channel, FbankOptions, Features, Format, MfccOptions, Normalization, Reader,
    SpeechOptions, WhisperOptions,
};

use crate::enter::enter;
use crate::integer::Integer;

/// Sound in memory.
#[pyclass(frozen, module = "sprogkit.audio")]
struct Audio {
    /// Shape `[samples]`, float32, not to be written to.
    samples: Py<PyAny>,
    length: usize,
    rate: u32,
}

#[pymethods]
impl Audio {
    #[getter]
    fn samples(&self, py: Python<'_>) -> Py<PyAny> {
        self.samples.clone_ref(py)
    }

    #[getter]
    fn rate(&self) -> u32 {
        self.rate
    }

    #[getter]
    fn seconds(&self) -> f64 {
        self.length as f64 / f64::from(self.rate)
    }

    fn __len__(&self) -> usize {
        self.length
    }

    fn __repr__(&self) -> String {
        format!("Audio(samples={}, rate={})", self.length, self.rate)
    }
}

/// What a file holds, from its header.
#[pyclass(frozen, module = "sprogkit.audio", get_all)]
struct AudioInfo {
    format: &'static str,
    rate: u32,
    channels: u16,
    bits: Option<u16>,
    frames: u64,
}

#[pymethods]
impl AudioInfo {
    #[getter]
    fn seconds(&self) -> f64 {
        self.frames as f64 / f64::from(self.rate)
    }

    fn __repr__(&self) -> String {
        let Self { format, rate, channels, frames, .. } = self;
        format!("AudioInfo(format='{format}', rate={rate}, channels={channels}, frames={frames})")
    }
}

/// How good a recording is.
#[pyclass(frozen, module = "sprogkit.audio", get_all)]
struct Quality {
    rms: f64,
    peak: f64,
    clipped: f64,
    dc: f64,
    snr: Option<f64>,
    silence: f64,
    bandwidth: f64,
}

/// Samples as the core takes them: float32 is read where it lies, other floats are converted, and 16-bit
/// integers become levels.
struct Samples<'py>(PyReadonlyArray1<'py, f32>);

impl<'py> Samples<'py> {
    fn slice(&self) -> PyResult<&[f32]> {
        Ok(self.0.as_slice()?)
    }
}

impl<'py> FromPyObject<'_, 'py> for Samples<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let numpy = given.py().import("numpy")?;
        let mut array = numpy.call_method1("asarray", (given,))?;
        let dtype = array.getattr("dtype")?;
        let (kind, size) =
            (dtype.getattr("kind")?.extract::<String>()?, dtype.getattr("itemsize")?.extract()?);
        let is_empty = array.len().unwrap_or(1) == 0;
        match (kind.as_str(), size) {
            ("f", _) => {}
            ("i", 2usize) => {
                array = array.call_method1("astype", ("float32",))?;
                array = array.call_method1(
                    "__mul__",
                    (numpy.call_method1("float32", (1.0 / 32_768.0,))?,),
                )?;
            }
            _ if is_empty => {}
            _ => {
                let reason = format!(
                    "samples must be float32 (or other floats, or int16), got {}",
                    dtype.str()?
                );
                return Err(PyTypeError::new_err(reason));
            }
        }
        let array = numpy.call_method1("ascontiguousarray", (array, "float32"))?;
        let shape = array.getattr("shape")?;
        if array.getattr("ndim")?.extract::<usize>()? != 1 {
            let reason = format!("samples must be one channel, shape [samples], got {shape}");
            return Err(PyValueError::new_err(reason));
        }
        Ok(Self(array.cast_into::<PyArray1<f32>>()?.readonly()))
    }
}

/// `channel=…`: "mix" or a number.
struct Chosen(Channel);

impl<'py> FromPyObject<'_, 'py> for Chosen {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(name) = given.extract::<String>() {
            if name == "mix" {
                return Ok(Self(Channel::Mix));
            }
            let reason = format!("channel must be \"mix\" or a number from 0, got \"{name}\"");
            return Err(PyValueError::new_err(reason));
        }
        let number = given.extract::<Integer>()?.at_least(given.py(), "channel", 0u64)?;
        Ok(Self(Channel::Only(u16::try_from(number).unwrap_or(u16::MAX))))
    }
}

fn offset(given: &Bound<'_, PyAny>) -> PyResult<u64> {
    given.extract::<Integer>()?.at_least(given.py(), "offset", 0)
}

fn frames(given: &Bound<'_, PyAny>) -> PyResult<Option<u64>> {
    if given.is_none() {
        return Ok(None);
    }
    given.extract::<Integer>()?.at_least(given.py(), "frames", 0).map(Some)
}

/// A keyword argument that is a number above 0 and fits.
macro_rules! counts {
    ($($name:ident)+) => {$(
        fn $name(given: &Bound<'_, PyAny>) -> PyResult<u32> {
            let number: u64 =
                given.extract::<Integer>()?.at_least(given.py(), stringify!($name), 1)?;
            Ok(u32::try_from(number).unwrap_or(u32::MAX))
        }
    )+};
}

counts! { rate to mels bins coefficients }

/// Reads sound from a file.
#[pyfunction]
#[pyo3(
    signature = (path, *, offset = 0, frames = None, channel = Chosen(Channel::Mix)),
    text_signature = "(path, *, offset=0, frames=None, channel='mix')",
)]
fn read(
    py: Python<'_>,
    path: PathBuf,
    #[pyo3(from_py_with = offset)] offset: u64,
    #[pyo3(from_py_with = frames)] frames: Option<u64>,
    channel: Chosen,
) -> PyResult<Audio> {
    let mut reader = enter(py, || {
        let mut reader = Reader::open(path)?;
        reader.select(channel.0)?;
        reader.seek(offset)?;
        if frames.is_none() && reader.format() == Format::Mp3 {
            // Counted from frame to frame where the header does not say it, without decoding.
            reader.frames()?;
        }
        Ok(reader)
    })?;
    let limit = frames.unwrap_or(u64::MAX);
    let likely = usize::try_from(reader.likely(limit)).unwrap_or(usize::MAX);
    let is_sure = match reader.format() {
        Format::Wav | Format::Flac => likely <= SURE,
        Format::Mp3 => frames.is_none() && likely <= SURE,
        _ => false,
    };
    let rate = reader.rate();
    let samples = if is_sure {
        // NumPy's memory comes in larger pages.
        let array = PyArray1::<f32>::zeros(py, likely, false);
        let got = {
            let mut levels = array.readwrite();
            let levels = levels.as_slice_mut()?;
            enter(py, || reader.read(levels))?
        };
        if got < likely {
            array.get_item(PySlice::new(py, 0, got as isize, 1))?.cast_into()?
        } else {
            array
        }
    } else {
        PyArray1::from_vec(py, enter(py, || reader.read_to_end(limit))?)
    };
    let length = samples.len()?;
    samples.readwrite().make_nonwriteable();
    Ok(Audio { samples: samples.into_any().unbind(), length, rate })
}

/// Samples up to which a header that promises them is believed.
const SURE: usize = 1 << 30;

/// What a file holds.
#[pyfunction]
fn info(py: Python<'_>, path: PathBuf) -> PyResult<AudioInfo> {
    enter(py, || {
        let mut reader = Reader::open(path)?;
        Ok(AudioInfo {
            format: reader.format().name(),
            rate: reader.rate(),
            channels: reader.channels(),
            bits: reader.bits(),
            frames: reader.frames()?,
        })
    })
}

/// Sound at another rate.
#[pyfunction]
#[pyo3(signature = (samples, *, rate, to))]
fn resample<'py>(
    py: Python<'py>,
    samples: Samples<'py>,
    #[pyo3(from_py_with = rate)] rate: u32,
    #[pyo3(from_py_with = to)] to: u32,
) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let samples = samples.slice()?;
    let made = enter(py, || audio::resample(samples, rate, to))?;
    Ok(PyArray1::from_vec(py, made))
}

/// A matrix that NumPy owns.
fn matrix(py: Python<'_>, features: Features) -> PyResult<Bound<'_, PyArray2<f32>>> {
    let Features { values, rows, columns } = features;
    let array = Array2::from_shape_vec((rows, columns), values)
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(PyArray2::from_owned_array(py, array))
}

/// Whisper's log-mel spectrum.
#[pyfunction]
#[pyo3(signature = (samples, *, rate = 16_000, mels = 80, pad = false))]
fn whisper_log_mel<'py>(
    py: Python<'py>,
    samples: Samples<'py>,
    #[pyo3(from_py_with = rate)] rate: u32,
    #[pyo3(from_py_with = mels)] mels: u32,
    pad: bool,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    if rate != 16_000 {
        let reason = format!("rate must be 16000, that of Whisper: resample first; got {rate}");
        return Err(PyValueError::new_err(reason));
    }
    let options = WhisperOptions { mels: mels as usize, pad, ..WhisperOptions::default() };
    let samples = samples.slice()?;
    matrix(py, enter(py, || audio::whisper_log_mel(samples, &options))?)
}

fn normalization(name: &str) -> PyResult<Normalization> {
    match name {
        "none" => Ok(Normalization::None),
        "mean" => Ok(Normalization::Mean),
        "mean-variance" => Ok(Normalization::MeanVariance),
        other => {
            let reason = format!(
                "normalize must be \"none\", \"mean\" or \"mean-variance\", got \"{other}\""
            );
            Err(PyValueError::new_err(reason))
        }
    }
}

/// Kaldi's filter banks.
#[pyfunction]
#[pyo3(signature = (
    samples, *, rate = 16_000, bins = 80, frame_length = 25.0, frame_shift = 10.0, low = 20.0, high = 0.0,
    snip_edges = true, scale = 1.0, normalize = "none",
))]
#[expect(clippy::too_many_arguments, reason = "they are keyword arguments")]
fn kaldi_fbank<'py>(
    py: Python<'py>,
    samples: Samples<'py>,
    #[pyo3(from_py_with = rate)] rate: u32,
    #[pyo3(from_py_with = bins)] bins: u32,
    frame_length: f64,
    frame_shift: f64,
    low: f64,
    high: f64,
    snip_edges: bool,
    scale: f32,
    normalize: &str,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let options = FbankOptions {
        rate,
        bins: bins as usize,
        frame_length,
        frame_shift,
        low,
        high,
        snip_edges,
        scale,
        normalization: normalization(normalize)?,
        ..FbankOptions::default()
    };
    let samples = samples.slice()?;
    matrix(py, enter(py, || audio::kaldi_fbank(samples, &options))?)
}

/// Kaldi's cepstra.
#[pyfunction]
#[pyo3(signature = (
    samples, *, rate = 16_000, coefficients = 13, bins = 23, deltas = 0, frame_length = 25.0,
    frame_shift = 10.0, snip_edges = true, scale = 1.0, normalize = "none",
))]
#[expect(clippy::too_many_arguments, reason = "they are keyword arguments")]
fn kaldi_mfcc<'py>(
    py: Python<'py>,
    samples: Samples<'py>,
    #[pyo3(from_py_with = rate)] rate: u32,
    #[pyo3(from_py_with = coefficients)] coefficients: u32,
    #[pyo3(from_py_with = bins)] bins: u32,
    deltas: u8,
    frame_length: f64,
    frame_shift: f64,
    snip_edges: bool,
    scale: f32,
    normalize: &str,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let fbank = FbankOptions {
        rate,
        bins: bins as usize,
        frame_length,
        frame_shift,
        snip_edges,
        scale,
        normalization: normalization(normalize)?,
        ..FbankOptions::default()
    };
    let (coefficients, deltas) = (coefficients as usize, usize::from(deltas));
    let options = MfccOptions { coefficients, deltas, fbank, ..MfccOptions::default() };
    let samples = samples.slice()?;
    matrix(py, enter(py, || audio::kaldi_mfcc(samples, &options))?)
}

/// Where somebody speaks.
#[pyfunction]
#[pyo3(signature = (
    samples, *, rate = 16_000, margin = 0.0, merge = 0.0, shortest = 0.0, inertia = 3.0, bias = 0.0,
))]
#[expect(clippy::too_many_arguments, reason = "they are keyword arguments")]
fn detect_speech<'py>(
    py: Python<'py>,
    samples: Samples<'py>,
    #[pyo3(from_py_with = rate)] rate: u32,
    margin: f64,
    merge: f64,
    shortest: f64,
    inertia: f32,
    bias: f32,
) -> PyResult<Bound<'py, PyArray2<i64>>> {
    let options = SpeechOptions { rate, margin, merge, shortest, inertia, bias };
    let samples = samples.slice()?;
    let found = enter(py, || audio::detect_speech(samples, &options))?;
    let ends = found.iter().flat_map(|segment| [segment.start as i64, segment.end as i64]);
    let array = Array2::from_shape_vec((found.len(), 2), ends.collect())
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(PyArray2::from_owned_array(py, array))
}

/// Figures of a recording.
#[pyfunction]
#[pyo3(signature = (samples, *, rate = 16_000))]
fn quality<'py>(
    py: Python<'py>,
    samples: Samples<'py>,
    #[pyo3(from_py_with = rate)] rate: u32,
) -> PyResult<Quality> {
    let samples = samples.slice()?;
    let found = enter(py, || audio::quality(samples, rate))?;
    let audio::Quality { rms, peak, clipped, dc, snr, silence, bandwidth, .. } = found;
    Ok(Quality { rms, peak, clipped, dc, snr, silence, bandwidth })
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Audio>()?;
    module.add_class::<AudioInfo>()?;
    module.add_class::<Quality>()?;
    module.add_function(wrap_pyfunction!(detect_speech, module)?)?;
    module.add_function(wrap_pyfunction!(info, module)?)?;
    module.add_function(wrap_pyfunction!(kaldi_fbank, module)?)?;
    module.add_function(wrap_pyfunction!(kaldi_mfcc, module)?)?;
    module.add_function(wrap_pyfunction!(quality, module)?)?;
    module.add_function(wrap_pyfunction!(read, module)?)?;
    module.add_function(wrap_pyfunction!(resample, module)?)?;
    module.add_function(wrap_pyfunction!(whisper_log_mel, module)?)
}
