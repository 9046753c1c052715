//! Files, hashes, and the mapped, checked Arrow table.
//!
//! The only place where files are opened and mapped. Everything is written to a sibling and renamed
//! ([`write()`], and folders under construction), so that a reader sees a whole file or none and nothing is
//! changed under a map. A [`Table`] is a column store over mapped Arrow IPC files: it decodes a
//! batch at its first touch, after its checksum was compared.

#[cfg(feature = "corpus")]
mod claim;
mod file;
#[cfg(any(feature = "corpus", feature = "lexicon", feature = "subword"))]
mod hash;
mod map;
#[cfg(any(feature = "audio", feature = "subword"))]
mod pages;
#[cfg(any(feature = "lexicon", feature = "subword"))]
pub(crate) mod sections;
#[cfg(feature = "corpus")]
mod staging;
#[cfg(feature = "corpus")]
mod table;
#[cfg(feature = "corpus")]
mod table_writer;

#[cfg(feature = "corpus")]
pub(crate) use claim::{Claim, NAME as CLAIM};
#[cfg(feature = "cli")]
pub(crate) use file::Growing;
#[cfg(feature = "lexicon")]
pub(crate) use file::is_same;
pub use file::{length, list, read, read_text, write};
#[cfg(feature = "corpus")]
pub(crate) use file::{remove_file, sync_folder};
#[cfg(any(feature = "corpus", feature = "lexicon", feature = "subword"))]
pub use hash::{Sha256, crc32c, sha256_of};
pub use map::Mapped;
#[cfg(feature = "subword")]
pub(crate) use pages::LARGE;
#[cfg(any(feature = "audio", feature = "subword"))]
pub(crate) use pages::{room, zeros};
#[cfg(feature = "corpus")]
pub(crate) use staging::{Staging, is_being_written};
#[cfg(feature = "corpus")]
pub use table::{Batch, Check, Table};
#[cfg(feature = "corpus")]
pub(crate) use table::{Damage, ShardMeta, below, expect_length, guarded, is_inside};
#[cfg(feature = "corpus")]
pub(crate) use table_writer::{TableLimits, TableWriter};
