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

/// Indices of slots, or labels, each with its shift.
type Terms<T> = Vec<(T, u8)>;

/// The templates as sums: each slot's value, shifted to its place.
struct Program {
    /// The slots without labels that any template has.
    slots: Vec<Slot>,
    /// Templates without labels: the template's number in its place, and a slot's index and shift
    /// for each of its slots.
    plain: Vec<(Key, Terms<u8>)>,
    /// Templates with labels: the same, and the labels with their shifts.
    labelled: Vec<(Key, Terms<u8>, Terms<Slot>)>,
}

static PROGRAM: LazyLock<Program> = LazyLock::new(|| {
    let mut found = Program { slots: Vec::new(), plain: Vec::new(), labelled: Vec::new() };
    for (number, template) in TEMPLATES.iter().enumerate() {
        let (mut terms, mut labels) = (Vec::new(), Vec::new());
        let mut shift = 0;
        for &slot in template.slots.iter().rev() {
            if slot.is_label() {
                labels.push((slot, shift));
                shift += LABEL_BITS as u8;
            } else {
                let at = found.slots.iter().position(|&s| s == slot).unwrap_or_else(|| {
                    found.slots.push(slot);
                    found.slots.len() - 1
                });
                terms.push((at as u8, shift));
                shift += BITS as u8;
            }
        }
        let base = (number as u64 + 1) << TEMPLATE;
        if labels.is_empty() {
            found.plain.push((base, terms));
        } else {
            found.labelled.push((base, terms, labels));
        }
    }
    found
});

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

/// What there is to see around a letter, for one word after another.
#[derive(Default)]
pub(super) struct View {
    /// The letters by number, and their classes.
    letters: Vec<u8>,
    classes: Vec<Class>,
    /// The values of the program's slots at a letter.
    values: Vec<u64>,
    /// The keys of features without labels.
    pub(super) plain: Vec<Key>,
    /// The keys of features with labels, before the labels are added.
    bases: Vec<Key>,
}

impl View {
    /// Turns to a word: the numbers of its letters, and the class of each letter by number.
    pub(super) fn open(&mut self, letters: &[u8], classes: &[Class]) {
        self.letters.clear();
        self.letters.extend_from_slice(letters);
        self.classes.clear();
        self.classes.extend(letters.iter().map(|&letter| classes[usize::from(letter)]));
    }

    fn index(&self, at: usize, off: i8) -> Option<usize> {
        at.checked_add_signed(isize::from(off))
    }

    /// The value of a slot at letter `at`.
    fn value(&self, at: usize, slot: Slot) -> u8 {
        let count = |classes: &[Class]| {
            classes.iter().filter(|&&class| class == Class::VOWEL).count().min(4) as u8
        };
        let next = || self.classes[at + 1..].iter().position(|&class| class == Class::VOWEL);
        match slot {
            Slot::Letter(off) => match self.index(at, off) {
                None => START,
                Some(at) => self.letters.get(at).copied().unwrap_or(END),
            },
            Slot::Class(off) => {
                self.index(at, off).and_then(|at| self.classes.get(at)).unwrap_or(&Class::EDGE).0
            }
            Slot::NextVowel => next().map_or(END, |step| self.letters[at + 1 + step]),
            Slot::LastVowel => {
                let last = self.classes[..at].iter().rposition(|&class| class == Class::VOWEL);
                last.map_or(START, |at| self.letters[at])
            }
            Slot::VowelsLeft => count(&self.classes[..at]),
            Slot::VowelsRight => count(&self.classes[at + 1..]),
            Slot::Distance => next().unwrap_or(9).min(9) as u8,
            Slot::Label(_) | Slot::VowelLabel => 0,
        }
    }

    /// Turns to letter `at`: the keys of all features that need no labels are in `plain`.
    pub(super) fn turn(&mut self, at: usize) {
        let program = &*PROGRAM;
        let mut values = std::mem::take(&mut self.values);
        values.clear();
        values.extend(program.slots.iter().map(|&slot| u64::from(self.value(at, slot))));
        let sum = |base: Key, terms: &[(u8, u8)]| {
            terms.iter().fold(base, |key, &(slot, shift)| key | values[usize::from(slot)] << shift)
        };
        self.plain.clear();
        self.plain.extend(program.plain.iter().map(|(base, terms)| sum(*base, terms)));
        self.bases.clear();
        self.bases.extend(program.labelled.iter().map(|(base, terms, _)| sum(*base, terms)));
        self.values = values;
    }

    /// The keys of features with labels at the letter that was turned to.
    pub(super) fn labelled(&self, before: &Before, out: &mut Vec<Key>) {
        let add = |key: Key, &(slot, shift): &(Slot, u8)| {
            let value = match slot {
                Slot::Label(number) => before.last[usize::from(number) - 1],
                _ => before.vowel,
            };
            key | u64::from(value) << shift
        };
        let labelled = PROGRAM.labelled.iter().zip(&self.bases);
        out.extend(labelled.map(|((_, _, labels), &base)| labels.iter().fold(base, add)));
    }
}
