//! What tests read: the tables of the repository, and the data that may lie beside it.

use std::path::{Path, PathBuf};

/// The rows of a table of the repository, as columns.
pub(super) fn rows(table: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(table);
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// A file or folder beside the repository; `None`, with a message, where it is absent.
pub(super) fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    }
    Some(path)
}

/// A text beside the repository; `None`, with a message, where it is absent.
pub(super) fn shared_text(path: &str) -> Option<String> {
    shared(path).map(|path| std::fs::read_to_string(path).unwrap())
}

/// The cases of the survey of Danish beside the repository that are of the given areas: area, input, and what
/// is expected, a list also where it is one text. None, with a message, where it is absent.
pub(super) fn survey(areas: &[&str]) -> Option<Vec<(String, String, Vec<String>)>> {
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(&shared_text("facts/danish_cases.json")?).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let wanted = cases.iter().filter(|case| areas.contains(&case["area"].as_str().unwrap()));
    let wanted = wanted.map(|case| {
        let expected = match &case["expect"] {
            serde_json::Value::Array(all) => all.iter().map(text).collect(),
            one => vec![text(one)],
        };
        (text(&case["area"]), text(&case["input"]), expected)
    });
    Some(wanted.collect())
}
