//! Columns parted by a character: CSV, TSV.

use std::borrow::Cow;

use super::Encoding;
use super::lines::{Line, Lines};
use crate::{Error, Result};

/// Most bytes that a quoted field may have: a quote that is never closed must not take the rest
/// of a large file into memory.
const MOST_QUOTED: usize = 64 << 20;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The ASCII character that parts the columns. Default: `,`.
    pub delimiter: u8,
    /// Whether the first line names the columns. Default: yes.
    pub header: bool,
    /// Whether a field that begins with `"` is quoted: it may then hold delimiters, line ends, and
    /// `""` for `"`. Default: yes.
    pub quoted: bool,
    /// The encoding. Default: UTF-8.
    pub encoding: Encoding,
}

impl Default for Options {
    fn default() -> Self {
        Self { delimiter: b',', header: true, quoted: true, encoding: Encoding::Utf8 }
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record<'b> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The byte of the file at which that line begins.
    pub offset: u64,
    /// Its fields: as many as the table has columns.
    pub fields: Vec<Cow<'b, str>>,
}

/// The rows of a table, read one at a time.
///
/// Blank lines are left out. Every row has as many fields as the header, or as the first row where
/// there is none; a quoted field has at most 64 MiB. After an error nothing more comes.
///
/// # Source
///
/// RFC 4180 (2005), *Common Format and MIME Type for CSV Files*, §2; beyond it: `\n` as a line
/// end, and a `"` inside a field that does not begin with one stands for itself.
///
/// # Example
///
/// ```
/// use sprogkit::formats::delimited::{Options, Reader};
///
/// let text = "navn;pris\n\"Mælk; sød\";12,50\n";
/// let options = Options { delimiter: b';', ..Options::default() };
/// let mut table = Reader::new("priser.csv", text.as_bytes(), options)?;
/// assert_eq!(table.columns(), ["navn", "pris"]);
/// assert_eq!(table.next().unwrap()?.fields, ["Mælk; sød", "12,50"]);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub struct Reader<'b> {
    lines: Lines<'b>,
    options: Options,
    columns: Vec<String>,
    /// How many fields a row has; known from the header or the first row on.
    width: Option<usize>,
}

impl<'b> Reader<'b> {
    /// Begins to read `bytes`, the header where there is one. Errors call the file `origin`.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a delimiter that cannot be; [`Error::Line`] and [`Error::Format`]
    /// where there is no header, or it is damaged or names a column twice.
    pub fn new(origin: &str, bytes: &'b [u8], options: Options) -> Result<Self> {
        if !options.delimiter.is_ascii() || matches!(options.delimiter, b'"' | b'\n' | b'\r') {
            let got = options.delimiter.escape_ascii();
            return Err(Error::argument(
                "delimiter",
                "an ASCII character, no quote or line end",
                got,
            ));
        }
        let lines = Lines::new(origin, bytes, options.encoding);
        let mut reader = Self { lines, options, columns: Vec::new(), width: None };
        if options.header {
            let Some(header) = reader.record() else {
                return Err(reader.lines.wrong(1, "the file is empty, expected a header"));
            };
            let header = header?;
            let names: Vec<_> = header.fields.iter().map(|name| name.trim().to_owned()).collect();
            for (at, name) in names.iter().enumerate() {
                if let Some(first) = names[..at].iter().position(|n| n == name && !n.is_empty()) {
                    let reason =
                        format!("columns {} and {} are both called \"{name}\"", first + 1, at + 1);
                    return Err(reader.lines.wrong(header.line, reason));
                }
            }
            reader.columns = names;
        }
        Ok(reader)
    }

