//! Making a pack from any Arrow table: most users hold a data frame, not a manifest.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use arrow_select::take::take;
use serde_json::{Map, Value};

use super::{Info, NewDocument, NewEntry, NewRecording, NewUtterance, Pack, Writer, WriterOptions};
use crate::progress::Progress;
use crate::{Error, Result};

/// How a table becomes a pack.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Columns that have other names in the table: ours, theirs. `("text", "body")` reads the text
    /// from the column `body`.
    pub columns: Vec<(String, String)>,
    /// How the pack is written.
    pub writer: WriterOptions,
}

/// The columns with a place of their own. All others go to `meta`.
const KNOWN: [&str; 19] = [
    "id",
    "text",
    "source",
    "added",
    "created",
    "token_count",
    "license",
    "lang",
    "meta",
    "pcm",
    "sample_rate",
    "speaker",
    "split",
    "recording",
    "form",
    "lemma",
    "upos",
    "feats",
    "frequency",
];

/// Writes the rows of an Arrow table as a pack at `out`.
///
/// What becomes of a row depends on its columns:
///
/// * `pcm` (a list of 16-bit integers, or of floats in −1 to 1) and `sample_rate`: a recording, and
///   with a `text` an utterance of it too;
/// * else `form`: a reading of the lexicon;
/// * else `text`: a document.
///
/// `id` may be text or a number; without it, rows are numbered. Further known columns are those of
/// [`format`](mod@super::format); any other column of numbers, text, dates, lists or structs goes to
/// the JSON object `meta`. There a number that is none (NaN, infinity) counts as missing.
///
/// # Errors
///
/// [`Error::Argument`] where none of these columns is there, a column has a type that cannot be
/// kept, an id is there twice, or text is missing; the row is named. Errors of `batches` are
/// passed on. Nothing is left of the pack then.
pub fn write_table(
    batches: impl IntoIterator<Item = Result<RecordBatch>>,
    out: impl AsRef<Path>,
    info: Info,
    options: &ImportOptions,
    progress: &dyn Progress,
) -> Result<Pack> {
    let corpus = info.id.clone();
    let mut writer = Writer::create_with(out, info, options.writer)?;
    progress.start("write", None, "rows");
    let mut row = 0;
    for batch in batches {
        progress.check()?;
        let batch = unpacked(batch?)?;
        let columns = Columns::new(&batch, &options.columns)?;
        for at in 0..batch.num_rows() {
            columns.write(&mut writer, &corpus, at, row).map_err(|error| match error {
                Error::Argument { name, requirement, got } => {
                    Error::Argument { name, requirement, got: format!("{got} (row {row})") }
                }
                other => other,
            })?;
            row += 1;
        }
        progress.advance(batch.num_rows() as u64);
    }
    writer.finish()
}

/// The batch with columns of a dictionary written out: what pandas calls a category.
fn unpacked(batch: RecordBatch) -> Result<RecordBatch> {
    let wrong = |e: ArrowError| Error::argument("table", "a sound Arrow table", e);
    let schema = batch.schema();
    if !schema.fields().iter().any(|f| matches!(f.data_type(), DataType::Dictionary(..))) {
        return Ok(batch);
    }
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        let column = match column.as_any_dictionary_opt() {
            Some(coded) => take(coded.values(), coded.keys(), None).map_err(wrong)?,
            None => Arc::clone(column),
        };
        columns.push((field.name().clone(), column, true));
    }
    RecordBatch::try_from_iter_with_nullable(columns).map_err(wrong)
}

/// The columns of a batch by what they are.
struct Columns<'b> {
    known: [Option<&'b ArrayRef>; KNOWN.len()],
    others: Vec<(&'b str, &'b ArrayRef)>,
}

