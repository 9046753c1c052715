//! Wrong readings that stand in a table: old code pages, and UTF-8 read as one of them.

use std::sync::OnceLock;

use super::hyphenation::has_vowel;
use super::mojibake::KIND;
use crate::da::Table;
use crate::text::Rewriter;
use crate::{Error, Result, Span};

const NAME: &str = "src/da/mojibake.tsv";

/// Where something seen never stands in right text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Anywhere,
    BesideLetter,
    BetweenLetters,
    /// Between letters, of which one side has no vowel.
    BesideFragment,
    /// Between letters, of which the left side has no vowel.
    BehindFragment,
    Nowhere,
}

#[derive(Clone, Debug)]
struct Row {
    seen: String,
    meant: char,
    proof: Proof,
    reading: usize,
}

/// How many characters are looked up without a search: all below the box drawings' end.
const BEGINS: usize = 0x2600;

struct Readings {
    /// Sorted by what is seen, the longest first of those with the same beginning.
    rows: Vec<Row>,
    names: Vec<&'static str>,
    /// Whether a row begins with the character of this number; greater numbers are not in it.
    begins: Vec<bool>,
}

fn readings() -> &'static Readings {
    static READINGS: OnceLock<Readings> = OnceLock::new();
    READINGS.get_or_init(|| match read() {
        Ok(readings) => readings,
        // A mistake in the crate's own table; a test reads it.
        Err(wrong) => panic!("{wrong}"),
    })
}

fn read() -> Result<Readings> {
    let table = Table::new(NAME, include_str!("../../da/mojibake.tsv"));
    let mut readings =
        Readings { rows: Vec::new(), names: Vec::new(), begins: vec![false; BEGINS] };
    for row in table.rows::<4>() {
        let (line, [name, seen, meant, evidence]) = row?;
        let proof = match evidence {
            "sure" => Proof::Anywhere,
            "touch" => Proof::BesideLetter,
            "word" => Proof::BetweenLetters,
            "fragment" => Proof::BesideFragment,
            "onset" => Proof::BehindFragment,
            "weak" => Proof::Nowhere,
            other => return Err(Error::line(NAME, line, format!("evidence {other:?}"))),
        };
        let seen = unescaped(seen)
            .ok_or_else(|| Error::line(NAME, line, format!("no code point in {seen:?}")))?;
        let mut letters = meant.chars();
        let (Some(meant), None) = (letters.next(), letters.next()) else {
            return Err(Error::line(
                NAME,
                line,
                format!("expected one character, found {meant:?}"),
            ));
        };
        let reading = readings.names.iter().position(|&other| other == name);
        let reading = reading.unwrap_or_else(|| {
            readings.names.push(name);
            readings.names.len() - 1
        });
        readings.rows.push(Row { seen, meant, proof, reading });
    }
    for first in readings.rows.iter().filter_map(|row| row.seen.chars().next()) {
        if let Some(begins) = readings.begins.get_mut(first as usize) {
            *begins = true;
        }
    }
    readings.rows.sort_by(|a, b| {
        (a.seen.chars().next(), b.seen.len()).cmp(&(b.seen.chars().next(), a.seen.len()))
    });
    Ok(readings)
}

/// `text` with each `U+` and four digits as the character.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split("U+");
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let number = u32::from_str_radix(part.get(..4)?, 16).ok()?;
        plain.push(char::from_u32(number)?);
        plain.push_str(&part[4..]);
    }
    Some(plain)
}

impl Readings {
    /// The rows whose first character is `c`.
    fn beginning(&self, c: char) -> &[Row] {
        if self.begins.get(c as usize) == Some(&false) {
            return &[];
        }
        let first = |row: &Row| row.seen.chars().next();
        let start = self.rows.partition_point(|row| first(row) < Some(c));
        let count = self.rows[start..].partition_point(|row| first(row) == Some(c));
        &self.rows[start..start + count]
    }
}

/// Whether something that proves a misreading can begin with `c`.
pub(super) fn may_prove(c: char) -> bool {
    readings().beginning(c).iter().any(|row| row.proof != Proof::Nowhere)
}

/// The byte that Windows-1252 shows as `c`, which is not in ISO 8859-1.
pub(super) fn windows_1252(c: char) -> Option<u8> {
    const SHOWN: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ";
    let at = SHOWN.chars().position(|shown| shown == c)?;
    u8::try_from(0x80 + at).ok()
}

/// Something in a line that a row of the table may undo.
struct Hit<'r> {
    row: &'r Row,
    span: Span,
    /// Whether it proves its reading by itself.
    proves: bool,
    left: bool,
    right: bool,
    fragment: bool,
}

/// What a whole text tells about how it was misread.
#[derive(Default)]
pub(super) struct Evidence {
    /// The reading that the most places prove.
    best: Option<usize>,
}

