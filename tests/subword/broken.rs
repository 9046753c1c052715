//! Files that are broken, or made to hurt: an error with the file and the place, at once, and nothing is allocated
//! because it was claimed.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sprogkit::io::crc32c;
use sprogkit::subword::{Kind, Tokenizer, TrainOptions, train};

use super::files::model;
use super::training::corpus;
use super::{Chance, ranks, trained};
use crate::allocations::bytes_during;

/// What a small broken file may take.
const TIME: Duration = Duration::from_secs(5);
const BYTES: usize = 64 << 20;

/// The error of opening these bytes as a file of this name, which it names.
#[track_caller]
fn refused(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    let pattern = name.ends_with("tiktoken").then_some("cl100k");
    let began = Instant::now();
    let mut opened = None;
    let allocated = bytes_during(|| opened = Some(Tokenizer::open(&path, pattern)));
    let error = opened.unwrap().err().unwrap_or_else(|| panic!("{name} was opened")).to_string();
    assert!(began.elapsed() < TIME, "{name}: {:?}", began.elapsed());
    assert!(allocated < BYTES + 64 * bytes.len(), "{name}: {allocated} bytes for {}", bytes.len());
    let path = path.display().to_string();
    let place = error.strip_prefix(&path).unwrap_or_else(|| panic!("{error}"));
    assert!(place.starts_with(':'), "{error}");
    assert!(place.contains(|c: char| c.is_ascii_digit()), "{error}");
    error
}

/// A `tokenizer.json` of this model and these changes.
fn file(model: &Value, change: impl Fn(&mut Value)) -> Vec<u8> {
    let mut file = json!({
        "version": "1.0", "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
        "post_processor": null, "decoder": {"type": "ByteLevel"}, "model": model,
    });
    change(&mut file);
    serde_json::to_vec_pretty(&file).unwrap()
}

/// A model of all bytes, and of these tokens and merges.
fn bpe(tokens: &[(&str, u64)], merges: &[[&str; 2]]) -> Value {
    let (whole, _) = trained(|_| {});
    let mut vocabulary = serde_json::Map::new();
    for id in 0..256 {
        vocabulary.insert(whole.id_to_token(id).unwrap(), id.into());
    }
    vocabulary.extend(tokens.iter().map(|&(token, id)| (token.to_owned(), id.into())));
    json!({"type": "BPE", "vocab": vocabulary, "merges": merges})
}

