//! Subwords: ids equal to the reference's, whatever the text.

mod broken;
mod compiled;
mod files;
mod pieces;
mod training;

use std::collections::HashMap;

use sprogkit::subword::{Decoder, Engine, Known, Packing, Pattern, Tokenizer};
use sprogkit::{Error, Span};
use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::BpeTrainer;

use super::data::shared;

/// Pieces that hurt: contractions, white space of all kinds, marks, cases, unassigned code points.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "   ",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "\r",
    "\u{a0}",
    "\u{2003}",
    "\u{3000}",
    "\u{85}",
    "\u{200b}",
    "\u{feff}",
    "'s",
    "'S",
    "'ll",
    "'LL",
    "'Re",
    "'ve",
    "'d",
    "'M",
    "'t",
    "'ſ",
    "’s",
    "'",
    "''",
    "\"",
    "...",
    "/",
    "//\n",
    "!?\n",
    "a",
    "b",
    "A",
    "B",
    "Æ",
    "ø",
    "å",
    "é",
    "ß",
    "ŉ",
    "ǅ",
    "ʰ",
    "ª",
    "中",
    "文字",
    "한",
    "か",
    "カ",
    "ก",
    "ا",
    "ש",
    "\u{301}",
    "\u{308}",
    "\u{93f}",
    "\u{20e3}",
    "e\u{301}",
    "a\u{30a}",
    "\u{1100}\u{1161}",
    "ﬁ",
    "\u{212b}",
    "ﷺ",
    "🇩🇰",
    "👩‍👩‍👧",
    "😀",
    "0",
    "1",
    "12",
    "123",
    "1234",
    "٣",
    "½",
    "²",
    "Ⅷ",
    "x1",
    "_",
    "-",
    "–",
    "=",
    "==",
    "{",
    "}",
    "<",
    ">",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{80}",
    "\u{e000}",
    "\u{10ffff}",
    "\u{e0001}",
    "\u{378}",
    "\u{1fae9}",
    "hej",
    "HEJ",
    "rødgrød",
    "Ødegård",
    "camelCase",
    "McDonald's",
    "DON'T",
    "[A]",
    "[B]",
    "[C]",
    "[D]",
    "xx",
    "<s>",
];

/// A small generator of numbers (xorshift), so that a failure comes again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.below(8) {
            match self.below(10) {
                0..6 => text.push_str(PIECES[self.below(PIECES.len())]),
                6..9 => {
                    let end = [0x250, 0x3000, 0x11_0000][self.below(3)];
                    text.extend(char::from_u32(self.below(end) as u32));
                }
                _ => {
                    let piece = PIECES[self.below(PIECES.len())];
                    text.push_str(&piece.repeat(1 + self.below(9)));
                }
            }
        }
        text
    }
}

fn cuts(pattern: &Pattern, text: &str) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    pattern.split(text, |start, end| cuts.push((start, end))).unwrap();
    cuts
}

#[test]
fn every_scanner_cuts_as_its_pattern_does() {
    for known in Known::ALL {
        let regex = Pattern::expression(known.regex()).unwrap();
        let mut chance = Chance(0x5eed);
        for _ in 0..12_000 {
            let text = chance.text();
            assert_eq!(cuts(&known.into(), &text), cuts(&regex, &text), "{known:?} {text:?}");
        }
        assert_eq!(Known::of_regex(known.regex()), Some(known));
    }
}

#[test]
fn every_character_is_of_the_class_that_the_pattern_gives_it() {
    for known in Known::ALL {
        let regex = Pattern::expression(known.regex()).unwrap();
        let mut text = String::new();
        for c in ('\0'..=char::MAX).skip(known as usize).step_by(23) {
            text.extend([c, 'x', c, ' ', c, c]);
            if text.len() > 4000 {
                assert_eq!(cuts(&known.into(), &text), cuts(&regex, &text), "{known:?}");
                text.clear();
            }
        }
    }
}

