"""Sound: files, rates, features and speech.

Samples are levels between -1 and 1, one channel: float32 is read where it lies, other floats are
converted, and int16 is divided by 32,768. Results belong to NumPy; `torch.from_numpy` takes those
of functions as they are.
"""

from os import PathLike
from typing import Literal, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Audio",
    "AudioInfo",
    "Quality",
    "detect_speech",
    "info",
    "kaldi_fbank",
    "kaldi_mfcc",
    "quality",
    "read",
    "resample",
    "whisper_log_mel",
]

@final
class Audio:
    """Sound in memory: one channel."""

    @property
    def samples(self) -> NDArray[np.float32]:
        """The samples, shape `[samples]`: a read-only view."""
    @property
    def rate(self) -> int:
        """Samples a second."""
    @property
    def seconds(self) -> float:
        """How long it is."""
    def __len__(self) -> int: ...

@final
class AudioInfo:
    """What a file holds."""

    @property
    def format(self) -> str:
        """`wav`, `flac`, `mp3`, `vorbis`, `opus` or `aac`."""
    @property
    def rate(self) -> int:
        """Samples a second."""
    @property
    def channels(self) -> int:
        """Channels."""
    @property
    def bits(self) -> int | None:
        """Bits of a sample; `None` for lossy formats."""
    @property
    def frames(self) -> int:
        """Samples of each channel, exactly."""
    @property
    def seconds(self) -> float:
        """How long it is."""

@final
class Quality:
    """How good a recording is. Levels are decibels below full scale."""

    @property
    def rms(self) -> float:
        """Root of the mean square."""
    @property
    def peak(self) -> float:
        """The largest sample."""
    @property
    def clipped(self) -> float:
        """The part of the samples that are cut off."""
    @property
    def dc(self) -> float:
        """The mean of the samples."""
    @property
    def snr(self) -> float | None:
        """Signal against noise, estimated; `None` for silence."""
    @property
    def silence(self) -> float:
        """The part of the time that is below -60 dB."""
    @property
    def bandwidth(self) -> float:
        """The highest frequency with sound, in Hz."""

def read(
    path: str | PathLike[str],
    *,
    offset: int = 0,
    frames: int | None = None,
    channel: Literal["mix"] | int = "mix",
) -> Audio:
    """Reads WAV, FLAC, MP3, Ogg Vorbis, Ogg Opus, AAC or M4A, whole or `frames` from `offset` on:
    only what is needed is decoded. `channel` is the mean of all, or one, counted from 0.

    Raises `FormatError` with path and byte where the file is damaged, `ValueError` where the offset
    is behind its end or the channel is not there."""

def info(path: str | PathLike[str]) -> AudioInfo:
    """What a file holds, without decoding it."""

def resample(samples: ArrayLike, *, rate: int, to: int) -> NDArray[np.float32]:
    """The sound at `to` samples a second.

    >>> import numpy as np, sprogkit as sk
    >>> len(sk.audio.resample(np.zeros(48_000, np.float32), rate=48_000, to=16_000))
    16000
    """

def whisper_log_mel(
    samples: ArrayLike, *, rate: int = 16_000, mels: int = 80, pad: bool = False
) -> NDArray[np.float32]:
    """Whisper's log-mel spectrum, shape `[mels, frames]`, a frame each 10 ms; `pad` cuts or fills
    up to 30 seconds.

    >>> import numpy as np, sprogkit as sk
    >>> sk.audio.whisper_log_mel(np.zeros(16_000, np.float32)).shape
    (80, 100)
    """

def kaldi_fbank(
    samples: ArrayLike,
    *,
    rate: int = 16_000,
    bins: int = 80,
    frame_length: float = 25.0,
    frame_shift: float = 10.0,
    low: float = 20.0,
    high: float = 0.0,
    snip_edges: bool = True,
    scale: float = 1.0,
    normalize: Literal["none", "mean", "mean-variance"] = "none",
) -> NDArray[np.float32]:
    """Kaldi's logarithms of mel filter banks, shape `[frames, bins]`, without dither. Times are in
    milliseconds, frequencies in Hz. Kaldi's own programs hear 16-bit samples: `scale=32768` gives
    their numbers."""

def kaldi_mfcc(
    samples: ArrayLike,
    *,
    rate: int = 16_000,
    coefficients: int = 13,
    bins: int = 23,
    deltas: int = 0,
    frame_length: float = 25.0,
    frame_shift: float = 10.0,
    snip_edges: bool = True,
    scale: float = 1.0,
    normalize: Literal["none", "mean", "mean-variance"] = "none",
) -> NDArray[np.float32]:
    """Kaldi's cepstra, shape `[frames, coefficients]`; `deltas` of 1 or 2 adds as many times these
    columns, their differences over time."""

def detect_speech(
    samples: ArrayLike,
    *,
    rate: int = 16_000,
    margin: float = 0.0,
    merge: float = 0.0,
    shortest: float = 0.0,
    inertia: float = 3.0,
    bias: float = 0.0,
) -> NDArray[np.int64]:
    """Where somebody speaks, shape `[segments, 2]`: the first sample and the one after the last.
    `margin` seconds are added on both sides, segments less than `merge` seconds apart are one,
    those below `shortest` are left out. `inertia` holds against changes, `bias` above 0 finds more.

    >>> import numpy as np, sprogkit as sk
    >>> sk.audio.detect_speech(np.zeros(16_000, np.float32)).shape
    (0, 2)
    """

def quality(samples: ArrayLike, *, rate: int = 16_000) -> Quality:
    """Figures that find bad recordings: too soft, cut off, noisy, empty, or narrower than they
    claim."""
