//! Residuals read and samples predicted, a row of all lanes after the other.
#![cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "a product of pairs that not every machine has, found at run time"
    )
)]

use super::lanes::{LANES, Row};
use super::subframe::{Bits, Code, LONGEST, Lane, unfolded};

/// The largest parameter of Rice's code of which one window of bits holds three numbers, and that of which it holds four: if
/// they are short.
const THREE: u32 = 14;
const FOUR: u32 = 9;

/// What all lanes are predicted with.
pub(super) struct Predictor {
    order: usize,
    /// Whether samples and coefficients have at most 16 bits. Then two stand in a number: in a row of samples
    /// the sample in the low half and the one before in the high half, in a row of coefficients the first and the second.
    pub(super) narrow: bool,
    /// Coefficients, or pairs of them.
    terms: [Row; LONGEST],
    shifts: Row,
}

/// Where the lanes are.
struct Places {
    /// The bits that are read next.
    at: [usize; LANES],
    parameters: [u32; LANES],
    /// What residuals are stored above: the bit that ends the zeros.
    above: Row,
}

/// Two samples in one number.
#[inline(always)]
pub(super) fn pair(sample: i32, before: i32) -> i32 {
    sample & 0xFFFF | before << 16
}

impl Predictor {
    pub(super) fn of(lanes: &[Lane; LANES], order: usize) -> Self {
        let narrow = lanes.iter().all(|lane| lane.width <= 16);
        let mut terms = [[0; LANES]; LONGEST];
        for (number, lane) in lanes.iter().enumerate() {
            if narrow {
                let (pairs, _) = lane.coefficients.as_chunks::<2>();
                for (row, &[first, second]) in terms.iter_mut().zip(pairs) {
                    row[number] = pair(first, second);
                }
            } else {
                for (row, coefficient) in terms.iter_mut().zip(lane.coefficients) {
                    row[number] = coefficient;
                }
            }
        }
        Self { order, narrow, terms, shifts: lanes.map(|lane| lane.shift as i32) }
    }

    /// Decodes the rows behind the first `LONGEST`, in which no lane begins a partition but in the first.
    #[inline(always)]
    pub(super) fn run<const AVX2: bool>(
        &self,
        bytes: &[u8],
        lanes: &mut [Lane],
        rows: &mut [Row],
    ) -> Option<()> {
        match (self.order, self.narrow) {
            (0..=4, true) => self.of_order::<2, true, AVX2>(bytes, lanes, rows),
            (5..=8, true) => self.of_order::<4, true, AVX2>(bytes, lanes, rows),
            (9..=12, true) => self.of_order::<6, true, AVX2>(bytes, lanes, rows),
            (_, true) => self.of_order::<16, true, AVX2>(bytes, lanes, rows),
            (0..=12, false) => self.of_order::<12, false, AVX2>(bytes, lanes, rows),
            (_, false) => self.of_order::<LONGEST, false, AVX2>(bytes, lanes, rows),
        }
    }

    #[inline(always)]
    fn of_order<const TERMS: usize, const NARROW: bool, const AVX2: bool>(
        &self,
        bytes: &[u8],
        lanes: &mut [Lane],
        rows: &mut [Row],
    ) -> Option<()> {
        let before = if NARROW { 2 * TERMS } else { TERMS };
        let rows = &mut rows[LONGEST - before..];
        let mut places = Places { at: [0; LANES], parameters: [0; LANES], above: [0; LANES] };
        let mut largest = 0;
        for (number, lane) in lanes.iter().enumerate() {
            places.at[number] = lane.bits.at;
            if let Code::Rice(parameter) = lane.code {
                places.parameters[number] = parameter;
                places.above[number] = 1 << parameter;
                largest = largest.max(parameter);
            } else {
                largest = u32::MAX;
            }
        }
        let count = lanes.len();
        let (done, predicted) = if largest <= FOUR {
            self.few_by_few::<TERMS, NARROW, AVX2, 4>(bytes, count, &mut places, rows)
        } else if largest <= THREE {
            self.few_by_few::<TERMS, NARROW, AVX2, 3>(bytes, count, &mut places, rows)
        } else {
            (0, 0)
        };
        for (number, lane) in lanes.iter_mut().enumerate() {
            lane.bits.at = places.at[number];
            lane.left -= done;
            for row in &mut rows[before + done..] {
                row[number] = lane.single(bytes)?.wrapping_add(places.above[number]);
            }
        }
        self.predict::<TERMS, NARROW, AVX2>(&places.above, &mut rows[predicted..]);
        Some(())
    }

    /// Reads rows of residuals, a `FEW` at a time, and predicts all but the last few; how many are read, and how many are predicted.
    #[inline(always)]
    fn few_by_few<const TERMS: usize, const NARROW: bool, const AVX2: bool, const FEW: usize>(
        &self,
        bytes: &[u8],
        lanes: usize,
        places: &mut Places,
        rows: &mut [Row],
    ) -> (usize, usize) {
        let before = if NARROW { 2 * TERMS } else { TERMS };
        let (mut done, mut predicted) = (0, 0);
        while let Some((_, rest)) = rows[done..].split_at_mut_checked(before)
            && let Some(few) = rest.first_chunk_mut::<FEW>()
        {
            // The bits of one lane are read while another waits for its own, and for its samples.
            for lane in 0..lanes {
                let at = &mut places.at[lane];
                let code = (places.parameters[lane], places.above[lane]);
                *at = residuals(bytes, *at, code, lane, few);
            }
            // Rows just written lane by lane cannot be read as vectors yet: those before them can.
            if done > 0 {
                let rows = &mut rows[predicted..predicted + before + FEW];
                self.predict::<TERMS, NARROW, AVX2>(&places.above, rows);
                predicted += FEW;
            }
            done += FEW;
        }
        (done, predicted)
    }

