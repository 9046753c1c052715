//! What the boundary model looks at: atoms around a gap, and templates that join them.
//!
//! An atom is a small fact, such as the word on the right or the shape of the word on the left.
//! A template names the atoms that are one feature together. Both are known by hashes of their
//! printed forms, so that a model file can name features in plain text.

use super::lexicon::{fold, small};
use super::rules::{
    Case, Context, Left, Right, Stop, bare, case_at, right_at, strip_closing, word_end, word_start,
};
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
            Self::Colon => 32,
            Self::Unmarked | Self::Period => 0,
        }
    }
}

/// The atoms, by name. `l1` is the word left of the gap, `r1` the one right of it; `w` the word,
/// `s` its last letters, `h` its shape, `c` its cluster, `p` the punctuation on it.
pub(super) const ATOMS: [&str; 32] = [
    "kind", "rule", "stop", "len", "caps", "quote", "rest", "comma", // the sentence
    "l3w", "l3h", "l3c", // two before the left word
    "l2h", "l2p", "l2c", //
    "l1w", "l1s", "l1h", "l1p", "l1c", //
    "r1w", "r1s", "r1h", "r1p", "r1c", //
    "r2w", "r2s", "r2h", "r2p", "r2c", //
    "r3w", "r3h", "r3c",
];

/// The atoms of one gap: hashes of their printed forms.
pub(super) type Atoms = [u64; ATOMS.len()];

/// The place of an atom in [`ATOMS`].
const fn place(name: &str) -> u8 {
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
    t2("kind", "quote"),
    t2("kind", "rest"),
    t2("kind", "comma"),
    t1("r2s"),
    t1("r2h"),
    t1("r2c"),
    t1("r3w"),
    t1("r3h"),
    t1("r3c"),
    t1("l2h"),
    t1("l2p"),
    t1("l2c"),
    t1("l3w"),
    t1("l3h"),
    t1("l3c"),
    t3("l2h", "l1h", "r1h"),
    t3("l1h", "l1p", "r1h"),
    t3("l1s", "r1h", "r2h"),
    t2("l1h", "r1w"),
    t2("r1w", "r2h"),
    t2("r1h", "r2s"),
    t2("len", "r1h"),
    t3("caps", "r1h", "r2h"),
    t3("caps", "len", "r1h"),
    t2("l1c", "r1c"),
    t2("r1c", "r2h"),
    t3("l1h", "r1c", "r2c"),
    t3("l1c", "r1h", "r2h"),
    t3("r1c", "r2c", "r3c"),
    t3("len", "l1c", "r1c"),
    t2("caps", "r1c"),
];

/// The hash of a feature.
pub(super) fn join(template: usize, atoms: &Atoms) -> u64 {
    let mut hash = (template as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for &atom in TEMPLATES[template].iter().filter(|&&atom| atom != NONE) {
        hash = (hash.rotate_left(23) ^ atoms[atom as usize]).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    hash ^ hash >> 29
}

/// Word clusters: how words behave, learned from running text.
pub(super) trait Clusters {
    /// The cluster of a word, given the hash that `fold` makes of it; 0 where it has none.
    fn cluster(&self, word: u64) -> u8;
}

/// Collects the atoms of a gap.
struct Collector<'c> {
    atoms: Atoms,
    names: Option<&'c mut [Vec<u8>; ATOMS.len()]>,
}

impl Collector<'_> {
    #[inline]
    fn set(&mut self, atom: u8, printed: &[u8]) {
        let printed = if printed.is_empty() { b"^" } else { printed };
        self.atoms[atom as usize] = fold(printed);
        if let Some(names) = &mut self.names {
            names[atom as usize] = printed.to_vec();
        }
    }

    fn word(&mut self, first: u8, which: WordAtoms, word: Word<'_>, clusters: &impl Clusters) {
        let mut at = first;
        if which.form {
            self.set(at, word.core);
            at += 1;
        }
        if which.suffix {
            self.set(at, suffix(word.core));
            at += 1;
        }
        self.set(at, shape(word.core));
        at += 1;
        if which.punctuation {
            self.set(at, &[word.punctuation]);
            at += 1;
        }
        let cluster = clusters.cluster(fold(word.core));
        self.set(at, &cluster_name(cluster));
    }
}

#[derive(Clone, Copy)]
struct WordAtoms {
    form: bool,
    suffix: bool,
    punctuation: bool,
}

