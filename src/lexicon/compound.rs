//! Compounds: where their parts meet.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::compiled::cases;
use super::{Lexicon, Upos};
use crate::da::Table;

/// Most letters of a word that is split: work grows with their square.
const MOST_LETTERS: usize = 128;
/// Most parts of a compound.
const MOST_PARTS: usize = 6;
/// Splits kept for each beginning of a word.
const KEPT: usize = 8;
/// What another part costs. The unit is that of a natural logarithm.
const PART: f32 = 4.0;
/// What a part costs that has two, three, four letters: short words fit everywhere.
const SHORT: [f32; 3] = [6.0, 3.0, 1.0];
/// How much a common word is cheaper, of the logarithm of its count.
const COMMON: f32 = 0.25;

/// What it costs to leave out an interfix that is needed.
const NEEDED: f32 = 4.0;

/// A compound, split.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Split {
    /// The parts, as they stand in the word, each with the interfix after it: empty for none and behind the last.
    pub parts: Vec<(String, String)>,
    /// How dear the split is: less is better; comparable within one call.
    pub cost: f32,
}

impl Split {
    /// The places of the word where a part ends, in bytes, interfixes counted to the part before them.
    #[must_use]
    pub fn joints(&self) -> Vec<usize> {
        let mut at = 0;
        let ends = self.parts.iter().map(|(part, interfix)| {
            at += part.len() + interfix.len();
            at
        });
        let mut ends: Vec<usize> = ends.collect();
        ends.pop();
        ends
    }

    /// Whether the split rests on parts that are long enough to prove something: no part of two letters but a
    /// small word that begins it, and little that is dear.
    pub(super) fn is_sure(&self) -> bool {
        let firsts = &self.parts[..self.parts.len().saturating_sub(1)];
        let letters = |part: &str| part.chars().count();
        let few = self.parts.iter().filter(|(part, _)| letters(part) < 4).count();
        // Short parts fit everywhere: only one of three or more may be so.
        if self.parts.len() > 2 && few > 1 {
            return false;
        }
        let unfit = firsts.iter().any(|(part, interfix)| {
            let lower = part.to_lowercase();
            let told = PARTS.get(&(&*lower, Place::First)) == Some(&true);
            let lacks = interfix.is_empty() && interfix_cost("", &lower) >= Some(NEEDED);
            lacks || interfix != "-" && !told && super::lemma::is_bare_function_word(&lower)
        });
        if unfit {
            return false;
        }
        let short = |part: &str, least: usize| part.chars().count() < least;
        let dear = self.cost / self.parts.len() as f32;
        let told = |part: &str| PARTS.get(&(part, Place::First)) == Some(&true);
        firsts.iter().all(|(part, interfix)| {
            !short(part, 3) || interfix == "-" || told(&part.to_lowercase())
        }) && !short(self.head(), 3)
            && dear < PART + 3.5
    }

    /// Whether the parts are long enough to divide the word between them.
    pub(super) fn can_divide(&self) -> bool {
        let told = |part: &str| PARTS.get(&(part, Place::First)) == Some(&true);
        let dear = self.cost / self.parts.len() as f32;
        let last = self.parts.len() - 1;
        dear < PART + 3.2
            && self.parts.iter().enumerate().all(|(at, (part, _))| {
                let letters = part.chars().count();
                // A head of two letters is sure behind an s: *regnskabs-år*.
                let short = at == last && letters == 2 && self.parts[last - 1].1 == "s";
                letters >= 3 || short || at < last && told(&part.to_lowercase())
            })
    }

    /// The last part: what the compound is a kind of.
    #[must_use]
    pub fn head(&self) -> &str {
        self.parts.last().map_or("", |(part, _)| part)
    }
}

/// The parts with `|` between them: `sag|s|behandlernes`.
impl std::fmt::Display for Split {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (part, interfix)) in self.parts.iter().enumerate() {
            if at > 0 {
                f.write_str("|")?;
            }
            f.write_str(part)?;
            if !interfix.is_empty() && !interfix.starts_with('-') {
                write!(f, "|{interfix}")?;
            } else {
                f.write_str(interfix)?;
            }
        }
        Ok(())
    }
}

/// A row of `da/interfixes.tsv`.
struct Interfix {
    text: &'static str,
    /// How the part before it ends.
    after: &'static str,
    cost: f32,
}

