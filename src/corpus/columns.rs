//! Rows gathered to batches, column by column, on their way into a table.

use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{
    Int16Builder, Int32Builder, Int64Builder, LargeListBuilder, LargeStringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field};

use super::format::TableMeta;
use super::ids::Ids;
use super::schema::{Kind, describe};
use crate::io::{TableLimits, TableWriter};
use crate::{Error, Result};

/// A value of a row.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Maybe(Option<&'a str>),
    Count(Option<i64>),
    Small(i32),
    Samples(&'a [i16]),
}

impl Value<'_> {
    fn bytes(self) -> usize {
        match self {
            Self::Text(text) => text.len() + 8,
            Self::Maybe(text) => text.map_or(0, str::len) + 8,
            Self::Count(_) => 8,
            Self::Small(_) => 4,
            Self::Samples(samples) => samples.len() * 2 + 8,
        }
    }
}

/// A column being filled.
#[derive(Debug)]
enum Column {
    Text(LargeStringBuilder),
    Count(Int64Builder),
    Small(Int32Builder),
    Samples(LargeListBuilder<Int16Builder>),
}

impl Column {
    fn new(kind: &DataType) -> Self {
        match kind {
            DataType::Int64 => Self::Count(Int64Builder::new()),
            DataType::Int32 => Self::Small(Int32Builder::new()),
            DataType::LargeList(_) => {
                Self::Samples(LargeListBuilder::new(Int16Builder::new()).with_field(Field::new(
                    "item",
                    DataType::Int16,
                    false,
                )))
            }
            _ => Self::Text(LargeStringBuilder::new()),
        }
    }

    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Text(builder), Value::Text(text)) => builder.append_value(text),
            (Self::Text(builder), Value::Maybe(text)) => builder.append_option(text),
            (Self::Count(builder), Value::Count(count)) => builder.append_option(count),
            (Self::Small(builder), Value::Small(number)) => builder.append_value(number),
            (Self::Samples(builder), Value::Samples(samples)) => {
                builder.values().append_slice(samples);
                builder.append(true);
            }
            _ => unreachable!("a row's values are in the order of its columns"),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Count(builder) => Arc::new(builder.finish()),
            Self::Small(builder) => Arc::new(builder.finish()),
            Self::Samples(builder) => Arc::new(builder.finish()),
        }
    }
}

/// A table being written: rows are gathered to batches.
#[derive(Debug)]
pub(super) struct TableBuilder {
    kind: Kind,
    folder: std::path::PathBuf,
    limits: TableLimits,
    writer: TableWriter,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
    pub(super) ids: Ids,
}

impl TableBuilder {
    pub(super) fn new(kind: Kind, folder: &Path, limits: TableLimits) -> Self {
        let schema = kind.schema();
        let columns = schema.fields().iter().map(|field| Column::new(field.data_type())).collect();
        let stem = format!("{}-", kind.name());
        Self {
            kind,
            folder: folder.to_owned(),
            limits,
            writer: TableWriter::new(folder, &stem, "", schema, limits),
            columns,
            rows: 0,
            bytes: 0,
            ids: Ids::default(),
        }
    }

    pub(super) fn row(&mut self, id: &str, values: &[Value<'_>]) -> Result<()> {
        let bytes: usize = values.iter().map(|value| value.bytes()).sum();
        // Room for the head, the foot and the padding of the file.
        let most = self.limits.most_bytes - (1 << 20);
        if bytes as u64 > most {
            let what = format!("{} {id:?}: bytes of a row", self.kind.name());
            return Err(Error::Limit { what, limit: most, asked: bytes as u64 });
        }
        self.ids.add(id)?;
        if self.rows > 0 && self.bytes + bytes > self.limits.batch_bytes {
            self.flush()?;
        }
        for (column, &value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
        self.rows += 1;
        self.bytes += bytes;
        if self.rows >= self.limits.batch_rows || self.bytes >= self.limits.batch_bytes {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        let batch = RecordBatch::try_new(self.kind.schema(), columns)
            .map_err(|e| Error::io(&self.folder, std::io::Error::other(e)))?;
        self.rows = 0;
        self.bytes = 0;
        self.writer.write(&batch)
    }

    /// The table as it was written, `None` where it has no rows.
    pub(super) fn finish(mut self) -> Result<Option<(Kind, TableMeta)>> {
        self.flush()?;
        let shards = self.writer.finish()?;
        if shards.is_empty() {
            return Ok(None);
        }
        let ids = self.ids.write(&self.folder, self.kind.name(), "")?;
        let rows = shards.iter().map(|shard| shard.rows).sum();
        let columns = describe(&self.kind.schema());
        let meta = TableMeta { rows, columns, shards, ids, forms: None, erased: Vec::new() };
        Ok(Some((self.kind, meta)))
    }
}
