//! Packs: sound, rules and text in a folder that is written once and opened by memory map.
//!
//! [`Pack`] opens one, [`Writer`] makes one, [`write_table`] makes one from any Arrow table. What
//! a pack looks like on disk is specified in [`format`](mod@format). Opening reads one small
//! file; a batch of rows is compared with its checksum and decoded when it is first touched; text and
//! samples are borrowed from the map, never copied.
//!
//! # Example: write a pack and read it
//!
//! ```
//! use sprogkit::corpus::{Info, NewDocument, Pack, Writer};
//!
//! # fn main() -> sprogkit::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("breve");
//! let mut writer = Writer::create(&path, Info { id: "breve".into(), ..Info::default() })?;
//! writer.document(&NewDocument { id: "1", text: "Kære borger", ..NewDocument::default() })?;
//! writer.finish()?;
//!
//! let pack = Pack::open(&path)?;
//! assert_eq!(pack.documents().get(0)?.text()?, "Kære borger");
//! assert_eq!(pack.documents().find("1")?, Some(0));
//! # Ok(())
//! # }
//! ```

mod columns;
mod erase;
pub mod format;
mod hidden;
mod ids;
mod import;
mod layer;
mod lexicon;
mod pack;
mod rows;
mod schema;
mod time;
mod verify;
mod writer;

pub use crate::io::{Batch, Check};
pub use erase::Erased;
pub use format::{Info, Titles};
pub use import::{ImportOptions, write_table};
pub use layer::{Layer, LayerField, LayerInfo, LayerType, LayerWriter};
pub use lexicon::Lexicon;
pub use pack::Pack;
pub use rows::{Document, Entry, Recording, Row, Rows, Utterance};
pub use verify::{Problem, Report};
pub use writer::{NewDocument, NewEntry, NewRecording, NewUtterance, Writer, WriterOptions};