static INTERFIXES: LazyLock<Vec<Interfix>> = LazyLock::new(|| {
    Table::new("da/interfixes.tsv", include_str!("../da/interfixes.tsv"))
        .rows::<4>()
        .map(|row| {
            let (_, [text, after, cost, _]) = row.expect("tests read every embedded table");
            let cost: u16 = cost.parse().expect("tests read every embedded table");
            Interfix {
                text: if text == "0" { "" } else { text },
                after: if after == "*" { "" } else { after },
                cost: f32::from(cost) / 100.0,
            }
        })
        .collect()
});

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    First,
    Last,
}

/// Whether a part can stand first or last, where the lexicon does not decide it.
static PARTS: LazyLock<HashMap<(&'static str, Place), bool>> = LazyLock::new(|| {
    Table::new("da/compound_parts.tsv", include_str!("../da/compound_parts.tsv"))
        .rows::<4>()
        .map(|row| {
            let (_, [part, place, can, _]) = row.expect("tests read every embedded table");
            let place = if place == "first" { Place::First } else { Place::Last };
            ((part, place), can == "yes")
        })
        .collect()
});

/// What it costs to put `interfix` after `part`; `None` where it cannot stand there. The row for
/// the longest ending decides.
fn interfix_cost(interfix: &str, part: &str) -> Option<f32> {
    let row = INTERFIXES
        .iter()
        .filter(|row| row.text == interfix && part.ends_with(row.after))
        // An ending is one behind something: the noun that looks like it is a word.
        .filter(|row| row.after.len() < 3 || row.after.len() < part.len())
        .max_by_key(|row| row.after.len())?;
    // A part that ends in s needs no other.
    let doubled = interfix == "s" && part.ends_with('s') || interfix == "e" && part.ends_with('e');
    (!doubled).then_some(row.cost)
}

/// A beginning of a word, split: parts and their interfixes as ends in the word.
#[derive(Clone, Debug)]
struct Path {
    /// For each part: where it ends, and where its interfix ends.
    ends: Vec<(usize, usize)>,
    cost: f32,
}

impl Lexicon {
    /// The ways in which `word` can be put together from words of the lexicon, the likeliest first; the word as one
    /// part is none of them.
    ///
    /// Every part but the last is a lemma (or one of the small words of `src/da/compound_parts.tsv`), the last
    /// any form of a noun, verb, adjective or numeral. Between them stand the interfixes of
    /// `src/da/interfixes.tsv`, or a hyphen. Few long common parts are likelier than many short rare ones.
    ///
    /// # Complexity
    ///
    /// `O(n²)` look-ups for a word of `n` letters; one of more than 128 has no splits.
    ///
    /// # Example
    ///
    /// ```
    /// # use sprogkit::lexicon::{Builder, NewReading, Upos};
    /// # let mut builder = Builder::new();
    /// # let own = builder.source("own", "CC0-1.0")?;
    /// # let upos = Some(Upos::Noun);
    /// # for (form, lemma) in [("sag", "sag"), ("sags", "sag"), ("behandlernes", "behandler")] {
    /// #     builder.add(own, &NewReading { form, lemma, upos, ..Default::default() })?;
    /// # }
    /// # let lexicon = builder.finish()?;
    /// let splits = lexicon.split_compound("sagsbehandlernes");
    /// assert_eq!(splits[0].to_string(), "sag|s|behandlernes");
    /// assert_eq!(splits[0].joints(), [4]);
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    #[must_use]
    pub fn split_compound(&self, word: &str) -> Vec<Split> {
        let lower = lower(word);
        let text = if lower.len() == word.len() { &*lower } else { word };
        let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
        ends.push(text.len());
        if ends.len() > MOST_LETTERS || text.contains(char::is_whitespace) {
            return Vec::new();
        }
        // Which interfixes stand where: never more than three letters.
        let mut paths: HashMap<usize, Vec<Path>> = HashMap::new();
        paths.insert(0, vec![Path { ends: Vec::new(), cost: 0.0 }]);
        let mut whole = Vec::new();
        for start in std::iter::once(0).chain(ends.iter().copied()) {
            let Some(before) = paths.remove(&start) else { continue };
            for &end in ends.iter().filter(|&&end| end > start) {
                let part = &text[start..end];
                if !self.fits_case(word, start, end) {
                    continue;
                }
                if end == text.len() {
                    if start > 0
                        && let Some(cost) = self.last_cost(part, word, start)
                    {
                        whole.extend(before.iter().map(|path| path.with(end, end, cost)));
                    }
                    continue;
                }
                let Some(cost) = self.first_cost(part, &word[start..end]) else { continue };
                let rest = &text[end..];
                let hyphen = rest.starts_with('-').then_some(("-", 0.0));
                let mut seen = HashSet::new();
                let joints = INTERFIXES.iter().filter_map(|row| {
                    let fits = rest.starts_with(row.text) && rest.len() > row.text.len();
                    (fits && seen.insert(row.text))
                        .then(|| Some((row.text, interfix_cost(row.text, part)?)))?
                });
                for (interfix, dearer) in joints.chain(hyphen) {
                    // What stands behind an interfix is no hyphen.
                    let next = end + interfix.len();
                    if interfix != "-" && text[next..].starts_with('-') {
                        continue;
                    }
                    let list = paths.entry(next).or_default();
                    list.extend(
                        before
                            .iter()
                            .filter(|path| path.ends.len() + 1 < MOST_PARTS)
                            .map(|path| path.with(end, next, cost + dearer)),
                    );
                    keep_best(list);
                }
            }
        }
        keep_best(&mut whole);
        let lemmas: Vec<String> = self.lookup(text).iter().map(super::Reading::lemma).collect();
        let inflected = !lemmas.is_empty() && !lemmas.iter().any(|lemma| lemma == text);
        whole
            .into_iter()
            // What is known as a form is a form of its lemma: the head is one of the lemma's end.
            .filter(|path| {
                let Some(&(_, start)) = path.ends.iter().rev().nth(1).filter(|_| inflected) else {
                    return true;
                };
                self.lookup(&text[start..])
                    .iter()
                    .any(|head| lemmas.iter().any(|lemma| lemma.ends_with(&head.lemma())))
            })
            .map(|path| {
                let mut start = 0;
                let parts = path.ends.iter().map(|&(end, next)| {
                    let part = (word[start..end].to_owned(), word[end..next].to_owned());
                    start = next;
                    part
                });
                Split { parts: parts.collect(), cost: path.cost }
            })
            .collect()
    }

