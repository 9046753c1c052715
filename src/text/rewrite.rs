//! A rewritten text that knows where each of its parts came from.

use std::borrow::Cow;

use crate::Span;

/// One replaced stretch: `source` in the original text became `target` in the rewritten one.
///
/// An empty `source` is an insertion, an empty `target` a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// Bytes of the original text.
    pub source: Span,
    /// Bytes of the rewritten text.
    pub target: Span,
    /// What kind of change it is: a short name that the rewriting call documents.
    pub kind: &'static str,
}

/// A text after rewriting, with a map between its positions and those of the original.
///
/// What no change touches is the same in both texts, and maps character by character. A
/// replaced stretch maps as a whole. A deletion maps to the empty range where it was.
///
/// # Example
///
/// ```
/// use sprogkit::Span;
/// use sprogkit::text::Rewriter;
///
/// let mut rewriter = Rewriter::new("kl. 8 i dag");
/// rewriter.replace(Span::new(0, 3), "klokken", "abbreviation");
/// let spoken = rewriter.finish();
/// assert_eq!(spoken.text(), "klokken 8 i dag");
/// assert_eq!(spoken.project(Span::new(4, 5)), Span::new(8, 9));
/// assert_eq!(spoken.back(Span::new(0, 7)), Span::new(0, 3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite<'t> {
    text: Cow<'t, str>,
    // Bytes of the original.
    length: usize,
    // Invariant: sources and targets both ascend and do not overlap.
    changes: Vec<Change>,
}

impl<'t> Rewrite<'t> {
    /// `text`, nothing changed.
    #[must_use]
    pub const fn unchanged(text: &'t str) -> Self {
        Self { text: Cow::Borrowed(text), length: text.len(), changes: Vec::new() }
    }

    /// The rewritten text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rewritten text; borrowed where nothing was changed.
    #[must_use]
    pub fn into_text(self) -> Cow<'t, str> {
        self.text
    }

    /// The same with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> Rewrite<'static> {
        Rewrite {
            text: Cow::Owned(self.text.into_owned()),
            length: self.length,
            changes: self.changes,
        }
    }

    /// What was changed, in the order of the text.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// How many changes there are of each kind, in the order in which the kinds first occur.
    #[must_use]
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        for change in &self.changes {
            match counts.iter_mut().find(|(kind, _)| *kind == change.kind) {
                Some((_, count)) => *count += 1,
                None => counts.push((change.kind, 1)),
            }
        }
        counts
    }

    /// Where `span` of the original stands in the rewritten text.
    ///
    /// An end inside a replaced stretch is moved out to take in the whole replacement. Text
    /// inserted just before or behind `span` is not taken in; an empty span takes in what was
    /// inserted at its place.
    ///
    /// # Complexity
    ///
    /// `O(log n)` for `n` changes.
    ///
    /// # Panics
    ///
    /// Where `span` ends behind the end of the original.
    #[must_use]
    #[track_caller]
    pub fn project(&self, span: Span) -> Span {
        assert!(span.end() <= self.length, "the span ends behind the original text");
        mapped(&self.changes, FORTH, span, &mut 0)
    }

    /// Where `span` of the rewritten text came from: the inverse of [`Rewrite::project`].
    ///
    /// `back(project(s))` covers `s`, save for deleted text at its very ends: it belongs to no
    /// word of the rewritten text, so that the words of the rewritten text, mapped back, never
    /// overlap.
    ///
    /// # Complexity
    ///
    /// `O(log n)` for `n` changes.
    ///
    /// # Panics
    ///
    /// Where `span` ends behind the end of the rewritten text.
    #[must_use]
    #[track_caller]
    pub fn back(&self, span: Span) -> Span {
        assert!(span.end() <= self.text.len(), "the span ends behind the rewritten text");
        mapped(&self.changes, BACK, span, &mut 0)
    }

    /// [`Rewrite::project`] for many spans, in any order.
    ///
    /// # Complexity
    ///
    /// `O(m + n)` for `m` sorted spans and `n` changes.
    ///
    /// # Panics
    ///
    /// As [`Rewrite::project`].
    pub fn project_all<I>(&self, spans: I) -> impl Iterator<Item = Span>
    where
        I: IntoIterator<Item = Span>,
    {
        let mut near = 0;
        spans.into_iter().map(move |span| {
            assert!(span.end() <= self.length, "the span ends behind the original text");
            mapped(&self.changes, FORTH, span, &mut near)
        })
    }

    /// [`Rewrite::back`] for many spans, in any order.
    ///
    /// # Complexity
    ///
    /// `O(m + n)` for `m` sorted spans and `n` changes.
    ///
    /// # Panics
    ///
    /// As [`Rewrite::back`].
    pub fn back_all<I>(&self, spans: I) -> impl Iterator<Item = Span>
    where
        I: IntoIterator<Item = Span>,
    {
        let mut near = 0;
        spans.into_iter().map(move |span| {
            assert!(span.end() <= self.text.len(), "the span ends behind the rewritten text");
            mapped(&self.changes, BACK, span, &mut near)
        })
    }

    /// This rewrite and `next`, a rewrite of its text, as one rewrite of the original.
    ///
    /// Changes that overlap become one, of the kind of the earlier.
    ///
    /// # Complexity
    ///
    /// `O(m + n)` for `m` and `n` changes.
    ///
    /// # Panics
    ///
    /// Where `next` is the rewrite of a text of another length.
    ///
    /// # Example
    ///
    /// ```
    /// use sprogkit::Span;
    /// use sprogkit::text::Rewriter;
    ///
    /// let mut first = Rewriter::new("to\u{AD}re hunde");
    /// first.delete(Span::new(2, 4), "soft-hyphen");
    /// let first = first.finish().into_owned();
    /// let text = first.text().to_owned();
    /// let mut second = Rewriter::new(&text);
    /// second.replace(Span::new(0, 4), "to", "word");
    /// let both = first.then(second.finish());
    /// assert_eq!(both.text(), "to hunde");
    /// assert_eq!(both.back(Span::new(0, 2)), Span::new(0, 6));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn then<'n>(self, next: Rewrite<'n>) -> Rewrite<'n>
    where
        't: 'n,
    {
        assert_eq!(self.text.len(), next.length, "the next rewrite is of another text");
        if next.changes.is_empty() {
            return self;
        }
        if self.changes.is_empty() {
            return next;
        }
        let changes = composed(&self.changes, &next.changes);
        Rewrite { text: next.text, length: self.length, changes }
    }
}

