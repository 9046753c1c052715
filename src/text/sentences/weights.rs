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

/// The weights of templates, in one piece.
#[derive(Clone, Debug, Default)]
struct Tables {
    tables: [Table; TEMPLATES.len()],
    weights: Vec<i16>,
    rows: Vec<u16>,
}

impl Tables {
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
    fn stage<const STAGE: usize>(&self, numbers: &Numbers) -> i32 {
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

/// The most that the stages behind each can add, in the units of a model file. The last two are
/// none: eight numbers are added as fast as six.
pub(super) type Most = [i16; 8];

/// The most that some templates can add, by two atoms of the first stage.
#[derive(Clone, Debug)]
struct Bound {
    width: u16,
    most: Vec<Most>,
}

impl Bound {
    fn new(atoms: [u8; 2], sizes: &[u16; ATOMS.len()], features: &[&Feature]) -> Self {
        let [rows, width] = atoms.map(|atom| sizes[usize::from(atom)]);
        let mut most = Vec::new();
        for row in 0..rows {
            // Of each template its greatest weight that the two atoms allow.
            let allowed: Vec<_> = features.iter().filter(|f| f.allows(atoms[0], row)).collect();
            for column in 0..width {
                let mut each = [0; TEMPLATES.len()];
                for f in allowed.iter().filter(|f| f.allows(atoms[1], column)) {
                    each[f.template] = f.weight.max(each[f.template]);
                }
                most.push(std::array::from_fn(|stage| {
                    let behind = (0..TEMPLATES.len()).filter(|&at| features::stage(at) > stage);
                    behind.fold(0_i16, |sum, at| sum.saturating_add(each[at]))
                }));
            }
        }
        Self { width, most }
    }
}

/// The places of a word that has features of its own: how many.
pub(super) const PLACES: usize = 4;

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

/// All weights.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    // Those of one word alone are not among them.
    tables: Tables,
    bounds: [Bound; KEYS.len()],
}

/// The places of the words whose own features come behind the first stage, and in which.
const WORDS: [(usize, usize); 2] = [(3, 4), (2, 5)];

const KIND: u8 = features::place("kind");

/// The atoms of the first stage by which it is known what can come. A template belongs to the
/// first pair that holds both atoms of its own or all it has of the first stage.
const KEYS: [[u8; 2]; 7] = [
    [features::place("l1c"), features::place("r1c")],
    [features::place("l1h"), features::place("r1c")],
    [features::place("l1c"), features::place("r1h")],
    [features::place("l1h"), features::place("r1h")],
    [features::place("l1s"), features::place("r1h")],
    [features::place("r1w"), KIND],
    [KIND, features::place("rule")],
];

/// The place in [`KEYS`] to which a template belongs.
fn key(template: usize) -> usize {
    let held = |key: &[u8; 2]| key.iter().filter(|atom| TEMPLATES[template].contains(atom)).count();
    let most = KEYS.iter().map(held).max().unwrap_or(0);
    KEYS.iter().position(|key| held(key) == most).unwrap_or(0)
}

impl Weights {
    /// The weights of `features`.
    /// `sizes` are those of the atoms' alphabets, `sums` the least and the most that any word
    /// brings along in each place by the features that it is alone in.
    pub(super) fn new(
        sizes: &[u16; ATOMS.len()],
        features: &[Feature],
        sums: &[i32; PLACES],
    ) -> Self {
        let mut tables = Tables::default();
        for template in (0..TEMPLATES.len()).filter(|&at| alone(at).is_none()) {
            tables.add(template, sizes, features);
        }
        let joint = || features.iter().filter(|feature| alone(feature.template).is_none());
        let mut bounds = std::array::from_fn(|at| {
            let own: Vec<_> = joint().filter(|feature| key(feature.template) == at).collect();
            Bound::new(KEYS[at], sizes, &own)
        });
        for most in &mut bounds[KEYS.len() - 1].most {
            for (stage, most) in most.iter_mut().enumerate() {
                for (word, _) in WORDS.iter().copied().filter(|&(_, own)| own > stage) {
                    *most = most.saturating_add(sums[word].clamp(0, i16::MAX.into()) as i16);
                }
            }
        }
        Self { tables, bounds }
    }

    /// The weights of a stage's features, together, without those of one word alone.
    #[inline(always)]
    pub(super) fn stage<const STAGE: usize>(&self, numbers: &Numbers) -> i32 {
        self.tables.stage::<STAGE>(numbers)
    }

    /// The most that the stages behind each can add. The numbers of the first stage are known.
    #[inline(always)]
    pub(super) fn most(&self, numbers: &Numbers) -> Most {
        let mut most = Most::default();
        for (bound, atoms) in self.bounds.iter().zip(KEYS) {
            let [row, column] = atoms.map(|atom| numbers[usize::from(atom)]);
            let own = &bound.most[pair(row, column, bound.width)];
            for (most, own) in most.iter_mut().zip(own) {
                *most = most.saturating_add(*own);
            }
        }
        most
    }
}
