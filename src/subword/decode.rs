//! Ids back to text.

use super::tokenizer::Tokenizer;
use crate::{Error, Result};

/// Ids to text as they come: a character whose bytes are spread over several ids is handed out with
/// its last.
///
/// # Example
///
/// ```
/// use sprogkit::subword::{Decoder, Tokenizer};
///
/// let ranks: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![byte]).collect();
/// let tokenizer = Tokenizer::from_ranks(&ranks, "gpt2")?;
/// let mut decoder = Decoder::new(&tokenizer);
/// assert_eq!(decoder.push(0xc3)?, "");
/// assert_eq!(decoder.push(0xa6)?, "æ");
/// assert_eq!(decoder.push(0xc3)?, "");
/// assert_eq!(decoder.finish(), "\u{fffd}");
/// # Ok::<(), sprogkit::Error>(())
/// ```
#[derive(Debug)]
pub struct Decoder<'t> {
    tokenizer: &'t Tokenizer,
    /// Bytes of a character that is not whole yet: at most three.
    pending: Vec<u8>,
    /// For vocabularies whose tokens are no bytes: the ids so far, and how much text they gave.
    ids: Vec<u32>,
    given: usize,
}

impl<'t> Decoder<'t> {
    /// A decoder at the beginning of a text.
    #[must_use]
    pub fn new(tokenizer: &'t Tokenizer) -> Self {
        Self { tokenizer, pending: Vec::new(), ids: Vec::new(), given: 0 }
    }

    /// The text that `id` adds. Bytes that can become no character are U+FFFD.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the vocabulary has no such id.
    pub fn push(&mut self, id: u32) -> Result<String> {
        let Some(bytes) = self.tokenizer.token_bytes(id) else {
            return self.push_through_reference(id);
        };
        self.pending.extend_from_slice(&bytes);
        let mut text = String::new();
        let mut kept = 0;
        for chunk in self.pending.utf8_chunks() {
            text.push_str(chunk.valid());
            kept += chunk.valid().len();
            if chunk.invalid().is_empty() {
                continue;
            }
            // The beginning of a character at the very end may still become one.
            let is_last = kept + chunk.invalid().len() == self.pending.len();
            let error = std::str::from_utf8(&self.pending[kept..]).err();
            if is_last && error.is_some_and(|error| error.error_len().is_none()) {
                break;
            }
            text.push(char::REPLACEMENT_CHARACTER);
            kept += chunk.invalid().len();
        }
        self.pending.drain(..kept);
        Ok(text)
    }

    fn push_through_reference(&mut self, id: u32) -> Result<String> {
        if self.tokenizer.id_to_token(id).is_none() {
            return Err(unknown(id));
        }
        self.ids.push(id);
        let text = self.tokenizer.decode(&self.ids, false)?;
        if text.ends_with(char::REPLACEMENT_CHARACTER) {
            return Ok(String::new());
        }
        let new = text.get(self.given..).unwrap_or_default().to_owned();
        self.given = text.len();
        Ok(new)
    }

    /// What is left of a character that never became whole: U+FFFD, or nothing.
    #[must_use]
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.pending).into_owned()
    }
}

/// The error of an id that the vocabulary has not.
pub(super) fn unknown(id: u32) -> Error {
    Error::argument("ids", "ids of the vocabulary", id)
}
