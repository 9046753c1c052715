//! Packs: what is written is read back, by row, by id, as Arrow; layers, erasure, import.

use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StructBuilder, UInt8Builder, UInt32Builder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray, TimestampSecondArray};
use arrow_schema::{DataType, Field, Schema};
use sprogkit::corpus::{
    Check, ImportOptions, Info, LayerInfo, LayerType, LayerWriter, NewDocument, NewEntry,
    NewRecording, NewUtterance, Pack, Writer, WriterOptions, write_table,
};
use sprogkit::text::{Options, offsets::Unit};
use sprogkit::{Error, annotate};
use tempfile::tempdir;

const TEXTS: &[(&str, &str)] = &[
    ("brev-1", "Kære borger, vi har modtaget din ansøgning."),
    ("tom", ""),
    ("nul", "før\0efter"),
    ("emoji", "Hej 👩‍👩‍👧 og e\u{301}n é"),
    ("bom", "\u{feff}linje 1\r\nlinje 2"),
    ("ærø", "Ærø, Ålborg og Øster Assels"),
];

pub(crate) fn info() -> Info {
    Info {
        id: "toy".to_owned(),
        created: Some("2026-01-02T03:04:05Z".to_owned()),
        ..Info::default()
    }
}

/// A small pack with every kind of table and a layer, many batches and several files.
pub(crate) fn toy(path: &Path) -> Pack {
    let options = WriterOptions { batch_bytes: 300, shard_bytes: 2_000, ..Default::default() };
    let mut writer = Writer::create_with(path, info(), options).unwrap();
    for (id, text) in TEXTS {
        let lang = (id.len() % 2 == 0).then_some("da");
        writer.document(&NewDocument { id, text, lang, ..Default::default() }).unwrap();
    }
    for number in 0..20 {
        let id = format!("linje-{number}");
        let text = format!("Dette er linje nummer {number}. ").repeat(number);
        writer
            .document(&NewDocument {
                id: &id,
                text: &text,
                token_count: Some(number as i64),
                ..Default::default()
            })
            .unwrap();
    }
    let ramp: Vec<i16> = (0..500).collect();
    for number in 0..3 {
        let id = format!("optagelse-{number}");
        let pcm = &ramp[..number * 200];
        writer
            .recording(&NewRecording { id: &id, pcm, sample_rate: 16_000, ..Default::default() })
            .unwrap();
    }
    for (id, recording, samples) in [
        ("u1", "optagelse-1", None),
        ("u2", "optagelse-2", Some((10, 20))),
        ("u3", "optagelse-2", Some((30, 400))),
    ] {
        let text = "et to tre";
        writer
            .utterance(&NewUtterance { id, recording, samples, text, ..Default::default() })
            .unwrap();
    }
    for (form, lemma) in [("løb", "løbe"), ("bil", "bil"), ("løb", "løb"), ("åer", "å")] {
        writer.entry(&NewEntry { form, lemma: Some(lemma), ..Default::default() }).unwrap();
    }
    let mut pack = writer.finish().unwrap();
    lengths_layer(&mut pack);
    pack
}

/// The smallest pack with every kind of file, for attacks on each of its bytes.
pub(crate) fn tiny(path: &Path) -> Pack {
    let mut writer = Writer::create(path, info()).unwrap();
    for (id, text) in &TEXTS[..2] {
        writer.document(&NewDocument { id, text, ..Default::default() }).unwrap();
    }
    let pcm = &[1, -2, 3];
    writer
        .recording(&NewRecording { id: "r", pcm, sample_rate: 8_000, ..Default::default() })
        .unwrap();
    writer
        .utterance(&NewUtterance { id: "u", recording: "r", text: "ja", ..Default::default() })
        .unwrap();
    writer.entry(&NewEntry { form: "ja", ..Default::default() }).unwrap();
    let mut pack = writer.finish().unwrap();
    lengths_layer(&mut pack);
    pack
}

