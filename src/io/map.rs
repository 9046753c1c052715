//! A file as memory: the crate's one mapping.
#![expect(unsafe_code, reason = "mapping a file is unsafe where the system cannot freeze it")]

use std::fs::File;
use std::ops::Deref;
use std::path::Path;

use memmap2::MmapOptions;

use crate::{Error, Result};

/// A whole file, mapped read-only.
///
/// The file must not be truncated while it is mapped. Everything in this crate that writes, writes
/// to a sibling and renames, so our own writers never do that. Where the system can prove
/// that a file cannot change (a sealed memory file, fs-verity) no promise is needed.
pub struct Mapped {
    bytes: Option<memmap2::Mmap>,
    file: File,
}

impl Mapped {
    /// Maps the file at `path`. An empty file gives an empty slice.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the file cannot be opened or mapped.
    #[expect(clippy::disallowed_methods, reason = "this is the place that opens")]
    pub fn open(path: &Path) -> Result<Self> {
        let io = |source| Error::io(path, source);
        let file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        if length == 0 {
            return Ok(Self { bytes: None, file });
        }
        let bytes = match MmapOptions::new().map_if_safe(&file) {
            Ok(map) => map,
            // SAFETY: the map is private and read-only. That nobody truncates or rewrites the
            // file is the documented contract of packs: their files are written once, under
            // another name, and only ever renamed into place or unlinked.
            Err(_) => unsafe { MmapOptions::new().map(&file) }.map_err(io)?,
        };
        Ok(Self { bytes: Some(bytes), file })
    }

    /// Lets the system take back the memory of `bytes`, which are read from the file again when they
    /// are touched: a stream over a large file stays small.
    #[cfg(any(feature = "audio", feature = "corpus"))]
    pub(crate) fn release(&self, bytes: std::ops::Range<usize>) {
        #[cfg(unix)]
        if let Some(map) = &self.bytes
            && bytes.start < bytes.end
            && bytes.end <= map.len()
        {
            // SAFETY: the map is read-only and of a file, so a page that was let go has the same
            // bytes when it is touched again.
            let done = unsafe {
                map.unchecked_advise_range(
                    memmap2::UncheckedAdvice::DontNeed,
                    bytes.start,
                    bytes.end - bytes.start,
                )
            };
            // Where the system declines, memory is used a little longer.
            let _ = done;
        }
        #[cfg(not(unix))]
        let _ = bytes;
    }

    /// Whether the file on disk is still as long as the map: a truncated file must not be touched.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.file.metadata().is_ok_and(|data| data.len() >= self.len() as u64)
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_default()
    }
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl std::fmt::Debug for Mapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mapped").field("len", &self.len()).finish()
    }
}
