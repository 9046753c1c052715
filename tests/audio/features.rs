//! Features against the extractors they follow.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::fs;

use sprogkit::audio::{
    FbankOptions, Features, KaldiFbank, KaldiMfcc, MfccOptions, Normalization, WhisperMel,
    WhisperOptions, Window, kaldi_fbank, kaldi_fbank_batch, kaldi_mfcc, whisper_log_mel,
    whisper_log_mel_batch,
};

use super::data;
use crate::allocations;

/// The signal of `make_features.py`.
pub(super) fn sound(count: usize) -> Vec<f32> {
    let mut state = 1u64;
    (0..count)
        .map(|at| {
            state = (state * 1_103_515_245 + 12_345) % (1 << 31);
            let noise = state as f64 / f64::from(1 << 30) - 1.0;
            let t = at as f64 / 16_000.0;
            let pulse = 0.55 + 0.45 * (TAU * 4.0 * t).sin();
            let sweep = 0.4 * (TAU * (200.0 * t + 450.0 * t * t)).sin() * pulse;
            let loud = if t > 0.8 && t < 1.0 { 0.0 } else { 1.0 };
            (sweep * loud + 0.01 * noise) as f32
        })
        .collect()
}

fn made(case: &str) -> (Features, f32) {
    let sound = sound(2 * 16_000 + 123);
    let whisper = WhisperOptions::default();
    let (fbank, mfcc) = (FbankOptions::default(), MfccOptions::default());
    match case {
        "whisper80" => (whisper_log_mel(&sound, &whisper).unwrap(), 2e-5),
        "whisper128" => {
            (whisper_log_mel(&sound, &WhisperOptions { mels: 128, ..whisper }).unwrap(), 2e-5)
        }
        "whisper80_padded" => {
            (whisper_log_mel(&sound, &WhisperOptions { pad: true, ..whisper }).unwrap(), 2e-5)
        }
        "whisper80_short" => (whisper_log_mel(&sound[..170], &whisper).unwrap(), 2e-5),
        "fbank80" => (kaldi_fbank(&sound, &fbank).unwrap(), 1e-3),
        "fbank80_scaled" => {
            (kaldi_fbank(&sound, &FbankOptions { scale: 32_768.0, ..fbank }).unwrap(), 1e-3)
        }
        "fbank40_edges" => {
            let options = FbankOptions { bins: 40, snip_edges: false, ..fbank };
            (kaldi_fbank(&sound, &options).unwrap(), 1e-3)
        }
        "fbank24_hamming" => {
            let options = FbankOptions {
                rate: 8000,
                bins: 24,
                frame_length: 32.0,
                frame_shift: 12.5,
                window: Window::Hamming,
                low: 60.0,
                high: -200.0,
                preemphasis: 0.9,
                remove_mean: false,
                ..fbank
            };
            (kaldi_fbank(&sound, &options).unwrap(), 1e-3)
        }
        "mfcc13" => (kaldi_mfcc(&sound, &mfcc).unwrap(), 1e-3),
        "mfcc13_deltas" => (kaldi_mfcc(&sound, &MfccOptions { deltas: 2, ..mfcc }).unwrap(), 1e-3),
        "mfcc13_normalized" => {
            let normalization = Normalization::MeanVariance;
            let fbank = FbankOptions { normalization, ..mfcc.fbank };
            (kaldi_mfcc(&sound, &MfccOptions { fbank, ..mfcc }).unwrap(), 1e-3)
        }
        other => panic!("{other}"),
    }
}