    /// Whether the capitals of the part from `start` to `end` of `word` can stand there: one at the beginning of
    /// the word or behind a hyphen, or more where all is capitals or the lexicon writes the part so.
    fn fits_case(&self, word: &str, start: usize, end: usize) -> bool {
        let part = &word[start..end];
        let begins = start == 0 || word[..start].ends_with('-');
        let mut letters = part.chars();
        if begins {
            letters.next();
        }
        let shouts = |text: &str| !text.chars().any(char::is_lowercase);
        !letters.as_str().contains(char::is_uppercase)
            || shouts(word)
            || begins && (self.contains(part) || word[end..].starts_with('-') && shouts(part))
    }

    /// What a part costs that is not the last; `None` where it is no word that can stand there.
    fn first_cost(&self, part: &str, written: &str) -> Option<f32> {
        let told = PARTS.get(&(part, Place::First)).copied();
        if told == Some(false) {
            return None;
        }
        let letters = part.chars().count();
        if letters < 2 {
            return None;
        }
        let lemma = |form: &str| {
            self.lookup(form).iter().any(|reading| {
                reading.lemma() == form
                    && !matches!(
                        reading.upos(),
                        Some(
                            Upos::Cconj
                                | Upos::Sconj
                                | Upos::Pron
                                | Upos::Det
                                | Upos::Aux
                                | Upos::Part
                        )
                    )
            })
        };
        let name = written != part && lemma(written);
        (told == Some(true) || lemma(part) || name).then(|| self.part_cost(part, letters))
    }

    /// What the last part costs; `None` where it is no word that can stand there.
    fn last_cost(&self, part: &str, word: &str, start: usize) -> Option<f32> {
        if PARTS.get(&(part, Place::Last)) == Some(&false) {
            return None;
        }
        let letters = part.chars().count();
        if letters < 2 {
            return None;
        }
        let inflects = |form: &str| {
            self.lookup(form).iter().any(|reading| {
                matches!(
                    reading.upos(),
                    None | Some(Upos::Noun | Upos::Verb | Upos::Adj | Upos::Num | Upos::Propn)
                )
            })
        };
        let known =
            inflects(part) || word.get(start..).is_some_and(|form| form != part && inflects(form));
        known.then(|| self.part_cost(part, letters))
    }

    fn part_cost(&self, part: &str, letters: usize) -> f32 {
        let short = SHORT.get(letters.saturating_sub(2)).copied().unwrap_or(0.0);
        let common = self.frequency(part).map_or(0.0, |count| (1.0 + count as f32).ln() * COMMON);
        PART + short - common
    }

