//! Forms that are like a word, begin with it, or fit a pattern.

use fst::automaton::Levenshtein;
use fst::{Automaton, IntoStreamer, Streamer};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, dfa::Automaton as _, dfa::dense};

use super::Lexicon;
use super::compiled::caught;
use crate::{Error, Result};

/// Most bytes that a pattern's automaton may take.
const MOST_PATTERN: usize = 8 << 20;

/// A form that is like a word.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Near {
    /// The form.
    pub form: String,
    /// How many letters have to be put in, left out or exchanged.
    pub distance: u32,
    /// How often the form was counted, where that is known.
    pub frequency: Option<u64>,
}

impl Lexicon {
    /// The forms that begin with `prefix`, in the order of bytes, at most `most`.
    ///
    /// # Complexity
    ///
    /// `O(prefix + found)`.
    #[must_use]
    pub fn starting_with(&self, prefix: &str, most: usize) -> Vec<String> {
        let mut found = Vec::new();
        self.walk(fst::automaton::Str::new(prefix).starts_with(), |form, _| {
            if found.len() < most {
                found.push(form.to_owned());
            }
            found.len() < most
        });
        found
    }

    /// The forms at most `distance` letters from `word`: the nearest first, then the commonest, then in
    /// the order of bytes; at most `most`.
    ///
    /// A letter that is put in, left out or exchanged counts one (Levenshtein).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a distance above 3, and for a word of some hundred letters, whose automaton
    /// would be too large.
    ///
    /// # Example
    ///
    /// ```
    /// # use sprogkit::lexicon::{Builder, NewReading};
    /// # let mut builder = Builder::new();
    /// # let own = builder.source("own", "CC0-1.0")?;
    /// # for form in ["kage", "kagen", "sag"] {
    /// #     builder.add(own, &NewReading { form, ..Default::default() })?;
    /// # }
    /// # let lexicon = builder.finish()?;
    /// let near: Vec<_> = lexicon.near("kagn", 1, 5)?.into_iter().map(|near| near.form).collect();
    /// assert_eq!(near, ["kage", "kagen"]);
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    pub fn near(&self, word: &str, distance: u32, most: usize) -> Result<Vec<Near>> {
        if distance > 3 {
            return Err(Error::argument("distance", "0 to 3", distance));
        }
        let automaton = Levenshtein::new(word, distance).map_err(|_| {
            let got = format!("one of {} letters, which is too long", word.chars().count());
            Error::argument("word", format!("a shorter word for a distance of {distance}"), got)
        })?;
        let wanted: Vec<char> = word.chars().collect();
        let mut found = Vec::new();
        self.walk(automaton, |form, number| {
            let distance = levenshtein(&wanted, form);
            let frequency = self.frequency_of(number);
            found.push(Near { form: form.to_owned(), distance, frequency });
            true
        });
        let rank = |near: &Near| (near.distance, std::cmp::Reverse(near.frequency));
        found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.form.cmp(&b.form)));
        found.truncate(most);
        Ok(found)
    }

    /// The forms that `pattern` fits as a whole, in the order of bytes, at most `most`.
    ///
    /// The pattern is a regular expression without look-around and references back (the syntax of
    /// the crate `regex`).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the pattern is none, or its automaton would take more than 8 MiB.
    ///
    /// # Complexity
    ///
    /// `O(forms whose beginning the pattern fits)`: a pattern that begins with `.*` walks them all.
    pub fn matching(&self, pattern: &str, most: usize) -> Result<Vec<String>> {
        let config = dense::Config::new()
            .minimize(false)
            .start_kind(regex_automata::dfa::StartKind::Anchored)
            .dfa_size_limit(Some(MOST_PATTERN))
            .determinize_size_limit(Some(MOST_PATTERN));
        let limits =
            regex_automata::nfa::thompson::Config::new().nfa_size_limit(Some(MOST_PATTERN));
        let dfa = dense::Builder::new()
            .configure(config)
            .thompson(limits)
            .build(&format!("^(?:{pattern})$"))
            .map_err(|wrong| {
                let reason = std::error::Error::source(&wrong)
                    .map_or_else(|| wrong.to_string(), ToString::to_string);
                let reason = reason.lines().last().unwrap_or_default().to_owned();
                Error::argument(
                    "pattern",
                    "a regular expression",
                    format!("\"{pattern}\": {reason}"),
                )
            })?;
        let start = dfa
            .start_state(&start::Config::new().anchored(Anchored::Yes))
            .map_err(|wrong| Error::argument("pattern", "a regular expression", wrong))?;
        let mut found = Vec::new();
        self.walk(Pattern { dfa, start }, |form, _| {
            if found.len() < most {
                found.push(form.to_owned());
            }
            found.len() < most
        });
        Ok(found)
    }

    /// Gives `take` the forms that `automaton` accepts, with their numbers, until it says `false`.
    fn walk(&self, automaton: impl Automaton, mut take: impl FnMut(&str, u64) -> bool) {
        caught(|| {
            let mut stream = self.forms.search(automaton).into_stream();
            while let Some((form, number)) = stream.next() {
                if !std::str::from_utf8(form).is_ok_and(|form| take(form, number)) {
                    break;
                }
            }
        });
    }
}

/// A regular expression as an automaton over the bytes of forms.
struct Pattern {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
}

impl Automaton for Pattern {
    type State = StateID;

    fn start(&self) -> StateID {
        self.start
    }

    fn is_match(&self, state: &StateID) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(*state))
    }

    fn can_match(&self, state: &StateID) -> bool {
        !self.dfa.is_dead_state(*state) && !self.dfa.is_quit_state(*state)
    }

    fn accept(&self, state: &StateID, byte: u8) -> StateID {
        self.dfa.next_state(*state, byte)
    }
}

/// How many letters have to be put in, left out or exchanged to make `form` of `wanted`.
pub(super) fn levenshtein(wanted: &[char], form: &str) -> u32 {
    let mut row: Vec<u32> = (0..=wanted.len() as u32).collect();
    for (at, c) in form.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], at as u32 + 1);
        for (column, &other) in wanted.iter().enumerate() {
            let changed = corner + u32::from(c != other);
            corner = row[column + 1];
            row[column + 1] = changed.min(corner + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}
