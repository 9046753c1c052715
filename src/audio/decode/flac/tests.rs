//! Frames of every kind, encoded here and decoded side by side.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::crc::{crc8, crc16};
use super::lanes::{Form, Frame, Group, LANES, decode};
use crate::audio::{Channel, ReadOptions, Reader};

/// Bits, the first the highest of a byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: usize,
}

impl Bits {
    fn push(&mut self, value: i64, count: u32) {
        for bit in (0..count).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let byte = self.bytes.last_mut().unwrap();
            *byte |= ((value >> bit & 1) as u8) << (7 - self.used % 8);
            self.used += 1;
        }
    }

    fn unary(&mut self, zeros: u64) {
        (0..zeros).for_each(|_| self.push(0, 1));
        self.push(1, 1);
    }
}

/// How a channel of a frame is stored.
#[derive(Clone, Debug)]
struct Kind {
    /// 0 where it may be constant, 1 as it is, 2 by a fixed predictor, else by one of its own.
    predictor: u8,
    order: usize,
    coefficients: Vec<i32>,
    shift: u32,
    /// How often the residuals are halved.
    halvings: u32,
    /// Bits taken off the parameter that would be right, or none for plain numbers.
    parameters: Vec<Option<u32>>,
    long_parameters: bool,
    /// Whether sums of products may take more than 32 bits.
    heavy: bool,
}

fn kind() -> impl Strategy<Value = Kind> {
    let parameters = vec(prop_oneof![4 => (0u32..4).prop_map(Some), 1 => Just(None)], 1..20);
    (0u8..5, 0usize..=32, vec(-16_384i32..16_384, 32), 0u32..15, 0u32..5, parameters, any::<bool>())
        .prop_map(|(predictor, order, coefficients, shift, halvings, parameters, long)| Kind {
            predictor,
            order,
            coefficients,
            shift,
            halvings,
            parameters,
            long_parameters: long,
            heavy: false,
        })
}

/// Writes a channel of `width` bits, whose samples all have `wasted` zeros at their end.
fn write(to: &mut Bits, samples: &[i32], width: u32, wasted: u32, kind: &Kind) {
    let width = width - wasted;
    let samples: Vec<i64> = samples.iter().map(|&sample| i64::from(sample >> wasted)).collect();
    let same = samples.iter().all(|sample| *sample == samples[0]);
    let own = kind.predictor > 2 && kind.order > 0;
    let order = if own { kind.order } else { kind.order % 5 };
    let code = match kind.predictor {
        0 if same => 0,
        0 | 1 => 1,
        _ if own => 31 + order as i64,
        _ => 8 + order as i64,
    };
    to.push(code, 7);
    to.push(i64::from(wasted > 0), 1);
    if wasted > 0 {
        to.unary(u64::from(wasted) - 1);
    }
    if code < 8 {
        let count = if code == 0 { 1 } else { samples.len() };
        samples[..count].iter().for_each(|&sample| to.push(sample, width));
        return;
    }
    samples[..order].iter().for_each(|&sample| to.push(sample, width));
    let mut coefficients: Vec<i64> = match order {
        _ if own => kind.coefficients[..order].iter().map(|&c| i64::from(c)).collect(),
        0 => vec![],
        1 => vec![1],
        2 => vec![2, -1],
        3 => vec![3, -3, 1],
        _ => vec![4, -6, 4, -1],
    };
    let shift = if own { kind.shift } else { 0 };
    if own {
        // Sums stay below 32 bits.
        while coefficients.iter().map(|c| c.abs()).sum::<i64>() << (width - 1) > i64::from(i32::MAX)
        {
            coefficients.iter_mut().for_each(|c| *c /= 2);
        }
        to.push(14, 4);
        to.push(i64::from(shift), 5);
        coefficients.iter().for_each(|&c| to.push(c, 15));
    }
    let residuals: Vec<i64> = (order..samples.len())
        .map(|at| {
            let sum: i64 = (0..order).map(|back| coefficients[back] * samples[at - 1 - back]).sum();
            samples[at] - (sum >> shift)
        })
        .collect();
    let fits = |halvings: &u32| {
        let parts = 1 << halvings;
        samples.len().is_multiple_of(parts) && samples.len() / parts >= order
    };
    let halvings = (0..=kind.halvings).rev().find(fits).unwrap();
    let long = kind.long_parameters;
    to.push(i64::from(long), 2);
    to.push(i64::from(halvings), 4);
    let part = samples.len() >> halvings;
    let (bits, most) = if long { (5, 30) } else { (4, 14) };
    for number in 0..1 << halvings {
        let own = (number * part).max(order) - order..(number + 1) * part - order;
        let own = &residuals[own];
        let folded = |residual: i64| ((residual << 1) ^ (residual >> 63)) as u64;
        let largest = own.iter().map(|&residual| folded(residual)).max().unwrap_or(0);
        let needed = 64 - largest.leading_zeros();
        match kind.parameters[number % kind.parameters.len()] {
            Some(less) if needed.saturating_sub(less) <= most => {
                let parameter = needed.saturating_sub(less);
                to.push(i64::from(parameter), bits);
                for &residual in own {
                    to.unary(folded(residual) >> parameter);
                    to.push(folded(residual) as i64, parameter);
                }
            }
            _ if needed < 32 => {
                to.push((1 << bits) - 1, bits);
                to.push(i64::from(needed), 5);
                own.iter().for_each(|&residual| to.push(residual, needed));
            }
            _ => {
                to.push(i64::from(most), bits);
                for &residual in own {
                    to.unary(folded(residual) >> most);
                    to.push(folded(residual) as i64, most);
                }
            }
        }
    }
}

