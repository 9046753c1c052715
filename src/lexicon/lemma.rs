//! Lemmas, of forms that are in a lexicon and of forms that are in none.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::compiled::cases;
use super::rules::OPEN;
use super::{LemmaRules, Lexicon, Upos};
use crate::da::Table;

/// A lemma that a form may have.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Lemma {
    /// The lemma.
    pub text: String,
    /// As what.
    pub upos: Option<Upos>,
    /// How it is known.
    pub evidence: Evidence,
    /// How likely it is beside the other lemmas of the same form: comparable within one call.
    pub score: f32,
}

/// How a lemma is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Concluded from the last letters alone.
    Ending,
    /// The last part of the form is in the lexicon.
    Part,
    /// The lemma is in the lexicon as such a word; the form is not.
    Lemma,
    /// The form is in the lexicon with this lemma.
    Form,
    /// A word of a closed class, or with an irregular form (`src/da/readings.tsv`).
    Table,
}

type Closed = HashMap<&'static str, Vec<(Upos, &'static str)>>;

/// Words of closed classes and irregular forms, the commonest reading of a form first.
static CLOSED: LazyLock<Closed> = LazyLock::new(|| {
    let mut found = Closed::new();
    let table = Table::new("da/readings.tsv", include_str!("../da/readings.tsv"));
    for row in table.rows::<3>() {
        let (_, [form, upos, lemma]) = row.expect("tests read every embedded table");
        let upos = Upos::of_name(upos).expect("tests read every embedded table");
        found.entry(form).or_default().push((upos, lemma));
    }
    found
});

/// Most bytes of an ending in the table of names.
const MOST_ENDING: usize = 32;

/// The endings of names: whether they are a genitive.
static NAMES: LazyLock<HashMap<&'static str, bool>> = LazyLock::new(|| {
    Table::new("da/name_endings.tsv", include_str!("../da/name_endings.tsv"))
        .rows::<3>()
        .map(|row| {
            let (_, [ending, what, _]) = row.expect("tests read every embedded table");
            debug_assert!(ending.len() <= MOST_ENDING, "{ending} is too long");
            (ending, what == "genitive")
        })
        .collect()
});

/// The lemmas that `form` may have, as far as its ending, the irregular words and the closed classes tell;
/// best first. With a lexicon: [`Lexicon::lemmas`].
///
/// # Example
///
/// ```
/// use sprogkit::lexicon::{Upos, lemmas};
///
/// assert_eq!(lemmas("glemselsbiblerne", Some(Upos::Noun))[0].text, "glemselsbibel");
/// assert_eq!(lemmas("skrev", None)[0].text, "skrive");
/// ```
#[must_use]
pub fn lemmas(form: &str, upos: Option<Upos>) -> Vec<Lemma> {
    Search { lexicon: None, rules: LemmaRules::danish() }.lemmas(form, upos)
}

impl Lexicon {
    /// The lemmas that `form` may have as `upos`, or as anything; best first, never none but for an
    /// empty form.
    ///
    /// What is in the lexicon and in the table of irregular words comes first; for other forms
    /// the lexicon knows the lemma or the last part of a compound, and endings tell the rest. Capitals at the
    /// beginning of a form are taken for those of a sentence where its letters are a known word.
    ///
    /// # Complexity
    ///
    /// `O(form²)` look-ups at worst, for a form that is in no lexicon.
    ///
    /// # Example
    ///
    /// ```
    /// # use sprogkit::lexicon::{Builder, NewReading, Upos};
    /// # let mut builder = Builder::new();
    /// # let own = builder.source("own", "CC0-1.0")?;
    /// # let upos = Some(Upos::Noun);
    /// # for form in ["region", "regionen", "regionens"] {
    /// #     builder.add(own, &NewReading { form, lemma: "region", upos, ..Default::default() })?;
    /// # }
    /// # let lexicon = builder.finish()?;
    /// assert_eq!(lexicon.lemmas("hovedstadsregionens", None)[0].text, "hovedstadsregion");
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    #[must_use]
    pub fn lemmas(&self, form: &str, upos: Option<Upos>) -> Vec<Lemma> {
        Search { lexicon: Some(self), rules: LemmaRules::danish() }.lemmas(form, upos)
    }