impl<'b> Columns<'b> {
    fn new(batch: &'b RecordBatch, names: &'b [(String, String)]) -> Result<Self> {
        let schema = batch.schema_ref();
        for (ours, theirs) in names {
            if !KNOWN.contains(&ours.as_str()) {
                return Err(Error::argument("columns", format!("of {KNOWN:?}"), ours));
            }
            if schema.index_of(theirs).is_err() {
                return Err(Error::argument("columns", "in the table", format!("{theirs:?}")));
            }
        }
        let mut columns = Self { known: [None; KNOWN.len()], others: Vec::new() };
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let renamed = names.iter().find(|(_, theirs)| theirs == field.name());
            let taken = names.iter().any(|(ours, _)| ours == field.name());
            let name = match renamed {
                Some((ours, _)) => Some(ours.as_str()),
                None => (!taken).then_some(field.name().as_str()),
            };
            match name.and_then(|name| KNOWN.iter().position(|known| *known == name)) {
                Some(place) if columns.known[place].is_some() => {
                    let got = format!("two columns for {:?}", KNOWN[place]);
                    return Err(Error::argument("table", "one with a column of each name", got));
                }
                Some(place) => columns.known[place] = Some(array),
                None => columns.others.push((field.name(), array)),
            }
        }
        let has = |name| columns.get(name).is_some();
        if has("pcm") != has("sample_rate") {
            let missing = if has("pcm") { "sample_rate" } else { "pcm" };
            return Err(Error::argument(
                "table",
                "one with both pcm and sample_rate, or neither",
                format!("one without {missing}"),
            ));
        }
        if !has("text") && !has("pcm") && !has("form") {
            let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
            return Err(Error::argument(
                "table",
                "one with a column text, pcm or form (or one named in `columns`)",
                format!("the columns {}", names.join(", ")),
            ));
        }
        Ok(columns)
    }

    fn get(&self, name: &str) -> Option<&'b ArrayRef> {
        KNOWN.iter().position(|known| *known == name).and_then(|place| self.known[place])
    }

    fn text(&self, name: &'static str, row: usize) -> Result<Option<&'b str>> {
        self.get(name).map_or(Ok(None), |array| text(name, array, row))
    }

    /// A date as it is written, or one of a column of dates.
    fn date(&self, name: &'static str, row: usize) -> Result<Option<String>> {
        let Some(array) = self.get(name) else { return Ok(None) };
        match json(name, array, row)? {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            other => Err(Error::argument(name, "a date or text", other)),
        }
    }

    fn integer(&self, name: &'static str, row: usize) -> Result<Option<i64>> {
        let Some(array) = self.get(name) else { return Ok(None) };
        let value = json(name, array, row)?;
        match value.as_i64() {
            None if !value.is_null() => Err(Error::argument(name, "a whole number", value)),
            number => Ok(number),
        }
    }

    /// The row's id: as it is, or its number.
    fn id(&self, corpus: &str, at: usize, row: u64) -> Result<String> {
        match self.get("id") {
            None => Ok(format!("{corpus}-{row}")),
            Some(array) => match json("id", array, at)? {
                Value::String(text) => Ok(text),
                Value::Number(number) => Ok(number.to_string()),
                other => Err(Error::argument("id", "text or a number", other)),
            },
        }
    }

    /// What is known beyond the known columns, as a JSON object.
    fn meta(&self, row: usize) -> Result<Option<String>> {
        let given = self.text("meta", row)?;
        if self.others.is_empty() {
            return Ok(given.map(str::to_owned));
        }
        let mut object = match given {
            None => Map::new(),
            Some(text) => serde_json::from_str(text)
                .map_err(|_| Error::argument("meta", "a JSON object", text))?,
        };
        for (name, array) in &self.others {
            let value = json(name, array, row)?;
            if !value.is_null() {
                object.insert((*name).to_owned(), value);
            }
        }
        Ok((!object.is_empty()).then(|| Value::Object(object).to_string()))
    }

    fn write(&self, writer: &mut Writer, corpus: &str, at: usize, row: u64) -> Result<()> {
        let id = self.id(corpus, at, row)?;
        let meta = self.meta(at)?;
        let meta = meta.as_deref();
        let license = self.text("license", at)?;
        let lang = self.text("lang", at)?;
        let source = self.text("source", at)?;
        let missing = |name| Error::argument(name, "given in every row", "null");
        if let Some(pcm) = self.get("pcm") {
            let samples = samples(pcm, at)?;
            let rate = self.integer("sample_rate", at)?.ok_or_else(|| missing("sample_rate"))?;
            let sample_rate = u32::try_from(rate)
                .map_err(|_| Error::argument("sample_rate", "a rate in Hz", rate))?;
            let speaker = self.text("speaker", at)?;
            writer.recording(&NewRecording {
                id: &id,
                pcm: &samples,
                sample_rate,
                speaker,
                source,
                license,
                lang,
                meta,
            })?;
            if let Some(text) = self.text("text", at)? {
                writer.utterance(&NewUtterance {
                    id: &id,
                    recording: &id,
                    samples: None,
                    text,
                    speaker,
                    split: self.text("split", at)?,
                    license,
                    lang,
                    meta,
                })?;
            }
            return Ok(());
        }
        if self.get("form").is_some() {
            let id = if self.get("id").is_some() { id.as_str() } else { "" };
            return writer.entry(&NewEntry {
                id,
                form: self.text("form", at)?.ok_or_else(|| missing("form"))?,
                lemma: self.text("lemma", at)?,
                upos: self.text("upos", at)?,
                feats: self.text("feats", at)?,
                frequency: self.integer("frequency", at)?,
                source,
                meta,
            });
        }
        writer.document(&NewDocument {
            id: &id,
            text: self.text("text", at)?.ok_or_else(|| missing("text"))?,
            source,
            added: self.date("added", at)?.as_deref(),
            created: self.date("created", at)?.as_deref(),
            token_count: self.integer("token_count", at)?,
            license,
            lang,
            meta,
        })
    }
}