/// Looks for the lowest pair again and again.
fn naive(ranks: &[Vec<u8>], piece: &[u8]) -> Vec<u32> {
    let places: HashMap<&[u8], usize> = ranks.iter().map(Vec::as_slice).zip(0..).collect();
    let find = |bytes: &[u8]| places.get(bytes).copied();
    if let Some(whole) = find(piece) {
        return vec![whole as u32];
    }
    let mut parts: Vec<Vec<u8>> = piece.iter().map(|&byte| vec![byte]).collect();
    loop {
        let pairs = parts.windows(2).enumerate();
        let lowest = pairs.filter_map(|(at, pair)| Some((find(&pair.concat())?, at))).min();
        let Some((_, at)) = lowest else { break };
        let right = parts.remove(at + 1);
        parts[at].extend(right);
    }
    parts.iter().map(|part| find(part).unwrap() as u32).collect()
}

/// All bytes, and tokens that join two earlier ones over a small alphabet.
fn ranks(chance: &mut Chance, count: usize) -> Vec<Vec<u8>> {
    let mut ranks: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![byte]).collect();
    while ranks.len() < 256 + count {
        let mut side = |ranks: &[Vec<u8>]| match chance.below(3) {
            0 if ranks.len() > 256 => ranks[256 + chance.below(ranks.len() - 256)].clone(),
            _ => vec![b"abc"[chance.below(3)]],
        };
        let token = [side(&ranks), side(&ranks)].concat();
        if token.len() < 12 && !ranks.contains(&token) {
            ranks.push(token);
        }
    }
    ranks
}

#[test]
fn merging_equals_the_naive_twin_at_every_length() {
    let mut chance = Chance(7);
    for round in 0..60 {
        let ranks = ranks(&mut chance, 1 + round);
        let tokenizer = Tokenizer::from_ranks(&ranks, ".+").unwrap();
        for length in [1, 2, 3, 5, 15, 16, 17, 40, 48, 49, 60, 300] {
            let text: String = (0..length).map(|_| b"abc"[chance.below(3)] as char).collect();
            assert_eq!(
                tokenizer.encode(&text, false).unwrap(),
                naive(&ranks, text.as_bytes()),
                "{text}"
            );
        }
    }
}

#[test]
fn very_long_pieces_are_merged_in_windows_and_equal_the_naive_twin() {
    let mut chance = Chance(11);
    for round in 0..2 {
        let ranks = ranks(&mut chance, 4 + 25 * round);
        let tokenizer = Tokenizer::from_ranks(&ranks, ".+").unwrap();
        let random: String = (0..2300).map(|_| b"abc"[chance.below(3)] as char).collect();
        for text in ["a".repeat(2301), "ab".repeat(1150), "abc".repeat(760) + "b", random] {
            assert_eq!(tokenizer.encode(&text, false).unwrap(), naive(&ranks, text.as_bytes()));
        }
    }
}

#[test]
fn long_tokens_are_found_across_windows() {
    // Twice as long each, up to 64.
    let mut ranks: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![byte]).collect();
    ranks.extend((1..=6).map(|power| vec![b'a'; 1 << power]));
    let tokenizer = Tokenizer::from_ranks(&ranks, "(?s).+").unwrap();
    let of_run = |count: usize| {
        let whole = std::iter::repeat_n(261, count / 64);
        let rest = (0..6).rev().filter(move |power| count >> power & 1 == 1);
        whole.chain(rest.map(|power| if power == 0 { u32::from(b'a') } else { 255 + power as u32 }))
    };
    for runs in [&[20_007][..], &[1, 5000, 2, 63, 9000], &[640, 640, 640, 640, 641], &[7; 900]] {
        let (mut text, mut want) = (String::new(), Vec::new());
        for &count in runs {
            text.push_str(&"a".repeat(count));
            text.push('b');
            want.extend(of_run(count));
            want.push(u32::from(b'b'));
        }
        assert_eq!(tokenizer.encode(&text, false).unwrap(), want, "{runs:?}");
    }
}

