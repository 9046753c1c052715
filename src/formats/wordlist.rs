//! Full-form lists: every form of every word on a line of its own, as Danish and international
//! resources publish them.

use std::borrow::Cow;

use super::Encoding;
use super::lines::{Line, Lines};
use crate::{Error, Result};

/// Most bytes of a line: those of real lists have some hundred. A list that was damaged into one line
/// must not be taken into memory.
pub const MOST_LINE: usize = 1 << 16;

/// How a list is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// Det Centrale Ordregister: id, lemma, gloss, grammar, form, standing; tabs, no header.
    Cor,
    /// The full-form lists of Den Danske Ordbog and Ordbog over det danske Sprog: form, lemma,
    /// homograph, part of speech, number of the article; tabs, no header.
    Ddo,
    /// `UniMorph`: lemma, form, features parted by `;`; tabs, no header.
    UniMorph,
    /// Form, lemma and, where there is a third column, part of speech; tabs, no header.
    Lemmas,
    /// The pronunciation lexicon of Nordisk Språkteknologi: 51 columns parted by `;`.
    Nst,
    /// A form and how often it was counted, parted by a blank or a tab.
    Frequency,
    /// A form alone.
    Words,
}

impl Layout {
    /// Every layout with its name.
    pub const ALL: [(&str, Self); 7] = [
        ("cor", Self::Cor),
        ("ddo", Self::Ddo),
        ("unimorph", Self::UniMorph),
        ("lemmas", Self::Lemmas),
        ("nst", Self::Nst),
        ("frequency", Self::Frequency),
        ("words", Self::Words),
    ];

    /// The layout's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, layout)| *layout == self).map_or("", |(name, _)| name)
    }

    /// The layout called `name`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(other, _)| *other == name).map(|&(_, layout)| layout)
    }

    /// The encoding that such lists are published in.
    #[must_use]
    pub fn encoding(self) -> Encoding {
        if self == Self::Nst { Encoding::Latin1 } else { Encoding::Utf8 }
    }

    /// The layout of the list that begins with `bytes`, as far as its first lines tell.
    #[must_use]
    pub fn guess(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let head = &bytes[..bytes.len().min(MOST_LINE)];
        let text = String::from_utf8_lossy(head);
        // The last line may be cut.
        let whole = if head.len() < bytes.len() { text.rfind('\n') } else { None };
        let text = &text[..whole.unwrap_or(text.len())];
        let lines = || {
            text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).take(20)
        };
        let all = |fits: &dyn Fn(&str) -> bool| lines().next().is_some() && lines().all(fits);
        let columns = |line: &str| line.split('\t').count();
        let last_is_number = |line: &str| {
            let last = line.split(['\t', ' ']).next_back().unwrap_or_default();
            line.split(['\t', ' ']).count() == 2 && count(last).is_some()
        };
        if lines().any(|line| line.bytes().filter(|&byte| byte == b';').count() == 50) {
            Some(Self::Nst)
        } else if all(&|line| line.starts_with("COR.") && columns(line) >= 5) {
            Some(Self::Cor)
        } else if all(&|line| columns(line) == 5) {
            Some(Self::Ddo)
        } else if all(&last_is_number) {
            Some(Self::Frequency)
        } else if all(&|line| {
            columns(line) == 3 && line.split('\t').nth(2).is_some_and(is_unimorph)
        }) {
            Some(Self::UniMorph)
        } else if all(&|line| matches!(columns(line), 2 | 3)) {
            Some(Self::Lemmas)
        } else if all(&is_word) && text.contains(char::is_alphabetic) {
            Some(Self::Words)
        } else {
            None
        }
    }
}

/// Whether a line is one word and nothing else.
fn is_word(line: &str) -> bool {
    line.contains(char::is_alphanumeric)
        && line.trim_end().chars().all(|c| c.is_alphanumeric() || "-'’./\u{301}".contains(c))
}

/// Features of `UniMorph` are capitals, digits and a few signs, the part of speech first.
fn is_unimorph(text: &str) -> bool {
    let first = text.split([';', '.']).next().unwrap_or_default();
    ["N", "V", "ADJ", "ADV", "PROPN", "PRO", "DET", "NUM", "ADP", "CONJ", "INTJ", "PART"]
        .contains(&first)
        && (text.contains(';') || first.len() == text.len())
}

/// A line of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word<'b> {
    /// The line, from 1.
    pub line: u64,
    /// The form.
    pub form: Cow<'b, str>,
    /// The lemma; empty where the list has none.
    pub lemma: Cow<'b, str>,
    /// What the list says about part of speech and inflection, in its own tags; empty for nothing.
    pub tag: Cow<'b, str>,
    /// The list's id; empty for none.
    pub id: Cow<'b, str>,
    /// The pronunciation, in the list's alphabet; empty for none.
    pub pronunciation: Cow<'b, str>,
    /// How often the form was counted.
    pub count: Option<u64>,
}

/// The words of a list, read one line at a time.
///
/// Blank lines, and lines that begin with `#` and a blank, are left out. A line has at most 65,536
/// bytes. After an error nothing more comes.
///
/// Of an NST lexicon, up to three lines of another form at its beginning are left out, and so are the rows
/// that it marks as garbage (column 8).
///
/// # Source
///
/// COR: Dansk Sprognævn and others (2022), *Teknisk specifikation*; DDO and ODS: Det Danske Sprog- og
/// Litteraturselskab, *Fuldformsliste*; `UniMorph` 4.0 (Batsuren and others 2022); NST: Nasjonalbiblioteket,
/// sbr-26.
///
/// # Example
///
/// ```
/// use sprogkit::formats::wordlist::{Layout, Words};
///
/// let text = "COR.15006.302.01\tdansk\t\tadj.sg.best\tdanske\tN\n";
/// let mut words = Words::new("cor.tsv", text.as_bytes(), Layout::Cor, Layout::Cor.encoding());
/// let word = words.next().unwrap()?;
/// assert_eq!((&*word.form, &*word.lemma, &*word.id), ("danske", "dansk", "COR.15006.302.01"));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub struct Words<'b> {
    lines: Lines<'b>,
    layout: Layout,
    /// Rows read so far.
    rows: u64,
    /// Whether the first count was the logarithm of a share.
    shares: Option<bool>,
}

