//! Subwords: texts to the ids of a language model's vocabulary, and back.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, GenericListArray, OffsetSizeTrait, UInt32Array};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use sprogkit::annotate;
use sprogkit::subword::{self, Batch, Kind, Known, Packing, TrainOptions, Trainer};
use sprogkit::text::offsets::{Converter, Unit};

use crate::array::PyArray;
use crate::enter::{Threads, enter, enter_long, enter_parallel};
use crate::ids::{self, Lists};
use crate::integer;
use crate::pack::Pack;
use crate::texts::Texts;

/// Ids, and the characters where each starts and ends.
type Placed<'py> =
    (Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>);

/// Lists of ids of many texts, of which the absent ones are not in `batch`.
fn lists(batch: Batch, nulls: Option<NullBuffer>) -> PyArray {
    let array = if i32::try_from(batch.ids.len()).is_ok() {
        of_width::<i32>(batch, nulls)
    } else {
        of_width::<i64>(batch, nulls)
    };
    let field = Field::new("", array.data_type().clone(), true);
    PyArray::new(array, Arc::new(field))
}

/// As [`lists`], with offsets of this width, which must be wide enough.
fn of_width<O: OffsetSizeTrait>(batch: Batch, nulls: Option<NullBuffer>) -> ArrayRef {
    let Batch { ids, ends } = batch;
    let rows = nulls.as_ref().map_or(ends.len(), NullBuffer::len);
    let mut offsets = Vec::with_capacity(rows + 1);
    let (mut ends, mut last) = (ends.into_iter(), O::zero());
    offsets.push(last);
    for row in 0..rows {
        if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
            last = ends.next().map_or(last, |end| O::usize_as(end as usize));
        }
        offsets.push(last);
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let item = Arc::new(Field::new("item", DataType::UInt32, false));
    let ids = Arc::new(UInt32Array::from(ids));
    Arc::new(GenericListArray::<O>::new(item, offsets, ids, nulls))
}

/// The texts that are there.
fn present(texts: &Texts) -> Vec<&str> {
    let mut all = texts.collect();
    if let Some(nulls) = texts.nulls() {
        let mut row = 0..;
        all.retain(|_| row.next().is_some_and(|row| nulls.is_valid(row)));
    }
    all
}

/// The file that a tokenizer was read from, and the pattern that was asked for.
type Origin = (PathBuf, Option<String>);

/// A vocabulary, opened or trained.
#[pyclass(frozen, module = "sprogkit.subword")]
pub(crate) struct Tokenizer {
    inner: subword::Tokenizer,
    /// The file it was opened from, and its pattern.
    origin: Option<Origin>,
}

#[pymethods]
impl Tokenizer {
    /// Opens the vocabulary in a file.
    #[staticmethod]
    #[pyo3(signature = (path, *, pattern = None))]
    fn open(py: Python<'_>, path: PathBuf, pattern: Option<String>) -> PyResult<Self> {
        let inner = enter(py, || subword::Tokenizer::open(&path, pattern.as_deref()))?;
        Ok(Self { inner, origin: Some((path, pattern)) })
    }

    #[getter]
    fn vocab_size(&self) -> usize {
        self.inner.vocab_size()
    }