    /// As [`Lexicon::lemmas`], with other rules for forms that are not in the lexicon.
    #[must_use]
    pub fn lemmas_with(&self, rules: &LemmaRules, form: &str, upos: Option<Upos>) -> Vec<Lemma> {
        Search { lexicon: Some(self), rules }.lemmas(form, upos)
    }
}

struct Search<'a> {
    lexicon: Option<&'a Lexicon>,
    rules: &'a LemmaRules,
}

impl Search<'_> {
    fn lemmas(&self, form: &str, upos: Option<Upos>) -> Vec<Lemma> {
        if form.is_empty() {
            return Vec::new();
        }
        // Of two words the endings tell nothing, unless they are a name.
        if form.contains(char::is_whitespace)
            && upos != Some(Upos::Propn)
            && !self.lexicon.is_some_and(|lexicon| lexicon.knows(form))
        {
            return vec![lemma(form, upos, Evidence::Ending, 0.1)];
        }
        let mut found = match upos {
            Some(upos) => self.with(form, upos),
            None => self.alone(form),
        };
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        // The best stays; of the others, those that rest on as much, and are not far less likely.
        let best = found.first().map_or(0.0, |lemma| lemma.score);
        let most = found.iter().map(|lemma| lemma.evidence).max().unwrap_or(Evidence::Ending);
        let mut first = true;
        found.retain(|lemma| {
            std::mem::take(&mut first)
                || lemma.evidence >= Evidence::Form
                || lemma.evidence >= most && lemma.score >= best * 0.6
        });
        let mut kept: Vec<Lemma> = Vec::new();
        for lemma in found {
            if !kept.iter().any(|other| other.text == lemma.text && other.upos == lemma.upos) {
                kept.push(lemma);
            }
        }
        kept
    }

    /// The lemmas of `form` as `upos`.
    fn with(&self, form: &str, upos: Upos) -> Vec<Lemma> {
        // What is written so comes before what it would be without a capital.
        let own = CLOSED.get(form).into_iter().flatten().copied();
        let mut found: Vec<Lemma> = own
            .chain(closed(form))
            .filter(|(other, _)| *other == upos)
            .map(|(_, text)| lemma(text, Some(upos), Evidence::Table, 9.0))
            .collect();
        if !found.is_empty() {
            return found;
        }
        let class = if upos == Upos::Aux { Upos::Verb } else { upos };
        let inflects = OPEN.contains(&class);
        if inflects && !has_no_inflection(form, class) {
            found = self.inflected(form, class);
            found.iter_mut().for_each(|lemma| lemma.upos = Some(upos));
            return found;
        }
        for other in std::iter::once(form.to_owned()).chain(cases(form)) {
            let readings = self.lexicon.map(|lexicon| lexicon.lookup(&other)).unwrap_or_default();
            for reading in readings.iter().filter(|reading| reading.upos() == Some(upos)) {
                found.push(lemma(&reading.lemma(), Some(upos), Evidence::Form, 2.0));
            }
        }
        if found.is_empty() {
            let text = match upos {
                Upos::Propn => name(form),
                Upos::X | Upos::Sym | Upos::Punct => form.to_owned(),
                _ if inflects || is_roman(form) => form.to_owned(),
                _ => form.to_lowercase(),
            };
            found.push(lemma(&text, Some(upos), Evidence::Ending, 1.0));
        }
        found
    }

    /// The lemmas of `form` as anything.
    fn alone(&self, form: &str) -> Vec<Lemma> {
        let letters = form.chars().filter(|c| c.is_alphabetic()).count();
        let single = form.chars().count() == 1;
        let upper = form.chars().next().is_some_and(char::is_uppercase);
        let table = closed(form);
        // A capital letter alone is no unit of measure.
        let unit = single && upper && table.first().is_some_and(|(upos, _)| *upos == Upos::Noun);
        if !table.is_empty() && !unit {
            let mut found: Vec<Lemma> = Vec::new();
            for (at, (upos, text)) in table.iter().enumerate() {
                found.push(lemma(text, Some(*upos), Evidence::Table, 9.0 - at as f32 * 0.1));
            }
            found.extend(self.read(form));
            return found;
        }
        if letters == 0 {
            return vec![lemma(form, None, Evidence::Ending, 1.0)];
        }
        let mut found = self.read(form);
        let lower = form.to_lowercase();
        let known = |word: &str| self.lexicon.is_some_and(|lexicon| lexicon.contains(word));
        let tail = tail(form).1;
        let is_word = known(&lower) || tail.len() < form.len() && known(tail);
        if upper && (single || !is_word) {
            found.push(lemma(&name(form), Some(Upos::Propn), Evidence::Ending, 1.5));
            return found;
        }
        let number = form.chars().any(|c| c.is_ascii_digit()) && tail.len() == form.len();
        if number || form.ends_with('.') {
            found.push(lemma(form, None, Evidence::Ending, 1.5));
            return found;
        }
        let likely = self.rules.classes(tail);
        for (upos, likely) in OPEN.into_iter().zip(likely) {
            for mut lemma in self.inflected(form, upos) {
                let known = match lemma.evidence {
                    Evidence::Form => 0.6,
                    _ => 0.0,
                };
                lemma.score = lemma.score * 0.25 + likely * 0.5 + known;
                found.push(lemma);
            }
        }
        found
    }

    /// What the lexicon says of `form` beside nouns, verbs and adjectives.
    fn read(&self, form: &str) -> Vec<Lemma> {
        let mut found = Vec::new();
        for other in std::iter::once(form.to_owned()).chain(cases(form)) {
            let readings = self.lexicon.map(|lexicon| lexicon.lookup(&other)).unwrap_or_default();
            for reading in readings {
                // Without a part of speech a reading says less than what inflection confirms.
                let score = match reading.upos() {
                    Some(upos) if OPEN.contains(&upos) => continue,
                    Some(_) => 1.2,
                    None => 0.3,
                };
                found.push(lemma(&reading.lemma(), reading.upos(), Evidence::Form, score));
            }
        }
        found
    }

    /// The lemmas of `form` as a word that inflects: their scores, with what they rest on.
    fn inflected(&self, form: &str, upos: Upos) -> Vec<Lemma> {
        let plain = plain_case(form);
        let (front, word) = tail(&plain);
        let guesses = self.rules.lemmas(word, upos);
        let guess = |text: &str| {
            guesses.iter().find(|(other, _)| other == text).map_or(0.0, |(_, share)| *share)
        };
        let mut found: Vec<Lemma> = guesses
            .iter()
            .map(|(text, share)| lemma(text, Some(upos), Evidence::Ending, share * 0.5))
            .collect();
        let Some(lexicon) = self.lexicon else { return in_front(front, found) };
        let mut add = |text: &str, evidence: Evidence, score: f32| match found
            .iter_mut()
            .find(|lemma| lemma.text == text)
        {
            Some(lemma) => {
                lemma.score += score;
                lemma.evidence = lemma.evidence.max(evidence);
            }
            None => found.push(lemma(text, Some(upos), evidence, score)),
        };
        let mut known = false;
        for reading in lexicon.lookup(word) {
            if reading.upos() == Some(upos) {
                let score = if reading.is_unsaid() { 1.2 } else { 1.5 };
                add(&reading.lemma(), Evidence::Form, score);
                known = true;
            }
        }
        for (text, share) in &guesses {
            let is_lemma = || {
                let readings = lexicon.lookup(text);
                readings
                    .iter()
                    .any(|reading| reading.upos() == Some(upos) && reading.lemma() == *text)
            };
            if *share > 0.02 && is_lemma() {
                add(text, Evidence::Lemma, 0.5);
            }
        }
        if !known {
            // The longest last part that is a word says how the whole inflects.
            for (at, _) in word.char_indices().skip(2) {
                let part = &word[at..];
                let letters = part.chars().take(4).count();
                if letters < 3 {
                    break;
                }
                let readings = lexicon.lookup(part);
                let mut heads: Vec<String> = Vec::new();
                for reading in readings.iter().filter(|reading| reading.upos() == Some(upos)) {
                    let whole = [&word[..at], &reading.lemma()].concat();
                    if !heads.contains(&whole) {
                        heads.push(whole);
                    }
                }
                if heads.is_empty() {
                    continue;
                }
                let weight = if letters >= 4 { 0.9 } else { 0.4 };
                for head in heads {
                    add(&head, Evidence::Part, weight * (0.3 + guess(&head)));
                }
                break;
            }
        }
        in_front(front, found)
    }
}