/// A layer of one span a document: all of it.
fn lengths_layer(pack: &mut Pack) {
    let layer = LayerInfo::spans("documents", "byte", &[("kind", LayerType::U8)], "test 1");
    let DataType::List(item) = layer.data_type() else { panic!() };
    let DataType::Struct(fields) = item.data_type().clone() else { panic!() };
    let mut writer = LayerWriter::begin(pack, "hele", layer).unwrap();
    let lengths: Vec<Vec<u32>> = (0..pack.documents().batches())
        .map(|at| {
            let batch = pack.documents().batch(at).unwrap();
            let texts = batch.column(1).as_string::<i64>().clone();
            texts.iter().map(|text| text.unwrap().len() as u32).collect()
        })
        .collect();
    for batch in lengths {
        let mut builder = ListBuilder::new(StructBuilder::from_fields(fields.clone(), 0))
            .with_field(Arc::clone(&item));
        for length in batch {
            let row = builder.values();
            row.field_builder::<UInt32Builder>(0).unwrap().append_value(0);
            row.field_builder::<UInt32Builder>(1).unwrap().append_value(length);
            row.field_builder::<UInt8Builder>(2).unwrap().append_value(7);
            row.append(true);
            builder.append(true);
        }
        writer.write(Arc::new(builder.finish())).unwrap();
    }
    writer.finish(pack).unwrap();
}