impl Evidence {
    /// Looks through the parts of a text, line by line.
    pub(super) fn of<'t>(parts: impl IntoIterator<Item = &'t str>) -> Self {
        let readings = readings();
        let mut counts = vec![0; readings.names.len()];
        let lines = parts.into_iter().flat_map(str::lines);
        for line in lines.filter(|line| !line.is_ascii()) {
            for hit in hits(readings, line) {
                let words = !matches!(hit.row.proof, Proof::Anywhere | Proof::BesideLetter);
                counts[hit.row.reading] += usize::from(hit.proves && words);
            }
        }
        Self { best: best(&counts) }
    }

    /// Whether a line can have something undone that nothing in the line itself proves.
    pub(super) const fn is_of_all_lines(&self) -> bool {
        self.best.is_some()
    }

    /// Undoes in `line`, which begins at `offset`, the reading that it shows, or else that the
    /// text shows.
    pub(super) fn undo(&self, rewriter: &mut Rewriter<'_>, offset: usize, line: &str) {
        let readings = readings();
        let hits = hits(readings, line);
        if hits.is_empty() {
            return;
        }
        let mut counts = vec![0; readings.names.len()];
        let mut sure = vec![0; readings.names.len()];
        for hit in hits.iter().filter(|hit| hit.proves) {
            if matches!(hit.row.proof, Proof::Anywhere | Proof::BesideLetter) {
                sure[hit.row.reading] += hit.span.len();
            } else {
                counts[hit.row.reading] += 1;
            }
        }
        let own = best(&counts);
        let right = has_danish(line);
        // Whole sequences first, then letters by the evidence of line and text, then the rest.
        let multiple = hits.iter().any(|hit| hit.proves && hit.row.seen.chars().nth(1).is_some());
        let reading = match (own, self.best) {
            _ if multiple => best(&sure),
            (Some(own), _) => Some(own),
            (None, Some(whole)) if !right && undoes_any(&hits, whole, false) => Some(whole),
            _ => best(&sure),
        };
        let Some(reading) = reading else { return };
        let mut end = 0;
        for hit in hits.iter().filter(|hit| hit.row.reading == reading) {
            if hit.span.start() < end || !(hit.proves || !right && undoes(hit, own.is_some())) {
                continue;
            }
            end = hit.span.end();
            let mut meant = [0; 4];
            let meant = hit.row.meant.encode_utf8(&mut meant);
            rewriter.replace(hit.span.shifted(offset), meant, KIND);
        }
    }
}

fn undoes_any(hits: &[Hit<'_>], reading: usize, own: bool) -> bool {
    hits.iter().any(|hit| hit.row.reading == reading && undoes(hit, own))
}

/// Whether a place that proves nothing is undone, where `own` line or else the text does.
fn undoes(hit: &Hit<'_>, own: bool) -> bool {
    if !hit.row.meant.is_alphabetic() {
        return own;
    }
    hit.left && hit.right || (hit.left || hit.right) && (own || hit.fragment)
}

fn best(counts: &[usize]) -> Option<usize> {
    let most = *counts.iter().max()?;
    (most > 0).then(|| counts.iter().position(|&count| count == most)).flatten()
}

/// Whether a line has Danish letters as they should be.
fn has_danish(line: &str) -> bool {
    line.contains(['æ', 'ø', 'å', 'Æ', 'Ø', 'Å'])
}

/// Letters of the Latin script.
fn is_latin(c: char) -> bool {
    c < '\u{250}' && c.is_alphabetic()
}

fn hits<'r>(readings: &'r Readings, line: &str) -> Vec<Hit<'r>> {
    let mut hits = Vec::new();
    for (at, c) in line.char_indices().filter(|(_, c)| !c.is_ascii()) {
        for row in readings.beginning(c) {
            if !line[at..].starts_with(&row.seen) {
                continue;
            }
            let span = Span::new(at, at + row.seen.len());
            let before = line[..at].chars().next_back().filter(|&c| is_latin(c));
            let after = line[span.end()..].chars().next().filter(|&c| is_latin(c));
            if row.meant.is_alphabetic() && !cases_fit(before, row.meant, after) {
                continue;
            }
            let (left, right) = (before.is_some(), after.is_some());
            let both = left && right;
            let (bare_left, bare_right) = fragments(line, span);
            let proves = match row.proof {
                Proof::Anywhere => true,
                Proof::BesideLetter => left || right,
                Proof::BetweenLetters => both,
                Proof::BesideFragment => both && (bare_left || bare_right),
                Proof::BehindFragment => both && bare_left,
                Proof::Nowhere => false,
            };
            let fragment = left && bare_left || right && bare_right;
            hits.push(Hit { row, span, proves, left, right, fragment });
        }
    }
    hits
}

/// Whether the letters on the left and on the right have no vowel among them.
fn fragments(line: &str, span: Span) -> (bool, bool) {
    // Longer stretches of consonants are no part of a word: enough is seen.
    const FAR: usize = 8;
    let plain = |c: &char| c.is_ascii_alphabetic() || matches!(c, 'æ' | 'ø' | 'å' | 'é');
    let left: String = line[..span.start()].chars().rev().take_while(plain).take(FAR).collect();
    let right: String = line[span.end()..].chars().take_while(plain).take(FAR).collect();
    (!has_vowel(&left), !has_vowel(&right))
}

/// Whether `meant` has the case that a letter between these can have.
fn cases_fit(before: Option<char>, meant: char, after: Option<char>) -> bool {
    if meant.is_lowercase() {
        // `A†B` is no word; `H†nd` is.
        !after.is_some_and(char::is_uppercase)
    } else {
        !before.is_some_and(char::is_lowercase)
    }
}