fn lemma(text: &str, upos: Option<Upos>, evidence: Evidence, score: f32) -> Lemma {
    Lemma { text: text.to_owned(), upos, evidence, score }
}

/// `front` before every lemma.
fn in_front(front: &str, mut lemmas: Vec<Lemma>) -> Vec<Lemma> {
    if !front.is_empty() {
        lemmas.iter_mut().for_each(|lemma| lemma.text.insert_str(0, front));
    }
    lemmas
}

/// The rows of the table for `form`: those of its small letters first, which are far commoner.
fn closed(form: &str) -> Vec<(Upos, &'static str)> {
    let lower = form.to_lowercase();
    let small = CLOSED.get(&*lower).into_iter().flatten();
    let own = CLOSED.get(form).filter(|_| form != lower).into_iter().flatten();
    small.chain(own).copied().collect()
}

/// Whether `word` only joins or points to others, as conjunctions and prepositions do.
pub(super) fn is_function_word(word: &str) -> bool {
    let rows = closed(word);
    !rows.is_empty() && !rows.iter().any(|(upos, _)| OPEN.contains(upos))
}

/// Whether `word` is a function word that no compound begins with: numerals do begin some.
pub(super) fn is_bare_function_word(word: &str) -> bool {
    is_function_word(word) && !closed(word).iter().any(|(upos, _)| *upos == Upos::Num)
}

