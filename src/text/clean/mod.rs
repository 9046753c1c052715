//! Text as it was meant: letters composed, encoding accidents undone, what nobody sees removed.
//!
//! One file a step: `mojibake` (readings in a wrong encoding), `hyphenation` (words parted at a
//! line's end), `characters` (signs that are replaced or taken out one by one), `composition`
//! (NFC). `scan` finds out, at the speed of memory, which steps a text needs.

mod characters;
mod code_pages;
mod composition;
mod hyphenation;
mod mojibake;
mod scan;

use std::borrow::Cow;

use rayon::prelude::*;

use super::{Rewrite, Rewriter};
use scan::Needs;

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
        let mut done = Rewrite::unchanged(text);
        for _ in 0..MOST_ROUNDS {
            let needs = scan::scan(done.text());
            if needs.is_empty() {
                break;
            }
            let mut changed = false;
            for (need, on, step) in [
                (Needs::MOJIBAKE, self.mojibake, mojibake::step as Step),
                (Needs::HYPHENATION, self.hyphenation, hyphenation::step),
                (Needs::CHARACTERS, true, characters::step),
                (Needs::COMPOSITION, self.composition, composition::step),
            ] {
                // What a step makes, a later one may have to see.
                if !on || !(needs.contains(need) || changed) {
                    continue;
                }
                let mut rewriter = Rewriter::new(done.text());
                step(self, &mut rewriter);
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

    /// [`Cleaner::clean`] for many texts, on all cores of the current pool.
    #[must_use]
    pub fn clean_batch<'t, T: AsRef<str> + Sync>(&self, texts: &'t [T]) -> Vec<Cow<'t, str>> {
        texts.par_iter().map(|text| self.clean(text.as_ref())).collect()
    }
}

/// A step: looks at the rewriter's text from its start to its end and records changes.
type Step = fn(&Cleaner, &mut Rewriter<'_>);

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
