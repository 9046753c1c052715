//! Ground: how far a long work has come, and whether to go on.
//!
//! Nothing below the roof prints. A long call takes a [`Progress`] and tells it; the command line
//! draws bars, Python looks for Ctrl-C, and `&()` is silent.

use crate::{Error, Result};

/// What a long work tells its caller.
pub trait Progress: Sync {
    /// A stage begins: its name, and how many `unit`s it has, where that is known.
    fn start(&self, stage: &str, total: Option<u64>, unit: &str) {
        let _ = (stage, total, unit);
    }

    /// `count` more units of the stage are done.
    fn advance(&self, count: u64) {
        let _ = count;
    }

    /// Whether the caller wants the work to end early.
    fn cancelled(&self) -> bool {
        false
    }

    /// `Ok` while the work is wanted.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] once the caller wants it to end.
    fn check(&self) -> Result<()> {
        if self.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// Silent, and never cancelled.
impl Progress for () {}
