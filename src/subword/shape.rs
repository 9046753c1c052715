//! The last steps: special tokens around a text, truncation and padding, as `tokenizers` does them.

use super::json::{Around, Direction, Padding, PaddingStrategy, Truncation};

/// What is done to the ids of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) around: Around,
    pub(super) truncation: Option<Truncation>,
    pub(super) padding: Option<Padding>,
}

impl Shape {
    /// The ids that may be put around or behind the ids of a text.
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> {
        let around = self.around.before.iter().chain(&self.around.after).copied();
        around.chain(self.padding.iter().map(|padding| padding.pad_id))
    }

    /// Cuts the ids from `start` on and puts the special tokens around them.
    pub(super) fn finish<T: Copy>(
        &self,
        ids: &mut Vec<T>,
        start: usize,
        special: bool,
        token: impl Fn(u32) -> T,
    ) {
        let around = &self.around;
        let added = if special { around.before.len() + around.after.len() } else { 0 };
        if let Some(truncation) = &self.truncation {
            let most = truncation.max_length.saturating_sub(added);
            let count = ids.len() - start;
            if count > most {
                match truncation.direction {
                    Direction::Right => ids.truncate(start + most),
                    Direction::Left => drop(ids.drain(start..start + count - most)),
                }
            }
        }
        if special && added > 0 {
            ids.splice(start..start, around.before.iter().map(|&id| token(id)));
            ids.extend(around.after.iter().map(|&id| token(id)));
        }
    }

    /// How many ids each text of a batch has in the end, where the longest has `longest`.
    pub(super) fn padded(&self, longest: usize) -> usize {
        let Some(padding) = &self.padding else { return 0 };
        let length = match padding.strategy {
            PaddingStrategy::BatchLongest => longest,
            PaddingStrategy::Fixed(length) => length.into(),
        };
        match padding.pad_to_multiple_of.map(usize::from) {
            Some(multiple) if multiple > 0 => length.next_multiple_of(multiple),
            _ => length,
        }
    }

    /// Fills `ids` up to `length`.
    pub(super) fn pad<T: Copy>(&self, ids: &mut Vec<T>, length: usize, token: impl Fn(u32) -> T) {
        let Some(padding) = &self.padding else { return };
        let fill = std::iter::repeat_n(token(padding.pad_id), length.saturating_sub(ids.len()));
        match padding.direction {
            Direction::Right => ids.extend(fill),
            Direction::Left => drop(ids.splice(0..0, fill)),
        }
    }
}
