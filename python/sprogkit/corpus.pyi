"""Packs: sound, rules and text in a folder that is opened by memory map.

Nothing is read before it is asked for, and arrays are views of the map. A view, a row, a table
or an Arrow batch keeps what it needs of the map alive, also when the pack is closed or gone.
"""

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from types import GenericAlias, TracebackType
from typing import Any, Generic, Literal, Self, SupportsIndex, TypeVar, final, overload

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Document",
    "Entry",
    "Layer",
    "Pack",
    "Recording",
    "Rows",
    "Utterance",
    "build",
    "open",
    "write",
]

_Row = TypeVar("_Row")
_Default = TypeVar("_Default")

@final
class Document:
    """A text of a pack. Its fields are read from the map when they are asked for."""

    @property
    def id(self) -> str:
        """The id, unique among the pack's documents."""
    @property
    def text(self) -> str:
        """The text."""
    @property
    def source(self) -> str | None:
        """Where the text comes from."""
    @property
    def added(self) -> str | None:
        """When the text was added to the corpus: a date."""
    @property
    def created(self) -> str | None:
        """When the text was written: a date, or two with a comma."""
    @property
    def token_count(self) -> int | None:
        """How many tokens the text has, by the corpus's own count."""
    @property
    def license(self) -> str | None:
        """The text's own license (SPDX)."""
    @property
    def lang(self) -> str | None:
        """The language (BCP 47)."""
    @property
    def meta(self) -> dict[str, Any] | None:
        """What else is known."""

@final
class Recording:
    """A recording of a pack: one channel."""

    @property
    def id(self) -> str:
        """The id, unique among the pack's recordings."""
    @property
    def pcm(self) -> NDArray[np.int16]:
        """The samples where they lie in the map: read-only, shape [frames]."""
    @property
    def samples(self) -> NDArray[np.float32]:
        """The samples in -1 to 1: a copy, shape [frames]."""
    @property
    def rate(self) -> int:
        """Samples a second."""
    @property
    def frames(self) -> int:
        """How many samples there are."""
    @property
    def speaker(self) -> str | None:
        """Who speaks: a pseudonym."""
    @property
    def source(self) -> str | None:
        """Where the recording comes from."""
    @property
    def license(self) -> str | None:
        """The recording's own license (SPDX)."""
    @property
    def lang(self) -> str | None:
        """The language (BCP 47)."""
    @property
    def meta(self) -> dict[str, Any] | None:
        """What else is known."""

@final
class Utterance:
    """A stretch of a recording and what is said in it."""

    @property
    def id(self) -> str:
        """The id, unique among the pack's utterances."""
    @property
    def recording(self) -> str:
        """The id of the recording."""
    @property
    def start(self) -> int:
        """The first sample in the recording."""
    @property
    def end(self) -> int:
        """The sample behind the last."""
    @property
    def text(self) -> str:
        """What is said."""
    @property
    def pcm(self) -> NDArray[np.int16]:
        """The samples where they lie in the map: read-only, shape [end - start]."""
    @property
    def samples(self) -> NDArray[np.float32]:
        """The samples in -1 to 1: a copy, shape [end - start]."""
    @property
    def rate(self) -> int:
        """Samples a second."""
    @property
    def speaker(self) -> str | None:
        """Who speaks: a pseudonym."""
    @property
    def split(self) -> str | None:
        """Which part of the corpus it belongs to: `"train"`, `"dev"`, `"test"`."""
    @property
    def license(self) -> str | None:
        """The utterance's own license (SPDX)."""
    @property
    def lang(self) -> str | None:
        """The language (BCP 47)."""
    @property
    def meta(self) -> dict[str, Any] | None:
        """What else is known."""

