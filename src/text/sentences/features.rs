//! What the boundary model looks at: atoms around a gap, and templates that join them.
//!
//! An atom is a small fact, such as the word on the right or the shape of the word on the left.
//! A template names the atoms that are one feature together. A [`View`] finds the facts; they
//! have printed forms, so that a model file can name features in plain text.

use super::edges::{Contents, has};
use super::lexicon::small;
use super::rules::{Case, Context, Left, Right, Stop, bare, case_at, right_at, strip_closing};
use super::scan::{skip_space, skip_space_back};

/// The kinds of gap that the model judges, by how the word on the left stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No stop, and something that may begin a sentence.
    Unmarked,
    Colon,
    /// A dot that the rules are not sure of.
    Period,
}

impl Kind {
    /// The score that a boundary needs, in the units of a model file.
    pub(super) fn margin(self) -> i32 {
        match self {
            // What follows a colon belongs to it, even with a capital: only a sure case ends it.
            Self::Colon => 16,
            Self::Unmarked | Self::Period => 0,
        }
    }
}

/// The atoms, by name. `l1` is the word left of the gap, `r1` the one right of it; `w` the word,
/// `s` its last letters, `h` its shape, `c` its cluster, `p` the punctuation on it.
pub(super) const ATOMS: [&str; 24] = [
    "kind", "rule", "stop", "len", "caps", "quote", // the sentence
    "l2h", "l2p", "l2c", // the word before the left one
    "l1w", "l1s", "l1h", "l1p", "l1c", //
    "r1w", "r1s", "r1h", "r1p", "r1c", //
    "r2w", "r2s", "r2h", "r2p", "r2c",
];

/// The place of an atom in [`ATOMS`].
pub(super) const fn place(name: &str) -> u8 {
    let mut at = 0;
    while at < ATOMS.len() {
        let (a, b) = (ATOMS[at].as_bytes(), name.as_bytes());
        let mut same = a.len() == b.len();
        let mut i = 0;
        while same && i < a.len() {
            same = a[i] == b[i];
            i += 1;
        }
        if same {
            return at as u8;
        }
        at += 1;
    }
    panic!("no such atom")
}

/// One to three atoms that are a feature together; [`NONE`] fills the rest.
pub(super) type Template = [u8; 3];

/// No atom.
pub(super) const NONE: u8 = u8::MAX;

const fn t1(a: &str) -> Template {
    [place(a), NONE, NONE]
}
const fn t2(a: &str, b: &str) -> Template {
    [place(a), place(b), NONE]
}
const fn t3(a: &str, b: &str, c: &str) -> Template {
    [place(a), place(b), place(c)]
}

/// The features of the model.
pub(super) const TEMPLATES: &[Template] = &[
    t2("kind", "rule"),
    t3("kind", "rule", "stop"),
    t2("kind", "r1w"),
    t2("kind", "r1s"),
    t2("kind", "r1p"),
    t2("kind", "r1c"),
    t2("kind", "l1w"),
    t2("kind", "l1h"),
    t2("kind", "l1p"),
    t2("kind", "l1c"),
    t3("l1h", "l1p", "r1h"),
    t2("l1h", "r1w"),
    t2("l1c", "r1c"),
    t2("kind", "quote"),
    t2("len", "r1h"),
    t3("caps", "len", "r1h"),
    t3("len", "l1c", "r1c"),
    t2("caps", "r1c"),
    t1("r2s"),
    t1("r2h"),
    t1("r2c"),
    t3("l1s", "r1h", "r2h"),
    t2("r1w", "r2h"),
    t2("r1h", "r2s"),
    t2("r1c", "r2h"),
    t3("l1h", "r1c", "r2c"),
    t3("l1c", "r1h", "r2h"),
    t3("caps", "r1h", "r2h"),
    t1("l2h"),
    t1("l2p"),
    t1("l2c"),
    t3("l2h", "l1h", "r1h"),
];

/// The stage, from 0 to 5, in which all is known that the features of a template need.
pub(super) const fn stage(template: usize) -> usize {
    let mut stage = 0;
    let mut at = 0;
    while at < 3 && TEMPLATES[template][at] != NONE {
        let own = match ATOMS[TEMPLATES[template][at] as usize].as_bytes() {
            // The sentence so far.
            b"len" | b"caps" | b"quote" => 1,
            // How the second word on the right is written; the same on the left.
            b"r2h" => 2,
            b"l2h" | b"l2p" => 3,
            // Which words these are.
            b"r2w" | b"r2s" | b"r2p" | b"r2c" => 4,
            b"l2c" => 5,
            _ => 0,
        };
        if own > stage {
            stage = own;
        }
        at += 1;
    }
    stage
}

/// A word with the class of the punctuation on it.
#[derive(Clone, Copy)]
pub(super) struct Word<'t> {
    text: &'t [u8],
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) punctuation: u8,
}