#[test]
fn features_are_those_of_transformers_and_torchaudio() {
    let golden = fs::read_to_string(data("features.tsv")).unwrap();
    let mut cases = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in golden.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| cells[at].parse::<usize>().unwrap();
        let want: f32 = cells[5].parse().unwrap();
        let ((features, _), most) = cases.entry(cells[0]).or_insert_with(|| (made(cells[0]), 0f32));
        assert_eq!((features.rows, features.columns), (number(1), number(2)), "{}", cells[0]);
        let got = features.values[number(3) * features.columns + number(4)];
        *most = most.max((got - want).abs());
    }
    for (case, ((_, allowed), most)) in &cases {
        eprintln!("{case}: at most {most:.2e} from the reference, allowed {allowed:.0e}");
        if most > allowed {
            wrong.push(case);
        }
    }
    assert_eq!(cases.len(), 11);
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_prepared_extractor_writes_without_allocating() {
    let sound = sound(16_000);
    let mut whisper = WhisperMel::new(&WhisperOptions::default()).unwrap();
    let mut fbank = KaldiFbank::new(&FbankOptions::default()).unwrap();
    let mut mfcc = KaldiMfcc::new(&MfccOptions { deltas: 1, ..MfccOptions::default() }).unwrap();
    let mut mel = vec![0.0; 80 * whisper.frames(sound.len())];
    let mut bank = vec![0.0; 80 * fbank.frames(sound.len())];
    let mut cepstra = vec![0.0; 26 * mfcc.frames(sound.len())];
    let count = allocations::during(|| {
        whisper.write(&sound, &mut mel).unwrap();
        fbank.write(&sound, &mut bank).unwrap();
        mfcc.write(&sound, &mut cepstra).unwrap();
    });
    assert_eq!(count, 0);
    assert_eq!(mel, whisper_log_mel(&sound, &WhisperOptions::default()).unwrap().values);
    let wrong = whisper.write(&sound, &mut bank).unwrap_err().to_string();
    assert_eq!(wrong, "out must be 80 bands of 100 frames, 8000 values, got 7840");
}

#[test]
fn a_batch_is_what_one_after_the_other_gives() {
    let sound = sound(48_000);
    let parts: Vec<&[f32]> = [0, 100, 5000, 16_000, 48_000].map(|end| &sound[..end]).into();
    let options = WhisperOptions::default();
    for threads in [1, 4] {
        let made = sprogkit::threads::install(Some(threads), || {
            whisper_log_mel_batch(&parts, &options).unwrap()
        })
        .unwrap();
        for (part, made) in parts.iter().zip(&made) {
            assert_eq!(made, &whisper_log_mel(part, &options).unwrap());
        }
    }
    let made = kaldi_fbank_batch(&parts, &FbankOptions::default()).unwrap();
    assert_eq!(made.iter().map(|f| f.rows).collect::<Vec<_>>(), [0, 0, 29, 98, 298]);
}

#[test]
fn silence_and_what_is_no_number_give_numbers() {
    let mut sound = sound(16_000);
    sound[3000] = f32::NAN;
    sound[9000] = f32::INFINITY;
    for sound in [&sound[..], &[0.0; 16_000], &[]] {
        let mel = whisper_log_mel(sound, &WhisperOptions::default()).unwrap();
        let bank = kaldi_fbank(sound, &FbankOptions::default()).unwrap();
        assert!(mel.values.iter().chain(&bank.values).all(|value| value.is_finite()));
    }
}

#[test]
fn options_outside_their_range_are_refused() {
    let whisper = |options| whisper_log_mel(&[], &options).unwrap_err().to_string();
    let mfcc = |options| kaldi_mfcc(&[], &options).unwrap_err().to_string();
    let (w, m, f) = (WhisperOptions::default(), MfccOptions::default(), FbankOptions::default());
    for (got, want) in [
        (whisper(WhisperOptions { mels: 0, ..w }), "mels must be between 1 and 1024, got 0"),
        (whisper(WhisperOptions { hop: 0, ..w }), "hop must be at least 1, got 0"),
        (
            whisper(WhisperOptions { window: 401, ..w }),
            "window must be even, between 2 and 1,048,576, got 401",
        ),
        (
            mfcc(MfccOptions { coefficients: 24, ..m }),
            "coefficients must be between 1 and the 23 bins, got 24",
        ),
        (
            mfcc(MfccOptions { fbank: FbankOptions { low: 9000.0, ..f }, ..m }),
            "low must be between 0 and 8000 Hz, the low edge below the high one, got 9000 to 8000",
        ),
        (
            mfcc(MfccOptions { fbank: FbankOptions { frame_length: f64::NAN, ..f }, ..m }),
            "frame_length must be 2 to 1,048,576 samples in milliseconds, got NaN",
        ),
    ] {
        assert_eq!(got, want);
    }
}
