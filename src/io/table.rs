//! A table of mapped Arrow IPC files: rows by number, batches decoded at their first touch.
//!
//! The decoder is not trusted with bytes nobody checked: a file's head and foot, and each batch, are
//! compared with the checksums that the writer noted before they are decoded, and what panics all
//! the same is caught here, at one boundary. Text columns are decoded as binary: offsets are
//! validated, the text itself is not scanned, so that opening costs nothing; text is
//! checked when it is handed out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use arrow_array::{
    Array, ArrayRef, Int32Array, Int64Array, LargeBinaryArray, LargeListArray, LargeStringArray,
    RecordBatch, UInt64Array, types::Int16Type,
};
use arrow_buffer::Buffer;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::{Block, convert::fb_to_schema, root_as_footer};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use serde::{Deserialize, Serialize};

use super::{Mapped, crc32c};
use crate::{Error, Result};

/// How much of a pack is compared with its checksums, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// Each part at its first touch: every change in bytes that are read is found. The default.
    #[default]
    Lazy,
    /// Everything at opening, padding included.
    Full,
    /// Nothing. What is handed out is still memory safe and valid UTF-8, but may be wrong.
    None,
}

/// A part of a file and its checksum. Parts follow each other without holes: the head (magic and
/// schema), one a batch, the foot (end mark, footer and magic).
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// The byte after the last.
    pub(crate) end: u64,
    /// Rows in it; 0 for head and foot.
    pub(crate) rows: u64,
    /// CRC32C of its bytes.
    pub(crate) crc32c: u32,
}

/// What the commit file notes of one table file.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShardMeta {
    /// Path below the pack's folder, `/` between names.
    pub(crate) file: String,
    /// Length of the file.
    pub(crate) bytes: u64,
    /// Rows in it.
    pub(crate) rows: u64,
    /// SHA-256 of the file, hexadecimal.
    pub(crate) sha256: String,
    /// Head, batches, foot.
    pub(crate) parts: Vec<Part>,
}

impl ShardMeta {
    /// The bytes of batch `index`, from its first up to, not including, its last.
    fn batch(&self, index: usize) -> (u64, u64) {
        (self.parts[index].end, self.parts[index + 1].end)
    }

    fn batches(&self) -> &[Part] {
        &self.parts[1..self.parts.len() - 1]
    }

    /// Refuses what cannot be: holes, overlaps, sums that do not agree, paths out of the pack.
    pub(crate) fn validate(&self) -> Result<(), String> {
        let name = &self.file;
        if !is_inside(name) {
            return Err(format!("the file name {name:?} leads out of the pack"));
        }
        if self.parts.len() < 2 {
            return Err(format!("{name}: {} parts, expected at least 2", self.parts.len()));
        }
        let mut before = 0;
        for part in &self.parts {
            if part.end <= before {
                return Err(format!("{name}: a part ends at {}, after {before}", part.end));
            }
            before = part.end;
        }
        if before != self.bytes {
            return Err(format!("{name}: the parts end at {before}, the file at {}", self.bytes));
        }
        let rows = self.batches().iter().try_fold(0u64, |sum, part| sum.checked_add(part.rows));
        if rows != Some(self.rows) || self.batches().iter().any(|part| part.rows == 0) {
            return Err(format!("{name}: the batches do not add up to {} rows", self.rows));
        }
        Ok(())
    }
}

/// Whether `path` names a file below a folder: no root, no drive, no way up.
pub(crate) fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|name| !matches!(name, "" | "." | "..") && !name.contains(['\\', ':', '\0']))
}

/// What is wrong with a file, and from which byte on.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    pub(crate) offset: u64,
    pub(crate) reason: String,
}

impl Damage {
    pub(crate) fn new(offset: u64, reason: impl ToString) -> Self {
        Self { offset, reason: reason.to_string() }
    }