impl<'b> Words<'b> {
    /// Begins to read `bytes`. Errors call the file `origin`.
    #[must_use]
    pub fn new(origin: &str, bytes: &'b [u8], layout: Layout, encoding: Encoding) -> Self {
        let lines = Lines::new(origin, bytes, encoding).at_most(MOST_LINE);
        Self { lines, layout, rows: 0, shares: None }
    }

    fn wrong(&self, line: u64, reason: impl ToString) -> Error {
        self.lines.wrong(line, reason)
    }

    fn row(&mut self, line: &Line<'b>) -> Result<Option<Word<'b>>> {
        let number = line.number;
        let delimiter = if self.layout == Layout::Nst { ';' } else { '\t' };
        let found = line.text.split(delimiter).count();
        let fields = |at: usize| field(&line.text, delimiter, at);
        let expect = |least: usize, most: usize| {
            if (least..=most).contains(&found) {
                return Ok(());
            }
            let wanted =
                if least == most { least.to_string() } else { format!("{least} to {most}") };
            Err(self.wrong(number, format!("expected {wanted} columns, found {found}")))
        };
        let mut word = Word { line: number, ..Word::default() };
        match self.layout {
            Layout::Cor => {
                expect(5, 6)?;
                word = Word {
                    id: fields(0),
                    lemma: fields(1),
                    tag: fields(3),
                    form: fields(4),
                    ..word
                };
                if !word.id.starts_with("COR.") {
                    let reason =
                        format!("expected an id that begins with COR., found \"{}\"", word.id);
                    return Err(self.wrong(number, reason));
                }
            }
            Layout::Ddo => {
                expect(5, 5)?;
                word = Word {
                    form: fields(0),
                    lemma: fields(1),
                    tag: fields(3),
                    id: fields(4),
                    ..word
                };
            }
            Layout::UniMorph => {
                expect(3, 4)?;
                word = Word { lemma: fields(0), form: fields(1), tag: fields(2), ..word };
            }
            Layout::Lemmas => {
                expect(2, 3)?;
                word = Word { form: fields(0), lemma: fields(1), ..word };
                if found == 3 {
                    word.tag = fields(2);
                }
            }
            Layout::Nst => {
                if found != 51 && self.rows == 0 && number <= 3 {
                    return Ok(None);
                }
                expect(51, 51)?;
                if !fields(7).is_empty() {
                    return Ok(None);
                }
                word = Word { form: fields(0), tag: fields(1), pronunciation: fields(11), ..word };
                // Its ids are numbers alone, which say nothing without their source.
                let id = fields(50);
                if !id.trim().is_empty() {
                    word.id = Cow::Owned(format!("NST.{}", id.trim()));
                }
                word.form = Cow::Owned(word.form.replace('_', " "));
            }
            Layout::Frequency => {
                let Some((form, times)) = line.text.trim_end().rsplit_once(['\t', ' ']) else {
                    return Err(self.wrong(number, "expected a form and a count"));
                };
                // A list has counts or shares, not both: else a negative number is a slip.
                let is_share = times.starts_with('-');
                word.count =
                    count(times).filter(|_| *self.shares.get_or_insert(is_share) == is_share);
                if word.count.is_none() {
                    let reason = format!("expected a count, found \"{times}\"");
                    return Err(self.wrong(number, reason));
                }
                word.form = Cow::Owned(form.to_owned());
            }
            Layout::Words => {
                expect(1, 1)?;
                word.form = fields(0);
            }
        }
        if word.form.trim().is_empty() {
            return Err(self.wrong(number, "the form is empty"));
        }
        Ok(Some(word))
    }
}

/// A column of a line, borrowed where the line is.
fn field<'b>(line: &Cow<'b, str>, delimiter: char, at: usize) -> Cow<'b, str> {
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(line.split(delimiter).nth(at).unwrap_or_default()),
        Cow::Owned(line) => {
            Cow::Owned(line.split(delimiter).nth(at).unwrap_or_default().to_owned())
        }
    }
}

/// A count. Some lists give the hundredfold of the logarithm of the share instead: -151 for a share
/// of 10^-1.51; it becomes a count in a billion words. No word is more than a tenth of a text.
fn count(text: &str) -> Option<u64> {
    if let Some(share) = text.strip_prefix('-') {
        let share: u32 = share.parse().ok().filter(|share| (100..=900).contains(share))?;
        return Some(10f64.powf(9.0 - f64::from(share) / 100.0).round() as u64);
    }
    text.parse().ok()
}

impl<'b> Iterator for Words<'b> {
    type Item = Result<Word<'b>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.lines.next_filled()? {
                Ok(line) => line,
                Err(wrong) => return Some(Err(wrong)),
            };
            if line.text.starts_with("# ") {
                continue;
            }
            let found = self.row(&line);
            match found {
                Ok(None) => {}
                Ok(Some(word)) => {
                    self.rows += 1;
                    return Some(Ok(word));
                }
                Err(wrong) => {
                    self.lines.stop();
                    return Some(Err(wrong));
                }
            }
        }
    }
}
