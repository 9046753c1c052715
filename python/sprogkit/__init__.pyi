"""Danish text and speech: opened straight from disk, tokenized in parallel, aligned.

Positions are half-open intervals, in characters of the `str` unless a name or the unit in an
array's metadata says otherwise. Batch calls take a list of `str` (or None) or any Arrow strings
(pyarrow, polars, pandas 3), use all cores unless `threads` says how many, and release the GIL.
"""

from collections.abc import Iterator
from typing import Any, SupportsIndex, final, overload

import numpy as np
from numpy.typing import NDArray

from . import align, audio, catalogue, corpus, lexicon, normalise, numbers, score, subword, text
from .corpus import open as open

__all__ = [
    "AlignmentError",
    "Array",
    "CorruptPackError",
    "FormatError",
    "LicenseError",
    "SprogkitError",
    "__version__",
    "align",
    "audio",
    "catalogue",
    "corpus",
    "lexicon",
    "normalise",
    "numbers",
    "open",
    "score",
    "subword",
    "text",
]

__version__: str

class SprogkitError(Exception):
    """Anything that sprogkit cannot do."""

class FormatError(SprogkitError, ValueError):
    """A file does not follow its format."""

    path: str | None
    """The file."""
    line: int | None
    """The line, counted from 1."""
    offset: int | None
    """The byte, counted from 0."""

class CorruptPackError(SprogkitError):
    """A pack is not as it was written: truncated, altered, or a file is missing."""

    path: str | None
    """The file of the pack."""
    offset: int | None
    """The byte at which the damaged part begins."""

class LicenseError(SprogkitError):
    """A license does not allow what was asked for."""

    corpus: str | None
    """The corpus."""

class AlignmentError(SprogkitError, ValueError):
    """Two things cannot be aligned; the message says which value, where, and what was expected."""

@final
class Array:
    """An Arrow array, as every batch call returns it.

    Read it with any Arrow library without copying (`pyarrow.array(a)`, `polars.Series(a)`), or
    with the few methods here. Rows are what `pyarrow` would give: numbers, `str`, lists, dicts,
    and None for a null.
    """

    def __new__(cls, source: Any) -> Array:
        """Takes any Arrow array (`__arrow_c_array__` or `__arrow_c_stream__`).

        Raises `TypeError` for anything else.
        """
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Any: ...
    @overload
    def __getitem__(self, index: slice, /) -> Array: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __eq__(self, value: object, /) -> bool: ...
    def to_pylist(self) -> list[Any]:
        """All rows as Python objects."""
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """What `numpy.asarray` and `numpy.array` ask for: `to_numpy`, as `dtype`.

        Raises `ValueError` where numbers have nulls, and for `copy=False` where the rows are no
        numbers, or of another type than `dtype`: only numbers are a view.
        """
    def to_numpy(self) -> NDArray[Any]:
        """The rows as a NumPy array of shape [rows].

        Numbers are a read-only view; structs a structured array (a copy); lists an object array
        that holds an array for each row. Raises `ValueError` where numbers have nulls.
        """
    @property
    def offsets(self) -> NDArray[np.int32] | NDArray[np.int64]:
        """Where each list begins in `values`, and the end of the last: shape [rows + 1], a view.

        Raises `TypeError` where the rows are no lists.
        """
    @property
    def values(self) -> Array:
        """The items of all lists one after another. Raises `TypeError` where there are none."""
    def field(self, name: str) -> Array:
        """One field of the structs, or of the structs in the lists, one after another.

        `words.field("start").to_numpy()` copies nothing. Raises `KeyError` for an unknown name.
        """
    @property
    def metadata(self) -> dict[str, str]:
        """What is known about the array, for instance the unit of its positions."""
    @property
    def type(self) -> str:
        """The Arrow type in words."""
    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[Any, Any]: ...
    def __arrow_c_schema__(self) -> Any: ...
