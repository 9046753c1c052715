//! Training: merges are those of `tokenizers`.

use std::collections::BTreeSet;

use sprogkit::Error;
use sprogkit::subword::{Engine, Kind, Known, Tokenizer, TrainOptions, Trainer, train};
use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::BpeTrainer;

use super::Chance;

/// Sentences of a small invented language, and what hurts.
pub(super) fn corpus(chance: &mut Chance, count: usize) -> Vec<String> {
    let syllables =
        ["rød", "grød", "flø", "de", "og", "Sø", "mand", "en", "er", "ne", "aa", "bab", "abab"];
    let mut texts = Vec::new();
    for _ in 0..count {
        let mut text = String::new();
        for _ in 0..1 + chance.below(20) {
            for _ in 0..1 + chance.below(4) {
                // Squared, so that some are frequent.
                let place = chance.below(syllables.len()) * chance.below(syllables.len());
                text.push_str(syllables[place / syllables.len()]);
            }
            text.push_str([" ", ", ", ". ", "\n", "'s "][chance.below(5)]);
        }
        text.push_str(&chance.text());
        texts.push(text);
    }
    texts
}

#[test]
fn trained_merges_are_those_of_tokenizers() {
    let texts = corpus(&mut Chance(21), 1500);
    for (min_frequency, special) in [(0, vec![]), (3, vec!["<s>".to_owned(), "[A]".to_owned()])] {
        let options = TrainOptions {
            vocab_size: 900,
            min_frequency,
            special_tokens: special.clone(),
            ..TrainOptions::default()
        };
        let tokenizer = train(&texts, &options, &()).unwrap();
        let mut model = tokenizers::Tokenizer::new(tokenizers::models::bpe::BPE::default());
        let bytes = tokenizers::pre_tokenizers::byte_level::ByteLevel::new(false, true, true);
        model.with_pre_tokenizer(Some(bytes));
        let alphabet = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet();
        let special =
            special.iter().map(|token| tokenizers::AddedToken::from(token.as_str(), true));
        let mut trainer = TrainerWrapper::from(
            BpeTrainer::builder()
                .show_progress(false)
                .vocab_size(900)
                .min_frequency(min_frequency)
                .special_tokens(special.collect())
                .initial_alphabet(alphabet.into_iter().collect())
                .build(),
        );
        model.train(&mut trainer, texts.iter().map(String::as_str)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        tokenizer.save(&path).unwrap();
        let own: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let want: serde_json::Value =
            serde_json::from_str(&model.to_string(false).unwrap()).unwrap();
        assert_eq!(own["model"]["merges"], want["model"]["merges"]);
        assert_eq!(
            own["model"]["vocab"].as_object().unwrap().len(),
            900.min(tokenizer.vocab_size())
        );
        let reopened = Tokenizer::open(&path, None).unwrap();
        let reference = tokenizers::Tokenizer::from_file(&path).unwrap();
        assert!(matches!(reopened.save(&path), Err(Error::Argument { .. })));
        for text in &texts[..200] {
            let ids = tokenizer.encode(text, false).unwrap();
            assert_eq!(ids, model.encode(text.as_str(), false).unwrap().get_ids());
            assert_eq!(ids, reference.encode(text.as_str(), false).unwrap().get_ids());
            assert_eq!(ids, reopened.encode(text, false).unwrap());
            assert_eq!(tokenizer.decode(&ids, false).unwrap(), *text);
        }
    }
}

#[test]
fn training_is_the_same_for_any_number_of_threads_and_any_pattern() {
    let texts = corpus(&mut Chance(22), 400);
    for pattern in [Known::Gpt2, Known::Llama3, Known::O200k] {
        let options = TrainOptions { vocab_size: 500, pattern, ..TrainOptions::default() };
        let ids = |threads| {
            let work =
                || train(&texts, &options, &()).and_then(|found| found.encode_batch(&texts, false));
            sprogkit::threads::install(Some(threads), work).unwrap().unwrap()
        };
        assert_eq!(ids(1), ids(4), "{pattern:?}");
    }
    let small = TrainOptions { vocab_size: 255, ..TrainOptions::default() };
    assert!(matches!(train(&texts, &small, &()), Err(Error::Argument { name: "vocab_size", .. })));
    struct Stop;
    impl sprogkit::progress::Progress for Stop {
        fn cancelled(&self) -> bool {
            true
        }
    }
    assert!(matches!(train(&texts, &TrainOptions::default(), &Stop), Err(Error::Cancelled)));
}

/// [`corpus`] of few characters.
fn plain(chance: &mut Chance, count: usize) -> Vec<String> {
    let is_plain = |c: &char| c.is_ascii() || "æøåÆØÅ".contains(*c);
    corpus(chance, count).iter().map(|text| text.chars().filter(is_plain).collect()).collect()
}

/// What is saved of a vocabulary.
fn saved(tokenizer: &Tokenizer) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    tokenizer.save(&path).unwrap();
    std::fs::read(path).unwrap()
}

