//! Writes a table: batches of rows into Arrow IPC files of a bounded size, each with its checksums.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_ipc::MetadataVersion;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{ArrowError, SchemaRef};

use super::table::{Part, ShardMeta};
use super::{Sha256, file::sync_folder, staging::part_name};
use crate::{Error, Result};

/// Every buffer begins at a multiple of this many bytes.
const ALIGNMENT: usize = 64;

/// How large batches and files become.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableLimits {
    /// Bytes of a batch at which it is written.
    pub(crate) batch_bytes: usize,
    /// Rows of a batch at which it is written.
    pub(crate) batch_rows: usize,
    /// Bytes of a file at which the next is begun.
    pub(crate) shard_bytes: u64,
    /// Bytes that no file and so no row may reach: readers with 32-bit offsets survive.
    pub(crate) most_bytes: u64,
}

impl Default for TableLimits {
    fn default() -> Self {
        Self {
            batch_bytes: 8 << 20,
            batch_rows: 65_536,
            shard_bytes: 256 << 20,
            most_bytes: 1_900 << 20,
        }
    }
}

/// Writes one table of a pack.
#[derive(Debug)]
pub(crate) struct TableWriter {
    folder: PathBuf,
    /// Path below `folder`, without number and ending: `documents`, `layers/words/`.
    stem: String,
    suffix: String,
    schema: SchemaRef,
    limits: TableLimits,
    current: Option<Current>,
    done: Vec<ShardMeta>,
}

impl TableWriter {
    /// A table that will be written to `<folder>/<stem>00000-of-0000N<suffix>.arrow`.
    pub(crate) fn new(
        folder: &Path,
        stem: &str,
        suffix: &str,
        schema: SchemaRef,
        limits: TableLimits,
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            stem: stem.to_owned(),
            suffix: suffix.to_owned(),
            schema,
            limits,
            current: None,
            done: Vec::new(),
        }
    }

    /// Writes `batch` as one batch; a file that is full is closed first.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let size = batch.get_array_memory_size() as u64;
        if self.current.as_ref().is_some_and(|c| {
            c.bytes() >= self.limits.shard_bytes || c.bytes() + size > self.limits.most_bytes
        }) {
            self.end_file()?;
        }
        let current = match &mut self.current {
            Some(current) => current,
            None => {
                let name = part_name(&format!("{}{:05}", self.stem, self.done.len()));
                self.current.insert(Current::begin(&self.folder, name, &self.schema)?)
            }
        };
        current.write(batch)
    }

    /// Ends the current file, so that the next batch begins another.
    pub(crate) fn end_file(&mut self) -> Result<()> {
        if let Some(current) = self.current.take() {
            self.done.push(current.end()?);
        }
        Ok(())
    }

    /// What the files' names shall end with, where it is known only at the end.
    pub(crate) fn set_suffix(&mut self, suffix: String) {
        self.suffix = suffix;
    }

    /// Ends the table and gives its files their names. Dropped without this, a table's files are
    /// removed.
    pub(crate) fn finish(mut self) -> Result<Vec<ShardMeta>> {
        self.end_file()?;
        let count = self.done.len();
        for (number, shard) in self.done.iter_mut().enumerate() {
            let name = format!("{}{number:05}-of-{count:05}{}.arrow", self.stem, self.suffix);
            let (old, new) = (self.folder.join(&shard.file), self.folder.join(&name));
            fs::rename(&old, &new).map_err(|e| Error::io(&new, e))?;
            shard.file = name;
        }
        if let Some(parent) = self.folder.join(&self.stem).parent() {
            sync_folder(parent)?;
        }
        Ok(std::mem::take(&mut self.done))
    }
}

impl Drop for TableWriter {
    fn drop(&mut self) {
        let current = self.current.take().map(|current| current.name);
        for file in self.done.drain(..).map(|shard| shard.file).chain(current) {
            // What cannot be removed is only a leftover.
            let _ = super::remove_file(&self.folder.join(file));
        }
    }
}

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Current").field("path", &self.path).field("rows", &self.rows).finish()
    }
}

/// The file being written.
struct Current {
    name: String,
    path: PathBuf,
    writer: FileWriter<Tracked>,
    parts: Vec<Part>,
    rows: u64,
}

impl Current {
    fn begin(folder: &Path, name: String, schema: &SchemaRef) -> Result<Self> {
        let path = folder.join(&name);
        let file = File::create(&path).map_err(|e| Error::io(&path, e))?;
        let file = Tracked { file, hash: Sha256::new(), crc32c: 0, bytes: 0 };
        let options = IpcWriteOptions::try_new(ALIGNMENT, false, MetadataVersion::V5)
            .map_err(|e| failed(&path, e))?;
        let writer = FileWriter::try_new_with_options(file, schema, options)
            .map_err(|e| failed(&path, e))?;
        let mut current = Self { name, path, writer, parts: Vec::new(), rows: 0 };
        current.mark(0);
        Ok(current)
    }

    fn bytes(&self) -> u64 {
        self.writer.get_ref().bytes
    }

    /// Notes that a part of `rows` rows ends here.
    fn mark(&mut self, rows: u64) {
        let file = self.writer.get_mut();
        let crc32c = std::mem::take(&mut file.crc32c);
        self.parts.push(Part { end: file.bytes, rows, crc32c });
        self.rows += rows;
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch).map_err(|e| failed(&self.path, e))?;
        self.mark(batch.num_rows() as u64);
        Ok(())
    }

    fn end(mut self) -> Result<ShardMeta> {
        self.writer.finish().map_err(|e| failed(&self.path, e))?;
        self.mark(0);
        let file = self.writer.into_inner().map_err(|e| failed(&self.path, e))?;
        file.file.sync_all().map_err(|e| Error::io(&self.path, e))?;
        Ok(ShardMeta {
            file: self.name,
            bytes: file.bytes,
            rows: self.rows,
            sha256: file.hash.hex(),
            parts: self.parts,
        })
    }
}

fn failed(path: &Path, error: ArrowError) -> Error {
    match error {
        ArrowError::IoError(_, source) => Error::io(path, source),
        other => Error::io(path, std::io::Error::other(other)),
    }
}

/// A file that knows its length and checksums while it is written.
#[derive(Debug)]
struct Tracked {
    file: File,
    hash: Sha256,
    /// Of the bytes since the last mark.
    crc32c: u32,
    bytes: u64,
}

impl Write for Tracked {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.file.write(bytes)?;
        let written = &bytes[..count];
        self.hash.update(written);
        self.crc32c = crc32c::crc32c_append(self.crc32c, written);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
