//! The boundary model: a weight for each of some thousand features.

use std::sync::LazyLock;

use super::super::Options;
use super::Sentences;
use super::features::{self, ATOMS, Atoms, Clusters, NONE, TEMPLATES};
use super::lexicon::fold;
use crate::da::Table;
use crate::{Error, Result};

/// Words and the cluster of each, by hash.
#[derive(Clone, Debug, Default)]
pub(super) struct Clustered {
    slots: Vec<(u64, u8)>,
}

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

    fn new(words: &[(u64, u8)]) -> Self {
        let size = (words.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![(0, 0); size];
        for &(key, cluster) in words {
            let mut at = key as usize & (size - 1);
            while slots[at].0 != 0 && slots[at].0 != key {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key, cluster);
        }
        Self { slots }
    }
}

impl Clusters for Clustered {
    fn cluster(&self, word: u64) -> u8 {
        let mask = self.slots.len() - 1;
        let mut at = word as usize & mask;
        loop {
            match self.slots[at] {
                (key, cluster) if key == word => return cluster,
                (0, _) => return 0,
                _ => at = (at + 1) & mask,
            }
        }
    }
}

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
    // Open addressing, a power of two, at most half full; 0 is free.
    slots: Vec<(u32, i32)>,
    pub(super) clusters: Clustered,
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
        let clusters = Clustered::read(clusters)?;
        let mut found = Vec::new();
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
            let weight: i16 = weight
                .parse()
                .map_err(|_| wrong(format!("expected a weight up to 32767, found {weight:?}")))?;
            found.push((features::join(at, &atoms), i32::from(weight)));
        }
        Ok(Self::new(&found, clusters))
    }

    /// The sentences of `text` by this model.
    #[must_use]
    pub fn sentences<'t>(&'t self, text: &'t str, options: Options) -> Sentences<'t> {
        Sentences::with(text, options, Some(self))
    }

    fn new(weights: &[(u64, i32)], clusters: Clustered) -> Self {
        let size = (weights.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![(0, 0); size];
        for &(feature, weight) in weights {
            let (key, mut at) = (tag(feature), feature as usize & (size - 1));
            while slots[at].0 != 0 && slots[at].0 != key {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key, weight);
        }
        Self { slots, clusters }
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

/// The check of a feature's slot. Never 0.
fn tag(feature: u64) -> u32 {
    (feature >> 32) as u32 | 1
}
