//! What the network said: a matrix of log probabilities in any of the usual number types.

use std::ops::Range;

use crate::{Error, Result};

/// The numbers of a matrix, row after row, as the caller holds them. Nothing is copied.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// 32-bit floats.
    F32(&'a [f32]),
    /// IEEE half precision, as its bits.
    F16(&'a [u16]),
    /// bfloat16, as its bits.
    Bf16(&'a [u16]),
    /// 8-bit integers: the value is `(q - zero_point) * scale`.
    I8 {
        /// The stored integers.
        values: &'a [i8],
        /// What one step is worth; above 0.
        scale: f32,
        /// The integer that stands for 0.
        zero_point: i32,
    },
}

impl Values<'_> {
    fn len(self) -> usize {
        match self {
            Self::F32(v) => v.len(),
            Self::F16(v) | Self::Bf16(v) => v.len(),
            Self::I8 { values, .. } => values.len(),
        }
    }
}

/// Natural-log probabilities, `[frames, vocabulary]`, row after row.
///
/// The rows need not sum to one: logits give the same path.
#[derive(Clone, Copy, Debug)]
pub struct LogProbs<'a> {
    // Invariant: values.len() == frames * vocabulary; no value is NaN or +inf.
    values: Values<'a>,
    frames: usize,
    vocabulary: usize,
}

impl<'a> LogProbs<'a> {
    /// A view of 32-bit floats.
    ///
    /// # Errors
    ///
    /// As for [`LogProbs::of`].
    pub fn new(values: &'a [f32], frames: usize, vocabulary: usize) -> Result<Self> {
        Self::of(Values::F32(values), frames, vocabulary)
    }

    /// A view of `values` as a matrix.
    ///
    /// # Errors
    ///
    /// [`Error::Alignment`] where the length is not `frames * vocabulary`, the vocabulary is
    /// empty or above 2³¹ − 1, or a value is NaN or +∞: the message names its frame and column.
    ///
    /// # Complexity
    ///
    /// One pass over the values.
    pub fn of(values: Values<'a>, frames: usize, vocabulary: usize) -> Result<Self> {
        let fail = |reason: String| Err(Error::Alignment { reason });
        if vocabulary == 0 || i32::try_from(vocabulary).is_err() {
            return fail(format!(
                "log_probs must have 1 to 2147483647 columns, got shape [{frames}, {vocabulary}]"
            ));
        }
        if frames.checked_mul(vocabulary) != Some(values.len()) {
            return fail(format!(
                "log_probs has {} values, which is not its shape [{frames}, {vocabulary}]",
                values.len()
            ));
        }
        if i32::try_from(frames).is_err() {
            return fail(format!("log_probs has {frames} frames; the most is 2147483647"));
        }
        let bad = match values {
            Values::F32(v) => first_not_below_infinity(v),
            // All exponent bits set: infinity or NaN; the negative infinity is allowed.
            Values::F16(v) => first(v, |x| x & 0x7c00 == 0x7c00 && x != 0xfc00),
            Values::Bf16(v) => first(v, |x| x & 0x7f80 == 0x7f80 && x != 0xff80),
            Values::I8 { scale, zero_point, .. } => {
                if !(scale.is_finite() && scale > 0.0) || zero_point.unsigned_abs() > 1 << 23 {
                    return fail(format!(
                        "the scale must be finite and above 0 and the zero point within ±2²³, \
                         got {scale} and {zero_point}"
                    ));
                }
                None
            }
        };
        let this = Self { values, frames, vocabulary };
        if let Some(at) = bad {
            let (frame, column) = (at / vocabulary, at % vocabulary);
            return fail(format!(
                "log_probs[{frame}, {column}] is {}; a log probability is a number or -inf",
                this.get(frame, column)
            ));
        }
        Ok(this)
    }