    /// The names of the columns; none where the table has no header.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    fn record(&mut self) -> Option<Result<Record<'b>>> {
        let line = match self.lines.next_filled()? {
            Ok(line) => line,
            Err(wrong) => return Some(Err(wrong)),
        };
        let (number, offset) = (line.number, line.offset);
        let found =
            self.fields(line).and_then(|fields| match *self.width.get_or_insert(fields.len()) {
                width if width == fields.len() => Ok(Record { line: number, offset, fields }),
                width => {
                    let reason = format!("expected {width} columns, found {}", fields.len());
                    Err(self.lines.wrong(number, reason))
                }
            });
        if found.is_err() {
            self.lines.stop();
        }
        Some(found)
    }

    /// The fields of the row that begins with the line `first`.
    fn fields(&mut self, first: Line<'b>) -> Result<Vec<Cow<'b, str>>> {
        let Line { text: first, mut end, .. } = first;
        let delimiter = char::from(self.options.delimiter);
        let mut fields = Vec::with_capacity(self.width.unwrap_or(8));
        if !self.options.quoted || !first.contains('"') {
            match first {
                Cow::Borrowed(text) => fields.extend(text.split(delimiter).map(Cow::Borrowed)),
                Cow::Owned(text) => {
                    fields.extend(text.split(delimiter).map(|field| Cow::Owned(field.to_owned())));
                }
            }
            return Ok(fields);
        }
        let mut line = first;
        let mut at = 0;
        loop {
            let Some(quoted) = line[at..].strip_prefix('"') else {
                let length = line[at..].find(delimiter).unwrap_or(line.len() - at);
                fields.push(part(&line, at, at + length));
                match after(&line, at + length, delimiter) {
                    Some(next) => at = next,
                    None => return Ok(fields),
                }
                continue;
            };
            at = line.len() - quoted.len();
            let opened = self.lines.number();
            let mut whole: Option<String> = None;
            loop {
                match line[at..].find('"') {
                    Some(length) => {
                        let quote = at + length;
                        if line[quote + 1..].starts_with('"') {
                            whole.get_or_insert_default().push_str(&line[at..=quote]);
                            at = quote + 2;
                            continue;
                        }
                        fields.push(match whole {
                            None => part(&line, at, quote),
                            Some(mut field) => {
                                field.push_str(&line[at..quote]);
                                Cow::Owned(field)
                            }
                        });
                        at = quote + 1;
                        break;
                    }
                    None => {
                        let field = whole.get_or_insert_default();
                        field.push_str(&line[at..]);
                        field.push_str(end);
                        if field.len() > MOST_QUOTED {
                            let most = MOST_QUOTED >> 20;
                            let reason =
                                format!("a quote that is opened here is not closed in {most} MiB");
                            return Err(self.lines.wrong(opened, reason));
                        }
                        line = match self.lines.next() {
                            Some(next) => {
                                let next = next?;
                                end = next.end;
                                next.text
                            }
                            None => {
                                let reason = "a quote that is opened here is never closed";
                                return Err(self.lines.wrong(opened, reason));
                            }
                        };
                        at = 0;
                    }
                }
            }
            if at == line.len() {
                return Ok(fields);
            }
            match line[at..].strip_prefix(delimiter) {
                Some(rest) => at = line.len() - rest.len(),
                None => {
                    let stray = line[at..].chars().next().unwrap_or_default();
                    let reason = format!(
                        "expected {delimiter:?} or the line's end after a closing quote, found \
                         {stray:?}; a quote inside quotes is written \"\""
                    );
                    return Err(self.lines.wrong(self.lines.number(), reason));
                }
            }
        }
    }
}

/// Where the next field begins, behind the delimiter at `end`; `None` at the line's end.
fn after(line: &str, end: usize, delimiter: char) -> Option<usize> {
    line[end..].starts_with(delimiter).then_some(end + 1)
}

/// A part of a line, borrowed where the line is.
fn part<'b>(line: &Cow<'b, str>, start: usize, end: usize) -> Cow<'b, str> {
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(&line[start..end]),
        Cow::Owned(line) => Cow::Owned(line[start..end].to_owned()),
    }
}

impl<'b> Iterator for Reader<'b> {
    type Item = Result<Record<'b>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.record()
    }
}
