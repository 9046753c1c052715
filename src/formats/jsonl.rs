//! JSON Lines: a JSON object a line.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Encoding;
use super::lines::Lines;
use crate::{Error, Result};

/// An object, and where it stands.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Object {
    /// The line, from 1.
    pub line: u64,
    /// The byte of the file at which the line begins.
    pub offset: u64,
    /// The keys and values, in the order of the line.
    pub values: Map<String, Value>,
}

impl Object {
    /// The value of `key`. Where no key is called so, dots in it go into objects: `meta.title`.
    ///
    /// `None` where there is no such key, or the value is `null`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let value = self.values.get(key).or_else(|| {
            let (first, rest) = key.split_once('.')?;
            let inner = self.values.get(first)?;
            rest.split('.').try_fold(inner, |inner, part| inner.get(part))
        });
        value.filter(|value| !value.is_null())
    }

    /// The value of `key` as text: a string as it is, anything else as JSON.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<Cow<'_, str>> {
        Some(match self.get(key)? {
            Value::String(text) => Cow::Borrowed(text),
            other => Cow::Owned(other.to_string()),
        })
    }
}

/// The objects of `bytes`, blank lines left out. Errors call the file `origin`; after one the
/// iterator ends.
///
/// # Errors
///
/// [`Error::Line`] for a line that is not one JSON object, [`Error::Format`] for bytes that the
/// encoding does not know.
///
/// # Source
///
/// RFC 8259 (2017), *The JavaScript Object Notation*; `https://jsonlines.org`.
///
/// # Example
///
/// ```
/// use sprogkit::formats::{Encoding, jsonl};
///
/// let bytes = r#"{"id": 7, "meta": {"title": "Brev"}}"#.as_bytes();
/// let object = jsonl::objects("a.jsonl", bytes, Encoding::Utf8).next().unwrap()?;
/// assert_eq!(object.text("meta.title").unwrap(), "Brev");
/// assert_eq!(object.text("id").unwrap(), "7");
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn objects(
    origin: &str,
    bytes: &[u8],
    encoding: Encoding,
) -> impl Iterator<Item = Result<Object>> {
    let mut lines = Lines::new(origin, bytes, encoding);
    std::iter::from_fn(move || {
        let line = match lines.next_filled()? {
            Ok(line) => line,
            Err(wrong) => return Some(Err(wrong)),
        };
        let values = parse(&lines.origin, line.number, &line.text);
        if values.is_err() {
            lines.stop();
        }
        Some(values.map(|values| Object { line: line.number, offset: line.offset, values }))
    })
}

fn parse(origin: &str, line: u64, text: &str) -> Result<Map<String, Value>> {
    let wrong = |reason: String| Error::line(origin, line, reason);
    match serde_json::from_str(text) {
        Ok(Value::Object(values)) => Ok(values),
        Ok(other) => {
            let got = match other {
                Value::Null => "null",
                Value::Bool(_) => "true or false",
                Value::Number(_) => "a number",
                Value::String(_) => "a string",
                Value::Array(_) | Value::Object(_) => "a list",
            };
            Err(wrong(format!("expected a JSON object, got {got}")))
        }
        Err(broken) => {
            let reason = broken.to_string();
            let reason = reason.rsplit_once(" at line ").map_or(&*reason, |(reason, _)| reason);
            Err(wrong(format!("no JSON: {reason} (byte {} of the line)", broken.column())))
        }
    }
}
