//! The weights of the model's features, by the numbers of their atoms.

use super::features::{self, ATOMS, NONE, STAGES, TEMPLATES};
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
        u16::try_from(at).unwrap_or(0)
    }

    /// The number of a printed form; 0 where it has none.
    pub(super) fn number(&self, printed: &[u8]) -> u16 {
        let key = fold(printed);
        self.0.iter().position(|&form| form == key).unwrap_or(0) as u16
    }

    pub(super) fn len(&self) -> usize {
        self.0.len().min(1 + usize::from(u16::MAX))
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
    /// Whether the feature can be one of a gap whose atom `atom` has this number.
    fn allows(&self, atom: u8, number: u16) -> bool {
        let mut places = TEMPLATES[self.template].iter().zip(self.atoms);
        places.all(|(&place, own)| place != atom || own == number)
    }
}

/// The weights of one template.
#[derive(Clone, Debug)]
enum Table {
    One { atom: u8, weights: Vec<i16> },
    Two { atoms: [u8; 2], width: usize, weights: Vec<i16> },
    // The first two atoms lead to a row of weights by the third; row 0 is of zeros.
    Three { atoms: [u8; 3], width: usize, rows: Vec<u16>, columns: usize, weights: Vec<i16> },
}

impl Table {
    fn new(template: usize, sizes: &[usize; ATOMS.len()], features: &[Feature]) -> Self {
        let atoms = TEMPLATES[template];
        let size = |atom: u8| if atom == NONE { 1 } else { sizes[atom as usize] };
        let [first, width, columns] = atoms.map(size);
        let own = features.iter().filter(|feature| feature.template == template);
        if atoms[1] == NONE {
            let mut weights = vec![0; first];
            own.for_each(|f| weights[usize::from(f.atoms[0])] = f.weight);
            return Self::One { atom: atoms[0], weights };
        }
        let pair = |f: &Feature| usize::from(f.atoms[0]) * width + usize::from(f.atoms[1]);
        if atoms[2] == NONE {
            let mut weights = vec![0; first * width];
            own.for_each(|f| weights[pair(f)] = f.weight);
            return Self::Two { atoms: [atoms[0], atoms[1]], width, weights };
        }
        let mut rows = vec![0; first * width];
        let mut weights = vec![0; columns];
        for f in own {
            let row = &mut rows[pair(f)];
            if *row == 0 {
                *row = (weights.len() / columns) as u16;
                weights.resize(weights.len() + columns, 0);
            }
            weights[usize::from(*row) * columns + usize::from(f.atoms[2])] = f.weight;
        }
        Self::Three { atoms, width, rows, columns, weights }
    }

    #[inline]
    fn weight(&self, numbers: &Numbers) -> i32 {
        let number = |atom: u8| usize::from(numbers[atom as usize]);
        i32::from(match self {
            Self::One { atom, weights } => weights[number(*atom)],
            Self::Two { atoms: [a, b], width, weights } => weights[number(*a) * width + number(*b)],
            Self::Three { atoms: [a, b, c], width, rows, columns, weights } => {
                let row = usize::from(rows[number(*a) * width + number(*b)]);
                weights[row * columns + number(*c)]
            }
        })
    }
}

/// The least and the most that the stages from one on can add.
#[derive(Clone, Copy, Debug, Default)]
struct Bounds {
    least: i32,
    most: i32,
}

/// All weights.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    tables: Vec<Table>,
    // By the kind of a gap and the shape of the word on the right: what the templates without
    // that word's cluster can still add. By its cluster: what those with it can.
    by_shape: Vec<[Bounds; STAGES.len()]>,
    by_cluster: Vec<[Bounds; STAGES.len()]>,
    shapes: usize,
}

const KIND: u8 = features::place("kind");
const SHAPE: u8 = features::place("r1h");
const CLUSTER: u8 = features::place("r1c");

impl Weights {
    /// The weights of `features`; a later one replaces an earlier one.
    /// `sizes` are those of the atoms' alphabets.
    pub(super) fn new(sizes: &[usize; ATOMS.len()], features: &[Feature]) -> Self {
        let tables = (0..TEMPLATES.len()).map(|at| Table::new(at, sizes, features)).collect();
        let (kinds, shapes) = (sizes[KIND as usize], sizes[SHAPE as usize]);
        let by_shape = (0..kinds * shapes).map(|at| {
            let (kind, shape) = ((at / shapes) as u16, (at % shapes) as u16);
            bounds(features, |f| {
                !TEMPLATES[f.template].contains(&CLUSTER)
                    && f.allows(KIND, kind)
                    && f.allows(SHAPE, shape)
            })
        });
        let by_cluster = (0..sizes[CLUSTER as usize]).map(|cluster| {
            bounds(features, |f| {
                TEMPLATES[f.template].contains(&CLUSTER) && f.allows(CLUSTER, cluster as u16)
            })
        });
        let (by_shape, by_cluster) = (by_shape.collect(), by_cluster.collect());
        Self { tables, by_shape, by_cluster, shapes }
    }

    /// The weight of one template's feature.
    #[inline]
    pub(super) fn weight(&self, template: usize, numbers: &Numbers) -> i32 {
        self.tables[template].weight(numbers)
    }

    /// The weights of the features of a stage of [`TEMPLATES`], together.
    #[inline]
    pub(super) fn stage(&self, stage: usize, numbers: &Numbers) -> i32 {
        let from = if stage == 0 { 0 } else { STAGES[stage - 1] };
        self.tables[from..STAGES[stage]].iter().map(|table| table.weight(numbers)).sum()
    }

    /// Whether a sum of the weights up to a stage is above `margin` in the end, whatever comes;
    /// `None` where that depends. The numbers of the first stage are known.
    #[inline]
    pub(super) fn settled(
        &self,
        stage: usize,
        sum: i32,
        margin: i32,
        numbers: &Numbers,
    ) -> Option<bool> {
        let number = |atom: u8| usize::from(numbers[atom as usize]);
        let shape = self.by_shape[number(KIND) * self.shapes + number(SHAPE)][stage];
        let cluster = self.by_cluster[number(CLUSTER)][stage];
        if sum + shape.most + cluster.most <= margin {
            return Some(false);
        }
        (sum + shape.least + cluster.least > margin).then_some(true)
    }
}

/// What the features that are `possible` can add behind each stage.
fn bounds(features: &[Feature], possible: impl Fn(&Feature) -> bool) -> [Bounds; STAGES.len()] {
    let mut each = [Bounds::default(); TEMPLATES.len()];
    for feature in features.iter().filter(|feature| possible(feature)) {
        let bounds = &mut each[feature.template];
        bounds.least = bounds.least.min(feature.weight.into());
        bounds.most = bounds.most.max(feature.weight.into());
    }
    STAGES.map(|stage| Bounds {
        least: each[stage..].iter().map(|bounds| bounds.least).sum(),
        most: each[stage..].iter().map(|bounds| bounds.most).sum(),
    })
}
