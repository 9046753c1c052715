//! A temporary folder that is removed at the end.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::{Error, Result};

/// A folder of our own below the system's folder for temporary files.
pub(super) struct Workplace(PathBuf);

impl Workplace {
    pub(super) fn new() -> Result<Self> {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
        let name = format!("sprogkit-demo-{}-{nanos}", std::process::id());
        let path = std::env::temp_dir().join(name);
        // Not `create_dir_all`: whatever lies there already is not ours.
        std::fs::create_dir(&path).map_err(|source| Error::Io { path: path.clone(), source })?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // What cannot be removed is a few megabytes that the system clears away.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
