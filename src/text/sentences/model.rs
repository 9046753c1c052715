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
use super::lexicon::Words;
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

/// Where that stands which is known of a word, and what it adds at a gap without a stop by the
/// features that it is alone in.
#[derive(Clone, Copy, Debug)]
struct Place {
    known: u16,
    /// As the word before the gap.
    left: i16,
    /// As the word behind it.
    right: i16,
}

/// Where that stands which is known of the words beside a gap.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    left: u16,
    right: u16,
}

/// A word below this, in the units of a model file, begins no sentence without a stop before it.
const WORD_GATE: i32 = -60;
/// Nor does one that is below this together with the word before it.
const PAIR_GATE: i32 = -20;
/// Nor does anything end one that is so far below its margin behind the first stages. Of the gaps
/// that end a sentence by all stages, hardly one in a thousand is.
const GATES: [i32; 4] = [-140, -120, -80, -80];

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
                    [b's'] => suffixes.push((value.as_bytes(), *number)),
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
            .map(|form| (form, word(form, features::suffix(form), cluster(form))))
            .collect();
        let suffixes: Vec<_> = suffixes
            .iter()
            .map(|&(form, suffix)| (form, known.place(0, suffix, unclustered)))
            .collect();
        let all = &known.all;
        let place = |known: u16| {
            let [left, right, ..] = all[usize::from(known)].alone[Kind::Unmarked as usize];
            Place { known, left, right }
        };
        let places = |list: &[_]| {
            let places: Vec<_> =
                list.iter().map(|&(form, at): &(&[u8], u16)| (form, place(at))).collect();
            Words::new(&places)
        };
        let (words, suffixes) = (places(&words), places(&suffixes));
        let (empty, other) = (place(empty), place(0));
        Ok(Self {
            weights: Weights::new(&sizes, &features),
            known: known.all,
            words,
            suffixes,
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
        self.words.at(text, from, to).unwrap_or_else(|| self.by_suffix(text, from, to))
    }

    /// The same of a word that neither the model nor a cluster names.
    #[inline]
    fn by_suffix(&self, text: &[u8], from: usize, to: usize) -> Place {
        let from = to - features::suffix(&text[from..to]).len();
        self.suffixes.at(text, from, to).unwrap_or(self.other)
    }

    /// Whether a capitalised word may begin a sentence after a word without a stop at all, by the
    /// features that each is alone in; if so, what is known of them. Neither word is empty.
    #[inline]
    pub(super) fn may_begin(
        &self,
        text: &[u8],
        (from, to): (usize, usize),
        right: (usize, usize),
    ) -> Option<Pair> {
        // Both are looked up together.
        let (of_left, of_right) =
            (self.words.at(text, from, to), self.words.at(text, right.0, right.1));
        let right = of_right.unwrap_or_else(|| self.by_suffix(text, right.0, right.1));
        let r = i32::from(right.right);
        if r <= WORD_GATE {
            return None;
        }
        let left = of_left.unwrap_or_else(|| self.by_suffix(text, from, to));
        let may = r + i32::from(left.left) > PAIR_GATE;
        may.then_some(Pair { left: left.known, right: right.known })
    }

    /// Whether more speaks for a boundary than against one. Looks no further where much speaks
    /// against it.
    /// `pair` is what is known of the two words beside the gap, where that is known already.
    #[inline(never)]
    pub(super) fn ends(&self, view: &View<'_, '_>, pair: Option<Pair>) -> bool {
        let text = view.context.text;
        let margin = view.kind.margin();
        let kind = view.kind as usize;
        let place = |word: Word<'_>| self.place(text, word.from, word.to).known;
        let (l1, r1) = (view.last(), view.next());
        let pair = pair.unwrap_or_else(|| Pair { left: place(l1), right: place(r1) });
        let mut numbers = Numbers::default();
        numbers[KIND] = view.kind as u16;
        numbers[RULE] = u16::from(view.rule);
        numbers[STOP] = view.stop() as u16;
        let mut sum = self.word::<R1>(&mut numbers, pair.right, r1).alone[kind][1].into();
        sum += i32::from(self.word::<L1>(&mut numbers, pair.left, l1).alone[kind][0]);
        let far_below = |stage: usize, sum: i32| sum <= margin + GATES[stage];
        sum += self.weights.stage::<0>(&numbers);
        if far_below(0, sum) {
            return false;
        }
        let sentence = view.before();
        numbers[LEN] = sentence.len as u16;
        numbers[CAPS_PLACE] = sentence.caps as u16;
        numbers[QUOTE] = sentence.quote as u16;
        sum += self.weights.stage::<1>(&numbers);
        if far_below(1, sum) {
            return false;
        }
        let r2 = view.second_next();
        numbers[R2 + 2] = r2.shape() as u16;
        sum += self.weights.stage::<2>(&numbers);
        if far_below(2, sum) {
            return false;
        }
        let l2 = view.second_last();
        numbers[L2] = l2.shape() as u16;
        numbers[L2 + 1] = self.marks[usize::from(l2.punctuation)];
        sum += self.weights.stage::<3>(&numbers);
        if far_below(3, sum) {
            return false;
        }
        let known = &self.known[usize::from(place(r2))];
        numbers[R2] = known.form;
        numbers[R2 + 1] = known.suffix;
        numbers[R2 + 3] = self.marks[usize::from(r2.punctuation)];
        numbers[R2 + 4] = known.cluster;
        sum += self.weights.stage::<4>(&numbers) + i32::from(known.alone[kind][3]);
        // What comes in the last stage is of the word alone.
        sum + i32::from(self.known[usize::from(place(l2))].alone[kind][2]) > margin
    }

    /// Sets the atoms of a word whose first is `FIRST`: form, suffix, shape, mark, cluster.
    #[inline(always)]
    fn word<const FIRST: usize>(
        &self,
        numbers: &mut Numbers,
        known: u16,
        word: Word<'_>,
    ) -> &Known {
        let known = &self.known[usize::from(known)];
        numbers[FIRST] = known.form;
        numbers[FIRST + 1] = known.suffix;
        numbers[FIRST + 2] = word.shape() as u16;
        numbers[FIRST + 3] = self.marks[usize::from(word.punctuation)];
        numbers[FIRST + 4] = known.cluster;
        known
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
