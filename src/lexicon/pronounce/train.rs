//! Training of the letter-to-sound model.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::align;
use super::features::{self, Before, Class, Key, Slot, TEMPLATES, View};
use super::letters;
use super::model::{SCALE, SILENT};
use super::phones::{Alphabet, Segment, Stress};
use crate::random::Random;
use crate::{Error, Result};

/// How a model is trained.
#[derive(Clone, Copy, Debug)]
pub struct Training {
    /// How often all letters are gone through. Default: 15.
    pub rounds: usize,
    /// In how many different words a feature must stand. Default: 3. What stands in fewer tells
    /// of single words.
    pub words: u32,
    /// In how many different words a letter must have an output. Default: 2. Words with a rarer
    /// one are left out.
    pub outputs: u32,
    /// How strongly weights without use are left out. Default: 0.02.
    pub sparsity: f32,
    /// How strongly weights are kept small. Default: 0.3.
    pub decay: f32,
    /// Weights below it are left out, after which the others are trained again. Default: 0.2.
    pub floor: f32,
    /// Where the random numbers begin. Default: 1.
    pub seed: u64,
}

impl Default for Training {
    fn default() -> Self {
        Self { rounds: 15, words: 3, outputs: 2, sparsity: 0.02, decay: 0.3, floor: 0.2, seed: 1 }
    }
}

/// A word and one of its pronunciations; stress is not learned from.
#[derive(Clone, Debug)]
pub struct Pair<'w> {
    /// The word.
    pub word: &'w str,
    /// Its sounds.
    pub segments: Vec<Segment>,
}

/// A letter in a word: what there is to see, and its output.
struct Case {
    features: std::ops::Range<usize>,
    letter: u8,
    choice: usize,
    weight: f32,
}

/// A word with the label of each letter.
struct Example {
    letters: Vec<u8>,
    labels: Vec<u16>,
    /// Different for different words.
    word: usize,
    /// 1 over the number of the word's pronunciations.
    weight: f32,
}

struct Material {
    alphabet: Vec<char>,
    classes: Vec<Class>,
    labels: Vec<Vec<Segment>>,
    examples: Vec<Example>,
    /// The labels of each letter.
    choices: Vec<Vec<u16>>,
}

