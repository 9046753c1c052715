"""Sound: files, rates, features and speech."""

from ._native.audio import (
    Audio,
    AudioInfo,
    Quality,
    detect_speech,
    info,
    kaldi_fbank,
    kaldi_mfcc,
    quality,
    read,
    resample,
    whisper_log_mel,
)

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