impl<'t> Word<'t> {
    /// The word without what stands on it.
    #[inline]
    pub(super) fn core(&self) -> &'t [u8] {
        &self.text[self.from..self.to]
    }

    /// The place in [`SHAPES`] of how it is written.
    #[inline]
    pub(super) fn shape(&self) -> usize {
        shape(self.text, self.from, self.to)
    }
}

/// The last three letters or fewer.
#[inline]
pub(super) fn suffix(word: &[u8]) -> &[u8] {
    if let Some(last) = word.last_chunk::<3>().filter(|last| last.is_ascii()) {
        return last;
    }
    let mut from = word.len();
    let mut letters = 0;
    while from > 0 && letters < 3 {
        from -= 1;
        if word[from] & 0xC0 != 0x80 {
            letters += 1;
        }
    }
    &word[from..]
}

/// How words are written, roughly.
pub(super) const SHAPES: [&str; 12] = [
    "none",
    "year",
    "figure",
    "capital",
    "title",
    "title-",
    "capitals",
    "capitals-",
    "letter",
    "mixed",
    "small",
    "sign",
];

/// The place in [`SHAPES`] of how the word `from..to` of a text is written.
#[inline]
fn shape(text: &[u8], from: usize, to: usize) -> usize {
    if from == to {
        return 0;
    }
    let has = |first: u8, last: u8| has(text, from, to, first, last - first);
    let long = to - from > if text[from].is_ascii() { 1 } else { 2 };
    match case_at(text, from) {
        Some(Case::Digit) if to - from == 4 && text[from..to].iter().all(u8::is_ascii_digit) => 1,
        Some(Case::Digit) => 2,
        Some(Case::Capital) if !long => 3,
        Some(Case::Capital) => 4 + usize::from(has(b'-', b'-')) + 2 * usize::from(!has(b'a', b'z')),
        Some(_) if !long => 8,
        Some(_) if has(b'A', b'Z') => 9,
        Some(_) => 10,
        None => 11,
    }
}

/// A number on a rough scale, 0 to 9.
fn bucket(count: usize) -> usize {
    match count {
        0..=4 => count,
        5..=6 => 5,
        7..=9 => 6,
        10..=14 => 7,
        15..=22 => 8,
        _ => 9,
    }
}

/// The word before `at` in the sentence.
fn before<'t>(context: &Context<'t>, at: usize) -> Word<'t> {
    let text = context.text;
    let end = skip_space_back(text, at, context.sentence);
    let start = context.word_start(end);
    if start == end {
        return Word { text, from: start, to: start, punctuation: b'^' };
    }
    let mut to = strip_closing(text, end, start);
    let mut punctuation = if to < end { b'"' } else { b'_' };
    while to > start && matches!(text[to - 1], b'.' | b',' | b';' | b':' | b'!' | b'?') {
        punctuation = text[to - 1];
        to -= 1;
    }
    let mut from = start;
    while from < to && matches!(text[from], b'"' | b'\'' | b'(' | b'[') {
        from += 1;
    }
    Word { text, from, to, punctuation }
}

/// The word that begins at `at` or after the white space there.
fn after<'t>(context: &Context<'t>, at: usize) -> Word<'t> {
    let text = context.text;
    let right = right_at(text, skip_space(text, at));
    let end = context.word_end(right.from);
    let to = right.from + bare(text, right.from, end).len();
    Word { text, from: right.from, to, punctuation: mark(text, &right, to, end) }
}

/// What stands on a word: what opens before it, or else what follows it.
fn mark(text: &[u8], right: &Right, to: usize, end: usize) -> u8 {
    if right.bracket {
        b'('
    } else if right.quote {
        b'"'
    } else if right.dash {
        b'-'
    } else if to < end {
        text[to]
    } else if end == text.len() {
        b'$'
    } else {
        b'_'
    }
}

/// The printed form of a cluster.
pub(super) fn cluster_name(cluster: u8) -> [u8; 3] {
    [b'0' + cluster / 100, b'0' + cluster / 10 % 10, b'0' + cluster % 10]
}

/// The printed forms of the atoms that have few; the place of one is its number in a [`View`].
pub(super) const KINDS: [&str; 3] = ["u", ":", "."];
pub(super) const RULES: [&str; 2] = ["-", "+"];
pub(super) const STOPS: [&str; 6] = ["^", ":", "...", "!", ".", ".."];
pub(super) const BUCKETS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
pub(super) const CAPS: [&str; 4] = ["capitals", "stops", "title", "small"];

/// What there is to see around a gap. Each look costs time, so the scorer takes them in turn.
#[derive(Clone, Copy)]
pub(super) struct View<'c, 't> {
    pub(super) context: &'c Context<'t>,
    pub(super) left: &'c Left,
    pub(super) right: &'c Right,
    /// Where the word on the right ends, without and with what closes and stops after it.
    pub(super) to: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    pub(super) rule: bool,
}

/// What a sentence looks like before the gap.
#[derive(Clone, Copy)]
pub(super) struct Before {
    /// How many words, as a bucket.
    pub(super) len: usize,
    /// The place in [`CAPS`].
    pub(super) caps: usize,
    /// Whether a quotation is open.
    pub(super) quote: usize,
}

