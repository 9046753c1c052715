//! sentencepiece models of kind Unigram beside a naive twin, and vocabularies of words that mean harm.

use std::collections::HashMap;

use sprogkit::subword::{Engine, Tokenizer};

use super::Chance;
use super::files::model;

const MARK: &str = "\u{2581}";
const UNIGRAM: u8 = 1;

/// Pieces with score and type: some of equal score, so that paths tie; one that the user defined.
fn pieces(with_bytes: bool) -> Vec<(String, f32, u8)> {
    let mut pieces = vec![("<unk>".to_owned(), 0.0, 2), ("<s>".to_owned(), 0.0, 3)];
    if with_bytes {
        pieces.extend((0..=255).map(|byte| (format!("<0x{byte:02X}>"), 0.0, 6)));
    }
    for (text, score) in [
        ("\u{2581}", -3.5),
        ("\u{2581}\u{2581}", -5.25),
        ("a", -4.1),
        ("aa", -6.3),
        ("aaa", -8.7),
        ("ab", -7.9),
        ("b", -4.3),
        ("\u{2581}a", -5.0),
        ("\u{2581}ab", -8.3),
        ("ø", -5.5),
        ("øl", -6.9),
        ("l", -5.5),
        ("\u{2581}øl", -9.1),
        (".", -4.7),
        ("..", -6.1),
        ("...", -8.0),
    ] {
        pieces.push((text.to_owned(), score, 1));
    }
    pieces.push(("[X]".to_owned(), 0.0, 4));
    pieces.push(("bb".to_owned(), -1.0, 5));
    pieces
}

fn open(pieces: &[(String, f32, u8)], with_bytes: bool) -> Tokenizer {
    let list: Vec<(&str, f32, u8)> = pieces.iter().map(|(t, s, r)| (t.as_str(), *s, *r)).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.model");
    std::fs::write(&path, model(&list, UNIGRAM, with_bytes)).unwrap();
    Tokenizer::open(&path, None).unwrap()
}

/// The best path by sums of single precision from the beginning of the whole text.
fn naive(pieces: &[(String, f32, u8)], with_bytes: bool, text: &str) -> Vec<u32> {
    if text.is_empty() {
        return Vec::new();
    }
    let normal: Vec<f32> = pieces.iter().filter(|piece| piece.2 == 1).map(|p| p.1).collect();
    let unknown = normal.iter().copied().fold(f32::MAX, f32::min) - 10.0;
    let ids: HashMap<&str, (u32, f32)> = (0u32..)
        .zip(pieces)
        .filter(|(_, piece)| matches!(piece.2, 1 | 4))
        .map(|(id, (text, score, role))| {
            let bonus = (0.1 * (text.len() as f64 - 1.0)) as f32;
            (text.as_str(), (id, if *role == 4 { bonus } else { *score }))
        })
        .collect();
    let text = format!("{MARK}{}", text.replace(' ', MARK));
    let mut best: Vec<Option<(f32, usize, u32)>> = vec![None; text.len() + 1];
    best[0] = Some((0.0, 0, 0));
    let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    for (index, &start) in borders.iter().enumerate() {
        let mut sum = best[start].unwrap().0;
        if sum.abs() > 100_000.0 {
            for reached in best[start..].iter_mut().take(64).flatten() {
                reached.0 -= sum;
            }
            sum = 0.0;
        }
        let ends = borders[index + 1..].iter().copied().chain([text.len()]);
        let mut offer = |end: usize, id: u32, score: f32| {
            if best[end].is_none_or(|old| sum + score > old.0) {
                best[end] = Some((sum + score, start, id));
            }
        };
        let mut has_own = false;
        for (length, end) in ends.clone().take(6).enumerate() {
            if let Some(&(id, score)) = ids.get(&text[start..end]) {
                offer(end, id, score);
                has_own |= length == 0;
            }
        }
        if !has_own {
            offer(ends.clone().next().unwrap(), 0, unknown);
        }
    }
    let mut path = Vec::new();
    let mut end = text.len();
    while end > 0 {
        let (_, start, id) = best[end].unwrap();
        path.push((start, end, id));
        end = start;
    }
    path.reverse();
    let mut out: Vec<u32> = Vec::new();
    for (start, end, id) in path {
        match id {
            0 if with_bytes => out.extend(text[start..end].bytes().map(|b| 2 + u32::from(b))),
            0 if out.last() == Some(&0) => {}
            id => out.push(id),
        }
    }
    out
}

fn text(chance: &mut Chance, count: usize) -> String {
    const PARTS: [&str; 14] =
        ["a", "aa", "b", "bb", "ø", "l", " ", "  ", ".", "...", "[X]", "ж", "\u{2581}", "\n"];
    (0..count).map(|_| PARTS[chance.below(PARTS.len())]).collect()
}

#[test]
fn unigram_models_of_sentencepiece_equal_the_naive_twin() {
    for with_bytes in [false, true] {
        let pieces = pieces(with_bytes);
        let tokenizer = open(&pieces, with_bytes);
        assert_eq!(tokenizer.engine(), Engine::Unigram);
        let mut chance = Chance(11);
        for round in 0..4000 {
            let count = chance.below(30);
            let text = text(&mut chance, count);
            let want = naive(&pieces, with_bytes, &text);
            assert_eq!(tokenizer.encode(&text, false).unwrap(), want, "{text:?}");
            if round % 8 == 0 {
                let placed = tokenizer.encode_offsets(&text, false).unwrap();
                assert_eq!(placed.ids, want, "{text:?}");
                let mut end = 0;
                for span in placed.spans {
                    assert!(span.start() >= end && span.end() <= text.len(), "{text:?}");
                    end = span.start();
                }
            }
        }
    }
}

