//! Which target tokens translate a source token, by what is written alike and by what was seen
//! together.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::search::Step;
use super::tokens::Texts;
use crate::align::edits::Fold;

/// For each source token its translations with their probabilities.
#[derive(Debug)]
pub(super) struct Lexicon {
    starts: Vec<u32>,
    entries: Vec<(u32, f32)>,
}

/// How probable a token is that is written alike.
const SAME: f32 = 0.5;
/// How probable a word is that begins with the same letters.
const COGNATE: f32 = 0.1;
/// Beads that a lexicon is learned from at most: more say little more.
const BEADS: usize = 40_000;
/// Tokens of a side of a bead that is learned from.
const LONGEST: usize = 80;
/// Rounds of expectation and maximisation.
const ROUNDS: usize = 4;
/// Probabilities below are forgotten.
const LEAST: f32 = 0.02;
/// Sides that share a stem with more tokens than this share nothing.
const STEM_TOKENS: usize = 12;

impl Lexicon {
    /// What is written alike: the same tokens, and words that begin alike.
    pub(super) fn alike(texts: &Texts) -> Self {
        let alike = Alike::of(texts);
        Self::build(texts.vocabulary(), |token, entries| alike.add(texts, token, entries))
    }

    /// What the beads of a path hold together, by IBM's first model, over what is alike where
    /// there is too little to learn from.
    ///
    /// P. Brown et al. (1993), The mathematics of statistical machine translation, CL 19(2).
    pub(super) fn learn(texts: &Texts, path: &[Step]) -> Self {
        let mut cells: HashMap<u64, u32, BuildHasherDefault<Fold>> = HashMap::default();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut beads: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
        let every = path.len().div_ceil(BEADS);
        for step in path.iter().step_by(every) {
            let source = step.source().flat_map(|i| texts.source.sentence(i));
            let target = step.target().flat_map(|j| texts.target.sentence(j));
            let (mut source, mut target): (Vec<u32>, Vec<u32>) =
                (source.copied().collect(), target.copied().collect());
            for side in [&mut source, &mut target] {
                side.sort_unstable();
                side.dedup();
            }
            if step.score > 0.0
                && source.len().min(target.len()) > 0
                && source.len().max(target.len()) <= LONGEST
            {
                beads.push((source, target));
            }
        }
        // Only pairs that are together twice are learned.
        let mut count: Vec<u32> = Vec::new();
        let mut all: Vec<u32> = Vec::new();
        for (source, target) in &beads {
            for &t in target {
                for &s in source {
                    let next = pairs.len() as u32;
                    let cell = *cells.entry(u64::from(s) << 32 | u64::from(t)).or_insert(next);
                    if cell == next {
                        pairs.push((s, t));
                        count.push(0);
                    }
                    count[cell as usize] += 1;
                    all.push(cell);
                }
            }
        }
        let mut probability: Vec<f32> =
            count.iter().map(|&count| if count > 1 { 1.0 } else { 0.0 }).collect();
        let mut expected = vec![0.0_f32; pairs.len()];
        let mut total = vec![0.0_f32; texts.vocabulary()];
        for _ in 0..ROUNDS {
            expected.fill(0.0);
            total.fill(0.0);
            let mut rest = all.as_slice();
            for (source, target) in &beads {
                for &t in target {
                    let (cells, others) = rest.split_at(source.len());
                    rest = others;
                    // A token of the target may also come from nothing.
                    let nothing = 0.2 * texts.target.share(t);
                    let sum: f32 =
                        nothing + cells.iter().map(|&cell| probability[cell as usize]).sum::<f32>();
                    for (&cell, &s) in cells.iter().zip(source) {
                        let part = probability[cell as usize] / sum;
                        expected[cell as usize] += part;
                        total[s as usize] += part;
                    }
                }
            }
            for ((probability, expected), &(s, _)) in
                probability.iter_mut().zip(&expected).zip(&pairs)
            {
                // One more unseen translation keeps rare tokens modest.
                *probability = expected / (total[s as usize] + 0.5);
            }
        }
        let mut learned: Vec<(u32, u32, f32)> = pairs
            .iter()
            .zip(&probability)
            .filter(|&(_, &probability)| probability >= LEAST)
            .map(|(&(s, t), &probability)| (s, t, probability))
            .collect();
        learned.sort_unstable_by_key(|&(s, t, _)| (s, t));
        let alike = Alike::of(texts);
        let mut rest = learned.as_slice();
        Self::build(texts.vocabulary(), |token, entries| {
            let own = rest.iter().take_while(|entry| entry.0 == token).count();
            let (own, others) = rest.split_at(own);
            rest = others;
            let first = entries.len();
            entries.extend(own.iter().map(|&(_, t, probability)| (t, probability)));
            // What is frequent enough has been learned; what is rare is judged by its looks.
            let mut looks = Vec::new();
            alike.add(texts, token, &mut looks);
            for (t, probability) in looks {
                let seen =
                    texts.source.frequency[token as usize].min(texts.target.frequency[t as usize]);
                let faith = probability * 2.0 / (2.0 + seen as f32 / 3.0);
                match entries[first..].iter_mut().find(|entry| entry.0 == t) {
                    Some(entry) => entry.1 = entry.1.max(faith),
                    None => entries.push((t, faith)),
                }
            }
        })
    }

    fn build(vocabulary: usize, mut add: impl FnMut(u32, &mut Vec<(u32, f32)>)) -> Self {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for token in 0..vocabulary as u32 {
            add(token, &mut entries);
            starts.push(entries.len() as u32);
        }
        Self { starts, entries }
    }

    /// The translations of a source token.
    pub(super) fn of(&self, token: u32) -> &[(u32, f32)] {
        let at = token as usize;
        &self.entries[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// The target's tokens by their first letters.
struct Alike {
    stems: Vec<Vec<u32>>,
}

impl Alike {
    fn of(texts: &Texts) -> Self {
        let mut stems = vec![Vec::new(); texts.stem_count];
        for (token, stem) in texts.stems.iter().enumerate() {
            if let Some(stem) = stem
                && texts.target.frequency[token] > 0
            {
                stems[*stem as usize].push(token as u32);
            }
        }
        Self { stems }
    }

    fn add(&self, texts: &Texts, token: u32, entries: &mut Vec<(u32, f32)>) {
        if texts.source.frequency[token as usize] == 0 {
            return;
        }
        if texts.target.frequency[token as usize] > 0 {
            entries.push((token, SAME));
        }
        if let Some(stem) = texts.stems[token as usize] {
            let others = &self.stems[stem as usize];
            if others.len() <= STEM_TOKENS {
                entries.extend(others.iter().filter(|&&t| t != token).map(|&t| (t, COGNATE)));
            }
        }
    }
}
