//! Erasure: hide a record at once, then rewrite the files so that its bytes are gone.
//!
//! A right to be forgotten (GDPR article 17) asks for both: nobody reads the record from the
//! moment on, and it leaves the disk. [`Pack::erase`] does the first by a tombstone in `pack.json`,
//! [`Pack::compact`] the second, layers included. What other systems keep (backups, file systems
//! with snapshots, flash memory) is beyond a library's reach.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::format::Commit;
use super::pack::{Pack, Store};
use super::rows::{Document, Recording, Row, Utterance, kept};
use super::schema::Kind;
use super::verify::{id_pairs, strangers};
use super::{hidden::Hidden, ids};
use crate::io::{self, Damage, ShardMeta, Table, TableLimits, TableWriter};
use crate::progress::Progress;
use crate::{Error, Result};

/// How many rows [`Pack::erase`] hid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Documents.
    pub documents: u64,
    /// Recordings.
    pub recordings: u64,
    /// Utterances: those named, and all of an erased recording.
    pub utterances: u64,
}

impl Pack {
    /// Hides the documents, recordings and utterances with these ids from everyone who opens the pack
    /// from now on, and with a recording its utterances. Their bytes stay in the files until [`Pack::compact`].
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where an id is in none of the tables (nothing is then erased) or another
    /// process is changing the pack; [`Error::Io`] where the system refuses.
    pub fn erase<I: AsRef<str>>(&mut self, ids: &[I]) -> Result<Erased> {
        let claim = self.claim()?;
        let mut rows: BTreeMap<&'static str, Vec<[u64; 2]>> = BTreeMap::new();
        let mut recordings = HashSet::new();
        for id in ids {
            let id = id.as_ref();
            let mut found = false;
            for kind in [Kind::Documents, Kind::Recordings, Kind::Utterances] {
                let Some(row) = stored_row(self.store(kind), kind, id)? else { continue };
                rows.entry(kind.name()).or_default().push([row, row + 1]);
                found = true;
                if kind == Kind::Recordings {
                    recordings.insert(id);
                }
            }
            if !found {
                let wanted = "the id of a document, recording or utterance of the pack";
                return Err(Error::argument("id", wanted, format!("{id:?}; nothing was erased")));
            }
        }
        if !recordings.is_empty() {
            let store = self.store(Kind::Utterances);
            for (seen, utterance) in self.utterances().iter().enumerate() {
                if recordings.contains(utterance?.recording()?) {
                    let row = store.hidden.stored(seen as u64);
                    rows.entry(Kind::Utterances.name()).or_default().push([row, row + 1]);
                }
            }
        }
        let mut commit = self.commit.clone();
        let mut counts = Erased::default();
        for (name, new) in rows {
            let Some(store) = self.store_named(name) else { continue };
            let all = store.hidden.ranges().iter().copied().chain(new).collect();
            let hidden = Hidden::new(all, store.table.len())
                .map_err(|reason| Damage::new(0, reason).of(self.path()))?;
            let count = hidden.len() - store.hidden.len();
            match name {
                "documents" => counts.documents = count,
                "recordings" => counts.recordings = count,
                _ => counts.utterances = count,
            }
            if let Some(meta) = commit.tables.get_mut(name) {
                meta.erased = hidden.ranges().to_vec();
            }
        }
        commit.revision += 1;
        self.replace(&claim, &commit, Vec::new(), &[])?;
        Ok(counts)
    }

    /// Rewrites the files that hold erased rows, layers included, so that their bytes are gone,
    /// and removes files that the pack does not list. Returns how many rows were removed.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] where `progress` wants the work to end; [`Error::Corrupt`] where a file
    /// is damaged; [`Error::Io`] where the system refuses. The pack is then as it was.
    pub fn compact(&mut self, progress: &dyn Progress) -> Result<u64> {
        let claim = self.claim()?;
        let mut commit = self.commit.clone();
        commit.revision += 1;
        let suffix = format!("-r{}", commit.revision);
        let mut removed = 0;
        let mut written = Vec::new();
        let result = self.rewrite(&mut commit, &suffix, &mut removed, &mut written, progress);
        if let Err(error) = result {
            self.remove(&written)?;
            return Err(error);
        }
        if removed > 0 {
            self.replace(&claim, &commit, Vec::new(), &written)?;
        }
        let files: Vec<(&str, u64, &str)> = self.files().collect();
        for path in strangers(self.path(), &files)? {
            if !io::is_being_written(&path) {
                io::remove_file(&path)?;
            }
        }
        io::sync_folder(self.path())?;
        Ok(removed)
    }

