//! Frames decoded side by side: a lane for each, so that no frame waits for its own last sample.
//!
//! A sample of FLAC is known only when the one before is: where its bits begin, and what it is predicted from. Frames know
//! nothing of each other. So up to [`LANES`] of them are decoded at once, the bits of four in turn, the
//! predictions of all as vectors. Only what speech is stored as is done here, samples of at most 16 bits in frames of
//! one size; the rest says no, and is decoded frame by frame.
//!
//! # Source
//!
//! RFC 9639, *Free Lossless Audio Codec*, sections 9.2 and 9.3.

use crate::audio::wide::{Work, widest};

/// Frames side by side.
pub(super) const LANES: usize = 8;
/// The longest predictor.
const LONGEST: usize = 32;
/// The most bits of a sample.
const WIDEST: u32 = 16;
/// Samples whose residuals are decoded before they are predicted: as many as stay in the first cache.
const PART: usize = 512;

/// A frame whose bytes are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// The byte behind its header.
    pub(super) body: usize,
    /// The byte behind it, its checksum included.
    pub(super) end: usize,
    /// How its channels are stored, from its header.
    pub(super) assignment: u8,
}

/// A sample of each lane.
type Row = [i32; LANES];

/// What all frames of a group have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// Samples of each channel.
    pub(super) block: usize,
    pub(super) channels: usize,
    /// Bits of a sample.
    pub(super) bits: u32,
}

/// Writes the samples of `frames` to `out`, a slice for each channel: frame after frame, without the first `skip`, as many
/// as have room. Whether it could; where not, `out` may hold anything.
pub(super) fn decode(
    bytes: &[u8],
    frames: &[Frame],
    form: Form,
    skip: usize,
    out: &mut [&mut [f32]],
) -> bool {
    let Form { block, channels, bits } = form;
    if bits > WIDEST || channels > 2 || frames.len() > LANES || block <= LONGEST {
        return false;
    }
    widest(Group { bytes, frames, form, skip, out }).is_some()
}

/// The frames of a group, compiled for several machines.
struct Group<'a, 'o> {
    bytes: &'a [u8],
    frames: &'a [Frame],
    form: Form,
    skip: usize,
    out: &'a mut [&'o mut [f32]],
}

impl Work for Group<'_, '_> {
    type Output = Option<()>;

    #[inline(always)]
    fn run(self) -> Option<()> {
        let Self { bytes, frames, form, skip, out } = self;
        let mut starts = [0; LANES];
        for (start, frame) in starts.iter_mut().zip(frames) {
            *start = frame.body * 8;
        }
        let scale = 1.0 / (1u32 << (form.bits - 1)) as f32;
        for (number, out) in out.iter_mut().enumerate() {
            let mut channel = Channel::begin(bytes, frames, form, number, &starts)?;
            // Of two channels the differences are taken first.
            channel.run(if form.channels == 1 { scale } else { 1.0 }, skip, out)?;
            for (start, lane) in starts.iter_mut().zip(&channel.lanes) {
                *start = lane.bits.at;
            }
        }
        // Zeros fill the last byte; then comes the checksum.
        for (start, frame) in starts.iter().zip(frames) {
            if start.div_ceil(8) + 2 != frame.end {
                return None;
            }
        }
        if let [left, right] = out {
            for (lane, frame) in frames.iter().enumerate() {
                let (from, to) = (lane * form.block, (lane + 1) * form.block);
                let own = from.max(skip) - skip..to.clamp(skip, skip + left.len()) - skip;
                apart(frame.assignment, scale, &mut left[own.clone()], &mut right[own]);
            }
        }
        Some(())
    }
}

/// Makes the samples of both channels of what a frame stores of them.
#[inline(always)]
fn apart(assignment: u8, scale: f32, left: &mut [f32], right: &mut [f32]) {
    for (left, right) in left.iter_mut().zip(right) {
        let (first, second) = (*left, *right);
        let (a, b) = match assignment {
            8 => (first, first - second),
            9 => (first + second, second),
            10 => {
                // Half of the sum; where that is odd, the difference is as well.
                let sum = 2.0 * first + (second as i32 & 1) as f32;
                (0.5 * (sum + second), 0.5 * (sum - second))
            }
            _ => (first, second),
        };
        (*left, *right) = (a * scale, b * scale);
    }
}

/// A channel of all frames while it is decoded.
struct Channel<'a> {
    bytes: &'a [u8],
    block: usize,
    lanes: [Lane; LANES],
    /// How many of them there are.
    count: usize,
    /// The samples before the part that is decoded, and the part.
    rows: [Row; LONGEST + PART],
}

