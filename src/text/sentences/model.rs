//! The boundary model: a weight for each of some thousand features.

use std::sync::LazyLock;

use super::super::Options;
use super::Sentences;
use super::clusters::Clusters;
use super::features::{
    self, ATOMS, BUCKETS, CAPS, KINDS, NONE, RULES, SHAPES, STOPS, TEMPLATES, View, Word, place,
    template,
};
use super::lexicon::{Words, fold};
use super::weights::{Alphabet, Feature, Numbers, Weights};
use crate::da::Table;
use crate::{Error, Result};

/// A model of where sentences end that no rule is sure of.
///
/// It weighs some thousand features of the words around a gap: the words, their last letters,
/// how they are written, and their clusters. A feature's weight is a number; no sentence of the
/// text that it was learned from can be read out of it.
///
/// The model of the crate, which [`sentences`](super::sentences) uses, is [`Boundaries::danish`].
/// Another is trained by [`train`](super::boundaries::train) and read by [`Boundaries::read`].
#[derive(Clone, Debug)]
pub struct Boundaries {
    weights: Weights,
    // The words that the model or a cluster names.
    words: Words<Known>,
    suffixes: Words<u16>,
    // The number of the cluster of all other words; of each punctuation; of an empty word.
    unclustered: u16,
    marks: Vec<u16>,
    empty: Known,
}

/// The numbers of a word's atoms.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    form: u16,
    suffix: u16,
    cluster: u16,
}

/// A word below this, in the units of a model file, begins no sentence without a stop before it.
const WORD_GATE: i32 = -60;
/// Nor does one that is below this together with the word before it.
const PAIR_GATE: i32 = -20;

/// The sorts of atoms.
struct Alphabets {
    few: [Alphabet; 6],
    forms: Alphabet,
    suffixes: Alphabet,
    shapes: Alphabet,
    marks: Alphabet,
    clusters: Alphabet,
}

impl Alphabets {
    fn new() -> Self {
        Self {
            few: [&KINDS[..], &RULES, &STOPS, &CAPS, &BUCKETS[..2], &BUCKETS].map(Alphabet::of),
            forms: Alphabet::open(),
            suffixes: Alphabet::open(),
            shapes: Alphabet::of(&SHAPES),
            marks: Alphabet::open(),
            clusters: Alphabet::open(),
        }
    }

    /// The alphabet of an atom.
    fn of(&mut self, atom: &str) -> &mut Alphabet {
        match (atom, atom.as_bytes().get(2)) {
            ("kind", _) => &mut self.few[0],
            ("rule", _) => &mut self.few[1],
            ("stop", _) => &mut self.few[2],
            ("caps", _) => &mut self.few[3],
            ("quote", _) => &mut self.few[4],
            ("len" | "rest" | "comma", _) => &mut self.few[5],
            (_, Some(b'w')) => &mut self.forms,
            (_, Some(b's')) => &mut self.suffixes,
            (_, Some(b'h')) => &mut self.shapes,
            (_, Some(b'p')) => &mut self.marks,
            _ => &mut self.clusters,
        }
    }
}

