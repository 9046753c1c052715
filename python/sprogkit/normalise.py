"""Danish text in another form: as it is spoken, as it is written, as it is scored."""

from ._native.normalise import (
    PROFILES,
    Stream,
    scoring,
    scoring_batch,
    scoring_mapped,
    to_spoken,
    to_spoken_batch,
    to_spoken_mapped,
    to_written,
    to_written_batch,
    to_written_mapped,
)

__all__ = [
    "PROFILES",
    "Stream",
    "scoring",
    "scoring_batch",
    "scoring_mapped",
    "to_spoken",
    "to_spoken_batch",
    "to_spoken_mapped",
    "to_written",
    "to_written_batch",
    "to_written_mapped",
]
