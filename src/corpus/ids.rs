//! From an id to its row: a table of hashes, sorted, searched in the map.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{RecordBatch, UInt64Array};

use super::schema;
use crate::io::{Sha256, ShardMeta, Table, TableLimits, TableWriter};
use crate::{Error, Result};

/// The first 16 bytes of the id's SHA-256: equal for equal ids, and for no others that exist.
pub(crate) type IdHash = u128;

pub(crate) fn hash(id: &str) -> IdHash {
    let mut sum = Sha256::new();
    sum.update(id.as_bytes());
    let bytes = sum.bytes();
    let (first, _) = bytes.split_first_chunk().expect("a digest has 32 bytes");
    u128::from_le_bytes(*first)
}

/// The ids written so far, and the row of each.
#[derive(Debug, Default)]
pub(crate) struct Ids(HashMap<IdHash, u64>);

impl Ids {
    /// Notes that the next row has `id`.
    pub(crate) fn add(&mut self, id: &str) -> Result<()> {
        if id.is_empty() {
            return Err(Error::argument("id", "a text that is not empty", "\"\""));
        }
        let row = self.0.len() as u64;
        match self.0.entry(hash(id)) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(row);
                Ok(())
            }
            std::collections::hash_map::Entry::Occupied(first) => Err(Error::argument(
                "id",
                "unique in its table",
                format!("{id:?} a second time, in row {row} after row {}", first.get()),
            )),
        }
    }

    pub(crate) fn row(&self, id: &str) -> Option<u64> {
        self.0.get(&hash(id)).copied()
    }

    /// Writes the table of ids `ids-<stem>-…` below `folder`.
    #[expect(clippy::iter_over_hash_type, reason = "sorted right after")]
    pub(crate) fn write(&self, folder: &Path, stem: &str, suffix: &str) -> Result<Vec<ShardMeta>> {
        let mut pairs = Vec::with_capacity(self.0.len());
        for (&hash, &row) in &self.0 {
            pairs.push((hash as u64, row));
        }
        write(pairs, folder, stem, suffix)
    }
}

/// Writes pairs of hash and row as a table of ids.
pub(crate) fn write(
    mut pairs: Vec<(u64, u64)>,
    folder: &Path,
    stem: &str,
    suffix: &str,
) -> Result<Vec<ShardMeta>> {
    pairs.sort_unstable();
    let limits = TableLimits::default();
    let schema = schema::ids();
    let mut writer =
        TableWriter::new(folder, &format!("ids-{stem}-"), suffix, Arc::clone(&schema), limits);
    for chunk in pairs.chunks(limits.batch_rows) {
        let hashes = UInt64Array::from_iter_values(chunk.iter().map(|&(hash, _)| hash));
        let rows = UInt64Array::from_iter_values(chunk.iter().map(|&(_, row)| row));
        let batch =
            RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(hashes), Arc::new(rows)])
                .map_err(|e| Error::io(folder, std::io::Error::other(e)))?;
        writer.write(&batch)?;
    }
    writer.finish()
}

/// The rows of `table` whose id has the hash of `id`: at most one but for a collision.
///
/// # Complexity
///
/// O(log n).
pub(crate) fn find(table: &Table, id: &str) -> Result<Vec<u64>> {
    let wanted = hash(id) as u64;
    let entry = |at: u64, column: usize| -> Result<u64> {
        let (batch, row) = table.locate(at)?;
        Ok(batch.numbers(column)?[row])
    };
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low.midpoint(high);
        if entry(middle, 0)? < wanted {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let mut rows = Vec::new();
    while low < table.len() && entry(low, 0)? == wanted {
        rows.push(entry(low, 1)?);
        low += 1;
    }
    Ok(rows)
}
