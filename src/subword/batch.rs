//! Many texts at once, on the current pool, and many lists of ids back.

use rayon::prelude::*;

use super::tokenizer::Tokenizer;
use crate::Result;

/// Texts of a batch are handed to workers by this many bytes.
const CHUNK: usize = 1 << 18;

/// Where texts are cut for the workers: the first index of each chunk, and the end.
pub(super) fn chunks<T: AsRef<str>>(texts: &[T]) -> Vec<usize> {
    let mut borders = vec![0];
    let mut bytes = 0;
    for (index, text) in texts.iter().enumerate() {
        bytes += text.as_ref().len();
        if bytes >= CHUNK {
            borders.push(index + 1);
            bytes = 0;
        }
    }
    borders.push(texts.len());
    borders
}

/// The ids of many texts, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The ids of all texts.
    pub ids: Vec<u32>,
    /// By text: where its ids end.
    pub ends: Vec<u64>,
}

impl Batch {
    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The ids of text `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&[u32]> {
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.ids.get(start..end)
    }

    /// The ids of each text.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

impl Tokenizer {
    /// The ids of each of `texts`, in order, on the current pool.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode), for the first text that cannot be encoded.
    pub fn encode_batch<T: AsRef<str> + Sync>(&self, texts: &[T], special: bool) -> Result<Batch> {
        if rayon::current_num_threads() == 1 && self.shape.padding.is_none() {
            return self.encode_all(texts, special);
        }
        let chunk = |range: &[usize]| self.encode_all(&texts[range[0]..range[1]], special);
        let chunks: Result<Vec<Batch>> = chunks(texts).par_windows(2).map(chunk).collect();
        let chunks = self.padded(chunks?);
        let mut ends = Vec::with_capacity(texts.len());
        let mut ids = vec![0; chunks.iter().map(|chunk| chunk.ids.len()).sum()];
        let mut rest = &mut ids[..];
        let mut places = Vec::with_capacity(chunks.len());
        let mut start = 0;
        for chunk in &chunks {
            ends.extend(chunk.ends.iter().map(|end| start + end));
            start += chunk.ids.len() as u64;
            let (place, others) = rest.split_at_mut(chunk.ids.len());
            places.push(place);
            rest = others;
        }
        let both = places.into_par_iter().zip(chunks);
        both.for_each(|(place, chunk)| place.copy_from_slice(&chunk.ids));
        Ok(Batch { ids, ends })
    }

    /// The ids of each of `texts`, in order, by this thread alone, each as [`encode`](Self::encode) gives it: a
    /// vocabulary that pads to the longest of a batch leaves each as it is.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode), for the first text that cannot be encoded.
    pub fn encode_each<T: AsRef<str>>(&self, texts: &[T], special: bool) -> Result<Batch> {
        let batch = self.encode_all(texts, special)?;
        if self.shape.padding.is_none() {
            return Ok(batch);
        }
        let mut padded = Batch::default();
        for ids in batch.iter() {
            let mut ids = ids.to_vec();
            let length = self.shape.padded(ids.len());
            self.shape.pad(&mut ids, length, |id| id);
            padded.ids.extend_from_slice(&ids);
            padded.ends.push(padded.ids.len() as u64);
        }
        Ok(padded)
    }

    /// The ids of each of `texts`, one after the other; not yet padded.
    fn encode_all<T: AsRef<str>>(&self, texts: &[T], special: bool) -> Result<Batch> {
        let bytes: usize = texts.iter().map(|text| text.as_ref().len()).sum();
        let mut batch =
            Batch { ids: Vec::with_capacity(bytes / 5 * 2), ends: Vec::with_capacity(texts.len()) };
        self.with_worker(|worker| {
            for text in texts {
                self.encode_into(text.as_ref(), special, worker, &mut batch.ids)?;
                batch.ends.push(batch.ids.len() as u64);
            }
            Ok(())
        })?;
        Ok(batch)
    }

    /// The chunks of a batch with each text filled up.
    fn padded(&self, chunks: Vec<Batch>) -> Vec<Batch> {
        if self.shape.padding.is_none() {
            return chunks;
        }
        let longest = chunks.iter().flat_map(Batch::iter).map(<[u32]>::len).max().unwrap_or(0);
        let length = self.shape.padded(longest);
        let pad = |chunk: Batch| {
            let mut padded = Batch::default();
            for ids in chunk.iter() {
                let mut ids = ids.to_vec();
                self.shape.pad(&mut ids, length, |id| id);
                padded.ids.extend_from_slice(&ids);
                padded.ends.push(padded.ids.len() as u64);
            }
            padded
        };
        chunks.into_par_iter().map(pad).collect()
    }

    /// The texts of many lists of ids, on the current pool.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode), for the first list that has an unknown id.
    pub fn decode_batch<I: AsRef<[u32]> + Sync>(
        &self,
        lists: &[I],
        skip_special: bool,
    ) -> Result<Vec<String>> {
        lists.par_iter().map(|ids| self.decode(ids.as_ref(), skip_special)).collect()
    }
}
