//! Layers: what was found in the rows of a table, as offsets into them, stored beside the pack.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use serde::{Deserialize, Serialize};

use super::format::LayerMeta;
use super::pack::{Pack, Store};
use super::rows::kept;
use crate::io::{Table, TableLimits, TableWriter};
use crate::{Error, Result};

/// The type of a field of a layer's items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerType {
    /// Unsigned, 8 bits.
    U8,
    /// Unsigned, 16 bits.
    U16,
    /// Unsigned, 32 bits.
    U32,
    /// Unsigned, 64 bits.
    U64,
    /// Floating point, 32 bits.
    F32,
    /// Text.
    Text,
}

impl LayerType {
    fn arrow(self) -> DataType {
        match self {
            Self::U8 => DataType::UInt8,
            Self::U16 => DataType::UInt16,
            Self::U32 => DataType::UInt32,
            Self::U64 => DataType::UInt64,
            Self::F32 => DataType::Float32,
            Self::Text => DataType::LargeUtf8,
        }
    }
}

/// A field of a layer's items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerField {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: LayerType,
}

/// What a layer is: which table it annotates, and what its items are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerInfo {
    /// The table: `documents`, `recordings`, `utterances` or `lexicon`.
    pub table: String,
    /// What `start` and `end` count: `byte`, `char`, `utf16`, `sample`; `none` where there are
    /// no positions.
    pub unit: String,
    /// The fields of an item. A single one without a name: items are plain numbers.
    pub fields: Vec<LayerField>,
    /// What found the items, with its version and options.
    pub annotator: String,
}

impl LayerInfo {
    /// A layer of spans with further fields: `start` and `end` (`u32`) come first.
    #[must_use]
    pub fn spans(table: &str, unit: &str, more: &[(&str, LayerType)], annotator: &str) -> Self {
        let first = [("start", LayerType::U32), ("end", LayerType::U32)];
        let fields = first.iter().chain(more);
        let fields =
            fields.map(|&(name, kind)| LayerField { name: name.to_owned(), kind }).collect();
        Self {
            table: table.to_owned(),
            unit: unit.to_owned(),
            fields,
            annotator: annotator.to_owned(),
        }
    }

    /// The Arrow type of the column: a list of the items of each row.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        let item = match &self.fields[..] {
            [only] if only.name.is_empty() => only.kind.arrow(),
            fields => DataType::Struct(Fields::from_iter(
                fields.iter().map(|field| Field::new(&field.name, field.kind.arrow(), false)),
            )),
        };
        DataType::List(Arc::new(Field::new("item", item, false)))
    }

    pub(super) fn schema(&self, name: &str) -> SchemaRef {
        let metadata = HashMap::from([
            ("unit".to_owned(), self.unit.clone()),
            ("table".to_owned(), self.table.clone()),
            ("annotator".to_owned(), self.annotator.clone()),
        ]);
        let field = Field::new(name, self.data_type(), false).with_metadata(metadata);
        Arc::new(Schema::new(vec![field]))
    }
}

/// A layer of a pack. Row `i` belongs to row `i` of the table it annotates.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'p> {
    info: &'p LayerInfo,
    table: &'p Table,
    store: &'p Store,
}

impl<'p> Layer<'p> {
    pub(super) fn new(info: &'p LayerInfo, table: &'p Table, store: &'p Store) -> Self {
        Self { info, table, store }
    }

    /// What the layer is.
    #[must_use]
    pub fn info(self) -> &'p LayerInfo {
        self.info
    }

    /// How many rows there are: as many as in the table.
    #[must_use]
    pub fn len(self) -> u64 {
        self.table.len() - self.store.hidden.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The one column.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        Arc::clone(self.table.schema())
    }

    /// How many Arrow batches [`Layer::batch`] gives.
    #[must_use]
    pub fn batches(self) -> usize {
        self.table.batches()
    }

    /// The first row of batch `index` and the one after its last, erased rows not counted.
    ///
    /// # Panics
    ///
    /// Where there is no such batch.
    #[must_use]
    pub fn rows_of(self, index: usize) -> (u64, u64) {
        self.store.rows_of(index)
    }

    /// Arrow batch `index`, which belongs to batch `index` of the table.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the batch was truncated or altered.
    pub fn batch(self, index: usize) -> Result<RecordBatch> {
        kept(self.store, index, self.table.batch(index)?.checked()?)
    }

    /// The items of row `row`: an array of structs or of numbers, borrowed from the map.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where there is no such row; [`Error::Corrupt`] where its batch was
    /// truncated or altered.
    pub fn get(self, row: u64) -> Result<ArrayRef> {
        if row >= self.len() {
            return Err(Error::argument("row", format!("below {}", self.len()), row));
        }
        let (batch, at) = self.table.locate(self.store.hidden.stored(row))?;
        let column = batch.array(0)?;
        let list = column.as_any().downcast_ref::<arrow_array::ListArray>();
        list.map(|list| list.value(at))
            .ok_or_else(|| Error::argument("layer", "a list", column.data_type()))
    }
}

