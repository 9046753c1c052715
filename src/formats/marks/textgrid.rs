//! Praat's TextGrid, in its long and its short text form.

use std::fmt::Write as _;

use super::{Mark, Tier, check, seconds};
use crate::formats::Encoding;
use crate::{Error, Result};

/// The marks of one recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextGrid {
    /// Where the recording begins, in seconds; mostly 0.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
    /// The tiers. Intervals without text are left out: they are the gaps between the others.
    pub tiers: Vec<Tier>,
}

/// How a TextGrid is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// With a name before each value.
    #[default]
    Long,
    /// The values alone.
    Short,
}

/// Reads the TextGrid `bytes`, long or short, UTF-8 or UTF-16; errors call it `origin`.
///
/// # Errors
///
/// [`Error::Line`] where something else stands than is expected, or intervals overlap;
/// [`Error::Format`] where the bytes are no text or a binary TextGrid.
///
/// # Source
///
/// Boersma and Weenink, *Praat manual*, “TextGrid file formats”: only free-standing numbers,
/// quoted texts and flags count, everything else is a comment.
///
/// # Example
///
/// ```
/// use sprogkit::formats::marks::{Mark, Tier, textgrid};
///
/// let words = Tier::new("ord", vec![Mark::new(0.25, 0.5, "ja"), Mark::new(0.5, 0.75, "tak")]);
/// let grid = textgrid::TextGrid { start: 0.0, end: 1.0, tiers: vec![words] };
/// let text = textgrid::write(&grid, textgrid::Form::Long)?;
/// assert_eq!(textgrid::read("a.TextGrid", text.as_bytes())?, grid);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn read(origin: &str, bytes: &[u8]) -> Result<TextGrid> {
    if bytes.starts_with(b"ooBinaryFile") {
        return Err(Error::format(origin, 0, "a binary TextGrid; save it as text"));
    }
    let text = match (bytes, bytes.get(2..).unwrap_or_default()) {
        ([0xFF, 0xFE, ..], rest) => utf16(origin, rest, u16::from_le_bytes)?,
        ([0xFE, 0xFF, ..], rest) => utf16(origin, rest, u16::from_be_bytes)?,
        _ => Encoding::Utf8.decode(origin, 0, bytes)?.into_owned(),
    };
    let mut values = Values { origin, text: &text, at: 0, line: 1 };
    for (want, also) in [("ooTextFile", "ooTextFile short"), ("TextGrid", "TextGrid")] {
        let found = values.text("the head of a TextGrid")?;
        if found != want && found != also {
            return Err(values.wrong(format!("expected \"{want}\", got \"{found}\"")));
        }
    }
    let start = values.number("where the recording begins")?;
    let end = values.number("where the recording ends")?;
    if end < start {
        return Err(values.wrong(format!("the recording ends at {end}, before {start}")));
    }
    let mut tiers = Vec::new();
    match values.next()? {
        Some(Value::Flag("exists")) => {
            for _ in 0..values.count("how many tiers there are")? {
                tiers.push(tier(&mut values)?);
            }
        }
        Some(Value::Flag("absent")) => {}
        found => return Err(values.unexpected("<exists> or <absent>", found)),
    }
    Ok(TextGrid { start, end, tiers })
}

fn utf16(origin: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let units = bytes.chunks(2).map(|pair| match pair {
        &[a, b] => unit([a, b]),
        // Half a unit is no character: an unpaired surrogate says so.
        _ => 0xD800,
    });
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut at = 2;
    for c in char::decode_utf16(units) {
        let c = c.map_err(|_| Error::format(origin, at, "no character in UTF-16"))?;
        at += 2 * c.len_utf16() as u64;
        text.push(c);
    }
    Ok(text)
}

