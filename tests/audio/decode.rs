//! Every format, against reference decoders and the signal that was encoded.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use proptest::prelude::*;
use sprogkit::audio::{Channel, Format, ReadOptions, Reader, SeekIndex, decode, read};

use super::{data, rms, signal};

/// File, format, rate, channels, bits, frames, and how far the sound may be from what was encoded
/// (root of the mean square; 0.3 is the signal's own).
type Expected = (&'static str, Format, u32, u16, Option<u16>, u64, f64);

const FILES: &[Expected] = &[
    ("long.flac", Format::Flac, 8000, 1, Some(16), 48_500, 1e-5),
    ("stereo24.flac", Format::Flac, 44_100, 2, Some(24), 13_230, 1e-7),
    ("long.mp3", Format::Mp3, 16_000, 1, None, 97_000, 0.03),
    ("bare.mp3", Format::Mp3, 16_000, 1, None, 12_672, f64::INFINITY),
    ("stereo.mp3", Format::Mp3, 44_100, 2, None, 30_870, 0.03),
    ("long.ogg", Format::Vorbis, 16_000, 1, None, 97_000, 0.03),
    ("stereo.ogg", Format::Vorbis, 44_100, 2, None, 30_870, 0.03),
    ("long.opus", Format::Opus, 48_000, 1, None, 291_000, 0.2),
    ("stereo.opus", Format::Opus, 48_000, 2, None, 33_600, 0.05),
    ("long.m4a", Format::Aac, 16_000, 1, None, 65_000, 0.02),
    ("stereo.m4a", Format::Aac, 44_100, 2, None, 30_870, 0.1),
    ("long.aac", Format::Aac, 16_000, 1, None, 34_816, f64::INFINITY),
];

fn only(channel: u16) -> ReadOptions {
    ReadOptions { channel: Channel::Only(channel), ..ReadOptions::default() }
}

#[test]
fn each_format_gives_the_frames_that_were_encoded() {
    let mut wrong = Vec::new();
    for &(name, format, rate, channels, bits, frames, far) in FILES {
        let mut reader = Reader::open(data(name)).unwrap();
        assert_eq!(
            (reader.format(), reader.rate(), reader.channels(), reader.bits()),
            (format, rate, channels, bits),
            "{name}"
        );
        assert_eq!(reader.frames().unwrap(), frames, "{name}");
        for channel in 0..channels {
            let sound = read(data(name), &only(channel)).unwrap();
            assert_eq!((sound.rate, sound.samples.len() as u64), (rate, frames), "{name}");
            let there = sound.samples.iter().enumerate();
            let difference =
                rms(there.map(|(at, got)| got - signal(rate, at, usize::from(channel))));
            eprintln!("{name}, channel {channel}: {difference:.6} from what was encoded");
            if difference > far {
                wrong.push(format!("{name}, channel {channel}: {difference}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn samples_are_those_of_the_reference_decoders() {
    let golden = fs::read_to_string(data("samples.tsv")).unwrap();
    let (mut decoded, mut wrong) = (HashMap::new(), Vec::new());
    let mut apart: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    for line in golden.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (name, frame): (_, usize) = (cells[0], cells[4].parse().unwrap());
        let (channel, want): (u16, f32) = (cells[5].parse().unwrap(), cells[6].parse().unwrap());
        let sound = decoded
            .entry((name, channel))
            .or_insert_with(|| read(data(name), &only(channel)).unwrap().samples);
        // FFmpeg's count holds the padding of AAC.
        if let Some(got) = sound.get(frame) {
            apart.entry(name).or_default().push(got - want);
        }
    }
    assert_eq!(apart.len(), FILES.len());
    for (name, apart) in apart {
        assert!(apart.len() >= 24, "{name}");
        let most = apart.iter().fold(0f32, |most, one| most.max(one.abs()));
        let difference = rms(apart);
        eprintln!("{name}: {difference:.7} from the reference decoder, at most {most:.7}");
        let allowed = match name.rsplit('.').next() {
            Some("flac") => 1e-7,
            Some("opus") => 2e-3,
            Some("m4a" | "aac") => 1e-3,
            _ => 2e-5,
        };
        if difference > allowed {
            wrong.push(format!("{name}: {difference}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_slice_is_what_the_whole_file_has_there() {
    let mut wrong = Vec::new();
    for &(name, .., frames, _) in FILES {
        let whole = read(data(name), &ReadOptions::default()).unwrap().samples;
        let mut reader = Reader::open(data(name)).unwrap();
        let mut state = 7u64;
        let turns = if name.ends_with("opus") { 6 } else { 16 };
        for turn in 0..turns {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let offset = match turn {
                0 => 0,
                1 => frames,
                2 => frames - 1,
                _ => (state >> 33) % frames,
            };
            reader.seek(offset).unwrap();
            let mut got = vec![0.0; 2500];
            let count = reader.read(&mut got).unwrap();
            let want = &whole[offset as usize..(offset as usize + 2500).min(whole.len())];
            assert_eq!(count, want.len(), "{name} at {offset}");
            // Bit by bit, except where a codec predicts from all that came before or makes noise.
            let apart = match name.rsplit('.').next() {
                Some("opus") => 5e-3,
                Some("m4a" | "aac") => 1e-3,
                _ => 0.0,
            };
            let far = got.iter().zip(want).position(|(got, want)| (got - want).abs() > apart);
            if let Some(at) = far {
                wrong.push(format!("{name} at {offset} + {at}: {}, {}", got[at], want[at]));
            }
        }
        // Frames of ADTS are not counted before.
        assert!(reader.seek(frames + 1).is_err(), "{name}");
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn an_index_leads_to_the_same_samples() {
    for name in ["long.flac", "long.mp3", "long.ogg"] {
        let whole = read(data(name), &ReadOptions::default()).unwrap().samples;
        let index = Reader::open(data(name)).unwrap().index().unwrap();
        let bytes = index.to_bytes();
        assert_eq!(SeekIndex::from_bytes("i", &bytes).unwrap(), index);
        let mut reader = Reader::open(data(name)).unwrap().with_index(&index).unwrap();
        for offset in (0..whole.len()).step_by(7919).chain([whole.len() - 1]) {
            reader.seek(offset as u64).unwrap();
            let mut got = vec![0.0; 3000.min(whole.len() - offset)];
            reader.read(&mut got).unwrap();
            assert!(got == whole[offset..offset + got.len()], "{name} at {offset}");
        }
        let other = Reader::open(data("bare.mp3")).unwrap().with_index(&index).unwrap_err();
        assert!(other.to_string().starts_with("index must be that of "), "{other}");
        for cut in 0..bytes.len().min(60) {
            SeekIndex::from_bytes("i", &bytes[..cut]).unwrap_err();
        }
        let mut changed = bytes.clone();
        changed[9] ^= 1;
        let wrong = SeekIndex::from_bytes("i", &changed).unwrap_err().to_string();
        assert!(wrong.ends_with("the checksum of the index of sound is wrong"), "{wrong}");
    }
}

#[test]
fn channels_are_mixed_or_chosen() {
    for name in ["stereo24.flac", "stereo.mp3", "stereo.m4a"] {
        let [left, right] = [0, 1].map(|c| read(data(name), &only(c)).unwrap().samples);
        let mix = read(data(name), &ReadOptions::default()).unwrap().samples;
        for ((mix, left), right) in mix.iter().zip(&left).zip(&right) {
            assert!((mix - (left + right) / 2.0).abs() < 1e-6, "{name}");
        }
        let mut both = Vec::new();
        let mut reader = Reader::open(data(name)).unwrap();
        while reader.read_channels(&mut both, 1000).unwrap() > 0 {}
        assert_eq!(both, [left, right], "{name}");
        let wrong = read(data(name), &only(2)).unwrap_err().to_string();
        assert!(wrong.starts_with("channel must be below the 2 of "), "{wrong}");
    }
}

/// A WAV file of one of the three containers.
fn wav(container: &str, tag: u16, channels: u16, bits: u16, sound: &[u8]) -> Vec<u8> {
    let frame = channels * bits / 8;
    let mut format = tag.to_le_bytes().to_vec();
    format.extend(channels.to_le_bytes());
    format.extend(8000u32.to_le_bytes());
    format.extend((8000 * u32::from(frame)).to_le_bytes());
    format.extend(frame.to_le_bytes());
    format.extend(bits.to_le_bytes());
    let size = |length: usize| (length as u32).to_le_bytes();
    let mut file = Vec::new();
    match container {
        "RIFF" => {
            file.extend(b"RIFF\0\0\0\0WAVEfmt ");
            file.extend(size(16));
            file.extend(format);
            file.extend(b"data");
            file.extend(size(sound.len()));
        }
        "RF64" => {
            file.extend(b"RF64\xff\xff\xff\xffWAVEds64");
            file.extend(size(28));
            file.extend([0; 8]);
            file.extend((sound.len() as u64).to_le_bytes());
            file.extend([0; 12]);
            file.extend(b"fmt ");
            file.extend(size(16));
            file.extend(format);
            file.extend(b"data\xff\xff\xff\xff");
        }
        _ => {
            let chunk = b"\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A";
            file.extend(b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0\0\0\0\0\0\0\0\0wave");
            file.extend(chunk);
            file.extend(b"fmt ");
            file.extend(chunk);
            file.extend(40u64.to_le_bytes());
            file.extend(format);
            file.extend(b"data");
            file.extend(chunk);
            file.extend((24 + sound.len() as u64).to_le_bytes());
        }
    }
    file.extend(sound);
    file
}

#[test]
fn wav_of_every_width_and_container_gives_the_same_levels() {
    let levels = [0.0f64, 0.5, -0.5, -1.0, 0.25, 0.984_375];
    type Bytes = fn(f64) -> Vec<u8>;
    let widths: &[(u16, u16, Bytes)] = &[
        (1, 8, |x| vec![(x * 128.0 + 128.0) as u8]),
        (1, 16, |x| ((x * 32_768.0) as i16).to_le_bytes().to_vec()),
        (1, 24, |x| ((x * 8_388_608.0) as i32).to_le_bytes()[..3].to_vec()),
        (1, 32, |x| ((x * 2_147_483_648.0) as i32).to_le_bytes().to_vec()),
        (3, 32, |x| (x as f32).to_le_bytes().to_vec()),
        (3, 64, |x| x.to_le_bytes().to_vec()),
    ];
    for container in ["RIFF", "RF64", "W64"] {
        for &(tag, bits, bytes) in widths {
            let sound: Vec<u8> = levels.iter().flat_map(|&x| bytes(x)).collect();
            let file = wav(container, tag, 1, bits, &sound);
            let got = decode("f", file, &ReadOptions::default()).unwrap();
            let want: Vec<f32> = levels.iter().map(|&x| x as f32).collect();
            assert_eq!((got.rate, got.samples), (8000, want), "{container}, {bits} bits");
            let file = wav(container, tag, 3, bits, &sound);
            let got = decode("f", file.clone(), &ReadOptions::default()).unwrap().samples;
            let want = [0.0, (-1.0 + 0.25 + 0.984_375) / 3.0];
            assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-6), "{got:?}");
            let got = decode("f", file, &only(2)).unwrap().samples;
            assert_eq!(got, [-0.5, 0.984_375], "{container}, {bits} bits");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_stream_of_any_steps_is_the_whole(steps in prop::collection::vec(1usize..9000, 1..40)) {
        let whole = read(data("long.flac"), &ReadOptions::default()).unwrap().samples;
        let mut reader = Reader::open(data("long.flac")).unwrap();
        let mut at = 0;
        for step in steps {
            let mut part = vec![0.0; step];
            let count = reader.read(&mut part).unwrap();
            prop_assert_eq!(&part[..count], &whole[at..at + count]);
            prop_assert_eq!(count, step.min(whole.len() - at));
            at += count;
            prop_assert_eq!(reader.position(), at as u64);
        }
    }
}
