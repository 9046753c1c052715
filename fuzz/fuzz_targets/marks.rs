//! Marks of time in every format, of any bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sprogkit::formats::marks::{audacity, ctm, subtitles, textgrid, whisperx};

fuzz_target!(|bytes: &[u8]| {
    let _ = textgrid::read("fuzz", bytes);
    let _ = ctm::read("fuzz", bytes);
    let _ = subtitles::read_srt("fuzz", bytes);
    let _ = subtitles::read_vtt("fuzz", bytes);
    let _ = audacity::read("fuzz", bytes);
    let _ = whisperx::read("fuzz", bytes);
});
