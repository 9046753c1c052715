//! What the letter-to-sound model looks at: the letters around a letter and the sounds before it.

use std::sync::LazyLock;

/// One thing that is looked at. All but the labels is known before anything is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// The letter so far to the right, 0 being the one to be sounded.
    Letter(i8),
    /// The class of the letter so far to the right.
    Class(i8),
    /// The next letter for a vowel, to the right or to the left.
    NextVowel,
    LastVowel,
    /// Letters for vowels to the left and to the right, counted up to four.
    VowelsLeft,
    VowelsRight,
    /// Letters up to the next vowel, counted up to nine.
    Distance,
    /// The label so far to the left, 1 being the last.
    Label(u8),
    /// The last label with a vowel.
    VowelLabel,
}

impl Slot {
    pub(super) const fn is_label(self) -> bool {
        matches!(self, Self::Label(_) | Self::VowelLabel)
    }
}

/// Slots that are one feature together.
pub(super) struct Template {
    pub(super) name: String,
    pub(super) slots: Vec<Slot>,
}

impl Template {
    /// Where among the values the letter to be sounded stands.
    pub(super) fn letter(&self) -> usize {
        self.slots.iter().position(|&slot| slot == Slot::Letter(0)).unwrap_or(0)
    }
}

/// The most letters that a feature spans.
const SPAN: i8 = 5;

/// All templates: those without labels first.
pub(super) static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    use Slot::{
        Class, Distance, Label, LastVowel, Letter, NextVowel, VowelLabel, VowelsLeft, VowelsRight,
    };
    let mut found = Vec::new();
    let mut add = |name: String, slots: Vec<Slot>| found.push(Template { name, slots });
    add("letter".into(), vec![Letter(0)]);
    for left in 0..SPAN {
        for right in 0..SPAN - left {
            if left + right > 0 {
                add(format!("window-{left}+{right}"), (-left..=right).map(Letter).collect());
            }
        }
    }
    for (left, right) in [(0, 3), (1, 3), (2, 2), (3, 1), (0, 5), (4, 0), (2, 4)] {
        let mut slots = vec![Letter(0)];
        slots.extend((-left..=right).filter(|&at| at != 0).map(Class));
        add(format!("classes-{left}+{right}"), slots);
    }
    for at in [-4, -3, -2, 2, 3, 4] {
        add(format!("letter{at:+}"), vec![Letter(0), Letter(at)]);
    }
    for (one, two) in [(-1, 2), (-2, 1), (-2, 2), (1, 3), (-3, -1), (2, 3)] {
        add(format!("letters{one:+}{two:+}"), vec![Letter(0), Letter(one), Letter(two)]);
    }
    for (name, slots) in [
        ("place", vec![Letter(0), VowelsLeft, VowelsRight]),
        ("right", vec![Letter(0), VowelsRight, Letter(1)]),
        ("left", vec![Letter(0), VowelsLeft, Letter(-1)]),
        ("right-classes", vec![Letter(0), VowelsRight, Class(1), Class(2)]),
        ("next-vowel", vec![Letter(0), NextVowel]),
        ("last-vowel", vec![Letter(0), LastVowel]),
        ("vowels", vec![Letter(0), LastVowel, NextVowel]),
        ("next-vowel-distance", vec![Letter(0), NextVowel, Distance]),
        ("next-vowel-letter", vec![Letter(0), NextVowel, Letter(1)]),
        ("sound", vec![Letter(0), Label(1)]),
        ("sounds", vec![Letter(0), Label(1), Label(2)]),
        ("sound-letter", vec![Letter(0), Letter(1), Label(1)]),
        ("sounds-letter", vec![Letter(0), Letter(1), Label(1), Label(2)]),
        ("vowel-sound", vec![Letter(0), VowelLabel]),
        ("vowel-sound-letter", vec![Letter(0), Letter(1), VowelLabel]),
        ("vowel-sound-right", vec![Letter(0), VowelsRight, VowelLabel]),
        ("vowel-sound-letters", vec![Letter(0), Letter(1), Letter(2), VowelLabel]),
        ("sound-letters", vec![Letter(0), Letter(1), Letter(2), Label(1)]),
        ("sounds-three", vec![Letter(0), Label(1), Label(2), Label(3)]),
        ("sounds-letters", vec![Letter(0), Letter(1), Letter(2), Label(1), Label(2)]),
    ] {
        add(name.into(), slots);
    }
    found
});

