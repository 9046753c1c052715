//! `train`, `encode` and `decode`: a vocabulary from its text to a compiled file.

use std::fs;

use sprogkit::corpus::{Info, NewDocument, Pack, Writer};
use sprogkit::subword::Tokenizer;

use super::{error, printed, run, run_on};

const TEXT: &str = "Rødgrød med fløde på en grød\nDer var 1.250 grøde på en rød ø i 2024.\n\nØ-grød, rød grød og fløde\n";

/// A folder with a text, and a vocabulary that was trained on it.
fn trained() -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.txt");
    fs::write(&text, TEXT).unwrap();
    let vocabulary = folder.path().join("tokenizer.json");
    let (text, vocabulary) = (text.display().to_string(), vocabulary.display().to_string());
    let said =
        run(&["train", &text, "--vocab-size", "280", "--out", &vocabulary, "--report", &text]);
    let said = printed(&said);
    assert!(said.contains("280 tokens") && said.contains("tokens/word"), "{said}");
    (folder, text, vocabulary)
}

#[test]
fn a_text_is_encoded_and_comes_back_and_a_compiled_vocabulary_gives_the_same() {
    let (folder, text, vocabulary) = trained();
    let ids = run(&["encode", &vocabulary, &text]);
    let ids = printed(&ids);
    let tokenizer = Tokenizer::open(&vocabulary, None).unwrap();
    for (line, ids) in TEXT.lines().zip(ids.lines()) {
        let want: Vec<String> =
            tokenizer.encode(line, false).unwrap().iter().map(u32::to_string).collect();
        assert_eq!(ids, want.join(" "));
    }
    assert_eq!(printed(&run_on(ids.as_bytes(), &["decode", &vocabulary])), TEXT);
    let compiled = folder.path().join("small.vocab").display().to_string();
    let said = run(&["encode", &vocabulary, "--warm", &text, "--compile", &compiled]);
    assert!(printed(&said).contains("known pieces"));
    assert_eq!(printed(&run(&["encode", &compiled, &text])), ids);
    assert_eq!(printed(&run_on(b"[]\n", &["encode", &compiled, "--json"])).lines().count(), 1);
}

#[test]
fn ids_are_written_as_megatron_reads_them() {
    let (folder, text, vocabulary) = trained();
    let prefix = folder.path().join("corpus");
    let said =
        run(&["encode", &vocabulary, &text, "--out", &prefix.display().to_string(), "--json"]);
    let said: serde_json::Value = serde_json::from_str(printed(&said)).unwrap();
    assert_eq!((&said["documents"], &said["bits"]), (&4.into(), &16.into()));
    let tokenizer = Tokenizer::open(&vocabulary, None).unwrap();
    let want: Vec<Vec<u32>> =
        TEXT.lines().map(|line| tokenizer.encode(line, false).unwrap()).collect();
    let ids: Vec<u32> = fs::read(folder.path().join("corpus.bin"))
        .unwrap()
        .chunks(2)
        .map(|id| u32::from(u16::from_le_bytes([id[0], id[1]])))
        .collect();
    assert_eq!(ids, want.concat());
    let index = fs::read(folder.path().join("corpus.idx")).unwrap();
    let number = |at: usize| u64::from_le_bytes(index[at..at + 8].try_into().unwrap());
    assert_eq!((&index[..9], number(9), index[17]), (&b"MMIDIDX\0\0"[..], 1, 8));
    assert_eq!((number(18), number(26)), (4, 5));
    let size = |at: usize| u32::from_le_bytes(index[34 + 4 * at..38 + 4 * at].try_into().unwrap());
    let mut begins = 0;
    for (at, ids) in want.iter().enumerate() {
        assert_eq!((size(at) as usize, number(50 + 8 * at)), (ids.len(), begins));
        begins += 2 * ids.len() as u64;
    }
    assert_eq!(number(82 + 8 * 4), 4);
    assert_eq!(index.len(), 82 + 8 * 5);
}

#[test]
fn the_ids_of_a_packs_documents_become_a_layer() {
    let (folder, _, vocabulary) = trained();
    let path = folder.path().join("pack");
    let info = Info { id: "toy".to_owned(), ..Info::default() };
    let mut writer = Writer::create(&path, info).unwrap();
    for (number, line) in TEXT.lines().enumerate() {
        let id = format!("d{number}");
        writer.document(&NewDocument { id: &id, text: line, ..NewDocument::default() }).unwrap();
    }
    writer.finish().unwrap();
    printed(&run(&["encode", &vocabulary, "--pack", &path.display().to_string()]));
    let pack = Pack::open(&path).unwrap();
    let layer = pack.layer("ids-tokenizer").unwrap();
    let tokenizer = Tokenizer::open(&vocabulary, None).unwrap();
    for (row, line) in TEXT.lines().enumerate() {
        let ids = layer.get(row as u64).unwrap();
        let ids = ids.as_any().downcast_ref::<arrow_array::UInt32Array>().unwrap();
        assert_eq!(ids.values(), &tokenizer.encode(line, false).unwrap()[..]);
    }
}

#[test]
fn wrong_ids_and_wrong_vocabularies_are_told() {
    let (folder, text, vocabulary) = trained();
    let said = run_on(b"12 13\n7 x\n", &["decode", &vocabulary]);
    assert!(error(&said, 1).contains("standard input: line at byte 6: expected an id, got \"x\""));
    let said = run_on(b"12 999999\n", &["decode", &vocabulary]);
    assert!(error(&said, 1).contains("999999"));
    let said = run(&["encode", &text, &text]);
    assert!(error(&said, 1).contains("text.txt: byte 0: expected a file named"));
    let wrong = folder.path().join("none").join("ids").display().to_string();
    // What is missing is the folder.
    let said = run(&["encode", &vocabulary, &text, "--out", &wrong]);
    let said = error(&said, 1);
    assert!(said.contains("none: ") && !said.contains("ids"), "{said}");
}