#[test]
fn a_file_that_was_cut_is_refused_wherever() {
    let folder = tempfile::tempdir().unwrap();
    let words = json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "##b": 2}});
    let pieces = json!({"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.5], ["b", -2.5]]});
    for model in [bpe(&[("ab", 256)], &[["a", "b"]]), words, pieces] {
        let whole = file(&model, |_| {});
        let step = whole.len() / 40 + 1;
        for end in (0..whole.len()).step_by(step) {
            refused(folder.path(), "cut.json", &whole[..end]);
        }
    }
    let tekken = json!({"config": {"pattern": "gpt2", "default_vocab_size": 300, "default_num_special_tokens": 2},
        "vocab": [{"rank": 0, "token_bytes": "AA=="}]});
    let tekken = serde_json::to_vec(&tekken).unwrap();
    for end in 0..tekken.len() {
        refused(folder.path(), "tekken.json", &tekken[..end]);
    }
    let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nø\n".as_bytes();
    for end in 0..vocabulary.len() - 4 {
        refused(folder.path(), "vocab.txt", &vocabulary[..end]);
    }
    // Inside a character.
    let error = refused(folder.path(), "vocab.txt", &vocabulary[..vocabulary.len() - 2]);
    assert!(error.contains(&format!("byte {}", vocabulary.len() - 3)), "{error}");
}

#[test]
fn merges_that_go_round_and_ids_out_of_range_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, bytes: &[u8], want: &str| {
        let error = refused(folder.path(), name, bytes);
        assert!(error.contains(want), "{want}: {error}");
    };
    // Whatever is merged, what comes of it is longer than both: no circle can be written, only what is missing.
    let round = bpe(&[("ab", 256)], &[["a", "b"], ["ab", "a"], ["a", "ab"]]);
    refused("round.json", &file(&round, |_| {}), "merge 1: \"aba\" is not in the vocabulary");
    for (id, want) in [
        (100_000_000, "id 100000000 is not below"),
        (u64::from(u32::MAX), "id 4294967295 is not below"),
        (u64::MAX, "invalid value"),
        (255, "id 255 is given twice"),
    ] {
        refused("id.json", &file(&bpe(&[("ab", id)], &[["a", "b"]]), |_| {}), want);
        let tekken = json!({"config": {"pattern": "gpt2", "default_num_special_tokens": 0},
            "vocab": [{"rank": 255, "token_bytes": "AA=="}, {"rank": id, "token_bytes": "AQ=="}]});
        // The highest rank of all is beyond every size, and such are left out.
        let want = if id == u64::from(u32::MAX) { "no token for byte 0x01" } else { want };
        refused("tekken.json", &serde_json::to_vec(&tekken).unwrap(), want);
    }
    let special = json!({"config": {"pattern": "gpt2", "default_num_special_tokens": 100_000_000},
        "vocab": [{"rank": 0, "token_bytes": "AA=="}]});
    refused("tekken.json", &serde_json::to_vec(&special).unwrap(), "id 100000000 is not below");
    refused("a.tiktoken", b"IQ== 0\nIg== 100000000\n", "a.tiktoken:2: id 100000000 is not below");
    refused("b.tiktoken", b"IQ== 0\nIg== 99999999999\n", "b.tiktoken:2: expected a whole number");
    let pieces = json!({"type": "Unigram", "unk_id": 100_000_000, "vocab": [["a", -1.5]]});
    refused(
        "unigram.json",
        &file(&pieces, |file| {
            file["decoder"] = Value::Null;
            file["pre_tokenizer"] = Value::Null;
        }),
        "UnkIdNotInVocabulary",
    );
}

#[test]
fn what_is_claimed_is_not_allocated() {
    let folder = tempfile::tempdir().unwrap();
    let good = model(&[("<unk>", 0.0, 2), ("a", -1.0, 1)], 1, false);
    // A piece, and inside of it a text, of more bytes than there are.
    for length in [&[0xff, 0xff, 0xff, 0x7f][..], &[0xff; 9], &[0x80, 0xc2, 0xd7, 0x2f]] {
        let claims = [&[1 << 3 | 2][..], length, &good].concat();
        refused(folder.path(), "claims.model", &claims);
        let inner = [&[1 << 3 | 2][..], length, b"a"].concat();
        let claims = [&[1 << 3 | 2, inner.len() as u8][..], &inner, &good].concat();
        refused(folder.path(), "claims.model", &claims);
    }
    let padding = json!({"strategy": {"Fixed": 100_000_000_000_u64}, "direction": "Right", "pad_id": 0,
        "pad_type_id": 0, "pad_token": "!"});
    let padded = file(&bpe(&[], &[]), |file| file["padding"] = padding.clone());
    let error = refused(folder.path(), "padded.json", &padded);
    assert!(error.contains("padding to 100000000000 tokens"), "{error}");
    // Deep is not wide: no stack is used up either.
    for open in ["[", "{\"model\":", "{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":["] {
        refused(folder.path(), "deep.json", open.repeat(200_000).as_bytes());
    }
}

#[test]
fn an_expression_that_is_none_is_refused_in_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let huge = "(?:(?:(?:(?:a{999}){999}){999}){999})";
    for regex in ["(", "a{2,1}", "[z-a]", "\\p{Ingen}", "(?<=", huge, &"(".repeat(100_000)] {
        let split = json!({"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": regex}, "behavior": "Isolated", "invert": false},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]});
        let bytes = file(&bpe(&[], &[]), |file| file["pre_tokenizer"] = split.clone());
        refused(folder.path(), "split.json", &bytes);
        let config =
            json!({"config": {"pattern": regex, "default_num_special_tokens": 0}, "vocab": []});
        let error = refused(folder.path(), "tekken.json", &serde_json::to_vec(&config).unwrap());
        assert!(error.contains(": byte 11: pattern must be"), "{error}");
        let compiled = altered(&small(folder.path()), |header, _| {
            header["model"]["Bytes"]["pattern"] = regex.into();
            header["model"]["Bytes"]["scanned"] = false.into();
        });
        let error = refused(folder.path(), "small.vocab", &compiled);
        assert!(error.contains("byte 16: "), "{error}");
    }
}