    pub(crate) fn of(self, path: &Path) -> Error {
        Error::Corrupt { path: path.to_owned(), offset: self.offset, reason: self.reason }
    }
}

/// A decoded batch of rows. Its columns lie in the map.
#[derive(Debug)]
pub struct Batch {
    raw: RecordBatch,
    checked: OnceLock<Result<RecordBatch, Damage>>,
    path: Arc<Path>,
    offset: u64,
    first_row: u64,
}

impl Batch {
    /// How many rows the batch has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.num_rows()
    }

    /// Whether the batch has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the first row in its table.
    #[must_use]
    pub fn first_row(&self) -> u64 {
        self.first_row
    }

    /// The columns with all their text checked: safe to hand to any reader of Arrow. The check
    /// is made once.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where text is not UTF-8.
    pub fn checked(&self) -> Result<&RecordBatch> {
        let result = self.checked.get_or_init(|| {
            guarded(self.offset, || as_text(&self.raw).map_err(|e| Damage::new(self.offset, e)))
        });
        result.as_ref().map_err(|damage| damage.clone().of(&self.path))
    }

    fn wrong(&self, reason: impl ToString) -> Error {
        Damage::new(self.offset, reason).of(&self.path)
    }

    fn column<A: Array + 'static>(&self, column: usize) -> Result<&A> {
        self.raw
            .columns()
            .get(column)
            .and_then(|array| array.as_any().downcast_ref())
            .ok_or_else(|| self.wrong(format!("column {column} is not of the type expected")))
    }

    /// The bytes of text column `column` in `row`, `None` where it is null. Not checked to be UTF-8.
    pub(crate) fn bytes(&self, column: usize, row: usize) -> Result<Option<&[u8]>> {
        let array: &LargeBinaryArray = self.column(column)?;
        Ok((!array.is_null(row)).then(|| array.value(row)))
    }

    /// The text of column `column` in `row`, `None` where it is null.
    pub(crate) fn text(&self, column: usize, row: usize) -> Result<Option<&str>> {
        let Some(bytes) = self.bytes(column, row)? else { return Ok(None) };
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(self.wrong(format!(
                "the text of column {column}, row {}, is not UTF-8",
                self.first_row + row as u64
            ))),
        }
    }

    pub(crate) fn integer(&self, column: usize, row: usize) -> Result<Option<i64>> {
        let array: &Int64Array = self.column(column)?;
        Ok((!array.is_null(row)).then(|| array.value(row)))
    }

    pub(crate) fn small(&self, column: usize, row: usize) -> Result<i32> {
        Ok(self.column::<Int32Array>(column)?.value(row))
    }

    pub(crate) fn numbers(&self, column: usize) -> Result<&[u64]> {
        Ok(self.column::<UInt64Array>(column)?.values())
    }

    pub(crate) fn samples(&self, column: usize, row: usize) -> Result<&[i16]> {
        let lists: &LargeListArray = self.column(column)?;
        let values =
            lists.values().as_any().downcast_ref::<arrow_array::PrimitiveArray<Int16Type>>();
        let values = values.ok_or_else(|| self.wrong("the samples are not 16-bit"))?.values();
        let offsets = lists.value_offsets();
        let range = offsets.get(row).zip(offsets.get(row + 1));
        range
            .and_then(|(&start, &end)| {
                values.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
            })
            .ok_or_else(|| self.wrong(format!("row {row} has no samples")))
    }

    pub(crate) fn array(&self, column: usize) -> Result<&ArrayRef> {
        self.raw.columns().get(column).ok_or_else(|| self.wrong(format!("no column {column}")))
    }
}

/// A mapped file whose head and foot were checked.
#[derive(Debug)]
struct Open {
    map: Arc<Mapped>,
    buffer: Buffer,
    decoder: FileDecoder,
}

/// One file of a table.
#[derive(Debug)]
pub(crate) struct Shard {
    pub(crate) path: Arc<Path>,
    pub(crate) meta: ShardMeta,
    open: OnceLock<Open>,
}