/// The two sides of a change: the one mapped from, and the one mapped to.
type Sides = fn(&Change) -> (Span, Span);
const FORTH: Sides = |change| (change.source, change.target);
const BACK: Sides = |change| (change.target, change.source);

/// Where `span` goes. `near` is a change close to it, and is moved along.
fn mapped(changes: &[Change], sides: Sides, span: Span, near: &mut usize) -> Span {
    // The first change that ends behind the start: the start is in it, or before it.
    let at = seek(changes, *near, |change| sides(change).0.end() <= span.start());
    *near = at;
    let start = match changes.get(at).map(sides) {
        Some((from, to)) if from.start() <= span.start() => to.start(),
        _ => kept(changes, at, sides, span.start()),
    };
    // The last change that begins before the end: the end is in it, or behind it.
    let at = seek(changes, at, |change| sides(change).0.start() < span.end());
    let end = match at.checked_sub(1).map(|last| sides(&changes[last])) {
        Some((from, to)) if span.end() <= from.end() => to.end(),
        _ => kept(changes, at, sides, span.end()),
    };
    // An empty span at an insertion begins behind it and ends before it: it takes it in.
    Span::new(start.min(end), end.max(start))
}

/// Where `position`, which no change touches and which stands before change `at`, goes.
fn kept(changes: &[Change], at: usize, sides: Sides, position: usize) -> usize {
    match at.checked_sub(1).map(|last| sides(&changes[last])) {
        Some((from, to)) => to.end() + (position - from.end()),
        None => position,
    }
}

/// How many changes `before` holds for: it holds for the first ones, and is asked near `near`.
fn seek(changes: &[Change], near: usize, before: impl Fn(&Change) -> bool) -> usize {
    if near > 0 && !before(&changes[near - 1]) {
        return changes[..near].partition_point(before);
    }
    let mut low = near;
    let mut step = 1;
    while low + step <= changes.len() && before(&changes[low + step - 1]) {
        low += step;
        step *= 2;
    }
    let high = changes.len().min(low + step);
    low + changes[low..high].partition_point(before)
}

/// The changes of `first` and then `next`, over the text between them.
fn composed(first: &[Change], next: &[Change]) -> Vec<Change> {
    let mut changes = Vec::with_capacity(first.len() + next.len());
    let (mut i, mut j) = (0, 0);
    while i < first.len() || j < next.len() {
        let (i_from, j_from) = (i, j);
        // In the text between, a group of changes that touch each other's characters.
        let mut group: Option<Span> = None;
        let mut last_of_first = false;
        loop {
            let a = first.get(i).map(|change| change.target);
            let b = next.get(j).map(|change| change.source);
            let (span, of_first) = match (a, b) {
                (Some(a), Some(b)) if (b.start(), b.end()) < (a.start(), a.end()) => (b, false),
                (Some(a), _) => (a, true),
                (None, Some(b)) => (b, false),
                (None, None) => break,
            };
            match group {
                None => group = Some(span),
                Some(open) => {
                    let same_place = open.is_empty() && open == span && last_of_first != of_first;
                    if span.start() >= open.end() && !same_place {
                        break;
                    }
                    group = Some(Span::new(open.start(), open.end().max(span.end())));
                }
            }
            last_of_first = of_first;
            if of_first {
                i += 1;
            } else {
                j += 1;
            }
        }
        let Some(group) = group else { break };
        changes.push(Change {
            source: outer(first, i_from..i, BACK, group),
            target: outer(next, j_from..j, FORTH, group),
            kind: if i > i_from { first[i_from].kind } else { next[j_from].kind },
        });
    }
    changes
}

