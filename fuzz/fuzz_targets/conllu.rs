//! CoNLL-U of any bytes: the spans of what is read slice its text.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sprogkit::formats::{Encoding, conllu};

fuzz_target!(|bytes: &[u8]| {
    for sentence in conllu::sentences("fuzz", bytes, Encoding::Utf8).flatten() {
        for token in &sentence.tokens {
            let _ = token.span.of(&sentence.text);
        }
    }
});
