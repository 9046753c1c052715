//! The weights of the model's features, by the numbers of their atoms.

use super::features::{self, ATOMS, NONE, STAGES, TEMPLATES};
use super::lexicon::fold;

/// The atoms of one gap: the numbers of their printed forms in their [`Alphabet`].
pub(super) type Numbers = [u16; ATOMS.len() + 1];

/// The place of the atom that is always 0.
const NOTHING: u8 = ATOMS.len() as u8;

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

/// The weights of a template of one or two atoms.
#[derive(Clone, Debug)]
struct Pairs {
    atoms: [u8; 2],
    width: u16,
    weights: Vec<i16>,
}

/// The weights of a template of three atoms: two lead to a row of weights by the third.
#[derive(Clone, Debug)]
struct Triples {
    atoms: [u8; 3],
    width: u16,
    // Row 0 is of zeros.
    rows: Vec<u16>,
    columns: u16,
    weights: Vec<i16>,
}

impl Pairs {
    fn new(template: usize, sizes: &[u16; ATOMS.len()], features: &[Feature]) -> Self {
        let [first, second, _] = TEMPLATES[template];
        let (second, width) = if second == NONE {
            // An atom that is always 0 stands for the second.
            (NOTHING, 1)
        } else {
            (second, sizes[second as usize])
        };
        let mut weights = vec![0; usize::from(sizes[first as usize]) * usize::from(width)];
        for f in features.iter().filter(|feature| feature.template == template) {
            weights[pair(f.atoms[0], f.atoms[1], width)] = f.weight;
        }
        Self { atoms: [first, second], width, weights }
    }

    #[inline]
    fn weight(&self, numbers: &Numbers) -> i32 {
        let [a, b] = self.atoms.map(|atom| numbers[atom as usize]);
        i32::from(self.weights[pair(a, b, self.width)])
    }
}

impl Triples {
    fn new(template: usize, sizes: &[u16; ATOMS.len()], features: &[Feature]) -> Self {
        let atoms = TEMPLATES[template];
        let [first, width, columns] = atoms.map(|atom| sizes[atom as usize]);
        let mut rows = vec![0; usize::from(first) * usize::from(width)];
        let mut weights = vec![0; usize::from(columns)];
        for f in features.iter().filter(|feature| feature.template == template) {
            let row = &mut rows[pair(f.atoms[0], f.atoms[1], width)];
            if *row == 0 {
                *row = (weights.len() / usize::from(columns)) as u16;
                weights.resize(weights.len() + usize::from(columns), 0);
            }
            weights[pair(*row, f.atoms[2], columns)] = f.weight;
        }
        Self { atoms, width, rows, columns, weights }
    }

    #[inline]
    fn weight(&self, numbers: &Numbers) -> i32 {
        let [a, b, c] = self.atoms.map(|atom| numbers[atom as usize]);
        let row = self.rows[pair(a, b, self.width)];
        i32::from(self.weights[pair(row, c, self.columns)])
    }
}

/// The place of a pair in a table of so many columns.
#[inline]
fn pair(row: u16, column: u16, width: u16) -> usize {
    usize::from(row) * usize::from(width) + usize::from(column)
}

/// The least and the most that the stages from one on can add.
#[derive(Clone, Copy, Debug, Default)]
struct Bounds {
    least: i32,
    most: i32,
}

/// The places of a word that has features of its own: how many.
pub(super) const PLACES: usize = 6;

/// Of a template whose features are of one word alone, and perhaps of the kind of the gap: the
/// number of the word's place, in the order l1, r1, l2, r2, l3, r3, and its atom.
pub(super) fn alone(template: usize) -> Option<(usize, u8)> {
    let [first, second, third] = TEMPLATES[template];
    let atom = match (first, second, third) {
        (KIND, atom, NONE) => atom,
        (atom, NONE, NONE) => atom,
        _ => return None,
    };
    let name = ATOMS.get(atom as usize)?.as_bytes();
    let &[side, digit, sort] = name else { return None };
    if !matches!(sort, b'w' | b's' | b'c') {
        return None;
    }
    Some((usize::from(digit - b'1') * 2 + usize::from(side == b'r'), atom))
}