#[test]
fn packed_rows_are_the_texts_behind_each_other_for_any_number_of_threads() {
    let (tokenizer, _) = trained(|json| {
        json["padding"] = serde_json::json!({"strategy": "BatchLongest", "direction": "Right",
            "pad_to_multiple_of": null, "pad_id": 1, "pad_type_id": 0, "pad_token": "!"});
    });
    let mut chance = Chance(61);
    // More than one worker's share.
    let mut texts: Vec<String> = (0..300).map(|_| chance.text()).collect();
    texts.push("rødgrød ".repeat(40_000));
    texts.extend((0..300).map(|_| chance.text()));
    let (mut all, mut ended) = (Vec::new(), Vec::new());
    for text in &texts {
        let ids = tokenizer.encode(text, false).unwrap();
        all.extend_from_slice(&ids);
        ended.extend(ids.into_iter().chain([9]));
    }
    for (packing, ids) in [
        (Packing::new(1), &all),
        (Packing::new(1000), &all),
        (Packing { end: Some(9), ..Packing::new(7) }, &ended),
        (Packing { end: Some(9), pad: Some(4), ..Packing::new(1009) }, &ended),
        (Packing { pad: Some(4), ..Packing::new(all.len() + 3) }, &all),
        (Packing { pad: None, ..Packing::new(all.len() + 1) }, &all),
    ] {
        for threads in [1, 2, 5] {
            let packed = sprogkit::threads::install(Some(threads), || {
                tokenizer.encode_packed(&texts, false, &packing)
            });
            let packed = packed.unwrap().unwrap();
            let kept = ids.len() - packed.dropped;
            assert_eq!(packed.ids[..kept], ids[..kept], "{packing:?}");
            assert!(packed.ids[kept..].iter().all(|&id| Some(id) == packing.pad));
            assert_eq!(packed.ids.len(), kept + packed.padding);
            assert_eq!(packed.ids.len(), packed.len() * packing.length);
            assert!(packed.dropped.max(packed.padding) < packing.length);
            assert!(packed.dropped == 0 || packed.padding == 0);
            assert!(packing.pad.is_none() || packed.dropped == 0);
            assert!(packed.iter().all(|row| row.len() == packing.length));
            assert_eq!(packed.iter().count(), packed.len());
        }
    }
    let nothing: [&str; 0] = [];
    assert!(tokenizer.encode_packed(&nothing, false, &Packing::new(8)).unwrap().is_empty());
    for length in [0, (1 << 24) + 1] {
        let error = tokenizer.encode_packed(&["a"], false, &Packing::new(length)).unwrap_err();
        assert!(matches!(error, Error::Argument { name: "length", .. }), "{error}");
    }
}

/// A vocabulary trained on the pieces above, as `tokenizer.json`, changed by `change`.
fn trained(change: impl Fn(&mut serde_json::Value)) -> (Tokenizer, tokenizers::Tokenizer) {
    let mut model = tokenizers::Tokenizer::new(tokenizers::models::bpe::BPE::default());
    let bytes = tokenizers::pre_tokenizers::byte_level::ByteLevel::new(false, true, true);
    model.with_pre_tokenizer(Some(bytes));
    let mut trainer = TrainerWrapper::from(
        BpeTrainer::builder()
            .show_progress(false)
            .vocab_size(420)
            .initial_alphabet(
                tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet().into_iter().collect(),
            )
            .build(),
    );
    let texts =
        ["rødgrød med fløde på en grød", "Ødegård Ødegård hej hej", "camelCase xx xxx xxxx"];
    let texts: Vec<&str> = texts.iter().chain(PIECES).copied().cycle().take(1000).collect();
    model.train(&mut trainer, texts.into_iter()).unwrap();
    let mut json: serde_json::Value =
        serde_json::from_str(&model.to_string(false).unwrap()).unwrap();
    json["decoder"] = serde_json::json!({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true});
    change(&mut json);
    let json = json.to_string();
    let reference = tokenizers::Tokenizer::from_bytes(&json).unwrap();
    (Tokenizer::from_json("trained.json", json.as_bytes()).unwrap(), reference)
}

