//! The best path through the corridor.

use std::ops::Range;

use super::corridor::Corridor;
use super::lexicon::Lexicon;
use super::tokens::Texts;

/// The most sentences of a side of a bead.
const MOST: usize = 3;
/// How much a token's evidence counts: both sides give it, and it does not come alone.
const EVIDENCE: f32 = 0.4;
/// Rows between two checkpoints: back-pointers are kept for so many rows at a time.
const ROWS: usize = 8192;

/// One bead of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// Sentences behind the bead.
    pub(super) i: usize,
    pub(super) j: usize,
    /// Sentences of the bead.
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) score: f32,
}

impl Step {
    pub(super) fn source(&self) -> Range<usize> {
        self.i - self.a..self.i
    }

    pub(super) fn target(&self) -> Range<usize> {
        self.j - self.b..self.j
    }
}

/// What a bead costs beside its tokens.
#[derive(Debug)]
pub(super) struct Model {
    /// Natural-log probabilities of beads by their numbers of sentences.
    prior: [[f32; MOST + 1]; MOST + 1],
    /// Target characters for one of the source.
    ratio: f32,
    /// How much the lengths spread: the variance of the difference for each character.
    variance: f32,
    /// The share of tokens that the lexicon does not explain.
    unexplained: f32,
    /// The natural logarithm of the share of a normal distribution outside ± z, at z = k / 32.
    tails: Vec<f32>,
}

/// Shares of beads before any has been seen.
const PRIOR: [[f32; MOST + 1]; MOST + 1] = [
    [0.0, 0.012, 0.0, 0.0],
    [0.012, 0.85, 0.04, 0.006],
    [0.0, 0.04, 0.006, 0.001],
    [0.0, 0.006, 0.001, 0.0005],
];

impl Model {
    pub(super) fn new(texts: &Texts) -> Self {
        let sum = |lengths: &[f32]| lengths.iter().map(|&l| f64::from(l)).sum::<f64>();
        let ratio = (sum(&texts.target.lengths) / sum(&texts.source.lengths)) as f32;
        Self {
            prior: PRIOR.map(|row| row.map(f32::ln)),
            ratio: ratio.clamp(0.4, 2.5),
            variance: 6.8,
            unexplained: 0.8,
            tails: (0..=512).map(|k| log_tails(f64::from(k) / 32.0) as f32).collect(),
        }
    }

    /// Learns the shares of beads and the spread of lengths from a path.
    pub(super) fn fit(&mut self, texts: &Texts, path: &[Step]) {
        let mut counts = PRIOR.map(|row| row.map(|share| share * 50.0));
        let (mut squares, mut beads) = (6.8 * 20.0, 20.0);
        let (mut source, mut target) = (20.0, 20.0 * self.ratio);
        for step in path {
            counts[step.a][step.b] += 1.0;
            if (step.a, step.b) == (1, 1) && step.score > 0.0 {
                source += texts.source.lengths[step.i - 1];
                target += texts.target.lengths[step.j - 1];
            }
        }
        self.ratio = (target / source).clamp(0.4, 2.5);
        for step in path.iter().filter(|step| (step.a, step.b) == (1, 1) && step.score > 0.0) {
            let (from, to) = (texts.source.lengths[step.i - 1], texts.target.lengths[step.j - 1]);
            let z = (to - self.ratio * from).powi(2) / ((self.ratio * from + to) / 2.0);
            // A few beads that are wrong must not stretch it.
            squares += z.min(60.0);
            beads += 1.0;
        }
        self.variance = squares / beads;
        let total: f32 = counts.iter().flatten().sum();
        self.prior = counts.map(|row| row.map(|count| (count / total).ln()));
    }

    /// Learns which share of tokens `lexicon` leaves unexplained in the beads of a path.
    pub(super) fn weigh(&mut self, texts: &Texts, lexicon: &Lexicon, path: &[Step]) {
        let mut best = vec![(0_u32, 0.0_f32); texts.vocabulary()];
        let (mut tokens, mut explained) = (20.0_f32, 10.0_f32);
        for (stamp, step) in (1..).zip(path) {
            if (step.a, step.b) != (1, 1) || step.score <= 0.0 {
                continue;
            }
            for &s in texts.source.sentence(step.i - 1) {
                for &(t, probability) in lexicon.of(s) {
                    let slot = &mut best[t as usize];
                    *slot = (
                        stamp,
                        if slot.0 == stamp { slot.1.max(probability) } else { probability },
                    );
                }
            }
            for &t in texts.target.sentence(step.j - 1) {
                let (seen, probability) = best[t as usize];
                tokens += 1.0;
                if seen == stamp && probability > texts.target.share(t) {
                    explained += 1.0;
                }
            }
        }
        self.unexplained = (1.0 - explained / tokens).clamp(0.4, 0.9);
    }

