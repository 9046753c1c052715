//! Damaged packs: every byte changed, every length cut. Never a panic, never a wrong answer given
//! out as right.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sprogkit::Error;
use sprogkit::corpus::{Check, NewDocument, Pack, Writer, WriterOptions};
use tempfile::tempdir;

use crate::corpus::{everything, info, tiny};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, &target).unwrap();
    }
}

/// Opens and reads all, with a panic as a failure of the test.
fn read(path: &Path, check: Check) -> Result<String, Error> {
    catch_unwind(AssertUnwindSafe(|| {
        Pack::open_with(path, check).and_then(|pack| everything(&pack))
    }))
    .expect("reading a damaged pack must not panic")
}

/// Runs `attack` on every file of a pack, in copies, one a thread.
fn on_every_file(attack: impl Fn(&Path, &Path, &[u8]) + Sync) {
    let folder = tempdir().unwrap();
    let sound = folder.path().join("sound");
    tiny(&sound);
    let files = files(&sound);
    assert!(files.len() > 8, "the pack must have many files");
    files.par_iter().enumerate().for_each(|(number, file)| {
        let copied = folder.path().join(format!("copy-{number}"));
        copy(&sound, &copied);
        let target = copied.join(file.strip_prefix(&sound).unwrap());
        let bytes = std::fs::read(file).unwrap();
        attack(&copied, &target, &bytes);
    });
}

#[test]
fn every_changed_byte_is_found_by_lazy_reading_and_by_verify() {
    on_every_file(|pack, target, bytes| {
        let mut changed = bytes.to_vec();
        for at in 0..bytes.len() {
            changed[at] ^= 1 << (at % 8);
            // A new file each time, as an attacker or a failing disk would leave it: never one
            // that is mapped.
            std::fs::remove_file(target).unwrap();
            std::fs::write(target, &changed).unwrap();
            let error = read(pack, Check::Lazy).expect_err("a change must be found by reading");
            assert!(matches!(error, Error::Corrupt { .. }), "byte {at}: {error:?}");
            assert!(error.to_string().contains("byte "), "{error}");
            if let Ok(pack) = Pack::open(pack) {
                let report = pack.verify(&()).unwrap();
                assert!(!report.problems.is_empty(), "{} byte {at}", target.display());
            }
            changed[at] = bytes[at];
        }
    });
}

#[test]
fn every_truncation_and_every_extension_is_found() {
    on_every_file(|pack, target, bytes| {
        let step = (bytes.len() / 400).max(1);
        for length in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
            std::fs::remove_file(target).unwrap();
            std::fs::write(target, &bytes[..length]).unwrap();
            let error = read(pack, Check::Lazy).expect_err("a truncation must be found");
            assert!(matches!(error, Error::Corrupt { .. }), "length {length}: {error:?}");
            assert!(read(pack, Check::None).is_err());
        }
        let mut longer = bytes.to_vec();
        longer.push(b'\n');
        std::fs::write(target, longer).unwrap();
        assert!(read(pack, Check::Lazy).is_err(), "{}", target.display());
    });
}

#[test]
fn without_checks_a_changed_byte_may_give_a_wrong_answer_but_never_a_panic_or_invalid_text() {
    // The decoder's own panics are expected here, and caught inside; their messages are noise.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(|| {
        on_every_file(|pack, target, bytes| {
            let mut changed = bytes.to_vec();
            for at in (0..bytes.len()).step_by(3) {
                changed[at] ^= 0xff;
                std::fs::remove_file(target).unwrap();
                std::fs::write(target, &changed).unwrap();
                // `everything` reads text as `&str`: had it not been checked, this would be unsound.
                let _ = read(pack, Check::None);
                changed[at] = bytes[at];
            }
        });
    });
    std::panic::set_hook(hook);
    result.unwrap();
}

#[test]
fn a_file_that_shrinks_while_it_is_open_is_an_error_at_the_next_batch() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("pack");
    let options = WriterOptions { batch_bytes: 100, ..Default::default() };
    let mut writer = Writer::create_with(&path, info(), options).unwrap();
    for id in ["a", "b", "c"] {
        let text = &id.repeat(200);
        writer.document(&NewDocument { id, text, ..Default::default() }).unwrap();
    }
    let pack = writer.finish().unwrap();
    assert_eq!(pack.documents().batches(), 3);
    assert!(pack.documents().get(0).is_ok());
    let file = path.join("documents-00000-of-00001.arrow");
    std::fs::OpenOptions::new().write(true).open(file).unwrap().set_len(10).unwrap();
    let error = pack.documents().get(1).unwrap_err().to_string();
    assert!(
        error.contains("documents-00000-of-00001.arrow") && error.contains("truncated"),
        "{error}"
    );
}
