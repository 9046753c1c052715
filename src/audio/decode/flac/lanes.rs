//! Frames decoded side by side: a lane for each, so that no frame waits for its own last sample.
//!
//! A sample of FLAC is known only when the one before is: where its bits begin, and what it is predicted from. Frames know
//! nothing of each other. So up to [`LANES`] of them are decoded at once: their bits in turn, their predictions as
//! vectors. Only what speech is stored as is done here, samples of at most 16 bits in frames of one size; where
//! [`decode`] says no, frames are decoded one by one.
//!
//! # Source
//!
//! RFC 9639, *Free Lossless Audio Codec*, sections 9.2 and 9.3.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "instructions that not every machine has, found at run time")
)]

use super::predict::{Predictor, pair};
use super::spread::Spread;
use super::subframe::{LONGEST, Lane, unfolded};

/// Frames side by side.
pub(super) const LANES: usize = 8;
/// The most bits of a sample.
const WIDEST: u32 = 16;
/// Rows that are decoded before they are written: as many as stay in the nearest cache.
const PART: usize = 512;

/// A frame whose bytes are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// The byte it begins with.
    pub(super) at: usize,
    /// The byte behind its header.
    pub(super) body: usize,
    /// The byte behind it, its checksum included.
    pub(super) end: usize,
    /// How its channels are stored, from its header.
    pub(super) assignment: u8,
}

/// A sample of each lane.
pub(super) type Row = [i32; LANES];

/// What all frames of a group have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// Samples of each channel.
    pub(super) block: usize,
    pub(super) channels: usize,
    /// Bits of a sample.
    pub(super) bits: u32,
}

/// Whether frames are of the kind that is decoded here.
pub(super) fn fits(Form { block, channels, bits }: Form) -> bool {
    bits <= WIDEST && channels <= 2 && block > LONGEST
}

/// Writes the samples of `frames` to `out`, a slice for each channel: frame after frame, without the first `skip`, as many
/// as have room. What the last frame of a single channel has behind that goes to `rest`. Whether it could; where not, both
/// may hold anything.
pub(super) fn decode(
    bytes: &[u8],
    frames: &[Frame],
    form: Form,
    skip: usize,
    out: &mut [&mut [f32]],
    rest: &mut [f32],
) -> bool {
    if !fits(form) || frames.len() > LANES {
        return false;
    }
    let group = Group { bytes, frames, form, skip, out, rest };
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("lzcnt")
    {
        // SAFETY: the machine was asked for each of the features that the function is compiled with.
        return unsafe { avx2(group) }.is_some();
    }
    group.run::<false>().is_some()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
fn avx2(group: Group<'_, '_>) -> Option<()> {
    group.run::<true>()
}

/// The frames of a group.
pub(super) struct Group<'a, 'o> {
    pub(super) bytes: &'a [u8],
    pub(super) frames: &'a [Frame],
    pub(super) form: Form,
    pub(super) skip: usize,
    pub(super) out: &'a mut [&'o mut [f32]],
    pub(super) rest: &'a mut [f32],
}

impl Group<'_, '_> {
    #[inline(always)]
    pub(super) fn run<const AVX2: bool>(self) -> Option<()> {
        let Self { bytes, frames, form, skip, out, rest } = self;
        let mut starts = [0; LANES];
        for (start, frame) in starts.iter_mut().zip(frames) {
            *start = frame.body * 8;
        }
        let scale = 1.0 / (1u32 << (form.bits - 1)) as f32;
        for (number, out) in out.iter_mut().enumerate() {
            let mut channel = Channel::begin(bytes, frames, form, number, &starts)?;
            // Of two channels the differences are taken first.
            let scale = if form.channels == 1 { scale } else { 1.0 };
            channel.run::<AVX2>(scale, skip, out, rest)?;
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
                let place = |at: usize| at.clamp(skip, skip + left.len()) - skip;
                let own = place(lane * form.block)..place((lane + 1) * form.block);
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

    /// Writes the samples, times `scale`, to `out` and `rest`.
    #[inline(always)]
    fn run<const AVX2: bool>(
        &mut self,
        scale: f32,
        skip: usize,
        out: &mut [f32],
        rest: &mut [f32],
    ) -> Option<()> {
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
        let predictor = Predictor::of(lanes, longest);
        let to = Spread { factors, block, skip, count };
        to.write::<false, AVX2>(&self.rows[LONGEST..LONGEST + longest], 0, out, rest);
        if predictor.narrow {
            for at in (LONGEST..LONGEST + longest).rev() {
                for lane in 0..LANES {
                    self.rows[at][lane] = pair(self.rows[at][lane], self.rows[at - 1][lane]);
                }
            }
        }
        let (mut at, mut last) = (longest, longest);
        while at < block {
            for lane in &mut lanes[..count] {
                lane.fill(bytes)?;
            }
            let left = lanes[..count].iter().map(|lane| lane.left).min()?;
            let length = left.min(PART).min(block - at);
            self.rows.copy_within(last..last + LONGEST, 0);
            let rows = &mut self.rows[..LONGEST + length];
            predictor.run::<AVX2>(bytes, &mut lanes[..count], rows)?;
            let rows = &self.rows[LONGEST..LONGEST + length];
            if predictor.narrow {
                to.write::<true, AVX2>(rows, at, out, rest);
            } else {
                to.write::<false, AVX2>(rows, at, out, rest);
            }
            (at, last) = (at + length, length);
        }
        Some(())
    }
}
