//! Many texts at once, on the current pool, and many lists of ids back.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::lookup::Worker;
use super::tokenizer::Tokenizer;
use crate::io;
use crate::{Error, Result};

/// Texts of a batch are handed to threads by this many bytes.
const CHUNK: usize = 1 << 16;
/// Chunks for each thread, before all that is encoded is put in order.
const PART: usize = 32;

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
        let end = *self.ends.get(index)?;
        self.ids.get(self.start(index) as usize..end as usize)
    }

    /// Where the ids of text `index` begin.
    fn start(&self, index: usize) -> u64 {
        index.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// The ids of each text.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

/// What one thread encodes of a part of a batch: chunk after chunk, one behind the other.
#[derive(Default)]
struct Share {
    batch: Batch,
    /// The number of each chunk, and which of the share's texts are its own.
    chunks: Vec<(usize, Range<usize>)>,
}

impl Share {
    fn clear(&mut self) {
        self.batch.ids.clear();
        self.batch.ends.clear();
        self.chunks.clear();
    }
}

/// How many bytes the texts have.
fn bytes<T: AsRef<str>>(texts: &[T]) -> usize {
    texts.iter().map(|text| text.as_ref().len()).sum()
}

/// How many ids so many bytes become, mostly.
fn room(bytes: usize) -> usize {
    bytes / 5 * 2
}

/// The texts in chunks of about [`CHUNK`] bytes.
pub(super) fn chunks<T: AsRef<str>>(texts: &[T]) -> Vec<&[T]> {
    let (mut chunks, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (index, text) in texts.iter().enumerate() {
        bytes += text.as_ref().len();
        if bytes >= CHUNK {
            chunks.push(&texts[start..=index]);
            (start, bytes) = (index + 1, 0);
        }
    }
    chunks.push(&texts[start..]);
    chunks
}

/// A row of ids that is still zeros behind those that are there.
struct Row {
    ids: Vec<u32>,
    length: usize,
}

impl Row {
    /// With room for so many ids. Memory is made where it is first written to, by whom writes.
    fn with_room(room: usize) -> Self {
        Self { ids: io::zeros(room), length: 0 }
    }

    /// Puts the chunks of `shares` behind the others, in order.
    fn append(&mut self, shares: &[Share], ends: &mut Vec<u64>) {
        let chunks = shares.iter().flat_map(|share| {
            share.chunks.iter().map(|(number, texts)| (*number, &share.batch, texts.clone()))
        });
        let mut chunks: Vec<_> = chunks.collect();
        chunks.sort_unstable_by_key(|(number, ..)| *number);
        let length = self.length + shares.iter().map(|share| share.batch.ids.len()).sum::<usize>();
        if length > self.ids.len() {
            self.ids.resize(length.max(self.ids.len() * 2), 0);
        }
        let (mut rest, mut places) =
            (&mut self.ids[self.length..], Vec::with_capacity(chunks.len()));
        let mut start = self.length as u64;
        for (_, batch, texts) in chunks {
            let from = batch.start(texts.start);
            let own = &batch.ends[texts];
            ends.extend(own.iter().map(|end| end - from + start));
            let to = own.last().copied().unwrap_or(from);
            let (place, others) = rest.split_at_mut((to - from) as usize);
            places.push((place, &batch.ids[from as usize..to as usize]));
            (rest, start) = (others, start + to - from);
        }
        places.into_par_iter().for_each(|(place, ids)| place.copy_from_slice(ids));
        self.length = length;
    }
}

impl Tokenizer {
    /// The ids of each of `texts`, in order, on the current pool.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode), for the first text that cannot be encoded.
    pub fn encode_batch<T: AsRef<str> + Sync>(&self, texts: &[T], special: bool) -> Result<Batch> {
        let bytes = bytes(texts);
        let threads = rayon::current_num_threads();
        if threads == 1 || bytes < 2 * CHUNK {
            return Ok(self.padded(self.encode_alone(texts, special)?));
        }
        let (mut row, mut ends) = (Row::with_room(room(bytes)), Vec::with_capacity(texts.len()));
        let mut shares: Vec<Share> = (0..threads).map(|_| Share::default()).collect();
        // What the threads write first stays near the processor, and is used again: fresh memory is dear.
        for chunks in chunks(texts).chunks(PART * threads) {
            let next = AtomicUsize::new(0);
            let work = |share: &mut Share| {
                share.clear();
                self.with_worker(|worker| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(chunk) = chunks.get(number) else { return Ok(()) };
                        let first = share.batch.len();
                        self.encode_all(chunk, special, worker, &mut share.batch)
                            .map_err(|error| (number, error))?;
                        share.chunks.push((number, first..share.batch.len()));
                    }
                })
            };
            // Chunks are handed out in order: what stands before one that fails is encoded, or fails first.
            let done = shares.par_iter_mut().with_max_len(1).map(work);
            let failed: Vec<(usize, Error)> = done.filter_map(std::result::Result::err).collect();
            if let Some((_, error)) = failed.into_iter().min_by_key(|(number, _)| *number) {
                return Err(error);
            }
            row.append(&shares, &mut ends);
        }
        row.ids.truncate(row.length);
        Ok(self.padded(Batch { ids: row.ids, ends }))
    }

    /// The ids of each of `texts`, in order, by this thread alone, each as [`encode`](Self::encode) gives it: a
    /// vocabulary that pads to the longest of a batch leaves each as it is.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode), for the first text that cannot be encoded.
    pub fn encode_each<T: AsRef<str>>(&self, texts: &[T], special: bool) -> Result<Batch> {
        let batch = self.encode_alone(texts, special)?;
        Ok(self.padded_to(batch, |ids| ids.len()))
    }

    /// The ids of each of `texts`, in order, by this thread alone; not yet padded.
    fn encode_alone<T: AsRef<str>>(&self, texts: &[T], special: bool) -> Result<Batch> {
        let ids = io::room(room(bytes(texts)));
        let mut batch = Batch { ids, ends: Vec::with_capacity(texts.len()) };
        self.with_worker(|worker| self.encode_all(texts, special, worker, &mut batch))?;
        Ok(batch)
    }

    /// The ids of each of `texts` behind those of others; not yet padded.
    fn encode_all<T: AsRef<str>>(
        &self,
        texts: &[T],
        special: bool,
        worker: &mut Worker,
        batch: &mut Batch,
    ) -> Result<()> {
        for text in texts {
            self.encode_into(text.as_ref(), special, worker, &mut batch.ids)?;
            batch.ends.push(batch.ids.len() as u64);
        }
        Ok(())
    }

    /// The batch with each text filled up to the longest.
    fn padded(&self, batch: Batch) -> Batch {
        let longest = batch.iter().map(<[u32]>::len).max().unwrap_or(0);
        self.padded_to(batch, |_| longest)
    }

    /// The batch with each text filled up to what `longest` says of it.
    fn padded_to(&self, batch: Batch, longest: impl Fn(&[u32]) -> usize) -> Batch {
        if self.shape.padding.is_none() {
            return batch;
        }
        let mut padded = Batch::default();
        for ids in batch.iter() {
            let length = self.shape.padded(longest(ids));
            let mut ids = ids.to_vec();
            self.shape.pad(&mut ids, length, |id| id);
            padded.ids.extend_from_slice(&ids);
            padded.ends.push(padded.ids.len() as u64);
        }
        padded
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
