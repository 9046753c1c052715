//! A row of a table with columns, seen as a row of a pack's table.

use std::borrow::Cow;
use std::fmt::Display;

use serde_json::{Map, Value};

use super::fields::nearest;
use super::plan::{Column, Read};
use crate::formats::delimited::Record;
use crate::formats::jsonl::Object;
use crate::{Error, Result};

/// A row as its file has it.
pub(super) enum Source<'r> {
    Record(&'r Record<'r>),
    Object(&'r Object),
}

/// Where a column's value is found in a row.
#[derive(Clone, Debug)]
enum Place {
    Nowhere,
    Constant(String),
    Field(usize),
    Key(String),
    Fields(Vec<(String, usize)>),
    Keys(Vec<String>),
}

/// Where the values of a pack's table are found in a file.
#[derive(Clone, Debug)]
pub(super) struct Places {
    places: Vec<(&'static str, Place)>,
}

impl Places {
    /// In a file that has the columns `header`; `None` where they have no names.
    pub(super) fn in_table(
        read: &Read,
        origin: &str,
        header: Option<&[String]>,
        manifest: &str,
    ) -> Result<Self> {
        let index = |name: &str| {
            let header = header.unwrap_or_default();
            header.iter().position(|column| column == name)
        };
        let absent = |column: &str, name: &str| {
            let header = header.unwrap_or_default();
            let names: Vec<_> = header.iter().map(|name| format!("\"{name}\"")).collect();
            let hint = nearest(name, header.iter().map(String::as_str));
            let hint = hint.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default();
            let reason = format!(
                "no column \"{name}\" for `{column}`; there are {}{hint}",
                names.join(", ")
            );
            Error::line(origin, 1, reason)
        };
        Self::found(read, manifest, |column, given| {
            Ok(match given {
                Some(Column::Constant(text)) => Place::Constant(text.clone()),
                Some(Column::Number(number)) => Place::Field(number - 1),
                Some(Column::Named(name)) => {
                    Place::Field(index(name).ok_or_else(|| absent(column, name))?)
                }
                Some(Column::Object(names)) => {
                    let place = |name: &String| {
                        let at = index(name).ok_or_else(|| absent(column, name))?;
                        Ok((name.clone(), at))
                    };
                    Place::Fields(names.iter().map(place).collect::<Result<_>>()?)
                }
                None => match index(column) {
                    Some(at) => Place::Field(at),
                    None if is_required(read, column) && header.is_some() => {
                        return Err(absent(column, column));
                    }
                    None => Place::Nowhere,
                },
            })
        })
    }

    /// In a file of objects, which need not all have the same keys.
    pub(super) fn in_objects(read: &Read, manifest: &str) -> Result<Self> {
        Self::found(read, manifest, |column, given| {
            Ok(match given {
                Some(Column::Constant(text)) => Place::Constant(text.clone()),
                Some(Column::Named(name)) => Place::Key(name.clone()),
                Some(Column::Object(names)) => Place::Keys(names.clone()),
                Some(Column::Number(_)) | None => Place::Key(column.to_owned()),
            })
        })
    }

    /// In a file without columns: constants alone.
    pub(super) fn constants(read: &Read) -> Self {
        let constant = |(column, given): &(&'static str, Column)| match given {
            Column::Constant(text) => Some((*column, Place::Constant(text.clone()))),
            _ => None,
        };
        Self { places: read.columns.iter().filter_map(constant).collect() }
    }

    fn found(
        read: &Read,
        manifest: &str,
        place: impl Fn(&'static str, Option<&Column>) -> Result<Place>,
    ) -> Result<Self> {
        let (columns, _) = read.table.columns();
        let mut places = Vec::with_capacity(columns.len());
        for &column in columns {
            let given = read.columns.iter().find(|(name, _)| *name == column);
            let place = place(column, given.map(|(_, column)| column))?;
            if matches!(place, Place::Nowhere) && is_required(read, column) {
                let reason = format!("read.columns.{column}: is missing");
                return Err(Error::line(manifest, read.line, reason));
            }
            places.push((column, place));
        }
        Ok(Self { places })
    }

    fn place(&self, column: &str) -> &Place {
        let found = self.places.iter().find(|(name, _)| *name == column);
        found.map_or(&Place::Nowhere, |(_, place)| place)
    }

    /// The constant that stands for `column`.
    pub(super) fn constant(&self, column: &str) -> Option<&str> {
        match self.place(column) {
            Place::Constant(text) => Some(text),
            _ => None,
        }
    }
}

fn is_required(read: &Read, column: &str) -> bool {
    let (columns, required) = read.table.columns();
    columns[..required].contains(&column)
}

/// One row, with the places of its values.
pub(super) struct Cells<'r> {
    pub(super) places: &'r Places,
    pub(super) source: Source<'r>,
    pub(super) origin: &'r str,
}

impl<'r> Cells<'r> {
    pub(super) fn line(&self) -> u64 {
        match self.source {
            Source::Record(record) => record.line,
            Source::Object(object) => object.line,
        }
    }

