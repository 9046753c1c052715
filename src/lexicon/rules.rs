//! Learned rules: which ending goes and which comes, by the last letters of a form.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::LazyLock;

use super::{Lexicon, Upos};
use crate::da::Table;
use crate::{Error, Result};

/// Most letters that a rule looks at.
const MOST_LETTERS: usize = 7;
/// How much a rule for fewer letters says beside one for more: less where that one was seen often.
const OFTEN: f32 = 0.3;
const SELDOM: f32 = 0.6;

/// The parts of speech that inflect.
pub(super) const OPEN: [Upos; 3] = [Upos::Noun, Upos::Verb, Upos::Adj];

/// Bytes to take off, text to put on, and how often that was seen.
type Counted = (usize, Box<str>, u32);

/// What goes and what comes, with its count.
type Changes = BTreeMap<(String, String), u32>;

/// Per part of speech and ending.
type Edits = BTreeMap<(Upos, String), Changes>;

/// What a form may be a form of, judged by its last letters alone.
///
/// [`LemmaRules::danish`] are the rules of the crate; [`LemmaRules::train`] learns others.
#[derive(Clone, Debug, Default)]
pub struct LemmaRules {
    /// Per part of speech and ending: bytes to take off and text to put on, with their counts.
    edits: HashMap<Upos, HashMap<Box<str>, Vec<Counted>>>,
    /// Per ending: how many forms are of each of [`OPEN`].
    classes: HashMap<Box<str>, [u32; 3]>,
}

static DANISH: LazyLock<LemmaRules> = LazyLock::new(|| {
    LemmaRules::parse("da/lemma_rules.tsv", include_str!("../da/lemma_rules.tsv"))
        .expect("tests read every embedded table")
});

impl LemmaRules {
    /// The rules that come with the crate, `src/da/lemma_rules.tsv`.
    #[must_use]
    pub fn danish() -> &'static Self {
        &DANISH
    }

    /// Reads rules as [`LemmaRules::train`] writes them; errors call the text `name`.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] for a row that does not follow the form.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let mut rules = Self::default();
        for row in Table::new(name, text).rows::<3>() {
            let (line, [upos, ending, seen]) = row?;
            let wrong = |what: &str, got: &str| {
                Error::line(name, line, format!("expected {what}, got \"{got}\""))
            };
            let ending: Box<str> = if ending == "0" { "" } else { ending }.into();
            let mut edits = Vec::new();
            let mut class = [0; 3];
            for part in seen.split(' ') {
                let (what, count) = part.rsplit_once(':').ok_or_else(|| wrong("a count", part))?;
                let count: u32 = count.parse().map_err(|_| wrong("a count", count))?;
                if upos == "*" {
                    let at = OPEN.iter().position(|upos| upos.name() == what);
                    class[at.ok_or_else(|| wrong("NOUN, VERB or ADJ", what))?] = count;
                    continue;
                }
                let (strip, add) = what
                    .split_once('>')
                    .ok_or_else(|| wrong("what goes and what comes, parted by >", what))?;
                edits.push((strip.len(), add.into(), count));
            }
            if upos == "*" {
                rules.classes.insert(ending, class);
            } else {
                let upos = Upos::of_name(upos).ok_or_else(|| wrong("a part of speech", upos))?;
                rules.edits.entry(upos).or_default().insert(ending, edits);
            }
        }
        Ok(rules)
    }

    /// The lemmas that `form` may have as `upos`, each with a share of 1, best first.
    pub(super) fn lemmas(&self, form: &str, upos: Upos) -> Vec<(String, f32)> {
        let mut found: Vec<(String, f32)> = Vec::new();
        let mut weight = 1.0;
        let Some(rules) = self.edits.get(&upos) else { return found };
        for ending in endings(form) {
            let Some(edits) = rules.get(ending) else { continue };
            let all: u64 = edits.iter().map(|(.., count)| u64::from(*count)).sum();
            for (strip, add, count) in edits {
                let Some(stem) = form.len().checked_sub(*strip).and_then(|end| form.get(..end))
                else {
                    continue;
                };
                if stem.is_empty() {
                    continue;
                }
                let lemma = format!("{stem}{add}");
                let score = weight * *count as f32 / all.max(1) as f32;
                match found.iter_mut().find(|(other, _)| *other == lemma) {
                    Some((_, sum)) => *sum += score,
                    None => found.push((lemma, score)),
                }
            }
            weight *= if all >= 3 { OFTEN } else { SELDOM };
        }
        let sum: f32 = found.iter().map(|(_, score)| score).sum();
        found.iter_mut().for_each(|(_, score)| *score /= sum);
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found
    }

    /// How likely a form that is spelt so is of each of [`OPEN`].
    pub(super) fn classes(&self, form: &str) -> [f32; 3] {
        let found = endings(form).find_map(|ending| self.classes.get(ending));
        let counts = found.copied().unwrap_or([1; 3]);
        let all: u64 = counts.into_iter().map(u64::from).sum();
        counts.map(|count| count as f32 / all.max(1) as f32)
    }

    /// Learns rules from the readings of `lexicon` that say a part of speech which inflects, and
    /// gives them as text, as [`LemmaRules::parse`] reads them; without the head of a table.
    ///
    /// An ending is kept where it was seen `least` times and says something else than the next shorter
    /// one that is kept. What comes out depends on nothing but the readings.
    ///
    /// # Complexity
    ///
    /// `O(readings)` time and memory.
    #[must_use]
    pub fn train(lexicon: &Lexicon, least: u32) -> String {
        let mut edits = Edits::new();
        let mut classes: BTreeMap<String, [u32; 3]> = BTreeMap::new();
        lexicon.for_each(|form, readings| {
            let mut seen = [false; 3];
            for (at, upos) in OPEN.into_iter().enumerate() {
                let mut lemmas: Vec<String> = readings
                    .iter()
                    .filter(|reading| reading.upos() == Some(upos))
                    .inspect(|reading| seen[at] |= !reading.is_unsaid())
                    .map(super::Reading::lemma)
                    .collect();
                lemmas.sort_unstable();
                lemmas.dedup();
                for lemma in lemmas {
                    let (strip, add) = edit(form, &lemma);
                    for ending in endings(form)
                        .filter(|ending| ending.len() >= strip.len() || ending.is_empty())
                    {
                        let counts = edits.entry((upos, ending.to_owned())).or_default();
                        *counts.entry((strip.to_owned(), add.to_owned())).or_default() += 1;
                    }
                }
            }
            for ending in endings(form).filter(|ending| ending.chars().count() <= 5) {
                let class = classes.entry(ending.to_owned()).or_default();
                seen.iter().zip(class).for_each(|(&seen, count)| *count += u32::from(seen));
            }
            true
        });
        written(&edits, &classes, least)
    }
}

