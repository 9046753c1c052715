"""Makes features.tsv: golden numbers of one signal that tests/audio/features.rs knows too.

Needs numpy, torch, torchaudio, transformers. Run in this folder.
"""

from pathlib import Path

import numpy as np
import torch
import torchaudio.compliance.kaldi as kaldi
from torchaudio.functional import compute_deltas
from transformers import WhisperFeatureExtractor

RATE = 16000


def signal(count, rate=RATE):
    """A sweep with pulsing loudness, over noise, with a pause; Rust makes the same."""
    state, noise = 1, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        noise.append(state / 2**30 - 1)
    t = np.arange(count) / rate
    sweep = (
        0.4
        * np.sin(2 * np.pi * (200 * t + 450 * t * t))
        * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * t))
    )
    loud = np.where((t > 0.8) & (t < 1.0), 0.0, 1.0)
    return (sweep * loud + 0.01 * np.array(noise)).astype(np.float32)


def main():
    x = signal(2 * RATE + 123)
    wave = torch.from_numpy(x)[None]
    made = {}
    for mels in (80, 128):
        extractor = WhisperFeatureExtractor(feature_size=mels)
        made[f"whisper{mels}"] = extractor._np_extract_fbank_features(x[None], "cpu")[0]
    padded = np.concatenate([x, np.zeros(30 * RATE - len(x), np.float32)])
    made["whisper80_padded"] = WhisperFeatureExtractor()._np_extract_fbank_features(
        padded[None], "cpu"
    )[0]
    made["whisper80_short"] = WhisperFeatureExtractor()._np_extract_fbank_features(
        x[None, :170], "cpu"
    )[0]
    made["fbank80"] = kaldi.fbank(wave, num_mel_bins=80, dither=0.0).numpy()
    made["fbank80_scaled"] = kaldi.fbank(wave * 32768, num_mel_bins=80, dither=0.0).numpy()
    made["fbank40_edges"] = kaldi.fbank(wave, num_mel_bins=40, dither=0.0, snip_edges=False).numpy()
    made["fbank24_hamming"] = kaldi.fbank(
        wave,
        num_mel_bins=24,
        dither=0.0,
        sample_frequency=8000.0,
        frame_length=32.0,
        frame_shift=12.5,
        window_type="hamming",
        low_freq=60.0,
        high_freq=-200.0,
        preemphasis_coefficient=0.9,
        remove_dc_offset=False,
    ).numpy()
    mfcc = kaldi.mfcc(wave, dither=0.0)
    made["mfcc13"] = mfcc.numpy()
    once = compute_deltas(mfcc.T[None])
    twice = compute_deltas(once)
    made["mfcc13_deltas"] = torch.cat([mfcc, once[0].T, twice[0].T], dim=1).numpy()
    centred = mfcc - mfcc.mean(0)
    made["mfcc13_normalized"] = (centred / mfcc.std(0, correction=0)).numpy()
    lines = [
        "# Title: Features of a signal, as transformers (NumPy path) and torchaudio's Kaldi "
        "functions make them",
        "# Source: made by make_features.py",
        "# License: MIT OR Apache-2.0",
        "# Columns: case, rows, columns, row, column, value",
    ]
    for case, matrix in made.items():
        rows, columns = matrix.shape
        step = max(1, matrix.size // 250)
        step += step % 2 == 0
        for at in range(0, matrix.size, step):
            row, column = divmod(at, columns)
            lines.append(f"{case}\t{rows}\t{columns}\t{row}\t{column}\t{matrix[row, column]:.7g}")
    Path("features.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
