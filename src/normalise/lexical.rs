//! Words in lower case without punctuation, and single spaces.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::Span;
use crate::text::{Rewrite, Rewriter};

/// The signs that are not dropped like all punctuation.
#[derive(Debug, Default)]
pub(super) struct Lexical {
    part: &'static str,
    dropped: &'static str,
    kept: &'static str,
    digits: &'static str,
}

impl Lexical {
    pub(super) fn put(&mut self, rule: &str, signs: &'static str) -> bool {
        match rule {
            "part" => self.part = signs,
            "drop" => self.dropped = signs,
            "keep" => self.kept = signs,
            "digits" => self.digits = signs,
            _ => return false,
        }
        true
    }

    /// `text` in lower case and composed form, its words parted by single spaces.
    pub(super) fn rewrite<'t>(&self, text: &'t str) -> Rewrite<'t> {
        let mut out = Rewriter::new(text);
        // Where what belongs between two words begins; a space is put there when a word follows.
        let mut gap: Option<usize> = Some(0);
        let mut before = None;
        let mut at = 0;
        while at < text.len() {
            let cluster = cluster(&text[at..]);
            let span = Span::new(at, at + cluster.len());
            let first = cluster.chars().next().unwrap_or(' ');
            let next = text[span.end()..].chars().next();
            at = span.end();
            let own = self.kept.contains(first);
            let digits = self.digits.contains(first)
                && before.is_some_and(|c: char| c.is_ascii_digit())
                && next.is_some_and(|c| c.is_ascii_digit());
            if self.dropped.contains(first) && gap.is_none() {
                out.delete(span, "dropped");
                continue;
            }
            if !(own || digits || first.is_alphanumeric()) {
                gap.get_or_insert(span.start());
                before = Some(first);
                continue;
            }
            let parted = own || before.is_some_and(|c| self.kept.contains(c));
            if let Some(start) = gap.take().or(parted.then_some(span.start())) {
                let space = if start == 0 { "" } else { " " };
                out.replace(Span::new(start, span.start()), space, "space");
            }
            before = Some(first);
            let plain = first.is_ascii() && cluster.len() == 1 && !first.is_ascii_uppercase();
            if !plain {
                let lower: String = cluster.nfc().collect::<String>().to_lowercase();
                out.replace(span, &lower, "case");
            }
        }
        if let Some(start) = gap {
            out.delete(Span::new(start, text.len()), "space");
        }
        out.finish()
    }
}

/// The first character of `text` with the marks that belong to it.
pub(super) fn cluster(text: &str) -> &str {
    let mut ends = text.char_indices().skip(1);
    let marks = ends.find(|&(_, c)| c.is_ascii() || canonical_combining_class(c) == 0);
    &text[..marks.map_or(text.len(), |(at, _)| at)]
}

/// `text` with one space between its words and none at its ends.
pub(super) fn spaces(text: &str) -> Rewrite<'_> {
    let mut out = Rewriter::new(text);
    let mut start = 0;
    for word in text.split_whitespace() {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        out.replace(Span::new(start, at), if start == 0 { "" } else { " " }, "space");
        start = at + word.len();
    }
    out.delete(Span::new(start, text.len()), "space");
    out.finish()
}