/// Writes a layer: one array a batch of the table, in order.
#[derive(Debug)]
pub struct LayerWriter {
    name: String,
    info: LayerInfo,
    writer: TableWriter,
    /// The rows of each batch to come, and whether its file ends with it.
    batches: Vec<(u64, bool)>,
    next: usize,
    /// The files of the table when the layer was begun.
    table: Vec<String>,
    schema: SchemaRef,
    folder: std::path::PathBuf,
}

impl LayerWriter {
    /// Begins the layer `name` of `pack`. A layer of that name that is there already is replaced
    /// when the new one is finished.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the name or the table is none.
    pub fn begin(pack: &Pack, name: &str, info: LayerInfo) -> Result<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        if name.is_empty() || !name.chars().all(allowed) || name.len() > 64 {
            let rule = "1 to 64 lower-case letters, digits, - and _";
            return Err(Error::argument("layer", rule, format!("{name:?}")));
        }
        let store = pack.store_named(&info.table).ok_or_else(|| {
            Error::argument("table", "one of the pack's tables", format!("{:?}", info.table))
        })?;
        let table = &store.table;
        let batches = (0..table.batches())
            .map(|at| {
                let (start, end) = table.rows_of(at);
                let last =
                    at + 1 == table.batches() || table.shard_of(at) != table.shard_of(at + 1);
                (end - start, last)
            })
            .collect();
        let folder = pack.path().join("layers").join(name);
        fs::create_dir_all(&folder).map_err(|e| Error::io(&folder, e))?;
        let schema = info.schema(name);
        // Files follow those of the table, so their size needs no limit of its own.
        let limits =
            TableLimits { shard_bytes: u64::MAX, most_bytes: u64::MAX, ..Default::default() };
        let stem = format!("layers/{name}/");
        let writer = TableWriter::new(pack.path(), &stem, "", Arc::clone(&schema), limits);
        Ok(Self {
            name: name.to_owned(),
            info,
            writer,
            batches,
            next: 0,
            table: files_of(table),
            schema,
            folder,
        })
    }

    /// Writes the items of the next batch's rows: a list array of [`LayerInfo::data_type`].
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where it is of another type, has nulls, or not the batch's rows;
    /// [`Error::Io`] where the system refuses.
    pub fn write(&mut self, items: ArrayRef) -> Result<()> {
        let (rows, last) = *self.batches.get(self.next).ok_or_else(|| {
            Error::argument("batch", format!("one of {}", self.batches.len()), self.next)
        })?;
        if items.len() as u64 != rows {
            return Err(Error::argument("rows", format!("the {rows} of the batch"), items.len()));
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), vec![items])
            .map_err(|e| Error::argument("items", "of the layer's type", e))?;
        self.writer.write(&batch)?;
        if last {
            self.writer.end_file()?;
        }
        self.next += 1;
        Ok(())
    }

    /// Makes the layer part of the pack, which is opened anew: others may have changed it meanwhile,
    /// as long as the table is the same.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where batches are missing, or the table was rewritten meanwhile;
    /// [`Error::Io`] where the system refuses. The pack is then as it was.
    pub fn finish(mut self, pack: &mut Pack) -> Result<()> {
        if self.next != self.batches.len() {
            let wanted = format!("{} batches", self.batches.len());
            return Err(Error::argument("layer", wanted, self.next));
        }
        let claim = pack.claim()?;
        let table = pack.store_named(&self.info.table).map(|store| files_of(&store.table));
        if table.as_ref() != Some(&self.table) {
            let got = "another: it was rewritten meanwhile; make the layer again";
            return Err(Error::argument("table", "the one the layer was begun for", got));
        }
        let mut commit = pack.commit.clone();
        commit.revision += 1;
        // A layer that replaces another lies beside it until the commit, so under other names.
        if commit.layers.contains_key(&self.name) {
            self.writer.set_suffix(format!("-r{}", commit.revision));
        }
        let shards = self.writer.finish()?;
        crate::io::sync_folder(&self.folder)?;
        let new: Vec<String> = shards.iter().map(|shard| shard.file.clone()).collect();
        let old = commit.layers.insert(self.name, LayerMeta { info: self.info, shards });
        let old = old.into_iter().flat_map(|layer| layer.shards).map(|shard| shard.file);
        pack.replace(&claim, &commit, old.collect(), &new)
    }
}

/// The checksums of a table's files: what names it.
fn files_of(table: &Table) -> Vec<String> {
    table.shards().iter().map(|shard| shard.meta.sha256.clone()).collect()
}