/// A group of frames, and the samples of each channel.
#[derive(Debug)]
struct Made {
    bytes: Vec<u8>,
    frames: Vec<Frame>,
    form: Form,
    channels: Vec<Vec<f32>>,
}

/// What a frame is made of: how its samples change from one to the next, wasted bits, assignment, the kinds of its channels.
type Recipe = (Vec<i32>, u32, u8, [Kind; 2]);

fn make(block: usize, channels: usize, bits: u32, recipes: &[Recipe], behind: usize) -> Made {
    let form = Form { block, channels, bits };
    let mut made =
        Made { bytes: vec![7; 3], frames: vec![], form, channels: vec![vec![]; channels] };
    for (steps, wasted, assignment, kinds) in recipes {
        let wasted = *wasted % (bits - 3);
        let least = -1i32 << (bits - 1 - wasted);
        // Two walks, and the second a part of the first.
        let mut at = [0i32; 2];
        let mut sound = [vec![], vec![]];
        for place in 0..block {
            let step = steps[place % steps.len()];
            at[0] = (at[0] + step).clamp(least, -least - 1);
            at[1] = (at[0] / 2 + step % 7).clamp(least, -least - 1);
            sound.iter_mut().zip(at).for_each(|(sound, at)| sound.push(at << wasted));
        }
        let mut to = Bits::default();
        let [left, right] = &sound;
        let pairs = || left.iter().zip(right);
        if channels == 1 {
            write(&mut to, left, bits, wasted, &kinds[0]);
        } else {
            let side: Vec<i32> = pairs().map(|(left, right)| left - right).collect();
            let middle: Vec<i32> = pairs().map(|(left, right)| (left + right) >> 1).collect();
            let plain = [(left, bits, wasted), (right, bits, wasted)];
            let [first, second] = match assignment {
                8 => [plain[0], (&side, bits + 1, wasted)],
                9 => [(&side, bits + 1, wasted), plain[1]],
                10 => [(&middle, bits, 0), (&side, bits + 1, wasted)],
                _ => plain,
            };
            write(&mut to, first.0, first.1, first.2, &kinds[0]);
            write(&mut to, second.0, second.1, second.2, &kinds[1]);
        }
        let body = made.bytes.len();
        made.bytes.extend(to.bytes);
        made.bytes.extend([0xAB, 0xCD]);
        let end = made.bytes.len();
        let assignment = if channels == 1 { 0 } else { *assignment };
        made.frames.push(Frame { at: body, body, end, assignment });
        let scale = (1u32 << (bits - 1)) as f32;
        for (to, sound) in made.channels.iter_mut().zip(&sound) {
            to.extend(sound.iter().map(|&sample| sample as f32 / scale));
        }
    }
    made.bytes.extend(vec![0xFF; behind]);
    made
}

