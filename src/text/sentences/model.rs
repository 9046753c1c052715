//! The boundary model: a weight for each of some thousand features.

use std::sync::LazyLock;

use super::super::Options;
use super::Sentences;
use super::features::{self, ATOMS, Atoms, Clusters, NONE, TEMPLATES};
use super::lexicon::fold;
use crate::da::Table;
use crate::{Error, Result};

/// Values by the hash of a word.
#[derive(Clone, Debug)]
pub(super) struct Keyed<V> {
    // Open addressing, a power of two, at most half full; 0 is free.
    slots: Vec<(u64, V)>,
}

impl<V: Copy + Default> Default for Keyed<V> {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl<V: Copy + Default> Keyed<V> {
    fn new(words: &[(u64, V)]) -> Self {
        let size = (words.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![(0, V::default()); size];
        for &(key, value) in words {
            let mut at = key as usize >> 1 & (size - 1);
            while slots[at].0 != 0 && slots[at].0 != key {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key, value);
        }
        Self { slots }
    }

    #[inline]
    fn get(&self, key: u64) -> Option<V> {
        let mask = self.slots.len() - 1;
        let mut at = key as usize >> 1 & mask;
        loop {
            match self.slots[at] {
                (found, value) if found == key => return Some(value),
                (0, _) => return None,
                _ => at = (at + 1) & mask,
            }
        }
    }
}

/// Words and the cluster of each.
pub(super) type Clustered = Keyed<u8>;

impl Clustered {
    /// Reads the table of forms and clusters.
    pub(super) fn read(table: &str) -> Result<Self> {
        const CLUSTERS: &str = "word clusters";
        let mut words = Vec::new();
        for row in Table::new(CLUSTERS, table).rows::<2>() {
            let (line, [form, cluster]) = row?;
            let cluster = cluster.parse().map_err(|_| {
                Error::line(CLUSTERS, line, format!("expected 1 to 255, found {cluster:?}"))
            })?;
            words.push((fold(form.as_bytes()), cluster));
        }
        Ok(Self::new(&words))
    }
}

impl Clusters for Clustered {
    fn cluster(&self, word: u64) -> u8 {
        self.get(word).unwrap_or(0)
    }
}

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
    // Open addressing, a power of two, at most half full; 0 is free.
    slots: Vec<(u32, i32)>,
    pub(super) clusters: Clustered,
    // What every word with a cluster or a weight of its own brings along.
    gate: Keyed<(i16, i16)>,
}

/// A word below this, in the units of a model file, begins no sentence without a stop before it.
const WORD_GATE: i32 = -60;
/// Nor does one that is below this together with the word before it.
const PAIR_GATE: i32 = -20;

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
        let words = clusters;
        let clusters = Clustered::read(words)?;
        let mut found = Vec::new();
        let mut forms = Vec::new();
        let templates: Vec<String> = (0..TEMPLATES.len()).map(features::template_name).collect();
        for row in Table::new(WEIGHTS, weights).rows::<3>() {
            let (line, [template, values, weight]) = row?;
            let wrong = |reason: String| Error::line(WEIGHTS, line, reason);
            let at = templates
                .iter()
                .position(|known| known == template)
                .ok_or_else(|| wrong(format!("unknown feature {template:?}")))?;
            let mut atoms: Atoms = [0; ATOMS.len()];
            let places = TEMPLATES[at].iter().filter(|&&atom| atom != NONE);
            let expected = places.clone().count();
            let given = values.split(' ').count();
            if given != expected {
                return Err(wrong(format!("expected {expected} values, found {given}")));
            }
            for (&place, value) in places.zip(values.split(' ')) {
                atoms[place as usize] = fold(value.as_bytes());
            }
            if matches!(template, "kind r1w" | "kind l1w") {
                forms.push(values.rsplit(' ').next().unwrap_or_default());
            }
            let weight: i16 = weight
                .parse()
                .map_err(|_| wrong(format!("expected a weight up to 32767, found {weight:?}")))?;
            found.push((features::join(at, &atoms), i32::from(weight)));
        }
        for row in Table::new(WEIGHTS, words).rows::<2>() {
            forms.push(row?.1[0]);
        }
        let mut new = Self { slots: slots(&found), clusters, gate: Keyed::default() };
        let gate: Vec<_> =
            forms.iter().map(|form| (fold(form.as_bytes()), new.alone(form.as_bytes()))).collect();
        new.gate = Keyed::new(&gate);
        Ok(new)
    }

    /// The sentences of `text` by this model.
    #[must_use]
    pub fn sentences<'t>(&'t self, text: &'t str, options: Options) -> Sentences<'t> {
        Sentences::with(text, options, Some(self))
    }

    /// What a word brings along left and right of a gap.
    fn alone(&self, word: &[u8]) -> (i16, i16) {
        let cluster = self.clusters.cluster(fold(word));
        let (left, right) = features::alone(word, cluster, |feature| self.weight(feature));
        let short = |sum: i32| sum.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        (short(left), short(right))
    }

    /// Whether a capitalised word after a word without a stop may begin a sentence at all; `left`
    /// gives the word before it.
    pub(super) fn may_begin<'t>(&self, word: &[u8], left: impl FnOnce() -> &'t [u8]) -> bool {
        let alone = |word: &[u8]| self.gate.get(fold(word)).unwrap_or_else(|| self.alone(word));
        let right = i32::from(alone(word).1);
        right > WORD_GATE && right + i32::from(alone(left()).0) > PAIR_GATE
    }

    /// The weight of a feature; 0 where the model has none.
    fn weight(&self, feature: u64) -> i32 {
        let mask = self.slots.len() - 1;
        let (key, mut at) = (tag(feature), feature as usize & mask);
        loop {
            match self.slots[at] {
                (found, weight) if found == key => return weight,
                (0, _) => return 0,
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// How much speaks for a boundary; below 0, against one.
    pub(super) fn score(&self, atoms: &Atoms) -> i32 {
        (0..TEMPLATES.len()).map(|template| self.weight(features::join(template, atoms))).sum()
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

/// A table of weights by feature.
fn slots(weights: &[(u64, i32)]) -> Vec<(u32, i32)> {
    let size = (weights.len() * 2).next_power_of_two().max(2);
    let mut slots = vec![(0, 0); size];
    for &(feature, weight) in weights {
        let (key, mut at) = (tag(feature), feature as usize & (size - 1));
        while slots[at].0 != 0 && slots[at].0 != key {
            at = (at + 1) & (size - 1);
        }
        slots[at] = (key, weight);
    }
    slots
}

/// The check of a feature's slot. Never 0.
fn tag(feature: u64) -> u32 {
    (feature >> 32) as u32 | 1
}
