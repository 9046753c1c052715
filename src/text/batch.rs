//! Many texts at once, on all cores of the current pool, into flat columns.
//!
//! The columns are those of an Arrow list of structs: text `i` owns the items
//! `offsets[i]..offsets[i + 1]`. The same columns come out whatever the number of threads.

use rayon::prelude::*;

use super::blocks::{self, Machine, Work};
use super::danish::DanishWords;
use super::offsets::{Converter, Unit};
use super::sweep::{self, Columns, Write};
use super::{Norm, Options, Word};
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
        let (offsets, starts, ends, kinds) =
            columns(texts, |texts| blocks::fastest(WordsOf { options: self, unit, texts }))?;
        Ok(WordColumns { offsets, starts, ends, kinds })
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
        let (offsets, starts, ends, _) = columns(texts, |texts| {
            let mut part = Part::new(texts);
            for text in texts {
                let text = text.as_ref();
                let mut positions = Converter::new(text, unit);
                self.sentences(text).for_each(|span| part.put(span, 0, &mut positions));
                part.close();
            }
            part
        })?;
        Ok(SpanColumns { offsets, starts, ends })
    }
}

/// The words of some texts, on any machine.
struct WordsOf<'o, 't, T> {
    options: &'o Options,
    unit: Unit,
    texts: &'t [T],
}

impl<T: AsRef<str>> Work for WordsOf<'_, '_, T> {
    type Made = Part;

    #[inline(always)]
    fn on<M: Machine>(self) -> Part {
        let Self { options, unit, texts } = self;
        let mut part = Part::new(texts);
        let swept = options.norm == Norm::Danish && !options.spaces;
        for text in texts {
            let text = text.as_ref();
            if swept {
                let words = DanishWords::with(text, *options, M::classify);
                let mut to = Write::new(&mut part.columns, text, unit);
                sweep::sweep::<M, _>(words, 0, &mut to);
            } else {
                let mut positions = Converter::new(text, unit);
                options.words(text).for_each(|Word { span, kind }| {
                    part.put(span, kind as u8, &mut positions);
                });
            }
            part.close();
        }
        part
    }
}

/// What one job found in its texts.
struct Part {
    /// Behind each text, how many items there are.
    offsets: Vec<u32>,
    columns: Columns,
}

impl Part {
    fn new<T: AsRef<str>>(texts: &[T]) -> Self {
        let mut offsets = Vec::with_capacity(texts.len() + 1);
        offsets.push(0);
        Self { offsets, columns: Columns::for_bytes(bytes(texts)) }
    }

    #[inline]
    fn put(&mut self, span: Span, kind: u8, positions: &mut Converter<'_>) {
        let start = positions.from_byte(span.start());
        self.columns.push(start, positions.from_byte(span.end()), kind);
    }

    /// Ends a text.
    #[inline]
    fn close(&mut self) {
        self.offsets.push(self.columns.len() as u32);
    }
}

/// How many bytes a job has at least, where there are several.
const JOB: usize = 1 << 19;

fn bytes<T: AsRef<str>>(texts: &[T]) -> usize {
    texts.iter().map(|text| text.as_ref().len()).sum()
}

type Joined = (Vec<u32>, Vec<u32>, Vec<u32>, Vec<u8>);

/// Runs `find` over the texts: offsets, starts, ends and kinds.
fn columns<T: AsRef<str> + Sync>(
    texts: &[T],
    find: impl Fn(&[T]) -> Part + Sync,
) -> Result<Joined> {
    let longest = texts.iter().map(|text| text.as_ref().len()).max().unwrap_or(0);
    within("a text's bytes", longest)?;
    // No text has more items than bytes.
    if rayon::current_num_threads() == 1 && bytes(texts) as u64 <= u64::from(u32::MAX) {
        let Part { offsets, columns } = find(texts);
        let (starts, ends, kinds) = columns.finish();
        return Ok((offsets, starts, ends, kinds));
    }
    let mut jobs = Vec::new();
    let (mut from, mut size) = (0, 0);
    for (at, text) in texts.iter().enumerate() {
        size += text.as_ref().len();
        // Of empty texts there may be many.
        if size >= JOB || at + 1 - from >= JOB / 16 {
            jobs.push(&texts[from..=at]);
            (from, size) = (at + 1, 0);
        }
    }
    jobs.push(&texts[from..]);
    joined(jobs.into_par_iter().map(&find).collect())
}

/// What the jobs found, one behind the other.
fn joined(parts: Vec<Part>) -> Result<Joined> {
    let count = parts.iter().map(|part| part.columns.len()).sum();
    within("all items", count)?;
    let texts: usize = parts.iter().map(|part| part.offsets.len() - 1).sum();
    // Zeroed pages come from the system when they are first written to, by the thread that does.
    let mut offsets = vec![0_u32; texts + 1];
    let (mut starts, mut ends) = (vec![0_u32; count], vec![0_u32; count]);
    let mut kinds = vec![0_u8; count];
    let mut copies = Vec::with_capacity(parts.len());
    {
        let mut to = (&mut offsets[1..], &mut starts[..], &mut ends[..], &mut kinds[..]);
        let mut before = 0;
        for part in parts {
            let (texts, count) = (part.offsets.len() - 1, part.columns.len());
            let (offsets, rest_offsets) = to.0.split_at_mut(texts);
            let (starts, rest_starts) = to.1.split_at_mut(count);
            let (ends, rest_ends) = to.2.split_at_mut(count);
            let (kinds, rest_kinds) = to.3.split_at_mut(count);
            copies.push((part, before, (offsets, starts, ends, kinds)));
            before += count as u32;
            to = (rest_offsets, rest_starts, rest_ends, rest_kinds);
        }
        copies.into_par_iter().for_each(|(part, before, to)| {
            for (to, offset) in to.0.iter_mut().zip(&part.offsets[1..]) {
                *to = before + offset;
            }
            let (starts, ends, kinds) = part.columns.parts();
            to.1.copy_from_slice(starts);
            to.2.copy_from_slice(ends);
            to.3.copy_from_slice(kinds);
        });
    }
    Ok((offsets, starts, ends, kinds))
}

fn within(what: &str, asked: usize) -> Result<()> {
    let limit = u64::from(u32::MAX);
    let asked = asked as u64;
    if asked > limit {
        return Err(Error::Limit { what: what.to_owned(), limit, asked });
    }
    Ok(())
}
