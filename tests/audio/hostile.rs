//! Damaged files: told with file and byte, without a panic and without memory that is not there.

use std::fs;

use sprogkit::Error;
use sprogkit::audio::{ReadOptions, Reader, decode};

use super::data;

const FILES: [&str; 8] = [
    "long.flac",
    "stereo24.flac",
    "bare.mp3",
    "stereo.mp3",
    "stereo.ogg",
    "stereo.opus",
    "stereo.m4a",
    "long.aac",
];

#[test]
fn a_file_cut_anywhere_is_told_with_its_byte() {
    for name in FILES {
        let whole = fs::read(data(name)).unwrap();
        let complete = decode(name, whole.clone(), &ReadOptions::default()).unwrap().samples;
        for part in 0..13 {
            let cut = whole.len() * part / 13;
            match decode(name, whole[..cut].to_vec(), &ReadOptions::default()) {
                Err(Error::Format { origin, offset, .. }) => {
                    assert_eq!(origin, name);
                    assert!(offset <= cut as u64, "{name} cut at {cut}: byte {offset}");
                }
                Err(other) => panic!("{name} cut at {cut}: {other}"),
                // Frames of MPEG and ADTS follow each other without an end.
                Ok(got) => assert!(
                    matches!(name, "bare.mp3" | "long.aac") && got.samples.len() < complete.len(),
                    "{name} cut at {cut} was read"
                ),
            }
        }
    }
}

#[test]
fn changed_bytes_are_refused_or_read_but_never_panic() {
    let mut state = 11u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    let (mut refused, mut taken) = (0, 0);
    for name in FILES {
        let whole = fs::read(data(name)).unwrap();
        for turn in 0..24 {
            let mut bytes = whole.clone();
            for _ in 0..=turn % 4 {
                // Headers get half of the changes.
                let at = if turn % 2 == 0 { next(bytes.len().min(600)) } else { next(bytes.len()) };
                bytes[at] = next(256) as u8;
            }
            match decode(name, bytes, &ReadOptions::default()) {
                Ok(_) => taken += 1,
                Err(Error::Format { .. }) => refused += 1,
                Err(other) => panic!("{name}: {other}"),
            }
        }
    }
    assert!(refused > 50 && taken > 10, "{refused} refused, {taken} taken");
}

#[test]
fn a_slice_of_a_damaged_file_is_refused_or_is_what_was_there() {
    let whole = fs::read(data("long.flac")).unwrap();
    let sound = decode("f", whole.clone(), &ReadOptions::default()).unwrap().samples;
    let mut refused = 0;
    for place in (3000..whole.len()).step_by(2500) {
        let mut bytes = whole.clone();
        bytes[place..place + 3].fill(0x55);
        for offset in (0..sound.len() - 100).step_by(1500) {
            let mut reader = Reader::new("f", bytes.clone()).unwrap();
            let mut out = [0.0; 100];
            match reader.seek(offset as u64).and_then(|()| reader.read(&mut out)) {
                Ok(_) => assert_eq!(out, sound[offset..offset + 100], "{place}, {offset}"),
                Err(Error::Format { .. }) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
    }
    assert!(refused > 10, "{refused} refused");
}

#[test]
fn what_is_no_sound_says_so() {
    let mut bomb = b"ID3\x04\0\0\x7f\x7f\x7f\x7f".to_vec();
    bomb.extend([0; 90]);
    let mut huge = fs::read(data("long.flac")).unwrap();
    // 2^36 - 1 frames: refused at the end of what is there.
    huge[21] |= 15;
    huge[22..26].fill(255);
    for (bytes, want) in [
        (Vec::new(), "f: byte 0: the file is empty, expected sound"),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
            "f: byte 0: no sound that is read: begins with \"\\x89PNG\"",
        ),
        (bomb, "f: byte 0: a tag claims 268435465 bytes, the file has 100: no sound follows"),
        (huge, "f: byte 44471: truncated: the header promises 68719476735 frames"),
        (b"OggS".to_vec(), "f: byte 4: truncated: the file ends in the page at byte 0"),
        (b"fLaC\x00\x00\x00\x22".to_vec(), "f: byte 4: a block of metadata claims 34 bytes"),
    ] {
        let wrong = decode("f", bytes, &ReadOptions::default()).unwrap_err().to_string();
        assert!(wrong.starts_with(want), "{wrong}, expected {want}");
    }
}
