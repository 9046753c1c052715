//! Sound: each operation in times of real time, on one core. `benches/audio.py` has the rivals.
//!
//! `cargo bench --no-default-features --features audio --bench audio -- FILE.wav [FILE.flac …]`; sound of its own
//! without files. The answers are checked before a figure is printed.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints and may panic")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use sprogkit::audio::{
    FbankOptions, KaldiFbank, KaldiMfcc, MfccOptions, ReadOptions, Reader, SpeechOptions,
    WhisperMel, WhisperOptions, detect_speech, quality, read, resample, whisper_log_mel_batch,
};

/// A tone that comes and goes over noise.
fn sound(seconds: usize, rate: usize) -> Vec<f32> {
    let mut state = 1u32;
    (0..seconds * rate)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            let t = at as f32 / rate as f32;
            let pulse = if (t * 2.5).sin() > -0.4 { 1.0 } else { 0.0 };
            0.3 * (t * 1900.0 + (t * 4.4).sin() * 60.0).sin() * pulse + 0.003 * noise
        })
        .collect()
}

/// The best of some turns.
fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut least = Duration::MAX;
    let all = Instant::now();
    let mut turns = 0;
    while turns < 3 || all.elapsed() < Duration::from_secs(1) && turns < 100 {
        let start = Instant::now();
        black_box(work());
        least = least.min(start.elapsed());
        turns += 1;
    }
    least
}

fn row(what: &str, seconds: f64, took: Duration) {
    let (times, milliseconds) = (seconds / took.as_secs_f64(), took.as_secs_f64() * 1e3);
    println!("{what:<44} {times:9.0} x real time {milliseconds:10.3} ms");
}

fn main() {
    let seconds = 600;
    let x = sound(seconds, 16_000);
    let length = seconds as f64;
    for mels in [80, 128] {
        let options = WhisperOptions { mels, ..WhisperOptions::default() };
        let mut mel = WhisperMel::new(&options).unwrap();
        let mut out = vec![0.0; mels * mel.frames(x.len())];
        mel.write(&x, &mut out).unwrap();
        assert!(out.iter().all(|value| (-1.5..=2.5).contains(value)));
        row(&format!("whisper_log_mel {mels}"), length, best(|| mel.write(&x, &mut out).unwrap()));
    }
    let mut bank = KaldiFbank::new(&FbankOptions::default()).unwrap();
    let mut out = vec![0.0; 80 * bank.frames(x.len())];
    row("kaldi_fbank 80", length, best(|| bank.write(&x, &mut out).unwrap()));
    assert!(out.iter().all(|value| value.is_finite()));
    let mut cepstra = KaldiMfcc::new(&MfccOptions::default()).unwrap();
    let mut out = vec![0.0; 13 * cepstra.frames(x.len())];
    row("kaldi_mfcc 13", length, best(|| cepstra.write(&x, &mut out).unwrap()));
    let y = sound(seconds, 48_000);
    for (rate, to) in [(48_000, 16_000), (44_100, 16_000)] {
        let y = &y[..rate as usize * seconds];
        assert_eq!(resample(y, rate, to).unwrap().len(), to as usize * seconds);
        row(&format!("resample {rate} to {to}"), length, best(|| resample(y, rate, to).unwrap()));
    }
    let options = SpeechOptions::default();
    row("detect_speech", length, best(|| detect_speech(&x, &options).unwrap()));
    row("quality", length, best(|| quality(&x, 16_000).unwrap()));
    let parts: Vec<&[f32]> = x.chunks(16_000 * 10).collect();
    let mel = WhisperOptions::default();
    let batch = |threads| {
        let work = || best(|| whisper_log_mel_batch(&parts, &mel).unwrap());
        sprogkit::threads::install(Some(threads), work).unwrap()
    };
    let (one, two) = (batch(1), batch(2));
    println!("{:<44} {:9.2} x", "a batch on two cores", one.as_secs_f64() / two.as_secs_f64());
    for path in std::env::args().skip(1).filter(|argument| !argument.starts_with("--")) {
        let mut reader = Reader::open(&path).unwrap();
        let (rate, frames) = (u64::from(reader.rate()), reader.frames().unwrap());
        let length = frames as f64 / rate as f64;
        let all = ReadOptions::default();
        assert_eq!(read(&path, &all).unwrap().samples.len() as u64, frames);
        row(&format!("{path}, whole"), length, best(|| read(&path, &all).unwrap()));
        let mut buffer = vec![0.0; frames as usize];
        let took = best(|| {
            reader.seek(0).unwrap();
            reader.read(&mut buffer).unwrap()
        });
        row(&format!("{path}, into a buffer"), length, took);
        let Some(last) = frames.checked_sub(5 * rate).filter(|&last| last > 0) else { continue };
        let slices = |reader: &mut dyn FnMut(ReadOptions)| {
            let mut state = 1u64;
            for _ in 0..20 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let offset = (state >> 20) % last;
                reader(ReadOptions { offset, frames: Some(5 * rate), ..all });
            }
        };
        let took = best(|| slices(&mut |slice| drop(black_box(read(&path, &slice).unwrap()))));
        row(&format!("{path}, 20 slices of 5 s"), 100.0, took);
        let index = reader.index().unwrap();
        let mut reader = Reader::open(&path).unwrap().with_index(&index).unwrap();
        let took = best(|| {
            slices(&mut |slice| {
                reader.seek(slice.offset).unwrap();
                drop(black_box(reader.read_to_end(5 * rate).unwrap()));
            });
        });
        row(&format!("{path}, 20 slices by an index"), 100.0, took);
    }
}
