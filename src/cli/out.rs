//! Where results go: the standard output, its colours and its width.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde::Serialize;

use super::When;
use super::bars::Bars;

/// The standard output of a command.
pub(super) struct Out {
    to: BufWriter<Stdout>,
    /// Whether machines read it.
    pub(super) json: bool,
    /// How it is coloured.
    pub(super) paint: Paint,
    color: When,
}

impl Out {
    pub(super) fn new(json: bool, color: When) -> Self {
        let paint = if json { Paint::NONE } else { Paint::new(color, &io::stdout()) };
        Self { to: BufWriter::new(io::stdout()), json, paint, color }
    }

    /// Bars for a work that Ctrl-C asks to end.
    pub(super) fn bars(&self) -> Bars {
        Bars::new(self.color)
    }

    /// Bars for a work that writes as it goes: none where the output would run through them.
    pub(super) fn bars_beside(&self) -> Option<Bars> {
        (!io::stdout().is_terminal()).then(|| Bars::unstoppable(self.color))
    }

    /// Writes `value` as one line of JSON.
    pub(super) fn object(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.to, value)?;
        self.to.write_all(b"\n")
    }

    /// A heading.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.to, "{}", self.paint.strong(text))
    }

    /// A name and its value, in two columns.
    pub(super) fn field(&mut self, name: &str, value: impl std::fmt::Display) -> io::Result<()> {
        let name = format!("{name:<14}");
        writeln!(self.to, "  {} {value}", self.paint.faint(&name))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// `text` with a picture for each control character, so that a text cannot steer the terminal.
pub(super) fn shown(text: &str) -> String {
    let picture = |c: char| match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(picture).collect()
}

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    on: bool,
}

impl Paint {
    /// No colours.
    pub(super) const NONE: Self = Self { on: false };

    fn new(color: When, terminal: &impl IsTerminal) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let on = match color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal.is_terminal() && !set("NO_COLOR") && !dumb,
        };
        Self { on }
    }

    pub(super) fn for_stderr(color: When) -> Self {
        Self::new(color, &io::stderr())
    }

    pub(super) const fn is_on(self) -> bool {
        self.on
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A heading.
    pub(super) fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Something beside the point.
    pub(super) fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// A figure or a name to look at.
    pub(super) fn bright(self, text: &str) -> String {
        self.wrap("36", text)
    }

    /// Something that is as it should be.
    pub(super) fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Something that is wrong.
    pub(super) fn bad(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    /// Something that was taken away.
    pub(super) fn removed(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// Something that differs.
    pub(super) fn changed(self, text: &str) -> String {
        self.wrap("33", text)
    }
}
