//! Many texts at once, on all cores of the current pool, into flat columns.
//!
//! The columns are those of an Arrow list of structs: text `i` owns the items
//! `offsets[i]..offsets[i + 1]`. The same columns come out whatever the number of threads.

use rayon::prelude::*;

use super::offsets::{Converter, Unit};
use super::{Options, Word};
use crate::{Error, Result, Span};

/// The words of many texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordColumns {
    /// Text `i` owns the words `offsets[i]..offsets[i + 1]`; one more than there are texts.
    pub offsets: Vec<u32>,
    /// Where a word starts in its text.
    pub starts: Vec<u32>,
    /// Where it ends.
    pub ends: Vec<u32>,
    /// The number of its [`Kind`](super::Kind).
    pub kinds: Vec<u8>,
}

/// Ranges in many texts: sentences, or whatever else a function finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpanColumns {
    /// Text `i` owns the ranges `offsets[i]..offsets[i + 1]`; one more than there are texts.
    pub offsets: Vec<u32>,
    /// Where a range starts in its text.
    pub starts: Vec<u32>,
    /// Where it ends.
    pub ends: Vec<u32>,
}

impl Options {
    /// The words of every text, positions counted in `unit`.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] where a text is longer than 4 GiB, or the words are more than 2³² − 1.
    pub fn words_batch<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        unit: Unit,
    ) -> Result<WordColumns> {
        let (offsets, parts) = columns(texts, unit, |text, part, positions| {
            self.words(text).for_each(|Word { span, kind }| part.put(span, kind as u8, positions));
        })?;
        Ok(WordColumns {
            offsets,
            starts: joined(&parts, |part| &part.starts),
            ends: joined(&parts, |part| &part.ends),
            kinds: joined(&parts, |part| &part.tags),
        })
    }

    /// The sentences of every text, positions counted in `unit`.
    ///
    /// # Errors
    ///
    /// As [`Options::words_batch`].
    pub fn sentences_batch<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        unit: Unit,
    ) -> Result<SpanColumns> {
        let (offsets, parts) = columns(texts, unit, |text, part, positions| {
            self.sentences(text).for_each(|span| part.put(span, 0, positions));
        })?;
        Ok(SpanColumns {
            offsets,
            starts: joined(&parts, |part| &part.starts),
            ends: joined(&parts, |part| &part.ends),
        })
    }
}

/// What one job found in its texts.
#[derive(Default)]
struct Part {
    counts: Vec<u32>,
    starts: Vec<u32>,
    ends: Vec<u32>,
    tags: Vec<u8>,
}

impl Part {
    #[inline]
    fn put(&mut self, span: Span, tag: u8, positions: &mut Converter<'_>) {
        self.starts.push(positions.from_byte(span.start()) as u32);
        self.ends.push(positions.from_byte(span.end()) as u32);
        self.tags.push(tag);
    }
}

/// Runs `find` over the texts and gives offsets and the jobs' columns, in order.
fn columns<T: AsRef<str> + Sync>(
    texts: &[T],
    unit: Unit,
    find: impl Fn(&str, &mut Part, &mut Converter<'_>) + Sync,
) -> Result<(Vec<u32>, Vec<Part>)> {
    let longest = texts.iter().map(|text| text.as_ref().len()).max().unwrap_or(0);
    within("a text's bytes", longest)?;
    let parts: Vec<Part> = texts
        .par_chunks(256)
        .map(|texts| {
            let mut part = Part::default();
            for text in texts {
                let text = text.as_ref();
                let before = part.starts.len();
                let mut positions = Converter::new(text, unit);
                find(text, &mut part, &mut positions);
                part.counts.push((part.starts.len() - before) as u32);
            }
            part
        })
        .collect();
    within("all items", parts.iter().map(|part| part.starts.len()).sum())?;
    let mut offsets = Vec::with_capacity(texts.len() + 1);
    let mut total = 0;
    offsets.push(0);
    for count in parts.iter().flat_map(|part| &part.counts) {
        total += count;
        offsets.push(total);
    }
    Ok((offsets, parts))
}

fn joined<T: Copy>(parts: &[Part], column: impl Fn(&Part) -> &Vec<T>) -> Vec<T> {
    let mut all = Vec::with_capacity(parts.iter().map(|part| column(part).len()).sum());
    for part in parts {
        all.extend_from_slice(column(part));
    }
    all
}

fn within(what: &str, asked: usize) -> Result<()> {
    let limit = u64::from(u32::MAX);
    let asked = asked as u64;
    if asked > limit {
        return Err(Error::Limit { what: what.to_owned(), limit, asked });
    }
    Ok(())
}
