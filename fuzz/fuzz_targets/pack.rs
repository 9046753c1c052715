//! A pack whose description, or first table, is any bytes is opened or refused, and what it hands
//! out is valid.
#![no_main]
use std::fs;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use sprogkit::corpus::{Check, Info, NewDocument, Pack, Writer};

static SOUND: OnceLock<tempfile::TempDir> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let folder = SOUND.get_or_init(|| {
        // What the decoder panics on is caught inside; libFuzzer's hook would end the process.
        std::panic::set_hook(Box::new(|_| {}));
        let folder = tempfile::tempdir().unwrap();
        let info = Info { id: "fuzz".into(), ..Info::default() };
        let mut writer = Writer::create(folder.path().join("pack"), info).unwrap();
        let document = NewDocument { id: "1", text: "æøå", ..NewDocument::default() };
        writer.document(&document).unwrap();
        writer.finish().unwrap();
        folder
    });
    let Some((&which, bytes)) = bytes.split_first() else { return };
    let pack = folder.path().join("pack");
    let file = pack.join(["pack.json", "documents-00000-of-00001.arrow"][usize::from(which % 2)]);
    let before = fs::read(&file).unwrap();
    let mut changed = before.clone();
    // Fuzzed bytes over the end of the file: footer, or checksum and last members.
    let at = changed.len().saturating_sub(bytes.len());
    changed[at..].copy_from_slice(&bytes[bytes.len().saturating_sub(before.len())..]);
    fs::remove_file(&file).unwrap();
    fs::write(&file, &changed).unwrap();
    if let Ok(pack) = Pack::open_with(&pack, Check::None) {
        for document in pack.documents().iter().flatten() {
            let _ = document.text().map(|text| text.chars().count());
        }
    }
    fs::remove_file(&file).unwrap();
    fs::write(&file, &before).unwrap();
});