/// A small vocabulary, compiled.
fn small(folder: &Path) -> Vec<u8> {
    let path = folder.join("whole.vocab");
    let tokenizer = Tokenizer::from_ranks(&ranks(&mut Chance(8), 20), "gpt2").unwrap();
    tokenizer.warm(["abc aab bca"]).unwrap();
    tokenizer.compile(&path).unwrap();
    std::fs::read(path).unwrap()
}

/// The compiled vocabulary `whole` with another header or other sections, and checksums that fit.
fn altered(whole: &[u8], change: impl FnOnce(&mut Value, &mut [Vec<u8>])) -> Vec<u8> {
    let length = u32::from_le_bytes(whole[8..12].try_into().unwrap()) as usize;
    let mut header: Value = serde_json::from_slice(&whole[16..16 + length]).unwrap();
    let number = |value: &Value| value.as_u64().unwrap() as usize;
    let listed = header["sections"].as_array().unwrap();
    let mut sections: Vec<Vec<u8>> = listed
        .iter()
        .map(|section| {
            let start = 16 + length + number(&section["offset"]);
            whole[start..start + number(&section["length"])].to_vec()
        })
        .collect();
    change(&mut header, &mut sections);
    for (section, bytes) in header["sections"].as_array_mut().unwrap().iter_mut().zip(&sections) {
        section["crc32c"] = crc32c(bytes).into();
    }
    let mut json = serde_json::to_vec(&header).unwrap();
    json.resize(json.len().next_multiple_of(8), b' ');
    let mut file = whole[..8].to_vec();
    file.extend((json.len() as u32).to_le_bytes());
    file.extend(crc32c(&json).to_le_bytes());
    file.extend(&json);
    for section in sections {
        file.extend(&section);
        file.resize(file.len() + section.len().next_multiple_of(8) - section.len(), 0);
    }
    file
}

/// The place of a section among the others.
fn place(header: &Value, name: &str) -> usize {
    let sections = header["sections"].as_array().unwrap();
    sections.iter().position(|section| section["name"] == name).unwrap()
}

#[test]
fn a_compiled_vocabulary_that_lies_is_refused_though_its_checksums_fit() {
    let folder = tempfile::tempdir().unwrap();
    let whole = small(folder.path());
    // Nothing changed, it opens.
    let same = folder.path().join("same.vocab");
    std::fs::write(&same, altered(&whole, |_, _| {})).unwrap();
    Tokenizer::open(&same, None).unwrap();
    type Change = Box<dyn Fn(&mut Value, &mut [Vec<u8>])>;
    let each = |name: &'static str, change: fn(&mut [u8])| -> Change {
        Box::new(move |header, sections| change(&mut sections[place(header, name)]))
    };
    let claim = |name: &'static str, length: u64| -> Change {
        Box::new(move |header, _| {
            let at = place(header, name);
            header["sections"][at]["length"] = length.into();
        })
    };
    let cases: Vec<(Change, &str)> = vec![
        // Each merge makes the first token again: "a" and "a" are "a".
        (each("merge_made", |made| made.fill(0)), "a merge makes a token"),
        (each("merge_made", |made| made.fill(0x7f)), "\"merge_slots\" does not fit"),
        (each("merge_slots", |slots| slots.fill(0)), "\"merge_slots\" does not fit"),
        (each("merge_dense", |ranks| ranks.fill(0)), "a merge makes a token"),
        (each("units", |units| units.fill(0)), "\"units\" does not fit"),
        (each("units", |units| units.fill(0x7f)), "\"units\" does not fit"),
        (each("token_places", |places| places.fill(0x7f)), "\"token_slots\" does not fit"),
        (each("token_slots", |slots| slots.fill(0x7f)), "\"token_slots\" does not fit"),
        (
            Box::new(|header, _| header["tokens"] = 100_000_000.into()),
            "\"token_slots\" does not fit",
        ),
        (claim("token_bytes", 100_000_000), "does not fit: the file was cut"),
        (claim("known_filter", u64::MAX), "does not fit: the file was cut"),
        (claim("merge_slots", u64::MAX - 7), "does not fit: the file was cut"),
        (
            Box::new(|header, _| {
                header["added_tokens"] = json!([{"id": u32::MAX, "content": "<x>"}]);
            }),
            "an added token with id 4294967295",
        ),
        (
            Box::new(|header, _| {
                header["padding"] =
                    json!({"strategy": {"Fixed": 1_u64 << 60}, "direction": "Right", "pad_id": 0});
            }),
            "padding to 1152921504606846976 tokens",
        ),
    ];
    for (change, want) in cases {
        let error = refused(folder.path(), "small.vocab", &altered(&whole, change));
        assert!(error.contains(want), "{want}: {error}");
    }
    let mut claims = whole.clone();
    claims[8..12].fill(0xff);
    refused(folder.path(), "small.vocab", &claims);
}

