//! `.tiktoken` files: one token a line, its bytes in base64 and its rank.

use super::bpe::{Bpe, Units};
use super::merges::{Merges, Scratch, merge_by};
use super::pattern::Pattern;
use super::vocabulary::Vocabulary;
use crate::{Error, Result};

/// Reads the ranks; `origin` is what errors name.
///
/// # Errors
///
/// [`Error::Line`] at the first line that is not base64, a space and a rank, whose rank or bytes are
/// given twice, or at the end where one of the 256 bytes has no token.
pub(super) fn read(origin: &str, file: &[u8], pattern: Pattern) -> Result<Bpe> {
    let mut vocabulary = Vocabulary::with_capacity(file.len() / 16);
    let mut bytes = Vec::new();
    let mut number = 0;
    for line in file.split(|&byte| byte == b'\n') {
        number += 1;
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let wrong = |reason: String| Error::line(origin, number, reason);
        let mut parts = line.split(|&byte| byte == b' ');
        let (Some(token), Some(rank), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong("expected a token in base64, a space and its rank".to_owned()));
        };
        base64(token, &mut bytes).map_err(&wrong)?;
        let rank = std::str::from_utf8(rank).ok().and_then(|rank| rank.parse().ok());
        let Some(rank) = rank else {
            return Err(wrong("expected a whole number as rank".to_owned()));
        };
        vocabulary.add(rank, &bytes).map_err(wrong)?;
    }
    from_ranks(vocabulary, pattern).map_err(|reason| Error::line(origin, number, reason))
}

/// Longest token of a vocabulary of ranks.
const LONGEST: usize = 1 << 16;

/// A vocabulary whose ids are the ranks: any two tokens whose bytes together are a token merge into
/// it, the lowest first.
///
/// Of the cuts of a token only one can ever be merged. No merge crosses the borders of a token that is being
/// made, so that its bytes merge as they would alone, up to the two parts that become it.
pub(super) fn from_ranks(
    mut vocabulary: Vocabulary,
    pattern: Pattern,
) -> std::result::Result<Bpe, String> {
    vocabulary.close();
    let bytes = byte_tokens(&vocabulary)?;
    let mut merges = Merges::with_capacity(vocabulary.len());
    let mut scratch = Scratch::default();
    let mut tokens = Vec::new();
    // Where each token is what its bytes merge into, a piece need not be looked for among the tokens.
    let mut whole_first = false;
    for id in 0..vocabulary.end() {
        let token = vocabulary.bytes(id).unwrap_or_default();
        if token.len() > LONGEST {
            return Err(format!("token {id} has more than {LONGEST} bytes"));
        }
        tokens.clear();
        tokens.extend(token.iter().map(|&byte| bytes[byte as usize]));
        if let [_, _, _, ..] = tokens[..] {
            merge_by(&mut tokens, &mut scratch, |left, right| {
                // The whole is what we ask for.
                if right.end - left.start == token.len() {
                    return None;
                }
                vocabulary.id(&token[left.start..right.end]).map(|made| (made, made))
            });
        }
        match tokens[..] {
            [left, right] => merges.add(left, right, id)?,
            _ => {
                whole_first |= token.len() > 1;
                merges.skip();
            }
        }
    }
    merges.find_step();
    Ok(Bpe { vocabulary, merges, pattern, units: Units::Bytes(bytes), whole_first })
}

/// The token of each byte.
pub(super) fn byte_tokens(vocabulary: &Vocabulary) -> std::result::Result<[u32; 256], String> {
    let mut tokens = [0; 256];
    for byte in 0..=255u8 {
        tokens[byte as usize] =
            vocabulary.id(&[byte]).ok_or_else(|| format!("no token for byte 0x{byte:02x}"))?;
    }
    Ok(tokens)
}

/// Decodes base64 with padding.
pub(super) fn base64(text: &[u8], bytes: &mut Vec<u8>) -> std::result::Result<(), String> {
    bytes.clear();
    let digits = text.iter().rposition(|&c| c != b'=').map_or(0, |last| last + 1);
    if text.len() - digits > 2 || (digits > 0 && !text.len().is_multiple_of(4)) || digits % 4 == 1 {
        return Err(format!("{} characters are no base64", text.len()));
    }
    let (mut bits, mut count) = (0u32, 0);
    for &c in &text[..digits] {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(format!("byte 0x{c:02x} is not of base64")),
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Ok(())
}
