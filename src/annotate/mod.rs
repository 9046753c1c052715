//! Running an annotator over a pack, in parallel, and storing what it found as a layer.
//!
//! [`words`] and [`sentences`] write the layers of those names over the documents; [`layer`] runs
//! any function over the texts of a table. A batch of rows is the unit of work: as many as
//! there are threads are annotated at a time, while those before them are written in order, so memory
//! stays flat and the files are the same whatever the number of threads. Ended early, by an error or by the caller, the
//! pack is as it was.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, StructArray, UInt8Array, UInt32Array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Fields};
use rayon::prelude::*;

#[cfg(feature = "subword")]
use crate::corpus::LayerField;
use crate::corpus::{LayerInfo, LayerType, LayerWriter, Pack};
use crate::progress::Progress;
#[cfg(feature = "subword")]
use crate::subword::{Tokenizer, Trainer};
use crate::text::offsets::Unit;
use crate::text::{self, batch};
use crate::{Error, Result};

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows annotated.
    pub rows: u64,
    /// Items found.
    pub items: u64,
    /// Bytes of text read.
    pub bytes: u64,
}

/// Writes the words of every document as the layer `words`: `list<struct<start, end, kind>>`.
///
/// # Errors
///
/// As [`layer`].
pub fn words(
    pack: &mut Pack,
    options: &text::Options,
    unit: Unit,
    progress: &dyn Progress,
) -> Result<Summary> {
    let info =
        LayerInfo::spans("documents", unit.name(), &[("kind", LayerType::U8)], &annotator(options));
    layer(pack, "words", info, progress, |texts| {
        let columns = options.words_batch(texts, unit)?;
        let kinds: ArrayRef = Arc::new(UInt8Array::from(columns.kinds));
        spans(columns.offsets, columns.starts, columns.ends, Some(("kind", kinds)))
    })
}

/// Writes the sentences of every document as the layer `sentences`: `list<struct<start, end>>`.
///
/// # Errors
///
/// As [`layer`].
pub fn sentences(
    pack: &mut Pack,
    options: &text::Options,
    unit: Unit,
    progress: &dyn Progress,
) -> Result<Summary> {
    let info = LayerInfo::spans("documents", unit.name(), &[], &annotator(options));
    layer(pack, "sentences", info, progress, |texts| {
        let batch::SpanColumns { offsets, starts, ends } = options.sentences_batch(texts, unit)?;
        spans(offsets, starts, ends, None)
    })
}

/// Writes the ids of every document as the layer `name`: `list<u32>`; with `special`, the special tokens of the
/// vocabulary around them. `vocabulary` is what the layer says of it.
///
/// # Errors
///
/// As [`layer`] and [`Tokenizer::encode`].
#[cfg(feature = "subword")]
pub fn ids(
    pack: &mut Pack,
    name: &str,
    tokenizer: &Tokenizer,
    vocabulary: &str,
    special: bool,
    progress: &dyn Progress,
) -> Result<Summary> {
    let item = LayerField { name: String::new(), kind: LayerType::U32 };
    let info = LayerInfo {
        table: "documents".to_owned(),
        unit: "none".to_owned(),
        fields: vec![item],
        annotator: format!("sprogkit {} subword {vocabulary}", env!("CARGO_PKG_VERSION")),
    };
    layer(pack, name, info, progress, |texts| {
        let batch = tokenizer.encode_batch(texts, special)?;
        let (asked, limit) = (batch.ids.len() as u64, i32::MAX as u64);
        if asked > limit {
            return Err(Error::Limit { what: "ids of a batch".to_owned(), limit, asked });
        }
        let offsets: Vec<i32> =
            std::iter::once(0).chain(batch.ends.iter().map(|&end| end as i32)).collect();
        let field = Arc::new(Field::new("item", DataType::UInt32, false));
        let ids = Arc::new(UInt32Array::from(batch.ids));
        let list = ListArray::try_new(field, OffsetBuffer::new(offsets.into()), ids, None);
        Ok(Arc::new(list.map_err(|e| Error::argument("ids", "lists", e))?))
    })
}

