//! `train`, `encode` and `decode`: a vocabulary from its text to a compiled file.

use std::fs;

use sprogkit::corpus::{Info, NewDocument, Pack, Writer};
use sprogkit::subword::{Packing, Tokenizer};

use super::{command, error, printed, run, run_on};

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
fn what_is_learnt_first_is_what_encoding_asks_for() {
    let (folder, text, vocabulary) = trained();
    // The last word of a line is not one with the line feed.
    fs::write(&text, format!("{TEXT}Slut.\r\nSlut.\n")).unwrap();
    let read = fs::read_to_string(&text).unwrap();
    let compiled = |name: &str| folder.path().join(name).display().to_string();
    let by_library = |name: &str, texts: &[&str]| {
        let tokenizer = Tokenizer::open(&vocabulary, None).unwrap();
        let known = tokenizer.warm(texts).unwrap();
        tokenizer.compile(compiled(name)).unwrap();
        (known, fs::read(compiled(name)).unwrap())
    };
    let by_command = |name: &str, warm: &str| {
        let said =
            run(&["encode", &vocabulary, "--warm", warm, "--compile", &compiled(name), "--json"]);
        let said: serde_json::Value = serde_json::from_str(printed(&said)).unwrap();
        (said["known"].as_u64().unwrap() as usize, fs::read(compiled(name)).unwrap())
    };
    let lines: Vec<&str> = read.lines().collect();
    let want = by_library("lines", &lines);
    assert!(want != by_library("whole", &[&read]), "the text tells lines from a whole");
    assert!(by_command("of-file", &text) == want);
    // A document of a pack is encoded as a whole.
    let pack = a_pack(folder.path(), &[&read, "Ja.\n\nNej."]);
    assert!(by_command("of-pack", &pack) == by_library("documents", &[&read, "Ja.\n\nNej."]));
    let said = run(&["encode", &vocabulary, "--warm", "intet.txt", "--compile", &compiled("no")]);
    assert!(error(&said, 1).contains("intet.txt"));
}

