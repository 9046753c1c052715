//! The letter-to-sound model: its table, and the search for the best sounds.

use std::collections::{BTreeMap, BTreeSet};

use super::features::{self, Before, Class, Key, Slot, TEMPLATES, View};
use super::letters;
use super::phones::{self, Alphabet, Segment};
use crate::da::Table;
use crate::{Error, Result};

/// What a weight of 1 is in a table.
pub(super) const SCALE: f32 = 16.0;
/// How a letter without sound is written in a table.
pub(super) const SILENT: &str = "-";

/// Letter-to-sound rules with weights, learned from words and their pronunciations.
///
/// A log-linear model: each letter gets the sounds whose weights, over all that is seen around the
/// letter and in the sounds before it, are greatest.
#[derive(Clone, Debug)]
pub struct Model {
    /// The letters' numbers, after [`features::START`] and [`features::END`].
    numbers: BTreeMap<char, u8>,
    /// The same for the first 256 characters; 0 is none.
    low: Vec<u8>,
    classes: Vec<Class>,
    /// What a letter can sound as.
    labels: Vec<Vec<Segment>>,
    has_vowel: Vec<bool>,
    /// The labels of each letter, by the letter's number.
    choices: Vec<Vec<u16>>,
    /// Keys to `places`, by open addressing; 0 is free.
    keys: Vec<Key>,
    places: Vec<(u32, u32)>,
    /// The places in a letter's choices and what they weigh.
    weights: Vec<(u16, i16)>,
}

/// A way to sound the letters so far.
#[derive(Clone)]
struct Path {
    score: f32,
    before: Before,
    /// The entry it goes on from, and the label.
    from: u32,
    label: u16,
}

/// What a search needs room for.
#[derive(Default)]
pub(super) struct Room {
    letters: Vec<u8>,
    view: View,
    keys: Vec<Key>,
    base: Vec<f32>,
    scores: Vec<f32>,
    next: Vec<Path>,
    trail: Vec<Path>,
}

impl Model {
    /// Reads a table of weights with the columns template, values, outputs.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] where the table does not follow its format.
    pub fn read(origin: &str, text: &str) -> Result<Self> {
        let table = Table::new(origin, text);
        let mut alphabet = BTreeSet::new();
        let mut labels = BTreeMap::<&str, u16>::new();
        let mut names = Vec::new();
        let mut starts = Vec::new();
        for row in table.rows::<3>() {
            let (line, [template, values, outputs]) = row?;
            if template != TEMPLATES[0].name {
                continue;
            }
            let mut chars = values.chars();
            let letter = chars
                .next()
                .filter(|_| chars.next().is_none())
                .ok_or_else(|| Error::line(origin, line, "expected one letter"))?;
            if !alphabet.insert(letter) {
                return Err(Error::line(origin, line, format!("{letter} stands here twice")));
            }
            for output in outputs.split(' ') {
                let (label, _) = weight(output).ok_or_else(|| {
                    Error::line(origin, line, format!("expected sounds=weight, found {output}"))
                })?;
                labels.entry(label).or_insert_with(|| {
                    names.push((line, label));
                    (names.len() - 1) as u16
                });
                starts.push((letter, labels[label]));
            }
        }
        if alphabet.len() > features::LETTERS || names.len() > features::LABELS {
            return Err(Error::line(origin, 0, "too many letters or outputs"));
        }
        let all: Vec<char> = ['^', '$'].into_iter().chain(alphabet).collect();
        let mut model = Self {
            numbers: all.iter().enumerate().map(|(n, &l)| (l, n as u8)).collect(),
            classes: all
                .iter()
                .enumerate()
                .map(|(n, &l)| if n < 2 { Class::EDGE } else { letters::class(l) })
                .collect(),
            low: vec![0; 256],
            choices: vec![Vec::new(); all.len()],
            labels: Vec::new(),
            has_vowel: Vec::new(),
            keys: Vec::new(),
            places: Vec::new(),
            weights: Vec::new(),
        };
        for (&letter, &number) in &model.numbers {
            if let Some(low) = model.low.get_mut(letter as usize)
                && letter.is_alphabetic()
            {
                *low = number;
            }
        }
        for &(line, label) in &names {
            let segments = if label == SILENT {
                Vec::new()
            } else {
                phones::parse(label, Alphabet::Ipa)
                    .map_err(|error| Error::line(origin, line, error))?
            };
            model.has_vowel.push(segments.iter().any(|s| s.is_nucleus()));
            model.labels.push(segments);
        }
        for (letter, label) in starts {
            model.choices[usize::from(model.numbers[&letter])].push(label);
        }
        let mut rows = Vec::new();
        for row in table.rows::<3>() {
            let (line, [template, values, outputs]) = row?;
            let (key, letter) = model.key(template, values, &labels).ok_or_else(|| {
                Error::line(origin, line, format!("no feature: {template} {values}"))
            })?;
            let begin = model.weights.len();
            for output in outputs.split(' ') {
                let found = weight(output).and_then(|(label, weight)| {
                    let label = labels.get(label)?;
                    let choice =
                        model.choices[usize::from(letter)].iter().position(|c| c == label)?;
                    Some((choice as u16, weight))
                });
                let Some(found) = found else {
                    return Err(Error::line(
                        origin,
                        line,
                        format!("no output of {values}: {output}"),
                    ));
                };
                model.weights.push(found);
            }
            rows.push((key, (begin as u32, model.weights.len() as u32)));
        }
        model.index(&rows);
        Ok(model)
    }

