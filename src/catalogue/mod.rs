//! The catalogue: manifests that say what a corpus is, and the work that turns its files into a
//! pack.

mod fields;
mod glob;
mod manifest;
mod plan;

pub use manifest::{
    Bilingual, Category, Citation, File, Kind, License, Manifest, PersonalData, Provenance, SCHEMA,
};
pub use plan::{Column, ConllUnit, Format, Ids, Read, Table, TextUnit, Time};