/// A batch of a table that is decoded at its first touch.
#[derive(Debug)]
struct Slot {
    shard: usize,
    index: usize,
    cell: OnceLock<Batch>,
}

/// A table of mapped Arrow IPC files. Opening it maps nothing and reads nothing but file lengths.
#[derive(Debug)]
pub struct Table {
    schema: SchemaRef,
    shards: Vec<Shard>,
    slots: Vec<Slot>,
    /// The first row of each slot, and the number of rows at the end.
    starts: Vec<u64>,
    check: Check,
}

impl Table {
    /// The table whose files lie below `folder`; each must have the columns of `schema`.
    pub(crate) fn open(
        folder: &Path,
        schema: SchemaRef,
        metas: &[ShardMeta],
        check: Check,
    ) -> Result<Self> {
        let mut shards = Vec::with_capacity(metas.len());
        let mut slots = Vec::new();
        let mut starts = vec![0];
        for (shard, meta) in metas.iter().enumerate() {
            let path = folder.join(&meta.file);
            meta.validate().map_err(|reason| Damage::new(0, reason).of(&path))?;
            expect_length(&path, meta.bytes)?;
            for (index, part) in meta.batches().iter().enumerate() {
                let rows = starts[starts.len() - 1] + part.rows;
                slots.push(Slot { shard, index, cell: OnceLock::new() });
                starts.push(rows);
            }
            shards.push(Shard { path: path.into(), meta: meta.clone(), open: OnceLock::new() });
        }
        Ok(Self { schema, shards, slots, starts, check })
    }

