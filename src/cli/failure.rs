//! How a command fails, and how that is told.

use std::error::Error as _;
use std::io::{self, Write};
use std::path::PathBuf;

use super::When;
use super::out::Paint;
use crate::Error;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// It was called wrongly: status 2.
    Usage(String),
    /// The work failed: status 1.
    Failed(Error),
    /// The work failed, told in full, with what to do next: status 1.
    Said(String),
    /// Some of the work failed, and the rest was done; each told for itself: status 1.
    Each(Vec<String>),
    /// The work was done, and what it found is bad: status 1. It has been told already.
    Found,
    /// The user stopped it; what that means for the disk: status 1.
    Stopped(String),
    /// Nobody reads the output any more (`| head`): no failure, and nothing to say.
    Pipe,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => Self::Pipe,
            error => Self::Failed(error),
        }
    }
}

/// Commands write to the standard output only; every other file's errors name their path.
impl From<io::Error> for Failure {
    fn from(source: io::Error) -> Self {
        Error::Io { path: PathBuf::from("standard output"), source }.into()
    }
}

impl Failure {
    /// Tells it on the standard error and returns the exit status.
    pub(super) fn report(self, color: When) -> u8 {
        let (text, status) = match self {
            Self::Usage(text) => (text, 2),
            Self::Failed(error) => (chain(&error), 1),
            Self::Said(text) | Self::Stopped(text) => (text, 1),
            Self::Each(texts) => (texts.join("\nsprogkit: "), 1),
            Self::Found => return 1,
            Self::Pipe => return 0,
        };
        let paint = Paint::for_stderr(color);
        // Where even the standard error is closed, the status is all there is to say.
        let _ = writeln!(io::stderr(), "{} {text}", paint.bad("sprogkit:"));
        status
    }
}

/// The error and its sources, each of which is named once.
pub(super) fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        source = inner.source();
    }
    text
}