impl<'a> Channel<'a> {
    /// Reads what stands before the residuals of channel `number` at the bits `starts`.
    #[inline(always)]
    fn begin(
        bytes: &'a [u8],
        frames: &[Frame],
        form: Form,
        number: usize,
        starts: &[usize; LANES],
    ) -> Option<Self> {
        let block = form.block;
        let mut rows = [[0; LANES]; LONGEST + PART];
        let mut lanes = [Lane::NONE; LANES];
        for (at, (frame, &start)) in frames.iter().zip(starts).enumerate() {
            // Of two channels that are stored by their difference, that has a bit more.
            let side = matches!((frame.assignment, number), (8 | 10, 1) | (9, 0));
            let bits = form.bits + u32::from(side);
            lanes[at] = Lane::begin(bytes, start, bits, block, |place, sample| {
                rows[LONGEST + place][at] = sample;
            })?;
        }
        Some(Self { bytes, block, lanes, count: frames.len(), rows })
    }

    /// Writes the samples, times `scale`, to `out`.
    #[inline(always)]
    fn run(&mut self, scale: f32, skip: usize, out: &mut [f32]) -> Option<()> {
        let Self { bytes, block, count, .. } = *self;
        let lanes = &mut self.lanes;
        let factors = lanes.map(|lane| scale * (1u32 << (lane.wasted & 31)) as f32);
        let longest = lanes.iter().map(|lane| lane.order).max()?;
        // Until every lane is predicted from what it has.
        for (number, lane) in lanes[..count].iter_mut().enumerate() {
            for at in LONGEST + lane.order..LONGEST + longest {
                let residual = lane.single(bytes)?;
                let before = self.rows[..at].iter().rev().map(|row| row[number]);
                let sum = lane.coefficients[..lane.order]
                    .iter()
                    .zip(before)
                    .fold(0i32, |sum, (by, sample)| sum.wrapping_add(by.wrapping_mul(sample)));
                self.rows[at][number] = unfolded(residual).wrapping_add(sum >> lane.shift);
            }
        }
        let to = Spread { factors, block, skip, count };
        to.write(&self.rows[LONGEST..LONGEST + longest], 0, out);
        let predictor = Predictor::of(lanes, longest);
        let (mut at, mut last) = (longest, longest);
        while at < block {
            for lane in &mut lanes[..count] {
                lane.fill(bytes)?;
            }
            let left = lanes[..count].iter().map(|lane| lane.left).min()?;
            let length = left.min(PART).min(block - at);
            self.rows.copy_within(last..last + LONGEST, 0);
            predictor.run(bytes, &mut lanes[..count], &mut self.rows[..LONGEST + length])?;
            to.write(&self.rows[LONGEST..LONGEST + length], at, out);
            (at, last) = (at + length, length);
        }
        Some(())
    }
}

/// Where samples go: a lane after the other.
struct Spread {
    /// What the samples of each lane are multiplied with.
    factors: [f32; LANES],
    block: usize,
    skip: usize,
    count: usize,
}

impl Spread {
    /// Writes the samples of all lanes from `at` on, as far as `out` has a place for them.
    #[inline(always)]
    fn write(&self, rows: &[Row], mut at: usize, out: &mut [f32]) {
        let (parts, rest) = rows.as_chunks::<LANES>();
        for part in parts {
            let mut values = [[0.0; LANES]; LANES];
            for (to, row) in values.iter_mut().zip(part) {
                for lane in 0..LANES {
                    to[lane] = row[lane] as f32 * self.factors[lane];
                }
            }
            for lane in 0..self.count {
                let mut turned = [0.0; LANES];
                for (to, row) in turned.iter_mut().zip(&values) {
                    *to = row[lane];
                }
                let start = (lane * self.block + at).wrapping_sub(self.skip);
                match out.get_mut(start..).and_then(|out| out.first_chunk_mut()) {
                    Some(to) => *to = turned,
                    None => Self::clipped(&turned, start, out),
                }
            }
            at += LANES;
        }
        for row in rest {
            for lane in 0..self.count {
                let start = (lane * self.block + at).wrapping_sub(self.skip);
                Self::clipped(&[row[lane] as f32 * self.factors[lane]], start, out);
            }
            at += 1;
        }
    }

    /// Writes those of the values that have a place.
    fn clipped(values: &[f32], start: usize, out: &mut [f32]) {
        for (at, value) in values.iter().enumerate() {
            if let Some(to) = out.get_mut(start.wrapping_add(at)) {
                *to = *value;
            }
        }
    }
}

