//! The files of a corpus: found, and compared with what the manifest says of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::glob;
use super::manifest::{File, Manifest};
use super::plan::Read;
use crate::io::{self, Mapped, Sha256};
use crate::progress::Progress;
use crate::{Error, Result};

/// Folders below the root that a pattern looks into; deeper ones mean a loop.
const DEEPEST: usize = 64;

/// Bytes hashed between two looks at whether the work is still wanted.
const PIECE: usize = 8 << 20;

/// A file of the corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// From the root, parts joined by `/`.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// Its licence, where that is not the corpus's.
    pub(super) license: Option<String>,
}

impl Found {
    /// As errors call it.
    pub(super) fn origin(&self) -> String {
        self.path.display().to_string()
    }

    /// The folders it lies in: empty, or with a `/` at the end.
    pub(super) fn folder(&self) -> &str {
        self.name.rfind('/').map_or("", |at| &self.name[..=at])
    }

    /// The name without its extension.
    pub(super) fn without_extension(&self) -> &str {
        let last = self.folder().len();
        match self.name[last..].rfind('.') {
            Some(at) if at > 0 => &self.name[..last + at],
            _ => &self.name,
        }
    }

    pub(super) fn stem(&self) -> &str {
        &self.without_extension()[self.folder().len()..]
    }
}

/// The files of a corpus, by name.
pub(super) struct Files<'m> {
    manifest: &'m Manifest,
    root: PathBuf,
    by_name: BTreeMap<String, Found>,
}

impl<'m> Files<'m> {
    /// Looks for every file of the manifest below `root`.
    pub(super) fn look(manifest: &'m Manifest, root: &Path) -> Result<Self> {
        let mut files = Self { manifest, root: root.to_owned(), by_name: BTreeMap::new() };
        let mut all: Option<Vec<(String, PathBuf)>> = None;
        for file in &manifest.files {
            if !file.is_pattern() {
                files.add(file, &file.name, io::below(root, &file.name))?;
                continue;
            }
            if all.is_none() {
                let mut found = Vec::new();
                walk(root, "", 0, &mut found)?;
                all = Some(found);
            }
            let mut count = 0;
            for (name, path) in all.iter().flatten() {
                if glob::matches(&file.name, name) {
                    files.add(file, name, path.clone())?;
                    count += 1;
                }
            }
            if count == 0 {
                let reason = format!("no file of {} is \"{}\"", root.display(), file.name);
                return Err(files.wrong(file, "name", &reason));
            }
        }
        Ok(files)
    }

    fn wrong(&self, file: &File, field: &str, reason: &str) -> Error {
        Error::line(&self.manifest.origin, file.line, format!("file.{field}: {reason}"))
    }

    fn add(&mut self, file: &File, name: &str, path: PathBuf) -> Result<()> {
        let data = match path.metadata() {
            Ok(data) => data,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let reason = format!("\"{name}\" is not in {}", self.root.display());
                return Err(self.wrong(file, "name", &reason));
            }
            Err(error) => return Err(Error::io(&path, error)),
        };
        if !data.is_file() {
            let reason = format!("\"{name}\" in {} is no file", self.root.display());
            return Err(self.wrong(file, "name", &reason));
        }
        let license = file.license.as_ref().map(|license| license.spdx.clone());
        let found = Found { name: name.to_owned(), path, bytes: data.len(), license };
        self.by_name.entry(name.to_owned()).or_insert(found);
        Ok(())
    }

    /// Compares sizes and SHA-256 with those of the manifest.
    pub(super) fn check(&self, progress: &dyn Progress) -> Result<()> {
        for file in &self.manifest.files {
            let Some((found, bytes)) = self.by_name.get(&file.name).zip(file.bytes) else {
                continue;
            };
            if found.bytes != bytes {
                let reason =
                    format!("{} has {} bytes, expected {bytes}", found.origin(), found.bytes);
                return Err(self.wrong(file, "bytes", &reason));
            }
        }
        let known: Vec<(&File, &Found, &str)> = self
            .manifest
            .files
            .iter()
            .filter_map(|file| Some((file, self.by_name.get(&file.name)?, file.sha256.as_deref()?)))
            .collect();
        if known.is_empty() {
            return Ok(());
        }
        let total = known.iter().map(|(_, found, _)| found.bytes).sum();
        progress.start("checking files", Some(total), "bytes");
        let results: Vec<Result<()>> = known
            .par_iter()
            .map(|&(file, found, expected)| {
                let bytes = Mapped::open(&found.path)?;
                let mut hash = Sha256::new();
                for piece in bytes.chunks(PIECE) {
                    progress.check()?;
                    hash.update(piece);
                    progress.advance(piece.len() as u64);
                }
                let got = hash.hex();
                if got == expected {
                    return Ok(());
                }
                let reason = format!("{} has {got}, expected {expected}", found.origin());
                Err(self.wrong(file, "sha256", &reason))
            })
            .collect();
        // The first in the order of the manifest, whichever thread came first.
        results.into_iter().collect()
    }

    /// The files that `read` reads, in its order.
    pub(super) fn of(&self, read: &Read) -> Result<Vec<&Found>> {
        let mut found: Vec<&Found> = Vec::new();
        for name in &read.files {
            let before = found.len();
            if glob::is_pattern(name) {
                let fitting = self.by_name.values().filter(|f| glob::matches(name, &f.name));
                found.extend(fitting);
            } else {
                found.extend(self.by_name.get(name));
            }
            if found.len() == before {
                let reason = format!("read.files: no [[file]] is \"{name}\"");
                return Err(Error::line(&self.manifest.origin, read.line, reason));
            }
        }
        let mut seen = std::collections::HashSet::new();
        found.retain(|file| seen.insert(&file.name));
        Ok(found)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Found> {
        self.by_name.get(name)
    }
}

/// All files below `folder`, by name. Links to folders are not followed.
fn walk(
    folder: &Path,
    prefix: &str,
    depth: usize,
    found: &mut Vec<(String, PathBuf)>,
) -> Result<()> {
    if depth > DEEPEST {
        let what = format!("folders inside each other, {}", folder.display());
        return Err(Error::Limit { what, limit: DEEPEST as u64, asked: depth as u64 });
    }
    for path in io::list(folder)? {
        // A name that is not Unicode can stand in no manifest.
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{prefix}{name}");
        let kind = path.symlink_metadata().map_err(|e| Error::io(&path, e))?.file_type();
        if kind.is_dir() {
            walk(&path, &format!("{name}/"), depth + 1, found)?;
        } else if kind.is_file() || kind.is_symlink() && path.is_file() {
            found.push((name, path));
        }
    }
    Ok(())
}
