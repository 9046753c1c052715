//! A folder under construction: built beside its place, then renamed into it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::{Error, Result};

use super::file::sync_folder;

/// A temporary folder beside `target`. Dropped without [`Staging::commit`], it is removed.
#[derive(Debug)]
pub(crate) struct Staging {
    target: PathBuf,
    folder: PathBuf,
    replace: bool,
    committed: bool,
}

impl Staging {
    /// Begins a folder that shall become `target`. With `replace`, a folder that is there already
    /// is replaced at the commit; without, it is an error now.
    ///
    /// Leftovers of builds that were killed are swept first: those of dead processes of this
    /// machine, and those untouched for a day.
    pub(crate) fn begin(target: &Path, replace: bool) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = target.file_name().ok_or_else(|| {
            Error::argument("out", "the path of a folder to make", target.display())
        })?;
        let name = name.to_string_lossy().into_owned();
        let parent = parent(target);
        let prefix = format!(".{name}.building-{}-", host());
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("{prefix}{}-{count}", std::process::id()));
        restore(parent, &name, target, &folder)?;
        if target.symlink_metadata().is_ok() && !replace {
            return Err(Error::argument("out", "a path where nothing is yet", target.display()));
        }
        fs::create_dir_all(parent).map_err(|e| Error::io(parent, e))?;
        sweep(parent, &format!(".{name}.building-"), &prefix);
        fs::create_dir(&folder).map_err(|e| Error::io(&folder, e))?;
        Ok(Self { target: target.to_owned(), folder, replace, committed: false })
    }

    /// Where a replaced folder lies between two renames.
    fn aside(&self) -> PathBuf {
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        self.target.with_file_name(format!(".{name}.replaced-{}", std::process::id()))
    }

    /// Where the files are written meanwhile.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts the folder into its place.
    pub(crate) fn commit(mut self) -> Result<()> {
        let io = |e| Error::io(&self.target, e);
        sync_folder(&self.folder)?;
        if self.replace && self.target.symlink_metadata().is_ok() {
            // Between the two renames a crash leaves no `target`: `begin` puts the old one back.
            let old = self.aside();
            fs::rename(&self.target, &old).map_err(io)?;
            if let Err(error) = fs::rename(&self.folder, &self.target) {
                // Put back what was there.
                let _ = fs::rename(&old, &self.target);
                return Err(io(error));
            }
            self.committed = true;
            // Removed under a name that a later build sweeps. Under its own, one that was cut off here
            // would leave half a pack, which `restore` puts back once the new one is deleted.
            fs::rename(&old, &self.folder).map_err(|e| Error::io(&old, e))?;
            fs::remove_dir_all(&self.folder).map_err(|e| Error::io(&self.folder, e))?;
        } else {
            fs::rename(&self.folder, &self.target).map_err(|error| {
                if self.target.symlink_metadata().is_ok() {
                    Error::argument("out", "a path where nothing is yet", self.target.display())
                } else {
                    io(error)
                }
            })?;
            self.committed = true;
        }
        sync_folder(parent(&self.target))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.committed {
            // A leftover blocks nobody: the next build sweeps it.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Undoes a replacement that was cut off between its two renames, and clears away what one that
/// was cut off after them left: under the name `waste`, which a later build sweeps.
fn restore(parent: &Path, name: &str, target: &Path, waste: &Path) -> Result<()> {
    let prefix = format!(".{name}.replaced-");
    for path in super::list(parent).unwrap_or_default() {
        let found = path.file_name().and_then(|name| name.to_str());
        if !found.is_some_and(|found| found.starts_with(&prefix)) {
            continue;
        }
        if target.symlink_metadata().is_ok() {
            if fs::rename(&path, waste).is_ok() {
                let _ = fs::remove_dir_all(waste);
            }
        } else {
            fs::rename(&path, target).map_err(|e| Error::io(target, e))?;
        }
    }
    Ok(())
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// This machine's name, as far as it can be had without asking for more: leftovers on a shared disk
/// may belong to a process of another machine.
pub(super) fn host() -> String {
    let name = super::read_text(Path::new("/proc/sys/kernel/hostname")).unwrap_or_default();
    name.chars().filter(char::is_ascii_alphanumeric).take(32).collect()
}

/// Removes leftovers named `<prefix><process>-<count>` of processes that are gone, and any with
/// `family` in front that nobody touched for a day.
fn sweep(folder: &Path, family: &str, prefix: &str) {
    for path in super::list(folder).unwrap_or_default() {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !name.starts_with(family) {
            continue;
        }
        let process = name.strip_prefix(prefix).and_then(|rest| rest.split('-').next());
        let known = process.filter(|_| Path::new(PROCESSES).join("self").exists());
        let dead = known.is_some_and(is_gone);
        let old = path
            .metadata()
            .and_then(|data| data.modified())
            .is_ok_and(|at| SystemTime::now().duration_since(at).unwrap_or_default() > DAY);
        // A build of this machine that runs for more than a day is no leftover.
        if dead || known.is_none() && old {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Where the system shows its processes, if it does.
const PROCESSES: &str = "/proc";

/// Whether `process` of this machine is known to have ended.
pub(super) fn is_gone(process: &str) -> bool {
    let processes = Path::new(PROCESSES);
    processes.join("self").exists() && !processes.join(process).exists()
}

/// A name for a file under construction: what begins it, this machine, this process, and a number.
pub(super) fn part_name(stem: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{stem}.{}-{}-{count}.part", host(), std::process::id())
}

/// Whether the file at `path` is under construction by a process of this machine that still runs.
pub(crate) fn is_being_written(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let owner = name.strip_suffix(".part").and_then(|name| name.rsplit('.').next());
    let mut words = owner.unwrap_or("").split('-');
    words.next().is_some_and(|from| from == host()) && words.next().is_some_and(|p| !is_gone(p))
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
