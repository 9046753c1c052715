//! Power spectra of windows of sound, a few at a time.

use super::fourier::{Complex, Fourier, LANES, Lanes};

/// A Fourier transform of real numbers with all the memory it needs.
///
/// Two samples stand in one complex number, so that the transform is half as long; what belongs to the even and to the odd
/// samples is told apart afterwards.
pub(in crate::audio) struct Spectra {
    transform: Fourier,
    /// The windows that are transformed next, side by side. They are gone afterwards. Shape `[length, LANES]`.
    pub(in crate::audio) input: Vec<Lanes>,
    /// The turn of each bin of the lower half: its cosine, and its sine taken off 0.
    turns: Vec<[f32; 2]>,
    /// Powers of the bins. Shape `[bins, LANES]`.
    pub(in crate::audio) power: Vec<Lanes>,
}

impl std::fmt::Debug for Spectra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spectra").field("length", &self.input.len()).finish_non_exhaustive()
    }
}

impl Spectra {
    /// Transforms of `length` samples, an even number.
    pub(in crate::audio) fn new(length: usize) -> Self {
        let half = length / 2;
        let turn = |bin: usize| {
            let angle = std::f64::consts::TAU * bin as f64 / length as f64;
            [angle.cos() as f32, -angle.sin() as f32]
        };
        Self {
            transform: Fourier::new(half),
            input: vec![Lanes::ZERO; length],
            turns: (0..=half / 2).map(turn).collect(),
            power: vec![Lanes::ZERO; half + 1],
        }
    }

    pub(in crate::audio) fn bins(&self) -> usize {
        self.power.len()
    }

    /// Transforms `input` into `power`.
    #[inline(always)]
    pub(in crate::audio) fn transform(&mut self) {
        let (pairs, _) = self.input.as_chunks_mut::<2>();
        self.transform.transform(pairs);
        let half = pairs.len();
        let place = |bin: usize| self.transform.places()[bin] as usize;
        for (bin, turn) in self.turns.iter().enumerate() {
            // The spectrum goes round: behind the last bin is the first.
            let back = half - bin;
            let (one, other) = (&pairs[place(bin)], &pairs[place(back % half)]);
            let (mut low, mut high) = (Lanes::ZERO, Lanes::ZERO);
            powers(one, other, *turn, &mut low, &mut high);
            (self.power[bin], self.power[back]) = (low, high);
        }
    }
}

/// The powers of a bin, and of that which is as far from the end, of the transforms of even and odd samples together.
#[inline(always)]
fn powers(
    [re, im]: &Complex,
    [re_back, im_back]: &Complex,
    [cos, sin]: [f32; 2],
    low: &mut Lanes,
    high: &mut Lanes,
) {
    for lane in 0..LANES {
        let (re, im, re_back, im_back) = (re.0[lane], im.0[lane], re_back.0[lane], im_back.0[lane]);
        let (even, even_apart) = (re + re_back, im - im_back);
        let (odd, odd_apart) = (im + im_back, re - re_back);
        let (x, y) = (cos * odd + sin * odd_apart, sin * odd - cos * odd_apart);
        let power = |re: f32, im: f32| (re * re + im * im) * 0.25;
        low.0[lane] = power(even + x, even_apart + y);
        high.0[lane] = power(even - x, even_apart - y);
    }
}

#[cfg(test)]
mod tests {
    use super::{LANES, Lanes, Spectra};

    #[test]
    fn powers_are_those_of_the_plain_sum() {
        for length in [2, 4, 10, 14, 256, 400, 512] {
            let wave =
                |at: usize, lane: usize| ((at * at * (37 + lane) % 101) as f32 - 50.0) / 50.0;
            let mut spectra = Spectra::new(length);
            for (at, to) in spectra.input.iter_mut().enumerate() {
                *to = Lanes(std::array::from_fn(|lane| wave(at, lane)));
            }
            spectra.transform();
            assert_eq!(spectra.bins(), length / 2 + 1);
            for (bin, lane) in (0..spectra.bins()).flat_map(|bin| [(bin, 3), (bin, LANES - 1)]) {
                let (mut re, mut im) = (0f64, 0f64);
                for at in 0..length {
                    let turn = std::f64::consts::TAU * (at * bin % length) as f64 / length as f64;
                    re += f64::from(wave(at, lane)) * turn.cos();
                    im -= f64::from(wave(at, lane)) * turn.sin();
                }
                let want = re * re + im * im;
                let got = f64::from(spectra.power[bin].0[lane]);
                assert!(
                    (got - want).abs() <= 1e-5 * length as f64,
                    "{length}, {bin}: {got}, {want}"
                );
            }
        }
    }
}
