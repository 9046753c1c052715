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

impl Sentences<'_> {
    #[inline(always)]
    fn step(&mut self) -> Option<Span> {
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
            let line = if gap.lines > 0 { layout::judge(bytes, gap, self.layout) } else { None };
            let ends = match line {
                Some(ends) => ends,
                None => self.ends(gap),
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

impl Iterator for Sentences<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        self.step()
    }

    fn fold<B, F: FnMut(B, Span) -> B>(mut self, init: B, mut each: F) -> B {
        let mut all = init;
        while let Some(span) = self.step() {
            all = each(all, span);
        }
        all
    }
}

impl std::iter::FusedIterator for Sentences<'_> {}
