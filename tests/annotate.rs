//! Layers of words and sentences: the same as one text at a time, whatever the number of threads.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt32Type};
use sprogkit::corpus::{Check, NewDocument, Pack, Writer, WriterOptions};
use sprogkit::progress::Progress;
use sprogkit::text::{self, Options, offsets::Unit};
use sprogkit::{Error, annotate, threads};
use tempfile::tempdir;

use crate::corpus::{info, toy};

fn pack(path: &std::path::Path) -> Pack {
    let options = WriterOptions { batch_bytes: 500, shard_bytes: 5_000, ..Default::default() };
    let mut writer = Writer::create_with(path, info(), options).unwrap();
    for number in 0..200 {
        let text = format!("Nr. {number} kom d. {}. maj kl. 8.30. Æblet 🍎 er rødt!", number % 31);
        let id = number.to_string();
        writer.document(&NewDocument { id: &id, text: &text, ..Default::default() }).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn a_layer_holds_what_each_text_gives_in_every_unit() {
    for &unit in Unit::ALL {
        let folder = tempdir().unwrap();
        let mut pack = pack(&folder.path().join("p"));
        let summary = annotate::words(&mut pack, &Options::default(), unit, &()).unwrap();
        annotate::sentences(&mut pack, &Options::default(), unit, &()).unwrap();
        assert_eq!(summary.rows, 200);
        let words = pack.layer("words").unwrap();
        let sentences = pack.layer("sentences").unwrap();
        assert_eq!(words.info().unit, unit.name());
        let mut items = 0;
        for (row, document) in pack.documents().iter().enumerate() {
            let text = document.unwrap().text().unwrap();
            let position = |byte| unit.length(&text[..byte]) as u32;
            let found = words.get(row as u64).unwrap();
            let found = found.as_struct();
            let starts = found.column(0).as_primitive::<UInt32Type>();
            let ends = found.column(1).as_primitive::<UInt32Type>();
            let kinds = found.column(2).as_primitive::<UInt8Type>();
            let got: Vec<_> = (0..found.len())
                .map(|i| (starts.value(i), ends.value(i), kinds.value(i)))
                .collect();
            let want: Vec<_> = text::words(text)
                .map(|w| (position(w.span.start()), position(w.span.end()), w.kind as u8))
                .collect();
            assert_eq!(got, want, "{text}");
            items += got.len() as u64;
            let found = sentences.get(row as u64).unwrap();
            assert_eq!(found.len(), text::sentences(text).count(), "{text}");
        }
        assert_eq!(items, summary.items);
    }
}

#[test]
fn the_files_are_the_same_for_any_number_of_threads() {
    let folder = tempdir().unwrap();
    let mut sums = Vec::new();
    for count in [1, 2, 5] {
        let path = folder.path().join(count.to_string());
        let mut pack = pack(&path);
        let options = Options::default();
        threads::install(Some(count), || annotate::words(&mut pack, &options, Unit::Char, &()))
            .unwrap()
            .unwrap();
        let json = std::fs::read_to_string(path.join("pack.json")).unwrap();
        sums.push(json);
    }
    assert_eq!(sums[0], sums[1]);
    assert_eq!(sums[0], sums[2]);
}

#[test]
fn erased_texts_are_not_annotated() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    let mut pack = toy(&path);
    pack.erase(&["brev-1"]).unwrap();
    annotate::words(&mut pack, &Options::default(), Unit::Byte, &()).unwrap();
    let layer = pack.layer("words").unwrap();
    assert_eq!(layer.len(), pack.documents().len());
    for (row, document) in pack.documents().iter().enumerate() {
        let words = text::words(document.unwrap().text().unwrap()).count();
        assert_eq!(layer.get(row as u64).unwrap().len(), words);
    }
    pack.compact(&()).unwrap();
    assert_eq!(Pack::open_with(&path, Check::Full).unwrap().layer("words").unwrap().len(), 25);
}

/// Wants to end after the first advance.
#[derive(Default)]
struct Impatient(std::sync::atomic::AtomicU64);

impl Progress for Impatient {
    fn advance(&self, count: u64) {
        self.0.fetch_add(count, std::sync::atomic::Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed) > 0
    }
}

#[test]
fn a_cancelled_run_leaves_the_pack_as_it_was() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("p");
    let mut pack = pack(&path);
    let error = annotate::words(&mut pack, &Options::default(), Unit::Byte, &Impatient::default());
    assert!(matches!(error, Err(Error::Cancelled)));
    assert_eq!(pack.layers().count(), 0);
    let report = Pack::open(&path).unwrap().verify(&()).unwrap();
    assert!(report.problems.is_empty() && report.leftovers.is_empty(), "{report:?}");
}