/// Rules as text: the endings that say something else than the next shorter one.
fn written(edits: &Edits, classes: &BTreeMap<String, [u32; 3]>, least: u32) -> String {
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for ((upos, ending), counts) in edits {
        let all: u32 = counts.values().sum();
        let best = |counts: &Changes| {
            counts.iter().max_by_key(|(_, count)| **count).map(|(edit, count)| {
                (edit.clone(), f64::from(*count) / f64::from(counts.values().sum::<u32>()))
            })
        };
        let shorter = shorter(ending, |ending| edits.get(&(*upos, ending.to_owned())));
        let same = shorter.is_some_and(|shorter| match (best(counts), best(shorter)) {
            (Some((edit, share)), Some((other, before))) => {
                edit == other && (share - before).abs() < 0.1
            }
            _ => true,
        });
        if !ending.is_empty() && (all < least || same) {
            continue;
        }
        let mut list: Vec<_> = counts.iter().collect();
        list.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        list.retain(|(_, count)| **count * 50 >= all);
        list.truncate(4);
        let seen: Vec<String> =
            list.iter().map(|((strip, add), count)| format!("{strip}>{add}:{count}")).collect();
        rows.push((upos.name().to_owned(), ending.clone(), seen.join(" ")));
    }
    for (ending, counts) in classes {
        let share = |counts: &[u32; 3], at: usize| {
            f64::from(counts[at]) / f64::from(counts.iter().sum::<u32>().max(1))
        };
        let same = shorter(ending, |ending| classes.get(ending)).is_some_and(|shorter| {
            (0..3).all(|at| (share(counts, at) - share(shorter, at)).abs() < 0.1)
        });
        let all: u32 = counts.iter().sum();
        if ending.is_empty() || all >= least.max(20) && !same {
            let seen: Vec<String> = OPEN
                .iter()
                .zip(counts)
                .filter(|(_, count)| **count > 0)
                .map(|(upos, count)| format!("{}:{count}", upos.name()))
                .collect();
            rows.push(("*".into(), ending.clone(), seen.join(" ")));
        }
    }
    rows.sort();
    let mut text = String::new();
    for (upos, ending, seen) in rows {
        let ending = if ending.is_empty() { "0" } else { &ending };
        // A String takes everything.
        let _ = writeln!(text, "{upos}\t{ending}\t{seen}");
    }
    text
}

/// What is said of the longest shorter ending.
fn shorter<'v, V>(ending: &str, get: impl Fn(&str) -> Option<&'v V>) -> Option<&'v V> {
    let mut letters = ending.chars();
    while letters.next().is_some() {
        if let Some(found) = get(letters.as_str()) {
            return Some(found);
        }
    }
    None
}

/// The last letters of `form`, the most first, down to none.
fn endings(form: &str) -> impl Iterator<Item = &str> {
    let start = form.char_indices().rev().take(MOST_LETTERS).last().map_or(0, |(at, _)| at);
    form[start..].char_indices().map(move |(at, _)| &form[start + at..]).chain([""])
}

/// What goes from the end of `form`, and what comes, to make `lemma`.
fn edit<'t>(form: &'t str, lemma: &'t str) -> (&'t str, &'t str) {
    let same = form.chars().zip(lemma.chars()).take_while(|(a, b)| a == b);
    let shared: usize = same.map(|(c, _)| c.len_utf8()).sum();
    (&form[shared..], &lemma[shared..])
}