/// Counts the pieces of every document for a vocabulary that is trained.
///
/// Runs on rayon's current pool.
///
/// # Errors
///
/// [`Error::Corrupt`] where the pack is damaged; [`Error::Cancelled`].
#[cfg(feature = "subword")]
pub fn count(pack: &Pack, trainer: &Trainer, progress: &dyn Progress) -> Result<()> {
    let batches = pack.text_batches("documents")?;
    progress.start("counting", Some(batches.rows()), "documents");
    (0..batches.len()).into_par_iter().try_for_each(|at| {
        progress.check()?;
        let texts = batches.texts(at)?;
        trainer.add(texts.iter().copied());
        batches.release(at);
        progress.advance(texts.len() as u64);
        Ok(())
    })
}

/// Runs `annotate` over the texts of each batch of the table `info.table` (its column `text`) and
/// writes what it gives, one list a text, as the layer `name`. Rows that are erased are annotated as
/// empty texts.
///
/// Runs on rayon's current pool; [`threads::install`](crate::threads::install) sizes one.
///
/// # Errors
///
/// What `annotate` gives; [`Error::Argument`] where the table has no texts or the lists are not
/// of the layer's type; [`Error::Corrupt`] where the pack is damaged; [`Error::Limit`] where the
/// items of a batch are more than 2³¹; [`Error::Cancelled`] where `progress` wants it to end.
pub fn layer(
    pack: &mut Pack,
    name: &str,
    info: LayerInfo,
    progress: &dyn Progress,
    annotate: impl Fn(&[&str]) -> Result<ArrayRef> + Sync,
) -> Result<Summary> {
    let table = info.table.clone();
    let mut writer = LayerWriter::begin(pack, name, info)?;
    let batches = pack.text_batches(&table)?;
    let rows = batches.rows();
    progress.start(name, Some(rows), "rows");
    let mut summary = Summary { rows, ..Summary::default() };
    let annotated = |at: usize| -> Result<(ArrayRef, u64)> {
        let texts = batches.texts(at)?;
        let bytes = texts.iter().map(|text| text.len() as u64).sum();
        let found = annotate(&texts)?;
        batches.release(at);
        progress.advance(texts.len() as u64);
        Ok((found, bytes))
    };
    let window = rayon::current_num_threads();
    let all: Vec<usize> = (0..batches.len()).collect();
    let mut done = Vec::new();
    // While one window is written, the next is annotated; the last turn only writes.
    for window in all.chunks(window).map(Some).chain([None]) {
        progress.check()?;
        let (written, next) = rayon::join(
            || {
                done.drain(..).try_for_each(|result: Result<(ArrayRef, u64)>| {
                    let (found, bytes) = result?;
                    let items = found.as_list_opt::<i32>().map_or(0, |list| list.values().len());
                    summary.items += items as u64;
                    summary.bytes += bytes;
                    writer.write(found)
                })
            },
            || window.unwrap_or_default().par_iter().map(|&at| annotated(at)).collect(),
        );
        written?;
        done = next;
    }
    writer.finish(pack)?;
    Ok(summary)
}

/// The list of structs that columns of positions are.
///
/// # Errors
///
/// [`Error::Limit`] where there are more items than an Arrow list of 32-bit offsets holds.
pub fn spans(
    offsets: Vec<u32>,
    starts: Vec<u32>,
    ends: Vec<u32>,
    more: Option<(&str, ArrayRef)>,
) -> Result<ArrayRef> {
    let asked = starts.len() as u64;
    let limit = i32::MAX as u64;
    if asked > limit {
        return Err(Error::Limit { what: "items of a batch".to_owned(), limit, asked });
    }
    let mut fields = vec![
        Field::new("start", DataType::UInt32, false),
        Field::new("end", DataType::UInt32, false),
    ];
    let mut columns: Vec<ArrayRef> =
        vec![Arc::new(UInt32Array::from(starts)), Arc::new(UInt32Array::from(ends))];
    if let Some((name, column)) = more {
        fields.push(Field::new(name, column.data_type().clone(), false));
        columns.push(column);
    }
    let fields = Fields::from(fields);
    let wrong = |e| Error::argument("columns", "of one length", e);
    let items = StructArray::try_new(fields.clone(), columns, None).map_err(wrong)?;
    let offsets: Vec<i32> = offsets.into_iter().map(|offset| offset as i32).collect();
    let field = Arc::new(Field::new("item", DataType::Struct(fields), false));
    let list = ListArray::try_new(field, OffsetBuffer::new(offsets.into()), Arc::new(items), None);
    Ok(Arc::new(list.map_err(wrong)?))
}

/// What stands in a layer of who made it.
fn annotator(options: &text::Options) -> String {
    format!("sprogkit {} text {options:?}", env!("CARGO_PKG_VERSION"))
}
