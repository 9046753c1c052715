//! Checking a whole pack: every byte of every file, and the tables with each other.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::format::COMMIT;
use super::ids;
use super::pack::{Pack, Store};
use super::schema::Kind;
use crate::io::{self, Damage, Table};
use crate::progress::Progress;
use crate::{Error, Result};

/// Something that is wrong with a pack.
#[derive(Debug)]
pub struct Problem {
    /// What is wrong, with file and byte.
    pub error: Error,
}

/// What [`Pack::verify`] found.
#[derive(Debug, Default)]
pub struct Report {
    /// How many files were read.
    pub files: u64,
    /// How many bytes were read.
    pub bytes: u64,
    /// What is wrong; empty for a sound pack.
    pub problems: Vec<Problem>,
    /// Files in the pack's folder that it does not list: what a killed process left. They do no
    /// harm, but may hold erased records; [`Pack::compact`] removes them.
    pub leftovers: Vec<PathBuf>,
}

impl Report {
    /// The report, or its first problem as an error.
    ///
    /// # Errors
    ///
    /// The first problem.
    pub fn into_result(mut self) -> Result<Self> {
        if self.problems.is_empty() { Ok(self) } else { Err(self.problems.remove(0).error) }
    }
}

pub(super) fn verify(pack: &Pack, progress: &dyn Progress) -> Result<Report> {
    let folder = pack.path();
    let files: Vec<(&str, u64, &str)> = pack.files().collect();
    progress.start("verify", Some(files.iter().map(|file| file.1).sum()), "bytes");
    let mut problems = Vec::new();

    let sums: Vec<Result<()>> = files
        .par_iter()
        .map(|&(file, bytes, sha256)| {
            progress.check()?;
            let path = io::below(folder, file);
            io::expect_length(&path, bytes)?;
            let (found, _) = io::sha256_of(&path)?;
            progress.advance(bytes);
            if found == sha256 {
                return Ok(());
            }
            let reason = format!("SHA-256 is {found}, expected {sha256}: altered");
            Err(Damage::new(0, reason).of(&path))
        })
        .collect();
    note(&mut problems, sums)?;
    if let Err(error) = super::format::Commit::read(folder) {
        problems.push(Problem { error });
    }

    for kind in Kind::ALL {
        note(&mut problems, decode(&pack.store(kind).table, progress)?)?;
        note(&mut problems, decode(&pack.store(kind).ids, progress)?)?;
    }
    for (_, table) in pack.layer_tables() {
        note(&mut problems, decode(table, progress)?)?;
    }
    // With damaged files, what follows would only repeat it.
    if problems.is_empty() {
        let checks = [
            ids_lead_to_rows(pack, Kind::Documents, |row| pack.documents().find(row)),
            ids_lead_to_rows(pack, Kind::Recordings, |row| pack.recordings().find(row)),
            ids_lead_to_rows(pack, Kind::Utterances, |row| pack.utterances().find(row)),
            ids_lead_to_rows(pack, Kind::Lexicon, |row| pack.entries().find(row)),
            utterances_lie_in_recordings(pack),
            forms_lead_to_readings(pack),
        ];
        note(&mut problems, checks)?;
    }
    let files_count = files.len() as u64 + 1;
    let leftovers = strangers(folder, &files)?;
    Ok(Report { files: files_count, bytes: pack.bytes(), problems, leftovers })
}

/// Keeps what is wrong with the pack; what ends the work is passed on.
fn note(problems: &mut Vec<Problem>, found: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    for result in found {
        match result {
            Ok(()) => {}
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Err(error) => problems.push(Problem { error }),
        }
    }
    Ok(())
}

/// Decodes every batch with its text.
fn decode(table: &Table, progress: &dyn Progress) -> Result<Vec<Result<()>>> {
    progress.check()?;
    Ok((0..table.batches())
        .into_par_iter()
        .map(|at| table.batch(at)?.checked().map(|_| ()))
        .filter(Result::is_err)
        .collect())
}

fn ids_lead_to_rows(
    pack: &Pack,
    kind: Kind,
    find: impl Fn(&str) -> Result<Option<u64>> + Sync,
) -> Result<()> {
    let store: &Store = pack.store(kind);
    let wrong = |reason: String| Damage::new(0, reason).of(&pack.path().join(COMMIT));
    if store.ids.len() != store.table.len() {
        return Err(wrong(format!(
            "{} ids for {} rows of {}",
            store.ids.len(),
            store.table.len(),
            kind.name()
        )));
    }
    (0..store.table.batches()).into_par_iter().try_for_each(|at| {
        let batch = store.table.batch(at)?;
        for row in 0..batch.len() {
            let stored = batch.first_row() + row as u64;
            let Some(seen) = store.hidden.seen(stored) else { continue };
            let id = batch.text(0, row)?.unwrap_or_default();
            if find(id)? != Some(seen) {
                return Err(wrong(format!("id {id:?} of {} leads elsewhere", kind.name())));
            }
        }
        Ok(())
    })
}

fn utterances_lie_in_recordings(pack: &Pack) -> Result<()> {
    pack.utterances().iter().try_for_each(|utterance| pack.samples(utterance?).map(|_| ()))
}

fn forms_lead_to_readings(pack: &Pack) -> Result<()> {
    if pack.forms().is_none() {
        return Ok(());
    }
    let mut last = None;
    for entry in pack.entries().iter() {
        let entry = entry?;
        let form = entry.form()?;
        if last == Some(form) {
            continue;
        }
        let found = pack.lexicon().lookup(form)?;
        let first = found.first().map(|entry| entry.id()).transpose()?;
        if first != Some(entry.id()?) {
            let reason = format!("form {form:?} leads elsewhere");
            return Err(Damage::new(0, reason).of(pack.path()));
        }
        last = Some(form);
    }
    Ok(())
}

/// Files in the pack's folder that it does not list.
pub(super) fn strangers(folder: &Path, files: &[(&str, u64, &str)]) -> Result<Vec<PathBuf>> {
    let mut known: HashSet<PathBuf> =
        files.iter().map(|(file, ..)| io::below(folder, file)).collect();
    known.insert(folder.join(COMMIT));
    known.insert(folder.join(io::CLAIM));
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in io::list(&folder)? {
            let is_folder = path.symlink_metadata().is_ok_and(|data| data.is_dir());
            if is_folder {
                folders.push(path);
            } else if !known.contains(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The pairs of hash and row for the ids of `store`, in the order of its rows.
pub(super) fn id_pairs(store: &Store) -> Result<Vec<(u64, u64)>> {
    let mut pairs = Vec::with_capacity(store.table.len() as usize);
    for at in 0..store.table.batches() {
        let batch = store.table.batch(at)?;
        for row in 0..batch.len() {
            let stored = batch.first_row() + row as u64;
            if let Some(seen) = store.hidden.seen(stored) {
                let id = batch.text(0, row)?.unwrap_or_default();
                pairs.push((ids::hash(id) as u64, seen));
            }
        }
    }
    Ok(pairs)
}
