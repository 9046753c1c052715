//! Sample by sample against the programs of others, where they are installed.

use std::path::Path;
use std::process::Command;

use sprogkit::audio::{Channel, ReadOptions, Reader, read};

use super::{data, rms};

/// What `program` prints, as samples; `None` with a message where it is not installed or cannot read the file.
fn printed(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    match Command::new(program).args(arguments).output() {
        Ok(done) if done.status.success() && !done.stdout.is_empty() => Some(done.stdout),
        Ok(done) => {
            let said = String::from_utf8_lossy(&done.stderr);
            eprintln!("skipped: {program} {}: {}", arguments.join(" "), said.trim());
            None
        }
        Err(_) => {
            eprintln!("skipped: {program} is not installed");
            None
        }
    }
}

/// The channels of `path`, one sample of each after the other.
fn interleaved(path: &Path) -> Vec<f32> {
    let channels = Reader::open(path).unwrap().channels();
    let planes: Vec<Vec<f32>> = (0..channels)
        .map(|channel| {
            let options = ReadOptions { channel: Channel::Only(channel), ..Default::default() };
            read(path, &options).unwrap().samples
        })
        .collect();
    (0..planes[0].len()).flat_map(|at| planes.iter().map(move |plane| plane[at])).collect()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
}

#[test]
fn lossless_sound_is_what_flac_decodes() {
    for (name, width) in [("long.flac", 2), ("stereo24.flac", 3)] {
        let path = data(name);
        let raw = ["-dcs", "--force-raw-format", "--endian=little", "--sign=signed"];
        let arguments = [&raw[..], &[path.to_str().unwrap()]].concat();
        let Some(bytes) = printed("flac", &arguments) else { continue };
        let want: Vec<f32> = bytes
            .chunks_exact(width)
            .map(|bytes| {
                let mut four = [0; 4];
                four[4 - width..].copy_from_slice(bytes);
                i32::from_le_bytes(four) as f32 / 2_147_483_648.0
            })
            .collect();
        assert!(interleaved(&path) == want, "{name}");
    }
}

#[test]
fn sound_is_what_ffmpeg_decodes() {
    for (name, allowed) in [
        ("long.flac", 0.0),
        ("stereo24.flac", 0.0),
        ("stereo.mp3", 2e-5),
        ("stereo.ogg", 2e-5),
        ("stereo.m4a", 1e-3),
    ] {
        let path = data(name);
        let arguments = ["-v", "error", "-i", path.to_str().unwrap(), "-f", "f32le", "-"];
        let Some(bytes) = printed("ffmpeg", &arguments) else { continue };
        let (got, want) = (interleaved(&path), floats(&bytes));
        // FFmpeg's count may hold padding, and may lack the end of Vorbis, up to a short block.
        let apart = rms(got.iter().zip(&want).map(|(got, want)| got - want));
        eprintln!("{name}: {apart:.7} from ffmpeg, {} samples of {}", got.len(), want.len());
        let missing = if name.ends_with("ogg") { 2 * 128 } else { 0 };
        assert!(want.len() + missing >= got.len() && apart <= allowed, "{name}: {apart}");
    }
}

#[test]
fn vorbis_is_what_sox_decodes_to_the_last_frame() {
    for name in ["long.ogg", "stereo.ogg"] {
        let path = data(name);
        let raw = [path.to_str().unwrap(), "-t", "raw", "-e", "float", "-b", "32", "-L", "-"];
        let Some(bytes) = printed("sox", &raw) else { continue };
        let (got, want) = (interleaved(&path), floats(&bytes));
        let apart = rms(got.iter().zip(&want).map(|(got, want)| got - want));
        eprintln!("{name}: {apart:.7} from sox");
        assert!(want.len() == got.len() && apart <= 2e-5, "{name}: {apart}");
    }
}

#[test]
fn flac_of_every_kind_is_what_sox_encoded() {
    let folder = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for (level, bits, channels, rate) in [
        (0, 16, 1, 16_000),
        (1, 16, 2, 44_100),
        (2, 24, 2, 48_000),
        (3, 8, 1, 8000),
        (4, 16, 6, 16_000),
        (5, 16, 1, 16_000),
        (5, 24, 1, 16_000),
        (6, 16, 2, 16_000),
        (7, 24, 2, 96_000),
        (8, 16, 2, 16_000),
        (8, 8, 2, 11_025),
        (8, 24, 8, 44_100),
    ] {
        let name = format!("{level}-{bits}-{channels}.flac");
        let path = folder.path().join(&name);
        let (shown, level) = (path.to_str().unwrap(), level.to_string());
        let (bits, channels, rate) = (bits.to_string(), channels.to_string(), rate.to_string());
        let sound = ["-n", "-R", "-D", "-r", &rate, "-c", &channels, "-b", &bits, "-C", &level];
        // Tones that differ between channels, with noise and digital silence; noise that is stored as it is; clicks.
        let effects: &[&str] = match level.as_str() {
            "0" | "7" => &["synth", "1", "whitenoise"],
            "3" => &["synth", "1", "square", "5", "gain", "-3"],
            _ => &[
                "synth",
                "1.3",
                "sine",
                "200-3000",
                "sine",
                "440",
                "brownnoise",
                "gain",
                "-6",
                "pad",
                "0.2",
                "0.1",
            ],
        };
        let arguments = [&sound[..], &[shown], effects].concat();
        let made = Command::new("sox").args(&arguments).output();
        if !made.is_ok_and(|made| made.status.success()) {
            eprintln!("skipped: sox is not installed or encodes no FLAC");
            continue;
        }
        let raw = [shown, "-t", "raw", "-e", "signed-integer", "-b", "32", "-L", "-"];
        let Some(bytes) = printed("sox", &raw) else { continue };
        let fours = bytes.as_chunks::<4>().0.iter();
        let want: Vec<f32> =
            fours.map(|&four| i32::from_le_bytes(four) as f32 / 2_147_483_648.0).collect();
        assert!(interleaved(&path) == want, "{name}");
        compared += 1;
    }
    eprintln!("{compared} files of FLAC are what sox decodes");
}