    /// How well the lengths of a bead's sides go together: a natural-log probability.
    fn lengths(&self, source: f32, target: f32) -> f32 {
        let from = self.ratio * source;
        let z = (target - from).abs() / (self.variance * (from + target) / 2.0).sqrt();
        self.tails[((z * 32.0) as usize).min(self.tails.len() - 1)]
    }

    /// The best path through `corridor`.
    pub(super) fn search(
        &self,
        texts: &Texts,
        lexicon: &Lexicon,
        corridor: &Corridor,
    ) -> Vec<Step> {
        let (n, m) = (texts.source.len(), texts.target.len());
        // Forward, keeping the scores of the last rows before every checkpoint.
        let mut checkpoints = Vec::new();
        let mut rows = Rows::default();
        let mut tables = Tables::new(self, texts, lexicon);
        for i in 0..=n {
            if i % ROWS == 0 {
                checkpoints.push(rows.clone());
                if n - i < ROWS {
                    // The last stretch is run below, with its back-pointers.
                    break;
                }
            }
            tables.read_row(corridor, i);
            tables.join_row(corridor, i);
            rows.advance(self, texts, corridor, &tables, i, None);
        }
        let mut path = Vec::new();
        let (mut i, mut j, mut in_gap) = (n, m, false);
        while let Some(mut rows) = checkpoints.pop() {
            let start = checkpoints.len() * ROWS;
            let mut back = Vec::with_capacity(i + 1 - start);
            let mut tables = Tables::new(self, texts, lexicon);
            for row in start.saturating_sub(MOST)..=i {
                tables.read_row(corridor, row);
                if row >= start {
                    tables.join_row(corridor, row);
                    let mut pointers = Vec::new();
                    rows.advance(self, texts, corridor, &tables, row, Some(&mut pointers));
                    back.push(pointers);
                }
            }
            while (i > 0 || j > 0) && i >= start {
                let Back { bead, gap, score } = back[i - start][j - corridor.low[i]];
                in_gap |= bead == GAP;
                let (a, b, score) = if in_gap {
                    in_gap = gap & GAP_GOES_ON != 0;
                    if gap & GAP_SOURCE != 0 { (1, 0, 0.0) } else { (0, 1, 0.0) }
                } else {
                    (usize::from(bead / 4), usize::from(bead % 4), score)
                };
                let tokens = texts.source.starts[i] - texts.source.starts[i - a]
                    + texts.target.starts[j]
                    - texts.target.starts[j - b];
                path.push(Step { i, j, a, b, score: score / (tokens.max(1) as f32 / 2.0) });
                i -= a;
                j -= b;
            }
        }
        path.reverse();
        path
    }
}

/// How a place is reached best.
#[derive(Clone, Copy)]
struct Back {
    /// 4 · source + target sentences, or [`GAP`].
    bead: u8,
    /// How a place inside a gap is reached: [`GAP_SOURCE`] and [`GAP_GOES_ON`].
    gap: u8,
    /// The bead's own score.
    score: f32,
}

/// A gap ends here: a run of sentences without counterpart.
const GAP: u8 = 16;
/// The gap's last sentence is one of the source.
const GAP_SOURCE: u8 = 1;
/// There is another sentence of the gap before the last.
const GAP_GOES_ON: u8 = 2;
/// The natural logarithm of the probability that a gap goes on.
const GOES_ON: f32 = -2.2;

/// The scores of a row and the three before it.
#[derive(Clone, Default)]
struct Rows {
    /// `ring[i % 4]` holds row i from `low[i]` on.
    ring: [Vec<f32>; 4],
    /// `gaps[i % 2]` holds what row i has inside gaps.
    gaps: [Vec<f32>; 2],
}

