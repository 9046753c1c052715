//! The weights of the model's features, by the numbers of their atoms.

use super::features::{self, ATOMS, NONE, TEMPLATES};
use super::lexicon::fold;

/// The atoms of one gap: the numbers of their printed forms in their [`Alphabet`].
pub(super) type Numbers = [u16; ATOMS.len()];

/// The printed forms of one sort of atom, numbered. Those that the model does not name share the
/// number 0, or have one of their own without a weight.
#[derive(Clone, Debug, Default)]
pub(super) struct Alphabet(Vec<u64>);

impl Alphabet {
    pub(super) fn of(forms: &[&str]) -> Self {
        Self(forms.iter().map(|form| fold(form.as_bytes())).collect())
    }

    /// An alphabet whose number 0 is of no form.
    pub(super) fn open() -> Self {
        Self(vec![0])
    }

    /// The number of a printed form, a new one where it has none yet.
    pub(super) fn add(&mut self, printed: &[u8]) -> u16 {
        let key = fold(printed);
        let known = self.0.iter().position(|&form| form == key);
        let at = known.unwrap_or_else(|| {
            self.0.push(key);
            self.0.len() - 1
        });
        // More than that no model has; what comes behind has no weight.
        u16::try_from(at).ok().filter(|&at| at < u16::MAX).unwrap_or(0)
    }

    /// The number of a printed form; 0 where it has none.
    pub(super) fn number(&self, printed: &[u8]) -> u16 {
        let key = fold(printed);
        self.0.iter().position(|&form| form == key).unwrap_or(0) as u16
    }

    pub(super) fn len(&self) -> u16 {
        u16::try_from(self.0.len()).unwrap_or(u16::MAX)
    }
}

/// A feature and its weight; the numbers of its atoms, in the order of its template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feature {
    pub(super) template: usize,
    pub(super) atoms: [u16; 3],
    pub(super) weight: i16,
}

impl Feature {
    /// The number of its atom `atom`, where it has that.
    pub(super) fn number(&self, atom: u8) -> Option<u16> {
        let at = TEMPLATES[self.template].iter().position(|&place| place == atom)?;
        Some(self.atoms[at])
    }

    /// Whether the feature can be one of a gap whose atom `atom` has this number.
    pub(super) fn allows(&self, atom: u8, number: u16) -> bool {
        self.number(atom).is_none_or(|own| own == number)
    }
}

/// Where the weights of a template's features stand.
#[derive(Clone, Copy, Debug, Default)]
struct Table {
    // The sizes of the second and third alphabets.
    width: u16,
    columns: u16,
    // Where its weights begin, and where the rows of a template of three atoms: two atoms lead to
    // a row of weights by the third. Row 0 is of zeros.
    weights: u32,
    rows: u32,
}

/// The weights of templates, in one piece; those of features that one word is alone in are not
/// among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Weights {
    tables: [Table; TEMPLATES.len()],
    weights: Vec<i16>,
    rows: Vec<u16>,
}

impl Weights {
    /// The weights of `features`; `sizes` are those of the atoms' alphabets.
    pub(super) fn new(sizes: &[u16; ATOMS.len()], features: &[Feature]) -> Self {
        let mut weights = Self::default();
        for template in (0..TEMPLATES.len()).filter(|&at| alone(at).is_none()) {
            weights.add(template, sizes, features);
        }
        weights
    }

    /// Adds a template.
    fn add(&mut self, template: usize, sizes: &[u16; ATOMS.len()], features: &[Feature]) {
        let atoms = TEMPLATES[template];
        let [first, width, columns] =
            atoms.map(|atom| sizes.get(usize::from(atom)).copied().unwrap_or(1));
        let own = features.iter().filter(|feature| feature.template == template);
        let (weights, rows) = (self.weights.len(), self.rows.len());
        let pairs = usize::from(first) * usize::from(width);
        self.tables[template] =
            Table { width, columns, weights: weights as u32, rows: rows as u32 };
        if atoms[2] == NONE {
            self.weights.resize(weights + pairs, 0);
            for f in own {
                self.weights[weights + pair(f.atoms[0], f.atoms[1], width)] = f.weight;
            }
            return;
        }
        self.rows.resize(rows + pairs, 0);
        self.weights.resize(weights + usize::from(columns), 0);
        for f in own {
            let row = &mut self.rows[rows + pair(f.atoms[0], f.atoms[1], width)];
            if *row == 0 {
                *row = ((self.weights.len() - weights) / usize::from(columns)) as u16;
                self.weights.resize(self.weights.len() + usize::from(columns), 0);
            }
            self.weights[weights + pair(*row, f.atoms[2], columns)] = f.weight;
        }
    }

    /// The weight of a template's feature.
    #[inline(always)]
    fn weight<const TEMPLATE: usize>(&self, numbers: &Numbers) -> i32 {
        if const { alone(TEMPLATE).is_some() } {
            return 0;
        }
        let [first, second, third] = const { TEMPLATES[TEMPLATE] };
        let number = |atom: u8| if atom == NONE { 0 } else { numbers[atom as usize] };
        let table = &self.tables[TEMPLATE];
        let place = pair(number(first), number(second), table.width);
        let at = if third == NONE {
            place
        } else {
            pair(self.rows[table.rows as usize + place], number(third), table.columns)
        };
        i32::from(self.weights[table.weights as usize + at])
    }

    /// The weights of a stage's features, together.
    #[inline(always)]
    pub(super) fn stage<const STAGE: usize>(&self, numbers: &Numbers) -> i32 {
        macro_rules! sum {
            ($($template:literal)*) => {{
                const { assert!(in_order(&[$($template),*])) };
                let mut sum = 0;
                $(if const { features::stage($template) == STAGE } {
                    sum += self.weight::<$template>(numbers);
                })*
                sum
            }};
        }
        sum!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
    }
}

/// Whether these are the numbers of all templates.
const fn in_order(templates: &[usize]) -> bool {
    let mut at = 0;
    while at < templates.len() && templates[at] == at {
        at += 1;
    }
    at == TEMPLATES.len()
}

/// The place of a pair in a table of so many columns.
#[inline]
fn pair(row: u16, column: u16, width: u16) -> usize {
    usize::from(row) * usize::from(width) + usize::from(column)
}

/// The places of a word that has features of its own: how many.
pub(super) const PLACES: usize = 4;

const KIND: u8 = features::place("kind");

/// Of a template whose features are of one word alone, and perhaps of the kind of the gap: the
/// number of the word's place, in the order l1, r1, l2, r2, and its atom.
pub(super) const fn alone(template: usize) -> Option<(usize, u8)> {
    let [first, second, third] = TEMPLATES[template];
    let atom = if second == NONE {
        first
    } else if first == KIND && third == NONE {
        second
    } else {
        return None;
    };
    match *ATOMS[atom as usize].as_bytes() {
        [side @ (b'l' | b'r'), digit @ (b'1' | b'2'), b'w' | b's' | b'c'] => {
            Some(((digit - b'1') as usize * 2 + (side == b'r') as usize, atom))
        }
        _ => None,
    }
}
