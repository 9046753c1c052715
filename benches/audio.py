"""Sound against soundfile, soxr, transformers, torchaudio and webrtcvad: speed as a ratio, answers asserted first.

Needs numpy, soundfile, soxr, torch, torchaudio, transformers, webrtcvad-wheels (benches/requirements.txt) and sprogkit, built for
release. Makes its own sound: ten minutes of a sweep with pauses over noise, and an hour of it for slices.

    taskset -c 1 python benches/audio.py [FOLDER]
    python benches/audio.py --pack          # one thread and two over the recordings of a pack
"""

import os
import sys
import tempfile
import time

import numpy as np
import soundfile as sf
import soxr
import torch
import torchaudio.compliance.kaldi as kaldi
import webrtcvad
from transformers import WhisperFeatureExtractor

import sprogkit as sk

torch.set_num_threads(1)


def signal(seconds, rate):
    t = np.arange(int(seconds * rate)) / rate
    x = (
        0.3
        * np.sin(2 * np.pi * (300 * t + 60 * np.sin(2 * np.pi * 0.7 * t)))
        * (np.sin(2 * np.pi * 0.4 * t) > -0.4)
    )
    x += 0.1 * np.sin(2 * np.pi * 1700 * t) * np.sin(2 * np.pi * 3 * t) ** 2
    return (x + 0.003 * np.random.default_rng(0).standard_normal(len(t))).astype(np.float32)


def write(path, x, **options):
    # In parts: an hour at once is more than libsndfile's encoders have room for.
    format = {"format": "MP3"} if path.endswith("mp3") else {}
    with sf.SoundFile(path, "w", 16000, 1, **format, **options) as file:
        for start in range(0, len(x), 160_000):
            file.write(x[start : start + 160_000])


def best(*works, turns=5):
    """CPU seconds of each, the best of interleaved turns."""
    taken = [[] for _ in works]
    for _ in range(turns):
        for work, times in zip(works, taken):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
    return [min(times) for times in taken]


def row(what, goal, seconds, ours, theirs, note=""):
    print(
        f"{what:<44} {theirs / ours:6.2f} x   (goal {goal}; {seconds / ours:8.0f} x real time) {note}",
        flush=True,
    )


def pack():
    """Features of all recordings of a pack, by one thread and by two, in seconds on the wall."""
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow as pa

    with tempfile.TemporaryDirectory() as folder:
        x = (signal(600, 16000) * 32767).astype("<i2").reshape(60, -1)
        table = pa.table(
            {
                "id": [f"r{i}" for i in range(480)],
                "pcm": pa.array([x[i % 60] for i in range(480)], pa.list_(pa.int16())),
                "sample_rate": [16000] * 480,
            }
        )
        recordings = sk.corpus.write(table, os.path.join(folder, "pack"), id="pack").recordings
        kinds = {
            "whisper_log_mel": sk.audio.whisper_log_mel,
            "kaldi_fbank": sk.audio.kaldi_fbank,
            "detect_speech": sk.audio.detect_speech,
        }
        for name, work in kinds.items():
            one = lambda rows: sum(len(work(recordings[row].samples)) for row in rows)

            def wall(threads):
                start = time.perf_counter()
                parts = [range(part, 480, 8) for part in range(8)]
                with ThreadPoolExecutor(threads) as pool:
                    total = sum(pool.map(one, parts))
                return time.perf_counter() - start, total

            turns = [(wall(1), wall(2)) for _ in range(5)]
            assert len({total for turn in turns for _, total in turn}) == 1
            alone, both = (min(turn[side][0] for turn in turns) for side in (0, 1))
            ratio = alone / both
            print(
                f"{name}, 80 minutes of a pack on two cores  {ratio:5.2f} x (goal 1.85)", flush=True
            )


