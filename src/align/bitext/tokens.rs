//! Sentences as numbered tokens.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// One side of the translation.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// The tokens of all sentences, behind each other.
    pub(super) tokens: Vec<u32>,
    /// Sentence `i` has the tokens `starts[i]..starts[i + 1]`.
    pub(super) starts: Vec<usize>,
    /// Characters of each sentence.
    pub(super) lengths: Vec<f32>,
    /// For each token of the vocabulary the sentences that hold it.
    pub(super) frequency: Vec<u32>,
}

impl Side {
    pub(super) fn len(&self) -> usize {
        self.lengths.len()
    }

    pub(super) fn sentence(&self, at: usize) -> &[u32] {
        &self.tokens[self.starts[at]..self.starts[at + 1]]
    }

    /// The share of sentences that hold `token`.
    pub(super) fn share(&self, token: u32) -> f32 {
        (self.frequency[token as usize] as f32 + 0.5) / (self.len() as f32 + 1.0)
    }

    fn count(&mut self, vocabulary: usize) {
        self.frequency = vec![0; vocabulary];
        let mut last = vec![usize::MAX; vocabulary];
        for at in 0..self.len() {
            for place in self.starts[at]..self.starts[at + 1] {
                let token = self.tokens[place] as usize;
                if last[token] != at {
                    last[token] = at;
                    self.frequency[token] += 1;
                }
            }
        }
    }
}

/// Both sides over one vocabulary: what is written alike has one number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) source: Side,
    pub(super) target: Side,
    /// For each token the number of its first letters, where it is a long word.
    pub(super) stems: Vec<Option<u32>>,
    pub(super) stem_count: usize,
}

/// Letters that cognates share.
const STEM: usize = 4;
/// Letters of a word that may be a compound.
const LONG: usize = 7;

impl Texts {
    pub(super) fn read<S: AsRef<str>, T: AsRef<str>>(source: &[S], target: &[T]) -> Self {
        let mut vocabulary = Vocabulary::default();
        let source = vocabulary.side(source.iter().map(AsRef::as_ref));
        let target = vocabulary.side(target.iter().map(AsRef::as_ref));
        let mut texts = Self {
            source,
            target,
            stem_count: vocabulary.stem_numbers.len(),
            stems: vocabulary.stems,
        };
        texts.source.count(texts.stems.len());
        texts.target.count(texts.stems.len());
        texts
    }

    pub(super) fn vocabulary(&self) -> usize {
        self.stems.len()
    }
}

#[derive(Default)]
struct Vocabulary {
    numbers: HashMap<Box<str>, u32>,
    stem_numbers: HashMap<Box<str>, u32>,
    stems: Vec<Option<u32>>,
}

impl Vocabulary {
    fn side<'t>(&mut self, sentences: impl Iterator<Item = &'t str>) -> Side {
        let mut side = Side { starts: vec![0], ..Side::default() };
        let mut word = String::new();
        for sentence in sentences {
            let mut characters = 0;
            for c in sentence.chars() {
                characters += 1;
                if c.is_alphanumeric() {
                    word.extend(c.to_lowercase());
                    continue;
                }
                self.take(&mut word, &mut side);
                if !c.is_whitespace() {
                    word.push(c);
                    self.take(&mut word, &mut side);
                }
            }
            self.take(&mut word, &mut side);
            side.starts.push(side.tokens.len());
            side.lengths.push(characters as f32 + 1.0);
        }
        side
    }

    fn take(&mut self, word: &mut String, side: &mut Side) {
        if word.is_empty() {
            return;
        }
        let number = self.number(word);
        side.tokens.push(number);
        if word.chars().count() >= LONG {
            // What a compound or an inflected form begins with, other words share. The mark keeps
            // it apart from a word.
            let end = word.char_indices().nth(STEM).map_or(word.len(), |(at, _)| at);
            word.truncate(end);
            word.push('\u{1}');
            let start = self.number(word);
            side.tokens.push(start);
        }
        word.clear();
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.stems.len() as u32;
        self.numbers.insert(word.into(), number);
        let stem = self.stem(word);
        self.stems.push(stem);
        number
    }

    fn stem(&mut self, word: &str) -> Option<u32> {
        let end = word.char_indices().nth(STEM).map(|(at, _)| at)?;
        if !word.chars().all(char::is_alphabetic) {
            return None;
        }
        let next = self.stem_numbers.len() as u32;
        Some(match self.stem_numbers.entry(word[..end].into()) {
            Entry::Occupied(stem) => *stem.get(),
            Entry::Vacant(place) => *place.insert(next),
        })
    }
}
