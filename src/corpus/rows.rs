//! Rows of a pack's tables, borrowed from the map.

use std::marker::PhantomData;

use arrow_array::{BooleanArray, RecordBatch};
use arrow_select::filter::filter_record_batch;

use super::ids;
use super::pack::Store;
use crate::io::{Batch, Damage};
use crate::{Error, Result};

/// A row of one of a pack's tables.
pub trait Row<'p>: Copy + Sized {
    /// The row `row` of `batch`.
    fn new(batch: &'p Batch, row: usize) -> Self;

    /// The row's id.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where it is not UTF-8.
    fn id(self) -> Result<&'p str>;
}

/// A table of a pack: rows by number, by id, one after the other, or as Arrow batches. Erased rows
/// are not there.
#[derive(Debug)]
pub struct Rows<'p, R> {
    store: &'p Store,
    row: PhantomData<R>,
}

impl<R> Clone for Rows<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Rows<'_, R> {}

impl<'p, R: Row<'p>> Rows<'p, R> {
    pub(super) fn new(store: &'p Store) -> Self {
        Self { store, row: PhantomData }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(self) -> u64 {
        self.store.table.len() - self.store.hidden.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Row `row`, counted from 0.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where there is no such row; [`Error::Corrupt`] where its batch was
    /// truncated or altered.
    pub fn get(self, row: u64) -> Result<R> {
        if row >= self.len() {
            return Err(Error::argument("row", format!("below {}", self.len()), row));
        }
        let (batch, at) = self.store.table.locate(self.store.hidden.stored(row))?;
        Ok(R::new(batch, at))
    }

    /// The number of the row with this id, `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where a batch on the way was truncated or altered.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn find(self, id: &str) -> Result<Option<u64>> {
        for stored in ids::find(&self.store.ids, id)? {
            let Some(seen) = self.store.hidden.seen(stored) else { continue };
            let (batch, at) = self.store.table.locate(stored)?;
            if R::new(batch, at).id()? == id {
                return Ok(Some(seen));
            }
        }
        Ok(None)
    }

    /// The rows from the first to the last.
    pub fn iter(self) -> impl Iterator<Item = Result<R>> + 'p
    where
        R: 'p,
    {
        (0..self.len()).map(move |row| self.get(row))
    }

    /// The columns of each row, text as text.
    #[must_use]
    pub fn schema(self) -> arrow_schema::SchemaRef {
        std::sync::Arc::clone(self.store.table.schema())
    }

    /// How many Arrow batches [`Rows::batch`] gives.
    #[must_use]
    pub fn batches(self) -> usize {
        self.store.table.batches()
    }

    /// Arrow batch `index` with its text checked. Its columns lie in the map; only a batch with erased
    /// rows is a copy without them.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the batch was truncated or altered.
    pub fn batch(self, index: usize) -> Result<RecordBatch> {
        kept(self.store, index, self.store.table.batch(index)?.checked()?)
    }

    /// The first row of batch `index` and the one after its last, erased rows not counted.
    ///
    /// # Panics
    ///
    /// Where there is no such batch.
    #[must_use]
    pub fn rows_of(self, index: usize) -> (u64, u64) {
        self.store.rows_of(index)
    }

    /// Whether the batch that holds row `row` was touched before: reading the row then costs no
    /// comparison with checksums.
    #[must_use]
    pub fn is_loaded(self, row: u64) -> bool {
        self.store.table.is_loaded(self.store.hidden.stored(row))
    }
}

/// `batch`, which is batch `index` of `store`'s table or of a layer over it, without erased rows.
pub(super) fn kept(store: &Store, index: usize, batch: &RecordBatch) -> Result<RecordBatch> {
    let (start, end) = store.table.rows_of(index);
    match store.hidden.kept(start, end) {
        None => Ok(batch.clone()),
        Some(kept) => filter_record_batch(batch, &BooleanArray::from(kept)).map_err(|error| {
            let shard = &store.table.shards()[store.table.shard_of(index)];
            Damage::new(0, error).of(&shard.path)
        }),
    }
}

/// The texts of a table as they are stored, batch by batch: what a layer's rows follow.
pub(crate) struct TextBatches<'p> {
    store: &'p Store,
    column: usize,
}

impl<'p> TextBatches<'p> {
    pub(super) fn new(store: &'p Store) -> Result<Self> {
        let column = store.table.schema().index_of("text");
        let column = column.map_err(|_| {
            Error::argument("table", "documents or utterances, which have a text", "another")
        })?;
        Ok(Self { store, column })
    }

    pub(crate) fn len(&self) -> usize {
        self.store.table.batches()
    }

    pub(crate) fn rows(&self) -> u64 {
        self.store.table.len()
    }

    /// The texts of batch `index`; those of erased rows are empty.
    pub(crate) fn texts(&self, index: usize) -> Result<Vec<&'p str>> {
        let batch = self.store.table.batch(index)?;
        let (start, end) = self.store.table.rows_of(index);
        let kept = self.store.hidden.kept(start, end);
        (0..batch.len())
            .map(|row| match &kept {
                Some(kept) if !kept[row] => Ok(""),
                _ => text(batch, self.column, row),
            })
            .collect()
    }

    /// Lets the system take back the memory of batch `index`, for who reads on.
    pub(crate) fn release(&self, index: usize) {
        self.store.table.release(index);
    }
}