    /// Makes samples of the folded residuals, which are stored above `above`, behind the rows that are predicted from.
    #[inline(always)]
    fn predict<const TERMS: usize, const NARROW: bool, const AVX2: bool>(
        &self,
        above: &Row,
        rows: &mut [Row],
    ) {
        let terms: &[Row; TERMS] = self.terms.first_chunk().expect("no more than the longest");
        #[cfg(target_arch = "x86_64")]
        if NARROW && AVX2 {
            // SAFETY: whoever says `AVX2` asked the machine for it.
            unsafe { pairs_avx2(terms, &self.shifts, above, rows) };
            return;
        }
        let before = if NARROW { 2 * TERMS } else { TERMS };
        for at in before..rows.len() {
            let mut sums = [0i32; LANES];
            for (back, term) in terms.iter().enumerate() {
                let samples = rows[at - 1 - if NARROW { 2 * back } else { back }];
                for lane in 0..LANES {
                    let (term, sample) = (term[lane], samples[lane]);
                    let product = if NARROW {
                        let low = i32::from(term as i16) * i32::from(sample as i16);
                        low.wrapping_add((term >> 16) * (sample >> 16))
                    } else {
                        term.wrapping_mul(sample)
                    };
                    sums[lane] = sums[lane].wrapping_add(product);
                }
            }
            let newest = rows[at - 1];
            let row = &mut rows[at];
            for lane in 0..LANES {
                let residual = unfolded(row[lane].wrapping_sub(above[lane]));
                let sample = residual.wrapping_add(sums[lane] >> (self.shifts[lane] & 31));
                row[lane] = if NARROW { pair(sample, newest[lane]) } else { sample };
            }
        }
    }
}

/// [`Predictor::predict`] of pairs.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn pairs_avx2<const TERMS: usize>(
    terms: &[Row; TERMS],
    shifts: &Row,
    above: &Row,
    rows: &mut [Row],
) {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_and_si256, _mm256_blend_epi16, _mm256_loadu_si256,
        _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_slli_epi32,
        _mm256_srav_epi32, _mm256_srli_epi32, _mm256_storeu_si256, _mm256_sub_epi32,
        _mm256_xor_si256,
    };

    const { assert!(size_of::<Row>() == size_of::<__m256i>()) };
    // SAFETY: a row is as long as a vector.
    let load = |row: *const Row| unsafe { _mm256_loadu_si256(row.cast()) };
    let (shifts, above) = (load(shifts), load(above));
    let terms = terms.each_ref().map(|term| load(term));
    let (one, zero) = (_mm256_set1_epi32(1), _mm256_setzero_si256());
    let count = rows.len();
    assert!(count >= 2 * TERMS && TERMS > 0);
    let rows = rows.as_mut_ptr();
    // SAFETY: here and below, what is added is less than `count`, and not less than 0.
    let mut newest = load(unsafe { rows.add(2 * TERMS - 1) });
    for at in 2 * TERMS..count {
        let mut sum = zero;
        for (back, &term) in terms.iter().enumerate().skip(1) {
            // SAFETY: `at` is at least twice the terms.
            let samples = load(unsafe { rows.add(at - 1 - 2 * back) });
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(samples, term));
        }
        // The newest last: it is known last.
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(newest, terms[0]));
        // SAFETY: `at` is less than `count`.
        let to = unsafe { rows.add(at) };
        let folded = _mm256_sub_epi32(load(to), above);
        let sign = _mm256_sub_epi32(zero, _mm256_and_si256(folded, one));
        let residual = _mm256_xor_si256(_mm256_srli_epi32::<1>(folded), sign);
        let sample = _mm256_add_epi32(residual, _mm256_srav_epi32(sum, shifts));
        newest = _mm256_blend_epi16::<0xAA>(sample, _mm256_slli_epi32::<16>(newest));
        // SAFETY: a row is as long as a vector.
        unsafe { _mm256_storeu_si256(to.cast(), newest) };
    }
}

/// Reads the next few residuals of a lane from the bit `at` on, each with the bit that ends its zeros; the bit behind. `power` is
/// two to the power of `parameter`: a product keeps the ports that shift free.
#[inline(always)]
fn residuals<const FEW: usize>(
    bytes: &[u8],
    at: usize,
    (parameter, power): (u32, i32),
    lane: usize,
    rows: &mut [Row; FEW],
) -> usize {
    let mut window = Bits { at }.window(bytes);
    let mut taken = FEW as u32 * (parameter + 1);
    for row in rows.iter_mut() {
        let zeros = window.leading_zeros();
        window = window.wrapping_shl(zeros);
        let low = (window >> (63 - parameter)) as i32;
        window <<= parameter + 1;
        row[lane] = (zeros as i32).wrapping_mul(power).wrapping_add(low);
        taken += zeros;
    }
    // What a window has at least.
    if taken > 57 {
        return long_residuals(bytes, at, parameter, lane, rows);
    }
    at + taken as usize
}

/// The same, whatever their length.
#[cold]
#[inline(never)]
fn long_residuals(bytes: &[u8], at: usize, parameter: u32, lane: usize, rows: &mut [Row]) -> usize {
    let mut bits = Bits { at };
    for row in rows {
        match bits.rice(bytes, parameter) {
            Some(residual) => row[lane] = residual.wrapping_add(1 << parameter),
            // Nothing is read behind the end: the frame will not end where it must.
            None => return bytes.len() * 8 + 64,
        }
    }
    bits.at
}
