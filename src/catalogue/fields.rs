//! A TOML document read field by field: every mistake with its line and the name of its field,
//! unknown fields with the nearest known one.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Error, Result};

/// The text of a document, and the mistakes found in it so far.
pub(super) struct Source<'t> {
    origin: &'t str,
    text: &'t str,
    // Byte of the document and what is wrong there.
    mistakes: RefCell<Vec<(usize, String)>>,
}

impl<'t> Source<'t> {
    pub(super) fn new(origin: &'t str, text: &'t str) -> Self {
        Self { origin, text, mistakes: RefCell::default() }
    }

    /// The document's top table.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] where the text is not TOML.
    pub(super) fn parse(&self) -> Result<DeTable<'t>> {
        DeTable::parse(self.text).map(Spanned::into_inner).map_err(|wrong| {
            let at = wrong.span().map_or(0, |span| span.start);
            let reason = wrong.message().lines().collect::<Vec<_>>().join(", ");
            Error::line(self.origin, self.line(at), reason)
        })
    }

    pub(super) fn mistake(&self, at: usize, reason: String) {
        self.mistakes.borrow_mut().push((at, reason));
    }

    /// The line, counted from 1, that holds the byte `at`.
    pub(super) fn line(&self, at: usize) -> u64 {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        memchr::memchr_iter(b'\n', before).count() as u64 + 1
    }

    /// All mistakes, in the order of their lines.
    pub(super) fn into_mistakes(self) -> Vec<Error> {
        let mut mistakes = self.mistakes.take();
        mistakes.sort();
        mistakes
            .into_iter()
            .map(|(at, reason)| Error::line(self.origin, self.line(at), reason))
            .collect()
    }
}

/// A value, and the byte of the document at which it stands.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) at: usize,
    pub(super) value: T,
}

/// One table of the document. Each accessor makes its field known; [`Fields::finish`] refuses
/// what is left.
pub(super) struct Fields<'d, 't> {
    pub(super) source: &'d Source<'t>,
    /// The table's name, as in `license.spdx`; empty for the top.
    name: String,
    /// The byte at which the table begins.
    pub(super) at: usize,
    entries: &'d DeTable<'t>,
    known: Vec<&'static str>,
}

impl<'d, 't> Fields<'d, 't> {
    pub(super) fn top(source: &'d Source<'t>, entries: &'d DeTable<'t>) -> Self {
        Self { source, name: String::new(), at: 0, entries, known: Vec::new() }
    }

    /// `field` with the name of its table before it.
    pub(super) fn path(&self, field: &str) -> String {
        if self.name.is_empty() { field.to_owned() } else { format!("{}.{field}", self.name) }
    }

    /// Notes what is wrong with `field`, at the byte `at`.
    pub(super) fn wrong(&self, at: usize, field: &str, reason: &str) {
        self.source.mistake(at, format!("{}: {reason}", self.path(field)));
    }

    fn mismatch(&self, field: &str, value: &Spanned<DeValue<'t>>, wanted: &str) {
        self.wrong(
            value.span().start,
            field,
            &format!("must be {wanted}, got {}", shown(value.get_ref())),
        );
    }

