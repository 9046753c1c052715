//! Speech detection and quality figures.

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

use sprogkit::audio::{ReadOptions, SpeechOptions, detect_speech, quality, read, resample};

/// Noise, the same each time.
fn noise(count: usize, level: f32) -> Vec<f32> {
    let mut state = 5u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next() * level).collect()
}

/// Something like a voice in `spans` of seconds: a pulse train through two formants.
fn voice(seconds: f64, spans: &[(f64, f64)]) -> Vec<f32> {
    let mut sound = noise((seconds * 16_000.0) as usize, 0.002);
    for &(start, end) in spans {
        #[expect(clippy::needless_range_loop, reason = "the sample's number is its time")]
        for at in (start * 16_000.0) as usize..(end * 16_000.0) as usize {
            let t = at as f64 / 16_000.0;
            let pitch = 120.0 + 20.0 * (TAU * 2.0 * t).sin();
            let harmonics: f64 = (1..30)
                .map(|n| {
                    let hertz = pitch * f64::from(n);
                    let formant = |centre: f64| (-((hertz - centre) / 200.0).powi(2)).exp();
                    (formant(600.0) + 0.5 * formant(1700.0)) * (TAU * hertz * t).sin()
                })
                .sum();
            sound[at] += (0.1 * harmonics * (0.7 + 0.3 * (TAU * 4.0 * t).sin())) as f32;
        }
    }
    sound
}

#[test]
fn speech_is_found_where_it_is() {
    let spans = [(0.8, 2.0), (2.9, 4.1), (5.0, 5.9)];
    let sound = voice(7.0, &spans);
    let found = detect_speech(&sound, &SpeechOptions::default()).unwrap();
    assert_eq!(found.len(), 3, "{found:?}");
    for (found, (start, end)) in found.iter().zip(spans) {
        assert!((found.start as f64 / 16_000.0 - start).abs() < 0.15, "{found:?}");
        assert!((found.end as f64 / 16_000.0 - end).abs() < 0.15, "{found:?}");
    }
    // In samples of the sound that was given.
    let half = resample(&sound, 16_000, 48_000).unwrap();
    let options = SpeechOptions { rate: 48_000, ..SpeechOptions::default() };
    for (found, (start, _)) in detect_speech(&half, &options).unwrap().iter().zip(spans) {
        assert!((found.start as f64 / 48_000.0 - start).abs() < 0.15, "{found:?}");
    }
}

#[test]
fn margins_widen_and_join_segments() {
    let sound = voice(7.0, &[(0.8, 2.0), (2.9, 4.1), (5.0, 5.9)]);
    let plain = detect_speech(&sound, &SpeechOptions::default()).unwrap();
    let options = SpeechOptions { margin: 0.1, ..SpeechOptions::default() };
    let wide = detect_speech(&sound, &options).unwrap();
    for (plain, wide) in plain.iter().zip(&wide) {
        assert_eq!((wide.start, wide.end), (plain.start - 1600, plain.end + 1600));
    }
    let joined = detect_speech(&sound, &SpeechOptions { merge: 2.0, ..options }).unwrap();
    assert_eq!(joined.len(), 1);
    assert_eq!(joined[0], wide[0].start..wide[2].end);
    let long = SpeechOptions { shortest: 1.05, ..SpeechOptions::default() };
    assert_eq!(detect_speech(&sound, &long).unwrap().len(), 2);
    let wrong = SpeechOptions { margin: -1.0, ..SpeechOptions::default() };
    let wrong = detect_speech(&sound, &wrong).unwrap_err().to_string();
    assert_eq!(wrong, "margin must be between 0 and 3600 seconds, got -1");
}