    /// The columns, text as text.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// How many rows the files hold.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.starts[self.slots.len()]
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many batches the files hold.
    #[must_use]
    pub fn batches(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// The file that holds batch `index`.
    pub(crate) fn shard_of(&self, index: usize) -> usize {
        self.slots[index].shard
    }

    /// The first row of batch `index`, and the one after its last.
    #[must_use]
    pub fn rows_of(&self, index: usize) -> (u64, u64) {
        (self.starts[index], self.starts[index + 1])
    }

    /// Whether the batch that holds row `row` was decoded already.
    pub(crate) fn is_loaded(&self, row: u64) -> bool {
        let index = self.starts.partition_point(|&start| start <= row);
        let slot = index.checked_sub(1).and_then(|index| self.slots.get(index));
        slot.is_some_and(|slot| slot.cell.get().is_some())
    }

    /// Batch `index`, decoded and checked at its first touch.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the file was truncated or altered; [`Error::Io`] where it cannot be
    /// opened.
    pub fn batch(&self, index: usize) -> Result<&Batch> {
        let slot = self.slots.get(index).ok_or_else(|| {
            Error::argument("batch", format!("below {}", self.slots.len()), index)
        })?;
        if let Some(batch) = slot.cell.get() {
            return Ok(batch);
        }
        let batch = self.decode(slot, self.starts[index])?;
        Ok(slot.cell.get_or_init(|| batch))
    }

    /// Lets the system take back the memory of batch `index`, which is read from the file again when it is
    /// touched: who reads a table through once stays small.
    pub(crate) fn release(&self, index: usize) {
        let slot = &self.slots[index];
        let shard = &self.shards[slot.shard];
        if let Some(open) = shard.open.get() {
            let (start, end) = shard.meta.batch(slot.index);
            open.map.release(start as usize..end as usize);
        }
    }

    /// The batch that holds row `row`, and the row's place in it.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where there is no such row; else as [`Table::batch`].
    pub fn locate(&self, row: u64) -> Result<(&Batch, usize)> {
        if row >= self.len() {
            return Err(Error::argument("row", format!("below {}", self.len()), row));
        }
        let index = self.starts.partition_point(|&start| start <= row) - 1;
        Ok((self.batch(index)?, (row - self.starts[index]) as usize))
    }

    fn decode(&self, slot: &Slot, first_row: u64) -> Result<Batch> {
        let shard = &self.shards[slot.shard];
        let open = self.file(shard)?;
        let (start, end) = shard.meta.batch(slot.index);
        let damage = |damage: Damage| damage.of(&shard.path);
        if !open.map.is_whole() {
            return Err(damage(Damage::new(0, "the file was truncated while it was open")));
        }
        let bytes = &open.map[start as usize..end as usize];
        let part = &shard.meta.parts[slot.index + 1];
        if self.check != Check::None {
            compare(bytes, part.crc32c, start).map_err(damage)?;
        }
        let raw = guarded(start, || {
            // Continuation mark (4 bytes), length of the metadata (4 bytes), metadata, body.
            let size = bytes.get(4..8).map_or(0, |b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]));
            let metadata = size.checked_add(8).filter(|&m| m >= 8 && (m as usize) <= bytes.len());
            let metadata = metadata.ok_or_else(|| {
                Damage::new(
                    start,
                    format!("a batch of {} bytes has {size} of metadata", end - start),
                )
            })?;
            let body = bytes.len() as i64 - i64::from(metadata);
            let block = Block::new(start as i64, metadata, body);
            let buffer = open.buffer.slice_with_length(start as usize, bytes.len());
            open.decoder
                .read_record_batch(&block, &buffer)
                .map_err(|error| Damage::new(start, error))?
                .ok_or_else(|| Damage::new(start, "no batch of rows here"))
        })
        .map_err(damage)?;
        if raw.num_rows() as u64 != part.rows {
            let reason = format!("the batch has {} rows, expected {}", raw.num_rows(), part.rows);
            return Err(damage(Damage::new(start, reason)));
        }
        Ok(Batch {
            raw,
            checked: OnceLock::new(),
            path: Arc::clone(&shard.path),
            offset: start,
            first_row,
        })
    }

    /// The file of `shard`, mapped and its head and foot checked at the first touch.
    fn file<'s>(&self, shard: &'s Shard) -> Result<&'s Open> {
        if let Some(open) = shard.open.get() {
            return Ok(open);
        }
        let meta = &shard.meta;
        expect_length(&shard.path, meta.bytes)?;
        let map = Mapped::open(&shard.path).or_else(|error| {
            // It may have gone away since it was asked for.
            expect_length(&shard.path, meta.bytes)?;
            Err(error)
        });
        let map = Arc::new(map?);
        let damage = |damage: Damage| damage.of(&shard.path);
        if map.len() as u64 != meta.bytes {
            return Err(damage(Damage::new(0, length_differs(map.len() as u64, meta.bytes))));
        }
        let head = &map[..meta.parts[0].end as usize];
        let foot_at = meta.parts[meta.parts.len() - 2].end;
        let foot = &map[foot_at as usize..];
        if self.check != Check::None {
            compare(head, meta.parts[0].crc32c, 0).map_err(damage)?;
            compare(foot, meta.parts[meta.parts.len() - 1].crc32c, foot_at).map_err(damage)?;
        }
        let decoder = guarded(foot_at, || decoder(foot, foot_at, &self.schema)).map_err(damage)?;
        let buffer = Buffer::from(bytes::Bytes::from_owner(Shared(Arc::clone(&map))));
        Ok(shard.open.get_or_init(|| Open { map, buffer, decoder }))
    }
}