    #[getter]
    fn engine(&self) -> &'static str {
        self.inner.engine().name()
    }

    /// The id of a token.
    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    /// The token of an id.
    fn id_to_token(&self, id: u32) -> Option<String> {
        self.inner.id_to_token(id)
    }

    /// The ids of a text.
    #[pyo3(signature = (text, *, add_special_tokens = false))]
    fn encode<'py>(
        &self,
        py: Python<'py>,
        text: &str,
        add_special_tokens: bool,
    ) -> PyResult<Bound<'py, PyArray1<u32>>> {
        let ids = enter(py, || self.inner.encode(text, add_special_tokens))?;
        Ok(PyArray1::from_vec(py, ids))
    }

    /// The ids of many texts.
    #[pyo3(signature = (texts, *, add_special_tokens = false, threads = None))]
    fn encode_batch(
        &self,
        py: Python<'_>,
        texts: Texts,
        add_special_tokens: bool,
        threads: Option<Threads>,
    ) -> PyResult<PyArray> {
        enter_parallel(py, threads, || {
            let batch = self.inner.encode_batch(&present(&texts), add_special_tokens)?;
            Ok(lists(batch, texts.nulls()))
        })
    }

    /// The ids of many texts behind each other, in rows of one length.
    #[pyo3(signature = (
        texts, length, *, end_token = None, pad_token = None, add_special_tokens = false,
        threads = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn encode_packed<'py>(
        &self,
        py: Python<'py>,
        texts: Texts,
        #[pyo3(from_py_with = integer::length)] length: usize,
        end_token: Option<Token>,
        pad_token: Option<Token>,
        add_special_tokens: bool,
        threads: Option<Threads>,
    ) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let end = end_token.map(|token| self.id("end_token", token)).transpose()?;
        let pad = pad_token.map(|token| self.id("pad_token", token)).transpose()?;
        let packing = Packing { length, end, pad };
        let packed = enter_parallel(py, threads, || {
            self.inner.encode_packed(&present(&texts), add_special_tokens, &packing)
        })?;
        let rows = packed.len();
        PyArray1::from_vec(py, packed.ids).reshape([rows, length])
    }

    /// The ids of a text, and where each stands.
    #[pyo3(signature = (text, *, add_special_tokens = false))]
    fn encode_offsets<'py>(
        &self,
        py: Python<'py>,
        text: &str,
        add_special_tokens: bool,
    ) -> PyResult<Placed<'py>> {
        let (ids, starts, ends) = enter(py, || {
            let found = self.inner.encode_offsets(text, add_special_tokens)?;
            // A token may hold a part of a character: that is the whole of it in Python.
            let after = |mut byte: usize| {
                while !text.is_char_boundary(byte) {
                    byte += 1;
                }
                byte
            };
            // Each goes forward by itself, which is what the converters are quick at.
            let mut chars = Converter::new(text, Unit::Char);
            let mut last = chars.clone();
            let starts = found.spans.iter().map(|span| chars.from_byte(span.start()) as i64);
            let starts: Vec<i64> = starts.collect();
            let ends = found.spans.iter().map(|span| last.from_byte(after(span.end())) as i64);
            Ok((found.ids, starts, ends.collect::<Vec<i64>>()))
        })?;
        Ok((
            PyArray1::from_vec(py, ids),
            PyArray1::from_vec(py, starts),
            PyArray1::from_vec(py, ends),
        ))
    }

    /// The text of ids.
    #[pyo3(signature = (ids, *, skip_special_tokens = false))]
    fn decode(
        &self,
        py: Python<'_>,
        ids: &Bound<'_, PyAny>,
        skip_special_tokens: bool,
    ) -> PyResult<String> {
        let ids = ids::one(ids)?;
        enter(py, || self.inner.decode(&ids, skip_special_tokens))
    }

    /// The texts of many lists of ids.
    #[pyo3(signature = (lists, *, skip_special_tokens = false, threads = None))]
    fn decode_batch(
        &self,
        py: Python<'_>,
        lists: Lists,
        skip_special_tokens: bool,
        threads: Option<Threads>,
    ) -> PyResult<PyArray> {
        enter_parallel(py, threads, || {
            let Lists { rows, nulls } = &lists;
            let texts = self.inner.decode_batch(rows, skip_special_tokens)?;
            Ok(PyArray::strings(texts.iter().map(Some), nulls.as_ref()))
        })
    }

    /// Writes a vocabulary that was trained here.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        enter(py, || self.inner.save(&path))
    }

    /// Learns the ids of the most frequent pieces of texts.
    fn warm(&self, py: Python<'_>, texts: Texts) -> PyResult<usize> {
        enter(py, || self.inner.warm(present(&texts)))
    }

    /// Writes the vocabulary as one file that opens at once.
    fn compile(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        enter(py, || self.inner.compile(&path))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Origin)> {
        let Some((path, pattern)) = &self.origin else {
            let reason = "a trained tokenizer is pickled once it is saved and opened";
            return Err(PyTypeError::new_err(reason));
        };
        let reopen = py.import("sprogkit._native.subword")?.getattr("reopen")?;
        // A worker may stand in another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        Ok((reopen, (path, pattern.clone())))
    }

    fn __repr__(&self) -> String {
        let (size, engine) = (self.inner.vocab_size(), self.engine());
        match &self.origin {
            Some((path, _)) => format!("Tokenizer('{}', {size} tokens, {engine})", path.display()),
            None => format!("Tokenizer({size} tokens, {engine})"),
        }
    }
}

