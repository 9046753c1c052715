//! Profiles: what is left out of account when texts are compared.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::coral::Coral;
use super::lexical::Lexical;
use crate::da::Table;
use crate::text::Rewrite;
use crate::{Error, Result};

/// What is done to both texts before they are compared. A profile has a name and a version: what
/// it does never changes, so that figures stay comparable; a change makes a new version.
///
/// | profile | case | punctuation | numbers | what else |
/// |---|---|---|---|---|
/// | `verbatim@1` | counts | counts | as written | white space only |
/// | `da-lex@1` | does not | does not | as written | hyphens and slashes part words, *aa* is kept |
/// | `da-spoken@1` | does not | does not | in words | [`to_spoken`](super::to_spoken()), then `da-lex@1` |
/// | `coral-compat@1` | does not | does not | in words | as the CoRal project evaluates, faults included |
///
/// `coral-compat@1` is for comparing with published figures, not for judging a recogniser: it
/// replaces parts of words (*musikgruppen* becomes *musi kilo ruppen*, every hyphen *minus*), and
/// reads dates and telephone numbers as quantities. It does, in this order: numerals below 10⁹ to
/// words; lower case; hesitations dropped; Unicode NFKC; the replacements of `src/da/scoring.tsv`;
/// all but letters of the Danish alphabet, *é*, *ü*, digits and `|` to spaces; spaces squeezed.
/// Numerals are `0` alone, or digits that begin with another, grouped by stops or not at all,
/// with decimals; from ten digits on they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// `verbatim@1`: texts as they are, but for white space: one space between words, none at
    /// the ends.
    Verbatim,
    /// `da-lex@1`: words in lower case, in composed form (NFC). Hyphens, dashes and slashes part
    /// words, apostrophes are dropped, other punctuation parts words; `%`, `§` and their like are
    /// words; stops, commas and colons stay between digits.
    Lexical,
    /// `da-spoken@1`: numbers, dates, units and abbreviations in words, then as `da-lex@1`.
    Spoken,
    /// `coral-compat@1`: bug for bug what the CoRal project's evaluation does.
    Coral,
}

impl Profile {
    /// The profiles' names with their versions.
    pub const NAMES: [&'static str; 4] =
        ["verbatim@1", "da-lex@1", "da-spoken@1", "coral-compat@1"];

    /// Every profile, in the order of [`Profile::NAMES`].
    pub const ALL: [Self; 4] = [Self::Verbatim, Self::Lexical, Self::Spoken, Self::Coral];

    /// The profile of that name. A name without a version is its newest; write the version where
    /// figures are published.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a name that is none.
    pub fn named(name: &str) -> Result<Self> {
        let means = |known: &&str| {
            **known == *name || known.split_once('@').is_some_and(|(plain, _)| plain == name)
        };
        let at = Self::NAMES.iter().rposition(means);
        at.map(|at| Self::ALL[at]).ok_or_else(|| {
            Error::argument("profile", format!("one of {:?}", Self::NAMES), format!("{name:?}"))
        })
    }

    /// The name with the version.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// `text` as `profile` compares it.
///
/// # Example
///
/// ```
/// use sprogkit::normalise::{Profile, scoring};
///
/// let text = "Social- og sundhedsassistenten skrev en e-mail.";
/// assert_eq!(
///     scoring(text, Profile::Lexical),
///     "social og sundhedsassistenten skrev en e mail"
/// );
/// assert_eq!(
///     scoring(text, Profile::Coral),
///     "social minus og sundhedsassistenten skrev en e minus mail"
/// );
/// ```
#[must_use]
pub fn scoring(text: &str, profile: Profile) -> Cow<'_, str> {
    scoring_mapped(text, profile).into_text()
}

/// [`scoring()`], with where every part came from.
#[must_use]
pub fn scoring_mapped(text: &str, profile: Profile) -> Rewrite<'_> {
    match profile {
        Profile::Verbatim => super::lexical::spaces(text),
        Profile::Lexical => RULES.lexical.rewrite(text),
        Profile::Spoken => chain(super::to_spoken_mapped(text), |text| RULES.lexical.rewrite(text)),
        Profile::Coral => RULES.coral.rewrite(text),
    }
}

/// `done`, and then `next` on its text.
pub(super) fn chain<'t>(done: Rewrite<'t>, next: impl Fn(&str) -> Rewrite<'_>) -> Rewrite<'t> {
    let text = done.text().to_owned();
    let next = next(&text);
    if next.changes().is_empty() {
        return done;
    }
    done.then(next).into_owned()
}

struct Rules {
    coral: Coral,
    lexical: Lexical,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let table = Table::new("da/scoring.tsv", include_str!("../da/scoring.tsv"));
    let mut rules = Rules { coral: Coral::default(), lexical: Lexical::default() };
    for row in table.rows::<5>() {
        let (line, [profile, rule, from, to, _]) = row.expect("tests read every embedded table");
        let known = match profile {
            "coral-compat" => rules.coral.put(rule, from, to),
            "da-lex" => rules.lexical.put(rule, from),
            _ => false,
        };
        assert!(known, "da/scoring.tsv:{line}: no rule {rule:?} of a profile {profile:?}");
    }
    rules
});
