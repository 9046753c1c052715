"""Makes the sound files and the golden numbers of tests/audio/ from one formula.

Needs numpy, soundfile (libsndfile), av (FFmpeg). Run in this folder; the files are the
repository's own.
"""

from pathlib import Path

import numpy as np
import soundfile as sf


def signal(rate, seconds, channel=0):
    """A sweep and a pulsing tone; the second channel is turned and softer."""
    t = np.arange(round(rate * seconds)) / rate
    sweep = 0.4 * np.sin(2 * np.pi * (200 * t + 150 * t * t))
    tone = 0.2 * np.sin(2 * np.pi * 1234 * t) * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * t))
    return sweep + tone if channel == 0 else 0.5 * (sweep - tone)


def stereo(rate, seconds):
    return np.stack([signal(rate, seconds, 0), signal(rate, seconds, 1)], axis=1)


# What libsndfile writes: name, sound, rate, how. "bare" lacks what the encoder says of its padding.
VARIABLE = {"format": "MP3", "bitrate_mode": "VARIABLE", "compression_level": 0.9}
CONSTANT = VARIABLE | {"bitrate_mode": "CONSTANT"}
VORBIS = {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.9}
OPUS = {"format": "OGG", "subtype": "OPUS", "compression_level": 0.9}
FILES = [
    ("long.flac", signal(8000, 6.0625), 8000, {"subtype": "PCM_16"}),
    ("stereo24.flac", stereo(44100, 0.3), 44100, {"subtype": "PCM_24"}),
    ("long.mp3", signal(16000, 6.0625), 16000, VARIABLE),
    ("bare.mp3", signal(16000, 0.7), 16000, CONSTANT),
    ("stereo.mp3", stereo(44100, 0.7), 44100, VARIABLE),
    ("long.ogg", signal(16000, 6.0625), 16000, VORBIS),
    ("stereo.ogg", stereo(44100, 0.7), 44100, VORBIS),
    ("long.opus", signal(48000, 6.0625), 48000, OPUS | {"compression_level": 0.99}),
    ("stereo.opus", stereo(48000, 0.7), 48000, OPUS),
]


def m4a(name, data, rate):
    import av

    with av.open(name, "w") as out:
        stream = out.add_stream("aac", rate=rate, layout="stereo" if data.ndim == 2 else "mono")
        stream.bit_rate = 48_000
        planes = np.ascontiguousarray(data.T if data.ndim == 2 else data[None], dtype=np.float32)
        for at in range(0, planes.shape[1], 1024):
            part = np.ascontiguousarray(planes[:, at : at + 1024])
            frame = av.AudioFrame.from_ndarray(part, "fltp", stream.layout.name)
            frame.rate, frame.pts = rate, at
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)


def main():
    for name, data, rate, settings in FILES:
        sf.write(name, data, rate, **settings)
    m4a("long.m4a", signal(16000, 4.0625), 16000)
    m4a("stereo.m4a", stereo(44100, 0.7), 44100)
    m4a("long.aac", signal(16000, 2.0625), 16000)
    lines = [
        "# Title: Samples of the sound files here, as libsndfile and FFmpeg (AAC) decode them",
        "# Source: made by make.py",
        "# License: MIT OR Apache-2.0",
        "# Columns: file, rate, channels, frames, frame, channel, sample",
    ]
    for name in sorted(path.name for path in Path().glob("*.*")):
        if name.endswith((".flac", ".mp3", ".ogg", ".opus")):
            data, rate = sf.read(name, dtype="float32", always_2d=True)
        elif name.endswith((".m4a", ".aac")):
            import av

            with av.open(name) as file:
                rate = file.streams.audio[0].rate
                data = np.concatenate([f.to_ndarray().T for f in file.decode(audio=0)])
        else:
            continue
        for frame in range(100, len(data), len(data) // 24):
            for channel in range(data.shape[1]):
                cells = [name, rate, data.shape[1], len(data), frame, channel]
                cells.append(f"{data[frame, channel]:.7f}")
                lines.append("\t".join(map(str, cells)))
    Path("samples.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
