//! Words to pronunciations: a loaded lexicon, exceptions, letter names, the model, in this order.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::letters;
use super::model::{Model, Room};
use super::phones::{self, Alphabet, Kind, Segment, Stress};
use super::stress::Rules;
use crate::Result;
use crate::da::Table;

/// What a pronunciation was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A lexicon that was loaded.
    Lexicon,
    /// The table of exceptions, `src/da/pronunciations.tsv`.
    Exceptions,
    /// The names of the letters.
    Letters,
    /// The letter-to-sound model.
    Model,
}

impl Source {
    /// All sources.
    pub const ALL: &'static [Self] = &[Self::Lexicon, Self::Exceptions, Self::Letters, Self::Model];

    /// The name, for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lexicon => "lexicon",
            Self::Exceptions => "exceptions",
            Self::Letters => "letters",
            Self::Model => "model",
        }
    }
}

/// A way to say a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Pronunciation {
    /// Its sounds, with length, stød and stress.
    pub segments: Vec<Segment>,
    /// The indices of the sounds at which a word begins, but the first.
    pub words: Vec<usize>,
    /// The natural logarithm of its probability by the model; 0 from another source.
    pub score: f32,
    /// What it was taken from.
    pub source: Source,
}

impl Pronunciation {
    /// The sounds in one string, with marks of stress and, in X-SAMPA, of syllables; words are
    /// parted by a space, in X-SAMPA by `_`.
    pub fn write(&self, alphabet: Alphabet) -> String {
        let mut out = String::new();
        let mut start = 0;
        for &end in self.words.iter().chain([&self.segments.len()]) {
            if start > 0 {
                out.push(if alphabet == Alphabet::XSampa { '_' } else { ' ' });
            }
            out.push_str(&phones::write(
                self.segments.get(start..end).unwrap_or_default(),
                alphabet,
            ));
            start = end;
        }
        out
    }

    /// The sounds one by one, with length and stød, without stress.
    pub fn phones(&self, alphabet: Alphabet) -> Vec<String> {
        let write = |segment: &Segment| {
            let mut out = String::new();
            segment.write(alphabet, &mut out);
            out
        };
        self.segments.iter().map(write).collect()
    }
}

/// How many paths the search follows, at least.
const BEAM: usize = 4;

/// Says words. Made once, used for any number of words from any number of threads.
#[derive(Clone, Debug)]
pub struct Pronouncer {
    model: Model,
    stress: Rules,
    lexicon: HashMap<String, Vec<Vec<Segment>>>,
    exceptions: HashMap<String, Vec<Vec<Segment>>>,
}

static EMBEDDED: LazyLock<Pronouncer> = LazyLock::new(|| {
    Pronouncer::read().expect("the tests read the embedded tables of pronunciation")
});

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

