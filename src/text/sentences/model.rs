//! The boundary model: a weight for each of some thousand features.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::Options;
use super::Sentences;
use super::clusters::Clusters;
use super::features::{
    self, ATOMS, BUCKETS, CAPS, KINDS, Kind, NONE, RULES, SHAPES, STOPS, TEMPLATES, View, Word,
    place,
};
use super::lexicon::{Words, fold};
use super::weights::{Alphabet, Feature, Numbers, PLACES, Weights, alone};
use crate::da::Table;
use crate::{Error, Result};

/// A model of where sentences end that no rule is sure of.
///
/// It weighs some thousand features of the words around a gap: the words, their last letters,
/// how they are written, and their clusters. A feature's weight is a number; no sentence of the
/// text that it was learned from can be read out of it.
///
/// The model of the crate, which [`sentences`](super::sentences) uses, is [`Boundaries::danish`].
/// Another is trained by [`train`](crate::text::boundaries::train) and read by [`Boundaries::read`].
#[derive(Clone, Debug)]
pub struct Boundaries {
    weights: Weights,
    // What is known of words: most share it with others. Where it stands for those that the
    // model or a cluster names; for other words, by their last letters; for no word; for all the
    // rest.
    known: Vec<Known>,
    words: Words<Place>,
    suffixes: Words<Place>,
    empty: Place,
    other: Place,
    // A word that is not above this begins no pair that passes the gate.
    least_left: i32,
    // The number of each punctuation.
    marks: Vec<u16>,
}

/// What is known of a word.
#[derive(Clone, Copy, Debug)]
struct Known {
    form: u16,
    suffix: u16,
    cluster: u16,
    // By the kind of the gap and the place of the word: the features that it is alone in.
    alone: Sums,
}