/// How the residuals of a partition are stored.
#[derive(Clone, Copy, Debug)]
enum Code {
    /// In Rice's code with this parameter.
    Rice(u32),
    /// In as many bits each, signed.
    Plain(u32),
    /// Not at all: all are this.
    Constant(i32),
}

/// A channel of a frame while it is decoded.
#[derive(Clone, Copy, Debug)]
struct Lane {
    bits: Bits,
    /// Bits of a sample.
    width: u32,
    order: usize,
    coefficients: [i32; LONGEST],
    shift: u32,
    wasted: u32,
    code: Code,
    /// Samples left of the partition, and what the next ones have; bits of a parameter.
    left: usize,
    partition: usize,
    parameter: u32,
}

/// A place in the bytes, in bits.
#[derive(Clone, Copy, Debug)]
struct Bits {
    at: usize,
}

impl Bits {
    /// The 64 bits from the place on, zeros behind the end; the last seven may be missing.
    #[inline(always)]
    fn window(self, bytes: &[u8]) -> u64 {
        let byte = self.at / 8;
        if byte + 8 > bytes.len() {
            return tail(bytes, self.at);
        }
        let eight = bytes[byte..byte + 8].try_into().expect("eight bytes");
        u64::from_be_bytes(eight) << (self.at % 8)
    }

    /// The next `count` bits, at most 32.
    fn unsigned(&mut self, bytes: &[u8], count: u32) -> u32 {
        let value = self.window(bytes).checked_shr(64 - count).unwrap_or(0);
        self.at += count as usize;
        value as u32
    }

    fn signed(&mut self, bytes: &[u8], count: u32) -> i32 {
        let value = (self.window(bytes) as i64).checked_shr(64 - count).unwrap_or(0);
        self.at += count as usize;
        value as i32
    }

    /// A number in Rice's code, folded.
    fn rice(&mut self, bytes: &[u8], parameter: u32) -> Option<i32> {
        let high = self.zeros(bytes)?;
        let low = self.unsigned(bytes, parameter);
        Some((high.wrapping_shl(parameter) | low) as i32)
    }

