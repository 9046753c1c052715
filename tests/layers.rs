//! The floors of ARCHITECTURE.md: a module imports only from floors below its own.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module with its floor. The ground is 0, the roof 5.
const FLOORS: &[(&str, u8)] = &[
    ("error", 0),
    ("progress", 0),
    ("random", 0),
    ("span", 0),
    ("threads", 0),
    ("da", 1),
    ("io", 1),
    ("align", 2),
    ("audio", 2),
    ("numbers", 2),
    ("text", 2),
    ("corpus", 3),
    ("formats", 3),
    ("lexicon", 3),
    ("normalise", 3),
    ("subword", 3),
    ("annotate", 4),
    ("catalogue", 4),
    ("curate", 4),
    ("dictionary", 4),
    ("privacy", 4),
    ("score", 4),
    ("speech", 4),
    ("cli", 5),
];

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|&(_, floor)| floor)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The modules that `text`, `depth` modules below the crate, names as `crate::module`, also inside
/// `use crate::{a, b::c}`, or by way of `super::`.
fn imports(text: &str, depth: usize) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(std::mem::take(&mut name)),
                    c if depth == 0 && !c.is_whitespace() => name.push(c),
                    _ => {}
                }
            }
            found.push(name);
        } else {
            found.push(rest.to_owned());
        }
    }
    // As many `super::` as the file lies deep lead to the crate, too.
    for (at, _) in text.match_indices("super::") {
        if text[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &text[at..];
        let mut up = 0;
        while let Some(more) = rest.strip_prefix("super::") {
            (rest, up) = (more, up + 1);
        }
        if up >= depth {
            found.push(rest.to_owned());
        }
    }
    found
        .iter()
        .map(|path| path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn a_module_imports_only_from_floors_below() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut checked = 0;
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if matches!(module, "lib" | "main") {
            continue;
        }
        let own = floor(module).unwrap_or_else(|| panic!("{module} stands on no floor"));
        let depth = inside.components().filter(|part| part.as_os_str() != "mod.rs").count();
        for other in imports(&fs::read_to_string(&file).unwrap(), depth) {
            let Some(below) = floor(&other) else { continue };
            checked += 1;
            if other != module && below >= own && own > 0 || own == 0 && below > 0 {
                wrong.push(format!("{}: {module} imports {other}", inside.display()));
            }
        }
    }
    assert!(checked > 0, "no import was found: the test reads nothing");
    assert!(wrong.is_empty(), "imports from the same floor or above:\n{}", wrong.join("\n"));
}

#[test]
fn every_way_to_name_a_module_is_seen() {
    for (text, depth, want) in [
        ("use crate::io::read;", 2, &["io"][..]),
        ("use crate::{Error, io::{self, Table}, text};", 2, &["Error", "io", "text"]),
        ("crate::score::wer(a, b)", 2, &["score"]),
        ("use super::super::text;", 2, &["text"]),
        ("use super::super::readings;", 3, &[]),
        ("use super::io;", 1, &["io"]),
        ("use othercrate::io;", 1, &[]),
    ] {
        assert_eq!(imports(text, depth), want, "{text}");
    }
}