def main():
    if "--pack" in sys.argv:
        return pack()
    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    path = lambda name: os.path.join(folder, name)
    seconds = 600
    x = signal(seconds, 16000)

    for mels in (80, 128):
        extractor = WhisperFeatureExtractor(feature_size=mels)
        apart = np.abs(
            sk.audio.whisper_log_mel(x[:480000], mels=mels)
            - extractor._np_extract_fbank_features(x[None, :480000], "cpu")[0]
        ).max()
        # Narrower bands hear more of the rounding of single precision.
        assert apart <= (2e-5 if mels == 80 else 5e-5), apart
        call = lambda: extractor(
            x, sampling_rate=16000, truncation=False, padding=False, return_tensors="np"
        )
        ours, path_only, whole = best(
            lambda: sk.audio.whisper_log_mel(x, mels=mels),
            lambda: extractor._torch_extract_fbank_features(x),
            call,
            turns=4,
        )
        row(
            f"whisper_log_mel {mels}, 10 min, against its torch path",
            "3",
            seconds,
            ours,
            path_only,
            f"at most {apart:.1e} from NumPy's path",
        )
        row(f"whisper_log_mel {mels}, against the whole call", "3", seconds, ours, whole)

    wave = torch.from_numpy(x)[None]
    for name, ours, theirs in [
        (
            "kaldi_fbank 80",
            lambda w=x: sk.audio.kaldi_fbank(w),
            lambda w=wave: kaldi.fbank(w, num_mel_bins=80, dither=0.0),
        ),
        (
            "kaldi_mfcc 13",
            lambda w=x: sk.audio.kaldi_mfcc(w),
            lambda w=wave: kaldi.mfcc(w, dither=0.0),
        ),
    ]:
        apart = np.abs(ours() - theirs().numpy()).max()
        assert apart <= 1e-3, apart
        a, b = best(ours, theirs, turns=4)
        row(name, "15", seconds, a, b, f"at most {apart:.1e} apart")

    y = signal(seconds, 48000)
    apart = np.abs(
        sk.audio.resample(y, rate=48000, to=16000)[2000:-2000]
        - soxr.resample(y, 48000, 16000, quality="HQ")[2000:-2000]
    ).max()
    a, b = best(
        lambda: sk.audio.resample(y, rate=48000, to=16000),
        lambda: soxr.resample(y, 48000, 16000, quality="HQ"),
    )
    row(
        "resample 48 to 16 kHz, against soxr HQ", "0.6", seconds, a, b, f"at most {apart:.1e} apart"
    )

    sf.write(path("a.wav"), x, 16000, subtype="PCM_16")
    assert np.array_equal(
        sk.audio.read(path("a.wav")).samples, sf.read(path("a.wav"), dtype="float32")[0]
    )
    a, b = best(
        lambda: sk.audio.read(path("a.wav")).samples,
        lambda: sf.read(path("a.wav"), dtype="float32"),
        turns=9,
    )
    row("WAV to float32, a fresh buffer", "2", seconds, a, b)

    for name, writer, apart in [
        ("flac", {}, 0.0),
        ("ogg", {}, 1e-5),
        ("mp3", {"bitrate_mode": "CONSTANT", "compression_level": 0.6}, 1e-5),
    ]:
        file = path("a." + name)
        write(file, x, **writer)
        got, want = sk.audio.read(file).samples, sf.read(file, dtype="float32")[0]
        assert len(got) == len(want) and np.abs(got - want).max() <= apart, (
            name,
            len(got),
            len(want),
        )
        a, b = best(lambda: sk.audio.read(file), lambda: sf.read(file, dtype="float32"))
        row(f"{name}, whole file", "1.2", seconds, a, b)

    hour = np.tile(x, 6)
    for name, goal in [("flac", "6"), ("mp3", "4"), ("ogg", "")]:
        file = path("hour." + name)
        write(file, hour)
        places = np.random.default_rng(1).integers(0, 3590 * 16000, 40)
        theirs_file = lambda at: sf.read(file, start=at, frames=80000, dtype="float32")[0]
        ours_file = lambda at: sk.audio.read(file, offset=at, frames=80000).samples
        whole = sk.audio.read(file).samples
        for at in places[:5]:
            assert np.array_equal(ours_file(int(at)), whole[at : at + 80000])

        def all_of(slice):
            """Each slice is let go before the next, as a data loader does."""
            for at in places:
                slice(int(at))

        a, b = best(lambda: all_of(ours_file), lambda: all_of(theirs_file), turns=5)
        row(
            f"5 s out of an hour of {name}",
            goal,
            5 * len(places),
            a,
            b,
            f"{a / len(places) * 1e3:.2f} ms against {b / len(places) * 1e3:.2f}",
        )

    pcm = (x * 32767).astype("<i2").tobytes()
    judge = webrtcvad.Vad(2)
    a, b = best(
        lambda: sk.audio.detect_speech(x),
        lambda: [judge.is_speech(pcm[i : i + 320], 16000) for i in range(0, len(pcm) - 319, 320)],
        turns=3,
    )
    row("detect_speech, against webrtcvad", "2", seconds, a, b)


if __name__ == "__main__":
    main()
