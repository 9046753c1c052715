//! The files that vocabularies are published in; those that are broken say where.

use sprogkit::Error;
use sprogkit::subword::{Engine, Tokenizer};

use super::trained;

#[test]
fn a_vocab_txt_is_bert_and_small_letters_follow_from_its_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vocab.txt");
    for (words, ids) in
        [("hej\nHej\n##s\n.", [4, 5, 6, 7, 0]), ("hej\nfej\n##s\n.", [4, 4, 6, 7, 0])]
    {
        std::fs::write(&path, format!("[PAD]\n[UNK]\n[CLS]\n[SEP]\n{words}\n")).unwrap();
        let tokenizer = Tokenizer::open(&path, None).unwrap();
        let mut got = tokenizer.encode("hej Hejs.[PAD]", false).unwrap();
        assert_eq!(got, ids);
        got = tokenizer.encode("hej", true).unwrap();
        assert_eq!(got, [2, 4, 3]);
        assert_eq!(tokenizer.decode(&ids[..4], false).unwrap().to_lowercase(), "hej hejs.");
    }
    std::fs::write(&path, "[PAD]\n[PAD]\n").unwrap();
    let error = Tokenizer::open(&path, None).unwrap_err().to_string();
    assert!(error.contains("vocab.txt:2: a token that stood before"), "{error}");
}

/// A sentencepiece model: pieces with score and type, kind, whether bytes stand in.
pub(super) fn model(pieces: &[(&str, f32, u8)], kind: u8, bytes: bool) -> Vec<u8> {
    fn message(field: u8, inner: &[u8]) -> Vec<u8> {
        let mut out = vec![field << 3 | 2];
        let mut length = inner.len();
        while length >= 0x80 {
            out.push(length as u8 | 0x80);
            length >>= 7;
        }
        out.push(length as u8);
        out.extend(inner);
        out
    }
    let mut out = Vec::new();
    for (text, score, role) in pieces {
        let mut piece = message(1, text.as_bytes());
        piece.push(2 << 3 | 5);
        piece.extend(score.to_le_bytes());
        piece.extend([3 << 3, *role]);
        out.extend(message(1, &piece));
    }
    // Field 35 takes two bytes of tag.
    out.extend(message(2, &[3 << 3, kind, 0x98, 0x02, u8::from(bytes)]));
    out.extend(message(3, &[3 << 3, 1, 4 << 3, 0]));
    out
}

#[test]
fn a_sentencepiece_model_merges_by_score_and_falls_back_to_bytes() {
    let mut pieces = vec![("<unk>".to_owned(), 0.0, 2), ("<s>".to_owned(), 0.0, 3)];
    pieces.extend((0..=255).map(|byte| (format!("<0x{byte:02X}>"), 0.0, 6)));
    for (text, score) in [
        ("\u{2581}h", -1.0),
        ("ej", -2.0),
        ("\u{2581}hej", -3.0),
        ("\u{2581}", -4.0),
        ("h", -5.0),
        ("e", -6.0),
        ("j", -7.0),
        ("\u{2581}\u{2581}", -1e9),
        ("\u{2581}\u{2581}\u{2581}", -1e9),
    ] {
        pieces.push((text.to_owned(), score, 1));
    }
    pieces.push(("[X]".to_owned(), 0.0, 4));
    let list: Vec<(&str, f32, u8)> = pieces.iter().map(|(t, s, r)| (t.as_str(), *s, *r)).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.model");
    std::fs::write(&path, model(&list, 2, true)).unwrap();
    let tokenizer = Tokenizer::open(&path, None).unwrap();
    let cases: &[(&str, &[u32])] = &[
        ("hej", &[260]),
        ("hejhej", &[260, 262, 259]),
        ("", &[]),
        ("ø", &[261, 0xc3 + 2, 0xb8 + 2]),
        ("hej[X]hej", &[260, 267, 262, 259]),
        ("[X]", &[261, 267]),
        // Runs of spaces grow from the left, of equals.
        ("    hej", &[266, 261, 260]),
    ];
    for (text, ids) in cases {
        assert_eq!(tokenizer.encode(text, false).unwrap(), *ids, "{text:?}");
        assert_eq!(tokenizer.decode(ids, false).unwrap(), *text);
        let encoding = tokenizer.encode_offsets(text, false).unwrap();
        assert_eq!(encoding.ids, *ids);
        assert!(encoding.spans.last().is_none_or(|span| span.end() == text.len()), "{text:?}");
    }
    let whole = model(&list, 2, true);
    for end in 0..whole.len() {
        std::fs::write(&path, &whole[..end]).unwrap();
        if let Err(error) = Tokenizer::open(&path, None) {
            assert!(error.to_string().contains("small.model: byte "), "{error}");
        }
    }
    let without: Vec<_> = list.iter().filter(|(_, _, role)| *role != 6).copied().collect();
    std::fs::write(&path, model(&without, 2, false)).unwrap();
    let tokenizer = Tokenizer::open(&path, None).unwrap();
    // A run of what is unknown is one piece.
    assert_eq!(tokenizer.encode("øøø hej", false).unwrap(), [5, 0, 4]);
    std::fs::write(&path, model(&list, 3, true)).unwrap();
    let error = Tokenizer::open(&path, None).unwrap_err().to_string();
    assert!(error.contains("Word is not supported"), "{error}");
}