    /// The zeros before the next one, which is passed as well; `None` where there are too many.
    fn zeros(&mut self, bytes: &[u8]) -> Option<u32> {
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
fn unfolded(folded: i32) -> i32 {
    (folded as u32 >> 1) as i32 ^ -(folded & 1)
}

/// The other way round.
#[inline(always)]
fn folded(value: i32) -> i32 {
    value << 1 ^ value >> 31
}

impl Lane {
    /// A lane without a frame.
    const NONE: Self = Self {
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
    fn begin(
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
    fn fill(&mut self, bytes: &[u8]) -> Option<()> {
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
    fn single(&mut self, bytes: &[u8]) -> Option<i32> {
        self.fill(bytes)?;
        self.left -= 1;
        Some(match self.code {
            Code::Rice(parameter) => self.bits.rice(bytes, parameter)?,
            Code::Plain(width) => folded(self.bits.signed(bytes, width)),
            Code::Constant(value) => value,
        })
    }
}

/// Samples of a lane that one window of bits holds, if they are short.
const AT_ONCE: usize = 3;
/// The largest parameter of such.
const SHORT: u32 = 14;

/// Reads the next few residuals of a lane from the bit `at` on; the bit behind.
#[inline(always)]
fn few(
    bytes: &[u8],
    at: usize,
    parameter: u32,
    lane: usize,
    rows: &mut [Row; AT_ONCE],
) -> usize {
    let mut window = Bits { at }.window(bytes);
    let mut taken = 0;
    for row in rows.iter_mut() {
        let high = window.leading_zeros();
        window = window.wrapping_shl(high);
        let low = (window >> (63 - parameter)) as u32;
        window = window << parameter << 1;
        // The one that ends the zeros stands above the low bits.
        row[lane] = (high.wrapping_sub(1).wrapping_shl(parameter)).wrapping_add(low) as i32;
        taken += high;
    }
    taken += AT_ONCE as u32 * (parameter + 1);
    if taken > 57 {
        return few_long(bytes, at, parameter, lane, rows);
    }
    at + taken as usize
}

/// The same, whatever their length.
#[cold]
#[inline(never)]
fn few_long(
    bytes: &[u8],
    at: usize,
    parameter: u32,
    lane: usize,
    rows: &mut [Row; AT_ONCE],
) -> usize {
    let mut bits = Bits { at };
    for row in rows {
        match bits.rice(bytes, parameter) {
            Some(residual) => row[lane] = residual,
            // Nothing is read behind the end: the frame will not end where it must.
            None => return bytes.len() * 8 + 64,
        }
    }
    bits.at
}

/// What all lanes are predicted with.
struct Predictor {
    order: usize,
    coefficients: [Row; LONGEST],
    shifts: [u32; LANES],
    /// Whether samples and coefficients have at most 16 bits.
    narrow: bool,
}

impl Predictor {
    fn of(lanes: &[Lane; LANES], order: usize) -> Self {
        let mut coefficients = [[0; LANES]; LONGEST];
        for (number, lane) in lanes.iter().enumerate() {
            for (row, coefficient) in coefficients.iter_mut().zip(lane.coefficients) {
                row[number] = coefficient;
            }
        }
        let narrow = lanes.iter().all(|lane| lane.width <= 16);
        Self { order, coefficients, shifts: lanes.map(|lane| lane.shift), narrow }
    }

    /// Decodes the rows behind the first `LONGEST`, none of which begins a partition but the first.
    #[inline(always)]
    fn run(&self, bytes: &[u8], lanes: &mut [Lane], rows: &mut [Row]) -> Option<()> {
        match (self.order, self.narrow) {
            (0..=4, true) => self.of_order::<4, true>(bytes, lanes, rows),
            (5..=8, true) => self.of_order::<8, true>(bytes, lanes, rows),
            (9..=12, true) => self.of_order::<12, true>(bytes, lanes, rows),
            (0..=12, false) => self.of_order::<12, false>(bytes, lanes, rows),
            _ => self.of_order::<LONGEST, false>(bytes, lanes, rows),
        }
    }

    #[inline(always)]
    fn of_order<const ORDER: usize, const NARROW: bool>(
        &self,
        bytes: &[u8],
        lanes: &mut [Lane],
        rows: &mut [Row],
    ) -> Option<()> {
        let mut at = [0; LANES];
        let mut parameters = [0; LANES];
        let mut short = true;
        for ((lane, at), parameter) in lanes.iter().zip(&mut at).zip(&mut parameters) {
            *at = lane.bits.at;
            match lane.code {
                Code::Rice(of) if of <= SHORT => *parameter = of,
                _ => short = false,
            }
        }
        let coefficients: &[Row; ORDER] =
            self.coefficients.first_chunk().expect("orders are at most the longest");
        let rows = &mut rows[LONGEST - ORDER..];
        let length = rows.len() - ORDER;
        let mut done = 0;
        if short {
            while done + AT_ONCE <= length {
                let window: &mut [Row] = &mut rows[done..done + ORDER + AT_ONCE];
                let (_, few_rows) = window.split_at_mut(ORDER);
                let few_rows: &mut [Row; AT_ONCE] = few_rows.first_chunk_mut()?;
                // The bits of one lane are read while another waits for its own, and for its samples.
                for lane in 0..lanes.len() {
                    at[lane] = few(bytes, at[lane], parameters[lane], lane, few_rows);
                }
                self.predict::<ORDER, NARROW>(coefficients, window);
                done += AT_ONCE;
            }
        }
        for (number, (lane, at)) in lanes.iter_mut().zip(at).enumerate() {
            lane.bits.at = at;
            lane.left -= done;
            for row in &mut rows[ORDER + done..] {
                row[number] = lane.single(bytes)?;
            }
        }
        self.predict::<ORDER, NARROW>(coefficients, &mut rows[done..]);
        Some(())
    }

    /// Makes samples of the folded residuals behind the first `ORDER` of `rows`.
    #[inline(always)]
    fn predict<const ORDER: usize, const NARROW: bool>(
        &self,
        coefficients: &[Row; ORDER],
        rows: &mut [Row],
    ) {
        let times = |a: i32, b: i32| {
            if NARROW { i32::from(a as i16) * i32::from(b as i16) } else { a.wrapping_mul(b) }
        };
        let mut newest = rows[ORDER - 1];
        for at in ORDER..rows.len() {
            let mut sums = [0i32; LANES];
            for back in 1..ORDER {
                let before = rows[at - 1 - back];
                for lane in 0..LANES {
                    sums[lane] =
                        sums[lane].wrapping_add(times(coefficients[back][lane], before[lane]));
                }
            }
            let row = &mut rows[at];
            for lane in 0..LANES {
                let sum = sums[lane].wrapping_add(times(coefficients[0][lane], newest[lane]));
                newest[lane] = unfolded(row[lane]).wrapping_add(sum >> (self.shifts[lane] & 31));
            }
            *row = newest;
        }
    }
}