const KINDS: [(Kind, Engine, &str); 3] = [
    (Kind::Bpe, Engine::Bpe, "<s>"),
    (Kind::Unigram, Engine::Unigram, "<unk>"),
    (Kind::WordPiece, Engine::WordPiece, "[UNK]"),
];

#[test]
fn every_kind_is_the_same_for_any_threads_and_any_order_and_opens_elsewhere_with_equal_ids() {
    let mut texts = plain(&mut Chance(23), 1500);
    texts.push(
        "tal 1.250,75 og \u{2581}mærker\u{2581} a\0b \u{a0}\u{3000}中文字 🍎👩‍👧 \u{10ffff}"
            .to_owned(),
    );
    for (kind, engine, first) in KINDS {
        let special_tokens = if kind == Kind::Bpe { vec![first.to_owned()] } else { Vec::new() };
        let options =
            TrainOptions { kind, vocab_size: 700, special_tokens, ..TrainOptions::default() };
        let trained = |threads| {
            let work = || train(&texts, &options, &());
            sprogkit::threads::install(Some(threads), work).unwrap().unwrap()
        };
        let tokenizer = trained(1);
        let want = saved(&tokenizer);
        for threads in [2, 4] {
            assert!(saved(&trained(threads)) == want, "{kind:?}, {threads} threads");
        }
        let trainer = Trainer::new(&options).unwrap();
        for texts in texts.rchunks(7) {
            trainer.add(texts.iter().rev().map(String::as_str));
        }
        assert!(saved(&trainer.finish(&()).unwrap()) == want, "{kind:?}");
        assert_eq!(tokenizer.engine(), engine, "{kind:?}");
        assert_eq!(tokenizer.token_to_id(first), Some(0));
        assert_eq!(tokenizer.vocab_size(), 700, "{kind:?}");
        let reference = tokenizers::Tokenizer::from_bytes(&want).unwrap();
        for text in &texts {
            let ids = tokenizer.encode(text, false).unwrap();
            assert_eq!(ids, reference.encode(text.as_str(), false).unwrap().get_ids(), "{text}");
        }
    }
}

#[test]
fn wordpiece_learns_the_tokens_of_tokenizers_where_it_learns_the_same_each_time() {
    // Words of their own letters in the order of the alphabet, each a different number of times: ties are
    // within a word alone, where both number letters alike.
    let mut texts = Vec::new();
    let words = ["abcdef", "ghijk", "lmnopqr", "st", "uvwxyz", "ABCDEFGH", "æøå", "12345", "IJ-KL"];
    for (word, times) in words.iter().zip([97, 83, 71, 61, 53, 43, 37, 29, 23]) {
        texts.extend(std::iter::repeat_n(format!("{word} , {word}!"), times));
    }
    for vocab_size in [60, 85, 100, 120, 1000] {
        let options = TrainOptions { kind: Kind::WordPiece, vocab_size, ..TrainOptions::default() };
        let own: serde_json::Value =
            serde_json::from_slice(&saved(&train(&texts, &options, &()).unwrap())).unwrap();
        let mut model =
            tokenizers::Tokenizer::new(tokenizers::models::wordpiece::WordPiece::default());
        model.with_pre_tokenizer(Some(tokenizers::pre_tokenizers::bert::BertPreTokenizer));
        let mut trainer = TrainerWrapper::from(
            tokenizers::models::wordpiece::WordPieceTrainer::builder()
                .show_progress(false)
                .vocab_size(vocab_size)
                .special_tokens(vec![tokenizers::AddedToken::from("[UNK]", true)])
                .build(),
        );
        model.train(&mut trainer, texts.iter().map(String::as_str)).unwrap();
        let tokens = |vocab: Vec<String>| vocab.into_iter().collect::<BTreeSet<_>>();
        let own = own["model"]["vocab"].as_object().unwrap().keys().cloned().collect();
        let want = model.get_vocab(false).into_keys().collect();
        assert_eq!(tokens(own), tokens(want), "{vocab_size}");
    }
}

