//! What a run that was stopped leaves, so that the same command can go on: its parts, and a record of how far they are
//! whole.
//!
//! The record is written after what it speaks of lies on the disk, and says nothing of what was written since, which the
//! next run cuts off.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::stream::{Input, Start};
use crate::{Error, Result, io};

/// How records are written; another number is another program's.
const VERSION: u32 = 1;

/// What a run was asked to do. The same work gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Work {
    version: u32,
    /// What the vocabulary's files hold.
    pub(super) vocabulary: String,
    /// The options that change what is written.
    pub(super) options: String,
    inputs: Vec<Unchanged>,
}

/// A file, as it was.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Unchanged {
    path: PathBuf,
    bytes: u64,
    /// Nanoseconds since 1970, where the system tells.
    modified: Option<u64>,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Reached {
    /// What was read.
    pub(super) start: Start,
    /// Bytes of ids that were written.
    pub(super) bytes: u64,
    /// Documents that were written.
    pub(super) documents: u64,
}

/// A run that was stopped.
#[derive(Debug, Deserialize, Serialize)]
struct Record {
    work: Work,
    reached: Reached,
}

impl Work {
    /// Work on `inputs`; `None` where one cannot be read again, as the standard input.
    pub(super) fn new(vocabulary: String, options: String, inputs: &[Input]) -> Option<Self> {
        let inputs = inputs.iter().map(|input| {
            let data = input.metadata()?;
            let since = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            let modified = since.and_then(|since| u64::try_from(since.as_nanos()).ok());
            Some(Unchanged { path: input.name(), bytes: data.len(), modified })
        });
        let inputs = inputs.collect::<Option<_>>()?;
        Some(Self { version: VERSION, vocabulary, options, inputs })
    }

    /// What is another in this work than in the one that was stopped.
    fn differs(&self, stopped: &Self) -> Option<String> {
        if self.version != stopped.version {
            return Some("was another version of this program".to_owned());
        }
        if self.vocabulary != stopped.vocabulary {
            return Some("had another vocabulary".to_owned());
        }
        if self.options != stopped.options {
            return Some(format!("had other options: {}", stopped.options));
        }
        if self.inputs.len() != stopped.inputs.len() {
            return Some(format!("had another number of inputs: {}", stopped.inputs.len()));
        }
        let mut both = self.inputs.iter().zip(&stopped.inputs);
        let (now, then) = both.find(|(now, then)| now != then)?;
        Some(if now.path != then.path {
            format!("read {} where {} stands now", then.path.display(), now.path.display())
        } else {
            let (name, now, then) = (now.path.display(), now.bytes, then.bytes);
            format!("read {name} before it was changed ({then} bytes then, {now} now)")
        })
    }

    /// How far the run of this work was that left its record at `path`; `None` where there is no record.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the record is of other work; [`Error::Format`] where it is none.
    pub(super) fn reached(&self, path: &Path) -> Result<Option<Reached>> {
        let bytes = match io::read(path) {
            Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                return Ok(None);
            }
            bytes => bytes?,
        };
        let record: Record = serde_json::from_slice(&bytes)
            .map_err(|wrong| Error::line(path.display(), wrong.line() as u64, wrong))?;
        match self.differs(&record.work) {
            None => Ok(Some(record.reached)),
            Some(how) => {
                let got = format!(
                    "{}: that run {how}; without --resume all is done anew",
                    path.display()
                );
                Err(Error::argument("--resume", "for the same work as was stopped", got))
            }
        }
    }

    /// Writes the record.
    pub(super) fn write(&self, path: &Path, reached: Reached) -> Result<()> {
        let record = Record { work: self.clone(), reached };
        let bytes =
            serde_json::to_vec(&record).map_err(|wrong| Error::format(path.display(), 0, wrong))?;
        io::write(path, &bytes)
    }
}
