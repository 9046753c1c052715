//! The right to change a folder: one process, one thread at a time, for a moment.
//!
//! A file that only one can create, which holds on every file system, unlike a lock. One that a
//! killed process left is taken over.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::staging::{host, is_gone};
use crate::{Error, Result};

/// The name of the claim in its folder.
pub(crate) const NAME: &str = ".changing";

/// How long one and the same claim of another is waited for: a disk that is busy with others' files
/// takes many seconds over a sync.
const PATIENCE: Duration = Duration::from_secs(60);

/// A claim on a folder, given back when dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    path: PathBuf,
}

impl Claim {
    /// Takes the claim on `folder`, waiting for one who has it.
    pub(crate) fn take(folder: &Path) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let path = folder.join(NAME);
        let (mut began, mut holder) = (Instant::now(), String::new());
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    let claim = Self { path };
                    let count = COUNT.fetch_add(1, Ordering::Relaxed);
                    let owner = format!("{} {} {count}\n", host(), std::process::id());
                    file.write_all(owner.as_bytes()).map_err(|e| Error::io(&claim.path, e))?;
                    return Ok(claim);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::io(folder, error)),
            }
            let owner = super::read_text(&path).unwrap_or_default();
            if owner != holder {
                // It went from hand to hand: nobody is stuck.
                (began, holder) = (Instant::now(), owner);
            }
            if !take_over(&path, &holder) {
                if began.elapsed() > PATIENCE {
                    let got = format!("one that another process is changing ({})", path.display());
                    return Err(Error::argument("pack", "one that nobody is changing", got));
                }
                sleep(Duration::from_millis(2));
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // One that stays is taken over once this process is gone.
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes the claim of `owner` at `path` if that process is gone; whether to try again at once.
fn take_over(path: &Path, owner: &str) -> bool {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut words = owner.split_whitespace();
    let (from, process) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if from != host() || !is_gone(process) {
        return false;
    }
    // Moved away first: of several who find it, one moves it.
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let aside = path.with_file_name(format!("{NAME}-{}-{count}", std::process::id()));
    if fs::rename(path, &aside).is_err() {
        return true;
    }
    if super::read_text(&aside).is_ok_and(|now| now != owner) {
        // Another was quicker and claims the folder already: give its claim back.
        let _ = fs::rename(&aside, path);
        return false;
    }
    let _ = fs::remove_file(&aside);
    true
}
