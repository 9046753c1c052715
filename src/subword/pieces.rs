//! What surrounds a sentencepiece model: its normalizer, and how its pieces become text again.

use super::decode::unknown;
use super::sentencepiece::{File, Normalizer, Piece, Role, SPACE};
use crate::Result;

/// A sentencepiece model's pieces and normalizer.
#[derive(Debug)]
pub(super) struct Pieces {
    pub(super) normalizer: Normalizer,
    pieces: Vec<Piece>,
    unk_surface: String,
}

impl Pieces {
    pub(super) fn new(file: File) -> Self {
        let unk_surface = file.unk_surface.unwrap_or_else(|| " \u{2047} ".to_owned());
        Self { normalizer: file.normalizer, pieces: file.pieces, unk_surface }
    }

    /// The bytes that piece `id` stands for inside a text.
    pub(super) fn bytes(&self, id: u32) -> Option<Vec<u8>> {
        let piece = self.pieces.get(id as usize)?;
        Some(match piece.role {
            Role::Control => Vec::new(),
            Role::Unknown => self.unk_surface.clone().into_bytes(),
            Role::Byte => {
                let hex = piece.text.get(3..5).unwrap_or_default();
                vec![u8::from_str_radix(hex, 16).unwrap_or(b'?')]
            }
            _ => piece.text.replace(SPACE, " ").into_bytes(),
        })
    }

    /// The bytes of `ids`, without the space that was put before the text.
    pub(super) fn decode(&self, ids: &[u32]) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(ids.len() * 4);
        let mut wanted = self.normalizer.leads();
        for &id in ids {
            let bytes = self.bytes(id).ok_or_else(|| unknown(id))?;
            let is_text = !matches!(self.pieces[id as usize].role, Role::Byte | Role::Unknown);
            match bytes.strip_prefix(b" ") {
                Some(rest) if wanted && is_text && out.is_empty() => {
                    out.extend_from_slice(rest);
                    wanted = self.normalizer.trims();
                }
                _ => out.extend_from_slice(&bytes),
            }
        }
        Ok(out)
    }
}