/// A word with the class of the punctuation on it.
#[derive(Clone, Copy)]
struct Word<'t> {
    core: &'t [u8],
    punctuation: u8,
}

/// The last three letters or fewer.
fn suffix(word: &[u8]) -> &[u8] {
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

/// How a word is written, roughly.
fn shape(word: &[u8]) -> &'static [u8] {
    let Some(&first) = word.first() else { return b"none" };
    let long = word.len() > if first.is_ascii() { 1 } else { 2 };
    match case_at(word, 0) {
        Some(Case::Digit) if word.len() == 4 && word.iter().all(u8::is_ascii_digit) => b"year",
        Some(Case::Digit) => b"figure",
        Some(Case::Capital) if !long => b"capital",
        Some(Case::Capital) => {
            let small = word.iter().any(u8::is_ascii_lowercase);
            let hyphen = word.contains(&b'-');
            match (small, hyphen) {
                (true, false) => b"title",
                (true, true) => b"title-",
                (false, false) => b"capitals",
                (false, true) => b"capitals-",
            }
        }
        Some(_) if !long => b"letter",
        Some(_) if word.iter().any(u8::is_ascii_uppercase) => b"mixed",
        Some(_) => b"small",
        None => b"sign",
    }
}

/// A number on a rough scale.
fn bucket(count: usize) -> u8 {
    match count {
        0..=4 => b'0' + count as u8,
        5..=6 => b'5',
        7..=9 => b'6',
        10..=14 => b'7',
        15..=22 => b'8',
        _ => b'9',
    }
}

