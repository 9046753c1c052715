//! A manifest of any text is read or refused.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = sprogkit::catalogue::Manifest::parse("fuzz.toml", text);
});
