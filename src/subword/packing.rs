//! Sequence packing: many texts joined, and cut into rows of one length, for training.

use rayon::prelude::*;

use super::batch::chunks;
use super::tokenizer::Tokenizer;
use crate::{Error, Result};

/// How texts are joined and cut into rows.
///
/// Each text follows the one before it, whatever row that brings it to, so that no token is wasted: what
/// Megatron-LM, TRL (`wrapped`) and LLM Foundry (`concat_tokens`) do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packing {
    /// How many ids a row has, 1 to 2²⁴.
    pub length: usize,
    /// The id behind each text. Default: none.
    pub end: Option<u32>,
    /// The id that fills the last row; without one a last row that is not full is dropped. Default: none.
    pub pad: Option<u32>,
}

/// Most ids of a row.
const LONGEST: usize = 1 << 24;

impl Packing {
    /// Rows of so many ids, with nothing between the texts, and the rest dropped.
    #[must_use]
    pub const fn new(length: usize) -> Self {
        Self { length, end: None, pad: None }
    }

    /// `Ok` where the length can be one.
    pub(crate) fn check(&self) -> Result<()> {
        if (1..=LONGEST).contains(&self.length) {
            return Ok(());
        }
        Err(Error::argument("length", format!("1 to {LONGEST}"), self.length))
    }

    /// How `ids` ids become rows: how many rows, and how many ids are dropped and filled in.
    #[must_use]
    pub const fn rows(&self, ids: u64) -> Rows {
        let length = self.length as u64;
        let (full, rest) = (ids / length, ids % length);
        if rest == 0 {
            return Rows { rows: full, dropped: 0, padding: 0 };
        }
        match self.pad {
            Some(_) => Rows { rows: full + 1, dropped: 0, padding: length - rest },
            None => Rows { rows: full, dropped: rest, padding: 0 },
        }
    }
}

/// Rows in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// How many rows there are.
    pub rows: u64,
    /// How many ids at the end found no row.
    pub dropped: u64,
    /// How many ids fill the last row.
    pub padding: u64,
}

/// Texts as rows of ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The ids, row after row. `[rows, length]`
    pub ids: Vec<u32>,
    /// How many ids a row has.
    pub length: usize,
    /// How many ids at the end found no row.
    pub dropped: usize,
    /// How many ids fill the last row.
    pub padding: usize,
}

impl Packed {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len().checked_div(self.length).unwrap_or(0)
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Each row.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.ids.chunks_exact(self.length.max(1))
    }
}

impl Tokenizer {
    /// The ids of `texts`, one behind the other, in rows of one length; with `special`, the special tokens of the
    /// vocabulary around each text. On the current pool; the rows are the same for any number of threads.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode); [`Error::Argument`] where [`length`](Packing::length) is none.
    ///
    /// # Example
    ///
    /// ```
    /// use sprogkit::subword::{Packing, Tokenizer};
    ///
    /// let ranks: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![byte]).collect();
    /// let tokenizer = Tokenizer::from_ranks(&ranks, "gpt2")?;
    /// let packing = Packing { end: Some(0), ..Packing::new(3) };
    /// let packed = tokenizer.encode_packed(&["ab", "c", "d"], false, &packing)?;
    /// assert_eq!(packed.ids, [97, 98, 0, 99, 0, 100]);
    /// assert_eq!((packed.len(), packed.dropped), (2, 1));
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    pub fn encode_packed<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        special: bool,
        packing: &Packing,
    ) -> Result<Packed> {
        packing.check()?;
        let chunk = |texts: &[T]| -> Result<Vec<u32>> {
            let batch = self.encode_each(texts, special)?;
            let Some(end) = packing.end else { return Ok(batch.ids) };
            let mut ids = Vec::with_capacity(batch.ids.len() + batch.len());
            for text in batch.iter() {
                ids.extend_from_slice(text);
                ids.push(end);
            }
            Ok(ids)
        };
        let parts: Result<Vec<Vec<u32>>> = chunks(texts).into_par_iter().map(chunk).collect();
        let mut ids = parts?.concat();
        let length = packing.length;
        let rows = packing.rows(ids.len() as u64);
        ids.resize(rows.rows as usize * length, packing.pad.unwrap_or_default());
        let (dropped, padding) = (rows.dropped as usize, rows.padding as usize);
        Ok(Packed { ids, length, dropped, padding })
    }
}
