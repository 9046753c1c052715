//! `sprogkit audio`.

use sprogkit::audio::{ReadOptions, read, resample, wav, whisper_log_mel};

use super::{printed, run};

fn file(name: &str) -> String {
    format!("{}/tests/data/audio/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn info_tells_format_length_and_quality() {
    let shown = printed(&run(&["audio", "info", "--json", &file("stereo.mp3")])).to_owned();
    let found: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&found["format"], &found["frames"]), (&"mp3".into(), &30_870.into()));
    assert!(found["bandwidth"].as_f64().unwrap() < 3000.0, "{shown}");
    let shown = printed(&run(&["audio", "info", "--header", &file("long.flac")])).to_owned();
    assert!(shown.contains("flac, 16 bits") && shown.contains("6.062 s, 48500 frames"), "{shown}");
    assert!(!shown.contains("bandwidth"), "{shown}");
}

#[test]
fn convert_speech_and_features_write_what_the_library_makes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (call, out) = (file("stereo.opus"), path("a.wav"));
    printed(&run(&["audio", "convert", &call, "--rate", "16000", "--channel", "1", "--out", &out]));
    let made = wav::decode("a.wav", &std::fs::read(&out).unwrap()).unwrap();
    assert_eq!((made.rate, made.samples.len()), (16_000, 11_200));
    let (npy, png) = (path("a.npy"), path("a.png"));
    printed(&run(&["audio", "features", &out, "--out", &npy, "--picture", &png]));
    let sound = read(&out, &ReadOptions::default()).unwrap();
    let mel = whisper_log_mel(&sound.samples, &Default::default()).unwrap();
    let bytes = std::fs::read(&npy).unwrap();
    let (head, values) = bytes.split_at(bytes.len() - mel.values.len() * 4);
    assert!(head.len() % 64 == 0 && String::from_utf8_lossy(head).contains("(80, 70)"));
    assert_eq!(&values[..4], mel.values[0].to_le_bytes());
    let picture = std::fs::read(&png).unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
    // Seventy frames are widened to 490 columns; axes stand around them.
    let size = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
    assert_eq!((size(16), size(20)), (50 + 490 + 24, 16 + 161 + 22 + 240 + 30));
    let shown = printed(&run(&["audio", "speech", &out])).to_owned();
    assert!(shown.lines().all(|line| line.split('\t').count() == 2), "{shown}");
}

#[test]
fn what_convert_writes_block_by_block_is_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("a.wav");
    for (name, rate) in [("long.opus", 16_000), ("long.mp3", 44_100), ("long.flac", 8000)] {
        let (from, rated) = (file(name), rate.to_string());
        printed(&run(&[
            "audio",
            "convert",
            &from,
            "--rate",
            &rated,
            "--out",
            out.to_str().unwrap(),
        ]));
        let sound = read(&from, &ReadOptions::default()).unwrap();
        let levels = resample(&sound.samples, sound.rate, rate).unwrap();
        let samples: Vec<i16> = levels.into_iter().map(wav::narrow).collect();
        assert!(std::fs::read(&out).unwrap() == wav::encode(&samples, rate).unwrap(), "{name}");
    }
}

#[test]
fn convert_leaves_what_was_there_when_the_sound_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (cut, out) = (folder.path().join("cut.flac"), folder.path().join("a.wav"));
    let whole = std::fs::read(file("long.flac")).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    std::fs::write(&out, "before").unwrap();
    let done = run(&["audio", "convert", cut.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!(!done.status.success());
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "before");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