    /// The key of a row of a table.
    fn key(&self, template: &str, values: &str, labels: &BTreeMap<&str, u16>) -> Option<(Key, u8)> {
        let number = TEMPLATES.iter().position(|t| t.name == template)?;
        let mut parts = values.split(' ');
        let mut plain = parts.next()?.chars();
        let mut packed = Vec::new();
        for &slot in &TEMPLATES[number].slots {
            let value = match slot {
                Slot::Label(_) | Slot::VowelLabel => match parts.next()? {
                    "^" => 0,
                    label => *labels.get(label)? + 1,
                },
                Slot::Class(_) | Slot::VowelsLeft | Slot::VowelsRight | Slot::Distance => {
                    plain.next()?.to_digit(10)? as u16
                }
                _ => u16::from(*self.numbers.get(&plain.next()?)?),
            };
            packed.push((slot, value));
        }
        let letter = packed[TEMPLATES[number].letter()].1 as u8;
        (plain.next().is_none() && parts.next().is_none())
            .then(|| (features::key(number, packed.into_iter()), letter))
    }

    fn index(&mut self, rows: &[(Key, (u32, u32))]) {
        let size = (rows.len() * 2 + 1).next_power_of_two();
        self.keys = vec![0; size];
        self.places = vec![(0, 0); size];
        for &(key, place) in rows {
            let mut at = slot(key, size);
            while self.keys[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.keys[at] = key;
            self.places[at] = place;
        }
    }

    /// The number of a letter; those that the model does not know are left out.
    fn number(&self, letter: char) -> Option<u8> {
        match self.low.get(letter as usize) {
            Some(&number) => (number > 0).then_some(number),
            None => self.numbers.get(&letter).copied(),
        }
    }

    fn add(&self, keys: &[Key], scores: &mut [f32]) {
        let size = self.keys.len();
        for &key in keys {
            let mut at = slot(key, size);
            while self.keys[at] != 0 {
                if self.keys[at] == key {
                    let (from, to) = self.places[at];
                    for &(choice, weight) in &self.weights[from as usize..to as usize] {
                        scores[usize::from(choice)] += f32::from(weight);
                    }
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
    }

    /// The `count` best pronunciations that a search along `beam` paths finds, best first, with
    /// the natural logarithm of their probability.
    ///
    /// Complexity: letters × `beam` × features.
    pub(super) fn decode(
        &self,
        word: &[char],
        beam: usize,
        count: usize,
        room: &mut Room,
    ) -> Vec<(f32, Vec<Segment>)> {
        let letters = &mut room.letters;
        letters.clear();
        letters.extend(word.iter().filter_map(|letter| self.number(*letter)));
        room.view.open(letters, &self.classes);
        let root = Path { score: 0.0, before: Before::default(), from: 0, label: u16::MAX };
        room.trail.clear();
        room.trail.push(root);
        let mut front = 0..1;
        for at in 0..room.letters.len() {
            let choices = &self.choices[usize::from(room.letters[at])];
            room.view.turn(at);
            room.base.clear();
            room.base.resize(choices.len(), 0.0);
            self.add(&room.view.plain, &mut room.base);
            room.next.clear();
            for from in front.clone() {
                let (score, before) = (room.trail[from].score, room.trail[from].before);
                room.keys.clear();
                room.view.labelled(&before, &mut room.keys);
                room.scores.clone_from(&room.base);
                self.add(&room.keys, &mut room.scores);
                let best = room.scores.iter().copied().fold(f32::MIN, f32::max);
                // What is e⁸ times less probable than the best is neither counted nor followed.
                let floor = best - 8.0 * SCALE;
                let near = room.scores.iter().filter(|&&score| score >= floor);
                let sum: f32 = near.map(|score| ((score - best) / SCALE).exp()).sum();
                let all = best / SCALE + sum.ln();
                for (&label, &own) in choices.iter().zip(&room.scores) {
                    if own >= floor {
                        let score = score + own / SCALE - all;
                        let before = before.with(label, self.has_vowel[usize::from(label)]);
                        room.next.push(Path { score, before, from: from as u32, label });
                    }
                }
            }
            room.next.sort_by(|one, two| two.score.total_cmp(&one.score));
            room.next.truncate(beam.max(1));
            let begin = room.trail.len();
            room.trail.append(&mut room.next);
            front = begin..room.trail.len();
        }
        let mut found: Vec<(f32, Vec<Segment>)> = Vec::new();
        for last in front {
            let segments = self.follow(&room.trail, last);
            // The same sounds may come from other letters: their probabilities belong together.
            match found.iter_mut().find(|(_, other)| *other == segments) {
                Some((score, _)) => {
                    let other = room.trail[last].score;
                    *score += (other - *score).exp().ln_1p();
                }
                None => found.push((room.trail[last].score, segments)),
            }
        }
        found.sort_by(|one, two| two.0.total_cmp(&one.0));
        found.truncate(count);
        found
    }

    fn follow(&self, trail: &[Path], mut at: usize) -> Vec<Segment> {
        let mut labels = Vec::new();
        while trail[at].label != u16::MAX {
            labels.push(trail[at].label);
            at = trail[at].from as usize;
        }
        labels.iter().rev().flat_map(|&l| self.labels[usize::from(l)].iter().copied()).collect()
    }
}

fn slot(key: Key, size: usize) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (size - 1)
}

/// An output of a row, as label and weight.
fn weight(output: &str) -> Option<(&str, i16)> {
    let (label, weight) = output.split_once('=')?;
    (!label.is_empty()).then_some((label, weight.parse().ok()?))
}
