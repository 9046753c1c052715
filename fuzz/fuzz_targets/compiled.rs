//! A compiled vocabulary in which any bytes stand anywhere is opened or refused, though every checksum is
//! right; what opens encodes. The first two bytes say where the others go: into which section, and how far in.
#![no_main]
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sprogkit::subword::Tokenizer;

struct Sound {
    /// Kept until the end.
    _folder: tempfile::TempDir,
    path: PathBuf,
    bytes: Vec<u8>,
    /// The header, and each section.
    parts: Vec<Range<usize>>,
}

static SOUND: OnceLock<Sound> = OnceLock::new();

const TEXT: &str = "abab aba, speciallægepraksisplanlægning 12";

fn sound() -> Sound {
    let mut ranks: Vec<Vec<u8>> = (0..=255).map(|byte| vec![byte]).collect();
    ranks.extend(
        ["ab", "abab", " a", "læ", "pra", "praksis"].map(|token| token.as_bytes().to_vec()),
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fuzz.vocab");
    let tokenizer = Tokenizer::from_ranks(&ranks, "cl100k").unwrap();
    tokenizer.warm([TEXT]).unwrap();
    tokenizer.compile(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let body = 16 + header_length(&bytes);
    let header: Value = serde_json::from_slice(&bytes[16..body]).unwrap();
    let mut parts = vec![8..body];
    parts.extend(header["sections"].as_array().unwrap().iter().map(|section| {
        let [at, length] =
            ["offset", "length"].map(|name| section[name].as_u64().unwrap() as usize);
        body + at..body + at + length
    }));
    Sound { _folder: folder, path, bytes, parts }
}

fn header_length(file: &[u8]) -> usize {
    u32::from_le_bytes(*file[8..].first_chunk().unwrap()) as usize
}

/// The file with checksums that are right, where its header can be read.
fn signed(mut file: Vec<u8>) -> Vec<u8> {
    let length = header_length(&file);
    let Some(json) = file.get(16..16usize.saturating_add(length)) else { return file };
    let mut json = json.to_vec();
    let body = file[16 + length..].to_vec();
    if let Ok(mut header) = serde_json::from_slice::<Value>(&json)
        && let Some(sections) = header.get_mut("sections").and_then(Value::as_array_mut)
    {
        for section in sections {
            let [at, length] =
                ["offset", "length"].map(|name| section.get(name).and_then(Value::as_u64));
            // Offsets count from the end of the header.
            let range = at.zip(length).and_then(|(at, length)| {
                body.get(at as usize..usize::try_from(at.checked_add(length)?).ok()?)
            });
            if let Some(range) = range {
                section["crc32c"] = crc32c::crc32c(range).into();
            }
        }
        json = serde_json::to_vec(&header).unwrap();
        json.resize((16 + json.len()).next_multiple_of(8) - 16, b' ');
    }
    file.truncate(8);
    file.extend_from_slice(&(json.len() as u32).to_le_bytes());
    file.extend_from_slice(&crc32c::crc32c(&json).to_le_bytes());
    file.extend_from_slice(&json);
    file.extend_from_slice(&body);
    file
}

fuzz_target!(|bytes: &[u8]| {
    let sound = SOUND.get_or_init(sound);
    let Some((&[part, along], bytes)) = bytes.split_first_chunk() else { return };
    let mut file = sound.bytes.clone();
    let part = &sound.parts[usize::from(part) % sound.parts.len()];
    let at = part.start + part.len() * usize::from(along) / 256;
    for (to, byte) in file[at..].iter_mut().zip(bytes) {
        *to = *byte;
    }
    fs::write(&sound.path, signed(file)).unwrap();
    if let Ok(tokenizer) = Tokenizer::open(&sound.path, None)
        && let Ok(ids) = tokenizer.encode(TEXT, true)
    {
        let _ = tokenizer.decode(&ids, false);
        let _ = (tokenizer.vocab_size(), tokenizer.id_to_token(tokenizer.end().wrapping_sub(1)));
    }
});