/// Where `group`, which covers the changes `inside` and touches no other, goes.
fn outer(changes: &[Change], inside: std::ops::Range<usize>, sides: Sides, group: Span) -> Span {
    if inside.is_empty() {
        let start = kept(changes, inside.start, sides, group.start());
        return Span::new(start, start + group.len());
    }
    let start = kept(changes, inside.start, sides, group.start());
    Span::new(start, kept(changes, inside.end, sides, group.end()))
}

/// Records replacements in a text, from its start to its end, and yields the [`Rewrite`].
///
/// # Example
///
/// ```
/// use sprogkit::Span;
/// use sprogkit::text::Rewriter;
///
/// let mut rewriter = Rewriter::new("2 æbler");
/// rewriter.replace(Span::new(0, 1), "to", "number");
/// rewriter.insert(8, "!", "punctuation");
/// assert_eq!(rewriter.finish().text(), "to æbler!");
/// ```
#[derive(Clone, Debug)]
pub struct Rewriter<'t> {
    source: &'t str,
    // How much of `source` has been copied or replaced.
    done: usize,
    text: String,
    changes: Vec<Change>,
    changed: bool,
    // Whether the changes are kept, not only what they make.
    mapped: bool,
}

impl<'t> Rewriter<'t> {
    /// Nothing recorded yet; nothing allocated before the first change.
    #[must_use]
    pub const fn new(source: &'t str) -> Self {
        let text = String::new();
        Self { source, done: 0, text, changes: Vec::new(), changed: false, mapped: true }
    }

    /// As [`Rewriter::new`] for those who ask for [`Rewriter::into_text`] alone: no map is kept.
    pub(crate) fn unmapped(source: &'t str) -> Self {
        Self { mapped: false, ..Self::new(source) }
    }

    /// The original text.
    #[must_use]
    pub const fn source(&self) -> &'t str {
        self.source
    }

    /// Up to where the original is decided: the next change may not begin before it.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.done
    }

    /// Puts `replacement` in the place of `span`. What is there already changes nothing.
    ///
    /// # Panics
    ///
    /// Where `span` begins before the end of the last one, or is no span of the text: mistakes
    /// in the calling code, never in data.
    #[track_caller]
    pub fn replace(&mut self, span: Span, replacement: &str, kind: &'static str) {
        assert!(span.start() >= self.done, "changes come in the order of the text");
        if span.of(self.source) != replacement {
            self.record(span, replacement, kind);
        }
    }

    /// As [`Rewriter::replace`], also what is there already.
    pub(super) fn record(&mut self, span: Span, replacement: &str, kind: &'static str) {
        if !self.changed {
            self.changed = true;
            self.text.reserve(self.source.len() + replacement.len());
        }
        self.text.push_str(&self.source[self.done..span.start()]);
        let start = self.text.len();
        self.text.push_str(replacement);
        self.done = span.end();
        if self.mapped {
            let target = Span::new(start, self.text.len());
            self.changes.push(Change { source: span, target, kind });
        }
    }

    /// Takes `span` out.
    ///
    /// # Panics
    ///
    /// As [`Rewriter::replace`].
    #[track_caller]
    pub fn delete(&mut self, span: Span, kind: &'static str) {
        self.replace(span, "", kind);
    }

    /// Puts `text` in at byte `at`.
    ///
    /// # Panics
    ///
    /// As [`Rewriter::replace`].
    #[track_caller]
    pub fn insert(&mut self, at: usize, text: &str, kind: &'static str) {
        self.replace(Span::new(at, at), text, kind);
    }

    /// The rewritten text with its map; without a copy where nothing was changed.
    #[must_use]
    pub fn finish(mut self) -> Rewrite<'t> {
        let (length, changes) = (self.source.len(), std::mem::take(&mut self.changes));
        Rewrite { text: self.into_text(), length, changes }
    }

    /// The rewritten text; borrowed where nothing was changed.
    pub(crate) fn into_text(mut self) -> Cow<'t, str> {
        if !self.changed {
            return Cow::Borrowed(self.source);
        }
        self.text.push_str(&self.source[self.done..]);
        Cow::Owned(self.text)
    }
}
