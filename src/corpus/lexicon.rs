//! The lexicon of a pack: forms in a finite-state map, their readings in a table.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use fst::{IntoStreamer, Streamer};

use super::format::FileMeta;
use super::pack::Store;
use super::rows::{Entry, Rows};
use crate::io::{Damage, Mapped, Sha256, crc32c, guarded};
use crate::{Error, Result};

/// The mapped forms; checked and opened at the first look-up.
#[derive(Debug)]
pub(crate) struct Forms {
    pub(super) path: PathBuf,
    pub(super) meta: FileMeta,
    map: OnceLock<fst::Map<Mapped>>,
}

impl Forms {
    pub(super) fn new(path: PathBuf, meta: FileMeta) -> Self {
        Self { path, meta, map: OnceLock::new() }
    }

    pub(super) fn map(&self) -> Result<&fst::Map<Mapped>> {
        if let Some(map) = self.map.get() {
            return Ok(map);
        }
        let damage = |damage: Damage| damage.of(&self.path);
        let mapped = Mapped::open(&self.path)?;
        if mapped.len() as u64 != self.meta.bytes {
            let found = mapped.len();
            let reason = format!("the file has {found} bytes, expected {}", self.meta.bytes);
            return Err(damage(Damage::new(0, reason)));
        }
        // A walk through a damaged automaton can lead anywhere, so this file is always checked.
        let found = crc32c(&mapped);
        if found != self.meta.crc32c {
            let expected = self.meta.crc32c;
            let reason = format!("checksum is {found:08x}, expected {expected:08x}: altered");
            return Err(damage(Damage::new(0, reason)));
        }
        let map = fst::Map::new(mapped).map_err(|e| damage(Damage::new(0, e)))?;
        Ok(self.map.get_or_init(|| map))
    }

    /// Writes the forms of a lexicon, each with its first row; `forms` sorted by bytes, no
    /// form twice.
    pub(super) fn write<'f>(
        folder: &Path,
        suffix: &str,
        forms: impl Iterator<Item = (&'f str, u64)>,
    ) -> Result<FileMeta> {
        let file = format!("lexicon-forms{suffix}.fst");
        let path = folder.join(&file);
        let broken = |e: fst::Error| Error::io(&path, std::io::Error::other(e));
        let mut builder = fst::MapBuilder::memory();
        for (form, row) in forms {
            builder.insert(form, row).map_err(broken)?;
        }
        let bytes = builder.into_inner().map_err(broken)?;
        crate::io::write(&path, &bytes)?;
        Ok(FileMeta {
            file,
            bytes: bytes.len() as u64,
            crc32c: crc32c(&bytes),
            sha256: Sha256::of(&bytes),
        })
    }
}

/// The words of a pack and their readings.
#[derive(Clone, Copy, Debug)]
pub struct Lexicon<'p> {
    entries: Rows<'p, Entry<'p>>,
    store: &'p Store,
    forms: Option<&'p Forms>,
}

impl<'p> Lexicon<'p> {
    pub(super) fn new(
        entries: Rows<'p, Entry<'p>>,
        store: &'p Store,
        forms: Option<&'p Forms>,
    ) -> Self {
        Self { entries, store, forms }
    }

    /// The readings as rows of a table, sorted by form.
    #[must_use]
    pub fn entries(self) -> Rows<'p, Entry<'p>> {
        self.entries
    }

    /// How many readings there are.
    #[must_use]
    pub fn len(self) -> u64 {
        self.entries.len()
    }

    /// Whether there are no readings.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// How many different forms there are.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the file of forms was altered.
    pub fn forms(self) -> Result<u64> {
        self.forms.map_or(Ok(0), |forms| Ok(forms.map()?.len() as u64))
    }

    /// All readings of `form`, as it is written; empty where it is not in the lexicon.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where a file was altered.
    pub fn lookup(self, form: &str) -> Result<Vec<Entry<'p>>> {
        let mut found = Vec::new();
        let Some(forms) = self.forms else { return Ok(found) };
        let map = forms.map()?;
        let first = guarded(0, || Ok(map.get(form))).map_err(|damage| damage.of(&forms.path))?;
        let Some(first) = first else { return Ok(found) };
        for row in first..self.store.table.len() {
            let (batch, at) = self.store.table.locate(row)?;
            let entry = <Entry<'_> as super::Row<'_>>::new(batch, at);
            if entry.form()? != form {
                break;
            }
            found.push(entry);
        }
        Ok(found)
    }

    /// The forms that begin with `prefix`, sorted, at most `most`.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the file of forms was altered.
    pub fn starting_with(self, prefix: &str, most: usize) -> Result<Vec<String>> {
        let Some(forms) = self.forms else { return Ok(Vec::new()) };
        let map = forms.map()?;
        let walk = || {
            let mut found = Vec::new();
            let mut stream = map.range().ge(prefix).into_stream();
            while let Some((form, _)) = stream.next() {
                if found.len() == most || !form.starts_with(prefix.as_bytes()) {
                    break;
                }
                found.push(String::from_utf8_lossy(form).into_owned());
            }
            Ok(found)
        };
        guarded(0, walk).map_err(|damage| damage.of(&forms.path))
    }
}