/// Learns a letter-to-sound model from `pairs`, in whatever order; gives its table, which
/// [`Model::read`](super::Model::read) reads. The same pairs give the same table.
///
/// Letters and sounds are lined up by expectation maximisation; the weights are those of a
/// log-linear model (Berger, Della Pietra and Della Pietra 1996), found by adaptive gradient
/// steps (Duchi, Hazan and Singer 2011).
///
/// # Errors
///
/// [`Error::Argument`] if there is nothing to learn from, or more letters or outputs than the
/// model has room for.
pub fn train(pairs: &[Pair<'_>], options: Training) -> Result<String> {
    let material = prepare(pairs, options)?;
    let none = BTreeMap::new();
    let first = fit(&material, options, &none, 0.0);
    let kept = fit(&material, options, &first, options.floor);
    Ok(table(&material, &kept))
}

fn prepare(pairs: &[Pair<'_>], options: Training) -> Result<Material> {
    let mut words = BTreeMap::<Vec<char>, BTreeSet<Vec<Segment>>>::new();
    for pair in pairs {
        let mut letters = Vec::new();
        letters::fold_word(pair.word, &mut letters);
        let segments: Vec<Segment> =
            pair.segments.iter().map(|&s| Segment { stress: Stress::None, ..s }).collect();
        words.entry(letters).or_default().insert(segments);
    }
    let alphabet: BTreeSet<char> = words.keys().flatten().copied().collect();
    if alphabet.is_empty() || alphabet.len() > features::LETTERS {
        let requirement = format!("words with 1 to {} different letters", features::LETTERS);
        return Err(Error::argument("pairs", requirement, alphabet.len()));
    }
    let alphabet: Vec<char> = ['^', '$'].into_iter().chain(alphabet).collect();
    let numbers: BTreeMap<char, u8> =
        alphabet.iter().enumerate().map(|(number, &letter)| (letter, number as u8)).collect();
    let mut spelled = Vec::new();
    let mut about = Vec::new();
    for (word, (letters, ways)) in words.iter().enumerate() {
        for way in ways {
            spelled.push((letters.iter().map(|l| numbers[l]).collect::<Vec<u8>>(), way.clone()));
            about.push((word, 1.0 / ways.len() as f32));
        }
    }
    let aligned = align::align(&spelled);
    // In which words each letter has each output.
    let mut seen = BTreeMap::<(u8, &[Segment]), BTreeSet<usize>>::new();
    for ((letters, _), (outputs, (word, _))) in spelled.iter().zip(aligned.iter().zip(&about)) {
        for (&letter, output) in letters.iter().zip(outputs.iter().flatten()) {
            seen.entry((letter, output)).or_default().insert(*word);
        }
    }
    let mut labels = Vec::<Vec<Segment>>::new();
    let mut by_output = BTreeMap::<&[Segment], u16>::new();
    let mut choices = vec![Vec::new(); alphabet.len()];
    for (&(letter, output), words) in &seen {
        if words.len() >= options.outputs as usize {
            let label = *by_output.entry(output).or_insert_with(|| {
                labels.push(output.to_vec());
                (labels.len() - 1) as u16
            });
            choices[usize::from(letter)].push(label);
        }
    }
    if labels.is_empty() || labels.len() > features::LABELS {
        let requirement = format!("letters with 1 to {} different outputs", features::LABELS);
        return Err(Error::argument("pairs", requirement, labels.len()));
    }
    let mut examples = Vec::new();
    for ((letters, _), (outputs, &(word, weight))) in spelled.iter().zip(aligned.iter().zip(&about))
    {
        let Some(outputs) = outputs else { continue };
        let found: Option<Vec<u16>> = letters
            .iter()
            .zip(outputs)
            .map(|(&letter, output)| {
                let label = *by_output.get(output.as_slice())?;
                choices[usize::from(letter)].contains(&label).then_some(label)
            })
            .collect();
        if let Some(labels) = found {
            examples.push(Example { letters: letters.clone(), labels, word, weight });
        }
    }
    let classes = alphabet
        .iter()
        .enumerate()
        .map(|(number, &letter)| if number < 2 { Class::EDGE } else { letters::class(letter) })
        .collect();
    Ok(Material { alphabet, classes, labels, examples, choices })
}

/// Each feature with its weights, by place among the letter's choices.
type Fitted = BTreeMap<Key, Vec<f32>>;

/// Fits weights. Where `before` is not empty, only features with a weight of `floor` or more in
/// it, and only such weights, are used.
fn fit(material: &Material, options: Training, before: &Fitted, floor: f32) -> Fitted {
    let has_vowel: Vec<bool> =
        material.labels.iter().map(|l| l.iter().any(|s| s.is_nucleus())).collect();
    let mut all: Vec<Key> = Vec::new();
    let mut ranges = Vec::new();
    let mut view = View::default();
    for example in &material.examples {
        view.open(&example.letters, &material.classes);
        let mut state = Before::default();
        for (at, &label) in example.labels.iter().enumerate() {
            let begin = all.len();
            view.turn(at);
            all.extend_from_slice(&view.plain);
            view.labelled(&state, &mut all);
            let letter = example.letters[at];
            ranges.push((begin..all.len(), letter, label, example.word, example.weight));
            state = state.with(label, has_vowel[usize::from(label)]);
        }
    }
    let mut seen = BTreeMap::<Key, (u32, usize, u32, u8)>::new();
    for (range, letter, _, word, _) in &ranges {
        for &key in &all[range.clone()] {
            let entry = seen.entry(key).or_insert((0, usize::MAX, 0, *letter));
            entry.0 += u32::from(entry.1 != *word);
            entry.1 = *word;
            entry.2 += 1;
        }
    }
    // Where each kept feature's weights begin.
    let mut rows = BTreeMap::<Key, usize>::new();
    let mut total = 0;
    let (mut weights, mut rates) = (Vec::new(), Vec::new());
    let (mut keys, mut decay) = (Vec::new(), Vec::new());
    for (&key, &(words, _, times, letter)) in &seen {
        let width = material.choices[usize::from(letter)].len();
        // The letter alone is always there: it says what the letter's outputs are.
        let always = key >> features::TEMPLATE == 1;
        let old = before.get(&key);
        let kept = old.is_some_and(|old| old.iter().any(|w| w.abs() >= floor));
        if always || words >= options.words && (before.is_empty() || kept) {
            rows.insert(key, keys.len());
            keys.push((key, total, width));
            decay.push(options.decay / times as f32);
            for choice in 0..width {
                let open = always || old.is_none_or(|old| old[choice].abs() >= floor);
                weights.push(0.0f32);
                // A rate without end keeps a weight at 0.
                rates.push(if open { 1e-3f32 } else { f32::INFINITY });
            }
            total += width;
        }
    }
    let mut features = Vec::new();
    let mut cases = Vec::new();
    for (range, letter, label, _, weight) in ranges {
        let begin = features.len();
        features.extend(all[range].iter().filter_map(|key| rows.get(key).map(|&r| r as u32)));
        let choices = &material.choices[usize::from(letter)];
        let choice = choices.iter().position(|&c| c == label).unwrap_or_default();
        cases.push(Case { features: begin..features.len(), letter, choice, weight });
    }
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut random = Random(options.seed);
    let mut scores = Vec::new();
    for _ in 0..options.rounds {
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at + 1));
        }
        for &number in &order {
            let case = &cases[number];
            let own = &features[case.features.clone()];
            scores.clear();
            scores.resize(material.choices[usize::from(case.letter)].len(), 0.0f32);
            for &feature in own {
                let (_, begin, width) = keys[feature as usize];
                for (score, weight) in scores.iter_mut().zip(&weights[begin..begin + width]) {
                    *score += weight;
                }
            }
            let best = scores.iter().copied().fold(f32::MIN, f32::max);
            for score in &mut scores {
                *score = (*score - best).exp();
            }
            let sum: f32 = scores.iter().sum();
            for score in &mut scores {
                *score /= sum;
            }
            scores[case.choice] -= 1.0;
            for &feature in own {
                let (_, begin, width) = keys[feature as usize];
                let decay = decay[feature as usize];
                let own = weights[begin..begin + width].iter_mut();
                for ((weight, rate), slope) in
                    own.zip(&mut rates[begin..begin + width]).zip(&scores)
                {
                    let slope = slope * case.weight + decay * *weight;
                    if slope.abs() < 1e-5 && *weight == 0.0 {
                        continue;
                    }
                    *rate += slope * slope;
                    let step = 0.1 / rate.sqrt();
                    let moved = *weight - step * slope;
                    let shrink = step * options.sparsity;
                    *weight = moved.signum() * (moved.abs() - shrink).max(0.0);
                }
            }
        }
    }
    keys.iter().map(|&(key, begin, width)| (key, weights[begin..begin + width].to_vec())).collect()
}