fn added(json: &mut serde_json::Value, tokens: serde_json::Value) {
    json["added_tokens"] = tokens;
}

/// Makes the file's pre-tokenizer one that splits by `regex`.
fn split_by(json: &mut serde_json::Value, regex: &str) {
    json["pre_tokenizer"] = serde_json::json!({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": regex}, "behavior": "Isolated", "invert": false},
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
    ]});
}

/// What is changed in a `tokenizer.json`.
type Change<'c> = &'c dyn Fn(&mut serde_json::Value);

#[test]
fn ids_equal_those_of_tokenizers_on_hostile_strings() {
    let changes: &[(&str, Change<'_>)] = &[
        ("plain", &|_| {}),
        ("prefix", &|json| json["pre_tokenizer"]["add_prefix_space"] = true.into()),
        ("whole first", &|json| json["model"]["ignore_merges"] = true.into()),
        ("nfc, qwen", &|json| {
            split_by(json, Known::Qwen2.regex());
            json["normalizer"] = serde_json::json!({"type": "NFC"});
            added(
                json,
                serde_json::json!([
                    {"id": 420, "content": "[A]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
                    {"id": 421, "content": "\u{212b}", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": false},
                ]),
            );
        }),
        ("added", &|json| {
            split_by(json, Known::O200k.regex());
            added(
                json,
                serde_json::json!([
                    {"id": 420, "content": "[A]", "single_word": false, "lstrip": true, "rstrip": false, "normalized": false, "special": true},
                    {"id": 421, "content": "[B]", "single_word": false, "lstrip": false, "rstrip": true, "normalized": false, "special": true},
                    {"id": 422, "content": "xx", "single_word": true, "lstrip": false, "rstrip": false, "normalized": false, "special": false},
                    {"id": 423, "content": "[C]", "single_word": false, "lstrip": true, "rstrip": true, "normalized": true, "special": false},
                    {"id": 424, "content": "hej", "single_word": true, "lstrip": false, "rstrip": false, "normalized": true, "special": false},
                ]),
            );
        }),
    ];
    for (name, change) in changes {
        let (tokenizer, reference) = trained(change);
        assert_eq!(tokenizer.engine(), Engine::Bpe, "{name}");
        assert_eq!(tokenizer.vocab_size(), reference.get_vocab_size(true), "{name}");
        let mut chance = Chance(99);
        for _ in 0..4000 {
            let text = chance.text();
            let encoding = reference.encode(text.as_str(), false).unwrap();
            let ids = tokenizer.encode(&text, false).unwrap();
            assert_eq!(ids, encoding.get_ids(), "{name} {text:?}");
            for skip in [false, true] {
                let (got, want) = (tokenizer.decode(&ids, skip), reference.decode(&ids, skip));
                assert_eq!(got.unwrap(), want.unwrap(), "{name} {text:?}");
            }
        }
        for id in 0..tokenizer.vocab_size() as u32 {
            let token = reference.id_to_token(id).unwrap();
            assert_eq!(tokenizer.id_to_token(id).as_ref(), Some(&token), "{name}");
            assert_eq!(tokenizer.token_to_id(&token), reference.token_to_id(&token), "{name}");
        }
    }
}

#[test]
fn special_tokens_truncation_and_padding_are_as_in_tokenizers() {
    let template = serde_json::json!({
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[A]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                   {"SpecialToken": {"id": "[B]", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"[A]": {"id": "[A]", "ids": [420], "tokens": ["[A]"]},
                           "[B]": {"id": "[B]", "ids": [421, 421], "tokens": ["[B]", "[B]"]}},
    });
    let texts = ["", "hej", "rødgrød med fløde og meget mere", "Ødegård [A] hej"];
    for (side, strategy, multiple) in [
        ("Right", serde_json::json!("BatchLongest"), serde_json::Value::Null),
        ("Left", serde_json::json!({"Fixed": 9}), 4.into()),
        ("Left", serde_json::json!("BatchLongest"), 8.into()),
    ] {
        let (tokenizer, reference) = trained(|json| {
            json["post_processor"] = template.clone();
            json["truncation"] = serde_json::json!({"max_length": 7, "strategy": "LongestFirst", "stride": 0, "direction": side});
            json["padding"] = serde_json::json!({"strategy": strategy, "direction": side, "pad_to_multiple_of": multiple,
                "pad_id": 3, "pad_type_id": 0, "pad_token": "!"});
            added(
                json,
                serde_json::json!([
                    {"id": 420, "content": "[A]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
                    {"id": 421, "content": "[B]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
                ]),
            );
        });
        assert_eq!(tokenizer.engine(), Engine::Bpe);
        for special in [false, true] {
            let batch = tokenizer.encode_batch(&texts, special).unwrap();
            let want = reference.encode_batch(texts.to_vec(), special).unwrap();
            let want: Vec<&[u32]> = want.iter().map(|encoding| encoding.get_ids()).collect();
            assert_eq!(batch.iter().collect::<Vec<_>>(), want);
            for text in texts {
                let want = reference.encode(text, special).unwrap();
                assert_eq!(tokenizer.encode(text, special).unwrap(), want.get_ids(), "{text}");
                let got = tokenizer.encode_offsets(text, special).unwrap();
                assert_eq!(got.ids, want.get_ids(), "{text}");
                assert_eq!(got.ids.len(), got.spans.len());
            }
        }
    }
}

#[test]
fn spans_follow_each_other_and_cover_the_text() {
    let (plain, _) = trained(|_| {});
    let (composing, _) = trained(|json| json["normalizer"] = serde_json::json!({"type": "NFC"}));
    let mut chance = Chance(3);
    for _ in 0..2000 {
        let text = chance.text();
        let encoding = plain.encode_offsets(&text, false).unwrap();
        assert_eq!(encoding.ids, plain.encode(&text, false).unwrap());
        let mut at = 0;
        for (&id, span) in encoding.ids.iter().zip(&encoding.spans) {
            assert_eq!(span.start(), at, "{text:?}");
            assert_eq!(plain.token_bytes(id).unwrap(), &text.as_bytes()[span.range()]);
            at = span.end();
        }
        assert_eq!(at, text.len(), "{text:?}");
        let encoding = composing.encode_offsets(&text, false).unwrap();
        assert_eq!(encoding.ids, composing.encode(&text, false).unwrap());
        assert!(encoding.spans.windows(2).all(|pair| pair[0].start() <= pair[1].start()));
        assert!(encoding.spans.iter().all(|span| span.end() <= text.len()), "{text:?}");
    }
    let encoding = composing.encode_offsets("hej a\u{30a} hej", false).unwrap();
    assert_eq!(encoding.spans[0], Span::new(0, 3));
    assert_eq!(encoding.spans.last(), Some(&Span::new(7, 11)));
}

#[test]
fn batches_are_the_same_for_any_number_of_threads_and_equal_single_calls() {
    let (tokenizer, _) = trained(|_| {});
    let mut chance = Chance(5);
    let mut texts: Vec<String> = (0..3000).map(|_| chance.text().repeat(300)).collect();
    texts.insert(7, String::new());
    let alone = sprogkit::threads::install(Some(1), || tokenizer.encode_batch(&texts, false));
    let alone = alone.unwrap().unwrap();
    assert!(
        texts.iter().map(String::len).sum::<usize>() > 5_000_000,
        "more than one part of two threads"
    );
    for threads in [2, 4] {
        let many =
            sprogkit::threads::install(Some(threads), || tokenizer.encode_batch(&texts, false));
        assert_eq!(alone, many.unwrap().unwrap());
    }
    assert_eq!(alone.len(), texts.len());
    for (text, ids) in texts.iter().zip(alone.iter()) {
        assert_eq!(tokenizer.encode(text, false).unwrap(), ids);
        assert_eq!(tokenizer.decode(ids, false).unwrap(), *text);
    }
    assert_eq!(alone.get(texts.len()), None);
    assert!(tokenizer.encode_batch::<&str>(&[], false).unwrap().is_empty());
}

#[test]
fn a_stream_of_ids_gives_the_text_and_never_half_a_character() {
    let (tokenizer, _) = trained(|_| {});
    let mut chance = Chance(8);
    for _ in 0..500 {
        let text = chance.text();
        let mut decoder = Decoder::new(&tokenizer);
        let mut streamed = String::new();
        for id in tokenizer.encode(&text, false).unwrap() {
            streamed.push_str(&decoder.push(id).unwrap());
        }
        streamed.push_str(&decoder.finish());
        assert_eq!(streamed, text);
    }
    assert!(matches!(Decoder::new(&tokenizer).push(1_000_000), Err(Error::Argument { .. })));
    assert!(matches!(tokenizer.decode(&[1_000_000], false), Err(Error::Argument { .. })));
}

/// A vocabulary whose texts are cut into words first.
fn of_words(
    normalizer: serde_json::Value,
    cut: serde_json::Value,
    unigram: bool,
) -> serde_json::Value {
    let (bpe, _) = trained(|_| {});
    let mut vocab: Vec<String> = ["[UNK]", "[CLS]", "[SEP]", "[A]"].map(str::to_owned).to_vec();
    for id in 0..bpe.vocab_size() as u32 {
        let piece = bpe.id_to_token(id).unwrap().replace('Ġ', "\u{2581}");
        for piece in if unigram { vec![piece] } else { vec![format!("##{piece}"), piece] } {
            if !vocab.contains(&piece) {
                vocab.push(piece);
            }
        }
    }
    let token = |id: u32| {
        serde_json::json!({"id": id, "content": vocab[id as usize], "single_word": false,
        "lstrip": id == 3, "rstrip": false, "normalized": false, "special": true})
    };
    let tokens: Vec<_> = (0..4).map(token).collect();
    let model = if unigram {
        let scored = vocab
            .iter()
            .zip(0..)
            .map(|(piece, id)| serde_json::json!([piece, -f64::from(id % 37) - 1.5]));
        serde_json::json!({"type": "Unigram", "unk_id": 0, "byte_fallback": false, "vocab": scored.collect::<Vec<_>>()})
    } else {
        let ids: serde_json::Map<_, _> =
            vocab.iter().cloned().zip((0..).map(|id: u32| id.into())).collect();
        serde_json::json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 20, "vocab": ids})
    };
    serde_json::json!({"version": "1.0", "added_tokens": tokens, "normalizer": normalizer, "pre_tokenizer": cut,
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
        "truncation": {"max_length": 30, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": {"strategy": {"Fixed": 12}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
            "pad_type_id": 0, "pad_token": "[UNK]"},
        "decoder": null, "model": model})
}

#[test]
fn words_are_cut_here_and_have_the_ids_of_tokenizers() {
    let bert = |lowercase: bool| {
        serde_json::json!({"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": lowercase})
    };
    let nfkc = serde_json::json!({"type": "Sequence", "normalizers": [{"type": "NFKC"},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]});
    let meta = serde_json::json!({"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},
        {"type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true}]});
    let punctuation = serde_json::json!({"type": "BertPreTokenizer"});
    let marks = |scheme: &str| serde_json::json!({"type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": scheme, "split": true});
    let many = serde_json::json!({"type": "Sequence", "normalizers": [
        {"type": "Strip", "strip_left": true, "strip_right": true},
        {"type": "Replace", "pattern": {"String": "``"}, "content": "\""}, {"type": "NFKD"},
        {"type": "StripAccents"}, {"type": "Lowercase"},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "\u{2581}"}]});
    let spaces =
        serde_json::json!({"type": "Sequence", "normalizers": [{"type": "Nmt"}, {"type": "NFC"}]});
    let null = serde_json::Value::Null;
    for (name, json) in [
        ("unigram, marks", of_words(many, marks("always"), true)),
        ("unigram, marks at the beginning", of_words(null.clone(), marks("first"), true)),
        ("unigram, no marks", of_words(spaces, marks("never"), true)),
        ("uncased", of_words(bert(true), punctuation.clone(), false)),
        ("cased", of_words(bert(false), punctuation.clone(), false)),
        ("unigram", of_words(nfkc, meta, true)),
        ("unigram of bert", of_words(bert(true), punctuation, true)),
    ] {
        let json = json.to_string();
        let tokenizer = Tokenizer::from_json("words.json", json.as_bytes()).unwrap();
        let reference = tokenizers::Tokenizer::from_bytes(&json).unwrap();
        let engine = if name.starts_with("unigram") { Engine::Unigram } else { Engine::WordPiece };
        assert_eq!(tokenizer.engine(), engine, "{name}");
        let mut chance = Chance(77);
        for round in 0..6000 {
            let text = chance.text();
            let special = round % 2 == 0;
            let want = reference.encode(text.as_str(), special).unwrap();
            assert_eq!(
                tokenizer.encode(&text, special).unwrap(),
                want.get_ids(),
                "{name} {text:?}"
            );
            if round % 16 == 0 {
                let got = tokenizer.encode_offsets(&text, special).unwrap();
                assert_eq!(got.ids, want.get_ids(), "{name} {text:?}");
                let spans = got.spans.iter().map(|span| (span.start(), span.end()));
                assert!(spans.eq(want.get_offsets().iter().copied()), "{name} {text:?}");
                let ids = &got.ids;
                let decoded = reference.decode(ids, special).unwrap();
                assert_eq!(tokenizer.decode(ids, special).unwrap(), decoded, "{name}");
            }
        }
        assert_eq!(tokenizer.vocab_size(), reference.get_vocab_size(true), "{name}");
        for token in ["[UNK]", "[A]", "e", "\u{2581}", "nothing like it"] {
            assert_eq!(tokenizer.token_to_id(token), reference.token_to_id(token), "{name}");
        }
        for id in [0, 3, 100, 100_000] {
            assert_eq!(tokenizer.id_to_token(id), reference.id_to_token(id), "{name}");
        }
        let hundred = "Rødgrød-med (fløde) ".repeat(100);
        let want = reference.encode(hundred.as_str(), true).unwrap();
        assert_eq!(tokenizer.encode(&hundred, true).unwrap(), want.get_ids(), "{name}");
    }
}

#[test]
fn what_the_engine_does_not_know_runs_through_tokenizers() {
    let (tokenizer, reference) = trained(|json| {
        json["normalizer"] = serde_json::json!({"type": "Lowercase"});
    });
    assert_eq!(tokenizer.engine(), Engine::Tokenizers);
    let mut chance = Chance(4);
    for _ in 0..300 {
        let text = chance.text();
        let want = reference.encode(text.as_str(), true).unwrap();
        assert_eq!(tokenizer.encode(&text, true).unwrap(), want.get_ids());
        assert_eq!(tokenizer.encode_offsets(&text, true).unwrap().ids, want.get_ids());
    }
    assert_eq!(tokenizer.vocab_size(), reference.get_vocab_size(true));
}

#[test]
fn published_vocabularies_open_with_the_fast_engine_and_round_trip() {
    for (file, pattern, tokens) in [
        ("cl100k_base.tiktoken", Some("cl100k"), 100_256),
        ("whisper_multilingual.tiktoken", Some("gpt2"), 50_257),
        ("gpt2_encoder.json", None, 50_257),
    ] {
        let Some(path) = shared(&format!("data/tokenizers/{file}")) else { return };
        let tokenizer = Tokenizer::open(path, pattern).unwrap();
        assert_eq!((tokenizer.engine(), tokenizer.vocab_size()), (Engine::Bpe, tokens), "{file}");
        let mut chance = Chance(1);
        for _ in 0..2000 {
            let text = chance.text();
            let ids = tokenizer.encode(&text, false).unwrap();
            assert_eq!(tokenizer.decode(&ids, false).unwrap(), text, "{file}");
        }
    }
}