/// Where that stands which is known of a word, and what it adds as the last word before a gap
/// without a stop by the features that it is alone in.
type Place = (u16, i16);

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
            ("len", _) => &mut self.few[5],
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
    /// `weights` has the columns atoms, values and weight, as [`train`](crate::text::boundaries::train) writes
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
        let mut features = BTreeMap::new();
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
            let weight: i16 = weight
                .parse()
                .map_err(|_| wrong(format!("expected a weight up to 32767, found {weight:?}")))?;
            // A later line replaces an earlier one.
            features.insert((template, atoms), weight);
        }
        for row in Table::new(WEIGHTS, table).rows::<2>() {
            forms.push(row?.1[0]);
        }
        let features: Vec<Feature> = features
            .into_iter()
            .map(|((template, atoms), weight)| Feature { template, atoms, weight })
            .collect();
        let sizes = ATOMS.map(|atom| alphabets.of(atom).len());
        let cluster =
            |word: &[u8]| alphabets.clusters.number(&features::cluster_name(clusters.of(word)));
        let unclustered = alphabets.clusters.number(&features::cluster_name(0));
        let mut known = AllKnown::new(&features);
        known.place(0, 0, unclustered);
        let mut word = |form: &[u8], suffix: &[u8], cluster: u16| {
            let (forms, suffixes) = (&alphabets.forms, &alphabets.suffixes);
            known.place(forms.number(form), suffixes.number(suffix), cluster)
        };
        let empty = word(b"^", b"^", cluster(b""));
        let words: Vec<_> = forms
            .iter()
            .map(|form| form.as_bytes())
            .map(|form| (fold(form), word(form, features::suffix(form), cluster(form))))
            .collect();
        let suffixes: Vec<_> = suffixes
            .iter()
            .map(|&(key, suffix)| (key, known.place(0, suffix, unclustered)))
            .collect();
        let all = &known.all;
        let place = |at: u16| (at, all[usize::from(at)].alone[Kind::Unmarked as usize][0]);
        let places = |list: Vec<(u64, u16)>| -> Vec<(u64, Place)> {
            list.into_iter().map(|(key, at)| (key, place(at))).collect()
        };
        let (words, suffixes) = (places(words), places(suffixes));
        let (empty, other) = (place(empty), place(0));
        let rights = known.all.iter().map(|known| known.alone[Kind::Unmarked as usize][1]);
        let least_left = PAIR_GATE - i32::from(rights.max().unwrap_or(0));
        let sums: [_; PLACES] = std::array::from_fn(|place| {
            let all = known.all.iter().flat_map(|known| known.alone.map(|sums| sums[place]));
            all.max().unwrap_or(0).into()
        });
        Ok(Self {
            least_left,
            weights: Weights::new(&sizes, &features, &sums),
            known: known.all,
            words: Words::new(&words),
            suffixes: Words::new(&suffixes),
            empty,
            other,
            marks: (0..=u8::MAX).map(|mark| alphabets.marks.number(&[mark])).collect(),
        })
    }

    /// The sentences of `text` by this model.
    #[must_use]
    pub fn sentences<'t>(&'t self, text: &'t str, options: Options) -> Sentences<'t> {
        Sentences::with(text, options, Some(self))
    }

    /// Where that stands which is known of the word `from..to` of a text.
    #[inline]
    fn place(&self, text: &[u8], from: usize, to: usize) -> Place {
        if from == to {
            return self.empty;
        }
        self.words.at(text, from, to).unwrap_or_else(|| {
            let from = to - features::suffix(&text[from..to]).len();
            self.suffixes.at(text, from, to).unwrap_or(self.other)
        })
    }

    /// What is known of a word.
    #[inline]
    fn known(&self, text: &[u8], word: Word<'_>) -> &Known {
        &self.known[usize::from(self.place(text, word.from, word.to).0)]
    }

    /// Whether a capitalised word after the word `left` without a stop may begin a sentence at
    /// all, by the features that each is alone in; `right` gives where that word stands.
    #[inline]
    pub(super) fn may_begin(
        &self,
        text: &[u8],
        left: (usize, usize),
        right: impl FnOnce() -> (usize, usize),
    ) -> bool {
        let left = i32::from(self.place(text, left.0, left.1).1);
        // Most words before a capital say no, whatever the capital.
        left > self.least_left && {
            let (from, to) = right();
            let (right, _) = self.place(text, from, to);
            let right = i32::from(self.known[usize::from(right)].alone[Kind::Unmarked as usize][1]);
            right > WORD_GATE && right + left > PAIR_GATE
        }
    }

    /// Whether more speaks for a boundary than against one. Looks no further than it must.
    #[inline(never)]
    pub(super) fn ends(&self, view: &View<'_, '_>) -> bool {
        let text = view.context.text;
        let margin = view.kind.margin();
        let mut numbers = Numbers::new();
        numbers.set(KIND, view.kind as u16);
        numbers.set(RULE, u16::from(view.rule));
        numbers.set(STOP, view.stop() as u16);
        let kind = view.kind as usize;
        let (r1, after) = view.next();
        let mut sum = self.word(&mut numbers, R1, text, r1, kind, 1);
        sum += self.word(&mut numbers, L1, text, view.last(), kind, 0);
        let most = self.weights.most(&numbers);
        for (stage, most) in most.into_iter().enumerate() {
            match stage {
                1 => {
                    let sentence = view.before();
                    numbers.set(LEN, sentence.len as u16);
                    numbers.set(CAPS_PLACE, sentence.caps as u16);
                    numbers.set(QUOTE, sentence.quote as u16);
                }
                2 => {
                    let word = view.word_after(after);
                    sum += self.word(&mut numbers, R2, text, word, kind, 3);
                }
                3 => {
                    let word = view.second_last();
                    numbers.set(L2, word.shape() as u16);
                    numbers.set(L2 + 1, self.marks[usize::from(word.punctuation)]);
                    sum += i32::from(self.known(text, word).alone[kind][2]);
                }
                _ => {}
            }
            sum += self.weights.stage(stage, &numbers);
            // A sum at its limit says nothing.
            if most < i16::MAX && sum + i32::from(most) <= margin {
                return false;
            }
        }
        true
    }

    /// Sets the atoms of a word whose first is at `first`: form, suffix, shape, mark, cluster.
    /// Gives the weight of the features that it is alone in, at this place.
    #[inline]
    fn word(
        &self,
        numbers: &mut Numbers,
        first: usize,
        text: &[u8],
        word: Word<'_>,
        kind: usize,
        place: usize,
    ) -> i32 {
        let known = self.known(text, word);
        numbers.set(first, known.form);
        numbers.set(first + 1, known.suffix);
        numbers.set(first + 2, word.shape() as u16);
        numbers.set(first + 3, self.marks[usize::from(word.punctuation)]);
        numbers.set(first + 4, known.cluster);
        i32::from(known.alone[kind][place])
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

/// The weights of features that words are alone in, by the kind of the gap and the place.
type Sums = [[i16; PLACES]; KINDS.len()];

/// All that is known of words, each once.
struct AllKnown {
    all: Vec<Known>,
    places: BTreeMap<[u16; 3], u16>,
    // By the sort of the atom: form, suffix, cluster; and its number.
    sums: [BTreeMap<u16, Sums>; 3],
}

impl AllKnown {
    fn new(features: &[Feature]) -> Self {
        let mut sums = [const { BTreeMap::new() }; 3];
        for feature in features {
            let Some((place, atom)) = alone(feature.template) else { continue };
            let sort = b"wsc".iter().position(|&sort| sort == ATOMS[atom as usize].as_bytes()[2]);
            let (Some(sort), Some(number)) = (sort, feature.number(atom)) else { continue };
            let sums: &mut Sums = sums[sort].entry(number).or_default();
            for (kind, sums) in sums.iter_mut().enumerate() {
                if feature.allows(KIND as u8, kind as u16) {
                    sums[place] = sums[place].saturating_add(feature.weight);
                }
            }
        }
        Self { all: Vec::new(), places: BTreeMap::new(), sums }
    }

    /// Where that stands which is known of a word.
    fn place(&mut self, form: u16, suffix: u16, cluster: u16) -> u16 {
        *self.places.entry([form, suffix, cluster]).or_insert_with(|| {
            let mut alone = Sums::default();
            let own = self.sums.iter().zip([form, suffix, cluster]);
            for sums in own.filter_map(|(sums, number)| sums.get(&number)) {
                for (all, more) in alone.iter_mut().flatten().zip(sums.iter().flatten()) {
                    *all = all.saturating_add(*more);
                }
            }
            self.all.push(Known { form, suffix, cluster, alone });
            // Words behind the last number are like the first.
            u16::try_from(self.all.len() - 1).unwrap_or(0)
        })
    }
}

// The places of atoms.
const KIND: usize = place("kind") as usize;
const RULE: usize = place("rule") as usize;
const STOP: usize = place("stop") as usize;
const LEN: usize = place("len") as usize;
const CAPS_PLACE: usize = place("caps") as usize;
const QUOTE: usize = place("quote") as usize;
const L1: usize = place("l1w") as usize;
const L2: usize = place("l2h") as usize;
const R1: usize = place("r1w") as usize;
const R2: usize = place("r2w") as usize;