#[test]
fn silence_noise_and_odd_lengths_are_no_speech_and_no_mistake() {
    for count in [0, 1, 159, 160, 161, 16_000, 16_001] {
        assert!(detect_speech(&vec![0.0; count], &SpeechOptions::default()).unwrap().is_empty());
    }
    // A recording of minutes, whose noise changes.
    let mut long = noise(16_000 * 70, 0.001);
    for sample in &mut long[16_000 * 35..] {
        *sample *= 10.0;
    }
    let found = detect_speech(&long, &SpeechOptions::default()).unwrap();
    let speech: u64 = found.iter().map(|segment| segment.end - segment.start).sum();
    assert!(speech < 16_000 * 16, "{found:?}");
    let mut broken = voice(2.0, &[(0.5, 1.5)]);
    broken[100] = f32::NAN;
    detect_speech(&broken, &SpeechOptions::default()).unwrap();
}

/// A sound, and the seconds of its words.
type Spoken = (Vec<f32>, Vec<(f64, f64)>);

/// Sounds of the given synthetic speech that are to be kept, by number and name; a pause below 50 ms between
/// words is none.
fn spoken(variant: &str, keep: impl Fn(usize, &str) -> bool) -> Vec<Spoken> {
    let gold = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/speech/espeak_gold")
        .join(variant);
    let Ok(files) = fs::read_dir(&gold) else {
        eprintln!("skipped: {} is not there", gold.display());
        return Vec::new();
    };
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut number = 0..;
    paths.retain(|path| keep(number.next().unwrap(), path.file_stem().unwrap().to_str().unwrap()));
    let one = |path: &std::path::PathBuf| {
        let said: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let mut words: Vec<(f64, f64)> = said["words"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| (word["t0"].as_f64().unwrap(), word["t1"].as_f64().unwrap()))
            .collect();
        for at in 1..words.len() {
            if words[at].0 - words[at - 1].1 < 0.05 {
                words[at - 1].1 = words[at].0;
            }
        }
        let sound = read(path.with_extension("flac"), &ReadOptions::default()).unwrap().samples;
        (sound, words)
    };
    paths.iter().map(one).collect()
}

/// Frames of 10 ms that are judged right, and all.
fn judged(sound: &[f32], words: &[(f64, f64)]) -> (usize, usize) {
    let found = detect_speech(sound, &SpeechOptions::default()).unwrap();
    let right = (0..sound.len() / 160).filter(|frame| {
        let middle = frame * 160 + 80;
        let time = middle as f64 / 16_000.0;
        let want = words.iter().any(|word| (word.0..word.1).contains(&time));
        want == found.iter().any(|segment| segment.contains(&(middle as u64)))
    });
    (right.count(), sound.len() / 160)
}

#[test]
fn synthetic_danish_is_told_from_its_pauses() {
    let (mut right, mut count) = (0, 0);
    for (sound, words) in spoken("da_f2_r150_pause_snr10", |number, _| number < 30) {
        let frames = judged(&sound, &words);
        (right, count) = (right + frames.0, count + frames.1);
    }
    let accuracy = right as f64 / count as f64;
    eprintln!("sentences with pauses and noise: {accuracy:.4} of {count} frames");
    assert!(count == 0 || accuracy > 0.98, "{accuracy}");
}