/// A text column that is never null.
fn text(batch: &Batch, column: usize, row: usize) -> Result<&str> {
    batch.text(column, row).map(Option::unwrap_or_default)
}

/// A number column that is never null.
fn number(batch: &Batch, column: usize, row: usize) -> Result<u64> {
    let number = batch.integer(column, row)?.unwrap_or_default();
    u64::try_from(number).map_err(|_| Error::argument("a stored count", "not negative", number))
}

macro_rules! row_type {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ident($column:literal),)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'p> {
            batch: &'p Batch,
            row: usize,
        }

        impl<'p> Row<'p> for $name<'p> {
            fn new(batch: &'p Batch, row: usize) -> Self {
                Self { batch, row }
            }

            fn id(self) -> Result<&'p str> {
                text(self.batch, 0, self.row)
            }
        }

        impl<'p> $name<'p> {
            /// The id, unique in its table.
            ///
            /// # Errors
            ///
            /// [`Error::Corrupt`] where it is not UTF-8.
            pub fn id(self) -> Result<&'p str> {
                Row::id(self)
            }

            $(row_type!(@field $(#[$field_doc])* $field: $kind($column));)*
        }
    };
    (@field $(#[$doc:meta])* $field:ident: text($column:literal)) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// [`Error::Corrupt`] where it is not UTF-8.
        pub fn $field(self) -> Result<&'p str> {
            text(self.batch, $column, self.row)
        }
    };
    (@field $(#[$doc:meta])* $field:ident: maybe($column:literal)) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// [`Error::Corrupt`] where it is not UTF-8.
        pub fn $field(self) -> Result<Option<&'p str>> {
            self.batch.text($column, self.row)
        }
    };
    (@field $(#[$doc:meta])* $field:ident: count($column:literal)) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// [`Error::Argument`] where it is negative, which no writer of packs stores.
        pub fn $field(self) -> Result<u64> {
            number(self.batch, $column, self.row)
        }
    };
    (@field $(#[$doc:meta])* $field:ident: maybe_count($column:literal)) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// [`Error::Corrupt`] where the column is of another type.
        pub fn $field(self) -> Result<Option<i64>> {
            self.batch.integer($column, self.row)
        }
    };
}

row_type! {
    /// A text and what is known of it.
    Document {
        /// The text.
        text: text(1),
        /// Where the text comes from.
        source: maybe(2),
        /// When the text was added to the corpus (a date).
        added: maybe(3),
        /// When the text was written (a date, or two with a comma).
        created: maybe(4),
        /// How many tokens the text has, by the corpus's own count.
        token_count: maybe_count(5),
        /// The text's own licence (SPDX).
        license: maybe(6),
        /// The language (BCP 47).
        lang: maybe(7),
        /// What else is known: a JSON object.
        meta: maybe(8),
    }
}

impl<'p> Document<'p> {
    /// The bytes of the text, not checked to be UTF-8: for callers that check them anyway.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the column is of another type.
    pub fn text_bytes(self) -> Result<&'p [u8]> {
        self.batch.bytes(1, self.row).map(Option::unwrap_or_default)
    }
}

row_type! {
    /// A recording: one channel of 16-bit samples.
    Recording {
        /// How many samples there are.
        frames: count(3),
        /// Who speaks: a pseudonym.
        speaker: maybe(4),
        /// Where the recording comes from.
        source: maybe(5),
        /// The recording's own licence (SPDX).
        license: maybe(6),
        /// The language (BCP 47).
        lang: maybe(7),
        /// What else is known: a JSON object.
        meta: maybe(8),
    }
}

impl<'p> Recording<'p> {
    /// The samples, where they lie in the map. Shape `[frames]`.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the column is not as it was written.
    pub fn pcm(self) -> Result<&'p [i16]> {
        self.batch.samples(1, self.row)
    }

    /// Samples a second.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where the column is of another type.
    pub fn sample_rate(self) -> Result<u32> {
        self.batch.small(2, self.row).map(|rate| rate.unsigned_abs())
    }
}

row_type! {
    /// A stretch of a recording and what is said in it.
    Utterance {
        /// The id of the recording.
        recording: text(1),
        /// The first sample.
        start: count(2),
        /// The sample after the last.
        end: count(3),
        /// What is said.
        text: text(4),
        /// Who speaks: a pseudonym.
        speaker: maybe(5),
        /// Which part of the corpus it belongs to: `train`, `dev`, `test`.
        split: maybe(6),
        /// The utterance's own licence (SPDX).
        license: maybe(7),
        /// The language (BCP 47).
        lang: maybe(8),
        /// What else is known: a JSON object.
        meta: maybe(9),
    }
}

row_type! {
    /// A reading of a word form.
    Entry {
        /// The form as it is written.
        form: text(1),
        /// The lemma.
        lemma: maybe(2),
        /// The part of speech (Universal Dependencies).
        upos: maybe(3),
        /// The features (Universal Dependencies, `Name=Value|…`).
        feats: maybe(4),
        /// How often the form was counted.
        frequency: maybe_count(5),
        /// Where the reading comes from.
        source: maybe(6),
        /// What else is known: a JSON object.
        meta: maybe(7),
    }
}