    fn rewrite(
        &self,
        commit: &mut Commit,
        suffix: &str,
        removed: &mut u64,
        written: &mut Vec<String>,
        progress: &dyn Progress,
    ) -> Result<()> {
        for kind in Kind::ALL {
            let store = self.store(kind);
            if store.hidden.len() == 0 {
                continue;
            }
            *removed += store.hidden.len();
            progress.start(kind.name(), Some(store.table.batches() as u64), "batches");
            let stem = format!("{}-", kind.name());
            let shards = survivors(store, &store.table, self.path(), &stem, suffix, progress)?;
            written.extend(new_files(&shards, suffix));
            let index = ids::write(id_pairs(store)?, self.path(), kind.name(), suffix)?;
            written.extend(new_files(&index, suffix));
            let rows = shards.iter().map(|shard| shard.rows).sum();
            if let Some(meta) = commit.tables.get_mut(kind.name()) {
                meta.rows = rows;
                meta.shards = shards;
                meta.ids = index;
                meta.erased.clear();
            }
            for (name, layer) in self.layer_tables() {
                let Some(meta) = commit.layers.get_mut(name) else { continue };
                if meta.info.table == kind.name() {
                    let stem = format!("layers/{name}/");
                    meta.shards = survivors(store, layer, self.path(), &stem, suffix, progress)?;
                    written.extend(new_files(&meta.shards, suffix));
                }
            }
        }
        Ok(())
    }
}

/// The stored row with this id, unless it is erased already.
fn stored_row(store: &Store, kind: Kind, id: &str) -> Result<Option<u64>> {
    for row in ids::find(&store.ids, id)? {
        if store.hidden.seen(row).is_none() {
            continue;
        }
        let (batch, at) = store.table.locate(row)?;
        let found = match kind {
            Kind::Documents => Document::new(batch, at).id()?,
            Kind::Recordings => Recording::new(batch, at).id()?,
            _ => Utterance::new(batch, at).id()?,
        };
        if found == id {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

fn new_files(shards: &[ShardMeta], suffix: &str) -> Vec<String> {
    let ending = format!("{suffix}.arrow");
    let names = shards.iter().map(|shard| shard.file.clone());
    names.filter(|file| file.ends_with(&ending)).collect()
}

/// The files of `table`, which is `store`'s or a layer over it, without the erased rows: those that
/// hold none are kept, the others written anew.
fn survivors(
    store: &Store,
    table: &Table,
    folder: &Path,
    stem: &str,
    suffix: &str,
    progress: &dyn Progress,
) -> Result<Vec<ShardMeta>> {
    let limits = TableLimits { shard_bytes: u64::MAX, most_bytes: u64::MAX, ..Default::default() };
    let mut writer = TableWriter::new(folder, stem, suffix, Arc::clone(table.schema()), limits);
    // For each file: kept as it is, or rewritten to a file (unless nothing is left of it).
    let mut plan = Vec::with_capacity(table.shards().len());
    for (number, shard) in table.shards().iter().enumerate() {
        let batches = (0..table.batches()).filter(|&at| table.shard_of(at) == number);
        let batches: Vec<usize> = batches.collect();
        let touched = batches.iter().any(|&at| {
            let (start, end) = table.rows_of(at);
            store.hidden.kept(start, end).is_some()
        });
        if !touched {
            plan.push(Some(shard.meta.clone()));
            continue;
        }
        let mut rows = 0;
        for at in batches {
            progress.check()?;
            let batch = kept(store, at, table.batch(at)?.checked()?)?;
            rows += batch.num_rows();
            writer.write(&batch)?;
            progress.advance(1);
        }
        writer.end_file()?;
        if rows > 0 {
            plan.push(None);
        }
    }
    let mut rewritten = writer.finish()?.into_iter();
    Ok(plan.into_iter().filter_map(|kept| kept.or_else(|| rewritten.next())).collect())
}
