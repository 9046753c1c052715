//! Ground: the one error type. Variants are cut by what a caller can do, and each says where.

use std::io;
use std::path::PathBuf;

/// What every fallible call of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, and where.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A line of a readable file does not follow its format.
    #[error("{origin}:{line}: {reason}")]
    Line {
        /// The file, or a name for the text.
        origin: String,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong: got and expected.
        reason: String,
    },
    /// A file does not follow its format.
    #[error("{origin}: byte {offset}: {reason}")]
    Format {
        /// The file, or a name for the bytes.
        origin: String,
        /// The byte, counted from 0.
        offset: u64,
        /// What is wrong: got and expected.
        reason: String,
    },
    /// A pack is not as it was written: truncated, altered, or a file is missing.
    #[error("{path}: byte {offset}: {reason}", path = path.display())]
    Corrupt {
        /// The file of the pack.
        path: PathBuf,
        /// The byte at which the damaged part begins.
        offset: u64,
        /// What is wrong: got and expected.
        reason: String,
    },
    /// An argument is outside its documented range.
    #[error("{name} must be {requirement}, got {got}")]
    Argument {
        /// The argument.
        name: &'static str,
        /// What it must be.
        requirement: String,
        /// What it was.
        got: String,
    },
    /// Something is larger than what is allowed or can be stored.
    #[error("{what}: {asked} is more than the limit of {limit}")]
    Limit {
        /// What is too large.
        what: String,
        /// The most that is allowed.
        limit: u64,
        /// What was asked for.
        asked: u64,
    },
    /// A licence does not allow what was asked for.
    #[error("{corpus}: {reason}")]
    License {
        /// The corpus.
        corpus: String,
        /// What is not allowed, and why.
        reason: String,
    },
    /// The caller asked a long work to end early; nothing half-done was left.
    #[error("stopped before the end; nothing was changed")]
    Cancelled,
    /// Two things cannot be aligned.
    #[error("{reason}")]
    Alignment {
        /// Which value, where, and what was expected.
        reason: String,
    },
}

impl Error {
    /// An operating system's error at `path`.
    #[cfg(any(feature = "audio", feature = "corpus", feature = "lexicon", feature = "subword"))]
    pub(crate) fn io(path: impl AsRef<std::path::Path>, source: io::Error) -> Self {
        Self::Io { path: path.as_ref().to_owned(), source }
    }

    /// A mistake in line `line` (counted from 1) of `origin`.
    pub(crate) fn line(origin: impl ToString, line: u64, reason: impl ToString) -> Self {
        Self::Line { origin: origin.to_string(), line, reason: reason.to_string() }
    }

    /// A mistake at byte `offset` of `origin`.
    pub(crate) fn format(origin: impl ToString, offset: u64, reason: impl ToString) -> Self {
        Self::Format { origin: origin.to_string(), offset, reason: reason.to_string() }
    }

    /// An argument outside its range.
    pub(crate) fn argument(
        name: &'static str,
        requirement: impl ToString,
        got: impl ToString,
    ) -> Self {
        Self::Argument { name, requirement: requirement.to_string(), got: got.to_string() }
    }
}