impl<'t> View<'_, 't> {
    /// The place in [`STOPS`].
    pub(super) fn stop(&self) -> usize {
        match self.left.stop {
            Stop::None => 0,
            Stop::Colon => 1,
            Stop::Ellipsis => 2,
            Stop::Mark => 3,
            Stop::Period => 4,
            Stop::Periods => 5,
        }
    }

    /// The word before the gap.
    pub(super) fn last(&self) -> Word<'t> {
        let (text, left, gap) = (self.context.text, self.left, self.context.gap);
        Word {
            text,
            from: left.from,
            to: left.to,
            punctuation: if left.closed {
                b'"'
            } else if left.to < gap.start {
                text[gap.start - 1]
            } else {
                b'_'
            },
        }
    }

    /// The word before [`View::last`].
    pub(super) fn second_last(&self) -> Word<'t> {
        let context = self.context;
        before(context, context.word_start(self.left.from))
    }

    /// The word behind the gap.
    pub(super) fn next(&self) -> Word<'t> {
        let (text, right, to) = (self.context.text, self.right, self.to);
        Word { text, from: right.from, to, punctuation: mark(text, right, to, self.end) }
    }

    /// The word behind [`View::next`].
    pub(super) fn second_next(&self) -> Word<'t> {
        after(self.context, self.end)
    }

    /// The sentence up to the gap.
    pub(super) fn before(&self) -> Before {
        let context = self.context;
        let from = context.sentence.max(context.gap.start.saturating_sub(160));
        let sentence = &context.text[from..context.gap.start];
        let contents = Contents::of(context.text, from, context.gap.start);
        let caps = match (contents.small, contents.stops, case_at(sentence, 0)) {
            (false, ..) => 0,
            (_, true, _) => 1,
            (_, _, Some(Case::Capital)) => 2,
            _ => 3,
        };
        Before { len: bucket(contents.spaces), caps, quote: contents.quotes % 2 }
    }

    /// The printed forms of all atoms; `cluster` knows the words' clusters.
    pub(super) fn printed(&self, cluster: impl Fn(&[u8]) -> u8) -> [Vec<u8>; ATOMS.len()] {
        let mut printed: [Vec<u8>; ATOMS.len()] = std::array::from_fn(|_| b"^".to_vec());
        let mut set = |atom: &str, form: &[u8]| {
            // Not every word has every atom.
            if let Some(at) = ATOMS.iter().position(|known| *known == atom) {
                printed[at] = if form.is_empty() { b"^".to_vec() } else { small(form) };
            }
        };
        let before = self.before();
        set("kind", KINDS[self.kind as usize].as_bytes());
        set("rule", RULES[usize::from(self.rule)].as_bytes());
        set("stop", STOPS[self.stop()].as_bytes());
        set("len", BUCKETS[before.len].as_bytes());
        set("caps", CAPS[before.caps].as_bytes());
        set("quote", BUCKETS[before.quote].as_bytes());
        let l2 = self.second_last();
        let (r1, r2) = (self.next(), self.second_next());
        let words = [("l1", self.last()), ("l2", l2), ("r1", r1), ("r2", r2)];
        for (place, word) in words {
            set(&format!("{place}w"), word.core());
            set(&format!("{place}s"), suffix(word.core()));
            set(&format!("{place}h"), SHAPES[word.shape()].as_bytes());
            set(&format!("{place}p"), &[word.punctuation]);
            set(&format!("{place}c"), &cluster_name(cluster(word.core())));
        }
        printed
    }
}

/// The printed form of a feature's values.
pub(super) fn values(template: usize, names: &[Vec<u8>; ATOMS.len()]) -> String {
    let atoms = TEMPLATES[template].iter().filter(|&&atom| atom != NONE);
    let printed = atoms.map(|&atom| String::from_utf8_lossy(&names[atom as usize]));
    printed.collect::<Vec<_>>().join(" ")
}

/// The names of a template's atoms.
pub(super) fn template_name(template: usize) -> String {
    let atoms = TEMPLATES[template].iter().filter(|&&atom| atom != NONE);
    atoms.map(|&atom| ATOMS[atom as usize]).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_says_how_a_word_is_written() {
        for (word, want) in [
            ("", "none"),
            ("i", "letter"),
            ("å", "letter"),
            ("bus", "small"),
            ("Bus", "title"),
            ("Øl", "title"),
            ("ØL", "capitals"),
            ("FN-by", "title-"),
            ("1992", "year"),
            ("12", "figure"),
            ("iPad", "mixed"),
            ("K", "capital"),
        ] {
            assert_eq!(SHAPES[shape(word.as_bytes(), 0, word.len())], want, "{word}");
        }
    }

    #[test]
    fn a_suffix_is_whole_letters() {
        assert_eq!(suffix("får".as_bytes()), "får".as_bytes());
        assert_eq!(suffix("spår".as_bytes()), "pår".as_bytes());
    }
}
