//! How well a hypothesis matches a reference: word and character error rates, in total and for
//! each group.
//!
//! Without further options the figures are jiwer's: [`wer()`] for words, [`cer`] for characters,
//! pooled over all pairs. [`Group`] divides them by speaker, dialect or age, with intervals.

mod confusions;
mod diff;
mod groups;
mod lattice;
mod nearest;
mod rate;
mod variants;
mod words;

pub use confusions::{Confusion, confusions};
pub use diff::{diff_line, diff_page};
pub use groups::{Bootstrap, Group, Interval, groups, interval};
pub use nearest::{nearest, score_any, score_variants};
pub use rate::Score;
pub use variants::Variants;

use std::borrow::Cow;

use rayon::prelude::*;

use crate::align::{Counts, Editor, Edits, Ties};
use crate::normalise;
use crate::text::Rewrite;
use crate::{Error, Result, Span};

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Words: what stands between spaces.
    #[default]
    Word,
    /// Characters (code points), spaces included.
    Char,
}

/// What is done to a text before it is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// Nothing: case and punctuation count. White space at both ends is dropped; a word ends at a
    /// space, or at two or more white space characters: jiwer's default.
    #[default]
    AsIs,
    /// What a scoring profile of `normalise` does; then words end at spaces.
    Normalised(normalise::Profile),
}

impl Profile {
    /// The profiles' names, as Python and the command line take them.
    pub const NAMES: [&'static str; 5] =
        ["as-is", "verbatim@1", "da-lex@1", "da-spoken@1", "coral-compat@1"];

    /// The profile of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a name that is none.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "as-is" => Ok(Self::AsIs),
            _ => normalise::Profile::named(name)
                .map(Self::Normalised)
                .map_err(|_| Error::argument("profile", format!("one of {:?}", Self::NAMES), name)),
        }
    }

    /// The profile's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsIs => Self::NAMES[0],
            Self::Normalised(profile) => profile.name(),
        }
    }

    /// `text` as it is compared.
    ///
    /// # Example
    ///
    /// ```
    /// use sprogkit::score::Profile;
    ///
    /// let profile = Profile::named("da-lex@1")?;
    /// assert_eq!(profile.apply("Ja, det er godt."), "ja det er godt");
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    #[must_use]
    pub fn apply(self, text: &str) -> Cow<'_, str> {
        self.apply_mapped(text).into_text()
    }

    /// [`Profile::apply`], with where every part came from.
    #[must_use]
    pub fn apply_mapped(self, text: &str) -> Rewrite<'_> {
        match self {
            Self::AsIs => Rewrite::unchanged(text),
            Self::Normalised(profile) => normalise::scoring_mapped(text, profile),
        }
    }
}

/// How texts are scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// What is compared. Default: words.
    pub unit: Unit,
    /// What is done before. Default: nothing.
    pub profile: Profile,
    /// Which of several minimal alignments counts. Default: jiwer's.
    pub ties: Ties,
}

/// Pairs that one thread takes at a time.
const CHUNK: usize = 1024;

/// Scores words: `hypotheses[i]` against `references[i]`, pooled, as jiwer does.
///
/// Runs on the current rayon pool; the result is the same for any number of threads.
///
/// # Errors
///
/// [`Error::Argument`] where there are not as many hypotheses as references, or none at all.
///
/// # Example
///
/// ```
/// let score = sprogkit::score::wer(&["det er en god dag"], &["det var en dag"])?;
/// assert_eq!((score.counts.substitutions, score.counts.deletions), (1, 1));
/// assert_eq!(score.rate(), 0.4);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn wer<R: AsRef<str> + Sync, H: AsRef<str> + Sync>(
    references: &[R],
    hypotheses: &[H],
) -> Result<Score> {
    score(references, hypotheses, &Options::default())
}

/// Scores characters: [`wer()`] with every character a token of its own.
///
/// # Errors
///
/// As [`wer()`].
pub fn cer<R: AsRef<str> + Sync, H: AsRef<str> + Sync>(
    references: &[R],
    hypotheses: &[H],
) -> Result<Score> {
    score(references, hypotheses, &Options { unit: Unit::Char, ..Options::default() })
}

