//! Logarithms of many numbers: a loop that the compiler makes vectors of.

/// Replaces each value, a normal number above 0, by its natural logarithm times `scale`; off by
/// 2e-7 of it, at most.
///
/// With the exponent taken off, `m` lies between √½ and √2, and `ln m = 2 artanh((m - 1) / (m + 1))`, whose series
/// ends early.
#[inline(always)]
pub(in crate::audio) fn logarithms(values: &mut [f32], scale: f32) {
    const LN_2: f32 = std::f32::consts::LN_2;
    // The bits of √½.
    const HALF: i32 = 0x3F35_04F3;
    for value in values {
        let bits = value.to_bits() as i32 - HALF;
        let exponent = (bits >> 23) as f32;
        let m = f32::from_bits(((bits & 0x007F_FFFF) + HALF) as u32);
        let s = (m - 1.0) / (m + 1.0);
        let z = s * s;
        let series = 2.0 + z * (2.0 / 3.0 + z * (2.0 / 5.0 + z * (2.0 / 7.0 + z * (2.0 / 9.0))));
        *value = (exponent * LN_2 + s * series) * scale;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn logarithms_are_those_of_the_standard_library() {
        let mut given = 1.2e-38f32;
        while given < 1e38 {
            let mut got = [given];
            super::logarithms(&mut got, 1.0);
            let want = f64::from(given).ln();
            let far = (f64::from(got[0]) - want).abs();
            assert!(far <= 3e-7 * want.abs().max(1.0), "{given}: {}, expected {want}", got[0]);
            given *= 1.003_7;
        }
    }
}
