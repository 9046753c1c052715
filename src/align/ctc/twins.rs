//! The loops for wide registers do what their scalar twins do.

use super::problem::{Chain, LANES};
use super::rows::{Isa, Rows, step};
use super::sweep::{Bounds, Losses};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.0 >> 33
    }

    /// A log probability, at times −∞ or equal to another.
    fn value(&mut self) -> f32 {
        match self.next() % 9 {
            0 => f32::NEG_INFINITY,
            1 => -1.0,
            _ => -(self.next() as f32) / 1e8,
        }
    }
}

fn chain(random: &mut Random, groups: usize, width: usize) -> Chain {
    let ranks: Vec<u32> =
        (0..groups * LANES).map(|_| random.next() as u32 % width as u32).collect();
    let highest = *ranks.iter().max().unwrap() as usize;
    let skips = (0..groups).map(|_| random.next() as u16).collect();
    Chain { labels: groups * LANES - 1, pairs: groups * LANES, ranks, highest, skips }
}

#[test]
fn vectors_do_as_the_scalar_loops_do() {
    for isa in Isa::all() {
        let mut random = Random(3);
        for number in 0..200 {
            let (groups, width) = (1 + number % 7, LANES * (1 + number % 6));
            let chain = chain(&mut random, groups, width);
            let (first, end) = (number % groups, groups);
            let frames = 1 + number % 5;
            let tables: Vec<f32> = (0..frames * width).map(|_| random.value()).collect();

            let mut rows = Rows::impossible(groups * LANES);
            for place in rows.blank.iter_mut().chain(&mut rows.label) {
                *place = f64::from(random.value());
            }
            let mut plain = rows.clone();
            let (mut bits, mut plain_bits) = (vec![0; end - first], vec![0; end - first]);
            for trace in [true, false] {
                let table = &tables[..width];
                let (own, other) = match trace {
                    true => (&mut bits[..], &mut plain_bits[..]),
                    false => (&mut [][..], &mut [][..]),
                };
                step(isa, &mut rows, &chain, table, table[0], (first, end), own);
                step(Isa::Portable, &mut plain, &chain, table, table[0], (first, end), other);
                let (found, want) = ((&rows.blank, &rows.label), (&plain.blank, &plain.label));
                assert_eq!(found, want, "{isa:?} {number}");
            }
            assert_eq!(bits, plain_bits, "{isa:?} {number}");

            // Its additions round up by themselves; `plan` tests that they bound.
            #[cfg(target_arch = "x86_64")]
            if isa == Isa::Avx512 {
                continue;
            }
            let blanks = tables.chunks(width).map(|table| table[0]).collect();
            let losses = Losses { tables, blanks, width };
            let mut bounds = Bounds::start(groups * LANES, frames);
            for place in bounds.blank.iter_mut().chain(&mut bounds.label) {
                *place = random.value();
            }
            let mut plain = Bounds::start(groups * LANES, frames);
            (plain.blank, plain.label) = (bounds.blank.clone(), bounds.label.clone());
            let best = bounds.advance(isa, &chain, &losses, (first, end));
            let plain_best = plain.advance(Isa::Portable, &chain, &losses, (first, end));
            assert_eq!((best, bounds.base), (plain_best, plain.base), "{isa:?} {number}");
            let (found, want) = ((bounds.blank, bounds.label), (plain.blank, plain.label));
            assert_eq!(found, want, "{isa:?} {number}");
        }
    }
}
