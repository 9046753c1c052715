//! Texts that belong together: those of two files, by their ids or by their order.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::figures::counted;
use super::stream::Input;
use crate::{Error, Result};

/// A text with its id, where the file gives one.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    id: Option<String>,
    text: String,
}

/// What stands in both files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    /// An id, or the number of the line, counted from 1.
    pub(super) ids: Vec<String>,
    pub(super) references: Vec<String>,
    pub(super) hypotheses: Vec<String>,
    /// Whether the ids are the files' own.
    by_id: bool,
}

impl Pairs {
    /// Reads both files and puts their texts together: by id where both give ids, by order
    /// otherwise. With `common`, ids that stand in one of them only are left out.
    pub(super) fn read(
        reference: &Path,
        hypothesis: &Path,
        common: bool,
    ) -> std::result::Result<Self, Failure> {
        standard_input_once(&[reference, hypothesis])?;
        let references = texts(reference)?;
        let hypotheses = texts(hypothesis)?;
        let by_id = |texts: &[Text]| texts.iter().all(|text| text.id.is_some());
        match (by_id(&references), by_id(&hypotheses)) {
            (true, true) => {
                return Self::joined(reference, references, hypothesis, hypotheses, common);
            }
            (true, false) if !references.is_empty() => {
                return Err(without_ids(hypothesis, reference));
            }
            (false, true) if !hypotheses.is_empty() => {
                return Err(without_ids(reference, hypothesis));
            }
            _ => {}
        }
        if references.len() != hypotheses.len() {
            return Err(Failure::Said(format!(
                "{}: {}, but {} has {}: they must be one a line, in the same order",
                hypothesis.display(),
                counted(hypotheses.len() as u64, "text"),
                reference.display(),
                references.len()
            )));
        }
        let mut pairs = Self::default();
        for (at, (reference, hypothesis)) in references.into_iter().zip(hypotheses).enumerate() {
            let id = reference.id.or(hypothesis.id).unwrap_or_else(|| (at + 1).to_string());
            pairs.push(id, reference.text, hypothesis.text);
        }
        Ok(pairs)
    }

    fn joined(
        reference: &Path,
        references: Vec<Text>,
        hypothesis: &Path,
        hypotheses: Vec<Text>,
        common: bool,
    ) -> std::result::Result<Self, Failure> {
        let mut found = HashMap::new();
        for Text { id, text } in hypotheses {
            let id = id.unwrap_or_default();
            if found.insert(id.clone(), text).is_some() {
                return Err(twice(hypothesis, &id));
            }
        }
        let mut pairs = Self { by_id: true, ..Self::default() };
        let mut missing = Vec::new();
        let mut seen = HashSet::new();
        for Text { id, text } in references {
            let id = id.unwrap_or_default();
            if !seen.insert(id.clone()) {
                return Err(twice(reference, &id));
            }
            match found.remove(&id) {
                Some(hypothesis) => pairs.push(id, text, hypothesis),
                None => missing.push(id),
            }
        }
        let mut more: Vec<String> = found.into_keys().collect();
        more.sort();
        for (file, ids) in [(hypothesis, missing), (reference, more)] {
            if !ids.is_empty() && !common {
                return Err(absent(file, &ids));
            }
        }
        Ok(pairs)
    }

    /// Another reference for each pair, from a file of the same form as the first: with `common`,
    /// `None` for a pair whose id it has not.
    pub(super) fn another(
        &self,
        file: &Path,
        first: &Path,
        common: bool,
    ) -> std::result::Result<Vec<Option<String>>, Failure> {
        let texts = texts(file)?;
        let with_ids = texts.iter().all(|text| text.id.is_some());
        if !self.by_id {
            if with_ids && !texts.is_empty() {
                return Err(without_ids(first, file));
            }
            if texts.len() != self.ids.len() {
                let (file, pairs) = (file.display(), self.ids.len());
                let found = counted(texts.len() as u64, "text");
                let text = format!(
                    "{file}: {found}, but {} has {pairs}: they must be one a line, in the \
                     same order",
                    first.display()
                );
                return Err(Failure::Said(text));
            }
            return Ok(texts.into_iter().map(|text| Some(text.text)).collect());
        }
        if !with_ids {
            return Err(without_ids(file, first));
        }
        let mut found = HashMap::new();
        for Text { id, text } in texts {
            let id = id.unwrap_or_default();
            if found.insert(id.clone(), text).is_some() {
                return Err(twice(file, &id));
            }
        }
        let others: Vec<Option<String>> = self.ids.iter().map(|id| found.remove(id)).collect();
        if common {
            return Ok(others);
        }
        let without = self.ids.iter().zip(&others).filter(|(_, text)| text.is_none());
        let missing: Vec<String> = without.map(|(id, _)| id.clone()).collect();
        let mut more: Vec<String> = found.into_keys().collect();
        more.sort();
        match (missing.is_empty(), more.is_empty()) {
            (false, _) => Err(absent(file, &missing)),
            (true, false) => Err(absent(first, &more)),
            (true, true) => Ok(others),
        }
    }

    fn push(&mut self, id: String, reference: String, hypothesis: String) {
        self.ids.push(id);
        self.references.push(reference);
        self.hypotheses.push(hypothesis);
    }

