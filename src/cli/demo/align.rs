//! The transcripts against what a speech recogniser might have written.

use std::io::Write;

use crate::align::{Counts, Pair, edits};
use crate::catalogue::sample;
use crate::cli::figures::counted;
use crate::cli::out::{Out, Paint};
use crate::cli::{Done, diff};
use crate::corpus::Pack;
use crate::text::{self, Kind};
use crate::{Error, Result};

/// A transcript, what was heard, and how they go together.
pub(super) struct One {
    id: String,
    said: Vec<String>,
    heard: Vec<String>,
    steps: Vec<Pair>,
    errors: usize,
}

impl One {
    fn difference(&self, paint: Paint) -> String {
        let said: Vec<&str> = self.said.iter().map(String::as_str).collect();
        let heard: Vec<&str> = self.heard.iter().map(String::as_str).collect();
        diff::line(&diff::stretches(&self.steps, &said, &heard), " ", paint)
    }
}

/// All transcripts.
pub(super) struct Aligned {
    pub(super) counts: Counts,
    pub(super) pairs: Vec<One>,
}

/// The words of a text in lower case, without punctuation: what can be heard.
fn heard(text: &str) -> Vec<String> {
    text::words(text)
        .filter(|word| word.kind != Kind::Punctuation)
        .map(|word| word.of(text).to_lowercase())
        .collect()
}

pub(super) fn align(pack: &Pack) -> Result<Aligned> {
    let name = "smagsproeve/hypotese.tsv";
    let (_, bytes) = sample::files().find(|(file, _)| *file == name).unwrap_or((name, b""));
    let table = std::str::from_utf8(bytes).unwrap_or_default();
    let mut aligned = Aligned { counts: Counts::default(), pairs: Vec::new() };
    for (at, line) in table.lines().enumerate().skip(1) {
        let wrong = |reason: &str| Error::Line {
            origin: name.to_owned(),
            line: at as u64 + 1,
            reason: reason.to_owned(),
        };
        let (id, text) = line.split_once('\t').ok_or_else(|| wrong("expected two columns"))?;
        let row = pack.utterances().find(id)?.ok_or_else(|| wrong("no such utterance"))?;
        let said = heard(pack.utterances().get(row)?.text()?);
        let heard = heard(text);
        let found = edits(&said, &heard);
        aligned.counts = [aligned.counts, found.counts()].into_iter().sum();
        let (errors, steps) = (found.errors(), found.pairs);
        aligned.pairs.push(One { id: id.to_owned(), said, heard, steps, errors });
    }
    Ok(aligned)
}

/// Some of the pairs that differ most, and the rate of all.
pub(super) fn show(aligned: &Aligned, out: &mut Out) -> Done {
    out.heading("Transcripts, aligned with what a machine might have heard")?;
    // What fits on a line of 80 columns beside its id.
    let fits = |one: &&One| one.errors > 0 && one.difference(Paint::NONE).chars().count() <= 68;
    let mut shown: Vec<&One> = aligned.pairs.iter().filter(fits).collect();
    shown.sort_by_key(|one| std::cmp::Reverse(one.errors));
    shown.truncate(3);
    shown.sort_by(|a, b| a.id.cmp(&b.id));
    for one in shown {
        let difference = one.difference(out.paint);
        writeln!(out, "  {}  {difference}", out.paint.faint(&format!("{:<8}", one.id)))?;
    }
    let Counts { hits, substitutions, deletions, insertions } = aligned.counts;
    let rate = aligned.counts.rate().unwrap_or_default() * 100.0;
    let rate = out.paint.bright(&format!("{rate:.1} %"));
    let counts = format!(
        "{}, {}, {}, {}",
        counted(hits as u64, "hit"),
        counted(substitutions as u64, "substitution"),
        counted(deletions as u64, "deletion"),
        counted(insertions as u64, "insertion")
    );
    writeln!(out, "  word error rate {rate}  {}\n", out.paint.faint(&counts))?;
    Ok(())
}