fn table(material: &Material, fitted: &Fitted) -> String {
    let names: Vec<String> = material
        .labels
        .iter()
        .map(|label| {
            let mut name = String::new();
            for segment in label {
                segment.write(Alphabet::Ipa, &mut name);
            }
            if name.is_empty() { SILENT.to_owned() } else { name }
        })
        .collect();
    let mut lines = Vec::new();
    for (&key, weights) in fitted {
        let template = (key >> features::TEMPLATE) as usize - 1;
        let mut rest = key & ((1 << features::TEMPLATE) - 1);
        let mut parts = Vec::new();
        for slot in TEMPLATES[template].slots.iter().rev() {
            let bits = if slot.is_label() { features::LABEL_BITS } else { features::BITS };
            parts.push((slot, (rest & ((1 << bits) - 1)) as usize));
            rest >>= bits;
        }
        parts.reverse();
        let letter = parts[TEMPLATES[template].letter()].1;
        let (mut plain, mut sounds) = (String::new(), String::new());
        for (slot, value) in parts {
            match slot {
                Slot::Label(_) | Slot::VowelLabel => {
                    let name = value.checked_sub(1).map_or("^", |label| &names[label]);
                    let _ = write!(sounds, " {name}");
                }
                Slot::Class(_) | Slot::VowelsLeft | Slot::VowelsRight | Slot::Distance => {
                    let _ = write!(plain, "{value}");
                }
                _ => plain.push(material.alphabet[value]),
            }
        }
        let outputs: Vec<String> = material.choices[letter]
            .iter()
            .zip(weights)
            .map(|(&label, weight)| (label, (weight * SCALE).round() as i32))
            .filter(|&(_, weight)| weight != 0 || template == 0)
            .map(|(label, weight)| format!("{}={weight}", names[usize::from(label)]))
            .collect();
        if !outputs.is_empty() {
            lines.push((template, plain, sounds, outputs.join(" ")));
        }
    }
    lines.sort();
    let mut text = String::new();
    for (template, plain, sounds, outputs) in lines {
        let _ = writeln!(text, "{}\t{plain}{sounds}\t{outputs}", TEMPLATES[template].name);
    }
    text
}
