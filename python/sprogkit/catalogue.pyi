"""The catalogue: what corpora there are, and on what terms."""

from os import PathLike
from pathlib import Path
from typing import final

__all__ = ["Entry", "entries", "entry", "write_sample"]

@final
class Entry:
    """A corpus of the catalogue, as its manifest tells it."""

    @property
    def id(self) -> str:
        """The name: `a-z`, `0-9` and `-`."""
    @property
    def kind(self) -> str:
        """`"text"`, `"speech"`, `"treebank"`, `"lexicon"`, `"parallel"` or `"rules"`."""
    @property
    def version(self) -> str:
        """The version of the corpus."""
    @property
    def language(self) -> list[str]:
        """The languages (BCP 47)."""
    @property
    def title(self) -> str:
        """The title in English."""
    @property
    def title_da(self) -> str:
        """The title in Danish."""
    @property
    def description(self) -> str | None:
        """What is in it, in English."""
    @property
    def description_da(self) -> str | None:
        """What is in it, in Danish."""
    @property
    def keywords(self) -> list[str]:
        """Words to find it by."""
    @property
    def source(self) -> str:
        """Where it comes from, in words or as an address."""
    @property
    def landing_page(self) -> str | None:
        """The page about it."""
    @property
    def publisher(self) -> str | None:
        """Who publishes it."""
    @property
    def license(self) -> str:
        """The license (SPDX expression; `LicenseRef-…` for what has no SPDX name)."""
    @property
    def license_url(self) -> str | None:
        """Where the license can be read."""
    @property
    def redistribution(self) -> bool | None:
        """Whether the corpus may be passed on; None where nobody looked."""
    @property
    def citation(self) -> str | None:
        """How to cite it."""
    @property
    def personal_data(self) -> str:
        """The class of personal data (DCAT-AP-DK): `"NonPersonalData"`, …"""
    @property
    def synthetic(self) -> bool:
        """Whether a machine made it."""
    @property
    def unverified(self) -> list[str]:
        """Fields that nobody has confirmed yet."""
    @property
    def buildable(self) -> bool:
        """Whether the manifest says how its files are read."""

def entries() -> list[Entry]:
    """The corpora of the catalogue, by id.

    >>> import sprogkit as sk
    >>> [entry.license for entry in sk.catalogue.entries() if entry.id == "smagsproeve"]
    ['CC0-1.0']
    """

def entry(id: str) -> Entry | None:
    """The corpus of this id; None where there is none."""

def write_sample(folder: str | PathLike[str]) -> Path:
    """Writes the built-in sample's manifest and files below `folder` and gives the manifest's
    path. What lies there already is written over.

    >>> import sprogkit as sk
    >>> manifest = sk.catalogue.write_sample("sample")
    >>> with sk.corpus.build(manifest, "pack") as pack:
    ...     words = pack.annotate("words")
    ...     print(len(words) == len(pack.documents) > 0, len(pack.recordings) >= 12)
    True True
    """