/// A pack of these documents.
fn a_pack(folder: &std::path::Path, texts: &[&str]) -> String {
    let path = folder.join("pack");
    let info = Info { id: "toy".to_owned(), ..Info::default() };
    let mut writer = Writer::create(&path, info).unwrap();
    for (number, text) in texts.iter().enumerate() {
        let id = format!("d{number}");
        writer.document(&NewDocument { id: &id, text, ..NewDocument::default() }).unwrap();
    }
    writer.finish().unwrap();
    path.display().to_string()
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
fn rows_of_one_length_are_one_array_of_numpy() {
    let (folder, text, vocabulary) = trained();
    let tokenizer = Tokenizer::open(&vocabulary, None).unwrap();
    let prefix = folder.path().join("rows").display().to_string();
    let pack = a_pack(folder.path(), &TEXT.lines().collect::<Vec<_>>());
    let lines: Vec<&str> = TEXT.lines().collect();
    let end = tokenizer.id_to_token(7).unwrap();
    for (source, end_token, pad, id) in [
        (vec![&*text], &*end, None, 7),
        (vec!["--pack", &pack], "300", Some(5), 300),
        (vec![&*text], "70000", Some(70_001), 70_000),
    ] {
        let mut args = vec!["encode", &vocabulary, "--out", &prefix, "--seq-length", "9", "--json"];
        let pad_token = pad.map(|id: u32| id.to_string());
        args.extend(["--end-token", end_token]);
        args.extend(pad_token.iter().flat_map(|id| ["--pad-token", id]));
        args.extend(&source);
        let said: serde_json::Value = serde_json::from_str(printed(&run(&args))).unwrap();
        let packing = Packing { length: 9, end: Some(id), pad };
        let want = tokenizer.encode_packed(&lines, false, &packing).unwrap();
        let figures = ["rows", "dropped", "padding", "documents"].map(|name| said[name].as_u64());
        let of = |n: usize| Some(n as u64);
        assert_eq!(figures, [of(want.len()), of(want.dropped), of(want.padding), of(lines.len())]);
        assert!(if pad.is_some() { want.dropped == 0 } else { want.padding == 0 });
        let file = fs::read(format!("{prefix}.npy")).unwrap();
        let (head, values) = file.split_at(128);
        let head = String::from_utf8_lossy(&head[10..]);
        let is_wide = id >= 1 << 16;
        let kind = if is_wide { "<u4" } else { "<u2" };
        let shape =
            format!("'descr': '{kind}', 'fortran_order': False, 'shape': ({}, 9)", want.len());
        assert!(head.contains(&shape) && head.ends_with('\n'), "{head}");
        let ids: Vec<u32> = if is_wide {
            values.as_chunks().0.iter().map(|&id| u32::from_le_bytes(id)).collect()
        } else {
            values.as_chunks().0.iter().map(|&id| u16::from_le_bytes(id).into()).collect()
        };
        assert_eq!(ids, want.ids);
    }
    let said = run(&["encode", &vocabulary, &text, "--out", &prefix, "--end-token", "<slut>"]);
    assert!(error(&said, 1).contains("one of the vocabulary, or an id, got <slut>"));
    let said = run(&["encode", &vocabulary, &text, "--out", &prefix, "--seq-length", "0"]);
    assert!(error(&said, 2).contains("a whole number from 1 to"));
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_was() {
    let (folder, text, vocabulary) = trained();
    fs::write(&text, TEXT.repeat(60_000)).unwrap();
    let prefix = |name: &str| folder.path().join(name).display().to_string();
    let read =
        |name: &str| ["bin", "idx"].map(|end| fs::read(format!("{}.{end}", prefix(name))).unwrap());
    printed(&run(&["encode", &vocabulary, &text, "--out", &prefix("whole")]));
    let (part, killed) = (format!("{}.part.json", prefix("killed")), prefix("killed"));
    let again = ["encode", &vocabulary, &text, "--out", &killed, "--resume"];
    let mut child = command(&again[..5]).spawn().unwrap();
    while !fs::exists(&part).unwrap() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    printed(&run(&again));
    assert!(read("killed") == read("whole"));
    assert!(!fs::exists(&part).unwrap());
    let said = run_on(b"ja", &["encode", &vocabulary, "--out", &prefix("no"), "--resume"]);
    assert!(error(&said, 2).contains("standard input cannot be read again"));
    assert!(!fs::exists(format!("{}.bin", prefix("no"))).unwrap());
}

#[test]
fn lines_of_files_documents_of_a_pack_and_the_standard_input_train_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let name = |name: &str| folder.path().join(name).display().to_string();
    let (text, out) = (name("text.txt"), name("tokenizer.json"));
    fs::write(&text, TEXT).unwrap();
    let packed = a_pack(folder.path(), &TEXT.lines().collect::<Vec<_>>());
    for kind in ["bpe", "unigram", "wordpiece"] {
        let options = ["--kind", kind, "--vocab-size", "300", "--out", &out];
        let mut files = Vec::new();
        printed(&run_on(TEXT.as_bytes(), &[&["train"], &options[..]].concat()));
        files.push(fs::read(&out).unwrap());
        for source in [&[text.as_str()][..], &["--pack", &packed]] {
            printed(&run(&[&["train"], source, &options[..]].concat()));
            files.push(fs::read(&out).unwrap());
        }
        assert!(files[0] == files[1] && files[1] == files[2], "{kind}");
    }
    let said = run_on(b"a\xff\n", &["train", "--out", &out]);
    assert!(error(&said, 1).contains("standard input: byte 1: not UTF-8"));
    let said = run(&["train", &text, "--kind", "unigram", "--vocab-size", "5", "--out", &out]);
    assert!(error(&said, 1).contains("vocab_size"));
    let said = run(&["train", &text, "--pack", &packed, "--out", &out]);
    error(&said, 2);
}

#[test]
fn the_ids_of_a_packs_documents_become_a_layer() {
    let (folder, _, vocabulary) = trained();
    let path = a_pack(folder.path(), &TEXT.lines().collect::<Vec<_>>());
    printed(&run(&["encode", &vocabulary, "--pack", &path]));
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
