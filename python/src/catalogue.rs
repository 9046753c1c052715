//! The catalogue: what corpora there are.

use pyo3::prelude::*;
use sprogkit::catalogue::{self, Manifest};

/// A corpus of the catalogue.
#[pyclass(frozen, get_all, module = "sprogkit.catalogue")]
pub(crate) struct Entry {
    id: String,
    kind: &'static str,
    version: String,
    language: Vec<String>,
    title: String,
    title_da: String,
    description: Option<String>,
    description_da: Option<String>,
    keywords: Vec<String>,
    source: String,
    landing_page: Option<String>,
    publisher: Option<String>,
    license: String,
    license_url: Option<String>,
    redistribution: Option<bool>,
    citation: Option<String>,
    personal_data: &'static str,
    synthetic: bool,
    unverified: Vec<String>,
    buildable: bool,
}

impl Entry {
    fn new(manifest: &Manifest) -> Self {
        let manifest = manifest.clone();
        let (da, en) = match manifest.description {
            Some(both) => (Some(both.da), Some(both.en)),
            None => (None, None),
        };
        Self {
            id: manifest.id,
            kind: manifest.kind.name(),
            version: manifest.version,
            language: manifest.language,
            title: manifest.title.en,
            title_da: manifest.title.da,
            description: en,
            description_da: da,
            keywords: manifest.keywords,
            source: manifest.source,
            landing_page: manifest.landing_page,
            publisher: manifest.publisher,
            license: manifest.license.spdx,
            license_url: manifest.license.url,
            redistribution: manifest.license.redistribution,
            citation: manifest.citation.text,
            personal_data: manifest.personal_data.category.name(),
            synthetic: manifest.provenance.synthetic,
            unverified: manifest.unverified,
            buildable: !manifest.reads.is_empty(),
        }
    }
}

#[pymethods]
impl Entry {
    fn __repr__(&self) -> String {
        let Self { id, kind, license, title, .. } = self;
        format!("Entry({id:?}, kind={kind:?}, license={license:?}, title={title:?})")
    }
}

/// The corpora of the catalogue.
#[pyfunction]
fn entries() -> Vec<Entry> {
    catalogue::entries().iter().map(Entry::new).collect()
}

/// The corpus of this id.
#[pyfunction]
fn entry(id: &str) -> Option<Entry> {
    catalogue::entry(id).map(Entry::new)
}

/// Writes the sample's files and gives its manifest's path.
#[pyfunction]
fn write_sample(py: Python<'_>, folder: std::path::PathBuf) -> PyResult<std::path::PathBuf> {
    crate::enter::enter(py, || catalogue::sample::write(&folder))
}

/// Fills `sprogkit._native.catalogue`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Entry>()?;
    module.add_function(wrap_pyfunction!(entries, module)?)?;
    module.add_function(wrap_pyfunction!(entry, module)?)?;
    module.add_function(wrap_pyfunction!(write_sample, module)?)
}
