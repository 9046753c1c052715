//! What may be written where, and what is said of a file that cannot be read as a word list.

use std::path::{Path, PathBuf};

use super::Input;
use crate::formats::Encoding;
use crate::formats::wordlist::{Layout, MOST_LINE};
use crate::io::{self, Mapped};
use crate::lexicon::Lexicon;
use crate::{Error, Result};

/// Refuses an `out` that would overwrite what is read, or anything else that is no lexicon.
pub(super) fn refuse(inputs: &[Input], out: &Path) -> Result<()> {
    if let Some(folder) = out.parent().filter(|folder| !folder.as_os_str().is_empty())
        && !folder.is_dir()
    {
        let source = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no such folder");
        return Err(Error::io(folder, source));
    }
    if !out.exists() {
        return Ok(());
    }
    for path in inputs.iter().flat_map(files) {
        if io::is_same(&path, out) {
            let got = format!("{}, which is read", out.display());
            return Err(Error::argument("out", "another file than those that are read", got));
        }
    }
    // An empty file, as a temporary one is made, holds nothing that could be lost.
    let replaceable = out.is_file() && {
        let bytes = Mapped::open(out)?;
        bytes.is_empty() || Lexicon::is_compiled(&bytes)
    };
    if replaceable {
        return Ok(());
    }
    let got = format!("{}, which exists and is no lexicon", out.display());
    Err(Error::argument("out", "a new file, or a lexicon to replace", got))
}

/// The files that are read for `input`.
fn files(input: &Input) -> Vec<PathBuf> {
    if input.is_spelling() {
        return ["aff", "dic"].map(|extension| input.path.with_extension(extension)).into();
    }
    vec![input.path.clone()]
}

/// Hunspell's two files, of which `path` is either.
///
/// # Errors
///
/// [`Error::Io`] where one is missing: it says that they belong together.
pub(super) fn pair(path: &Path) -> Result<(PathBuf, PathBuf)> {
    let (aff, dic) = (path.with_extension("aff"), path.with_extension("dic"));
    for (needed, other, own) in [(&aff, &dic, ".dic"), (&dic, &aff, ".aff")] {
        if !needed.exists() && other.exists() {
            let reason = format!("not there; the {own} needs it beside it");
            return Err(Error::io(
                needed,
                std::io::Error::new(std::io::ErrorKind::NotFound, reason),
            ));
        }
    }
    Ok((aff, dic))
}

/// Refuses a `.dic` that was cut, or whose flags nothing explains.
pub(super) fn refuse_cut(aff: &[u8], dic: &[u8], origin: &str) -> Result<()> {
    let filled = |line: &&[u8]| !line.trim_ascii().is_empty();
    let mut lines = dic.split(|&byte| byte == b'\n');
    let first = lines.next().map(String::from_utf8_lossy).unwrap_or_default();
    let first = first.trim_start_matches('\u{feff}');
    let promised = first.split_whitespace().next().and_then(|count| count.parse::<u64>().ok());
    let found = lines.clone().filter(filled).count() as u64;
    // The count is a hint for a table's size: lists are edited without it, but not to a half.
    if let Some(promised) = promised.filter(|&promised| found < promised / 2) {
        let reason = format!("expected {promised} words, as the first line says, found {found}");
        return Err(Error::line(origin, 1, reason));
    }
    if aff.trim_ascii().is_empty()
        && let Some(at) = lines.position(|line| line.contains(&b'/'))
    {
        let reason = "the word has flags, but the .aff that should explain them is empty";
        return Err(Error::line(origin, at as u64 + 2, reason));
    }
    Ok(())
}

/// The layout of the list `bytes`.
///
/// # Errors
///
/// Where it cannot be told: whether the file is empty, no text, of another encoding, or no list.
pub(super) fn layout(bytes: &[u8], input: &Input) -> Result<Layout> {
    let origin = input.origin();
    if bytes.trim_ascii().is_empty() {
        return Err(Error::format(origin, 0, "the file is empty: it holds no word"));
    }
    let head = &bytes[..bytes.len().min(MOST_LINE)];
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || head.contains(&0) {
        let at = head.iter().position(|&byte| byte == 0).unwrap_or(0);
        let reason =
            "a byte 0x00: this is UTF-16, which is not read (save the file as UTF-8), or no text";
        return Err(Error::format(origin, at as u64, reason));
    }
    if let Some(layout) = Layout::guess(bytes) {
        return Ok(layout);
    }
    let encoding = input.encoding.unwrap_or_default();
    let text = encoding.decode(&origin, 0, bytes)?;
    if encoding != Encoding::Utf8
        && let Some(layout) = Layout::guess(text.as_bytes())
    {
        return Ok(layout);
    }
    let names: Vec<_> = Layout::ALL.iter().map(|(name, _)| *name).collect();
    let wanted = format!(
        "a word list whose lines show how it is laid out; say which of {} it is, by `--layout` or \
         by `compile` with `Input(path, layout=…)`",
        names.join(", ")
    );
    Err(Error::argument("path", wanted, input.path.display()))
}
