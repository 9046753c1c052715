//! Windows of sound, side by side.

use super::fourier::{LANES, Lanes};

/// As many windows as there are lanes, each a hop behind the one before.
///
/// The sound is laid out in rows of samples that are a hop apart. Of what is in the windows at one place, the lanes
/// stand together in such a row: a hop further on in the window, they stand one column further on.
#[derive(Debug)]
pub(in crate::audio) struct Windows {
    length: usize,
    hop: usize,
    columns: usize,
    /// Shape `[rows, columns]`.
    samples: Vec<f32>,
}

impl Windows {
    /// Windows of `length` samples from `hop` to `hop`.
    // Not inline: where both are known, compilers put rows into one vector instead of lanes, which takes twice the time.
    #[inline(never)]
    pub(in crate::audio) fn new(length: usize, hop: usize) -> Self {
        let columns = LANES + (length - 1) / hop;
        Self { length, hop, columns, samples: vec![0.0; columns * length.min(hop)] }
    }

    /// Lays out `lanes` windows, the first of which begins at `start`; `outside` gives the samples that lie outside of
    /// `samples`.
    #[inline(always)]
    pub(in crate::audio) fn read(
        &mut self,
        samples: &[f32],
        start: isize,
        lanes: usize,
        outside: impl Fn(isize) -> f32,
    ) {
        let (hop, columns) = (self.hop, self.columns);
        let rows = self.samples.chunks_exact_mut(columns);
        let own = usize::try_from(start).ok().and_then(|start| {
            samples.get(start..)?.get(..((columns - 1).checked_mul(hop)?).checked_add(rows.len())?)
        });
        if let Some(own) = own {
            turn(own, hop, columns, &mut self.samples);
            return;
        }
        let columns = columns - LANES + lanes;
        for (row, to) in rows.enumerate() {
            for (column, to) in to[..columns].iter_mut().enumerate() {
                let at = start + (row + column * hop) as isize;
                let own = usize::try_from(at).ok().and_then(|at| samples.get(at));
                *to = own.copied().unwrap_or_else(|| outside(at));
            }
            to[columns..].fill(0.0);
        }
    }

    /// What the windows have at each of their places, in parts: the first place, and rows from there on.
    #[inline(always)]
    pub(in crate::audio) fn parts(
        &self,
    ) -> impl Iterator<Item = (usize, impl Iterator<Item = &[f32; LANES]>)> {
        (0..self.length).step_by(self.hop).enumerate().map(|(column, first)| {
            let rows = self.samples.chunks_exact(self.columns).take(self.length - first);
            (first, rows.filter_map(move |row| row[column..].first_chunk()))
        })
    }

    /// Writes the windows, times their `weights`, to `out`.
    #[inline(always)]
    pub(in crate::audio) fn weigh(&self, weights: &[f32], out: &mut [Lanes]) {
        for (first, rows) in self.parts() {
            for ((row, weight), to) in rows.zip(&weights[first..]).zip(&mut out[first..]) {
                *to = Lanes(row.map(|sample| sample * weight));
            }
        }
    }
}

/// Lays `columns` that begin a hop apart side by side in rows.
#[inline(always)]
fn turn(samples: &[f32], hop: usize, columns: usize, out: &mut [f32]) {
    let rows = out.len() / columns;
    let column = |column: usize| &samples[column * hop..][..rows];
    let mut at = 0;
    // Four at once, since stores are what this takes its time for.
    while at + 4 <= columns {
        let (a, b, c, d) = (column(at), column(at + 1), column(at + 2), column(at + 3));
        for ((((to, a), b), c), d) in out.chunks_exact_mut(columns).zip(a).zip(b).zip(c).zip(d) {
            to[at..at + 4].copy_from_slice(&[*a, *b, *c, *d]);
        }
        at += 4;
    }
    for at in at..columns {
        for (to, sample) in out.chunks_exact_mut(columns).zip(column(at)) {
            to[at] = *sample;
        }
    }
}

/// The sample at `at` of a sound that is mirrored at both ends, the end samples standing once.
pub(in crate::audio) fn mirrored(samples: &[f32], at: isize) -> f32 {
    let last = samples.len() as isize - 1;
    if last < 1 {
        return samples.first().copied().unwrap_or(0.0);
    }
    let inside = at.rem_euclid(2 * last);
    samples[if inside > last { 2 * last - inside } else { inside } as usize]
}

/// The same, the end samples standing twice.
pub(in crate::audio) fn mirrored_twice(samples: &[f32], at: isize) -> f32 {
    let length = samples.len() as isize;
    if length == 0 {
        return 0.0;
    }
    let inside = at.rem_euclid(2 * length);
    samples[if inside >= length { 2 * length - 1 - inside } else { inside } as usize]
}

#[cfg(test)]
mod tests {
    use super::{LANES, Windows};

    #[test]
    fn lanes_are_windows_a_hop_apart() {
        let sound: Vec<f32> = (0..500).map(|at| at as f32).collect();
        for (length, hop) in [(1, 1), (2, 1), (1, 3), (5, 2), (40, 16), (6, 7), (40, 40)] {
            let mut windows = Windows::new(length, hop);
            for (start, lanes) in [(-30, LANES), (0, LANES), (7, LANES), (7, 3), (450, 5)] {
                windows.read(&sound, start, lanes, |at| -(at as f32) - 0.5);
                let mut due = 0;
                for (first, rows) in windows.parts() {
                    assert_eq!(first, due);
                    for (at, row) in (first..).zip(rows) {
                        due += 1;
                        for (lane, &got) in row.iter().take(lanes).enumerate() {
                            let at = start + (at + lane * hop) as isize;
                            let inside = (0..500).contains(&at);
                            let want = if inside { at as f32 } else { -(at as f32) - 0.5 };
                            assert_eq!(got, want, "{length}, {hop}, {start}");
                        }
                    }
                }
                assert_eq!(due, length);
            }
        }
    }
}
