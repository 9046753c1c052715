//! A channel of a frame: what stands before its residuals, and these one by one.
//!
//! # Source
//!
//! RFC 9639, *Free Lossless Audio Codec*, section 9.2.

/// The longest predictor.
pub(super) const LONGEST: usize = 32;

/// How the residuals of a partition are stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Code {
    /// In Rice's code with this parameter.
    Rice(u32),
    /// In as many bits each, signed.
    Plain(u32),
    /// Not at all: all are this.
    Constant(i32),
}

/// A channel of a frame while it is decoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    pub(super) bits: Bits,
    /// Bits of a sample.
    pub(super) width: u32,
    pub(super) order: usize,
    pub(super) coefficients: [i32; LONGEST],
    pub(super) shift: u32,
    pub(super) wasted: u32,
    pub(super) code: Code,
    /// Samples left of the partition, and what the next ones have; bits of a parameter.
    pub(super) left: usize,
    partition: usize,
    parameter: u32,
}

impl Lane {
    /// A lane without a frame.
    pub(super) const NONE: Self = Self {
        bits: Bits { at: 0 },
        width: 0,
        order: 0,
        coefficients: [0; LONGEST],
        shift: 0,
        wasted: 0,
        code: Code::Constant(0),
        left: 0,
        partition: 0,
        parameter: 0,
    };

    /// Reads a channel from the bit at `start` up to its first residual, and hands its first samples to `take`.
    pub(super) fn begin(
        bytes: &[u8],
        start: usize,
        bits: u32,
        block: usize,
        mut take: impl FnMut(usize, i32),
    ) -> Option<Self> {
        let mut at = Bits { at: start };
        if at.unsigned(bytes, 1) != 0 {
            return None;
        }
        let kind = at.unsigned(bytes, 6);
        let wasted = match at.unsigned(bytes, 1) {
            0 => 0,
            _ => at.zeros(bytes)? + 1,
        };
        let width = bits.checked_sub(wasted).filter(|&width| width > 0)?;
        let order = match kind {
            0 | 1 => 0,
            8..=12 => kind as usize - 8,
            32.. => kind as usize - 31,
            _ => return None,
        };
        for place in 0..order {
            take(place, at.signed(bytes, width));
        }
        let mut lane = Self {
            bits: at,
            width,
            order,
            coefficients: [0; LONGEST],
            shift: 0,
            wasted,
            code: Code::Plain(width),
            left: block,
            partition: 0,
            parameter: 0,
        };
        match kind {
            0 => lane.code = Code::Constant(folded(lane.bits.signed(bytes, width))),
            1 => {}
            8..=12 => {
                const FIXED: [&[i32]; 5] = [&[], &[1], &[2, -1], &[3, -3, 1], &[4, -6, 4, -1]];
                lane.coefficients[..order].copy_from_slice(FIXED[order]);
            }
            _ => {
                let precision = lane.bits.unsigned(bytes, 4) + 1;
                let shift = lane.bits.signed(bytes, 5);
                lane.shift = u32::try_from(shift).ok()?;
                if precision == 16 {
                    return None;
                }
                for coefficient in &mut lane.coefficients[..order] {
                    *coefficient = lane.bits.signed(bytes, precision);
                }
            }
        }
        // Sums of products must fit.
        let weight: u64 = lane.coefficients.iter().map(|c| u64::from(c.unsigned_abs())).sum();
        if weight << (width - 1) > i32::MAX as u64 {
            return None;
        }
        if kind >= 8 {
            lane.parameter = match lane.bits.unsigned(bytes, 2) {
                0 => 4,
                1 => 5,
                _ => return None,
            };
            let parts = 1 << lane.bits.unsigned(bytes, 4);
            lane.partition = block / parts;
            if !block.is_multiple_of(parts) || lane.partition < order {
                return None;
            }
            lane.left = 0;
            lane.fill(bytes)?;
            // The first samples belong to the first partition.
            lane.left -= order;
        }
        Some(lane)
    }

    /// Goes on to the next partition where nothing is left of this one.
    #[inline]
    pub(super) fn fill(&mut self, bytes: &[u8]) -> Option<()> {
        if self.left > 0 {
            return Some(());
        }
        let parameter = self.bits.unsigned(bytes, self.parameter);
        self.code = if parameter == (1 << self.parameter) - 1 {
            match self.bits.unsigned(bytes, 5) {
                0 => Code::Constant(0),
                width => Code::Plain(width),
            }
        } else {
            Code::Rice(parameter)
        };
        self.left = self.partition;
        Some(())
    }

    /// Reads one residual, folded.
    #[inline]
    pub(super) fn single(&mut self, bytes: &[u8]) -> Option<i32> {
        self.fill(bytes)?;
        self.left -= 1;
        Some(match self.code {
            Code::Rice(parameter) => self.bits.rice(bytes, parameter)?,
            Code::Plain(width) => folded(self.bits.signed(bytes, width)),
            Code::Constant(value) => value,
        })
    }
}

/// A place in the bytes, in bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    pub(super) at: usize,
}

impl Bits {
    /// The 64 bits from the place on, zeros behind the end; the last seven may be missing.
    #[inline(always)]
    pub(super) fn window(self, bytes: &[u8]) -> u64 {
        let byte = self.at / 8;
        if byte + 8 > bytes.len() {
            return tail(bytes, self.at);
        }
        let eight = bytes[byte..byte + 8].try_into().expect("eight bytes");
        u64::from_be_bytes(eight) << (self.at % 8)
    }

    /// The next `count` bits, at most 32.
    pub(super) fn unsigned(&mut self, bytes: &[u8], count: u32) -> u32 {
        let value = self.window(bytes).checked_shr(64 - count).unwrap_or(0);
        self.at += count as usize;
        value as u32
    }

    pub(super) fn signed(&mut self, bytes: &[u8], count: u32) -> i32 {
        let value = (self.window(bytes) as i64).checked_shr(64 - count).unwrap_or(0);
        self.at += count as usize;
        value as i32
    }

    /// A number in Rice's code, folded.
    pub(super) fn rice(&mut self, bytes: &[u8], parameter: u32) -> Option<i32> {
        let high = self.zeros(bytes)?;
        let low = self.unsigned(bytes, parameter);
        Some((high.wrapping_shl(parameter) | low) as i32)
    }

    /// The zeros before the next one, which is passed as well; `None` where there are too many.
    pub(super) fn zeros(&mut self, bytes: &[u8]) -> Option<u32> {
        let mut count = 0;
        loop {
            let zeros = self.window(bytes).leading_zeros();
            if zeros < 56 {
                self.at += zeros as usize + 1;
                return Some(count + zeros);
            }
            self.at += 56;
            count += 56;
            if self.at / 8 >= bytes.len() {
                return None;
            }
        }
    }
}

/// The bits from `at` on, and zeros.
#[cold]
#[inline(never)]
fn tail(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at / 8..).unwrap_or_default();
    let eight = std::array::from_fn(|at| rest.get(at).copied().unwrap_or(0));
    u64::from_be_bytes(eight) << (at % 8)
}

/// The number that Rice's code holds folded: even ones are positive.
#[inline(always)]
pub(super) fn unfolded(folded: i32) -> i32 {
    (folded as u32 >> 1) as i32 ^ -(folded & 1)
}

/// The other way round.
#[inline(always)]
pub(super) fn folded(value: i32) -> i32 {
    value << 1 ^ value >> 31
}