fn tier(values: &mut Values<'_>) -> Result<Tier> {
    let class = values.text("the class of a tier")?;
    let points = match &*class {
        "IntervalTier" => false,
        "TextTier" => true,
        other => {
            let reason = format!("expected \"IntervalTier\" or \"TextTier\", got \"{other}\"");
            return Err(values.wrong(reason));
        }
    };
    let name = values.text("the name of a tier")?;
    let mut last = values.number("where a tier begins")?;
    values.number("where a tier ends")?;
    let count = values.count("how many marks a tier has")?;
    let mut marks = Vec::new();
    for _ in 0..count {
        let start = values.number("where a mark begins")?;
        let end = if points { start } else { values.number("where a mark ends")? };
        if start < last || end < start {
            return Err(
                values.wrong(format!("a mark from {start} to {end}, but {last} is reached"))
            );
        }
        last = end;
        let text = values.text("the text of a mark")?;
        if points || !text.trim().is_empty() {
            marks.push(Mark { start, end, text, score: None });
        }
    }
    Ok(Tier { name, points, marks })
}

/// What counts in a text file of Praat's.
#[derive(Debug)]
enum Value<'t> {
    Number(f64),
    Text(String),
    Flag(&'t str),
}

struct Values<'t> {
    origin: &'t str,
    text: &'t str,
    at: usize,
    line: u64,
}

impl<'t> Values<'t> {
    fn wrong(&self, reason: String) -> Error {
        Error::line(self.origin, self.line, reason)
    }

    fn unexpected(&self, what: &str, found: Option<Value<'_>>) -> Error {
        let found = match found {
            None => "the file ends".to_owned(),
            Some(Value::Number(number)) => format!("got the number {number}"),
            Some(Value::Text(text)) => format!("got \"{text}\""),
            Some(Value::Flag(flag)) => format!("got <{flag}>"),
        };
        self.wrong(format!("expected {what}, {found}"))
    }

    fn text(&mut self, what: &str) -> Result<String> {
        match self.next()? {
            Some(Value::Text(text)) => Ok(text),
            found => Err(self.unexpected(what, found)),
        }
    }

    fn number(&mut self, what: &str) -> Result<f64> {
        match self.next()? {
            Some(Value::Number(number)) => Ok(number),
            found => Err(self.unexpected(what, found)),
        }
    }

    fn count(&mut self, what: &str) -> Result<u64> {
        let number = self.number(what)?;
        if number < 0.0 || number.fract() != 0.0 || number > u32::MAX.into() {
            return Err(self.wrong(format!("expected {what}, got the number {number}")));
        }
        Ok(number as u64)
    }

    /// The next number, quoted text or flag that stands free between blanks.
    fn next(&mut self) -> Result<Option<Value<'t>>> {
        loop {
            let rest = &self.text[self.at..];
            let Some(first) = rest.chars().next() else { return Ok(None) };
            match first {
                '\n' => {
                    self.line += 1;
                    self.at += 1;
                }
                c if c.is_whitespace() => self.at += c.len_utf8(),
                '!' => self.at += rest.find('\n').unwrap_or(rest.len()),
                '"' => return self.quoted().map(Some),
                _ => {
                    let word = rest.split(char::is_whitespace).next().unwrap_or(rest);
                    // A quote inside a word begins no text: `x"y` is a comment.
                    self.at += word.len();
                    if let Some(flag) = word.strip_prefix('<').and_then(|w| w.strip_suffix('>')) {
                        return Ok(Some(Value::Flag(flag)));
                    }
                    if let Some(number) = seconds(word) {
                        return Ok(Some(Value::Number(number)));
                    }
                }
            }
        }
    }

    fn quoted(&mut self) -> Result<Value<'t>> {
        let mut text = String::new();
        let mut at = self.at + 1;
        let mut lines = 0;
        loop {
            let rest = &self.text[at..];
            let Some(length) = rest.find('"') else {
                return Err(self.wrong("a quote that is opened here is never closed".to_owned()));
            };
            text.push_str(&rest[..length]);
            lines += rest[..length].matches('\n').count() as u64;
            at += length + 1;
            if !self.text[at..].starts_with('"') {
                break;
            }
            text.push('"');
            at += 1;
        }
        self.line += lines;
        self.at = at;
        Ok(Value::Text(text))
    }
}

