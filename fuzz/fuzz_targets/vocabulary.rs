//! A vocabulary file of any kind, of any bytes, is opened or refused; what opens encodes. The last byte says which kind.
#![no_main]
use std::fs;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use sprogkit::subword::Tokenizer;

static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();

/// Names, and whether a pattern goes with them.
const KINDS: [(&str, Option<&str>); 6] = [
    ("tokenizer.json", None),
    ("ranks.tiktoken", Some("cl100k")),
    ("sentences.model", None),
    ("vocab.txt", None),
    ("tekken.json", None),
    ("vocab.json", None),
];

fuzz_target!(|bytes: &[u8]| {
    let folder = FOLDER.get_or_init(|| {
        // What `tokenizers` panics on is caught inside; libFuzzer's hook would end the process.
        std::panic::set_hook(Box::new(|_| {}));
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("merges.txt"), "#version: 0.2\na b\nab c\n").unwrap();
        folder
    });
    let Some((&kind, bytes)) = bytes.split_last() else { return };
    let (name, pattern) = KINDS[usize::from(kind) % KINDS.len()];
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    if let Ok(tokenizer) = Tokenizer::open(&path, pattern) {
        for special in [false, true] {
            if let Ok(ids) = tokenizer.encode("Rødgrød med fløde, 1. [SEP]\u{301}\n", special) {
                let _ = tokenizer.decode(&ids, special);
            }
        }
        let _ = (tokenizer.vocab_size(), tokenizer.token_bytes(tokenizer.end().wrapping_sub(1)));
    }
});