/// The word before `at` in the sentence.
fn before<'t>(context: &Context<'t>, at: usize) -> (Word<'t>, usize) {
    let text = context.text;
    let end = skip_space_back(text, at, context.sentence);
    let start = word_start(text, end, context.sentence);
    if start == end {
        return (Word { core: b"", punctuation: b'^' }, start);
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
    (Word { core: &text[from..to], punctuation }, start)
}

/// The word that begins at `at` or after the white space there.
fn after(text: &[u8], at: usize) -> (Word<'_>, usize) {
    let at = skip_space(text, at);
    let right = right_at(text, at);
    let end = word_end(text, right.from);
    let core = bare(text, right.from, end);
    (Word { core, punctuation: mark(text, &right, core.len(), end) }, end)
}

/// What stands on a word: what opens before it, or else what follows it.
fn mark(text: &[u8], right: &Right, len: usize, end: usize) -> u8 {
    if right.bracket {
        b'('
    } else if right.quote {
        b'"'
    } else if right.dash {
        b'-'
    } else if right.from + len < end {
        text[right.from + len]
    } else if end == text.len() {
        b'$'
    } else {
        b'_'
    }
}

/// The scores that a word brings along to the left and to the right of an unmarked gap, by the
/// weights of the features that it is alone in; its case is not among them.
pub(super) fn alone(word: &[u8], cluster: u8, weight: impl Fn(u64) -> i32) -> (i32, i32) {
    let mut atoms = [0; ATOMS.len()];
    atoms[place("kind") as usize] = fold(b"u");
    for (form, class) in [("l1w", "l1c"), ("r1w", "r1c")] {
        atoms[place(form) as usize] = fold(word);
        atoms[place(class) as usize] = fold(&cluster_name(cluster));
    }
    atoms[place("r1s") as usize] = fold(suffix(word));
    let sum = |templates: &[usize]| -> i32 {
        templates.iter().map(|&template| weight(join(template, &atoms))).sum()
    };
    (sum(&LEFT_ALONE), sum(&RIGHT_ALONE))
}

/// The templates of [`alone`].
const LEFT_ALONE: [usize; 2] = [template(t2("kind", "l1w")), template(t2("kind", "l1c"))];
const RIGHT_ALONE: [usize; 3] =
    [template(t2("kind", "r1w")), template(t2("kind", "r1s")), template(t2("kind", "r1c"))];

/// The place of a template in [`TEMPLATES`].
const fn template(wanted: Template) -> usize {
    let mut at = 0;
    while at < TEMPLATES.len() {
        let one = TEMPLATES[at];
        if one[0] == wanted[0] && one[1] == wanted[1] && one[2] == wanted[2] {
            return at;
        }
        at += 1;
    }
    panic!("no such template")
}

/// The printed form of a cluster.
fn cluster_name(cluster: u8) -> [u8; 3] {
    [b'0' + cluster / 100, b'0' + cluster / 10 % 10, b'0' + cluster % 10]
}

/// The atoms of a gap. With `names`, their printed forms too.
pub(super) fn atoms(
    context: &Context<'_>,
    left: &Left,
    right: &Right,
    kind: Kind,
    rule: bool,
    clusters: &impl Clusters,
    names: Option<&mut [Vec<u8>; ATOMS.len()]>,
) -> Atoms {
    let text = context.text;
    let mut to = Collector { atoms: [0; ATOMS.len()], names };
    let kind = match kind {
        Kind::Unmarked => b"u",
        Kind::Colon => b":",
        Kind::Period => b".",
    };
    to.set(place("kind"), kind);
    to.set(place("rule"), if rule { b"+" } else { b"-" });
    let stop: &[u8] = match left.stop {
        Stop::None => b"",
        Stop::Colon => b":",
        Stop::Ellipsis => b"...",
        Stop::Mark => b"!",
        Stop::Period => b".",
        Stop::Periods => b"..",
    };
    to.set(place("stop"), stop);

    let from = context.sentence.max(context.gap.start.saturating_sub(160));
    let sentence = &text[from..context.gap.start];
    let words = memchr::memchr_iter(b' ', sentence).count();
    to.set(place("len"), &[bucket(words)]);
    let has_small = sentence.iter().any(u8::is_ascii_lowercase);
    let stops = memchr::memchr3(b',', b'.', b':', sentence).is_some()
        || memchr::memchr3(b'!', b'?', b';', sentence).is_some();
    let caps: &[u8] = match (has_small, stops, case_at(sentence, 0)) {
        (false, ..) => b"capitals",
        (_, true, _) => b"stops",
        (_, _, Some(Case::Capital)) => b"title",
        _ => b"small",
    };
    to.set(place("caps"), caps);
    let quotes = memchr::memchr_iter(b'"', sentence).count();
    to.set(place("quote"), &[b'0' + (quotes % 2) as u8]);
    let ahead = &text[right.from..text.len().min(right.from + 120)];
    let stop = memchr::memchr3(b'.', b'!', b'?', ahead).unwrap_or(ahead.len());
    let stop = memchr::memchr(b':', &ahead[..stop]).unwrap_or(stop);
    to.set(place("rest"), &[bucket(memchr::memchr_iter(b' ', &ahead[..stop]).count())]);
    let comma = memchr::memchr(b',', &ahead[..stop]).unwrap_or(stop);
    to.set(
        place("comma"),
        &[if comma == stop {
            b'_'
        } else {
            bucket(memchr::memchr_iter(b' ', &ahead[..comma]).count())
        }],
    );

    let all = WordAtoms { form: true, suffix: true, punctuation: true };
    let far = WordAtoms { form: true, suffix: false, punctuation: false };
    let second = WordAtoms { form: false, suffix: false, punctuation: true };
    let last = Word {
        core: &text[left.from..left.to],
        punctuation: if left.closed {
            b'"'
        } else if left.to < context.gap.start {
            text[context.gap.start - 1]
        } else {
            b'_'
        },
    };
    to.word(place("l1w"), all, last, clusters);
    let (word, at) = before(context, word_start(text, left.from, context.sentence));
    to.word(place("l2h"), second, word, clusters);
    let (word, _) = before(context, at);
    to.word(place("l3w"), far, word, clusters);

    let end = word_end(text, right.from);
    let core = bare(text, right.from, end);
    let next = Word { core, punctuation: mark(text, right, core.len(), end) };
    to.word(place("r1w"), all, next, clusters);
    let (word, at) = after(text, end);
    to.word(place("r2w"), all, word, clusters);
    let (word, _) = after(text, at);
    to.word(place("r3w"), far, word, clusters);
    to.atoms
}

/// The printed form of a feature's values.
pub(super) fn values(template: usize, names: &[Vec<u8>; ATOMS.len()]) -> String {
    let atoms = TEMPLATES[template].iter().filter(|&&atom| atom != NONE);
    let printed = atoms.map(|&atom| small(&names[atom as usize]));
    printed.map(|value| String::from_utf8_lossy(&value).into_owned()).collect::<Vec<_>>().join(" ")
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
            assert_eq!(shape(word.as_bytes()), want.as_bytes(), "{word}");
        }
    }

    #[test]
    fn a_suffix_is_whole_letters() {
        assert_eq!(suffix("får".as_bytes()), "får".as_bytes());
        assert_eq!(suffix("spår".as_bytes()), "pår".as_bytes());
    }
}