/// Keeps a map alive as long as an Arrow buffer over it.
struct Shared(Arc<Mapped>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Most bytes of a footer: a shard has a few hundred batches of 24 bytes each.
const MOST_FOOTER: usize = 64 << 20;

/// The decoder for a file with this foot, if its columns are those of `expected`.
fn decoder(foot: &[u8], at: u64, expected: &Schema) -> Result<FileDecoder, Damage> {
    let wrong = |reason: String| Damage::new(at, reason);
    let end: [u8; 10] = foot
        .last_chunk()
        .copied()
        .ok_or_else(|| wrong(format!("a foot of {} bytes, expected at least 10", foot.len())))?;
    let length = read_footer_length(end).map_err(|e| wrong(e.to_string()))?;
    let footer = foot.len().checked_sub(10 + length).filter(|_| length <= MOST_FOOTER);
    let footer = footer.ok_or_else(|| wrong(format!("a footer of {length} bytes")))?;
    let footer =
        root_as_footer(&foot[footer..foot.len() - 10]).map_err(|e| wrong(e.to_string()))?;
    let schema = footer.schema().ok_or_else(|| wrong("no schema".to_owned()))?;
    let schema = fb_to_schema(schema);
    let same = schema.fields().len() == expected.fields().len()
        && schema.fields().iter().zip(expected.fields()).all(|(a, b)| {
            a.name() == b.name()
                && a.data_type().equals_datatype(b.data_type())
                && a.is_nullable() == b.is_nullable()
        });
    if !same {
        return Err(wrong(format!("the columns are {schema}, expected {expected}")));
    }
    Ok(FileDecoder::new(Arc::new(as_binary(expected)), footer.version())
        .with_require_alignment(true))
}

/// The same columns with text as binary, so that decoding does not scan it.
fn as_binary(schema: &Schema) -> Schema {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::LargeUtf8 => field.as_ref().clone().with_data_type(DataType::LargeBinary),
            _ => field.as_ref().clone(),
        })
        .collect();
    Schema::new_with_metadata(fields, schema.metadata().clone())
}

/// The same columns with binary as text, checked.
fn as_text(batch: &RecordBatch) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let mut fields = Vec::with_capacity(batch.num_columns());
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    let schema = batch.schema();
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        match column.as_any().downcast_ref::<LargeBinaryArray>() {
            Some(binary) => {
                columns.push(Arc::new(LargeStringArray::try_from_binary(binary.clone())?));
                fields.push(field.as_ref().clone().with_data_type(DataType::LargeUtf8));
            }
            None => {
                columns.push(Arc::clone(column));
                fields.push(field.as_ref().clone());
            }
        }
    }
    RecordBatch::try_new(
        Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone())),
        columns,
    )
}

/// The one boundary at which a panic of the decoder becomes an error.
pub(crate) fn guarded<R>(
    offset: u64,
    work: impl FnOnce() -> Result<R, Damage>,
) -> Result<R, Damage> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Damage::new(offset, "the decoder gave up on these bytes")))
}

fn compare(bytes: &[u8], expected: u32, offset: u64) -> Result<(), Damage> {
    let found = crc32c(bytes);
    if found == expected {
        return Ok(());
    }
    let length = bytes.len();
    Err(Damage::new(
        offset,
        format!("checksum of {length} bytes is {found:08x}, expected {expected:08x}: altered"),
    ))
}

fn length_differs(found: u64, expected: u64) -> String {
    let how = if found < expected { "truncated" } else { "altered" };
    format!("the file has {found} bytes, expected {expected}: {how}")
}

/// That the file at `path` is there and `bytes` long.
pub(crate) fn expect_length(path: &Path, bytes: u64) -> Result<()> {
    match path.metadata() {
        Ok(data) if data.len() == bytes => Ok(()),
        Ok(data) => {
            let at = data.len().min(bytes);
            Err(Damage::new(at, length_differs(data.len(), bytes)).of(path))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Damage::new(
            0,
            "the file is missing; if the pack was changed since it was opened, open it again",
        )
        .of(path)),
        Err(error) => Err(Error::io(path, error)),
    }
}

/// The path of `file` (with `/` between names) below `folder`.
#[must_use]
pub(crate) fn below(folder: &Path, file: &str) -> PathBuf {
    file.split('/').fold(folder.to_owned(), |path, name| path.join(name))
}