#[test]
fn a_voice_is_told_from_babble_that_is_5_db_below() {
    // Of those that `benches/speech_train.py` did not teach with.
    let unseen = [
        "dev-1", "dev-103", "dev-108", "dev-115", "dev-116", "dev-128", "dev-129", "dev-135",
        "dev-137", "dev-143", "dev-148", "dev-155", "dev-167", "dev-170", "dev-171", "dev-177",
        "dev-186", "dev-187", "dev-189", "dev-19", "dev-194", "dev-200", "dev-201", "dev-202",
    ];
    let all = spoken("da_r160", |_, name| unseen.contains(&name));
    if all.is_empty() {
        return;
    }
    assert_eq!(all.len(), unseen.len());
    let (mut sound, mut words) = (Vec::new(), Vec::new());
    for (at, (samples, said)) in all.iter().enumerate() {
        sound.resize(sound.len() + 6000 + 3000 * (at % 5), 0.0);
        let start = sound.len() as f64 / 16_000.0;
        words.extend(said.iter().map(|word| (word.0 + start, word.1 + start)));
        sound.extend(samples);
    }
    sound.resize(sound.len() + 8000, 0.0);
    // Six voices that say the same sentences in the same order, each from another place on.
    let talk: Vec<f32> = all.iter().flat_map(|(samples, _)| samples).copied().collect();
    let place = |voice: usize| (2 * voice + 1) * talk.len() / 13 + 1237 * voice;
    let babble: Vec<f32> = (0..sound.len())
        .map(|at| (0..6).map(|voice| talk[(at + place(voice)) % talk.len()]).sum())
        .collect();
    let power = |values: &mut dyn Iterator<Item = f32>| {
        let (sum, count) = values
            .fold((0f64, 0), |(sum, count), value| (sum + f64::from(value * value), count + 1));
        sum / f64::from(count)
    };
    let voice = power(&mut sound.iter().copied().filter(|&sample| sample != 0.0));
    let level = (voice / power(&mut babble.iter().copied()) * 10f64.powf(-0.5)).sqrt() as f32;
    sound.iter_mut().zip(babble).for_each(|(sample, babble)| *sample += level * babble);
    let (right, count) = judged(&sound, &words);
    let accuracy = right as f64 / count as f64;
    eprintln!("in babble: {accuracy:.4} of {count} frames");
    assert!(accuracy > 0.96, "{accuracy}");
}

#[test]
fn quality_is_measured() {
    let tone = |hertz: f64, level: f64| -> Vec<f32> {
        (0..32_000)
            .map(|at| (level * (TAU * hertz * f64::from(at) / 16_000.0).sin()) as f32)
            .collect()
    };
    let clean = quality(&tone(1000.0, 0.5), 16_000).unwrap();
    assert!((clean.rms + 9.03).abs() < 0.01 && (clean.peak + 6.02).abs() < 0.01, "{clean:?}");
    assert!(clean.clipped == 0.0 && clean.dc.abs() < 1e-6 && clean.silence == 0.0, "{clean:?}");
    assert!((clean.bandwidth - 1000.0).abs() < 150.0, "{clean:?}");
    // Three times too loud: cut off for two acos(1/3)/pi of the time.
    let loud: Vec<f32> = tone(100.0, 3.0).iter().map(|s| s.clamp(-1.0, 1.0)).collect();
    let loud = quality(&loud, 16_000).unwrap();
    assert!((loud.clipped - 0.7837).abs() < 0.02, "{loud:?}");
    let shifted: Vec<f32> = tone(440.0, 0.2).iter().map(|s| s + 0.1).collect();
    assert!((quality(&shifted, 16_000).unwrap().dc - 0.1).abs() < 1e-3);
    // Noise at 8 kHz, sold as 16 kHz.
    let narrow = resample(&noise(16_000, 0.3), 8000, 16_000).unwrap();
    let narrow = quality(&narrow, 16_000).unwrap().bandwidth;
    assert!((3700.0..4300.0).contains(&narrow), "{narrow}");
    assert!(quality(&noise(32_000, 0.3), 16_000).unwrap().bandwidth > 7900.0);
    // A voice 40 dB above its noise, half of the time.
    let voice = quality(&voice(4.0, &[(1.0, 3.0)]), 16_000).unwrap();
    assert!(voice.snr.unwrap() > 25.0, "{voice:?}");
    let silent = quality(&[0.0; 16_000], 16_000).unwrap();
    assert_eq!((silent.silence, silent.snr, silent.rms), (1.0, None, f64::NEG_INFINITY));
    let empty = quality(&[], 16_000).unwrap();
    assert_eq!((empty.silence, empty.bandwidth), (0.0, 0.0));
    let wrong = quality(&[0.0, f32::NAN], 16_000).unwrap_err().to_string();
    assert_eq!(wrong, "samples must be numbers, got NaN at 1");
}