/// Writes a TextGrid as text (save it as UTF-8); gaps become intervals without text.
///
/// # Errors
///
/// [`Error::Argument`] where marks overlap, are not in their order, lie outside the recording, or
/// a mark of a tier of intervals has no length.
pub fn write(grid: &TextGrid, form: Form) -> Result<String> {
    let TextGrid { start, end, .. } = *grid;
    if !(start.is_finite() && end.is_finite() && start <= end) {
        let got = format!("{start} to {end}");
        return Err(Error::argument(
            "grid",
            "finite seconds that do not end before they start",
            got,
        ));
    }
    let mut out = Out { text: String::new(), form };
    out.text.push_str("File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n");
    out.number(0, "xmin", start);
    out.number(0, "xmax", end);
    match form {
        Form::Long => out.text.push_str("tiers? <exists>\n"),
        Form::Short => out.text.push_str("<exists>\n"),
    }
    out.count(0, "size", grid.tiers.len());
    out.title(0, "item []:");
    for (at, tier) in grid.tiers.iter().enumerate() {
        let marks = filled(tier, start, end)?;
        out.title(1, &format!("item [{}]:", at + 1));
        out.quoted(2, "class", if tier.points { "TextTier" } else { "IntervalTier" });
        out.quoted(2, "name", &tier.name);
        out.number(2, "xmin", start);
        out.number(2, "xmax", end);
        let kind = if tier.points { "points" } else { "intervals" };
        out.count(2, &format!("{kind}: size"), marks.len());
        for (at, (from, to, text)) in marks.into_iter().enumerate() {
            out.title(2, &format!("{kind} [{}]:", at + 1));
            if tier.points {
                out.number(3, "number", from);
                out.quoted(3, "mark", text);
            } else {
                out.number(3, "xmin", from);
                out.number(3, "xmax", to);
                out.quoted(3, "text", text);
            }
        }
    }
    Ok(out.text)
}

/// The marks of a tier, and between them the gaps of a tier of intervals.
fn filled(tier: &Tier, start: f64, end: f64) -> Result<Vec<(f64, f64, &str)>> {
    check(&tier.marks)?;
    let mut filled = Vec::with_capacity(tier.marks.len() * 2 + 1);
    let mut reached = start;
    for mark in &tier.marks {
        let fits = if tier.points { mark.start == mark.end } else { mark.start < mark.end };
        if !fits || mark.start < reached || mark.end > end {
            let requirement = format!(
                "inside the recording of {start} to {end} s, without overlaps, {}",
                if tier.points { "points" } else { "of some length" }
            );
            let got = format!("\"{}\" from {} to {}", mark.text, mark.start, mark.end);
            return Err(Error::argument("marks", requirement, got));
        }
        if !tier.points && mark.start > reached {
            filled.push((reached, mark.start, ""));
        }
        filled.push((mark.start, mark.end, &*mark.text));
        reached = mark.end;
    }
    if !tier.points && (reached < end || filled.is_empty()) {
        filled.push((reached, end, ""));
    }
    Ok(filled)
}

struct Out {
    text: String,
    form: Form,
}

impl Out {
    /// A line with nothing but a name, which the short form leaves out.
    fn title(&mut self, depth: usize, title: &str) {
        if self.form == Form::Long {
            let _ = writeln!(self.text, "{:1$}{title}", "", depth * 4);
        }
    }

    fn value(&mut self, depth: usize, name: &str, value: &str) {
        let _ = match self.form {
            Form::Long => writeln!(self.text, "{:1$}{name} = {value} ", "", depth * 4),
            Form::Short => writeln!(self.text, "{value}"),
        };
    }

    fn number(&mut self, depth: usize, name: &str, number: f64) {
        self.value(depth, name, &number.to_string());
    }

    fn count(&mut self, depth: usize, name: &str, count: usize) {
        self.value(depth, name, &count.to_string());
    }

    fn quoted(&mut self, depth: usize, name: &str, text: &str) {
        self.value(depth, name, &format!("\"{}\"", text.replace('"', "\"\"")));
    }
}