/// All weights.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    // By stage. Those of one word alone are not among them.
    pairs: [Vec<Pairs>; STAGES.len()],
    triples: [Vec<Triples>; STAGES.len()],
    // By the kind of a gap and the shape of the word on the right: what the templates without
    // that word's cluster can still add. By its cluster: what those with it can.
    by_shape: Vec<[Bounds; STAGES.len()]>,
    by_cluster: Vec<[Bounds; STAGES.len()]>,
    shapes: usize,
}

/// The place of the word whose features come in each stage behind the first.
const WORDS: [Option<usize>; STAGES.len() - 1] = [Some(3), Some(2), None, Some(4), Some(5), None];

const KIND: u8 = features::place("kind");
const SHAPE: u8 = features::place("r1h");
const CLUSTER: u8 = features::place("r1c");

impl Weights {
    /// The weights of `features`.
    /// `sizes` are those of the atoms' alphabets, `sums` the least and the most that any word
    /// brings along in each place by the features that it is alone in.
    pub(super) fn new(
        sizes: &[u16; ATOMS.len()],
        features: &[Feature],
        sums: &[(i32, i32); PLACES],
    ) -> Self {
        let own = |stage: usize| {
            let from = if stage == 0 { 0 } else { STAGES[stage - 1] };
            (from..STAGES[stage]).filter(|&at| alone(at).is_none())
        };
        let three = |at: &usize| TEMPLATES[*at][2] != NONE;
        let pairs = std::array::from_fn(|stage| {
            let pairs = own(stage).filter(|at| !three(at));
            pairs.map(|at| Pairs::new(at, sizes, features)).collect()
        });
        let triples = std::array::from_fn(|stage| {
            own(stage).filter(three).map(|at| Triples::new(at, sizes, features)).collect()
        });
        let [kinds, shapes, clusters] =
            [KIND, SHAPE, CLUSTER].map(|atom| usize::from(sizes[atom as usize]));
        let by_shape = (0..kinds * shapes).map(|at| {
            let (kind, shape) = ((at / shapes) as u16, (at % shapes) as u16);
            let mut bounds = bounds(features, |f| {
                !TEMPLATES[f.template].contains(&CLUSTER)
                    && f.allows(KIND, kind)
                    && f.allows(SHAPE, shape)
            });
            for (stage, bounds) in bounds.iter_mut().enumerate() {
                for &(least, most) in WORDS.iter().skip(stage).flatten().map(|&at| &sums[at]) {
                    bounds.least += least;
                    bounds.most += most;
                }
            }
            bounds
        });
        let by_cluster = (0..clusters).map(|cluster| {
            bounds(features, |f| {
                TEMPLATES[f.template].contains(&CLUSTER) && f.allows(CLUSTER, cluster as u16)
            })
        });
        let (by_shape, by_cluster) = (by_shape.collect(), by_cluster.collect());
        Self { pairs, triples, by_shape, by_cluster, shapes }
    }

    /// The weights of a stage's features, together, without those of one word alone.
    #[inline]
    pub(super) fn stage(&self, stage: usize, numbers: &Numbers) -> i32 {
        let pairs: i32 = self.pairs[stage].iter().map(|table| table.weight(numbers)).sum();
        let triples = self.triples[stage].iter().map(|table| table.weight(numbers));
        pairs + triples.sum::<i32>()
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

/// What the features that are `possible` can add behind each stage, without those of one word
/// alone.
fn bounds(features: &[Feature], possible: impl Fn(&Feature) -> bool) -> [Bounds; STAGES.len()] {
    let mut each = [Bounds::default(); TEMPLATES.len()];
    let joint = features.iter().filter(|feature| alone(feature.template).is_none());
    for feature in joint.filter(|feature| possible(feature)) {
        let bounds = &mut each[feature.template];
        bounds.least = bounds.least.min(feature.weight.into());
        bounds.most = bounds.most.max(feature.weight.into());
    }
    STAGES.map(|stage| Bounds {
        least: each[stage..].iter().map(|bounds| bounds.least).sum(),
        most: each[stage..].iter().map(|bounds| bounds.most).sum(),
    })
}