impl Rows {
    /// Fills row `i`; `back` gets how each place is reached.
    fn advance(
        &mut self,
        model: &Model,
        texts: &Texts,
        corridor: &Corridor,
        tables: &Tables<'_>,
        i: usize,
        mut back: Option<&mut Vec<Back>>,
    ) {
        let (low, high) = (corridor.low[i], corridor.high[i]);
        let mut row = std::mem::take(&mut self.ring[i % 4]);
        let mut gaps = std::mem::take(&mut self.gaps[i % 2]);
        row.clear();
        gaps.clear();
        let alone = [model.prior[1][0], model.prior[0][1]];
        let source = [1, 2, 3]
            .map(|a: usize| texts.source.lengths[i.saturating_sub(a)..i].iter().sum::<f32>());
        for j in low..=high {
            let mut gap = (f32::NEG_INFINITY, 0);
            let mut offer = |score: f32, way: u8| {
                if score > gap.0 {
                    gap = (score, way);
                }
            };
            if j > low {
                offer(row[j - 1 - low] + alone[1], 0);
                offer(gaps[j - 1 - low] + GOES_ON, GAP_GOES_ON);
            }
            if i > 0 && (corridor.low[i - 1]..=corridor.high[i - 1]).contains(&j) {
                let at = j - corridor.low[i - 1];
                offer(self.ring[(i - 1) % 4][at] + alone[0], GAP_SOURCE);
                offer(self.gaps[(i - 1) % 2][at] + GOES_ON, GAP_SOURCE | GAP_GOES_ON);
            }
            let mut best = if i == 0 && j == 0 { 0.0 } else { gap.0 };
            let (mut bead, mut own) = (GAP, 0.0);
            for (a, &length) in (1..=MOST.min(i)).zip(&source) {
                let (before, first) = (&self.ring[(i - a) % 4], corridor.low[i - a]);
                let at = |j: usize| j.checked_sub(first).and_then(|at| before.get(at));
                let mut target = 0.0;
                for b in 1..=MOST.min(j) {
                    target += texts.target.lengths[j - b];
                    let Some(&score) = at(j - b) else { continue };
                    let tokens = model.prior[a][b] + tables.tokens(i, j, a, b);
                    // The lengths' share is a probability: at most 0.
                    if score + tokens <= best {
                        continue;
                    }
                    let fit = tokens + model.lengths(length, target);
                    if score + fit > best {
                        let unrelated = alone[0] * a as f32 + alone[1] * b as f32;
                        best = score + fit;
                        bead = (4 * a + b) as u8;
                        own = fit - unrelated;
                    }
                }
            }
            row.push(best);
            gaps.push(gap.0);
            if let Some(back) = &mut back {
                back.push(Back { bead, gap: gap.1, score: own });
            }
        }
        self.ring[i % 4] = row;
        self.gaps[i % 2] = gaps;
    }
}

/// What the tokens of the last sentences say, in the corridor's columns.
struct Tables<'t> {
    model: &'t Model,
    texts: &'t Texts,
    lexicon: &'t Lexicon,
    /// For each target token the source sentence that explains it, its probability there, and
    /// which of the sentence's tokens does.
    best: Vec<(u32, f32, u32)>,
    /// What the sentences i-1, i-2 and i-3 say, at their number modulo 3.
    sentences: [Sentence; 3],
    /// For 1, 2 and 3 source sentences: for each target sentence what its tokens gain by them.
    forward: [Vec<f32>; 3],
    /// The first target sentence of `forward`.
    first: usize,
    gains: Vec<f32>,
}

/// One source sentence against the target sentences of its columns.
#[derive(Default)]
struct Sentence {
    /// The first target sentence.
    first: usize,
    /// How much likelier each target token is by this sentence than anywhere, from the first
    /// target sentence's first token on.
    ratios: Vec<f32>,
    /// For 1, 2 and 3 target sentences up to each one: what the source's tokens gain by them.
    backward: [Vec<f32>; 3],
}

impl<'t> Tables<'t> {
    fn new(model: &'t Model, texts: &'t Texts, lexicon: &'t Lexicon) -> Self {
        Self {
            model,
            texts,
            lexicon,
            best: vec![(u32::MAX, 0.0, 0); texts.vocabulary()],
            sentences: Default::default(),
            forward: Default::default(),
            first: 0,
            gains: Vec::new(),
        }
    }

    /// Reads the last source sentence of row `i` against the target sentences that beads with it
    /// may hold.
    fn read_row(&mut self, corridor: &Corridor, i: usize) {
        if let Some(p) = i.checked_sub(1) {
            let last = (i + MOST - 1).min(self.texts.source.len());
            self.read(p, corridor.low[i].saturating_sub(MOST), corridor.high[last]);
        }
    }

    /// Makes row `i` ready, when the sentences before it have been read.
    fn join_row(&mut self, corridor: &Corridor, i: usize) {
        if let Some(p) = i.checked_sub(1) {
            self.join(p, corridor.low[i].saturating_sub(MOST), corridor.high[i]);
        }
    }

    /// The gain of a token that a sentence makes `ratio` times as likely, where that sentence is
    /// `part` of its side of the bead: any token there might have explained it.
    fn gain(&self, ratio: f32, part: f32) -> f32 {
        let open = self.model.unexplained;
        (open + (1.0 - open) * ratio * part).ln()
    }

