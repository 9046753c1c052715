//! Bytes as printable characters, as GPT-2 and `tokenizers` write them into their files.

use std::sync::LazyLock;

/// By byte: its character. Printable bytes of Latin-1 stand for themselves, the others for the
/// characters from U+0100 on, in order.
static CHARACTERS: LazyLock<[char; 256]> = LazyLock::new(|| {
    let mut next = 0x100;
    std::array::from_fn(|byte| {
        let itself = matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
        let code = if itself {
            byte as u32
        } else {
            next += 1;
            next - 1
        };
        char::from_u32(code).expect("below U+0200 every number is a character")
    })
});

/// By character below U+0144: its byte.
static BYTES: LazyLock<[Option<u8>; 0x144]> = LazyLock::new(|| {
    let mut bytes = [None; 0x144];
    for (byte, &c) in (0..=255).zip(CHARACTERS.iter()) {
        bytes[c as usize] = Some(byte);
    }
    bytes
});

/// The characters of `bytes`.
pub(super) fn to_text(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| CHARACTERS[byte as usize]).collect()
}

/// The bytes of `text` into `bytes`; `false` where a character stands for no byte.
pub(super) fn to_bytes(text: &str, bytes: &mut Vec<u8>) -> bool {
    bytes.clear();
    for c in text.chars() {
        match BYTES.get(c as usize) {
            Some(&Some(byte)) => bytes.push(byte),
            _ => return false,
        }
    }
    true
}