#[test]
fn sums_of_a_long_text_begin_anew_where_those_of_sentencepiece_do() {
    let pieces = pieces(false);
    let tokenizer = open(&pieces, false);
    let mut chance = Chance(5);
    for _ in 0..3 {
        // No marks of its own: those are not cut at.
        let text = text(&mut chance, 60_000).replace(MARK, "a");
        assert_eq!(tokenizer.encode(&text, false).unwrap(), naive(&pieces, false, &text));
    }
}

#[test]
fn what_was_encoded_comes_back_from_a_unigram_model() {
    let tokenizer = open(&pieces(true), true);
    for text in ["aab øl", "ж!", "a\nb", "[X]a"] {
        let ids = tokenizer.encode(text, false).unwrap();
        assert_eq!(tokenizer.decode(&ids, false).unwrap(), text);
    }
}

#[test]
fn a_unigram_model_that_was_cut_or_altered_never_panics() {
    let pieces = pieces(false);
    let list: Vec<(&str, f32, u8)> = pieces.iter().map(|(t, s, r)| (t.as_str(), *s, *r)).collect();
    let whole = model(&list, UNIGRAM, false);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.model");
    let mut chance = Chance(3);
    for round in 0..whole.len() * 2 {
        let mut bytes = whole.clone();
        if round < whole.len() {
            bytes.truncate(round);
        } else {
            let at = chance.below(bytes.len());
            bytes[at] = chance.below(256) as u8;
        }
        std::fs::write(&path, bytes).unwrap();
        match Tokenizer::open(&path, None) {
            Ok(tokenizer) => drop(tokenizer.encode("aab øl... [X] ж", false)),
            Err(error) => assert!(error.to_string().contains("broken.model"), "{error}"),
        }
    }
}

#[test]
fn words_that_mean_harm_are_errors_or_run_through_tokenizers() {
    let unigram = |vocab: &str, unknown: &str| {
        format!(
            r#"{{"model": {{"type": "Unigram", "unk_id": {unknown}, "vocab": {vocab}}},
            "pre_tokenizer": {{"type": "WhitespaceSplit"}}}}"#
        )
    };
    let pieces = |vocab: &str| {
        format!(
            r#"{{"model": {{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "\#\#",
            "max_input_chars_per_word": 100, "vocab": {vocab}}},
            "pre_tokenizer": {{"type": "WhitespaceSplit"}}}}"#
        )
        .replace("\\#", "#")
    };
    for (json, engine) in [
        (unigram(r#"[["<unk>", 0.0], ["a", -1.0]]"#, "0"), Some(Engine::Unigram)),
        (unigram(r#"[["<unk>", 0.0], ["a", -1.0]]"#, "null"), Some(Engine::Unigram)),
        (unigram(r#"[["<unk>", 0.0], ["a", -1.0]]"#, "100000000"), None),
        (unigram(r#"[["<unk>", 0.0], ["a", -1e300]]"#, "0"), Some(Engine::Tokenizers)),
        (unigram(r#"[["<unk>", 0.0], ["a", -1], ["a", -2]]"#, "0"), Some(Engine::Tokenizers)),
        (pieces(r#"{"[UNK]": 0, "a": 1, "\#\#a": 2}"#), Some(Engine::WordPiece)),
        (pieces(r#"{"[UNK]": 0, "a": 100000000}"#), Some(Engine::Tokenizers)),
        (pieces(r#"{"[UNK]": 0, "a": 0}"#), Some(Engine::Tokenizers)),
        (pieces(r#"{"a": 0}"#), Some(Engine::WordPiece)),
    ] {
        let json = json.replace("\\#", "#");
        match Tokenizer::from_json("words.json", json.as_bytes()) {
            Ok(tokenizer) => {
                assert_eq!(Some(tokenizer.engine()), engine, "{json}");
                // With a token for what is unknown, anything has ids.
                let got = tokenizer.encode("aa aø", false);
                let reference = tokenizers::Tokenizer::from_bytes(&json).unwrap();
                let want = reference.encode("aa aø", false);
                assert_eq!(got.is_ok(), want.is_ok(), "{json}");
                if let (Ok(got), Ok(want)) = (got, want) {
                    assert_eq!(got, want.get_ids(), "{json}");
                }
                let _ = tokenizer.encode_offsets("aa aø", true);
            }
            Err(error) => {
                assert_eq!(engine, None, "{json}");
                assert!(error.to_string().contains("words.json"), "{error}");
            }
        }
    }
}

#[test]
fn a_word_without_an_end_has_the_ids_of_its_parts() {
    let tokenizer = open(&pieces(false), false);
    let ids = tokenizer.encode(&"a".repeat(300_000), false).unwrap();
    let tokens = |id: &u32| tokenizer.id_to_token(*id).unwrap().replace(MARK, "").len();
    assert_eq!(ids.iter().map(tokens).sum::<usize>(), 300_000);
}