/// A file of the frames.
fn stream(made: &Made) -> Vec<u8> {
    let (block, channels) = (made.form.block as u16, made.form.channels as u64);
    let mut file = b"fLaC\x80\0\0\x22".to_vec();
    file.extend([block.to_be_bytes(), block.to_be_bytes()].concat());
    file.extend([0; 6]);
    let samples = u64::from(block) * made.frames.len() as u64;
    let packed = 16_000 << 44 | (channels - 1) << 41 | u64::from(made.form.bits - 1) << 36;
    file.extend((packed | samples).to_be_bytes());
    file.extend([0; 16]);
    for (number, frame) in made.frames.iter().enumerate() {
        let start = file.len();
        file.extend([0xFF, 0xF8, 0x70, frame.assignment << 4 | 4 << 1, number as u8]);
        file.extend((block - 1).to_be_bytes());
        file.push(crc8(&file[start..]));
        file.extend(&made.bytes[frame.body..frame.end - 2]);
        file.extend(crc16(0, &file[start..]).to_be_bytes());
    }
    file
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let steps = prop_oneof![
        vec(-300i32..300, 1..40),
        vec(-3i32..4, 1..40),
        vec(-40_000i32..40_000, 1..40),
        Just(vec![0]),
    ];
    let wasted = prop_oneof![3 => Just(0u32), 1 => 1u32..5];
    (steps, wasted, prop_oneof![Just(1u8), 8u8..=10], [kind(), kind()])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn frames_side_by_side_are_what_was_encoded(
        (recipes, channels, bits) in (vec(recipe(), 1..=LANES), 1usize..=2, 4u32..=16),
        block in prop_oneof![33usize..400, (1usize..40).prop_map(|parts| 32 * parts + 32)],
        (skip, short, behind) in (0usize..300, 0usize..300, 0usize..10),
    ) {
        let made = make(block, channels, bits, &recipes, behind);
        let all = block * recipes.len();
        let own = skip.min(all)..all.saturating_sub(short).max(skip.min(all));
        let behind = if channels == 1 { all - own.end.max(all - block) } else { 0 };
        let run = |plain: bool| {
            let mut out = vec![vec![9.0; own.len()]; channels];
            let mut rest = vec![9.0; behind];
            let mut parts: Vec<&mut [f32]> = out.iter_mut().map(|out| &mut out[..]).collect();
            let Made { bytes, frames, form, .. } = &made;
            let done = if plain {
                let (out, rest) = (&mut parts[..], &mut rest[..]);
                let group = Group { bytes, frames, form: *form, skip: own.start, out, rest };
                group.run::<false>().is_some()
            } else {
                decode(bytes, frames, *form, own.start, &mut parts, &mut rest)
            };
            (done, out, rest)
        };
        for plain in [true, false] {
            let (done, out, rest) = run(plain);
            prop_assert!(done);
            for (out, want) in out.iter().zip(&made.channels) {
                prop_assert_eq!(out, &want[own.clone()], "plain: {}", plain);
            }
            // More than the last frame is behind only where that is not asked for.
            if own.end >= all - block {
                prop_assert_eq!(&rest, &made.channels[0][all - behind..], "plain: {}", plain);
            }
        }
    }

    #[test]
    fn streams_with_frames_of_every_kind_are_read_from_anywhere(
        mut recipes in vec((recipe(), prop::bool::weighted(0.1)), 1..40),
        channels in 1usize..=2,
        (from, count) in (any::<prop::sample::Index>(), 1u64..900),
    ) {
        for (recipe, heavy) in &mut recipes {
            for kind in &mut recipe.3 {
                // Heavy frames are decoded one by one. None is much longer than its samples as they are: such is no frame.
                (kind.heavy, kind.shift) = (*heavy, kind.shift.max(if *heavy { 14 } else { 10 }));
            }
        }
        let recipes: Vec<Recipe> = recipes.into_iter().map(|(recipe, _)| recipe).collect();
        let made = make(192, channels, 16, &recipes, 0);
        let file = stream(&made);
        let all = 192 * recipes.len();
        let from = from.index(all);
        for (channel, want) in (0u16..).zip(&made.channels) {
            let channel = Channel::Only(channel);
            let options = ReadOptions { channel, ..ReadOptions::default() };
            let whole = crate::audio::decode("f", file.clone(), &options).unwrap().samples;
            prop_assert_eq!(&whole, want);
            let options = ReadOptions { offset: from as u64, frames: Some(count), channel };
            let slice = crate::audio::decode("f", file.clone(), &options).unwrap().samples;
            prop_assert_eq!(&slice[..], &want[from..all.min(from + count as usize)]);
            let mut reader = Reader::new("f", file.clone()).unwrap();
            reader.select(channel).unwrap();
            let mut pieces: Vec<f32> = vec![];
            loop {
                let mut piece = vec![0.0; count as usize];
                let got = reader.read(&mut piece).unwrap();
                pieces.extend(&piece[..got]);
                if got < piece.len() {
                    break;
                }
            }
            prop_assert_eq!(&pieces, want);
        }
    }

    #[test]
    fn damaged_frames_are_refused_or_give_the_same_on_every_machine(
        recipes in vec(recipe(), 1..=LANES),
        channels in 1usize..=2,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in 0usize..40,
    ) {
        let mut made = make(96, channels, 16, &recipes, 0);
        for (at, byte) in changes {
            let at = at.index(made.bytes.len());
            made.bytes[at] = byte;
        }
        made.bytes.truncate(made.bytes.len().saturating_sub(cut));
        let run = |plain: bool| {
            let mut out = vec![vec![9f32; 96 * recipes.len()]; channels];
            let mut parts: Vec<&mut [f32]> = out.iter_mut().map(|out| &mut out[..]).collect();
            let Made { bytes, frames, form, .. } = &made;
            let done = if plain {
                let group = Group { bytes, frames, form: *form, skip: 0, out: &mut parts, rest: &mut [] };
                group.run::<false>().is_some()
            } else {
                decode(bytes, frames, *form, 0, &mut parts, &mut [])
            };
            done.then(|| out.concat().into_iter().map(f32::to_bits).collect::<Vec<_>>())
        };
        prop_assert_eq!(run(true), run(false));
    }
}