    /// The names of all fields that stand in the table, each with its byte.
    pub(super) fn names(&self) -> impl Iterator<Item = At<&'d str>> {
        let entries = self.entries;
        entries.keys().map(|key| At { at: key.span().start, value: key.get_ref().as_ref() })
    }

    /// The fields that an accessor asked for so far.
    pub(super) fn known(&self) -> &[&'static str] {
        &self.known
    }

    /// Whether `field` stands in the table. Does not make it known.
    pub(super) fn has(&self, field: &str) -> bool {
        self.entries.keys().any(|key| key.get_ref() == field)
    }

    fn value(&mut self, field: &'static str) -> Option<&'d Spanned<DeValue<'t>>> {
        self.known.push(field);
        self.any(field)
    }

    /// The value of a field whose name is not fixed. Does not make it known.
    pub(super) fn any(&self, field: &str) -> Option<&'d Spanned<DeValue<'t>>> {
        let entries = self.entries;
        entries.iter().find(|(key, _)| key.get_ref() == field).map(|(_, value)| value)
    }

    /// A text that must not be empty.
    pub(super) fn text(&mut self, field: &'static str) -> Option<At<String>> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => {
                Some(At { at: value.span().start, value: text.clone().into_owned() })
            }
            DeValue::String(_) => {
                self.wrong(value.span().start, field, "must not be empty");
                None
            }
            _ => {
                self.mismatch(field, value, "text");
                None
            }
        }
    }

    /// A text of which blanks count too.
    pub(super) fn text_as_is(&mut self, field: &'static str) -> Option<At<String>> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::String(text) => {
                Some(At { at: value.span().start, value: text.clone().into_owned() })
            }
            _ => {
                self.mismatch(field, value, "text");
                None
            }
        }
    }

    /// A text that must stand here; its absence is noted.
    pub(super) fn required_text(&mut self, field: &'static str) -> Option<At<String>> {
        if !self.has(field) {
            self.missing(field);
        }
        self.text(field)
    }

    /// Notes that `field` is missing.
    pub(super) fn missing(&mut self, field: &'static str) {
        self.known.push(field);
        self.wrong(self.at, field, "is missing");
    }

    /// One text, or a list of texts.
    pub(super) fn texts(&mut self, field: &'static str) -> Vec<At<String>> {
        let Some(value) = self.value(field) else { return Vec::new() };
        let single = std::slice::from_ref(value);
        let items = match value.get_ref() {
            DeValue::String(_) => single,
            DeValue::Array(items) => items.as_ref(),
            _ => {
                self.mismatch(field, value, "text or a list of texts");
                return Vec::new();
            }
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    texts.push(At { at: item.span().start, value: text.clone().into_owned() });
                }
                _ => self.mismatch(field, item, "text that is not empty"),
            }
        }
        texts
    }

    /// A whole number, not negative.
    pub(super) fn count(&mut self, field: &'static str) -> Option<At<u64>> {
        let value = self.value(field)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            self.mismatch(field, value, "a whole number that is not negative");
        }
        number.map(|number| At { at: value.span().start, value: number })
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, field: &'static str) -> Option<bool> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.mismatch(field, value, "true or false");
                None
            }
        }
    }

    /// One of a closed set of names.
    pub(super) fn choice<T: Copy>(
        &mut self,
        field: &'static str,
        names: &[(&str, T)],
    ) -> Option<At<T>> {
        let text = self.text(field)?;
        if let Some(&(_, value)) = names.iter().find(|(name, _)| *name == text.value) {
            return Some(At { at: text.at, value });
        }
        let all: Vec<_> = names.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let hint = nearest(&text.value, names.iter().map(|&(name, _)| name));
        let hint = hint.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default();
        let reason = format!("must be {}, got \"{}\"{hint}", all.join(" or "), text.value);
        self.wrong(text.at, field, &reason);
        None
    }

    /// A table inside this one.
    pub(super) fn table(&mut self, field: &'static str) -> Option<Fields<'d, 't>> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::Table(entries) => Some(self.inner(field, value.span().start, entries)),
            _ => {
                self.mismatch(field, value, "a table");
                None
            }
        }
    }

    /// A table, or one text that stands for a table with that text alone.
    pub(super) fn table_or_text(
        &mut self,
        field: &'static str,
    ) -> Option<Result<Fields<'d, 't>, At<String>>> {
        match self.any(field)?.get_ref() {
            DeValue::Table(_) => self.table(field).map(Ok),
            _ => self.text(field).map(Err),
        }
    }

    /// The tables of `[[field]]`.
    pub(super) fn tables(&mut self, field: &'static str) -> Vec<Fields<'d, 't>> {
        let Some(value) = self.value(field) else { return Vec::new() };
        let mut tables = Vec::new();
        let DeValue::Array(items) = value.get_ref() else {
            self.mismatch(field, value, &format!("tables, each under [[{field}]]"));
            return tables;
        };
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    tables.push(self.inner(field, item.span().start, entries));
                }
                _ => self.mismatch(field, item, "a table"),
            }
        }
        tables
    }

    fn inner(&self, field: &str, at: usize, entries: &'d DeTable<'t>) -> Fields<'d, 't> {
        Fields { source: self.source, name: self.path(field), at, entries, known: Vec::new() }
    }

    /// Refuses every field that no accessor asked for.
    pub(super) fn finish(self) {
        for At { at, value: name } in self.names() {
            if self.known.contains(&name) {
                continue;
            }
            let hint = match nearest(name, self.known.iter().copied()) {
                Some(known) => {
                    // One slip is one mistake: the field is there, under a wrong name.
                    let missing = format!("{}: is missing", self.path(known));
                    self.source.mistakes.borrow_mut().retain(|(_, reason)| *reason != missing);
                    format!("did you mean `{known}`?")
                }
                None => format!("known here: {}", self.known.join(", ")),
            };
            self.wrong(at, name, &format!("unknown field; {hint}"));
        }
    }
}

/// A value as it is named in a message.
pub(super) fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => format!("the date {date} (put it in quotes)"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// The candidate that `word` is most likely a slip of: at most a third of its letters, rounded up,
/// are wrong.
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    let allowed = word.chars().count().div_ceil(3);
    candidates
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance; `-` and `_` are the same letter.
fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| -> Vec<char> {
        text.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
    };
    let (a, b) = (letters(a), letters(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// What was found, without its place.
pub(super) fn value<T>(found: Option<At<T>>) -> Option<T> {
    found.map(|found| found.value)
}

/// All that was found, without places.
pub(super) fn values<T>(found: Vec<At<T>>) -> Vec<T> {
    found.into_iter().map(|found| found.value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_a_slip_away() {
        let names = ["license", "landing_page", "sha256"];
        for (word, want) in [
            ("licence", Some("license")),
            ("landing-page", Some("landing_page")),
            ("sha265", Some("sha256")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, names.into_iter()), want, "{word}");
        }
    }
}
