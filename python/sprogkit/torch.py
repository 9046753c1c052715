"""The sound of packs for `torch`: a data set for a `DataLoader`. Nothing else imports torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

try:
    import torch  # type: ignore[import-not-found, unused-ignore]
    from torch.utils.data import Dataset  # type: ignore[import-not-found, unused-ignore]
except ImportError as error:
    raise ImportError("sprogkit.torch needs torch: pip install torch") from error

from . import audio, corpus

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Sounds", "pad"]

_FEATURES: dict[str, tuple[Callable[..., Any], int]] = {
    # What makes them, and the axis of time.
    "whisper": (audio.whisper_log_mel, 1),
    "fbank": (audio.kaldi_fbank, 0),
    "mfcc": (audio.kaldi_mfcc, 0),
}


class Sounds(Dataset[dict[str, Any]]):
    """The utterances or recordings of a pack, each read from the map when it is asked for.

    `pack` is a pack, the folder of one, or some of its rows: `pack.utterances[:1000]`. A pack
    or folder gives its utterances, or its recordings where it has no utterances; `table` says
    which. An item is a dict: `id`, `sound` (float32, shape `[samples]`, or features), `rate`,
    `speaker`, and for utterances `text`.

    `rate` resamples. `features` is `"whisper"` (`[mels, frames]`), `"fbank"` or `"mfcc"`
    (`[frames, bins]`), with `options` as keyword arguments, or a function of samples and rate.

    A data set is pickled by the path of its pack, whatever its size: workers open the pack
    anew (spawn) or read the same map (fork). Raises `ValueError` for unknown names.

        sounds = sprogkit.torch.Sounds("tale", rate=16_000, features="fbank")
        DataLoader(sounds, batch_size=16, collate_fn=sounds.collate, num_workers=2)
    """

    def __init__(
        self,
        pack: corpus.Pack | corpus.Rows[Any] | str | PathLike[str],
        *,
        table: Literal["utterances", "recordings"] | None = None,
        rate: int | None = None,
        features: Literal["whisper", "fbank", "mfcc"]
        | Callable[[NDArray[np.float32], int], Any]
        | None = None,
        **options: Any,
    ) -> None:
        if isinstance(pack, corpus.Rows):
            if table is not None:
                raise ValueError("table belongs to a pack, got rows of one")
            self.rows = pack
        else:
            opened = pack if isinstance(pack, corpus.Pack) else corpus.open(pack)
            if table not in ("utterances", "recordings", None):
                raise ValueError(f'table must be "utterances" or "recordings", got "{table}"')
            name = table or ("utterances" if len(opened.utterances) else "recordings")
            self.rows = getattr(opened, name)
        if isinstance(features, str) and features not in _FEATURES:
            names = ", ".join(f'"{name}"' for name in _FEATURES)
            raise ValueError(f'features must be one of {names} or a function, got "{features}"')
        if options and not isinstance(features, str):
            raise ValueError(f"options belong to features by name: {', '.join(options)}")
        self.rate = rate
        self.features = features
        self.options = options

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row = self.rows[index]
        samples, rate = row.samples, row.rate
        if self.rate is not None and self.rate != rate:
            samples, rate = audio.resample(samples, rate=rate, to=self.rate), self.rate
        made: Any = samples
        if isinstance(self.features, str):
            made = _FEATURES[self.features][0](samples, rate=rate, **self.options)
        elif self.features is not None:
            made = self.features(samples, rate)
        sound = torch.from_numpy(made) if isinstance(made, np.ndarray) else made
        item = {"id": row.id, "sound": sound, "rate": rate, "speaker": row.speaker}
        if isinstance(row, corpus.Utterance):
            item["text"] = row.text
        return item

    def collate(self, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """`pad` along the time of these features."""
        if isinstance(self.features, str):
            return pad(items, axis=_FEATURES[self.features][1])
        return pad(items)


def pad(items: Sequence[dict[str, Any]], axis: int = -1) -> dict[str, Any]:
    """A batch of items: `sound` becomes one tensor, filled up with zeros along `axis`, and `length`
    says how long each was there; the rest become lists."""
    batch: dict[str, Any] = {key: [item[key] for item in items] for key in items[0]}
    sounds = batch["sound"]
    lengths = [sound.shape[axis] for sound in sounds]
    shape = list(sounds[0].shape)
    shape[axis] = max(lengths)
    whole = sounds[0].new_zeros([len(sounds), *shape])
    for row, sound, length in zip(whole, sounds, lengths, strict=True):
        row.narrow(axis, 0, length).copy_(sound)
    batch["sound"] = whole
    batch["length"] = torch.tensor(lengths)
    return batch
