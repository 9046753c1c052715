//! WAV of any bytes is decoded or refused.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = sprogkit::audio::wav::decode("fuzz.wav", bytes);
});
