//! Training of the boundary model.

use std::collections::BTreeMap;

use super::clusters::Clusters;
use super::features::{self, TEMPLATES, View};
use super::lexicon::Lexicon;
use super::rules::{self, Context, Verdict};
use super::scan::Gaps;
use crate::random::Random;
use crate::{Error, Result};

/// How a model is trained.
#[derive(Clone, Copy, Debug)]
pub struct Training {
    /// How often the sentences are put into a new order. Default: 12.
    pub rounds: usize,
    /// How strongly features without use are left out. Default: 4.
    pub sparsity: f32,
    /// How strongly weights are kept small. Default: 2.
    pub decay: f32,
    /// Where the random numbers begin. Default: 1.
    pub seed: u64,
}

impl Default for Training {
    fn default() -> Self {
        Self { rounds: 12, sparsity: 4.0, decay: 2.0, seed: 1 }
    }
}

/// The numbers of features, by their printed forms.
#[derive(Default)]
struct Features {
    numbers: BTreeMap<String, u32>,
}

/// A gap: its features, and whether it ends a sentence.
struct Example {
    features: Vec<u32>,
    ends: bool,
}

/// What a weight of 1 is in a table of weights.
const SCALE: f32 = 64.0;

/// Learns a boundary model from `sentences` in any order; gives its table of weights, which
/// [`Boundaries::read`](super::Boundaries::read) reads.
///
/// `more` are further sentences and headings, of which each round takes its share, so that
/// together they count once. `clusters` is the table of word clusters.
///
/// The sentences are joined by single spaces in `training.rounds` random orders. Every gap that
/// the rules are not sure of is an example for a logistic regression fitted by FTRL-proximal,
/// which leaves out what does not help. The result is the same for the same arguments.
///
/// # Errors
///
/// [`Error::Line`](crate::Error::Line) for a line of `clusters` that does not follow its format;
/// [`Error::Argument`] where `training.rounds` is 0.
///
/// # Source
///
/// McMahan et al. (2013), *Ad Click Prediction: a View from the Trenches*, algorithm 1.
pub fn train(
    sentences: &[&str],
    more: &[&str],
    clusters: &str,
    training: Training,
) -> Result<String> {
    if training.rounds == 0 {
        return Err(Error::Argument {
            name: "rounds",
            requirement: "at least 1".to_owned(),
            got: "0".to_owned(),
        });
    }
    let clusters = Clusters::read(clusters)?;
    let mut random = Random(training.seed);
    let mut features = Features::default();
    let mut examples = Vec::new();
    for round in 0..training.rounds {
        let mut order: Vec<&str> = sentences.to_vec();
        order.extend(more.iter().skip(round).step_by(training.rounds));
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at + 1));
        }
        let mut text = String::new();
        let mut ends = Vec::new();
        for sentence in &order {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(sentence.trim());
            ends.push(text.len());
        }
        collect(text.as_bytes(), &ends, &clusters, &mut features, &mut examples);
    }
    let weights = fit(&examples, features.numbers.len(), training);
    let mut lines = Vec::new();
    for (line, number) in &features.numbers {
        let weight = (weights[*number as usize] * SCALE).round().clamp(-32767.0, 32767.0) as i16;
        if weight != 0 {
            lines.push(format!("{line}\t{weight}\n"));
        }
    }
    lines.sort_unstable();
    Ok(lines.concat())
}

/// Adds the examples of a text whose sentences end at `ends`.
fn collect(
    text: &[u8],
    ends: &[usize],
    clusters: &Clusters,
    features: &mut Features,
    examples: &mut Vec<Example>,
) {
    let lexicon = Lexicon::danish();
    let (mut sentence, mut previous) = (0, 0);
    let mut gaps = Gaps::new(text, 0);
    while let Some(gap) = gaps.next() {
        let last = ends.partition_point(|&end| end < gap.start);
        let boundary = ends[last] == gap.start;
        if last > 0 {
            sentence = ends[last - 1] + 1;
            previous = if last > 1 { ends[last - 2] + 1 } else { 0 };
        }
        let context = Context { text, sentence, previous, gap, lexicon, window: gaps.window() };
        let (left, right) = (context.left(), context.right());
        let Verdict::Ask(kind, rule) = rules::judge(&context, &left, &right) else { continue };
        let (to, end) = right.ends(&context);
        let view = View { context: &context, left: &left, right: &right, to, end, kind, rule };
        let printed = view.printed(|word| clusters.of(word));
        let numbers = (0..TEMPLATES.len()).map(|template| {
            let values = features::values(template, &printed);
            let line = format!("{}\t{values}", features::template_name(template));
            let count = features.numbers.len() as u32;
            *features.numbers.entry(line).or_insert(count)
        });
        examples.push(Example { features: numbers.collect(), ends: boundary });
    }
}

/// The weights of a logistic regression.
fn fit(examples: &[Example], count: usize, training: Training) -> Vec<f32> {
    const RATE: f32 = 0.1;
    let mut z = vec![0.0_f32; count];
    let mut n = vec![0.0_f32; count];
    let weight = |z: f32, n: f32| {
        if z.abs() <= training.sparsity {
            0.0
        } else {
            (z.signum() * training.sparsity - z) / (n.sqrt() / RATE + training.decay)
        }
    };
    for example in examples {
        let sum: f32 = example.features.iter().map(|&f| weight(z[f as usize], n[f as usize])).sum();
        let probability = 1.0 / (1.0 + (-sum).exp());
        let gradient = probability - f32::from(u8::from(example.ends));
        for &feature in &example.features {
            let f = feature as usize;
            let old = n[f].sqrt();
            let w = weight(z[f], n[f]);
            n[f] += gradient * gradient;
            z[f] += gradient - (n[f].sqrt() - old) / RATE * w;
        }
    }
    z.iter().zip(&n).map(|(&z, &n)| weight(z, n)).collect()
}