    pub(super) fn offset(&self) -> u64 {
        match self.source {
            Source::Record(record) => record.offset,
            Source::Object(object) => object.offset,
        }
    }

    pub(super) fn wrong(&self, reason: impl Display) -> Error {
        Error::line(self.origin, self.line(), reason)
    }

    /// The text of `column`; `None` where there is none, or an empty one.
    pub(super) fn maybe(&self, column: &str) -> Result<Option<Cow<'r, str>>> {
        Ok(self.text(column)?.filter(|text| !text.is_empty()))
    }

    /// The text of `column`, which must be there; may be empty.
    pub(super) fn required(&self, column: &str) -> Result<Cow<'r, str>> {
        self.text(column)?.ok_or_else(|| {
            let key = match self.places.place(column) {
                Place::Key(key) => key,
                _ => column,
            };
            let there = match self.source {
                Source::Record(_) => String::new(),
                Source::Object(object) => {
                    let keys: Vec<_> = object.values.keys().map(String::as_str).collect();
                    format!("; there are {}", keys.join(", "))
                }
            };
            self.wrong(format!("no \"{key}\" for `{column}`{there}"))
        })
    }

    fn text(&self, column: &str) -> Result<Option<Cow<'r, str>>> {
        Ok(match (self.places.place(column), &self.source) {
            (Place::Constant(text), _) => Some(Cow::Borrowed(text.as_str())),
            (Place::Field(at), Source::Record(record)) => match record.fields.get(*at) {
                Some(field) => Some(Cow::Borrowed(&**field)),
                None => {
                    let reason = format!(
                        "no column {} for `{column}`; there are {}",
                        at + 1,
                        record.fields.len()
                    );
                    return Err(self.wrong(reason));
                }
            },
            (Place::Key(key), Source::Object(object)) => object.text(key),
            (Place::Fields(fields), Source::Record(record)) => {
                let value = |at: usize| Value::from(record.fields.get(at).map(|field| &**field));
                let object: Map<_, _> =
                    fields.iter().map(|(name, at)| (name.clone(), value(*at))).collect();
                Some(Cow::Owned(Value::Object(object).to_string()))
            }
            (Place::Keys(keys), Source::Object(object)) => {
                let value = |key: &String| Some((key.clone(), object.get(key)?.clone()));
                let object: Map<_, _> = keys.iter().filter_map(value).collect();
                Some(Cow::Owned(Value::Object(object).to_string()))
            }
            _ => None,
        })
    }

    /// What `meta` holds, which must be a JSON object.
    pub(super) fn meta(&self) -> Result<Option<Cow<'r, str>>> {
        let Some(text) = self.maybe("meta")? else { return Ok(None) };
        let made = matches!(self.places.place("meta"), Place::Fields(_) | Place::Keys(_));
        if !made && !matches!(serde_json::from_str(&text), Ok(Value::Object(_))) {
            return Err(self.wrong(format!("`meta` must be a JSON object, got {text:?}")));
        }
        Ok(Some(text))
    }

    /// A whole number.
    pub(super) fn count(&self, column: &str) -> Result<Option<i64>> {
        let Some(text) = self.maybe(column)? else { return Ok(None) };
        match text.trim().parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.wrong(format!("`{column}` must be a whole number, got \"{text}\""))),
        }
    }

    /// A mark of time as samples at `rate`, of which `per_second` make a second in the file;
    /// `None` where samples are counted.
    pub(super) fn samples(
        &self,
        column: &str,
        per_second: Option<f64>,
        rate: u32,
    ) -> Result<Option<u64>> {
        let Some(text) = self.maybe(column)? else { return Ok(None) };
        let text = text.trim();
        let Some(per_second) = per_second else {
            return match text.parse() {
                Ok(samples) => Ok(Some(samples)),
                Err(_) => Err(self.wrong(format!(
                    "`{column}` must be a whole number of samples, got \"{text}\""
                ))),
            };
        };
        let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'+'));
        match text.parse::<f64>() {
            Ok(time) if plain && time.is_finite() => {
                Ok(Some((time / per_second * f64::from(rate)).round() as u64))
            }
            _ => {
                let hint = if text.contains(',') { " (with a decimal point)" } else { "" };
                let reason = format!("`{column}` must be a time from 0 on{hint}, got \"{text}\"");
                Err(self.wrong(reason))
            }
        }
    }
}