    /// The full words of a phrase that leaves out a part and writes a hyphen instead, in their order.
    /// `None` where the phrase has no such hyphen, or what it stands for cannot be told.
    ///
    /// # Source
    ///
    /// Retskrivningsordbogen (5th edition, 2024), §57(2).
    ///
    /// # Example
    ///
    /// ```
    /// # use sprogkit::lexicon::{Builder, NewReading, Upos};
    /// # let mut builder = Builder::new();
    /// # let own = builder.source("own", "CC0-1.0")?;
    /// # let upos = Some(Upos::Noun);
    /// # for form in ["social", "sundhed", "assistent"] {
    /// #     builder.add(own, &NewReading { form, upos, ..Default::default() })?;
    /// # }
    /// # let lexicon = builder.finish()?;
    /// let words = lexicon.complete_ellipsis("social- og sundhedsassistent").unwrap();
    /// assert_eq!(words, ["socialassistent", "sundhedsassistent"]);
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    #[must_use]
    pub fn complete_ellipsis(&self, phrase: &str) -> Option<Vec<String>> {
        let words: Vec<&str> = phrase
            .split_whitespace()
            .map(|word| word.trim_end_matches([',', ';']))
            .filter(|word| !word.is_empty())
            .collect();
        let open = |word: &str| word.len() > 1 && word.ends_with('-');
        let headless = |word: &str| word.len() > 1 && word.starts_with('-');
        let mut found = Vec::new();
        let mut any = false;
        for (at, word) in words.iter().enumerate() {
            if open(word) {
                let full = words[at + 1..]
                    .iter()
                    .find(|next| !open(next) && !headless(next) && !self.joins(next))?;
                found.push(self.share_tail(word.trim_end_matches('-'), full)?);
                any = true;
            } else if headless(word) {
                let full = words[..at]
                    .iter()
                    .rev()
                    .find(|before| !open(before) && !headless(before) && !self.joins(before))?;
                found.push(self.share_front(word.trim_start_matches('-'), full)?);
                any = true;
            } else if !self.joins(word) {
                found.push((*word).to_owned());
            }
        }
        any.then_some(found)
    }

    /// Whether `word` joins others: a function word.
    fn joins(&self, word: &str) -> bool {
        super::lemma::is_function_word(word)
    }

    /// `front` with the last part of `full`.
    fn share_tail(&self, front: &str, full: &str) -> Option<String> {
        let splits = self.split_compound(full);
        let bound = front.ends_with('.')
            || front.chars().all(|c| c.is_ascii_digit() || c == '.')
            || front.chars().all(char::is_uppercase);
        if let Some(at) = full.find('-').filter(|_| bound) {
            return Some(format!("{front}{}", &full[at..]));
        }
        let joints = splits.iter().flat_map(Split::joints);
        let mut places: Vec<usize> = joints.collect();
        // A word that is known decides; where none is, the likeliest split does.
        let known = |at: usize| self.knows(&format!("{front}{}", &full[at..]));
        if let Some(&at) = places.iter().find(|&&at| known(at)) {
            return Some(format!("{front}{}", &full[at..]));
        }
        let all: Vec<usize> = full.char_indices().map(|(at, _)| at).skip(1).collect();
        if let Some(&at) = all.iter().find(|&&at| full[at..].chars().count() >= 3 && known(at)) {
            return Some(format!("{front}{}", &full[at..]));
        }
        places.truncate(1);
        let at = splits.first().and_then(|split| split.joints().last().copied());
        at.map(|at| format!("{front}{}", full[at..].trim_start_matches('-')))
    }

    /// `tail` behind the first part of `full`.
    fn share_front(&self, tail: &str, full: &str) -> Option<String> {
        let splits = self.split_compound(full);
        let known = |at: usize| self.knows(&format!("{}{tail}", &full[..at]));
        let mut joints = splits.iter().flat_map(Split::joints);
        if let Some(at) = joints.find(|&at| known(at)) {
            return Some(format!("{}{tail}", &full[..at]));
        }
        let at = splits.first().and_then(|split| split.joints().first().copied());
        at.map(|at| format!("{}{tail}", &full[..at]))
    }

    /// Whether `word` is in the lexicon, as it is written or without the capital of a sentence's beginning.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.contains(word) || cases(word).iter().any(|other| self.contains(other))
    }
}

impl Path {
    fn with(&self, end: usize, next: usize, cost: f32) -> Self {
        let mut ends = self.ends.clone();
        ends.push((end, next));
        Self { ends, cost: self.cost + cost }
    }
}

fn keep_best(paths: &mut Vec<Path>) {
    let order = |a: &Path, b: &Path| match a.cost.total_cmp(&b.cost) {
        Ordering::Equal => a.ends.cmp(&b.ends),
        other => other,
    };
    paths.sort_by(order);
    paths.truncate(KEPT);
}

/// `word` in small letters, each as long as before where that can be.
fn lower(word: &str) -> String {
    word.to_lowercase()
}