/// Scores as `options` say.
///
/// # Errors
///
/// As [`wer()`].
pub fn score<R: AsRef<str> + Sync, H: AsRef<str> + Sync>(
    references: &[R],
    hypotheses: &[H],
    options: &Options,
) -> Result<Score> {
    check(references.len(), hypotheses.len())?;
    let mut pairs = vec![Counts::default(); references.len()];
    pairs
        .par_chunks_mut(CHUNK)
        .zip(references.par_chunks(CHUNK).zip(hypotheses.par_chunks(CHUNK)))
        .for_each(|(pairs, (references, hypotheses))| {
            let mut scorer = Scorer::new(*options);
            for ((pair, reference), hypothesis) in pairs.iter_mut().zip(references).zip(hypotheses)
            {
                *pair = scorer.counts(reference.as_ref(), hypothesis.as_ref());
            }
        });
    Ok(Score { counts: pairs.iter().copied().sum(), pairs })
}

/// That there are texts, and as many on both sides.
fn check(references: usize, hypotheses: usize) -> Result<()> {
    if references != hypotheses {
        let requirement = format!("as many as there are references ({references})");
        return Err(Error::argument("hypotheses", requirement, hypotheses));
    }
    if references == 0 {
        return Err(Error::argument("references", "at least one text", "none"));
    }
    Ok(())
}

/// The alignment of one pair of texts, with where its tokens stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aligned {
    /// The steps; their indices count tokens.
    pub edits: Edits,
    /// The reference's tokens.
    pub reference: Vec<Span>,
    /// The hypothesis's tokens.
    pub hypothesis: Vec<Span>,
}

/// Scores one pair of texts after the other and keeps its memory between them.
#[derive(Debug, Default)]
pub struct Scorer {
    options: Options,
    editor: Editor,
    words: words::Words,
}

impl Scorer {
    /// A scorer that works as `options` say.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, editor: Editor::new(options.ties), words: words::Words::default() }
    }

    /// The counts of one pair.
    #[must_use]
    pub fn counts(&mut self, reference: &str, hypothesis: &str) -> Counts {
        let [reference, hypothesis] =
            &[reference, hypothesis].map(|text| self.options.profile.apply(text));
        if self.options.unit == Unit::Word && self.options.ties == Ties::Jiwer {
            // Common ends are hits by that choice.
            let hits = self.words.read_inner(reference, hypothesis);
            let inner = self.editor.counts(&self.words.reference, &self.words.hypothesis);
            return Counts { hits: hits + inner.hits, ..inner };
        }
        self.read(reference, hypothesis);
        self.editor.counts(&self.words.reference, &self.words.hypothesis)
    }

    /// The alignment of one pair. The positions are those of the texts before the profile: where
    /// one word there became several, these all stand where it does.
    #[must_use]
    pub fn align(&mut self, reference: &str, hypothesis: &str) -> Aligned {
        let texts = [reference, hypothesis].map(|text| self.options.profile.apply_mapped(text));
        self.read(texts[0].text(), texts[1].text());
        let edits = self.editor.edits(&self.words.reference, &self.words.hypothesis);
        let [reference, hypothesis] =
            texts.map(|text| text.back_all(self.spans(text.text())).collect());
        Aligned { edits, reference, hypothesis }
    }

    fn read(&mut self, reference: &str, hypothesis: &str) {
        match self.options.unit {
            Unit::Word => self.words.read(reference, hypothesis),
            Unit::Char => {
                words::characters(reference, &mut self.words.reference);
                words::characters(hypothesis, &mut self.words.hypothesis);
            }
        }
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        match self.options.unit {
            Unit::Word => {
                let mut spans = Vec::new();
                words::split(text, &mut spans);
                spans.into_iter().map(|(start, end)| Span::new(start, end)).collect()
            }
            Unit::Char => {
                let mut characters = Vec::new();
                let start = words::characters(text, &mut characters);
                text[start..]
                    .char_indices()
                    .take(characters.len())
                    .map(|(at, c)| Span::new(start + at, start + at + c.len_utf8()))
                    .collect()
            }
        }
    }
}
