//! Compiled vocabularies: the same ids, whatever they learnt; broken ones say where.

use std::path::Path;

use sprogkit::Error;
use sprogkit::subword::{Engine, Kind, Tokenizer, TrainOptions, train};

use super::training::corpus;
use super::{Chance, added, ranks, trained};

/// `tokenizer`, compiled to `path` and opened again.
fn again(tokenizer: &Tokenizer, path: &Path) -> Tokenizer {
    tokenizer.compile(path).unwrap();
    Tokenizer::open(path, None).unwrap()
}

#[test]
fn a_compiled_vocabulary_does_what_its_file_did() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.vocab");
    let token = serde_json::json!({"id": 300, "content": "[A]", "single_word": false, "lstrip": true,
        "rstrip": false, "normalized": true, "special": true});
    let (plain, _) = trained(|_| {});
    let (whole, _) = trained(|json| {
        json["normalizer"] = serde_json::json!({"type": "NFC"});
        json["model"]["ignore_merges"] = true.into();
        json["pre_tokenizer"]["add_prefix_space"] = true.into();
        json["truncation"] = serde_json::json!({"max_length": 9, "strategy": "LongestFirst",
            "stride": 0, "direction": "Left"});
        json["padding"] = serde_json::json!({"strategy": {"Fixed": 5}, "direction": "Right",
            "pad_to_multiple_of": 4, "pad_id": 1, "pad_type_id": 0, "pad_token": "!"});
        json["post_processor"] =
            serde_json::json!({"type": "BertProcessing", "sep": ["b", 2], "cls": ["a", 1]});
        added(json, serde_json::json!([token]));
    });
    let of_ranks = Tokenizer::from_ranks(&ranks(&mut Chance(5), 40), "cl100k").unwrap();
    let expression = Tokenizer::from_ranks(&ranks(&mut Chance(6), 40), r"\w+|\W").unwrap();
    let mut chance = Chance(31);
    for tokenizer in [plain, whole, of_ranks, expression] {
        let opened = again(&tokenizer, &path);
        assert_eq!((opened.engine(), opened.vocab_size()), (Engine::Bpe, tokenizer.vocab_size()));
        for id in 0..tokenizer.vocab_size() as u32 {
            assert_eq!(opened.id_to_token(id), tokenizer.id_to_token(id));
        }
        for _ in 0..500 {
            let text = chance.text();
            let encoding = tokenizer.encode_offsets(&text, true).unwrap();
            assert_eq!(opened.encode_offsets(&text, true).unwrap(), encoding, "{text:?}");
            assert_eq!(opened.encode(&text, true).unwrap(), encoding.ids, "{text:?}");
            let decoded = tokenizer.decode(&encoding.ids, true).unwrap();
            assert_eq!(opened.decode(&encoding.ids, true).unwrap(), decoded);
        }
        let bytes = std::fs::read(&path).unwrap();
        opened.compile(&path).unwrap();
        assert!(bytes == std::fs::read(&path).unwrap(), "compiled again, the bytes differ");
    }
    let error = Tokenizer::open(&path, Some("gpt2")).unwrap_err();
    assert!(matches!(error, Error::Argument { name: "pattern", .. }), "{error}");
}

#[test]
fn a_compiled_vocabulary_of_words_does_what_its_file_did() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.vocab");
    let texts = corpus(&mut Chance(47), 600);
    let mut chance = Chance(48);
    for kind in [Kind::Unigram, Kind::WordPiece] {
        let options = TrainOptions { kind, vocab_size: 6000, ..TrainOptions::default() };
        let tokenizer = train(&texts, &options, &()).unwrap();
        let opened = again(&tokenizer, &path);
        assert_eq!(opened.engine(), tokenizer.engine());
        assert_eq!(opened.vocab_size(), tokenizer.vocab_size());
        for id in 0..tokenizer.vocab_size() as u32 {
            assert_eq!(opened.id_to_token(id), tokenizer.id_to_token(id));
        }
        let hostile: Vec<String> = (0..300).map(|_| chance.text()).collect();
        for text in texts.iter().take(300).chain(&hostile) {
            let encoding = tokenizer.encode_offsets(text, true).unwrap();
            assert_eq!(opened.encode_offsets(text, true).unwrap(), encoding, "{text:?}");
            assert_eq!(opened.encode(text, true).unwrap(), encoding.ids, "{text:?}");
            let decoded = tokenizer.decode(&encoding.ids, true).unwrap();
            assert_eq!(opened.decode(&encoding.ids, true).unwrap(), decoded);
        }
        let bytes = std::fs::read(&path).unwrap();
        opened.compile(&path).unwrap();
        assert!(bytes == std::fs::read(&path).unwrap(), "compiled again, the bytes differ");
    }
}

#[test]
fn what_is_learnt_changes_no_id() {
    let texts = corpus(&mut Chance(41), 800);
    let options = TrainOptions { vocab_size: 600, ..TrainOptions::default() };
    let tokenizer = train(&texts, &options, &()).unwrap();
    let want = tokenizer.encode_batch(&texts, false).unwrap();
    let warm = train(&texts, &options, &()).unwrap();
    let known = warm.warm(texts.iter().take(400)).unwrap();
    assert!(known > 100);
    assert_eq!(warm.encode_batch(&texts, false).unwrap(), want);
    let folder = tempfile::tempdir().unwrap();
    let opened = again(&warm, &folder.path().join("warm.vocab"));
    assert_eq!(opened.encode_batch(&texts, false).unwrap(), want);
    // A long word is learnt too.
    let long = "speciallægepraksisplanlægningsstabiliseringsperiode";
    assert_eq!(warm.warm([long]).unwrap(), 1);
    assert_eq!(warm.encode(long, false).unwrap(), tokenizer.encode(long, false).unwrap());
}

#[test]
fn a_vocabulary_of_another_kind_is_not_compiled() {
    let (tokenizer, _) = trained(|json| {
        json["normalizer"] = serde_json::json!({"type": "Lowercase"});
    });
    let wrong = tokenizer.compile("never.vocab").unwrap_err().to_string();
    assert!(wrong.contains("byte-pair encoding over bytes"), "{wrong}");
    assert!(matches!(tokenizer.warm(["a"]), Err(Error::Argument { name: "tokenizer", .. })));
    assert!(!Path::new("never.vocab").exists());
}

#[test]
fn a_compiled_vocabulary_that_was_cut_or_altered_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.vocab");
    let tokenizer = Tokenizer::from_ranks(&ranks(&mut Chance(8), 20), "gpt2").unwrap();
    tokenizer.warm(["abc aab bca", "abcabcabcabcabcabcabcabc"]).unwrap();
    tokenizer.compile(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let refused = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let error = Tokenizer::open(&path, None).unwrap_err().to_string();
        assert!(error.contains("small.vocab"), "{error}");
    };
    let mut chance = Chance(77);
    for _ in 0..300 {
        refused(&whole[..chance.below(whole.len())]);
        let mut altered = whole.clone();
        let at = chance.below(whole.len());
        altered[at] ^= 1 << chance.below(8);
        // Zeros between sections are the only bytes that say nothing.
        if whole[at] != 0 {
            refused(&altered);
        }
    }
}