#[test]
fn pieces_that_are_known_wrongly_end_no_program() {
    let folder = tempfile::tempdir().unwrap();
    let whole = small(folder.path());
    let path = folder.path().join("small.vocab");
    let mut chance = Chance(91);
    for _ in 0..200 {
        let bytes = altered(&whole, |header, sections| {
            for name in ["known_slots", "known_words"] {
                let section = &mut sections[place(header, name)];
                for _ in 0..section.len().min(40) {
                    let at = chance.below(section.len());
                    section[at] ^= 1 << chance.below(8);
                }
            }
        });
        std::fs::write(&path, bytes).unwrap();
        let Ok(tokenizer) = Tokenizer::open(&path, None) else { continue };
        for text in ["abc aab bca", "abc aab bcaabc aab bca ø"] {
            let encoding = tokenizer.encode_offsets(text, false).unwrap();
            assert!(encoding.spans.iter().all(|span| span.end() <= text.len()));
            let ids = tokenizer.encode(text, false).unwrap();
            assert!(ids.iter().all(|&id| id < tokenizer.end()));
            tokenizer.decode(&ids, false).unwrap();
        }
    }
}
#[test]
fn a_compiled_vocabulary_of_words_that_lies_ends_no_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.vocab");
    let texts = corpus(&mut Chance(5), 200);
    let mut chance = Chance(92);
    for kind in [Kind::Unigram, Kind::WordPiece] {
        let options = TrainOptions { kind, vocab_size: 900, ..TrainOptions::default() };
        train(&texts, &options, &()).unwrap().compile(&path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let mut opened = 0;
        for turn in 0..400 {
            let bytes = altered(&whole, |header, sections| {
                let names = ["trie_units", "scores", "byte_pieces", "token_places", "token_slots"];
                let section = &mut sections[place(header, names[turn % names.len()])];
                for _ in 0..section.len().min(1 + turn / 20) {
                    let at = chance.below(section.len());
                    section[at] ^= 1 << chance.below(8);
                }
                if turn % 7 == 0 {
                    header["model"]["Words"]["root"] = (256 * chance.below(50)).into();
                }
            });
            std::fs::write(&path, bytes).unwrap();
            let Ok(tokenizer) = Tokenizer::open(&path, None) else { continue };
            opened += 1;
            for text in texts.iter().take(10).chain(&[chance.text()]) {
                let Ok(encoding) = tokenizer.encode_offsets(text, false) else { continue };
                assert!(encoding.spans.iter().all(|span| span.end() <= text.len()));
                assert!(encoding.ids.iter().all(|&id| id < tokenizer.end()));
                let ids = tokenizer.encode(text, false).unwrap_or_default();
                let _ = tokenizer.decode(&ids, false);
            }
        }
        assert!(opened > 20, "{opened} of 400 were opened");
        // A place that is not there is told.
        let lie = |header: &mut Value, _: &mut [Vec<u8>]| {
            header["model"]["Words"]["root"] = 0xff_ffff.into();
        };
        let error = refused(folder.path(), "words.vocab", &altered(&whole, lie));
        assert!(error.contains("\"trie_units\" does not fit"), "{error}");
    }
}