#[test]
fn unigram_pieces_have_every_character_whole_probabilities_and_no_letter_beside_a_sign() {
    let texts = plain(&mut Chance(24), 1500);
    let options = TrainOptions { kind: Kind::Unigram, vocab_size: 300, ..TrainOptions::default() };
    let tokenizer = train(&texts, &options, &()).unwrap();
    let file: serde_json::Value = serde_json::from_slice(&saved(&tokenizer)).unwrap();
    let entries = file["model"]["vocab"].as_array().unwrap();
    let pieces: Vec<(&str, f64)> = entries[1..]
        .iter()
        .map(|entry| (entry[0].as_str().unwrap(), entry[1].as_f64().unwrap()))
        .collect();
    assert_eq!(pieces.len(), 299);
    for c in texts.iter().flat_map(|text| text.chars()).filter(|c| !c.is_whitespace()) {
        assert!(pieces.iter().any(|(piece, _)| piece.chars().eq([c])), "{c:?}");
    }
    let all: f64 = pieces.iter().map(|(_, score)| score.exp()).sum();
    assert!((0.95..=1.0).contains(&all), "{all}");
    assert!(pieces.is_sorted_by(|a, b| a.1 >= b.1));
    assert_eq!(pieces.iter().map(|piece| piece.0).collect::<BTreeSet<_>>().len(), 299);
    for (piece, _) in &pieces {
        assert!(piece.chars().count() <= 16, "{piece}");
        let mut word = piece.strip_prefix('\u{2581}').unwrap_or(piece).chars();
        assert!(word.clone().all(char::is_alphabetic) || !word.any(char::is_alphabetic), "{piece}");
    }
    // A word that is everywhere is one piece.
    assert_eq!(tokenizer.encode("og", false).unwrap().len(), 1);
}

#[test]
fn little_text_odd_text_and_little_room_are_trained_on_or_refused() {
    for (kind, ..) in KINDS {
        let options = TrainOptions { kind, vocab_size: 400, ..TrainOptions::default() };
        let none: [&str; 0] = [];
        for texts in [&none[..], &[""], &["", " \n\t"], &["a"], &["\0"], &["\u{2581}"]] {
            let tokenizer = train(texts, &options, &()).unwrap();
            for text in texts {
                tokenizer.encode(text, false).unwrap();
            }
        }
        // No white space at all: as long as that.
        let long = ["ab".repeat(20_000), "æ".repeat(20_000), "=".repeat(20_000)];
        assert_eq!(train(&long, &options, &()).unwrap().encode("", false).unwrap(), [0_u32; 0]);
        let special_tokens = ["a", "<s>", "a", "<s>"].map(str::to_owned).to_vec();
        let options = TrainOptions { special_tokens, ..options };
        let tokenizer = train(&["a ab ab abc"], &options, &()).unwrap();
        assert_eq!(tokenizer.encode("a", false).unwrap().len(), 1, "{kind:?}");
        tokenizers::Tokenizer::from_bytes(saved(&tokenizer)).unwrap();
        for vocab_size in [0, 1, 1_000_001] {
            let options = TrainOptions { vocab_size, ..options.clone() };
            let refused = Trainer::new(&options).map(|_| ()).unwrap_err();
            assert!(matches!(refused, Error::Argument { name: "vocab_size", .. }), "{refused}");
        }
    }
    let options = TrainOptions { kind: Kind::Unigram, vocab_size: 10, ..TrainOptions::default() };
    let refused = train(&["abcdefghijkl"], &options, &()).map(|_| ()).unwrap_err();
    assert!(matches!(refused, Error::Argument { name: "vocab_size", .. }), "{refused}");
    let options = TrainOptions { character_coverage: 0.5, ..options };
    let tokenizer = train(&["abcd aaa bbb ab"], &options, &()).unwrap();
    let known = |text: &str| tokenizer.encode(text, false).unwrap().iter().all(|&id| id != 0);
    assert!(known("ab a") && !known("c") && !known("abd"));
    for character_coverage in [0.0, -1.0, 1.5, f64::NAN] {
        let options = TrainOptions { character_coverage, ..options.clone() };
        let refused = Trainer::new(&options).map(|_| ()).unwrap_err();
        assert!(matches!(refused, Error::Argument { name: "character_coverage", .. }), "{refused}");
    }
}
