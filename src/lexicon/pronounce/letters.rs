//! The letters of a word, and words that are said letter by letter.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use super::features::Class;
use super::phones::{self, Alphabet, Segment, Stress};
use crate::da::Table;
use crate::{Error, Result};

struct Letters {
    /// The name and the class of each Danish letter.
    letters: BTreeMap<char, (Vec<Segment>, Class)>,
    folds: BTreeMap<char, &'static str>,
    /// What is read otherwise where a word begins with it.
    beginnings: Vec<(Vec<char>, &'static str)>,
    /// The classes of the Danish letters among the first 256 characters.
    low: [Option<Class>; 256],
}

static LETTERS: LazyLock<Letters> =
    LazyLock::new(|| Letters::read().expect("the tests read the embedded tables of letters"));

impl Letters {
    fn read() -> Result<Self> {
        let mut found = Self {
            letters: BTreeMap::new(),
            folds: BTreeMap::new(),
            beginnings: Vec::new(),
            low: [None; 256],
        };
        let name = "src/da/letters.tsv";
        for row in Table::new(name, include_str!("../../da/letters.tsv")).rows::<3>() {
            let (line, [letter, said, class]) = row?;
            let class = Class::named(class)
                .ok_or_else(|| Error::line(name, line, format!("{class} is no class")))?;
            let letter = only(letter).ok_or_else(|| Error::line(name, line, "not one letter"))?;
            if let Some(low) = found.low.get_mut(letter as usize) {
                *low = Some(class);
            }
            found.letters.insert(letter, (phones::parse(said, Alphabet::Ipa)?, class));
        }
        let name = "src/da/letter_folds.tsv";
        for row in Table::new(name, include_str!("../../da/letter_folds.tsv")).rows::<3>() {
            let (line, [letter, danish, place]) = row?;
            if place == "beginning" {
                found.beginnings.push((letter.chars().collect(), danish));
                continue;
            }
            let letter = only(letter).ok_or_else(|| Error::line(name, line, "not one letter"))?;
            found.folds.insert(letter, danish);
        }
        Ok(found)
    }
}

fn only(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// The class of a letter.
pub(super) fn class(letter: char) -> Class {
    match LETTERS.low.get(letter as usize) {
        Some(low) => low.unwrap_or(Class::CONSONANT),
        None => LETTERS.letters.get(&letter).map_or(Class::CONSONANT, |&(_, class)| class),
    }
}

/// Appends the Danish small letters of `text`; what is no letter is left out.
pub(super) fn fold(text: &str, out: &mut Vec<char>) {
    let letters = &*LETTERS;
    for c in text.chars() {
        if letters.low.get(c as usize).is_some_and(Option::is_some) {
            out.push(c);
            continue;
        }
        for small in c.to_lowercase().nfc() {
            if letters.letters.contains_key(&small) {
                out.push(small);
            } else if let Some(danish) = letters.folds.get(&small) {
                out.extend(danish.chars());
            } else if small.is_alphabetic() {
                // Without its accents, which `nfd` puts behind the letter.
                let plain = small.nfd().next().unwrap_or(small);
                out.push(letters.folds.get(&plain).and_then(|f| f.chars().next()).unwrap_or(plain));
            }
        }
    }
}

/// Appends the letters of a word as they are to be sounded: folded, without silent ones before
/// its first sound.
pub(super) fn fold_word(word: &str, out: &mut Vec<char>) {
    let start = out.len();
    fold(word, out);
    for (beginning, danish) in &LETTERS.beginnings {
        if out[start..].starts_with(beginning) {
            out.splice(start..start + beginning.len(), danish.chars());
            break;
        }
    }
}

/// Whether a word is said letter by letter: capitals alone that are few or have no vowel, or no
/// vowel at all.
pub(super) fn is_spelled(word: &str) -> bool {
    let (mut letters, mut capitals, mut vowels) = (0, 0, 0);
    let mut small = Vec::new();
    for c in word.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        capitals += usize::from(c.is_uppercase());
        small.clear();
        fold(c.encode_utf8(&mut [0; 4]), &mut small);
        vowels += usize::from(small.first().is_some_and(|&l| class(l) == Class::VOWEL));
        // A small letter beside a vowel settles it.
        if vowels > 0 && capitals < letters {
            return false;
        }
    }
    letters > 0 && (vowels == 0 || letters > 1 && letters < 4 && letters == capitals)
}

/// The names of letters: the last with primary stress, those before without stød and length.
pub(super) fn spell(letters: &[char]) -> Vec<Segment> {
    let mut found = Vec::new();
    let known: Vec<&Vec<Segment>> =
        letters.iter().filter_map(|l| Some(&LETTERS.letters.get(l)?.0)).collect();
    for (number, name) in known.iter().enumerate() {
        let last = number + 1 == known.len();
        let top = name.iter().rposition(|s| s.is_nucleus());
        found.extend(name.iter().enumerate().map(|(at, &segment)| {
            let stress = match (Some(at) == top, last) {
                (false, _) => Stress::None,
                (true, true) => Stress::Primary,
                (true, false) => Stress::Secondary,
            };
            Segment {
                stress,
                long: segment.long && last,
                stod: segment.stod && last,
                phone: segment.phone,
            }
        }));
    }
    found
}