impl Boundaries {
    /// Reads a model from the text of its two tables.
    ///
    /// `weights` has the columns atoms, values and weight, as [`train`](super::boundaries::train) writes
    /// them; `clusters` has the columns form and cluster (1 to 255).
    ///
    /// # Errors
    ///
    /// [`Error::Line`] for a line that does not follow its format or names an unknown feature.
    pub fn read(weights: &str, clusters: &str) -> Result<Self> {
        const WEIGHTS: &str = "boundary weights";
        let table = clusters;
        let clusters = Clusters::read(table)?;
        let mut alphabets = Alphabets::new();
        let mut features = Vec::new();
        let mut forms = Vec::new();
        let mut suffixes = Vec::new();
        let templates: Vec<String> = (0..TEMPLATES.len()).map(features::template_name).collect();
        for row in Table::new(WEIGHTS, weights).rows::<3>() {
            let (line, [name, values, weight]) = row?;
            let wrong = |reason: String| Error::line(WEIGHTS, line, reason);
            let template = templates
                .iter()
                .position(|known| known == name)
                .ok_or_else(|| wrong(format!("unknown feature {name:?}")))?;
            let places = TEMPLATES[template].iter().filter(|&&atom| atom != NONE);
            let expected = places.clone().count();
            let given = values.split(' ').count();
            if given != expected {
                return Err(wrong(format!("expected {expected} values, found {given}")));
            }
            let mut atoms = [0; 3];
            for ((number, &place), value) in atoms.iter_mut().zip(places).zip(values.split(' ')) {
                let atom = ATOMS[place as usize];
                *number = alphabets.of(atom).add(value.as_bytes());
                match atom.as_bytes()[2..] {
                    [b'w'] => forms.push(value),
                    [b's'] => suffixes.push((fold(value.as_bytes()), *number)),
                    _ => {}
                }
            }
            let weight = weight
                .parse()
                .map_err(|_| wrong(format!("expected a weight up to 32767, found {weight:?}")))?;
            features.push(Feature { template, atoms, weight });
        }
        for row in Table::new(WEIGHTS, table).rows::<2>() {
            forms.push(row?.1[0]);
        }
        let sizes = ATOMS.map(|atom| alphabets.of(atom).len());
        let cluster =
            |word: &[u8]| alphabets.clusters.number(&features::cluster_name(clusters.of(word)));
        let known = |form: &[u8], suffix: &[u8]| Known {
            form: alphabets.forms.number(form),
            suffix: alphabets.suffixes.number(suffix),
            cluster: cluster(form),
        };
        let words: Vec<_> = forms
            .iter()
            .map(|form| form.as_bytes())
            .map(|form| (fold(form), known(form, features::suffix(form))))
            .collect();
        Ok(Self {
            words: Words::new(&words),
            suffixes: Words::new(&suffixes),
            unclustered: alphabets.clusters.number(&features::cluster_name(0)),
            marks: (0..=u8::MAX).map(|mark| alphabets.marks.number(&[mark])).collect(),
            empty: Known { cluster: cluster(b""), ..known(b"^", b"^") },
            weights: Weights::new(&sizes, &features),
        })
    }

    /// The sentences of `text` by this model.
    #[must_use]
    pub fn sentences<'t>(&'t self, text: &'t str, options: Options) -> Sentences<'t> {
        Sentences::with(text, options, Some(self))
    }

    /// The numbers of a word's atoms.
    #[inline]
    fn known(&self, word: &[u8]) -> Known {
        if word.is_empty() {
            return self.empty;
        }
        self.words.of(word).unwrap_or_else(|| Known {
            form: 0,
            suffix: self.suffixes.of(features::suffix(word)).unwrap_or(0),
            cluster: self.unclustered,
        })
    }

