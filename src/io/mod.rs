//! Files, hashes, and the mapped, checked Arrow table.
//!
//! The only place where files are opened and mapped. Everything is written to a sibling and renamed
//! ([`write()`], and folders under construction), so that a reader sees a whole file or none and nothing is
//! changed under a map. A [`Table`] is a column store over mapped Arrow IPC files: it decodes a
//! batch at its first touch, after its checksum was compared.

mod claim;
mod file;
mod hash;
mod map;
mod staging;
mod table;
mod table_writer;

pub(crate) use claim::{Claim, NAME as CLAIM};
pub use file::{length, list, read, read_text, write};
pub(crate) use file::{remove_file, sync_folder};
pub use hash::{Sha256, crc32c, sha256_of};
pub use map::Mapped;
pub(crate) use staging::{Staging, is_being_written};
pub use table::{Batch, Check, Table};
pub(crate) use table::{Damage, ShardMeta, below, expect_length, guarded, is_inside};
pub(crate) use table_writer::{TableLimits, TableWriter};