    /// How many frames (rows) there are.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// How many tokens (columns) there are.
    #[must_use]
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// The frames `frames` alone.
    ///
    /// # Panics
    ///
    /// Where `frames` lies outside the matrix.
    #[must_use]
    pub fn slice(&self, frames: Range<usize>) -> LogProbs<'a> {
        let range = frames.start * self.vocabulary..frames.end * self.vocabulary;
        let values = match self.values {
            Values::F32(v) => Values::F32(&v[range]),
            Values::F16(v) => Values::F16(&v[range]),
            Values::Bf16(v) => Values::Bf16(&v[range]),
            Values::I8 { values, scale, zero_point } => {
                Values::I8 { values: &values[range], scale, zero_point }
            }
        };
        Self { values, frames: frames.len(), vocabulary: self.vocabulary }
    }

    /// One value.
    ///
    /// # Panics
    ///
    /// Where `frame` or `column` lies outside the matrix.
    #[must_use]
    pub fn get(&self, frame: usize, column: usize) -> f32 {
        assert!(column < self.vocabulary, "column {column} of {}", self.vocabulary);
        let at = frame * self.vocabulary + column;
        match self.values {
            Values::F32(v) => v[at],
            Values::F16(v) => from_f16(v[at]),
            Values::Bf16(v) => from_bf16(v[at]),
            Values::I8 { values, scale, zero_point } => from_i8(values[at], scale, zero_point),
        }
    }

    /// Frame `frame`'s values of `columns`, in that order.
    pub(super) fn pick(&self, frame: usize, columns: &[u32], out: &mut [f32]) {
        let row = frame * self.vocabulary..(frame + 1) * self.vocabulary;
        match self.values {
            Values::F32(v) => copy(&v[row], columns, out, |x| x),
            Values::F16(v) => copy(&v[row], columns, out, from_f16),
            Values::Bf16(v) => copy(&v[row], columns, out, from_bf16),
            Values::I8 { values, scale, zero_point } => {
                copy(&values[row], columns, out, |x| from_i8(x, scale, zero_point));
            }
        }
    }

    /// Frame `frame`'s values of all columns.
    pub(super) fn row(&self, frame: usize, out: &mut [f32]) {
        let row = frame * self.vocabulary..(frame + 1) * self.vocabulary;
        let out = &mut out[..self.vocabulary];
        match self.values {
            Values::F32(v) => out.copy_from_slice(&v[row]),
            Values::F16(v) => convert(&v[row], out, from_f16),
            Values::Bf16(v) => convert(&v[row], out, from_bf16),
            Values::I8 { values, scale, zero_point } => {
                convert(&values[row], out, |x| from_i8(x, scale, zero_point));
            }
        }
    }

    /// Frame `frame`, where it is held in 32-bit floats.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn floats(&self, frame: usize) -> Option<&'a [f32]> {
        match self.values {
            Values::F32(v) => Some(&v[frame * self.vocabulary..(frame + 1) * self.vocabulary]),
            _ => None,
        }
    }

    /// The greatest value of frame `frame`.
    pub(in crate::align) fn greatest(&self, frame: usize) -> f32 {
        let row = frame * self.vocabulary..(frame + 1) * self.vocabulary;
        match self.values {
            Values::F32(v) => v[row].iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b)),
            _ => (0..self.vocabulary)
                .fold(f32::NEG_INFINITY, |a, column| a.max(self.get(frame, column))),
        }
    }
}

/// Where the first NaN or +∞ lies.
fn first_not_below_infinity(values: &[f32]) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    if super::rows::Isa::detect() != super::rows::Isa::Portable {
        return super::avx2::first_bad(values);
    }
    first_bad(values)
}

/// The scalar twin; a compiler makes vectors of it.
#[inline(always)]
pub(super) fn first_bad(values: &[f32]) -> Option<usize> {
    first(values, |x| x.is_nan() | (x == f32::INFINITY))
}

/// Where the first bad value lies. Whole chunks are looked at without a branch.
#[inline(always)]
fn first<T: Copy>(values: &[T], bad: impl Fn(T) -> bool) -> Option<usize> {
    let mut start = 0;
    for chunk in values.chunks(1024) {
        if chunk.iter().fold(false, |any, &x| any | bad(x)) {
            return chunk.iter().position(|&x| bad(x)).map(|at| start + at);
        }
        start += chunk.len();
    }
    None
}

fn copy<T: Copy>(row: &[T], columns: &[u32], out: &mut [f32], value: impl Fn(T) -> f32) {
    for (out, &column) in out.iter_mut().zip(columns) {
        *out = value(row[column as usize]);
    }
}

fn convert<T: Copy>(row: &[T], out: &mut [f32], value: impl Fn(T) -> f32) {
    for (out, &x) in out.iter_mut().zip(row) {
        *out = value(x);
    }
}

fn from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// The exponent is moved from bias 15 to 127 by one exact product, subnormals included.
fn from_f16(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let rest = u32::from(bits & 0x7fff);
    if rest >= 0x7c00 {
        return f32::from_bits(sign | 0x7f80_0000 | (rest & 0x3ff) << 13);
    }
    let value = f32::from_bits(rest << 13) * f32::from_bits(0x7780_0000); // 2¹¹²
    f32::from_bits(value.to_bits() | sign)
}

fn from_i8(q: i8, scale: f32, zero_point: i32) -> f32 {
    (i32::from(q) - zero_point) as f32 * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_read_as_ieee_754_says() {
        for (bits, want) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x0001, 2f32.powi(-24)),
            (0x83ff, -1023.0 * 2f32.powi(-24)),
            (0x7bff, 65504.0),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(from_f16(bits).to_bits(), f32::to_bits(want), "{bits:#x}");
        }
        assert!(from_f16(0x7e00).is_nan());
        assert_eq!(from_bf16(0xc040), -3.0);
    }
}
