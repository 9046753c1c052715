//! Text as it was meant: letters composed, encoding accidents undone, what nobody sees removed.
//!
//! One file a step: `mojibake` (readings in a wrong encoding), `hyphenation` (words parted at a
//! line's end), `characters` (signs that are replaced or taken out one by one), `composition`
//! (NFC). `scan` finds out, at the speed of memory, which lines need which steps; the others are
//! copied as they are.

mod characters;
mod code_pages;
mod composition;
mod hyphenation;
mod mojibake;
mod scan;

use std::borrow::Cow;

use rayon::prelude::*;

use super::{Rewrite, Rewriter};
use crate::Span;
use code_pages::Evidence;
use scan::{Needs, Which};

/// What is cleaned. Everything is on by default.
///
/// Line ends (`\n`, `\r\n`, a lone `\r`) and tabs stay as they are.
///
/// # Example
///
/// ```
/// use sprogkit::text::Cleaner;
///
/// let cleaner = Cleaner { hyphenation: false, ..Cleaner::default() };
/// assert_eq!(cleaner.clean("sags-\nbeha\u{AD}ndler"), "sags-\nbehandler");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cleaner {
    /// Undo readings in a wrong encoding: `blÃ¥`, `bl†`, `blЖ` become `blå`. Kind `mojibake`.
    pub mojibake: bool,
    /// Compose letters (NFC), also `o` with a stroke laid over it, which NFC leaves. Kind
    /// `composition`.
    pub composition: bool,
    /// Take out soft hyphens, zero-width characters, direction marks and byte order marks, save
    /// where an emoji or a script needs them. Kinds `soft-hyphen`, `zero-width`,
    /// `byte-order-mark`.
    pub invisible: bool,
    /// Take out control characters; form feeds, vertical tabs and Unicode's line separators
    /// become line ends. Kind `control`.
    pub control: bool,
    /// Fold spaces: between digits every no-break or narrow space becomes U+00A0, so that
    /// `18 000` stays one number; elsewhere every space becomes an ordinary one. Kind `space`.
    pub spaces: bool,
    /// Turn Unicode's hyphen and no-break hyphen into `-`. Kind `hyphen`.
    pub hyphens: bool,
    /// Part the ligatures `ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ` into letters. Kind `ligature`.
    pub ligatures: bool,
    /// Join words that were parted at the end of a line, where it is clear that they were. Kind
    /// `hyphenation`.
    pub hyphenation: bool,
}

impl Default for Cleaner {
    fn default() -> Self {
        Self {
            mojibake: true,
            composition: true,
            invisible: true,
            control: true,
            spaces: true,
            hyphens: true,
            ligatures: true,
            hyphenation: true,
        }
    }
}

/// One step can make work for another: letters appear when an encoding is undone. Each round
/// shortens the text or leaves fewer signs to replace, so this is never reached in practice.
const MOST_ROUNDS: usize = 32;

impl Cleaner {
    /// Every kind of change.
    pub const KINDS: &[&str] = &[
        "mojibake",
        "composition",
        "soft-hyphen",
        "zero-width",
        "byte-order-mark",
        "control",
        "space",
        "hyphen",
        "ligature",
        "hyphenation",
    ];

    /// The text, cleaned; borrowed where there was nothing to do.
    ///
    /// # Complexity
    ///
    /// `O(n)` for `n` bytes.
    #[must_use]
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.clean_mapped(text).into_text()
    }

    /// The text, cleaned, with what was changed and a map to the original.
    ///
    /// # Complexity
    ///
    /// `O(n)` for `n` bytes.
    #[must_use]
    pub fn clean_mapped<'t>(&self, text: &'t str) -> Rewrite<'t> {
        let regions = regions(text, scan::lines(text, Which::Needy));
        self.clean_regions(text, &regions, Which::Needy).unwrap_or_else(|| {
            let regions = self::regions(text, scan::lines(text, Which::Odd));
            self.clean_regions(text, &regions, Which::Odd).unwrap_or(Rewrite::unchanged(text))
        })
    }

    /// The text, cleaned in `regions`, which have the lines of `which`. `None` where other lines
    /// are needed.
    fn clean_regions<'t>(
        &self,
        text: &'t str,
        regions: &[Span],
        which: Which,
    ) -> Option<Rewrite<'t>> {
        let mut parts: Vec<Part<'t>> = regions.iter().map(|&span| Part::new(text, span)).collect();
        for _ in 0..MOST_ROUNDS {
            let mut changed = false;
            for (need, on, step) in [
                (Needs::MOJIBAKE, self.mojibake, mojibake::step as Step),
                (Needs::HYPHENATION, self.hyphenation, hyphenation::step),
                (Needs::CHARACTERS, true, characters::step),
                (Needs::COMPOSITION, self.composition, composition::step),
            ] {
                if !on || !parts.iter().any(|part| part.needs.contains(need)) {
                    continue;
                }
                let mut around = Around::default();
                if need == Needs::MOJIBAKE {
                    around.evidence = Evidence::of(parts.iter().map(|part| part.done.text()));
                    if which == Which::Needy && around.evidence.is_of_all_lines() {
                        return None;
                    }
                }
                if need == Needs::CHARACTERS {
                    around.right_to_left = right_to_left(text, &parts);
                }
                // What other lines prove is undone also where nothing else needs it.
                let all = around.evidence.is_of_all_lines();
                for part in parts.iter_mut().filter(|part| all || part.needs.contains(need)) {
                    changed |= part.take(self, &around, step);
                }
            }
            if !changed {
                break;
            }
        }
        Some(joined(text, parts))
    }

    /// [`Cleaner::clean`] for many texts, on all cores of the current pool.
    #[must_use]
    pub fn clean_batch<'t, T: AsRef<str> + Sync>(&self, texts: &'t [T]) -> Vec<Cow<'t, str>> {
        texts.par_iter().map(|text| self.clean(text.as_ref())).collect()
    }
}