/// The parts of speech that the table of irregular words gives `form` as a form of `lemma`, of those that inflect.
pub(super) fn irregular(form: &str, lemma: &str) -> Vec<Upos> {
    let rows = CLOSED.get(form).into_iter().flatten();
    let mut found: Vec<Upos> = rows
        .filter(|(_, other)| *other == lemma)
        .map(|&(upos, _)| if upos == Upos::Aux { Upos::Verb } else { upos })
        .filter(|upos| OPEN.contains(upos))
        .collect();
    found.dedup();
    found
}

/// Ordinals in figures, and nouns cut short: they are their own lemma.
fn has_no_inflection(form: &str, upos: Upos) -> bool {
    let figure = form.chars().any(|c| c.is_ascii_digit());
    match upos {
        Upos::Adj => figure && form.ends_with('.'),
        Upos::Noun => form.ends_with(['-', '.']),
        _ => false,
    }
}

fn is_roman(form: &str) -> bool {
    form.chars().all(|c| "IVXLCDM".contains(c))
}

/// `form` without the capitals of a sentence's beginning or a heading. Capitals inside a word, and
/// those of a first part that a hyphen ends, belong to it.
fn plain_case(form: &str) -> String {
    let upper =
        |text: &str| text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase);
    let (front, word) = tail(form);
    if !front.is_empty() {
        return if upper(form) && word.chars().count() > 1 && front.chars().count() > 4 {
            form.to_lowercase()
        } else {
            form.to_owned()
        };
    }
    if upper(form) && form.chars().count() > 3 {
        return form.to_lowercase();
    }
    let mut letters = form.chars();
    letters.next();
    if letters.any(char::is_uppercase) { form.to_owned() } else { form.to_lowercase() }
}

/// The part of `form` up to its last inner hyphen, and what follows.
fn tail(form: &str) -> (&str, &str) {
    match form.trim_end_matches('-').rfind('-') {
        Some(at) if at > 0 => form.split_at(at + 1),
        _ => ("", form),
    }
}

/// A name without its genitive (Retskrivningsordbogen §21).
fn name(form: &str) -> String {
    for apostrophe in ['\'', '’'] {
        let bare = form.strip_suffix(['s', 'S']).unwrap_or(form);
        if let Some(bare) = bare.strip_suffix(apostrophe) {
            return bare.to_owned();
        }
    }
    let Some(bare) = form.strip_suffix('s') else { return form.to_owned() };
    // An initialism: its s is small.
    if bare.chars().next_back().is_some_and(char::is_uppercase) {
        return bare.to_owned();
    }
    let whole = format!("^{}", form.to_lowercase());
    let genitive = whole
        .char_indices()
        .filter(|(at, _)| whole.len() - at <= MOST_ENDING)
        .find_map(|(at, _)| NAMES.get(&whole[at..]).copied());
    if form.chars().count() > 3 && genitive.unwrap_or(true) {
        bare.to_owned()
    } else {
        form.to_owned()
    }
}
