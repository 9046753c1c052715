"""Sound: the same files and golden numbers as the core, and what only Python can break."""

import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

import sprogkit as sk

DATA = Path(__file__).resolve().parents[2] / "tests" / "data" / "audio"


def test_files_of_every_format_are_read():
    for name, format, rate, channels, frames in [
        ("long.flac", "flac", 8000, 1, 48500),
        ("stereo.mp3", "mp3", 44100, 2, 30870),
        ("stereo.ogg", "vorbis", 44100, 2, 30870),
        ("stereo.opus", "opus", 48000, 2, 33600),
        ("stereo.m4a", "aac", 44100, 2, 30870),
    ]:
        info = sk.audio.info(DATA / name)
        assert (info.format, info.rate, info.channels, info.frames) == (
            format,
            rate,
            channels,
            frames,
        )
        sound = sk.audio.read(str(DATA / name), channel=channels - 1)
        assert (sound.rate, len(sound), sound.samples.dtype) == (rate, frames, np.float32)
        part = sk.audio.read(DATA / name, offset=3000, frames=500, channel=channels - 1)
        assert np.abs(part.samples - sound.samples[3000:3500]).max() < 2e-3
        assert not sound.samples.flags.writeable


def test_golden_features():
    state, noise = 1, []
    for _ in range(32123):
        state = (state * 1103515245 + 12345) % 2**31
        noise.append(state / 2**30 - 1)
    t = np.arange(32123) / 16000
    x = (
        0.4
        * np.sin(2 * np.pi * (200 * t + 450 * t * t))
        * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * t))
    )
    x = (x * np.where((t > 0.8) & (t < 1.0), 0.0, 1.0) + 0.01 * np.array(noise)).astype(np.float32)
    made = {
        "whisper80": (sk.audio.whisper_log_mel(x), 2e-5),
        "whisper128": (sk.audio.whisper_log_mel(x, mels=128), 2e-5),
        "whisper80_padded": (sk.audio.whisper_log_mel(x, pad=True), 2e-5),
        "fbank80": (sk.audio.kaldi_fbank(x, bins=80), 1e-3),
        "fbank80_scaled": (sk.audio.kaldi_fbank(x, scale=32768), 1e-3),
        "fbank40_edges": (sk.audio.kaldi_fbank(x, bins=40, snip_edges=False), 1e-3),
        "mfcc13": (sk.audio.kaldi_mfcc(x), 1e-3),
        "mfcc13_deltas": (sk.audio.kaldi_mfcc(x, deltas=2), 1e-3),
        "mfcc13_normalized": (sk.audio.kaldi_mfcc(x, normalize="mean-variance"), 1e-3),
    }
    seen = 0
    for line in (DATA / "features.tsv").read_text().splitlines():
        if line.startswith("#") or line.split("\t")[0] not in made:
            continue
        case, rows, columns, row, column, value = line.split("\t")
        got, allowed = made[case]
        assert got.shape == (int(rows), int(columns))
        assert got.dtype == np.float32
        assert abs(got[int(row), int(column)] - float(value)) <= allowed, case
        seen += 1
    assert seen > 1000


def test_samples_come_in_many_shapes():
    x = np.sin(np.arange(16000) * 0.1).astype(np.float32) * 0.5
    want = sk.audio.whisper_log_mel(x)
    assert np.array_equal(sk.audio.whisper_log_mel(x.astype(np.float64)), want)
    assert np.array_equal(sk.audio.whisper_log_mel(np.repeat(x, 2)[::2]), want)
    assert np.abs(sk.audio.whisper_log_mel((x * 32768).astype(np.int16)) - want).max() < 1.0
    assert sk.audio.detect_speech([]).shape == (0, 2)
    for wrong in (x.astype(np.int32), np.array(["a"])):
        with pytest.raises(TypeError, match="samples must be float32"):
            sk.audio.whisper_log_mel(wrong)
    with pytest.raises(
        ValueError, match=r"samples must be one channel, shape \[samples\], got \(2, 8000\)"
    ):
        sk.audio.resample(x.reshape(2, -1), rate=16000, to=8000)


def test_resampling_and_quality():
    x = np.sin(np.arange(48000) * 2 * np.pi * 1000 / 48000).astype(np.float32) * 0.5
    y = sk.audio.resample(x, rate=48000, to=16000)
    assert y.shape == (16000,)
    assert y.flags.writeable
    want = np.sin(np.arange(16000) * 2 * np.pi * 1000 / 16000) * 0.5
    assert np.abs(y - want)[1000:-1000].max() < 1e-5
    found = sk.audio.quality(y)
    assert abs(found.rms + 9.03) < 0.1
    assert found.clipped == 0
    assert abs(found.bandwidth - 1000) < 200


def test_mistakes_are_told(tmp_path):
    cut = tmp_path / "cut.flac"
    cut.write_bytes((DATA / "long.flac").read_bytes()[:20000])
    with pytest.raises(sk.FormatError, match="truncated") as told:
        sk.audio.read(cut)
    assert told.value.offset == 20000
    assert told.value.path == str(cut)
    with pytest.raises(FileNotFoundError):
        sk.audio.read(tmp_path / "none.wav")
    for keywords in [
        {"offset": -1},
        {"offset": 10**9},
        {"frames": -1},
        {"channel": 1},
        {"channel": "left"},
    ]:
        with pytest.raises(ValueError, match=next(iter(keywords))):
            sk.audio.read(DATA / "long.flac", **keywords)
    with pytest.raises(ValueError, match="rate must be 16000"):
        sk.audio.whisper_log_mel(np.zeros(10, np.float32), rate=8000)


def test_wav_is_read_whole_and_in_parts(tmp_path):
    path = tmp_path / "a.wav"
    pcm = (np.arange(2000) % 700 - 350).astype("<i2")
    head = (
        b"RIFF"
        + struct.pack("<I", 36 + 4000)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    )
    path.write_bytes(head + b"data" + struct.pack("<I", 4000) + pcm.tobytes())
    assert np.array_equal(sk.audio.read(path).samples, pcm / np.float32(32768))
    assert np.array_equal(
        sk.audio.read(path, offset=1990, frames=100).samples, pcm[1990:] / np.float32(32768)
    )
    assert len(sk.audio.read(path, offset=2000)) == 0
    assert pickle.loads(pickle.dumps(sk.audio.read(path).samples)).shape == (2000,)