/// A step: looks at the rewriter's text from its start to its end and records changes.
type Step = fn(&Cleaner, &Around, &mut Rewriter<'_>);

/// What a step has to know of the whole text.
#[derive(Default)]
struct Around {
    /// For what was misread: what the text tells of how.
    evidence: Evidence,
    /// Whether there are letters that run from right to left.
    right_to_left: bool,
}

/// A part of the text with what has become of it.
struct Part<'t> {
    span: Span,
    done: Rewrite<'t>,
    /// The steps it may need as it is now.
    needs: Needs,
}

impl<'t> Part<'t> {
    fn new(text: &'t str, span: Span) -> Self {
        let part = span.of(text);
        Self { span, done: Rewrite::unchanged(part), needs: scan::scan(part) }
    }

    /// Takes a step; whether it changed anything.
    fn take(&mut self, cleaner: &Cleaner, around: &Around, step: Step) -> bool {
        let mut rewriter = Rewriter::new(self.done.text());
        step(cleaner, around, &mut rewriter);
        let next = rewriter.finish();
        if next.changes().is_empty() {
            return false;
        }
        let next = next.into_owned();
        let done = std::mem::replace(&mut self.done, Rewrite::unchanged(""));
        self.done = done.then(next);
        // What a step makes, a later one may have to see.
        self.needs = scan::scan(self.done.text());
        true
    }
}

/// The parts of `text` that hold `lines` and everything that decides what is done in them.
///
/// No step looks farther than to the next line, nor farther back than to the last character that
/// is no white space. What is known of the whole text stands in [`Around`].
fn regions(text: &str, lines: Vec<Span>) -> Vec<Span> {
    let mut regions: Vec<Span> = Vec::with_capacity(lines.len());
    for line in lines {
        let before = text[..line.start()].trim_end();
        let start = before.char_indices().next_back().map_or(0, |(at, _)| at);
        let next = memchr::memchr(b'\n', &text.as_bytes()[line.end()..]);
        let end = next.map_or(text.len(), |next| line.end() + next + 1);
        match regions.last_mut() {
            Some(last) if start < last.end() => *last = Span::new(last.start(), end),
            _ => regions.push(Span::new(start, end)),
        }
    }
    regions
}

/// Whether letters run from right to left somewhere; told only where a part has to know.
fn right_to_left(text: &str, parts: &[Part<'_>]) -> bool {
    let asked = parts.iter().any(|part| {
        part.needs.contains(Needs::CHARACTERS) && characters::has_direction(part.done.text())
    });
    let mut behind = 0;
    asked
        && (parts.iter().any(|part| {
            let between = &text[behind..part.span.start()];
            behind = part.span.end();
            characters::has_right_to_left(between)
                || characters::has_right_to_left(part.done.text())
        }) || characters::has_right_to_left(&text[behind..]))
}

/// The whole text with what has become of its parts.
fn joined<'t>(text: &'t str, parts: Vec<Part<'t>>) -> Rewrite<'t> {
    let mut rewriter = Rewriter::new(text);
    for Part { span, done, .. } in parts {
        for change in done.changes() {
            let replacement = change.target.of(done.text());
            rewriter.record(change.source.shifted(span.start()), replacement, change.kind);
        }
    }
    rewriter.finish()
}

/// The text, cleaned as [`Cleaner::default`] does; borrowed where there was nothing to do.
///
/// # Example
///
/// ```
/// use sprogkit::text::clean;
///
/// assert_eq!(clean("BlÃ¥ sags-\nbehandler"), "Blå sagsbehandler");
/// assert_eq!(clean("a\u{30A}ben i ha\u{AD}vnen"), "åben i havnen");
/// ```
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    Cleaner::default().clean(text)
}

