//! Training: merges are those of `tokenizers`.

use sprogkit::Error;
use sprogkit::subword::{Engine, Kind, Known, Tokenizer, TrainOptions, train};
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

#[test]
fn unigram_and_wordpiece_are_trained_through_tokenizers() {
    let texts = corpus(&mut Chance(23), 400);
    for (kind, unknown) in [(Kind::Unigram, "<unk>"), (Kind::WordPiece, "[UNK]")] {
        let options = TrainOptions { kind, vocab_size: 6000, ..TrainOptions::default() };
        let tokenizer = train(&texts, &options, &()).unwrap();
        let engine = if kind == Kind::Unigram { Engine::Unigram } else { Engine::WordPiece };
        assert_eq!(tokenizer.engine(), engine, "{kind:?}");
        assert_eq!(tokenizer.token_to_id(unknown), Some(0));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        tokenizer.save(&path).unwrap();
        let reference = tokenizers::Tokenizer::from_file(&path).unwrap();
        for text in &texts[..100] {
            let ids = tokenizer.encode(text, false).unwrap();
            assert_eq!(ids, reference.encode(text.as_str(), false).unwrap().get_ids());
        }
    }
}