@final
class Entry:
    """A reading of a word form."""

    @property
    def id(self) -> str:
        """The id, unique in the pack's lexicon."""
    @property
    def form(self) -> str:
        """The form as it is written."""
    @property
    def lemma(self) -> str | None:
        """The lemma."""
    @property
    def upos(self) -> str | None:
        """The part of speech (Universal Dependencies)."""
    @property
    def feats(self) -> str | None:
        """The features (Universal Dependencies): `Name=Value|…`."""
    @property
    def frequency(self) -> int | None:
        """How often the form was counted."""
    @property
    def source(self) -> str | None:
        """Where the reading comes from."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Rows(Generic[_Row]):
    """A table of a pack, or a slice of one: a sequence of rows, and an Arrow table.

    `pyarrow.table(rows)`, `polars.DataFrame(rows)` and `pandas.DataFrame.from_arrow(rows)` copy
    nothing but the columns that library always copies. It can be pickled: the pack's path
    travels, the data do not.
    """

    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> _Row: ...
    @overload
    def __getitem__(self, index: slice, /) -> Rows[_Row]: ...
    def __iter__(self) -> Iterator[_Row]: ...
    @overload
    def get(self, id: str) -> _Row | None: ...
    @overload
    def get(self, id: str, default: _Default) -> _Row | _Default:
        """The row with this id, `default` where there is none. O(log n)."""
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...

@final
class Layer:
    """What was found in the rows of a table: row `i` belongs to row `i` of the table.

    A row is a list of dicts (or of numbers). As Arrow it is a table of one column, with the unit
    of its positions in the column's metadata.
    """

    @property
    def name(self) -> str:
        """The layer's name."""
    @property
    def table(self) -> str:
        """The table: `"documents"`, `"recordings"`, `"utterances"` or `"lexicon"`."""
    @property
    def unit(self) -> str:
        """What positions count: `"byte"`, `"char"`, `"utf16"`, `"sample"`, or `"none"`."""
    @property
    def annotator(self) -> str:
        """What found it, with version and options."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> list[Any]: ...
    @overload
    def __getitem__(self, index: slice, /) -> Layer: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any: ...
    def __arrow_c_schema__(self) -> Any: ...

@final
class Pack:
    """An opened pack. It may be used by many threads at once, and it can be pickled: a worker
    opens it anew, and refuses where it was changed meanwhile."""

    @property
    def path(self) -> Path:
        """The pack's folder."""
    @property
    def info(self) -> dict[str, Any]:
        """What the pack says of itself: id, version, title, license, source, citation, …"""
    @property
    def id(self) -> str:
        """The corpus's id."""
    @property
    def license(self) -> str | None:
        """The license of what no row gives another (SPDX)."""
    @property
    def bytes(self) -> int:
        """Bytes of all its files."""
    @property
    def documents(self) -> Rows[Document]:
        """The texts."""
    @property
    def recordings(self) -> Rows[Recording]:
        """The recordings."""
    @property
    def utterances(self) -> Rows[Utterance]:
        """What is said in the recordings."""
    @property
    def lexicon(self) -> Rows[Entry]:
        """The readings, sorted by form."""
    def lookup(self, form: str) -> list[Entry]:
        """The readings of a form as it is written; empty where it is not in the lexicon."""
    @property
    def layers(self) -> list[str]:
        """The names of the layers, sorted."""
    def layer(self, name: str) -> Layer:
        """The layer of this name. Raises `ValueError` where there is none."""
    def annotate(
        self,
        name: Literal["words", "sentences"],
        *,
        unit: Literal["char", "byte", "utf16"] = "char",
        threads: int | None = None,
    ) -> Layer:
        """Finds the words or sentences of every document on all cores and stores them as a layer
        of the pack, which is then open with it. An older layer of that name is replaced.

        Raises `ValueError` for an unknown name or unit, and where another process changed the
        pack. Ctrl-C leaves the pack as it was.
        """
    def verify(self, *, threads: int | None = None) -> dict[str, int]:
        """Compares every byte of every file with its checksum, and the tables with each other.

        Returns how many `"files"` and `"bytes"` were read. Raises `CorruptPackError` for the
        first thing that is wrong, with file and byte.
        """
    def erase(self, ids: str | Iterable[str]) -> dict[str, int]:
        """Hides the documents, recordings and utterances with these ids at once, and with a
        recording its utterances; their bytes stay in the files until `compact`.

        Returns how many rows of each table were hidden. Rows and views that were read before
        still show what they showed. Raises `ValueError` where an id is unknown (nothing is then
        erased) or another process changed the pack.
        """
    def compact(self) -> int:
        """Rewrites the files that hold erased rows, layers included, so that their bytes are
        gone. Returns how many rows were removed. Ctrl-C leaves the pack as it was."""
    def close(self) -> None:
        """Lets go of the files; views that are out keep theirs. Closing again does nothing."""
    @property
    def closed(self) -> bool:
        """Whether the pack is closed: every use of it raises `ValueError` then."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        error: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...

def open(
    path: str | PathLike[str], check: Literal["lazy", "full", "none"] = "lazy"
) -> Pack:
    """Opens the pack in a folder.

    `check="lazy"` reads one small file now and compares a batch of rows with its checksum when
    it is first touched; `"full"` compares everything now; `"none"` compares nothing.

    Raises `FileNotFoundError` where there is nothing, `CorruptPackError` where it is no pack, or
    one whose files are missing, truncated or altered.

    >>> import pyarrow as pa, sprogkit as sk
    >>> table = pa.table({"id": ["a", "b"], "text": ["Kære borger", "Hej, Søren!"]})
    >>> pack = sk.corpus.write(table, "breve", id="breve")
    >>> with sk.open("breve") as pack:
    ...     print(len(pack.documents), pack.documents[1].text, pack.documents.get("a").text)
    2 Hej, Søren! Kære borger
    """

def build(
    manifest: str | PathLike[str],
    out: str | PathLike[str],
    *,
    threads: int | None = None,
    overwrite: bool = False,
) -> Pack:
    """Builds the pack that a manifest describes, in the folder `out`.

    A reader sees the whole pack or none: an interrupted build leaves nothing that opens.

    Raises `FormatError` for a mistake in the manifest or a file, with file, line or byte;
    `FileNotFoundError` for a missing file; `FileExistsError` or `ValueError` where `out` is
    there and `overwrite` is false. Ctrl-C ends the work.
    """

def write(
    table: Any,
    out: str | PathLike[str],
    *,
    id: str,
    title: str | None = None,
    version: str | None = None,
    license: str | None = None,
    source: str | None = None,
    columns: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> Pack:
    """Writes a table as a pack in the folder `out`.

    `table` is anything that gives Arrow: a pyarrow table or reader, a polars or pandas (3) data
    frame, a Hugging Face dataset, the rows of another pack. Rows with `pcm` and `sample_rate`
    become recordings (with a `text` utterances too), rows with a `form` lexicon entries, rows
    with a `text` documents; `id` may be missing, columns without a place of their own go to
    `meta`. `columns` maps our names to the table's: `{"text": "body"}`.

    Raises `ValueError` for a column that is missing or cannot be kept and for an id that is
    there twice: the message names the row. `TypeError` for what is no table.
    """