    /// The label of each pair: from a file with a label a line, or with the columns `id` and
    /// `group`.
    pub(super) fn labels(&self, file: &Path) -> std::result::Result<Vec<String>, Failure> {
        let labels = rows(file, "group")?;
        if labels.iter().all(|label| label.id.is_some()) {
            let mut by_id = HashMap::new();
            for Text { id, text } in labels {
                let id = id.unwrap_or_default();
                if by_id.insert(id.clone(), text).is_some() {
                    return Err(twice(file, &id));
                }
            }
            let label = |id: &String| {
                by_id.get(id).cloned().ok_or_else(|| {
                    Failure::Said(format!("{}: id {id:?} has no group", file.display()))
                })
            };
            return self.ids.iter().map(label).collect();
        }
        if labels.len() != self.ids.len() {
            let (file, found, pairs) = (file.display(), labels.len(), self.ids.len());
            return Err(Failure::Said(format!("{file}: {found} labels for {pairs} pairs")));
        }
        Ok(labels.into_iter().map(|label| label.text).collect())
    }
}

/// That `file` has no ids, by which alone it could be put together with `other`.
fn without_ids(file: &Path, other: &Path) -> Failure {
    let named = |file: &Path| match file.extension() {
        Some(end) if end == "jsonl" => "member",
        _ => "column",
    };
    Failure::Said(format!(
        "{}: no {} \"id\", but {} has ids: both must give them (.tsv or .jsonl), or neither",
        file.display(),
        named(file),
        other.display()
    ))
}

/// Refuses to read the standard input, `-`, for more than one of `files`.
pub(super) fn standard_input_once(files: &[&Path]) -> std::result::Result<(), Failure> {
    if files.iter().filter(|file| **file == Path::new("-")).count() > 1 {
        let text = "the standard input, `-`, can be read for one file only".to_owned();
        return Err(Failure::Usage(text));
    }
    Ok(())
}

/// That `file` lacks ids that another has.
fn absent(file: &Path, ids: &[String]) -> Failure {
    Failure::Said(format!(
        "{}: {} missing: {}\n`--common` takes the ids that both files have",
        file.display(),
        counted(ids.len() as u64, "id"),
        some(ids)
    ))
}

fn twice(file: &Path, id: &str) -> Failure {
    Failure::Said(format!("{}: id {id:?} is there twice", file.display()))
}

/// A few of many.
fn some(ids: &[String]) -> String {
    let shown = ids.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    if ids.len() > 5 { format!("{shown}, …") } else { shown }
}

/// The texts of a file.
fn texts(file: &Path) -> Result<Vec<Text>> {
    rows(file, "text")
}

/// A text a line; in a file whose name ends in `.tsv` the columns `id` and `column` of its
/// header; in `.jsonl` the members of that name.
fn rows(file: &Path, column: &str) -> Result<Vec<Text>> {
    let text = read(file)?;
    let wrong = |at: usize, reason: String| Error::Line {
        origin: file.display().to_string(),
        line: at as u64 + 1,
        reason,
    };
    let lines = || text.lines().enumerate();
    match file.extension().and_then(|e| e.to_str()) {
        Some("tsv") => {
            let header: Vec<&str> = text.lines().next().unwrap_or("").split('\t').collect();
            let place = |name: &str| header.iter().position(|column| *column == name);
            let there = |name: &str| {
                place(name).ok_or_else(|| {
                    wrong(0, format!("no column {name:?}; the first line names the columns"))
                })
            };
            let (place, id) = (there(column)?, there("id")?);
            let row = |(at, line): (usize, &str)| {
                let cells: Vec<&str> = line.split('\t').collect();
                if cells.len() != header.len() {
                    let reason =
                        format!("expected {} columns, found {}", header.len(), cells.len());
                    return Err(wrong(at, reason));
                }
                Ok(Text { id: Some(cells[id].to_owned()), text: cells[place].to_owned() })
            };
            lines().skip(1).filter(|(_, line)| !line.is_empty()).map(row).collect()
        }
        Some("jsonl") => {
            let row = |(at, line): (usize, &str)| {
                let object: serde_json::Value =
                    serde_json::from_str(line).map_err(|e| wrong(at, e.to_string()))?;
                // Ids and ages are often numbers.
                let member = |name: &str| match object.get(name)? {
                    serde_json::Value::String(text) => Some(text.clone()),
                    serde_json::Value::Number(n) if name != "text" => Some(n.to_string()),
                    _ => None,
                };
                let text =
                    member(column).ok_or_else(|| wrong(at, format!("no text {column:?}")))?;
                Ok(Text { id: member("id"), text })
            };
            let rows = lines().filter(|(_, line)| !line.trim().is_empty());
            let texts: Vec<Text> = rows.clone().map(row).collect::<Result<_>>()?;
            let some = texts.iter().any(|text| text.id.is_some());
            match rows.zip(&texts).find(|(_, text)| some && text.id.is_none()) {
                Some(((at, _), _)) => Err(wrong(at, "no \"id\", but other lines have one".into())),
                None => Ok(texts),
            }
        }
        _ => Ok(text.lines().map(|line| Text { id: None, text: line.to_owned() }).collect()),
    }
}

/// All of a file, without a byte order mark; `-` is the standard input.
pub(super) fn read(file: &Path) -> Result<String> {
    let input = Input::all(&[PathBuf::from(file)]).remove(0);
    let mut text = input.read()?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}
