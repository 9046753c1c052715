//! The catalogue itself: the manifests of the folder `corpora-manifest`.

use std::sync::LazyLock;

use super::Manifest;

/// A file of the folder: its name and its text.
macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../corpora-manifest/", $name)))
    };
}

/// Name and text of each file of the folder, by name.
const FILES: &[(&str, &str)] = &[
    file!("alvenir-eval.toml"),
    file!("clarin-ft.toml"),
    file!("cldr-da.toml"),
    file!("common-voice-da.toml"),
    file!("cor.toml"),
    file!("cor-ext.toml"),
    file!("coral-v1.toml"),
    file!("dacoref.toml"),
    file!("dagw.toml"),
    file!("dagw-hovedstaden.toml"),
    file!("dagw-nordjyllandnews.toml"),
    file!("dagw-retsinformationdk.toml"),
    file!("dane.toml"),
    file!("danlp-wordsim.toml"),
    file!("dannet.toml"),
    file!("danske-taler.toml"),
    file!("dawikined.toml"),
    file!("ddisco.toml"),
    file!("dds.toml"),
    file!("dkhate.toml"),
    file!("dynaword.toml"),
    file!("europarl-da.toml"),
    file!("fleurs-da.toml"),
    file!("grundtvig.toml"),
    file!("hyph-da.toml"),
    file!("libnumbertext-da.toml"),
    file!("memo.toml"),
    file!("nota.toml"),
    file!("nst-da-asr.toml"),
    file!("nst-lex-da.toml"),
    file!("retsinformation.toml"),
    file!("smagsproeve.toml"),
    file!("stavekontrolden.toml"),
    file!("tatoeba-da.toml"),
    file!("ud-ddt.toml"),
    file!("unimorph-da.toml"),
    file!("voxpopuli-da.toml"),
    file!("wikidata-lexemes-da.toml"),
    file!("wikipedia-da.toml"),
];

/// The manifests that are part of this crate, by id.
///
/// Those without [`Manifest::reads`] say where a corpus is and on what terms; the others can be
/// built once their files are there.
///
/// # Example
///
/// ```
/// let sample = sprogkit::catalogue::entry("smagsproeve").unwrap();
/// assert_eq!(sample.license.spdx, "CC0-1.0");
/// ```
#[must_use]
pub fn entries() -> &'static [Manifest] {
    static ENTRIES: LazyLock<Vec<Manifest>> = LazyLock::new(|| {
        FILES
            .iter()
            .map(|(name, text)| Manifest::parse(name, text).expect("tests read every manifest"))
            .collect()
    });
    &ENTRIES
}

/// The manifest of the corpus `id`.
#[must_use]
pub fn entry(id: &str) -> Option<&'static Manifest> {
    entries().iter().find(|manifest| manifest.id == id)
}
