//! Sound: each operation in times of real time, on one core. `benches/audio.py` has the rivals.
//!
//! `cargo bench --no-default-features --features audio --bench audio -- FILE.wav [FILE.flac …]`; sound of its own
//! without files. The answers are checked before a figure is printed. With `stream [FILE]` instead, the memory of
//! reading a file piece by piece: ten hours of WAV, made in the folder for temporary files, where none is named.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, may panic, and reads what the system says of it"
)]

use std::hint::black_box;
use std::io::Write;
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

/// What this thread has worked, where the system says it.
fn worked() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split_whitespace().next()?.parse().ok()?))
}

/// The best of some turns, or their mean of work where that is less: others may have the core in between.
fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut least = Duration::MAX;
    let (all, before) = (Instant::now(), worked());
    let mut turns = 0;
    while turns < 3 || all.elapsed() < Duration::from_secs(1) && turns < 1000 {
        let start = Instant::now();
        black_box(work());
        least = least.min(start.elapsed());
        turns += 1;
    }
    let mean = before.zip(worked()).map(|(before, after)| (after - before) / turns);
    mean.map_or(least, |mean| least.min(mean.max(Duration::from_nanos(1))))
}

/// The best of some turns by the clock on the wall: for work on several cores.
fn best_wall<T>(mut work: impl FnMut() -> T) -> Duration {
    let turn = || {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    std::iter::repeat_with(turn).take(15).min().unwrap_or_default()
}

fn row(what: &str, seconds: f64, took: Duration) {
    let (times, milliseconds) = (seconds / took.as_secs_f64(), took.as_secs_f64() * 1e3);
    println!("{what:<44} {times:9.0} x real time {milliseconds:10.3} ms");
}

/// Ten hours of sound at 16 kHz.
fn ten_hours(path: &std::path::Path) {
    let hour = sound(60, 16_000);
    let bytes: Vec<u8> =
        hour.iter().flat_map(|level| ((level * 32_767.0) as i16).to_le_bytes()).collect();
    let length = bytes.len() as u32 * 600;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let head = sprogkit::audio::wav::encode(&[], 16_000).unwrap();
    file.write_all(&head[..4]).unwrap();
    file.write_all(&(length + 36).to_le_bytes()).unwrap();
    file.write_all(&head[8..40]).unwrap();
    file.write_all(&length.to_le_bytes()).unwrap();
    (0..600).for_each(|_| file.write_all(&bytes).unwrap());
    file.flush().unwrap();
}

/// Reads a file piece by piece and prints the most memory that was ever used.
fn stream(path: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("ten-hours.wav");
    let path = path.map_or(own.as_path(), std::path::Path::new);
    if path == own {
        ten_hours(path);
    }
    let mut reader = Reader::open(path).unwrap();
    let (frames, mut read, mut part) = (reader.frames().unwrap(), 0, vec![0.0; 1 << 16]);
    loop {
        let count = reader.read(&mut part).unwrap();
        read += count as u64;
        if count == 0 {
            break;
        }
    }
    assert_eq!(read, frames);
    let hours = frames as f64 / f64::from(reader.rate()) / 3600.0;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{hours:.1} hours in pieces: at most {} of memory", most.unwrap_or("?").trim());
}

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if arguments.first().is_some_and(|first| first == "stream") {
        return stream(arguments.get(1).map(String::as_str));
    }
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
        let work = || best_wall(|| whisper_log_mel_batch(&parts, &mel).unwrap());
        sprogkit::threads::install(Some(threads), work).unwrap()
    };
    let (one, two) = (batch(1), batch(2));
    println!("{:<44} {:9.2} x", "a batch on two cores", one.as_secs_f64() / two.as_secs_f64());
    for path in &arguments {
        let mut reader = Reader::open(path).unwrap();
        let (rate, frames) = (u64::from(reader.rate()), reader.frames().unwrap());
        let length = frames as f64 / rate as f64;
        let all = ReadOptions::default();
        assert_eq!(read(path, &all).unwrap().samples.len() as u64, frames);
        row(&format!("{path}, whole"), length, best(|| read(path, &all).unwrap()));
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
        let took = best(|| slices(&mut |slice| drop(black_box(read(path, &slice).unwrap()))));
        row(&format!("{path}, 20 slices of 5 s"), 100.0, took);
        let index = reader.index().unwrap();
        let mut reader = Reader::open(path).unwrap().with_index(&index).unwrap();
        let took = best(|| {
            slices(&mut |slice| {
                reader.seek(slice.offset).unwrap();
                drop(black_box(reader.read_to_end(5 * rate).unwrap()));
            });
        });
        row(&format!("{path}, 20 slices by an index"), 100.0, took);
    }
}