#[test]
fn broken_files_are_refused_with_file_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let all: String = (0..=255u8).map(|byte| format!("{} {byte}\n", base64(&[byte]))).collect();
    let cases: &[(&str, String, &str)] = &[
        ("a.tiktoken", String::new(), "no token for byte 0x00"),
        ("b.tiktoken", "IQ== 0\nIg==1\n".into(), "b.tiktoken:2: expected a token in base64"),
        ("c.tiktoken", "IQ== 0\nI?== 1\n".into(), "c.tiktoken:2: byte 0x3f is not of base64"),
        ("d.tiktoken", "IQ== 0\nIg== x\n".into(), "d.tiktoken:2: expected a whole number"),
        ("e.tiktoken", "IQ== 0\nIg== 0\n".into(), "e.tiktoken:2: id 0 is given twice"),
        ("f.tiktoken", "IQ== 0\nIQ== 1\n".into(), "f.tiktoken:2: tokens 0 and 1 are the same"),
        ("g.tiktoken", "IQ== 4294967295\n".into(), "g.tiktoken:1: id 4294967295 is not below"),
        ("h.tiktoken", format!("{all}I"), "h.tiktoken:257: expected a token in base64"),
        ("i.json", "{\"model\": {".into(), "i.json:1: EOF"),
        ("j.json", "[1, 2]".into(), "j.json:1:"),
        (
            "k.json",
            "{\n\"model\": {\"type\": \"BPE\",\n\"vocab\": {\"a\": -1}}}".into(),
            "k.json:3: invalid value",
        ),
        (
            "l.json",
            "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a\"]}}".into(),
            "l.json:1: invalid value",
        ),
        (
            "m.json",
            "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"\"]]}}"
                .into(),
            "m.json:1: a merge is not of two",
        ),
        (
            "fixed.json",
            "{\"model\": {}, \"padding\":\n{\"strategy\": {\"Fixed\": 1152921504606846976}, \"direction\": \"Left\", \"pad_id\": 0}}".into(),
            "fixed.json:2: padding to 1152921504606846976 tokens, expected 16777216 at most",
        ),
        (
            "multiple.json",
            "{\"model\": {}, \"padding\": {\"strategy\": \"BatchLongest\", \"direction\": \"Left\", \"pad_id\": 0, \"pad_to_multiple_of\": 18446744073709551615}}".into(),
            "multiple.json:1: padding to 18446744073709551615 tokens",
        ),
        ("n.json", "{\"model\": {\"type\": \"Nothing\"}}".into(), "n.json: byte 0:"),
        ("o.json", "[".repeat(100_000), "o.json:1: "),
        ("p.xyz", String::new(), "p.xyz: byte 0: expected a file named"),
        ("q.vocab.json", "{\"a\": 0}".into(), "q.merges.txt"),
        (
            "tekken.json",
            "{\"config\": {\"pattern\": \"(\"}, \"vocab\": []}".into(),
            "pattern must be",
        ),
    ];
    for (name, content, want) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let pattern = name.ends_with("tiktoken").then_some("cl100k");
        let error = Tokenizer::open(&path, pattern).unwrap_err().to_string();
        assert!(error.contains(want), "{name}: {error}");
    }
    let path = folder.path().join("whole.tiktoken");
    std::fs::write(&path, all).unwrap();
    assert!(Tokenizer::open(&path, Some("gpt2")).is_ok());
    assert!(Tokenizer::open(&path, Some(r"\w+|.")).is_ok());
    for pattern in [None, Some("cl200k"), Some("(")] {
        let error = Tokenizer::open(&path, pattern).unwrap_err();
        assert!(matches!(error, Error::Argument { name: "pattern", .. }), "{error}");
    }
}

#[test]
fn a_merge_of_unknown_tokens_and_ids_out_of_range_are_errors() {
    let (tokenizer, _) = trained(|_| {});
    assert_eq!(tokenizer.engine(), Engine::Bpe);
    let mut vocabulary = serde_json::Map::new();
    for id in 0..256 {
        vocabulary.insert(tokenizer.id_to_token(id).unwrap(), id.into());
    }
    for (merge, extra, want) in [
        (serde_json::json!("a ñandu"), None, "merge 0: \"ñandu\" is not in the vocabulary"),
        (serde_json::json!(["a", "b"]), None, "merge 0: \"ab\" is not in the vocabulary"),
        (serde_json::json!(["a", "b"]), Some(4_000_000_000_u32), "id 4000000000 is not below"),
        (serde_json::json!(["a", "b"]), Some(7), "id 7 is given twice"),
    ] {
        let mut vocabulary = vocabulary.clone();
        if let Some(id) = extra {
            vocabulary.insert("ab".to_owned(), id.into());
        }
        let json = serde_json::json!({
            "model": {"type": "BPE", "vocab": vocabulary, "merges": [merge]},
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
            "decoder": {"type": "ByteLevel"},
        });
        let error = Tokenizer::from_json("x.json", json.to_string().as_bytes()).unwrap_err();
        assert!(error.to_string().contains(want), "{error}");
        assert!(error.to_string().starts_with("x.json"), "{error}");
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (high, low) = (bytes[0] >> 2, (bytes[0] & 3) << 4);
    format!("{}{}==", DIGITS[high as usize] as char, DIGITS[low as usize] as char)
}
