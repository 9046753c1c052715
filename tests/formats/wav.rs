use sprogkit::audio::wav;

/// A WAV file of one format chunk and one data chunk.
fn file(tag: u16, channels: u16, rate: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    let frame = channels * bits.div_ceil(8);
    let mut format = Vec::new();
    format.extend(tag.to_le_bytes());
    format.extend(channels.to_le_bytes());
    format.extend(rate.to_le_bytes());
    format.extend((rate * u32::from(frame)).to_le_bytes());
    format.extend(frame.to_le_bytes());
    format.extend(bits.to_le_bytes());
    chunks(&[(b"fmt ", &format), (b"data", data)])
}

fn chunks(parts: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WAVE".to_vec();
    for (name, content) in parts {
        body.extend(*name);
        body.extend((content.len() as u32).to_le_bytes());
        body.extend(*content);
        body.extend(vec![0; content.len() % 2]);
    }
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(body);
    bytes
}

fn bytes<const N: usize>(values: &[i64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()[..N].to_vec()).collect()
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[test]
fn every_depth_becomes_sixteen_bits() {
    let cases: Vec<(&str, Vec<u8>, Vec<i16>)> = vec![
        (
            "8 bits",
            file(1, 1, 8000, 8, &[0, 127, 128, 129, 255]),
            vec![-32768, -256, 0, 256, 32512],
        ),
        (
            "16 bits",
            file(1, 1, 8000, 16, &bytes::<2>(&[-32768, -1, 0, 1, 32767])),
            vec![-32768, -1, 0, 1, 32767],
        ),
        (
            "24 bits, rounded",
            file(1, 1, 8000, 24, &bytes::<3>(&[-8_388_608, -128, -127, 0, 127, 128, 8_388_607])),
            vec![-32768, -1, 0, 0, 0, 1, 32767],
        ),
        (
            "32 bits",
            file(
                1,
                1,
                8000,
                32,
                &bytes::<4>(&[i64::from(i32::MIN), -65536, 0, 65536, i64::from(i32::MAX)]),
            ),
            vec![-32768, -1, 0, 1, 32767],
        ),
        (
            "float, cut off",
            file(3, 1, 8000, 32, &floats(&[-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])),
            vec![-32768, -32768, -16384, 0, 16384, 32767, 32767],
        ),
        (
            "two channels",
            file(1, 2, 8000, 16, &bytes::<2>(&[100, 300, -1, -2, 32767, 32767])),
            vec![200, -2, 32767],
        ),
        ("three channels of 24", file(1, 3, 8000, 24, &bytes::<3>(&[256, 512, 768])), vec![2]),
        ("float in two channels", file(3, 2, 8000, 32, &floats(&[0.5, -0.5])), vec![0]),
        ("no sound", file(1, 1, 8000, 16, &[]), vec![]),
    ];
    for (name, bytes, want) in cases {
        let got = wav::decode("f", &bytes).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
        assert_eq!((got.samples, got.rate), (want, 8000), "{name}");
    }
}

#[test]
fn hound_reads_the_same() {
    for (channels, bits) in [(1, 8), (2, 8), (1, 16), (2, 16), (1, 24), (3, 24), (1, 32), (2, 32)] {
        let mut written = std::io::Cursor::new(Vec::new());
        let spec = hound::WavSpec {
            channels,
            sample_rate: 22_050,
            bits_per_sample: bits,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(&mut written, spec).unwrap();
        let mut state = 7u32;
        let mut all = Vec::new();
        for _ in 0..600 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let sample = (state as i32) >> (32 - bits);
            all.push(f64::from(sample) / f64::from(1u32 << (bits - 1)) * 32768.0);
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
        let got = wav::decode("f", written.get_ref()).unwrap();
        assert_eq!((got.rate, got.channels, got.bits), (22_050, channels, bits));
        for (frame, &got) in all.chunks(usize::from(channels)).zip(&got.samples) {
            let want = frame.iter().sum::<f64>() / f64::from(channels);
            assert!((want - f64::from(got)).abs() <= 0.51 || got == i16::MAX, "{want} {got}");
        }
        assert_eq!(got.samples.len(), 600 / usize::from(channels));
    }
}

#[test]
fn other_chunks_and_an_extensible_header_are_read_past() {
    let plain = file(1, 1, 16_000, 16, &bytes::<2>(&[1, 2]));
    let format = &plain[20..36];
    let mut extensible = format.to_vec();
    extensible[..2].copy_from_slice(&0xFFFEu16.to_le_bytes());
    extensible.extend([22, 0, 16, 0, 4, 0, 0, 0]);
    extensible.extend([1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
    let sound = bytes::<2>(&[1, 2]);
    for parts in [
        chunks(&[
            (b"LIST", b"odd"),
            (b"fmt ", format),
            (b"fact", &[2, 0, 0, 0]),
            (b"data", &sound),
            (b"id3 ", b"x"),
        ]),
        chunks(&[(b"fmt ", &extensible), (b"data", &sound)]),
    ] {
        assert_eq!(wav::decode("f", &parts).unwrap().samples, [1, 2]);
    }
    // A program that writes to a pipe does not know the length.
    let mut piped = plain.clone();
    piped[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(wav::decode("f", &piped).unwrap().samples, [1, 2]);
}

#[test]
fn what_is_no_sound_is_told_with_its_byte() {
    let good = file(1, 2, 16_000, 16, &bytes::<2>(&[1, 2, 3, 4]));
    let changed = |at: usize, with: &[u8]| {
        let mut bytes = good.clone();
        bytes[at..at + with.len()].copy_from_slice(with);
        bytes
    };
    let huge = (1u32 << 30).to_le_bytes();
    for (bytes, want) in [
        (Vec::new(), "f: byte 0: the file is empty, expected a WAV file"),
        (
            b"\x89PNG\r\n\x1a\n0000IHDR".to_vec(),
            "f: byte 0: no WAV file: begins with \"\\x89PNG\", expected \"RIFF\"",
        ),
        (b"RI".to_vec(), "f: byte 0: no WAV file: begins with \"RI\""),
        (b"RF64\xff\xff\xff\xffWAVE".to_vec(), "f: byte 12: the file ends before its format"),
        (good[..12].to_vec(), "f: byte 12: the file ends before its format chunk"),
        (good[..36].to_vec(), "f: byte 36: the file ends before its sound"),
        (
            good[..46].to_vec(),
            "f: byte 46: truncated: the header promises 2 frames, the file ends in frame 0",
        ),
        (
            good[..49].to_vec(),
            "f: byte 49: truncated: the header promises 2 frames, the file ends in frame 1",
        ),
        (
            changed(40, &huge),
            "f: byte 52: truncated: the header promises 268435456 frames, the file ends in frame 2",
        ),
        (
            changed(16, &huge),
            "f: byte 12: chunk \"fmt \" claims 1073741824 bytes, the file has 32 more",
        ),
        (changed(16, &[4]), "f: byte 12: a format chunk has at least 16 bytes, this has 4"),
        (changed(12, b"abcd"), "f: byte 36: the sound comes before its format chunk"),
        (
            changed(20, &[6, 0]),
            "f: byte 12: sound of format 0x0006 (A-law) is not read, only PCM and float",
        ),
        (changed(20, &[2, 0]), "f: byte 12: sound of format 0x0002 (ADPCM) is not read"),
        (changed(22, &[0, 0]), "f: byte 12: "),
        (changed(24, &[0; 8]), "f: byte 12: a rate of 0 is not between 1 and"),
        (changed(32, &[0, 0]), "f: byte 12: a frame of 0 bytes"),
        (changed(34, &[0, 0]), "f: byte 12: "),
        (changed(34, &[64, 0]), "f: byte 12: "),
        (changed(40, &[6]), "f: byte 40: 6 bytes of sound are no whole frames of 4 bytes"),
        (file(3, 1, 8000, 32, &floats(&[0.0, f32::NAN])), "f: byte 48: frame 1 is NaN, no level"),
    ] {
        let wrong = wav::decode("f", &bytes).unwrap_err().to_string();
        assert!(wrong.starts_with(want), "{wrong}, expected {want}");
    }
}