impl Pronouncer {
    /// The one with the tables of the crate.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn read() -> Result<Self> {
        let name = "src/da/letter_sounds.tsv";
        let model = Model::read(name, include_str!("../../da/letter_sounds.tsv"))?;
        let mut found = Self::from_model(model)?;
        let name = "src/da/pronunciations.tsv";
        for row in Table::new(name, include_str!("../../da/pronunciations.tsv")).rows::<3>() {
            let (line, [word, ipa, _]) = row?;
            let segments = phones::parse(ipa, Alphabet::Ipa)
                .map_err(|error| crate::Error::line(name, line, error))?;
            found.exceptions.entry(word.to_owned()).or_default().push(segments);
        }
        Ok(found)
    }

    /// One with a model of one's own, without exceptions.
    ///
    /// # Errors
    ///
    /// None but for a mistake in an embedded table.
    pub fn from_model(model: Model) -> Result<Self> {
        Ok(Self {
            model,
            stress: Rules::read()?,
            lexicon: HashMap::new(),
            exceptions: HashMap::new(),
        })
    }

    /// Adds a word of a pronunciation lexicon, which comes before everything else. Several
    /// pronunciations of a word come out in the order in which they were added. White space
    /// and case at the ends of the word do not count.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`](crate::Error::Argument) at a sign that stands for no sound.
    pub fn add(&mut self, word: &str, pronunciation: &str, alphabet: Alphabet) -> Result<()> {
        let segments = phones::parse(pronunciation, alphabet)?;
        let own = self.lexicon.entry(word.trim().to_lowercase()).or_default();
        if !segments.is_empty() && !own.contains(&segments) {
            own.push(segments);
        }
        Ok(())
    }

    /// Up to `count` ways to say `word`, best first; empty where it has a digit or no letter.
    ///
    /// Several words, parted by white space or hyphens, are said one after the other, in one way.
    ///
    /// Complexity: linear in the length of the word.
    pub fn pronounce(&self, word: &str, count: usize) -> Vec<Pronunciation> {
        let word = word.trim();
        if count == 0 || word.contains(char::is_numeric) {
            return Vec::new();
        }
        let parts = || {
            word.split([' ', '\t', '-', '\u{2010}', '\u{2011}', '_', '/']).filter(|p| !p.is_empty())
        };
        let whole = self.known(word, count);
        if !whole.is_empty() || parts().count() < 2 {
            return if whole.is_empty() { self.part(word, count) } else { whole };
        }
        let mut all: Option<Pronunciation> = None;
        for part in parts() {
            let Some(next) = self.part(part, 1).into_iter().next() else { continue };
            match &mut all {
                None => all = Some(next),
                Some(all) => {
                    all.words.push(all.segments.len());
                    all.segments.extend(next.segments);
                    all.score += next.score;
                    if next.source == Source::Model {
                        all.source = Source::Model;
                    }
                }
            }
        }
        all.into_iter().collect()
    }

    /// Marks the stressed syllables of `segments`, the sounds of `word`, by the rules of
    /// `src/da/stress.tsv`; marks that are there already are lost.
    pub fn stress(&self, word: &str, segments: &mut [Segment]) {
        let mut letters = Vec::with_capacity(word.len());
        letters::fold_word(word, &mut letters);
        for segment in segments.iter_mut() {
            segment.stress = Stress::None;
        }
        self.stress.assign(&letters, segments);
    }

    /// What a lexicon or the exceptions say.
    fn known(&self, word: &str, count: usize) -> Vec<Pronunciation> {
        if self.lexicon.is_empty() && self.exceptions.is_empty() {
            return Vec::new();
        }
        let small = word.to_lowercase();
        for (source, table) in
            [(Source::Lexicon, &self.lexicon), (Source::Exceptions, &self.exceptions)]
        {
            if let Some(ways) = table.get(&small) {
                let way = |segments: &Vec<Segment>| Pronunciation {
                    segments: segments.clone(),
                    words: Vec::new(),
                    score: 0.0,
                    source,
                };
                return ways.iter().take(count).map(way).collect();
            }
        }
        Vec::new()
    }

    /// A word without white space or hyphens.
    fn part(&self, word: &str, count: usize) -> Vec<Pronunciation> {
        let known = self.known(word, count);
        if !known.is_empty() {
            return known;
        }
        let mut small = Vec::with_capacity(word.len());
        // EU's: the ending is no part of the letters that are said.
        let (stem, ending) = match word.split_once(['\'', '’']) {
            Some((stem, ending)) if letters::is_spelled(stem) => (stem, ending),
            _ => (word, ""),
        };
        if letters::is_spelled(stem) {
            letters::fold(stem, &mut small);
            let mut segments = letters::spell(&small);
            if !ending.is_empty() {
                small.clear();
                letters::fold(ending, &mut small);
                segments.extend(self.search(&small, 1).into_iter().flat_map(|(_, ending)| ending));
            }
            let found =
                Pronunciation { segments, words: Vec::new(), score: 0.0, source: Source::Letters };
            return if found.segments.is_empty() { Vec::new() } else { vec![found] };
        }
        letters::fold_word(word, &mut small);
        let ways = self.model(&small, count);
        ways.into_iter()
            .filter(|(_, segments)| !segments.is_empty())
            .map(|(score, mut segments)| {
                self.stress.assign(&small, &mut segments);
                Pronunciation { segments, words: Vec::new(), score, source: Source::Model }
            })
            .collect()
    }

    /// What the model says. A word without a full vowel is none, unless it has no other way.
    fn model(&self, letters: &[char], count: usize) -> Vec<(f32, Vec<Segment>)> {
        let beam = BEAM.max(count);
        let mut ways = ROOM.with_borrow_mut(|room| self.model.decode(letters, beam, beam, room));
        let full = |segments: &[Segment]| segments.iter().any(|s| s.phone.kind() == Kind::Vowel);
        if ways.iter().any(|(_, segments)| full(segments)) {
            ways.retain(|(_, segments)| full(segments));
        }
        ways.truncate(count);
        ways
    }

    fn search(&self, letters: &[char], count: usize) -> Vec<(f32, Vec<Segment>)> {
        let beam = BEAM.max(count);
        ROOM.with_borrow_mut(|room| self.model.decode(letters, beam, count, room))
    }
}