/// The text, cleaned as [`Cleaner::default`] does, with what was changed and a map to the
/// original.
///
/// # Example
///
/// ```
/// use sprogkit::Span;
/// use sprogkit::text::clean_mapped;
///
/// let cleaned = clean_mapped("rÃ¸d grÃ¸d");
/// assert_eq!(cleaned.text(), "rød grød");
/// assert_eq!(cleaned.counts(), [("mojibake", 2)]);
/// assert_eq!(cleaned.back(Span::new(5, 10)), Span::new(7, 14));
/// ```
#[must_use]
pub fn clean_mapped(text: &str) -> Rewrite<'_> {
    Cleaner::default().clean_mapped(text)
}

/// [`clean`] for many texts, on all cores of the current pool.
#[must_use]
pub fn clean_batch<T: AsRef<str> + Sync>(texts: &[T]) -> Vec<Cow<'_, str>> {
    Cleaner::default().clean_batch(texts)
}

#[cfg(test)]
#[expect(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test may say that it is skipped, and read"
)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As [`Cleaner::clean_mapped`], but every step goes over the whole text.
    fn naive<'t>(cleaner: &Cleaner, text: &'t str) -> Rewrite<'t> {
        let mut done = Rewrite::unchanged(text);
        for _ in 0..MOST_ROUNDS {
            let needs = scan::scan(done.text());
            let mut changed = false;
            for (need, on, step) in [
                (Needs::MOJIBAKE, cleaner.mojibake, mojibake::step as Step),
                (Needs::HYPHENATION, cleaner.hyphenation, hyphenation::step),
                (Needs::CHARACTERS, true, characters::step),
                (Needs::COMPOSITION, cleaner.composition, composition::step),
            ] {
                if !on || !(needs.contains(need) || changed) {
                    continue;
                }
                let around = Around {
                    evidence: Evidence::of([done.text()]),
                    right_to_left: characters::has_right_to_left(done.text()),
                };
                let mut rewriter = Rewriter::new(done.text());
                step(cleaner, &around, &mut rewriter);
                let next = rewriter.finish();
                if !next.changes().is_empty() {
                    changed = true;
                    let next = next.into_owned();
                    done = done.then(next);
                }
            }
            if !changed {
                break;
            }
        }
        done
    }

    fn compare(text: &str) {
        let all = Cleaner::default();
        for cleaner in [
            all,
            Cleaner { invisible: false, ..all },
            Cleaner { mojibake: false, control: false, ..all },
            Cleaner { hyphenation: false, spaces: false, ..all },
        ] {
            assert_eq!(cleaner.clean_mapped(text), naive(&cleaner, text), "{text:?}");
        }
    }

    /// Lines that need something, that may need something by what others prove, that need nothing.
    const PIECES: &[&str] = &[
        "\n",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        " \n  ",
        "\t",
        "-\n",
        "-\r\n",
        "\u{AD}\n",
        "hunde",
        "sags",
        "be",
        "handler",
        "og",
        "12",
        "7 ",
        " ",
        "å",
        "Ø",
        "é",
        "ä",
        "»",
        "«",
        "–",
        "blÃ¥",
        "Ã",
        "Â ",
        "Â",
        "â€œ",
        "bl†",
        "h†nd",
        "blЖ",
        "Ж",
        "†",
        "\u{86}",
        "b\u{9B}n",
        "\u{94}",
        "ø€",
        "™",
        "\u{2DA}",
        "\u{2DA}a",
        "a\u{30A}",
        "\u{301}",
        "o\u{338}",
        "\u{AD}",
        "\u{200B}",
        "\u{200D}",
        "\u{200E}",
        "\u{202B}",
        "\u{FEFF}",
        "\u{A0}",
        "\u{2009}",
        "\u{2011}",
        "ﬁ",
        "\0",
        "\u{B}",
        "\u{85}",
        "\u{2028}",
        "א",
        "ب",
        "क",
        "😀",
        "Kommunen skriver til borgeren, og svaret kommer den 1. maj.",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn parts_of_a_text_are_cleaned_as_the_whole(at in prop::collection::vec(0..PIECES.len(), 0..40)) {
            compare(&at.iter().map(|&at| PIECES[at]).collect::<String>());
        }
    }

    #[test]
    fn parts_of_a_text_are_cleaned_as_the_whole_in_pairs() {
        for one in PIECES {
            for two in PIECES {
                compare(&format!("{one}{two}"));
                compare(&format!("En linje\nog {one}\n{two} til\nend"));
            }
        }
    }

    #[test]
    fn real_texts_are_cleaned_as_the_whole() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/text");
        let Ok(files) = std::fs::read_dir(folder) else {
            eprintln!("skipped: {folder} is not there");
            return;
        };
        for file in files {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let text = &text[..text.floor_char_boundary(400_000)];
            let all = Cleaner::default();
            assert!(all.clean_mapped(text) == naive(&all, text));
        }
    }
}