/// Everything a reader can read, as one text; an error ends it.
pub(crate) fn everything(pack: &Pack) -> sprogkit::Result<String> {
    use std::fmt::Write;
    let mut all = String::new();
    for document in pack.documents().iter() {
        let d = document?;
        writeln!(
            all,
            "{} {:?} {:?} {:?} {:?}",
            d.id()?,
            d.text()?,
            d.lang()?,
            d.token_count()?,
            d.meta()?
        )
        .unwrap();
        writeln!(all, "{:?}", pack.documents().find(d.id()?)?).unwrap();
    }
    for recording in pack.recordings().iter() {
        let r = recording?;
        writeln!(all, "{} {} {:?}", r.id()?, r.sample_rate()?, r.pcm()?).unwrap();
        writeln!(all, "{:?}", pack.recordings().find(r.id()?)?).unwrap();
    }
    for utterance in pack.utterances().iter() {
        let u = utterance?;
        writeln!(all, "{} {} {:?} {}", u.id()?, u.text()?, pack.samples(u)?, u.start()?).unwrap();
        writeln!(all, "{:?}", pack.utterances().find(u.id()?)?).unwrap();
    }
    for entry in pack.lexicon().entries().iter() {
        let e = entry?;
        let readings = pack.lexicon().lookup(e.form()?)?.len();
        writeln!(all, "{} {} {:?} {readings}", e.id()?, e.form()?, e.lemma()?).unwrap();
        writeln!(all, "{:?}", pack.lexicon().entries().find(e.id()?)?).unwrap();
    }
    for name in pack.layers() {
        let layer = pack.layer(name)?;
        for at in 0..layer.batches() {
            writeln!(all, "{:?}", layer.batch(at)?).unwrap();
        }
    }
    for at in 0..pack.documents().batches() {
        writeln!(all, "{:?}", pack.documents().batch(at)?.num_rows()).unwrap();
    }
    Ok(all)
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    toy(&path);
    let pack = Pack::open_with(&path, Check::Full).unwrap();
    assert!(pack.documents().batches() > 5, "the toy must have several batches");
    assert_eq!(pack.documents().len(), 26);
    for (row, (id, text)) in TEXTS.iter().enumerate() {
        let document = pack.documents().get(row as u64).unwrap();
        assert_eq!(document.id().unwrap(), *id);
        assert_eq!(document.text().unwrap(), *text);
        assert_eq!(document.text_bytes().unwrap(), text.as_bytes());
        assert_eq!(document.lang().unwrap(), (id.len() % 2 == 0).then_some("da"), "{id}");
        assert_eq!(document.source().unwrap(), None);
        assert_eq!(pack.documents().find(id).unwrap(), Some(row as u64));
    }
    assert_eq!(pack.documents().find("ingen").unwrap(), None);
    assert_eq!(pack.documents().get(25).unwrap().token_count().unwrap(), Some(19));
    assert!(matches!(pack.documents().get(26), Err(Error::Argument { name: "row", .. })));

    let recording = pack.recordings().get(2).unwrap();
    assert_eq!(recording.pcm().unwrap().len(), 400);
    assert_eq!(recording.frames().unwrap(), 400);
    assert_eq!(recording.sample_rate().unwrap(), 16_000);
    assert_eq!(recording.pcm().unwrap().as_ptr().align_offset(2), 0);
    let utterance = pack.utterances().get(1).unwrap();
    let (samples, rate) = pack.samples(utterance).unwrap();
    assert_eq!((samples, rate), (&(10..20).collect::<Vec<i16>>()[..], 16_000));

    let lemmas = |form| {
        let found = pack.lexicon().lookup(form).unwrap();
        found.iter().map(|e| e.lemma().unwrap().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(lemmas("løb"), ["løbe", "løb"], "all readings, in the order they were given");
    assert_eq!(lemmas("bil"), ["bil"]);
    assert!(lemmas("lø").is_empty());
    assert_eq!(pack.lexicon().forms().unwrap(), 3);
    assert_eq!(pack.lexicon().starting_with("l", 10).unwrap(), ["løb"]);

    let layer = pack.layer("hele").unwrap();
    let spans = layer.get(0).unwrap();
    let spans = spans.as_struct();
    assert_eq!(
        spans.column(1).as_primitive::<arrow_array::types::UInt32Type>().value(0) as usize,
        TEXTS[0].1.len()
    );
    assert_eq!(layer.schema().field(0).metadata()["unit"], "byte");
    assert!(pack.layer("andet").unwrap_err().to_string().contains("(hele)"));
}

#[test]
fn files_are_plain_arrow_and_their_columns_lie_in_the_map() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    let pack = toy(&path);
    let mut files: Vec<_> = std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut rows = 0;
    for file in
        files.iter().filter(|f| f.file_name().unwrap().to_str().unwrap().starts_with("documents-0"))
    {
        let reader =
            arrow_ipc::reader::FileReader::try_new(std::fs::File::open(file).unwrap(), None)
                .unwrap();
        assert_eq!(*reader.schema().field(1).data_type(), DataType::LargeUtf8);
        rows += reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>();
    }
    assert_eq!(rows, 26);
    for at in 0..pack.documents().batches() {
        let batch = pack.documents().batch(at).unwrap();
        let again = pack.documents().batch(at).unwrap();
        for (a, b) in batch.columns().iter().zip(again.columns()) {
            for (a, b) in a.to_data().buffers().iter().zip(b.to_data().buffers()) {
                assert_eq!(a.as_ptr(), b.as_ptr(), "a batch is not copied");
                assert_eq!(a.as_ptr().align_offset(64), 0, "buffers are aligned");
            }
        }
    }
}

#[test]
fn nothing_is_there_before_finish_and_a_dropped_writer_leaves_nothing() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    let mut writer = Writer::create(&path, info()).unwrap();
    writer.document(&NewDocument { id: "1", text: "a", ..Default::default() }).unwrap();
    assert!(!path.exists());
    drop(writer);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_pack_is_replaced_only_when_asked() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    toy(&path);
    let error = Writer::create(&path, info()).unwrap_err();
    assert!(error.to_string().contains("nothing is yet"), "{error}");
    let options = WriterOptions { overwrite: true, ..Default::default() };
    let mut writer = Writer::create_with(&path, info(), options).unwrap();
    writer.document(&NewDocument { id: "1", text: "ny", ..Default::default() }).unwrap();
    let pack = writer.finish().unwrap();
    assert_eq!(pack.documents().len(), 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn rows_that_cannot_be_are_refused_by_name() {
    let folder = tempdir().unwrap();
    let mut writer = Writer::create(folder.path().join("p"), info()).unwrap();
    writer.document(&NewDocument { id: "1", text: "a", ..Default::default() }).unwrap();
    let says = |result: sprogkit::Result<()>, words: &[&str]| {
        let message = result.unwrap_err().to_string();
        for word in words {
            assert!(message.contains(word), "{message:?} lacks {word:?}");
        }
    };
    says(
        writer.document(&NewDocument { id: "1", ..Default::default() }),
        &["\"1\"", "row 1", "row 0"],
    );
    says(writer.document(&NewDocument::default()), &["id"]);
    says(
        writer.recording(&NewRecording { id: "r", ..Default::default() }),
        &["sample_rate", "got 0"],
    );
    let lost = NewUtterance { id: "u", recording: "r", ..Default::default() };
    says(writer.utterance(&lost), &["recording", "\"r\"", "\"u\""]);
    writer
        .recording(&NewRecording {
            id: "r",
            pcm: &[1, 2, 3],
            sample_rate: 8_000,
            ..Default::default()
        })
        .unwrap();
    let long = NewUtterance { samples: Some((1, 4)), ..lost };
    says(writer.utterance(&long), &["3 of recording", "1 to 4"]);
    says(writer.entry(&NewEntry::default()), &["form"]);
    writer.entry(&NewEntry { id: "x", form: "a", ..Default::default() }).unwrap();
    writer.entry(&NewEntry { id: "x", form: "b", ..Default::default() }).unwrap();
    says(writer.finish().map(drop), &["\"x\"", "second time"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_erased_record_is_gone_at_once_and_its_bytes_after_compacting() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    let mut pack = toy(&path);
    let before = pack.documents().len();
    let kept: Vec<String> = pack
        .documents()
        .iter()
        .map(|d| d.unwrap().id().unwrap().to_owned())
        .filter(|id| !["brev-1", "linje-7", "linje-19"].contains(&id.as_str()))
        .collect();

    let error = pack.erase(&["linje-7", "findes-ikke"]).unwrap_err();
    assert!(error.to_string().contains("findes-ikke"), "{error}");
    assert_eq!(pack.documents().len(), before, "an unknown id erases nothing");

    let erased = pack.erase(&["brev-1", "linje-7", "linje-19", "optagelse-2"]).unwrap();
    assert_eq!((erased.documents, erased.recordings, erased.utterances), (3, 1, 2));
    let check = |pack: &Pack| {
        assert_eq!(pack.documents().len(), before - 3);
        let ids: Vec<String> =
            pack.documents().iter().map(|d| d.unwrap().id().unwrap().to_owned()).collect();
        assert_eq!(ids, kept);
        for (row, id) in kept.iter().enumerate() {
            assert_eq!(pack.documents().find(id).unwrap(), Some(row as u64));
        }
        assert_eq!(pack.documents().find("linje-7").unwrap(), None);
        let rows: usize = (0..pack.documents().batches())
            .map(|at| pack.documents().batch(at).unwrap().num_rows())
            .sum();
        assert_eq!(rows as u64, before - 3);
        assert_eq!(pack.utterances().len(), 1);
        let layer = pack.layer("hele").unwrap();
        for (row, document) in pack.documents().iter().enumerate() {
            let spans = layer.get(row as u64).unwrap();
            let end = spans
                .as_struct()
                .column(1)
                .as_primitive::<arrow_array::types::UInt32Type>()
                .value(0);
            assert_eq!(end as usize, document.unwrap().text().unwrap().len());
        }
        assert_eq!(pack.verify(&()).unwrap().problems.len(), 0);
    };
    check(&pack);
    check(&Pack::open(&path).unwrap());

    let holds = |needle: &str| {
        let mut folders = vec![path.clone()];
        let mut found = false;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap().path();
                if entry.is_dir() {
                    folders.push(entry);
                } else {
                    let bytes = std::fs::read(entry).unwrap();
                    found |= bytes.windows(needle.len()).any(|w| w == needle.as_bytes());
                }
            }
        }
        found
    };
    assert!(holds("modtaget din"));
    // What a crash left is swept too.
    std::fs::write(path.join("documents-00000.part"), "modtaget din").unwrap();
    assert_eq!(pack.verify(&()).unwrap().leftovers.len(), 1);
    assert_eq!(pack.compact(&()).unwrap(), 6);
    assert_eq!(pack.verify(&()).unwrap().leftovers.len(), 0);
    assert!(!holds("modtaget din"), "the bytes must be gone");
    assert!(!holds("brev-1"), "the id must be gone");
    check(&pack);
    check(&Pack::open_with(&path, Check::Full).unwrap());
    assert_eq!(pack.compact(&()).unwrap(), 0);

    let all = kept.iter().map(String::as_str).collect::<Vec<_>>();
    pack.erase(&all).unwrap();
    assert_eq!(pack.documents().len(), 0);
    pack.compact(&()).unwrap();
    assert_eq!(Pack::open_with(&path, Check::Full).unwrap().documents().len(), 0);
}

#[test]
fn a_layer_replaces_one_of_its_name_and_two_writers_do_not_overwrite_each_other() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    let mut pack = toy(&path);
    lengths_layer(&mut pack);
    assert_eq!(pack.verify(&()).unwrap().problems.len(), 0, "the old files are removed");
    let mut other = Pack::open(&path).unwrap();
    lengths_layer(&mut pack);
    let info = LayerInfo::spans("documents", "byte", &[], "test");
    let writer = LayerWriter::begin(&other, "tom", info).unwrap();
    assert!(writer.finish(&mut other).unwrap_err().to_string().contains("batches"));
    other.erase(&["tom"]).unwrap();
    assert_eq!(other.verify(&()).unwrap().problems.len(), 0, "what others did is kept");
    let wrong = LayerInfo::spans("ingen", "byte", &[], "test");
    assert!(LayerWriter::begin(&pack, "x", wrong).unwrap_err().to_string().contains("ingen"));
    let up = LayerInfo::spans("documents", "byte", &[], "test");
    assert!(LayerWriter::begin(&pack, "../x", up).is_err());
}

#[test]
fn what_is_no_pack_is_said_so() {
    let folder = tempdir().unwrap();
    let says = |path: &Path, word: &str| {
        let message = Pack::open(path).unwrap_err().to_string();
        assert!(message.contains(word), "{message:?} lacks {word:?}");
    };
    says(&folder.path().join("nowhere"), "nowhere");
    says(folder.path(), "not a pack");
    std::fs::write(folder.path().join("pack.json"), "{}").unwrap();
    says(folder.path(), "checksum");
    let path = folder.path().join("toy");
    toy(&path);
    std::fs::remove_file(path.join("lexicon-forms.fst")).unwrap();
    says(&path, "missing");
}

fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn any_arrow_table_becomes_a_pack_and_no_column_is_lost() {
    let folder = tempdir().unwrap();
    let batch = table(vec![
        ("nr", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef),
        ("body", Arc::new(StringArray::from(vec!["Hej", "Farvel"]))),
        ("kilde", Arc::new(StringArray::from(vec![Some("a"), None]))),
        ("tid", Arc::new(TimestampSecondArray::from(vec![0, 86_400]))),
    ]);
    let options = ImportOptions {
        columns: vec![("text".into(), "body".into()), ("id".into(), "nr".into())],
        ..Default::default()
    };
    let pack =
        write_table([Ok(batch.clone())], folder.path().join("p"), info(), &options, &()).unwrap();
    let document = pack.documents().get(0).unwrap();
    assert_eq!((document.id().unwrap(), document.text().unwrap()), ("1", "Hej"));
    assert_eq!(document.meta().unwrap(), Some(r#"{"kilde":"a","tid":"1970-01-01T00:00:00Z"}"#));
    assert_eq!(
        pack.documents().get(1).unwrap().meta().unwrap(),
        Some(r#"{"tid":"1970-01-02T00:00:00Z"}"#)
    );

    let error =
        write_table([Ok(batch)], folder.path().join("q"), info(), &ImportOptions::default(), &())
            .unwrap_err()
            .to_string();
    assert!(error.contains("nr, body, kilde, tid"), "{error}");
    let null =
        table(vec![("text", Arc::new(StringArray::from(vec![Some("a"), None])) as ArrayRef)]);
    let error =
        write_table([Ok(null)], folder.path().join("q"), info(), &ImportOptions::default(), &())
            .unwrap_err()
            .to_string();
    assert!(error.contains("text") && error.contains("row 1"), "{error}");
    assert!(!folder.path().join("q").exists());
}

#[test]
fn what_a_table_cannot_say_is_refused_and_categories_are_written_out() {
    let folder = tempdir().unwrap();
    let says = |batch: RecordBatch, words: &[&str]| {
        let out = folder.path().join("no");
        let error = write_table([Ok(batch)], &out, info(), &ImportOptions::default(), &());
        let error = error.unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
        assert!(!out.exists());
    };
    let rate: ArrayRef = Arc::new(Int64Array::from(vec![16_000]));
    for (samples, words) in [
        (vec![Some(0.1), None], &["pcm", "null", "row 0"][..]),
        (vec![Some(f32::NAN)], &["pcm", "NaN", "sample 0"]),
        (vec![Some(0.0), Some(2.0)], &["pcm", "2 in sample 1"]),
    ] {
        let mut pcm = ListBuilder::new(arrow_array::builder::Float32Builder::new());
        samples.iter().for_each(|&sample| pcm.values().append_option(sample));
        pcm.append(true);
        let pcm: ArrayRef = Arc::new(pcm.finish());
        says(table(vec![("pcm", pcm), ("sample_rate", Arc::clone(&rate))]), words);
    }
    let text: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let twice = vec![("text", Arc::clone(&text)), ("text", text)];
    says(table(twice), &["two columns", "text"]);

    let coded: arrow_array::DictionaryArray<arrow_array::types::Int8Type> =
        ["ja", "nej", "ja"].into_iter().collect();
    let dates: ArrayRef = Arc::new(arrow_array::Date32Array::from(vec![0, 1, 2]));
    let batch = table(vec![("text", Arc::new(coded) as ArrayRef), ("created", dates)]);
    let out = folder.path().join("yes");
    let pack = write_table([Ok(batch)], out, info(), &ImportOptions::default(), &()).unwrap();
    assert_eq!(pack.documents().get(2).unwrap().text().unwrap(), "ja");
    assert_eq!(pack.documents().get(1).unwrap().created().unwrap(), Some("1970-01-02"));
}

#[test]
fn only_a_pack_is_replaced() {
    let folder = tempdir().unwrap();
    let options = WriterOptions { overwrite: true, ..Default::default() };
    let mine = folder.path().join("mine");
    std::fs::create_dir(&mine).unwrap();
    std::fs::write(mine.join("note.txt"), "kept").unwrap();
    for path in [mine.clone(), mine.join("note.txt")] {
        let error = Writer::create_with(&path, info(), options).unwrap_err().to_string();
        assert!(error.contains("a pack to replace"), "{error}");
    }
    assert_eq!(std::fs::read_to_string(mine.join("note.txt")).unwrap(), "kept");
    let named = Info { id: "Å b".to_owned(), ..Info::default() };
    assert!(Writer::create(folder.path().join("p"), named).is_err());
}

#[test]
fn many_change_a_pack_at_once_and_no_change_is_lost() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    toy(&path);
    std::thread::scope(|scope| {
        for number in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for round in 0..6 {
                    let mut pack = Pack::open(path).unwrap();
                    match number {
                        0 => drop(
                            annotate::words(&mut pack, &Options::default(), Unit::Byte, &())
                                .unwrap(),
                        ),
                        1 => drop(pack.erase(&[format!("linje-{round}")]).unwrap()),
                        _ => {
                            let name = format!("lag-{number}-{round}");
                            let info = LayerInfo::spans("lexicon", "none", &[], "test");
                            let empty = empty_layer(&pack, &info);
                            let mut writer = LayerWriter::begin(&pack, &name, info).unwrap();
                            empty.into_iter().for_each(|list| writer.write(list).unwrap());
                            writer.finish(&mut pack).unwrap();
                        }
                    }
                    // A layer that is written anew goes away under who has opened the pack before, and says so.
                    let read = || everything(&Pack::open(path).unwrap());
                    let told = |found: &Result<_, sprogkit::Error>| {
                        found.as_ref().is_err_and(|e| e.to_string().contains("open it again"))
                    };
                    let found = std::iter::repeat_with(read).take(20).find(|found| !told(found));
                    found.expect("nobody changes a pack twenty times on end").unwrap();
                }
            });
        }
    });
    let pack = Pack::open_with(&path, Check::Full).unwrap();
    assert_eq!(pack.layers().count(), 14);
    assert_eq!(pack.documents().len(), 20);
    let report = pack.verify(&()).unwrap();
    assert!(report.problems.is_empty() && report.leftovers.is_empty(), "{report:?}");
}