/// A feature: the template's number and the values of its slots, packed.
pub(super) type Key = u64;

pub(super) const BITS: u32 = 6;
pub(super) const LABEL_BITS: u32 = 10;
/// The most labels and letters there may be.
pub(super) const LABELS: usize = (1 << LABEL_BITS) - 2;
pub(super) const LETTERS: usize = (1 << BITS) - 3;
/// The numbers of what stands before and after a word.
pub(super) const START: u8 = 0;
pub(super) const END: u8 = 1;

/// Where the template's number stands in a key.
pub(super) const TEMPLATE: u32 = 56;

/// The key of a feature whose slots have `values`; never 0.
pub(super) fn key(template: usize, values: impl Iterator<Item = (Slot, u16)>) -> Key {
    let packed = values.fold(0, |key, (slot, value)| {
        key << if slot.is_label() { LABEL_BITS } else { BITS } | u64::from(value)
    });
    packed | (template as u64 + 1) << TEMPLATE
}

/// The labels before a letter, by number and 1 up; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) last: [u16; 3],
    pub(super) vowel: u16,
}

impl Before {
    pub(super) fn with(self, label: u16, is_vowel: bool) -> Self {
        let label = label + 1;
        let vowel = if is_vowel { label } else { self.vowel };
        Self { last: [label, self.last[0], self.last[1]], vowel }
    }
}

/// What there is to see at each letter of a word.
pub(super) struct View<'w> {
    /// The letters by number.
    letters: &'w [u8],
    /// The classes of letters, by number.
    classes: &'w [Class],
}

/// What kind of letter a letter is: how length and softening go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u8);

impl Class {
    pub(super) const EDGE: Self = Self(0);
    pub(super) const VOWEL: Self = Self(1);
    pub(super) const CONSONANT: Self = Self(2);

    /// The class that `letters.tsv` calls `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "vowel" => Some(Self::VOWEL),
            "consonant" => Some(Self::CONSONANT),
            "r" => Some(Self(3)),
            "weak" => Some(Self(4)),
            _ => None,
        }
    }
}

impl<'w> View<'w> {
    pub(super) const fn new(letters: &'w [u8], classes: &'w [Class]) -> Self {
        Self { letters, classes }
    }

    fn letter(&self, at: usize, off: i8) -> u8 {
        match at.checked_add_signed(isize::from(off)) {
            None => START,
            Some(at) => self.letters.get(at).copied().unwrap_or(END),
        }
    }

    fn class(&self, letter: u8) -> Class {
        self.classes[usize::from(letter)]
    }

    fn is_vowel(&self, letter: u8) -> bool {
        self.class(letter) == Class::VOWEL
    }

    /// The value of a slot at letter `at`.
    pub(super) fn value(&self, at: usize, slot: Slot, before: &Before) -> u16 {
        let count = |letters: &[u8]| letters.iter().filter(|&&l| self.is_vowel(l)).count().min(4);
        let (left, right) = (&self.letters[..at], &self.letters[at + 1..]);
        match slot {
            Slot::Letter(off) => u16::from(self.letter(at, off)),
            Slot::Class(off) => u16::from(self.class(self.letter(at, off)).0),
            Slot::NextVowel => {
                u16::from(right.iter().copied().find(|&l| self.is_vowel(l)).unwrap_or(END))
            }
            Slot::LastVowel => {
                u16::from(left.iter().rev().copied().find(|&l| self.is_vowel(l)).unwrap_or(START))
            }
            Slot::VowelsLeft => count(left) as u16,
            Slot::VowelsRight => count(right) as u16,
            Slot::Distance => {
                right.iter().position(|&l| self.is_vowel(l)).unwrap_or(9).min(9) as u16
            }
            Slot::Label(number) => before.last[usize::from(number) - 1],
            Slot::VowelLabel => before.vowel,
        }
    }

    /// The keys of all features at letter `at` that need no labels, or of those that do.
    pub(super) fn keys(&self, at: usize, before: Option<&Before>, out: &mut Vec<Key>) {
        let none = Before::default();
        for (number, template) in TEMPLATES.iter().enumerate() {
            if template.slots.iter().any(|slot| slot.is_label()) == before.is_some() {
                let values = template
                    .slots
                    .iter()
                    .map(|&slot| (slot, self.value(at, slot, before.unwrap_or(&none))));
                out.push(key(number, values));
            }
        }
    }
}
