//! Words and sentences cover what they should and slice on character boundaries.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut end = 0;
    for word in sprogkit::text::words(text) {
        assert!(word.span.start() >= end && !word.of(text).is_empty());
        end = word.span.end();
    }
    let mut end = 0;
    for span in sprogkit::text::sentences(text) {
        assert!(span.start() >= end && !span.of(text).is_empty());
        end = span.end();
    }
});