/// Lists without items, one a batch of the lexicon.
fn empty_layer(pack: &Pack, info: &LayerInfo) -> Vec<ArrayRef> {
    let entries = pack.lexicon().entries();
    let rows = (0..entries.batches()).map(|at| entries.batch(at).unwrap().num_rows());
    let DataType::List(item) = info.data_type() else { panic!() };
    let DataType::Struct(fields) = item.data_type().clone() else { panic!() };
    rows.map(|rows| {
        let items = StructBuilder::from_fields(fields.clone(), 0);
        let mut builder = ListBuilder::new(items).with_field(Arc::clone(&item));
        (0..rows).for_each(|_| builder.append(true));
        Arc::new(builder.finish()) as ArrayRef
    })
    .collect()
}

#[test]
fn a_claim_that_a_killed_process_left_is_taken_over() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("toy");
    let mut pack = toy(&path);
    if !Path::new("/proc/self").exists() {
        eprintln!("skipped: this system does not show its processes");
        return;
    }
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let host: String = host.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    // No process has a number this high.
    std::fs::write(path.join(".changing"), format!("{host} 4294967294\n")).unwrap();
    pack.erase(&["tom"]).unwrap();
    assert!(!path.join(".changing").exists());
}

#[test]
fn a_table_of_sound_becomes_recordings_and_utterances() {
    let folder = tempdir().unwrap();
    let mut pcm =
        arrow_array::builder::ListBuilder::new(arrow_array::builder::Float32Builder::new());
    pcm.values().append_slice(&[0.0, 0.5, -1.0, 1.0]);
    pcm.append(true);
    let batch = table(vec![
        ("pcm", Arc::new(pcm.finish()) as ArrayRef),
        ("sample_rate", Arc::new(Int64Array::from(vec![16_000]))),
        ("text", Arc::new(StringArray::from(vec!["ja"]))),
    ]);
    let pack =
        write_table([Ok(batch)], folder.path().join("p"), info(), &ImportOptions::default(), &())
            .unwrap();
    assert_eq!(pack.recordings().get(0).unwrap().pcm().unwrap(), [0, 16_384, -32_768, 32_767]);
    assert_eq!(pack.utterances().get(0).unwrap().text().unwrap(), "ja");
}

#[test]
fn a_table_with_its_schema_metadata_is_self_describing() {
    let folder = tempdir().unwrap();
    let pack = toy(&folder.path().join("toy"));
    let schema = pack.documents().schema();
    assert_eq!(schema.metadata()["sprogkit.table"], "documents");
    let same = Schema::new(vec![Field::new("id", DataType::LargeUtf8, false)]);
    assert_eq!(schema.field(0), same.field(0));
}

#[test]
fn public_types_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Pack>();
    shared::<Error>();
    shared::<sprogkit::corpus::Document<'_>>();
    shared::<sprogkit::corpus::Rows<'_, sprogkit::corpus::Document<'_>>>();
    shared::<sprogkit::corpus::Lexicon<'_>>();
    shared::<sprogkit::corpus::Layer<'_>>();
}
