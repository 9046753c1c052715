//! The catalogue: manifests that say what a corpus is, and the work that turns its files into a
//! pack.
//!
//! [`entries`] lists the manifests that are part of this crate, [`Manifest::read`] reads one from a
//! file ([its syntax](mod@manifest)), [`build()`] makes the pack, [`sample`] is a corpus that needs no files but the program.

mod build;
mod entries;
mod fields;
mod files;
mod glob;
pub mod manifest;
mod parse;
mod plan;
mod rows;
pub mod sample;

pub use build::{BuildOptions, build};
pub use entries::{entries, entry};
pub use manifest::{
    Bilingual, Category, Citation, File, Kind, License, Manifest, PersonalData, Provenance, SCHEMA,
    Usage,
};
pub use plan::{Column, ConllUnit, Format, Ids, Read, Table, TextUnit, Time};
