//! What came out against what was given.

use std::time::Instant;

use sprogkit::Result;
use sprogkit::align::distance;
use sprogkit::lexicon::pronounce::{Alphabet, Model, Pronouncer, Segment, parse};

use super::Word;

/// Sums over words.
#[derive(Default)]
pub(crate) struct Counts {
    words: usize,
    /// Words without a mistake: in sounds and length; with stød too.
    right: usize,
    right_stod: usize,
    /// Edits and sounds: as given, without stød; with stød; after reading the signs.
    edits: usize,
    sounds: usize,
    edits_stod: usize,
    sounds_stod: usize,
    edits_read: usize,
    sounds_read: usize,
    /// Edits with the best of three.
    edits_three: usize,
    sounds_three: usize,
    /// Syllables with stød: rightly, wrongly, missed; and all compared.
    stod: [usize; 3],
    syllables: usize,
    bytes: usize,
    rows: usize,
    folds: usize,
    pub(crate) lines: Vec<String>,
}

fn bare(sounds: &[String]) -> Vec<String> {
    sounds.iter().map(|s| s.replace('ˀ', "")).filter(|s| !s.is_empty()).collect()
}

/// The edits to the given pronunciation that is nearest by rate, and its length.
fn nearest(said: &[String], given: &[Vec<String>]) -> (usize, usize) {
    given
        .iter()
        .map(|given| (distance(given, said), given.len().max(1)))
        .min_by(|one, two| (one.0 * two.1).cmp(&(two.0 * one.1)))
        .unwrap_or_default()
}

/// For each syllable whether it has stød.
fn stod(segments: &[Segment]) -> Vec<bool> {
    let mut found = Vec::new();
    for segment in segments {
        if segment.is_nucleus() {
            found.push(false);
        }
        if let (true, Some(last)) = (segment.stod, found.last_mut()) {
            *last = true;
        }
    }
    found
}

fn signs(segments: &[Segment]) -> Vec<String> {
    segments
        .iter()
        .map(|segment| {
            let mut out = String::new();
            segment.write(Alphabet::Ipa, &mut out);
            out
        })
        .collect()
}

/// Prints how many words a second one thread says, of nine runs the best.
pub(crate) fn speed(words: &[Word]) {
    let pronouncer = Pronouncer::embedded();
    let mut best = f64::MAX;
    for _ in 0..9 {
        let began = Instant::now();
        let sounds: usize = words
            .iter()
            .flat_map(|word| pronouncer.pronounce(&word.word, 1))
            .map(|way| way.segments.len())
            .sum();
        assert!(sounds > words.len(), "every word has a sound or more");
        best = best.min(began.elapsed().as_secs_f64());
    }
    println!("{:.0} words/s of {} words", words.len() as f64 / best, words.len());
}

/// Says each word by `model` alone, without exceptions and lexicon.
pub(crate) fn count<'w>(
    model: Model,
    words: impl Iterator<Item = &'w Word>,
    bytes: usize,
    rows: usize,
) -> Result<Counts> {
    let pronouncer = Pronouncer::from_model(model)?;
    let mut all = Counts { bytes, rows, folds: 1, ..Counts::default() };
    for word in words {
        let ways = pronouncer.pronounce(&word.word, 3);
        let said = ways.first().map(|way| way.phones(Alphabet::Ipa)).unwrap_or_default();
        all.words += 1;
        let (edits, sounds) = nearest(&said, &word.given);
        all.edits_stod += edits;
        all.sounds_stod += sounds;
        all.right_stod += usize::from(edits == 0);
        let given: Vec<Vec<String>> = word.given.iter().map(|g| bare(g)).collect();
        let (edits, sounds) = nearest(&bare(&said), &given);
        all.edits += edits;
        all.sounds += sounds;
        all.right += usize::from(edits == 0);
        let three = ways.iter().map(|way| nearest(&bare(&way.phones(Alphabet::Ipa)), &given));
        let (edits, sounds) = three.min().unwrap_or((sounds, sounds));
        all.edits_three += edits;
        all.sounds_three += sounds;
        // The given signs as the inventory reads them: b p as b̥ and so on.
        let read: Vec<Vec<Segment>> =
            word.given.iter().filter_map(|g| parse(&g.join(" "), Alphabet::Ipa).ok()).collect();
        let read_bare: Vec<Vec<String>> = read.iter().map(|g| bare(&signs(g))).collect();
        let (edits, sounds) = nearest(&bare(&said), &read_bare);
        all.edits_read += edits;
        all.sounds_read += sounds;
        let own = ways.first().map(|way| stod(&way.segments)).unwrap_or_default();
        let near = read.iter().min_by_key(|given| distance(&signs(given), &said));
        if let Some(near) = near.map(|near| stod(near))
            && near.len() == own.len()
        {
            for (own, near) in own.iter().zip(near) {
                all.syllables += 1;
                match (own, near) {
                    (true, true) => all.stod[0] += 1,
                    (true, false) => all.stod[1] += 1,
                    (false, true) => all.stod[2] += 1,
                    (false, false) => {}
                }
            }
        }
        all.lines.push(format!("{}\t{}", word.word, said.join(" ")));
    }
    Ok(all)
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.words += other.words;
        self.right += other.right;
        self.right_stod += other.right_stod;
        self.edits += other.edits;
        self.sounds += other.sounds;
        self.edits_stod += other.edits_stod;
        self.sounds_stod += other.sounds_stod;
        self.edits_read += other.edits_read;
        self.sounds_read += other.sounds_read;
        self.edits_three += other.edits_three;
        self.sounds_three += other.sounds_three;
        for (own, other) in self.stod.iter_mut().zip(other.stod) {
            *own += other;
        }
        self.syllables += other.syllables;
        self.bytes += other.bytes;
        self.rows += other.rows;
        self.folds += other.folds;
        self.lines.extend(other.lines);
    }

    pub(crate) fn print(&self) {
        let rate = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        println!("words {}", self.words);
        println!("phone error rate, stød not counted   {:.2} %", rate(self.edits, self.sounds));
        println!(
            "  after reading the given signs      {:.2} %",
            rate(self.edits_read, self.sounds_read)
        );
        println!(
            "  best of three                      {:.2} %",
            rate(self.edits_three, self.sounds_three)
        );
        println!(
            "phone error rate, stød counted       {:.2} %",
            rate(self.edits_stod, self.sounds_stod)
        );
        println!("words right, stød not counted        {:.2} %", rate(self.right, self.words));
        println!("words right, stød counted            {:.2} %", rate(self.right_stod, self.words));
        let [hit, wrong, missed] = self.stod;
        println!(
            "stød by syllable: precision {:.2} % recall {:.2} % F {:.2} % right {:.2} % of {} syllables",
            rate(hit, hit + wrong),
            rate(hit, hit + missed),
            rate(2 * hit, 2 * hit + wrong + missed),
            rate(self.syllables - wrong - missed, self.syllables),
            self.syllables
        );
        let folds = self.folds.max(1);
        println!("a model: {} rows, {} bytes", self.rows / folds, self.bytes / folds);
    }
}
