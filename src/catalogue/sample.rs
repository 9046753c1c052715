//! The built-in sample: small, whole, and part of the program.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::io;

/// The name of the sample's manifest.
const MANIFEST: &str = "smagsproeve.toml";

/// A file of the sample: its name below the manifest's folder and its bytes.
macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../corpora-manifest/", $name)))
    };
}

/// The manifest and the files that it names.
const FILES: &[(&str, &[u8])] = &[
    file!("smagsproeve.toml"),
    file!("smagsproeve/README.md"),
    file!("smagsproeve/hypotese.tsv"),
    file!("smagsproeve/ordliste.tsv"),
    file!("smagsproeve/sentences.tsv"),
    file!("smagsproeve/tale.sh"),
    file!("smagsproeve/tale.tsv"),
    file!("smagsproeve/tale/tale-01.wav"),
    file!("smagsproeve/tale/tale-02.wav"),
    file!("smagsproeve/tale/tale-03.wav"),
    file!("smagsproeve/tale/tale-04.wav"),
    file!("smagsproeve/tale/tale-05.wav"),
    file!("smagsproeve/tale/tale-06.wav"),
    file!("smagsproeve/tale/tale-07.wav"),
    file!("smagsproeve/tale/tale-08.wav"),
    file!("smagsproeve/tale/tale-09.wav"),
    file!("smagsproeve/tale/tale-10.wav"),
    file!("smagsproeve/tale/tale-11.wav"),
    file!("smagsproeve/tale/tale-12.wav"),
    file!("smagsproeve/tale/tale-13.wav"),
    file!("smagsproeve/tale/tale-14.wav"),
    file!("smagsproeve/tale/tale-15.wav"),
    file!("smagsproeve/tale/tale-16.wav"),
    file!("smagsproeve/tale/tale-17.wav"),
    file!("smagsproeve/tale/tale-18.wav"),
    file!("smagsproeve/tale/tale-19.wav"),
    file!("smagsproeve/tale/tale-20.wav"),
    file!("smagsproeve/texts.jsonl"),
];

/// Writes the sample's manifest and its files below `folder` and gives the manifest's path.
/// What lies there already is written over.
///
/// # Errors
///
/// [`crate::Error::Io`] where the system refuses.
///
/// # Example
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// let manifest = sprogkit::catalogue::sample::write(folder.path())?;
/// assert!(manifest.ends_with("smagsproeve.toml"));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn write(folder: &Path) -> Result<PathBuf> {
    for (name, bytes) in FILES {
        let path = io::below(folder, name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|e| crate::Error::io(parent, e))?;
        }
        io::write(&path, bytes)?;
    }
    Ok(folder.join(MANIFEST))
}

/// The names of the sample's files, from the folder of its manifest, and their bytes.
pub fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().copied()
}
