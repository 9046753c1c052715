//! Where one sentence ends and the next begins.
//!
//! Only the gaps between words are looked at, and of those only the ones where a boundary can
//! be: after a stop, before a capital, at a line break. [`rules`] judges a gap by the words
//! around it; [`layout`] judges line breaks.

mod clusters;
mod edges;
mod features;
mod glance;
mod layout;
mod lexicon;
mod model;
mod rules;
mod scan;
mod sets;
mod train;
mod weights;
mod window;

pub use layout::Layout;
pub use model::Boundaries;
pub use train::{Training, train};

use lexicon::Lexicon;
use rules::Context;
use scan::Gaps;

use super::Options;
use crate::Span;

/// The sentences of `text`, in order, without the white space around them.
///
/// Every character that is not white space belongs to exactly one sentence. Quotation marks and
/// brackets that close a sentence belong to it, those that open the next to the next. A line
/// break ends a sentence where [`Layout::Auto`] says so.
///
/// # Complexity
///
/// Linear in the bytes of `text`; no allocation.
///
/// # Example
///
/// ```
/// use sprogkit::text::sentences;
///
/// let text = "Mødet er den 3. maj kl. 8. Kom til tiden!";
/// let found: Vec<_> = sentences(text).map(|span| span.of(text)).collect();
/// assert_eq!(found, ["Mødet er den 3. maj kl. 8.", "Kom til tiden!"]);
/// ```
#[must_use]
pub fn sentences(text: &str) -> Sentences<'_> {
    Sentences::new(text, Options::default())
}

/// The sentences of a text, in order. From [`sentences`] and [`Options::sentences`].
#[derive(Clone, Debug)]
pub struct Sentences<'t> {
    text: &'t str,
    layout: Layout,
    lexicon: &'static Lexicon,
    model: Option<&'t Boundaries>,
    // The current sentence begins here; everything before is handed out.
    start: usize,
    // The sentence before it began here.
    previous: usize,
    gaps: Gaps<'t>,
}

impl<'t> Sentences<'t> {
    pub(super) fn new(text: &'t str, options: Options) -> Self {
        let model = (!options.rules_only).then(Boundaries::danish);
        Self::with(text, options, model)
    }

    fn with(text: &'t str, options: Options, model: Option<&'t Boundaries>) -> Self {
        let start = scan::skip_space(text.as_bytes(), 0);
        let lexicon = Lexicon::danish();
        let gaps = Gaps::new(text.as_bytes(), start);
        Self { text, layout: options.layout, lexicon, model, start, previous: start, gaps }
    }
}

impl Iterator for Sentences<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let bytes = self.text.as_bytes();
        if self.start >= bytes.len() {
            return None;
        }
        while let Some(gap) = self.gaps.next() {
            if gap.end == bytes.len() {
                let span = Span::new(self.start, gap.start);
                self.start = gap.end;
                return Some(span);
            }
            let context = Context {
                text: bytes,
                sentence: self.start,
                previous: self.previous,
                gap,
                lexicon: self.lexicon,
                window: self.gaps.window(),
            };
            let ends = match layout::judge(bytes, gap, self.layout) {
                Some(ends) => ends,
                None => glance::ends(&context, self.model),
            };
            if ends {
                let span = Span::new(self.start, gap.start);
                self.previous = self.start;
                self.start = gap.end;
                return Some(span);
            }
        }
        let span = Span::new(self.start, scan::skip_space_back(bytes, bytes.len(), self.start));
        self.start = bytes.len();
        Some(span)
    }
}

impl std::iter::FusedIterator for Sentences<'_> {}