fn text<'b>(name: &'static str, array: &'b ArrayRef, row: usize) -> Result<Option<&'b str>> {
    if array.is_null(row) {
        return Ok(None);
    }
    Ok(Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row),
        DataType::Utf8View => array.as_string_view().value(row),
        DataType::Null => return Ok(None),
        other => return Err(Error::argument(name, "a column of text", other)),
    }))
}

fn samples(array: &ArrayRef, row: usize) -> Result<Vec<i16>> {
    let wrong = || {
        let rule = "a list of 16-bit integers or of floats in -1 to 1, not null";
        Error::argument("pcm", rule, array.data_type())
    };
    if array.is_null(row) {
        return Err(wrong());
    }
    let list = match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().value(row),
        DataType::LargeList(_) => array.as_list::<i64>().value(row),
        _ => return Err(wrong()),
    };
    if list.null_count() > 0 {
        return Err(Error::argument("pcm", "samples without gaps", "null among them"));
    }
    let scaled = |(at, x): (usize, f64)| {
        if (-1.0..=1.0).contains(&x) {
            return Ok((x * 32768.0).round().min(32767.0) as i16);
        }
        Err(Error::argument("pcm", "floats in -1 to 1", format!("{x} in sample {at}")))
    };
    match list.data_type() {
        DataType::Int16 => Ok(list.as_primitive::<Int16Type>().values().to_vec()),
        DataType::Float32 => {
            let values = list.as_primitive::<Float32Type>().values().iter();
            values.map(|&x| f64::from(x)).enumerate().map(scaled).collect()
        }
        DataType::Float64 => {
            let values = list.as_primitive::<Float64Type>().values().iter();
            values.copied().enumerate().map(scaled).collect()
        }
        _ => Err(wrong()),
    }
}

/// A value of any column that can be kept, as JSON.
fn json(name: &str, array: &ArrayRef, row: usize) -> Result<Value> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    macro_rules! number {
        ($kind:ty) => {
            array.as_primitive::<$kind>().value(row).into()
        };
    }
    let nested = |list: ArrayRef| -> Result<Value> {
        (0..list.len()).map(|at| json(name, &list, at)).collect()
    };
    Ok(match array.data_type() {
        DataType::Null => Value::Null,
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::Date32 => {
            date(i64::from(array.as_primitive::<Date32Type>().value(row)) * 86_400)[..10].into()
        }
        DataType::Timestamp(unit, _) => date(match unit {
            TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row),
            TimeUnit::Millisecond => {
                array.as_primitive::<TimestampMillisecondType>().value(row).div_euclid(1_000)
            }
            TimeUnit::Microsecond => {
                array.as_primitive::<TimestampMicrosecondType>().value(row).div_euclid(1_000_000)
            }
            TimeUnit::Nanosecond => {
                array.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1_000_000_000)
            }
        })
        .into(),
        DataType::List(_) => nested(array.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => nested(array.as_list::<i64>().value(row))?,
        DataType::Struct(fields) => {
            let columns = array.as_struct();
            let mut object = Map::new();
            for (field, column) in fields.iter().zip(columns.columns()) {
                object.insert(field.name().clone(), json(field.name(), column, row)?);
            }
            Value::Object(object)
        }
        other => {
            return Err(Error::argument(
                "table",
                format!("of numbers, text, dates, lists and structs in column {name:?}"),
                format!("{other}; convert the column to text or leave it out"),
            ));
        }
    })
}

/// Seconds since 1970 as RFC 3339 writes them, in UTC.
fn date(seconds: i64) -> String {
    super::time::timestamp(seconds)
}
