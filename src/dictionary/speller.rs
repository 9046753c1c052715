//! Hunspell's own judgement of spelling: its rules for compounds and suggestions, which a list of forms does not have.

use std::path::Path;

use crate::formats::hunspell::Affixes;
use crate::io::Mapped;
use crate::{Error, Result};

/// A spelling dictionary in hunspell's form.
///
/// What is a word is decided as hunspell does, by the crate `spellbook`: with the `.aff` file's rules for
/// compounds, capitals and suggestions. For lemmas and readings of the same files: [`Lexicon::open`].
///
/// [`Lexicon::open`]: crate::lexicon::Lexicon::open
pub struct Speller {
    dictionary: spellbook::Dictionary,
}

impl std::fmt::Debug for Speller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Speller")
    }
}

impl Speller {
    /// Opens the `.aff` and `.dic` of which `path` is either.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where one is missing; [`Error::Line`] and [`Error::Format`] where one does not follow the
    /// format.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let (aff, dic) = super::guard::pair(path.as_ref())?;
        let text = Mapped::open(&aff)?;
        // Our reader first: its errors say where.
        let origin = aff.display().to_string();
        let encoding = Affixes::parse(&origin, &text)?.encoding();
        let rules = encoding.decode(&origin, 0, &text)?;
        let origin = dic.display().to_string();
        let bytes = Mapped::open(&dic)?;
        let words = encoding.decode(&origin, 0, &bytes)?;
        let dictionary = spellbook::Dictionary::new(&rules, &words)
            .map_err(|wrong| Error::format(&origin, 0, wrong))?;
        Ok(Self { dictionary })
    }

    /// Whether `word` is spelt as a word.
    #[must_use]
    pub fn check(&self, word: &str) -> bool {
        self.dictionary.check(word)
    }

    /// Words that `word` may have been meant to be, the likeliest first.
    #[must_use]
    pub fn suggest(&self, word: &str) -> Vec<String> {
        let mut found = Vec::new();
        self.dictionary.suggest(word, &mut found);
        found
    }
}