    /// Whether a capitalised word after a word without a stop may begin a sentence at all, by the
    /// features that each is alone in; `left` gives the word before it.
    #[inline]
    pub(super) fn may_begin<'t>(&self, word: &[u8], left: impl FnOnce() -> &'t [u8]) -> bool {
        let mut numbers = [0; ATOMS.len()];
        let right = self.known(word);
        numbers[R1 + FORM] = right.form;
        numbers[R1 + SUFFIX] = right.suffix;
        numbers[R1 + CLUSTER] = right.cluster;
        let right: i32 = RIGHT_ALONE.iter().map(|&at| self.weights.weight(at, &numbers)).sum();
        if right <= WORD_GATE {
            return false;
        }
        let left = self.known(left());
        numbers[L1 + FORM] = left.form;
        numbers[L1 + CLUSTER] = left.cluster;
        let left: i32 = LEFT_ALONE.iter().map(|&at| self.weights.weight(at, &numbers)).sum();
        right + left > PAIR_GATE
    }

    /// Whether more speaks for a boundary than against one. Looks no further than it must.
    pub(super) fn ends(&self, view: &View<'_, '_>) -> bool {
        let margin = view.kind.margin();
        let mut numbers = [0; ATOMS.len()];
        let mut set = |atom: usize, number: usize| numbers[atom] = number as u16;
        set(KIND, view.kind as usize);
        set(RULE, usize::from(view.rule));
        set(STOP, view.stop());
        let (r1, after) = view.next();
        self.word(&mut numbers, R1, r1);
        self.word(&mut numbers, L1, view.last());
        let (mut after, mut before) = (after, 0);
        let mut sum = 0;
        for stage in 0.. {
            match stage {
                1 => {
                    let (word, end) = view.word_after(after);
                    after = end;
                    self.word(&mut numbers, R2, word);
                }
                2 => {
                    let (word, start) = view.second_last();
                    before = start;
                    let known = self.known(word.core);
                    numbers[L2] = features::shape(word.core) as u16;
                    numbers[L2 + 1] = self.marks[usize::from(word.punctuation)];
                    numbers[L2 + 2] = known.cluster;
                }
                3 => {
                    let sentence = view.before();
                    numbers[LEN] = sentence.len as u16;
                    numbers[CAPS_PLACE] = sentence.caps as u16;
                    numbers[QUOTE] = sentence.quote as u16;
                }
                4 => {
                    let (rest, comma) = view.ahead();
                    numbers[REST] = rest as u16;
                    numbers[COMMA] = comma as u16;
                }
                5 => self.far(&mut numbers, R3, view.word_after(after).0),
                6 => self.far(&mut numbers, L3, view.word_before(before)),
                _ => {}
            }
            sum += self.weights.stage(stage, &numbers);
            if let Some(ends) = self.weights.settled(stage, sum, margin, &numbers) {
                return ends;
            }
        }
        unreachable!("behind the last stage nothing is left to add")
    }

    /// Sets the atoms of a word whose first is at `first`: form, suffix, shape, mark, cluster.
    #[inline]
    fn word(&self, numbers: &mut Numbers, first: usize, word: Word<'_>) {
        let known = self.known(word.core);
        numbers[first + FORM] = known.form;
        numbers[first + SUFFIX] = known.suffix;
        numbers[first + SHAPE] = features::shape(word.core) as u16;
        numbers[first + MARK] = self.marks[usize::from(word.punctuation)];
        numbers[first + CLUSTER] = known.cluster;
    }

    /// The same of a word farther away: form, shape, cluster.
    fn far(&self, numbers: &mut Numbers, first: usize, word: Word<'_>) {
        let known = self.known(word.core);
        numbers[first] = known.form;
        numbers[first + 1] = features::shape(word.core) as u16;
        numbers[first + 2] = known.cluster;
    }

    /// The model of the crate.
    #[must_use]
    pub fn danish() -> &'static Self {
        static DANISH: LazyLock<Boundaries> = LazyLock::new(|| {
            let weights = include_str!("../../da/boundaries.tsv");
            Boundaries::read(weights, include_str!("../../da/clusters.tsv"))
                .expect("a test reads every embedded table")
        });
        &DANISH
    }
}

// The places of atoms, and of those of a word behind its first.
const KIND: usize = place("kind") as usize;
const RULE: usize = place("rule") as usize;
const STOP: usize = place("stop") as usize;
const LEN: usize = place("len") as usize;
const CAPS_PLACE: usize = place("caps") as usize;
const QUOTE: usize = place("quote") as usize;
const REST: usize = place("rest") as usize;
const COMMA: usize = place("comma") as usize;
const L1: usize = place("l1w") as usize;
const L2: usize = place("l2h") as usize;
const L3: usize = place("l3w") as usize;
const R1: usize = place("r1w") as usize;
const R2: usize = place("r2w") as usize;
const R3: usize = place("r3w") as usize;
const FORM: usize = 0;
const SUFFIX: usize = 1;
const SHAPE: usize = 2;
const MARK: usize = 3;
const CLUSTER: usize = 4;

/// The templates of [`Boundaries::may_begin`]: those of one word and of the kind, which is 0.
const LEFT_ALONE: [usize; 2] = [template("kind", "l1w"), template("kind", "l1c")];
const RIGHT_ALONE: [usize; 3] =
    [template("kind", "r1w"), template("kind", "r1s"), template("kind", "r1c")];
