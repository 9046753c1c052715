//! One step of the recurrence in 64-bit floats: the row of all states, moved by a frame.
//!
//! With `b` and `l` the row before, `e` the frame's log probabilities:
//!
//! ```text
//! blank[j] = max(b[j], l[j-1])                      + e[blank]
//! label[j] = max(l[j], b[j], l[j-1] if it may skip) + e[target j]
//! ```
//!
//! The two comparisons leave two bits per pair behind, which is all that the way back needs.
//! Ties keep the state, then prefer the blank, as torchaudio does.

use super::problem::{Chain, LANES, Problem};

/// The scores of all states.
#[derive(Clone, Default)]
pub(super) struct Rows {
    pub(super) blank: Vec<f64>,
    pub(super) label: Vec<f64>,
}

impl Rows {
    /// Rows before the first frame: only the first blank is reached.
    pub(super) fn start(pairs: usize) -> Self {
        let mut rows = Self::impossible(pairs);
        rows.blank[0] = 0.0;
        rows
    }

    /// Rows in which no state is reached.
    pub(super) fn impossible(pairs: usize) -> Self {
        Self { blank: vec![f64::NEG_INFINITY; pairs], label: vec![f64::NEG_INFINITY; pairs] }
    }

    /// Marks the groups `[first, end)` as not reached.
    pub(super) fn clear(&mut self, first: usize, end: usize) {
        if first < end {
            self.blank[first * LANES..end * LANES].fill(f64::NEG_INFINITY);
            self.label[first * LANES..end * LANES].fill(f64::NEG_INFINITY);
        }
    }
}

/// [`step`] of frame `frame` of `problem`; `table` is room for its table.
pub(super) fn read(
    isa: Isa,
    rows: &mut Rows,
    problem: &Problem<'_>,
    frame: usize,
    table: &mut [f32],
    groups: (usize, usize),
    bits: &mut [u32],
) {
    #[cfg(target_arch = "x86_64")]
    if let (Isa::Avx512, Some(row)) = (isa, problem.direct(frame)) {
        let blank = row[problem.blank];
        let chain = &problem.forward;
        return super::avx512::step(rows, chain, (row, problem.width), blank, groups, bits);
    }
    problem.fill(frame, table);
    step(isa, rows, &problem.forward, table, table[problem.blank], groups, bits);
}

/// Which instructions the loops are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isa {
    /// What every machine of the target has.
    Portable,
    /// 256-bit registers, from the same source.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512-bit registers with table look-ups in registers, and all of the above.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// 128-bit registers.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Isa {
    /// The best that this machine has.
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let narrow = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let wide = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq");
            match (narrow, wide) {
                (true, true) => return Self::Avx512,
                (true, false) => return Self::Avx2,
                _ => {}
            }
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon") {
            return Self::Neon;
        }
        Self::Portable
    }

    /// All that this machine has.
    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        match Self::detect() {
            Self::Portable => vec![Self::Portable],
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => vec![Self::Portable, Self::Avx2],
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => vec![Self::Portable, Self::Avx2, Self::Avx512],
            #[cfg(target_arch = "aarch64")]
            Self::Neon => vec![Self::Portable, Self::Neon],
        }
    }

    /// How many groups a sweep works on side by side, at best.
    pub(super) fn abreast(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => super::avx512::ABREAST,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::ABREAST,
            #[cfg(target_arch = "aarch64")]
            Self::Neon => super::neon::ABREAST,
            Self::Portable => 1,
        }
    }
}

/// Moves the groups `[first, end)` by one frame. Below `first` nothing is reached.
///
/// `bits` is empty, or has a word per group: the low half says for each pair that the label
/// before was better than the blank, the high half that the label was entered.
pub(super) fn step(
    isa: Isa,
    rows: &mut Rows,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    (first, end): (usize, usize),
    bits: &mut [u32],
) {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => {
            super::avx512::step(rows, chain, (table, table.len()), blank, (first, end), bits);
        }
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => super::avx2::step(rows, chain, table, blank, (first, end), bits),
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => super::neon::step(rows, chain, table, blank, (first, end), bits),
        Isa::Portable => twin(rows, chain, table, blank, (first, end), bits),
    }
}

/// The scalar twin; a compiler makes vectors of it.
#[inline(always)]
fn twin(
    rows: &mut Rows,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    groups: (usize, usize),
    bits: &mut [u32],
) {
    if bits.is_empty() {
        portable::<false>(rows, chain, table, blank, groups, bits);
    } else {
        portable::<true>(rows, chain, table, blank, groups, bits);
    }
}

#[inline(always)]
fn portable<const TRACE: bool>(
    rows: &mut Rows,
    chain: &Chain,
    table: &[f32],
    blank: f32,
    (first, end): (usize, usize),
    bits: &mut [u32],
) {
    let blank = f64::from(blank);
    let range = first * LANES..end * LANES;
    let (blanks, _) = rows.blank[range.clone()].as_chunks_mut::<LANES>();
    let (labels, _) = rows.label[range.clone()].as_chunks_mut::<LANES>();
    let (ranks, _) = chain.ranks[range].as_chunks::<LANES>();
    let skips = &chain.skips[first..end];
    let mut carry = f64::NEG_INFINITY;
    for (g, (((b, l), ranks), &skip)) in
        blanks.iter_mut().zip(labels).zip(ranks).zip(skips).enumerate()
    {
        let mut before = [carry; LANES];
        before[1..].copy_from_slice(&l[..LANES - 1]);
        carry = l[LANES - 1];
        let (mut better, mut entered) = (0u32, 0u32);
        for i in 0..LANES {
            let from_label = before[i] > b[i];
            let most = if from_label { before[i] } else { b[i] };
            let enter = if skip >> i & 1 == 1 { most } else { b[i] };
            let enters = enter > l[i];
            let label = if enters { enter } else { l[i] };
            l[i] = label + f64::from(table[ranks[i] as usize]);
            b[i] = most + blank;
            if TRACE {
                better |= u32::from(from_label) << i;
                entered |= u32::from(enters) << i;
            }
        }
        if TRACE {
            bits[g] = better | entered << 16;
        }
    }
}
