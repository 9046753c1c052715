//! Files, hashes, and the mapped, checked Arrow table.

use std::path::Path;

use crate::{Error, Result};

/// stand-in
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    #[allow(clippy::disallowed_methods)]
    std::fs::read(&path).map_err(|e| Error::io(path, e))
}