/// A token as its file writes it, or its id.
#[derive(FromPyObject)]
enum Token {
    Text(String),
    Id(u32),
}

impl Tokenizer {
    /// The id of the token that a keyword argument names.
    fn id(&self, name: &str, token: Token) -> PyResult<u32> {
        match token {
            Token::Id(id) => Ok(id),
            Token::Text(text) => self.inner.token_to_id(&text).ok_or_else(|| {
                PyValueError::new_err(format!(
                    "{name} must be a token of the vocabulary, got {text:?}"
                ))
            }),
        }
    }
}

/// Opens the vocabulary that a pickled tokenizer was opened from.
#[pyfunction]
#[pyo3(signature = (path, pattern))]
fn reopen(py: Python<'_>, path: PathBuf, pattern: Option<String>) -> PyResult<Tokenizer> {
    Tokenizer::open(py, path, pattern)
}

/// Trains a vocabulary on texts, or on the documents of a pack.
#[pyfunction]
#[pyo3(signature = (
    texts_or_pack, *, kind = "bpe", vocab_size = 32_000, min_frequency = 0,
    special_tokens = Vec::new(), pattern = "gpt2", character_coverage = 1.0, threads = None
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
fn train(
    py: Python<'_>,
    texts_or_pack: &Bound<'_, PyAny>,
    kind: &str,
    #[pyo3(from_py_with = integer::vocab_size)] vocab_size: usize,
    #[pyo3(from_py_with = integer::min_frequency)] min_frequency: u64,
    special_tokens: Vec<String>,
    pattern: &str,
    character_coverage: f64,
    threads: Option<Threads>,
) -> PyResult<Tokenizer> {
    let kind = match kind {
        "bpe" => Kind::Bpe,
        "unigram" => Kind::Unigram,
        "wordpiece" => Kind::WordPiece,
        other => {
            return Err(PyValueError::new_err(format!(
                "kind must be \"bpe\", \"unigram\" or \"wordpiece\", got {other:?}"
            )));
        }
    };
    let pattern = Known::named(pattern).ok_or_else(|| {
        PyValueError::new_err(format!(
            "pattern must be \"gpt2\", \"cl100k\", \"llama3\", \"qwen2\", \"o200k\" or \"tekken\", \
             got {pattern:?}"
        ))
    })?;
    let options = TrainOptions {
        kind,
        vocab_size,
        min_frequency,
        special_tokens,
        pattern,
        character_coverage,
    };
    let inner = if let Ok(pack) = texts_or_pack.cast::<Pack>() {
        let pack = pack.get().core()?;
        enter_long(py, threads, |progress| {
            let trainer = Trainer::new(&options)?;
            annotate::count(&pack, &trainer, progress)?;
            trainer.finish(progress)
        })?
    } else {
        let texts: Texts = texts_or_pack.extract()?;
        enter_long(py, threads, |progress| subword::train(&present(&texts), &options, progress))?
    };
    Ok(Tokenizer { inner, origin: None })
}

/// Fills `sprogkit._native.subword`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Tokenizer>()?;
    module.add_function(wrap_pyfunction!(reopen, module)?)?;
    module.add_function(wrap_pyfunction!(train, module)?)
}