    /// Source sentence `p` against the target sentences `first..end`.
    fn read(&mut self, p: usize, first: usize, end: usize) {
        let (source, target) = (&self.texts.source, &self.texts.target);
        let tokens = source.sentence(p);
        let stamp = p as u32;
        for (place, &s) in (0..).zip(tokens) {
            for &(t, probability) in self.lexicon.of(s) {
                let slot = &mut self.best[t as usize];
                if slot.0 != stamp || slot.1 < probability {
                    *slot = (stamp, probability, place);
                }
            }
        }
        let nothing = self.model.unexplained.ln();
        let mut sentence = std::mem::take(&mut self.sentences[p % 3]);
        sentence.first = first;
        sentence.ratios.clear();
        sentence.backward.iter_mut().for_each(Vec::clear);
        // How much likelier each token of the source is by the last three target sentences.
        let mut last = vec![[0.0_f32; 3]; tokens.len()];
        let length = |q: usize| (target.starts[q + 1] - target.starts[q]) as f32;
        for q in first..end {
            for ratios in &mut last {
                ratios[q % 3] = 0.0;
            }
            for &t in target.sentence(q) {
                let (seen, probability, place) = self.best[t as usize];
                let mut ratio = 0.0;
                if seen == stamp {
                    ratio = probability / target.share(t);
                    let slot = &mut last[place as usize][q % 3];
                    *slot = slot.max(probability / source.share(tokens[place as usize]));
                }
                sentence.ratios.push(ratio);
            }
            for count in 1..=MOST {
                let covered = (q + 1).saturating_sub(count).max(first)..q + 1;
                let whole: f32 = covered.clone().map(length).sum::<f32>().max(1.0);
                let mut sum = 0.0;
                for ratios in &last {
                    let likeliest =
                        covered.clone().map(|q| ratios[q % 3] * length(q)).fold(0.0, f32::max);
                    sum +=
                        if likeliest > 0.0 { self.gain(likeliest, 1.0 / whole) } else { nothing };
                }
                sentence.backward[count - 1].push(sum);
            }
        }
        self.sentences[p % 3] = sentence;
    }

    /// What each target sentence of `first..end` gains by the last 1, 2 and 3 source sentences.
    fn join(&mut self, p: usize, first: usize, end: usize) {
        self.first = first;
        let starts = &self.texts.target.starts;
        let nothing = self.model.unexplained.ln();
        let source = &self.texts.source.starts;
        for count in 1..=MOST.min(p + 1) {
            self.gains.clear();
            self.gains.resize(starts[end] - starts[first], 0.0);
            let whole = (source[p + 1] - source[p + 1 - count]).max(1) as f32;
            for p in p + 1 - count..=p {
                let sentence = &self.sentences[p % 3];
                let part = (source[p + 1] - source[p]) as f32 / whole;
                let from = starts[first] - starts[sentence.first.min(first)];
                for (gain, ratio) in self.gains.iter_mut().zip(&sentence.ratios[from..]) {
                    *gain = gain.max(ratio * part);
                }
            }
            let mut forward = std::mem::take(&mut self.forward[count - 1]);
            forward.clear();
            forward.extend((first..end).map(|q| {
                self.gains[starts[q] - starts[first]..starts[q + 1] - starts[first]]
                    .iter()
                    .map(|&ratio| if ratio > 0.0 { self.gain(ratio, 1.0) } else { nothing })
                    .sum::<f32>()
            }));
            self.forward[count - 1] = forward;
        }
    }

    /// What the tokens of the bead of `a` and `b` sentences before (`i`, `j`) gain by each other.
    fn tokens(&self, i: usize, j: usize, a: usize, b: usize) -> f32 {
        let forward: f32 = (j - b..j).map(|q| self.forward[a - 1][q - self.first]).sum();
        let backward: f32 = (i - a..i)
            .map(|p| {
                let sentence = &self.sentences[p % 3];
                sentence.backward[b - 1][j - 1 - sentence.first]
            })
            .sum();
        (forward + backward) * EVIDENCE
    }
}

/// The natural logarithm of the share of lengths outside ± `z`: a normal distribution, and for
/// two in a hundred sentences one three times as wide.
fn log_tails(z: f64) -> f64 {
    (0.98 * tails(z) + 0.02 * tails(z / 3.0)).ln()
}

/// The share of a normal distribution outside ± `z`.
fn tails(z: f64) -> f64 {
    // Abramowitz and Stegun (1964), 26.2.17: exact to 1.5e-7.
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let poly = t
        * (0.319_381_53
            + t * (-0.356_563_782
                + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    2.0 * poly * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}
