//! What users want differently.

use super::{Layout, Sentences, Words, sentences, words};

/// Whose rules part a text into words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Norm {
    /// The Danish treebank's (UD Danish-DDT).
    #[default]
    Danish,
    /// Unicode Standard Annex #29, without tailoring: what browsers and databases do.
    Unicode,
}

/// How to part a text. The default is the Danish treebank's way.
///
/// # Example
///
/// ```
/// use sprogkit::text::Options;
///
/// let options = Options { slashes: true, ..Options::default() };
/// let text = "Bus/tog/metro";
/// let words: Vec<_> = options.words(text).map(|w| w.of(text)).collect();
/// assert_eq!(words, ["Bus", "/", "tog", "/", "metro"]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// Whose rules. Default: [`Norm::Danish`]. With [`Norm::Unicode`] only `spaces` of the
    /// fields below is used.
    pub norm: Norm,
    /// Whether `Bus/tog/metro` is five words; `km/t`, `A/S` and `1/2` stay one. Default: `false`.
    pub slashes: bool,
    /// Whether what follows an apostrophe is a word of its own: `EU` `'s`, `80` `'erne`.
    /// Default: `false`.
    pub endings: bool,
    /// Whether white space is given too, so that the words cover the text. Default: `false`.
    pub spaces: bool,
    /// Which line breaks end a sentence. Default: [`Layout::Auto`].
    pub layout: Layout,
    /// Whether sentences are found by rules alone, without the learned model, which also finds
    /// boundaries that no stop marks. Default: `false`.
    pub rules_only: bool,
}

impl Options {
    /// The words of `text`.
    #[must_use]
    pub fn words<'t>(&self, text: &'t str) -> Words<'t> {
        words::Words::new(text, *self)
    }

    /// The sentences of `text`.
    #[must_use]
    pub fn sentences<'t>(&self, text: &'t str) -> Sentences<'t> {
        sentences::Sentences::new(text, *self)
    }
}
