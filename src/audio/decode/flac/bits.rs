//! Bits of a frame, most significant first.

/// Reads bits. Behind the end of the bytes it gives zeros, and [`is_over`](Self::is_over) says so.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The byte that is taken next.
    at: usize,
    /// Bits that were taken and not yet read, the next one highest; those below are 0 or the next bytes'.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    #[inline(always)]
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, held: 0, count: 0 }
    }

    /// Holds at least 56 bits.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let next = match self.bytes.get(self.at..self.at + 8) {
            Some(eight) => u64::from_be_bytes(eight.try_into().expect("eight bytes")),
            None => self.last(),
        };
        self.held |= next >> self.count;
        let taken = (63 - self.count) >> 3;
        self.at += taken as usize;
        self.count += taken * 8;
    }

    /// The last bytes, and zeros.
    #[cold]
    fn last(&self) -> u64 {
        let mut eight = [0; 8];
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let rest = &rest[..rest.len().min(8)];
        eight[..rest.len()].copy_from_slice(rest);
        u64::from_be_bytes(eight)
    }

    /// Reads `count` bits, at most 33, where at least so many are held.
    #[inline(always)]
    fn take(&mut self, count: u32) -> u64 {
        // In two steps, as none of 64 may be 64.
        let bits = self.held >> 1 >> (63 - count);
        self.held <<= count;
        self.count -= count;
        bits
    }

    /// Reads `count` bits, at most 33.
    #[inline(always)]
    pub(super) fn read(&mut self, count: u32) -> u32 {
        self.refill();
        self.take(count) as u32
    }

    /// Reads a number of `count` bits, at most 32, the first of which is the sign.
    #[inline(always)]
    pub(super) fn read_signed(&mut self, count: u32) -> i32 {
        if count == 0 {
            return 0;
        }
        let bits = self.read(count);
        (bits << (32 - count)) as i32 >> (32 - count)
    }

    /// Counts zeros up to a one, and reads it as well; `None` where no one follows.
    #[inline(always)]
    pub(super) fn read_zeros(&mut self) -> Option<u32> {
        let mut zeros = 0;
        loop {
            self.refill();
            let run = self.held.leading_zeros();
            if run < self.count {
                self.held = self.held << run << 1;
                self.count -= run + 1;
                return Some(zeros + run);
            }
            zeros += self.count;
            (self.held, self.count) = (0, 0);
            if self.at > self.bytes.len() {
                return None;
            }
        }
    }

    /// Fills `out` with numbers in Rice's code of `low` bits, at most 30; whether they were there.
    #[inline(always)]
    pub(super) fn read_rice(&mut self, low: u32, out: &mut [i32]) -> bool {
        // The two codes that are read after one refill fit it but for rare long ones.
        const HALF: u32 = 28;
        let (pairs, last) = out.as_chunks_mut::<2>();
        for pair in pairs {
            self.refill();
            let first = self.held.leading_zeros() + 1 + low;
            if first <= HALF {
                let bits = self.held >> (64 - first);
                self.held <<= first;
                self.count -= first;
                let second = self.held.leading_zeros() + 1 + low;
                if second <= HALF {
                    pair[0] = unfold(first, low, bits);
                    let bits = self.held >> (64 - second);
                    self.held <<= second;
                    self.count -= second;
                    pair[1] = unfold(second, low, bits);
                    continue;
                }
                pair[0] = unfold(first, low, bits);
            } else {
                match self.read_long(low) {
                    Some(number) => pair[0] = number,
                    None => return false,
                }
            }
            match self.read_long(low) {
                Some(number) => pair[1] = number,
                None => return false,
            }
        }
        for number in last {
            match self.read_long(low) {
                Some(read) => *number = read,
                None => return false,
            }
        }
        true
    }

    /// One number in Rice's code, however long it is.
    #[inline(never)]
    fn read_long(&mut self, low: u32) -> Option<i32> {
        let high = self.read_zeros()?;
        let number = high.wrapping_shl(low) | self.read(low);
        Some(signed(number))
    }

    /// Whether more was read than there is.
    pub(super) fn is_over(&self) -> bool {
        self.byte() > self.bytes.len()
    }

    /// The byte that begins at or after the next bit.
    pub(super) fn byte(&self) -> usize {
        self.at - (self.count / 8) as usize
    }
}

/// The number of a code of `length` bits, of which the `low` last are plain and the others zeros and a one.
#[inline(always)]
fn unfold(length: u32, low: u32, code: u64) -> i32 {
    let high = length - 1 - low;
    // The one that ends the zeros stands above the plain bits.
    let number = (u64::from(high) << low) | (code ^ 1 << low);
    signed(number as u32)
}

/// Even numbers are 0 and above, odd ones below.
#[inline(always)]
fn signed(number: u32) -> i32 {
    (number >> 1) as i32 ^ -((number & 1) as i32)
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn numbers_in_rices_code_are_read_as_they_were_written() {
        let numbers: Vec<i32> =
            (0..2000i64).map(|at| ((at * at * 7919) % 1201 - 600) as i32 >> (at % 11)).collect();
        for low in [0, 1, 4, 9, 14, 30] {
            let mut bits = Vec::new();
            for &number in &numbers {
                let folded = (number << 1 ^ number >> 31) as u32;
                bits.extend(std::iter::repeat_n(false, (folded >> low) as usize));
                bits.push(true);
                bits.extend((0..low).rev().map(|bit| folded >> bit & 1 == 1));
            }
            let bytes: Vec<u8> = bits
                .chunks(8)
                .map(|eight| {
                    eight
                        .iter()
                        .enumerate()
                        .fold(0, |byte, (at, &bit)| byte | u8::from(bit) << (7 - at))
                })
                .collect();
            let mut got = vec![0; numbers.len()];
            let mut reader = Bits::new(&bytes);
            assert!(reader.read_rice(low, &mut got) && !reader.is_over());
            assert_eq!((got, reader.byte()), (numbers.clone(), bytes.len()), "{low}");
            let half = &bytes[..bytes.len() / 2];
            let mut got = vec![0; numbers.len()];
            let mut reader = Bits::new(half);
            assert!(!reader.read_rice(low, &mut got) || reader.is_over());
        }
    }

    #[test]
    fn bits_behind_the_end_are_told() {
        let mut reader = Bits::new(&[0b1010_0000, 0xFF]);
        assert_eq!((reader.read(1), reader.read_zeros(), reader.read_signed(4)), (1, Some(1), 0));
        assert_eq!((reader.read(1), reader.read_signed(8), reader.is_over()), (0, -1, false));
        assert_eq!((reader.read(33), reader.is_over()), (0, true));
        assert_eq!(Bits::new(&[0; 20]).read_zeros(), None);
    }
}
