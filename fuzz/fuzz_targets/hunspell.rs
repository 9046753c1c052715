//! Hunspell affixes and words of any bytes; the first line parts them.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sprogkit::formats::hunspell;

fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    let (affixes, words) = bytes.split_at(cut);
    if let Ok(affixes) = hunspell::Affixes::parse("fuzz.aff", affixes)
        && let Ok(words) = hunspell::words("fuzz.dic", words, &affixes, true)
    {
        words.take(10_000).for_each(drop);
    }
});
