//! Whole files: read, write, list. Errors name the path.
#![expect(clippy::disallowed_methods, reason = "this is the place that opens, reads and writes")]

use std::fs::{self, File};
#[cfg(feature = "cli")]
use std::io::Seek;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Result};

/// All bytes of the file at `path`.
///
/// # Errors
///
/// [`Error::Io`] where the system refuses.
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    fs::read(&path).map_err(|e| Error::io(path, e))
}

/// All text of the file at `path`.
///
/// # Errors
///
/// [`Error::Io`] where the system refuses; [`Error::Format`] with the byte where the file is not
/// UTF-8.
pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::format(
            path.display(),
            at as u64,
            format!("not UTF-8: found byte 0x{:02x}", error.as_bytes()[at]),
        )
    })
}

/// How many bytes the file at `path` has.
///
/// # Errors
///
/// [`Error::Io`] where the system refuses.
pub fn length(path: &Path) -> Result<u64> {
    fs::metadata(path).map(|data| data.len()).map_err(|e| Error::io(path, e))
}

/// What lies in the folder at `path`, sorted by name.
///
/// # Errors
///
/// [`Error::Io`] where the system refuses.
pub fn list(path: &Path) -> Result<Vec<PathBuf>> {
    let io = |source| Error::io(path, source);
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        found.push(entry.map_err(io)?.path());
    }
    found.sort();
    Ok(found)
}

/// Whether both paths lead to one file that is there.
#[cfg(feature = "lexicon")]
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Writes `bytes` to `path`: to a sibling first, then renamed, so that a reader sees the old file
/// or the whole new one.
///
/// # Errors
///
/// [`Error::Io`] where the system refuses; the sibling is removed and `path` is as it was.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let sibling = sibling(path);
    let written = (|| {
        let mut file = create(path, &sibling)?;
        file.write_all(bytes).map_err(|e| Error::io(path, e))?;
        file.sync_all().map_err(|e| Error::io(path, e))?;
        drop(file);
        fs::rename(&sibling, path).map_err(|e| Error::io(path, e))
    })();
    if written.is_err() {
        // The first error is the one to tell; what cannot be removed either is only a leftover.
        let _ = fs::remove_file(&sibling);
        return written;
    }
    path.parent().map_or(Ok(()), sync_folder)
}

/// The sibling of `path`, which errors do not name: it is no name that a caller knows.
fn create(path: &Path, sibling: &Path) -> Result<File> {
    File::create(sibling).map_err(|e| {
        let missing = path.parent().filter(|folder| {
            e.kind() == std::io::ErrorKind::NotFound && !folder.as_os_str().is_empty()
        });
        Error::io(missing.unwrap_or(path), e)
    })
}

/// A file that is written as a stream: to a sibling first, which [`finish`](Self::finish) renames.
/// Dropped before that, it leaves nothing, or what was [kept](Self::keep).
#[cfg(feature = "cli")]
#[derive(Debug)]
pub(crate) struct Growing {
    file: std::io::BufWriter<File>,
    path: PathBuf,
    sibling: PathBuf,
    stays: bool,
}

#[cfg(feature = "cli")]
impl Growing {
    /// Begins the file that is to be at `path`.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        Self::create_as(path, sibling(path))
    }

    /// Begins the file that is to be at `path` as its [part](Self::part), which the next process finds.
    pub(crate) fn create_part(path: &Path) -> Result<Self> {
        Self::create_as(path, Self::part(path))
    }

    fn create_as(path: &Path, sibling: PathBuf) -> Result<Self> {
        let file = create(path, &sibling)?;
        Ok(Self::with(file, path, sibling))
    }

    /// Goes on behind the first `length` bytes of the part of the file that is to be at `path`.
    pub(crate) fn resume(path: &Path, length: u64) -> Result<Self> {
        let sibling = Self::part(path);
        let failed = |e| Error::io(&sibling, e);
        let mut file = fs::OpenOptions::new().write(true).open(&sibling).map_err(failed)?;
        let found = file.metadata().map_err(failed)?.len();
        if found < length {
            let reason = format!("the part has {found} bytes, expected {length} or more");
            return Err(Error::Corrupt { path: sibling, offset: found, reason });
        }
        file.set_len(length).map_err(failed)?;
        file.seek(std::io::SeekFrom::End(0)).map_err(failed)?;
        Ok(Self::with(file, path, sibling))
    }

    fn with(file: File, path: &Path, sibling: PathBuf) -> Self {
        let file = std::io::BufWriter::with_capacity(1 << 20, file);
        Self { file, path: path.to_owned(), sibling, stays: false }
    }

    /// Where the file lies until it is whole, if another process is to find it.
    pub(crate) fn part(path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        name.into()
    }

    /// Where the file lies now.
    pub(crate) fn place(&self) -> &Path {
        &self.sibling
    }

    /// Makes what was written durable.
    pub(crate) fn sync(&mut self) -> Result<()> {
        let failed = |e| Error::io(&self.path, e);
        self.file.flush().map_err(failed)?;
        self.file.get_ref().sync_data().map_err(failed)
    }

    /// Leaves the file where it is once this is dropped.
    pub(crate) fn keep(&mut self) {
        self.stays = true;
    }

    /// Writes `bytes` over the first ones: a header that is known only at the end.
    pub(crate) fn begin_with(&mut self, bytes: &[u8]) -> Result<()> {
        let mut over = || {
            self.file.rewind()?;
            self.file.write_all(bytes)?;
            self.file.seek(std::io::SeekFrom::End(0)).map(drop)
        };
        over().map_err(|e| Error::io(&self.path, e))
    }

    /// Cuts the file to its first `length` bytes.
    pub(crate) fn cut(&mut self, length: u64) -> Result<()> {
        let mut cut = || {
            self.file.flush()?;
            self.file.get_ref().set_len(length)?;
            self.file.seek(std::io::SeekFrom::End(0)).map(drop)
        };
        cut().map_err(|e| Error::io(&self.path, e))
    }

    /// Puts the file in its place.
    pub(crate) fn finish(mut self) -> Result<()> {
        let failed = |e| Error::io(&self.path, e);
        self.file.flush().map_err(failed)?;
        self.file.get_ref().sync_all().map_err(failed)?;
        fs::rename(&self.sibling, &self.path).map_err(failed)?;
        self.stays = true;
        self.path.parent().map_or(Ok(()), sync_folder)
    }
}

#[cfg(feature = "cli")]
impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

#[cfg(feature = "cli")]
impl Drop for Growing {
    fn drop(&mut self) {
        if !self.stays {
            let _ = fs::remove_file(&self.sibling);
        }
    }
}

/// A name beside `path` that no other process uses.
fn sibling(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.tmp-{}-{count}", std::process::id()))
}

/// Makes the names in the folder durable, where the system offers that.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    if cfg!(unix) {
        File::open(path).and_then(|f| f.sync_all()).map_err(|e| Error::io(path, e))?;
    }
    Ok(())
}

/// Removes the file at `path`; one that is already gone is no error.
#[cfg(any(feature = "corpus", feature = "cli"))]
pub(crate) fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path, error)),
        _ => Ok(()),
    }
}
